//! Traffic groups: the derived column answers every question as a stored column of the same values would, and follows the
//! rules it is read by.
//!
//! The oracle is the lake itself: events carry in `region` and `city` what [`Classifier::group_of`] says of each of them
//! under two rule sets, one event at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lake::Snapshot;
use model::event::{Column, ColumnValue, Event};
use model::traffic::{Classifier, RuleSet, TrafficCondition, TrafficField, TrafficOp, TrafficRule, TrafficTest};
use operators::spec::ScanSpec;
use operators::{Control, Engine, QueryLimits};

use crate::answers::{engine, specs};
use crate::world::{Stored, World, link, open, store};

/// Ways to come, as tags, referrer and page.
const ORIGINS: [[&str; 5]; 9] = [
    ["google", "cpc", "brand", "", "https://shop.example/?a=1"],
    ["", "", "", "https://www.baidu.com/s?wd=1", "https://shop.example/p/1"],
    ["", "", "", "https://shop.example/p/1", "https://shop.example/cart"],
    ["", "", "", "", ""],
    ["", "", "", "", "/landing?gclid=7"],
    ["partner", "tv", "spring", "", ""],
    ["partner", "tv", "autumn", "", ""],
    ["", "", "", "https://partner.example/a", "/landing"],
    ["poster", "qr", "", "", "/landing?utm_source=other"],
];

/// The second rule set: one more rule first, which takes what the standard leaves unclassified.
fn other_rules() -> RuleSet {
    let mut rules = RuleSet::standard();
    let test = |field, value: &str| TrafficTest { field, op: TrafficOp::Is, values: vec![value.to_owned()] };
    let partner = vec![test(TrafficField::Source, "partner"), test(TrafficField::Campaign, "spring")];
    let rule =
        TrafficRule { name: "tv".into(), any: vec![TrafficCondition { all: partner }], group: "affiliates".into() };
    rules.rules.insert(0, rule);
    rules.own_hosts = vec!["partner.example".into()];
    rules
}

fn world(seed: u64) -> World {
    let mut world = World::random(seed, 60, 30);
    let (standard, other) = (Classifier::standard(), Classifier::new(&other_rules()).unwrap());
    for event in &mut world.events {
        // Doubles say the same.
        let origin = ORIGINS[event.event_id.unsigned_abs() as usize % ORIGINS.len()];
        let columns =
            [Column::UtmSource, Column::UtmMedium, Column::UtmCampaign, Column::Referrer, Column::Page].into_iter();
        for (column, text) in columns.zip(origin).filter(|(_, text)| !text.is_empty()) {
            event.columns.insert(column, ColumnValue::Text(text.to_owned()));
        }
        for (column, classifier) in [(Column::Region, &*standard), (Column::City, &other)] {
            let group = classifier.group_of(event).to_owned();
            event.columns.insert(column, ColumnValue::Text(group));
        }
    }
    world
}

async fn lake(seed: u64) -> (tempfile::TempDir, Arc<Snapshot>, World) {
    let mut world = world(seed);
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    store(&lake, &world, Stored::Mixed).await;
    link(&lake, &mut world, &[(1, 2), (3, 4)]).await;
    let snapshot = lake.snapshot().await.unwrap();
    (folder, snapshot, world)
}

/// The spec with another text column in place of `site`, and groups in place of its values. None: it does not name the
/// column, or where only a stored one may stand.
fn over(spec: &ScanSpec, column: &str) -> Option<ScanSpec> {
    let text = String::from_utf8(spec.to_bytes().unwrap()).unwrap();
    if !text.contains("\"site\"") {
        return None;
    }
    let text = text.replace("\"site\"", &format!("\"{column}\""));
    let text = text.replace("\"north\"", "\"paid_search\"").replace("\"south\"", "\"affiliates\"");
    ScanSpec::from_bytes(text.as_bytes()).ok()
}

async fn answer(engine: &Engine, snapshot: &Arc<Snapshot>, spec: &ScanSpec) -> String {
    let answer = operators::run(engine, Arc::clone(snapshot), spec, &Control::new()).await.unwrap();
    format!("{:?}", answer.state)
}

#[tokio::test]
async fn a_derived_group_answers_as_a_stored_column_would() {
    let (_folder, snapshot, world) = lake(5).await;
    let other = Arc::new(snapshot.read_by(Arc::new(Classifier::new(&other_rules()).unwrap())));
    assert_ne!(snapshot.id(), other.id(), "what is kept of one answers not for the other");
    let as_of_us = world.events.iter().map(|event| event.time_us).max().unwrap();
    let engine = engine(2, 200, 64 << 20);
    let (mut asked, mut differ) = (0, 0);
    for spec in specs(as_of_us) {
        let Some(derived) = over(&spec, "traffic_group") else { continue };
        let (by_standard, by_other) =
            (answer(&engine, &snapshot, &derived).await, answer(&engine, &other, &derived).await);
        assert_eq!(by_standard, answer(&engine, &snapshot, &over(&spec, "region").unwrap()).await, "{spec:?}");
        assert_eq!(by_other, answer(&engine, &other, &over(&spec, "city").unwrap()).await, "{spec:?}");
        asked += 1;
        differ += usize::from(by_standard != by_other);
    }
    assert!(asked >= 5 && differ >= 2, "{asked} questions, {differ} of them told the rule sets apart");
}

