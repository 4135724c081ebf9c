//! What sensors deliver: durable when it is acknowledged, in the tables once, whatever is cut off.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use lake::{Arrived, Lake, LakeOptions, Mode, Sighting, TrackDay};
use model::place::counted::{CountKind, Counted};
use model::place::observation::Direction;
use testkit::storage::{CrashStorage, Fault};

fn day(day: u32) -> TrackDay {
    TrackDay { site: "west".to_owned(), day: NaiveDate::from_ymd_opt(2026, 3, day).unwrap() }
}

fn sighting(number: i64) -> Sighting {
    let floor = Arc::from("f1");
    Sighting { track: number % 7, time_us: number, floor, x_mm: number as i32, y_mm: 0, error_mm: None, staff: false }
}

fn counted(number: i64) -> Counted {
    Counted {
        sensor: Arc::from("door"),
        line: Arc::from("1"),
        kind: CountKind::Window,
        direction: Some(Direction::In),
        from_us: number,
        to_us: number + 1,
        people: number,
        children: None,
        repeated: None,
        track: None,
    }
}

/// A delivery of three positions on two days, and a count.
fn delivery(number: i64) -> Vec<Arrived> {
    let first = 10 * number;
    let on = |of, sightings: Vec<i64>, counts: Vec<i64>| Arrived {
        of,
        sightings: sightings.into_iter().map(sighting).collect(),
        counted: counts.into_iter().map(counted).collect(),
    };
    vec![on(day(1), vec![first, first + 1], vec![first]), on(day(2), vec![first + 2], vec![])]
}

async fn open(storage: &CrashStorage) -> lake::Result<Lake> {
    let storage = Some(Arc::new(storage.clone()) as Arc<dyn lake::storage::Storage>);
    Lake::open(
        std::path::Path::new(""),
        LakeOptions { storage, flush_after: None, ..LakeOptions::new(Mode::ReadWrite) },
    )
    .await
}

/// Which deliveries are in the tables; each whole, and no row of any twice.
async fn found(lake: &Lake) -> BTreeSet<i64> {
    let snapshot = lake.snapshot().await.unwrap();
    let (mut times, mut counts) = (Vec::new(), Vec::new());
    for of in [day(1), day(2)] {
        times.extend(snapshot.sightings(&of).await.unwrap().iter().map(|it| it.time_us));
        counts.extend(snapshot.counts(&of).await.unwrap().iter().map(|it| it.people));
    }
    let rows: u64 = snapshot.track_days().await.unwrap().iter().map(|day| day.sightings).sum();
    assert_eq!(rows as usize, times.len(), "a position lies in two files");
    let of: BTreeSet<i64> = times.iter().map(|time| time / 10).collect();
    assert_eq!(times.len(), 3 * of.len(), "a delivery is there in part: {times:?}");
    assert_eq!(counts.iter().map(|people| people / 10).collect::<BTreeSet<_>>(), of);
    assert_eq!(counts.len(), of.len());
    of
}

async fn fold(lake: &Lake) -> lake::Result<()> {
    let folded = lake.fold_arrivals().await?;
    lake.release_arrivals(&folded).await
}

/// Every operation of the store while deliveries come and are folded is a cut.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_there_once_whatever_is_cut_off() {
    for nth in 1.. {
        let storage = CrashStorage::new(nth);
        let lake = open(&storage).await.unwrap();
        lake.arrive(delivery(0)).await.unwrap();
        fold(&lake).await.unwrap();
        storage.plan(nth, Fault::PowerCut);
        let mut acknowledged = BTreeSet::from([0]);
        let work = async {
            for number in [1, 2] {
                lake.arrive(delivery(number)).await?;
                acknowledged.insert(number);
            }
            fold(&lake).await?;
            lake.arrive(delivery(3)).await?;
            acknowledged.insert(3);
            fold(&lake).await
        };
        let done = work.await;
        drop(lake);
        if !storage.is_off() {
            done.unwrap();
            assert!(nth > 20, "only {nth} moments");
            break;
        }
        storage.power_off();
        for loss in 0..2 {
            let storage = storage.survivor(loss).await;
            let lake = open(&storage).await.unwrap();
            fold(&lake).await.unwrap();
            let there = found(&lake).await;
            assert!(there.is_superset(&acknowledged), "cut {nth}, loss {loss}: {there:?}, promised {acknowledged:?}");
            assert!(!lake.arrivals_wait().await.unwrap());
            // Afterwards it goes on, also where the power goes once more.
            lake.arrive(delivery(9)).await.unwrap();
            drop(lake);
            storage.power_off();
            let lake = open(&storage.survivor(loss).await).await.unwrap();
            fold(&lake).await.unwrap();
            let mut expected = there;
            expected.insert(9);
            assert_eq!(found(&lake).await, expected, "cut {nth}, loss {loss}");
            assert_eq!(lake.verify(&lake::Control::new()).await.unwrap().findings, []);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_with_news_all_the_time_stays_few_files_and_keeps_what_a_file_brought() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path(), LakeOptions::default()).await.unwrap();
    lake.add_tracks("file", vec![(day(1), vec![sighting(1_000_000)])], 1, true).await.unwrap();
    for number in 1..30 {
        lake.arrive(delivery(number)).await.unwrap();
        // Sent again, as whoever got no answer does.
        lake.arrive(delivery(number)).await.unwrap();
        let folded = lake.fold_arrivals().await.unwrap();
        assert_eq!((&folded.days, &folded.walked), (&vec![day(1), day(2)], &vec![day(1), day(2)]));
        lake.release_arrivals(&folded).await.unwrap();
        let days = lake.track_days().await.unwrap();
        assert!(days.iter().all(|day| day.files <= 9), "{days:?}");
        assert_eq!(days[0].sightings, 1 + 2 * number as u64);
    }
    let snapshot = lake.snapshot().await.unwrap();
    assert!(snapshot.sightings(&day(1)).await.unwrap().contains(&sighting(1_000_000)));
    // What is said again is said as it was last.
    let corrected = Arrived { of: day(1), sightings: vec![], counted: vec![Counted { people: 77, ..counted(10) }] };
    lake.arrive(vec![corrected]).await.unwrap();
    let folded = lake.fold_arrivals().await.unwrap();
    assert_eq!((folded.days.len(), folded.walked.len()), (1, 0));
    let counts = lake.snapshot().await.unwrap().counts(&day(1)).await.unwrap();
    assert_eq!((counts.len(), counts[0].people), (29, 77));

    // A fold that is not let go of is found again, and doubles nothing.
    let again = lake.fold_arrivals().await.unwrap();
    assert_eq!(again, folded);
    // What a backup takes has what was folded, and what was not.
    lake.arrive(delivery(50)).await.unwrap();
    let mut captured = Lake::capture(folder.path()).await.unwrap();
    let copy = tempfile::tempdir().unwrap();
    for file in &mut captured.files {
        let target = copy.path().join(&file.path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(folder.path().join(&file.path), target).unwrap();
    }
    drop(lake);
    let copy = Lake::open(copy.path(), LakeOptions::default()).await.unwrap();
    assert!(copy.arrivals_wait().await.unwrap());
    let folded = copy.fold_arrivals().await.unwrap();
    copy.release_arrivals(&folded).await.unwrap();
    let days = copy.track_days().await.unwrap();
    assert_eq!(days[0].sightings, 1 + 2 * 30);
    assert!(copy.remove_counts("west", lake::RemovedDays::All).await.unwrap() >= 30);
    assert_eq!(copy.snapshot().await.unwrap().count_days().await.unwrap(), []);
    assert!(!copy.arrivals_wait().await.unwrap());
}
