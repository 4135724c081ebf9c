//! What would become of a file: a dry run, which writes nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Timelike};
use chrono_tz::Tz;
use ingest::{DecodeOptions, Decoder, Lookups, Mapping, SourceFile};
use model::event::{Column, ColumnValue, Event, Rejection};
use serde::Serialize;

use crate::error::{Error, Result};

/// Events and rejected rows that are shown.
const SHOWN: usize = 5;

/// Different names of events and channels that are counted apart; more are in the total alone.
const NAMES_MAX: usize = 200;

/// The hour at which few are up.
const NIGHT_ENDS: u32 = 6;

/// Events held at once. Small, so that whoever waits sees it move.
const BATCH_EVENTS: usize = 10_000;

/// What would become of a file.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Preview {
    pub file: String,
    pub rows: u64,
    pub events: u64,
    pub rejected: u64,
    pub skipped: u64,
    /// When the first and the last event happened, UTC microseconds.
    pub first_us: Option<i64>,
    pub last_us: Option<i64>,
    /// Events that are later than now.
    pub ahead: u64,
    /// Events that say a time of day, and those of them between midnight and six in the zone asked about.
    pub timed: u64,
    pub night: u64,
    /// Events that have an amount, and the sum of those.
    pub amounts: u64,
    pub amount_sum: f64,
    /// Of the events, by name: the first 200 names.
    pub event_names: BTreeMap<String, u64>,
    /// Of the events, by channel: the first 200.
    pub channels: BTreeMap<String, u64>,
    /// Of the rejected rows, by code.
    pub rejected_by_code: BTreeMap<String, u64>,
    pub first_events: Vec<Event>,
    pub first_rejected: Vec<Rejection>,
    pub notes: Vec<String>,
}

/// What times are held against.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    pub now_us: i64,
    /// Where it is day or night; `None` where that is not asked.
    pub zone: Option<Tz>,
}

/// How far a dry run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviewProgress {
    pub rows: u64,
    pub bytes: u64,
    pub bytes_total: u64,
}

/// Decodes a whole file and writes nothing. `going_on` is told how far it is, and stops it by answering no. Blocks.
///
/// # Errors
/// The file cannot be read, the mapping does not fit it, or [`Error::Cancelled`].
pub fn preview(
    file: &SourceFile,
    mapping: &Mapping,
    lookups: &Lookups,
    clock: Clock,
    mut going_on: impl FnMut(PreviewProgress) -> bool,
) -> Result<Preview> {
    let options = DecodeOptions { received_at_us: clock.now_us, skip: 0, batch_events: BATCH_EVENTS };
    let mut decoder = Decoder::open(file, mapping, lookups, options)?;
    let mut preview = Preview { file: file.path.display().to_string(), ..Preview::default() };
    while let Some(batch) = decoder.next_batch()? {
        if !going_on(PreviewProgress { rows: batch.rows, bytes: batch.bytes_read, bytes_total: file.bytes }) {
            return Err(Error::Cancelled);
        }
        // Counted by the decoder from the file's beginning.
        preview.rows = batch.rows;
        preview.skipped += batch.skipped;
        preview.add_events(batch.events, clock);
        preview.add_rejected(batch.rejections);
    }
    preview.notes = decoder.notes();
    Ok(preview)
}

impl Preview {
    fn add_events(&mut self, events: Vec<Event>, clock: Clock) {
        self.events += events.len() as u64;
        for event in &events {
            self.first_us = Some(self.first_us.map_or(event.time_us, |first| first.min(event.time_us)));
            self.last_us = Some(self.last_us.map_or(event.time_us, |last| last.max(event.time_us)));
            self.ahead += u64::from(event.time_us > clock.now_us);
            if let Some(hour) = clock.zone.and_then(|zone| hour_of(event.time_us, zone)) {
                self.timed += 1;
                self.night += u64::from(hour < NIGHT_ENDS);
            }
            if let Some(ColumnValue::Number(amount)) = event.columns.get(&Column::Amount) {
                self.amounts += 1;
                self.amount_sum += amount;
            }
            count(&mut self.event_names, &event.event);
            count(&mut self.channels, &event.channel);
        }
        let room = SHOWN - self.first_events.len();
        self.first_events.extend(events.into_iter().take(room));
    }

    fn add_rejected(&mut self, rejections: Vec<Rejection>) {
        self.rejected += rejections.len() as u64;
        for rejection in &rejections {
            count(&mut self.rejected_by_code, &rejection.code);
        }
        let room = SHOWN - self.first_rejected.len();
        self.first_rejected.extend(rejections.into_iter().take(room));
    }
}

/// The hour of a time; `None` at midnight sharp, which is how a day without time of day is read.
fn hour_of(time_us: i64, zone: Tz) -> Option<u32> {
    let local = DateTime::from_timestamp_micros(time_us)?.with_timezone(&zone);
    (local.num_seconds_from_midnight() > 0).then(|| local.hour())
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    if let Some(count) = counts.get_mut(name) {
        *count += 1;
    } else if counts.len() < NAMES_MAX {
        counts.insert(name.to_owned(), 1);
    }
}
