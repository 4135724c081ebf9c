//! A real process, killed with SIGKILL at any moment, on a real folder: what it had acknowledged over a
//! pipe is there, and nothing else but perhaps the operation under way.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use lake::{Lake, LakeOptions, Mode};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::sequences::{check, sound};
use crate::world::{self, Op, World};

/// Set for the process that is killed: the folder, and the seed of its work.
const FOLDER: &str = "LAKE_KILL_TEST_FOLDER";
const SEED: &str = "LAKE_KILL_TEST_SEED";

const KILLS: u64 = 24;
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
        world::run(&lake, &op).await.unwrap();
        world.apply(&op);
        // The pipe, not `println!`, which the test harness keeps to itself until the end.
        let mut pipe = std::io::stderr();
        writeln!(pipe, "done {number}").unwrap();
        pipe.flush().unwrap();
    }
}

/// Starts the process, kills it a random moment after a random acknowledgement, and returns how many
/// operations it acknowledged.
fn run_and_kill(folder: &Path, seed: u64, rng: &mut ChaCha8Rng) -> usize {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::killed_process", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(SEED, seed.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let kill_after = rng.random_range(0..OPERATIONS / 2);
    let mut acknowledged = 0;
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let count = |line: std::io::Result<String>, acknowledged: &mut usize| {
        if line.unwrap().ends_with(&format!("done {acknowledged}")) {
            *acknowledged += 1;
        }
    };
    while acknowledged < kill_after {
        let Some(line) = lines.next() else { break };
        count(line, &mut acknowledged);
    }
    // Waits for nothing: it picks the moment of death.
    std::thread::sleep(Duration::from_micros(rng.random_range(0..60_000)));
    process.kill().unwrap();
    process.wait().unwrap();
    lines.for_each(|line| count(line, &mut acknowledged));
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_process_acknowledged_is_there() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    for seed in 0..KILLS {
        let folder = tempfile::tempdir().unwrap();
        let acknowledged = run_and_kill(folder.path(), seed, &mut rng);
        let (mut world, mut work) = work_of(seed);
        for _ in 0..acknowledged {
            let op = world.make_op(&mut work);
            world.apply(&op);
        }
        let mut worlds = vec![world.clone()];
        let cut: Option<Op> = (acknowledged < OPERATIONS).then(|| world.make_op(&mut work));
        if let Some(op) = &cut {
            worlds = world.after_cut(op);
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
}
