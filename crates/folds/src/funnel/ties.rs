//! Events of the same time, each of which satisfies one step, in whatever order serves best.

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
