//! Forecasts of a layout that were written down before it was changed, to be scored against what happened.
//!
//! Question and answer stand as they were asked and given; nobody can change them afterwards.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::journey::Fault;
use crate::limits::TITLE_BYTES_MAX;

/// A forecast to be kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewForecast {
    /// What is to be changed, in a sentence.
    pub title: String,
    /// Id of the site, and its version that was asked about.
    pub site: String,
    pub site_version: u32,
    /// As it was asked.
    #[schema(value_type = Object)]
    pub question: Value,
    /// As it was answered.
    #[schema(value_type = Object)]
    pub answer: Value,
}

/// A forecast as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeptForecast {
    pub id: i64,
    pub forecast: NewForecast,
    /// UTC microseconds.
    pub created_at_us: i64,
    pub created_by: String,
}

impl NewForecast {
    /// What is wrong with it; empty if nothing is.
    pub fn faults(&self) -> Vec<Fault> {
        let title = self.title.trim();
        match title.is_empty() || self.title.len() > TITLE_BYTES_MAX {
            true => vec![Fault::new("title", format!("a sentence of at most {TITLE_BYTES_MAX} bytes"))],
            false => Vec::new(),
        }
    }
}
