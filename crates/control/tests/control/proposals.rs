use chrono::NaiveDate;
use control::limits::PROPOSALS_MAX;
use control::{Control, ErrorKind, ProposalFilter, SaveInfo};
use model::pain::Estimate;
use model::proposal::{Cost, Gain, Proposal, ProposalStatus, RestsOn};
use model::signal::SignalKind;
use serde_json::json;

use crate::files::execute;
use crate::pains::{look, pain};
use crate::{journey, new_workspace, with_workspaces};

pub(crate) fn proposal(pain: Option<&str>) -> Proposal {
    Proposal {
        title: "在详情页写明运费".into(),
        journey: "buy".into(),
        stage: "buy".into(),
        pain: pain.map(str::to_owned),
        rests_on: RestsOn::Cause { kind: SignalKind::Price, signals: vec!["fees".into()] },
        gain: Gain::default(),
        cost: Cost::Missing,
        currency: None,
        owner: None,
        due: None,
        status: ProposalStatus::Proposed,
    }
}

fn at(at_us: i64) -> SaveInfo {
    SaveInfo { at_us, by: "lin".into(), ..SaveInfo::default() }
}

fn expecting(at_us: i64, version: u32) -> SaveInfo {
    SaveInfo { expected_version: Some(version), ..at(at_us) }
}

fn estimate(value: f64) -> Option<Estimate> {
    Some(Estimate { value, low: value / 2.0, high: value * 2.0 })
}

async fn shop() -> Control {
    let control = with_workspaces().await;
    control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
    control
}

#[tokio::test]
async fn what_is_proposed_is_read_back_with_its_history() {
    let control = shop().await;
    let pain = pain("buy", None, None, 1.0);
    control.record_pains("shop", &look(1, 100), std::slice::from_ref(&pain), at(1)).await.unwrap();
    let first = Proposal {
        rests_on: RestsOn::Words { text: "客服每天被问三十次".into() },
        gain: Gain { customers_per_month: estimate(40.0), money_per_month: estimate(0.1) },
        cost: Cost::Amount { amount: 8_000.0, source: "研发估算".into() },
        currency: Some("CNY".into()),
        due: NaiveDate::from_ymd_opt(2026, 6, 30),
        ..proposal(Some(&pain.key))
    };
    let created = control.create_proposal("shop", &first, at(10)).await.unwrap();
    assert_eq!((created.version, created.created_at_us, created.created_by.as_str()), (1, 10, "lin"));
    assert_eq!(control.proposal("shop", created.id).await.unwrap(), Some(created.clone()));
    assert_eq!(control.proposal("other", created.id).await.unwrap(), None);

    let accepted = Proposal { status: ProposalStatus::Accepted, cost: Cost::Missing, ..first.clone() };
    let info = SaveInfo { note: Some("先做".into()), by: "wu".into(), ..expecting(20, 1) };
    let changed = control.change_proposal("shop", created.id, &accepted, info).await.unwrap();
    assert_eq!((changed.version, changed.created_at_us, changed.changed_at_us), (2, 10, 20));
    assert_eq!(control.proposal("shop", created.id).await.unwrap(), Some(changed));

    let history = control.proposal_history("shop", created.id).await.unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!((history[0].by.as_str(), history[0].note.as_deref()), ("wu", Some("先做")));
    let told: Vec<_> =
        history[0].changes.iter().map(|change| (change.field.as_str(), change.to.clone().unwrap())).collect();
    assert_eq!(told, [("cost", json!({"known": "missing"})), ("status", json!("accepted"))]);
    assert!(history[1].changes.iter().any(|change| change.field == "title" && change.from.is_none()));

    assert!(!control.delete_proposal("other", created.id).await.unwrap());
    assert!(control.delete_proposal("shop", created.id).await.unwrap());
    assert!(!control.delete_proposal("shop", created.id).await.unwrap());
    assert_eq!(control.proposal_history("shop", created.id).await.unwrap(), []);
}

