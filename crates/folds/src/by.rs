//! A fold apart for each value of a dimension.
//!
//! What an event says of the dimension is its last facet. A subject belongs to one group: by its first event that says
//! something, by its last, by the event that did a step (see [`Fold::moment`]), or to none. Every group is a state of its own, so customers
//! who have subjects in several groups count once in each, and once in the whole.
//!
//! ```
//! use folds::by::{At, By, Config, Group};
//! use folds::sessions::Sessions;
//! use folds::slice::NO_FACET;
//! use folds::{Fold, Slice};
//!
//! let by = By::new(Sessions::new(0)?, Config { values: 2, at: At::First })?;
//! let mut state = by.state();
//! for (customer, facet) in [(1, [NO_FACET, 0]), (1, [1, 0]), (2, [2, 1]), (3, [NO_FACET; 2])] {
//!     by.fold(&mut state, &Slice { customer, time: &[0, 9], facet: &facet, facets: 1, ..Slice::default() });
//! }
//! let of = |group| state.group(group).map_or(0, |state| state.sessions.subjects.count);
//! assert_eq!([Group::Value(0), Group::Value(1), Group::Other, Group::None].map(of), [1, 1, 1, 1]);
//! assert_eq!(state.all.sessions.customers.count, 3);
//! # Ok::<(), folds::Error>(())
//! ```

pub use model::breakdown::At;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fold::Fold;
use crate::limits::GROUPS_MAX;
use crate::slice::{NO_FACET, Needs, Slice};

/// How subjects are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// Values told apart; the facet `values` is any other value.
    pub values: u32,
    pub at: At,
}

/// Where a subject belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    Value(u32),
    /// A value that is not told apart.
    Other,
    /// Nothing is said.
    None,
}

/// The fold.
#[derive(Debug, Clone)]
pub struct By<F: Fold> {
    fold: F,
    config: Config,
    /// Whether the whole is added up of its groups at the end, see [`By::of_customers`].
    is_sum: bool,
}

/// A state for all subjects, and one for each group anybody belongs to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State<S> {
    pub all: S,
    /// By [`slot`].
    groups: Vec<Option<S>>,
}

/// Subjects of one group, or of all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick<P> {
    pub group: Option<Group>,
    pub pick: P,
}

impl<F: Fold> By<F> {
    pub fn new(fold: F, config: Config) -> Result<By<F>, Error> {
        if config.values > GROUPS_MAX {
            let what = format!("{} values, at most {GROUPS_MAX} are told apart", config.values);
            return Err(Error::config("breakdown", what));
        }
        if matches!(config.at, At::Step(_)) && !fold.knows_steps() {
            let what =
                "`step` speaks for the subjects of a funnel, of retention and of survival only; use `first` or `last`";
            return Err(Error::config("breakdown", what));
        }
        Ok(By { fold, config, is_sum: false })
    }

    /// The same where every customer is one subject, so that nobody is in two groups: the whole is the sum of its groups,
    /// and is made of them by [`By::parts`] alone.
    pub fn of_customers(self) -> By<F> {
        By { is_sum: true, ..self }
    }

    /// The whole and the groups there are, as [`State::into_parts`].
    pub fn parts(&self, mut state: State<F::State>) -> (F::State, Vec<(Group, F::State)>) {
        if self.is_sum {
            for group in state.groups.iter().flatten() {
                self.fold.merge(&mut state.all, group.clone());
            }
        }
        state.into_parts()
    }

    /// What each group is folded by.
    pub fn inner(&self) -> &F {
        &self.fold
    }

    /// Where the subject belongs.
    pub fn group(&self, subject: &Slice<'_>) -> Group {
        let facet = |position: usize| subject.facet[(position + 1) * subject.facets - 1];
        let said = |position: &usize| facet(*position) != NO_FACET;
        let speaks = match self.config.at {
            At::First => (0..subject.len()).find(said),
            At::Last => (0..subject.len()).rev().find(said),
            At::Step(step) => {
                let step = (step as usize).checked_sub(1);
                step.and_then(|step| self.fold.moment(subject, step)).filter(said)
            }
        };
        match speaks.map(facet) {
            None => Group::None,
            Some(code) if code < self.config.values => Group::Value(code),
            Some(_) => Group::Other,
        }
    }

    fn slot(&self, group: Group) -> usize {
        match group {
            Group::Value(code) => code as usize,
            Group::Other => self.config.values as usize,
            Group::None => self.config.values as usize + 1,
        }
    }
}

impl<S> State<S> {
    /// The values told apart.
    fn values(&self) -> u32 {
        self.groups.len().saturating_sub(2) as u32
    }

    /// None: nobody belongs there.
    pub fn group(&self, group: Group) -> Option<&S> {
        let values = self.values() as usize;
        let slot = match group {
            Group::Value(code) if (code as usize) < values => code as usize,
            Group::Value(_) => return None,
            Group::Other => values,
            Group::None => values + 1,
        };
        self.groups.get(slot)?.as_ref()
    }

    /// The whole and the groups there are: values in their order, other, none.
    pub fn into_parts(self) -> (S, Vec<(Group, S)>) {
        let values = self.values();
        let group = |slot: u32| match slot {
            slot if slot < values => Group::Value(slot),
            slot if slot == values => Group::Other,
            _ => Group::None,
        };
        let groups = (0..).zip(self.groups).filter_map(|(slot, state)| Some((group(slot), state?)));
        (self.all, groups.collect())
    }
}

impl<F: Fold> Fold for By<F>
where
    F::State: 'static,
{
    type State = State<F::State>;
    type Pick = Pick<F::Pick>;

    fn needs(&self) -> Needs {
        self.fold.needs() | Needs { facet: true, ..Needs::default() }
    }

    fn state(&self) -> Self::State {
        State { all: self.fold.state(), groups: (0..self.config.values + 2).map(|_| None).collect() }
    }

    fn fold(&self, state: &mut Self::State, subject: &Slice<'_>) {
        if !self.is_sum {
            self.fold.fold(&mut state.all, subject);
        }
        let group = &mut state.groups[self.slot(self.group(subject))];
        self.fold.fold(group.get_or_insert_with(|| self.fold.state()), subject);
    }

    fn merge(&self, into: &mut Self::State, from: Self::State) {
        self.fold.merge(&mut into.all, from.all);
        for (into, from) in into.groups.iter_mut().zip(from.groups) {
            match (into, from) {
                (Some(into), Some(from)) => self.fold.merge(into, from),
                (into @ None, from) => *into = from,
                (Some(_), None) => {}
            }
        }
    }

    fn picks(&self, subject: &Slice<'_>, pick: &Self::Pick) -> bool {
        pick.group.is_none_or(|group| self.group(subject) == group) && self.fold.picks(subject, &pick.pick)
    }

    fn times(&self, subject: &Slice<'_>, pick: &Self::Pick) -> u64 {
        let belongs = pick.group.is_none_or(|group| self.group(subject) == group);
        if belongs { self.fold.times(subject, &pick.pick) } else { 0 }
    }

    fn moment(&self, subject: &Slice<'_>, step: usize) -> Option<usize> {
        self.fold.moment(subject, step)
    }

    fn state_bytes(&self, state: &Self::State) -> usize {
        let groups = state.groups.iter().flatten().map(|state| self.fold.state_bytes(state)).sum::<usize>();
        self.fold.state_bytes(&state.all) + groups + state.groups.capacity() * size_of::<Option<F::State>>()
    }
}
