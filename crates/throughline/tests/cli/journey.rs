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
