//! How a customer's events become subjects.
//!
//! A subject belongs to a question if its first event lies in the entry period; its later events count
//! wherever they lie. What a customer did in a period is cut out of all they did instead. Where events are marked, it also
//! needs a marked one among its own. Events after `as_of` were cut off by the caller: they do not exist yet.

use model::period::Period;
use serde::{Deserialize, Serialize};

use crate::cases::Cases;
use crate::columns::Columns;
use crate::slice::{End, Slice, Subject};
use crate::slicer::sessions::Cutter;

mod sessions;

pub use sessions::{Lane, SessionCut};

/// What one subject is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Slicer {
    /// All events of a customer. Always open: a customer may come back at any time.
    Customer,
    /// A customer's events within the entry period, whenever they first came; open as long as the customer. With `ahead`, those
    /// after it are there as well, so that what began may go on, but are no event of the first step: nothing begins with them.
    Within { ahead: bool },
    /// A run of events without a gap longer than `timeout_us`; a gap of just `timeout_us` does not end it.
    /// Open while `as_of` is at most `timeout_us` after the last event, else left.
    Session { timeout_us: i64 },
    /// Sessions that are also ended by their length, a change of campaign or midnight, or are cut by groups of
    /// channels. One that may still go on at `as_of` is open, else left.
    Sessions(SessionCut),
    /// A journey instance (see `model::journey`): events without label take no part; it ends with the goal's
    /// event, or is left by a gap longer than `gap_us`, and is open until then.
    Instance {
        gap_us: i64,
        /// By label: whether such an event is the goal. Labels beyond its end are not.
        goal: Vec<bool>,
    },
    /// A journey case (see `model::journey`): as instances, but cut by `Slice::case` and `Slice::until`. An event without
    /// a key is part of every case under way, so subjects may share events.
    Case {
        gap_us: i64,
        /// As of instances.
        goal: Vec<bool>,
    },
}

/// Cuts customers into subjects, one after the other, reusing its memory.
#[derive(Debug)]
pub struct Splitter {
    slicer: Slicer,
    labelled: Columns,
    cases: Cases,
    sessions: Cutter,
    /// Masks of events after the period.
    after: Vec<u64>,
    /// Where sessions of a customer end.
    ends: Vec<u32>,
}

/// The bit of `mask` that says an event is one of the first step.
const FIRST_STEP: u64 = 1;

impl Slicer {
    pub fn splitter(self) -> Splitter {
        Splitter::new(self)
    }
}

impl Splitter {
    pub fn new(slicer: Slicer) -> Splitter {
        Splitter {
            slicer,
            labelled: Columns::default(),
            cases: Cases::default(),
            sessions: Cutter::default(),
            after: Vec::new(),
            ends: Vec::new(),
        }
    }

    pub fn slicer(&self) -> &Slicer {
        &self.slicer
    }

