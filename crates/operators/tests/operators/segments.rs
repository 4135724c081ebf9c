//! Segments over a real lake: what they mean, worked out event by event, and membership that is kept up to date.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate};
use folds::segment::Roll;
use folds::slice::Run;
use model::event::{Column, ColumnValue, Event};
use model::rfm::{Edges, Model, Purchases, Ties};
use model::rule::Rule;
use model::segment::{Did, Happened, Measure, Sequence, TraitTest, Who, Within};
use model::traffic::Classifier;
use operators::spec::{FoldSpec, FoldState, Labels, Pick, RfmSpec, ScanSpec, SegmentsSpec, WhoSpec};
use operators::{Control, Engine};
use serde_json::{Map, Value, json};

use crate::answers::{ask, engine};
use crate::world::{MINUTE_US, NAMES, Stored, World, compact, link, open, profile, store};

const ZONE: chrono_tz::Tz = chrono_tz::Tz::Asia__Shanghai;

fn who(tree: Value) -> Who {
    serde_json::from_value(tree).unwrap()
}

/// Trees with every kind of test.
fn trees() -> Vec<Who> {
    let bought = json!([{"event": "purchase"}]);
    let edge = |value: f64| json!([{}, {"value": value}, {"value": value + 1.0}, {"value": value + 2.0}]);
    vec![
        who(json!({"any": [
            {"did": {"match": bought, "within": {"last": "3000m"}, "is": {"gte": 2.0}}},
            {"all": [{"trait": {"key": "tier", "op": "gte", "value": 1}}, {"not": {"did": {"match": [{"event": "error"}]}}}]}
        ]})),
        who(
            json!({"did": {"match": [{"channel": ["web", "app"]}], "measure": {"sum": "amount"}, "is": {"gt": 30.0, "lt": 200.0}}}),
        ),
        who(json!({"not": {"last": {"match": bought, "within": {"last": "2000m"}}}})),
        who(json!({"sequence": {"steps": [[{"event": "home"}], [{"event": "cart"}, {"event": "catalog"}], bought],
                                "span": "1000m", "within": {"before": "10m"}}})),
        who(json!({"all": [
            {"channel": {"any_of": ["store"], "within": {"before": "500m"}}},
            {"did": {"match": [{"where": [{"column": "score", "op": "exists"}]}], "measure": {"latest": "score"}, "is": {"gte": 5.0}}},
            {"did": {"match": [{"where": [{"column": "event", "op": "exists"}]}], "measure": "days", "is": {"gte": 3.0}}}
        ]})),
        who(json!({"rfm": {"model": {"match": bought}, "r": [3, 4, 5], "f": [2, 3, 4, 5],
                           "edges": {"recency": edge(-3.0), "frequency": edge(1.0), "monetary": edge(10.0)}}})),
        who(json!({"first": {"match": [{"event": "home"}], "within": {"before": "2000m"}}})),
    ]
}

/// Scans about segments, and scans that are narrowed by them.
pub(crate) fn specs(as_of_us: i64) -> Vec<ScanSpec> {
    let trees = trees();
    let asked = |range: std::ops::Range<usize>, required: u32, moments_us: Vec<i64>| {
        Some(SegmentsSpec {
            segments: trees[range].to_vec(),
            required,
            moments_us,
            steady: false,
            zone: ZONE.name().into(),
        })
    };
    let whole = |fold| ScanSpec {
        filter: Some(Rule(vec![
            serde_json::from_value(json!({"where": [{"column": "event", "op": "exists"}]})).unwrap(),
        ])),
        ..ScanSpec::new(fold, as_of_us)
    };
    let moments = (0..6).rev().map(|k| as_of_us - k * 1_500 * MINUTE_US).collect();
    let names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    let rfm = RfmSpec { within: Within::EVER, zone: ZONE.name().into(), ties: Ties::Together, high: 4 };
    let population: Vec<(i64, Purchases)> = (0..10)
        .map(|n| (n, Purchases { recency_days: n, frequency_days: n as u64 / 2, monetary: 10.0 * n as f64 }))
        .collect();
    let bought = |fold| ScanSpec {
        masks: operators::Masks::Rules(vec![Rule::event("purchase")]),
        value: Some(Column::Amount),
        ..ScanSpec::new(fold, as_of_us)
    };
    let scored = bought(FoldSpec::Rfm { rfm: rfm.clone(), edges: Edges::of(Ties::Together, &population) });
    let picked = |pick| Some(WhoSpec { pick, group: None, unless: None, after: None, page: 3 });
    vec![
        ScanSpec { segments: asked(0..5, 0, Vec::new()), ..whole(FoldSpec::Segments) },
        ScanSpec { segments: asked(4..7, 0, moments), ..whole(FoldSpec::Segments) },
        ScanSpec { segments: asked(1..4, 1, Vec::new()), ..ScanSpec::new(FoldSpec::Segments, as_of_us) },
        ScanSpec {
            segments: asked(0..3, 0, Vec::new()),
            who: picked(Pick::Segments(folds::segment::Pick { moment: 0, all: 2, none: 4 })),
            ..whole(FoldSpec::Segments)
        },
        ScanSpec { segments: asked(5..6, 0, Vec::new()), ..whole(FoldSpec::Members) },
        ScanSpec {
            segments: asked(2..4, 1, Vec::new()),
            labels: Labels::EventNames(names),
            ..ScanSpec::new(FoldSpec::Transitions(folds::transitions::Config::default()), as_of_us)
        },
        ScanSpec { segments: asked(0..1, 1, Vec::new()), ..scored.clone() },
        ScanSpec { who: picked(Pick::Rfm(folds::rfm::Pick(0xffff_ffff))), ..scored },
        bought(FoldSpec::RfmEdges(rfm)),
    ]
}

