//! How a site's positions are read: each rule a setting of the site, with the values vendors and papers agree on.
//!
//! A rule that can be left out is `null` then. Not here: what the rules do (the kernels' documentation), and where.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::journey::Fault;

/// The rules of a site. What is not said is the default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceRules)]
pub struct Rules {
    pub cleaning: Cleaning,
    pub visits: Visits,
    /// Tracks that go on where another broke off. `null`: none does.
    pub stitching: Option<Stitching>,
    /// Who works there. `null`: nobody but whom the sensor says.
    pub staff: Option<Staff>,
    /// Who shops together. `null`: everybody alone.
    pub groups: Option<Groups>,
    pub zones: ZoneVisits,
    pub stops: Stops,
    pub queues: Queues,
    /// Receipts of the tills, matched with walks. `null`: none are looked at.
    pub receipts: Option<Receipts>,
    /// Members who let themselves be scanned: their walks are theirs, and a return is told. `null`: nobody is known.
    pub members: Option<Members>,
    /// Events that tell why people stay and do not buy. `null`: none are looked at.
    pub signals: Option<Signals>,
    /// What is told of single places and ways is told from so many visits on.
    pub shown_from: u32,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            cleaning: Cleaning::default(),
            visits: Visits::default(),
            stitching: Some(Stitching::default()),
            staff: Some(Staff::default()),
            groups: Some(Groups::default()),
            zones: ZoneVisits::default(),
            stops: Stops::default(),
            queues: Queues::default(),
            receipts: None,
            members: None,
            signals: None,
            shown_from: 5,
        }
    }
}

/// What is done to a track before anything is read from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceCleaningRules)]
pub struct Cleaning {
    /// Fastest walk that is believed. `null`: any.
    pub speed_max_m_s: Option<f64>,
    /// Longest time between two sightings that is bridged by a straight walk.
    pub gap_seconds: f64,
    pub smooth: bool,
    /// Standard deviation of a sighting whose sensor gives none.
    pub error_m: f64,
    /// How far off the walkable area a sighting may be to be moved onto it. `null`: it stays where it is.
    pub snap_m: Option<f64>,
}

impl Default for Cleaning {
    fn default() -> Cleaning {
        Cleaning { speed_max_m_s: Some(3.0), gap_seconds: 2.0, smooth: true, error_m: 0.15, snap_m: Some(2.0) }
    }
}

/// What makes a visit of the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceVisitRules)]
pub struct Visits {
    /// Who is within for less is a passer-by.
    pub least_seconds: f64,
    /// An id unseen for longer is another visit.
    pub absence_seconds: f64,
}

