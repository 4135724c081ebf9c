//! How many events a second one thread folds: `cargo run --release -p folds --example throughput -- 10000000`, and with
//! letters, as in `10000000 cfh`, what the questions of `benches/compare` cost.
//!
//! Prints the least of several runs, in CPU time where the system tells it, so that a busy machine does not blur it. For
//! single folds masks and labels are ready beforehand, as they are when columns are resident.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod events;
mod meter;
mod questions;

use folds::funnel::{Config, Count, Effect, Exclusion, Funnel, Mode, Ties};
use folds::journey::{self, StageMachine};
use folds::lifecycle::{self, Lifecycle};
use folds::paths::{self, Keep, Paths, Repeats};
use folds::periods::Periods;
use folds::retention::{self, Retention};
use folds::sessions::Sessions;
use folds::stickiness::{self, Stickiness};
use folds::survival::{self, Survival};
use folds::transitions::Transitions;
use folds::which::Which;
use folds::{Fold, Slice, Slicer};
use model::period::{DAY_US, MINUTE_US, Period};

use events::{END_US, Events, NAMES as LABELS, STEPS};
use meter::{Spent, least};

/// Columns beside those of [`Events`].
struct Columns {
    label: Vec<u32>,
    mask: Vec<u64>,
}

fn columns(events: &Events) -> Columns {
    let step = |event: &u32| STEPS.iter().position(|step| step == event).map_or(0, |step| 1 << step);
    Columns {
        label: events.event.iter().map(|event| event + 1).collect(),
        mask: events.event.iter().map(step).collect(),
    }
}

fn measure<F: Fold>(name: &str, (events, columns): (&Events, &Columns), slicer: Slicer, fold: &F) {
    let needs = fold.needs();
    let mut best = Spent::MAX;
    let mut bytes = 0;
    for _ in 0..5 {
        let mut splitter = slicer.clone().splitter();
        let mut state = fold.state();
        least(&mut best, || {
            for (customer, range) in (0..).zip(events.starts.windows(2)) {
                let all = range[0]..range[1];
                let of = |asked: bool| if asked { all.clone() } else { 0..0 };
                let slice = Slice {
                    customer,
                    time: &events.time[all.clone()],
                    label: &columns.label[of(needs.label || matches!(slicer, Slicer::Instance { .. }))],
                    mask: &columns.mask[of(needs.mask)],
                    channel: &events.channel[of(needs.channel)],
                    ..Slice::default()
                };
                splitter.split(&slice, &Period::default(), END_US, |subject| fold.fold(&mut state, subject));
            }
        });
        bytes = fold.state_bytes(&state);
    }
    let count = events.len() as f64;
    println!("{name:<36} {:>7.2} ns an event  {:>8.1} MB", best.ns / count, bytes as f64 / 1e6);
}

fn main() {
    let count = std::env::args().nth(1).map_or(10_000_000, |count| count.parse().unwrap());
    let invented = Events::invent(count);
    println!("{} events, {} customers, one thread", invented.len(), invented.customers());
    if let Some(letters) = std::env::args().nth(2) {
        return letters.chars().for_each(|letter| questions::question(letter, &invented));
    }
    let columns = columns(&invented);
    let events = (&invented, &columns);
    let session = || Slicer::Session { timeout_us: 30 * MINUTE_US };
    measure("sessions", events, session(), &Sessions::new(0).unwrap());
    measure("sessions with labels", events, session(), &Sessions::new(LABELS).unwrap());
    for (name, mode, ties) in [
        ("funnel ordered", Mode::Ordered, Ties::Position),
        ("funnel default, ties by step", Mode::Default, Ties::Step),
        ("funnel strict_once by step", Mode::StrictOnce, Ties::Step),
    ] {
        let config = Config { mode, ties, ..Config::new(4, 7 * DAY_US, 0) };
        measure(name, events, Slicer::Customer, &Funnel::new(config).unwrap());
    }
    let plain = Config::new(4, 7 * DAY_US, 0);
    let weeks = Periods::new((-1..60).map(|week| week * 7 * DAY_US).collect()).unwrap();
    let weekly = Config { trend: Some(weeks), next: true, ..plain.clone() };
    let any_order = Config { mode: Mode::Unordered, ..plain.clone() };
    let attempts = Config { count: Count::Every, ..plain.clone() };
    let excluded = vec![Exclusion { after: 0, before: 3, effect: Effect::Drop }];
    for (name, config) in [
        ("funnel by week, with what came next", weekly),
        ("funnel in any order", any_order),
        ("funnel, every attempt", attempts),
        ("funnel with an exclusion", Config { exclusions: excluded, ..plain }),
    ] {
        measure(name, events, Slicer::Customer, &Funnel::new(config).unwrap());
    }
    let first = paths::Config { repeats: Repeats::Collapse, keep: Keep::First(5), ..paths::Config::default() };
    measure("paths, first 5", events, session(), &Paths::new(first).unwrap());
    measure("transitions", events, Slicer::Customer, &Transitions::default());
    let stage_of = (0..LABELS as usize).map(|touchpoint| touchpoint * 6 / LABELS as usize).collect();
    let config = journey::Config { stages: 6, stage_of, planned: Vec::new(), value: false, score: false };
    let goal = (0..=LABELS).map(|label| label == 14).collect();
    let instances = Slicer::Instance { gap_us: 14 * DAY_US, goal };
    measure("journey map", events, instances, &StageMachine::new(config).unwrap());
    let weeks = |days: i64| Periods::new((0..=400 / days).map(|n| n * days * DAY_US).collect()).unwrap();
    let eight = retention::Config::new(weeks(7), 8, 400 * DAY_US);
    measure("retention, 8 weeks", events, Slicer::Customer, &Retention::new(eight.clone()).unwrap());
    let from_step = retention::Config { start: Which::Step(0), back: Which::Step(3), ..eight };
    measure("retention of two steps", events, Slicer::Customer, &Retention::new(from_step).unwrap());
    let lifecycle = lifecycle::Config { periods: weeks(7), before_us: -7 * DAY_US, active: Which::Any };
    measure("lifecycle, weeks", events, Slicer::Customer, &Lifecycle::new(lifecycle).unwrap());
    let stickiness = stickiness::Config { units: weeks(1), periods: weeks(7), active: Which::Any };
    measure("stickiness, days of weeks", events, Slicer::Customer, &Stickiness::new(stickiness).unwrap());
    let survival = survival::Config::new(Which::Any, Which::Step(3), 400 * DAY_US);
    measure("survival", events, Slicer::Customer, &Survival::new(survival).unwrap());
}
