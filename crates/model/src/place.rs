//! Places people walk in: site > floor > zone > fixture, on plans that hold from a day on.
//!
//! Coordinates are metres, x to the right, y up, from an origin that each floor chooses; see [`shape`]. A definition is
//! data, as that of a journey is; [`Site::faults`] says what is wrong with one and [`Plan::overlaps`] what is remarkable.
//!
//! How a definition is read:
//! - A layout change is a new [`Plan`] with the day it came into force, in the site's time zone. A visit is read on the
//!   plan of its time ([`Site::plan_at`]), so old visits keep their old zones. A change in the middle of a day counts
//!   from the next day.
//! - An id means the same from plan to plan: a zone that moved keeps its id, one that became another gets a new one.
//!   Ids of zones, fixtures and gates are unique within a plan, over all its floors.
//! - A zone within another names it as `parent`. A point belongs to the innermost zone it lies in, of several beside each
//!   other to the first of the definition, so that times of zones add up. Overlaps of zones that are no relatives are
//!   told, not refused.
//! - People walk where `walkable` says, else on the outline less the fixtures.
//!
//! Not here: walks and what is computed of them. What sensors say is in [`observation`].

pub mod calibration;
mod check;
pub mod counted;
pub mod forecast;
pub mod observation;
pub mod pain;
pub mod rules;
pub mod sensor;
pub mod shape;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::calendar::{Calendar, Unit, WeekStart};
use crate::text::LocalizedText;
use calibration::{Affine, ControlPoint};
pub use check::Overlap;
use rules::Rules;
use shape::{Point, Shape, ShapeText};

/// How the sources of events begin that were made of positions; the id of the site follows.
pub const SOURCE_PREFIX: &str = "place:";

/// A shop, a mall, a hall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Stable key, `[a-z0-9-]`.
    pub id: String,
    pub name: LocalizedText,
    /// What tills, card readers and other sources call it in the `site` of their events, beside the id: `杭州西湖店`, `S0012`.
    /// At most 20. Events made of positions say the first of them, or the id where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_as: Vec<String>,
    #[serde(default)]
    pub kind: SiteKind,
    /// IANA zone of its clocks and days.
    pub time_zone: String,
    /// By day, earliest first; 1 to 100.
    pub plans: Vec<Plan>,
    /// How its positions are read.
    #[serde(default)]
    pub rules: Rules,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    #[default]
    Shop,
    Mall,
    /// An exhibition or a station.
    Hall,
}

/// The layout of a site from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The day it came into force, in the site's time zone.
    pub from: NaiveDate,
    /// What was changed, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub floors: Vec<Floor>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Unique within the plan, `[a-z0-9-]`.
    pub id: String,
    pub name: LocalizedText,
    /// 0 is the street's level, 1 the one above it, -1 the first basement.
    #[serde(default)]
    pub level: i16,
    /// Its outer walls.
    #[schema(value_type = ShapeText)]
    pub outline: Shape,
    /// Where people can walk. None: the outline less the fixtures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ShapeText>)]
    pub walkable: Option<Shape>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<Zone>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixtures: Vec<Fixture>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<Gate>,
    /// The drawing that lies below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// How sensors name this floor, and where their origins lie on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<SensorFrame>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Zone {
    /// Unique within the plan, `[a-z0-9-]`; the `zone` of events.
    pub id: String,
    pub name: LocalizedText,
    pub kind: ZoneKind,
    /// What is offered there, as receipts name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The zone it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Seconds after which a stay counts as engaged. None: as its kind says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engaged_seconds: Option<f64>,
    /// What is offered there earns more than the rest: whether people come to it is told apart.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub high_margin: bool,
    #[schema(value_type = ShapeText)]
    pub shape: Shape,
}

/// What a zone is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZoneKind {
    /// Just within the doors.
    Entrance,
    Aisle,
    /// Before shelves, racks or tables.
    Display,
    /// A display that is dressed for a time.
    Promotion,
    FittingRoom,
    /// A counter with staff: advice, fresh food, returns.
    Service,
    Seating,
    /// Where one joins a checkout queue.
    QueueTail,
    /// Where one is served next.
    QueueHead,
    /// A till, and those who are served at it.
    Till,
    StaffOnly,
    /// A shop of a mall, a stand of a hall.
    Tenant,
    /// Halls and corridors between.
    Passage,
    Stairs,
    Escalator,
    Lift,
    Toilet,
    /// Before the doors, outside: where passers-by walk.
    Street,
    /// Open to the floor below.
    Void,
    Other,
}

impl ZoneKind {
    pub const ALL: [ZoneKind; 20] = [
        ZoneKind::Entrance,
        ZoneKind::Aisle,
        ZoneKind::Display,
        ZoneKind::Promotion,
        ZoneKind::FittingRoom,
        ZoneKind::Service,
        ZoneKind::Seating,
        ZoneKind::QueueTail,
        ZoneKind::QueueHead,
        ZoneKind::Till,
        ZoneKind::StaffOnly,
        ZoneKind::Tenant,
        ZoneKind::Passage,
        ZoneKind::Stairs,
        ZoneKind::Escalator,
        ZoneKind::Lift,
        ZoneKind::Toilet,
        ZoneKind::Street,
        ZoneKind::Void,
        ZoneKind::Other,
    ];

    /// Seconds after which a stay counts as engaged where the zone says nothing. None: nobody engages with it. Vendors
    /// differ from 3 s to 5 min, so these are starting points: a pause for a shelf, a sample for a promotion, the 5
    /// minutes of 有效停留 for a whole shop.
    pub fn engaged_seconds(self) -> Option<f64> {
        match self {
            ZoneKind::Promotion => Some(3.0),
            ZoneKind::Aisle | ZoneKind::Display => Some(5.0),
            ZoneKind::Service => Some(30.0),
            ZoneKind::FittingRoom | ZoneKind::Seating => Some(60.0),
            ZoneKind::Tenant => Some(300.0),
            _ => None,
        }
    }

