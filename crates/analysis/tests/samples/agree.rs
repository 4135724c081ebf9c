//! Numbers that must agree: the map with itself, with the funnel and the paths over the same instances, and with
//! the customers behind each number.

use analysis::answer::{JourneyMap, PathEnd, People};
use analysis::question::{
    FunnelQuestion, JourneyKey, JourneyMapQuestion, PathsQuestion, Question, ResolvedJourney, TransitionsQuestion,
};
use folds::funnel::Mode;
use model::period::{DAY_US, Period};
use model::scope::Scope;
use operators::Control;

use crate::{Samples, samples};

const WORKSPACES: [&str; 2] = ["ecom", "completejourney"];

fn scope(entry: Period) -> Scope {
    Scope { entry, ..Scope::default() }
}

fn key(journey: &ResolvedJourney) -> JourneyKey {
    JourneyKey { id: journey.definition.id.clone(), version: Some(journey.version) }
}

async fn map(samples: &Samples, workspace: &str, journey: &ResolvedJourney, entry: Period) -> JourneyMap {
    let snapshot = samples.snapshot(workspace).await;
    let question = JourneyMapQuestion { journey: key(journey), scope: scope(entry) };
    samples.analyst.journey_map(&snapshot, &question, journey, &Control::new()).await.unwrap()
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
        let snapshot = samples.snapshot(workspace).await;
        for journey in samples.journeys(workspace).await {
            let map = map(samples, workspace, &journey, Period::default()).await;
            let control = Control::new();
            let question = FunnelQuestion {
                scope: scope(Period::default()),
                journey: Some(key(&journey)),
                steps: Vec::new(),
                window: None,
                mode: Mode::Ordered,
            };
            let funnel = samples.analyst.funnel(&snapshot, &question, Some(&journey), &control).await.unwrap();
            assert_eq!(funnel.subjects.instances, map.totals.started.instances);
            let goal = funnel.steps.last().unwrap();
            assert_eq!(goal.reached.instances, map.totals.goal.instances);
            assert_eq!(goal.reached.customers, map.totals.goal.customers);
            for (step, stage) in funnel.steps.iter().zip(&map.stages) {
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
            };
            let paths = samples.analyst.paths(&snapshot, &question, Some(&journey), &Control::new()).await.unwrap();
            // A household that shops for a year without a pause has a path longer than steps are told apart: then
            // the answer leaves the ends out, and says so.
            assert!(paths.last.is_some() || paths.meta.truncated);
            assert!(paths.last.is_some() || workspace != "ecom");
            let left =
                |ends: &[PathEnd], stage: &str| ends.iter().find(|end| end.label == stage).map_or(0, |end| end.left);
            if let (Some(last), Some(furthest)) = (&paths.last, &paths.furthest) {
                for stage in &map.stages {
                    assert_eq!(left(last, &stage.stage), stage.left_last.instances, "{workspace}: {}", stage.stage);
                    assert_eq!(left(furthest, &stage.stage), stage.dropped_furthest.instances);
                }
            }
            let question = TransitionsQuestion { scope: scope(Period::default()), journey: Some(key(&journey)) };
            let graph =
                samples.analyst.transitions(&snapshot, &question, Some(&journey), &Control::new()).await.unwrap();
            for step in &map.moves {
                let analysis::answer::MoveTo::Stage(to) = &step.to else { continue };
                let edge = graph.edges.iter().find(|edge| edge.from == step.from && edge.to == *to).unwrap();
                assert_eq!((edge.count, edge.people.instances), (step.count, step.people.instances));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_opens_to_its_customers() {
    let samples = samples().await;
    let snapshot = samples.snapshot("ecom").await;
    for journey in samples.journeys("ecom").await {
        let map = map(samples, "ecom", &journey, Period::default()).await;
        let question = Question::decode(&map.meta.question).unwrap();
        let stages =
            map.stages.iter().flat_map(|stage| [&stage.reach.reached, &stage.dropped_furthest, &stage.left_last]);
        let totals = [&map.totals.started, &map.totals.goal, &map.totals.left, &map.totals.open];
        let numbers: Vec<&People> = stages
            .chain(totals)
            .chain(map.cells.iter().map(|cell| &cell.reach.reached))
            .chain(map.touchpoints.iter().map(|touchpoint| &touchpoint.reach.reached))
            .chain(map.moves.iter().map(|step| &step.people))
            .collect();
        for people in numbers {
            let control = Control::new();
            let behind =
                samples.analyst.customers(&snapshot, &question, Some(&journey), &people.pick, None, 1, &control);
            let behind = behind.await.unwrap();
            assert_eq!((behind.subjects, behind.customers), (people.instances, people.customers), "{}", people.pick);
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

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_customers_join_without_gap_or_double() {
    let samples = samples().await;
    let snapshot = samples.snapshot("ecom").await;
    let journey = samples.journeys("ecom").await.remove(0);
    let map = map(samples, "ecom", &journey, Period::default()).await;
    let question = Question::decode(&map.meta.question).unwrap();
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let control = Control::new();
        let page =
            samples.analyst.customers(&snapshot, &question, Some(&journey), "goal", after.as_deref(), 100, &control);
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
