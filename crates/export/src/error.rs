//! Why a map could not be drawn.

use crate::limits::{PIXELS_MAX, SCALE_MAX, SCALE_MIN};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    #[error("the scale {0} is not between {SCALE_MIN} and {SCALE_MAX}")]
    Scale(f32),
    #[error(
        "the picture would have {width} × {height} pixels, more than {PIXELS_MAX} in all; \
         choose a smaller scale, or PDF, which is cut into pages"
    )]
    TooLarge { width: u64, height: u64 },
    #[error("the document cannot be written: {0}")]
    Document(String),
    #[error("the fonts that come with the program cannot be read")]
    Fonts,
    #[error("the map could not be drawn: {0}")]
    Render(String),
}

/// What sort of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// What was asked for is refused.
    Invalid,
    /// The program is at fault.
    Failed,
}

impl Error {
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::Scale(_) | Error::TooLarge { .. } | Error::Document(_) => ErrorKind::Invalid,
            Error::Fonts | Error::Render(_) => ErrorKind::Failed,
        }
    }

    /// Whether the same call may succeed later without any change: never, drawing depends on nothing else.
    pub fn retryable(&self) -> bool {
        false
    }
}

pub type Result<T> = std::result::Result<T, Error>;
