//! What can go wrong when a question is asked.

/// Kinds of failure, for callers that choose a status or an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The question does not make sense; it has to be changed.
    Invalid,
    /// It speaks of something that is not there.
    NotFound,
    /// It was cancelled.
    Cancelled,
    /// It would need more memory than allowed.
    TooLarge,
    /// The store or the engine failed.
    Failed,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{what}: {why}")]
    Invalid { what: String, why: String },
    #[error("there is no {what}")]
    NotFound { what: String },
    #[error("{what} of the lake cannot be read: {why}; run `throughline lake verify`")]
    Damaged { what: String, why: String },
    #[error("the definitions cannot be read: {why}")]
    Definitions { why: String },
    #[error(transparent)]
    Folds(#[from] folds::Error),
    #[error(transparent)]
    Lake(#[from] lake::Error),
    #[error(transparent)]
    Operators(#[from] operators::Error),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn invalid(what: impl Into<String>, why: impl Into<String>) -> Error {
        Error::Invalid { what: what.into(), why: why.into() }
    }

    pub(crate) fn not_found(what: impl Into<String>) -> Error {
        Error::NotFound { what: what.into() }
    }

    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Invalid { .. } => ErrorKind::Invalid,
            Error::NotFound { .. } => ErrorKind::NotFound,
            Error::Folds(error) => match error.kind() {
                folds::Kind::Invalid => ErrorKind::Invalid,
                folds::Kind::Corrupt => ErrorKind::Failed,
            },
            Error::Lake(error) if error.kind() == lake::ErrorKind::Cancelled => ErrorKind::Cancelled,
            Error::Lake(_) | Error::Damaged { .. } | Error::Definitions { .. } => ErrorKind::Failed,
            Error::Operators(error) => match error.kind() {
                operators::ErrorKind::Question => ErrorKind::Invalid,
                operators::ErrorKind::Cancelled => ErrorKind::Cancelled,
                operators::ErrorKind::Limit => ErrorKind::TooLarge,
                operators::ErrorKind::Lake | operators::ErrorKind::Internal => ErrorKind::Failed,
            },
        }
    }

    pub fn retryable(&self) -> bool {
        match self {
            Error::Invalid { .. } | Error::NotFound { .. } | Error::Damaged { .. } | Error::Folds(_) => false,
            Error::Definitions { .. } => true,
            Error::Lake(error) => error.retryable(),
            Error::Operators(error) => error.retryable(),
        }
    }
}
