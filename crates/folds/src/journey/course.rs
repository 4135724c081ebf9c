//! The way of one instance through the stages: the outcome that counts and picks share.

use serde::{Deserialize, Serialize};

use super::way::Way;
use crate::slice::{End, Slice};

/// How a stay ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// The goal was reached; the stay holds the goal's event.
    Goal,
    /// The next stay is in a later stage.
    Forward,
    /// The next stay is in an earlier stage.
    Back,
    /// The instance was left from here.
    Leave,
    /// Not yet: the instance is open.
    Open,
}

impl Exit {
    pub const ALL: [Exit; 5] = [Exit::Goal, Exit::Forward, Exit::Back, Exit::Leave, Exit::Open];
}

/// A run of events in one stage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stay {
    pub(super) stage: usize,
    /// The stage of the next stay.
    pub(super) next: Option<usize>,
    pub(super) exit: Exit,
    /// Position of its first event.
    pub(super) begin: usize,
    /// Whether the instance was in the stage before.
    pub(super) again: bool,
    /// From its first event to the first event of the next stay; in the last stay to the goal's event, or to
    /// the last event before the instance was left. `None`: open, the end is not known yet.
    pub(super) length_us: Option<i64>,
}

/// An instance as a whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    pub(super) first: usize,
    /// Bit per stage: was there.
    pub(super) visited: u64,
    /// Bit per stage: was there, and after that in a later stage or at the goal.
    pub(super) onward: u64,
    /// Whether it starts where the planned way does and only made moves the way has.
    pub(super) on_way: bool,
}

impl Course {
    /// The latest stage in the typical order.
    pub(super) fn furthest(&self) -> usize {
        63 - self.visited.leading_zeros() as usize
    }

    /// Bit per stage: was there, and has not gone onward.
    pub(super) fn waiting(&self) -> u64 {
        self.visited & !self.onward
    }
}

/// Touchpoint and stage of a label, if it is one.
#[inline]
pub(super) fn touchpoint(stage_of: &[usize], label: u32) -> Option<(usize, usize)> {
    let touchpoint = (label as usize).checked_sub(1)?;
    stage_of.get(touchpoint).map(|stage| (touchpoint, *stage))
}

/// Shows each stay of the instance in order. `None`: none of its events is at a touchpoint.
#[inline]
pub(super) fn walk(stage_of: &[usize], way: &Way, instance: &Slice<'_>, mut each: impl FnMut(Stay)) -> Option<Course> {
    let mut course: Option<Course> = None;
    // Stage, first and last time of the stay that has begun.
    let mut begun = (0usize, 0i64, 0i64);
    let (mut again, mut begin) = (false, 0);
    for (i, (label, time_us)) in instance.label.iter().zip(instance.time).enumerate() {
        let Some((_, stage)) = touchpoint(stage_of, *label) else { continue };
        let (from, since_us, _) = begun;
        match &mut course {
            None => {
                let on_way = way.begins_in(stage);
                course = Some(Course { first: stage, visited: 1 << stage, onward: 0, on_way });
            }
            Some(_) if from == stage => {
                begun.2 = *time_us;
                continue;
            }
            Some(course) => {
                let exit = if stage > from { Exit::Forward } else { Exit::Back };
                let length_us = Some(time_us.saturating_sub(since_us));
                each(Stay { stage: from, next: Some(stage), exit, begin, again, length_us });
                again = course.visited >> stage & 1 != 0;
                course.on_way &= way.leads(from, stage);
                course.onward |= course.visited & ((1 << stage) - 1);
                course.visited |= 1 << stage;
            }
        }
        (begun, begin) = ((stage, *time_us, *time_us), i);
    }
    let mut course = course?;
    let (stage, since_us, last_us) = begun;
    let length_us = Some(last_us.saturating_sub(since_us));
    let (exit, length_us) = match instance.end {
        End::Goal => (Exit::Goal, length_us),
        End::Left => (Exit::Leave, length_us),
        End::Open => (Exit::Open, None),
    };
    if instance.end == End::Goal {
        course.onward = course.visited;
    }
    each(Stay { stage, next: None, exit, begin, again, length_us });
    Some(course)
}
