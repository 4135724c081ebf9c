//! Retention: of those who started in a period, who came back, and how long after.
//!
//! A customer starts with the first event that matches the start rule (or, with [`Starts::Every`], again with the
//! first such event in each cohort), and counts as returned when an event at or after it matches the return rule; the
//! start itself does if it matches both. Time since the start is counted in offsets: calendar periods after the one of
//! the start, or whole lengths since its instant.
//!
//! A start is *due* for a cell once the cell's last offset has passed for it; who is not due may still return. Totals
//! count due starts only, so that young cohorts do not pull them down.
//!
//! ```
//! use folds::periods::Periods;
//! use folds::retention::{Config, Retention};
//! use folds::{Fold, Slice};
//!
//! let days = Periods::new(vec![0, 10, 20, 30, 40])?;
//! let retention = Retention::new(Config::new(days, 3, 35))?;
//! let mut state = retention.state();
//! retention.fold(&mut state, &Slice { customer: 1, time: &[3, 4, 25], ..Slice::default() });
//! let cells = state.cohorts[0].cells();
//! let returned: Vec<u64> = cells.iter().map(|cell| cell.returned).collect();
//! assert_eq!(returned, [1, 0, 1, 0]); // the day of the start, not the next one, the one after it
//! assert_eq!((cells[2].due, cells[3].due), (1, 0)); // day 3 has not ended at 35
//! # Ok::<(), folds::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use model::period::Period;
pub use model::retention::Starts;

use crate::counters::{Distinct, Scratch, Turn};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::RETENTION_CELLS_MAX;
use crate::periods::Periods;
use crate::slice::{Needs, Slice};
use crate::which::Which;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub start: Which,
    /// What a return is.
    pub back: Which,
    pub starts: Starts,
    /// Starts are grouped by these; a start outside of them is in no cohort and does not count.
    pub cohorts: Periods,
    pub clock: Clock,
    pub reading: Reading,
    /// Only starts in this period count. A first start outside of it is not replaced by a later one.
    pub entry: Period,
    /// When the question is asked, UTC microseconds.
    pub as_of_us: i64,
}

/// What an offset is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Periods of a calendar: 0 is the one the start lies in. Starts before the first one do not count.
    Calendar(Periods),
    /// Lengths of this many microseconds since the instant of the start: 0 is the first.
    Rolling { length_us: i64 },
}

/// What a cell counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Cell k: returned on offset k, for k = 0 to `last`.
    On { last: u32 },
    /// Cell k: returned on offset k or later, for k = 0 to `last`. Due as with `On`.
    OnOrAfter { last: u32 },
    /// A cell a bracket: returned on an offset from its first to its last, inclusive. Ascending, without overlap.
    Brackets(Vec<(u32, u32)>),
}

/// The fold.
#[derive(Debug, Clone)]
pub struct Retention {
    config: Config,
    cells: usize,
    /// Calendar periods that have ended.
    ended: usize,
    /// Whether cohorts are the periods that offsets are counted in.
    one_calendar: bool,
}

/// What retention adds up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// By cohort.
    pub cohorts: Vec<Cohort>,
    /// Customers with a start in any of them.
    pub customers: Distinct,
    /// Cells of a cohort.
    cells: usize,
    /// By cell: customers with a start that is due. Empty if a customer starts once: starts are customers then.
    due: Vec<Distinct>,
    /// By cell: customers with a due start who returned. Empty as `due`.
    returned: Vec<Distinct>,
    #[serde(skip)]
    turn: Scratch<Turn>,
    #[serde(skip)]
    working: Scratch<Working>,
}

/// Those who started in one period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cohort {
    /// Starts.
    pub starts: u64,
    /// At n: starts that are due for exactly the first n cells.
    due: Vec<u64>,
    /// By cell: returned, and of these those who are due. Empty while there are no starts.
    returned: Vec<(u64, u64)>,
}

/// One number of a cohort, or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// Starts for which the cell's time has passed.
    pub due: u64,
    /// Starts with a return in it, due or not.
    pub returned: u64,
    /// Of them, those that are due.
    pub returned_due: u64,
}

/// A column of the whole table: due starts of all cohorts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    pub due: u64,
    pub due_customers: u64,
    pub returned: u64,
    pub returned_customers: u64,
}

/// Sets of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// With a start in this cohort; in any if none is given.
    pub cohort: Option<u32>,
    pub of: Of,
}

