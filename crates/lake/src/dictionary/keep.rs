//! Summaries of data files, kept beside them, and the summary of a snapshot.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Array};
use model::calendar::Calendar;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutOptions};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::Dictionary;
use super::summary::{COLUMNS, Summariser, joined};
use crate::control::Control;
use crate::error::{Error, Result};
use crate::lake::blocking;
use crate::layout::{Layout, MemoryRun, Run};
use crate::limits::{COMPACT_ROWS, DICTIONARY_READ_ROWS};
use crate::reader::DataFile;
use crate::schema::EVENTS;
use crate::snapshot::Snapshot;

/// Format of the stored form; another one is ignored and the summary made again.
const FORMAT: u32 = 2;

/// How the name of a summary ends, behind that of its data file.
pub(crate) const SUFFIX: &str = ".dict";

/// The summary of a snapshot's rows, each counted as answers count it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DictionaryRead {
    pub whole: Dictionary,
    /// Rows the lake holds beside these, that repeat what others say: same event id, time and customer.
    pub repeated: Dictionary,
}

/// The sum over the data files that was made last.
#[derive(Debug, Default)]
pub(crate) struct DictionaryCache {
    /// Held while it is made: who comes meanwhile shares it.
    sum: Mutex<Option<Arc<Sum>>>,
}

#[derive(Debug, Clone)]
struct Sum {
    zone: &'static str,
    files: FxHashSet<String>,
    dictionary: Dictionary,
}

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    format: u32,
    zone: &'a str,
    dictionary: Cow<'a, Dictionary>,
}

/// Where the summary of a data file lies.
fn dictionary_path(name: &str) -> Path {
    Path::from(format!("{EVENTS}/_throughline/{name}{SUFFIX}"))
}

impl Snapshot {
    /// The summary of all rows, by days of `calendar`'s zone. Reads data files that have no summary yet, and of the others
    /// nothing but rows where customers' runs overlap.
    ///
    /// # Errors
    /// [`Error::Cancelled`] through `control`; what was summarised by then is kept.
    pub async fn dictionary(&self, calendar: Calendar, control: &Control) -> Result<DictionaryRead> {
        control.expect_rows(self.rows_upper());
        let sum = self.sum_of_files(calendar, control).await?;
        let mut whole = sum.dictionary.clone();
        for run in self.runs() {
            if let Run::Memory(run) = run {
                whole.merge(&summary_of_memory(run, calendar).await?);
            }
        }
        let repeated = self.repeated(calendar, control).await?;
        whole.less(&repeated);
        control.finish();
        Ok(DictionaryRead { whole, repeated })
    }

    async fn sum_of_files(&self, calendar: Calendar, control: &Control) -> Result<Arc<Sum>> {
        let files: Vec<&Arc<DataFile>> = self
            .runs()
            .iter()
            .filter_map(|run| match run {
                Run::File(file) => Some(file),
                Run::Memory(_) => None,
            })
            .collect();
        let names: FxHashSet<String> = files.iter().map(|file| file.name.clone()).collect();
        let mut held = self.inner().dictionary.sum.lock().await;
        let last = held.clone();
        // Files that are gone cannot be taken out of a sum.
        let last = last.filter(|last| last.zone == calendar.zone.name() && last.files.is_subset(&names));
        let counted = last.as_ref().map_or(0, |last| last.files.len());
        if let Some(last) = last.as_ref().filter(|_| counted == files.len()) {
            return Ok(Arc::clone(last));
        }
        let zone = calendar.zone.name();
        let empty = || Sum { zone, files: FxHashSet::default(), dictionary: Dictionary::default() };
        let mut sum = last.as_deref().cloned().unwrap_or_else(empty);
        let store = self.inner().storage.objects();
        for file in files {
            if sum.files.insert(file.name.clone()) {
                sum.dictionary.merge(&summary_of_file(&store, file, calendar, control).await?);
            }
            control.add_rows(file.index.rows().into());
        }
        let sum = Arc::new(sum);
        *held = Some(Arc::clone(&sum));
        Ok(sum)
    }

