use chrono::NaiveDate;
use control::limits::{HISTORY_MAX, PAINS_MAX};
use control::{Control, ErrorKind, PainFilter, PainLook, PainsRecorded, SaveInfo};
use model::history::{FieldChange, HistoryEntry};
use model::pain::{
    Comparison, Estimate, Facet, Handling, Margin, Money, MoneyMissing, Pain, PainKind, PainStatus, Rate, RunningCost,
    TrackedPain, key,
};
use model::period::Period;
use serde_json::json;

use crate::files::execute;
use crate::{journey, new_workspace, with_workspaces};

fn estimate(value: f64) -> Estimate {
    Estimate { value, low: value / 2.0, high: value * 2.0 }
}

/// A pain at the stage `buy` in the time 0 to 100, of everyone or of one platform.
pub(crate) fn pain(journey: &str, platform: Option<&str>, money: Option<f64>, customers: f64) -> Pain {
    let facet = platform.map(|value| Facet { dimension: "platform".into(), value: value.into() });
    Pain {
        key: key(journey, PainKind::DropOff, "buy", facet.as_ref()),
        kind: PainKind::DropOff,
        journey: journey.into(),
        stage: "buy".into(),
        facet,
        comparison: Comparison::Others,
        from_us: 0,
        to_us: 100,
        dated: false,
        observed: Rate::new(30, 100),
        reference: Rate::new(20, 100),
        difference: estimate(0.1),
        margin: 0.02,
        p_value: 0.001,
        q_value: 0.01,
        looks: 12,
        excess: estimate(10.0),
        customers_per_month: estimate(customers),
        money: match money {
            Some(money) => Money::PerMonth { amount: estimate(money), currency: Some("CNY".into()), observed: None },
            None => Money::Missing { why: MoneyMissing::GoalHasNoValue },
        },
        margin_lost: Margin::default(),
        running_cost: RunningCost::default(),
        causes: vec![],
        collect: vec![],
        suggestions: vec![],
        effects: vec![],
        next: Vec::new(),
        sentence: "it hurts".into(),
        question: String::new(),
        pick: String::new(),
    }
}

/// A look at `buy` over all time, asked at a moment.
pub(crate) fn look(version: u32, as_of_us: i64) -> PainLook {
    PainLook { journey: "buy".into(), version, looked: Period::default(), as_of_us }
}

fn at(at_us: i64) -> SaveInfo {
    SaveInfo { at_us, by: "finder".into(), ..SaveInfo::default() }
}

fn by(at_us: i64, who: &str, note: Option<&str>, expected_version: u32) -> SaveInfo {
    SaveInfo { at_us, by: who.into(), note: note.map(str::to_owned), expected_version: Some(expected_version) }
}

fn handling(status: PainStatus, owner: Option<&str>) -> Handling {
    Handling { status, owner: owner.map(str::to_owned), due: None }
}

async fn shop() -> Control {
    let control = with_workspaces().await;
    control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
    control
}

