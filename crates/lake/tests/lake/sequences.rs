//! Random work, restarts among it: every answer equals one worked out from scratch, a second handle that
//! only reads sees the same, and a snapshot taken earlier goes on answering as it did.

use std::path::Path;
use std::sync::Arc;

use lake::{Control, Lake, LakeOptions, Mode, Snapshot};
use model::identity::{CustomerId, ProfileId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use testkit::storage::CrashStorage;

use crate::dictionary;
use crate::read::{self, Line};
use crate::world::{self, World};

pub(crate) async fn open(storage: &CrashStorage, mode: Mode) -> lake::Result<Lake> {
    let storage = Some(Arc::new(storage.clone()) as _);
    let part_rows = read::PART_ROWS;
    let options = LakeOptions { storage, part_rows, flush_after: None, ..LakeOptions::new(mode) };
    Lake::open(Path::new("unused"), options).await
}

pub(crate) async fn check(lake: &Lake, world: &World, rng: &mut ChaCha8Rng) -> Result<Arc<Snapshot>, String> {
    let said = |error: lake::Error| error.to_string();
    let snapshot = lake.snapshot().await.map_err(said)?;
    let expected = world.lines();
    let target_rows = [1, 40, 1 << 20, 1 << 20, 1 << 20][rng.random_range(0..5)];
    let lines = read::lines(&snapshot, target_rows).await.map_err(said)?;
    differ(&lines, &expected)?;
    if snapshot.rows_upper() < expected.len() as u64 {
        return Err("more rows than the upper bound".to_owned());
    }
    let customers = world.customers();
    let resolved = customers.iter().all(|(&profile, &customer)| snapshot.customer_of(ProfileId(profile)).0 == customer);
    if !resolved {
        return Err("customers differ".to_owned());
    }
    if !expected.is_empty() {
        let customer = expected[rng.random_range(0..expected.len())].customer;
        let rows = snapshot.customer_rows(CustomerId(customer)).await.map_err(said)?;
        if rows.num_rows() != expected.iter().filter(|line| line.customer == customer).count() {
            return Err(format!("customer {customer} has {} rows", rows.num_rows()));
        }
    }
    dictionary::check(&snapshot, &expected).await?;
    for (file, state) in world.import_states().into_iter().enumerate() {
        let found = lake.import_state(&world::key(file)).await.map_err(said)?;
        if found != state {
            return Err(format!("import {file} is {found:?}, expected {state:?}"));
        }
    }
    Ok(snapshot)
}

/// Says where two readings part.
pub(crate) fn differ(found: &[Line], expected: &[Line]) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    let at = found.iter().zip(expected).position(|(a, b)| a != b).unwrap_or(found.len().min(expected.len()));
    Err(format!(
        "{} rows, expected {}; row {at} is {:?}, expected {:?}",
        found.len(),
        expected.len(),
        found.get(at),
        expected.get(at)
    ))
}

async fn sequence(seed: u64, length: usize) -> Result<(), String> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut storage = CrashStorage::new(seed);
    let mut world = World::default();
    let said = |error: lake::Error| error.to_string();
    let mut lake = open(&storage, Mode::ReadWrite).await.map_err(said)?;
    let mut reader = open(&storage, Mode::ReadOnly).await.map_err(said)?;
    let mut earlier: Option<(Arc<Snapshot>, Vec<Line>)> = None;
    for step in 0..length {
        if rng.random_bool(0.1) {
            // Stopped without a word, and started again.
            drop(lake);
            storage.power_off();
            storage = match rng.random_bool(0.5) {
                true => storage.survivor(rng.random()).await,
                false => storage.after_kill(rng.random()).await,
            };
            earlier = None;
            lake = open(&storage, Mode::ReadWrite).await.map_err(said)?;
            reader = open(&storage, Mode::ReadOnly).await.map_err(said)?;
        }
        let op = world.make_op(&mut rng);
        let at = |error: String| format!("step {step}, after {op:?}: {error}");
        world::run(&lake, &op).await.map_err(said).map_err(at)?;
        world.apply(&op);
        let snapshot = check(&lake, &world, &mut rng).await.map_err(at)?;
        if rng.random_bool(0.3) {
            check(&reader, &world, &mut rng).await.map_err(|error| at(format!("reader: {error}")))?;
        }
        if let Some((snapshot, lines)) = &earlier {
            let again = read::lines(snapshot, 64).await.map_err(said).map_err(at)?;
            differ(&again, lines).map_err(|error| at(format!("earlier snapshot: {error}")))?;
        }
        if rng.random_bool(0.2) {
            earlier = Some((snapshot, world.lines()));
        }
    }
    sound(&lake).await
}

/// Verifies the whole lake.
pub(crate) async fn sound(lake: &Lake) -> Result<(), String> {
    let report = lake.verify(&Control::new()).await.map_err(|error| format!("verify: {error}"))?;
    if report.is_sound() { Ok(()) } else { Err(format!("verify found {:?}", report.findings)) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_sequences_answer_as_a_rebuild_from_scratch() {
    for seed in 0..30 {
        if let Err(error) = sequence(seed, 30).await {
            panic!("seed {seed}, {error}");
        }
    }
}
