//! Definitions on the command line.

use serde_json::json;

use crate::support::{Installation, repository};

#[test]
fn shipped_definitions_have_no_faults() {
    let here = Installation::new();
    let mut files = Vec::new();
    for sample in ["ecom", "completejourney"] {
        let folder = repository().join("samples").join(sample).join("journeys");
        files.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().display().to_string()));
    }
    let args: Vec<&str> = ["journey", "validate"].into_iter().chain(files.iter().map(String::as_str)).collect();
    here.run(&args).expect(0);
}

#[test]
fn faults_are_shown_with_file_line_and_field() {
    let here = Installation::new();
    let text = "id: a\nname: A\ngap: soon\nstages: []\ngoal: {name: G, touchpoints: []}\n";
    let file = here.write("faulty.yaml", text);
    let run = here.run(&["journey", "validate", &file]).expect(3);
    assert!(run.stdout.contains("faulty.yaml:3:"), "{}", run.stdout);
    let run = here.run(&["journey", "import", &file]).expect(3);
    assert!(run.stderr.contains("line 3"), "{}", run.stderr);
}

#[test]
fn a_definition_goes_in_and_out_and_keeps_its_versions() {
    let here = Installation::new();
    let file = repository().join("samples/ecom/journeys/online-purchase.yaml").display().to_string();
    let import = |file: &str| here.json(&["journey", "import", file, "-w", "shop"]);
    assert_eq!(import(&file), json!([{"journey": "online-purchase", "version": 1, "created": true}]));
    assert_eq!(import(&file)[0]["created"], false);
    let exported = here.run(&["journey", "export", "online-purchase", "-w", "shop"]).expect(0).stdout;
    let exported = here.write("exported.yaml", &exported);
    assert_eq!(import(&exported)[0]["created"], false, "what comes out is what went in");
    let changed = std::fs::read_to_string(&file).unwrap().replace("gap: 14d", "gap: 7d");
    let changed = here.write("changed.yaml", &changed);
    assert_eq!(import(&changed)[0], json!({"journey": "online-purchase", "version": 2, "created": true}));
    here.run(&["journey", "import", &file, "-w", "shop", "--expected-version", "1"]).expect(5);
    assert_eq!(here.json(&["journey", "versions", "online-purchase", "-w", "shop"]).as_array().unwrap().len(), 2);
    assert_eq!(
        here.json(&["journey", "show", "online-purchase", "-w", "shop", "--version", "1"])["journey"]["gap"],
        "14d"
    );
    here.run(&["journey", "show", "nothing", "-w", "shop"]).expect(4);
    let listed = here.run(&["journey", "list", "-w", "shop", "--lang", "zh-CN"]).expect(0).stdout;
    assert!(listed.contains("在线购买"), "{listed}");
}

#[test]
fn a_journey_begins_with_a_template_and_goes_back_to_an_old_version() {
    let here = Installation::new();
    here.run(&["workspace", "create", "shop", "--zone", "Asia/Tokyo"]).expect(0);
    let templates = here.json(&["journey", "templates"]);
    let ids: Vec<_> = templates.as_array().unwrap().iter().map(|template| template["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"e-commerce"), "{ids:?}");
    let written = here.run(&["journey", "templates", "e-commerce"]).expect(0).stdout;
    here.run(&["journey", "validate", &here.write("template.yaml", &written)]).expect(0);
    here.run(&["journey", "templates", "none"]).expect(4);

    let begin = ["journey", "new", "e-commerce", "--id", "ours", "--name", "Ours", "-w", "shop"];
    assert_eq!(here.json(&begin), json!({"journey": "ours", "version": 1, "created": true}));
    let shown = here.json(&["journey", "show", "ours", "-w", "shop"])["journey"].clone();
    assert_eq!((&shown["name"], &shown["zone"]), (&json!("Ours"), &json!("Asia/Tokyo")));
    here.run(&["journey", "new", "bank", "--id", "ours", "-w", "shop"]).expect(5);
    here.run(&["journey", "new", "bank", "--id", "Not A Key", "-w", "shop"]).expect(3);

    let exported = here.run(&["journey", "export", "ours", "-w", "shop"]).expect(0).stdout;
    let changed = here.write("changed.yaml", &exported.replace("name: Ours", "name: Theirs"));
    here.run(&["journey", "import", &changed, "-w", "shop"]).expect(0);
    let diff = here.json(&["journey", "diff", "ours", "--from", "1", "-w", "shop"]);
    assert_eq!((&diff["from"], &diff["to"]), (&json!(1), &json!(2)));
    assert_eq!(diff["changes"], json!([{"path": "name", "kind": "changed", "before": "Ours", "after": "Theirs"}]));
    let table = here.run(&["journey", "diff", "ours", "--from", "1", "-w", "shop"]).expect(0).stdout;
    assert!(table.contains("Theirs"), "{table}");
    here.run(&["journey", "diff", "ours", "--from", "9", "-w", "shop"]).expect(4);

    let restore = ["journey", "restore", "ours", "--version", "1", "--note", "was right", "-w", "shop"];
    here.run(&[&restore[..], &["--expected-version", "1"]].concat()).expect(5);
    assert_eq!(here.json(&restore), json!({"journey": "ours", "version": 3, "created": true}));
    here.run(&["journey", "restore", "ours", "--version", "9", "--note", "was right", "-w", "shop"]).expect(4);
    let same = here.run(&["journey", "diff", "ours", "--from", "1", "-w", "shop"]).expect(0).stdout;
    assert!(same.contains("say the same"), "{same}");
}

#[test]
fn a_tree_shows_what_hangs_below_a_stage() {
    let here = Installation::new();
    let definition = |id: &str, parent: &str| {
        let text = format!(
            "id: {id}\nname: {id}\ngap: 7d\n{parent}stages:\n  - id: buy\n    name: Buy\n    touchpoints:\n      \
             - {{id: order, name: Order, match: [{{event: purchase}}]}}\ngoal: {{name: Order, touchpoints: [order]}}\n"
        );
        here.write(&format!("{id}.yaml"), &text)
    };
    let (life, inside) = (definition("life", ""), definition("inside", "parent: {journey: life, stage: buy}\n"));
    here.run(&["journey", "import", &life, "-w", "shop"]).expect(0);
    here.run(&["journey", "import", &inside, "-w", "shop"]).expect(0);
    let tree = here.json(&["journey", "tree", "life", "-w", "shop"]);
    assert_eq!((&tree["parent"], &tree["children"][0]["stage"]), (&json!(null), &json!("buy")));
    assert_eq!(tree["children"][0]["journey"]["id"], "inside");
    let tree = here.run(&["journey", "tree", "inside", "-w", "shop"]).expect(0).stdout;
    assert!(tree.starts_with("inside stage buy of life"), "{tree}");
    here.run(&["journey", "tree", "none", "-w", "shop"]).expect(4);
}
