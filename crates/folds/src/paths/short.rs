//! Short paths of a block, looked up together.
//!
//! Most paths have few steps with few different labels. Such a path is a number, and the paths of many subjects are looked
//! up at once, so that they wait for memory together ([`super::table`]).

use super::table::{Code, ONE_BYTE, SHORT, TOGETHER};
use super::{Paths, Repeats, State};
use crate::fold::Fold;
use crate::slice::{End, Slice, Subject};

/// The path of a subject of which few short labels are kept.
#[derive(Debug, Clone, Copy, Default)]
struct Short {
    /// Of no path: the code of none.
    code: Code,
    longer: bool,
    /// Its last label, also if that is not kept.
    last: u32,
    /// Where the first and the last labelled event stand in the subject.
    from: u32,
    to: u32,
    customer: u64,
    end: End,
    duration_us: i64,
}

impl Paths {
    /// The path of these labels. None if more than [`SHORT`] of them would be kept, or one that is not below [`ONE_BYTE`].
    #[inline]
    fn short(&self, labels: &[u32], most: usize) -> Option<Short> {
        let collapse = self.config.repeats == Repeats::Collapse;
        let (mut short, mut steps) = (Short::default(), 0);
        for (at, label) in (0..).zip(labels) {
            if *label == 0 {
                continue;
            }
            if short.last == 0 {
                short.from = at;
            }
            if !(collapse && short.last == *label) {
                if steps == most {
                    short.longer = true;
                    break;
                }
                if steps == SHORT || *label >= ONE_BYTE {
                    return None;
                }
                short.code.push(steps, *label);
                steps += 1;
            }
            (short.last, short.to) = (*label, at);
        }
        if short.longer {
            let last = labels.iter().rposition(|label| *label != 0).unwrap_or(0);
            (short.last, short.to) = (labels[last], last as u32);
        }
        Some(Short { code: if steps == 0 { Code::default() } else { short.code.ended(steps) }, ..short })
    }

    /// Adds subjects whose paths are their first `most` labels: no anchors, no window.
    pub(super) fn fold_short(&self, state: &mut State, rows: &Slice<'_>, subjects: &[Subject], most: usize) {
        let durations = self.config.durations;
        let mut found = [Short::default(); TOGETHER];
        let (mut codes, mut places) = ([Code::default(); TOGETHER], [0; TOGETHER]);
        for subjects in subjects.chunks(TOGETHER) {
            let mut count = 0;
            for subject in subjects {
                let Some(steps) = self.short(&rows.label[subject.rows()], most) else {
                    self.fold(state, &rows.of(subject));
                    continue;
                };
                state.turn.0.next(subject.customer);
                if steps.code == Code::default() {
                    state.without.see(&state.turn.0);
                    continue;
                }
                state.paths.see(&state.turn.0);
                state.last.cell(0, steps.last).0[subject.end as usize] += 1;
                let time = |at: u32| rows.time[subject.from as usize + at as usize];
                let duration_us = if durations { time(steps.to).saturating_sub(time(steps.from)) } else { 0 };
                let customer = state.turn.0.customer_ordinal;
                found[count] = Short { customer, end: subject.end, duration_us, ..steps };
                codes[count] = steps.code;
                count += 1;
            }
            state.table.places(&codes[..count], &mut places[..count]);
            for (found, place) in found[..count].iter().zip(&places) {
                state.table.kept(*place as usize).see(found.customer, found.end, found.longer);
                if durations {
                    state.table.lasted(*place as usize, found.duration_us);
                }
            }
        }
    }
}
