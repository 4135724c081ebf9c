//! The dictionary of a snapshot says what its rows say, whatever was written, merged, linked, removed or lost before.

use std::collections::BTreeMap;
use std::path::Path;

use lake::dictionary::{Place, ValueType};
use lake::{CompactExtent, CompactOptions, Control, Dictionary, Lake, LakeOptions, Mode, Snapshot, VacuumOptions};
use model::calendar::{Calendar, Unit, WeekStart};
use model::event::Event;
use serde_json::json;

use crate::read::Line;
use crate::tables::event;

pub(crate) fn shanghai() -> Calendar {
    zone("Asia/Shanghai")
}

fn zone(name: &str) -> Calendar {
    Calendar { unit: Unit::Day, week_start: WeekStart::Monday, zone: name.parse().unwrap() }
}

/// Compares with the rows themselves.
pub(crate) async fn check(snapshot: &Snapshot, lines: &[Line]) -> Result<(), String> {
    let read = snapshot.dictionary(shanghai(), &Control::new()).await.map_err(|error| error.to_string())?;
    let whole = read.whole;
    if whole.rows + read.repeated.rows != snapshot.rows_upper() {
        return Err(format!("{} rows and {} repeated of {}", whole.rows, read.repeated.rows, snapshot.rows_upper()));
    }
    let (found, expected) = (by_name(&whole), expected(lines));
    if found == expected { Ok(()) } else { Err(format!("dictionary says {found:?}, expected {expected:?}")) }
}

/// By event: rows, those of each channel, of each day, with an amount, with a note; first and last time.
type Told = BTreeMap<String, (u64, BTreeMap<String, u64>, u64, u64, (i64, i64))>;

fn by_name(whole: &Dictionary) -> Told {
    let told = |(name, stats): (&String, &lake::dictionary::EventStats)| {
        let mut channels = BTreeMap::new();
        for ((_, channel), span) in stats.cells.iter() {
            *channels.entry(channel.clone()).or_default() += span.count;
        }
        assert_eq!(stats.days.values().sum::<u64>(), stats.span.count, "all lie on one day or two");
        let property = |place, name: &str| {
            stats.properties.get(&place).and_then(|of| of.get(name)).map_or(0, |stats| {
                assert_eq!(stats.types.values().map(|span| span.count).sum::<u64>(), stats.span.count);
                stats.span.count
            })
        };
        let times = (stats.span.first_us, stats.span.last_us);
        let told =
            (stats.span.count, channels, property(Place::Column, "amount"), property(Place::Prop, "note"), times);
        (name.clone(), told)
    };
    whole.events.iter().map(told).collect()
}

fn expected(lines: &[Line]) -> Told {
    let mut told = Told::new();
    for line in lines {
        let of = told.entry(line.event.clone()).or_insert((0, BTreeMap::new(), 0, 0, (i64::MAX, i64::MIN)));
        of.0 += 1;
        *of.1.entry(line.channel.clone()).or_default() += 1;
        of.2 += u64::from(line.amount.is_some());
        of.3 += u64::from(line.props.is_some());
        of.4 = (of.4.0.min(line.time_us), of.4.1.max(line.time_us));
    }
    told
}

fn with(mut event: Event, props: serde_json::Value) -> Event {
    event.props = props.as_object().unwrap().clone();
    event
}

fn summaries(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder.join("events/_throughline")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "dict"));
    paths
}

