//! How many subjects there are, and how many customers have one.

use serde::{Deserialize, Serialize};

use crate::counters::{Scratch, Tally, Turn};
use crate::fold::Fold;
use crate::slice::{Needs, Slice};

/// The fold.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subjects;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub subjects: Tally,
    #[serde(skip)]
    turn: Scratch<Turn>,
}

/// All of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct All;

impl Fold for Subjects {
    type State = State;
    type Pick = All;

    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn state(&self) -> State {
        State::default()
    }

    fn fold(&self, state: &mut State, subject: &Slice<'_>) {
        state.turn.0.next(subject.customer);
        state.subjects.see(&state.turn.0);
    }

    fn merge(&self, into: &mut State, from: State) {
        into.subjects.add(from.subjects);
    }

    fn picks(&self, _: &Slice<'_>, _: &All) -> bool {
        true
    }
}
