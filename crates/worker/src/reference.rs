//! Imports of reference tables: a file, or the tables of a simulated world, into a workspace.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use ingest::{ReferenceMapping, ReferenceReader, SourceFile};
use lake::limits::REFERENCE_ROWS_MAX;
use lake::{Lake, ReferenceState, ReferenceWriter, reference_key};
use model::event::Rejection;
use model::reference::{Cell, Row, TableKind, Version};
use serde::Serialize;
use serde_json::Value;
use simulate::{Config, World};

use crate::clock::now_us;
use crate::error::{Error, Result};
use crate::folder::{DataFolder, create_private};
use crate::import::{Outcome, Phase, Progress, Watch};

/// Rows that are read, checked and packed at a time.
const BATCH_ROWS: usize = 50_000;

/// What the tables of a simulated world name as their source.
pub const SIMULATED_SOURCE: &str = "模拟数据 / simulated";

/// A file to be imported as a version of a table.
#[derive(Debug, Clone)]
pub struct ReferenceRequest {
    pub workspace: String,
    pub kind: TableKind,
    pub file: SourceFile,
    pub mapping: ReferenceMapping,
    /// The first day the table holds.
    pub valid_from: NaiveDate,
    /// Where it comes from, as figures will name it.
    pub source: String,
    /// ISO 4217 code of its money.
    pub currency: Option<String>,
}

/// What an import came to.
#[derive(Debug, Clone, Serialize)]
pub struct ReferenceSummary {
    #[serde(flatten)]
    pub version: Version,
    pub outcome: Outcome,
    /// Rows that could not be taken, by code; of this run.
    pub rejected_by: BTreeMap<String, u64>,
    /// Where they are.
    pub rejects_file: Option<PathBuf>,
    /// What a person should know about the reading.
    pub notes: Vec<String>,
}

/// Imports a file. The same file, read the same way, from the same day and source, changes nothing.
pub async fn import_reference(
    folder: &DataFolder,
    lake: &Lake,
    request: &ReferenceRequest,
    watch: &Watch,
) -> Result<ReferenceSummary> {
    let hashed = request.file.clone();
    let content = tokio::task::spawn_blocking(move || hashed.content_hash()).await??;
    let content: String = content.iter().map(|byte| format!("{byte:02x}")).collect();
    let reading = model::hash::parts(&[
        &request.mapping.fingerprint().to_le_bytes(),
        request.currency.as_deref().unwrap_or_default().as_bytes(),
    ]);
    let key = reference_key(&content, reading, request.valid_from, &request.source);
    let number = match lake.reference_state(request.kind, key).await? {
        ReferenceState::Next(number) => number,
        ReferenceState::Known(version) => {
            let path = rejects_path(folder, &request.workspace, request.kind, version.version);
            let rejects_file = path.is_file().then_some(path);
            let (rejected_by, notes) = (BTreeMap::new(), Vec::new());
            return Ok(ReferenceSummary { version, outcome: Outcome::Unchanged, rejected_by, rejects_file, notes });
        }
    };
    let rejects = rejects_path(folder, &request.workspace, request.kind, number);
    if let Some(parent) = rejects.parent() {
        create_private(parent)?;
    }
    let version = Version {
        table: request.kind,
        version: number,
        valid_from: request.valid_from,
        source: request.source.clone(),
        file: request.file.name.clone(),
        currency: request.currency.clone(),
        imported_at_us: now_us(),
        rows: 0,
        rejected: 0,
    };
    let (request_here, watch_here) = (request.clone(), watch.clone());
    let read = tokio::task::spawn_blocking(move || Read::of(&request_here, version, rejects, &watch_here)).await??;
    let Read { writer, rejected_by, rejects, notes } = read;
    let rejected = rejected_by.values().sum();
    if writer.rows() == 0 {
        let rejects = rejects.map(|rejects| format!("; see {}", rejects.path.display())).unwrap_or_default();
        return Err(Error::NoReferenceRows { path: request.file.path.clone(), rejected, rejects });
    }
    let rejects_file = rejects.map(Rejects::finish).transpose()?;
    let version = lake.add_reference(writer, key, rejected).await?;
    Ok(ReferenceSummary { version, outcome: Outcome::Imported, rejected_by, rejects_file, notes })
}

fn rejects_path(folder: &DataFolder, workspace: &str, kind: TableKind, version: u32) -> PathBuf {
    folder.rejects(workspace).join(format!("{}-{version}.ndjson", kind.table()))
}

