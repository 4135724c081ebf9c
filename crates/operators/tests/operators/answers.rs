//! The same answers whatever lies below: storage, partitions, shards, cache, merged identities.

use folds::by::{At, Group};
use folds::periods::Periods;
use folds::slicer::{Lane, SessionCut, Slicer};
use folds::which::Which;
use folds::{
    attribution, funnel, journey, lifecycle, pain, paths, retention, sessions, stickiness, survival, transitions,
};
use model::case::Case;
use model::event::Column;
use model::period::Period;
use model::rule::{ColumnTest, Condition, Op, Rule};
use operators::spec::{
    BySpec, CaseSpec, ExpandSpec, FacetSpec, FoldSpec, FoldState, Labels, Masks, Pick, ScanSpec, SessionSpec, WhoSpec,
};
use operators::{Control, Engine, EngineOptions, FoldAnswer};
use serde_json::{Value, json};

use crate::world::{CHANNELS, MINUTE_US, NAMES, Stored, World, compact, expected, link, open, store};

pub(crate) fn engine(partitions: usize, shard_rows: usize, cache_bytes: usize) -> Engine {
    let options = EngineOptions {
        cache_bytes,
        memory_bytes: 256 << 20,
        target_partitions: partitions,
        shard_rows,
        spill_folder: None,
    };
    Engine::new(options).unwrap()
}

fn when(column: &str, op: Op, value: serde_json::Value) -> Rule {
    Rule(vec![Condition { tests: vec![ColumnTest { column: column.into(), op, value }], ..Condition::default() }])
}

