//! Simulating: a world is its flags, whatever happens in between, and never mixes with other data.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Installation, Run, shop};

/// A small world that is made in a moment.
const SMALL: [&str; 7] = ["simulate", "--seed", "7", "--customers", "1200", "--days", "60"];

/// What tells a world from another: its events, each counted once.
fn contents(here: &Installation, workspace: &str) -> Value {
    let sql = "SELECT count(*), count(DISTINCT event_id), count(DISTINCT customer), round(sum(amount), 2), min(time), max(time) \
               FROM events";
    here.row(workspace, sql)
}

#[test]
fn a_world_is_written_once_with_its_journeys_and_the_truth_about_it() {
    let here = Installation::new();
    let out = here.path("truth.yaml").display().to_string();
    let plant = "drop_off@pay:channel=store*0.4";
    let args = [&SMALL[..], &["-w", "try", "--plant", plant, "-o", &out]].concat();
    let first = here.json(&args);
    assert_eq!((&first["unchanged"], &first["plants"], &first["customers"]), (&json!(false), &json!(1), &json!(1200)));
    let rows = contents(&here, "try");
    assert_eq!((&rows[0], &rows[1]), (&first["events_now"], &first["events_now"]), "{first:#}");

    let folder = here.data().join("workspaces/try");
    let truth: Value = serde_json::from_slice(&std::fs::read(folder.join("truth.json")).unwrap()).unwrap();
    assert_eq!((&truth["plants"][0]["kind"], &truth["plants"][0]["lift"]), (&json!("drop_off"), &json!(0.4)));
    assert_eq!((&truth["config"]["seed"], &truth["config"]["customers"]), (&json!(7), &json!(1200)));
    let yaml = std::fs::read_to_string(&out).unwrap();
    assert!(yaml.contains("kind: drop_off") && yaml.contains("channel"), "{yaml}");
    // The truth's counts and the product's are of the same instances.
    let map = here.json(&["journey", "map", "omni-purchase", "-w", "try"]);
    assert!(map["totals"]["started"]["instances"].as_u64().unwrap() > 1200, "{map:#}");

    let again = here.json(&args);
    assert_eq!((&again["unchanged"], &again["events_now"]), (&json!(true), &json!(0)));
    assert_eq!(contents(&here, "try"), rows);
    let listed = here.json(&["workspace", "list"]);
    assert_eq!((&listed[0]["sample"]["kind"], &listed[0]["currency"]), (&json!("simulated"), &json!("CNY")));
    assert_eq!(here.json(&["lake", "verify", "-w", "try"])["findings"], json!([]));
}

/// What the floors show is what the events of the stores say, and nothing of the world is moved by it.
#[test]
fn stores_are_places_where_the_customers_of_a_world_walk() {
    let here = Installation::new();
    let world = ["simulate", "--seed", "7", "--customers", "1500", "--days", "60"];
    here.json(&[&world[..], &["-w", "still"]].concat());
    let args = [&world[..], &["--walked-days", "21", "-w", "try"]].concat();
    let first = here.json(&args);
    assert_eq!(first["sites"].as_array().unwrap().len(), 8, "{first:#}");

    // Visits, receipts and money from the events of the stores alone.
    // Sixty days from 3 November on; the last 21 of them begin on 12 December in Shanghai.
    let day = "TIMESTAMP '2025-12-11T16:00:00Z'";
    let runs = "SELECT site, time, event, amount, customer, \
                coalesce(time - lag(time) OVER (PARTITION BY customer, site ORDER BY time, seq) >= INTERVAL '1 hour', true) AS begins \
                FROM events WHERE source = 'store'";
    let (mut walked, mut members) = (0, 0);
    for site in here.json(&["place", "site", "list", "-w", "try"]).as_array().unwrap() {
        let site = &site["site"];
        let id = site["id"].as_str().unwrap();
        let name = site["name"]["zh-CN"].as_str().unwrap();
        let sql = format!(
            "SELECT count(*) FILTER (WHERE begins), count(*) FILTER (WHERE event = 'order_paid'), \
             sum(amount) FILTER (WHERE event = 'order_paid'), \
             count(*) FILTER (WHERE event IN ('store_enter', 'product_view', 'consult', 'order_paid')) \
             FROM ({runs}) WHERE site = '{name}' AND time >= {day}"
        );
        let told = here.row("still", &sql);
        let visits = here.json(&["place", "visits", "--site", id, "-w", "try"]);
        assert_eq!(visits["visits"], told[0], "{id} {visits:#}");
        assert_eq!(visits["sales"]["receipts"], told[1], "{id}");
        let figure = |value: &Value| value.as_f64().unwrap_or_default();
        // Of fewer than five receipts no money is told.
        let is_told = figure(&told[1]) >= 5.0;
        assert_eq!(visits["sales"]["amount"].is_number(), is_told, "{id}");
        assert!(!is_told || (figure(&visits["sales"]["amount"]) - figure(&told[2])).abs() < 0.01, "{id}");
        let report = &visits["meta"]["report"];
        // What the walks make is called as what the feed says, and is no scan.
        assert_eq!((&report["scans"], &report["receipts_matched"]), (&told[3], &told[1]), "{id}");
        members += report["members"].as_u64().unwrap();
        assert_eq!(visits["passers_by"], json!(4 * told[0].as_u64().unwrap()), "{id}");
        walked += told[0].as_u64().unwrap();
    }
    assert!(walked > 100 && members as f64 >= 0.9 * walked as f64, "{members} of {walked}");
    // Walks stand in the lives of those who walked.
    let joined = "SELECT count(*) FROM (SELECT customer FROM events WHERE source LIKE 'place:%' AND event = 'store_enter') walk \
                  JOIN (SELECT DISTINCT customer FROM events WHERE source = 'store') feed ON feed.customer = walk.customer";
    assert!(here.row("try", joined)[0].as_u64().unwrap() as f64 >= 0.9 * walked as f64);

    // One store is one place, whoever speaks of it.
    assert_eq!(here.row("try", "SELECT count(DISTINCT site) FROM events")[0], 8);

    // Who is who and what the journey tells are as they are without walks.
    let of = |workspace: &str| {
        let sql = "SELECT count(*), count(DISTINCT event_id), round(sum(amount), 2) FROM events WHERE source NOT LIKE 'place:%'";
        let mut map = here.json(&["journey", "map", "omni-purchase", "-w", workspace]);
        let map = map.as_object_mut().unwrap();
        map.remove("meta");
        (here.row(workspace, sql), map.clone())
    };
    assert_eq!(of("try"), of("still"));

    let again = here.json(&args);
    assert_eq!((&again["unchanged"], &again["events_now"]), (&json!(true), &json!(0)));
    assert_eq!(again["sites"], first["sites"]);
}

