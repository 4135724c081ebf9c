//! Raw positions of the floor: one Delta table beside the events.
//!
//! How its files come and go, [`crate::day_table`] says; they are sorted by (track, time). Ids in it are salted already: this room
//! knows nobody by name. Not here: what people did, which is computed anew from these rows whenever it is asked.

use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, TimestampMicrosecondArray};
use arrow::array::{ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, Schema, SchemaRef};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::data_file::times;
use crate::day_table::{DayFile, DayRow, read_of};
use crate::delta::Table;
use crate::error::{Error, Result};
use crate::lake::{Inner, Lake, spawned};
use crate::schema::timestamp;
use crate::snapshot::Snapshot;

/// The table of raw positions.
pub const TRACKS: &str = "tracks";

static TRACKS_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("track", DataType::Int64, false),
        Field::new("time", timestamp(), false),
        Field::new("floor", DataType::Utf8, false),
        Field::new("x_mm", DataType::Int32, false),
        Field::new("y_mm", DataType::Int32, false),
        Field::new("error_mm", DataType::Int32, true),
        Field::new("staff", DataType::Boolean, false),
    ]))
});

/// Where one track was once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The sensor's name of it, salted with its day's salt.
    pub track: i64,
    /// UTC microseconds.
    pub time_us: i64,
    /// Id of the floor.
    pub floor: Arc<str>,
    /// Millimetres on the floor.
    pub x_mm: i32,
    pub y_mm: i32,
    /// Standard deviation, where the sensor gives one.
    pub error_mm: Option<i32>,
    /// Whether the sensor says it is somebody who works there.
    pub staff: bool,
}

/// The day of a site that a file holds a part of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrackDay {
    pub site: String,
    /// In the site's time zone.
    pub day: NaiveDate,
}

/// How far a file of positions was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TracksRead {
    /// Lines; 0: none.
    pub position: u64,
    pub complete: bool,
}

/// What the table holds of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrackDayRows {
    #[serde(flatten)]
    pub of: TrackDay,
    pub sightings: u64,
    pub bytes: u64,
    pub files: u64,
    /// Stands for the files: it changes with what they hold.
    #[serde(skip)]
    pub mark: i64,
}

/// Days whose positions go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovedDays {
    /// Files that were imported may be read anew then.
    All,
    Before(NaiveDate),
    On(NaiveDate),
}

impl RemovedDays {
    pub(crate) fn has(self, day: NaiveDate) -> bool {
        match self {
            RemovedDays::All => true,
            RemovedDays::Before(before) => day < before,
            RemovedDays::On(on) => day == on,
        }
    }
}

impl Lake {
    /// How far the file that `key` names (its content and how it is read) was imported.
    pub async fn tracks_read(&self, key: &str) -> Result<TracksRead> {
        let Some(table) = Table::open(&self.inner.storage, TRACKS).await? else { return Ok(TracksRead::default()) };
        read_of(&table, key).await
    }

    /// What names a file of a site in [`Lake::tracks_read`] and [`Lake::add_tracks`], given its content's hash: another one
    /// once all positions of the site were removed, so that a file can be read anew after a correction.
    pub async fn tracks_key(&self, site: &str, content: &str) -> Result<String> {
        let table = Table::open(&self.inner.storage, TRACKS).await?;
        let removed = match &table {
            Some(table) => table.app_version(&removals(site)).await?.unwrap_or(0),
            None => 0,
        };
        Ok(format!("{site}/{removed}/{content}"))
    }

    /// Adds the next sightings of a file, by day, and notes that it was read up to `position`; durable on return. A call
    /// whose position was committed already changes nothing but that it may complete the import.
    pub async fn add_tracks(
        &self,
        key: &str,
        days: Vec<(TrackDay, Vec<Sighting>)>,
        position: u64,
        complete: bool,
    ) -> Result<()> {
        self.inner.writes("import positions")?;
        let (inner, key) = (Arc::clone(&self.inner), key.to_owned());
        spawned(async move { inner.add_days(&key, days, position, complete).await }).await
    }

    /// Removes positions of a site; how many those were. Their files are deleted by vacuum, as others that are replaced.
    pub async fn remove_tracks(&self, site: &str, days: RemovedDays) -> Result<u64> {
        self.inner.writes("remove positions")?;
        let (inner, site) = (Arc::clone(&self.inner), site.to_owned());
        spawned(async move { inner.remove_days::<Sighting>(&site, days, Some(&removals(&site))).await }).await
    }