    /// Whether it may lie outside the walls.
    pub fn may_be_outside(self) -> bool {
        matches!(self, ZoneKind::Street | ZoneKind::Entrance)
    }
}

/// Something that stands on the floor, and in the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// Unique within the plan, `[a-z0-9-]`.
    pub id: String,
    pub name: LocalizedText,
    /// The zone it is looked at from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[schema(value_type = ShapeText)]
    pub shape: Shape,
}

/// A line people are counted at. Who crosses it to the left of the way from `from` to `to` goes in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Unique within the plan, `[a-z0-9-]`.
    pub id: String,
    pub name: LocalizedText,
    #[schema(value_type = Vec<f64>)]
    pub from: Point,
    #[schema(value_type = Vec<f64>)]
    pub to: Point,
}

/// A drawing, laid below a floor by control points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// How its file is called.
    pub file: String,
    pub width_px: u32,
    pub height_px: u32,
    /// At least 3, not all on one line.
    pub control_points: Vec<ControlPoint>,
}

/// The coordinates of a sensor, laid on a floor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SensorFrame {
    /// The floor, map or coordinate system as the sensor names it, or the sensor itself.
    pub reference: String,
    /// From its metres to the floor's. None: they are the floor's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_floor: Option<Affine>,
}

impl Site {
    /// The source of the events that are made of its positions.
    pub fn source(&self) -> String {
        format!("{SOURCE_PREFIX}{}", self.id)
    }

    /// What the `site` of events made of its positions says: the first name others give it, so that one place is one in every
    /// breakdown and limit, else its id.
    pub fn event_name(&self) -> &str {
        self.known_as.first().unwrap_or(&self.id)
    }

    /// Whether the `site` of an event means this one.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.known_as.iter().any(|other| other == name)
    }

    /// Days as they are there. None for a zone there is not, which is a fault.
    pub fn days(&self) -> Option<Calendar> {
        Some(Calendar { unit: Unit::Day, week_start: WeekStart::Monday, zone: self.time_zone.parse().ok()? })
    }

    /// The day an instant lies in there. None beyond the calendar.
    pub fn day_of(&self, time_us: i64) -> Option<NaiveDate> {
        self.days()?.day_of(time_us).ok()
    }

    /// The plan in force on a day: that of the latest day not after it. None before the first.
    pub fn plan_on(&self, day: NaiveDate) -> Option<&Plan> {
        self.plans.iter().rev().find(|plan| plan.from <= day)
    }

    /// The plan in force at an instant.
    pub fn plan_at(&self, time_us: i64) -> Option<&Plan> {
        self.plan_on(self.day_of(time_us)?)
    }
}

impl Plan {
    pub fn floor(&self, id: &str) -> Option<&Floor> {
        self.floors.iter().find(|floor| floor.id == id)
    }

    /// The floor a sensor means, and how its metres lie on it: a floor's frame of that name, else the floor of that id.
    pub fn frame(&self, reference: &str) -> Option<(&Floor, Affine)> {
        let framed = self.floors.iter().find_map(|floor| {
            let frame = floor.frames.iter().find(|frame| frame.reference == reference)?;
            Some((floor, frame.to_floor.unwrap_or(Affine::IDENTITY)))
        });
        framed.or_else(|| Some((self.floor(reference)?, Affine::IDENTITY)))
    }
}

impl Floor {
    /// The zone a point belongs to: the innermost, of several beside each other the first.
    pub fn zone_at(&self, point: Point) -> Option<&Zone> {
        let mut found: Option<(usize, &Zone)> = None;
        for zone in self.zones.iter().filter(|zone| zone.shape.contains(point)) {
            let depth = self.depth(zone);
            if found.is_none_or(|(deepest, _)| depth > deepest) {
                found = Some((depth, zone));
            }
        }
        found.map(|(_, zone)| zone)
    }

    pub fn zone(&self, id: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.id == id)
    }

    /// Zones above a zone. Ends in a circle, too, which is a fault of the definition.
    pub(crate) fn depth(&self, zone: &Zone) -> usize {
        let above = std::iter::successors(Some(zone), |zone| self.zone(zone.parent.as_deref()?));
        above.take(self.zones.len() + 1).count() - 1
    }

    pub fn is_walkable(&self, point: Point) -> bool {
        match &self.walkable {
            Some(walkable) => walkable.contains(point),
            None => self.outline.contains(point) && !self.fixtures.iter().any(|fixture| fixture.shape.contains(point)),
        }
    }

    /// Square metres people can walk on. Fixtures that overlap each other are taken off twice; [`Plan::overlaps`] tells.
    pub fn walkable_area_m2(&self) -> f64 {
        match &self.walkable {
            Some(walkable) => walkable.area_m2(),
            None => {
                let taken: f64 = self.fixtures.iter().map(|fixture| fixture.shape.overlap_m2(&self.outline)).sum();
                (self.outline.area_m2() - taken).max(0.0)
            }
        }
    }
}

impl Zone {
    /// Whether the `zone` of an event means this one: by its id, or by a name it is shown with.
    pub fn is_called(&self, name: &str) -> bool {
        self.id == name || self.name.texts().any(|text| text == name)
    }

    /// Seconds after which a stay counts as engaged. None: no stay does.
    pub fn engaged_seconds(&self) -> Option<f64> {
        self.engaged_seconds.or_else(|| self.kind.engaged_seconds())
    }
}

#[cfg(test)]
mod tests;
