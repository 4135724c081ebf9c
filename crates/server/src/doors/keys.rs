//! Which key opens which source, and how much it may send.
//!
//! Keys are looked up in the control database and remembered for a few seconds, unknown ones too, so that a flood of
//! letters asks the database a handful of times. A key that was taken away stops opening at once where the server itself
//! did it, and within those seconds where another process did.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use control::{Control, KeyOwner, SourceKey};
use parking_lot::Mutex;

use crate::error::{ApiError, ApiResult};
use crate::state::now_us;
use axum::http::StatusCode;

/// How long what is known of a key is taken for true.
const REMEMBERED: Duration = Duration::from_secs(5);

/// Keys that are remembered. Beyond it the memory starts anew, against floods of guesses.
const KEYS_MAX: usize = 10_000;

/// Longest key that is looked up.
const KEY_BYTES_MAX: usize = 200;

/// How exactly it is kept when a key was last used.
const USED_EVERY_US: i64 = 60_000_000;

/// The keys this process has met.
#[derive(Debug)]
pub struct Keys {
    control: Control,
    /// Messages a key may send in a second; it may save up those of two.
    per_second: f64,
    known: Mutex<HashMap<String, Known>>,
}

#[derive(Debug)]
struct Known {
    since: Instant,
    opened: Option<Arc<KeyOwner>>,
    /// Messages it may still send, as of `filled`.
    left: f64,
    filled: Instant,
}

impl Keys {
    pub fn new(control: Control, per_second: u32) -> Keys {
        Keys { control, per_second: f64::from(per_second.max(1)), known: Mutex::default() }
    }

    /// What a key opens.
    ///
    /// # Errors
    /// 401 where it opens nothing, or nothing any more.
    pub async fn open(&self, text: &str) -> ApiResult<Arc<KeyOwner>> {
        if text.is_empty() || text.len() > KEY_BYTES_MAX {
            return Err(key_refused());
        }
        let opened = self.known_owner(text).await?;
        let now_us = now_us();
        let opened = opened.filter(|opened| opened.key.expires_at_us.is_none_or(|end| end > now_us));
        opened.ok_or_else(key_refused)
    }

    /// Whose a key is, whether or not it still opens anything. None: nobody's, or it cannot be told now.
    pub async fn owner(&self, text: &str) -> Option<Arc<KeyOwner>> {
        if text.is_empty() || text.len() > KEY_BYTES_MAX {
            return None;
        }
        self.known_owner(text).await.ok().flatten()
    }

    /// Takes `messages` from what the key may send now.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn spend(&self, text: &str, messages: usize) -> ApiResult<()> {
        let mut known = self.known.lock();
        let Some(known) = known.get_mut(text) else { return Ok(()) };
        let burst = 2.0 * self.per_second;
        known.left = (known.left + known.filled.elapsed().as_secs_f64() * self.per_second).min(burst);
        known.filled = Instant::now();
        // A letter larger than all that can be saved up passes when nothing was spent for long enough.
        let wanted = (messages as f64).min(burst);
        if known.left >= wanted {
            known.left -= wanted;
            return Ok(());
        }
        let seconds = ((wanted - known.left) / self.per_second).ceil().max(1.0) as u32;
        let message = format!("this key may send {} messages a second", self.per_second);
        Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message)
            .hint("send it again later; `server.key_messages_per_second` sets the limit")
            .retry_after(seconds))
    }

    /// Forgets everything, after keys or sources changed.
    pub fn forget(&self) {
        self.known.lock().values_mut().for_each(|known| known.since -= REMEMBERED);
    }

    async fn known_owner(&self, text: &str) -> ApiResult<Option<Arc<KeyOwner>>> {
        let remembered = {
            let known = self.known.lock();
            known.get(text).filter(|known| known.since.elapsed() < REMEMBERED).map(|known| known.opened.clone())
        };
        match remembered {
            Some(opened) => Ok(opened),
            None => self.look_up(text).await,
        }
    }

    async fn look_up(&self, text: &str) -> ApiResult<Option<Arc<KeyOwner>>> {
        let opened = self.control.key_owner(text).await?.map(Arc::new);
        if let Some(opened) = &opened {
            self.note_used(&opened.key);
        }
        let now = Instant::now();
        let mut known = self.known.lock();
        if known.len() >= KEYS_MAX && !known.contains_key(text) {
            known.clear();
        }
        let burst = 2.0 * self.per_second;
        let entry = known.entry(text.to_owned());
        let entry = entry.or_insert(Known { since: now, opened: None, left: burst, filled: now });
        (entry.since, entry.opened) = (now, opened.clone());
        Ok(opened)
    }

    /// Not waited for: a sender's answer does not hang on it.
    fn note_used(&self, key: &SourceKey) {
        let now_us = now_us();
        if key.last_used_at_us.is_some_and(|last| now_us - last < USED_EVERY_US) {
            return;
        }
        let (control, id) = (self.control.clone(), key.id.clone());
        tokio::spawn(async move {
            if let Err(error) = control.note_keys_used(&[(id, now_us)]).await {
                tracing::warn!(%error, "it could not be noted when a key was last used");
            }
        });
    }
}