    /// The days of which there are positions, by site and day.
    pub async fn track_days(&self) -> Result<Vec<TrackDayRows>> {
        self.inner.track_days().await
    }
}

impl Snapshot {
    /// The days of which there are positions now, by site and day.
    pub async fn track_days(&self) -> Result<Vec<TrackDayRows>> {
        self.inner().track_days().await
    }

    /// The positions of a day as they are now, by track and time; of several of one track at one moment the first that came.
    ///
    /// # Errors
    /// [`Error::Limit`] where a day has more than are held in memory.
    pub async fn sightings(&self, of: &TrackDay) -> Result<Vec<Sighting>> {
        self.inner().day_rows(of).await
    }
}

/// Counts how often all positions of a site were removed.
fn removals(site: &str) -> String {
    format!("removed/{site}")
}

impl Inner {
    async fn track_days(&self) -> Result<Vec<TrackDayRows>> {
        let Some(table) = Table::open(&self.storage, TRACKS).await? else { return Ok(Vec::new()) };
        let mut days: Vec<TrackDayRows> = Vec::new();
        for DayFile { of, file } in self.day_files::<Sighting>(&table).await? {
            if days.last().is_none_or(|last| last.of != of) {
                days.push(TrackDayRows { of, sightings: 0, bytes: 0, files: 0, mark: 0 });
            }
            if let Some(day) = days.last_mut() {
                day.sightings += file.rows;
                day.bytes += file.bytes;
                day.files += 1;
                day.mark = model::hash::parts(&[&day.mark.to_le_bytes(), file.name.as_bytes()]);
            }
        }
        Ok(days)
    }
}

impl DayRow for Sighting {
    const TABLE: &'static str = TRACKS;
    const FOOTER: &'static str = "throughline.tracks";
    const LABEL: &'static str = "import positions";
    const COLUMNS: &'static [&'static str] = &["track", "time", "floor", "x_mm", "y_mm", "error_mm", "staff"];
    const DISORDER: &'static str = "its rows are not in the order of track and time";
    const LAST_COUNTS: bool = false;

    fn schema() -> &'static SchemaRef {
        &TRACKS_SCHEMA
    }

    fn batch(rows: &[Sighting]) -> Result<RecordBatch> {
        batch_of(rows)
    }

    fn push(batch: &RecordBatch, found: &mut Vec<Sighting>) -> Result<()> {
        push_rows(batch, found)
    }

    fn compare(&self, other: &Sighting) -> Ordering {
        (self.track, self.time_us).cmp(&(other.track, other.time_us))
    }
}

fn batch_of(sightings: &[Sighting]) -> Result<RecordBatch> {
    let of = |value: fn(&Sighting) -> i32| Arc::new(Int32Array::from_iter_values(sightings.iter().map(value)));
    let time = TimestampMicrosecondArray::from_iter_values(sightings.iter().map(|sighting| sighting.time_us));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(sightings.iter().map(|sighting| sighting.track))),
        Arc::new(time.with_timezone("UTC")),
        Arc::new(StringArray::from_iter_values(sightings.iter().map(|sighting| &*sighting.floor))),
        of(|sighting| sighting.x_mm),
        of(|sighting| sighting.y_mm),
        Arc::new(sightings.iter().map(|sighting| sighting.error_mm).collect::<Int32Array>()),
        Arc::new(BooleanArray::from_iter(sightings.iter().map(|sighting| Some(sighting.staff)))),
    ];
    Ok(RecordBatch::try_new(Arc::clone(&TRACKS_SCHEMA), columns)?)
}

