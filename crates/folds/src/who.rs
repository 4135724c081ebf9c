//! The customers behind a number, from the fold that made the number.
//!
//! ```
//! use folds::sessions::{Pick, Sessions};
//! use folds::who::{Config, Who};
//! use folds::{End, Fold, Slice};
//!
//! let bounced = Who::new(Sessions::new(0)?, Config::first(Pick::Bounced, 10))?;
//! let mut state = bounced.state();
//! for (customer, time) in [(4, &[0, 1][..]), (2, &[5]), (2, &[9])] {
//!     let (mask, end) = (&[], End::Left);
//!     bounced.fold(&mut state, &Slice { customer, time, mask, end, ..Slice::default() });
//! }
//! let answer = bounced.answer(state);
//! assert_eq!((answer.customers, answer.subjects, answer.ids), (1, 2, vec![2]));
//! # Ok::<(), folds::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fold::Fold;
use crate::limits::PAGE_CUSTOMERS_MAX;
use crate::slice::{Needs, Slice};

/// Counts the subjects a pick names and the customers who have one, and lists a page of those customers.
///
/// `unless` takes customers back who also have a subject of another kind: "best level 2" is picked as
/// reached 2, unless reached 3.
#[derive(Debug, Clone)]
pub struct Who<F: Fold> {
    fold: F,
    config: Config<F::Pick>,
}

/// Which customers, and which page of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config<P> {
    pub pick: P,
    pub unless: Option<P>,
    /// Only ids greater than this are listed (all are counted).
    pub after: Option<i64>,
    /// How many ids to list at most, the smallest first.
    pub page: usize,
}

impl<P> Config<P> {
    /// The first `page` customers with a picked subject.
    pub fn first(pick: P, page: usize) -> Config<P> {
        Config { pick, unless: None, after: None, page }
    }
}

/// See [`Who`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    customers: u64,
    subjects: u64,
    /// Ids in no order, at least the smallest `page` of those seen.
    ids: Vec<i64>,
    /// The customer whose subjects may still come.
    current: Option<Current>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Current {
    customer: i64,
    picked: u64,
    taken_back: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customers {
    /// Customers with a picked subject, on this page or not.
    pub customers: u64,
    /// Picked subjects of those customers.
    pub subjects: u64,
    /// The page, ascending.
    pub ids: Vec<i64>,
}

impl<F: Fold> Who<F> {
    pub fn new(fold: F, config: Config<F::Pick>) -> Result<Who<F>, Error> {
        if config.page > PAGE_CUSTOMERS_MAX {
            let what = format!("a page of customers holds at most {PAGE_CUSTOMERS_MAX}, not {}", config.page);
            return Err(Error::config("who", what));
        }
        Ok(Who { fold, config })
    }

    pub fn answer(&self, mut state: State) -> Customers {
        self.settle(&mut state);
        self.trim(&mut state);
        state.ids.sort_unstable();
        Customers { customers: state.customers, subjects: state.subjects, ids: state.ids }
    }

    /// Counts the customer whose subjects have all come.
    fn settle(&self, state: &mut State) {
        let Some(Current { customer, picked, taken_back }) = state.current.take() else { return };
        if picked == 0 || taken_back {
            return;
        }
        state.customers += 1;
        state.subjects += picked;
        if self.config.page > 0 && self.config.after.is_none_or(|after| customer > after) {
            state.ids.push(customer);
            if state.ids.len() >= 2 * self.config.page + 64 {
                self.trim(state);
            }
        }
    }

    /// Leaves the smallest `page` ids.
    fn trim(&self, state: &mut State) {
        if state.ids.len() > self.config.page {
            state.ids.select_nth_unstable(self.config.page);
            state.ids.truncate(self.config.page);
        }
    }
}

impl<F: Fold> Fold for Who<F> {
    type State = State;
    type Pick = F::Pick;

    fn needs(&self) -> Needs {
        self.fold.needs()
    }

    fn state(&self) -> State {
        State::default()
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        if state.current.is_none_or(|current| current.customer != subject.customer) {
            self.settle(state);
        }
        let current = state.current.get_or_insert(Current { customer: subject.customer, picked: 0, taken_back: false });
        if current.taken_back {
            return;
        }
        current.picked += self.fold.times(subject, &self.config.pick);
        current.taken_back = self.config.unless.as_ref().is_some_and(|unless| self.fold.picks(subject, unless));
    }

    fn merge(&self, into: &mut State, mut from: State) {
        self.settle(into);
        self.settle(&mut from);
        into.customers += from.customers;
        into.subjects += from.subjects;
        into.ids.append(&mut from.ids);
        self.trim(into);
    }

    fn picks(&self, subject: &Slice<'_>, pick: &F::Pick) -> bool {
        self.fold.picks(subject, pick)
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>() + state.ids.capacity() * size_of::<i64>()
    }
}
