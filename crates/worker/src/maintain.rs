//! Upkeep of a workspace's tables after they were written to.

use lake::{CompactExtent, CompactOptions, Lake, VacuumOptions, VacuumReport};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::import::Watch;

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
/// and deletes files that were replaced long enough ago. Stops between steps.
pub async fn settle(lake: &Lake, watch: &Watch) -> Result<Upkeep> {
    lake.flush().await?;
    let mut upkeep = Upkeep::default();
    while upkeep.steps < STEPS_MAX {
        if watch.stop.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let report = lake.compact(CompactOptions::new(CompactExtent::Tier)).await?;
        if report.files_after >= report.files_before {
            break;
        }
        upkeep.steps += 1;
    }
    upkeep.profiles = lake.derive_profiles().await?;
    upkeep.deleted = lake.vacuum(VacuumOptions::default()).await?;
    Ok(upkeep)
}

/// Merges everything: one sorted run of files, every row under its present customer, the table of profiles derived
/// anew. For sets of data that are loaded once and then only asked.
pub async fn settle_for_good(lake: &Lake) -> Result<()> {
    lake.compact(CompactOptions::new(CompactExtent::Full)).await?;
    lake.vacuum(VacuumOptions::default()).await?;
    Ok(())
}
