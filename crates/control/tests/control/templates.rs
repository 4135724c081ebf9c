//! The journeys to begin with.

use std::collections::BTreeSet;

use control::{SaveInfo, definition, templates};
use model::lanes::{Basis, Lane};
use model::signal::SignalKind;
use model::text::LocalizedText;

use crate::samples::names;
use crate::with_workspaces;

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn there_is_one_for_each_trade() {
    let ids: Vec<_> = templates().iter().map(|template| template.id).collect();
    assert_eq!(ids, ["retail-store", "e-commerce", "service-booking", "bank", "b2b"]);
    let journeys: BTreeSet<_> = templates().iter().map(|template| template.journey.id.as_str()).collect();
    assert_eq!(journeys.len(), ids.len(), "all of them can be saved in one workspace");
}

#[test]
fn each_is_complete_in_both_languages() {
    for template in templates() {
        let journey = &template.journey;
        assert_eq!(journey.faults(), []);
        for name in names(journey).into_iter().chain([&template.name]) {
            let LocalizedText::ByLanguage(texts) = name else { panic!("{}: {name:?}", template.id) };
            assert_eq!(texts.keys().collect::<Vec<_>>(), ["en", "zh-CN"], "{}", template.id);
            assert!(is_chinese(&texts["zh-CN"]), "{}: {name:?}", template.id);
            assert!(!is_chinese(&texts["en"]), "{}: {name:?}", template.id);
        }
        assert!(
            journey
                .personas
                .iter()
                .all(|persona| persona.basis() == Basis::Assumption && persona.description.is_some())
        );
        assert!(!journey.personas.is_empty());
        let lanes: BTreeSet<Lane> = Lane::ALL.into_iter().filter(|lane| *lane != Lane::Note).collect();
        for stage in &journey.stages {
            let filled: BTreeSet<Lane> = stage.cards.iter().map(|card| card.lane).collect();
            assert_eq!(filled, lanes, "{}: {}", template.id, stage.id);
            assert!(stage.cards.iter().all(|card| card.basis == Basis::Assumption));
            assert!(stage.cards.iter().all(|card| card.feeling.is_some() == (card.lane == Lane::Emotion)));
        }
        // The goal ends an instance: a stage behind it would never be reached.
        let last = journey.stages.last().unwrap();
        assert!(
            journey.goal.touchpoints.iter().all(|id| last.touchpoints.iter().any(|touchpoint| touchpoint.id == *id))
        );
        assert!(journey.stages[..journey.stages.len() - 1].iter().all(|stage| stage.expect.is_some()));
    }
}

/// Only events that are touchpoints are looked at, and the first touchpoint takes an event.
#[test]
fn every_signal_and_every_touchpoint_can_be_seen() {
    for template in templates() {
        let journey = &template.journey;
        let mut events: BTreeSet<(&str, &[String])> = BTreeSet::new();
        for (_, touchpoint) in journey.touchpoints() {
            for condition in &touchpoint.rule.0 {
                for event in &condition.event {
                    assert!(
                        events.insert((event, &condition.channel))
                            && !events.contains(&(event.as_str(), &[])) | condition.channel.is_empty(),
                        "{}: `{event}` of {} is another touchpoint's",
                        template.id,
                        touchpoint.id
                    );
                }
            }
        }
        for signal in &journey.signals {
            for event in signal.rule.0.iter().flat_map(|condition| &condition.event) {
                assert!(events.contains(&(event.as_str(), &[])), "{}: `{event}` of {}", template.id, signal.id);
            }
        }
        let kinds: BTreeSet<SignalKind> = journey.signals.iter().map(|signal| signal.kind).collect();
        assert!(kinds.contains(&SignalKind::Error) && kinds.len() >= 5, "{}: {kinds:?}", template.id);
    }
}

#[tokio::test]
async fn each_can_be_stored_and_written_out() {
    let control = with_workspaces().await;
    for template in templates() {
        control.save_journey("shop", &template.journey, SaveInfo::default()).await.unwrap();
        let text = definition::journey_to_yaml(&template.journey);
        assert_eq!(definition::journey_from_yaml(&text).as_ref(), Ok(&template.journey));
    }
    assert_eq!(control.journeys("shop").await.unwrap().len(), templates().len());
}

#[test]
fn a_journey_begins_as_the_template_says_under_its_own_key() {
    let template = control::template("bank").unwrap();
    let begun = template.begin("ours", None, "Europe/Berlin");
    assert_eq!(
        (begun.id.as_str(), begun.zone.as_str(), &begun.name),
        ("ours", "Europe/Berlin", &template.journey.name)
    );
    assert_eq!(begun.stages, template.journey.stages);
    assert_eq!(begun.faults(), []);
    let named = template.begin("ours", Some("Ours".into()), "UTC");
    assert_eq!(named.name, "Ours".into());
    assert!(control::template("none").is_none());
}
