//! The log on a real folder: numbering, grouping, segments, reopening, damage, a reader beside the
//! writer. Lost power and failing disks are in `tests/lake/log_crash.rs`.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;

use super::*;
use crate::error::ErrorKind;
use crate::storage::LocalStorage;

struct Place {
    folder: tempfile::TempDir,
    options: LogOptions,
}

impl Place {
    fn new(segment_bytes: u64) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), options: LogOptions { segment_bytes, start_seq: 0 } }
    }

    fn storage(&self) -> Arc<dyn Storage> {
        Arc::new(LocalStorage::open(self.folder.path()).unwrap())
    }

    async fn open(&self) -> Result<Log> {
        Log::open_with(self.storage(), Path::from("log"), self.options.clone()).await
    }

    async fn reader(&self) -> LogReader {
        LogReader::open(self.storage(), Path::from("log")).await.unwrap()
    }

    /// Segment files, oldest first.
    fn files(&self) -> Vec<PathBuf> {
        let mut files: Vec<_> =
            fs::read_dir(self.folder.path().join("log")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }
}

fn record(number: u64) -> Bytes {
    Bytes::from(format!("record {number} {}", "x".repeat((number % 7) as usize)))
}

async fn append(log: &Log, numbers: Range<u64>) {
    assert_eq!(log.append(numbers.clone().map(record).collect()).await.unwrap(), numbers);
}

fn expected(numbers: Range<u64>) -> Vec<(u64, Bytes)> {
    numbers.map(|number| (number, record(number))).collect()
}

#[tokio::test]
async fn records_are_numbered_kept_and_read_from_any_number() {
    let place = Place::new(200);
    let log = place.open().await.unwrap();
    assert_eq!(log.append(vec![]).await.unwrap(), 0..0);
    for start in (0..60).step_by(3) {
        append(&log, start..start + 3).await;
    }
    log.close().await;
    let log = place.open().await.unwrap();
    assert!(place.files().len() > 5);
    assert_eq!((log.first_seq(), log.next_seq()), (0, 60));
    for seq in 0..=60 {
        assert_eq!(log.read_from(seq).await.unwrap(), expected(seq..60));
    }
    append(&log, 60..61).await;
    assert_eq!(log.read_from(59).await.unwrap(), expected(59..61));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_appends_are_each_whole_and_share_frames() {
    let place = Place::new(1 << 20);
    let log = Arc::new(place.open().await.unwrap());
    let appends = (0..64u64).map(|task| {
        let log = Arc::clone(&log);
        tokio::spawn(async move {
            let mut ranges = Vec::new();
            for turn in 0..8u64 {
                let records = (0..3).map(|part| Bytes::from(format!("{task} {turn} {part}"))).collect();
                ranges.push((turn, log.append(records).await.unwrap()));
            }
            (task, ranges)
        })
    });
    let mut by_number = std::collections::BTreeMap::new();
    for appended in futures::future::join_all(appends).await {
        let (task, ranges) = appended.unwrap();
        for (turn, range) in ranges {
            for (part, number) in range.enumerate() {
                assert!(by_number.insert(number, Bytes::from(format!("{task} {turn} {part}"))).is_none());
            }
        }
    }
    assert_eq!(log.read_from(0).await.unwrap(), by_number.into_iter().collect::<Vec<_>>());
    let bytes = fs::read(&place.files()[0]).unwrap();
    let (mut at, mut frames) = (0, 0);
    while let Some(frame) = frame::decode(&bytes[at..]) {
        at += frame.bytes;
        frames += 1;
    }
    assert_eq!(at, bytes.len());
    assert!(frames < 64 * 8, "{frames} frames for 512 appends: none shared an fsync");
}

#[tokio::test]
async fn release_deletes_whole_segments_and_keeps_the_numbering() {
    let place = Place::new(100);
    let log = place.open().await.unwrap();
    for number in 0..40 {
        append(&log, number..number + 1).await;
    }
    let before = place.files().len();
    log.release_through(20).await.unwrap();
    assert!(place.files().len() < before);
    let first = log.first_seq();
    assert!(first > 10 && first <= 21);
    assert_eq!(log.read_from(21).await.unwrap(), expected(21..40));
    assert!(matches!(log.read_from(first - 1).await, Err(Error::Released { first: f, .. }) if f == first));
    log.release_through(39).await.unwrap();
    assert_eq!(place.files().len(), 1);
    assert_eq!(log.bytes(), 0);
    log.release_through(39).await.unwrap();
    drop(log);
    let log = place.open().await.unwrap();
    assert_eq!((log.first_seq(), log.next_seq()), (40, 40));
    append(&log, 40..42).await;
    assert_eq!(log.read_from(40).await.unwrap(), expected(40..42));
}

/// The bytes of every segment file, oldest first.
fn contents(place: &Place) -> Vec<(PathBuf, Vec<u8>)> {
    place.files().into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

/// Makes the folder hold exactly these files.
fn restore(place: &Place, contents: &[(PathBuf, Vec<u8>)]) {
    place.files().iter().for_each(|file| fs::remove_file(file).unwrap());
    contents.iter().for_each(|(file, bytes)| fs::write(file, bytes).unwrap());
}

#[tokio::test]
async fn a_torn_tail_is_cut_and_its_numbers_used_again() {
    let place = Place::new(1 << 20);
    let log = place.open().await.unwrap();
    append(&log, 0..5).await;
    append(&log, 5..9).await;
    log.close().await;
    let [(file, whole)] = &contents(&place)[..] else { panic!("one segment") };
    let first = frame::decode(whole).unwrap().bytes;
    for len in first..=whole.len() {
        restore(&place, &[(file.clone(), whole[..len].to_vec())]);
        let kept = if len == whole.len() { 9 } else { 5 };
        assert_eq!(place.reader().await.next_seq(), kept);
        let log = place.open().await.unwrap();
        assert_eq!(log.read_from(0).await.unwrap(), expected(0..kept));
        append(&log, kept..kept + 2).await;
        log.close().await;
        assert_eq!(place.open().await.unwrap().read_from(0).await.unwrap(), expected(0..kept + 2));
        assert_eq!(place.files().len(), 1);
    }
}

#[tokio::test]
async fn a_harmed_bit_is_never_skipped() {
    let place = Place::new(60);
    let log = place.open().await.unwrap();
    for number in 0..6 {
        append(&log, number..number + 1).await;
    }
    log.close().await;
    let segments = contents(&place);
    assert!(segments.len() > 1);
    let last = segments.len() - 1;
    for (index, (file, whole)) in segments.iter().enumerate() {
        let mut frames = vec![0];
        while let Some(frame) = frame::decode(&whole[frames[frames.len() - 1]..]) {
            frames.push(frames[frames.len() - 1] + frame.bytes);
        }
        let last_frame = frames.len().checked_sub(2).map_or(0, |frame| frames[frame]);
        for at in 0..whole.len() {
            restore(&place, &segments);
            let mut harmed = whole.clone();
            harmed[at] ^= 0x10;
            fs::write(file, &harmed).unwrap();
            match place.open().await {
                Err(error) => assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}"),
                // The very last frame cannot be told from one that was being written.
                Ok(_) => assert!(index == last && at >= last_frame, "byte {at} of {}", file.display()),
            }
        }
    }
    restore(&place, &segments);
    fs::remove_file(&segments[1].0).unwrap();
    assert_eq!(place.open().await.unwrap_err().kind(), ErrorKind::Corrupt);
}

#[tokio::test]
async fn a_copy_counts_only_when_it_is_whole_and_is_missed_when_it_is_harmed() {
    let place = Place::new(1 << 20);
    let log = place.open().await.unwrap();
    append(&log, 0..2).await;
    append(&log, 2..4).await;
    log.close().await;
    let original = contents(&place);
    place.open().await.unwrap().close().await;
    let copied = contents(&place);
    assert_eq!(copied.len(), 1);
    assert_ne!(copied[0].0, original[0].0);
    let bytes = &copied[0].1;
    for len in 0..=bytes.len() {
        let cut = [original[0].clone(), (copied[0].0.clone(), bytes[..len].to_vec())];
        restore(&place, &cut);
        assert_eq!(place.reader().await.read_from(0).await.unwrap(), expected(0..4));
        let log = place.open().await.unwrap();
        append(&log, 4..5).await;
        assert_eq!(log.read_from(0).await.unwrap(), expected(0..5));
        log.close().await;
        if len < bytes.len() {
            restore(&place, &cut[1..]);
            assert_eq!(place.open().await.unwrap_err().kind(), ErrorKind::Corrupt);
        }
    }
}

#[tokio::test]
async fn a_log_that_ends_before_the_tables_is_reported() {
    let mut place = Place::new(100);
    append(&place.open().await.unwrap(), 0..3).await;
    place.options.start_seq = 3;
    place.open().await.unwrap();
    place.options.start_seq = 4;
    let error = place.open().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("ends at record 3"), "{error}");
    let empty = Place { options: LogOptions { start_seq: 17, ..LogOptions::default() }, ..Place::new(0) };
    append(&empty.open().await.unwrap(), 17..18).await;
}

