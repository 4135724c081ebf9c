//! The log's files with bytes changed at random: what is read is what was written, in order and from the beginning, or the
//! damage is told. Never something else, never a panic.

use std::sync::Arc;

use bytes::Bytes;
use lake::ErrorKind;
use lake::log::{Log, LogOptions, LogReader};
use lake::storage::Storage;
use object_store::path::Path;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use testkit::storage::CrashStorage;

fn records(rng: &mut ChaCha8Rng) -> Vec<Vec<Bytes>> {
    let record = |rng: &mut ChaCha8Rng| Bytes::from(vec![b'r'; rng.random_range(0..40)]);
    let append = |rng: &mut ChaCha8Rng| (0..rng.random_range(1..4)).map(|_| record(rng)).collect();
    (0..rng.random_range(2..12)).map(|_| append(rng)).collect()
}

/// One change of the kind disks and copies make: a bit, a run of zeros, a cut, a part that is there twice or gone.
fn rot(bytes: &mut Vec<u8>, rng: &mut ChaCha8Rng) {
    let at = rng.random_range(0..bytes.len());
    let end = (at + rng.random_range(1..60)).min(bytes.len());
    match rng.random_range(0..6) {
        0 | 1 => bytes[at] ^= 1 << rng.random_range(0..8),
        2 => bytes[at..end].fill(0),
        3 => bytes.truncate(at),
        4 => {
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part);
        }
        _ => drop(bytes.drain(at..end)),
    }
}

#[tokio::test]
async fn damage_is_told_or_cuts_off_the_end_and_invents_nothing() {
    let (mut told, mut cut) = (0, 0);
    for seed in 0..3_000 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let storage = CrashStorage::new(seed);
        let options = LogOptions { segment_bytes: 400, start_seq: 0 };
        let open = |options| Log::open_with(Arc::new(storage.clone()), Path::from("log"), options);
        let log = open(options.clone()).await.unwrap();
        let mut written: Vec<Bytes> = Vec::new();
        for append in records(&mut rng) {
            log.append(append.clone()).await.unwrap();
            written.extend(append);
        }
        log.close().await;
        let files = (&storage as &dyn Storage).list(&Path::from("log")).await.unwrap();
        let files: Vec<_> = files.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
        let (file, _) = &files[rng.random_range(0..files.len())];
        storage.rot(file, |bytes| rot(bytes, &mut rng)).await;
        let reader = LogReader::open(Arc::new(storage.clone()), Path::from("log")).await;
        let read = match reader {
            Ok(mut reader) => reader.read_from(reader.first_seq()).await,
            Err(error) => Err(error),
        };
        let opened = match open(options).await {
            Ok(log) => log.read_from(log.first_seq()).await,
            Err(error) => Err(error),
        };
        for found in [&read, &opened] {
            match found {
                Ok(found) => {
                    assert!(found.len() <= written.len(), "seed {seed}: more than was written");
                    for (at, (seq, record)) in found.iter().enumerate() {
                        assert_eq!((*seq, record), (at as u64, &written[at]), "seed {seed}");
                    }
                    cut += usize::from(found.len() < written.len());
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Corrupt, "seed {seed}: {error}");
                    assert!(error.to_string().contains("log/"), "it says where: {error}");
                    told += 1;
                }
            }
        }
        // A reader is never surer than the writer that opens the log after it.
        assert!(read.is_err() || opened.is_ok(), "seed {seed}: {:?}", opened.err());
    }
    assert!(told > 100 && cut > 100, "{told} told, {cut} cut off");
}
