//! One journey of the sample shop through every fold: their numbers speak of the same instances.

use crate::support::{Population, ecom_customers};
use folds::counters::Tally;
use folds::funnel::{self, Funnel, Mode};
use folds::journey::{Config, Exit, StageMachine};
use folds::paths::{self, Keep, Paths};
use folds::sessions::Sessions;
use folds::transitions::Transitions;
use folds::{End, Slicer};

/// Stages of the shop's journey, each with its events. The goal is a purchase.
const STAGES: [&[&str]; 5] = [
    &["home", "promo_page", "search", "catalog", "filter_results"],
    &["product_view", "compare", "review_page", "wishlist_add"],
    &["add_to_cart", "cart"],
    &["shipping_details", "payment_details", "payment_error", "checkout_bug"],
    &["purchase"],
];

#[test]
fn map_funnel_paths_transitions_and_sessions_agree() {
    let ecom = testkit::ecom();
    let names: Vec<(usize, &str)> =
        STAGES.iter().enumerate().flat_map(|(stage, names)| names.iter().map(move |name| (stage, *name))).collect();
    let goal_label = names.len() as u32;
    let label_of: Vec<u32> = ecom
        .events
        .iter()
        .map(|event| names.iter().position(|(_, name)| name == event).map_or(0, |touchpoint| touchpoint as u32 + 1))
        .collect();
    let mut customers = ecom_customers(&ecom);
    for customer in &mut customers {
        customer.label = customer.label.iter().map(|label| label_of[*label as usize - 1]).collect();
        customer.mask = customer.label.iter().map(|l| u64::from(*l != 0) | u64::from(*l == goal_label) << 1).collect();
    }
    let goal = (0..=goal_label).map(|label| label == goal_label).collect();
    // Ten days of silence, so that instances are left, open and at the goal.
    let mut population = Population::new(customers, Slicer::Instance { gap_us: 10 * model::period::DAY_US, goal });
    population.as_of_us -= 5 * model::period::DAY_US;
    let as_of_us = population.as_of_us;
    for customer in &mut population.customers {
        let until = customer.time.partition_point(|time| *time <= as_of_us);
        customer.time.truncate(until);
        customer.label.truncate(until);
        customer.mask.truncate(until);
        customer.channel.truncate(until);
    }
    let stage_of: Vec<usize> = names.iter().map(|(stage, _)| *stage).collect();
    let names = &names;
    let labels_of = |stage: usize| (1..=goal_label).filter(move |label| names[*label as usize - 1].0 == stage);

    let machine = StageMachine::new(Config { stages: STAGES.len(), stage_of: stage_of.clone(), ..Config::default() });
    let machine = machine.unwrap();
    let map = machine.answer(population.run(&machine));
    let totals = &map.totals;
    for tally in [totals.goal, totals.left, totals.open] {
        assert!(tally.subjects.count > 50, "{totals:?}");
    }

    // Sessions: the same subjects.
    let sessions = population.run(&Sessions::new(goal_label).unwrap());
    assert_eq!((sessions.sessions, sessions.open), (totals.instances, totals.open));
    assert_eq!(sessions.labels[goal_label as usize].exits, totals.goal.subjects.count);
    assert_eq!(sessions.events, totals.events);
    for (label, here) in (1..).zip(&map.touchpoints) {
        assert_eq!(sessions.labels[label].containing, here.reached);
    }

    // Transitions: moves are edges between stages, exits are ends.
    let transitions = population.run(&Transitions::default());
    for (s, stage) in map.stages.iter().enumerate() {
        let ends = |end| labels_of(s).filter_map(|l| transitions.node(l)).map(|node| node.ended_as(end)).sum::<u64>();
        for (end, exit) in [(End::Left, Exit::Leave), (End::Open, Exit::Open), (End::Goal, Exit::Goal)] {
            assert_eq!(ends(end), stage.exit(exit).tally.subjects.count, "stage {s} {exit:?}");
        }
        for (to, passes) in map.moves.get(s).into_iter().flatten().enumerate() {
            let edges = labels_of(s).flat_map(|a| labels_of(to).map(move |b| (a, b)));
            let count: u64 = edges.filter_map(|(a, b)| transitions.edges.get(a, b)).map(|edge| edge.count).sum();
            assert_eq!(passes.stays, if to == s { 0 } else { count }, "{s} to {to}");
        }
    }

    // Paths: the last step says where instances end, the whole path how far they came.
    let keep = |keep| Paths::new(paths::Config { keep, ..paths::Config::default() }).unwrap();
    let ends = population.run(&keep(Keep::Last(1)));
    let whole = population.run(&keep(Keep::First(100)));
    assert_eq!(whole.paths, totals.instances);
    assert!(whole.table.iter().all(|(_, counts)| counts.longer == 0), "no instance is longer than a path may be");
    for (s, stage) in map.stages.iter().enumerate() {
        let left = ends.table.iter().filter(|(labels, _)| stage_of[labels[0] as usize - 1] == s);
        assert_eq!(left.map(|row| row.1.ended(End::Left)).sum::<u64>(), stage.exit(Exit::Leave).tally.subjects.count);
        let furthest = |labels: &[u32]| labels.iter().map(|label| stage_of[*label as usize - 1]).max();
        let dropped = whole.table.iter().filter(|(labels, _)| furthest(labels) == Some(s));
        assert_eq!(dropped.map(|row| row.1.ended(End::Left)).sum::<u64>(), stage.furthest_left.subjects.count);
    }

    // Funnel from any event to the goal: converted, lost, open are goal, left, open.
    let config = funnel::Config { mode: Mode::Default, ..funnel::Config::new(2, i64::MAX, as_of_us) };
    let funnel = Funnel::new(config).unwrap();
    let state = population.run(&funnel);
    assert_eq!(state.reached, [totals.instances, totals.goal]);
    assert_eq!(state.open, [totals.open, Tally::default()]);
    assert_eq!(state.stopped[0], totals.left);
}
