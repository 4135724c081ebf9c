//! The definitions shipped with the sample data.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use control::{SaveInfo, definition};
use model::journey::Journey;
use model::text::LocalizedText;

use crate::with_workspaces;

fn samples() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let mut found = Vec::new();
    for sample in ["ecom", "completejourney"] {
        for entry in std::fs::read_dir(root.join(sample).join("journeys")).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

/// Every text of a journey that is shown.
pub(crate) fn names(journey: &Journey) -> Vec<&LocalizedText> {
    let stages = journey.stages.iter().map(|stage| &stage.name);
    let touchpoints = journey.touchpoints().map(|(_, touchpoint)| &touchpoint.name);
    let cards = journey.stages.iter().flat_map(|stage| &stage.cards).map(|card| &card.text);
    let signals = journey.signals.iter().map(|signal| &signal.name);
    let personas = journey.personas.iter().flat_map(|persona| [Some(&persona.name), persona.description.as_ref()]);
    let whole = [&journey.name, &journey.goal.name, journey.description.as_ref().unwrap()];
    stages.chain(touchpoints).chain(cards).chain(signals).chain(personas.flatten()).chain(whole).collect()
}

#[test]
fn every_shipped_definition_reads_without_a_fault_in_both_languages() {
    let mut ids = BTreeSet::new();
    for (path, text) in samples() {
        let journey = definition::journey_from_yaml(&text).unwrap_or_else(|faults| panic!("{path:?}: {faults:#?}"));
        assert_eq!(path.file_stem().unwrap().to_str(), Some(journey.id.as_str()));
        for name in names(&journey) {
            let LocalizedText::ByLanguage(texts) = name else { panic!("{path:?}: {name:?}") };
            assert_eq!(texts.keys().collect::<Vec<_>>(), ["en", "zh-CN"], "{path:?}");
        }
        assert_eq!(definition::journey_from_yaml(&definition::journey_to_yaml(&journey)), Ok(journey.clone()));
        assert_eq!(serde_saphyr::from_str::<Journey>(&text).unwrap(), journey);
        ids.insert(journey.id);
    }
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), ["campaign-to-redemption", "online-purchase", "stock-up-trip"]);
}

#[test]
fn every_event_of_the_sample_shop_has_a_touchpoint() {
    let events = "home catalog search filter_results product_view promo_page compare review_page wishlist_add add_to_cart \
                  cart shipping_details payment_details payment_error checkout_bug purchase support_chat account_page \
                  error_page";
    let (_, text) = samples().into_iter().find(|(path, _)| path.ends_with("online-purchase.yaml")).unwrap();
    let journey = definition::journey_from_yaml(&text).unwrap();
    let mut matched: Vec<&str> =
        journey.touchpoints().flat_map(|(_, touchpoint)| &touchpoint.rule.0[0].event).map(String::as_str).collect();
    let mut events: Vec<&str> = events.split_whitespace().collect();
    matched.sort_unstable();
    events.sort_unstable();
    assert_eq!(matched, events);
}

#[tokio::test]
async fn every_shipped_definition_can_be_stored() {
    let control = with_workspaces().await;
    for (_, text) in samples() {
        let journey = definition::journey_from_yaml(&text).unwrap();
        control.save_journey("shop", &journey, SaveInfo::default()).await.unwrap();
        assert_eq!(control.journey("shop", &journey.id, None).await.unwrap().unwrap().journey, journey);
    }
}

/// The examples of the reference pages are definitions, not pictures of them.
#[test]
fn documented_examples_read_without_a_fault() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    for page in ["journey-definition.md", "journey-definition.zh-CN.md"] {
        let text = std::fs::read_to_string(root.join(page)).unwrap();
        let example = text.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        definition::journey_from_yaml(example).unwrap_or_else(|faults| panic!("{page}: {faults:#?}"));
    }
}
