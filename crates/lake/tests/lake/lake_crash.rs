//! The lake against lost power, kills and failing disks at every operation: nothing acknowledged is lost
//! or doubled, what was cut off is there whole or not at all, and doing it again completes it.

use lake::{CompactExtent, CompactOptions, ImportKey, ImportState, Lake, Mode, Shard};
use model::identity::{Identifier, ProfileId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use testkit::storage::{CrashStorage, Fault, Flaw};

use crate::read;
use crate::sequences::{check, open, sound};
use crate::tables::event;
use crate::world::{self, Op, World};

/// Runs operations until one is cut off; that one, if any.
async fn work(
    storage: &CrashStorage,
    lake: &Lake,
    world: &mut World,
    operations: usize,
    rng: &mut ChaCha8Rng,
) -> Result<Option<Op>, String> {
    for _ in 0..operations {
        let op = world.make_op(rng);
        match world::run(lake, &op).await {
            Ok(()) => world.apply(&op),
            Err(_) if storage.is_off() => return Ok(Some(op)),
            Err(error) => {
                // A disk that fails once: the operation is there whole, or not, or as far as it says; doing
                // it again must complete it, and nothing else may have suffered.
                let worlds = world.after_failure(&op);
                let found = which(lake, &worlds, rng).await.map_err(|why| format!("{op:?} failed ({error}): {why}"))?;
                match world::run(lake, &op).await {
                    Ok(()) => {}
                    Err(_) if storage.is_off() => {
                        *world = worlds[found].clone();
                        return Ok(Some(op));
                    }
                    Err(again) => return Err(format!("{op:?} failed ({error}) and again: {again}")),
                }
                world.apply(&op);
                check(lake, world, rng).await.map_err(|why| format!("after {op:?} was done again: {why}"))?;
            }
        }
    }
    Ok(None)
}

/// The first of these worlds that the lake shows.
async fn which(lake: &Lake, worlds: &[World], rng: &mut ChaCha8Rng) -> Result<usize, String> {
    let mut reasons = Vec::new();
    for (number, world) in worlds.iter().enumerate() {
        match check(lake, world, rng).await {
            Ok(_) => return Ok(number),
            Err(reason) => reasons.push(reason),
        }
    }
    Err(reasons.join("; or "))
}

/// Several lives of a workspace, each ended at an operation of its store.
async fn lives(seed: u64, flaw: Flaw) -> Result<(), String> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut storage = CrashStorage::flawed(flaw, seed);
    let mut world = World::default();
    for life in 0..3 {
        let at = |why: String| format!("life {life}: {why}");
        let lake = open(&storage, Mode::ReadWrite).await.map_err(|error| at(error.to_string()))?;
        check(&lake, &world, &mut rng).await.map_err(|why| at(format!("opened again: {why}")))?;
        if rng.random_bool(0.3) {
            storage.plan(rng.random_range(1..30), Fault::Fails);
            let operations = rng.random_range(1..5);
            work(&storage, &lake, &mut world, operations, &mut rng).await.map_err(at)?;
        }
        storage.plan(rng.random_range(1..40), Fault::PowerCut);
        let cut = work(&storage, &lake, &mut world, 5, &mut rng).await.map_err(at)?;
        drop(lake);
        storage.power_off();
        let worlds = cut.as_ref().map_or_else(|| vec![world.clone()], |op| world.after_cut(op));

        // The same cut with other losses; only one goes on living.
        let kills = usize::from(rng.random_bool(0.3));
        let mut next = None;
        for loss in 0..2 {
            let left = match loss < kills {
                true => storage.after_kill(rng.random()).await,
                false => storage.survivor(rng.random()).await,
            };
            let at = |why: String| format!("life {life}, loss {loss}, cut in {cut:?}: {why}");
            if rng.random_bool(0.2) {
                // Cut again while it recovers.
                left.plan(rng.random_range(1..10), Fault::PowerCut);
                if open(&left, Mode::ReadWrite).await.is_ok() {
                    left.power_off();
                }
                let again = left.survivor(rng.random()).await;
                next = Some(recovered(again, &worlds, cut.as_ref(), &mut rng).await.map_err(at)?);
            } else {
                next = Some(recovered(left, &worlds, cut.as_ref(), &mut rng).await.map_err(at)?);
            }
        }
        if let Some((left, found)) = next {
            storage = left;
            world = found;
        }
    }
    Ok(())
}

