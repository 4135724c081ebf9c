//! Exit codes, and errors of all crates sorted into them: the one place where the command line does so.

use std::process::ExitCode;

use model::journey::Fault;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    Failed = 1,
    /// As clap exits by itself.
    Usage = 2,
    /// The input is at fault, or rows of an import were rejected.
    Input = 3,
    NotFound = 4,
    /// Changed meanwhile, done differently before, or another process is writing.
    Conflict = 5,
    Cancelled = 130,
}

impl Exit {
    /// Stable name, for JSON.
    pub fn name(self) -> &'static str {
        match self {
            Exit::Done => "done",
            Exit::Failed => "failed",
            Exit::Usage => "usage",
            Exit::Input => "input",
            Exit::NotFound => "not_found",
            Exit::Conflict => "conflict",
            Exit::Cancelled => "cancelled",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// A failure of the command line itself.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub exit: Exit,
    pub message: String,
    pub faults: Vec<Fault>,
}

impl Failure {
    pub fn new(exit: Exit, message: impl Into<String>) -> Failure {
        Failure { exit, message: message.into(), faults: Vec::new() }
    }

    pub fn input(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Input, message)
    }

    pub fn not_found(message: impl Into<String>) -> Failure {
        Failure::new(Exit::NotFound, message)
    }

    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::new(Exit::Usage, message)
    }
}

/// The faults an error lists, if it is about a document.
pub fn faults(error: &anyhow::Error) -> &[Fault] {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        return &failure.faults;
    }
    error.downcast_ref::<worker::Error>().map_or(&[], worker::Error::faults)
}

/// The code an error ends the process with.
pub fn of(error: &anyhow::Error) -> Exit {
    error.chain().find_map(of_cause).unwrap_or(Exit::Failed)
}

fn of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(failure) = cause.downcast_ref::<Failure>() {
        return Some(failure.exit);
    }
    if let Some(error) = cause.downcast_ref::<worker::Error>() {
        return Some(match error.kind() {
            worker::ErrorKind::Input => Exit::Input,
            worker::ErrorKind::NotFound => Exit::NotFound,
            worker::ErrorKind::Conflict => Exit::Conflict,
            worker::ErrorKind::Cancelled => Exit::Cancelled,
            worker::ErrorKind::Failed => Exit::Failed,
        });
    }
    if let Some(error) = cause.downcast_ref::<server::Error>() {
        return Some(match error.kind() {
            server::ErrorKind::Configuration => Exit::Usage,
            server::ErrorKind::Unavailable => Exit::Failed,
        });
    }
    if let Some(error) = cause.downcast_ref::<export::Error>() {
        return Some(match error.kind() {
            export::ErrorKind::Invalid => Exit::Usage,
            export::ErrorKind::Failed => Exit::Failed,
        });
    }
    if let Some(error) = cause.downcast_ref::<analysis::Error>() {
        return Some(match error.kind() {
            analysis::ErrorKind::Invalid | analysis::ErrorKind::TooLarge => Exit::Input,
            analysis::ErrorKind::NotFound => Exit::NotFound,
            analysis::ErrorKind::Cancelled => Exit::Cancelled,
            analysis::ErrorKind::Failed => Exit::Failed,
        });
    }
    if let Some(error) = cause.downcast_ref::<operators::Error>() {
        return Some(match error.kind() {
            operators::ErrorKind::Question | operators::ErrorKind::Limit => Exit::Input,
            operators::ErrorKind::Cancelled => Exit::Cancelled,
            operators::ErrorKind::Lake | operators::ErrorKind::Internal => Exit::Failed,
        });
    }
    if let Some(error) = cause.downcast_ref::<lake::Error>() {
        return Some(match error.kind() {
            lake::ErrorKind::Conflict => Exit::Conflict,
            lake::ErrorKind::Missing => Exit::NotFound,
            lake::ErrorKind::Cancelled => Exit::Cancelled,
            lake::ErrorKind::Invalid | lake::ErrorKind::Limit => Exit::Input,
            lake::ErrorKind::Storage | lake::ErrorKind::Corrupt => Exit::Failed,
        });
    }
    if let Some(error) = cause.downcast_ref::<control::Error>() {
        return Some(match error.kind() {
            control::ErrorKind::NotFound => Exit::NotFound,
            control::ErrorKind::Conflict => Exit::Conflict,
            control::ErrorKind::Invalid => Exit::Input,
            _ => Exit::Failed,
        });
    }
    cause.downcast_ref::<ingest::Error>().map(|error| match error.kind() {
        ingest::ErrorKind::NotFound => Exit::NotFound,
        ingest::ErrorKind::Io => Exit::Failed,
        _ => Exit::Input,
    })
}
