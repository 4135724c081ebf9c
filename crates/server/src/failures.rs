//! Errors of the crates below, as the API says them. Each is translated once, here.

use axum::http::StatusCode;
use model::journey::Fault;

use crate::compute::cancelled;
use crate::error::ApiError;

impl From<lake::Error> for ApiError {
    fn from(error: lake::Error) -> ApiError {
        use lake::ErrorKind::{Cancelled, Conflict, Corrupt, Invalid, Limit, Missing, Storage};
        match error.kind() {
            Storage => unavailable(&error),
            Conflict if error.retryable() => unavailable(&error),
            Conflict => ApiError::conflict("conflict", error.to_string()),
            Corrupt => ApiError { message: error.to_string(), ..ApiError::internal(&error) }
                .hint("run `throughline lake verify`"),
            Missing => ApiError::not_found("workspace_empty", "the workspace holds no events yet")
                .hint("bring some in with `throughline import`"),
            Invalid if matches!(error, lake::Error::Policy(_)) => {
                ApiError::bad_request("identity_policy_invalid", error.to_string())
            }
            Limit | Invalid => ApiError::bad_request("request_invalid", error.to_string()),
            Cancelled => cancelled(),
        }
    }
}

impl From<control::Error> for ApiError {
    fn from(error: control::Error) -> ApiError {
        use control::Error::{Faults, SegmentFaults, SiteFaults, TrafficFaults};
        use control::ErrorKind::{Conflict, Corrupt, Invalid, Newer, NotFound, Unavailable};
        if let Faults { faults, .. }
        | SegmentFaults { faults, .. }
        | SiteFaults { faults, .. }
        | TrafficFaults { faults } = error
        {
            return definition_invalid(faults);
        }
        if let Some(code) = access_code(&error) {
            return ApiError::conflict(code, error.to_string());
        }
        match error.kind() {
            NotFound => ApiError::not_found("not_found", error.to_string()),
            Conflict
                if matches!(
                    error,
                    control::Error::WorkspaceExists(_)
                        | control::Error::SourceExists(_)
                        | control::Error::SensorExists(_)
                ) =>
            {
                ApiError::conflict("exists", error.to_string()).hint("choose another id")
            }
            Conflict => ApiError::conflict("version_conflict", error.to_string())
                .hint("load the newest version, make the change there and save again"),
            Invalid => match &error {
                control::Error::Invalid { field, .. } if field == "password" => {
                    ApiError::bad_request("password_refused", error.to_string())
                }
                control::Error::Invalid { field, .. } if field == "email" => {
                    ApiError::bad_request("email_invalid", error.to_string())
                }
                _ => ApiError::bad_request("request_invalid", error.to_string()),
            },
            Unavailable => unavailable(&error),
            Corrupt | Newer => ApiError { message: error.to_string(), ..ApiError::internal(&error) },
        }
    }
}

/// The codes of conflicts about people.
fn access_code(error: &control::Error) -> Option<&'static str> {
    match error {
        control::Error::PersonExists => Some("person_exists"),
        control::Error::MemberExists => Some("member_exists"),
        control::Error::SetUp => Some("set_up_already"),
        control::Error::LastOwner(_) => Some("last_owner"),
        control::Error::LastAdministrator => Some("last_administrator"),
        _ => None,
    }
}

/// A definition that cannot be saved, with everything wrong with it.
pub(crate) fn definition_invalid(faults: Vec<Fault>) -> ApiError {
    let first = faults.first().map(ToString::to_string).unwrap_or_default();
    let message = match faults.len() {
        1 => format!("the definition has a fault: {first}"),
        n => format!("the definition has {n} faults; the first: {first}"),
    };
    ApiError::invalid("definition_invalid", message, faults)
}

