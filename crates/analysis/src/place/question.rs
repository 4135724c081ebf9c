//! Questions about a floor.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Days, and a floor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceScope {
    /// First day, in the site's time zone. None: the first of which there are positions.
    pub from: Option<NaiveDate>,
    /// Last day. None: the last of which there are positions.
    pub to: Option<NaiveDate>,
    /// Only what was done on this floor. None: on all.
    pub floor: Option<String>,
}

/// Visits, zones, flows or queues.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceQuestion {
    /// Version of the site. None: the newest.
    pub version: Option<u32>,
    pub scope: PlaceScope,
}

/// Heat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceHeatQuestion {
    /// Version of the site. None: the newest.
    pub version: Option<u32>,
    pub scope: PlaceScope,
    /// Side of a cell in metres, from 0.1.
    pub cell_m: f64,
}

impl Default for PlaceHeatQuestion {
    fn default() -> PlaceHeatQuestion {
        PlaceHeatQuestion { version: None, scope: PlaceScope::default(), cell_m: 1.0 }
    }
}

/// Tills.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceStaffingQuestion {
    /// Version of the site. None: the newest.
    pub version: Option<u32>,
    pub scope: PlaceScope,
    /// Wait that is promised.
    pub promise_seconds: f64,
    /// Share of those who come that it is promised to, between 0 and 1.
    pub promise_share: f64,
}

impl Default for PlaceStaffingQuestion {
    fn default() -> PlaceStaffingQuestion {
        let (promise_seconds, promise_share) = (120.0, 0.9);
        PlaceStaffingQuestion { version: None, scope: PlaceScope::default(), promise_seconds, promise_share }
    }
}

/// Single visits, by time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceVisitListQuestion {
    /// Version of the site. None: the newest.
    pub version: Option<u32>,
    pub scope: PlaceScope,
    /// Only visits that came into this zone.
    pub zone: Option<String>,
    /// Only visits that are hit by this pain: the `pick` of one.
    pub pain: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Visits of a page: 1 to 200.
    pub limit: usize,
}

impl Default for PlaceVisitListQuestion {
    fn default() -> PlaceVisitListQuestion {
        let scope = PlaceScope::default();
        PlaceVisitListQuestion { version: None, scope, zone: None, pain: None, after: None, limit: 50 }
    }
}

/// Walks of a day, to be played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceTracksQuestion {
    /// Version of the site. None: the newest.
    #[serde(default)]
    pub version: Option<u32>,
    /// In the site's time zone.
    pub day: NaiveDate,
    /// Only what was walked on this floor. None: on all.
    #[serde(default)]
    pub floor: Option<String>,
    /// Minutes after the day's first instant from which, and before which, to play. None: from its begin, to its end.
    #[serde(default)]
    pub from_minute: Option<u32>,
    #[serde(default)]
    pub to_minute: Option<u32>,
    /// `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// Points of a page: 1,000 to 100,000. A walk is not cut off, so a page may have more by those of one walk.
    #[serde(default = "points")]
    #[schema(default = 50_000)]
    pub limit: usize,
}

fn points() -> usize {
    50_000
}