/// What a picked start is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    Started,
    /// Returned in the cell, due or not.
    Returned(u32),
    /// Is due for the cell and returned in it.
    ReturnedDue(u32),
    /// Is due for the cell and did not return in it.
    Absent(u32),
}

/// A start of one customer.
#[derive(Debug, Clone, Copy)]
struct Start {
    position: usize,
    cohort: usize,
    /// Of the calendar's periods; 0 with a rolling clock.
    period: usize,
    /// The first so many cells are due.
    due: usize,
}

/// Memory for one customer.
#[derive(Debug, Default)]
struct Working {
    starts: Vec<Start>,
    cells: Vec<usize>,
    /// Calendar periods with a return, and the position of the last return in each.
    active: Vec<(usize, usize)>,
}

impl Config {
    /// First-time retention by any event on offsets 0 to `last` of the periods cohorts are made of.
    pub fn new(periods: Periods, last: u32, as_of_us: i64) -> Config {
        Config {
            start: Which::Any,
            back: Which::Any,
            starts: Starts::First,
            cohorts: periods.clone(),
            clock: Clock::Calendar(periods),
            reading: Reading::On { last },
            entry: Period::default(),
            as_of_us,
        }
    }
}

impl Reading {
    /// How many cells a cohort has.
    pub fn cells(&self) -> usize {
        match self {
            Reading::On { last } | Reading::OnOrAfter { last } => *last as usize + 1,
            Reading::Brackets(brackets) => brackets.len(),
        }
    }

    /// The offsets of a cell; without an upper end they go on for ever.
    pub fn offsets(&self, cell: usize) -> (u32, Option<u32>) {
        match self {
            Reading::On { .. } => (cell as u32, Some(cell as u32)),
            Reading::OnOrAfter { .. } => (cell as u32, None),
            Reading::Brackets(brackets) => brackets.get(cell).map_or((0, None), |(first, last)| (*first, Some(*last))),
        }
    }

    fn check(&self) -> Result<(), Error> {
        if let Reading::Brackets(brackets) = self {
            let mut next = 0;
            for (first, last) in brackets {
                if first > last || *first < next {
                    let what = format!("bracket {first}-{last}: brackets ascend and do not overlap, as in 1-7, 8-14");
                    return Err(Error::config("retention", what));
                }
                next = last.saturating_add(1);
            }
        }
        match self.cells() {
            0 => Err(Error::config("retention", "give at least one bracket, as in 1-7")),
            cells if cells > RETENTION_CELLS_MAX => {
                let what = format!("{cells} numbers a cohort, at most {RETENTION_CELLS_MAX} are counted");
                Err(Error::config("retention", what))
            }
            _ => Ok(()),
        }
    }

    /// The last offset that any cell looks at; none if there is no last one.
    fn reach(&self) -> Option<usize> {
        match self {
            Reading::On { last } => Some(*last as usize),
            Reading::OnOrAfter { .. } => None,
            Reading::Brackets(brackets) => brackets.last().map(|(_, last)| *last as usize),
        }
    }

    /// How many of the first cells are due once so many whole offsets have passed.
    fn due(&self, passed: usize) -> usize {
        match self {
            Reading::On { .. } | Reading::OnOrAfter { .. } => passed.min(self.cells()),
            Reading::Brackets(brackets) => brackets.partition_point(|(_, last)| (*last as usize) < passed),
        }
    }
}

