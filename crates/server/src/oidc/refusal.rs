//! Why somebody does not come in by the provider: cause and remedy.

use axum::http::StatusCode;

use crate::error::ApiError;

/// What is wrong. Nothing in it is personal, and no token stands in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("this sign-in was not begun in this browser, was used already, or took longer than 10 minutes")]
    State,
    #[error("the answer names another issuer than the one that was asked")]
    Issuer,
    #[error("the provider did not let you in: {0}")]
    Denied(String),
    #[error("the provider cannot be reached: {0}")]
    Unreachable(&'static str),
    #[error("the provider and this server are not set up for each other: {0}")]
    Configuration(String),
    #[error("the provider does not take the code it gave: {0}")]
    Code(String),
    #[error("the provider's ID token is no token that can be read")]
    TokenForm,
    #[error("the ID token is signed by `{0}`, which is not accepted")]
    Algorithm(String),
    #[error("the ID token is signed by a key the provider does not publish")]
    Key,
    #[error("the signature of the ID token is not right")]
    Signature,
    #[error("the ID token is of another issuer")]
    TokenIssuer,
    #[error("the ID token is for another client")]
    Audience,
    #[error("the ID token has expired, or is not valid yet")]
    Time,
    #[error("the ID token is of another sign-in")]
    Nonce,
    #[error("the provider tells of two different people")]
    Subject,
    #[error("the provider does not say that your e-mail address is verified")]
    EmailUnverified,
    #[error("e-mail addresses of this domain are not let in here")]
    Domain,
}

impl Refusal {
    /// The code of the failure's envelope, and of the audit log.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Refusal::State => "oidc_state_refused",
            Refusal::Denied(_) => "oidc_denied",
            Refusal::Unreachable(_) => "oidc_unreachable",
            Refusal::Configuration(_) => "oidc_misconfigured",
            Refusal::Code(_) => "oidc_code_refused",
            Refusal::EmailUnverified => "oidc_email_unverified",
            Refusal::Domain => "oidc_domain_refused",
            Refusal::Issuer
            | Refusal::TokenForm
            | Refusal::Algorithm(_)
            | Refusal::Key
            | Refusal::Signature
            | Refusal::TokenIssuer
            | Refusal::Audience
            | Refusal::Time
            | Refusal::Nonce
            | Refusal::Subject => "oidc_token_refused",
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Refusal::State | Refusal::Code(_) | Refusal::Nonce => "begin again on the sign-in page",
            Refusal::Denied(_) => "begin again, or ask whoever runs the provider for access to this application",
            Refusal::Unreachable(_) => {
                "try again in a moment; an administrator can sign in with their password meanwhile"
            }
            Refusal::EmailUnverified => "verify the address at the provider, or have its `email_verified` be said",
            Refusal::Domain => "sign in with another account; `oidc.domains` lists the domains",
            Refusal::Time => "set the clocks of provider and server right: they may differ by 60 seconds",
            _ => "an administrator should look at the settings under `oidc` and at the provider's client",
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> ApiError {
        let status = match refusal {
            Refusal::Unreachable(_) | Refusal::Configuration(_) => {
                tracing::warn!(reason = %refusal, "a sign-in by the provider failed");
                StatusCode::BAD_GATEWAY
            }
            _ => StatusCode::FORBIDDEN,
        };
        ApiError::new(status, refusal.code(), refusal.to_string()).hint(refusal.hint())
    }
}

/// A code of the provider's as it may be shown: a word, or that it is none.
pub(super) fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    match !text.is_empty() && text.len() <= 64 && text.chars().all(plain) {
        true => text.to_owned(),
        false => "unknown error".to_owned(),
    }
}
