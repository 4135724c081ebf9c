//! Hashing of passwords, on threads of its own and a few at a time: it is slow on purpose.

use std::sync::Arc;

use axum::http::StatusCode;
use control::password;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{ApiError, ApiResult};

/// At once. Each takes a core for tens of milliseconds and 19 MiB.
const RUNNING_MAX: usize = 2;

/// At once and waiting; beyond it the server says so instead of piling up work.
const ADMITTED_MAX: usize = 64;

#[derive(Debug)]
pub struct Passwords {
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords { admitted: Arc::new(Semaphore::new(ADMITTED_MAX)), running: Arc::new(Semaphore::new(RUNNING_MAX)) }
    }
}

impl Passwords {
    /// Whether a password is the one `kept` was made of. Where there is nobody (`None`), or somebody
    /// without a password, it takes as long, and is not.
    pub async fn verify(&self, given: String, kept: Option<String>) -> ApiResult<bool> {
        self.run(move || match kept.filter(|kept| !kept.is_empty()) {
            Some(kept) => password::verify(&given, &kept),
            None => {
                password::verify(&given, password::NOBODYS);
                false
            }
        })
        .await
    }

    /// The form a password is kept in.
    pub async fn hash(&self, given: String) -> ApiResult<String> {
        let salt = worker::random::bytes().map_err(|error| ApiError::internal(&error))?;
        Ok(self.run(move || password::hash(&given, salt)).await??)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
        let _admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| {
            let message = "too many people are signing in at once";
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "sign_in_busy", message).retry_after(2)
        })?;
        let turn: OwnedSemaphorePermit =
            Arc::clone(&self.running).acquire_owned().await.map_err(|closed| ApiError::internal(&closed))?;
        let hashing = move || {
            // Goes on although the client went away, so its turn is its own.
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(hashing).await.map_err(|panicked| ApiError::internal(&panicked))
    }
}
