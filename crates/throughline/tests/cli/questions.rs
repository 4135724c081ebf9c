//! Questions on the command line. The numbers were computed by other engines.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::Installation;

#[test]
fn questions_are_answered_with_the_numbers_of_other_engines() {
    let here = Installation::with_shop();
    let sessions = here.json(&["analyze", "sessions", "-w", "shop"]);
    assert_eq!(sessions["sessions"]["instances"], 3605);
    let steps = ["--step", "catalog", "--step", "product_view", "--step", "add_to_cart", "--step", "purchase"];
    let funnel = here.json(&[&["analyze", "funnel", "-w", "shop"][..], &steps].concat());
    let reached: Vec<_> =
        funnel["steps"].as_array().unwrap().iter().map(|step| step["reached"]["customers"].clone()).collect();
    assert_eq!(reached, [600, 596, 502, 274]);

    let map = here.json(&["journey", "map", "online-purchase", "-w", "shop"]);
    let goal = &map["totals"]["goal"];
    let question = map["meta"]["question"].as_str().unwrap();
    let pick = goal["pick"].as_str().unwrap();
    let list =
        here.json(&["analyze", "customers", "-w", "shop", "--question", question, "--pick", pick, "--limit", "3"]);
    assert_eq!((&list["customers"], list["items"].as_array().unwrap().len()), (&goal["customers"], 3));

    let personas = here.json(&["journey", "personas", "online-purchase", "-w", "shop"]);
    assert_eq!(personas["everyone"]["conversion"], map["totals"]["conversion"]);
    let persona = &personas["personas"][0];
    let of_persona =
        here.json(&["journey", "map", "online-purchase", "-w", "shop", "--persona", persona["id"].as_str().unwrap()]);
    assert_eq!(persona["numbers"]["started"], of_persona["totals"]["started"]);
    here.run(&["journey", "map", "online-purchase", "-w", "shop", "--persona", "nobody"]).expect(4);

    for args in [
        &["journey", "map", "online-purchase", "-w", "shop", "--lang", "zh-CN"][..],
        &["journey", "personas", "online-purchase", "-w", "shop", "--lang", "zh-CN"],
        &["analyze", "paths", "-w", "shop", "--collapse"],
        &["analyze", "transitions", "-w", "shop", "--journey", "online-purchase"],
        &["analyze", "sessions", "-w", "shop", "--from", "2024-03-01", "--to", "2024-04-01"],
        &["lake", "status", "-w", "shop"],
        &["workspace", "list"],
    ] {
        let run = here.run(args).expect(0);
        assert!(run.stdout.lines().count() > 1 && run.stderr.is_empty(), "{args:?}: {run:?}");
    }
    here.run(&["analyze", "sessions", "-w", "shop", "--from", "yesterday"]).expect(2);
    here.run(&["analyze", "funnel", "-w", "shop", "--journey", "none"]).expect(4);
    here.run(&["sql", "DROP TABLE events", "-w", "shop"]).expect(3);
    let all = here.json(&["sql", "SELECT 1 AS one", "-w", "shop", "--limit", &usize::MAX.to_string()]);
    assert_eq!((&all["rows"], &all["meta"]["truncated"]), (&json!([[1]]), &json!(false)));
    let funnel = ["analyze", "funnel", "-w", "shop", "--step", "catalog", "--step", "purchase", "--mode"];
    here.run(&[&funnel[..], &["strict_deduplication"]].concat()).expect(0);
    let help = here.run(&["analyze", "funnel", "--help"]).expect(0).stdout;
    assert!(help.contains("strict_deduplication") && !help.contains("strict_dedup "), "{help}");
    here.run(&[&funnel[..], &["strict_dedup"]].concat()).expect(2);
}

