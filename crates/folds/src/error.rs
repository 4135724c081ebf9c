//! What can go wrong here: a question that makes no sense, or a partial that cannot be read.

/// Errors of this crate. Slices themselves never fail: whatever they hold is folded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The parameters of a fold contradict each other or exceed a limit.
    #[error("{fold}: {what}")]
    Config { fold: &'static str, what: String },
    /// A partial was not written by this version of this fold, or was damaged on its way.
    #[error("a partial result cannot be read ({0}); compute it again")]
    Partial(#[from] postcard::Error),
}

/// The coarse sort of an [`Error`], for mapping to a status once, at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The asker has to change the question.
    Invalid,
    /// Stored or sent bytes are wrong.
    Corrupt,
}

impl Error {
    pub(crate) fn config(fold: &'static str, what: impl Into<String>) -> Error {
        Error::Config { fold, what: what.into() }
    }

    pub fn kind(&self) -> Kind {
        match self {
            Error::Config { .. } => Kind::Invalid,
            Error::Partial(_) => Kind::Corrupt,
        }
    }

    /// Whether the same call may succeed later. None of these does: every computation here is pure.
    pub fn retryable(&self) -> bool {
        false
    }
}
