//! SQL: tables and functions say what a plain count says, and nothing can be changed or reached.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use model::event::Event;
use operators::spec::{FoldSpec, ScanSpec};
use operators::{Control, Engine, ErrorKind, QueryLimits};
use serde_json::json;

use crate::answers::{engine, specs};
use crate::world::{Stored, World, link, open, store};

async fn ask(engine: &Engine, lake: &lake::Lake, sql: &str) -> operators::Result<Vec<Vec<String>>> {
    let limits = QueryLimits { rows: 10_000, now_us: i64::MAX, control: Control::new() };
    Ok(cells(&operators::query(engine, lake.snapshot().await.unwrap(), sql, limits).await?))
}

pub(crate) fn cells(batches: &[RecordBatch]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for batch in batches {
        let options = FormatOptions::default().with_null("null");
        let columns: Vec<_> =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
        rows.extend(
            (0..batch.num_rows()).map(|row| columns.iter().map(|column| column.value(row).to_string()).collect()),
        );
    }
    rows
}

async fn lake() -> (tempfile::TempDir, lake::Lake, World) {
    let mut world = World::random(11, 40, 20);
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    store(&lake, &world, Stored::Mixed).await;
    link(&lake, &mut world, &[(1, 2), (3, 4)]).await;
    (folder, lake, world)
}

fn counted<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, u64> {
    let mut counts = BTreeMap::new();
    keys.for_each(|key| *counts.entry(key).or_default() += 1);
    counts
}

