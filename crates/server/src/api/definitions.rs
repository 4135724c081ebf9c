//! What definitions with versions have in common: how they come in, and what saving them says.

use axum::http::{HeaderMap, StatusCode, header};
use control::SaveInfo;
use model::journey::Fault;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, ApiResult};
use crate::failures::definition_invalid;
use crate::principal::Principal;
use crate::state::now_us;

/// What saving did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Saved {
    pub version: u32,
    /// False where the newest version already says the same.
    pub created: bool,
}

impl From<control::SavedVersion> for Saved {
    fn from(control::SavedVersion { version, created }: control::SavedVersion) -> Saved {
        Saved { version, created }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct VersionParam {
    /// None: the newest.
    pub version: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    #[default]
    Yaml,
    Json,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SaveParams {
    /// The version the change was made from: if another one was saved since, nothing is saved (409).
    pub expected_version: Option<u32>,
    /// Why, in a few words; kept with the version.
    pub note: Option<String>,
}

impl SaveParams {
    pub(super) fn info(self, principal: Principal) -> SaveInfo {
        let SaveParams { expected_version, note } = self;
        SaveInfo { at_us: now_us(), by: principal.name, note, expected_version }
    }
}

/// Reads a definition, or says where it is wrong.
type Read<T> = fn(&str) -> Result<T, Vec<Fault>>;

/// The definition in a body, read as JSON or as YAML by what the request says it is. Forms and plain text are refused: they
/// are what a page of another origin can send unasked.
pub(super) fn definition_of<T>(headers: &HeaderMap, body: &[u8], json: Read<T>, yaml: Read<T>) -> ApiResult<T> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let read = match content_type.split(';').next().unwrap_or_default().trim() {
        "application/json" => json,
        "application/yaml" | "application/x-yaml" | "text/yaml" => yaml,
        _ => {
            let what = "the body must be YAML or JSON";
            return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type", what)
                .hint("send `content-type: application/yaml` or `application/json`"));
        }
    };
    let text = std::str::from_utf8(body).map_err(|error| {
        let message = format!("the definition is no UTF-8 after byte {}", error.valid_up_to());
        ApiError::bad_request("definition_encoding", message)
    })?;
    read(text).map_err(definition_invalid)
}

/// # Errors
/// Where a definition is called otherwise than its path.
pub(super) fn check_id(own: &str, path: &str) -> ApiResult<()> {
    if own == path {
        return Ok(());
    }
    let what = format!("the definition's id is `{own}`, the path's is `{path}`; make them equal");
    Err(definition_invalid(vec![Fault::new("id", what)]))
}
