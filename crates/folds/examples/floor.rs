//! How many positions a second one thread takes through the kernels of the floor:
//! `cargo run --release -p folds --example floor -- 10000000`.
//!
//! Generated walks at 9 sightings a second over a shop of 30 m × 20 m with 20 zones. Prints the best of three runs of each.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::time::Instant;

use folds::floor::clean::{Rules, clean};
use folds::floor::dwell;
use folds::floor::heat::{Grid, Heat};
use folds::floor::zones::Walk;
use folds::floor::{GAP_US, Polygon, Track, Zones};

const PER_TRACK: usize = 2_000;

fn measure(name: &str, count: usize, mut run: impl FnMut() -> i64) {
    let mut best = f64::INFINITY;
    let mut sum = 0;
    for _ in 0..3 {
        let begin = Instant::now();
        sum = run();
        best = best.min(begin.elapsed().as_secs_f64());
    }
    println!(
        "{name:<16} {:>7.1} ns/position  {:>6.1} M positions/s  (sum {sum})",
        best * 1e9 / count as f64,
        count as f64 / best / 1e6
    );
}

fn main() {
    let count: usize = std::env::args().nth(1).map_or(10_000_000, |count| count.parse().unwrap());
    let (mut random, mut x, mut y) = (7u64, Vec::with_capacity(count), Vec::with_capacity(count));
    let mut next = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 11) as f64 / (1u64 << 53) as f64
    };
    let (mut at, mut goal) = ([2.0, 1.0], [15.0, 10.0]);
    for _ in 0..count {
        let off: [f64; 2] = [goal[0] - at[0], goal[1] - at[1]];
        let far = off[0].hypot(off[1]);
        if far < 0.5 {
            goal = [30.0 * next(), 20.0 * next()];
        }
        let pace = if next() < 0.5 { 0.13 } else { 0.0 };
        at = [at[0] + pace * off[0] / far.max(0.1), at[1] + pace * off[1] / far.max(0.1)];
        x.push(at[0] + 0.05 * (next() - 0.5));
        y.push(at[1] + 0.05 * (next() - 0.5));
    }
    let time: Vec<i64> = (0..PER_TRACK as i64).map(|n| n * 111_111).collect();
    let tracks: Vec<Track<'_>> =
        x.chunks_exact(PER_TRACK).zip(y.chunks_exact(PER_TRACK)).map(|(x, y)| Track { time: &time, x, y }).collect();
    let square = |n: usize| {
        let [x, y] = [(n % 5) as f64 * 6.0 + 1.0, (n / 5) as f64 * 5.0 + 1.0];
        Polygon::new(vec![vec![[x, y], [x + 4.0, y], [x + 4.0, y + 3.0], [x, y + 3.0]]]).unwrap()
    };
    let zones = Zones::new((0..20).map(square).collect()).unwrap();
    let count = tracks.len() * PER_TRACK;
    let (mut walk, mut found) = (Walk::default(), Vec::new());
    measure("zone dwell", count, || {
        let dwell = |track: &Track<'_>| {
            zones.stretches_into(*track, GAP_US, &mut walk, &mut found);
            found.iter().map(|stretch| stretch.duration_us()).sum::<i64>()
        };
        tracks.iter().map(dwell).sum()
    });
    let rules = dwell::Rules::default();
    measure("zone visits", count, || {
        tracks.iter().map(|track| dwell::visits(&zones, *track, &rules).len() as i64).sum()
    });
    measure("heat, 0.5 m", count, || {
        let mut heat = Heat::new(Grid::new([0.0, 0.0], 0.5, 60, 40).unwrap());
        tracks.iter().for_each(|track| heat.add(&[*track], GAP_US));
        heat.total_us()
    });
    let rules = Rules::default();
    measure("cleaning", count, || tracks.iter().map(|track| clean(*track, &[], &rules, None).time.len() as i64).sum());
}
