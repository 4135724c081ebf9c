//! Tables of raw rows on floors: a file a part, site and local day, which says in its footer whose day it holds.
//!
//! A file is sorted and never changes; a day is read as the rows of its files in the order they came. Files of one delivery
//! are added together with how far it was read, in one commit, so that one that is cut off goes on where it was and one
//! that is made again changes nothing. What the rows are, [`DayRow`] says.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use object_store::path::Path;
use parquet::file::metadata::KeyValue;

use crate::data_file::{in_memory, small_stats, small_writer};
use crate::delta::{Change, NewFile, Table, TableFile};
use crate::error::{Error, Result};
use crate::lake::Inner;
use crate::limits::{DAY_FILES_MAX, FILE_DAYS_MAX, TRACK_DAY_ROWS_MAX};
use crate::reader::OpenFile;
use crate::tracks::{RemovedDays, TrackDay, TracksRead};

/// A row of such a table.
pub(crate) trait DayRow: Clone + Send + Sync + 'static {
    const TABLE: &'static str;
    /// Key of the day in a file's footer.
    const FOOTER: &'static str;
    /// What a commit that adds some is for.
    const LABEL: &'static str;

    const COLUMNS: &'static [&'static str];
    /// What is wrong with a file whose rows are not sorted.
    const DISORDER: &'static str;
    /// Of rows that say the same the one that came last counts, and not the first.
    const LAST_COUNTS: bool;

    fn schema() -> &'static SchemaRef;
    fn batch(rows: &[Self]) -> Result<RecordBatch>;
    fn push(batch: &RecordBatch, found: &mut Vec<Self>) -> Result<()>;
    /// The order of a file; rows that are equal in it say the same.
    fn compare(&self, other: &Self) -> Ordering;
}

/// Sorts rows, those that say the same in the order they came.
fn sort<R: DayRow>(rows: &mut [R]) {
    rows.sort_by(R::compare);
}

/// Leaves of sorted rows one of those that say the same.
fn single<R: DayRow>(rows: &mut Vec<R>) {
    rows.dedup_by(|later, kept| {
        let same = later.compare(kept) == Ordering::Equal;
        if same && R::LAST_COUNTS {
            std::mem::swap(later, kept);
        }
        same
    });
}

/// A file of a day.
pub(crate) struct DayFile {
    pub of: TrackDay,
    pub file: TableFile,
}

pub(crate) fn app(key: &str) -> String {
    format!("import/{key}")
}

pub(crate) async fn read_of(table: &Table, key: &str) -> Result<TracksRead> {
    let position = table.app_version(&app(key)).await?.unwrap_or(0) as u64;
    let complete = table.app_version(&format!("{}/complete", app(key))).await? == Some(1);
    Ok(TracksRead { position, complete })
}

/// Writes the rows of a day as one file; in no commit yet.
pub(crate) async fn write_day<R: DayRow>(table: &Table, of: &TrackDay, mut rows: Vec<R>) -> Result<NewFile> {
    sort(&mut rows);
    let mut writer = small_writer(Arc::clone(R::schema()))?;
    writer.write(&R::batch(&rows)?).map_err(in_memory)?;
    let footer = serde_json::to_string(of).map_err(|error| Error::corrupt(R::FOOTER, error.to_string()))?;
    writer.append_key_value_metadata(KeyValue::new(R::FOOTER.to_owned(), footer));
    let bytes = writer.into_inner().map_err(in_memory)?.into();
    table.write(bytes, rows.len(), small_stats(rows.len())).await
}

impl Inner {
    /// Adds the next rows of a delivery, by day, and notes that it was read up to `position`.
    pub(crate) async fn add_days<R: DayRow>(
        &self,
        key: &str,
        days: Vec<(TrackDay, Vec<R>)>,
        position: u64,
        complete: bool,
    ) -> Result<()> {
        let _importing = self.importing.read().await;
        let _commit = self.commit.lock().await;
        let table = Table::create(&self.storage, R::TABLE, R::schema()).await?;
        let read = read_of(&table, key).await?;
        let known = position <= read.position && read.position > 0;
        if known && (read.complete || !complete) {
            return Ok(());
        }
        let mut change = Change { label: R::LABEL, changes_data: true, ..Change::default() };
        if !known {
            for (of, rows) in days {
                if !rows.is_empty() {
                    change.add.push(write_day(&table, &of, rows).await?);
                }
            }
        }
        change.versions = vec![
            (app(key), position.max(read.position) as i64),
            (format!("{}/complete", app(key)), i64::from(complete)),
        ];
        table.commit(change).await
    }

    /// Adds rows by day, under the locks of importing and of commits, and sets an application's version with them. A day of
    /// many files becomes one file, so that days to which something is added all the time stay few files.
    pub(crate) async fn fold_days<R: DayRow>(
        &self,
        days: BTreeMap<TrackDay, Vec<R>>,
        version: (&str, u64),
    ) -> Result<()> {
        let table = Table::create(&self.storage, R::TABLE, R::schema()).await?;
        let mut change = Change { label: R::LABEL, changes_data: true, ..Change::default() };
        let mut held: BTreeMap<TrackDay, Vec<DayFile>> = BTreeMap::new();
        for file in self.day_files::<R>(&table).await? {
            held.entry(file.of.clone()).or_default().push(file);
        }
        for (of, mut rows) in days {
            let files = held.remove(&of).unwrap_or_default();
            let before: u64 = files.iter().map(|it| it.file.rows).sum();
            if files.len() >= DAY_FILES_MAX && before + rows.len() as u64 <= TRACK_DAY_ROWS_MAX {
                let mut all = Vec::with_capacity(before as usize + rows.len());
                for file in files {
                    self.read_day(&file.file, &mut all).await?;
                    change.remove.push(file.file);
                }
                all.append(&mut rows);
                rows = all;
            }
            sort(&mut rows);
            single(&mut rows);
            change.add.push(write_day(&table, &of, rows).await?);
        }
        let (app, version) = version;
        change.versions = vec![(app.to_owned(), version as i64)];
        table.commit(change).await
    }

