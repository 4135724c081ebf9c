//! Questions about a floor.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PlaceChange;

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
    /// Layouts of lanes to compare. None: none are.
    pub lanes: Option<PlaceLanes>,
    /// Hours people work on the sales floor a day, all of them together. None: visits for each of them are not told.
    pub staff_hours: Option<f64>,
}

/// Lanes to compare: so many tills with a line each, with one line, and fewer with self-checkouts beside them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceLanes {
    /// Tills with staff, 1 to 1,000.
    pub tills: u32,
    /// Self-checkouts, fed by one line of their own.
    #[serde(default)]
    pub self_checkouts: u32,
    /// Tills with staff that stay open beside self-checkouts. None: one fewer.
    #[serde(default)]
    pub tills_beside: Option<u32>,
    /// Share of those who come that go to self-checkouts, from 0 to 1.
    #[serde(default = "half")]
    #[schema(default = 0.5)]
    pub self_share: f64,
    /// How many times as long as at a till it takes there.
    #[serde(default = "slower")]
    #[schema(default = 1.5)]
    pub self_slower: f64,
}

fn half() -> f64 {
    0.5
}

fn slower() -> f64 {
    1.5
}

impl Default for PlaceStaffingQuestion {
    fn default() -> PlaceStaffingQuestion {
        let (promise_seconds, promise_share) = (120.0, 0.9);
        PlaceStaffingQuestion {
            version: None,
            scope: PlaceScope::default(),
            promise_seconds,
            promise_share,
            lanes: None,
            staff_hours: None,
        }
    }
}

/// A changed layout.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceForecastQuestion {
    /// Version of the site. None: the newest.
    pub version: Option<u32>,
    /// Days of the old layout. Where it does not say from when, those of other plans than that of the last day are left out.
    pub scope: PlaceScope,
    pub change: PlaceChange,
}

/// Visits behind a figure of another answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "figure", rename_all = "snake_case", deny_unknown_fields)]
pub enum PlaceBehind {
    /// That stopped in the zone.
    Stopped { zone: String },
    /// That stayed in it for as long as engages.
    Engaged { zone: String },
    /// Whose first zone it was.
    First { zone: String },
    /// Whose last zone it was.
    Last { zone: String },
    /// That went from one zone straight to another; none is the outside.
    Move { from: Option<String>, to: Option<String> },
    /// That began and ended in these zones.
    Ends { from: String, to: String },
    /// That stopped there first; none: nowhere.
    FirstStop { to: Option<String> },
    /// That joined the queue of this tail, and where said, whose wait ended so.
    Queue { queue: String, ended: Option<PlaceWaitEnd> },
}

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceWaitEnd {
    Served,
    Abandoned,
    /// Lost from sight while waiting.
    Unknown,
}

/// Single visits, by time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceVisitListQuestion {
    /// Version of the site. None: the newest.
    pub version: Option<u32>,
    pub scope: PlaceScope,
    /// Only visits that came into this zone.
    pub zone: Option<String>,
    /// Only visits behind this figure.
    pub behind: Option<PlaceBehind>,
    /// Only visits of whose unit a receipt is; false: only others.
    pub bought: Option<bool>,
    /// Only visits whose detour is so much or more: 1 is none.
    pub detour_from: Option<f64>,
    /// Only visits that are hit by this pain: the `pick` of one.
    pub pain: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// Visits of a page: 1 to 200.
    pub limit: usize,
}

impl Default for PlaceVisitListQuestion {
    fn default() -> PlaceVisitListQuestion {
        PlaceVisitListQuestion {
            version: None,
            scope: PlaceScope::default(),
            zone: None,
            behind: None,
            bought: None,
            detour_from: None,
            pain: None,
            after: None,
            limit: 50,
        }
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
    /// Only the walk of this visit.
    #[serde(default)]
    pub visit: Option<String>,
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