#[tokio::test]
async fn an_append_over_the_limit_is_refused_and_one_at_it_is_not() {
    let place = Place::new(1 << 20);
    let log = place.open().await.unwrap();
    let most = FRAME_BYTES_MAX - frame::HEADER_BYTES - 4;
    let error = log.append(vec![Bytes::from(vec![0; most + 1])]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!(log.append(vec![Bytes::from(vec![0; most])]).await.unwrap(), 0..1);
    assert_eq!(place.reader().await.read_from(0).await.unwrap()[0].1.len(), most);
}

#[tokio::test]
async fn a_reader_follows_the_writer_through_segments_and_releases() {
    let place = Place::new(150);
    let mut reader = place.reader().await;
    assert_eq!(reader.next_seq(), 0);
    let log = place.open().await.unwrap();
    for number in 0..50 {
        append(&log, number..number + 1).await;
        if number % 10 == 4 {
            log.release_through(number - 4).await.unwrap();
        }
        reader.refresh().await.unwrap();
        assert_eq!(
            reader.read_from(number.saturating_sub(3)).await.unwrap(),
            expected(number.saturating_sub(3)..number + 1)
        );
    }
    log.release_through(49).await.unwrap();
    // Known to the reader, but gone: it finds out by itself.
    assert!(matches!(reader.read_from(45).await, Err(Error::Released { wanted: 45, first: 50 })));
    assert_eq!(reader.read_from(50).await.unwrap(), vec![]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_beside_a_busy_writer_sees_a_prefix_and_no_error() {
    let place = Arc::new(Place::new(500));
    let log = place.open().await.unwrap();
    let writing = tokio::spawn(async move {
        for number in 0..400 {
            append(&log, number..number + 1).await;
            if number % 50 == 49 {
                log.release_through(number - 20).await.unwrap();
            }
        }
    });
    let mut reader = place.reader().await;
    let mut seen = 0;
    while seen < 400 {
        reader.refresh().await.unwrap();
        let (first, next) = (reader.first_seq(), reader.next_seq());
        assert!(next >= seen);
        match reader.read_from(first).await {
            Ok(records) => assert!(records.into_iter().zip(first..).all(|(read, n)| read == (n, record(n)))),
            Err(error) => assert!(matches!(error, Error::Released { .. }), "{error}"),
        }
        seen = next;
    }
    writing.await.unwrap();
}
