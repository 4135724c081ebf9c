//! What can go wrong in background work, in one enum.

use std::path::{Path, PathBuf};

use model::journey::Fault;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot {operation} {}: {source}", path.display())]
    Io { operation: &'static str, path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Ingest(#[from] ingest::Error),
    #[error(transparent)]
    Lake(lake::Error),
    #[error(transparent)]
    Analysis(analysis::Error),
    #[error(transparent)]
    Control(#[from] control::Error),
    /// A document of the caller has faults.
    #[error("{} has {}", path.display(), counted(faults))]
    Document { path: PathBuf, faults: Vec<Fault> },
    /// A file that is in the lake already, read under another mapping than now.
    #[error(
        "{} was imported before under another mapping (then {before:016x}, now {now:016x}); \
         `--replace` removes its earlier rows first, or import it with the mapping of then",
        path.display()
    )]
    MappingChanged { path: PathBuf, before: i64, now: i64 },
    #[error("{} is no file of positions: {reason}", path.display())]
    NoPositions { path: PathBuf, reason: String },
    #[error("there is no workspace `{id}`; `throughline workspace list` shows those there are")]
    WorkspaceUnknown { id: String },
    #[error("{} holds no samples; give the folder that has one folder a sample, each with a workspace.yaml", path.display())]
    NoSamples { path: PathBuf },
    /// Stopped on request; what was acknowledged stays, and the same call goes on from there.
    #[error("stopped; the same command goes on where this one ended")]
    Cancelled,
    #[error("the simulated world cannot be made: {0}")]
    Simulation(String),
    /// A reference table without a row would take away what was known.
    #[error("{} has no row that can be taken, {rejected} were rejected{rejects}; nothing was changed", path.display())]
    NoReferenceRows { path: PathBuf, rejected: u64, rejects: String },
    /// Invented events never mix with others.
    #[error("workspace `{id}` holds data that is not simulated; name another workspace, it will be made")]
    NotSimulated { id: String },
    #[error(
        "the workspace holds a world of another seed, size or other plants; `--replace` removes it first, \
         or name another workspace"
    )]
    OtherWorld,
    /// A name, size or piece of an upload that is not taken.
    #[error("the upload is refused: {0}")]
    UploadRefused(String),
    #[error(
        "the file has {bytes} bytes, and at most {bytes_max} are taken; raise `import.upload_mib`, pack it with gzip, or use `throughline import`"
    )]
    UploadTooLarge { bytes: u64, bytes_max: u64 },
    #[error("{waiting} uploads wait already; import them or throw them away first")]
    UploadsMany { waiting: usize },
    #[error("there is no upload `{id}`; uploads are thrown away once they are imported, and after a day")]
    UploadUnknown { id: String },
    #[error("the piece begins at byte {offset}, and {received} bytes are here; send it from there on")]
    UploadOffset { offset: u64, received: u64 },
    #[error("of {bytes} bytes {received} are here; send the rest first")]
    UploadIncomplete { received: u64, bytes: u64 },
    #[error(
        "{} holds other files and no backups of ours; name a folder that is empty or missing, or a target of before",
        path.display()
    )]
    NotATarget { path: PathBuf },
    #[error("{} is being written to or read by another backup; try again when it is done", path.display())]
    TargetInUse { path: PathBuf },
    #[error("{} lies in the data folder, and would be copied into itself; name a folder outside, best on another disk", path.display())]
    TargetInside { path: PathBuf },
    #[error("there is no backup{} in {}; `throughline backup list` shows those there are", named(id), path.display())]
    NoBackup { path: PathBuf, id: Option<String> },
    #[error("the backup is damaged: {what}; restore another one, `throughline backup verify` tells which are whole")]
    BackupDamaged { what: String },
    #[error("{} is of form {format}, and this program knows up to {known}; use the program that wrote it", path.display())]
    BackupNewer { path: PathBuf, format: u32, known: u32 },
    #[error("{} is not empty, and nothing is removed for a restore; name a folder that is empty or missing", path.display())]
    NotEmpty { path: PathBuf },
    #[error("stopped; nothing was put in place")]
    RestoreStopped,
    #[error("the operating system gives no random numbers: {0}")]
    Randomness(String),
    /// A task of this process died.
    #[error("a background task failed: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// The few kinds callers act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The caller's files or documents are at fault.
    Input,
    NotFound,
    /// Somebody else is writing, or it was done differently before.
    Conflict,
    Cancelled,
    /// The machine, the disk or this program.
    Failed,
}

