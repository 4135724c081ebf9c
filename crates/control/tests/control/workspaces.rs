use control::{ErrorKind, NewWorkspace, PainFilter, ProposalFilter, SampleNotice, SaveInfo, Workspace};
use model::sample::SampleKind;
use model::text::LocalizedText;
use serde_json::json;

use crate::{journey, new_workspace, with_workspaces};

#[tokio::test]
async fn what_is_created_is_read_back() {
    let control = with_workspaces().await;
    let name =
        LocalizedText::ByLanguage([("zh-CN", "样例"), ("en", "Sample")].map(|(k, v)| (k.into(), v.into())).into());
    let sample = SampleNotice { kind: SampleKind::Sample, licence: "CC0-1.0".into(), origin: "a package".into() };
    let new = NewWorkspace { id: "demo-1".into(), name, sample: Some(sample), currency: None, ..new_workspace("") };
    let created = control.create_workspace(new.clone()).await.unwrap();
    let NewWorkspace { id, name, sample, zone, currency, place, created_at_us } = new;
    assert_eq!(created, Workspace { id, name, sample, zone, currency, place, created_at_us });
    assert_eq!(control.workspace("demo-1").await.unwrap(), Some(created));
    assert_eq!(control.workspace("none").await.unwrap(), None);
    let ids: Vec<String> = control.workspaces().await.unwrap().into_iter().map(|workspace| workspace.id).collect();
    assert_eq!(ids, ["demo-1", "other", "shop"]);
}

#[tokio::test]
async fn they_stand_by_place_and_those_of_one_place_by_key() {
    let control = with_workspaces().await;
    let notice = |kind| SampleNotice { kind, licence: "CC0-1.0".into(), origin: "a package".into() };
    let samples = [("a", 3, SampleKind::Sample), ("z", 1, SampleKind::Simulated), ("b", 3, SampleKind::Sample)];
    for (id, place, kind) in samples {
        let new = NewWorkspace { sample: Some(notice(kind)), place, ..new_workspace(id) };
        control.create_workspace(new).await.unwrap();
    }
    let ids = async || -> Vec<String> {
        control.workspaces().await.unwrap().into_iter().map(|workspace| workspace.id).collect()
    };
    assert_eq!(ids().await, ["other", "shop", "z", "a", "b"]);

    control.describe_sample("b", &notice(SampleKind::Simulated), -1).await.unwrap();
    assert_eq!(ids().await, ["b", "other", "shop", "z", "a"]);
    let described = control.workspace("b").await.unwrap().unwrap();
    assert_eq!(described.sample.unwrap().kind, SampleKind::Simulated);
    assert_eq!(described.zone, "Asia/Shanghai");
    let error = control.describe_sample("none", &notice(SampleKind::Sample), 0).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_second_of_the_same_key_is_refused() {
    let control = with_workspaces().await;
    let error = control.create_workspace(new_workspace("shop")).await.unwrap_err();
    assert_eq!((error.kind(), error.retryable()), (ErrorKind::Conflict, false));
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let control = with_workspaces().await;
    let base = || new_workspace("new");
    let long = "x".repeat(5_000);
    for (new, field) in [
        (new_workspace(""), "id"),
        (new_workspace("../etc"), "id"),
        (new_workspace("Shop"), "id"),
        (new_workspace("-x"), "id"),
        (new_workspace(&"x".repeat(65)), "id"),
        (NewWorkspace { name: " ".into(), ..base() }, "name"),
        (NewWorkspace { name: long.as_str().into(), ..base() }, "name"),
        (NewWorkspace { zone: "Mars".into(), ..base() }, "zone"),
        (NewWorkspace { currency: Some("yuan".into()), ..base() }, "currency"),
    ] {
        let error = control.create_workspace(new).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().starts_with(&format!("{field}: ")), "{error}");
    }
    assert_eq!(control.workspaces().await.unwrap().len(), 2);
}

#[tokio::test]
async fn deleting_takes_what_belongs_to_it_and_nothing_else() {
    let control = with_workspaces().await;
    let view = json!({"v": 1});
    let mut hash = String::new();
    for workspace in ["shop", "other"] {
        control.save_journey(workspace, &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
        hash = control.save_view(workspace, &view, 1).await.unwrap();
        control.record_import(workspace, crate::imports::run("a.csv")).await.unwrap();
        let pain = crate::pains::pain("buy", None, None, 1.0);
        let look = crate::pains::look(1, 100);
        control.record_pains(workspace, &look, std::slice::from_ref(&pain), SaveInfo::default()).await.unwrap();
        let proposal = crate::proposals::proposal(Some(&pain.key));
        control.create_proposal(workspace, &proposal, SaveInfo::default()).await.unwrap();
    }
    assert!(control.delete_workspace("shop").await.unwrap());
    assert!(!control.delete_workspace("shop").await.unwrap());
    control.create_workspace(new_workspace("shop")).await.unwrap();
    for (workspace, left) in [("shop", 0), ("other", 1)] {
        assert_eq!(control.journeys(workspace).await.unwrap().len(), left);
        assert_eq!(control.view(workspace, &hash).await.unwrap().is_some(), left == 1);
        assert_eq!(control.imports(workspace, 10).await.unwrap().len(), left);
        let pains = control.pains(workspace, &PainFilter::default(), 10).await.unwrap();
        assert_eq!(pains.len(), left);
        let key = crate::pains::pain("buy", None, None, 1.0).key;
        assert_eq!(control.pain_history(workspace, &key).await.unwrap().len(), left);
        assert_eq!(control.proposals(workspace, &ProposalFilter::default(), 10).await.unwrap().len(), left);
    }
}
