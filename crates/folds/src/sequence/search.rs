//! Finding a pattern among a subject's events.
//!
//! Of several ways to match, the one is taken that leaves out the fewest events, left before right: the order in which
//! ClickHouse tries them. What could not be matched once never can, so each part is tried at each event at most once,
//! where trying all ways would take time beyond measure.

use super::pattern::{Compare, Part, Pattern};

/// A subject's events that are of a condition, and what is known of where the pattern cannot match.
#[derive(Debug, Default)]
pub(super) struct Search {
    time: Vec<i64>,
    mask: Vec<u64>,
    /// By part and event: the first event from there on at which the rest of the pattern, from that part on, is not
    /// known not to match.
    hopeful: Vec<u32>,
}

impl Search {
    /// Takes a subject's events.
    pub(super) fn look_at(&mut self, pattern: &Pattern, conditions: u64, time: &[i64], mask: &[u64]) {
        self.time.clear();
        self.mask.clear();
        for (time, mask) in time.iter().zip(mask).filter(|(_, mask)| **mask & conditions != 0) {
            self.time.push(*time);
            self.mask.push(mask & conditions);
        }
        self.hopeful.clear();
        let row = 0..self.row_len() as u32;
        (0..=pattern.parts.len()).for_each(|_| self.hopeful.extend(row.clone()));
    }

    /// The first match that begins at `from` or later: from its first event to its last, microseconds, and where the
    /// next may begin.
    pub(super) fn next(&mut self, pattern: &Pattern, from: usize) -> Option<(i64, usize)> {
        let mut first = from;
        loop {
            first = self.hopeful_from(0, first);
            if first >= self.time.len() {
                return None;
            }
            // Stars at either end of a pattern say nothing: a match begins with an event and ends with one.
            if let Some(end) = self.matches(pattern.events(), 0, first) {
                return Some((self.time[end - 1].saturating_sub(self.time[first]), end));
            }
            first += 1;
        }
    }

    /// The end of the match that goes on with `part` at `event`.
    fn matches(&mut self, parts: &[Part], part: usize, event: usize) -> Option<usize> {
        if part == parts.len() {
            return Some(event);
        }
        if self.hopeful_from(part, event) != event {
            return None;
        }
        let end = match parts[part] {
            Part::Event(condition) => {
                let is = self.mask.get(event).is_some_and(|mask| mask >> condition & 1 != 0);
                if is { self.matches(parts, part + 1, event + 1) } else { None }
            }
            Part::Any if event < self.time.len() => self.matches(parts, part + 1, event + 1),
            Part::Any => None,
            Part::Star => self.anywhere(parts, part, event, |_| true, |_| true),
            Part::Time(compare, us) => {
                let than_us = self.time[event - 1].saturating_add(us);
                let may_still = |time_us: i64| match compare {
                    Compare::AtMost | Compare::Less | Compare::Equal => time_us <= than_us,
                    Compare::AtLeast | Compare::More => true,
                };
                self.anywhere(parts, part, event, |time_us| compare.holds(time_us, than_us), may_still)
            }
        };
        if end.is_none() {
            let at = self.at(part, event);
            self.hopeful[at] = event as u32 + 1;
        }
        end
    }

    /// Matches what follows `part` at the first event from `event` on whose time is `right`, as long as times are such
    /// that one `may_still` come.
    fn anywhere(
        &mut self,
        parts: &[Part],
        part: usize,
        event: usize,
        right: impl Fn(i64) -> bool,
        may_still: impl Fn(i64) -> bool,
    ) -> Option<usize> {
        let mut event = event;
        loop {
            event = self.hopeful_from(part + 1, event);
            let time_us = *self.time.get(event)?;
            if !may_still(time_us) {
                return None;
            }
            if right(time_us)
                && let Some(end) = self.matches(parts, part + 1, event)
            {
                return Some(end);
            }
            event += 1;
        }
    }

    /// Places of one part: one for each event, and one for their end.
    fn row_len(&self) -> usize {
        self.time.len() + 2
    }

    fn at(&self, part: usize, event: usize) -> usize {
        part * self.row_len() + event
    }

    /// The first event from `event` on that is not without hope for `part`; shortens the way there for later.
    fn hopeful_from(&mut self, part: usize, event: usize) -> usize {
        let row = self.at(part, 0);
        let mut end = event;
        while self.hopeful[row + end] as usize != end {
            end = self.hopeful[row + end] as usize;
        }
        let mut on = event;
        while on != end {
            on = std::mem::replace(&mut self.hopeful[row + on], end as u32) as usize;
        }
        end
    }
}
