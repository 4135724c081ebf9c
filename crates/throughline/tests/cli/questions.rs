//! Questions on the command line. The numbers were computed by other engines.

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

    for args in [
        &["journey", "map", "online-purchase", "-w", "shop", "--lang", "zh-CN"][..],
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
    assert_eq!((&all["rows"], &all["truncated"]), (&json!([[1]]), &json!(false)));
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
    assert_eq!(found[0]["customer"], linked["after"][0].to_string());
    here.run(&["lake", "compact", "--full", "-w", "shop"]).expect(0);
    assert_eq!(people(), json!([31_106, 599]));
    here.run(&["identity", "unlink", &a, &b, "-w", "shop"]).expect(0);
    assert_eq!(people(), before);
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