/// A file as it was read.
struct Read {
    writer: ReferenceWriter,
    rejected_by: BTreeMap<String, u64>,
    rejects: Option<Rejects>,
    notes: Vec<String>,
}

impl Read {
    fn of(request: &ReferenceRequest, version: Version, rejects_path: PathBuf, watch: &Watch) -> Result<Read> {
        let mut reader = ReferenceReader::open(&request.file, request.kind, &request.mapping, request.valid_from)?;
        let mut read = Read {
            writer: ReferenceWriter::new(version)?,
            rejected_by: BTreeMap::new(),
            rejects: None,
            notes: Vec::new(),
        };
        while let Some(batch) = reader.next_batch(BATCH_ROWS)? {
            if watch.stop.is_cancelled() {
                return Err(Error::Cancelled);
            }
            read.writer.push(&batch.rows)?;
            if read.writer.rows() > REFERENCE_ROWS_MAX {
                let detail = format!(
                    "a reference table has at most {REFERENCE_ROWS_MAX} rows; import it in parts of fewer days"
                );
                return Err(ingest::Error::Limit { path: request.file.path.clone(), detail }.into());
            }
            if !batch.rejections.is_empty() {
                let rejects = match &mut read.rejects {
                    Some(rejects) => rejects,
                    None => read.rejects.insert(Rejects::create(&rejects_path)?),
                };
                rejects.write(&batch.rejections)?;
            }
            for rejection in batch.rejections {
                *read.rejected_by.entry(rejection.code).or_default() += 1;
            }
            (watch.progress)(Progress {
                file: &request.file.path,
                file_number: 1,
                files: 1,
                phase: Phase::Importing,
                done: batch.bytes_read,
                total: request.file.bytes,
                rows: read.writer.rows(),
            });
        }
        read.notes = reader.notes();
        Ok(read)
    }
}

/// The file of rejected rows; it begins anew with each attempt.
struct Rejects {
    path: PathBuf,
    file: File,
}

impl Rejects {
    fn create(path: &Path) -> Result<Rejects> {
        let file = File::create(path).map_err(|source| Error::io("write", path, source))?;
        Ok(Rejects { path: path.to_owned(), file })
    }

    fn write(&mut self, rejections: &[Rejection]) -> Result<()> {
        let mut lines = Vec::new();
        for rejection in rejections {
            // A rejection is strings and a number: it cannot fail to serialise.
            serde_json::to_writer(&mut lines, rejection).unwrap_or_default();
            lines.push(b'\n');
        }
        self.file.write_all(&lines).map_err(|source| Error::io("write", &self.path, source))
    }

    fn finish(self) -> Result<PathBuf> {
        self.file.sync_all().map_err(|source| Error::io("write", &self.path, source))?;
        Ok(self.path)
    }
}

/// Imports the tables of a simulated world; those that are there stay as they are.
pub(crate) async fn import_world(lake: &Lake, config: &Config, mapping: i64) -> Result<()> {
    let valid_from = config.start;
    // Plants change no table, and a world without any is made in no time.
    let world = World::new(Config { plants: Vec::new(), ..config.clone() });
    let world = world.map_err(|fault| Error::Simulation(fault.to_string()))?;
    for (kind, mut rows) in world_tables(&world) {
        for row in &mut rows {
            row.settle(kind, valid_from).map_err(|fault| {
                Error::Simulation(format!("a row of table {}: {}: {}", kind.id(), fault.column, fault.reason))
            })?;
        }
        let key = reference_key("simulated", mapping, valid_from, SIMULATED_SOURCE);
        let ReferenceState::Next(number) = lake.reference_state(kind, key).await? else { continue };
        let mut writer = ReferenceWriter::new(Version {
            table: kind,
            version: number,
            valid_from,
            source: SIMULATED_SOURCE.to_owned(),
            file: String::new(),
            currency: Some("CNY".to_owned()),
            imported_at_us: now_us(),
            rows: 0,
            rejected: 0,
        })?;
        writer.push(&rows)?;
        lake.add_reference(writer, key, 0).await?;
    }
    Ok(())
}

