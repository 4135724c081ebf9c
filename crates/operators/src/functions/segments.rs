//! The functions about segments and scores.

use lake::Snapshot;
use model::rfm::Model;
use model::scope::Scope;
use model::segment::{Segment, expand};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::ground::Ground;

/// `segment('{"segment": {"id": …, "who": …}}')`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SegmentOptions {
    segment: Segment,
    /// Definitions of the segments it names.
    #[serde(default)]
    among: Vec<Segment>,
    #[serde(default)]
    scope: Scope,
}

/// `segments('{"segments": [{"id": …, "who": …}, …]}')`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SegmentsOptions {
    segments: Vec<Segment>,
    /// Definitions of other segments they name.
    #[serde(default)]
    among: Vec<Segment>,
    /// Moments, UTC microseconds, ascending. Empty: the scope's.
    #[serde(default)]
    moments_us: Vec<i64>,
    #[serde(default)]
    scope: Scope,
}

/// `rfm('{"model": {"match": [{"event": "purchase"}]}}')`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RfmOptions {
    model: Model,
    #[serde(default)]
    scope: Scope,
}

pub(super) fn segment(options: SegmentOptions, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    let segment = whole(options.segment, &options.among)?;
    Ground::new(snapshot, options.scope, None, now_us)?.members(&segment)
}

pub(super) fn segments(options: SegmentsOptions, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    let known: Vec<Segment> = options.segments.iter().chain(&options.among).cloned().collect();
    let segments = options.segments.into_iter().map(|segment| whole(segment, &known)).collect::<Result<Vec<_>>>()?;
    Ground::new(snapshot, options.scope, None, now_us)?.segments(&segments, options.moments_us)
}

pub(super) fn rfm(options: RfmOptions, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    Ground::new(snapshot, options.scope, None, now_us)?.rfm_edges(&options.model)
}

/// The segment with those it names put in.
fn whole(segment: Segment, among: &[Segment]) -> Result<Segment> {
    let fault = |fault: model::journey::Fault| Error::question(format!("segment `{}`, {fault}", segment.id));
    segment.faults().into_iter().next().map_or(Ok(()), |found| Err(fault(found)))?;
    let who = expand(&segment, &|id| among.iter().find(|known| known.id == id)).map_err(fault)?;
    Ok(Segment { who, ..segment })
}
