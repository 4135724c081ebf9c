use control::limits::PINS_MAX;
use control::{Control, ErrorKind, SaveInfo};
use model::named_view::{MapPlace, NamedView, ViewAsks};
use serde_json::json;

use crate::{journey, with_workspaces};

fn at(at_us: i64, version: Option<u32>) -> SaveInfo {
    SaveInfo { at_us, by: "lin".into(), expected_version: version, ..SaveInfo::default() }
}

fn place(stage: &str, touchpoint: Option<&str>) -> MapPlace {
    MapPlace { journey: "buy".into(), stage: stage.into(), touchpoint: touchpoint.map(str::to_owned), lane: None }
}

/// A workspace with a journey and a stored view, and a name for it that is not kept yet.
async fn shop() -> (Control, NamedView) {
    let control = with_workspaces().await;
    control.save_journey("shop", &journey("buy", "Buy"), SaveInfo::default()).await.unwrap();
    let view = control.save_view("shop", &json!({"v": 1, "page": "analysis", "kind": "funnel"}), 1).await.unwrap();
    let asks = Some(ViewAsks { question: json!({"ask": "funnel"}), versus: None });
    (control, NamedView { name: "加购".into(), note: Some("每周看".into()), view, asks, place: None })
}

#[tokio::test]
async fn a_pin_outlives_its_stage_and_comes_to_no_stage_that_is_gone() {
    let (control, named) = shop().await;
    let pinned = NamedView { place: Some(place("buy", Some("purchase"))), ..named.clone() };
    let kept = control.create_named_view("shop", &pinned, at(10, None)).await.unwrap();
    assert_eq!((kept.version, &*kept.kind, &*kept.created_by), (1, "funnel", "lin"));
    // The next version of the journey has another stage in its place.
    let mut next = journey("buy", "Buy");
    next.stages[0].id = "pay".into();
    control.save_journey("shop", &next, SaveInfo::default()).await.unwrap();
    assert_eq!(control.named_views("shop", Some("buy")).await.unwrap(), std::slice::from_ref(&kept));
    let renamed = NamedView { name: "加购到下单".into(), ..pinned.clone() };
    let kept = control.change_named_view("shop", kept.id, &renamed, at(20, Some(1))).await.unwrap();
    assert_eq!((kept.version, kept.created_at_us, kept.changed_at_us), (2, 10, 20));
    let anew = control.create_named_view("shop", &pinned, at(30, None)).await.unwrap_err();
    assert_eq!(anew.kind(), ErrorKind::Invalid);
    let moved = NamedView { place: Some(place("pay", None)), ..renamed.clone() };
    let kept = control.change_named_view("shop", kept.id, &moved, at(40, Some(2))).await.unwrap();
    let stale = control.change_named_view("shop", kept.id, &renamed, at(50, Some(2))).await.unwrap_err();
    assert_eq!(stale.kind(), ErrorKind::Conflict);
    // Off the map it is still named; names are of their workspace.
    let off = NamedView { place: None, ..moved };
    control.change_named_view("shop", kept.id, &off, at(60, Some(3))).await.unwrap();
    assert!(control.named_views("shop", Some("buy")).await.unwrap().is_empty());
    assert_eq!(control.named_views("shop", None).await.unwrap().len(), 1);
    assert_eq!(control.named_view("other", kept.id).await.unwrap(), None);
    assert!(!control.delete_named_view("other", kept.id).await.unwrap());
    assert!(control.delete_named_view("shop", kept.id).await.unwrap());
    assert!(control.view("shop", &off.view).await.unwrap().is_some(), "the permalink stays");
}

#[tokio::test]
async fn a_map_takes_so_many_pins() {
    let (control, named) = shop().await;
    let pinned = NamedView { place: Some(place("buy", None)), ..named.clone() };
    for k in 0..PINS_MAX {
        control.create_named_view("shop", &pinned, at(k as i64, None)).await.unwrap();
    }
    let more = control.create_named_view("shop", &pinned, at(99, None)).await.unwrap_err();
    assert!(matches!(more, control::Error::Full { .. }), "{more}");
    let kept = control.create_named_view("shop", &named, at(99, None)).await.unwrap();
    assert!(control.change_named_view("shop", kept.id, &pinned, at(100, None)).await.is_err());
    let first = control.named_views("shop", Some("buy")).await.unwrap()[0].clone();
    let within = NamedView { place: Some(place("buy", Some("purchase"))), ..first.named };
    control.change_named_view("shop", first.id, &within, at(101, None)).await.unwrap();
}
