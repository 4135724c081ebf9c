//! Counters that count each subject and each customer once, without remembering either.
//!
//! Subjects of one customer come one after the other. A counter therefore only has to know the ordinal of
//! whom it counted last. Ordinals are meaningful within one state: they are neither serialised nor merged.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A count of distinct things that come in order.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub struct Distinct {
    pub count: u64,
    last: u64,
}

impl Distinct {
    /// Counts the thing with this ordinal (1 or more), unless it was the last one counted.
    #[inline]
    pub fn see(&mut self, ordinal: u64) -> bool {
        // As a number first: rustc 1.95 may lose what is added where a comparison is both added and branched on
        // (rust-lang/rust#158206).
        let new = u64::from(self.last != ordinal);
        self.count += new;
        self.last = ordinal;
        new != 0
    }

    /// Does what [`Distinct::see`] does if `is_there`, without a branch.
    #[inline]
    pub(crate) fn see_if(&mut self, ordinal: u64, is_there: bool) {
        let one = u64::from(is_there);
        self.count += one & u64::from(self.last != ordinal);
        self.last = if one != 0 { ordinal } else { self.last };
    }

    /// Adds the count of things that are all different from those counted here.
    #[inline]
    pub fn add(&mut self, other: Distinct) {
        self.count += other.count;
    }
}

impl From<u64> for Distinct {
    fn from(count: u64) -> Distinct {
        Distinct { count, last: 0 }
    }
}

impl From<Distinct> for u64 {
    fn from(distinct: Distinct) -> u64 {
        distinct.count
    }
}

impl PartialEq for Distinct {
    fn eq(&self, other: &Distinct) -> bool {
        self.count == other.count
    }
}

impl Eq for Distinct {}

impl fmt::Debug for Distinct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.count.fmt(f)
    }
}

/// How many subjects, and how many customers have such a subject.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub subjects: Distinct,
    pub customers: Distinct,
}

impl Tally {
    /// Counts the subject and the customer whose turn it is, each once.
    #[inline]
    pub(crate) fn see(&mut self, turn: &Turn) {
        self.is_new(turn);
    }

    /// Does what [`Tally::see`] does; whether the subject was new.
    #[inline]
    pub(crate) fn is_new(&mut self, turn: &Turn) -> bool {
        // The customer of a subject that was seen was seen, too: no branch is dearer than seeing them again.
        self.customers.see(turn.customer_ordinal);
        self.subjects.see(turn.subject)
    }

    pub fn add(&mut self, other: Tally) {
        self.subjects.add(other.subjects);
        self.customers.add(other.customers);
    }
}

/// Whose turn it is in a state.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Turn {
    customer: i64,
    pub(crate) customer_ordinal: u64,
    pub(crate) subject: u64,
}

impl Turn {
    /// The next subject; true if it is the first of its customer.
    #[inline]
    pub(crate) fn next(&mut self, customer: i64) -> bool {
        self.subject += 1;
        let new = self.customer_ordinal == 0 || self.customer != customer;
        self.customer = customer;
        self.customer_ordinal += u64::from(new);
        new
    }

    /// What comes is counted like a further subject of the customer.
    #[inline]
    pub(crate) fn again(&mut self) {
        self.subject += 1;
    }
}

/// Working memory inside a state: it takes no part in equality, and a copy starts empty.
#[derive(Default)]
pub(crate) struct Scratch<T>(pub(crate) T);

impl<T: Default> Clone for Scratch<T> {
    fn clone(&self) -> Self {
        Scratch::default()
    }
}

impl<T> PartialEq for Scratch<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Scratch<T> {}

impl<T> fmt::Debug for Scratch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

/// Adds `from` to `into` element by element; `into` grows as needed.
pub(crate) fn add_all(into: &mut Vec<u64>, from: &[u64]) {
    if into.len() < from.len() {
        into.resize(from.len(), 0);
    }
    for (into, from) in into.iter_mut().zip(from) {
        *into += from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merged_counter_knows_only_its_own_ordinals() {
        let (mut here, mut there) = (Distinct::default(), Distinct::default());
        here.see(1);
        there.see(1);
        there.see(2);
        here.add(there);
        assert_eq!(here.count, 3);
        here.see_if(1, true);
        here.see_if(2, false);
        assert_eq!(here.count, 3);
        // The second of this state is not the second of the other one.
        assert!(here.see(2));
        assert!(!here.see(2));
        assert_eq!(here.count, 4);
    }
}
