//! Importing: once and only once, whatever happens in between.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Installation, Run, shop};

const MAPPING: &str = "\
source: till
time: {column: time, zone: UTC}
identifiers: [{namespace: member_no, column: member}]
event: {const: purchase}
channel: {const: store}
columns: {amount: amount}
";

#[test]
fn importing_the_same_file_twice_changes_nothing() {
    let here = Installation::new();
    let (file, mapping) = shop();
    let args = ["import", &file, "--mapping", &mapping, "-w", "shop"];
    let first = here.json(&args);
    assert_eq!((&first["rows"], &first["events"], &first["rejected"]), (&json!(31_106), &json!(31_106), &json!({})));
    assert_eq!(first["files"][0]["outcome"], "imported");
    let again = here.json(&args);
    assert_eq!((&again["files"][0]["outcome"], &again["rows_now"]), (&json!("unchanged"), &json!(0)));
    // The file holds 30 rows twice: both count.
    let sql = "SELECT count(*), count(DISTINCT customer), min(time), max(time) FROM events";
    let row = here.row("shop", sql);
    assert_eq!((&row[0], &row[1]), (&json!(31_106), &json!(600)));
    let verified = here.json(&["lake", "verify", "-w", "shop"]);
    assert_eq!(verified["findings"], json!([]), "{verified:#}");
}

#[test]
fn a_known_file_under_another_mapping_is_refused_or_replaced() {
    let here = Installation::new();
    let (file, mapping) = shop();
    here.run(&["import", &file, "--mapping", &mapping, "-w", "shop"]).expect(0);
    let changed = std::fs::read_to_string(&mapping)
        .unwrap()
        .replace("traits: [acquisition_channel, user_cohort]", "traits: [user_cohort]");
    let changed = here.write("changed.yaml", &changed);
    let args = ["import", &file, "--mapping", &changed, "-w", "shop"];
    let refused = here.run(&args).expect(5);
    assert!(refused.stderr.contains("another mapping") && refused.stderr.contains("--replace"), "{}", refused.stderr);
    assert_eq!(here.row("shop", "SELECT count(*) FROM events"), json!([31_106]));

    let replaced = here.json(&[&args[..], &["--replace"]].concat());
    assert_eq!(
        (&replaced["files"][0]["outcome"], &replaced["files"][0]["replaced_rows"]),
        (&json!("replaced"), &json!(31_106))
    );
    assert_eq!(here.row("shop", "SELECT count(*) FROM events"), json!([31_106]));
    assert_eq!(here.json(&args)["files"][0]["outcome"], "unchanged");
}

