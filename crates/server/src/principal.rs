//! Who asks. The layer `admission` finds out and puts a [`Principal`] into the request; handlers take it from there.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use control::Person;
use model::access::{Ability, Role};
use model::stores::Stores;

use crate::error::{ApiError, ApiResult};

/// Id and name of whoever uses a server that asks nobody to sign in.
pub const LOCAL: &str = "local";

/// The person behind a request.
#[derive(Clone)]
pub struct Principal {
    /// Id of the person; [`LOCAL`] on an open server.
    pub id: String,
    /// Name kept with what they save.
    pub name: String,
    pub email: String,
    pub administrator: bool,
    /// What they are in the workspace of the request's path, if it has one.
    pub role: Option<Role>,
    /// The stores they are limited to there. None: none but the workspace's own bounds.
    pub stores: Option<Stores>,
    /// Token of their session; none on an open server.
    pub(crate) token: Option<String>,
}

impl std::fmt::Debug for Principal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Principal").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Principal {
    /// The owner of everything on an open server.
    pub(crate) fn local() -> Principal {
        Principal {
            id: LOCAL.to_owned(),
            name: LOCAL.to_owned(),
            email: String::new(),
            administrator: true,
            role: Some(Role::Owner),
            stores: None,
            token: None,
        }
    }

    pub(crate) fn of(person: Person, token: String) -> Principal {
        let Person { id, email, name, administrator, .. } = person;
        Principal { id, name, email, administrator, role: None, stores: None, token: Some(token) }
    }

    pub(crate) fn is_local(&self) -> bool {
        self.token.is_none()
    }

    /// Fails unless their role in the path's workspace has the ability: for what only a part of a request needs.
    ///
    /// # Errors
    /// 403 `role_refused`.
    pub fn require(&self, ability: Ability) -> ApiResult<()> {
        match self.role {
            Some(role) if role.may(ability) => Ok(()),
            _ => Err(role_refused(ability.role().id())),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> ApiResult<Principal> {
        parts.extensions.get::<Principal>().cloned().ok_or_else(sign_in_required)
    }
}

/// Whoever asks, if they are signed in: for what comes before that.
#[derive(Debug, Clone)]
pub struct Caller(pub Option<Principal>);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Caller, Infallible> {
        Ok(Caller(parts.extensions.get::<Principal>().cloned()))
    }
}

pub(crate) fn sign_in_required() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "sign_in_required", "sign in first").hint("`POST /v1/session`")
}

/// `needed` is the word of a role, or `administrator`.
pub(crate) fn role_refused(needed: &str) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "role_refused", format!("this needs the role `{needed}`"))
        .hint("an owner of the workspace, or an administrator of the installation, can give it")
}

/// What a member who is limited to stores does not get.
pub(crate) fn limit_refused() -> ApiError {
    let message = "this looks at the whole workspace, and you are limited to some of its stores";
    ApiError::new(StatusCode::FORBIDDEN, "role_refused", message)
        .hint("an owner of the workspace can lift the limit; maps and analyses are computed from your stores' events")
}
