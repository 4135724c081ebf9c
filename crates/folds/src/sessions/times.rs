//! How long sessions took, with where each began.
//!
//! Times are only ever read by channel or by day, all at once, so they are kept as they come, one behind the other, and
//! put in order when they are asked for. A list for each channel of each day would be thousands, and the next place of the
//! right one is hardly ever in a cache.

use serde::{Deserialize, Serialize};

use crate::lists::Lists;
use crate::quantile::{Distribution, Together};

/// Where a session began. None: not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Begun {
    pub(super) channel: Option<u32>,
    pub(super) day: Option<u32>,
}

/// Times, microseconds, by channel + 1 and day + 1; 0 is what is not counted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Times {
    /// Those where everything is small.
    narrow: Lists<(u16, u16, u32)>,
    /// All others.
    wide: Lists<(u32, u32, i64)>,
    /// Those that neither a channel nor a day is counted of: all of them, where nothing is told apart.
    plain: Distribution,
}

/// Times in the order of channels, and in that of days.
#[derive(Debug)]
pub struct Told<'a> {
    by_channel: Grouped,
    by_day: Grouped,
    plain: &'a Distribution,
}

#[derive(Debug)]
struct Grouped {
    narrow: Groups<u32>,
    wide: Groups<i64>,
}

/// Values, group by group.
#[derive(Debug)]
struct Groups<T> {
    /// By group, where it begins; one more at the end.
    from: Vec<usize>,
    values: Vec<T>,
}

impl Times {
    #[inline]
    pub(super) fn push(&mut self, begun: Begun, time_us: i64) {
        if begun == Begun::default() {
            return self.plain.push(time_us);
        }
        let code = |at: Option<u32>| at.map_or(0, |at| at + 1);
        let (channel, day) = (code(begun.channel), code(begun.day));
        let small = (u16::try_from(channel), u16::try_from(day), u32::try_from(time_us));
        let (Ok(channel), Ok(day), Ok(time_us)) = small else { return self.wide.push((channel, day, time_us)) };
        self.narrow.push((channel, day, time_us));
    }

    pub(super) fn merge(&mut self, from: Times) {
        self.narrow.merge(from.narrow);
        self.wide.merge(from.wide);
        self.plain.merge(from.plain);
    }

    pub(super) fn bytes(&self) -> usize {
        self.narrow.bytes() + self.wide.bytes() + self.plain.bytes()
    }

    pub(super) fn told(&self) -> Told<'_> {
        Told {
            by_channel: Grouped {
                narrow: grouped(&self.narrow, |(channel, _, us)| (usize::from(*channel), *us)),
                wide: grouped(&self.wide, |(channel, _, us)| (*channel as usize, *us)),
            },
            by_day: Grouped {
                narrow: grouped(&self.narrow, |(_, day, us)| (usize::from(*day), *us)),
                wide: grouped(&self.wide, |(_, day, us)| (*day as usize, *us)),
            },
            plain: &self.plain,
        }
    }

    fn sorted(&self) -> Vec<(u32, u32, i64)> {
        let narrow = self.narrow.iter();
        let narrow = narrow.map(|(channel, day, us)| (u32::from(*channel), u32::from(*day), i64::from(*us)));
        let mut all: Vec<_> = narrow.chain(self.wide.iter().copied()).collect();
        all.extend(self.plain.values().flat_map(|(us, times)| std::iter::repeat_n((0, 0, us), times as usize)));
        all.sort_unstable();
        all
    }
}

impl PartialEq for Times {
    fn eq(&self, other: &Times) -> bool {
        self.sorted() == other.sorted()
    }
}

impl Told<'_> {
    pub fn all(&self) -> Together<'_> {
        Together::of(&self.by_channel.narrow.values, &self.by_channel.wide.values).and(self.plain)
    }

    /// Those of sessions that begin on a channel.
    pub fn on(&self, channel: u32) -> Together<'_> {
        self.by_channel.group(channel as usize + 1)
    }

    /// Those of sessions that begin on a day.
    pub fn of_day(&self, day: u32) -> Together<'_> {
        self.by_day.group(day as usize + 1)
    }
}

impl Grouped {
    fn group(&self, group: usize) -> Together<'_> {
        Together::of(self.narrow.group(group), self.wide.group(group))
    }
}

impl<T> Groups<T> {
    fn group(&self, group: usize) -> &[T] {
        match (self.from.get(group), self.from.get(group + 1)) {
            (Some(from), Some(to)) => &self.values[*from..*to],
            _ => &[],
        }
    }
}

/// Puts values in the order of their groups.
fn grouped<E, T: Copy + Default>(entries: &Lists<E>, of: impl Fn(&E) -> (usize, T)) -> Groups<T> {
    let mut from = vec![0; 2];
    for list in entries.lists() {
        for entry in list {
            let at = of(entry).0 + 2;
            if at >= from.len() {
                from.resize(at + 1, 0);
            }
            from[at] += 1;
        }
    }
    for at in 1..from.len() {
        from[at] += from[at - 1];
    }
    let mut values = vec![T::default(); from[from.len() - 1]];
    // Each group's place moves on from the end of the one before, where it stood, to its own.
    for list in entries.lists() {
        for entry in list {
            let (group, value) = of(entry);
            let place = &mut from[group + 1];
            values[*place] = value;
            *place += 1;
        }
    }
    Groups { from, values }
}