    /// Removes days of a site; how many rows those were. With all of them `versions` are set.
    pub(crate) async fn remove_days<R: DayRow>(
        &self,
        site: &str,
        days: RemovedDays,
        counted: Option<&str>,
    ) -> Result<u64> {
        let _maintenance = self.maintenance.lock().await;
        let _commit = self.commit.lock().await;
        let Some(table) = Table::open(&self.storage, R::TABLE).await? else { return Ok(0) };
        let mut change = Change { label: "remove positions", changes_data: true, ..Change::default() };
        for DayFile { of, file, .. } in self.day_files::<R>(&table).await? {
            if of.site == site && days.has(of.day) {
                change.remove.push(file);
            }
        }
        let removed = change.remove.iter().map(|file| file.rows).sum();
        if !change.remove.is_empty() {
            if let (RemovedDays::All, Some(app)) = (days, counted) {
                let times = table.app_version(app).await?.unwrap_or(0);
                change.versions = vec![(app.to_owned(), times + 1)];
            }
            table.commit(change).await?;
        }
        Ok(removed)
    }

    /// The files of the table by day, those of a day in the order they came.
    pub(crate) async fn day_files<R: DayRow>(&self, table: &Table) -> Result<Vec<DayFile>> {
        let mut files = Vec::new();
        for file in table.files() {
            let known = self.file_days.lock().get(&file.name).cloned();
            let of = match known {
                Some(of) => of,
                None => {
                    let of = day_of::<R>(&self.open_day::<R>(&file).await?, &file)?;
                    let mut known = self.file_days.lock();
                    if known.len() >= FILE_DAYS_MAX {
                        known.clear();
                    }
                    known.insert(file.name.clone(), of.clone());
                    of
                }
            };
            files.push(DayFile { of, file });
        }
        // Names grow with the time they were given at.
        files.sort_by(|a, b| (&a.of, &a.file.name).cmp(&(&b.of, &b.file.name)));
        Ok(files)
    }

    /// The rows of a day, sorted; of those that say the same one.
    pub(crate) async fn day_rows<R: DayRow>(&self, of: &TrackDay) -> Result<Vec<R>> {
        let Some(table) = Table::open(&self.storage, R::TABLE).await? else { return Ok(Vec::new()) };
        let mut files = self.day_files::<R>(&table).await?;
        files.retain(|file| file.of == *of);
        let rows: u64 = files.iter().map(|it| it.file.rows).sum();
        if rows > TRACK_DAY_ROWS_MAX {
            return Err(Error::Limit { what: "number of positions of a day", got: rows, limit: TRACK_DAY_ROWS_MAX });
        }
        let mut found = Vec::with_capacity(rows as usize);
        for file in &files {
            self.read_day(&file.file, &mut found).await?;
        }
        sort(&mut found);
        single(&mut found);
        Ok(found)
    }

    /// What is wrong with the table: file, and what.
    pub(crate) async fn verify_days<R: DayRow>(&self) -> Result<(usize, Vec<(String, String)>)> {
        let Some(table) = Table::open(&self.storage, R::TABLE).await? else { return Ok((0, Vec::new())) };
        let (mut wrong, files) = (Vec::new(), table.files());
        for file in &files {
            if let Err(error) = self.verify_day_file::<R>(file).await {
                wrong.push((file.name.clone(), error.to_string()));
            }
        }
        Ok((files.len(), wrong))
    }

    async fn verify_day_file<R: DayRow>(&self, file: &TableFile) -> Result<()> {
        let open = self.open_day::<R>(file).await?;
        open.check_bytes().await?;
        day_of::<R>(&open, file)?;
        let mut rows: Vec<R> = Vec::new();
        self.read_day(file, &mut rows).await?;
        if rows.len() as u64 != file.rows {
            let what = format!("the table counts {} rows, the file has {}", file.rows, rows.len());
            return Err(Error::corrupt(&file.name, what));
        }
        if !rows.is_sorted_by(|a, b| a.compare(b) != Ordering::Greater) {
            return Err(Error::corrupt(&file.name, R::DISORDER));
        }
        Ok(())
    }

    async fn open_day<R: DayRow>(&self, file: &TableFile) -> Result<OpenFile> {
        let path = Path::from(format!("{}/{}", R::TABLE, file.name));
        OpenFile::open(self.storage.objects(), path, file.bytes, R::schema()).await
    }

    async fn read_day<R: DayRow>(&self, file: &TableFile, found: &mut Vec<R>) -> Result<()> {
        for batch in self.open_day::<R>(file).await?.read_all(R::COLUMNS).await? {
            R::push(&batch, found)?;
        }
        Ok(())
    }
}

fn day_of<R: DayRow>(open: &OpenFile, file: &TableFile) -> Result<TrackDay> {
    let of = open.footer(R::FOOTER).and_then(|text| serde_json::from_str::<TrackDay>(text).ok());
    of.ok_or_else(|| Error::corrupt(&file.name, "its footer names no site and day"))
}
