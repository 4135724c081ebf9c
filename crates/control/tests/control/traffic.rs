use control::{Error, SaveInfo};
use model::traffic::RuleSet;

use crate::with_workspaces;

fn saved(at_us: i64, note: &str) -> SaveInfo {
    SaveInfo { at_us, by: "lin".to_owned(), note: Some(note.to_owned()), ..SaveInfo::default() }
}

#[tokio::test]
async fn traffic_rules_begin_with_the_standard_and_keep_every_version() {
    let control = with_workspaces().await;
    let standard = control.traffic("shop", None).await.unwrap().unwrap();
    assert_eq!((standard.version, &standard.saved), (0, &None));
    assert_eq!(standard.rules, RuleSet::standard());
    let same = control.save_traffic("shop", &standard.rules, saved(1, "nothing new")).await.unwrap();
    assert_eq!((same.version, same.created), (0, false));

    let own = RuleSet { own_hosts: vec!["shop.example".into()], ..RuleSet::standard() };
    let done = control.save_traffic("shop", &own, saved(2, "our site")).await.unwrap();
    assert_eq!((done.version, done.created), (1, true));
    let stale = SaveInfo { expected_version: Some(0), ..saved(3, "late") };
    let mut fewer = own.clone();
    fewer.rules.truncate(5);
    let refused = control.save_traffic("shop", &fewer, stale).await.unwrap_err();
    assert!(matches!(refused, Error::Changed { found: 1, expected: 0, .. }), "{refused}");
    let mut wrong = own.clone();
    wrong.rules[0].group = "nowhere".into();
    let refused = control.save_traffic("shop", &wrong, saved(3, "wrong")).await.unwrap_err();
    assert!(matches!(&refused, Error::TrafficFaults { faults } if faults[0].path == "rules[0].group"), "{refused}");

    // The first version comes back as the newest, and what was saved since is kept.
    let old = control.traffic("shop", Some(0)).await.unwrap().unwrap();
    assert_eq!(control.save_traffic("shop", &old.rules, saved(4, "back")).await.unwrap().version, 2);
    assert_eq!(control.traffic("shop", Some(1)).await.unwrap().unwrap().rules, own);
    assert_eq!(control.traffic("shop", None).await.unwrap().unwrap().rules, RuleSet::standard());
    assert_eq!(control.traffic("shop", Some(9)).await.unwrap(), None);
    assert_eq!(control.traffic_version("shop").await.unwrap(), 2);
    let versions = control.traffic_versions("shop").await.unwrap();
    let lines: Vec<_> = versions.iter().map(|v| (v.version, v.by.as_str(), v.note.as_deref())).collect();
    assert_eq!(lines, [(2, "lin", Some("back")), (1, "lin", Some("our site"))]);
    assert_eq!(control.traffic_version("other").await.unwrap(), 0, "workspaces do not mix");
}