/// The world's tables as the product knows them. What the product has no table for is left out.
fn world_tables(world: &World) -> Vec<(TableKind, Vec<Row>)> {
    let mut tables = Vec::new();
    for table in world.reference() {
        let value = |row: &[Value], name: &str| -> Option<Cell> {
            let at = table.columns.iter().position(|column| *column == name)?;
            match row.get(at)? {
                Value::Number(number) => number.as_f64().map(Cell::Number),
                Value::String(text) => Some(text.parse().map_or_else(|_| Cell::Text(text.clone()), Cell::Day)),
                _ => None,
            }
        };
        let month = |row: &[Value]| -> Option<(NaiveDate, NaiveDate)> {
            let Some(Cell::Text(month)) = value(row, "month") else { return None };
            let first: NaiveDate = format!("{month}-01").parse().ok()?;
            Some((first, first.checked_add_months(chrono::Months::new(1))?.pred_opt()?))
        };
        let rows = table.rows.iter();
        let (kind, rows): (TableKind, Vec<Row>) = match table.name {
            "catalogue" => (
                TableKind::Catalogue,
                rows.map(|row| {
                    let [product, category] = ["product", "category"].map(|name| value(row, name));
                    let [price, cost, margin] = ["price", "cost", "margin"].map(|name| value(row, name));
                    Row(vec![product.clone(), product, category, price, cost, margin, None, None])
                })
                .collect(),
            ),
            // Counted once a week.
            "stock" => (
                TableKind::Stock,
                rows.map(|row| {
                    Row(vec![value(row, "product"), None, value(row, "week_from"), value(row, "pieces"), None, None])
                })
                .collect(),
            ),
            "rosters" => (
                TableKind::Rosters,
                rows.flat_map(|row| {
                    [("导购", "sales_staff"), ("收银", "tills_open")].map(|(role, staff)| {
                        let [site, day, from, to, staff] =
                            ["site", "date", "from", "to", staff].map(|name| value(row, name));
                        Row(vec![site, Some(Cell::Text(role.to_owned())), day, from, to, staff, None, None, None])
                    })
                })
                .collect(),
            ),
            "channel_costs" => (
                TableKind::ChannelCosts,
                rows.filter_map(|row| {
                    let (first, last) = month(row)?;
                    let [channel, cost, target] = ["channel", "cost", "sales_target"].map(|name| value(row, name));
                    Some(Row(vec![channel, cost, target, Some(Cell::Day(first)), Some(Cell::Day(last))]))
                })
                .collect(),
            ),
            "promotions" => (
                TableKind::Promotions,
                rows.map(|row| {
                    let [name, from, to] = ["promotion", "from", "to"].map(|name| value(row, name));
                    Row(vec![name.clone(), name, None, from, to])
                })
                .collect(),
            ),
            "calendar" => (TableKind::Calendar, days(&table.rows, &value)),
            _ => continue,
        };
        tables.push((kind, rows));
    }
    tables
}

/// A holiday or promotion once a day, weather once a day and site.
fn days(rows: &[Vec<Value>], value: &dyn Fn(&[Value], &str) -> Option<Cell>) -> Vec<Row> {
    let text = |text: String| Some(Cell::Text(text));
    let mut days = Vec::new();
    let mut last = None;
    for row in rows {
        let day = value(row, "date");
        if day != last {
            for kind in ["holiday", "promotion"] {
                if let Some(name) = value(row, kind) {
                    days.push(Row(vec![day.clone(), Some(name), text(kind.to_owned()), None, None, None]));
                }
            }
            last.clone_from(&day);
        }
        if let Some(rain) = value(row, "rain_mm").as_ref().and_then(Cell::number).filter(|rain| *rain > 0.0) {
            let name = text(format!("雨 {rain:.1} 毫米"));
            days.push(Row(vec![day, name, text("weather".to_owned()), value(row, "site"), None, None]));
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worlds_tables_are_whole_and_say_what_they_should() {
        let config = simulate::Config { customers: 10, days: 120, ..simulate::Config::new(3) };
        let world = World::new(config).unwrap();
        let tables = world_tables(&world);
        let kinds: Vec<TableKind> = tables.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds.len(), 6);
        for (kind, rows) in tables {
            assert!(!rows.is_empty());
            let mut keys = std::collections::HashSet::new();
            for mut row in rows {
                row.settle(kind, world.config().start).unwrap_or_else(|fault| panic!("{kind:?}: {fault:?}"));
                assert!(keys.insert(row.key(kind)), "{kind:?} says {row:?} twice");
            }
        }
    }
}
