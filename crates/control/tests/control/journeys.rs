use control::{Control, Error, ErrorKind, SaveInfo, SavedVersion};
use model::journey::Journey;
use model::text::LocalizedText;
use proptest::prelude::*;

use crate::{journey, with_workspaces};

fn saved(at_us: i64, by: &str) -> SaveInfo {
    SaveInfo { at_us, by: by.to_owned(), ..SaveInfo::default() }
}

fn expecting(version: u32) -> SaveInfo {
    SaveInfo { expected_version: Some(version), ..SaveInfo::default() }
}

async fn save(control: &Control, journey: &Journey, info: SaveInfo) -> (u32, bool) {
    let SavedVersion { version, created } = control.save_journey("shop", journey, info).await.unwrap();
    (version, created)
}

#[tokio::test]
async fn changed_content_makes_a_version_and_the_same_content_none() {
    let control = with_workspaces().await;
    let (one, two) = (journey("buy", "One"), journey("buy", "Two"));
    assert_eq!(save(&control, &one, saved(10, "lin")).await, (1, true));
    assert_eq!(save(&control, &one, saved(11, "wu")).await, (1, false));
    let note = SaveInfo { note: Some("renamed".into()), ..saved(12, "wu") };
    assert_eq!(save(&control, &two, note).await, (2, true));
    // Back to the first content is a change too.
    assert_eq!(save(&control, &one, saved(13, "lin")).await, (3, true));

    let newest = control.journey("shop", "buy", None).await.unwrap().unwrap();
    assert_eq!((newest.version, newest.saved_at_us, &newest.journey), (3, 13, &one));
    let second = control.journey("shop", "buy", Some(2)).await.unwrap().unwrap();
    assert_eq!((&second.journey, second.by.as_str(), second.note.as_deref()), (&two, "wu", Some("renamed")));
    for (id, version) in [("buy", 0), ("buy", 4), ("buy", u32::MAX), ("sell", 1)] {
        assert_eq!(control.journey("shop", id, Some(version)).await.unwrap(), None);
    }
    let history = control.journey_versions("shop", "buy").await.unwrap();
    let history: Vec<_> = history.iter().map(|info| (info.version, info.saved_at_us, info.by.as_str())).collect();
    assert_eq!(history, [(3, 13, "lin"), (2, 12, "wu"), (1, 10, "lin")]);
}

#[tokio::test]
async fn the_list_shows_each_journey_once_at_its_newest() {
    let control = with_workspaces().await;
    for (at_us, id, name) in [(1, "b", "B"), (2, "a", "A"), (3, "b", "B, better"), (4, "b", "B, best")] {
        save(&control, &journey(id, name), saved(at_us, "lin")).await;
    }
    control.save_journey("other", &journey("b", "Other"), saved(9, "wu")).await.unwrap();
    let list = control.journeys("shop").await.unwrap();
    let list: Vec<_> =
        list.iter().map(|j| (j.id.as_str(), j.name.get("en"), j.version, j.saved_at_us, j.stages)).collect();
    assert_eq!(list, [("a", "A", 1, 2, 1), ("b", "B, best", 3, 4, 1)]);
    assert_eq!(control.journeys("none").await.unwrap(), []);
}

#[tokio::test]
async fn a_save_from_an_old_version_is_refused() {
    let control = with_workspaces().await;
    let named = |name: &str| journey("buy", name);
    assert_eq!(save(&control, &named("1"), expecting(0)).await, (1, true));
    assert_eq!(save(&control, &named("2"), expecting(1)).await, (2, true));
    for expected in [0, 1, 3] {
        let error = control.save_journey("shop", &named("3"), expecting(expected)).await.unwrap_err();
        assert!(matches!(error, Error::Changed { found: 2, .. }), "{error}");
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::Conflict, false));
    }
    // The answer to the second save got lost and the client repeats it.
    assert_eq!(save(&control, &named("2"), expecting(1)).await, (2, false));
    assert_eq!(save(&control, &named("3"), expecting(2)).await, (3, true));
}

#[tokio::test]
async fn an_old_version_is_restored_as_a_new_one() {
    let control = with_workspaces().await;
    for (at_us, name) in [(1, "One"), (2, "Two")] {
        save(&control, &journey("buy", name), saved(at_us, "lin")).await;
    }
    let info = |note: &str| SaveInfo { note: Some(note.into()), expected_version: Some(2), ..saved(3, "wu") };
    let error = control.restore_journey("shop", "buy", 1, info(" ")).await.unwrap_err();
    assert!(error.to_string().starts_with("note: "), "{error}");
    let error = control.restore_journey("shop", "buy", 7, info("back")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let restored = control.restore_journey("shop", "buy", 1, info("back")).await.unwrap();
    assert_eq!(restored, SavedVersion { version: 3, created: true });
    let newest = control.journey("shop", "buy", None).await.unwrap().unwrap();
    assert_eq!(
        (newest.journey, newest.by.as_str(), newest.note.as_deref()),
        (journey("buy", "One"), "wu", Some("back"))
    );
    let error = control.restore_journey("shop", "buy", 2, info("again")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn definitions_with_faults_are_refused_whole() {
    let control = with_workspaces().await;
    let mut faulty = journey("buy", "Buy");
    faulty.goal.touchpoints = vec!["nowhere".into()];
    faulty.zone = "Mars".into();
    let error = control.save_journey("shop", &faulty, SaveInfo::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(matches!(error, Error::Faults { faults, .. } if faults == faulty.faults()));
    assert_eq!(control.journeys("shop").await.unwrap(), []);
}

#[tokio::test]
async fn without_a_workspace_there_is_no_journey() {
    let control = with_workspaces().await;
    let error = control.save_journey("none", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::NotFound, "there is no workspace `none`"));
}

#[test]
fn any_text_stays_data() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let control = runtime.block_on(with_workspaces());
    let spiteful = prop_oneof![
        proptest::sample::select(vec![
            "'; DROP TABLE journey_version; --",
            "\" OR 1=1 --",
            "' || (SELECT name FROM sqlite_master) || '",
            "?1",
            "$1",
            ":name",
            "%_\\",
            "a\0b",
            "\u{202e}abc",
            "{{7*7}}",
        ])
        .prop_map(str::to_owned),
        any::<String>().prop_filter("not blank", |text| !text.trim().is_empty() && text.len() < 2_000),
    ];
    let mut config = ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() };
    config.source_file = Some(file!());
    proptest!(config, |(text in spiteful)| {
        runtime.block_on(async {
            let mut journey = journey("buy", "Buy");
            journey.name = LocalizedText::from(text.as_str());
            let info = SaveInfo { by: text.clone(), note: Some(text.clone()), ..SaveInfo::default() };
            control.save_journey("shop", &journey, info).await.unwrap();
            let stored = control.journey("shop", "buy", None).await.unwrap().unwrap();
            assert_eq!(stored.journey, journey);
            // As a key the text finds nothing, and nothing comes to harm.
            assert_eq!(control.journey(&text, &text, None).await.unwrap(), None);
            assert_eq!(control.view(&text, &text).await.unwrap(), None);
            assert!(!control.delete_workspace(&text).await.unwrap());
            assert_eq!(control.workspaces().await.unwrap().len(), 2);
        });
    });
}
