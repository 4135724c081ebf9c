//! What can go wrong while foreign bytes are read, in one enum: what, where, and how to mend it.
//!
//! A row that cannot be taken is not here: it is a [`model::event::Rejection`] and the file goes on. An error
//! ends the reading of its file.

use std::io;
use std::path::{Path, PathBuf};

use model::journey::Fault;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Paths that name no file at all.
    #[error("`{wanted}` matches no data file; {advice}")]
    NoFiles { wanted: String, advice: String },
    /// The file system refused.
    #[error("cannot {operation} {}: {source}", path.display())]
    Io {
        operation: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The file ends before it should, or its bytes are no longer what was written.
    #[error("{} is damaged after row {row}: {detail}; fetch the file again, the rows before it are fine", path.display())]
    Damaged { path: PathBuf, row: u64, detail: String },
    /// A format, compression or layout this crate does not read.
    #[error("cannot read {}: {detail}", path.display())]
    Unsupported { path: PathBuf, detail: String },
    /// The mapping is sound but does not fit this file.
    #[error("{}: the mapping does not fit, {fault}", path.display())]
    Mapping { path: PathBuf, fault: Box<Fault> },
    /// No entry of the mapping covers this file.
    #[error("no entry under `files` of the mapping matches {}; add one, or list the file under `ignore`", path.display())]
    NotCovered { path: PathBuf },
    /// A mapping was asked for of files that have no rows.
    #[error("{} has no rows, so no mapping can be suggested; give a file with a header and some rows", path.display())]
    NoRows { path: PathBuf },
    /// More was asked than a limit allows.
    #[error("{}: {detail}", path.display())]
    Limit { path: PathBuf, detail: String },
}

/// The few kinds callers act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nothing there.
    NotFound,
    /// Disk or permission.
    Io,
    /// The bytes are broken.
    Damaged,
    /// A format that is not read.
    Unsupported,
    /// Mapping and file do not fit.
    Mapping,
    /// Files without rows.
    Empty,
    /// Over a limit.
    Limit,
}

impl Error {
    /// Which of the few kinds callers act on.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::NoFiles { .. } => ErrorKind::NotFound,
            Error::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => ErrorKind::NotFound,
            Error::Io { .. } => ErrorKind::Io,
            Error::Damaged { .. } => ErrorKind::Damaged,
            Error::NoRows { .. } => ErrorKind::Empty,
            Error::Unsupported { .. } => ErrorKind::Unsupported,
            Error::Mapping { .. } | Error::NotCovered { .. } => ErrorKind::Mapping,
            Error::Limit { .. } => ErrorKind::Limit,
        }
    }

    /// Whether the same call may succeed later with nothing changed.
    pub fn retryable(&self) -> bool {
        matches!(self, Error::Io { source, .. }
            if matches!(source.kind(), io::ErrorKind::Interrupted | io::ErrorKind::TimedOut | io::ErrorKind::ResourceBusy))
    }

    /// The same error of a file that people call otherwise: where it lies on this machine is nobody's concern.
    pub fn of_file_called(mut self, name: &str) -> Error {
        match &mut self {
            Error::NoFiles { .. } => {}
            Error::Io { path, .. }
            | Error::Damaged { path, .. }
            | Error::Unsupported { path, .. }
            | Error::Mapping { path, .. }
            | Error::NotCovered { path }
            | Error::NoRows { path }
            | Error::Limit { path, .. } => *path = PathBuf::from(name),
        }
        self
    }

    pub(crate) fn io(operation: &'static str, path: &Path, source: io::Error) -> Error {
        Error::Io { operation, path: path.to_owned(), source }
    }

    pub(crate) fn mapping(path: &Path, field: impl Into<String>, message: impl Into<String>) -> Error {
        Error::Mapping { path: path.to_owned(), fault: Box::new(Fault::new(field, message)) }
    }

    /// Sorts an error met in the middle of a stream: broken bytes are damage, too much is a limit, the rest is the disk.
    pub(crate) fn stream(path: &Path, row: u64, source: io::Error) -> Error {
        let detail = match source.kind() {
            io::ErrorKind::UnexpectedEof => "the compressed data ends too early".to_owned(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                format!("the compressed data is broken ({source})")
            }
            io::ErrorKind::Other => source.to_string(),
            io::ErrorKind::FileTooLarge => {
                return Error::Limit { path: path.to_owned(), detail: source.to_string() };
            }
            _ => return Error::io("read", path, source),
        };
        Error::Damaged { path: path.to_owned(), row, detail }
    }
}
