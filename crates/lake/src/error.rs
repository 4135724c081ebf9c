//! What can go wrong in the lake, in one enum: what, where, and how to mend it.
//!
//! A bad input row is not here: it is a `Rejection` value made before an event exists.

use std::sync::Arc;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the lake. Cloneable, because one failed write answers every caller that shared it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The disk or object store refused.
    #[error("cannot {operation} {file}: {source}")]
    Io {
        operation: &'static str,
        file: String,
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The object store refused.
    #[error("object store: {0}")]
    ObjectStore(Arc<object_store::Error>),
    /// The Delta library could not do it.
    #[error("delta table {table}: {reason}")]
    Delta { table: &'static str, reason: String },
    /// What the log of a table says cannot be read.
    #[error(
        "the log of delta table {table} is damaged: {reason}; restore the folder {table} from a backup, \
         `lake verify` lists all damage"
    )]
    DeltaDamaged { table: &'static str, reason: String },
    /// A Parquet file could not be written or read.
    #[error("parquet file {file}: {source}")]
    Parquet {
        file: String,
        #[source]
        source: Arc<parquet::errors::ParquetError>,
    },
    /// Columns that do not fit each other.
    #[error("columns: {0}")]
    Arrow(Arc<arrow::error::ArrowError>),
    /// Stored bytes are not what was written.
    #[error("{file} is damaged at byte {offset}: {what}; restore it from a backup, `lake verify` lists all damage")]
    Corrupt { file: String, offset: u64, what: String },
    /// A data file is not as it was written.
    #[error(
        "data file {file} is damaged at byte {offset}, its bytes are not those that were written; restore it from a backup, \
         or take a file of events out with `lake quarantine`; `lake verify` lists all damage"
    )]
    DamagedFile { file: String, offset: u64 },
    /// The log no longer holds a record because a flush has moved it into the tables.
    #[error("log record {wanted} was moved into the tables, the log begins at {first}; reload the tables and retry")]
    Released { wanted: u64, first: u64 },
    /// The log refuses writes after a failed one that could not be taken back.
    #[error("the log takes no more writes after a failed one ({reason}); mend the disk and open the workspace again")]
    LogStopped { reason: String },
    /// Another process writes to this workspace.
    #[error("{folder} is being written to by another process; stop it, or open the workspace to read only")]
    Locked { folder: String },
    /// The folder holds no workspace, and reading makes none.
    #[error("{folder} holds no workspace; import or append something first")]
    Missing { folder: String },
    /// A writing call on a lake opened to read.
    #[error("the workspace is open to read only; open it read-write to {operation}")]
    ReadOnly { operation: &'static str },
    /// Somebody else's commit came between planning and committing.
    #[error("table {table} was changed by another commit meanwhile; plan again")]
    Raced { table: &'static str },
    /// A file that was imported before, under another mapping or batch.
    #[error(
        "file {file} of source {source_name} was imported before under another {what}; remove that import first (`--replace`)"
    )]
    ImportKnown { source_name: String, file: String, what: &'static str },
    /// Everybody has a name here.
    #[error("event {position} of the call has no identifier; give each event at least one")]
    NoIdentifier { position: usize },
    /// Somebody stopped the work; what it wrote so far is not part of the lake.
    #[error("cancelled")]
    Cancelled,
    /// There is no such data file.
    #[error("the table of events has no data file {file}; `lake verify` names the files that are damaged")]
    NoFile { file: String },
    /// There is no such column.
    #[error("events have no column `{name}`")]
    NoColumn { name: String },
    /// A stitching policy that cannot be one.
    #[error("stitching policy: {0}")]
    Policy(#[from] model::stitching::PolicyFault),
    /// A decision about the wrong number of identifiers.
    #[error(
        "decision {decision:?} does not fit: to join and to keep apart name two different identifiers, to block one"
    )]
    Verdict { decision: model::stitching::Decision },
    /// More was asked than a limit allows.
    #[error("{what} is {got}, over the limit of {limit}")]
    Limit { what: &'static str, got: u64, limit: u64 },
}

/// The few kinds callers act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Disk or store: full, missing, forbidden, broken.
    Storage,
    /// Stored data is damaged.
    Corrupt,
    /// Somebody else got there first.
    Conflict,
    /// The request is too large.
    Limit,
    /// The request cannot be met as it stands.
    Invalid,
    /// There is no workspace.
    Missing,
    /// Somebody stopped the work.
    Cancelled,
}

