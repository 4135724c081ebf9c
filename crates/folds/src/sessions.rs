//! Sessions: how many, how long, where they begin and end.
//!
//! Works on whatever subjects the slicer makes; with `Slicer::Session` they are sessions. Which gap ends one
//! is the slicer's matter.

mod times;

use serde::{Deserialize, Serialize};

use crate::counters::{Scratch, Tally, Turn, add_all};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::LABELS_MAX;
use crate::periods::Periods;
use crate::quantile::Distribution;
use crate::slice::{End, Needs, Slice, Subject};

pub use times::Told;
use times::{Begun, Times};

/// What is counted apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The largest label to keep counts for; 0 keeps none and reads no labels.
    pub labels: u32,
    /// Number of channel codes to keep counts for; 0 keeps none and reads no channels.
    pub channels: u32,
    /// The days to count by. None: days are not counted.
    pub days: Option<Periods>,
}

/// The fold.
#[derive(Debug, Clone, PartialEq)]
pub struct Sessions {
    config: Config,
}

/// What sessions add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Sessions, and customers with at least one.
    pub sessions: Tally,
    pub events: u64,
    /// Sessions of one event.
    pub bounces: Tally,
    /// Sessions that may still go on as of the question's moment.
    pub open: Tally,
    /// By channel code, the sessions that begin there: every session is in one of them.
    pub channels: Vec<Part>,
    /// By day, up to the last with any, the sessions that begin on it.
    days: Vec<Part>,
    /// From the first event of a session to its last, microseconds; 0 for a bounce.
    times: Times,
    /// At n: sessions of n events, if they are no more than [`SHORT_MAX`].
    short: Vec<u64>,
    /// Events of the others.
    long: Distribution,
    /// By label; label 0 collects events without one.
    pub labels: Vec<LabelCounts>,
    /// At n: customers with more than n sessions.
    more_than: Vec<u64>,
    #[serde(skip)]
    turn: Scratch<Turn>,
    /// Of the customer whose turn it is.
    #[serde(skip)]
    so_far: Scratch<SoFar>,
}

/// What came of one customer.
#[derive(Debug, Default)]
struct SoFar {
    sessions: usize,
    /// Labels below [`FEW_LABELS`], as bits.
    labels: u64,
}

/// So many labels are a set of bits.
const FEW_LABELS: usize = u64::BITS as usize;

/// Most events of a session whose number has a count of its own.
const SHORT_MAX: usize = 255;

/// Some of the sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub sessions: Tally,
    /// Of them, those of one event.
    pub bounces: Tally,
    pub events: u64,
}

/// What a label is to sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelCounts {
    /// Sessions whose first event has the label.
    pub entries: u64,
    /// Sessions whose last event has the label.
    pub exits: u64,
    /// Sessions with such an event, and customers who have such a session.
    pub containing: Tally,
}

/// Sets of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    All,
    Bounced,
    Open,
    /// Begins with the label.
    Entered(u32),
    /// Ends with the label.
    Exited(u32),
    Contains(u32),
    /// Begins on the channel.
    OnChannel(u32),
    /// Begins on the day.
    OnDay(u32),
    /// `from_us ≤ duration < to_us`.
    Lasted {
        from_us: i64,
        to_us: i64,
    },
}

impl Sessions {
    /// Counts the first `labels` labels apart, and nothing else.
    pub fn new(labels: u32) -> Result<Sessions, Error> {
        Sessions::with(Config { labels, ..Config::default() })
    }

    pub fn with(config: Config) -> Result<Sessions, Error> {
        for (what, count) in [("labels", config.labels), ("channels", config.channels)] {
            if count > LABELS_MAX {
                return Err(Error::config(
                    "sessions",
                    format!("{count} {what}, at most {LABELS_MAX} are counted apart"),
                ));
            }
        }
        Ok(Sessions { config })
    }

    fn day(&self, time_us: i64) -> Option<usize> {
        self.config.days.as_ref()?.of(time_us)
    }

    /// Counts a session at the labels it begins and ends with.
    fn enter_and_exit(&self, labels: &mut [LabelCounts], session: &[u32]) {
        let (Some(first), Some(last)) = (session.first(), session.last()) else { return };
        if let Some(label) = labels.get_mut(*first as usize) {
            label.entries += 1;
        }
        if let Some(label) = labels.get_mut(*last as usize) {
            label.exits += 1;
        }
    }
}

impl Part {
    #[inline]
    fn see(&mut self, turn: &Turn, events: usize) {
        let bounced = events == 1;
        self.sessions.subjects.count += 1;
        self.sessions.customers.see(turn.customer_ordinal);
        self.bounces.subjects.count += u64::from(bounced);
        self.bounces.customers.see_if(turn.customer_ordinal, bounced);
        self.events += events as u64;
    }

    fn merge(&mut self, other: Part) {
        self.sessions.add(other.sessions);
        self.bounces.add(other.bounces);
        self.events += other.events;
    }
}

impl State {
    /// How long sessions took, microseconds: of all, by channel and by day. They are put in order for it, so ask once.
    pub fn times(&self) -> Told<'_> {
        self.times.told()
    }

    /// By day in ascending order, the sessions that begin on it. Days without any are not there.
    pub fn days(&self) -> impl Iterator<Item = (u32, &Part)> {
        (0..).zip(&self.days).filter(|(_, part)| part.sessions.subjects.count > 0)
    }

    /// How many events sessions have.
    pub fn lengths(&self) -> Distribution {
        let short = (0..).zip(self.short.iter().copied()).filter(|(_, sessions)| *sessions > 0);
        let mut lengths = Distribution::of_runs(short.collect());
        lengths.merge(self.long.clone());
        lengths
    }

    /// Number of sessions → customers with so many.
    pub fn per_customer(&self) -> Vec<(u64, u64)> {
        let next = self.more_than.iter().skip(1).chain(std::iter::once(&0));
        (1..).zip(self.more_than.iter().zip(next).map(|(more, next)| more - next)).filter(|(_, n)| *n > 0).collect()
    }
}

