use control::{Control, Error, ErrorKind, SaveInfo};
use model::journey::Journey;
use model::lanes::Parent;

use crate::{journey, with_workspaces};

fn below(id: &str, parent: &str, stage: &str) -> Journey {
    Journey { parent: Some(Parent { journey: parent.into(), stage: stage.into() }), ..journey(id, id) }
}

async fn save(control: &Control, journey: &Journey) -> control::Result<u32> {
    Ok(control.save_journey("shop", journey, SaveInfo::default()).await?.version)
}

/// The path of the only fault a save is refused for.
async fn refused(control: &Control, journey: &Journey) -> String {
    let error = save(control, journey).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let Error::Faults { faults, .. } = error else { panic!("{error}") };
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].path.clone()
}

#[tokio::test]
async fn children_are_listed_by_stage() {
    let control = with_workspaces().await;
    save(&control, &journey("life", "Life")).await.unwrap();
    for id in ["b", "a"] {
        save(&control, &below(id, "life", "buy")).await.unwrap();
    }
    save(&control, &below("deep", "a", "buy")).await.unwrap();
    control.save_journey("other", &journey("life", "Life"), SaveInfo::default()).await.unwrap();

    let children = control.children("shop", "life").await.unwrap();
    let children: Vec<_> = children.iter().map(|c| (c.stage.as_str(), c.journey.id.as_str())).collect();
    assert_eq!(children, [("buy", "a"), ("buy", "b")]);
    assert_eq!(control.children("shop", "a").await.unwrap()[0].journey.id, "deep");
    assert_eq!(control.children("other", "life").await.unwrap(), []);
    // Only the newest version counts.
    save(&control, &journey("a", "A")).await.unwrap();
    assert_eq!(control.children("shop", "life").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_parent_must_be_there() {
    let control = with_workspaces().await;
    assert_eq!(refused(&control, &below("a", "life", "buy")).await, "parent.journey");
    save(&control, &journey("life", "Life")).await.unwrap();
    assert_eq!(refused(&control, &below("a", "life", "sell")).await, "parent.stage");
    assert_eq!(refused(&control, &below("life", "life", "buy")).await, "parent.journey");
    let error = control.save_journey("other", &below("a", "life", "buy"), SaveInfo::default()).await.unwrap_err();
    assert!(matches!(error, Error::Faults { .. }), "a parent of another workspace is none");
}

#[tokio::test]
async fn maps_form_no_circle() {
    let control = with_workspaces().await;
    save(&control, &journey("a", "A")).await.unwrap();
    save(&control, &below("b", "a", "buy")).await.unwrap();
    save(&control, &below("c", "b", "buy")).await.unwrap();
    for under in ["b", "c"] {
        assert_eq!(refused(&control, &below("a", under, "buy")).await, "parent.journey");
    }
    // Taken out above, the circle would not close any more.
    save(&control, &journey("b", "B")).await.unwrap();
    assert_eq!(save(&control, &below("a", "c", "buy")).await.unwrap(), 2);
    assert_eq!(refused(&control, &below("b", "a", "buy")).await, "parent.journey");
    // Nor by way of an old version.
    let info = SaveInfo { note: Some("as it was".into()), ..SaveInfo::default() };
    let error = control.restore_journey("shop", "b", 1, info).await.unwrap_err();
    assert!(matches!(error, Error::Faults { .. }), "{error}");
}
