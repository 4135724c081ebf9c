//! Sign-in by an OpenID provider: the authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1;
//! RFC 7636; RFC 9207).
//!
//! ```text
//! browser ── begin ──► a pending sign-in: state, nonce, verifier, bound to a cookie ──► the provider's page
//! browser ◄─ code, state ─ provider
//! browser ── finish ─► the pending sign-in is taken out ─► code + verifier ──► ID token ──► who it is
//! ```
//!
//! What is pending is in the server's memory, is good for [`PENDING_US`] and for once. Signing keys are fetched at every
//! sign-in, so a provider that rotates them is followed at once. Signing out here leaves the provider's own session
//! alone.
//!
//! Not here: whose account it is (`control::Control::enter`), and the session that begins (`api::session`).

mod claims;
mod keys;
mod pending;
mod provider;
mod refusal;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use control::ProviderAccount;
use sha2::{Digest, Sha256};

use crate::config::OidcConfig;
use crate::error::ApiError;

use pending::{Pending, PendingSignIns};
use provider::Provider;
pub use provider::is_safe;
pub use refusal::Refusal;

/// How long somebody may take at the provider.
pub const PENDING_US: i64 = 600_000_000;

/// By how much clocks may differ, in seconds.
pub const SKEW_SECONDS: i64 = 60;

/// One provider; one per server.
pub struct Oidc {
    pub config: OidcConfig,
    provider: Provider,
    pending: PendingSignIns,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Oidc").field("issuer", &self.config.issuer).finish_non_exhaustive()
    }
}

/// Where a browser goes to sign in, and the token that binds what comes back to it.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) url: String,
    pub(crate) binding: String,
}

/// What the provider sent a browser back with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Returned {
    pub(crate) state: String,
    pub(crate) code: Option<String>,
    /// Its code of an error.
    pub(crate) error: Option<String>,
    /// Who it says it is.
    pub(crate) iss: Option<String>,
}

impl Oidc {
    pub fn new(config: OidcConfig) -> Oidc {
        Oidc { provider: Provider::new(&config), pending: PendingSignIns::default(), config }
    }

    /// Begins a sign-in that comes back to `redirect` and then goes to `to`, a path of the app.
    pub(crate) async fn begin(&self, redirect: String, to: String, now_us: i64) -> Result<Begun, ApiError> {
        let metadata = self.provider.metadata(now_us).await?;
        let random = || worker::random::token().map_err(|error| ApiError::internal(&error));
        let (state, nonce, binding, verifier) = (random()?, random()?, random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let mut url = metadata.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", &redirect)
            .append_pair("scope", "openid email profile")
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        let pending = Pending {
            nonce,
            verifier,
            binding: blake3::hash(binding.as_bytes()),
            redirect,
            to,
            metadata,
            begun_us: now_us,
        };
        self.pending.add(state, pending);
        Ok(Begun { url: url.into(), binding })
    }

    /// Ends the sign-in that a browser with the token `binding` came back with: who the provider says it is, and where
    /// they wanted to go.
    pub(crate) async fn finish(
        &self,
        returned: Returned,
        binding: Option<&str>,
        now_us: i64,
    ) -> Result<(ProviderAccount, String), Refusal> {
        let pending = self.pending.take(&returned.state, binding, now_us).ok_or(Refusal::State)?;
        let issuer = self.config.issuer.as_str();
        match &returned.iss {
            Some(iss) if *iss != issuer => return Err(Refusal::Issuer),
            None if pending.metadata.says_issuer => return Err(Refusal::Issuer),
            _ => {}
        }
        if let Some(error) = returned.error {
            return Err(Refusal::Denied(refusal::word(&error)));
        }
        let code = returned.code.ok_or(Refusal::State)?;
        let tokens = self.provider.exchange(&pending, &code).await?;
        let keys = self.provider.keys(&pending.metadata).await?;
        let expected = claims::Expected {
            issuer,
            client_id: &self.config.client_id,
            nonce: &pending.nonce,
            now_s: now_us.div_euclid(1_000_000),
        };
        let mut claims = claims::verify(&tokens.id_token, &keys, &expected)?;
        if claims.leaves_email_open()
            && let Some(access_token) = &tokens.access_token
        {
            let more = self.provider.user_info(&pending.metadata, access_token).await?;
            claims.complete(more)?;
        }
        let account = claims.account(issuer, &self.config.domains)?;
        Ok((account, pending.to))
    }
}
