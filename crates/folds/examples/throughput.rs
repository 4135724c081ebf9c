//! How many events a second one thread folds: `cargo run -p folds --example throughput -- 10000000`.
//!
//! Generated customers of about 20 events in about 3 sessions, 60 labels of uneven frequency, times in
//! microseconds, a channel a session. Prints the best of five runs of each fold, in CPU time where the system
//! tells it, so that a busy machine does not blur it; masks and labels are ready beforehand, as they are when
//! columns are resident.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::sync::LazyLock;
use std::time::Instant;

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

const LABELS: u32 = 60;

#[derive(Default)]
struct Events {
    starts: Vec<usize>,
    time: Vec<i64>,
    label: Vec<u32>,
    mask: Vec<u64>,
    channel: Vec<u32>,
}

/// SplitMix64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % limit
    }
}

fn events(count: usize) -> Events {
    let mut random = Random(7);
    let mut channel = 0;
    let mut events = Events::default();
    while events.time.len() < count {
        events.starts.push(events.time.len());
        let mut now = random.below(150 * DAY_US as u64) as i64;
        for _ in 0..1 + random.below(39) {
            let comes_back = random.below(7) == 0;
            let pause = if comes_back { 9 * DAY_US } else { 4 * MINUTE_US };
            if comes_back {
                channel = random.below(12) as u32;
            }
            now += random.below(pause as u64) as i64;
            // The smallest of four is about as uneven as event names are.
            let label = 1 + (0..4).map(|_| random.below(u64::from(LABELS))).min().unwrap_or(0) as u32;
            events.time.push(now);
            events.label.push(label);
            events.mask.push(match label {
                2 => 1,
                5 => 2,
                9 => 4,
                14 => 8,
                _ => 0,
            });
            events.channel.push(channel);
        }
    }
    events.starts.push(events.time.len());
    events
}

/// CPU seconds of this thread, or wall seconds where the system does not tell.
fn now_seconds() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let cpu = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = cpu.and_then(|text| text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()));
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

fn measure<F: Fold>(name: &str, events: &Events, slicer: Slicer, fold: &F) {
    let needs = fold.needs();
    let column = |asked: bool| if asked { 0..usize::MAX } else { 0..0 };
    let mut best = f64::MAX;
    let mut bytes = 0;
    for _ in 0..5 {
        let mut splitter = slicer.clone().splitter();
        let mut state = fold.state();
        let as_of_us = 400 * DAY_US;
        let start = now_seconds();
        for (customer, range) in (0..).zip(events.starts.windows(2)) {
            let all = range[0]..range[1];
            let of = |asked: bool| if asked { all.clone() } else { column(false) };
            let slice = Slice {
                customer,
                time: &events.time[all.clone()],
                label: &events.label[of(needs.label || matches!(slicer, Slicer::Instance { .. }))],
                mask: &events.mask[of(needs.mask)],
                channel: &events.channel[of(needs.channel)],
                ..Slice::default()
            };
            splitter.split(&slice, &Period::default(), as_of_us, |subject| fold.fold(&mut state, subject));
        }
        best = best.min(now_seconds() - start);
        bytes = fold.state_bytes(&state);
    }
    let count = events.time.len() as f64;
    println!(
        "{name:<28} {:>7.1} ms  {:>6.0} M events/s  {:>8.1} MB",
        best * 1e3,
        count / best / 1e6,
        bytes as f64 / 1e6
    );
}

fn main() {
    let count = std::env::args().nth(1).map_or(10_000_000, |count| count.parse().unwrap());
    let events = events(count);
    let session = || Slicer::Session { timeout_us: 30 * MINUTE_US };
    println!("{} events, {} customers, one thread", events.time.len(), events.starts.len() - 1);
    measure("sessions", &events, session(), &Sessions::new(0).unwrap());
    measure("sessions with labels", &events, session(), &Sessions::new(LABELS).unwrap());
    for (name, mode, ties) in [
        ("funnel ordered", Mode::Ordered, Ties::Position),
        ("funnel default, ties by step", Mode::Default, Ties::Step),
        ("funnel strict_once by step", Mode::StrictOnce, Ties::Step),
    ] {
        let config = Config { mode, ties, ..Config::new(4, 7 * DAY_US, 0) };
        measure(name, &events, Slicer::Customer, &Funnel::new(config).unwrap());
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
        measure(name, &events, Slicer::Customer, &Funnel::new(config).unwrap());
    }
    let first = paths::Config { repeats: Repeats::Collapse, keep: Keep::First(5), ..paths::Config::default() };
    measure("paths, first 5", &events, session(), &Paths::new(first).unwrap());
    measure("transitions", &events, Slicer::Customer, &Transitions::default());
    let stage_of = (0..LABELS as usize).map(|touchpoint| touchpoint * 6 / LABELS as usize).collect();
    let config = journey::Config { stages: 6, stage_of, planned: Vec::new(), value: false, score: false };
    let goal = (0..=LABELS).map(|label| label == 14).collect();
    let instances = Slicer::Instance { gap_us: 14 * DAY_US, goal };
    measure("journey map", &events, instances, &StageMachine::new(config).unwrap());
    let weeks = |days: i64| Periods::new((0..=400 / days).map(|n| n * days * DAY_US).collect()).unwrap();
    let eight = retention::Config::new(weeks(7), 8, 400 * DAY_US);
    measure("retention, 8 weeks", &events, Slicer::Customer, &Retention::new(eight.clone()).unwrap());
    let from_step = retention::Config { start: Which::Step(0), back: Which::Step(3), ..eight };
    measure("retention of two steps", &events, Slicer::Customer, &Retention::new(from_step).unwrap());
    let lifecycle = lifecycle::Config { periods: weeks(7), before_us: -7 * DAY_US, active: Which::Any };
    measure("lifecycle, weeks", &events, Slicer::Customer, &Lifecycle::new(lifecycle).unwrap());
    let stickiness = stickiness::Config { units: weeks(1), periods: weeks(7), active: Which::Any };
    measure("stickiness, days of weeks", &events, Slicer::Customer, &Stickiness::new(stickiness).unwrap());
    let survival = survival::Config::new(Which::Any, Which::Step(3), 400 * DAY_US);
    measure("survival", &events, Slicer::Customer, &Survival::new(survival).unwrap());
}
