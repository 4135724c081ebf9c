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

#[test]
fn a_map_is_written_as_a_file_in_the_format_its_name_tells() {
    let here = Installation::with_shop();
    let export = |more: &[&str]| here.run(&[&["journey", "export", "online-purchase", "-w", "shop"], more].concat());
    let file = |name: &str| here.path(name).display().to_string();
    for (name, begins, lang) in
        [("map.svg", "<svg ", "zh-CN"), ("map.png", "\u{fffd}PNG", "en"), ("map.pdf", "%PDF-", "zh-CN")]
    {
        export(&["-o", &file(name), "--lang", lang, "--theme", "dark", "--scale", "1"]).expect(0);
        let bytes = std::fs::read(here.path(name)).unwrap();
        assert!(String::from_utf8_lossy(&bytes).starts_with(begins), "{name}");
    }
    let svg = export(&["--format", "svg", "--lang", "zh-CN"]).expect(0).stdout;
    assert_eq!(svg.len(), {
        export(&["--format", "svg", "--lang", "zh-CN", "-o", &file("again.svg")]).expect(0);
        std::fs::metadata(here.path("again.svg")).unwrap().len() as usize
    });
    // The picture says what the answer says.
    let map = here.json(&["journey", "map", "online-purchase", "-w", "shop"]);
    for stage in map["stages"].as_array().unwrap() {
        let name = stage["name"]["zh-CN"].as_str().unwrap();
        assert!(svg.contains(&format!(">{name}<")), "{name}");
    }
    let started = map["totals"]["started"]["instances"].as_u64().unwrap();
    assert!(svg.contains(&format!(">{},{:03}<", started / 1_000, started % 1_000)), "{started}");
    // A narrower scope gives another picture.
    let narrow = export(&["--format", "svg", "--lang", "zh-CN", "--from", "2024-06-01"]).expect(0).stdout;
    assert_ne!(narrow, svg);

    let written = here.json(&["journey", "export", "online-purchase", "-w", "shop", "-o", &file("map.json")]);
    assert_eq!(written["missing"], json!([]));
    assert!(std::fs::read_to_string(here.path("map.json")).unwrap().contains("\"id\": \"online-purchase\""));
    assert!(export(&["-o", &file("map.docx")]).expect(2).stderr.contains("--format"));
    assert!(export(&["-o", &file("map.png"), "--scale", "9"]).expect(2).stderr.contains("scale"));
    assert!(export(&["-o", &file("map.pdf"), "--lang", "fr"]).expect(2).stderr.contains("zh-CN"));
}
