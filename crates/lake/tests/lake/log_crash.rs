//! The log against lost power and failing disks: nothing acknowledged is lost, nothing is invented, and
//! what was released stays a clean prefix.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use lake::log::{Log, LogOptions, LogReader};
use lake::storage::Storage;
use object_store::path::Path;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use testkit::storage::{CrashStorage, Fault, Flaw};

/// What the caller of the log knows.
#[derive(Debug, Default)]
struct Known {
    acknowledged: BTreeMap<u64, Bytes>,
    released_below: u64,
    records_made: u64,
}

impl Known {
    fn check(&self, log: &[(u64, Bytes)], first: u64) -> Result<(), String> {
        if !log.iter().map(|(number, _)| *number).eq(first..first + log.len() as u64) {
            return Err(format!("numbers are not consecutive from {first}"));
        }
        if first > self.released_below {
            return Err(format!("begins at {first}, released was only below {}", self.released_below));
        }
        let held: BTreeMap<u64, &Bytes> = log.iter().map(|(number, record)| (*number, record)).collect();
        for (number, record) in self.acknowledged.range(self.released_below..) {
            if held.get(number) != Some(&record) {
                return Err(format!("acknowledged record {number} is {:?}", held.get(number)));
            }
        }
        let mut seen: Vec<_> = held.values().collect();
        seen.sort();
        if seen.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("a record is there twice".to_owned());
        }
        Ok(())
    }

    fn make_records(&mut self, rng: &mut ChaCha8Rng) -> Vec<Bytes> {
        let count = rng.random_range(1..4);
        let make = |made| Bytes::from(format!("{made} {}", "r".repeat(rng.random_range(0..60))));
        let records = (self.records_made..self.records_made + count).map(make).collect();
        self.records_made += count;
        records
    }
}

async fn open(storage: &CrashStorage) -> lake::Result<Log> {
    let options = LogOptions { segment_bytes: 300, start_seq: 0 };
    Log::open_with(Arc::new(storage.clone()), Path::from("log"), options).await
}

/// Appends and releases until an operation fails that is not to be survived, or `steps` are done.
async fn work(log: &Log, known: &mut Known, steps: usize, rng: &mut ChaCha8Rng) -> Result<(), String> {
    for _ in 0..steps {
        if rng.random_bool(0.15) {
            let seq = rng.random_range(0..=log.next_seq());
            if seq < log.next_seq() {
                // From the moment it is asked for, what it covers may go.
                known.released_below = known.released_below.max(seq + 1);
                log.release_through(seq).await.ok();
            }
            continue;
        }
        let groups: Vec<Vec<Bytes>> = (0..rng.random_range(1..4)).map(|_| known.make_records(rng)).collect();
        let appends = groups.iter().map(|records| log.append(records.clone()));
        for (records, range) in groups.iter().zip(futures::future::join_all(appends).await) {
            for (number, record) in range.into_iter().flatten().zip(records) {
                if known.acknowledged.insert(number, record.clone()).is_some() {
                    return Err(format!("number {number} given twice"));
                }
            }
        }
    }
    Ok(())
}

/// One life after another, each ended by a power cut or a kill at some operation, now and then with a
/// failing operation before.
async fn lives(seed: u64, flaw: Flaw) -> Result<(), String> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut known = Known::default();
    let mut storage = CrashStorage::flawed(flaw, seed);
    for _ in 0..4 {
        if rng.random_bool(0.5) {
            storage.plan(rng.random_range(1..40), Fault::Fails);
        }
        // A failed operation may be one of opening, which a second try gets past.
        let opened = match open(&storage).await {
            Err(error) if error.retryable() => open(&storage).await,
            other => other,
        };
        let log = opened.map_err(|error| error.to_string())?;
        let steps = rng.random_range(1..12);
        work(&log, &mut known, steps, &mut rng).await?;
        storage.plan(rng.random_range(1..12), Fault::PowerCut);
        work(&log, &mut known, 8, &mut rng).await?;
        storage.power_off();
        log.close().await;

        let survivor = match rng.random_bool(0.6) {
            true => storage.survivor(rng.random()).await,
            false => storage.after_kill(rng.random()).await,
        };
        let reader = LogReader::open(Arc::new(survivor.clone()), Path::from("log")).await;
        let mut reader = reader.map_err(|error| format!("reader: {error}"))?;
        let read = reader.read_from(reader.first_seq()).await.map_err(|error| format!("reader: {error}"))?;
        known.check(&read, reader.first_seq()).map_err(|error| format!("reader: {error}"))?;
        let log = open(&survivor).await.map_err(|error| error.to_string())?;
        let left = log.read_from(log.first_seq()).await.map_err(|error| error.to_string())?;
        known.check(&left, log.first_seq())?;
        // What was found is durable now, acknowledged before or not.
        known.acknowledged.retain(|number, _| *number >= log.first_seq());
        known.acknowledged.extend(left);
        log.close().await;
        storage = survivor;
    }
    Ok(())
}

#[tokio::test]
async fn acknowledged_records_survive_power_cuts_and_failing_disks() {
    for seed in 0..3000 {
        if let Err(error) = lives(seed, Flaw::None).await {
            panic!("seed {seed}: {error}");
        }
    }
}

/// The check above is worth something: it finds a store that forgets to fsync folders, and one that
/// does not fsync at all.
#[tokio::test]
async fn the_crash_test_finds_missing_fsyncs() {
    for flaw in [Flaw::FoldersNotSynced, Flaw::NothingSyncedBelow("log")] {
        let mut found = false;
        for seed in 0..200 {
            found |= lives(seed, flaw).await.is_err();
        }
        assert!(found, "{flaw:?} went unnoticed");
    }
}

/// A failed fsync drops pages that the page cache still shows. Had the writer gone on in the same
/// segment, its next fsync would have called records durable that follow a hole.
#[tokio::test]
async fn a_segment_is_not_trusted_after_a_failed_fsync() {
    for nth in 1..8 {
        let storage = CrashStorage::new(nth);
        let log = open(&storage).await.unwrap();
        log.append(vec![Bytes::from_static(b"before")]).await.unwrap();
        storage.plan(nth, Fault::Fails);
        let mut acknowledged = vec![(0, Bytes::from_static(b"before"))];
        for number in 0..6 {
            let record = Bytes::from(format!("after {number}"));
            if let Ok(range) = log.append(vec![record.clone()]).await {
                acknowledged.push((range.start, record));
            }
        }
        assert_eq!(acknowledged.len(), 6, "one append fails, the others go through");
        assert_eq!(log.read_from(0).await.unwrap(), acknowledged);
        let files = (&storage as &dyn Storage).list(&Path::from("log")).await.unwrap();
        assert_eq!(
            files.len(),
            if nth % 2 == 0 { 2 } else { 1 },
            "a failed write is cut off, a failed fsync ends a segment"
        );
        storage.power_off();
        log.close().await;
        for seed in 0..20 {
            let log = open(&storage.survivor(seed).await).await.unwrap();
            assert_eq!(log.read_from(0).await.unwrap(), acknowledged);
        }
    }
}