impl Retention {
    /// # Errors
    /// When the configuration contradicts itself or exceeds a limit.
    pub fn new(config: Config) -> Result<Retention, Error> {
        config.start.check("retention")?;
        config.back.check("retention")?;
        config.reading.check()?;
        let ended = match &config.clock {
            Clock::Calendar(periods) => periods.ended(config.as_of_us),
            Clock::Rolling { length_us } if *length_us > 0 => 0,
            Clock::Rolling { .. } => {
                return Err(Error::config("retention", "the rolling length must be longer than nothing"));
            }
        };
        let one_calendar = matches!(&config.clock, Clock::Calendar(periods) if *periods == config.cohorts);
        Ok(Retention { cells: config.reading.cells(), config, ended, one_calendar })
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Calls `each` with the starts of a customer, in order.
    fn starts(&self, subject: &Slice<'_>, mut each: impl FnMut(Start)) {
        let Config { start, starts, cohorts, entry, .. } = &self.config;
        let mut from = 0;
        while let Some(position) = start.first(subject, from) {
            let time = subject.time[position];
            let counts = if entry.contains(time) { cohorts.of(time) } else { None };
            let found = counts.and_then(|cohort| self.start(position, time, cohort));
            found.into_iter().for_each(&mut each);
            if *starts == Starts::First {
                return;
            }
            // A cohort that has one waits for no other; events of one instant all count, or none does.
            let next = found.map_or(time.saturating_add(1), |found| cohorts.edges()[found.cohort + 1]);
            from = position + 1;
            from += subject.time[from..].partition_point(|time| *time < next);
        }
    }

    #[inline]
    fn start(&self, position: usize, time: i64, cohort: usize) -> Option<Start> {
        let (period, passed) = match &self.config.clock {
            Clock::Calendar(periods) => {
                let period = if self.one_calendar { cohort } else { periods.of(time)? };
                (period, self.ended.saturating_sub(period))
            }
            Clock::Rolling { length_us } => {
                let known = self.config.as_of_us.saturating_sub(time).saturating_add(1);
                (0, usize::try_from(known / length_us).unwrap_or(0))
            }
        };
        Some(Start { position, cohort, period, due: self.config.reading.due(passed) })
    }

    /// The calendar periods in which a customer returned, from the first start on and as far as any cell of the last
    /// one reaches.
    fn active(&self, subject: &Slice<'_>, starts: &[Start], active: &mut Vec<(usize, usize)>) {
        active.clear();
        let Clock::Calendar(periods) = &self.config.clock else { return };
        let (Some(first), Some(last)) = (starts.first(), starts.last()) else { return };
        let reach = self.config.reading.reach().map_or(usize::MAX, |offset| last.period.saturating_add(offset));
        let (time, mut walk, mut position) = (subject.time, periods.walk(), first.position);
        while let Some(back) = self.config.back.first(subject, position) {
            let Some(period) = walk.of(time[back]) else { return };
            if period > reach {
                return;
            }
            let end = periods.edges()[period + 1];
            let within = time[back..].iter().take_while(|time| **time < end).count();
            position = back + within;
            let latest = (back..position).rev().find(|position| self.config.back.is(subject, *position));
            active.push((period, latest.unwrap_or(back)));
        }
    }

    /// The cells in which a start returned, ascending, each once. `active` as of [`Retention::active`].
    fn returned(&self, subject: &Slice<'_>, start: &Start, active: &[(usize, usize)], cells: &mut Vec<usize>) {
        cells.clear();
        match &self.config.clock {
            Clock::Calendar(_) => {
                let from = active.partition_point(|(period, position)| {
                    *period < start.period || *period == start.period && *position < start.position
                });
                self.cells(active[from..].iter().map(|(period, _)| period - start.period), cells);
            }
            Clock::Rolling { length_us } => {
                let begin = subject.time[start.position];
                let positions = start.position..subject.len();
                let back = positions.filter(|position| self.config.back.is(subject, *position));
                let offset = |position: usize| (subject.time[position].saturating_sub(begin) / length_us) as usize;
                self.cells(back.map(offset), cells);
            }
        }
    }

    /// Cells of ascending offsets.
    fn cells(&self, mut offsets: impl DoubleEndedIterator<Item = usize>, cells: &mut Vec<usize>) {
        match &self.config.reading {
            Reading::On { last } => {
                for offset in offsets.take_while(|offset| *offset <= *last as usize) {
                    if cells.last() != Some(&offset) {
                        cells.push(offset);
                    }
                }
            }
            Reading::OnOrAfter { last } => {
                if let Some(latest) = offsets.next_back() {
                    cells.extend(0..=latest.min(*last as usize));
                }
            }
            Reading::Brackets(brackets) => {
                for offset in offsets {
                    let cell = brackets.partition_point(|(_, last)| (*last as usize) < offset);
                    match brackets.get(cell) {
                        None => break,
                        Some((first, _)) if (*first as usize) <= offset && cells.last() != Some(&cell) => {
                            cells.push(cell);
                        }
                        Some(_) => {}
                    }
                }
            }
        }
    }

    fn everything(&self, subject: &Slice<'_>, working: &mut Working) {
        working.starts.clear();
        self.starts(subject, |start| working.starts.push(start));
        self.active(subject, &working.starts, &mut working.active);
    }
}

impl State {
    /// The columns of the whole table.
    pub fn totals(&self) -> Vec<Total> {
        let mut totals = vec![Total::default(); self.cells];
        for cohort in &self.cohorts {
            for (total, cell) in totals.iter_mut().zip(cohort.cells()) {
                total.due += cell.due;
                total.returned += cell.returned_due;
            }
        }
        for (cell, total) in totals.iter_mut().enumerate() {
            total.due_customers = self.due.get(cell).map_or(total.due, |due| due.count);
            total.returned_customers = self.returned.get(cell).map_or(total.returned, |returned| returned.count);
        }
        totals
    }

