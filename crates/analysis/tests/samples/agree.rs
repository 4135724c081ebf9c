//! Numbers that must agree: the map with itself, with the funnel and the paths over the same instances, and with
//! the customers behind each number.

use std::collections::BTreeMap;

use analysis::answer::{JourneyMap, PathEnd};
use analysis::question::{
    FunnelQuestion, JourneyKey, JourneyMapQuestion, PainQuestion, PathsQuestion, Present, Question, ResolvedJourney,
    SessionsQuestion, TransitionsQuestion,
};
use arrow::array::ArrayRef;
use arrow::util::display::array_value_to_string;
use model::period::{DAY_US, Period};
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::scope::Scope;
use operators::Control;
use operators::sql::QueryLimits;
use serde_json::Value;

use crate::{Samples, samples};

const WORKSPACES: [&str; 2] = ["ecom", "completejourney"];

fn scope(entry: Period) -> Scope {
    Scope { entry, ..Scope::default() }
}

pub(crate) fn key(journey: &ResolvedJourney) -> JourneyKey {
    JourneyKey { id: journey.definition.id.clone(), version: Some(journey.version) }
}

async fn map(samples: &Samples, workspace: &str, journey: &ResolvedJourney, entry: Period) -> JourneyMap {
    map_of(samples, workspace, journey, scope(entry)).await
}