    /// The summary of rows that repeat others.
    async fn repeated(&self, calendar: Calendar, control: &Control) -> Result<Dictionary> {
        let runs = self.runs();
        let mut repeated = Dictionary::default();
        for shard in self.shards(COMPACT_ROWS) {
            control.check()?;
            let rows = Layout::repeated_rows(runs, self.overlay().await?, shard).await?;
            for (run, rows) in runs.iter().zip(rows).filter(|(_, rows)| !rows.is_empty()) {
                let arrays = match run {
                    Run::File(file) => {
                        let ranges: Vec<_> = rows.iter().map(|row| *row..row + 1).collect();
                        joined(file.columns(&COLUMNS, &ranges).await?)?
                    }
                    Run::Memory(run) => {
                        let rows = UInt32Array::from(rows);
                        let take = |array: ArrayRef| Ok(arrow::compute::take(&array, &rows, None)?);
                        columns_of_memory(run)?.into_iter().map(take).collect::<Result<_>>()?
                    }
                };
                repeated.merge(&summarised(arrays, calendar).await?);
            }
        }
        Ok(repeated)
    }
}

/// The summary of a file: the one that is kept, or made from its rows and kept.
async fn summary_of_file(
    store: &Arc<dyn ObjectStore>,
    file: &Arc<DataFile>,
    calendar: Calendar,
    control: &Control,
) -> Result<Dictionary> {
    let path = dictionary_path(&file.name);
    let kept = match store.get(&path).await {
        Ok(object) => object.bytes().await.ok().and_then(|bytes| decode(&bytes, calendar.zone.name())),
        Err(_) => None,
    };
    if let Some(kept) = kept.filter(|kept| kept.rows == u64::from(file.index.rows())) {
        return Ok(kept);
    }
    let mut summary = Dictionary::default();
    let rows = file.index.rows();
    for start in (0..rows).step_by(DICTIONARY_READ_ROWS as usize) {
        control.check()?;
        let range = start..rows.min(start.saturating_add(DICTIONARY_READ_ROWS));
        let arrays = joined(file.columns(&COLUMNS, std::slice::from_ref(&range)).await?)?;
        summary.merge(&summarised(arrays, calendar).await?);
    }
    let bytes = encode(&summary, calendar.zone.name());
    // Derived: that it cannot be kept (a reader without leave to write) costs time only.
    let _ = store
        .put_opts(&path, bytes.into(), PutOptions::default())
        .await
        .inspect_err(|error| tracing::debug!(%error, "a summary was made and cannot be kept"));
    Ok(summary)
}

async fn summary_of_memory(run: &MemoryRun, calendar: Calendar) -> Result<Dictionary> {
    summarised(columns_of_memory(run)?, calendar).await
}

fn columns_of_memory(run: &MemoryRun) -> Result<Vec<ArrayRef>> {
    let column = |name: &&str| {
        let array = run.batch.column_by_name(name).ok_or_else(|| Error::NoColumn { name: (*name).to_owned() })?;
        Ok(Arc::clone(array))
    };
    COLUMNS.iter().map(column).collect()
}

async fn summarised(arrays: Vec<ArrayRef>, calendar: Calendar) -> Result<Dictionary> {
    blocking(move || {
        let mut summariser = Summariser::new(calendar);
        summariser.push(&arrays)?;
        Ok(summariser.whole)
    })
    .await
}

fn encode(dictionary: &Dictionary, zone: &str) -> Vec<u8> {
    let stored = Stored { format: FORMAT, zone, dictionary: Cow::Borrowed(dictionary) };
    // Into a growable buffer postcard cannot fail.
    let mut bytes = postcard::to_stdvec(&stored).unwrap_or_default();
    let sum = xxhash_rust::xxh3::xxh3_64(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes
}

/// None if the bytes are damaged, of another format or of another zone.
fn decode(bytes: &[u8], zone: &str) -> Option<Dictionary> {
    let (body, sum) = bytes.split_last_chunk::<8>()?;
    if xxhash_rust::xxh3::xxh3_64(body) != u64::from_le_bytes(*sum) {
        return None;
    }
    let stored: Stored<'_> = postcard::from_bytes(body).ok()?;
    (stored.format == FORMAT && stored.zone == zone).then(|| stored.dictionary.into_owned())
}
