//! Segments compiled: whether a customer is in them at a moment, and until when that stays so.
//!
//! Rules are bits of each event's mask, columns are positions in a list. Windows of time are ranges of the events,
//! which stand in time order, so that a test costs a look at its window and no more.

use model::limits::SEQUENCE_STEPS_MAX;
use model::rfm::Purchases;
use model::segment::{Bounds, RfmTest, Within};
use serde::{Deserialize, Serialize};

use super::days::Days;
use crate::error::Error;
use crate::limits::SEGMENT_RULES_MAX;
use crate::rfm::purchases;
use crate::slice::Run;
use crate::sum::Sum;

/// Moments looked at, one after the other, for the one at which membership changes: what a customer with many events
/// in moving windows needs. Beyond, the moment given is too early, which costs a look and no more.
const MOMENTS_TRIED_MAX: usize = 256;

/// At most 64 segments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Program {
    segments: Vec<Test>,
    /// Read by tests that count days.
    days: Days,
}

/// A test on a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a program has a handful of these; boxes would cost a look-up an event")]
pub enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Number(Number),
    Extreme(Extreme),
    Sequence(Sequence),
    Rfm(Rfm),
}

/// A number made of the events that have a bit, and its bounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Number {
    pub bit: u32,
    /// Events that have this bit too do not count.
    pub unless: Option<u32>,
    pub within: Within,
    pub measure: Measure,
    pub is: Bounds,
}

/// What a number is made of; columns by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Count,
    Days,
    Sum(usize),
    Min(usize),
    Max(usize),
    Mean(usize),
    Earliest(usize),
    Latest(usize),
}

/// The first or the last event with a bit, and the window it has to lie in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extreme {
    pub bit: u32,
    pub last: bool,
    pub within: Within,
}

/// Events with these bits in order, each its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequence {
    pub bits: Vec<u32>,
    /// From the first to the last, inclusive.
    pub span_us: i64,
    pub within: Within,
}

/// Scores of what the events with a bit add up to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rfm {
    pub bit: u32,
    /// Position of the summed column.
    pub column: usize,
    pub test: RfmTest,
}

/// All events of one customer, also those later than the moment asked at, in time order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Events<'a> {
    pub customer: i64,
    /// UTC microseconds, never decreasing.
    pub time: &'a [i64],
    /// Bit k is set if the event matches rule k.
    pub mask: &'a [u64],
    /// By column: by event. NaN: missing.
    pub columns: &'a [&'a [f64]],
}

/// A customer's events up to a moment.
#[derive(Clone, Copy)]
struct View<'a> {
    events: &'a Events<'a>,
    days: &'a Days,
    at_us: i64,
    /// Events up to the moment.
    len: usize,
    /// Whether it is asked until when what holds goes on to.
    asks_until: bool,
}

/// Whether a test holds, and until when (exclusive) it cannot turn by the passing of time alone.
type Held = (bool, i64);

impl Program {
    /// # Errors
    /// When there are more than 64 segments or rules, or scores without boundaries.
    pub fn new(segments: Vec<Test>, days: Days) -> Result<Program, Error> {
        if segments.len() > SEGMENT_RULES_MAX {
            let what = format!("at most {SEGMENT_RULES_MAX} segments in one question, not {}", segments.len());
            return Err(Error::config("segments", what));
        }
        segments.iter().try_for_each(Test::check)?;
        Ok(Program { segments, days })
    }

    /// The segments the customer is in at a moment, as bits.
    pub fn at(&self, events: &Events<'_>, at_us: i64) -> u64 {
        self.view(events, at_us, false).map_or(0, |view| self.look(&view).0)
    }

    /// The same at each of some moments, which ascend, written as runs behind those in `into`.
    pub fn runs(&self, events: &Events<'_>, moments_us: &[i64], into: &mut Vec<Run>) {
        let begin = into.len();
        let (mut next, mut until_us) = (0, i64::MIN);
        while let Some(at_us) = moments_us.get(next).copied() {
            // After the last moment nothing more is asked.
            let Some(view) = self.view(events, at_us, next + 1 < moments_us.len()) else {
                // Nobody is anywhere before the first event.
                let Some(first) = events.time.first() else { return };
                next += moments_us[next..].partition_point(|moment| moment < first);
                continue;
            };
            if at_us >= until_us {
                let (bits, until) = self.look(&view);
                if into[begin..].last().is_none_or(|run| run.bits != bits) {
                    into.push(Run { from: next as u32, bits });
                }
                until_us = until.min(view.next_us());
            }
            next += moments_us[next..].partition_point(|moment| *moment < until_us).max(1);
        }
    }