#[test]
fn rows_that_cannot_be_taken_are_kept_with_line_and_reason() {
    let here = Installation::new();
    let mapping = here.write("till.yaml", MAPPING);
    let rows =
        "time,member,amount\n2026-01-01 10:00:00,1,5\nyesterday,1,5\n2026-01-01 10:00:00,,5\n2026-01-01 11:00:00,2,7\n";
    let file = here.write("till.csv", rows);
    let args = ["import", file.as_str(), "--mapping", &mapping, "-w", "till", "--json"];
    let run = here.run(&args).expect(3);
    let summary = run.json();
    assert_eq!((&summary["rows"], &summary["events"]), (&json!(4), &json!(2)), "{summary:#}");
    assert_eq!(summary["rejected"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>(), 2);
    let rejects =
        std::fs::read_to_string(here.path("").join(summary["files"][0]["rejects_file"].as_str().unwrap())).unwrap();
    let rejects: Vec<Value> = rejects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines: Vec<_> = rejects.iter().map(|rejected| rejected["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 4]);
    assert!(rejects[0]["original"].as_str().unwrap().contains("yesterday") && rejects[0]["reason"].is_string());

    let other = here.write("other.csv", &rows.replace("7\n", "8\n"));
    let allowed = ["import", other.as_str(), "--mapping", &mapping, "-w", "till", "--allow-rejects", "2"];
    here.run(&allowed).expect(0);
}

#[test]
fn a_dry_run_shows_and_writes_nothing() {
    let here = Installation::new();
    let (file, mapping) = shop();
    let preview = here.json(&["import", &file, "--mapping", &mapping, "--dry-run"]);
    assert_eq!((&preview[0]["rows"], &preview[0]["events"]), (&json!(31_106), &json!(31_106)));
    assert_eq!(preview[0]["first_events"].as_array().unwrap().len(), 5);
    assert!(!here.data().exists(), "nothing was written");
}

#[test]
fn a_suggested_mapping_imports_the_file_it_was_made_for() {
    let here = Installation::new();
    let (file, _) = shop();
    let suggested = here.run(&["import", &file, "--suggest"]).expect(0);
    let mapping = here.write("suggested.yaml", &suggested.stdout);
    let preview = here.json(&["import", &file, "--mapping", &mapping, "--dry-run"]);
    assert_eq!((&preview[0]["events"], &preview[0]["rejected"]), (&json!(31_106), &json!(0)));
}

#[test]
fn what_is_wrong_is_said_with_its_exit_code() {
    let here = Installation::new();
    let (file, mapping) = shop();
    let faulty = here.write("faulty.yaml", "source: x\ntime: {column: time}\nsurprise: 1\n");
    let run = here.run(&["import", &file, "--mapping", &faulty]).expect(3);
    assert!(run.stderr.contains("line 3"), "{}", run.stderr);
    here.run(&["import", "no-such-file.csv", "--mapping", &mapping]).expect(4);
    here.run(&["import", &file, "--mapping", "no-such-mapping.yaml"]).expect(4);
    here.run(&["import", &file]).expect(2);
    here.run(&["import", &file, "--mapping", &mapping, "--batch", "0"]).expect(2);
    here.run(&["lake", "status", "-w", "nowhere"]).expect(4);
    let error = here.run(&["lake", "status", "-w", "nowhere", "--json"]).expect(4);
    let error: Value = serde_json::from_str(&error.stderr).unwrap();
    assert_eq!(error["error"]["code"], "not_found");
}

#[test]
fn a_workspace_that_is_being_written_to_is_locked() {
    let here = Installation::new();
    let (file, mapping) = shop();
    here.run(&["workspace", "create", "shop"]).expect(0);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let path = here.data().join("workspaces/shop/lake");
    std::fs::create_dir_all(&path).unwrap();
    let options = lake::LakeOptions::new(lake::Mode::ReadWrite);
    let writer = runtime.block_on(lake::Lake::open(&path, options)).unwrap();
    let run = here.run(&["import", &file, "--mapping", &mapping, "-w", "shop"]).expect(5);
    assert!(run.stderr.contains("another process"), "{}", run.stderr);
    drop(writer);
    here.run(&["import", &file, "--mapping", &mapping, "-w", "shop"]).expect(0);
}

const ROWS: u64 = 40_000;

/// Rows of which each 97th has no readable time; amounts add up to a sum that tells any row lost or doubled.
fn many_rows() -> (String, u64, f64) {
    let (mut text, mut good, mut sum) = (String::from("time,member,amount\n"), 0, 0.0);
    for row in 0..ROWS {
        if row % 97 == 96 {
            let _ = writeln!(text, "never,{},{row}", row % 1000);
        } else {
            let _ = writeln!(
                text,
                "2026-01-{:02} {:02}:{:02}:{:02},{},{row}",
                row % 28 + 1,
                row % 24,
                row % 60,
                row % 59,
                row % 1000
            );
            good += 1;
            sum += row as f64;
        }
    }
    (text, good, sum)
}

/// Positions the running import has marked so far.
fn marked(imports: &Path) -> u64 {
    let files = std::fs::read_dir(imports).into_iter().flatten().flatten();
    let marks = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "json"));
    let newest =
        |text: String| serde_json::from_str::<Value>(&text).ok().and_then(|marks| marks[1]["position"].as_u64());
    marks.filter_map(|entry| std::fs::read_to_string(entry.path()).ok()).filter_map(newest).max().unwrap_or(0)
}

fn check_complete(here: &Installation, summary: &Value, good: u64, sum: f64) {
    let rejected = ROWS - good;
    let counts = (&summary["rows"], &summary["events"], &summary["rejected"]["time_unreadable"]);
    assert_eq!(counts, (&json!(ROWS), &json!(good), &json!(rejected)), "{summary:#}");
    assert_eq!(
        here.row("till", "SELECT count(*), sum(amount), count(DISTINCT seq) FROM events"),
        json!([good, sum, good])
    );
    let rejects = here.path("").join(summary["files"][0]["rejects_file"].as_str().unwrap());
    let text = std::fs::read_to_string(rejects).unwrap();
    let mut lines: Vec<_> =
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["line"].as_u64()).collect();
    assert_eq!(lines.len() as u64, rejected);
    lines.dedup();
    assert_eq!(lines.len() as u64, rejected, "no rejected row is told twice");
    assert_eq!(here.json(&["lake", "verify", "-w", "till"])["findings"], json!([]));
}

#[test]
fn an_import_that_is_killed_again_and_again_comes_to_the_exact_rows() {
    let here = Installation::new();
    let mapping = here.write("till.yaml", MAPPING);
    let (text, good, sum) = many_rows();
    let file = here.write("till.csv", &text);
    let args = [
        "import",
        file.as_str(),
        "--mapping",
        &mapping,
        "-w",
        "till",
        "--batch",
        "2000",
        "--json",
        "--allow-rejects",
        "1000",
    ];
    let imports = here.data().join("workspaces/till/imports");
    let mut kills = 0;
    for kill_after in [1, 5_000, 12_000, 12_001, 26_000] {
        let mut import = here.start(&args);
        // Until it has marked that much, or is done.
        while marked(&imports) < kill_after && import.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        kills += u32::from(import.try_wait().unwrap().is_none());
        let _ = import.kill();
        import.wait().unwrap();
    }
    assert!(kills > 0, "no import was cut off");
    let summary = here.run(&args).expect(0).json();
    assert_eq!(summary["files"][0]["outcome"], "resumed");
    check_complete(&here, &summary, good, sum);
    assert_eq!(here.json(&args[..8])["files"][0]["outcome"], "unchanged");
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_an_import_cleanly_and_the_next_goes_on() {
    let here = Installation::new();
    let mapping = here.write("till.yaml", MAPPING);
    let (text, good, sum) = many_rows();
    let file = here.write("till.csv", &text);
    let args = [
        "import",
        file.as_str(),
        "--mapping",
        &mapping,
        "-w",
        "till",
        "--batch",
        "500",
        "--json",
        "--allow-rejects",
        "1000",
    ];
    let imports = here.data().join("workspaces/till/imports");
    let mut import = here.start(&args);
    while marked(&imports) == 0 && import.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    crate::support::signal(&import, "INT");
    let stopped = Run::of(import.wait_with_output().unwrap()).expect(130);
    assert!(stopped.stderr.contains("cancelled") && stopped.stdout.is_empty(), "{stopped:?}");
    let summary = here.run(&args).expect(0).json();
    assert_eq!(summary["files"][0]["outcome"], "resumed");
    check_complete(&here, &summary, good, sum);
}
