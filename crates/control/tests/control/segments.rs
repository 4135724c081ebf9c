use control::{Error, ErrorKind, SaveInfo, definition};
use model::segment::Segment;
use serde_json::json;

use crate::with_workspaces;

fn segment(id: &str, who: serde_json::Value) -> Segment {
    serde_json::from_value(json!({"id": id, "name": id, "who": who})).unwrap()
}

fn used(channel: &str) -> serde_json::Value {
    json!({"channel": {"any_of": [channel]}})
}

fn saved(at_us: i64) -> SaveInfo {
    SaveInfo { at_us, by: "lin".to_owned(), ..SaveInfo::default() }
}

#[tokio::test]
async fn segments_have_versions_like_journeys() {
    let control = with_workspaces().await;
    for (at_us, channel, version, created) in [(1, "web", 1, true), (2, "web", 1, false), (3, "app", 2, true)] {
        let done = control.save_segment("shop", &segment("a", used(channel)), saved(at_us)).await.unwrap();
        assert_eq!((done.version, done.created), (version, created));
    }
    let expecting = SaveInfo { expected_version: Some(1), ..saved(4) };
    let refused = control.save_segment("shop", &segment("a", used("store")), expecting).await.unwrap_err();
    assert!(matches!(refused, Error::Changed { found: 2, .. }), "{refused}");
    let first = control.segment("shop", "a", Some(1)).await.unwrap().unwrap();
    assert_eq!(first.segment, segment("a", used("web")));
    let versions = control.segment_versions("shop", "a").await.unwrap();
    assert_eq!(versions.iter().map(|v| (v.version, v.saved_at_us)).collect::<Vec<_>>(), [(2, 3), (1, 1)]);
    let all = control.segments("shop").await.unwrap();
    assert_eq!(all.iter().map(|s| (s.segment.id.as_str(), s.version)).collect::<Vec<_>>(), [("a", 2)]);
    assert_eq!(control.segments("other").await.unwrap(), []);
    control.delete_segment("shop", "a").await.unwrap();
    assert_eq!(control.segment("shop", "a", None).await.unwrap(), None);
    assert_eq!(control.delete_segment("shop", "a").await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn what_a_segment_rests_on_exists_and_forms_no_circle() {
    let control = with_workspaces().await;
    let names = |id: &str| json!({"segment": id});
    let refused = control.save_segment("shop", &segment("b", names("a")), saved(1)).await.unwrap_err();
    assert!(matches!(refused, Error::SegmentFaults { .. }), "{refused}");
    for (id, who) in [("a", used("web")), ("b", names("a")), ("c", json!({"not": names("b")}))] {
        control.save_segment("shop", &segment(id, who), saved(2)).await.unwrap();
    }
    for who in [names("a"), names("c")] {
        let refused = control.save_segment("shop", &segment("a", who), saved(3)).await.unwrap_err();
        assert!(refused.to_string().contains("cannot rest on itself"), "{refused}");
    }
    let refused = control.delete_segment("shop", "a").await.unwrap_err();
    assert!(refused.to_string().contains("segment `b` rests on it"), "{refused}");
    control.delete_segment("shop", "c").await.unwrap();
}

#[test]
fn a_segment_is_written_and_read_as_yaml_and_json() {
    let text = "\
id: lapsing
name: {zh-CN: 快流失的买家, en: Lapsing buyers}
who:
  all:
    - did: {match: [{event: purchase}], measure: {sum: amount}, is: {gte: 100}}
    - not: {did: {match: [{event: purchase}], within: {last: 30d}}}
    - trait: {key: city_tier, op: in, value: [1, 2]}
    - sequence: {steps: [[{event: cart}], [{event: purchase}]], span: 1d}
    - channel: {any_of: store, within: {last: 90d}}
    - rfm: {model: {match: [{event: purchase}]}, groups: [important_keep]}
    - last: {match: [{event: visit}], within: {before: 7d}}
";
    let read = definition::segment_from_yaml(text).unwrap();
    assert_eq!(read.who.tests(), 7);
    assert_eq!(definition::segment_from_yaml(&definition::segment_to_yaml(&read)).unwrap(), read);
    assert_eq!(definition::segment_from_json(&definition::segment_to_json(&read)).unwrap(), read);
}

#[test]
fn faults_of_a_segment_have_their_lines() {
    let text = "\
id: Lapsing
name: Lapsing
who:
  all:
    - did: {match: [{evnt: purchase}]}
    - did: {match: [{event: purchase}], is: {gte: many}}
    - rfm: {model: {match: [{event: a}]}, groups: [important]}
    - {}
    - channel: {any_of: []}
";
    let faults = definition::segment_from_yaml(text).unwrap_err();
    let lines: Vec<_> = faults.iter().map(|fault| (fault.line.unwrap(), fault.path.as_str())).collect();
    let expected = [
        (1, "id"),
        (5, "who.all[0].did.match[0].evnt"),
        (6, "who.all[1].did.is"),
        (7, "who.all[2].rfm.groups[0]"),
        (8, "who.all[3]"),
        (9, "who.all[4].channel.any_of"),
    ];
    assert_eq!(lines, expected, "{faults:?}");
}
