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
    /// The Delta library refused.
    #[error("delta table {table}: {}", told(source))]
    Delta {
        table: &'static str,
        #[source]
        source: Arc<deltalake_core::DeltaTableError>,
    },
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
    /// There is no such column.
    #[error("events have no column `{name}`")]
    NoColumn { name: String },
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
}

impl Error {
    pub(crate) fn io(operation: &'static str, file: impl ToString, source: std::io::Error) -> Self {
        Error::Io { operation, file: file.to_string(), source: Arc::new(source) }
    }

    pub(crate) fn delta(table: &'static str, source: deltalake_core::DeltaTableError) -> Self {
        Error::Delta { table, source: Arc::new(source) }
    }

    pub(crate) fn parquet(file: impl ToString, source: parquet::errors::ParquetError) -> Self {
        Error::Parquet { file: file.to_string(), source: Arc::new(source) }
    }

    pub(crate) fn corrupt(file: impl ToString, what: impl Into<String>) -> Self {
        Error::Corrupt { file: file.to_string(), offset: 0, what: what.into() }
    }

    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Io { .. } | Error::ObjectStore(_) | Error::Delta { .. } | Error::LogStopped { .. } => {
                ErrorKind::Storage
            }
            Error::Parquet { .. } | Error::Arrow(_) | Error::Corrupt { .. } => ErrorKind::Corrupt,
            Error::Released { .. } | Error::Locked { .. } | Error::Raced { .. } | Error::ImportKnown { .. } => {
                ErrorKind::Conflict
            }
            Error::ReadOnly { .. } | Error::NoIdentifier { .. } | Error::NoColumn { .. } => ErrorKind::Invalid,
            Error::Missing { .. } => ErrorKind::Missing,
            Error::Limit { .. } => ErrorKind::Limit,
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
            | Error::Parquet { .. }
            | Error::Arrow(_)
            | Error::Corrupt { .. }
            | Error::LogStopped { .. }
            | Error::Missing { .. }
            | Error::ReadOnly { .. }
            | Error::ImportKnown { .. }
            | Error::NoIdentifier { .. }
            | Error::NoColumn { .. }
            | Error::Limit { .. } => false,
        }
    }
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

/// What an error of the Delta library says, without the backtrace it may print after it.
fn told(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let frame = |line: &str| {
        let line = line.trim_start();
        let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        line.starts_with("stack backtrace") || (digits > 0 && line[digits..].starts_with(": "))
    };
    let said: Vec<&str> = text.lines().take_while(|line| !frame(line)).map(str::trim).collect();
    said.join(" ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_ends_before_its_backtrace() {
        let text =
            "no log in file:///x\n   0: std::backtrace::Backtrace::create\n             at /rustc/x/lib.rs:5\n   1: b";
        assert_eq!(told(&text), "no log in file:///x");
        assert_eq!(told(&"two\nlines of 3: text"), "two lines of 3: text");
        assert_eq!(told(&"x\nstack backtrace:\n 0: y"), "x");
    }
}
