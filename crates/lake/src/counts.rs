//! What counters counted: one Delta table beside the events.
//!
//! How its files come and go, [`crate::day_table`] says. Not here: sums; windows and sums since a reset lie beside each other.

use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use model::place::counted::{CountKind, Counted};
use model::place::observation::Direction;

use crate::data_file::times;
use crate::day_table::{DayRow, read_of};
use crate::delta::Table;
use crate::error::{Error, Result};
use crate::lake::{Lake, spawned};
use crate::schema::timestamp;
use crate::snapshot::Snapshot;
use crate::tracks::{RemovedDays, TrackDay, TracksRead};

/// The table of counts.
pub const COUNTS: &str = "counts";

static COUNTS_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("sensor", DataType::Utf8, false),
        Field::new("line", DataType::Utf8, false),
        Field::new("kind", DataType::Utf8, false),
        Field::new("direction", DataType::Utf8, true),
        Field::new("from", timestamp(), false),
        Field::new("to", timestamp(), false),
        Field::new("people", DataType::Int64, false),
        Field::new("children", DataType::Int64, true),
        Field::new("repeated", DataType::Int64, true),
        Field::new("track", DataType::Int64, true),
    ]))
});

impl Lake {
    /// As [`Lake::tracks_read`], of counts.
    pub async fn counts_read(&self, key: &str) -> Result<TracksRead> {
        let Some(table) = Table::open(&self.inner.storage, COUNTS).await? else { return Ok(TracksRead::default()) };
        read_of(&table, key).await
    }

    /// As [`Lake::add_tracks`], of counts.
    pub async fn add_counts(
        &self,
        key: &str,
        days: Vec<(TrackDay, Vec<Counted>)>,
        position: u64,
        complete: bool,
    ) -> Result<()> {
        self.inner.writes("import counts")?;
        let (inner, key) = (Arc::clone(&self.inner), key.to_owned());
        spawned(async move { inner.add_days(&key, days, position, complete).await }).await
    }

    /// Removes counts of a site; how many rows those were.
    pub async fn remove_counts(&self, site: &str, days: RemovedDays) -> Result<u64> {
        self.inner.writes("remove counts")?;
        let (inner, site) = (Arc::clone(&self.inner), site.to_owned());
        spawned(async move { inner.remove_days::<Counted>(&site, days, None).await }).await
    }
}

impl Snapshot {
    /// The days of which there are counts now, by site and day.
    pub async fn count_days(&self) -> Result<Vec<TrackDay>> {
        let inner = self.inner();
        let Some(table) = Table::open(&inner.storage, COUNTS).await? else { return Ok(Vec::new()) };
        let mut days: Vec<TrackDay> = inner.day_files::<Counted>(&table).await?.into_iter().map(|it| it.of).collect();
        days.dedup();
        Ok(days)
    }

    /// The counts of a day as they are now, by [`Counted::key`]; of what was said several times the last.
    pub async fn counts(&self, of: &TrackDay) -> Result<Vec<Counted>> {
        self.inner().day_rows(of).await
    }
}

impl DayRow for Counted {
    const TABLE: &'static str = COUNTS;
    const FOOTER: &'static str = "throughline.counts";
    const LABEL: &'static str = "import counts";
    const COLUMNS: &'static [&'static str] =
        &["sensor", "line", "kind", "direction", "from", "to", "people", "children", "repeated", "track"];
    const DISORDER: &'static str = "its rows are not in the order of sensor, line and time";
    const LAST_COUNTS: bool = true;

    fn schema() -> &'static SchemaRef {
        &COUNTS_SCHEMA
    }

    fn batch(rows: &[Counted]) -> Result<RecordBatch> {
        let text = |of: fn(&Counted) -> &str| Arc::new(StringArray::from_iter_values(rows.iter().map(of)));
        let time = |of: fn(&Counted) -> i64| {
            Arc::new(TimestampMicrosecondArray::from_iter_values(rows.iter().map(of)).with_timezone("UTC"))
        };
        let number = |of: fn(&Counted) -> Option<i64>| Arc::new(rows.iter().map(of).collect::<Int64Array>());
        let direction: StringArray = rows.iter().map(|row| row.direction.map(Direction::id)).collect();
        let columns: Vec<ArrayRef> = vec![
            text(|row| &row.sensor),
            text(|row| &row.line),
            text(|row| row.kind.id()),
            Arc::new(direction),
            time(|row| row.from_us),
            time(|row| row.to_us),
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.people))),
            number(|row| row.children),
            number(|row| row.repeated),
            number(|row| row.track),
        ];
        Ok(RecordBatch::try_new(Arc::clone(&COUNTS_SCHEMA), columns)?)
    }

    fn push(batch: &RecordBatch, found: &mut Vec<Counted>) -> Result<()> {
        let column =
            |name: &str| batch.column_by_name(name).ok_or_else(|| Error::NoColumn { name: format!("{COUNTS}.{name}") });
        let (sensor, line) = (column("sensor")?.as_string::<i32>(), column("line")?.as_string::<i32>());
        let (kind, direction) = (column("kind")?.as_string::<i32>(), column("direction")?.as_string::<i32>());
        let (from, to) = (times(column("from")?), times(column("to")?));
        let people = column("people")?.as_primitive::<Int64Type>();
        let children = column("children")?.as_primitive::<Int64Type>();
        let repeated = column("repeated")?.as_primitive::<Int64Type>();
        let track = column("track")?.as_primitive::<Int64Type>();
        let unknown = |what: &str| Error::corrupt(COUNTS, format!("`{what}` is no word of this table"));
        for row in 0..batch.num_rows() {
            let value = |of: &arrow::array::Int64Array| (!of.is_null(row)).then(|| of.value(row));
            let said = (!direction.is_null(row)).then(|| direction.value(row));
            let way = |said: &str| Direction::ALL.into_iter().find(|it| it.id() == said).ok_or_else(|| unknown(said));
            let of_kind = kind.value(row);
            found.push(Counted {
                sensor: Arc::from(sensor.value(row)),
                line: Arc::from(line.value(row)),
                kind: CountKind::ALL.into_iter().find(|it| it.id() == of_kind).ok_or_else(|| unknown(of_kind))?,
                direction: said.map(way).transpose()?,
                from_us: from[row],
                to_us: to[row],
                people: people.value(row),
                children: value(children),
                repeated: value(repeated),
                track: value(track),
            });
        }
        Ok(())
    }

    fn compare(&self, other: &Counted) -> Ordering {
        self.key().cmp(&other.key())
    }
}
