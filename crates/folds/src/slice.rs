//! What a fold sees: columns of one subject's events.

use std::ops::{BitOr, Range};

use serde::{Deserialize, Serialize};

/// One subject's events in time order, ties in the order of `seq`. Columns a fold did not ask for (see
/// [`Needs`]) are empty; all others are as long as `time`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Slice<'a> {
    pub customer: i64,
    /// UTC microseconds, never decreasing.
    pub time: &'a [i64],
    /// What each event is to the question: event name code + 1, or touchpoint index + 1. 0: nothing.
    pub label: &'a [u32],
    /// Bit k is set if the event matches step k.
    pub mask: &'a [u64],
    /// Channel code.
    pub channel: &'a [u32],
    /// NaN: missing.
    pub value: &'a [f64],
    /// NaN: missing.
    pub score: &'a [f64],
    /// `facets` codes an event, one event after the other: what each event says of the question's dimensions.
    /// [`NO_FACET`]: nothing.
    pub facet: &'a [u32],
    /// Dimensions of `facet`; 0 if it was not asked for.
    pub facets: usize,
    /// Whether the event makes its subject count; read by the splitter, not by folds. Empty: every subject counts.
    pub marked: &'a [bool],
    /// The case of each event, equal codes for equal keys; [`NO_CASE`]: none. Read by the splitter, not by folds, and
    /// empty unless it cuts cases.
    pub case: &'a [u32],
    /// Until when (UTC microseconds, inclusive) a case runs that the event opens; [`NO_UNTIL`]: the event does not say.
    /// Read by the splitter, not by folds; empty if no event says it.
    pub until: &'a [i64],
    /// What each event carries of what a question holds constant, equal codes for equal values; [`NO_HELD`]: it lacks a
    /// part of it.
    pub held: &'a [u32],
    /// Which of the question's segments the customer is in. Empty unless the question has segments.
    pub membership: Membership<'a>,
    /// Which of the slicer's lanes each event is cut in. Read by the splitter, not by folds; empty: all in the first.
    pub lane: &'a [u32],
    /// The campaign of each event, equal codes for equal names; [`NO_CAMPAIGN`]: none. Read by the splitter, not by
    /// folds; empty unless campaigns cut sessions.
    pub campaign: &'a [u32],
    pub end: End,
}

/// One customer's membership in the segments of a question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Membership<'a> {
    /// By stretch of the question's moments, ascending; none before the customer's first event.
    pub runs: &'a [Run],
    /// Until this moment (UTC microseconds, exclusive) it stays as it was at the last of the question's moments, unless
    /// events come that are not known yet. Read where membership is listed; else it may be 0.
    pub until_us: i64,
}

/// From this of the question's moments on, until the next run, the customer is in the segments whose bits are set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub from: u32,
    pub bits: u64,
}

impl Membership<'_> {
    /// The segments at one of the question's moments.
    #[inline]
    pub fn at(&self, moment: u32) -> u64 {
        self.runs.iter().take_while(|run| run.from <= moment).last().map_or(0, |run| run.bits)
    }
}

/// A subject as rows of a block that holds many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    pub customer: i64,
    /// Its first row, and the one after its last.
    pub from: u32,
    pub to: u32,
    pub end: End,
}

/// The code of an event without what is held constant.
pub const NO_HELD: u32 = 0;

/// The code of a dimension an event says nothing of.
pub const NO_FACET: u32 = u32::MAX;

/// The code of no case.
pub const NO_CASE: u32 = 0;

/// The code of no campaign.
pub const NO_CAMPAIGN: u32 = 0;

/// The time of an event that does not say until when its case runs.
pub const NO_UNTIL: i64 = i64::MIN;

/// How a subject ended, as of the moment the question is asked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// More events may follow.
    #[default]
    Open,
    /// It ended in silence.
    Left,
    /// Its last event is the goal.
    Goal,
}

/// The columns a fold reads besides `time`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Needs {
    pub label: bool,
    pub mask: bool,
    pub channel: bool,
    pub value: bool,
    pub score: bool,
    pub facet: bool,
    pub held: bool,
    /// Events without any bit in `mask` change nothing, whatever there is of a subject otherwise: they may be left out.
    pub masked_only: bool,
}

impl<'a> Slice<'a> {
    pub fn len(&self) -> usize {
        self.time.len()
    }

    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// The part of the slice at `range`, ended by `end`. Empty columns stay empty.
    #[inline]
    pub fn part(&self, range: Range<usize>, end: End) -> Slice<'a> {
        self.part_of(self.customer, range, end)
    }

    #[inline]
    fn part_of(&self, customer: i64, range: Range<usize>, end: End) -> Slice<'a> {
        Slice {
            customer,
            time: &self.time[range.clone()],
            label: column(self.label, &range),
            mask: column(self.mask, &range),
            channel: column(self.channel, &range),
            value: column(self.value, &range),
            score: column(self.score, &range),
            facet: column(self.facet, &(range.start * self.facets..range.end * self.facets)),
            facets: self.facets,
            marked: column(self.marked, &range),
            case: column(self.case, &range),
            until: column(self.until, &range),
            held: column(self.held, &range),
            membership: self.membership,
            lane: column(self.lane, &range),
            campaign: column(self.campaign, &range),
            end,
        }
    }

    /// A subject that lies in these rows.
    #[inline]
    pub fn of(&self, subject: &Subject) -> Slice<'a> {
        self.part_of(subject.customer, subject.rows(), subject.end)
    }

    /// All rows as one subject.
    #[inline]
    pub fn as_subject(&self) -> Subject {
        Subject { customer: self.customer, from: 0, to: self.len() as u32, end: self.end }
    }

    /// From the first event to the last, microseconds.
    #[inline]
    pub fn duration_us(&self) -> i64 {
        match self.time {
            [] => 0,
            [first, .., last] => last.saturating_sub(*first),
            [_] => 0,
        }
    }
}

impl Subject {
    #[inline]
    pub fn rows(&self) -> Range<usize> {
        self.from as usize..self.to as usize
    }
}

#[inline]
fn column<'a, T>(values: &'a [T], range: &Range<usize>) -> &'a [T] {
    // An empty column has no such rows.
    values.get(range.clone()).unwrap_or_default()
}

impl BitOr for Needs {
    type Output = Needs;

    /// What two folds over one scan need together.
    fn bitor(self, other: Needs) -> Needs {
        Needs {
            label: self.label | other.label,
            mask: self.mask | other.mask,
            channel: self.channel | other.channel,
            value: self.value | other.value,
            score: self.score | other.score,
            facet: self.facet | other.facet,
            held: self.held | other.held,
            masked_only: self.masked_only & other.masked_only,
        }
    }
}