/// Opens what is left, checks that it is one of `worlds`, and does again what was cut off.
async fn recovered(
    storage: CrashStorage,
    worlds: &[World],
    cut: Option<&Op>,
    rng: &mut ChaCha8Rng,
) -> Result<(CrashStorage, World), String> {
    let lake = open(&storage, Mode::ReadWrite).await.map_err(|error| format!("open: {error}"))?;
    let mut world = worlds[which(&lake, worlds, rng).await?].clone();
    if let Some(op) = cut {
        world::run(&lake, op).await.map_err(|error| format!("again: {error}"))?;
        world.apply(op);
        check(&lake, &world, rng).await.map_err(|why| format!("again: {why}"))?;
    }
    sound(&lake).await?;
    drop(lake);
    storage.power_off();
    // What a process has answered must not be taken back by a power cut afterwards.
    Ok((storage.survivor(rng.random()).await, world))
}

const SEEDS: u64 = 80;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_by_a_crash() {
    let half = |first: u64| {
        tokio::spawn(async move {
            for seed in (first..SEEDS).step_by(2) {
                if let Err(why) = lives(seed, Flaw::None).await {
                    panic!("seed {seed}: {why}");
                }
            }
        })
    };
    let (even, odd) = tokio::join!(half(0), half(1));
    even.unwrap();
    odd.unwrap();
}

/// Moments between two operations of the store at which the power goes.
const MOMENTS: usize = 2_000;
const OPERATIONS: usize = 14;

/// One run of work, looked back at: whatever was on the disk at any moment of it must be a lake that holds all that was
/// acknowledged by then. How many moments that were.
async fn moments(seed: u64) -> Result<usize, String> {
    let mut rng = ChaCha8Rng::seed_from_u64(1_000_000 + seed);
    let said = |error: lake::Error| error.to_string();
    let storage = CrashStorage::new(seed);
    let lake = open(&storage, Mode::ReadWrite).await.map_err(said)?;
    storage.record();
    let mut world = World::default();
    let mut count = 0;
    for _ in 0..OPERATIONS {
        let op = world.make_op(&mut rng);
        let looks: Vec<_> = world
            .after_cut(&op)
            .into_iter()
            .map(|world| (world.lines(), world.import_states(), world.customers()))
            .collect();
        world::run(&lake, &op).await.map_err(said)?;
        world.apply(&op);
        for (nth, moment) in storage.take_moments().into_iter().enumerate() {
            let at = |why: &dyn std::fmt::Display| format!("moment {nth} of {op:?}: {why}");
            let left = moment.survivor(rng.random()).await;
            let lake = open(&left, Mode::ReadWrite).await.map_err(|error| at(&error))?;
            let snapshot = lake.snapshot().await.map_err(|error| at(&error))?;
            let lines = read::lines(&snapshot, 1 << 20).await.map_err(|error| at(&error))?;
            let states = import_states(&lake).await.map_err(|error| at(&error))?;
            let seen = looks.iter().any(|(of_lines, of_states, customers)| {
                let same = |(profile, customer): (&i64, &i64)| snapshot.customer_of(ProfileId(*profile)).0 == *customer;
                lines == *of_lines && states == *of_states && customers.iter().all(same)
            });
            if !seen {
                return Err(at(&format!("{} rows and {states:?} are none of {} worlds", lines.len(), looks.len())));
            }
            count += 1;
        }
    }
    Ok(count)
}

