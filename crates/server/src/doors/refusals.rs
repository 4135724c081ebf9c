//! Letters that were refused leave a trace: how many of a source, why, when, and what the newest looked like.
//!
//! Counted in memory and written down a moment later, many at once, so that a flood of refused letters costs a handful of
//! writes. Only what names a source is counted: a key that nobody knows names none. Of the letter nothing is kept that a
//! person could stand in: no body, no query, no key.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderName, StatusCode, header};
use control::{Control, KeyOwner, Refusals, RefusedLetter};
use parking_lot::Mutex;

/// How long refusals are gathered before they are written down.
const GATHERED: Duration = Duration::from_secs(2);

/// Pairs of source and reason that wait to be written down; what comes beyond is not counted.
const WAITING_MAX: usize = 10_000;

/// Longest text that is kept of a letter's head.
const HEAD_BYTES_MAX: usize = 100;

/// What doors refused and is not written down yet.
#[derive(Debug)]
pub struct DoorRefusals {
    control: Control,
    waiting: Mutex<HashMap<(String, String, &'static str), Refusals>>,
    writing: tokio::sync::Mutex<()>,
    /// Whether somebody is about to write it down.
    due: AtomicBool,
}

/// Whether a refusal says something about how the sender is set up.
pub(super) fn counts(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 403 | 413 | 429)
}

/// What a request looks like from outside.
pub(super) fn letter(request: &Request, path: &str, origin: Option<String>) -> RefusedLetter {
    let text = |name: HeaderName| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // Parameters of a type (`boundary=…`) say nothing.
        cut(value.split(';').next().unwrap_or_default().trim())
    };
    RefusedLetter {
        method: cut(request.method().as_str()),
        path: cut(path),
        content_type: text(header::CONTENT_TYPE),
        content_encoding: text(header::CONTENT_ENCODING),
        bytes: text(header::CONTENT_LENGTH).parse().ok(),
        origin: origin.map(|origin| cut(&origin)),
    }
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(HEAD_BYTES_MAX)].to_owned()
}

impl DoorRefusals {
    pub fn new(control: Control) -> DoorRefusals {
        DoorRefusals {
            control,
            waiting: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
            due: AtomicBool::default(),
        }
    }

    /// Notes that a letter of this source was refused, whole or in part.
    pub(super) fn note(self: &Arc<Self>, owner: &KeyOwner, code: &'static str, at_us: i64, letter: RefusedLetter) {
        {
            let mut waiting = self.waiting.lock();
            let key = (owner.workspace.id.clone(), owner.source.id.clone(), code);
            if waiting.len() >= WAITING_MAX && !waiting.contains_key(&key) {
                return;
            }
            let refused = waiting.entry(key).or_insert_with(|| Refusals {
                code: code.to_owned(),
                count: 0,
                first_us: at_us,
                last_us: at_us,
                example: RefusedLetter::default(),
            });
            refused.count += 1;
            (refused.last_us, refused.example) = (at_us, letter);
        }
        if !self.due.swap(true, Ordering::AcqRel) {
            let refusals = Arc::clone(self);
            tokio::spawn(async move {
                tokio::time::sleep(GATHERED).await;
                refusals.write_down().await;
            });
        }
    }

    /// Writes down what waits.
    pub async fn write_down(&self) {
        let _alone = self.writing.lock().await;
        self.due.store(false, Ordering::Release);
        let taken = std::mem::take(&mut *self.waiting.lock());
        let rows: Vec<_> =
            taken.into_iter().map(|((workspace, source, _), refused)| (workspace, source, refused)).collect();
        if let Err(error) = self.control.note_refusals(&rows).await {
            tracing::warn!(%error, "what doors refused could not be written down and is not counted");
        }
    }
}
