//! Segments and scores on the command line.

use serde_json::json;

use crate::support::Installation;

const BUYERS: &str = "\
id: buyers
name: {zh-CN: 买家, en: Buyers}
who:
  did: {match: [{event: purchase}]}
";

const REST: &str = "\
id: rest
name: {zh-CN: 其余, en: The rest}
who:
  not: {segment: buyers}
";

#[test]
fn segments_are_saved_sized_and_narrow_other_questions() {
    let here = Installation::with_shop();
    let file = |name: &str, text: &str| {
        std::fs::write(here.path(name), text).unwrap();
        here.path(name).display().to_string()
    };
    let (buyers, rest) = (file("buyers.yaml", BUYERS), file("rest.yaml", REST));
    here.run(&["segment", "save", &rest, "-w", "shop"]).expect(3);
    let saved = here.json(&["segment", "save", &buyers, &rest, "-w", "shop", "--note", "first"]);
    assert_eq!(saved[1], json!({"segment": "rest", "version": 1, "created": true}));
    let again = here.run(&["segment", "save", &buyers, "-w", "shop"]).expect(0);
    assert!(again.stdout.contains("buyers: unchanged, version 1"), "{}", again.stdout);
    assert!(here.run(&["segment", "list", "-w", "shop"]).expect(0).stdout.contains("The rest"));
    let shown = here.run(&["segment", "show", "buyers", "-w", "shop"]).expect(0).stdout;
    assert!(shown.contains("id: buyers") && shown.contains("买家"), "{shown}");

    let sizes = here.json(&["analyze", "segment", "buyers", "rest", "-w", "shop", "--trend", "7"]);
    let members = |k: usize| sizes["segments"][k]["members"]["customers"].as_u64().unwrap();
    assert_eq!((members(0), members(0) + members(1)), (328, 600));
    assert_eq!(sizes["overlaps"][0]["members"]["customers"], 0);
    assert_eq!(sizes["trend"].as_array().unwrap().len(), 7);
    assert_eq!(sizes["trend"][6]["members"][0]["customers"], 328);
    let sessions = here.json(&["analyze", "sessions", "-w", "shop", "--segment", "buyers"]);
    assert_eq!(sessions["sessions"]["customers"], 328);
    let list = here.json(&[
        "analyze",
        "customers",
        "-w",
        "shop",
        "--question",
        sizes["meta"]["question"].as_str().unwrap(),
        "--pick",
        sizes["segments"][1]["members"]["pick"].as_str().unwrap(),
        "--limit",
        "3",
    ]);
    assert_eq!(list["customers"], 272);
    let scores = here.json(&["analyze", "rfm", "-w", "shop"]);
    assert_eq!(scores["scored"]["customers"], 328);
    for args in
        [&["analyze", "segment", "buyers", "rest", "-w", "shop", "--trend", "3"][..], &["analyze", "rfm", "-w", "shop"]]
    {
        assert!(here.run(args).expect(0).stdout.lines().count() > 4);
    }

    here.run(&["analyze", "segment", "nobody", "-w", "shop"]).expect(4);
    here.run(&["analyze", "sessions", "-w", "shop", "--segment", "{\"id\": 1}"]).expect(3);
    here.run(&["segment", "delete", "buyers", "-w", "shop"]).expect(3);
    here.run(&["segment", "delete", "rest", "-w", "shop"]).expect(0);
    here.run(&["segment", "delete", "buyers", "-w", "shop"]).expect(0);
    here.run(&["segment", "show", "buyers", "-w", "shop"]).expect(4);
}
