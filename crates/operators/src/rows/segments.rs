//! Segments and scores as rows.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, TimestampMicrosecondArray};
use folds::rfm;
use folds::segment::{Member, State};
use model::rfm::{Edges, Scores};

use super::{Columns, Output, name};
use crate::error::{Error, Result};
use crate::spec::{RfmSpec, ScanSpec};

/// One row a moment and combination: how many customers are in just these segments, and in all of them.
pub(super) fn sizes(scan: &ScanSpec, output: &Output, state: &State) -> Result<RecordBatch> {
    let spec = scan.segments.as_ref().ok_or_else(|| Error::defect("sizes without segments"))?;
    let moments = spec.moments(scan.as_of_us);
    let sizes = state.sizes(moments.len());
    let rows = || {
        let moments = moments.iter().zip(&sizes);
        moments.flat_map(|(moment, sizes)| (0..sizes.exactly.len()).map(move |code| (*moment, code, sizes)))
    };
    let names = |code: usize| {
        let inside = (0..usize::BITS as usize).filter(|bit| code >> bit & 1 != 0);
        inside.map(|bit| name(&output.labels, bit)).collect::<Vec<_>>().join(" & ")
    };
    Columns::default()
        .any("as_of", Arc::new(times(rows().map(|(moment, ..)| moment))))
        .text("segments", rows().map(|(_, code, _)| Some(names(code))))
        .count("exactly", rows().map(|(_, code, sizes)| sizes.exactly[code]))
        .count("members", rows().map(|(_, code, sizes)| sizes.in_all(code)))
        .count("population", rows().map(|(.., sizes)| sizes.population()))
        .batch()
}

/// One row a member, and until when it is one if nothing happens.
pub(super) fn members(found: &[Member]) -> Result<RecordBatch> {
    let mut members: Vec<&Member> = found.iter().filter(|member| member.member).collect();
    members.sort_unstable();
    let until = members.iter().map(|member| Some(member.until_us).filter(|until| *until < i64::MAX));
    let until: TimestampMicrosecondArray = until.collect();
    let customers = Int64Array::from_iter_values(members.iter().map(|member| member.customer));
    Columns::default().any("customer", Arc::new(customers)).any("until", Arc::new(until.with_timezone("UTC"))).batch()
}

/// One row a combination of scores that somebody has.
pub(super) fn scores(high: u8, state: &rfm::State) -> Result<RecordBatch> {
    let cells = || state.cells.iter().enumerate().filter(|(_, cell)| cell.customers > 0);
    let score = |of: fn(model::rfm::Scores) -> u8| cells().map(move |(cell, _)| u64::from(of(rfm::scores(cell))));
    Columns::default()
        .count("r", score(|scores| scores.r))
        .count("f", score(|scores| scores.f))
        .count("m", score(|scores| scores.m))
        .text("group", cells().map(|(cell, _)| Some(rfm::scores(cell).group(high).id())))
        .count("customers", cells().map(|(_, cell)| cell.customers))
        .number("value", cells().map(|(_, cell)| Some(cell.value.value())))
        .count("frequency_days", cells().map(|(_, cell)| cell.frequency_days))
        .batch()
}

/// One row a customer who bought: what, and the scores of it.
pub(super) fn scored(spec: &RfmSpec, state: &rfm::PopulationState) -> Result<RecordBatch> {
    let mut customers = state.customers.clone();
    customers.sort_unstable_by_key(|(customer, _)| *customer);
    let edges = Edges::of(spec.ties, &customers);
    let scores: Vec<Scores> = customers.iter().map(|(id, bought)| edges.scores(*id, bought)).collect();
    let bought = || customers.iter().map(|(_, bought)| bought);
    let ids = Int64Array::from_iter_values(customers.iter().map(|(customer, _)| *customer));
    Columns::default()
        .any("customer", Arc::new(ids))
        .number("recency_days", bought().map(|bought| Some(bought.recency_days as f64)))
        .count("frequency_days", bought().map(|bought| bought.frequency_days))
        .number("monetary", bought().map(|bought| Some(bought.monetary)))
        .count("r", scores.iter().map(|scores| u64::from(scores.r)))
        .count("f", scores.iter().map(|scores| u64::from(scores.f)))
        .count("m", scores.iter().map(|scores| u64::from(scores.m)))
        .text("group", scores.iter().map(|scores| Some(scores.group(spec.high).id())))
        .batch()
}

fn times(moments: impl Iterator<Item = i64>) -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::from_iter_values(moments).with_timezone("UTC")
}
