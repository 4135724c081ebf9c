//! The data dictionary on the command line.

use serde_json::json;

use crate::support::Installation;

const MAPPING: &str = "\
source: till
time: {column: time, zone: UTC}
identifiers: [{namespace: member_no, column: member}]
event: {column: event}
channel: {const: store}
columns: {amount: amount}
";

#[test]
fn the_dictionary_is_shown_described_and_judged() {
    let here = Installation::new();
    let rows: Vec<String> = (0..30)
        .map(|n| format!("2026-01-{:02} 10:00:00,{n},purchase,{}", n % 28 + 1, if n == 3 { "" } else { "5" }))
        .collect();
    let file = here.write("till.csv", &format!("time,member,event,amount\n{}\n", rows.join("\n")));
    let mapping = here.write("till.yaml", MAPPING);
    here.run(&["import", &file, "--mapping", &mapping, "-w", "shop"]).expect(0);

    let dictionary = here.json(&["dictionary", "events", "-w", "shop"]);
    assert_eq!(dictionary["names"][0]["count"], 30);
    assert_eq!(here.row("shop", "SELECT count(*), count(amount) FROM events"), json!([30, 29]));
    let entry = here.json(&["dictionary", "event", "purchase", "-w", "shop"]);
    let amount = entry["properties"].as_array().unwrap().iter().find(|of| of["name"] == "amount").unwrap();
    assert_eq!((&amount["present"], &amount["of"]), (&json!(29), &json!(30)));
    here.run(&["dictionary", "event", "nothing", "-w", "shop"]).expect(4);

    let quality = here.run(&["dictionary", "quality", "-w", "shop"]).expect(1);
    assert!(quality.stdout.contains("missing") && quality.stdout.contains("amount"), "{}", quality.stdout);
    let describe = |more: &[&str]| here.run(&[&["dictionary", "describe"], more, &["-w", "shop"]].concat());
    describe(&["purchase", "--title", "支付成功", "--owner", "王芳"]).expect(0);
    let said = describe(&["purchase", "--status", "expected"]).expect(0).stdout;
    assert!(said.contains("version 2"), "{said}");
    let shown = here.run(&["dictionary", "events", "-w", "shop"]).expect(0).stdout;
    assert!(shown.contains("支付成功"), "what is not given stays: {shown}");
    describe(&["--property", "amount", "--status", "hidden"]).expect(0);
    let left = here.run(&["dictionary", "quality", "-w", "shop", "--json"]).expect(1).json();
    let rules: Vec<_> = left.as_array().unwrap().iter().map(|finding| finding["rule"].clone()).collect();
    assert_eq!(rules, [json!("expected_missing")]);
}