#[test]
fn another_world_is_refused_or_replaces_the_first_and_other_data_is_left_alone() {
    let here = Installation::new();
    here.run(&[&SMALL[..], &["-w", "try"]].concat()).expect(0);
    let first = contents(&here, "try");
    let other = ["simulate", "--seed", "8", "--customers", "1200", "--days", "60", "-w", "try"];
    let refused = here.run(&other).expect(5);
    assert!(refused.stderr.contains("--replace"), "{}", refused.stderr);
    assert_eq!(contents(&here, "try"), first);
    here.run(&[&other[..], &["--replace"]].concat()).expect(0);
    let second = contents(&here, "try");
    assert_ne!(second, first);
    let listed = here.json(&["workspace", "list"]);
    assert!(listed[0]["sample"]["origin"].as_str().unwrap().contains("seed 8"), "{listed:#}");

    let (file, mapping) = shop();
    here.run(&["import", &file, "--mapping", &mapping, "-w", "shop"]).expect(0);
    let refused = here.run(&[&SMALL[..], &["-w", "shop", "--replace"]].concat()).expect(5);
    assert!(refused.stderr.contains("not simulated"), "{}", refused.stderr);
    assert_eq!(here.row("shop", "SELECT count(*) FROM events"), json!([31_106]));
}

#[test]
fn as_many_customers_are_made_as_the_events_wanted_need() {
    let here = Installation::new();
    let args = ["simulate", "-w", "try", "--days", "60", "--events-target", "12000"];
    let events = here.json(&args)["events_now"].as_f64().unwrap();
    assert!((events / 12_000.0 - 1.0).abs() < 0.15, "{events}");
}

#[test]
fn plants_are_read_from_a_file_too_and_what_is_wrong_with_one_is_told() {
    let here = Installation::new();
    let world = |more: &[&str]| here.run(&[&SMALL[..], &["-w", "try"], more].concat());
    let listed = "plants:\n- {kind: drop_off, journey: omni-purchase, stage: pay, strength: {lift: 0.3},\n   \
                  dimension: {name: channel, value: store}}\n";
    let file = here.write("plants.yaml", listed);
    let both = world(&["--plants", &file, "--plant", "loop@consider:channel=store*0.2", "--json"]).expect(0).json();
    assert_eq!(both["plants"], json!(2));
    let faulty = here.write("faulty.yaml", "- {kind: drop_off, stage: pay}\n");
    let run = world(&["--plants", &faulty]).expect(3);
    assert!(run.stderr.contains("journey"), "{}", run.stderr);
    let run = world(&["--plant", "drop_off@till"]).expect(2);
    assert!(run.stderr.contains("there is no stage `till`"), "{}", run.stderr);
    let nowhere = here.run(&[&SMALL[..], &["-w", "new", "--plant", "drop_off@pay:channel=fax"]].concat()).expect(3);
    assert!(nowhere.stderr.contains("fax"), "{}", nowhere.stderr);
    here.run(&["lake", "status", "-w", "new"]).expect(4);
}

/// Commits of the events' table so far.
fn commits(lake: &Path) -> usize {
    let log = std::fs::read_dir(lake.join("events/_delta_log")).into_iter().flatten().flatten();
    log.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "json")).count()
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_whole_customers_and_the_same_command_comes_to_the_same_world() {
    let here = Installation::new();
    let world = ["simulate", "--seed", "7", "--customers", "1500", "--days", "60", "--batch", "1000", "--json"];
    here.run(&[&world[..], &["-w", "whole"]].concat()).expect(0);
    let args = [&world[..], &["-w", "cut"]].concat();
    let mut first = here.start(&args);
    let lake = here.data().join("workspaces/cut/lake");
    while commits(&lake) < 4 && first.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    crate::support::signal(&first, "INT");
    let stopped = Run::of(first.wait_with_output().unwrap()).expect(130);
    assert!(stopped.stderr.contains("goes on"), "{}", stopped.stderr);
    assert_eq!(here.json(&["lake", "verify", "-w", "cut"])["findings"], json!([]));
    let part = contents(&here, "cut");
    assert!(part[0].as_u64().unwrap() > 0);
    assert!(!here.data().join("workspaces/cut/truth.json").exists());

    let second = here.run(&args).expect(0).json();
    let whole = contents(&here, "whole");
    assert_eq!(part[0].as_u64().unwrap() + second["events_now"].as_u64().unwrap(), whole[0].as_u64().unwrap());
    assert_eq!(contents(&here, "cut"), whole);
    let truth = |id: &str| std::fs::read(here.data().join("workspaces").join(id).join("truth.json")).unwrap();
    assert_eq!(truth("cut"), truth("whole"));
}
