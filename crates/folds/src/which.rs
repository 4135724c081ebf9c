//! Which of a subject's events are meant.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::slice::Slice;

/// Events of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Every event. Reads no masks.
    #[default]
    Any,
    /// Events that match this step (bit of the mask, from 0).
    Step(u32),
}

impl Which {
    pub fn is_any(self) -> bool {
        self == Which::Any
    }

    /// Whether the event at `position` is meant.
    #[inline]
    pub fn is(self, subject: &Slice<'_>, position: usize) -> bool {
        match self {
            Which::Any => true,
            Which::Step(step) => subject.mask[position] >> step & 1 == 1,
        }
    }

    /// The position of the first such event at or after `from`.
    #[inline]
    pub fn first(self, subject: &Slice<'_>, from: usize) -> Option<usize> {
        match self {
            Which::Any => (from < subject.len()).then_some(from),
            Which::Step(step) => {
                let mask = subject.mask.get(from..)?;
                mask.iter().position(|mask| mask >> step & 1 == 1).map(|position| from + position)
            }
        }
    }

    pub(crate) fn check(self, fold: &'static str) -> Result<(), Error> {
        match self {
            Which::Step(step) if step >= 64 => Err(Error::config(fold, format!("there are 64 steps, none {step}"))),
            _ => Ok(()),
        }
    }
}