async fn map_of(samples: &Samples, workspace: &str, journey: &ResolvedJourney, scope: Scope) -> JourneyMap {
    let present = samples.present(workspace).await;
    let question = JourneyMapQuestion { journey: key(journey), persona: None, scope };
    samples.analyst.journey_map(&present, &question, journey, &Control::new()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_agrees_with_itself() {
    let samples = samples().await;
    for workspace in WORKSPACES {
        for journey in samples.journeys(workspace).await {
            let map = map(samples, workspace, &journey, Period::default()).await;
            let totals = &map.totals;
            assert!(totals.started.instances > 0, "{workspace}/{}", journey.definition.id);
            assert_eq!(totals.goal.instances + totals.left.instances + totals.open.instances, totals.started.instances);
            let sum = |of: fn(&analysis::answer::StageMetrics) -> u64| map.stages.iter().map(of).sum::<u64>();
            assert_eq!(sum(|stage| stage.dropped_furthest.instances), totals.left.instances);
            assert_eq!(sum(|stage| stage.left_last.instances), totals.left.instances);
            assert_eq!(sum(|stage| stage.reach.events), totals.events);
            assert_eq!(map.cells.iter().map(|cell| cell.reach.events).sum::<u64>(), totals.events);
            assert_eq!(map.touchpoints.iter().map(|touchpoint| touchpoint.reach.events).sum::<u64>(), totals.events);
            assert_eq!(map.stage_channels.iter().map(|cell| cell.reach.events).sum::<u64>(), totals.events);
            for stage in &map.stages {
                let exits = stage.exits;
                assert_eq!(exits.goal + exits.forward + exits.back + exits.leave + exits.open, stage.entries);
                assert!(stage.time.count + exits.open == stage.entries);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn funnel_paths_and_map_tell_the_same_story() {
    let samples = samples().await;
    for workspace in WORKSPACES {
        let present = samples.present(workspace).await;
        for journey in samples.journeys(workspace).await {
            let map = map(samples, workspace, &journey, Period::default()).await;
            let control = Control::new();
            let question = FunnelQuestion {
                scope: scope(Period::default()),
                journey: Some(key(&journey)),
                ..FunnelQuestion::default()
            };
            let funnel = samples.analyst.funnel(&present, &question, Some(&journey), &control).await.unwrap().numbers;
            assert_eq!(funnel.subjects.instances, map.totals.started.instances);
            let goal = funnel.steps.last().unwrap();
            assert_eq!(goal.reached.instances, map.totals.goal.instances);
            assert_eq!(goal.reached.customers, map.totals.goal.customers);
            // Whoever got to a stage or past it reached the goal, or left or is open with that or a later one as
            // the furthest. Shares count instances, and the last one is the map's conversion.
            let stages = map.stages.iter();
            let ended_at: Vec<u64> = stages.map(|s| s.dropped_furthest.instances + s.open_furthest.instances).collect();
            let mut reached_before = (map.totals.started.instances, 0);
            for (step, at) in funnel.steps.iter().zip(0..) {
                let past = ended_at.iter().skip(at).sum::<u64>();
                assert_eq!(step.reached.instances, map.totals.goal.instances + past, "{workspace}: {}", step.name);
                assert_eq!(step.from_previous.hits, step.reached.instances);
                assert_eq!(step.from_previous.of, reached_before.0 - reached_before.1);
                reached_before = (step.reached.instances, step.open.instances);
            }
            assert_eq!(goal.from_first, map.totals.conversion);
            assert_eq!(funnel.time_to_convert.durations, map.totals.time_to_goal, "{workspace}");
            assert_eq!((goal.dropped.instances, goal.dropped.customers), (0, 0));
            let converted = goal.converted.as_ref().unwrap();
            let (instances, customers) = (map.totals.goal.instances, map.totals.goal.customers);
            assert_eq!((converted.instances, converted.customers), (instances, customers));
            assert!(funnel.steps.iter().rev().skip(1).all(|step| step.converted.is_none()));
            for (step, stage) in funnel.steps.iter().zip(&map.stages) {
                assert_eq!(step.open.instances, stage.open_furthest.instances);
                assert_eq!(step.dropped.instances, stage.dropped_furthest.instances, "{workspace}: {}", stage.stage);
                assert_eq!(step.dropped.customers, stage.dropped_furthest.customers);
                assert_eq!(step.left_last, Some(stage.left_last.instances));
            }
            let question = PathsQuestion {
                scope: scope(Period::default()),
                journey: Some(key(&journey)),
                collapse: true,
                steps: None,
                top: 10,
                ..PathsQuestion::default()
            };
            let paths = samples.analyst.paths(&present, &question, Some(&journey), &Control::new()).await.unwrap();
            let paths = paths.numbers;
            let left =
                |ends: &[PathEnd], stage: &str| ends.iter().find(|end| end.label == stage).map_or(0, |end| end.left);
            let furthest = paths.furthest.as_ref().unwrap();
            for stage in &map.stages {
                assert_eq!(left(&paths.last, &stage.stage), stage.left_last.instances, "{workspace}: {}", stage.stage);
                assert_eq!(left(furthest, &stage.stage), stage.dropped_furthest.instances, "{workspace}");
            }
            let question = TransitionsQuestion {
                scope: scope(Period::default()),
                journey: Some(key(&journey)),
                ..TransitionsQuestion::default()
            };
            let graph =
                samples.analyst.transitions(&present, &question, Some(&journey), &Control::new()).await.unwrap();
            for step in &map.moves {
                let analysis::answer::MoveTo::Stage(to) = &step.to else { continue };
                let edge = graph.numbers.edges.iter().find(|edge| edge.from == step.from && edge.to == *to).unwrap();
                assert_eq!((edge.count, edge.people.instances), (step.count, step.people.instances));
            }
        }
    }
}

/// Every object below `value` that has a `pick`: the pick, how many subjects it opens to, and how many customers
/// where that is said.
fn picks(value: &Value, into: &mut Vec<(String, u64, Option<u64>)>) {
    match value {
        Value::Object(fields) => {
            let number = |names: &[&str]| names.iter().find_map(|name| fields.get(*name)).and_then(Value::as_u64);
            for (pick, count) in [("pick", ["instances", "subjects"]), ("ended_pick", ["ended", "ended"])] {
                if let Some(pick) = fields.get(pick).and_then(Value::as_str) {
                    into.push((pick.to_owned(), number(&count).unwrap(), number(&["customers"])));
                }
            }
            fields.iter().filter(|(name, _)| *name != "meta").for_each(|(_, value)| picks(value, into));
        }
        Value::Array(values) => values.iter().for_each(|value| picks(value, into)),
        _ => {}
    }
}

/// Opens every number of an answer and counts whom it opens to. Returns the picks.
pub(crate) async fn open_all(
    samples: &Samples,
    workspace: &str,
    journey: Option<&ResolvedJourney>,
    answer: Value,
) -> Vec<String> {
    let present = samples.present(workspace).await;
    let question = Question::decode(answer["meta"]["question"].as_str().unwrap()).unwrap();
    let mut all = Vec::new();
    picks(&answer, &mut all);
    let mut opened = Vec::new();
    for (pick, subjects, customers) in all {
        let control = Control::new();
        let behind = samples.analyst.customers(&present, &question, journey, &pick, None, 1, &control);
        let behind = behind.await.unwrap();
        assert_eq!(behind.subjects, subjects, "{pick}");
        assert!(customers.is_none_or(|customers| customers == behind.customers), "{pick}");
        let (zh, en) = (behind.title.get("zh-CN"), behind.title.get("en"));
        assert!(
            zh != pick && en != pick && !pick.ends_with(&format!("/{en}")),
            "{pick} is not said in words: {zh}, {en}"
        );
        opened.push(pick);
    }
    opened
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_a_map_opens_to_its_customers() {
    let samples = samples().await;
    for journey in samples.journeys("ecom").await {
        let map = map(samples, "ecom", &journey, Period::default()).await;
        for stage in &map.stages {
            assert_eq!(stage.reach.onward.instances, stage.to_next.hits);
            assert_eq!(stage.reach.reached.instances - stage.waiting.instances, stage.to_next.of);
            assert_eq!(stage.reach.goal.instances, stage.reach.to_goal.hits);
            assert_eq!(stage.reach.reached.instances - stage.reach.open.instances, stage.reach.to_goal.of);
            assert!(stage.looped.instances <= stage.loops && stage.forward.instances <= stage.exits.forward);
        }
        let starts: u64 = map.stages.iter().map(|stage| stage.starts.instances).sum();
        assert_eq!(starts, map.totals.started.instances);
        let opened = open_all(samples, "ecom", Some(&journey), serde_json::to_value(&map).unwrap()).await;
        let stage = &map.stages[0].stage;
        for set in ["starts", "onward", "waiting", "looped", "forward", "back", "goal", "open", "left", "dropped"] {
            assert!(opened.contains(&format!("stage/{stage}/{set}")), "{set}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_the_other_analyses_opens_to_its_customers() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let journey = samples.journeys("ecom").await.remove(0);
    let (analyst, control) = (&samples.analyst, Control::new());
    let scope = || scope(Period::default());
    let opened = |answer: Value, journey: Option<&ResolvedJourney>| {
        let journey = journey.cloned();
        async move { open_all(samples, "ecom", journey.as_ref(), answer).await }
    };
    let named = |picks: &[String], what: &str| assert!(picks.iter().any(|pick| pick.starts_with(what)), "{what}");

    let question = SessionsQuestion { scope: scope(), timeout: Some("30m".parse().unwrap()), apart: None };
    let answer = analyst.sessions(&present, &question, &control).await.unwrap();
    let picks = opened(serde_json::to_value(answer).unwrap(), None).await;
    ["sessions", "bounces", "entry/", "exit/"].iter().for_each(|what| named(&picks, what));

    let question = FunnelQuestion { scope: scope(), journey: Some(key(&journey)), ..FunnelQuestion::default() };
    let answer = analyst.funnel(&present, &question, Some(&journey), &Control::new()).await.unwrap();
    let picks = opened(serde_json::to_value(answer).unwrap(), Some(&journey)).await;
    named(&picks, "step/1/open");
    assert!(picks.iter().any(|pick| pick.ends_with("/converted")));

    let question = PathsQuestion {
        scope: scope(),
        journey: None,
        collapse: true,
        steps: Some(4),
        top: 3,
        ..PathsQuestion::default()
    };
    let answer = analyst.paths(&present, &question, None, &Control::new()).await.unwrap();
    let picks = opened(serde_json::to_value(answer).unwrap(), None).await;
    ["path/", "step/2/", "link/1/", "ended/3"].iter().for_each(|what| named(&picks, what));

    let question =
        TransitionsQuestion { scope: scope(), journey: Some(key(&journey)), ..TransitionsQuestion::default() };
    let answer = analyst.transitions(&present, &question, Some(&journey), &Control::new()).await.unwrap();
    let picks = opened(serde_json::to_value(answer).unwrap(), Some(&journey)).await;
    ["edge/", "end/"].iter().for_each(|what| named(&picks, what));
}

/// The rows of a statement, keyed by column.
pub(crate) async fn rows(samples: &Samples, present: &Present, sql: &str) -> Vec<BTreeMap<String, String>> {
    let limits = QueryLimits { rows: 100_000, now_us: present.now_us, control: Control::new() };
    let engine = &samples.analyst.engine;
    let batches = operators::query(engine, present.snapshot.clone(), sql, limits).await.unwrap();
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cell = |column: &ArrayRef| array_value_to_string(column, row).unwrap();
            let names = batch.schema().fields().iter().map(|field| field.name().clone()).collect::<Vec<_>>();
            rows.push(names.into_iter().zip(batch.columns().iter().map(cell)).collect());
        }
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sql_of_an_answer_gives_the_answer() {
    let samples = samples().await;
    for workspace in WORKSPACES {
        let present = samples.present(workspace).await;
        let journey = samples.journeys(workspace).await.remove(0);
        let map = map(samples, workspace, &journey, Period::default()).await;
        let [stages, touchpoints, cells, moves] = map.meta.sql.as_slice() else { panic!("{:?}", map.meta.sql) };
        let is = |row: &BTreeMap<String, String>, column: &str, wanted: &dyn std::fmt::Display| {
            assert_eq!(row[column], wanted.to_string(), "{workspace}: {column} of {row:?}");
        };
        let found = rows(samples, &present, stages).await;
        assert_eq!(found.len(), map.stages.len());
        for (row, stage) in found.iter().zip(&map.stages) {
            is(row, "stage", &stage.stage);
            is(row, "instances", &stage.reach.reached.instances);
            is(row, "onward_instances", &stage.reach.onward.instances);
            is(row, "left_last_customers", &stage.left_last.customers);
        }
        let found = rows(samples, &present, touchpoints).await;
        assert_eq!(found.len(), map.touchpoints.len());
        for (row, touchpoint) in found.iter().zip(&map.touchpoints) {
            is(row, "stage", &touchpoint.stage);
            is(row, "touchpoint", &touchpoint.touchpoint);
            is(row, "events", &touchpoint.reach.events);
        }
        let found = rows(samples, &present, cells).await;
        assert_eq!(found.len(), map.cells.len());
        for (row, cell) in found.iter().zip(&map.cells) {
            is(row, "touchpoint", &cell.touchpoint);
            is(row, "channel", &cell.channel);
            is(row, "customers", &cell.reach.reached.customers);
        }
        let found = rows(samples, &present, moves).await;
        assert_eq!(found.len(), map.moves.len());
        for (row, step) in found.iter().zip(&map.moves) {
            is(row, "from", &step.from);
            is(row, "count", &step.count);
        }

        let scope = scope(Period::default());
        let question =
            FunnelQuestion { scope: scope.clone(), journey: Some(key(&journey)), ..FunnelQuestion::default() };
        let funnel = samples.analyst.funnel(&present, &question, Some(&journey), &Control::new()).await.unwrap();
        let found = rows(samples, &present, &funnel.meta.sql[0]).await;
        assert_eq!(found.len(), funnel.numbers.steps.len());
        for (row, step) in found.iter().zip(&funnel.numbers.steps) {
            is(row, "name", &step.name);
            is(row, "subjects", &step.reached.instances);
        }
        let question = PathsQuestion {
            scope,
            journey: Some(key(&journey)),
            collapse: true,
            steps: Some(5),
            top: 4,
            ..PathsQuestion::default()
        };
        let paths = samples.analyst.paths(&present, &question, Some(&journey), &Control::new()).await.unwrap();
        let found = rows(samples, &present, &paths.meta.sql[0]).await;
        assert_eq!(found.len(), paths.numbers.top.len());
        for (row, variant) in found.iter().zip(&paths.numbers.top) {
            is(row, "path", &format!("[{}]", variant.path.join(", ")));
            is(row, "subjects", &variant.people.instances);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn periods_partition_the_instances() {
    let samples = samples().await;
    for journey in samples.journeys("ecom").await {
        let whole = map(samples, "ecom", &journey, Period::default()).await;
        let middle = whole.meta.as_of_us - 60 * DAY_US;
        let early = map(samples, "ecom", &journey, Period { from_us: None, to_us: Some(middle) }).await;
        let late = map(samples, "ecom", &journey, Period { from_us: Some(middle), to_us: None }).await;
        assert_eq!(early.totals.started.instances + late.totals.started.instances, whole.totals.started.instances);
        assert_eq!(early.totals.goal.instances + late.totals.goal.instances, whole.totals.goal.instances);
        assert!(late.totals.started.instances > 0 && early.totals.started.instances > 0);
    }
}

fn tested(column: &str, op: Op, value: Value) -> Rule {
    let tests = vec![ColumnTest { column: column.into(), op, value }];
    Rule(vec![Condition { tests, ..Condition::default() }])
}

/// What can be added up of a map: instances and customers by how they ended, and by stage.
fn sums(map: &JourneyMap) -> Vec<u64> {
    let totals = &map.totals;
    let ends = [&totals.started, &totals.goal, &totals.left, &totals.open];
    let ends = ends.into_iter().flat_map(|people| [people.instances, people.customers]);
    let stages = map.stages.iter().flat_map(|stage| {
        let reached = &stage.reach.reached;
        [stage.reach.events, reached.instances, reached.customers, stage.entries, stage.left_last.instances]
    });
    ends.chain(stages).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn subjects_and_customers_of_each_value_of_a_trait_add_up_to_the_whole_map() {
    let samples = samples().await;
    for (workspace, column, values) in [
        ("completejourney", "traits.kids_count", vec!["0", "1", "2", "3+"]),
        ("ecom", "traits.acquisition_channel", vec!["direct", "email", "organic", "paid_search", "social"]),
    ] {
        for journey in samples.journeys(workspace).await {
            let whole = map(samples, workspace, &journey, Period::default()).await;
            let mut parts: Vec<Rule> = values.iter().map(|v| tested(column, Op::Eq, Value::from(*v))).collect();
            parts.push(tested(column, Op::Missing, Value::Null));
            let (mut by_subjects, mut by_customers) = (vec![0; sums(&whole).len()], vec![0; sums(&whole).len()]);
            for rule in parts {
                let subjects = Scope { subjects: Some(rule.clone()), ..Scope::default() };
                let customers = Scope { customers: Some(rule), ..Scope::default() };
                for (total, scope) in [(&mut by_subjects, subjects), (&mut by_customers, customers)] {
                    let part = map_of(samples, workspace, &journey, scope).await;
                    total.iter_mut().zip(sums(&part)).for_each(|(total, part)| *total += part);
                }
            }
            assert_eq!(by_subjects, sums(&whole), "{}", journey.definition.id);
            assert_eq!(by_customers, sums(&whole), "{}", journey.definition.id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_of_subjects_who_were_at_a_touchpoint_is_what_the_whole_map_says_of_it() {
    let samples = samples().await;
    for workspace in WORKSPACES {
        for journey in samples.journeys(workspace).await {
            let whole = map(samples, workspace, &journey, Period::default()).await;
            // The first touchpoint's rule is tried first, so its events are just those that match.
            let (_, first) = journey.definition.touchpoints().next().unwrap();
            let scope = Scope { subjects: Some(first.rule.clone()), ..Scope::default() };
            let part = map_of(samples, workspace, &journey, scope).await;
            let (here, there) = (&whole.touchpoints[0].reach, &part.touchpoints[0].reach);
            assert_eq!(part.totals.started.instances, here.reached.instances, "{}", first.id);
            assert_eq!(part.totals.started.customers, here.reached.customers, "{}", first.id);
            assert_eq!(part.totals.goal.instances, here.goal.instances, "{}", first.id);
            assert_eq!((there.events, there.reached.instances), (here.events, here.reached.instances));
            assert!(part.totals.events >= here.events && part.meta.filters.len() > whole.meta.filters.len());
            let opened = open_all(
                samples,
                workspace,
                Some(&journey),
                serde_json::json!({
                    "meta": {"question": part.meta.question}, "totals": part.totals
                }),
            );
            assert!(!opened.await.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_customers_join_without_gap_or_double() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let journey = samples.journeys("ecom").await.remove(0);
    let map = map(samples, "ecom", &journey, Period::default()).await;
    let question = Question::decode(&map.meta.question).unwrap();
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let control = Control::new();
        let page =
            samples.analyst.customers(&present, &question, Some(&journey), "goal", after.as_deref(), 100, &control);
        let page = page.await.unwrap();
        seen.extend(page.items.into_iter().map(|item| item.customer));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let mut unique = seen.clone();
    unique.dedup();
    assert_eq!(unique.len() as u64, map.totals.goal.customers);
    assert_eq!(unique, seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_customers_of_a_pain_met_and_said_is_what_their_events_say() {
    let samples = samples().await;
    let present = samples.present("simulated").await;
    let journeys = samples.journeys("simulated").await;
    let journey = journeys.iter().find(|journey| journey.definition.id == "omni-purchase").unwrap();
    let (analyst, control) = (&samples.analyst, Control::new());
    let question = PainQuestion { journey: key(journey), scope: Scope::default(), currency: None };
    let pains = analyst.pains(&present, &question, journey, &control).await.unwrap().pains;
    for pain in &pains {
        let voices = analyst.pain_voices(&present, pain, journey, &control).await.unwrap();
        let question = Question::decode(&pain.question).unwrap();
        let hit = analyst.customers(&present, &question, Some(journey), &pain.pick, None, 200, &control).await.unwrap();
        assert_eq!((voices.customers, voices.read), (hit.customers, hit.items.len() as u64));
        assert_eq!(voices.meta.truncated, voices.read < voices.customers);
        let ids: Vec<&str> = hit.items.iter().map(|customer| customer.customer.as_str()).collect();
        for (column, listed) in [("error", &voices.errors), ("text", &voices.texts)] {
            let sql = format!(
                "select {column} as words, count(distinct customer) as customers, count(*) as events from events \
                 where customer in ({}) and trim({column}) <> '' and time between to_timestamp_micros({}) and \
                 to_timestamp_micros({}) group by {column} order by customers desc",
                ids.join(","),
                pain.from_us,
                (pain.to_us + journey.definition.gap.us).min(voices.meta.as_of_us)
            );
            let rows = rows(samples, &present, &sql).await;
            let of = |words: &str| rows.iter().find(|row| row["words"].trim() == words);
            for voice in listed {
                let row = of(&voice.words).unwrap();
                assert_eq!(
                    (&row["customers"], &row["events"]),
                    (&voice.customers.to_string(), &voice.events.to_string())
                );
            }
            let most: Vec<String> = rows.iter().take(listed.len()).map(|row| row["customers"].clone()).collect();
            assert_eq!(most, listed.iter().map(|voice| voice.customers.to_string()).collect::<Vec<_>>(), "{column}");
            assert_eq!(listed.len(), rows.len().min(10));
        }
    }
    let failed = pains.iter().find(|pain| pain.stage == "pay" && !pain.causes.is_empty()).unwrap();
    assert!(!analyst.pain_voices(&present, failed, journey, &control).await.unwrap().errors.is_empty());
}
