//! What can go wrong in the control plane.

use std::path::PathBuf;

use model::journey::Fault;
use sea_orm::sqlx::error::ErrorKind as SqlKind;
use sea_orm::{DbErr, RuntimeErr, sqlx};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure it is; the edges (HTTP, exit code) map this and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A thing that was named is not there.
    NotFound,
    /// Someone else was first.
    Conflict,
    /// The request itself is wrong.
    Invalid,
    /// The database cannot be reached or used now.
    Unavailable,
    /// The database holds what it never should.
    Corrupt,
    /// The database was written by a newer version of the program.
    Newer,
}

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("there is no {what} `{id}`")]
    NotFound { what: &'static str, id: String },

    #[error("workspace `{0}` exists already")]
    WorkspaceExists(String),

    #[error("source `{0}` exists already")]
    SourceExists(String),
    #[error("there is a sensor `{0}` already in this workspace; choose another id, or change that one")]
    SensorExists(String),

    /// `found` is 0 where nothing is stored yet.
    #[error("{what} `{id}` is at version {found}, not {expected}: someone changed it meanwhile; load it again")]
    Changed { what: &'static str, id: String, expected: u32, found: u32 },

    #[error("somebody has this e-mail address already")]
    PersonExists,

    #[error("somebody with this e-mail address is a member already")]
    MemberExists,

    #[error("nobody with this e-mail address is known or invited here; ask an owner of a workspace for an invitation")]
    NotInvited,

    #[error("this person may not sign in any more; ask an administrator")]
    PersonDisabled,

    #[error(
        "the person with this e-mail address signs in by another account of the provider; ask an administrator whose \
         the address is"
    )]
    AccountOfAnother,

    #[error("the installation has its first person already; sign in")]
    SetUp,

    #[error("workspace `{0}` would be without an owner who can sign in; make another member an owner first")]
    LastOwner(String),

    #[error("nobody would be left to manage people; make somebody else an administrator first")]
    LastAdministrator,

    #[error("{field}: {message}")]
    Invalid { field: String, message: String },

    #[error("journey `{journey}` has {} fault(s), the first: {}", faults.len(), faults[0])]
    Faults {
        journey: String,
        /// At least one.
        faults: Vec<Fault>,
    },

    #[error("segment `{segment}` has {} fault(s), the first: {}", faults.len(), faults[0])]
    SegmentFaults {
        segment: String,
        /// At least one.
        faults: Vec<Fault>,
    },

    #[error("site `{site}` has {} fault(s), the first: {}", faults.len(), faults[0])]
    SiteFaults {
        site: String,
        /// At least one.
        faults: Vec<Fault>,
    },

    #[error("the traffic rules have {} fault(s), the first: {}", faults.len(), faults[0])]
    TrafficFaults {
        /// At least one.
        faults: Vec<Fault>,
    },

    #[error("{what}: at most {max}; delete some first")]
    Full { what: &'static str, max: u64 },

    #[error(
        "the control database {path} has schema version {found}, and this program knows up to {known}; \
         use the program that wrote it, or a newer one"
    )]
    Newer { path: String, found: i64, known: i64 },

    #[error("{0} is a database of another program; name another file")]
    Foreign(String),

    #[error("the control database holds {what} that cannot be read: {reason}")]
    Corrupt { what: String, reason: String },

    #[error("cannot open the control database {path}: {reason}")]
    Open {
        path: PathBuf,
        reason: String,
        /// [`ErrorKind::Corrupt`] if the file is no database, else [`ErrorKind::Unavailable`].
        kind: ErrorKind,
    },

    #[error("the control database is busy with another writer; try again")]
    Busy(#[source] DbErr),

    #[error("the control database failed: {0}")]
    Database(#[source] DbErr),
}

impl Error {
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::NotFound { .. } => ErrorKind::NotFound,
            Error::WorkspaceExists(_)
            | Error::SourceExists(_)
            | Error::SensorExists(_)
            | Error::Changed { .. }
            | Error::PersonExists
            | Error::MemberExists
            | Error::NotInvited
            | Error::PersonDisabled
            | Error::AccountOfAnother
            | Error::SetUp
            | Error::LastOwner(_)
            | Error::LastAdministrator => ErrorKind::Conflict,
            Error::Invalid { .. }
            | Error::Faults { .. }
            | Error::SegmentFaults { .. }
            | Error::SiteFaults { .. }
            | Error::TrafficFaults { .. }
            | Error::Full { .. }
            | Error::Foreign(_) => ErrorKind::Invalid,
            Error::Newer { .. } => ErrorKind::Newer,
            Error::Corrupt { .. } => ErrorKind::Corrupt,
            Error::Open { kind, .. } => *kind,
            Error::Busy(_) => ErrorKind::Unavailable,
            Error::Database(error) => Error::database_kind(error),
        }
    }

    /// Whether the same request may succeed a little later.
    pub fn retryable(&self) -> bool {
        matches!(self, Error::Busy(_))
    }

    pub(crate) fn database_kind(error: &DbErr) -> ErrorKind {
        match (sqlite_code(error), sql_kind(error)) {
            (Some(CORRUPT | NOT_A_DATABASE), _) => ErrorKind::Corrupt,
            (_, Some(SqlKind::UniqueViolation)) => ErrorKind::Conflict,
            _ => match error {
                DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => ErrorKind::Corrupt,
                _ => ErrorKind::Unavailable,
            },
        }
    }

    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Error {
        Error::Invalid { field: field.into(), message: message.into() }
    }

    pub(crate) fn no_workspace(id: &str) -> Error {
        Error::NotFound { what: "workspace", id: id.to_owned() }
    }

    pub(crate) fn corrupt(what: impl Into<String>, reason: impl ToString) -> Error {
        Error::Corrupt { what: what.into(), reason: reason.to_string() }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Error {
        if is_busy(&error) { Error::Busy(error) } else { Error::Database(error) }
    }
}

// Primary result codes, https://www.sqlite.org/rescode.html; the upper bytes of a code only refine it.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const CORRUPT: u32 = 11;
const NOT_A_DATABASE: u32 = 26;

pub(crate) fn is_busy(error: &DbErr) -> bool {
    matches!(error, DbErr::ConnectionAcquire(_)) || matches!(sqlite_code(error), Some(BUSY | LOCKED))
}

fn sqlite_code(error: &DbErr) -> Option<u32> {
    let code = database_error(error)?.code()?;
    code.parse::<u32>().ok().map(|code| code & 0xff)
}

fn sql_kind(error: &DbErr) -> Option<SqlKind> {
    database_error(error).map(|error| error.kind())
}

fn database_error(error: &DbErr) -> Option<&dyn sqlx::error::DatabaseError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => error.as_database_error(),
        _ => None,
    }
}
