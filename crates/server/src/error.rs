//! What goes wrong, and how it is said over HTTP: one envelope for every failure.
//!
//! A handler returns [`ApiError`]; the outermost layer (`observe`) renders it, because only that layer knows
//! the request's id. Errors of the crates below are translated here and nowhere else.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::journey::Fault;
use serde::Serialize;
use utoipa::ToSchema;

/// The body of every response that is not a success.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErrorBody {
    pub error: ErrorDetail,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// Stable code for programs: `journey_unknown`.
    #[schema(example = "journey_unknown")]
    pub code: String,
    /// What is wrong and where, for a person.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
    /// Faults of a definition, each with its path, line and column.
    pub details: Vec<Fault>,
    /// The id under which the server's log knows this request.
    pub request_id: String,
}

/// A failure on its way to the client.
#[derive(Debug, Clone)]
pub struct ApiError {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
    pub details: Vec<Fault>,
    /// Seconds after which the client may try again.
    pub retry_after_seconds: Option<u32>,
}

/// What the client did is refused or cannot be understood.
pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> ApiError {
        let message = message.into();
        ApiError { status, code, message, hint: None, details: Vec::new(), retry_after_seconds: None }
    }

    pub fn bad_request(code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub fn not_found(code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, code, message)
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::CONFLICT, code, message)
    }

    pub fn invalid(code: &'static str, message: impl Into<String>, details: Vec<Fault>) -> ApiError {
        ApiError { details, ..ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message) }
    }

    /// A fault of the server. The cause goes to the log; the client learns the request's id.
    pub fn internal(cause: &dyn std::fmt::Display) -> ApiError {
        tracing::error!(error = %cause, "a request failed inside the server");
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the server failed to answer this request")
            .hint("look for the request id in the server's log")
    }

    pub fn hint(mut self, hint: impl Into<String>) -> ApiError {
        self.hint = Some(hint.into());
        self
    }

    pub fn retry_after(mut self, seconds: u32) -> ApiError {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The response as the client gets it.
    pub fn render(self, request_id: &str) -> Response {
        let retry_after = self.retry_after_seconds;
        let error = ErrorDetail {
            code: self.code.to_owned(),
            message: self.message,
            hint: self.hint,
            details: self.details,
            request_id: request_id.to_owned(),
        };
        let mut response = (self.status, axum::Json(ErrorBody { error })).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Why the server could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "refusing to listen on {0}: a server that asks nobody to sign in listens on loopback only; \
         use 127.0.0.1 or [::1], or let people sign in: `throughline serve` without --open"
    )]
    OpenBeyondLoopback(std::net::SocketAddr),
    #[error("cannot listen on {address}: {source}")]
    Listen { address: std::net::SocketAddr, source: std::io::Error },
    #[error("the server stopped: {0}")]
    Serve(#[source] std::io::Error),
    #[error(transparent)]
    Control(#[from] control::Error),
    #[error(transparent)]
    Worker(#[from] worker::Error),
    #[error(transparent)]
    Operators(#[from] operators::Error),
}

/// What sort of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The configuration asks for something that is refused.
    Configuration,
    /// The machine or the data folder does not allow it now.
    Unavailable,
}

impl Error {
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::OpenBeyondLoopback(_) => ErrorKind::Configuration,
            _ => ErrorKind::Unavailable,
        }
    }

    /// Whether the same call may succeed later without any change.
    pub fn retryable(&self) -> bool {
        matches!(self, Error::Listen { .. } | Error::Serve(_))
    }
}
