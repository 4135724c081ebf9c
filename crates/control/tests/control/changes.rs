use control::limits::CHANGES_MAX;
use control::{Control, ErrorKind, SaveInfo};
use model::change::DatedChange;
use model::proposal::Proposal;
use serde_json::json;

use crate::{journey, with_workspaces};

fn at(at_us: i64, version: Option<u32>) -> SaveInfo {
    SaveInfo { at_us, by: "lin".into(), expected_version: version, ..SaveInfo::default() }
}

fn change(day: &str) -> DatedChange {
    let metric = json!({"name": "Sessions", "question": {"ask": "sessions"}});
    serde_json::from_value(json!({"title": "Costs shown", "day": day, "metric": metric})).unwrap()
}

async fn shop() -> Control {
    let control = with_workspaces().await;
    control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
    control
}

#[tokio::test]
async fn a_change_names_what_is_there_and_outlives_it() {
    let control = shop().await;
    let proposal: Proposal = serde_json::from_value(json!({
        "title": "Show costs", "journey": "buy", "stage": "buy", "rests_on": {"on": "words", "text": "a study"},
    }))
    .unwrap();
    let proposal = control.create_proposal("shop", &proposal, at(1, None)).await.unwrap().id;
    let whole = DatedChange {
        journey: Some("buy".into()),
        stage: Some("buy".into()),
        proposal: Some(proposal),
        ..change("2024-03-01")
    };
    let kept = control.create_dated_change("shop", &whole, at(10, None)).await.unwrap();
    for wrong in [
        DatedChange { journey: Some("none".into()), stage: None, ..whole.clone() },
        DatedChange { stage: Some("none".into()), ..whole.clone() },
        DatedChange { proposal: Some(proposal + 1), ..whole.clone() },
    ] {
        let error = control.create_dated_change("shop", &wrong, at(11, None)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    }
    // A proposal is one of its own workspace.
    let elsewhere = DatedChange { proposal: Some(proposal), ..change("2024-03-01") };
    assert!(control.create_dated_change("other", &elsewhere, at(12, None)).await.is_err());
    assert!(control.delete_proposal("shop", proposal).await.unwrap());
    let renamed = DatedChange { title: "Costs".into(), ..whole };
    let kept = control.save_dated_change("shop", kept.id, &renamed, at(20, Some(1))).await.unwrap();
    assert_eq!((kept.version, kept.created_at_us, kept.changed_at_us), (2, 10, 20));
    let stale = control.save_dated_change("shop", kept.id, &change("2024-03-02"), at(30, Some(1))).await.unwrap_err();
    assert_eq!(stale.kind(), ErrorKind::Conflict);
    assert_eq!(control.dated_changes("shop", Some(proposal)).await.unwrap(), std::slice::from_ref(&kept));
    assert_eq!(control.dated_change("other", kept.id).await.unwrap(), None);
    assert!(!control.delete_dated_change("other", kept.id).await.unwrap());
    assert!(control.delete_dated_change("shop", kept.id).await.unwrap());
}

#[tokio::test]
async fn the_newest_day_comes_first_and_there_are_so_many() {
    let control = shop().await;
    for day in ["2024-03-01", "2024-05-01", "2024-04-01"] {
        control.create_dated_change("shop", &change(day), at(1, None)).await.unwrap();
    }
    let days = control.dated_changes("shop", None).await.unwrap();
    let days: Vec<String> = days.iter().map(|kept| kept.change.day.to_string()).collect();
    assert_eq!(days, ["2024-05-01", "2024-04-01", "2024-03-01"]);
    for k in 3..CHANGES_MAX {
        control.create_dated_change("shop", &change("2024-01-01"), at(k as i64, None)).await.unwrap();
    }
    let more = control.create_dated_change("shop", &change("2024-01-01"), at(1, None)).await.unwrap_err();
    assert!(matches!(more, control::Error::Full { .. }), "{more}");
}