/// By moment, the segments a customer is in. `events` are all of theirs, `traits` as of the scan's moment.
pub(crate) fn runs(spec: &ScanSpec, customer: i64, events: &[&Event], traits: &Map<String, Value>) -> Vec<Run> {
    let Some(asked) = &spec.segments else { return Vec::new() };
    let at = |moment: i64| -> u64 {
        let known: Vec<&Event> = events.iter().copied().filter(|event| event.time_us <= moment).collect();
        let is = |tree: &Who| !known.is_empty() && holds(tree, customer, &known, traits, moment);
        (0..).zip(&asked.segments).map(|(k, tree)| u64::from(is(tree)) << k).sum()
    };
    (0..).zip(asked.moments(spec.as_of_us).iter()).map(|(from, moment)| Run { from, bits: at(*moment) }).collect()
}

/// What the definition says, word by word.
fn holds(tree: &Who, customer: i64, events: &[&Event], traits: &Map<String, Value>, at_us: i64) -> bool {
    let holds = |tree: &Who| holds(tree, customer, events, traits, at_us);
    let matching = |rule: &Rule, within: &Within| -> Vec<&Event> {
        let counts = |event: &&&Event| {
            rule.matches(event, traits, &Classifier::standard()) && within.contains(event.time_us, at_us)
        };
        events.iter().filter(counts).copied().collect()
    };
    match tree {
        Who::All(parts) => parts.iter().all(holds),
        Who::Any(parts) => parts.iter().any(holds),
        Who::Not(part) => !holds(part),
        Who::Trait(TraitTest { key, op, value }) => {
            let test = model::rule::ColumnTest { column: format!("traits.{key}"), op: *op, value: value.clone() };
            test.holds(model::rule::Cell::of_json(traits.get(key)))
        }
        Who::Did(Did { rule, within, measure, is }) => {
            let found = matching(rule, within);
            let numbers = |column| found.iter().filter_map(|event| number(event, column)).collect::<Vec<f64>>();
            let number = match measure {
                Measure::Count => Some(found.len() as f64),
                Measure::Days => {
                    Some(found.iter().map(|event| day(event.time_us)).collect::<BTreeSet<_>>().len() as f64)
                }
                Measure::Sum(column) => Some(numbers(*column).iter().sum()),
                Measure::Latest(column) => numbers(*column).last().copied(),
                _ => panic!("not asked here"),
            };
            number.is_some_and(|number| is.hold(number))
        }
        Who::First(Happened { rule, within }) => {
            matching(rule, &Within::EVER).first().is_some_and(|event| within.contains(event.time_us, at_us))
        }
        Who::Last(Happened { rule, within }) => {
            matching(rule, &Within::EVER).last().is_some_and(|event| within.contains(event.time_us, at_us))
        }
        Who::Sequence(Sequence { steps, span, within }) => {
            let inside: Vec<&Event> =
                events.iter().filter(|event| within.contains(event.time_us, at_us)).copied().collect();
            (0..inside.len()).any(|start| {
                let mut steps = steps.iter().peekable();
                // The earliest way from this start is the shortest.
                for event in &inside[start..] {
                    if span.is_some_and(|span| event.time_us - inside[start].time_us > span.us) {
                        break;
                    }
                    if steps.peek().is_some_and(|step| step.matches(event, traits, &Classifier::standard())) {
                        steps.next();
                    }
                }
                steps.peek().is_none()
            })
        }
        Who::Channel(used) => events.iter().any(|event| {
            used.any_of.contains(&event.channel)
                && !event.event.starts_with('$')
                && used.within.contains(event.time_us, at_us)
        }),
        Who::Rfm(test) => {
            let Model { rule, value, within, .. } = &test.model;
            let found = matching(rule, within);
            let Some(last) = found.last() else { return false };
            let bought = Purchases {
                recency_days: (day(at_us) - day(last.time_us)).num_days(),
                frequency_days: found.iter().map(|event| day(event.time_us)).collect::<BTreeSet<_>>().len() as u64,
                monetary: found.iter().filter_map(|event| number(event, *value)).sum(),
            };
            test.holds(test.edges.as_ref().unwrap().scores(customer, &bought))
        }
        Who::Segment(_) => panic!("not asked here"),
    }
}

