//! What a server stands on: how lakes are opened, and what the clock says.
//!
//! The one place where a disk that refuses or a clock that jumps can be put beneath a whole server; everything else
//! uses what is here by default.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lake::{LakeOptions, Mode};

type Options = dyn Fn(&Path, Mode) -> LakeOptions + Send + Sync;
type Clock = dyn Fn() -> i64 + Send + Sync;

/// Cheap to clone.
#[derive(Clone)]
pub struct Basis {
    /// How the lake in a folder is opened.
    pub lake_options: Arc<Options>,
    /// UTC microseconds, as doors stamp them on what arrives.
    pub now_us: Arc<Clock>,
    /// How long a lake that was seen to be damaged is not opened to write again.
    pub damaged_for: Duration,
}

impl Default for Basis {
    /// The folders themselves, and the machine's clock.
    fn default() -> Basis {
        Basis {
            lake_options: Arc::new(|_: &Path, mode: Mode| LakeOptions::new(mode)),
            now_us: Arc::new(worker::clock::now_us),
            damaged_for: Duration::from_secs(10),
        }
    }
}

impl fmt::Debug for Basis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Basis").finish_non_exhaustive()
    }
}
