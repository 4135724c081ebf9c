//! Sign-ins that began and did not come back yet.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::PENDING_US;
use super::provider::Metadata;

/// At once. When there are more the oldest gives way: only a flood gets there.
const PENDING_MAX: usize = 10_000;

/// One that began.
#[derive(Clone)]
pub(super) struct Pending {
    pub(super) nonce: String,
    /// Of PKCE.
    pub(super) verifier: String,
    /// Hash of the token in the browser's cookie.
    pub(super) binding: blake3::Hash,
    /// Where the provider was told to send the browser.
    pub(super) redirect: String,
    /// Where its person wanted to go.
    pub(super) to: String,
    /// What the provider was when it began: the code goes nowhere else.
    pub(super) metadata: Arc<Metadata>,
    /// UTC microseconds.
    pub(super) begun_us: i64,
}

/// By their state.
#[derive(Default)]
pub(super) struct PendingSignIns(Mutex<HashMap<String, Pending>>);

impl PendingSignIns {
    pub(super) fn add(&self, state: String, pending: Pending) {
        let mut all = self.0.lock();
        let now_us = pending.begun_us;
        if all.len() >= PENDING_MAX {
            all.retain(|_, one| is_good(one, now_us));
        }
        if all.len() >= PENDING_MAX
            && let Some(oldest) = all.iter().min_by_key(|(_, one)| one.begun_us).map(|(state, _)| state.clone())
        {
            all.remove(&oldest);
        }
        all.insert(state, pending);
    }

    /// Takes one out, whatever comes of it: a state is good for once. None if it is unknown, too old, or another
    /// browser's.
    pub(super) fn take(&self, state: &str, binding: Option<&str>, now_us: i64) -> Option<Pending> {
        let mut all = self.0.lock();
        let known = all.get(state)?;
        // Whoever has the state alone must not spoil the sign-in of the browser that began it.
        if blake3::hash(binding?.as_bytes()) != known.binding {
            return None;
        }
        all.remove(state).filter(|pending| is_good(pending, now_us))
    }
}

fn is_good(pending: &Pending, now_us: i64) -> bool {
    now_us - pending.begun_us < PENDING_US
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(binding: &str, begun_us: i64) -> Pending {
        Pending {
            nonce: String::new(),
            verifier: String::new(),
            binding: blake3::hash(binding.as_bytes()),
            redirect: String::new(),
            to: String::new(),
            metadata: Arc::new(Metadata::nowhere()),
            begun_us,
        }
    }

    #[test]
    fn a_state_is_good_once_in_time_and_in_its_browser() {
        let all = PendingSignIns::default();
        all.add("s".into(), pending("browser", 0));
        assert!(all.take("s", Some("another"), 1).is_none() && all.take("s", None, 1).is_none());
        assert!(all.take("t", Some("browser"), 1).is_none());
        assert!(all.take("s", Some("browser"), PENDING_US - 1).is_some());
        assert!(all.take("s", Some("browser"), 1).is_none(), "replayed");
        all.add("s".into(), pending("browser", 0));
        assert!(all.take("s", Some("browser"), PENDING_US).is_none(), "too old");
    }

    #[test]
    fn a_flood_takes_the_place_of_the_oldest_and_of_nobody_else() {
        let all = PendingSignIns::default();
        for n in 0..=PENDING_MAX as i64 {
            all.add(n.to_string(), pending("browser", n));
        }
        assert!(all.take("0", Some("browser"), 1).is_none());
        assert!(all.take("1", Some("browser"), 1).is_some());
    }
}