/// Amounts and scores here are whole numbers, which add up exactly.
fn number(event: &Event, column: Column) -> Option<f64> {
    match event.columns.get(&column) {
        Some(ColumnValue::Number(value)) => Some(*value),
        _ => None,
    }
}

fn day(time_us: i64) -> NaiveDate {
    DateTime::from_timestamp_micros(time_us).unwrap().with_timezone(&ZONE).date_naive()
}

/// Membership by a full scan, or of some customers by a scan of their buckets.
async fn members(
    engine: &Engine,
    lake: &lake::Lake,
    spec: &ScanSpec,
    only: Option<&BTreeSet<i64>>,
) -> Vec<folds::segment::Member> {
    let snapshot = lake.snapshot().await.unwrap();
    let control = Control::new();
    let folded = match only {
        None => operators::run(engine, snapshot, spec, &control).await,
        Some(only) => operators::run_over(engine, snapshot, spec, only, &control).await,
    };
    let FoldState::Members(state) = folded.unwrap().state else { panic!() };
    state.found
}

/// The same members, and nobody is looked at again later than the full look says: until when a membership stands is a
/// bound, found by trying so many moments from the one it was looked at.
fn same(roll: &Roll, full: &Roll, as_of_us: i64, about: &str) {
    assert_eq!(roll.members().collect::<Vec<_>>(), full.members().collect::<Vec<_>>(), "{about}");
    for days in [0, 1, 7, 30, 365, 100_000] {
        let moment_us = as_of_us + days * 1_440 * MINUTE_US;
        assert!(full.due(moment_us).is_subset(&roll.due(moment_us)), "{about}, {days} days on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn membership_is_kept_up_to_date_through_events_merges_and_time() {
    let mut world = World::random(5, 60, 14);
    world.events.sort_by_key(|event| event.time_us);
    let later = world.events.split_off(world.events.len() / 2);
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    store(&lake, &world, Stored::Mixed).await;
    let engine = engine(2, 100, 1 << 20);
    for tree in trees() {
        // Every tree sees the same lake grow; what is there already is no harm to the next one.
        let spec = |as_of_us| ScanSpec {
            segments: Some(SegmentsSpec {
                segments: vec![tree.clone()],
                steady: true,
                zone: ZONE.name().into(),
                ..SegmentsSpec::default()
            }),
            filter: specs(as_of_us)[0].filter.clone(),
            ..ScanSpec::new(FoldSpec::Members, as_of_us)
        };
        let begin = world.events.iter().map(|event| event.time_us).min().unwrap() + 1_000 * MINUTE_US;
        let mut roll = Roll::of(&members(&engine, &lake, &spec(begin), None).await);
        for step in 1..8 {
            let as_of_us = begin + step * 1_300 * MINUTE_US;
            let due = roll.due(as_of_us);
            roll.update(&due, &members(&engine, &lake, &spec(as_of_us), Some(&due)).await);
            let full = members(&engine, &lake, &spec(as_of_us), None).await;
            same(&roll, &Roll::of(&full), as_of_us, &format!("{tree:?}, step {step}"));
        }
    }
    // Now with events that arrive and customers that are merged and parted between two looks.
    let tree = trees().remove(0);
    let spec = |as_of_us| ScanSpec {
        segments: Some(SegmentsSpec {
            segments: vec![tree.clone()],
            steady: true,
            zone: ZONE.name().into(),
            ..SegmentsSpec::default()
        }),
        filter: specs(as_of_us)[0].filter.clone(),
        ..ScanSpec::new(FoldSpec::Members, as_of_us)
    };
    let mut as_of_us = world.events.last().unwrap().time_us;
    let mut roll = Roll::of(&members(&engine, &lake, &spec(as_of_us), None).await);
    let owners = |world: &World| -> BTreeMap<i64, BTreeSet<i64>> {
        world
            .customers()
            .into_iter()
            .map(|(id, events)| (id, events.iter().map(|event| event.event_id).collect()))
            .collect()
    };
    for (round, part) in later.chunks(later.len() / 6 + 1).enumerate() {
        let before = owners(&world);
        lake.append(part.to_vec()).await.unwrap();
        world.events.extend(part.iter().cloned());
        if round % 2 == 1 {
            link(&lake, &mut world, &[(round, round + 7), (round + 1, 3 * round + 11)]).await;
        }
        if round == 3 {
            compact(&lake).await;
        }
        let after = owners(&world);
        let ids: BTreeSet<i64> = before.keys().chain(after.keys()).copied().collect();
        let touched: BTreeSet<i64> = ids.into_iter().filter(|id| before.get(id) != after.get(id)).collect();
        as_of_us = as_of_us.max(part.iter().map(|event| event.time_us).max().unwrap()) + 100 * MINUTE_US;
        let looked_at: BTreeSet<i64> = touched.union(&roll.due(as_of_us)).copied().collect();
        roll.update(&looked_at, &members(&engine, &lake, &spec(as_of_us), Some(&looked_at)).await);
        let full = members(&engine, &lake, &spec(as_of_us), None).await;
        same(&roll, &Roll::of(&full), as_of_us, &format!("round {round}"));
        assert!(looked_at.len() < after.len() || round > 0, "a look at everybody proves nothing");
    }
    assert!(profile(0).0 != 0 && !roll.members().collect::<Vec<_>>().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sql_lists_members_sizes_and_scores() {
    let world = World::random(6, 30, 20);
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    store(&lake, &world, Stored::File).await;
    let engine = engine(2, 100, 1 << 20);
    let rows = async |sql: &str| -> usize {
        let limits = operators::QueryLimits { rows: 10_000, now_us: i64::MAX, control: Control::new() };
        let batches = operators::query(&engine, lake.snapshot().await.unwrap(), sql, limits).await.unwrap();
        batches.iter().map(arrow::array::RecordBatch::num_rows).sum()
    };
    let newest = world.events.iter().map(|event| event.time_us).max().unwrap();
    let buyers: usize = world
        .customers()
        .values()
        .filter(|events| events.iter().filter(|event| event.event == "purchase").count() >= 2)
        .count();
    let definition =
        r#"{"id": "buyers", "name": "Buyers", "who": {"did": {"match": [{"event": "purchase"}], "is": {"gte": 2}}}}"#;
    assert_eq!(rows(&format!("SELECT * FROM segment('{{\"segment\": {definition}}}')")).await, buyers);
    let other = r#"{"id": "others", "name": "Others", "who": {"not": {"segment": "buyers"}}}"#;
    let sizes = format!("segments('{{\"segments\": [{definition}, {other}]}}')");
    assert_eq!(rows(&format!("SELECT * FROM {sizes}")).await, 4);
    assert_eq!(rows(&format!("SELECT * FROM {sizes} WHERE segments = 'buyers' AND members = {buyers}")).await, 1);
    assert_eq!(rows(&format!("SELECT * FROM {sizes} WHERE segments = 'buyers & others' AND members = 0")).await, 1);
    let once: usize =
        world.customers().values().filter(|events| events.iter().any(|event| event.event == "purchase")).count();
    assert_eq!(rows(r#"SELECT * FROM rfm('{"model": {"match": [{"event": "purchase"}]}}')"#).await, once);
    // A segment narrows any other function by its scope.
    let scope = format!(r#"{{"scope": {{"segments": [{definition}]}}}}"#);
    let narrowed = format!("SELECT customers FROM sessions('{scope}') WHERE customers = {buyers}");
    assert_eq!(rows(&narrowed).await, 1);
    let spec = ScanSpec::new(FoldSpec::Subjects, newest);
    assert!(matches!(ask(&engine, &lake, &spec).await.state, FoldState::Subjects(_)));
}