#[tokio::test]
async fn changes_are_checked_and_never_lost() {
    let control = shop().await;
    let first = proposal(None);
    let id = control.create_proposal("shop", &first, at(1)).await.unwrap().id;
    let change = async |next: &Proposal, info: SaveInfo| control.change_proposal("shop", id, next, info).await;
    let with = |status| Proposal { status, ..first.clone() };
    let error = change(&with(ProposalStatus::Done), expecting(2, 1)).await.unwrap_err();
    assert!(error.to_string().starts_with("status: "), "{error}");
    let accepted = with(ProposalStatus::Accepted);
    assert_eq!(change(&accepted, expecting(2, 1)).await.unwrap().version, 2);
    assert_eq!(change(&accepted, expecting(2, 1)).await.unwrap().version, 2);
    let error = change(&with(ProposalStatus::Dropped), expecting(3, 1)).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().contains("at version 2, not 1")), (ErrorKind::Conflict, true));
    let error = change(&with(ProposalStatus::InProgress), expecting(3, 2)).await.unwrap_err();
    assert!(error.to_string().starts_with("owner: "), "{error}");
    let error = control.change_proposal("shop", id + 1, &first, at(4)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = control.change_proposal("other", id, &first, at(4)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_proposal_stands_at_a_place_that_is_there() {
    let control = shop().await;
    control.save_journey("shop", &journey("sell", "Sell"), SaveInfo::default()).await.unwrap();
    let pain = pain("buy", None, None, 1.0);
    control.record_pains("shop", &look(1, 100), std::slice::from_ref(&pain), at(1)).await.unwrap();
    for (wrong, field) in [
        (Proposal { journey: "none".into(), ..proposal(None) }, "journey"),
        (Proposal { stage: "none".into(), ..proposal(None) }, "stage"),
        (proposal(Some("0")), "pain"),
        (Proposal { journey: "sell".into(), ..proposal(Some(&pain.key)) }, "pain"),
        (Proposal { title: String::new(), ..proposal(None) }, "title"),
    ] {
        let error = control.create_proposal("shop", &wrong, at(1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().starts_with(&format!("{field}: ")), "{error}");
    }
    let error = control.create_proposal("none", &proposal(None), at(1)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);

    // A stage that goes later leaves the proposal where it was, and it can still be finished.
    let id = control.create_proposal("shop", &proposal(Some(&pain.key)), at(1)).await.unwrap().id;
    let mut without = journey("buy", "Buy");
    without.stages[0].id = "order".into();
    control.save_journey("shop", &without, SaveInfo::default()).await.unwrap();
    let dropped = Proposal { status: ProposalStatus::Dropped, ..proposal(Some(&pain.key)) };
    assert_eq!(control.change_proposal("shop", id, &dropped, at(2)).await.unwrap().version, 2);
}

#[tokio::test]
async fn proposals_are_listed_by_what_they_should_bring() {
    let control = shop().await;
    let gains = [(None, Some(3.0)), (Some(5.0), None), (None, None), (Some(70.0), Some(1.0)), (None, Some(20.0))];
    for (i, (money, customers)) in gains.into_iter().enumerate() {
        let gain =
            Gain { customers_per_month: customers.and_then(estimate), money_per_month: money.and_then(estimate) };
        let status = if i == 1 { ProposalStatus::Accepted } else { ProposalStatus::Proposed };
        let new = Proposal { title: i.to_string(), gain, status, ..proposal(None) };
        control.create_proposal("shop", &new, at(1)).await.unwrap();
    }
    let titles = async |filter: ProposalFilter| -> String {
        let listed = control.proposals("shop", &filter, 100).await.unwrap();
        listed.into_iter().map(|proposal| proposal.proposal.title).collect()
    };
    assert_eq!(titles(ProposalFilter::default()).await, "31402");
    let status = vec![ProposalStatus::Accepted];
    assert_eq!(titles(ProposalFilter { status, ..ProposalFilter::default() }).await, "1");
    assert_eq!(titles(ProposalFilter { journey: Some("sell".into()), ..ProposalFilter::default() }).await, "");
    assert_eq!(titles(ProposalFilter { stage: Some("buy".into()), ..ProposalFilter::default() }).await, "31402");
    assert_eq!(titles(ProposalFilter { pain: Some("0".into()), ..ProposalFilter::default() }).await, "");
    assert_eq!(control.proposals("shop", &ProposalFilter::default(), 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_board_has_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control.sqlite");
    let control = Control::open(&path).await.unwrap();
    control.create_workspace(new_workspace("shop")).await.unwrap();
    control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
    control.create_proposal("shop", &proposal(None), at(1)).await.unwrap();
    let fill = format!(
        "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {PROPOSALS_MAX})
         INSERT INTO proposal (workspace_id, journey_id, stage_id, content, status, created_by, version, created_at_us,
             changed_at_us)
         SELECT 'shop', journey_id, stage_id, content, status, 'x', 1, 1, 1 FROM proposal, n"
    );
    execute(&path, &fill).await;
    let error = control.create_proposal("shop", &proposal(None), at(2)).await.unwrap_err();
    assert!(matches!(error, control::Error::Full { max: PROPOSALS_MAX, .. }), "{error}");
    assert_eq!(
        control.proposals("shop", &ProposalFilter::default(), u64::MAX).await.unwrap().len() as u64,
        PROPOSALS_MAX
    );
}