    /// The segments at a moment, and until when (exclusive) they stay these if no event comes that is not among
    /// `events`: the moment of the next change, or a moment before it if that took too long to find.
    pub fn steady(&self, events: &Events<'_>, at_us: i64) -> (u64, i64) {
        let Some(view) = self.view(events, at_us, true) else {
            return (0, events.time.first().copied().unwrap_or(i64::MAX));
        };
        let (bits, mut until_us) = self.look(&view);
        for _ in 0..MOMENTS_TRIED_MAX {
            // An event that is known but lies ahead may change anything.
            if until_us >= view.next_us() {
                return (bits, view.next_us());
            }
            let (then, until) = self.look(&View { at_us: until_us, ..view });
            if then != bits {
                break;
            }
            until_us = until;
        }
        (bits, until_us)
    }

    fn view<'a>(&'a self, events: &'a Events<'a>, at_us: i64, asks_until: bool) -> Option<View<'a>> {
        let len = match events.time.last() {
            Some(last) if *last <= at_us => events.time.len(),
            _ => events.time.partition_point(|time| *time <= at_us),
        };
        (len > 0).then_some(View { events, days: &self.days, at_us, len, asks_until })
    }

    fn look(&self, view: &View<'_>) -> (u64, i64) {
        let held = self.segments.iter().map(|test| test.holds(view));
        (0..).zip(held).fold((0, i64::MAX), |(bits, until), (segment, (holds, test_until))| {
            (bits | u64::from(holds) << segment, until.min(test_until))
        })
    }
}

impl Test {
    fn check(&self) -> Result<(), Error> {
        let known = |bit: u32| {
            let what = || format!("at most {SEGMENT_RULES_MAX} different rules in the segments of one question");
            if (bit as usize) < SEGMENT_RULES_MAX { Ok(()) } else { Err(Error::config("segments", what())) }
        };
        match self {
            Test::All(parts) | Test::Any(parts) => parts.iter().try_for_each(Test::check),
            Test::Not(part) => part.check(),
            Test::Number(test) => known(test.bit).and_then(|()| test.unless.map_or(Ok(()), known)),
            Test::Extreme(test) => known(test.bit),
            Test::Sequence(test) if test.bits.is_empty() || test.bits.len() > SEQUENCE_STEPS_MAX => {
                let what = format!("a sequence has 1 to {SEQUENCE_STEPS_MAX} steps, not {}", test.bits.len());
                Err(Error::config("segments", what))
            }
            Test::Sequence(test) => test.bits.iter().try_for_each(|bit| known(*bit)),
            Test::Rfm(test) if test.test.edges.is_none() => {
                Err(Error::config("segments", "scores of recency, frequency and value need their boundaries first"))
            }
            Test::Rfm(test) => known(test.bit),
        }
    }

    fn holds(&self, view: &View<'_>) -> Held {
        match self {
            Test::All(parts) => joined(parts, view, false),
            Test::Any(parts) => joined(parts, view, true),
            Test::Not(part) => {
                let (holds, until) = part.holds(view);
                (!holds, until)
            }
            Test::Number(test) => test.holds(view),
            Test::Extreme(test) => test.holds(view),
            Test::Sequence(test) => test.holds(view),
            Test::Rfm(test) => test.holds(view),
        }
    }
}

/// `deciding`: the outcome of one part that settles the whole, which then stays as long as that part does.
fn joined(parts: &[Test], view: &View<'_>, deciding: bool) -> Held {
    let mut until_us = i64::MAX;
    for part in parts {
        let (holds, until) = part.holds(view);
        if holds == deciding {
            return (deciding, until);
        }
        until_us = until_us.min(until);
    }
    (!deciding, until_us)
}

impl Number {
    fn holds(&self, view: &View<'_>) -> Held {
        // Most customers have no such event at all, which is seen many events at a time.
        let met = view.events.mask[..view.len].iter().fold(0, |met, mask| met | mask);
        if met >> self.bit & 1 == 0 && self.measure == Measure::Count {
            return (self.is.hold(0.0), i64::MAX);
        }
        let counts = |i: usize| view.has(i, self.bit) && self.unless.is_none_or(|bit| !view.has(i, bit));
        let range = view.range(&self.within);
        let matching = || range.clone().filter(|i| counts(*i));
        let values = |column: usize| {
            let values = view.events.columns.get(column).copied().unwrap_or_default();
            matching().filter_map(move |i| values.get(i).copied()).filter(|value| !value.is_nan())
        };
        let number = match self.measure {
            Measure::Count => {
                let unless = self.unless.map_or(0, |bit| 1u64 << bit);
                let one = |mask: &u64| mask >> self.bit & 1 & u64::from(mask & unless == 0);
                view.events.mask[range.clone()].iter().map(one).sum::<u64>() as f64
            }
            Measure::Days => view.days.distinct(matching().map(|i| view.events.time[i])) as f64,
            Measure::Sum(column) => sum(values(column)).0.value(),
            Measure::Min(column) => values(column).fold(f64::NAN, f64::min),
            Measure::Max(column) => values(column).fold(f64::NAN, f64::max),
            Measure::Mean(column) => {
                let (sum, count) = sum(values(column));
                sum.value() / count as f64
            }
            Measure::Earliest(column) => values(column).next().unwrap_or(f64::NAN),
            Measure::Latest(column) => values(column).next_back().unwrap_or(f64::NAN),
        };
        (self.is.hold(number), view.crossing(&self.within, counts))
    }
}

