//! Reading an ID token (OpenID Connect Core 1.0, 3.1.3.7): who signed it, for whom, when, and whom it is of.
//!
//! Only signatures with public keys are accepted: a token that names `none`, or an algorithm by which whoever knows a
//! shared secret could sign, is refused before any key is looked at.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use control::ProviderAccount;
use serde::Deserialize;
use serde_json::Value;

use super::SKEW_SECONDS;
use super::keys::{Keys, accepts};
use super::refusal::{Refusal, word};

/// Longest token that is read, in bytes.
const TOKEN_BYTES_MAX: usize = 64 << 10;

/// Longest subject: Core 1.0, 2.
const SUBJECT_BYTES_MAX: usize = 255;

/// What a token has to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// UTC seconds.
    pub(super) now_s: i64,
}

/// What is read of a token, or of what the provider says about its bearer.
#[derive(Clone, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: Option<Value>,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Conditions {
    iss: String,
    aud: Value,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
}

/// Checks a token.
pub(super) fn verify(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Claims, Refusal> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else { return Err(Refusal::TokenForm) };
    if token.len() > TOKEN_BYTES_MAX {
        return Err(Refusal::TokenForm);
    }
    let Header { alg, kid, crit } = read(header)?;
    if !accepts(&alg) {
        return Err(Refusal::Algorithm(word(&alg)));
    }
    // It would have to be understood, and nothing of that kind is.
    if crit.is_some() {
        return Err(Refusal::TokenForm);
    }
    let signed = &token[..header.len() + 1 + payload.len()];
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refusal::TokenForm)?;
    keys.check(kid.as_deref(), &alg, signed.as_bytes(), &signature)?;
    let value: Value = read(payload)?;
    let conditions = Conditions::deserialize(&value).map_err(|_| Refusal::TokenForm)?;
    conditions.check(expected)?;
    let claims = Claims::deserialize(&value).map_err(|_| Refusal::TokenForm)?;
    match claims.sub.is_empty() || claims.sub.len() > SUBJECT_BYTES_MAX {
        true => Err(Refusal::TokenForm),
        false => Ok(claims),
    }
}

impl Conditions {
    fn check(&self, expected: &Expected<'_>) -> Result<(), Refusal> {
        if self.iss != expected.issuer {
            return Err(Refusal::TokenIssuer);
        }
        let audiences: Vec<&str> = match &self.aud {
            Value::String(one) => vec![one],
            Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let authorized = self.azp.as_deref().or_else(|| audiences.first().copied().filter(|_| audiences.len() == 1));
        if !audiences.contains(&expected.client_id) || authorized != Some(expected.client_id) {
            return Err(Refusal::Audience);
        }
        let (now, skew) = (expected.now_s as f64, SKEW_SECONDS as f64);
        if self.exp <= now - skew || self.iat > now + skew || self.nbf.is_some_and(|nbf| nbf > now + skew) {
            return Err(Refusal::Time);
        }
        match self.nonce.as_deref() == Some(expected.nonce) {
            true => Ok(()),
            false => Err(Refusal::Nonce),
        }
    }
}

impl Claims {
    /// Whether they name no address, or do not say whether it is verified. That it is not verified is said.
    pub(super) fn leaves_email_open(&self) -> bool {
        self.email.is_none() || self.email_verified.is_none()
    }

    /// Takes what the token does not say from what the provider says about its bearer.
    pub(super) fn complete(&mut self, more: Claims) -> Result<(), Refusal> {
        if more.sub != self.sub {
            return Err(Refusal::Subject);
        }
        // Both of one mouth: what is verified is the address it was said of.
        (self.email, self.email_verified) = (more.email, more.email_verified);
        self.name = self.name.take().or(more.name);
        Ok(())
    }

    /// The account, if its address is verified and of one of the domains, where there are any.
    pub(super) fn account(self, issuer: &str, domains: &[String]) -> Result<ProviderAccount, Refusal> {
        // Some providers write it as a text.
        let verified = matches!(&self.email_verified, Some(Value::Bool(true)))
            || self.email_verified.as_ref().and_then(Value::as_str) == Some("true");
        let email = self.email.filter(|_| verified).ok_or(Refusal::EmailUnverified)?;
        let email = control::checked_email(&email).map_err(|_| Refusal::EmailUnverified)?;
        let domain = email.rsplit('@').next().unwrap_or_default();
        if !domains.is_empty() && !domains.iter().any(|accepted| accepted == domain) {
            return Err(Refusal::Domain);
        }
        Ok(ProviderAccount { issuer: issuer.to_owned(), subject: self.sub, email, name: self.name.unwrap_or_default() })
    }
}

/// A part of a token.
fn read<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, Refusal> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::TokenForm)?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::TokenForm)
}

#[cfg(test)]
mod tests;