#[tokio::test]
async fn summaries_are_kept_made_again_when_lost_or_damaged_and_go_with_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path(), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
    for day in 0..3 {
        let events = (0..50).map(|n| with(event("a", day * 86_400 + n, "view", day * 50 + n), json!({"plan": n % 3})));
        lake.append(events.collect()).await.unwrap();
        lake.flush().await.unwrap();
    }
    let control = Control::new();
    // Each handle has its own sum: only what lies on disk is shared.
    let read = async |calendar: Calendar| {
        let reader = Lake::open(folder.path(), LakeOptions::new(Mode::ReadOnly)).await.unwrap();
        reader.snapshot().await.unwrap().dictionary(calendar, &control).await.unwrap().whole
    };
    let first = read(shanghai()).await;
    let kept = summaries(folder.path());
    assert_eq!((first.rows, kept.len()), (150, 3));
    // What is kept is what is read: another file's words in this one's place would be believed.
    let other = std::fs::read(&kept[1]).unwrap();
    std::fs::write(&kept[0], &other).unwrap();
    assert_ne!(read(shanghai()).await, first);
    for damage in [Vec::new(), b"no summary".to_vec(), other[..other.len() - 1].to_vec()] {
        std::fs::write(&kept[0], damage).unwrap();
        assert_eq!(read(shanghai()).await, first);
    }
    for path in &kept {
        std::fs::remove_file(path).unwrap();
    }
    assert_eq!(read(shanghai()).await, first);
    assert_eq!(summaries(folder.path()).len(), 3);
    // Another zone has other days, and the same counts.
    let utc = read(zone("America/New_York")).await;
    let days = |whole: &Dictionary| whole.events.get("view").unwrap().days.clone();
    assert_eq!((days(&first), days(&utc)), ([(0, 50), (1, 50), (2, 50)].into(), [(-1, 50), (0, 50), (1, 50)].into()));

    let before = lake.snapshot().await.unwrap().dictionary(shanghai(), &control).await.unwrap();
    lake.compact(CompactOptions { extent: CompactExtent::Full, file_rows: 1 << 22 }, &control).await.unwrap();
    let after = lake.snapshot().await.unwrap().dictionary(shanghai(), &control).await.unwrap();
    assert_eq!(after, before);
    lake.vacuum(VacuumOptions { keep_seconds: 0 }).await.unwrap();
    assert_eq!(summaries(folder.path()).len(), 1);
}

#[tokio::test]
async fn types_examples_and_clocks_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path(), LakeOptions::new(Mode::ReadWrite)).await.unwrap();
    let said = |time_s: i64, received_s: i64, props| {
        let event = with(event("a", time_s, "pay", time_s), props);
        Event { received_at_us: received_s * 1_000_000, ..event }
    };
    lake.append(vec![
        said(100, 101, json!({"price": 3, "to": "li.lei@example.com", "gone": null})),
        said(200, 201, json!({"price": "3", "to": "wang@example.com"})),
        said(300, 300 + 86_401, json!({"price": 3.0, "tags": ["a"]})),
        said(400, 339, json!({"$said_time": "2099-01-01T00:00:00Z"})),
    ])
    .await
    .unwrap();
    let read = lake.snapshot().await.unwrap().dictionary(shanghai(), &Control::new()).await.unwrap();
    let pay = read.whole.events.get("pay").unwrap();
    let props = &pay.properties[&Place::Prop];
    let price = props.get("price").unwrap();
    let types: Vec<_> = price.types.iter().map(|(of, span)| (*of, span.count, span.first_us)).collect();
    assert_eq!(types, [(ValueType::Text, 1, 200_000_000), (ValueType::Number, 2, 100_000_000)]);
    let mut values: Vec<_> = price.values.iter().map(|(_, value)| (value.text.clone().unwrap(), value.count)).collect();
    values.sort();
    assert_eq!((values, price.distinct()), (vec![("3".to_owned(), 1), ("3".to_owned(), 2)], (2, true)));
    let to = props.get("to").unwrap();
    assert_eq!((to.span.count, to.values.len()), (2, 2));
    assert!(to.values.iter().all(|(_, value)| value.text.is_none()), "addresses are no examples");
    assert!(props.get("gone").is_none() && props.get("tags").is_some());
    let shop = read.whole.sources.get("shop").unwrap();
    assert_eq!((shop.live, shop.late.count, shop.early.count, shop.disbelieved.count), (4, 1, 1, 1));
    assert_eq!((shop.late.first_us, shop.early.first_us), (300_000_000, 400_000_000));
    assert_eq!(shop.minutes().collect::<Vec<_>>(), [1, 3, 5, 1445]);
}
