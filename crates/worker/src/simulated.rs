//! Simulated events into a lake: the sample that is made, not read.
//!
//! A configuration gives the same events every time, customer by customer, so the position of an interrupted load is
//! a number of customers, and a finished one is told from another by the hash of its configuration. The truth about
//! the world is written beside the lake.

use std::path::Path;
use std::time::Instant;

use lake::{ImportKey, ImportState, Lake};
use model::hash;
use simulate::{Config, World};

use crate::error::{Error, Result};
use crate::import::{BATCH_EVENTS, Counts, ImportSummary, Watch};

/// The feed the events come from, and the name the load has in the lake.
const SOURCE: &str = "simulated";
const FILE: &str = "world";

/// Name of the file with the truth, in the workspace's folder.
const TRUTH: &str = "truth.json";

/// Makes the world's events and adds them, unless they are there; what another configuration made is removed first.
/// Whether anything was added, and what it came to.
pub(crate) async fn load(lake: &Lake, folder: &Path, config: Config, watch: &Watch) -> Result<(bool, ImportSummary)> {
    let begun = Instant::now();
    let text = serde_json::to_string(&config).map_err(|error| Error::Simulation(error.to_string()))?;
    let mapping = hash::parts(&[text.as_bytes()]);
    let key =
        ImportKey { source: SOURCE.into(), file: FILE.into(), mapping, batch: format!("{SOURCE}-{mapping:016x}") };
    let mut from = match lake.import_state(&key).await? {
        ImportState::Known { mapping: known, complete: true, .. } if known == mapping => {
            return Ok((false, ImportSummary::default()));
        }
        ImportState::Known { mapping: known, position, .. } if known == mapping => position,
        ImportState::Known { .. } => {
            lake.remove_import(SOURCE, FILE).await?;
            0
        }
        ImportState::Unknown => 0,
    };
    let world = World::new(config).map_err(|fault| Error::Simulation(fault.to_string()))?;
    let mut seen = world.watch();
    let (mut batch, mut events) = (Vec::new(), 0u64);
    for (number, customer) in (1u64..).zip(world.customers()) {
        seen.add(&customer);
        if number <= from {
            continue;
        }
        events += customer.len() as u64;
        batch.extend(customer);
        if batch.len() >= BATCH_EVENTS {
            if watch.stop.is_cancelled() {
                return Err(Error::Cancelled);
            }
            lake.import(&key, std::mem::take(&mut batch), number, false).await?;
            from = number;
        }
    }
    let customers = u64::from(world.config().customers).max(from);
    lake.import(&key, batch, customers, true).await?;
    let truth = serde_json::to_vec_pretty(&world.truth(&seen)).map_err(|error| Error::Simulation(error.to_string()))?;
    let path = folder.join(TRUTH);
    std::fs::write(&path, truth).map_err(|source| Error::io("write", &path, source))?;
    let seconds = begun.elapsed().as_secs_f64();
    let totals = Counts { rows: events, events, ..Counts::default() };
    let rows_per_second = events as f64 / seconds.max(1e-3);
    Ok((true, ImportSummary { totals, rows_now: events, seconds, rows_per_second, ..ImportSummary::default() }))
}