#[test]
fn linking_two_customers_makes_them_one_and_unlinking_gives_both_back() {
    let here = Installation::with_shop();
    let people = || here.row("shop", "SELECT count(*), count(DISTINCT customer) FROM events");
    let before = people();
    let identifiers = here.row("shop", "SELECT min(identifiers), max(identifiers) FROM events");
    let name = |index: usize| {
        let list: Value = serde_json::from_str(identifiers[index].as_str().unwrap()).unwrap();
        format!("{}:{}", list[0]["namespace"].as_str().unwrap(), list[0]["value"].as_str().unwrap())
    };
    let (a, b) = (name(0), name(1));
    let linked = here.json(&["identity", "link", &a, &b, "-w", "shop", "--reason", "shown at the till"]);
    assert_eq!(linked["after"][0], linked["after"][1]);
    assert_eq!(people(), json!([31_106, 599]));
    let explained = here.json(&["identity", "explain", &a, "-w", "shop"]);
    assert_eq!(explained[0]["links"][0]["edge"]["reason"], "shown at the till");
    let found = here.json(&["identity", "show", &b, "-w", "shop"]);
    assert_eq!(found["items"][0]["customer"], linked["after"][0].to_string());
    here.run(&["lake", "compact", "--full", "-w", "shop"]).expect(0);
    assert_eq!(people(), json!([31_106, 599]));
    here.run(&["identity", "unlink", &a, &b, "-w", "shop"]).expect(0);
    assert_eq!(people(), before);
    let preview = here.json(&["identity", "decide", "join", &a, &b, "-w", "shop", "--preview"]);
    assert_eq!(preview["change"]["customers"]["merged"].as_array().map(Vec::len), Some(1));
    assert_eq!(people(), before);
    here.run(&["identity", "decide", "block", &a, "-w", "shop", "--reason", "a test account"]).expect(0);
    let decisions = here.json(&["identity", "decisions", "-w", "shop"]);
    assert_eq!(
        (decisions[0]["decision"].as_str(), decisions[0]["reason"].as_str()),
        (Some("block"), Some("a test account"))
    );
    assert!(here.run(&["identity", "review", "-w", "shop"]).expect(0).stdout.contains("no case is open"));
    std::fs::write(here.path("policy.json"), "{\"shared\": \"last\"}").unwrap();
    let path = here.path("policy.json").display().to_string();
    here.run(&["identity", "policy", "--set", &path, "-w", "shop"]).expect(0);
    assert_eq!(here.json(&["identity", "policy", "-w", "shop"])["policy"]["shared"], "last");
    here.run(&["identity", "decide", "join", &a, "-w", "shop"]).expect(3);
    here.run(&["identity", "link", &a, "user_id:nobody", "-w", "shop"]).expect(4);
    here.run(&["identity", "link", &a, "nobody", "-w", "shop"]).expect(2);
}

#[test]
fn a_workspace_is_made_and_deleted_for_good() {
    let here = Installation::with_shop();
    here.run(&["workspace", "create", "shop"]).expect(5);
    here.run(&["workspace", "create", "No Key"]).expect(3);
    here.run(&["workspace", "delete", "shop"]).expect(2);
    assert!(here.data().join("workspaces/shop/lake").is_dir());
    here.run(&["workspace", "delete", "shop", "--yes"]).expect(0);
    assert!(!here.data().join("workspaces/shop").exists());
    here.run(&["workspace", "delete", "shop", "--yes"]).expect(4);
    assert_eq!(here.json(&["workspace", "list"]), json!([]));
}

const TILL: &str = "\
source: till
time: {column: time, zone: UTC}
identifiers: [{namespace: member_no, column: member}]
event: {const: visit}
channel: {const: store}
";

const VISITS: &str = "\
id: visits
name: Visits
gap: 36500d
zone: Asia/Shanghai
stages:
  - id: look
    name: Look
    touchpoints: [{id: visit, name: Visit, match: [{event: visit}]}]
  - id: buy
    name: Buy
    touchpoints: [{id: pay, name: Pay, match: [{event: pay}]}]
goal: {name: Paid, touchpoints: [pay]}
";

/// A till whose third row comes from a clock that is more than a century ahead.
fn till() -> Installation {
    let here = Installation::new();
    let rows = "time,member\n2024-01-01 10:00:00,1\n2024-01-02 10:00:00,2\n2150-01-01 00:00:00,3\n";
    let (rows, mapping) = (here.write("till.csv", rows), here.write("till.yaml", TILL));
    let imported = here.json(&["import", &rows, "--mapping", &mapping, "-w", "till"]);
    assert_eq!(imported["future"], 1, "{imported:#}");
    assert!(imported["files"][0]["notes"][0].as_str().unwrap().contains("1 events are dated"), "{imported:#}");
    let journey = here.write("visits.yaml", VISITS);
    here.run(&["journey", "import", &journey, "-w", "till"]).expect(0);
    here
}

