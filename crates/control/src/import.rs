//! The history of imports: one record per run over one file, counts only.
//!
//! This is for people to look at. Whether a file is imported is known by the lake, which commits the position
//! with the rows.

use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use crate::entity::import_run;
use crate::error::{Error, Result};
use crate::limits::IMPORT_RUNS_KEPT;
use crate::store::Control;
use crate::workspace;

/// One run over one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRun {
    /// The feed the events were given.
    pub source: String,
    /// Name of the file.
    pub file: String,
    pub file_bytes: u64,
    /// Hash of the file's content, in hexadecimal.
    pub file_hash: String,
    /// Fingerprint of the mapping.
    pub mapping_fingerprint: i64,
    pub outcome: ImportOutcome,
    /// UTC microseconds.
    pub started_at_us: i64,
    /// UTC microseconds.
    pub ended_at_us: i64,
    /// Rows read in this run.
    pub rows: u64,
    /// Events written.
    pub events: u64,
    /// Events that were there already.
    pub duplicates: u64,
    /// Rows that could not be taken.
    pub rejections: u64,
    /// Rows the mapping leaves out.
    pub skipped: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    Finished,
    /// Stopped before the end of the file; a later run goes on from there.
    Interrupted,
    /// Stopped by an error.
    Failed,
}

/// A run and its number in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRecord {
    /// Grows with every run.
    pub id: i64,
    #[serde(flatten)]
    pub run: ImportRun,
}

const OUTCOMES: [(ImportOutcome, &str); 3] = [
    (ImportOutcome::Finished, "finished"),
    (ImportOutcome::Interrupted, "interrupted"),
    (ImportOutcome::Failed, "failed"),
];

impl Control {
    /// Adds a run to the history of a workspace and returns its number. The oldest beyond
    /// [`IMPORT_RUNS_KEPT`] are forgotten.
    ///
    /// # Errors
    /// No such workspace, or the database fails.
    pub async fn record_import(&self, workspace: &str, run: ImportRun) -> Result<i64> {
        for (field, text) in [("source", &run.source), ("file", &run.file), ("file_hash", &run.file_hash)] {
            workspace::check_text(field, text)?;
        }
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        let row = to_row(workspace, run);
        let id = import_run::Entity::insert(row).exec(&transaction.db).await?.last_insert_id;
        let oldest_kept = of_workspace(workspace).offset(IMPORT_RUNS_KEPT - 1).limit(1).one(&transaction.db).await?;
        if let Some(oldest_kept) = oldest_kept {
            import_run::Entity::delete_many()
                .filter(import_run::Column::WorkspaceId.eq(workspace))
                .filter(import_run::Column::Id.lt(oldest_kept.id))
                .exec(&transaction.db)
                .await?;
        }
        transaction.commit().await?;
        Ok(id)
    }

    /// The newest `limit` runs of a workspace, newest first. Empty also if there is no such workspace.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn imports(&self, workspace: &str, limit: u64) -> Result<Vec<ImportRecord>> {
        let rows = of_workspace(workspace).limit(limit.min(IMPORT_RUNS_KEPT)).all(self.reader()).await?;
        rows.into_iter().map(from_row).collect()
    }
}

fn of_workspace(workspace: &str) -> sea_orm::Select<import_run::Entity> {
    import_run::Entity::find()
        .filter(import_run::Column::WorkspaceId.eq(workspace))
        .order_by_desc(import_run::Column::Id)
}

fn to_row(workspace: &str, run: ImportRun) -> import_run::ActiveModel {
    // Counts of rows of one file end far below i64::MAX.
    let count = |count: u64| Set(i64::try_from(count).unwrap_or(i64::MAX));
    let outcome = OUTCOMES.iter().find(|(outcome, _)| *outcome == run.outcome).map_or("failed", |(_, word)| word);
    import_run::ActiveModel {
        id: NotSet,
        workspace_id: Set(workspace.to_owned()),
        source: Set(run.source),
        file: Set(run.file),
        file_bytes: count(run.file_bytes),
        file_hash: Set(run.file_hash),
        mapping_fingerprint: Set(run.mapping_fingerprint),
        outcome: Set(outcome.to_owned()),
        started_at_us: Set(run.started_at_us),
        ended_at_us: Set(run.ended_at_us),
        rows: count(run.rows),
        events: count(run.events),
        duplicates: count(run.duplicates),
        rejections: count(run.rejections),
        skipped: count(run.skipped),
    }
}

fn from_row(row: import_run::Model) -> Result<ImportRecord> {
    let corrupt = |reason: String| Error::corrupt(format!("import run {}", row.id), reason);
    let count = |count: i64| u64::try_from(count).map_err(|error| corrupt(error.to_string()));
    let outcome = OUTCOMES
        .iter()
        .find(|(_, word)| *word == row.outcome)
        .map(|(outcome, _)| *outcome)
        .ok_or_else(|| corrupt(format!("unknown outcome `{}`", row.outcome)))?;
    let run = ImportRun {
        file_bytes: count(row.file_bytes)?,
        rows: count(row.rows)?,
        events: count(row.events)?,
        duplicates: count(row.duplicates)?,
        rejections: count(row.rejections)?,
        skipped: count(row.skipped)?,
        source: row.source,
        file: row.file,
        file_hash: row.file_hash,
        mapping_fingerprint: row.mapping_fingerprint,
        outcome,
        started_at_us: row.started_at_us,
        ended_at_us: row.ended_at_us,
    };
    Ok(ImportRecord { id: row.id, run })
}
