//! Sessions: how many, how long, where they begin and end.
//!
//! Works on whatever subjects the slicer makes; with `Slicer::Session` they are sessions. Which gap ends one
//! is the slicer's matter.

use serde::{Deserialize, Serialize};

use crate::counters::{Scratch, Tally, Turn, add_all};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::LABELS_MAX;
use crate::pairs::Pairs;
use crate::periods::Periods;
use crate::quantile::{Distribution, Together};
use crate::slice::{End, Needs, Slice};

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
    /// By (0, day), the sessions that begin on it.
    days: Pairs<Part>,
    /// By where a session begins, (channel code + 1, day + 1) or 0 for what is not counted: from its first event to its last,
    /// microseconds; 0 for a bounce. Each is kept once, though it is told of all, of the channel and of the day.
    durations_us: Pairs<Distribution>,
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
    /// Sessions so far of the customer whose turn it is.
    #[serde(skip)]
    so_far: Scratch<usize>,
}

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

    fn day(&self, subject: &Slice<'_>) -> Option<u32> {
        self.config.days.as_ref()?.of(*subject.time.first()?).map(|day| day as u32)
    }
}

impl Part {
    fn see(&mut self, turn: &Turn, subject: &Slice<'_>) {
        self.sessions.see(turn);
        if bounced(subject) {
            self.bounces.see(turn);
        }
        self.events += subject.len() as u64;
    }

    fn merge(&mut self, other: Part) {
        self.sessions.add(other.sessions);
        self.bounces.add(other.bounces);
        self.events += other.events;
    }
}

impl State {
    /// How long sessions took, microseconds.
    pub fn durations_us(&self) -> Together<'_> {
        self.durations_us.iter().map(|(_, durations_us)| durations_us).collect()
    }

    /// Those that begin on a channel.
    pub fn durations_on_us(&self, channel: u32) -> Together<'_> {
        self.durations_us
            .iter()
            .filter(|((on, _), _)| *on == channel + 1)
            .map(|(_, durations_us)| durations_us)
            .collect()
    }

    /// By day in ascending order, the sessions that begin on it, and how long they took, microseconds. Days without any are
    /// not there.
    pub fn days(&self) -> Vec<(u32, &Part, Together<'_>)> {
        let mut of_days: Vec<(u32, &Distribution)> =
            self.durations_us.iter().map(|((_, day), durations_us)| (day, durations_us)).collect();
        of_days.sort_by_key(|(day, _)| *day);
        let day = |((_, day), part): ((u32, u32), _)| {
            let from = of_days.partition_point(|(of, _)| *of < day + 1);
            let of_day = of_days[from..].iter().take_while(|(of, _)| *of == day + 1);
            (day, part, of_day.map(|(_, durations_us)| *durations_us).collect())
        };
        self.days.sorted().into_iter().map(day).collect()
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
        if state.turn.0.next(subject.customer) {
            state.so_far.0 = 0;
        }
        let turn = &state.turn.0;
        state.sessions.see(turn);
        state.events += subject.len() as u64;
        match state.short.get_mut(subject.len()) {
            Some(sessions) => *sessions += 1,
            None => state.long.push(subject.len() as i64),
        }
        if bounced(subject) {
            state.bounces.see(turn);
        }
        let channel = subject.channel.first().filter(|code| (**code as usize) < state.channels.len());
        if let Some(code) = channel {
            state.channels[*code as usize].see(turn, subject);
        }
        let day = self.day(subject);
        if let Some(day) = day {
            state.days.cell(0, day).see(turn, subject);
        }
        let begins = |at: Option<u32>| at.map_or(0, |at| at + 1);
        state.durations_us.cell(begins(channel.copied()), begins(day)).push(subject.duration_us());
        if subject.end == End::Open {
            state.open.see(turn);
        }
        if state.so_far.0 == state.more_than.len() {
            state.more_than.push(0);
        }
        state.more_than[state.so_far.0] += 1;
        state.so_far.0 += 1;
        if let (true, [first, .., last] | [first @ last]) = (!state.labels.is_empty(), subject.label) {
            if let Some(label) = state.labels.get_mut(*first as usize) {
                label.entries += 1;
            }
            if let Some(label) = state.labels.get_mut(*last as usize) {
                label.exits += 1;
            }
            contain(&mut state.labels, turn, subject.label);
        }
    }

    fn merge(&self, into: &mut State, from: State) {
        into.sessions.add(from.sessions);
        into.events += from.events;
        into.bounces.add(from.bounces);
        into.open.add(from.open);
        for ((channel, day), durations_us) in from.durations_us.into_entries() {
            into.durations_us.cell(channel, day).merge(durations_us);
        }
        add_all(&mut into.short, &from.short);
        into.long.merge(from.long);
        for (into, from) in into.channels.iter_mut().zip(from.channels) {
            into.merge(from);
        }
        for ((_, day), part) in from.days.into_entries() {
            into.days.cell(0, day).merge(part);
        }
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
            Pick::OnDay(day) => self.day(subject) == Some(*day),
            Pick::Lasted { from_us, to_us } => (*from_us..*to_us).contains(&subject.duration_us()),
        }
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>()
            + state.durations_us.bytes()
            + state.durations_us.iter().map(|(_, durations_us)| durations_us.bytes()).sum::<usize>()
            + state.channels.capacity() * size_of::<Part>()
            + state.days.bytes()
            + state.short.capacity() * size_of::<u64>()
            + state.long.bytes()
            + state.labels.capacity() * size_of::<LabelCounts>()
            + state.more_than.capacity() * size_of::<u64>()
    }
}

/// Counts the session at each of its labels.
fn contain(counts: &mut [LabelCounts], turn: &Turn, labels: &[u32]) {
    if counts.len() > u128::BITS as usize {
        for label in labels {
            if let Some(label) = counts.get_mut(*label as usize) {
                label.containing.see(turn);
            }
        }
        return;
    }
    // Few labels are a set of bits, and each is counted once.
    let known = |label: &&u32| (**label as usize) < counts.len();
    let mut labels = labels.iter().filter(known).fold(0u128, |set, label| set | 1 << label);
    while labels != 0 {
        counts[labels.trailing_zeros() as usize].containing.see(turn);
        labels &= labels - 1;
    }
}

fn bounced(subject: &Slice<'_>) -> bool {
    subject.len() == 1
}
