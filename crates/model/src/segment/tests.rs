use serde_json::json;

use super::*;

fn segment(id: &str, who: serde_json::Value) -> Segment {
    serde_json::from_value(json!({"id": id, "name": id, "who": who})).unwrap()
}

fn paths(segment: &Segment) -> Vec<String> {
    segment.faults().into_iter().map(|fault| fault.path).collect()
}

#[test]
fn every_kind_of_test_reads_and_is_written_as_it_was() {
    let who = json!({"all": [
        {"trait": {"key": "city_tier", "op": "eq", "value": 1}},
        {"any": [
            {"did": {"match": [{"event": ["purchase"]}], "within": {"last": "90d"}, "measure": {"sum": "amount"},
                     "is": {"gte": 100.0}}},
            {"did": {"match": [{"event": ["visit"]}], "measure": "days", "is": {"eq": 2.0}}}
        ]},
        {"not": {"last": {"match": [{"event": ["purchase"]}], "within": {"last": "30d"}}}},
        {"first": {"match": [{"event": ["purchase"]}], "within": {"before": "365d"}}},
        {"sequence": {"steps": [[{"event": ["cart"]}], [{"event": ["pay"]}]], "span": "1d"}},
        {"channel": {"any_of": ["store"]}},
        {"segment": "vip"},
        {"rfm": {"model": {"match": [{"event": ["purchase"]}], "value": "amount", "ties": "together", "high": 4},
                 "groups": ["important_value"]}}
    ]});
    let read = segment("all-kinds", who.clone());
    assert_eq!(serde_json::to_value(&read.who).unwrap(), who);
    assert_eq!(read.faults(), []);
    assert_eq!((read.who.tests(), read.who.segments()), (9, vec!["vip"]));
}

#[test]
fn one_event_is_what_did_means_by_itself() {
    let read = segment("buyers", json!({"did": {"match": [{"event": "purchase"}]}}));
    let Who::Did(did) = read.who else { panic!() };
    assert_eq!((did.measure, did.is, did.within), (Measure::Count, Bounds::at_least(1.0), Within::EVER));
}

#[test]
fn faults_say_where_they_are() {
    let who = json!({"all": [
        {"did": {"match": [], "within": {"last": "1d", "before": "2d"}, "measure": {"sum": "city"}, "is": {}}},
        {"any": []},
        {"not": {"trait": {"key": "tier", "op": "in", "value": 1}}},
        {"sequence": {"steps": [[{"event": "cart"}]]}},
        {"channel": {"any_of": []}},
        {"last": {"match": [{"event": "a"}], "within": {}}},
        {"segment": "Not a key"},
        {"rfm": {"model": {"match": [{"event": "a"}], "high": 6}, "r": [0, 5]}}
    ]});
    assert_eq!(
        paths(&segment("Bad", who)),
        [
            "id",
            "who.all[0].did.match",
            "who.all[0].did.within.before",
            "who.all[0].did.measure",
            "who.all[0].did.is",
            "who.all[1].any",
            "who.all[2].not.trait.value",
            "who.all[3].sequence.steps",
            "who.all[4].channel.any_of",
            "who.all[5].last.within",
            "who.all[6].segment",
            "who.all[7].rfm.model.high",
            "who.all[7].rfm.r[0]",
        ]
    );
    let deep = (0..SEGMENT_DEPTH_MAX).fold(json!({"segment": "a"}), |who, _| json!({"not": who}));
    assert_eq!(paths(&segment("deep", deep)).len(), 1);
    let wide = json!({"any": vec![json!({"segment": "a"}); SEGMENT_TESTS_MAX + 1]});
    assert_eq!(paths(&segment("wide", wide)), ["who"]);
}

#[test]
fn named_segments_are_put_in_and_circles_are_found() {
    let all = [
        segment("a", json!({"all": [{"segment": "b"}, {"not": {"segment": "c"}}]})),
        segment("b", json!({"segment": "c"})),
        segment("c", json!({"channel": {"any_of": ["web"]}})),
        segment("d", json!({"segment": "e"})),
        segment("e", json!({"any": [{"segment": "c"}, {"segment": "d"}]})),
        segment("f", json!({"segment": "nobody"})),
    ];
    let find = |id: &str| all.iter().find(|segment| segment.id == id);
    let web = json!({"channel": {"any_of": ["web"]}});
    let expanded = expand(&all[0], &find).unwrap();
    assert_eq!(serde_json::to_value(expanded).unwrap(), json!({"all": [web, {"not": web}]}));
    let fault = expand(&all[3], &find).unwrap_err();
    assert!(fault.message.ends_with("d → e → d"), "{fault}");
    assert_eq!(expand(&all[5], &find).unwrap_err().path, "who.segment");
}

#[test]
fn windows_are_half_open_at_their_far_end() {
    let last = Within::last(Span::from_us(10));
    assert!(last.contains(91, 100) && !last.contains(90, 100) && last.contains(100, 100));
    let before = Within { before: Some(Span::from_us(10)), ..Within::EVER };
    assert!(before.contains(90, 100) && !before.contains(91, 100));
}