async fn import_states(lake: &Lake) -> lake::Result<Vec<ImportState>> {
    let mut states = Vec::new();
    for file in 0..world::FILES {
        states.push(lake.import_state(&world::key(file)).await?);
    }
    Ok(states)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_moments_are_survived() {
    let half = |first: u64| {
        tokio::spawn(async move {
            let (mut seed, mut count) = (first, 0);
            while count < MOMENTS / 2 {
                match moments(seed).await {
                    Ok(more) => count += more,
                    Err(why) => panic!("seed {seed}: {why}"),
                }
                seed += 2;
            }
        })
    };
    let (even, odd) = tokio::join!(half(0), half(1));
    even.unwrap();
    odd.unwrap();
}

/// The tests above are worth something: they find a store that does not fsync folders, and one that lets the
/// log go before the commit that holds its records is durable.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_crash_test_finds_missing_fsyncs() {
    for flaw in
        [Flaw::FoldersNotSynced, Flaw::NothingSyncedBelow("events/_delta_log"), Flaw::NothingSyncedBelow("events/part")]
    {
        let mut found = false;
        for seed in 0..60 {
            found = lives(seed, flaw).await.is_err();
            if found {
                break;
            }
        }
        assert!(found, "{flaw:?} went unnoticed");
    }
}

/// A file said that two identities are one person; it is replaced by a reading that does not, and the power goes at
/// any moment of that: whoever comes back and does it again must find two people.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replacement_that_is_cut_off_leaves_no_link_behind() {
    let identified = |users: &[&str], message: i64| {
        let mut event = event(users[0], message, "login", message);
        event.identifiers.extend(users[1..].iter().map(|user| Identifier::new("user", *user)));
        event.link_identifiers = users.len() > 1;
        event
    };
    let linking = vec![identified(&["anna", "bea"], 1), identified(&["bea"], 2)];
    let plain = vec![identified(&["anna"], 1), identified(&["bea"], 2)];
    let key = |mapping| ImportKey { source: "crm".into(), file: "f".into(), mapping, batch: format!("b{mapping}") };
    let people = async |lake: &Lake| {
        let snapshot = lake.snapshot().await.unwrap();
        snapshot.layout(Shard::ALL).await.unwrap().customers().len()
    };
    // Before the first part is committed, after it, and while it is removed.
    for imported in [false, true] {
        for nth in 1.. {
            let storage = CrashStorage::new(nth);
            let lake = open(&storage, Mode::ReadWrite).await.unwrap();
            if imported {
                lake.import(&key(1), linking.clone(), 2, true).await.unwrap();
                assert_eq!(people(&lake).await, 1);
            }
            storage.plan(nth, Fault::PowerCut);
            let done = match imported {
                true => lake.remove_import("crm", "f").await.map(drop),
                false => lake.import(&key(1), linking.clone(), 2, true).await.map(drop),
            };
            drop(lake);
            if !storage.is_off() {
                done.unwrap();
                assert!(nth > 5, "only {nth} moments");
                break;
            }
            storage.power_off();
            for survivor in 0..4 {
                let storage = storage.survivor(survivor).await;
                let lake = open(&storage, Mode::ReadWrite).await.unwrap();
                if lake.import_state(&key(2)).await.unwrap() != ImportState::Unknown {
                    lake.remove_import("crm", "f").await.unwrap();
                }
                lake.import(&key(2), plain.clone(), 2, true).await.unwrap();
                assert_eq!(people(&lake).await, 2, "imported before: {imported}, cut {nth}, loss {survivor}");
                sound(&lake).await.unwrap();
            }
        }
    }
}

