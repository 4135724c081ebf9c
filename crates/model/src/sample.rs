//! Sample data: events that nobody of one's own customers did.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether anybody ever did what a sample's events say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SampleKind {
    /// Somebody else's data, published for anyone to look at.
    #[default]
    Sample,
    /// Invented by the simulator.
    Simulated,
}

impl SampleKind {
    /// The word for it in answers, files and the database.
    pub fn id(self) -> &'static str {
        match self {
            SampleKind::Sample => "sample",
            SampleKind::Simulated => "simulated",
        }
    }

    pub fn by_id(id: &str) -> Option<SampleKind> {
        [SampleKind::Sample, SampleKind::Simulated].into_iter().find(|kind| kind.id() == id)
    }
}