#[test]
fn one_event_of_the_future_ends_nobodys_journey() {
    let here = till();
    let map = here.json(&["journey", "map", "visits", "-w", "till"]);
    let count = |what: &str| map["totals"][what]["instances"].as_u64().unwrap();
    assert_eq!((count("started"), count("open"), count("left")), (2, 2, 0), "{map:#}");
    assert_eq!(map["meta"]["events_later"], 1);
    let question = map["meta"]["question"].as_str().unwrap();
    let open = ["analyze", "customers", "-w", "till", "--question", question, "--pick", "open"];
    assert_eq!(here.json(&open)["customers"], 2);
    assert_eq!(here.row("till", "SELECT sessions FROM sessions()"), json!([2]), "SQL goes by the same clock");
    // Asked as if it were then, it counts.
    let then = here.json(&["journey", "map", "visits", "-w", "till", "--as-of", "2150-01-02"]);
    assert_eq!((&then["totals"]["started"]["instances"], &then["meta"]["events_later"]), (&json!(3), &json!(0)));
}

#[test]
fn days_are_those_of_the_flag_the_journey_or_the_workspace() {
    let here = till();
    let zone = |args: &[&str]| here.json(&[args, &["-w", "till"]].concat())["meta"]["zone"].clone();
    assert_eq!(zone(&["journey", "map", "visits"]), "Asia/Shanghai");
    assert_eq!(zone(&["analyze", "paths", "--journey", "visits"]), "Asia/Shanghai");
    assert_eq!(zone(&["analyze", "paths"]), "UTC");
    assert_eq!(zone(&["analyze", "paths", "--journey", "visits", "--zone", "Europe/Paris"]), "Europe/Paris");
    // Midnight in Shanghai, eight hours before that of Greenwich.
    let map = here.json(&["journey", "map", "visits", "-w", "till", "--from", "2024-01-01"]);
    assert_eq!(map["meta"]["scope"]["entry"]["from_us"], 1_704_067_200_000_000i64 - 8 * 3_600_000_000);
}

#[test]
fn a_funnel_over_stages_takes_no_mode_and_no_window() {
    let here = till();
    let funnel = ["analyze", "funnel", "-w", "till", "--journey", "visits"];
    for flags in [["--mode", "strict_order"], ["--window", "7d"]] {
        let refused = here.run(&[&funnel[..], &flags].concat()).expect(3);
        assert!(refused.stderr.contains(&flags[0][2..]) && refused.stderr.contains("stage k"), "{}", refused.stderr);
    }
    let answer = here.json(&funnel);
    let words = answer["meta"]["definition"]["en"].as_str().unwrap();
    assert!(words.contains("step k is stage k or a later one") && !words.contains("mode"), "{words}");
}

#[test]
fn the_first_of_many_thousand_values_are_shown_apart_where_they_are_known() {
    let here = Installation::new();
    let mapping = "source: till\ntime: {column: time, zone: UTC}\nidentifiers: [{namespace: member_no, column: member}]\n\
                   event: {const: view}\nchannel: {const: web}\n";
    // Each article is looked at by one customer, two of them by many; more of these looked more than once.
    let mut rows = String::from("time,member,sku,price\n");
    let mut row = |member: usize, sku: &str, price: usize| {
        writeln!(rows, "2024-03-01 10:{:02}:{:02},m{member},{sku},{price}", member / 60 % 60, member % 60).unwrap();
    };
    (0..10_300).for_each(|member| row(member, &format!("sku-{member}"), 1));
    (20_000..20_040).for_each(|member| row(member, "tea", 5));
    (30_000..30_020).for_each(|member| (0..4).for_each(|again| row(member, "cup", again)));
    let (file, mapping) = (here.write("views.csv", &rows), here.write("till.yaml", mapping));
    here.run(&["import", &file, "--mapping", &mapping, "-w", "till"]).expect(0);
    let by = |top: &str| {
        let args = ["analyze", "funnel", "-w", "till", "--step", "view", "--by", "props.sku", "--by-top", top];
        here.run(&[&args[..], &["--json"]].concat())
    };
    let answer = by("2").expect(0).json();
    let groups: Vec<_> = answer["groups"].as_array().unwrap().iter().collect();
    let told: Vec<_> = groups.iter().map(|group| (&group["value"], &group["subjects"]["customers"])).collect();
    assert_eq!(told, [(&json!("tea"), &json!(40)), (&json!("cup"), &json!(20)), (&Value::Null, &json!(10_300))]);
    // Which of the others comes third cannot be told without telling all apart.
    let refused = by("3").expect(3).stderr;
    assert!(refused.contains("props.sku") && refused.contains("10000"), "{refused}");
}