impl From<lake::Error> for Error {
    fn from(error: lake::Error) -> Error {
        match error {
            lake::Error::Cancelled => Error::Cancelled,
            error => Error::Lake(error),
        }
    }
}

impl Error {
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Ingest(error) => match error.kind() {
                ingest::ErrorKind::NotFound => ErrorKind::NotFound,
                ingest::ErrorKind::Io => ErrorKind::Failed,
                _ => ErrorKind::Input,
            },
            Error::Lake(error) => match error.kind() {
                lake::ErrorKind::Conflict => ErrorKind::Conflict,
                lake::ErrorKind::Missing => ErrorKind::NotFound,
                _ => ErrorKind::Failed,
            },
            Error::Control(error) => match error.kind() {
                control::ErrorKind::NotFound => ErrorKind::NotFound,
                control::ErrorKind::Conflict => ErrorKind::Conflict,
                control::ErrorKind::Invalid => ErrorKind::Input,
                _ => ErrorKind::Failed,
            },
            Error::Analysis(error) => match error.kind() {
                analysis::ErrorKind::Invalid | analysis::ErrorKind::TooLarge => ErrorKind::Input,
                analysis::ErrorKind::NotFound => ErrorKind::NotFound,
                analysis::ErrorKind::Cancelled => ErrorKind::Cancelled,
                analysis::ErrorKind::Failed => ErrorKind::Failed,
            },
            Error::Document { .. }
            | Error::NoPositions { .. }
            | Error::Simulation(_)
            | Error::NoReferenceRows { .. }
            | Error::UploadRefused(_)
            | Error::UploadTooLarge { .. }
            | Error::NotATarget { .. }
            | Error::TargetInside { .. } => ErrorKind::Input,
            Error::MappingChanged { .. }
            | Error::NotSimulated { .. }
            | Error::OtherWorld
            | Error::UploadsMany { .. }
            | Error::UploadOffset { .. }
            | Error::UploadIncomplete { .. }
            | Error::TargetInUse { .. }
            | Error::NotEmpty { .. } => ErrorKind::Conflict,
            Error::WorkspaceUnknown { .. }
            | Error::NoSamples { .. }
            | Error::UploadUnknown { .. }
            | Error::NoBackup { .. } => ErrorKind::NotFound,
            Error::Cancelled | Error::RestoreStopped => ErrorKind::Cancelled,
            Error::BackupDamaged { .. } | Error::BackupNewer { .. } => ErrorKind::Failed,
            Error::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            Error::Io { .. } | Error::Randomness(_) | Error::Task(_) => ErrorKind::Failed,
        }
    }

    /// Whether the same call may succeed when made again.
    pub fn retryable(&self) -> bool {
        match self {
            Error::Ingest(error) => error.retryable(),
            Error::Lake(error) => error.retryable(),
            Error::Control(error) => error.retryable(),
            Error::Analysis(error) => error.retryable(),
            Error::Cancelled | Error::RestoreStopped | Error::TargetInUse { .. } => true,
            _ => false,
        }
    }

    /// Faults of a document, for those who show them line by line.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Error::Document { faults, .. } => faults,
            _ => &[],
        }
    }

    /// The same error of a file that people call otherwise than it is called on this machine.
    pub fn of_file_called(self, name: &str) -> Error {
        match self {
            Error::Ingest(error) => Error::Ingest(error.of_file_called(name)),
            Error::MappingChanged { before, now, .. } => {
                Error::MappingChanged { path: PathBuf::from(name), before, now }
            }
            Error::Document { faults, .. } => Error::Document { path: PathBuf::from(name), faults },
            Error::NoPositions { reason, .. } => Error::NoPositions { path: PathBuf::from(name), reason },
            other => other,
        }
    }

    pub(crate) fn io(operation: &'static str, path: &Path, source: std::io::Error) -> Error {
        Error::Io { operation, path: path.to_owned(), source }
    }
}

fn counted(faults: &[Fault]) -> String {
    match faults {
        [fault] => format!("a fault: {fault}"),
        _ => format!("{} faults", faults.len()),
    }
}

fn named(id: &Option<String>) -> String {
    id.as_ref().map_or(String::new(), |id| format!(" `{id}`"))
}
