//! Traffic rules on the command line: the same snapshot, other rules, other numbers.

use model::traffic::{RuleSet, TrafficOp};
use serde_json::{Value, json};

use crate::support::{Installation, repository};

const MAPPING: &str = "\
source: web
time: {column: time, zone: UTC}
identifiers: [{namespace: user, column: user}]
event: {column: event}
channel: {const: web}
columns: {utm_source: source, utm_medium: medium, referrer: referrer, page: page, amount: amount}
";

const EVENTS: &str = "\
time,user,event,source,medium,referrer,page,amount
2026-01-01 10:00:00,a,visit,elevator,screen,,https://shop.example/,
2026-01-01 10:05:00,a,visit,,,https://shop.example/,https://shop.example/cart,
2026-01-01 10:09:00,a,purchase,,,,https://shop.example/paid,20
2026-01-02 10:00:00,b,visit,google,cpc,,https://shop.example/?gclid=1,
2026-01-02 10:09:00,b,purchase,,,,https://shop.example/paid,50
2026-01-03 10:00:00,c,visit,,,https://www.baidu.com/,https://shop.example/,
";

#[test]
fn history_is_classified_anew_when_the_rules_change() {
    let here = Installation::new();
    let (file, mapping) = (here.write("web.csv", EVENTS), here.write("web.yaml", MAPPING));
    here.run(&["import", &file, "--mapping", &mapping, "-w", "shop"]).expect(0);
    let shown: Value = serde_json::from_str(&here.run(&["traffic", "show", "-w", "shop"]).expect(0).stdout).unwrap();

    let before = here.json(&["traffic", "preview", "-w", "shop"]);
    assert_eq!(before["unclassified"][0]["source"], "elevator");
    assert_eq!((&before["moved"], &before["unclassified_combinations"]), (&json!(0), &json!(1)));

    // A rule for the screens in lifts, tried before it is kept.
    let mut rules = shown.clone();
    rules["groups"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "screens", "name": {"zh-CN": "电梯屏", "en": "Screens"}}));
    rules["rules"].as_array_mut().unwrap().push(json!({
        "name": "Screens", "group": "screens",
        "any": [{"all": [{"field": "medium", "op": "is", "values": ["screen"]}]}],
    }));
    let file = here.write("rules.json", &rules.to_string());
    let tried = here.json(&["traffic", "preview", &file, "-w", "shop"]);
    assert_eq!(
        tried["moves"],
        json!([{"from": "unassigned", "to": "screens", "count": {"events": 1, "customers": 1}}])
    );
    assert_eq!(tried["unclassified"], json!([]));
    let sum = |answer: &Value, side: &str| -> u64 {
        answer["groups"].as_array().unwrap().iter().map(|group| group[side]["events"].as_u64().unwrap()).sum()
    };
    assert_eq!((sum(&tried, "before"), sum(&tried, "after")), (6, 6), "groups add up to all events");

    let buyers_by_group = |expected: &[(&str, u64)]| {
        let funnel = here.json(&[
            "analyze",
            "funnel",
            "-w",
            "shop",
            "--step",
            "visit",
            "--step",
            "purchase",
            "--window",
            "1d",
            "--by",
            "traffic_group",
        ]);
        let mut found: Vec<(String, u64)> = (funnel["groups"].as_array().unwrap().iter())
            .map(|of| {
                let count = of["steps"][1]["reached"]["customers"].as_u64().unwrap();
                (of["value"].as_str().unwrap_or_default().to_owned(), count)
            })
            .filter(|(_, count)| *count > 0)
            .collect();
        let expected: Vec<(String, u64)> = expected.iter().map(|(group, n)| ((*group).to_owned(), *n)).collect();
        found.sort();
        assert_eq!(found, expected);
    };
    buyers_by_group(&[("paid_search", 1), ("unassigned", 1)]);
    let saved = here.json(&["traffic", "save", &file, "-w", "shop", "--note", "screens in lifts"]);
    assert_eq!(saved, json!({"version": 1, "created": true}));
    buyers_by_group(&[("paid_search", 1), ("screens", 1)]);
    let touches =
        here.json(&["analyze", "attribution", "-w", "shop", "--conversion", "purchase", "--credit", "traffic_group"]);
    let first: Vec<(&str, u64)> = (touches["values"].as_array().unwrap().iter())
        .map(|of| (of["value"].as_str().unwrap(), of["first"]["customers"].as_u64().unwrap()))
        .filter(|(_, customers)| *customers > 0)
        .collect();
    assert_eq!(first.len(), 2, "{first:?}");
    assert!(first.contains(&("screens", 1)) && first.contains(&("paid_search", 1)), "{first:?}");

    // And back: the standard is version 0.
    let standard = here.run(&["traffic", "show", "-w", "shop", "--version", "0"]).expect(0).stdout;
    let file = here.write("standard.json", &standard);
    assert_eq!(here.json(&["traffic", "save", &file, "-w", "shop"])["version"], 2);
    buyers_by_group(&[("paid_search", 1), ("unassigned", 1)]);
    let versions = here.run(&["traffic", "versions", "-w", "shop"]).expect(0).stdout;
    assert!(versions.contains("screens in lifts"), "{versions}");

    let wrong = here.write("wrong.json", &standard.replacen("\"group\": \"store\"", "\"group\": \"stores\"", 1));
    let refused = here.run(&["traffic", "save", &wrong, "-w", "shop"]).expect(3);
    assert!(refused.stderr.contains("there is no group `stores`"), "{}", refused.stderr);
}

/// The table of the reference pages: every standard rule, its channel, and when it holds.
fn table(language: &str) -> String {
    let rules = RuleSet::standard();
    let (head, or, and, list) = match language {
        "en" => ("| # | rule | channel | holds when |\n|---|---|---|---|\n", "; or ", " and ", "list"),
        _ => ("| # | 规则 | 渠道 | 命中条件 |\n|---|---|---|---|\n", "；或 ", " 且 ", "名单"),
    };
    let op = |op: TrafficOp| serde_json::to_value(op).unwrap().as_str().unwrap().replace('_', " ");
    let mut made = head.to_owned();
    for (n, rule) in rules.rules.iter().enumerate() {
        let test = |test: &model::traffic::TrafficTest| {
            let values = test.values.iter().map(|value| format!("`{}`", value.replace('|', "\\|")));
            let values = values.collect::<Vec<_>>().join(", ");
            match test.op {
                TrafficOp::InList => format!("`{}` ∈ {list} {values}", test.field.name()),
                TrafficOp::Is => format!("`{}` = {values}", test.field.name()),
                other => format!("`{}` {} {values}", test.field.name(), op(other)),
            }
        };
        let conditions = rule.any.iter().map(|part| part.all.iter().map(test).collect::<Vec<_>>().join(and));
        let conditions = conditions.collect::<Vec<_>>().join(or);
        let name = rule.name.get(language);
        made.push_str(&format!("| {} | {name} | `{}` | {conditions} |\n", n + 1, rule.group));
    }
    made
}

#[test]
fn the_reference_lists_the_standard_rules() {
    for (page, language) in [("traffic.md", "en"), ("traffic.zh-CN.md", "zh-CN")] {
        let path = repository().join("docs/reference").join(page);
        let kept = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = kept.split_once("<!-- rules -->\n").unwrap();
        let (_, after) = rest.split_once("<!-- /rules -->").unwrap();
        let made = format!("{before}<!-- rules -->\n{}<!-- /rules -->{after}", table(language));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        assert!(
            std::fs::read_to_string(&path).unwrap() == made,
            "{page} is out of date; run this test with UPDATE_SNAPSHOTS=1"
        );
    }
}
