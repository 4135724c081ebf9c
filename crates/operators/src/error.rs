//! What can go wrong while a question is computed, in one enum.

use std::sync::Arc;

use datafusion::error::DataFusionError;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate. Cloneable, because one failed read answers everyone who waited for it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The question makes no sense as put.
    #[error("{what}")]
    Question { what: String },
    /// The SQL text is not understood, or asks for what is not allowed.
    #[error("sql: {what}")]
    Sql { what: String },
    /// Somebody cancelled the question.
    #[error("cancelled")]
    Cancelled,
    /// The question needs more memory than it is given.
    #[error(
        "the question needs more memory than it may use ({what}); narrow its period or filter, or raise the memory limit"
    )]
    Memory { what: String },
    /// More was asked than a limit allows.
    #[error("{what} is {got}, over the limit of {limit}")]
    Limit { what: &'static str, got: u64, limit: u64 },
    /// Stored bytes are not what was written.
    #[error("column {column} holds what cannot be read: {what}; `lake verify` lists all damage")]
    Damaged { column: String, what: String },
    /// The lake could not be read.
    #[error(transparent)]
    Lake(lake::Error),
    /// The query engine failed in a way that is not the question's fault.
    #[error("query engine: {}", .0.strip_backtrace())]
    Engine(Arc<DataFusionError>),
    /// A defect of this program.
    #[error("{what}; this is a defect, please report it")]
    Defect { what: String },
}

/// The few kinds callers act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The caller's question is at fault and can be mended by the caller.
    Question,
    /// Cancelled by a caller.
    Cancelled,
    /// A limit: memory, rows, names.
    Limit,
    /// The lake's disk or data.
    Lake,
    /// A defect or an unexpected failure.
    Internal,
}

impl Error {
    pub(crate) fn question(what: impl Into<String>) -> Error {
        Error::Question { what: what.into() }
    }

    pub(crate) fn defect(what: impl Into<String>) -> Error {
        Error::Defect { what: what.into() }
    }

    /// What a caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Question { .. } | Error::Sql { .. } => ErrorKind::Question,
            Error::Cancelled => ErrorKind::Cancelled,
            Error::Memory { .. } | Error::Limit { .. } => ErrorKind::Limit,
            Error::Damaged { .. } | Error::Lake(_) => ErrorKind::Lake,
            Error::Engine(_) | Error::Defect { .. } => ErrorKind::Internal,
        }
    }

    /// Whether the same question may succeed when put again.
    pub fn retryable(&self) -> bool {
        match self {
            Error::Lake(error) => error.retryable(),
            Error::Memory { .. } => true,
            _ => false,
        }
    }

    /// Reads an engine error back: our own errors travel through the engine wrapped, and what a person wrote
    /// wrong in SQL must not look like a failure of the engine.
    pub(crate) fn of_engine(error: DataFusionError) -> Error {
        if let Some(own) = own_error(&error) {
            return own;
        }
        match error.find_root() {
            DataFusionError::ResourcesExhausted(what) => Error::Memory { what: what.clone() },
            DataFusionError::SQL(..)
            | DataFusionError::Plan(_)
            | DataFusionError::SchemaError(..)
            | DataFusionError::NotImplemented(_)
            | DataFusionError::Configuration(_)
            | DataFusionError::Execution(_)
            | DataFusionError::ArrowError(..)
            | DataFusionError::Diagnostic(..) => Error::Sql { what: error.strip_backtrace() },
            _ => Error::Engine(Arc::new(error)),
        }
    }
}

impl From<lake::Error> for Error {
    fn from(error: lake::Error) -> Error {
        match error {
            lake::Error::Cancelled => Error::Cancelled,
            error => Error::Lake(error),
        }
    }
}

impl From<Error> for DataFusionError {
    fn from(error: Error) -> DataFusionError {
        DataFusionError::External(Box::new(error))
    }
}

/// Our error inside an engine error, however often it was wrapped on its way.
fn own_error(error: &DataFusionError) -> Option<Error> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(own) = error.downcast_ref::<Error>() {
            return Some(own.clone());
        }
        next = match error.downcast_ref::<DataFusionError>() {
            Some(DataFusionError::External(inner)) => Some(inner.as_ref()),
            Some(DataFusionError::Shared(inner)) => Some(inner.as_ref()),
            Some(DataFusionError::ArrowError(inner, _)) => match inner.as_ref() {
                arrow::error::ArrowError::ExternalError(inner) => Some(inner.as_ref()),
                _ => None,
            },
            _ => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_errors_come_back_out_of_the_engine() {
        let wrapped = DataFusionError::from(Error::Cancelled).context("while scanning");
        let shared = DataFusionError::Shared(Arc::new(wrapped));
        assert_eq!(Error::of_engine(shared).kind(), ErrorKind::Cancelled);
        let exhausted = DataFusionError::ResourcesExhausted("pool is empty".into()).context("in a join");
        assert_eq!(Error::of_engine(exhausted).kind(), ErrorKind::Limit);
        assert_eq!(Error::of_engine(DataFusionError::Plan("no table".into())).kind(), ErrorKind::Question);
        assert_eq!(Error::of_engine(DataFusionError::Internal("x".into())).kind(), ErrorKind::Internal);
    }
}
