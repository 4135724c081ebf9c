//! Events of the same time, each of which satisfies one step, in whatever order serves best.

use crate::limits::FUNNEL_STEPS_MAX;

/// The largest n such that steps `first` to `first + n - 1` can each have an event of their own among `masks`;
/// no more than up to step `steps`.
///
/// Steps are given events one by one, earlier steps moving to another event where that makes room
/// (bipartite matching by augmenting paths). What is matched once stays matched, so the first step that finds
/// no room ends it.
pub(super) fn most_steps(masks: &[u64], first: usize, steps: usize) -> usize {
    let wanted = steps.saturating_sub(first);
    if let [mask] = masks {
        return usize::from(wanted > 0 && mask >> first & 1 != 0);
    }
    if wanted == 0 || masks.iter().all(|mask| mask >> first & 1 == 0) {
        return 0;
    }
    let mut given: Vec<Option<usize>> = vec![None; masks.len()];
    let mut tried = vec![false; masks.len()];
    (0..wanted)
        .take_while(|n| {
            tried.fill(false);
            seat(first + n, masks, &mut given, &mut tried)
        })
        .count()
}

/// Finds an event for `step`, moving others if need be. `given[e]` is the step event e serves.
fn seat(step: usize, masks: &[u64], given: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    for event in 0..masks.len() {
        if masks[event] >> step & 1 == 0 || std::mem::replace(&mut tried[event], true) {
            continue;
        }
        let free = match given[event] {
            None => true,
            Some(other) => seat(other, masks, given, tried),
        };
        if free {
            given[event] = Some(step);
            return true;
        }
    }
    false
}

/// The events of a moment, which take up steps one by one.
#[derive(Debug, Default)]
pub(super) struct Seats {
    events: Vec<usize>,
    masks: Vec<u64>,
    given: Vec<Option<usize>>,
    tried: Vec<bool>,
}

impl Seats {
    /// An event that may be any of the steps in `mask`.
    pub(super) fn come(&mut self, event: usize, mask: u64) {
        // More events of one kind than there are steps change nothing.
        let is_spare = self.masks.len() > FUNNEL_STEPS_MAX
            && self.masks.iter().filter(|other| **other == mask).count() >= FUNNEL_STEPS_MAX;
        if mask != 0 && !is_spare {
            self.events.push(event);
            self.masks.push(mask);
            self.given.push(None);
            self.tried.push(false);
        }
    }

    /// Whether one more event can be found for `step`, others moving over for it; those that have a step keep one.
    pub(super) fn seat(&mut self, step: usize) -> bool {
        self.tried.fill(false);
        seat(step, &self.masks, &mut self.given, &mut self.tried)
    }

    /// Writes the events of steps.
    pub(super) fn tell(&self, places: &mut [u32]) {
        for (event, step) in self.events.iter().zip(&self.given) {
            if let Some(step) = step {
                places[*step] = *event as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_move_over_for_later_steps() {
        // The first event could be step 0 or 1, the second only step 0.
        assert_eq!(most_steps(&[0b11, 0b01], 0, 2), 2);
        assert_eq!(most_steps(&[0b11], 0, 2), 1);
        assert_eq!(most_steps(&[0b11, 0b11, 0b11], 0, 2), 2);
        assert_eq!(most_steps(&[0b11, 0b100], 0, 3), 1);
        assert_eq!(most_steps(&[0b110, 0b100], 1, 3), 2);
        assert_eq!(most_steps(&[0b110, 0b100], 3, 3), 0);
    }
}