async fn get(control: &Control, key: &str) -> TrackedPain {
    control.pain("shop", key).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_is_found_again_is_the_same_pain_with_newer_numbers() {
    let control = shop().await;
    let (android, everyone) = (pain("buy", Some("android"), Some(9.0), 1.0), pain("buy", None, None, 3.0));
    let recorded = control.record_pains("shop", &look(1, 100), &[android.clone(), everyone.clone()], at(1_000)).await;
    let new = vec![android.key.clone(), everyone.key.clone()];
    assert_eq!(recorded.unwrap(), PainsRecorded { new, ..PainsRecorded::default() });

    let worse = Pain { observed: Rate::new(40, 100), ..pain("buy", Some("android"), Some(20.0), 2.0) };
    let recorded = control.record_pains("shop", &look(1, 200), std::slice::from_ref(&worse), at(2_000)).await.unwrap();
    assert_eq!(recorded, PainsRecorded { not_seen: vec![everyone.key.clone()], ..PainsRecorded::default() });

    let found = get(&control, &android.key).await;
    assert_eq!((found.pain.clone(), found.handling.clone(), found.version), (worse, Handling::found(), 1));
    assert_eq!((found.first_found_at_us, found.last_found_at_us, found.as_of_us), (1_000, 2_000, 200));
    assert_eq!(found.not_seen_since_us(), None);
    let unseen = get(&control, &everyone.key).await;
    assert_eq!(
        (unseen.last_found_at_us, unseen.last_looked_at_us, unseen.pain.clone()),
        (1_000, 2_000, everyone.clone())
    );
    assert_eq!(unseen.not_seen_since_us(), Some(1_000));
    let changes = vec![FieldChange { field: "status".into(), from: None, to: Some(json!("found")) }];
    let history = control.pain_history("shop", &android.key).await.unwrap();
    assert_eq!(history, [HistoryEntry { at_us: 1_000, by: "finder".into(), note: None, changes }]);

    // A look that could not have seen it, and one into the past, say nothing of it.
    let before = PainLook { looked: Period { from_us: None, to_us: Some(50) }, ..look(1, 300) };
    for look in [before, look(1, 150)] {
        let recorded = control.record_pains("shop", &look, &[], at(3_000)).await.unwrap();
        assert_eq!(recorded, PainsRecorded::default());
    }
    let milder = pain("buy", Some("android"), Some(1.0), 1.0);
    control.record_pains("shop", &look(1, 150), &[milder], at(3_000)).await.unwrap();
    assert_eq!(get(&control, &android.key).await, found);
    // Found again after it was not seen.
    control.record_pains("shop", &look(1, 400), std::slice::from_ref(&everyone), at(4_000)).await.unwrap();
    assert_eq!(get(&control, &everyone.key).await.not_seen_since_us(), None);
}

#[tokio::test]
async fn a_closed_pain_comes_back_only_by_later_events() {
    let control = shop().await;
    let first = pain("buy", None, None, 1.0);
    let record = async |to_us: i64, at_us: i64| {
        let found = Pain { to_us, ..first.clone() };
        control.record_pains("shop", &look(1, to_us), &[found], at(at_us)).await.unwrap()
    };
    record(100, 1_000).await;
    let due = NaiveDate::from_ymd_opt(2026, 3, 31);
    let working = Handling { due, ..handling(PainStatus::Working, Some("lin")) };
    control.handle_pain("shop", &first.key, &working, by(1_100, "wu", Some("请林跟进"), 1)).await.unwrap();
    let closed = handling(PainStatus::Closed, Some("lin"));
    let pain = control.handle_pain("shop", &first.key, &closed, by(1_200, "lin", None, 2)).await.unwrap();
    assert_eq!((pain.closed_at_us, pain.version), (Some(1_200), 3));
    assert_eq!(get(&control, &first.key).await, pain);

    assert_eq!(record(1_200, 1_300).await.came_back, [""; 0]);
    assert_eq!(get(&control, &first.key).await.handling.status, PainStatus::Closed);
    assert_eq!(record(1_400, 1_500).await.came_back, [first.key.as_str()]);
    let back = get(&control, &first.key).await;
    assert_eq!((back.handling.status, back.version, back.closed_at_us), (PainStatus::CameBack, 4, Some(1_200)));
    assert_eq!(back.handling.owner.as_deref(), Some("lin"), "who knows it best is asked first");
    // Once.
    assert_eq!(record(1_600, 1_700).await, PainsRecorded::default());

    let history = control.pain_history("shop", &first.key).await.unwrap();
    let told: Vec<_> = history
        .iter()
        .map(|entry| {
            let status = entry.changes.iter().find(|change| change.field == "status").unwrap();
            (entry.at_us, entry.by.as_str(), status.to.as_ref().unwrap().as_str().unwrap(), entry.changes.len())
        })
        .collect();
    let expected = [
        (1_500, "finder", "came_back", 1),
        (1_200, "lin", "closed", 2),
        (1_100, "wu", "working", 3),
        (1_000, "finder", "found", 1),
    ];
    assert_eq!(told, expected);
    assert_eq!(history[2].note.as_deref(), Some("请林跟进"));
    let due = FieldChange { field: "due".into(), from: Some(json!("2026-03-31")), to: None };
    assert!(history[1].changes.contains(&due), "{history:?}");
}

#[tokio::test]
async fn decisions_are_checked_and_never_lost() {
    let control = shop().await;
    let pain = pain("buy", None, None, 1.0);
    control.record_pains("shop", &look(1, 100), std::slice::from_ref(&pain), at(1)).await.unwrap();
    let handle = async |next: Handling, info: SaveInfo| control.handle_pain("shop", &pain.key, &next, info).await;
    for (status, field) in [(PainStatus::Owned, "owner"), (PainStatus::CameBack, "status")] {
        let error = handle(handling(status, None), by(2, "lin", None, 1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().starts_with(&format!("{field}: ")), "{error}");
    }
    let owned = handling(PainStatus::Owned, Some("lin"));
    assert_eq!(handle(owned.clone(), by(3, "lin", None, 1)).await.unwrap().version, 2);
    // The answer got lost and the client repeats it.
    assert_eq!(handle(owned.clone(), by(3, "lin", None, 1)).await.unwrap().version, 2);
    let error = handle(handling(PainStatus::Closed, None), by(4, "wu", None, 1)).await.unwrap_err();
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::Conflict, false));
    // A note alone is an act.
    assert_eq!(handle(owned.clone(), by(5, "wu", Some("等发版"), 2)).await.unwrap().version, 3);
    let history = control.pain_history("shop", &pain.key).await.unwrap();
    assert_eq!((history.len(), history[0].note.as_deref(), history[0].changes.len()), (3, Some("等发版"), 0));

    let error = control.handle_pain("shop", "0", &owned, at(6)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = control.handle_pain("other", &pain.key, &owned, at(6)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = handle(owned, SaveInfo { note: Some("x".repeat(5_000)), ..at(6) }).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn a_look_is_recorded_whole_or_not_at_all() {
    let control = shop().await;
    let good = pain("buy", None, None, 1.0);
    let wrong = [
        pain("sell", None, None, 1.0),
        Pain { key: "0".into(), ..good.clone() },
        Pain { stage: "look".into(), ..good.clone() },
        good.clone(),
        Pain { difference: estimate(f64::NAN), ..pain("buy", Some("ios"), None, 1.0) },
    ];
    for wrong in wrong {
        let found = [good.clone(), wrong];
        let error = control.record_pains("shop", &look(1, 100), &found, at(1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    }
    for (workspace, version) in [("shop", 2), ("none", 1), ("other", 1)] {
        let error =
            control.record_pains(workspace, &look(version, 100), std::slice::from_ref(&good), at(1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
    assert_eq!(control.pains("shop", &PainFilter::default(), 10).await.unwrap(), []);
}

#[tokio::test]
async fn pains_are_listed_by_what_they_cost() {
    let control = shop().await;
    control.save_journey("shop", &journey("sell", "Sell"), SaveInfo::default()).await.unwrap();
    let stall = Pain {
        kind: PainKind::Stall,
        key: key("buy", PainKind::Stall, "buy", None),
        ..pain("buy", None, Some(7.0), 1.0)
    };
    let found = [
        pain("buy", Some("a"), None, 5.0),
        pain("buy", Some("b"), Some(9.0), 1.0),
        pain("buy", Some("c"), None, 50.0),
        pain("buy", Some("d"), Some(80.0), 1.0),
        stall.clone(),
    ];
    control.record_pains("shop", &look(1, 100), &found, at(1)).await.unwrap();
    let sell = pain("sell", None, Some(8.0), 1.0);
    let look = PainLook { journey: "sell".into(), ..look(1, 100) };
    control.record_pains("shop", &look, &[sell], at(1)).await.unwrap();

    let listed = async |filter: PainFilter| -> Vec<String> {
        let pains = control.pains("shop", &filter, 100).await.unwrap();
        let name = |pain: TrackedPain| {
            let facet = pain.pain.facet.map_or_else(|| "all".to_owned(), |facet| facet.value);
            let customers = pain.pain.customers_per_month.value;
            format!("{} {} {facet} {customers}", pain.pain.journey, pain.pain.kind.id())
        };
        pains.into_iter().map(name).collect()
    };
    let all = listed(PainFilter::default()).await;
    let expected = [
        "buy drop_off d 1",
        "buy drop_off b 1",
        "sell drop_off all 1",
        "buy stall all 1",
        "buy drop_off c 50",
        "buy drop_off a 5",
    ];
    assert_eq!(all, expected);
    assert_eq!(control.pains("shop", &PainFilter::default(), 2).await.unwrap().len(), 2);
    let of = |journey: &str| PainFilter { journey: Some(journey.into()), ..PainFilter::default() };
    assert_eq!(listed(of("sell")).await.len(), 1);
    assert_eq!(
        listed(PainFilter { kind: vec![PainKind::Stall, PainKind::Loop], ..of("buy") }).await,
        ["buy stall all 1"]
    );
    assert_eq!(listed(PainFilter { stage: Some("look".into()), ..of("buy") }).await, [""; 0]);
    let acknowledged = handling(PainStatus::Acknowledged, None);
    control.handle_pain("shop", &stall.key, &acknowledged, at(2)).await.unwrap();
    let status = vec![PainStatus::Acknowledged, PainStatus::Closed];
    assert_eq!(listed(PainFilter { status, ..PainFilter::default() }).await, ["buy stall all 1"]);
    assert_eq!(control.pains("other", &PainFilter::default(), 100).await.unwrap(), []);
}

#[tokio::test]
async fn what_nobody_touched_gives_way_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sqlite");
    let control = Control::open(&path).await.unwrap();
    control.create_workspace(new_workspace("shop")).await.unwrap();
    control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
    let named = |name: &str| pain("buy", Some(name), None, 1.0);
    let (touched, proposed, oldest) = (named("touched"), named("proposed"), named("oldest"));
    let found = [touched.clone(), proposed.clone(), oldest.clone()];
    control.record_pains("shop", &look(1, 100), &found, at(1)).await.unwrap();
    control.handle_pain("shop", &touched.key, &handling(PainStatus::Acknowledged, None), at(2)).await.unwrap();
    control.create_proposal("shop", &crate::proposals::proposal(Some(&proposed.key)), at(2)).await.unwrap();
    let fill = format!(
        "WITH RECURSIVE n (i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < {PAINS_MAX})
         INSERT INTO pain SELECT workspace_id, 'k' || i, journey_id, stage_id, kind, content, status, owner, due,
             money_per_month, customers_per_month, version, journey_version, first_found_at_us, 5, 5, as_of_us,
             looked_from_us, looked_to_us, closed_at_us
         FROM pain, n WHERE pain_key = '{}'",
        oldest.key
    );
    execute(&path, &fill).await;
    let count = async || control.pains("shop", &PainFilter::default(), u64::MAX).await.unwrap().len() as u64;
    assert_eq!(count().await, PAINS_MAX);
    control.record_pains("shop", &look(1, 100), &[named("new")], at(6)).await.unwrap();
    assert_eq!(count().await, PAINS_MAX);
    assert_eq!(control.pain("shop", &oldest.key).await.unwrap(), None);
    for kept in [touched.key, proposed.key] {
        assert!(control.pain("shop", &kept).await.unwrap().is_some());
    }
    execute(&path, "UPDATE pain SET version = 2").await;
    let error = control.record_pains("shop", &look(1, 100), &[named("one more")], at(7)).await.unwrap_err();
    assert!(matches!(error, control::Error::Full { max: PAINS_MAX, .. }), "{error}");
}

#[tokio::test]
async fn a_history_has_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sqlite");
    let control = Control::open(&path).await.unwrap();
    control.create_workspace(new_workspace("shop")).await.unwrap();
    control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
    let pain = pain("buy", None, None, 1.0);
    control.record_pains("shop", &look(1, 100), std::slice::from_ref(&pain), at(1)).await.unwrap();
    let fill = format!(
        "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {HISTORY_MAX})
         INSERT INTO pain_event (workspace_id, pain_key, at_us, by, changes) SELECT 'shop', '{}', i, 'x', '[]' FROM n",
        pain.key
    );
    execute(&path, &fill).await;
    let error = control.handle_pain("shop", &pain.key, &handling(PainStatus::Closed, None), at(2)).await.unwrap_err();
    assert!(matches!(error, control::Error::Full { max: HISTORY_MAX, .. }), "{error}");
    execute(&path, "UPDATE pain SET status = 'lost'").await;
    assert_eq!(control.pain("shop", &pain.key).await.unwrap_err().kind(), ErrorKind::Corrupt);
}