fn key_refused() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "key_refused", "the key opens no source")
        .hint("make one on the page of sources and set it as this library's write key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use control::{KeyKind, KeyScope, NewKey, NewWorkspace, Source};

    const KEY: &str = "tls_0123456789abcdef";

    async fn keys(per_second: u32) -> Keys {
        let control = Control::open_in_memory().await.unwrap();
        let new = NewWorkspace {
            id: "shop".into(),
            name: model::text::LocalizedText::from("shop"),
            sample: None,
            zone: "UTC".into(),
            currency: None,
            place: 0,
            created_at_us: 0,
        };
        control.create_workspace(new).await.unwrap();
        let web =
            Source { id: "web".into(), name: "web".into(), channel: "web".into(), origins: vec![], created_at_us: 0 };
        control.add_source("shop", web).await.unwrap();
        let new = NewKey { kind: KeyKind::Secret, text: KEY.to_owned(), at_us: 0, scope: KeyScope::default() };
        control.add_source_key("shop", "web", new).await.unwrap();
        Keys::new(control, per_second)
    }

    #[tokio::test]
    async fn a_key_that_is_taken_away_stops_opening() {
        let keys = keys(10).await;
        let owner = keys.open(KEY).await.unwrap();
        assert_eq!((owner.workspace.id.as_str(), owner.source.id.as_str()), ("shop", "web"));
        assert_eq!(keys.open("tls_guessed_0123456").await.unwrap_err().code, "key_refused");
        assert!(keys.control.delete_source_key("shop", "web", &owner.key.id).await.unwrap());
        keys.forget();
        assert_eq!(keys.open(KEY).await.unwrap_err().code, "key_refused");
    }

    #[tokio::test]
    async fn who_sends_too_much_is_told_when_to_come_again() {
        let keys = keys(10).await;
        keys.open(KEY).await.unwrap();
        keys.spend(KEY, 15).unwrap();
        let refused = keys.spend(KEY, 20).unwrap_err();
        assert_eq!((refused.status.as_u16(), refused.code), (429, "rate_limited"));
        assert!(refused.retry_after_seconds.unwrap() >= 1);
        // What is left may still be spent: refusals cost nothing.
        keys.spend(KEY, 5).unwrap();
    }

    #[tokio::test]
    async fn a_flood_of_guesses_takes_bounded_memory() {
        let keys = keys(10).await;
        for guess in 0..KEYS_MAX + 5 {
            assert!(keys.open(&format!("guess-{guess}")).await.is_err());
        }
        assert!(keys.known.lock().len() <= KEYS_MAX);
        assert!(keys.open(&"x".repeat(KEY_BYTES_MAX + 1)).await.is_err());
    }
}
