//! Upkeep of a workspace's tables after they were written to.

use lake::{CompactExtent, CompactOptions, Control, Lake, VacuumOptions, VacuumReport};
use serde::Serialize;

use crate::error::Result;

/// Steps of one upkeep. Each step leaves fewer files; if this many do not suffice, the next upkeep goes on.
const STEPS_MAX: usize = 64;

/// What upkeep did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Upkeep {
    /// Compaction steps that merged files.
    pub steps: usize,
    /// Customers in the table of profiles.
    pub profiles: u64,
    /// Files that nothing needs any more and that were old enough to be deleted.
    pub deleted: VacuumReport,
}

/// Moves the log into the tables, merges small files tier by tier until none is due, derives the table of profiles,
/// and deletes files that were replaced long enough ago.
pub async fn settle(lake: &Lake, control: &Control) -> Result<Upkeep> {
    lake.flush().await?;
    let steps = merge_due(lake, control, || ()).await?;
    let profiles = lake.derive_profiles(control).await?;
    let deleted = lake.vacuum(VacuumOptions::default()).await?;
    Ok(Upkeep { steps, profiles, deleted })
}

/// Merges small files tier by tier, and writes files anew of which much is read for others, until none is due, saying so
/// before each step that has something to do. The steps done.
pub async fn merge_due(lake: &Lake, control: &Control, merging: impl Fn()) -> Result<usize> {
    let mut steps = 0;
    while steps < STEPS_MAX && lake.compaction_due() {
        merging();
        let report = lake.compact(CompactOptions::new(CompactExtent::Tier), control).await?;
        if report.files_after >= report.files_before && report.rows_moved == 0 {
            break;
        }
        steps += 1;
    }
    Ok(steps)
}

/// Merges everything: one sorted run of files, every row under its present customer, the table of profiles derived
/// anew. For sets of data that are loaded once and then only asked.
pub async fn settle_for_good(lake: &Lake, control: &Control) -> Result<()> {
    lake.compact(CompactOptions::new(CompactExtent::Full), control).await?;
    lake.vacuum(VacuumOptions::default()).await?;
    Ok(())
}
