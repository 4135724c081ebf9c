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

    let again = here.run(&args).expect(3).json();
    assert_eq!((&again["files"][0]["outcome"], &again["rows_now"]), (&json!("unchanged"), &json!(0)));
    for field in ["rows", "events", "rejected"] {
        assert_eq!(again[field], summary[field], "{field}");
    }
    assert_eq!(again["files"][0]["rejects_file"], summary["files"][0]["rejects_file"]);

    let other = here.write("other.csv", &rows.replace("7\n", "8\n"));
    let allowed = ["import", other.as_str(), "--mapping", &mapping, "-w", "till", "--allow-rejects", "2"];
    here.run(&allowed).expect(0);
}

#[test]
fn what_was_said_before_is_counted_and_told() {
    let here = Installation::new();
    let mapping = here.write("till.yaml", &format!("{MAPPING}message_id: id\n"));
    let header = "time,member,amount,id\n";
    let one = here.write(
        "one.csv",
        &format!("{header}2026-01-01 10:00:00,1,5,a\n2026-01-01 11:00:00,2,7,b\n2026-01-01 10:00:00,1,5,a\n"),
    );
    let two = here.write("two.csv", &format!("{header}2026-01-01 11:00:00,2,7,b\n2026-01-02 12:00:00,2,9,c\n"));
    // Twice in one file, in one part; and once more in another file.
    let first = here.json(&["import", &one, "--mapping", &mapping, "-w", "till"]);
    assert_eq!((&first["events"], &first["duplicates"]), (&json!(3), &json!(1)), "{first:#}");
    let args = ["import", &two, "--mapping", &mapping, "-w", "till"];
    let run = here.run(&args).expect(0);
    assert!(run.stdout.contains("1 events of 2 rows, 0 rejected, 1 said before"), "{}", run.stdout);
    let again = here.json(&["import", &one, &two, "--mapping", &mapping, "-w", "till"]);
    assert_eq!((&again["duplicates"], &again["files"][1]["duplicates"]), (&json!(2), &json!(1)), "{again:#}");
    assert_eq!(here.row("till", "SELECT count(*) FROM events"), json!([3]));
    let at_once = here.json(&["import", &one, &two, "--mapping", &mapping, "-w", "at-once"]);
    let duplicates: Vec<_> = at_once["files"].as_array().unwrap().iter().map(|file| &file["duplicates"]).collect();
    assert_eq!((duplicates, &at_once["duplicates"]), (vec![&json!(1), &json!(1)], &json!(2)), "{at_once:#}");
    // Parts of one file too, and after everything was merged.
    let three = here.write("three.csv", &format!("{header}2026-02-01 10:00:00,1,5,x\n2026-02-01 10:00:00,1,5,x\n"));
    let parts = here.json(&["import", &three, "--mapping", &mapping, "-w", "till", "--batch", "1"]);
    assert_eq!((&parts["events"], &parts["duplicates"]), (&json!(2), &json!(1)), "{parts:#}");
}

#[test]
fn a_plain_import_leaves_profiles_for_foreign_readers_and_tells_what_was_replaced() {
    let here = Installation::new();
    let mapping = here.write("till.yaml", MAPPING);
    let file = |day: u32| {
        here.write(&format!("{day}.csv"), &format!("time,member,amount\n2026-01-0{day} 10:00:00,{},5\n", day % 3))
    };
    for day in 1..=5 {
        here.run(&["import", &file(day), "--mapping", &mapping, "-w", "till"]).expect(0);
    }
    let status = here.json(&["lake", "status", "-w", "till"]);
    assert_eq!((&status["profiles"]["rows"], &status["events"]["rows"]), (&json!(3), &json!(5)), "{status:#}");
    assert!(status["events"]["dead_bytes"].as_u64().unwrap() > 0, "four files were merged: {status:#}");
    // Replaced less than a day ago: readers of earlier states may still need them. Then they go by themselves.
    let events = here.data().join("workspaces/till/lake/events");
    let parts = || {
        let names = std::fs::read_dir(&events).unwrap().map(|entry| entry.unwrap().path());
        names.filter(|path| path.extension().is_some_and(|extension| extension == "parquet")).collect::<Vec<_>>()
    };
    let orphan = events.join("part-left-by-a-crash.parquet");
    std::fs::write(&orphan, "x").unwrap();
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3 * 86_400);
    std::fs::File::options().write(true).open(&orphan).unwrap().set_modified(long_ago).unwrap();
    let before = parts().len();
    here.run(&["import", &file(1), "--mapping", &mapping, "-w", "till"]).expect(0);
    assert!(!orphan.exists());
    assert_eq!(parts().len(), before - 1);
    let text = here.run(&["lake", "status", "-w", "till"]).expect(0).stdout;
    assert!(text.contains("replaced"), "{text}");
}

#[cfg(unix)]
#[test]
fn what_customers_did_is_for_its_owners_eyes() {
    use std::os::unix::fs::PermissionsExt as _;
    let here = Installation::new();
    // Somebody made the folder before, open to all.
    std::fs::create_dir(here.data()).unwrap();
    std::fs::set_permissions(here.data(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mapping = here.write("till.yaml", MAPPING);
    let file = here.write("till.csv", "time,member,amount\n2026-01-01 10:00:00,1,5\n");
    here.run(&["import", &file, "--mapping", &mapping, "-w", "till"]).expect(0);
    let mode = |name: &str| std::fs::metadata(here.data().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("control.db"), 0o600);
    for folder in ["workspaces", "workspaces/till", "workspaces/till/lake", "workspaces/till/imports"] {
        assert_eq!(mode(folder), 0o700, "{folder}");
    }
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
fn nothing_is_suggested_for_files_without_rows() {
    let here = Installation::new();
    let file = here.write("nothing.csv", "");
    let run = here.run(&["import", &file, "--suggest"]).expect(3);
    assert!(run.stdout.is_empty() && run.stderr.contains("has no rows"), "{run:?}");
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
    let usage = here.run(&["import", &file, "--json"]).expect(2);
    let usage: Value = serde_json::from_str(&usage.stderr).unwrap();
    assert_eq!(usage["error"]["code"], "usage");
    assert!(usage["error"]["message"].as_str().unwrap().contains("--mapping"), "{usage:#}");
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
    // A kill may leave a file that no commit names, which is no harm.
    let verified = here.json(&["lake", "verify", "-w", "till"]);
    let findings = verified["findings"].as_array().unwrap();
    assert!(findings.iter().all(|finding| finding["code"] == "orphan"), "{findings:?}");
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
    let again = here.run(&args).expect(0).json();
    assert_eq!(again["files"][0]["outcome"], "unchanged");
    check_complete(&here, &again, good, sum);
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
