//! Answers against the golden files.

use std::collections::BTreeMap;

use analysis::answer::{LabelCount, TransitionsAnswer};
use analysis::question::{
    FunnelQuestion, FunnelStepRule, Mode, PathsQuestion, SequenceQuestion, SessionsQuestion, TransitionsQuestion,
};
use model::funnel::{FunnelEntry, FunnelOptions};
use model::period::Span;
use model::rule::Rule;
use model::scope::{Scope, Subject};
use operators::Control;
use operators::sql::QueryLimits;
use serde_json::Value;
use testkit::golden;

use crate::samples;

const HALF_AN_HOUR: Subject = Subject::session(Span::minutes(30));

fn scope(subject: Subject) -> Scope {
    Scope { subject, ..Scope::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_the_shop() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let expected = golden::json("sessions_ecom.json");
    for timeout in ["5m", "30m", "2h", "24h"] {
        let question =
            SessionsQuestion { scope: Scope::default(), timeout: Some(timeout.parse().unwrap()), apart: None };
        let answer = samples.analyst.sessions(&present, &question, &Control::new()).await.unwrap();
        let expected = &expected[timeout];
        assert_eq!(answer.numbers.events, 31_106);
        assert_eq!(answer.numbers.sessions.instances, expected["sessions"], "{timeout}");
        assert_eq!(answer.numbers.sessions.customers, 600);
        assert_eq!(answer.numbers.bounces.instances, expected["bounces(1 event)"], "{timeout}");
        same(answer.numbers.events_mean, &expected["mean_events"]);
        same(answer.numbers.duration.mean_s, &expected["mean_seconds"]);
        let quantiles = &expected["seconds_p25_p50_p75_p90(linear interp)"];
        same(answer.numbers.duration.median_s, &quantiles[1]);
        same(answer.numbers.duration.p90_s, &quantiles[3]);
        counts(&answer.numbers.entries, &expected["entry"]);
        counts(&answer.numbers.exits, &expected["exit"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn funnels_of_the_shop_in_every_mode_of_clickhouse() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let rows = golden::csv("funnel_windowfunnel_ecom.csv");
    let mut checked = 0;
    for row in rows.iter().filter(|row| row["clock"] == "ts") {
        let names: Vec<&str> = row["steps"].split('>').collect();
        let steps = names.iter().map(|name| FunnelStepRule { name: (*name).into(), rule: Rule::event(name) }).collect();
        let question = FunnelQuestion {
            scope: scope(Subject::Customer),
            journey: None,
            steps,
            window: Some(row["window"].parse().unwrap()),
            mode: serde_json::from_value(Value::from(row["mode"].as_str())).unwrap(),
            ..FunnelQuestion::default()
        };
        let answer = samples.analyst.funnel(&present, &question, None, &Control::new()).await.unwrap();
        for (step, got) in answer.numbers.steps.iter().enumerate() {
            let expected: u64 = row[&format!("step{}", step + 1)].parse().unwrap();
            assert_eq!(got.reached.customers, expected, "{row:?}, step {step}");
            assert_eq!(got.reached.instances, expected);
        }
        checked += 1;
    }
    assert_eq!(checked, 75);
}

fn steps(events: &[&str]) -> Vec<FunnelStepRule> {
    events.iter().map(|name| FunnelStepRule { name: (*name).into(), rule: Rule::event(name) }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sequences_times_and_what_was_done_in_any_order_of_the_shop() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let golden = golden::json("funnel_ecom.json");
    let ask = async |pattern: &str| {
        let conditions = steps(&["add_to_cart", "purchase"]);
        let scope = scope(Subject::Customer);
        let question = SequenceQuestion { scope, journey: None, pattern: pattern.into(), conditions };
        samples.analyst.sequence(&present, &question, None, &Control::new()).await.unwrap().numbers
    };
    let matched = &golden["sequenceMatch (?1)(?t<=3600)(?2) add_to_cart,purchase users"];
    assert_eq!(ask("(?1)(?t<=3600)(?2)").await.matched.customers, matched.as_u64().unwrap());
    let count = &golden["sequenceCount (?1).*(?2) add_to_cart,purchase total"];
    assert_eq!(ask("(?1).*(?2)").await.matches, count.as_u64().unwrap());

    let funnel = async |events: &[&str], mode: Mode, options: FunnelOptions| {
        let question = FunnelQuestion { steps: steps(events), mode, options, ..FunnelQuestion::default() };
        samples.analyst.funnel(&present, &question, None, &Control::new()).await.unwrap().numbers
    };
    let first = FunnelOptions { entry: FunnelEntry::First, ..FunnelOptions::default() };
    let time = &golden["time_first_add_to_cart_to_first_later_purchase_s"];
    let told = &funnel(&["add_to_cart", "purchase"], Mode::Ordered, first).await.steps[1].time_from_first;
    assert_eq!(told.count, time["n"].as_u64().unwrap());
    same(told.median_s, &time["p50"]);
    same(told.mean_s, &time["mean"]);
    same(told.p90_s, &time["p90"]);

    // What ClickHouse's `retention` counts: who did the first thing, and who did another as well, before or after.
    let golden = golden::json("retention_traps_ecom.json");
    let name = "clickhouse retention(add_to_cart,purchase,review_page) sums (unordered, condition 1 required)";
    let sums: Vec<u64> = serde_json::from_str(golden[name].as_str().unwrap().trim_matches('"')).unwrap();
    let both = async |other: &str| {
        let both = funnel(&["add_to_cart", other], Mode::Unordered, FunnelOptions::default()).await;
        both.steps[1].reached.customers
    };
    let alone = funnel(&["add_to_cart", "purchase"], Mode::Default, FunnelOptions::default()).await;
    assert_eq!(sums, [alone.steps[0].reached.customers, both("purchase").await, both("review_page").await]);
}

#[tokio::test(flavor = "multi_thread")]
async fn transitions_of_the_shop() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    for (subject, file) in
        [(Subject::Customer, "transitions_user_id.csv"), (HALF_AN_HOUR, "transitions_session_id.csv")]
    {
        let question = TransitionsQuestion { scope: scope(subject), journey: None, ..TransitionsQuestion::default() };
        let answer = samples.analyst.transitions(&present, &question, None, &Control::new()).await.unwrap();
        let rows = golden::csv(file);
        // Goldens show the end as an edge of its own; ours are in `ends`.
        let edges: Vec<_> = rows.iter().filter(|row| !is_end(&row["to"])).collect();
        assert_eq!(answer.numbers.edges.len(), edges.len(), "{file}");
        for row in edges {
            check_edge(&answer, row, file);
        }
        for row in rows.iter().filter(|row| is_end(&row["to"])) {
            let end = answer.numbers.ends.iter().find(|end| end.label == row["from"]).unwrap();
            assert_eq!(end.subjects.to_string(), row["count"], "{row:?}");
        }
    }
}

fn is_end(label: &str) -> bool {
    label.is_empty() || label.contains("end")
}

fn check_edge(answer: &TransitionsAnswer, row: &BTreeMap<String, String>, file: &str) {
    let edge = answer.numbers.edges.iter().find(|edge| edge.from == row["from"] && edge.to == row["to"]);
    let edge = edge.unwrap_or_else(|| panic!("{file}: no edge for {row:?}"));
    assert_eq!(edge.count.to_string(), row["count"], "{file}: {row:?}");
    assert_eq!(edge.people.instances.to_string(), row["unique_paths"], "{file}: {row:?}");
    let number = |name: &str| row[name].parse::<f64>().unwrap();
    assert!(golden::same(edge.gap.median_s.unwrap(), number("median_s")), "{file}: {row:?}");
    assert!(golden::same(edge.gap.mean_s.unwrap(), number("mean_s")), "{file}: {row:?}");
    assert!(golden::same(edge.gap_p95_s.unwrap(), number("p95_s")), "{file}: {row:?}");
    assert!(golden::same(edge.share_with_end, number("proba_out_incl_end")), "{file}: {row:?}");
    assert!(golden::same(edge.share, number("proba_out_excl_end")), "{file}: {row:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_of_the_shop() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    for (collapse, name) in [(false, "raw"), (true, "collapsed_repeats")] {
        let question = PathsQuestion {
            scope: scope(HALF_AN_HOUR),
            journey: None,
            collapse,
            steps: None,
            top: 20,
            ..PathsQuestion::default()
        };
        let answer = samples.analyst.paths(&present, &question, None, &Control::new()).await.unwrap();
        let expected = golden::json("paths_session_id.json");
        assert_eq!(answer.numbers.subjects.instances, expected["paths"]);
        assert_eq!(answer.numbers.variants, expected[name]["variants"], "{name}");
        let top: Vec<(u64, Vec<String>)> = serde_json::from_value(expected[name]["top20"].clone()).unwrap();
        let got: Vec<u64> = answer.numbers.top.iter().map(|variant| variant.people.instances).collect();
        assert_eq!(got, top.iter().map(|row| row.0).collect::<Vec<_>>(), "{name}");
        let least = got.last().copied().unwrap();
        for (count, path) in top.into_iter().filter(|row| row.0 > least) {
            let found = answer.numbers.top.iter().find(|variant| variant.path == path).unwrap();
            assert_eq!(found.people.instances, count, "{path:?}");
        }
        for position in &answer.numbers.positions {
            let listed: u64 = position.labels.iter().map(|label| label.subjects).sum();
            assert_eq!(listed + position.other + position.ended, answer.numbers.subjects.instances);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_baskets() {
    let samples = samples().await;
    let present = samples.present("completejourney").await;
    let expected = golden::json("completejourney.json");
    let engine = &samples.analyst.engine;
    let sql = "SELECT event, count(*) AS n, round(sum(amount), 2) AS amount, count(DISTINCT customer) AS customers \
               FROM events GROUP BY event ORDER BY event";
    let limits = QueryLimits { rows: 100, now_us: i64::MAX, control: Control::new() };
    let batches = operators::sql::query(engine, present.snapshot.clone(), sql, limits).await.unwrap();
    let shown = arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string();
    let row = |event: &str| -> Vec<String> {
        let line = shown.lines().find(|line| line.contains(event)).unwrap_or_else(|| panic!("{event} in\n{shown}"));
        line.split('|').map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty()).collect()
    };
    let purchase = row("| purchase");
    assert_eq!(purchase[1], expected["baskets"]["n"].to_string());
    assert_eq!(purchase[2], expected["baskets"]["sales"].to_string());
    assert_eq!(purchase[3], expected["baskets"]["households"].to_string());
    assert_eq!(row("campaign_received")[1], expected["campaigns"]["received"].to_string());
    assert_eq!(row("coupon_redeemed")[1], expected["rows"]["coupon_redemptions"].to_string());
    assert_eq!(row("$profile_set")[1], expected["rows"]["demographics"].to_string());
}

fn same(got: Option<f64>, expected: &Value) {
    let (got, expected) = (got.unwrap(), expected.as_f64().unwrap());
    assert!(golden::same(got, expected), "{got} is not {expected}");
}

fn counts(got: &[LabelCount], expected: &Value) {
    let expected = expected.as_object().unwrap();
    assert_eq!(got.len(), expected.len());
    for LabelCount { label, subjects, .. } in got {
        assert_eq!(*subjects, expected[label], "{label}");
    }
}
