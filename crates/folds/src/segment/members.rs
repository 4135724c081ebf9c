//! Who is in a segment, listed, and kept up to date.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::counters::{Scratch, Turn};
use crate::fold::Fold;
use crate::slice::{Needs, Slice};

/// The fold: customers who are in the segment of this bit at the question's last moment, or will be or cease to be by
/// the passing of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    pub bit: u32,
    /// Position of the question's last moment.
    pub moment: u32,
}

/// One customer's membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Member {
    pub customer: i64,
    pub member: bool,
    /// Until when (UTC microseconds, exclusive) this stays so if nothing happens; `i64::MAX`: for good.
    pub until_us: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// In no order.
    pub found: Vec<Member>,
    #[serde(skip)]
    turn: Scratch<Turn>,
}

/// The membership of everybody at one moment, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roll {
    members: BTreeSet<i64>,
    /// By customer, when membership has to be looked at again.
    until: BTreeMap<i64, i64>,
    /// The same by time.
    due: BTreeSet<(i64, i64)>,
}

/// What an update changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// New members, ascending.
    pub entered: Vec<i64>,
    /// Members no more, ascending.
    pub left: Vec<i64>,
}

impl Roll {
    /// The roll of a full scan.
    pub fn of(found: &[Member]) -> Roll {
        let mut roll = Roll::default();
        found.iter().for_each(|member| roll.enter(member));
        roll
    }

    /// Customers, ascending, whose membership has to be looked at again by `as_of_us` though nothing happened to them.
    pub fn due(&self, as_of_us: i64) -> BTreeSet<i64> {
        self.due.range(..=(as_of_us, i64::MAX)).map(|(_, customer)| *customer).collect()
    }

    /// Takes in what was found of the customers looked at again: all that are due, and all to whom something happened —
    /// new events, or a merge or its undoing, which happens to every customer it takes or gives events. Of those looked
    /// at, who is not found is no member any more.
    pub fn update(&mut self, looked_at: &BTreeSet<i64>, found: &[Member]) -> Change {
        let before: BTreeSet<i64> = looked_at.intersection(&self.members).copied().collect();
        for customer in looked_at {
            self.members.remove(customer);
            if let Some(until_us) = self.until.remove(customer) {
                self.due.remove(&(until_us, *customer));
            }
        }
        found.iter().filter(|member| looked_at.contains(&member.customer)).for_each(|member| self.enter(member));
        let after: BTreeSet<i64> = looked_at.intersection(&self.members).copied().collect();
        Change {
            entered: after.difference(&before).copied().collect(),
            left: before.difference(&after).copied().collect(),
        }
    }

    /// Ids, ascending.
    pub fn members(&self) -> impl ExactSizeIterator<Item = i64> + '_ {
        self.members.iter().copied()
    }

    pub fn contains(&self, customer: i64) -> bool {
        self.members.contains(&customer)
    }

    fn enter(&mut self, member: &Member) {
        if member.member {
            self.members.insert(member.customer);
        }
        if member.until_us < i64::MAX {
            self.until.insert(member.customer, member.until_us);
            self.due.insert((member.until_us, member.customer));
        }
    }
}

impl Fold for Members {
    type State = State;
    type Pick = ();

    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn state(&self) -> State {
        State::default()
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        let member = self.picks(subject, &());
        let until_us = subject.membership.until_us;
        if state.turn.0.next(subject.customer) && (member || until_us < i64::MAX) {
            state.found.push(Member { customer: subject.customer, member, until_us });
        }
    }

    fn merge(&self, into: &mut State, mut from: State) {
        into.found.append(&mut from.found);
    }

    fn picks(&self, subject: &Slice<'_>, (): &()) -> bool {
        subject.membership.at(self.moment) >> self.bit & 1 != 0
    }

    fn state_bytes(&self, state: &State) -> usize {
        size_of::<State>() + state.found.capacity() * size_of::<Member>()
    }
}