async fn ask(engine: &Engine, snapshot: &Arc<Snapshot>, sql: &str) -> Vec<Vec<String>> {
    let limits = QueryLimits { rows: 10_000, now_us: i64::MAX, control: Control::new() };
    crate::sql::cells(&operators::query(engine, Arc::clone(snapshot), sql, limits).await.unwrap())
}

#[tokio::test]
async fn groups_add_up_and_change_with_the_rules_alone() {
    let (_folder, snapshot, world) = lake(6).await;
    let rules = Arc::new(Classifier::new(&other_rules()).unwrap());
    let other = Arc::new(snapshot.read_by(Arc::clone(&rules)));
    let engine = engine(2, 200, 64 << 20);
    let customers = world.customers();
    let sql = "SELECT traffic_group, count(*), count(DISTINCT customer) FROM events GROUP BY 1 ORDER BY 1";
    let mut tables = Vec::new();
    for (snapshot, column) in [(&snapshot, Column::Region), (&other, Column::City)] {
        let mut counts: BTreeMap<&str, (u64, BTreeSet<i64>)> = BTreeMap::new();
        for (customer, event) in customers.iter().flat_map(|(id, events)| events.iter().map(move |event| (id, event))) {
            let (events, who) = counts.entry(text(event, column)).or_default();
            *events += 1;
            who.insert(*customer);
        }
        let expected: Vec<Vec<String>> = counts
            .iter()
            .map(|(group, (events, who))| vec![(*group).to_owned(), events.to_string(), who.len().to_string()])
            .collect();
        let found = ask(&engine, snapshot, sql).await;
        assert_eq!(found, expected);
        let all: u64 = found.iter().map(|row| row[1].parse::<u64>().unwrap()).sum();
        assert_eq!(all, world.rows());
        let arguments = "utm_source, utm_medium, utm_campaign, referrer, page, channel";
        let wrong = format!("SELECT count(*) FROM events WHERE channel_group({arguments}) <> {}", column.name());
        assert_eq!(ask(&engine, snapshot, &wrong).await, [["0"]]);
        tables.push(found);
    }
    assert_ne!(tables[0], tables[1]);
    let given = "SELECT channel_group('facebook', 'cpm'), channel_group('baidu'), channel_group(NULL, NULL, NULL, 'https://m.baidu.com/')";
    assert_eq!(ask(&engine, &snapshot, given).await, [["paid_social", "organic_search", "organic_search"]]);

    // The effect of the one on the other, event by event.
    let as_of_us = world.events.iter().map(|event| event.time_us).max().unwrap();
    let effect = operators::traffic::effect(&engine, &snapshot, &rules, as_of_us, &Control::new()).await.unwrap();
    let mut moves: BTreeMap<(&str, &str), (u64, BTreeSet<i64>)> = BTreeMap::new();
    let mut left: BTreeMap<&str, u64> = BTreeMap::new();
    for (customer, event) in customers.iter().flat_map(|(id, events)| events.iter().map(move |event| (id, event))) {
        if event.event.starts_with('$') {
            continue;
        }
        let (events, who) = moves.entry((text(event, Column::Region), text(event, Column::City))).or_default();
        *events += 1;
        who.insert(*customer);
        if text(event, Column::City) == "unassigned" {
            *left.entry(text(event, Column::UtmCampaign)).or_default() += 1;
        }
    }
    let (before, after) = (snapshot.traffic().groups(), rules.groups());
    let found: BTreeMap<(&str, &str), (u64, u64)> = (effect.moves.iter())
        .map(|((from, to), of)| ((&*before[*from as usize], &*after[*to as usize]), (of.events, of.customers)))
        .collect();
    assert_eq!(found, moves.iter().map(|(pair, (events, who))| (*pair, (*events, who.len() as u64))).collect());
    let combinations: BTreeMap<&str, u64> =
        effect.unclassified.iter().map(|(of, found)| (of.campaign.as_str(), found.events)).collect();
    assert_eq!(combinations, left);
    assert_eq!(effect.all.events, effect.after.iter().map(|of| of.events).sum::<u64>());
    assert_eq!(effect.all.events, effect.before.iter().map(|of| of.events).sum::<u64>());
    assert_eq!(effect.rows_scanned, world.rows());
    let stopped = Control::new();
    stopped.cancel();
    assert!(operators::traffic::effect(&engine, &snapshot, &rules, as_of_us, &stopped).await.is_err());
}

fn text(event: &Event, column: Column) -> &str {
    match event.columns.get(&column) {
        Some(ColumnValue::Text(text)) => text,
        _ => "",
    }
}