impl From<worker::Error> for ApiError {
    fn from(error: worker::Error) -> ApiError {
        use worker::Error as E;
        use worker::ErrorKind::{Cancelled, Conflict, Failed, Input, NotFound};
        let message = error.to_string();
        match error {
            E::Lake(error) => error.into(),
            E::Control(error) => error.into(),
            E::Ingest(error) => error.into(),
            E::Document { faults, .. } => mapping_invalid(faults),
            E::MappingChanged { path, .. } => {
                let message = format!("{} was imported before under another mapping", path.display());
                ApiError::conflict("import_known", message)
                    .hint("start it with `replace` to remove its earlier rows first, or use the mapping of then")
            }
            E::UploadRefused(_) => ApiError::bad_request("upload_refused", message),
            E::UploadTooLarge { .. } => ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "upload_too_large", message),
            E::UploadsMany { .. } => ApiError::conflict("uploads_many", message),
            E::UploadUnknown { .. } => ApiError::not_found("upload_unknown", message),
            E::UploadOffset { .. } => ApiError::conflict("upload_offset", message),
            E::UploadIncomplete { .. } => ApiError::conflict("upload_incomplete", message),
            E::Io { ref source, .. } if is_full(source) => unavailable(&error),
            error => match error.kind() {
                Input => ApiError::bad_request("request_invalid", message),
                NotFound => ApiError::not_found("not_found", message),
                Conflict => ApiError::conflict("conflict", message),
                Cancelled => cancelled(),
                Failed => ApiError::internal(&error),
            },
        }
    }
}

/// Whether a disk is full, or what one may use of it.
fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}

/// A file that was handed in, and what is wrong with it.
impl From<ingest::Error> for ApiError {
    fn from(error: ingest::Error) -> ApiError {
        use ingest::ErrorKind::{Damaged, Empty, Io, Limit, Mapping, NotFound, Unsupported};
        let unprocessable = |code| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, error.to_string());
        match (error.kind(), &error) {
            (Mapping, ingest::Error::Mapping { fault, .. }) => {
                ApiError { details: vec![(**fault).clone()], ..unprocessable("mapping_unfit") }
            }
            (Mapping, _) => unprocessable("mapping_unfit"),
            (Damaged, _) => unprocessable("file_damaged"),
            (Unsupported, _) => unprocessable("file_unsupported"),
            (Empty, _) => unprocessable("file_empty"),
            (Limit, _) => unprocessable("file_too_large"),
            (NotFound, _) => {
                ApiError::not_found("upload_unknown", "the file is not here any more").hint("hand it in again")
            }
            (Io, _) => ApiError::internal(&error),
        }
    }
}

/// A mapping that cannot be read, with everything wrong with it.
pub(crate) fn mapping_invalid(faults: Vec<Fault>) -> ApiError {
    let first = faults.first().map(ToString::to_string).unwrap_or_default();
    let message = match faults.len() {
        1 => format!("the mapping has a fault: {first}"),
        n => format!("the mapping has {n} faults; the first: {first}"),
    };
    ApiError::invalid("mapping_invalid", message, faults).hint("docs/reference/mapping.md explains every field")
}

impl From<operators::Error> for ApiError {
    fn from(error: operators::Error) -> ApiError {
        use operators::ErrorKind::{Cancelled, Internal, Lake, Limit, Question};
        match (error.kind(), error) {
            (Cancelled, _) => cancelled(),
            (Question, operators::Error::Sql { what }) => ApiError::bad_request("sql_invalid", what),
            (Question, error) => ApiError::bad_request("question_invalid", error.to_string()),
            (Limit, error) => too_large(&error),
            (Lake, operators::Error::Lake(error)) => error.into(),
            (Lake | Internal, error) => ApiError::internal(&error),
        }
    }
}

impl From<analysis::Error> for ApiError {
    fn from(error: analysis::Error) -> ApiError {
        use analysis::ErrorKind::{Cancelled, Failed, Invalid, NotFound, TooLarge};
        match error {
            analysis::Error::Lake(error) => error.into(),
            analysis::Error::Operators(error) => error.into(),
            error => match error.kind() {
                Invalid => ApiError::bad_request("question_invalid", error.to_string()),
                NotFound => ApiError::not_found("not_found", error.to_string()),
                Cancelled => cancelled(),
                TooLarge => too_large(&error),
                Failed => ApiError::internal(&error),
            },
        }
    }
}

impl From<export::Error> for ApiError {
    fn from(error: export::Error) -> ApiError {
        match error {
            export::Error::Scale(_) => ApiError::bad_request("scale_invalid", error.to_string()),
            export::Error::TooLarge { .. } => {
                ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "picture_too_large", error.to_string())
            }
            export::Error::Document(_) => {
                ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "document_invalid", error.to_string())
            }
            export::Error::Fonts | export::Error::Render(_) => ApiError::internal(&error),
        }
    }
}

fn too_large(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "question_too_large", error.to_string())
        .hint("ask about a shorter period or fewer events")
}

fn unavailable(error: &dyn std::fmt::Display) -> ApiError {
    tracing::warn!(error = %error, "the store did not answer");
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", error.to_string())
        .hint("look at the disk of the data folder, then try again")
        .retry_after(2)
}