impl Error {
    pub(crate) fn io(operation: &'static str, file: impl ToString, source: std::io::Error) -> Self {
        Error::Io { operation, file: file.to_string(), source: Arc::new(source) }
    }

    /// A failure to write a table.
    pub(crate) fn delta(table: &'static str, source: &deltalake_core::DeltaTableError) -> Self {
        Error::Delta { table, reason: without_backtrace(&source.to_string()) }
    }

    /// A failure to read a table: the store's, or else what the store gave cannot be understood.
    pub(crate) fn delta_read(table: &'static str, source: &deltalake_core::DeltaTableError) -> Self {
        let reason = without_backtrace(&source.to_string());
        if is_of_store(source) { Error::Delta { table, reason } } else { Error::DeltaDamaged { table, reason } }
    }

    pub(crate) fn parquet(file: impl ToString, source: parquet::errors::ParquetError) -> Self {
        match source {
            // Said on the way through the library.
            parquet::errors::ParquetError::External(ours) if ours.is::<Error>() => {
                ours.downcast::<Error>().map_or_else(|_| unreachable!("looked at above"), |ours| *ours)
            }
            source => Error::Parquet { file: file.to_string(), source: Arc::new(source) },
        }
    }

    pub(crate) fn corrupt(file: impl ToString, what: impl Into<String>) -> Self {
        Error::Corrupt { file: file.to_string(), offset: 0, what: what.into() }
    }

    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Io { .. } | Error::ObjectStore(_) | Error::Delta { .. } | Error::LogStopped { .. } => {
                ErrorKind::Storage
            }
            Error::Parquet { .. }
            | Error::Arrow(_)
            | Error::Corrupt { .. }
            | Error::DamagedFile { .. }
            | Error::DeltaDamaged { .. } => ErrorKind::Corrupt,
            Error::Released { .. } | Error::Locked { .. } | Error::Raced { .. } | Error::ImportKnown { .. } => {
                ErrorKind::Conflict
            }
            Error::ReadOnly { .. }
            | Error::NoIdentifier { .. }
            | Error::NoColumn { .. }
            | Error::NoFile { .. }
            | Error::Policy(_)
            | Error::Verdict { .. } => ErrorKind::Invalid,
            Error::Missing { .. } => ErrorKind::Missing,
            Error::Limit { .. } => ErrorKind::Limit,
            Error::Cancelled => ErrorKind::Cancelled,
        }
    }

    /// Whether the same call may succeed when made again.
    pub fn retryable(&self) -> bool {
        match self {
            Error::Io { .. }
            | Error::ObjectStore(_)
            | Error::Released { .. }
            | Error::Locked { .. }
            | Error::Raced { .. } => true,
            Error::Delta { .. }
            | Error::DeltaDamaged { .. }
            | Error::Parquet { .. }
            | Error::Arrow(_)
            | Error::Corrupt { .. }
            | Error::DamagedFile { .. }
            | Error::LogStopped { .. }
            | Error::Missing { .. }
            | Error::ReadOnly { .. }
            | Error::ImportKnown { .. }
            | Error::NoIdentifier { .. }
            | Error::NoColumn { .. }
            | Error::NoFile { .. }
            | Error::Policy(_)
            | Error::Verdict { .. }
            | Error::Cancelled
            | Error::Limit { .. } => false,
        }
    }
}

/// Whether the disk or object store is at fault, and not what is on it.
fn is_of_store(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<object_store::Error>() {
            return !matches!(error, object_store::Error::NotFound { .. });
        }
        cause = error.source();
    }
    false
}

/// The library's errors carry where they were made, which is nothing for a person who reads them.
fn without_backtrace(message: &str) -> String {
    let is_frame = |line: &str| {
        let number = line.trim_start().bytes().take_while(u8::is_ascii_digit).count();
        number > 0 && line.trim_start()[number..].starts_with(": ") || line.trim_start().starts_with("stack backtrace")
    };
    let lines = message.lines().take_while(|line| !is_frame(line)).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        Error::ObjectStore(Arc::new(error))
    }
}

impl From<arrow::error::ArrowError> for Error {
    fn from(error: arrow::error::ArrowError) -> Self {
        Error::Arrow(Arc::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backtraces_are_left_out() {
        let message = "Kernel error: expected value\nat line 1: here\n   0: std::backtrace\n             at x.rs:1\n";
        assert_eq!(without_backtrace(message), "Kernel error: expected value at line 1: here");
        assert_eq!(without_backtrace("plain"), "plain");
    }
}
