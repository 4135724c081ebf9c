//! Some of a customer's events copied together, so that a fold sees them as one slice.

use crate::slice::{Membership, Run, Slice};

/// Columns of copied events; its memory is used again.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    time: Vec<i64>,
    label: Vec<u32>,
    mask: Vec<u64>,
    channel: Vec<u32>,
    value: Vec<f64>,
    score: Vec<f64>,
    facet: Vec<u32>,
    marked: Vec<bool>,
    held: Vec<u32>,
    runs: Vec<Run>,
}

impl Columns {
    /// Copies the events that have a label.
    pub(crate) fn labelled<'a>(&'a mut self, from: &Slice<'_>) -> Slice<'a> {
        self.copy(from, &Labelled(from.label))
    }

    /// Copies the events at `rows`.
    pub(crate) fn rows<'a>(&'a mut self, from: &Slice<'_>, rows: &[u32]) -> Slice<'a> {
        self.copy(from, &Rows(rows))
    }

    fn copy<'a>(&'a mut self, from: &Slice<'_>, events: &impl Events) -> Slice<'a> {
        events.copy(&mut self.time, from.time);
        events.copy(&mut self.label, from.label);
        events.copy(&mut self.mask, from.mask);
        events.copy(&mut self.channel, from.channel);
        events.copy(&mut self.value, from.value);
        events.copy(&mut self.score, from.score);
        events.copy(&mut self.marked, from.marked);
        events.copy(&mut self.held, from.held);
        self.runs.clear();
        self.runs.extend_from_slice(from.membership.runs);
        self.facet.clear();
        if !from.facet.is_empty() {
            let codes = |row: usize| &from.facet[row * from.facets..(row + 1) * from.facets];
            events.each(|row| self.facet.extend_from_slice(codes(row)));
        }
        Slice {
            customer: from.customer,
            time: &self.time,
            label: &self.label,
            mask: &self.mask,
            channel: &self.channel,
            value: &self.value,
            score: &self.score,
            facet: &self.facet,
            facets: from.facets,
            marked: &self.marked,
            case: &[],
            until: &[],
            held: &self.held,
            membership: Membership { runs: &self.runs, until_us: from.membership.until_us },
            lane: &[],
            campaign: &[],
            end: from.end,
        }
    }
}

/// Which events are copied.
trait Events {
    /// Copies their values; of a column nobody asked for there are none.
    fn copy<T: Copy>(&self, into: &mut Vec<T>, from: &[T]);

    fn each(&self, row: impl FnMut(usize));
}

/// Those whose label is not 0.
struct Labelled<'a>(&'a [u32]);

/// Those at these rows.
struct Rows<'a>(&'a [u32]);

impl Events for Labelled<'_> {
    fn copy<T: Copy>(&self, into: &mut Vec<T>, from: &[T]) {
        into.clear();
        into.extend(from.iter().zip(self.0).filter(|(_, label)| **label != 0).map(|(value, _)| *value));
    }

    fn each(&self, row: impl FnMut(usize)) {
        self.0.iter().enumerate().filter(|(_, label)| **label != 0).map(|(row, _)| row).for_each(row);
    }
}

impl Events for Rows<'_> {
    fn copy<T: Copy>(&self, into: &mut Vec<T>, from: &[T]) {
        into.clear();
        if !from.is_empty() {
            into.extend(self.0.iter().map(|row| from[*row as usize]));
        }
    }

    fn each(&self, row: impl FnMut(usize)) {
        self.0.iter().map(|row| *row as usize).for_each(row);
    }
}