fn push_rows(batch: &RecordBatch, found: &mut Vec<Sighting>) -> Result<()> {
    let column =
        |name: &str| batch.column_by_name(name).ok_or_else(|| Error::NoColumn { name: format!("{TRACKS}.{name}") });
    let (track, time) = (column("track")?.as_primitive::<Int64Type>(), times(column("time")?));
    let (x, y) = (column("x_mm")?.as_primitive::<Int32Type>(), column("y_mm")?.as_primitive::<Int32Type>());
    let (floor, staff) = (column("floor")?.as_string::<i32>(), column("staff")?.as_boolean());
    let error = column("error_mm")?.as_primitive::<Int32Type>();
    let mut last: Arc<str> = Arc::from("");
    for (row, &time_us) in time.iter().enumerate() {
        if &*last != floor.value(row) {
            last = Arc::from(floor.value(row));
        }
        found.push(Sighting {
            track: track.value(row),
            time_us,
            floor: Arc::clone(&last),
            x_mm: x.value(row),
            y_mm: y.value(row),
            error_mm: (!error.is_null(row)).then(|| error.value(row)),
            staff: staff.value(row),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VacuumOptions;
    use crate::lake::LakeOptions;

    fn day(day: u32) -> TrackDay {
        TrackDay { site: "west".to_owned(), day: NaiveDate::from_ymd_opt(2026, 3, day).unwrap() }
    }

    fn at(track: i64, time_us: i64) -> Sighting {
        let (x_mm, y_mm) = (track as i32 * 1_000 - 1, -(time_us as i32));
        Sighting {
            track,
            time_us,
            floor: Arc::from("f1"),
            x_mm,
            y_mm,
            error_mm: (track > 1).then_some(150),
            staff: false,
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn parts_of_a_file_are_added_once_and_read_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(folder.path(), LakeOptions::default()).await.unwrap();
        let first = vec![(day(1), vec![at(2, 5), at(1, 7)]), (day(2), vec![at(1, 9)])];
        let second = vec![(day(1), vec![at(1, 3), at(2, 5)])];
        for _ in 0..2 {
            lake.add_tracks("a", first.clone(), 3, false).await.unwrap();
        }
        assert_eq!(lake.tracks_read("a").await.unwrap(), TracksRead { position: 3, complete: false });
        for _ in 0..2 {
            lake.add_tracks("a", second.clone(), 5, true).await.unwrap();
        }
        assert_eq!(lake.tracks_read("a").await.unwrap(), TracksRead { position: 5, complete: true });
        let snapshot = lake.snapshot().await.unwrap();
        assert_eq!(snapshot.sightings(&day(1)).await.unwrap(), [at(1, 3), at(1, 7), at(2, 5)]);
        let days = snapshot.track_days().await.unwrap();
        assert_eq!(days.iter().map(|day| (day.sightings, day.files)).collect::<Vec<_>>(), [(4, 2), (1, 1)]);
        assert_eq!(lake.verify(&crate::Control::new()).await.unwrap().findings, []);

        // What a backup copies is the table, too.
        let captured = Lake::capture(folder.path()).await.unwrap();
        assert_eq!(captured.files.iter().filter(|file| file.path.starts_with("tracks/part-")).count(), 3);
        drop(captured);

        assert_eq!(lake.remove_tracks("west", RemovedDays::Before(day(2).day)).await.unwrap(), 4);
        assert_eq!(lake.remove_tracks("west", RemovedDays::On(day(3).day)).await.unwrap(), 0);
        assert_eq!(lake.remove_tracks("east", RemovedDays::All).await.unwrap(), 0);
        // Files are known until nothing of the site is left, and may be read anew then.
        assert_eq!(lake.tracks_key("west", "abc").await.unwrap(), "west/0/abc");
        assert_eq!(lake.track_days().await.unwrap().len(), 1);
        lake.vacuum(VacuumOptions { keep_seconds: 0 }).await.unwrap();
        let left = std::fs::read_dir(folder.path().join(TRACKS)).unwrap().flatten();
        assert_eq!(left.filter(|file| file.file_name().to_string_lossy().starts_with("part-")).count(), 1);
        assert_eq!(lake.remove_tracks("west", RemovedDays::On(day(2).day)).await.unwrap(), 1);
        assert_eq!(lake.tracks_key("west", "abc").await.unwrap(), "west/0/abc");
        lake.add_tracks("b", vec![(day(1), vec![at(1, 1)])], 1, true).await.unwrap();
        assert_eq!(lake.remove_tracks("west", RemovedDays::All).await.unwrap(), 1);
        assert_eq!(lake.tracks_key("west", "abc").await.unwrap(), "west/1/abc");
        assert_eq!(lake.tracks_key("east", "abc").await.unwrap(), "east/0/abc");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_damaged_file_is_a_finding() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::open(folder.path(), LakeOptions::default()).await.unwrap();
        lake.add_tracks("a", vec![(day(1), vec![at(1, 1)])], 1, true).await.unwrap();
        let files = std::fs::read_dir(folder.path().join(TRACKS)).unwrap().flatten();
        let file = files.map(|file| file.path()).find(|path| path.extension().is_some_and(|it| it == "parquet"));
        std::fs::write(file.unwrap(), b"no table").unwrap();
        let found = lake.verify(&crate::Control::new()).await.unwrap();
        assert!(!found.is_sound() && found.findings[0].code == "unreadable", "{:?}", found.findings);
    }
}