impl Default for Visits {
    fn default() -> Visits {
        Visits { least_seconds: 10.0, absence_seconds: 10_800.0 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceStitchingRules)]
pub struct Stitching {
    pub gap_seconds: f64,
    pub speed_max_m_s: f64,
    /// How far apart the ends may be however short the time is.
    pub slack_m: f64,
    /// How near to a gate one comes and goes by it. Entrance and street zones are doors, too.
    pub door_m: f64,
}

impl Default for Stitching {
    fn default() -> Stitching {
        Stitching { gap_seconds: 10.0, speed_max_m_s: 1.5, slack_m: 0.6, door_m: 1.5 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceStaffRules)]
pub struct Staff {
    /// Time in zones for staff only.
    pub staff_only_seconds: f64,
    /// From the first to the last sighting.
    pub stay_seconds: f64,
}

impl Default for Staff {
    fn default() -> Staff {
        Staff { staff_only_seconds: 10.0, stay_seconds: 14_400.0 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceGroupRules)]
pub struct Groups {
    /// Share of the shorter visit during which both are seen.
    pub overlap: f64,
    /// Largest median distance.
    pub apart_m: f64,
    /// Largest median difference of velocities.
    pub drift_m_s: f64,
}

impl Default for Groups {
    fn default() -> Groups {
        Groups { overlap: 0.8, apart_m: 1.4, drift_m_s: 0.5 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceZoneRules)]
pub struct ZoneVisits {
    /// How far beyond its edge a zone is left.
    pub exit_buffer_m: f64,
    /// Visits of a zone no further apart are one.
    pub merge_seconds: f64,
    /// Visits with less dwell are dropped.
    pub drop_seconds: f64,
}

impl Default for ZoneVisits {
    fn default() -> ZoneVisits {
        ZoneVisits { exit_buffer_m: 0.3, merge_seconds: 2.0, drop_seconds: 0.5 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceStopRules)]
pub struct Stops {
    pub radius_m: f64,
    pub least_seconds: f64,
}

impl Default for Stops {
    fn default() -> Stops {
        Stops { radius_m: 1.0, least_seconds: 5.0 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceQueueRules)]
pub struct Queues {
    /// Who is slower in a tail has joined.
    pub slow_m_s: f64,
    /// The time over which speed is told.
    pub window_seconds: f64,
    /// Longest time between leaving the tail and entering the head.
    pub away_seconds: f64,
}

impl Default for Queues {
    fn default() -> Queues {
        Queues { slow_m_s: 0.3, window_seconds: 2.0, away_seconds: 5.0 }
    }
}

/// Receipts: events of the site with an amount. Each is matched with who leaves a till at its time; of several tills, with
/// that whose zone the event names, in its column or its lane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceReceiptRules)]
pub struct Receipts {
    pub events: Vec<String>,
    /// The property that holds the lane.
    pub lane: String,
    pub matching: Matching,
}

impl Default for Receipts {
    fn default() -> Receipts {
        Receipts { events: vec!["purchase".to_owned()], lane: "lane".to_owned(), matching: Matching::default() }
    }
}

/// Scans: events of the site that identify their customer. Each is matched with who was in the zone the event names; where it
/// names none, with who came in or left a till then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceMemberRules)]
pub struct Members {
    pub events: Vec<String>,
    /// Longest time after a visit in which the same member's next one belongs to the same shopping unit.
    pub return_minutes: f64,
    pub matching: Matching,
}

impl Default for Members {
    fn default() -> Members {
        let matching = Matching { least_probability: 0.8, ..Matching::default() };
        Members { events: vec!["member_scan".to_owned()], return_minutes: 180.0, matching }
    }
}

/// Events of the site about a `category`, and how near staff is to attend to somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceSignalRules)]
pub struct Signals {
    /// Something of the category ran out, for `duration_seconds`; else until the next of `in_stock`, or the end of the day.
    pub stock_out: Vec<String>,
    pub in_stock: Vec<String>,
    /// The category costs the property `price` instead of `old_price` from then on.
    pub price_change: Vec<String>,
    /// A customer looked something of the category up; joined to the walk of a member who was scanned.
    pub lookup: Vec<String>,
    /// Farthest that staff may be to be within reach.
    pub reach_m: f64,
    /// For how long at least.
    pub reach_seconds: f64,
}

impl Default for Signals {
    fn default() -> Signals {
        let of = |event: &str| vec![event.to_owned()];
        Signals {
            stock_out: of("stock_out"),
            in_stock: of("in_stock"),
            price_change: of("price_change"),
            lookup: of("product_view"),
            reach_m: 2.5,
            reach_seconds: 2.0,
        }
    }
}

/// How an event is matched with a walk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = PlaceMatchingRules)]
pub struct Matching {
    /// Mean distance of an event's time from when its walk is expected.
    pub scale_seconds: f64,
    /// Farthest distance that is looked at.
    pub window_seconds: f64,
    /// Share of events of people whom the sensors did not see.
    pub unseen: f64,
    /// A match less probable than this is none.
    pub least_probability: f64,
}

impl Default for Matching {
    fn default() -> Matching {
        Matching { scale_seconds: 2.0, window_seconds: 10.0, unseen: 0.05, least_probability: 0.5 }
    }
}

/// Events a rule may name.
const EVENTS_MAX: usize = 20;

/// Longest time a rule may name: a day, which is what is read at once.
const SECONDS_MAX: f64 = 86_400.0;

/// Longest length a rule may name.
const METRES_MAX: f64 = 100.0;

impl Rules {
    /// Everything wrong with the rules, with paths from the site's root.
    pub(super) fn check(&self, faults: &mut Vec<Fault>) {
        let mut within = |path: &str, value: f64, least: f64, most: f64| {
            if !(value >= least && value <= most) {
                let values = [value, least, most].map(|number| number.to_string());
                let what = format!("{value}; it is from {least} to {most}");
                faults.push(Fault::coded(format!("rules.{path}"), "rule_range", values, what));
            }
        };
        let Rules { cleaning, visits, stitching, staff, groups, zones, stops, queues, .. } = self;
        if let Some(speed) = cleaning.speed_max_m_s {
            within("cleaning.speed_max_m_s", speed, 0.1, METRES_MAX);
        }
        within("cleaning.gap_seconds", cleaning.gap_seconds, 0.1, SECONDS_MAX);
        within("cleaning.error_m", cleaning.error_m, 0.001, METRES_MAX);
        if let Some(snap) = cleaning.snap_m {
            within("cleaning.snap_m", snap, 0.0, METRES_MAX);
        }
        within("visits.least_seconds", visits.least_seconds, 0.0, SECONDS_MAX);
        within("visits.absence_seconds", visits.absence_seconds, 1.0, SECONDS_MAX);
        if let Some(rule) = stitching {
            within("stitching.gap_seconds", rule.gap_seconds, 0.0, SECONDS_MAX);
            within("stitching.speed_max_m_s", rule.speed_max_m_s, 0.0, METRES_MAX);
            within("stitching.slack_m", rule.slack_m, 0.001, METRES_MAX);
            within("stitching.door_m", rule.door_m, 0.0, METRES_MAX);
        }
        if let Some(rule) = staff {
            within("staff.staff_only_seconds", rule.staff_only_seconds, 0.001, SECONDS_MAX);
            within("staff.stay_seconds", rule.stay_seconds, 1.0, SECONDS_MAX);
        }
        if let Some(rule) = groups {
            within("groups.overlap", rule.overlap, 0.0, 1.0);
            within("groups.apart_m", rule.apart_m, 0.0, METRES_MAX);
            within("groups.drift_m_s", rule.drift_m_s, 0.0, METRES_MAX);
        }
        within("zones.exit_buffer_m", zones.exit_buffer_m, 0.0, METRES_MAX);
        within("zones.merge_seconds", zones.merge_seconds, 0.0, SECONDS_MAX);
        within("zones.drop_seconds", zones.drop_seconds, 0.0, SECONDS_MAX);
        within("stops.radius_m", stops.radius_m, 0.01, METRES_MAX);
        within("stops.least_seconds", stops.least_seconds, 0.001, SECONDS_MAX);
        within("queues.slow_m_s", queues.slow_m_s, 0.0, METRES_MAX);
        within("queues.window_seconds", queues.window_seconds, 0.001, SECONDS_MAX);
        within("queues.away_seconds", queues.away_seconds, 0.0, SECONDS_MAX);
        within("shown_from", f64::from(self.shown_from), 1.0, 1_000.0);
        if let Some(rule) = &self.members {
            within("members.return_minutes", rule.return_minutes, 0.0, SECONDS_MAX / 60.0);
        }
        if let Some(rule) = &self.signals {
            within("signals.reach_m", rule.reach_m, 0.1, METRES_MAX);
            within("signals.reach_seconds", rule.reach_seconds, 0.1, SECONDS_MAX);
            for (of, events) in [
                ("stock_out", &rule.stock_out),
                ("in_stock", &rule.in_stock),
                ("price_change", &rule.price_change),
                ("lookup", &rule.lookup),
            ] {
                within(&format!("signals.{of} (how many)"), events.len() as f64, 0.0, EVENTS_MAX as f64);
            }
        }
        let matching = [
            ("receipts", self.receipts.as_ref().map(|rule| (&rule.events, &rule.matching))),
            ("members", self.members.as_ref().map(|rule| (&rule.events, &rule.matching))),
        ];
        for (rule, of) in matching {
            let Some((events, matching)) = of else { continue };
            within(&format!("{rule}.matching.scale_seconds"), matching.scale_seconds, 0.1, SECONDS_MAX);
            within(&format!("{rule}.matching.window_seconds"), matching.window_seconds, 0.1, SECONDS_MAX);
            within(&format!("{rule}.matching.unseen"), matching.unseen, 0.000_001, 0.999_999);
            within(&format!("{rule}.matching.least_probability"), matching.least_probability, 0.0, 1.0);
            within(&format!("{rule}.events (how many)"), events.len() as f64, 1.0, EVENTS_MAX as f64);
        }
    }
}
