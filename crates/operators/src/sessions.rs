//! What rows say to the cutting of sessions: the lane their channel belongs to, and their campaign, as codes.

use arrow::array::ArrayRef;
use arrow::buffer::BooleanBuffer;
use model::rule::ColumnRef;
use rustc_hash::FxHashMap;

use crate::cases::{array_of, codes};
use crate::error::Result;
use crate::spec::SessionSpec;

/// The sessions of a spec, compiled.
#[derive(Debug)]
pub(crate) struct Lanes {
    /// By name of a channel that has a lane of its own.
    by_channel: FxHashMap<String, u32>,
    others: u32,
    campaign: Option<ColumnRef>,
}

/// What every row says. Empty where sessions are not cut by it.
#[derive(Debug, Default)]
pub(crate) struct Laned {
    pub lane: Vec<u32>,
    /// Equal codes within a shard are equal campaigns.
    pub campaign: Vec<u32>,
}

impl Lanes {
    pub(crate) fn new(spec: &SessionSpec) -> Lanes {
        let lanes = (0u32..).zip(&spec.lanes);
        let by_channel = lanes.flat_map(|(lane, names)| names.iter().map(move |name| (name.clone(), lane))).collect();
        let others = spec.lanes.len() as u32;
        Lanes { by_channel, others, campaign: spec.campaign.map(ColumnRef::Typed) }
    }

    /// The lane of a channel.
    pub(crate) fn of(&self, channel: &str) -> u32 {
        self.by_channel.get(channel).copied().unwrap_or(self.others)
    }

    pub(crate) fn reads_channel(&self) -> bool {
        !self.by_channel.is_empty()
    }

    /// The column that is to be loaded.
    pub(crate) fn column(&self) -> Option<&'static str> {
        self.campaign.as_ref().and_then(array_of)
    }

    /// What `rows` say. `channel` are codes, `by_code` the lane of each.
    pub(crate) fn codes(
        &self,
        rows: &BooleanBuffer,
        channel: &[u32],
        by_code: &[u32],
        arrays: &FxHashMap<&'static str, ArrayRef>,
    ) -> Result<Laned> {
        let lane = match self.reads_channel() {
            true => channel.iter().map(|code| by_code[*code as usize]).collect(),
            false => Vec::new(),
        };
        // Campaigns are texts, never names: the codes of those are not read.
        let campaign = self.campaign.as_ref().map(|column| codes(column, rows, (&[], &[]), arrays)).transpose()?;
        Ok(Laned { lane, campaign: campaign.unwrap_or_default() })
    }
}