impl Fold for Sessions {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { label: self.config.labels > 0, channel: self.config.channels > 0, ..Needs::default() }
    }

    fn state(&self) -> State {
        let labels = if self.config.labels == 0 { 0 } else { self.config.labels as usize + 1 };
        let channels = vec![Part::default(); self.config.channels as usize];
        let short = vec![0; SHORT_MAX + 1];
        State { labels: vec![LabelCounts::default(); labels], channels, short, ..State::default() }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        self.fold_all(state, subject, &[subject.as_subject()]);
    }

    fn fold_all(&self, state: &mut State, rows: &Slice<'_>, subjects: &[Subject]) {
        let State { sessions, events, bounces, open, channels, days, times, short, long, .. } = state;
        let State { labels, more_than, turn, so_far, .. } = state;
        let (turn, so_far) = (&mut turn.0, &mut so_far.0);
        sessions.subjects.count += subjects.len() as u64;
        for subject in subjects {
            let (from, count) = (subject.from as usize, (subject.to - subject.from) as usize);
            if turn.next(subject.customer) {
                sessions.customers.count += 1;
                *so_far = SoFar::default();
            }
            let Some(last) = count.checked_sub(1).map(|last| from + last) else { continue };
            *events += count as u64;
            match short.get_mut(count) {
                Some(sessions) => *sessions += 1,
                None => long.push(count as i64),
            }
            bounces.subjects.count += u64::from(count == 1);
            bounces.customers.see_if(turn.customer_ordinal, count == 1);
            open.subjects.count += u64::from(subject.end == End::Open);
            open.customers.see_if(turn.customer_ordinal, subject.end == End::Open);
            let channel = rows.channel.get(from).filter(|code| (**code as usize) < channels.len());
            if let Some(code) = channel {
                channels[*code as usize].see(turn, count);
            }
            let day = self.day(rows.time[from]);
            if let Some(day) = day {
                if days.len() <= day {
                    days.resize(day + 1, Part::default());
                }
                days[day].see(turn, count);
            }
            let begun = Begun { channel: channel.copied(), day: day.map(|day| day as u32) };
            times.push(begun, rows.time[last].saturating_sub(rows.time[from]));
            if so_far.sessions == more_than.len() {
                more_than.push(0);
            }
            more_than[so_far.sessions] += 1;
            so_far.sessions += 1;
            if !labels.is_empty() {
                let session = &rows.label[subject.rows()];
                self.enter_and_exit(labels, session);
                contain(labels, turn, &mut so_far.labels, session);
            }
        }
    }

    fn merge(&self, into: &mut State, from: State) {
        into.sessions.add(from.sessions);
        into.events += from.events;
        into.bounces.add(from.bounces);
        into.open.add(from.open);
        into.times.merge(from.times);
        add_all(&mut into.short, &from.short);
        into.long.merge(from.long);
        into.days.resize(into.days.len().max(from.days.len()), Part::default());
        let parts = into.channels.iter_mut().zip(from.channels).chain(into.days.iter_mut().zip(from.days));
        parts.for_each(|(into, from)| into.merge(from));
        for (into, from) in into.labels.iter_mut().zip(from.labels) {
            into.entries += from.entries;
            into.exits += from.exits;
            into.containing.add(from.containing);
        }
        add_all(&mut into.more_than, &from.more_than);
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        match pick {
            Pick::All => true,
            Pick::Bounced => bounced(subject),
            Pick::Open => subject.end == End::Open,
            Pick::Entered(label) => subject.label.first() == Some(label),
            Pick::Exited(label) => subject.label.last() == Some(label),
            Pick::Contains(label) => subject.label.contains(label),
            Pick::OnChannel(code) => subject.channel.first() == Some(code),
            Pick::OnDay(day) => subject.time.first().and_then(|first| self.day(*first)) == Some(*day as usize),
            Pick::Lasted { from_us, to_us } => (*from_us..*to_us).contains(&subject.duration_us()),
        }
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>()
            + state.times.bytes()
            + (state.channels.capacity() + state.days.capacity()) * size_of::<Part>()
            + state.short.capacity() * size_of::<u64>()
            + state.long.bytes()
            + state.labels.capacity() * size_of::<LabelCounts>()
            + state.more_than.capacity() * size_of::<u64>()
    }
}

/// Counts the session at each of its labels. `before` are those of the customer's sessions so far.
#[inline]
fn contain(counts: &mut [LabelCounts], turn: &Turn, before: &mut u64, labels: &[u32]) {
    if counts.len() > FEW_LABELS {
        for label in labels {
            if let Some(label) = counts.get_mut(*label as usize) {
                label.containing.see(turn);
            }
        }
        return;
    }
    let mut here = 0u64;
    for label in labels {
        if let Some(count) = counts.get_mut(*label as usize) {
            let bit = 1 << label;
            count.containing.subjects.count += u64::from(here & bit == 0);
            count.containing.customers.count += u64::from(*before & bit == 0);
            here |= bit;
            *before |= bit;
        }
    }
}

fn bounced(subject: &Slice<'_>) -> bool {
    subject.len() == 1
}
