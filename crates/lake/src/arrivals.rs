//! What sensors of floors delivered and the tables do not hold yet: a durable log of its own beside that of events.
//!
//! A delivery is acknowledged once it is in the log. A fold moves all there is into the tables of tracks and counts, each
//! with the number it reaches to in the same commit, so that a fold that is cut off goes on and doubles nothing. The log
//! lets go of what was folded only when it is told to: whoever reads days anew does that first, and after a crash finds
//! again which days those are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use model::place::counted::Counted;
use object_store::path::Path;
use serde::{Deserialize, Serialize};

use crate::counts::COUNTS;
use crate::day_table::DayRow;
use crate::delta::Table;
use crate::error::{Error, Result};
use crate::hold::Held;
use crate::lake::{Inner, Lake, spawned};
use crate::limits::ARRIVALS_BYTES_MAX;
use crate::log::{Log, LogOptions};
use crate::storage::Storage;
use crate::tracks::{Sighting, TRACKS, TrackDay};

/// Folder of the log.
pub(crate) const ARRIVALS: &str = "arrivals";

/// What a delivery brought of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    pub of: TrackDay,
    pub sightings: Vec<Sighting>,
    pub counted: Vec<Counted>,
}

/// What a fold moved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// Days there was something of in the log, whether or not it was folded before.
    pub days: Vec<TrackDay>,
    /// Of these, those with positions.
    pub walked: Vec<TrackDay>,
    /// The first number the tables do not hold.
    pub next: u64,
}

impl Lake {
    /// Takes over a delivery; durable on return, and in answers after the next fold. The same again counts once.
    ///
    /// # Errors
    /// [`Error::Limit`] where more waits than is held: fold first.
    pub async fn arrive(&self, arrived: Vec<Arrived>) -> Result<()> {
        self.inner.writes("take over what sensors delivered")?;
        let records: Vec<Bytes> = arrived
            .iter()
            .map(|part| {
                postcard::to_stdvec(part).map(Bytes::from).map_err(|error| Error::corrupt(ARRIVALS, error.to_string()))
            })
            .collect::<Result<_>>()?;
        let inner = Arc::clone(&self.inner);
        // A caller that goes away leaves the delivery there whole or not at all either way.
        spawned(async move {
            let log = inner.arrivals().await?;
            let bytes = log.bytes();
            if bytes > ARRIVALS_BYTES_MAX {
                return Err(Error::Limit {
                    what: "bytes of deliveries that wait",
                    got: bytes,
                    limit: ARRIVALS_BYTES_MAX,
                });
            }
            log.append(records).await.map(drop)
        })
        .await
    }

    /// Whether there is something to fold, or to let go.
    pub async fn arrivals_wait(&self) -> Result<bool> {
        if self.inner.arrivals.lock().await.is_none()
            && self.inner.storage.list(&Path::from(ARRIVALS)).await?.is_empty()
        {
            return Ok(false);
        }
        let log = self.inner.arrivals().await?;
        Ok(log.first_seq() < log.next_seq())
    }

    /// Moves what waits into the tables, a commit each.
    pub async fn fold_arrivals(&self) -> Result<Folded> {
        self.inner.writes("fold what sensors delivered")?;
        let inner = Arc::clone(&self.inner);
        spawned(async move { inner.fold_arrivals().await }).await
    }

    /// Lets go of what a fold moved.
    pub async fn release_arrivals(&self, folded: &Folded) -> Result<()> {
        self.inner.writes("fold what sensors delivered")?;
        let Some(last) = folded.next.checked_sub(1) else { return Ok(()) };
        let inner = Arc::clone(&self.inner);
        spawned(async move {
            let log = inner.arrivals().await?;
            inner.unless_held(Held::Log, log.release_through(last)).await.map(drop)
        })
        .await
    }
}

impl Inner {
    /// The log, opened when it is first asked for.
    async fn arrivals(&self) -> Result<Arc<Log>> {
        let mut open = self.arrivals.lock().await;
        if let Some(log) = &*open {
            return Ok(Arc::clone(log));
        }
        let start_seq = mark(&self.storage).await?;
        let options = LogOptions { start_seq, ..LogOptions::default() };
        let log = Log::open_with(Arc::clone(&self.storage), Path::from(ARRIVALS), options).await?;
        let log = Arc::new(log);
        *open = Some(Arc::clone(&log));
        Ok(log)
    }

    async fn fold_arrivals(&self) -> Result<Folded> {
        let log = self.arrivals().await?;
        let _importing = self.importing.read().await;
        let _commit = self.commit.lock().await;
        let records = log.read_from(log.first_seq()).await?;
        let Some((last, _)) = records.last() else { return Ok(Folded::default()) };
        let next = last + 1;
        let (tracks, counts) = (held(&self.storage, TRACKS).await?, held(&self.storage, COUNTS).await?);
        let mut days = BTreeSet::new();
        let mut walked = BTreeSet::new();
        let mut sightings: BTreeMap<TrackDay, Vec<Sighting>> = BTreeMap::new();
        let mut counted: BTreeMap<TrackDay, Vec<Counted>> = BTreeMap::new();
        for (seq, record) in records {
            let unreadable = |error: postcard::Error| Error::corrupt(ARRIVALS, format!("record {seq}: {error}"));
            let part: Arrived = postcard::from_bytes(&record).map_err(unreadable)?;
            if !part.sightings.is_empty() {
                walked.insert(part.of.clone());
            }
            if seq >= tracks && !part.sightings.is_empty() {
                sightings.entry(part.of.clone()).or_default().extend(part.sightings);
            }
            if seq >= counts && !part.counted.is_empty() {
                counted.entry(part.of.clone()).or_default().extend(part.counted);
            }
            days.insert(part.of);
        }
        self.fold(sightings, next).await?;
        self.fold(counted, next).await?;
        Ok(Folded { days: days.into_iter().collect(), walked: walked.into_iter().collect(), next })
    }

    async fn fold<R: DayRow>(&self, days: BTreeMap<TrackDay, Vec<R>>, next: u64) -> Result<()> {
        if days.is_empty() { Ok(()) } else { self.fold_days(days, (ARRIVALS, next)).await }
    }
}

/// The first number a table does not hold.
async fn held(storage: &Arc<dyn Storage>, table: &'static str) -> Result<u64> {
    let Some(table) = Table::open(storage, table).await? else { return Ok(0) };
    Ok(table.app_version(ARRIVALS).await?.unwrap_or(0) as u64)
}

/// The first number no table holds.
pub(crate) async fn mark(storage: &Arc<dyn Storage>) -> Result<u64> {
    Ok(held(storage, TRACKS).await?.max(held(storage, COUNTS).await?))
}