/// Every fold, kind of label, mask, slicer and filter at least once.
pub(crate) fn specs(as_of_us: i64) -> Vec<ScanSpec> {
    let names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    let channels: Vec<String> = CHANNELS[..2].iter().map(|name| (*name).to_owned()).collect();
    let channels_of_all: Vec<String> = CHANNELS.iter().map(|name| (*name).to_owned()).collect();
    let by_name = |fold| ScanSpec { labels: Labels::EventNames(names.clone()), ..ScanSpec::new(fold, as_of_us) };
    let plain = funnel::Config::new(3, 600 * MINUTE_US, as_of_us);
    let funnel = |mode| FoldSpec::Funnel(funnel::Config { mode, ..plain.clone() });
    let steps = Masks::Rules(vec![Rule::event("home"), when("amount", Op::Gte, json!(10)), Rule::event("purchase")]);
    let session = Slicer::Session { timeout_us: 30 * MINUTE_US };
    let sessions_by_name = || FoldSpec::Sessions(sessions::Config { labels: 6, ..sessions::Config::default() });
    let first_four = paths::Keep::First(4);
    let whole =
        paths::Config { repeats: paths::Repeats::Collapse, keep: first_four, furthest: true, ..Default::default() };
    let touchpoints = vec![
        when("props.plan", Op::Eq, json!("gold")).and(&Rule::event("home")),
        Rule::event("home"),
        Rule::event("catalog"),
        when("site", Op::Exists, json!(null)).and(&Rule::event("cart")),
        Rule::event("purchase"),
    ];
    let instances = Slicer::Instance { gap_us: 1_000 * MINUTE_US, goal: vec![false, false, false, false, false, true] };
    let shown = vec![None, Some("store".into()), None, Some("elsewhere".into()), None];
    let journey = ScanSpec {
        labels: Labels::Rules { rules: touchpoints, channels: shown },
        channels,
        value: Some(Column::Amount),
        score: Some(Column::Score),
        slicer: instances,
        ..ScanSpec::new(
            FoldSpec::Journey(journey::Config {
                stages: 3,
                stage_of: vec![0, 0, 1, 1, 2],
                planned: vec![0, 2],
                value: true,
                score: true,
            }),
            as_of_us,
        )
    };
    let regroup = vec![0, 1, 1, 2, 2, 3];
    let graph = transitions::Config::default();
    let who = |pick| Some(WhoSpec { pick, group: None, unless: None, after: None, page: 3 });
    let facet = |dimension: &str, values: &[&str]| FacetSpec {
        dimension: dimension.into(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    // The channel an event counts under, a column, and a trait whose values are numbers; not every value is told apart.
    let facets =
        vec![facet("channel", &["store", "web"]), facet("site", &["north"]), facet("traits.tier", &["0", "2"])];
    let probe = |stage, test| pain::Probe { stage, test };
    let search = pain::Config {
        stages: 3,
        stage_of: vec![0, 0, 1, 1, 2],
        probes: vec![
            probe(1, pain::Test::DropOff),
            probe(0, pain::Test::Loop),
            probe(0, pain::Test::Signal { bits: 2 }),
            probe(1, pain::Test::SwitchLoss),
            probe(1, pain::Test::LowScore { limit: 6.0 }),
        ],
        dimensions: vec![2, 1, 2],
        channels: 2,
        // One step holds all of time; how steps part it is the fold's own test.
        origin_us: 0,
        step_us: i64::MAX,
        steps: 1,
        value: true,
        settled_us: Some(as_of_us - 1_000 * MINUTE_US),
        excluded: Vec::new(),
    };
    let group = pain::Group { who: pain::Who::Facet { dimension: 2, code: 0 }, ..pain::Group::everyone(0) };
    let targets = vec![
        pain::Target { group: pain::Group::everyone(2), against: pain::Against::Nobody },
        pain::Target { group: group.clone(), against: pain::Against::Others },
    ];
    let evidence = pain::EvidenceConfig { search: search.clone(), targets, causes: vec![1, 2] };
    let pains = ScanSpec {
        fold: FoldSpec::Pain(search.clone()),
        masks: Masks::Rules(vec![Rule::event("home"), when("amount", Op::Gte, json!(10))]),
        facets,
        ..journey.clone()
    };
    let Slicer::Instance { gap_us, goal } = &journey.slicer else { panic!() };
    let cases = |scan: &ScanSpec, key: &str, until: Option<&str>| ScanSpec {
        slicer: Slicer::Case { gap_us: *gap_us, goal: goal.clone() },
        case: Some(CaseSpec {
            columns: Case { key: key.into(), until: until.map(str::to_owned) },
            zone: "Asia/Shanghai".into(),
        }),
        ..scan.clone()
    };
    let cased = vec![
        cases(&journey, "site", Some("props.ends")),
        cases(&pains, "site", Some("props.ends")),
        cases(&journey, "props.plan", None),
        cases(&journey, "amount", None),
        ScanSpec {
            entry: Period { from_us: None, to_us: Some(as_of_us - 500 * MINUTE_US) },
            ..cases(&pains, "channel", None)
        },
        ScanSpec { subjects: Some(Rule::event("purchase")), ..cases(&journey, "props.plan", Some("props.ends")) },
        ScanSpec {
            who: who(Pick::Journey(journey::Pick::Ended(folds::slice::End::Left))),
            ..cases(&journey, "site", Some("props.ends"))
        },
        ScanSpec { fold: FoldSpec::Paths(whole), regroup: regroup.clone(), ..cases(&journey, "event", None) },
    ];
    let mut specs = vec![
        ScanSpec::new(FoldSpec::Sessions(Default::default()), as_of_us),
        ScanSpec { slicer: session.clone(), ..by_name(sessions_by_name()) },
        ScanSpec {
            slicer: session.clone(),
            subjects: Some(when("channel", Op::Eq, json!("app")).and(&Rule::event("purchase"))),
            ..by_name(sessions_by_name())
        },
        ScanSpec { subjects: Some(Rule::event("error")), ..by_name(FoldSpec::Transitions(graph)) },
        ScanSpec {
            slicer: session.clone(),
            filter: Some(when("channel", Op::Ne, json!("app"))),
            entry: Period { from_us: Some(as_of_us - 4_000 * MINUTE_US), to_us: Some(as_of_us - 100 * MINUTE_US) },
            ..by_name(FoldSpec::Transitions(transitions::Config { steps: 3, context: 3 }))
        },
        ScanSpec { masks: steps.clone(), ..by_name(funnel(funnel::Mode::Ordered)) },
        ScanSpec {
            masks: steps,
            channels: journey.channels.clone(),
            customers: vec![Rule::event("$profile_set"), Rule::event("home")],
            slicer: session,
            ..by_name(funnel(funnel::Mode::StrictOrder))
        },
        ScanSpec { filter: Some(Rule(vec![])), ..by_name(FoldSpec::Transitions(graph)) },
        by_name(FoldSpec::Paths(whole)),
        ScanSpec { fold: FoldSpec::Paths(whole), regroup: regroup.clone(), ..journey.clone() },
        ScanSpec { fold: funnel(funnel::Mode::Default), masks: Masks::LabelReached, regroup, ..journey.clone() },
        ScanSpec { who: who(Pick::Journey(journey::Pick::Ended(folds::slice::End::Left))), ..journey.clone() },
        ScanSpec { fold: FoldSpec::PainBounds(search), ..pains.clone() },
        ScanSpec { fold: FoldSpec::PainEvidence(evidence), ..pains.clone() },
        ScanSpec { customers: vec![when("traits.tier", Op::In, json!([1, 2]))], ..pains.clone() },
        ScanSpec { filter: Some(when("traits.tier", Op::Ne, json!(1))), ..pains.clone() },
        ScanSpec { subjects: Some(when("site", Op::Eq, json!("north"))), ..pains.clone() },
        ScanSpec {
            subjects: Some(when("props.plan", Op::Eq, json!("gold"))),
            customers: vec![when("traits.tier", Op::In, json!([0, 2]))],
            ..journey.clone()
        },
        ScanSpec { who: who(Pick::Pain(pain::Pick { group, hit: false })), ..pains.clone() },
        pains.clone(),
        journey.clone(),
    ];
    let by = |dimension: &str, values: &[&str], at| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Some(BySpec::values(dimension, values, at))
    };
    let store_or_web = by("channel", &["store", "web"], At::First);
    let apart = vec![
        ScanSpec { by: store_or_web.clone(), ..specs[1].clone() },
        ScanSpec { by: by("site", &["north"], At::Last), ..specs[2].clone() },
        ScanSpec { by: by("traits.tier", &["2", "0"], At::First), ..specs[4].clone() },
        ScanSpec { by: store_or_web.clone(), fold: FoldSpec::Subjects, ..journey.clone() },
        ScanSpec { by: by("channel", &[], At::Last), ..journey.clone() },
        // Beside the dimensions of the fold itself.
        ScanSpec { by: by("site", &["south"], At::First), ..pains },
        ScanSpec {
            who: Some(WhoSpec {
                group: Some(Group::Value(1)),
                ..who(Pick::Journey(journey::Pick::Ended(folds::slice::End::Left))).unwrap()
            }),
            by: store_or_web,
            ..journey
        },
    ];
    specs.extend(apart);
    specs.extend(coming_back(as_of_us, by("channel", &["store"], At::Last)));
    specs.extend(funnels_with_options(by_name(FoldSpec::Transitions(transitions::Config::default())), as_of_us));
    specs.extend(attributions(&specs[1], as_of_us));
    specs.extend(cut_by_rules(&names, &channels_of_all, as_of_us));
    specs.extend(cased);
    specs.extend(crate::segments::specs(as_of_us));
    specs
}

/// Retention, lifecycle, stickiness and survival, plain and by a breakdown, and the customers behind one number.
fn coming_back(as_of_us: i64, by: Option<BySpec>) -> Vec<ScanSpec> {
    let every = |minutes: i64| {
        let edges = (0..=60).rev().map(|n| as_of_us.saturating_add(1) - n * minutes * MINUTE_US).collect();
        Periods::new(edges).unwrap()
    };
    let (start, back) = (Which::Step(0), Which::Step(1));
    let retention = retention::Config {
        start,
        starts: retention::Starts::Every,
        clock: retention::Clock::Rolling { length_us: 90 * MINUTE_US },
        ..retention::Config::new(every(200), 9, as_of_us)
    };
    let lifecycle = lifecycle::Config { periods: every(100), before_us: as_of_us - 6_100 * MINUTE_US, active: back };
    let stickiness = stickiness::Config { units: every(50), periods: every(240), active: Which::Any };
    let survival = survival::Config { groups: vec![2], ..survival::Config::new(start, back, as_of_us) };
    let pick = retention::Pick { cohort: None, of: retention::Of::ReturnedDue(2) };
    let rules = vec![Rule::event("home"), Rule::event("purchase"), when("channel", Op::Eq, json!("app"))];
    let folds = [
        FoldSpec::Retention(retention::Config::new(every(200), 9, as_of_us)),
        FoldSpec::Retention(retention.clone()),
        FoldSpec::Lifecycle(lifecycle),
        FoldSpec::Stickiness(stickiness),
        FoldSpec::Survival(survival),
    ];
    let plain = |fold| ScanSpec { masks: Masks::Rules(rules.clone()), ..ScanSpec::new(fold, as_of_us) };
    let mut specs: Vec<ScanSpec> = folds.into_iter().map(plain).collect();
    let apart: Vec<ScanSpec> = specs.iter().map(|spec| ScanSpec { by: by.clone(), ..spec.clone() }).collect();
    specs.extend(apart);
    let who = WhoSpec { pick: Pick::Retention(pick), group: None, unless: None, after: None, page: 1_000 };
    specs.push(ScanSpec { who: Some(who), ..plain(FoldSpec::Retention(retention)) });
    specs
}

/// Funnels with what they may hold constant, leave out and count besides, and a sequence.
fn funnels_with_options(base: ScanSpec, as_of_us: i64) -> Vec<ScanSpec> {
    let channels = CHANNELS.iter().map(|name| (*name).to_owned()).collect();
    let rules = ["home", "catalog", "purchase", "error"].map(Rule::event).to_vec();
    let base = ScanSpec { masks: Masks::Rules(rules), channels, ..base };
    let plain = funnel::Config::new(3, 900 * MINUTE_US, as_of_us);
    let excluded = vec![funnel::Exclusion { after: 0, before: 2, effect: funnel::Effect::Drop }];
    let edges = (0..=60).rev().map(|n| as_of_us.saturating_add(1) - n * 200 * MINUTE_US).collect();
    let calendar = Periods::new(edges).unwrap();
    let told = funnel::Config {
        exclusions: excluded,
        trend: Some(calendar.clone()),
        next: true,
        hold: true,
        window: funnel::Window::Calendar(calendar),
        ..plain.clone()
    };
    let totals = funnel::Config { count: funnel::Count::Every, ..plain.clone() };
    let any_order = funnel::Config { mode: funnel::Mode::Unordered, hold: true, ..plain };
    let pattern = "(?1)(?t<=9000)(?3)".parse().unwrap();
    let sequence = folds::sequence::Config { pattern, conditions: 4 };
    let hold = |columns: &[&str]| columns.iter().map(|column| (*column).to_owned()).collect();
    let who = WhoSpec {
        pick: Pick::Funnel(funnel::Pick::level(funnel::Level::Reached(2))),
        group: None,
        unless: None,
        after: None,
        page: 5,
    };
    vec![
        ScanSpec { hold: hold(&["site"]), fold: FoldSpec::Funnel(told), ..base.clone() },
        ScanSpec { hold: hold(&["channel", "props.plan"]), fold: FoldSpec::Funnel(any_order), ..base.clone() },
        ScanSpec { who: Some(who), fold: FoldSpec::Funnel(totals.clone()), ..base.clone() },
        ScanSpec {
            by: Some(BySpec::values("channel", vec!["web".into()], At::First)),
            fold: FoldSpec::Funnel(totals),
            ..base.clone()
        },
        ScanSpec { fold: FoldSpec::Sequence(sequence), ..base },
    ]
}

/// Purchases credited to events, and to a property of them; `by_name` labels events.
fn attributions(by_name: &ScanSpec, as_of_us: i64) -> Vec<ScanSpec> {
    let config = attribution::Config {
        values: 6,
        lookback_us: 2_000 * MINUTE_US,
        period: Period { from_us: Some(as_of_us - 5_000 * MINUTE_US), to_us: None },
        as_of_us,
        ..attribution::Config::default()
    };
    let touches = when("event", Op::Exists, Value::Null);
    let events = ScanSpec {
        fold: FoldSpec::Attribution(config.clone()),
        masks: Masks::Rules(vec![Rule::event("purchase"), touches, when("channel", Op::Eq, json!("app"))]),
        value: Some(Column::Amount),
        slicer: Slicer::Customer,
        ..by_name.clone()
    };
    let plans = ScanSpec {
        fold: FoldSpec::Attribution(attribution::Config {
            values: 1,
            credited: attribution::Credited::Facet(0),
            touches: 3,
            earlier: attribution::Earlier::Keep,
            ..config
        }),
        masks: Masks::Rules(vec![Rule::event("purchase"), when("props.plan", Op::Exists, Value::Null)]),
        facets: vec![FacetSpec { dimension: "props.plan".into(), values: vec!["gold".into()] }],
        by: Some(BySpec::values("props.n", vec!["3".into()], At::First)),
        ..events.clone()
    };
    let pick = Pick::Attribution(attribution::Pick::Touched(1));
    let who = Some(WhoSpec { pick, group: None, unless: None, after: None, page: 3 });
    vec![ScanSpec { who, by: None, ..plans.clone() }, events, plans]
}

/// Sessions by all their rules, and paths between anchors, of events told apart by values.
fn cut_by_rules(names: &[String], channels: &[String], as_of_us: i64) -> Vec<ScanSpec> {
    let edges = (0..=40).rev().map(|n| as_of_us.saturating_add(1) - n * 300 * MINUTE_US).collect();
    let days = Periods::new(edges).unwrap();
    let idle = |minutes: i64, longest: Option<i64>| Lane::Idle {
        timeout_us: minutes * MINUTE_US,
        longest_us: longest.map(|minutes| minutes * MINUTE_US),
    };
    let cut = SessionCut {
        lanes: vec![Lane::Instant, idle(600, None), idle(30, Some(40))],
        campaign: true,
        midnight: Some(days.clone()),
    };
    let lanes = vec![vec!["app".to_owned()], vec!["store".to_owned()]];
    let by_session = ScanSpec {
        labels: Labels::EventNames(names.to_vec()),
        channels: channels.to_vec(),
        slicer: Slicer::Sessions(cut),
        sessions: Some(SessionSpec { lanes, campaign: Some(Column::Site) }),
        ..ScanSpec::new(FoldSpec::Sessions(sessions::Config { labels: 6, channels: 3, days: Some(days) }), as_of_us)
    };
    let only_midnight = ScanSpec {
        slicer: Slicer::Sessions(SessionCut { lanes: vec![idle(600, None)], midnight: None, campaign: true }),
        sessions: Some(SessionSpec { lanes: Vec::new(), campaign: Some(Column::Site) }),
        ..by_session.clone()
    };
    let expand = |event: &str, column: &str, values: &[&str]| ExpandSpec {
        event: event.into(),
        column: column.into(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let anchored = paths::Config {
        from: Some(paths::Begin::Each),
        to: Some(paths::Finish { at: paths::At::Last, or_not: true }),
        window_us: Some(3_000 * MINUTE_US),
        hide: true,
        goal: true,
        side: Some(paths::Side::With),
        durations: true,
        keep: paths::Keep::First(6),
        as_of_us,
        ..paths::Config::default()
    };
    let rules = ["home", "cart", "purchase", "error", "nothing", "catalog"].map(Rule::event).to_vec();
    let apart = ScanSpec {
        labels: Labels::Expanded {
            names: names.to_vec(),
            expand: vec![
                expand("home", "props.plan", &["gold"]),
                expand("cart", "channel", &["store", "app"]),
                expand("catalog", "amount", &["7", "12"]),
                expand("unknown", "site", &[]),
                expand("error", "site", &[]),
            ],
        },
        masks: Masks::Rules(rules),
        ..ScanSpec::new(FoldSpec::Paths(anchored), as_of_us)
    };
    let all = paths::Config { side: None, hide: false, goal: false, from: None, ..anchored };
    let who = WhoSpec { pick: Pick::Paths(paths::Pick::All), group: None, unless: None, after: None, page: 3 };
    vec![
        by_session.clone(),
        only_midnight,
        ScanSpec { fold: FoldSpec::Transitions(transitions::Config::default()), ..by_session.clone() },
        ScanSpec { fold: FoldSpec::Paths(all), ..apart.clone() },
        ScanSpec { who: Some(who), ..apart.clone() },
        ScanSpec { slicer: by_session.slicer, sessions: by_session.sessions, ..apart.clone() },
        apart,
    ]
}

pub(crate) fn same(answer: &FoldState, expected: &FoldState) -> bool {
    match (answer, expected) {
        (FoldState::Sessions(a), FoldState::Sessions(b)) => a == b,
        (FoldState::Funnel(a), FoldState::Funnel(b)) => a == b,
        (FoldState::Paths(a), FoldState::Paths(b)) => a == b,
        (FoldState::Transitions(a), FoldState::Transitions(b)) => a == b,
        (FoldState::Journey(a), FoldState::Journey(b)) => a == b,
        (FoldState::PainBounds(a), FoldState::PainBounds(b)) => a == b,
        (FoldState::Pain(a), FoldState::Pain(b)) => a == b,
        (FoldState::PainEvidence(a), FoldState::PainEvidence(b)) => a == b,
        (FoldState::Who(a), FoldState::Who(b)) => a == b,
        (FoldState::Subjects(a), FoldState::Subjects(b)) => a == b,
        (FoldState::Retention(a), FoldState::Retention(b)) => a == b,
        (FoldState::Lifecycle(a), FoldState::Lifecycle(b)) => a == b,
        (FoldState::Stickiness(a), FoldState::Stickiness(b)) => a == b,
        (FoldState::Survival(a), FoldState::Survival(b)) => a == b,
        (FoldState::Sequence(a), FoldState::Sequence(b)) => a == b,
        (FoldState::Attribution(a), FoldState::Attribution(b)) => a == b,
        (FoldState::Segments(a), FoldState::Segments(b)) => a == b,
        (FoldState::Rfm(a), FoldState::Rfm(b)) => a == b,
        (FoldState::Members(a), FoldState::Members(b)) => {
            let members = |state: &folds::segment::MembersState| {
                let found = state.found.iter().filter(|member| member.member);
                found.map(|member| member.customer).collect::<std::collections::BTreeSet<_>>()
            };
            members(a) == members(b)
        }
        (FoldState::RfmEdges(a), FoldState::RfmEdges(b)) => {
            let bought = |state: &folds::rfm::PopulationState| {
                let mut customers = state.customers.clone();
                customers.sort_by_key(|(customer, _)| *customer);
                customers
            };
            bought(a) == bought(b)
        }
        (FoldState::By(a), FoldState::By(b)) => {
            let pairs = || a.groups.iter().zip(&b.groups);
            same(&a.all, &b.all)
                && a.groups.len() == b.groups.len()
                && pairs().all(|((group, a), (wanted, b))| group == wanted && same(a, b))
        }
        _ => false,
    }
}

pub(crate) async fn ask(engine: &Engine, lake: &lake::Lake, spec: &ScanSpec) -> FoldAnswer {
    operators::run(engine, lake.snapshot().await.unwrap(), spec, &Control::new()).await.unwrap()
}

async fn check(lake: &lake::Lake, world: &World, engines: &[Engine], about: &str) {
    let newest = world.events.iter().map(|event| event.time_us).max().unwrap();
    for as_of_us in [newest, newest - 2_000 * MINUTE_US] {
        for (n, spec) in specs(as_of_us).iter().enumerate() {
            let wanted = expected(world, spec);
            let travelled = ScanSpec::from_bytes(&spec.to_bytes().unwrap()).unwrap();
            assert_eq!(travelled, *spec);
            for engine in engines {
                let answer = ask(engine, lake, &travelled).await;
                let options = engine.options();
                assert!(
                    same(&answer.state, &wanted),
                    "{about}, spec {n}, {options:?}: {:?} ≠ {wanted:?}",
                    answer.state
                );
                assert_eq!(answer.rows_scanned, world.rows(), "{about}, spec {n}, {options:?}");
            }
        }
    }
}

fn engines() -> Vec<Engine> {
    vec![
        engine(1, 1 << 19, 64 << 20),
        engine(2, 100, 0),
        engine(16, 1, 64 << 20),
        // So small that columns push each other out all the time.
        engine(3, 200, 20_000),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn storage_partitions_shards_and_cache_never_change_an_answer() {
    let world = World::random(1, 40, 30);
    let engines = engines();
    for stored in [Stored::Tail, Stored::File, Stored::Mixed, Stored::Compacted] {
        let folder = tempfile::tempdir().unwrap();
        let lake = open(folder.path()).await;
        store(&lake, &world, stored).await;
        check(&lake, &world, &engines, &format!("{stored:?}")).await;
    }
    for engine in &engines {
        assert_eq!(engine.memory_used(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn merged_customers_are_one_before_and_after_compaction_and_as_events_arrive() {
    let mut world = World::random(2, 30, 20);
    let later = world.events.split_off(world.events.len() / 2);
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    store(&lake, &world, Stored::Mixed).await;
    let engines = engines();
    check(&lake, &world, &engines, "apart").await;
    link(&lake, &mut world, &[(1, 2), (2, 3), (10, 20)]).await;
    check(&lake, &world, &engines, "linked").await;
    lake.append(later.clone()).await.unwrap();
    world.events.extend(later);
    check(&lake, &world, &engines, "linked, then more").await;
    compact(&lake).await;
    check(&lake, &world, &engines, "linked and compacted").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_lake_answers_with_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    let engine = engine(2, 100, 1 << 20);
    for spec in specs(0) {
        let answer = ask(&engine, &lake, &spec).await;
        assert!(same(&answer.state, &expected(&World::default(), &spec)));
        assert_eq!(answer.rows_scanned, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_agree_with_the_plain_oracles() {
    let world = World::random(3, 50, 25);
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    store(&lake, &world, Stored::Mixed).await;
    let engine = engine(2, 100, 1 << 20);
    let as_of_us = world.events.iter().map(|event| event.time_us).max().unwrap();
    let slices: Vec<Vec<(i64, &str)>> = (world.customers().values())
        .map(|events| events.iter().map(|event| (event.time_us, event.event.as_str())).collect::<Vec<_>>())
        .map(|events| events.into_iter().filter(|(_, name)| !name.starts_with('$')).collect())
        .collect();

    let session = Slicer::Session { timeout_us: 30 * MINUTE_US };
    let spec = ScanSpec { slicer: session, ..ScanSpec::new(FoldSpec::Sessions(Default::default()), as_of_us) };
    let FoldState::Sessions(state) = ask(&engine, &lake, &spec).await.state else { panic!() };
    let sessions: usize = slices
        .iter()
        .map(|events| events.iter().map(|event| event.0).collect::<Vec<_>>())
        .map(|times| testkit::oracle::sessions::split(&times, 30 * MINUTE_US).len())
        .sum();
    assert_eq!(state.sessions.subjects.count, sessions as u64);

    let steps = ["home", "catalog", "purchase"];
    let config = funnel::Config::new(3, 700 * MINUTE_US, as_of_us);
    let masks = Masks::Rules(steps.iter().map(|name| Rule::event(name)).collect());
    let spec = ScanSpec { masks, ..ScanSpec::new(FoldSpec::Funnel(config), as_of_us) };
    let FoldState::Funnel(state) = ask(&engine, &lake, &spec).await.state else { panic!() };
    let mut reached = [0u64; 3];
    for events in &slices {
        let times: Vec<i64> = events.iter().map(|event| event.0).collect();
        let mask = |name: &str| (0..3).filter(|k| steps[*k] == name).map(|k| 1u64 << k).sum();
        let masks: Vec<u64> = events.iter().map(|event| mask(event.1)).collect();
        let level = testkit::oracle::funnel::ordered(&times, &masks, 3, 700 * MINUTE_US).level;
        reached[..level].iter_mut().for_each(|count| *count += 1);
    }
    assert_eq!(state.reached.iter().map(|tally| tally.customers.count).collect::<Vec<_>>(), reached);
}
