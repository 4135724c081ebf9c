//! The people of the installation, for administrators.

use axum::extract::State;
use control::{Person, PersonChange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{ApiResult, ErrorBody};
use crate::extract::{Json, Path};
use crate::principal::Principal;
use crate::state::{AppState, now_us};
use crate::trail::Trail;

#[derive(Debug, Serialize, ToSchema)]
pub struct PersonList {
    /// By e-mail.
    pub people: Vec<PersonInfo>,
}

/// Somebody who may sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonInfo {
    pub id: String,
    pub name: String,
    pub email: String,
    pub administrator: bool,
    /// May not sign in.
    pub disabled: bool,
    pub created_us: i64,
}

impl From<Person> for PersonInfo {
    fn from(person: Person) -> PersonInfo {
        let Person { id, email, name, administrator, disabled, created_at_us } = person;
        PersonInfo { id, name, email, administrator, disabled, created_us: created_at_us }
    }
}

/// What is changed; nothing of what is left out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePerson {
    pub name: Option<String>,
    pub administrator: Option<bool>,
    /// Whoever is disabled cannot sign in, and is signed out everywhere.
    pub disabled: Option<bool>,
}

/// Everybody.
#[utoipa::path(get, path = "/v1/people", tag = "access", operation_id = "listPeople",
    responses((status = 200, body = PersonList), (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn list(State(state): State<AppState>, _: Principal) -> ApiResult<Json<PersonList>> {
    let people = state.control.people().await?;
    Ok(Json(PersonList { people: people.into_iter().map(PersonInfo::from).collect() }))
}

/// Rename somebody, disable them, or make them an administrator.
#[utoipa::path(patch, path = "/v1/people/{person}", tag = "access", operation_id = "changePerson",
    params(("person" = String, Path, description = "Id of the person")),
    request_body = ChangePerson,
    responses(
        (status = 200, body = PersonInfo),
        (status = 409, description = "The last administrator, or the last owner of a workspace", body = ErrorBody),
        (status = "default", description = "Failure", body = ErrorBody)))]
pub async fn change(
    State(state): State<AppState>,
    _: Principal,
    trail: Trail,
    Path(id): Path<String>,
    Json(request): Json<ChangePerson>,
) -> ApiResult<Json<PersonInfo>> {
    let ChangePerson { name, administrator, disabled } = request;
    // A name is personal data: that it was changed is enough.
    if name.is_some() {
        trail.detail("name", "changed");
    }
    for (field, value) in [("administrator", administrator), ("disabled", disabled)] {
        if let Some(value) = value {
            trail.detail(field, value);
        }
    }
    let change = PersonChange { name, administrator, disabled };
    Ok(Json(state.control.change_person(&id, change, now_us()).await?.into()))
}