    /// Finds the subjects of a block of customers, of whom the i-th owns rows `offsets[i]..offsets[i + 1]`, where these are
    /// just ranges of its rows; those [`Splitter::split`] would hand out, in the same order. Whether they are: else nothing is
    /// found, and customers have to be split one by one.
    pub fn ranges(
        &mut self,
        (customers, offsets, rows): (&[i64], &[u32], &Slice<'_>),
        entry: &Period,
        as_of_us: i64,
        subjects: &mut Vec<Subject>,
    ) -> bool {
        subjects.clear();
        let own = || customers.iter().zip(offsets.windows(2).map(|pair| (pair[0], pair[1])));
        match &self.slicer {
            _ if !rows.marked.is_empty() => return false,
            Slicer::Within { .. } if *entry != Period::default() => return false,
            Slicer::Customer | Slicer::Within { .. } => {
                let of = |(customer, (from, to)): (&i64, (u32, u32))| Subject {
                    customer: *customer,
                    from,
                    to,
                    end: End::Open,
                };
                subjects.extend(own().filter(|(_, (from, to))| from < to).map(of));
            }
            Slicer::Session { timeout_us } => {
                for (customer, (from, to)) in own() {
                    let time = &rows.time[from as usize..to as usize];
                    let Some(last) = time.last() else { continue };
                    // Each pair of events ends a session or is overwritten by the next: no branch is to be foretold.
                    self.ends.resize(self.ends.len().max(time.len()), 0);
                    let mut count = 0;
                    for (at, pair) in (from + 1..).zip(time.windows(2)) {
                        self.ends[count] = at;
                        count += usize::from(pair[1].saturating_sub(pair[0]) > *timeout_us);
                    }
                    let mut begin = from;
                    for end in &self.ends[..count] {
                        subjects.push(Subject { customer: *customer, from: begin, to: *end, end: End::Left });
                        begin = *end;
                    }
                    let end = silence(*last, *timeout_us, as_of_us);
                    subjects.push(Subject { customer: *customer, from: begin, to, end });
                }
            }
            Slicer::Sessions(_) | Slicer::Instance { .. } | Slicer::Case { .. } => return false,
        }
        if *entry != Period::default() {
            subjects.retain(|subject| entry.contains(rows.time[subject.from as usize]));
        }
        true
    }

    /// Hands each subject of a customer that starts in `entry`, and has a marked event where `marked` is given,
    /// to `each`, in the order of their first events. `customer` holds all the customer's events up to `as_of_us`; its `end` is not read.
    pub fn split(&mut self, customer: &Slice<'_>, entry: &Period, as_of_us: i64, mut each: impl FnMut(&Slice<'_>)) {
        let each = |subject: &Slice<'_>| {
            let counts = subject.marked.is_empty() || subject.marked.contains(&true);
            if counts && subject.time.first().is_some_and(|first| entry.contains(*first)) {
                each(subject);
            }
        };
        match &self.slicer {
            Slicer::Customer => {
                let mut each = each;
                each(&Slice { end: End::Open, ..*customer });
            }
            Slicer::Within { ahead } => {
                let at = |edge: Option<i64>, none: usize| {
                    edge.map_or(none, |edge| customer.time.partition_point(|time| *time < edge))
                };
                let (from, to) = (at(entry.from_us, 0), at(entry.to_us, customer.time.len()));
                if from >= to {
                    return;
                }
                let mut each = each;
                if !ahead || to == customer.time.len() {
                    return each(&customer.part(from..to, End::Open));
                }
                let subject = customer.part(from..customer.time.len(), End::Open);
                self.after.clear();
                let masks = subject.mask.iter().enumerate();
                self.after.extend(masks.map(|(at, mask)| if from + at < to { *mask } else { mask & !FIRST_STEP }));
                each(&Slice { mask: &self.after, ..subject });
            }
            Slicer::Session { timeout_us } => sessions(customer, *timeout_us, as_of_us, each),
            Slicer::Sessions(cut) => self.sessions.split(cut, customer, as_of_us, each),
            Slicer::Instance { gap_us, goal } => {
                if customer.label.contains(&0) {
                    let labelled = self.labelled.labelled(customer);
                    instances(&labelled, *gap_us, goal, as_of_us, each);
                } else {
                    instances(customer, *gap_us, goal, as_of_us, each);
                }
            }
            Slicer::Case { gap_us, goal } => self.cases.split(customer, *gap_us, goal, as_of_us, each),
        }
    }
}

fn sessions(customer: &Slice<'_>, timeout_us: i64, as_of_us: i64, mut each: impl FnMut(&Slice<'_>)) {
    let time = customer.time;
    let Some(last) = time.last() else { return };
    let mut start = 0;
    for (i, pair) in time.windows(2).enumerate() {
        if pair[1].saturating_sub(pair[0]) > timeout_us {
            each(&customer.part(start..i + 1, End::Left));
            start = i + 1;
        }
    }
    each(&customer.part(start..time.len(), silence(*last, timeout_us, as_of_us)));
}

fn instances(customer: &Slice<'_>, gap_us: i64, goal: &[bool], as_of_us: i64, mut each: impl FnMut(&Slice<'_>)) {
    let time = customer.time;
    let mut start = 0;
    for (i, label) in customer.label.iter().enumerate() {
        let end = if is_goal(goal, *label) {
            End::Goal
        } else {
            match time.get(i + 1) {
                Some(next) if next.saturating_sub(time[i]) <= gap_us => continue,
                Some(_) => End::Left,
                None => silence(time[i], gap_us, as_of_us),
            }
        };
        each(&customer.part(start..i + 1, end));
        start = i + 1;
    }
}

/// Whether events of this label are the goal.
#[inline]
pub(crate) fn is_goal(goal: &[bool], label: u32) -> bool {
    goal.get(label as usize).copied().unwrap_or(false)
}

/// How a subject stands whose last event is at `last_us` and no goal.
pub(crate) fn silence(last_us: i64, gap_us: i64, as_of_us: i64) -> End {
    if as_of_us.saturating_sub(last_us) <= gap_us { End::Open } else { End::Left }
}