/// A file is put in place of what it was read as before, and the power goes at any moment of that: what is there is one
/// of both readings, whole, and doing it again makes it the new one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_import_is_the_old_or_the_new_one_at_every_moment() {
    let reading = |messages: std::ops::Range<i64>, name: &str| -> Vec<model::event::Event> {
        messages.map(|message| event(&format!("u{}", message % 7), message, name, message)).collect()
    };
    let key = |mapping| ImportKey { source: "place".into(), file: "day".into(), mapping, batch: format!("b{mapping}") };
    let names = async |lake: &Lake| -> Vec<String> {
        let snapshot = lake.snapshot().await.unwrap();
        let mut names: Vec<String> =
            read::lines(&snapshot, 1 << 20).await.unwrap().into_iter().map(|line| line.event).collect();
        names.sort_unstable();
        names
    };
    let sorted = |reading: &[model::event::Event], also: &str| {
        let mut names: Vec<String> = reading.iter().map(|event| event.event.clone()).collect();
        names.push(also.to_owned());
        names.sort_unstable();
        names
    };
    // Some say the same in both readings, and somebody else's event lies among them.
    let (old, new) = (reading(0..30, "old"), [reading(0..10, "old"), reading(40..60, "new")].concat());
    let (before, after) = (sorted(&old, "other"), sorted(&new, "other"));
    for nth in 1.. {
        let storage = CrashStorage::new(nth);
        let lake = open(&storage, Mode::ReadWrite).await.unwrap();
        lake.append(vec![event("u1", 1_000, "other", 1_000)]).await.unwrap();
        lake.replace_import(&key(1), old.clone()).await.unwrap();
        lake.flush().await.unwrap();
        lake.compact(CompactOptions::new(CompactExtent::Full), &lake::Control::new()).await.unwrap();
        assert_eq!(names(&lake).await, before);
        storage.plan(nth, Fault::PowerCut);
        let done = lake.replace_import(&key(2), new.clone()).await;
        drop(lake);
        if !storage.is_off() {
            assert_eq!(done.unwrap(), 30);
            assert!(nth > 5, "only {nth} moments");
            break;
        }
        storage.power_off();
        for survivor in 0..4 {
            let storage = storage.survivor(survivor).await;
            let lake = open(&storage, Mode::ReadWrite).await.unwrap();
            let found = names(&lake).await;
            let is_known = lake.import_state(&key(2)).await.unwrap();
            let is_new = matches!(is_known, ImportState::Known { mapping: 2, complete: true, .. });
            assert_eq!(found, if is_new { after.clone() } else { before.clone() }, "cut {nth}, loss {survivor}");
            lake.replace_import(&key(2), new.clone()).await.unwrap();
            assert_eq!(names(&lake).await, after, "cut {nth}, loss {survivor}");
            sound(&lake).await.unwrap();
        }
    }
}

/// Every operation of the store during a flush, a full compaction, an import and a removal is a cut.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_of_the_store_is_survived() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut world = World::default();
    let base = CrashStorage::new(1);
    let lake = open(&base, Mode::ReadWrite).await.unwrap();
    // Several files, doubles, merges, a tail, and an import to remove that alone holds some customers together.
    let merges_alone = |world: &World| {
        let mut without = world.clone();
        without.apply(&Op::RemoveImport { file: 0 });
        without.customers() != world.customers()
    };
    while world.import_state(0) == ImportState::Unknown || !merges_alone(&world) || world.lines().len() < 150 {
        let op = world.make_op(&mut rng);
        if !matches!(op, Op::Compact(_)) {
            world::run(&lake, &op).await.unwrap();
            world.apply(&op);
        }
    }
    drop(lake);
    base.power_off();
    let import = loop {
        let op = world.clone().make_op(&mut rng);
        if matches!(&op, Op::Import { events, .. } if !events.is_empty()) {
            break op;
        }
    };
    let mut cuts = 0;
    for op in [Op::Flush, Op::Compact(CompactExtent::Full), import, Op::RemoveImport { file: 0 }] {
        for nth in 1.. {
            let storage = base.survivor(nth).await;
            let lake = open(&storage, Mode::ReadWrite).await.unwrap();
            storage.plan(nth, Fault::PowerCut);
            let done = world::run(&lake, &op).await;
            drop(lake);
            if !storage.is_off() {
                assert!(done.is_ok(), "{op:?}: {done:?}");
                break;
            }
            cuts += 1;
            storage.power_off();
            let mut worlds = world.after_cut(&op);
            if done.is_ok() {
                // What was cut off came after the work was acknowledged.
                worlds = worlds.split_off(worlds.len() - 1);
            }
            let left = storage.survivor(nth).await;
            if let Err(why) = recovered(left, &worlds, Some(&op), &mut rng).await {
                panic!("operation {nth} of {op:?}: {why}");
            }
        }
    }
    assert!(cuts > 40, "only {cuts} operations were cut");
}
