//! What signing in needs beside the control database: the key of keyed hashes, the counts of attempts, the turns of
//! hashing, and the link by which the first person is made.

use std::net::IpAddr;

use control::Control;
use parking_lot::Mutex;

use crate::attempts::Attempts;
use crate::config::{ServerConfig, SignIn};
use crate::oidc::Oidc;
use crate::passwords::Passwords;

/// The whole audit log is walked at most this often; others who ask meanwhile wait for the one walk.
const CHAIN_US: i64 = 60_000_000;

/// Hexadecimal digits of a keyed hash: 64 bits tell the addresses and customers of an installation apart.
const KEYED_DIGITS: usize = 16;

/// One per server.
pub struct Access {
    pub sign_in: SignIn,
    pub trusted_proxies: Vec<IpAddr>,
    pub attempts: Attempts,
    pub passwords: Passwords,
    /// The provider people may sign in by.
    pub oidc: Option<Oidc>,
    /// When the audit log was last walked (UTC microseconds), and where it is broken.
    chain: tokio::sync::Mutex<Option<(i64, Option<u64>)>>,
    key: [u8; 32],
    /// Hash of the token that lets the first person in; in memory only, another one at each start.
    setup: Mutex<Option<blake3::Hash>>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Access").field("sign_in", &self.sign_in).finish_non_exhaustive()
    }
}

impl Access {
    /// `key` is that of [`worker::folder::DataFolder::audit_key`].
    pub fn new(config: &ServerConfig, key: [u8; 32]) -> Access {
        Access {
            sign_in: config.sign_in,
            trusted_proxies: config.trusted_proxies.iter().map(IpAddr::to_canonical).collect(),
            attempts: Attempts::default(),
            passwords: Passwords::default(),
            oidc: config.oidc.clone().map(Oidc::new),
            chain: tokio::sync::Mutex::default(),
            key,
            setup: Mutex::default(),
        }
    }

    /// What stands in the audit log in place of personal data: equal texts have equal hashes, and without the key
    /// nobody can try which text it is.
    pub fn keyed(&self, kind: &str, text: &str) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(kind.as_bytes()).update(&[0]).update(text.as_bytes());
        hasher.finalize().to_hex()[..KEYED_DIGITS].to_owned()
    }

    /// The first entry of the audit log that does not follow from the one before, as of the last minute.
    ///
    /// # Errors
    /// If the control database fails.
    pub async fn audit_broken_at(&self, control: &Control, now_us: i64) -> control::Result<Option<u64>> {
        let mut chain = self.chain.lock().await;
        if let Some((_, broken_at)) = chain.filter(|(walked_us, _)| now_us - walked_us < CHAIN_US) {
            return Ok(broken_at);
        }
        let broken_at = control.verify_audit().await?;
        *chain = Some((now_us, broken_at));
        Ok(broken_at)
    }

    /// Lets whoever has the token make the first person.
    pub(crate) fn begin_setup(&self, token: &str) {
        *self.setup.lock() = Some(blake3::hash(token.as_bytes()));
    }

    /// Whether it is the token of the set-up link.
    pub(crate) fn is_setup(&self, token: &str) -> bool {
        *self.setup.lock() == Some(blake3::hash(token.as_bytes()))
    }

    /// The first person is there; the link is of no more use.
    pub(crate) fn end_setup(&self) {
        *self.setup.lock() = None;
    }
}

/// What requests of a session carry against forgery: it follows from the session's token, which only the server and
/// the browser's cookie jar have, and does not give it away.
pub(crate) fn csrf_token(session: &str) -> String {
    let key = blake3::derive_key("throughline 2026 token against forged requests", session.as_bytes());
    blake3::Hash::from_bytes(key).to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyed_hashes_depend_on_key_kind_and_text() {
        let access = |key| Access::new(&ServerConfig::default(), [key; 32]);
        let one = access(1).keyed("address", "10.0.0.1");
        assert_eq!((one.len(), &access(1).keyed("address", "10.0.0.1")), (16, &one));
        for other in [
            access(2).keyed("address", "10.0.0.1"),
            access(1).keyed("email", "10.0.0.1"),
            access(1).keyed("address", "10.0.0.2"),
        ] {
            assert_ne!(one, other);
        }
    }
}
