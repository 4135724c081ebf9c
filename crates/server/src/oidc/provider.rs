//! The provider over HTTP: what it says of itself, its keys, and what it gives for a code.
//!
//! Addresses are HTTPS, but for a provider on loopback, which is one for trying out. Redirections are not followed, and
//! answers are bounded in size and time.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, redirect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use url::{Url, form_urlencoded};

use super::claims::Claims;
use super::keys::Keys;
use super::pending::Pending;
use super::refusal::{Refusal, word};
use crate::config::OidcConfig;
use crate::guard::names_loopback;
use crate::secret::Secret;

/// Longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 512 << 10;

/// What the provider says of itself is asked again after so long.
const METADATA_US: i64 = 600_000_000;

/// The provider as one client knows it.
pub(super) struct Provider {
    issuer: String,
    client_id: String,
    client_secret: Option<Secret>,
    client: Option<Client>,
    /// With the moment it was asked, UTC microseconds.
    metadata: Mutex<Option<(i64, Arc<Metadata>)>>,
}

/// What the provider says of itself: OpenID Connect Discovery 1.0, 3.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    userinfo_endpoint: Option<Url>,
    #[serde(default = "basic")]
    token_endpoint_auth_methods_supported: Vec<String>,
    /// Whether it names itself when it sends a browser back: RFC 9207.
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub(super) says_issuer: bool,
}

/// What it gives for a code.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    pub(super) access_token: Option<String>,
}

#[derive(Deserialize)]
struct Failure {
    error: String,
}

fn basic() -> Vec<String> {
    vec!["client_secret_basic".to_owned()]
}

impl Provider {
    pub(super) fn new(config: &OidcConfig) -> Provider {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            .user_agent("throughline")
            .build();
        if let Err(error) = &client {
            tracing::error!(%error, "there is no HTTP client, so nobody signs in by the provider");
        }
        Provider {
            issuer: config.issuer.clone(),
            client_id: config.client_id.clone(),
            client_secret: config.client_secret.clone(),
            client: client.ok(),
            metadata: Mutex::default(),
        }
    }

    /// What the provider says of itself, asked anew after ten minutes.
    pub(super) async fn metadata(&self, now_us: i64) -> Result<Arc<Metadata>, Refusal> {
        let mut kept = self.metadata.lock().await;
        if let Some((asked_us, metadata)) = &*kept
            && now_us - asked_us < METADATA_US
        {
            return Ok(Arc::clone(metadata));
        }
        let address = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let metadata: Metadata = self.json(self.client()?.get(address), "its discovery document").await?;
        if metadata.issuer != self.issuer {
            let message = "its discovery document names another issuer than `oidc.issuer`";
            return Err(Refusal::Configuration(message.to_owned()));
        }
        let endpoints = [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri];
        if !endpoints.into_iter().chain(&metadata.userinfo_endpoint).all(is_safe) {
            return Err(Refusal::Configuration("one of its addresses is not HTTPS".to_owned()));
        }
        let metadata = Arc::new(metadata);
        *kept = Some((now_us, Arc::clone(&metadata)));
        Ok(metadata)
    }

    /// The keys it signs with now.
    pub(super) async fn keys(&self, metadata: &Metadata) -> Result<Keys, Refusal> {
        let set: serde_json::Value = self.json(self.client()?.get(metadata.jwks_uri.clone()), "its keys").await?;
        Ok(Keys::of(&set))
    }

    /// Gives a code and its verifier for tokens.
    pub(super) async fn exchange(&self, pending: &Pending, code: &str) -> Result<Tokens, Refusal> {
        let request = self.exchange_request(pending, code)?;
        let (ok, body) = self.answer(request, "its token endpoint").await?;
        if ok {
            return serde_json::from_slice(&body).map_err(|_| Refusal::TokenForm);
        }
        let error = serde_json::from_slice::<Failure>(&body).map(|failure| word(&failure.error)).unwrap_or_default();
        Err(match error.as_str() {
            "invalid_client" | "unauthorized_client" => {
                Refusal::Configuration("it does not know `oidc.client_id` with this secret".to_owned())
            }
            "" => Refusal::Unreachable("its token endpoint does not answer as one"),
            _ => Refusal::Code(error),
        })
    }

    fn exchange_request(&self, pending: &Pending, code: &str) -> Result<RequestBuilder, Refusal> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &pending.redirect)
            .append_pair("code_verifier", &pending.verifier);
        let mut request = self.client()?.post(pending.metadata.token_endpoint.clone());
        let methods = &pending.metadata.token_endpoint_auth_methods_supported;
        match &self.client_secret {
            Some(Secret(secret)) if methods.iter().any(|method| method == "client_secret_basic") => {
                let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let pair = STANDARD.encode(format!("{}:{}", encoded(&self.client_id), encoded(secret)));
                request = request.header(AUTHORIZATION, format!("Basic {pair}"));
            }
            Some(Secret(secret)) => {
                form.append_pair("client_id", &self.client_id).append_pair("client_secret", secret);
            }
            None => {
                form.append_pair("client_id", &self.client_id);
            }
        }
        Ok(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.finish()))
    }

    /// What it says about the bearer of a token.
    pub(super) async fn user_info(&self, metadata: &Metadata, access_token: &str) -> Result<Claims, Refusal> {
        let Some(endpoint) = &metadata.userinfo_endpoint else { return Err(Refusal::EmailUnverified) };
        let request = self.client()?.get(endpoint.clone()).header(AUTHORIZATION, format!("Bearer {access_token}"));
        self.json(request, "its userinfo endpoint").await
    }

    fn client(&self) -> Result<&Client, Refusal> {
        self.client.as_ref().ok_or(Refusal::Unreachable("this server has no HTTP client"))
    }

    async fn json<T: DeserializeOwned>(&self, request: RequestBuilder, what: &'static str) -> Result<T, Refusal> {
        match self.answer(request, what).await? {
            (true, body) => serde_json::from_slice(&body).map_err(|_| Refusal::Unreachable(what)),
            (false, _) => Err(Refusal::Unreachable(what)),
        }
    }

    /// Whether an answer is a success, and its body.
    async fn answer(&self, request: RequestBuilder, what: &'static str) -> Result<(bool, Vec<u8>), Refusal> {
        let failed = |error: reqwest::Error| {
            // The address alone: what is asked for may carry a code.
            tracing::warn!(error = %error.without_url(), what, "the identity provider does not answer");
            Refusal::Unreachable(what)
        };
        let mut response = request.header(ACCEPT, "application/json").send().await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(failed)? {
            if body.len() + part.len() > ANSWER_BYTES_MAX {
                return Err(Refusal::Unreachable(what));
            }
            body.extend_from_slice(&part);
        }
        Ok((response.status().is_success(), body))
    }
}

/// HTTPS, or HTTP that does not leave the machine.
pub fn is_safe(address: &Url) -> bool {
    match address.scheme() {
        "https" => address.has_host(),
        "http" => address.host_str().is_some_and(names_loopback),
        _ => false,
    }
}

#[cfg(test)]
impl Metadata {
    /// Of a provider that is never asked.
    pub(super) fn nowhere() -> Metadata {
        let nowhere = Url::parse("https://nowhere.example/").unwrap();
        Metadata {
            issuer: "https://nowhere.example".to_owned(),
            authorization_endpoint: nowhere.clone(),
            token_endpoint: nowhere.clone(),
            jwks_uri: nowhere,
            userinfo_endpoint: None,
            token_endpoint_auth_methods_supported: basic(),
            says_issuer: false,
        }
    }
}
