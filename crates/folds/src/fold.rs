//! The trait every analysis implements.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::slice::{Needs, Slice, Subject};

/// One analysis: what it reads of a subject, what it adds up, and which subjects stand behind a number.
///
/// The caller promises that all subjects of a customer are folded into one state, one after the other. With
/// that, customers are counted exactly without remembering them: a counter only knows who came last. A state
/// that was sent on and read back has forgotten even that, so a customer's subjects must not be spread over
/// two states or over a serialisation.
pub trait Fold: Debug + Send + Sync {
    /// What is added up. Serialised with [`encode`] it is a partial result.
    type State: Clone + Serialize + DeserializeOwned + Send;

    /// Names a set of subjects: "reached step 3", "moved from a to b".
    type Pick: Serialize + DeserializeOwned + Debug + Clone + Send + Sync;

    fn needs(&self) -> Needs;

    /// The state before any subject.
    fn state(&self) -> Self::State;

    /// Adds one subject.
    fn fold(&self, state: &mut Self::State, subject: &Slice<'_>);

    /// Adds subjects that are ranges of a block's rows, in their order: as [`Fold::fold`] of each, with less to do for each.
    /// The `customer`, `end` and `membership` of `rows` are nobody's.
    fn fold_all(&self, state: &mut Self::State, rows: &Slice<'_>, subjects: &[Subject]) {
        subjects.iter().for_each(|subject| self.fold(state, &rows.of(subject)));
    }

    /// Adds the subjects of other customers. Associative and commutative, exactly.
    fn merge(&self, into: &mut Self::State, from: Self::State);

    /// Whether the subject is one of those `pick` names, decided by the code [`Fold::fold`] counts with.
    fn picks(&self, subject: &Slice<'_>, pick: &Self::Pick) -> bool;

    /// How often the subject is one of those: where a number counts parts of subjects, such as a funnel's attempts or the
    /// paths from an anchor, how many of them.
    fn times(&self, subject: &Slice<'_>, pick: &Self::Pick) -> u64 {
        u64::from(self.picks(subject, pick))
    }

    /// Position of the event with which the subject did step `step` (counted from 0), in the run its numbers count.
    /// None: it did not, or the fold knows no steps.
    fn moment(&self, _subject: &Slice<'_>, _step: usize) -> Option<usize> {
        None
    }

    /// Whether [`Fold::moment`] tells of steps at all.
    fn knows_steps(&self) -> bool {
        false
    }

    /// Roughly the heap bytes of a state, for the caller's memory budget.
    fn state_bytes(&self, _state: &Self::State) -> usize {
        size_of::<Self::State>()
    }
}

/// A state as bytes.
pub fn encode<S: Serialize>(state: &S) -> Result<Vec<u8>, Error> {
    Ok(postcard::to_allocvec(state)?)
}

/// A state from [`encode`]d bytes.
pub fn decode<S: DeserializeOwned>(bytes: &[u8]) -> Result<S, Error> {
    Ok(postcard::from_bytes(bytes)?)
}