fn sum(values: impl Iterator<Item = f64>) -> (Sum, u64) {
    values.fold((Sum::default(), 0), |(mut sum, count), value| {
        sum.add(value);
        (sum, count + 1)
    })
}

impl Extreme {
    fn holds(&self, view: &View<'_>) -> Held {
        let has = |i: &usize| view.has(*i, self.bit);
        let found = if self.last { (0..view.len).rfind(has) } else { (0..view.len).find(has) };
        let Some(time_us) = found.map(|i| view.events.time[i]) else { return (false, i64::MAX) };
        let edges = [self.within.last, self.within.before].into_iter().flatten();
        let crossings = edges.map(|span| time_us.saturating_add(span.us)).filter(|edge| *edge > view.at_us);
        (self.within.contains(time_us, view.at_us), crossings.min().unwrap_or(i64::MAX))
    }
}

impl Sequence {
    fn holds(&self, view: &View<'_>) -> Held {
        // By step: the latest start of a sequence that has come that far. A later start is never worse, neither for the
        // span nor for how long it stays in the window.
        let mut started = [i64::MIN; SEQUENCE_STEPS_MAX];
        let steps = self.bits.len();
        for i in view.range(&self.within) {
            let time_us = view.events.time[i];
            // From the last step to the first, so that one event does not stand for two.
            for step in (0..steps).rev().filter(|step| view.has(i, self.bits[*step])) {
                let start = if step == 0 { time_us } else { started[step - 1] };
                if start != i64::MIN && time_us.saturating_sub(start) <= self.span_us {
                    started[step] = started[step].max(start);
                }
            }
        }
        match started[steps - 1] {
            i64::MIN => {
                let step = |i: usize| self.bits.iter().any(|bit| view.has(i, *bit));
                // What leaves the window completes nothing; what enters it may.
                (false, view.crossing(&Within { last: None, ..self.within }, step))
            }
            start => (true, self.within.last.map_or(i64::MAX, |span| start.saturating_add(span.us))),
        }
    }
}

impl Rfm {
    fn holds(&self, view: &View<'_>) -> Held {
        let Events { customer, time, mask, columns } = *view.events;
        let values = columns.get(self.column).copied().unwrap_or_default();
        let within = &self.test.model.within;
        let buys = |i: usize| mask[i] >> self.bit & 1 != 0;
        let crossing = view.crossing(within, buys);
        let bought: Option<Purchases> = purchases(&time[..view.len], buys, values, within, view.at_us, view.days);
        let Some((bought, edges)) = bought.zip(self.test.edges.as_ref()) else { return (false, crossing) };
        // The day after, the last purchase is a day longer ago.
        (self.test.holds(edges.scores(customer, &bought)), crossing.min(view.days.next(view.at_us)))
    }
}

impl View<'_> {
    #[inline]
    fn has(&self, i: usize, bit: u32) -> bool {
        self.events.mask[i] >> bit & 1 != 0
    }

    /// The time of the next event after the moment.
    fn next_us(&self) -> i64 {
        self.events.time.get(self.len).copied().unwrap_or(i64::MAX)
    }

    fn before(&self, time_us: i64) -> usize {
        self.events.time[..self.len].partition_point(|time| *time < time_us)
    }

    /// The events that lie in a window.
    #[inline]
    fn range(&self, within: &Within) -> std::ops::Range<usize> {
        if within.is_ever() {
            return 0..self.len;
        }
        let (mut from_us, mut to_us) = (within.from_us.unwrap_or(i64::MIN), within.to_us.unwrap_or(i64::MAX));
        if let Some(last) = within.last {
            from_us = from_us.max(self.at_us.saturating_sub(last.us).saturating_add(1));
        }
        if let Some(before) = within.before {
            to_us = to_us.min(self.at_us.saturating_sub(before.us).saturating_add(1));
        }
        let from = if from_us == i64::MIN { 0 } else { self.before(from_us) };
        let to = if to_us == i64::MAX { self.len } else { self.before(to_us) };
        from..to.max(from)
    }

    /// When the first of the events that count leaves the window, or comes into it, by the passing of time.
    fn crossing(&self, within: &Within, counts: impl Fn(usize) -> bool) -> i64 {
        if !self.asks_until {
            return i64::MAX;
        }
        let time = self.events.time;
        let first = |range: std::ops::Range<usize>, span_us: i64| {
            let mut range = range;
            range.find(|i| counts(*i)).map_or(i64::MAX, |i| time[i].saturating_add(span_us))
        };
        let leaves = within.last.map_or(i64::MAX, |span| first(self.range(within), span.us));
        let enters = within.before.map_or(i64::MAX, |span| {
            let fixed = self.range(&Within { last: None, before: None, ..*within });
            let waiting = self.before(self.at_us.saturating_sub(span.us).saturating_add(1)).max(fixed.start);
            first(waiting..fixed.end.max(waiting), span.us)
        });
        leaves.min(enters)
    }
}
