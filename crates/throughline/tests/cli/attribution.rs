//! Attribution and what is likely to come, as they are typed; and costs out of a reference table.

use serde_json::{Value, json};

use crate::support::Installation;

#[test]
fn credit_is_set_against_what_channels_cost_in_the_period() {
    let here = Installation::with_shop();
    let ask = |more: &[&str]| {
        let period = ["--from", "2024-04-01", "--to", "2024-04-16", "--model", "linear"];
        here.json(&[&["analyze", "attribution", "-w", "shop", "--conversion", "purchase"], &period[..], more].concat())
    };
    assert_eq!(ask(&[])["costs"], json!({"from": "missing", "why": "no_channel_costs"}));
    // Half of April lies in the period, and nothing of May.
    let costs = "channel,cost,valid_from,valid_to\nweb,6000,2024-04-01,2024-04-30\nweb,500,2024-05-01,2024-05-31\n";
    let file = here.write("costs.csv", costs);
    let table = ["--table", "channel_costs", "--valid-from", "2024-01-01", "--source", "Media plan"];
    here.run(&[&["reference", "import", &file, "-w", "shop"], &table[..]].concat()).expect(0);
    let answer = ask(&[]);
    assert_eq!(
        (&answer["costs"]["from"], &answer["costs"]["source"]["source"]),
        (&json!("reference"), &json!("Media plan"))
    );
    let web = |answer: &Value| {
        let values = answer["values"].as_array().unwrap();
        values.iter().find(|value| value["value"] == "web").unwrap().clone()
    };
    let of_table = web(&answer);
    assert_eq!(of_table["cost"], json!(3000.0));
    let credit = &of_table["credits"][0];
    let per_conversion = 3000.0 / credit["conversions"].as_f64().unwrap();
    assert!((credit["cost_per_conversion"].as_f64().unwrap() - per_conversion).abs() < 1e-9, "{credit}");
    assert_eq!(credit["return_on_cost"], Value::Null, "the sample has no amounts");
    let mobile = answer["values"].as_array().unwrap().iter().find(|value| value["value"] == "mobile_web").unwrap();
    assert_eq!(mobile["cost"], Value::Null);
    // What the question says goes before.
    let given = ask(&["--cost", "web=100"]);
    assert_eq!((&given["costs"], &web(&given)["cost"]), (&json!({"from": "question"}), &json!(100.0)));
}

#[test]
fn what_is_typed_reads_well_or_is_refused() {
    let here = Installation::with_shop();
    let attribution = ["analyze", "attribution", "-w", "shop", "--conversion", "purchase"];
    for more in [
        &["--credit", "event", "--touch", "search", "--touch", "catalog", "--weights", "1/2/1"][..],
        &["--credit", "channel", "--direct", r#"{"channel": "web"}"#, "--earlier", "keep", "--lookback-touches", "3"],
        &["--only", "web", "--per-session", "30m", "--by", "channel"],
    ] {
        let run = here.run(&[&attribution[..], more].concat()).expect(0);
        assert!(run.stdout.contains("shapley") && run.stderr.is_empty(), "{more:?}: {run:?}");
    }
    for more in [
        &["--weights", "1/2"][..],
        &["--cost", "web"],
        &["--lookback", "soon"],
        &["--model", "best"],
        &["--touch", "{"],
    ] {
        here.run(&[&attribution[..], more].concat()).expect(2);
    }
    here.run(&[&attribution[..], &["--credit", "colour"]].concat()).expect(3);
    let transitions = ["analyze", "transitions", "-w", "shop", "--per-session", "30m"];
    let run = here.run(&[&transitions[..], &["--after", "search", "--target", "purchase"]].concat()).expect(0);
    assert!(run.stdout.contains("chance to come to purchase: 11.6 %"), "{}", run.stdout);
    here.run(&[&transitions[..], &["--after", "nothing"]].concat()).expect(4);
    let matrix = here.run(&["analyze", "step-matrix", "-w", "shop", "--journey", "online-purchase", "--steps", "4"]);
    assert!(matrix.expect(0).stdout.contains("(ended)"));
    here.run(&["analyze", "step-matrix", "-w", "shop", "--steps", "101"]).expect(3);
}