/// A dozen shapes of plans over the same rows; each answer is counted in plain code.
fn shapes(world: &World) -> Vec<(String, Vec<Vec<String>>)> {
    let customers = world.customers();
    let events: Vec<(i64, &Event)> =
        customers.iter().flat_map(|(customer, events)| events.iter().map(|event| (*customer, *event))).collect();
    let n = events.len() as u64;
    let one = |value: u64| vec![vec![value.to_string()]];
    let by_event = counted(events.iter().map(|(_, event)| event.event.as_str()));
    let by_customer = counted(events.iter().map(|(customer, _)| *customer));
    let squares: u64 = by_customer.values().map(|count| count * count).sum();
    let purchases = by_event["purchase"];
    let (someone, theirs) = by_customer.iter().max_by_key(|(_, count)| **count).unwrap();
    let mut top: Vec<(u64, i64)> = by_customer.iter().map(|(customer, count)| (*count, *customer)).collect();
    top.sort_by_key(|(count, customer)| (std::cmp::Reverse(*count), *customer));
    let gold = events.iter().filter(|(_, event)| event.props.get("plan") == Some(&json!("gold"))).count() as u64;
    let rows = |rows: Vec<(String, u64)>| rows.into_iter().map(|(a, b)| vec![a, b.to_string()]).collect::<Vec<_>>();
    vec![
        ("SELECT count(*) FROM events".into(), one(n)),
        ("SELECT count(DISTINCT customer) FROM events".into(), one(customers.len() as u64)),
        (
            "SELECT event, count(*) FROM events GROUP BY event ORDER BY event".into(),
            rows(by_event.iter().map(|(event, count)| ((*event).to_owned(), *count)).collect()),
        ),
        (
            "SELECT customer, count(*) AS n FROM events GROUP BY customer ORDER BY n DESC, customer LIMIT 5".into(),
            rows(top.iter().take(5).map(|(count, customer)| (customer.to_string(), *count)).collect()),
        ),
        ("SELECT count(*) FROM (SELECT * FROM events LIMIT 7)".into(), one(7.min(n))),
        ("SELECT count(*) FROM events WHERE event = 'purchase'".into(), one(purchases)),
        (format!("SELECT count(*) FROM events WHERE customer = {someone}"), one(*theirs)),
        (format!("SELECT count(*) FROM events WHERE customer IN ({someone}, {}, 5)", top[1].1), one(theirs + top[1].0)),
        ("SELECT count(*) FROM (SELECT seq FROM events UNION ALL SELECT seq FROM events)".into(), one(2 * n)),
        ("SELECT count(*) FROM events a JOIN events b ON a.customer = b.customer".into(), one(squares)),
        ("SELECT count(*) FROM events WHERE customer IN (SELECT customer FROM profiles)".into(), one(n)),
        ("SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM profiles)".into(), one(n + customers.len() as u64)),
        (
            "SELECT count(*) FROM (SELECT row_number() OVER (PARTITION BY customer ORDER BY time, seq) AS r FROM events) \
             WHERE r = 1"
                .into(),
            one(customers.len() as u64),
        ),
        ("SELECT count(*) FROM events WHERE props LIKE '%\"gold\"%'".into(), one(gold)),
        ("SELECT sum(events) FROM profiles".into(), one(n)),
        ("SELECT sum(events) FROM identity".into(), one(n)),
        ("SELECT count(*) FROM events e JOIN identity i ON e.profile = i.profile AND e.customer = i.customer".into(), one(n)),
        ("SELECT count(*) FROM events e JOIN profiles p ON e.customer = p.customer WHERE e.time BETWEEN p.first_time AND p.last_time".into(), one(n)),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_count_right_in_every_shape_of_plan() {
    let (_folder, lake, world) = lake().await;
    for (partitions, shard_rows) in [(1, 1 << 19), (2, 100), (16, 1)] {
        let engine = engine(partitions, shard_rows, 1 << 20);
        for (sql, wanted) in shapes(&world) {
            assert_eq!(ask(&engine, &lake, &sql).await.unwrap(), wanted, "{sql} in {partitions} partitions");
        }
        assert_eq!(engine.memory_used(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn identity_names_the_sender_and_profiles_hold_traits() {
    let (_folder, lake, world) = lake().await;
    let engine = engine(2, 100, 1 << 20);
    let rows = ask(&engine, &lake, "SELECT profile, customer, namespace, value FROM identity").await.unwrap();
    let wanted: BTreeSet<Vec<String>> = world
        .customers()
        .iter()
        .flat_map(|(customer, events)| {
            events.iter().map(|event| (*customer, &event.identifiers[0])).collect::<Vec<_>>()
        })
        .map(|(customer, sender)| {
            vec![sender.profile(0).0.to_string(), customer.to_string(), sender.namespace.clone(), sender.value.clone()]
        })
        .collect();
    assert_eq!(rows.len(), wanted.len());
    assert_eq!(rows.into_iter().collect::<BTreeSet<_>>(), wanted);
    let rows = ask(&engine, &lake, "SELECT customer, traits FROM profiles WHERE traits IS NOT NULL").await.unwrap();
    for row in rows {
        let events = &world.customers()[&row[0].parse::<i64>().unwrap()];
        assert_eq!(serde_json::from_str::<serde_json::Value>(&row[1]).unwrap(), json!(crate::world::traits_of(events)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_say_what_window_functions_say() {
    let (_folder, lake, _) = lake().await;
    let engine = engine(2, 100, 1 << 20);
    // Sessions and transitions written out in plain SQL over the same table.
    let gaps = "SELECT customer, event, lag(event) OVER w AS before, \
                time - lag(time) OVER w > INTERVAL '30 minutes' AS late, lag(time) OVER w IS NULL AS first \
                FROM events WHERE event NOT LIKE '$%' WINDOW w AS (PARTITION BY customer ORDER BY time, seq)";
    let plain = ask(&engine, &lake, &format!("SELECT count(*) FROM ({gaps}) WHERE first OR late")).await.unwrap();
    assert_eq!(ask(&engine, &lake, "SELECT sessions FROM sessions('30m')").await.unwrap(), plain);
    assert_eq!(ask(&engine, &lake, "SELECT sessions FROM sessions()").await.unwrap(), plain);
    let plain = format!(
        "SELECT before, event, count(*), count(DISTINCT customer) FROM ({gaps}) WHERE NOT first GROUP BY 1, 2 ORDER BY 1, 2"
    );
    let folded = r#"SELECT "from", "to", count, customers FROM transitions() ORDER BY 1, 2"#;
    assert_eq!(ask(&engine, &lake, folded).await.unwrap(), ask(&engine, &lake, &plain).await.unwrap());
    // Customers who did both, in any order, bound those who did them in order.
    let funnel =
        ask(&engine, &lake, r#"SELECT name, customers FROM funnel('{"steps": ["home", "purchase"]}')"#).await.unwrap();
    let entered =
        ask(&engine, &lake, "SELECT count(DISTINCT customer) FROM events WHERE event = 'home'").await.unwrap();
    assert_eq!(funnel[0], ["home".to_owned(), entered[0][0].clone()]);
    let after = "SELECT count(DISTINCT a.customer) FROM events a JOIN events b ON a.customer = b.customer \
                 WHERE a.event = 'home' AND b.event = 'purchase' AND (a.time < b.time OR (a.time = b.time AND a.seq < b.seq))";
    assert_eq!(funnel[1][1], ask(&engine, &lake, after).await.unwrap()[0][0]);
    // The same by a pattern; attempts by it do not overlap, and neither do those of the funnel.
    let pattern = r#"'{"pattern": "(?1).*(?2)", "conditions": ["home", "purchase"]}'"#;
    let sequence = ask(&engine, &lake, &format!("SELECT matched, matches FROM sequence({pattern})")).await.unwrap();
    assert_eq!(sequence[0][0], funnel[1][1]);
    let totals = r#"'{"steps": ["home", "purchase"], "options": {"count": "totals", "next": true, "trend": "day"}"#;
    let counted = ask(&engine, &lake, &format!("SELECT subjects FROM funnel({totals}}}')")).await.unwrap();
    assert_eq!(counted[1][0], sequence[0][1]);
    for rows in ["next", "trend"] {
        let summed = match rows {
            "next" => "coalesce(sum(subjects), 0), (SELECT stopped FROM funnel({}}}') WHERE step = 1) FROM funnel",
            _ => {
                "sum(subjects) FILTER (WHERE step = 1), (SELECT subjects FROM funnel({}}}') WHERE step = 1) FROM funnel"
            }
        };
        let summed = summed.replace("{}}}", &format!("{totals}}}"));
        let sums = ask(&engine, &lake, &format!("SELECT {summed}({totals}, \"rows\": \"{rows}\"}}')")).await.unwrap();
        assert_eq!(sums[0][0], sums[0][1], "{rows}");
    }
    let paths = "SELECT sum(subjects), sum(share) FROM paths('{\"steps\": 3}')";
    let customers =
        ask(&engine, &lake, "SELECT count(DISTINCT customer) FROM events WHERE event NOT LIKE '$%'").await.unwrap();
    assert_eq!(ask(&engine, &lake, paths).await.unwrap()[0][0], customers[0][0]);
    // A filter around a function leaves out rows, it does not change what is computed.
    let most = ask(&engine, &lake, "SELECT max(count) FROM transitions()").await.unwrap();
    let filtered = "SELECT count FROM transitions() WHERE count > 1 ORDER BY 1 DESC LIMIT 1";
    assert_eq!(ask(&engine, &lake, filtered).await.unwrap(), most);
}

fn journey() -> serde_json::Value {
    let touchpoint = |id: &str| json!({"id": id, "name": id, "match": [{"event": id}]});
    let name = |text: &str| json!({"en": text});
    let touchpoint = |id: &str| {
        let mut touchpoint = touchpoint(id);
        touchpoint["name"] = name(id);
        touchpoint
    };
    json!({
        "id": "shopping", "name": name("Shopping"), "gap": "2d",
        "stages": [
            {"id": "look", "name": name("Look"), "touchpoints": [touchpoint("home"), touchpoint("catalog")]},
            {"id": "buy", "name": name("Buy"), "touchpoints": [touchpoint("cart"), touchpoint("purchase")]},
        ],
        "goal": {"name": name("Bought"), "touchpoints": ["purchase"], "value": "amount"},
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journey_map_is_a_table_whose_parts_add_up() {
    let (_folder, lake, _) = lake().await;
    let engine = engine(2, 100, 1 << 20);
    let map = |rows: &str| format!("journey_map('{}')", json!({"journey": journey(), "rows": rows}));
    let [stages, touchpoints, cells, moves] = ["stages", "touchpoints", "cells", "moves"].map(map);
    let events = "SELECT count(*) FROM events WHERE event IN ('home', 'catalog', 'cart', 'purchase')";
    let events = ask(&engine, &lake, events).await.unwrap();
    for part in [&stages, &touchpoints, &cells] {
        assert_eq!(ask(&engine, &lake, &format!("SELECT sum(events) FROM {part}")).await.unwrap(), events, "{part}");
    }
    let exits = format!("SELECT sum(exits_goal + exits_forward + exits_back + exits_leave + exits_open) FROM {stages}");
    let entries = ask(&engine, &lake, &format!("SELECT sum(entries) FROM {stages}")).await.unwrap();
    assert_eq!(ask(&engine, &lake, &exits).await.unwrap(), entries);
    assert_eq!(ask(&engine, &lake, &format!("SELECT sum(count) FROM {moves}")).await.unwrap(), entries);
    let names = format!("SELECT DISTINCT stage, touchpoint FROM {cells} ORDER BY 1, 2");
    let names = ask(&engine, &lake, &names).await.unwrap();
    assert_eq!(names, [["buy", "cart"], ["buy", "purchase"], ["look", "catalog"], ["look", "home"]]);
    let faulty = ask(&engine, &lake, r#"SELECT * FROM journey_map('{"journey": {"id": "x"}}')"#).await.unwrap_err();
    assert_eq!(faulty.kind(), ErrorKind::Question, "{faulty}");
}

fn written(scan: ScanSpec) -> String {
    operators::sql::of(&operators::FinishSpec { scan, output: Default::default() }).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_show_the_groups_that_are_named() {
    let (_folder, lake, _) = lake().await;
    let engine = engine(2, 100, 1 << 20);
    let sessions = |by: &str| format!(r#"SELECT "group", sessions FROM sessions('{{"scope": {{"by": {by}}}}}')"#);
    let found = ask(&engine, &lake, &sessions(r#"{"dimension": "channel", "values": ["web"]}"#)).await.unwrap();
    let of = |group: &str| found.iter().filter(|row| row[0] == group).map(|row| row[1].parse::<u64>().unwrap()).sum();
    let (all, web, other): (u64, u64, u64) = (of("all"), of("value"), of("other"));
    assert!(web > 0 && other > 0 && all == web + other, "{found:?}");
    let refused = ask(&engine, &lake, &sessions(r#"{"dimension": "channel"}"#)).await.unwrap_err();
    assert!(refused.to_string().contains("scope.by.values"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scan_can_be_written_as_sql() {
    let (_folder, lake, world) = lake().await;
    let engine = engine(2, 100, 1 << 20);
    let newest = world.events.iter().map(|event| event.time_us).max().unwrap();
    for spec in specs(newest) {
        let rows = ask(&engine, &lake, &written(spec.clone())).await.unwrap();
        // A calendar that ends before anybody starts has no rows, nor has a look-back without a conversion.
        let bounded = matches!(spec.fold, FoldSpec::Retention(_) | FoldSpec::Attribution(_));
        if spec.entry == model::period::Period::default() && !bounded {
            assert_eq!(rows.is_empty(), spec.filter == Some(model::rule::Rule(vec![])), "{spec:?}");
        }
    }
    let quoted = ScanSpec {
        filter: Some(model::rule::Rule::event("it's")),
        ..ScanSpec::new(FoldSpec::Sessions(Default::default()), i64::MAX)
    };
    let rows = ask(&engine, &lake, &written(quoted)).await.unwrap();
    assert_eq!(rows[0][0], "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_only_read_and_only_the_lake() {
    let (folder, lake, world) = lake().await;
    let engine = engine(2, 100, 1 << 20);
    let secret = folder.path().join("secret.csv");
    std::fs::write(&secret, "a\n1\n").unwrap();
    let out = folder.path().join("out.csv");
    let (secret, out) = (secret.display(), out.display());
    for sql in [
        format!("COPY (SELECT 1) TO '{out}'"),
        format!("EXPLAIN COPY (SELECT 1) TO '{out}'"),
        format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{secret}'"),
        format!("SELECT * FROM '{secret}'"),
        format!("SELECT * FROM 'file://{secret}'"),
        format!("SELECT * FROM read_csv('{secret}')"),
        "CREATE TABLE t AS SELECT 1".into(),
        "CREATE VIEW v AS SELECT 1".into(),
        "DROP TABLE events".into(),
        "INSERT INTO events SELECT * FROM events".into(),
        "DELETE FROM events".into(),
        "UPDATE events SET seq = 1".into(),
        "SET datafusion.execution.batch_size = 1".into(),
        "SELECT 1; SELECT 2".into(),
        "SELEC".into(),
        "SELECT * FROM nothing".into(),
        "SELECT nothing FROM events".into(),
        "SELECT * FROM sessions('tomorrow')".into(),
        "SELECT * FROM sessions(5)".into(),
        r#"SELECT * FROM funnel('{"steps": []}')"#.into(),
        r#"SELECT * FROM funnel('{"stepps": []}')"#.into(),
        r#"SELECT * FROM sessions('{"rows": "edges"}')"#.into(),
        r#"SELECT * FROM funnel('{"steps": ["home"], "rows": "next"}')"#.into(),
        r#"SELECT * FROM funnel('{"steps": ["home"], "options": {"hold": ["nope"]}}')"#.into(),
        r#"SELECT * FROM funnel('{"steps": ["home"], "window": "calendar:hour"}')"#.into(),
        r#"SELECT * FROM sequence('{"pattern": "(?2)", "conditions": ["home"]}')"#.into(),
        r#"SELECT * FROM sequence('{"pattern": "(?1", "conditions": ["home"]}')"#.into(),
        "SELECT * FROM scan('{}')".into(),
    ] {
        let error = ask(&engine, &lake, &sql).await.expect_err(&sql);
        assert_eq!(error.kind(), ErrorKind::Question, "{sql}: {error:?}");
    }
    assert!(!std::path::Path::new(&out.to_string()).exists());
    for sql in ["SHOW TABLES", "EXPLAIN SELECT * FROM transitions()", "DESCRIBE events", "SHOW COLUMNS FROM profiles"] {
        assert!(!ask(&engine, &lake, sql).await.unwrap().is_empty(), "{sql}");
    }
    let limits = QueryLimits { rows: 5, now_us: i64::MAX, control: Control::new() };
    let snapshot = lake.snapshot().await.unwrap();
    let cut = operators::query(&engine, snapshot.clone(), "SELECT seq FROM events", limits.clone()).await.unwrap();
    assert_eq!(cut.iter().map(RecordBatch::num_rows).sum::<usize>(), 5.min(world.rows() as usize));
    let none = operators::query(&engine, snapshot, "SELECT seq FROM events WHERE false", limits).await.unwrap();
    assert_eq!((none.len(), none[0].num_columns(), none[0].num_rows()), (1, 1, 0));
}
