//! A real process, killed with SIGKILL at any moment, on a real folder: what it had acknowledged over a
//! pipe is there, and nothing else but perhaps the operation under way. Some of the kills are aimed at flushes and
//! compactions.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use lake::{CompactExtent, Lake, LakeOptions, Mode};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::sequences::{check, sound};
use crate::world::{self, Op, World};

/// Set for the process that is killed: the folder, and the seed of its work.
const FOLDER: &str = "LAKE_KILL_TEST_FOLDER";
const SEED: &str = "LAKE_KILL_TEST_SEED";

const KILLS: u64 = 36;
/// Kills that must have fallen into an operation of each kind that is aimed at.
const HITS: usize = 3;
const OPERATIONS: usize = 50;

fn work_of(seed: u64) -> (World, ChaCha8Rng) {
    (World::default(), ChaCha8Rng::seed_from_u64(seed))
}

/// Not a test of its own: what the killed process runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_process() {
    let (Ok(folder), Ok(seed)) = (std::env::var(FOLDER), std::env::var(SEED)) else { return };
    let (mut world, mut rng) = work_of(seed.parse().unwrap());
    let lake = Lake::open(Path::new(&folder), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
    for number in 0..OPERATIONS {
        let op = world.make_op(&mut rng);
        tell(&format!("begin {number} {:?}", phase(&op)));
        world::run(&lake, &op).await.unwrap();
        world.apply(&op);
        tell(&format!("done {number}"));
    }
}

/// By the pipe, not `println!`, which the test harness keeps to itself until the end.
fn tell(line: &str) {
    let mut pipe = std::io::stderr();
    writeln!(pipe, "{line}").unwrap();
    pipe.flush().unwrap();
}

/// What an operation is to this test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Import,
    Flush,
    /// Of everything: it always has something to do.
    Compact,
    Other,
}

fn phase(op: &Op) -> Phase {
    match op {
        Op::Import { .. } => Phase::Import,
        Op::Flush => Phase::Flush,
        Op::Compact(CompactExtent::Full) => Phase::Compact,
        _ => Phase::Other,
    }
}

/// When the process dies.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// Up to 60 ms after a random acknowledgement.
    Any,
    /// Just after it began an operation of this kind, the first after a random acknowledgement.
    In(Phase),
}

/// Starts the process, kills it, and returns how many operations it acknowledged, and whether it had begun another.
fn run_and_kill(folder: &Path, seed: u64, moment: Moment, rng: &mut ChaCha8Rng) -> (usize, bool) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::killed_process", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(SEED, seed.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let kill_after = rng.random_range(0..OPERATIONS / 2);
    let (mut acknowledged, mut begun) = (0, false);
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
    let count = |line: &str, acknowledged: &mut usize, begun: &mut bool| {
        if line.ends_with(&format!("done {acknowledged}")) {
            *acknowledged += 1;
            *begun = false;
        }
        *begun |= line.contains(&format!("begin {acknowledged} "));
    };
    for line in lines.by_ref() {
        count(&line, &mut acknowledged, &mut begun);
        match moment {
            Moment::Any if acknowledged >= kill_after => break,
            Moment::In(phase) if acknowledged >= kill_after && begun && line.ends_with(&format!("{phase:?}")) => break,
            _ => {}
        }
    }
    // Waits for nothing: it picks the moment of death.
    let within = if matches!(moment, Moment::Any) { 60_000 } else { 2_000 };
    std::thread::sleep(Duration::from_micros(rng.random_range(0..within)));
    process.kill().unwrap();
    process.wait().unwrap();
    lines.for_each(|line| count(&line, &mut acknowledged, &mut begun));
    (acknowledged, begun)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_acknowledged_is_there() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let aims = [Moment::Any, Moment::In(Phase::Import), Moment::In(Phase::Flush), Moment::In(Phase::Compact)];
    let mut hits = Vec::new();
    for seed in 0..KILLS {
        let folder = tempfile::tempdir().unwrap();
        let moment = aims[seed as usize % aims.len()];
        let (acknowledged, begun) = run_and_kill(folder.path(), seed, moment, &mut rng);
        let (mut world, mut work) = work_of(seed);
        for _ in 0..acknowledged {
            let op = world.make_op(&mut work);
            world.apply(&op);
        }
        let mut worlds = vec![world.clone()];
        let cut: Option<Op> = (acknowledged < OPERATIONS).then(|| world.make_op(&mut work));
        if let Some(op) = &cut {
            worlds = world.after_cut(op);
            hits.extend(begun.then(|| phase(op)));
        }
        let lake = Lake::open(folder.path(), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
        let mut reasons = Vec::new();
        for world in &worlds {
            if let Err(why) = check(&lake, world, &mut rng).await {
                reasons.push(why);
            }
        }
        assert!(reasons.len() < worlds.len(), "seed {seed}, {acknowledged} acknowledged, cut in {cut:?}: {reasons:?}");
        if let Some(op) = &cut {
            world::run(&lake, op).await.unwrap();
            world.apply(op);
            check(&lake, &world, &mut rng).await.unwrap();
        }
        sound(&lake).await.unwrap();
    }
    for aim in [Phase::Import, Phase::Flush, Phase::Compact] {
        let count = hits.iter().filter(|hit| **hit == aim).count();
        assert!(count >= HITS, "only {count} kills fell into {aim:?}: {hits:?}");
    }
}