    /// Starts of all cohorts.
    pub fn starts(&self) -> u64 {
        self.cohorts.iter().map(|cohort| cohort.starts).sum()
    }
}

impl Cohort {
    /// Its row; empty if nobody started in it.
    pub fn cells(&self) -> Vec<Cell> {
        let mut due = self.starts;
        let row = self.returned.iter().zip(&self.due);
        row.map(|((returned, returned_due), not_more)| {
            due -= not_more;
            Cell { due, returned: *returned, returned_due: *returned_due }
        })
        .collect()
    }
}

impl Fold for Retention {
    type State = State;
    type Pick = Pick;

    fn needs(&self) -> Needs {
        Needs { mask: !(self.config.start.is_any() && self.config.back.is_any()), ..Needs::default() }
    }

    fn state(&self) -> State {
        let distinct = if self.config.starts == Starts::Every { self.cells } else { 0 };
        State {
            cohorts: vec![Cohort::default(); self.config.cohorts.len()],
            cells: self.cells,
            due: vec![Distinct::default(); distinct],
            returned: vec![Distinct::default(); distinct],
            ..State::default()
        }
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        let working = &mut state.working.0;
        self.everything(subject, working);
        if working.starts.is_empty() {
            return;
        }
        state.turn.0.next(subject.customer);
        let customer = state.turn.0.customer_ordinal;
        state.customers.see(customer);
        let Working { starts, cells, active } = working;
        for start in starts {
            let cohort = &mut state.cohorts[start.cohort];
            if cohort.returned.is_empty() {
                cohort.returned = vec![(0, 0); self.cells];
                cohort.due = vec![0; self.cells + 1];
            }
            cohort.starts += 1;
            cohort.due[start.due] += 1;
            for due in state.due.iter_mut().take(start.due) {
                due.see(customer);
            }
            self.returned(subject, start, active, cells);
            for cell in cells.iter().copied() {
                let (returned, returned_due) = &mut cohort.returned[cell];
                *returned += 1;
                if cell < start.due {
                    *returned_due += 1;
                    if let Some(returned) = state.returned.get_mut(cell) {
                        returned.see(customer);
                    }
                }
            }
        }
    }

    fn merge(&self, into: &mut State, from: State) {
        into.customers.add(from.customers);
        for (into, from) in into.cohorts.iter_mut().zip(from.cohorts) {
            if into.returned.is_empty() {
                *into = from;
                continue;
            }
            into.starts += from.starts;
            into.due.iter_mut().zip(from.due).for_each(|(into, from)| *into += from);
            for (into, from) in into.returned.iter_mut().zip(from.returned) {
                into.0 += from.0;
                into.1 += from.1;
            }
        }
        into.due.iter_mut().zip(from.due).for_each(|(into, from)| into.add(from));
        into.returned.iter_mut().zip(from.returned).for_each(|(into, from)| into.add(from));
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Pick) -> bool {
        let mut working = Working::default();
        self.everything(subject, &mut working);
        let Working { starts, cells, active } = &mut working;
        starts.iter().filter(|start| pick.cohort.is_none_or(|cohort| cohort as usize == start.cohort)).any(|start| {
            let mut is_in = |cell: u32| {
                self.returned(subject, start, active, cells);
                cells.contains(&(cell as usize))
            };
            let due = |cell: u32| (cell as usize) < start.due;
            match pick.of {
                Of::Started => true,
                Of::Returned(cell) => is_in(cell),
                Of::ReturnedDue(cell) => due(cell) && is_in(cell),
                Of::Absent(cell) => due(cell) && !is_in(cell),
            }
        })
    }

    /// Step 0 is the first start that counts.
    fn knows_steps(&self) -> bool {
        true
    }

    fn moment(&self, subject: &Slice<'_>, step: usize) -> Option<usize> {
        let mut first = None;
        self.starts(subject, |start| {
            first.get_or_insert(start.position);
        });
        first.filter(|_| step == 0)
    }

    fn state_bytes(&self, state: &State) -> usize {
        let cohort = |cohort: &Cohort| cohort.returned.capacity() * 16 + cohort.due.capacity() * 8;
        size_of::<State>()
            + state.cohorts.capacity() * size_of::<Cohort>()
            + state.cohorts.iter().map(cohort).sum::<usize>()
            + (state.due.capacity() + state.returned.capacity()) * size_of::<Distinct>()
    }
}
