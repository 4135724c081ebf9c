//! What a sensor said → rows of the lake: positions laid on the floor of their day, counts by line, names salted.
//!
//! Files and live deliveries are laid by the same hand, so that they give the same rows.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use control::{Control, Salt};
use lake::{Sighting, TrackDay};
use model::event::Rejection;
use model::place::Site;
use model::place::counted::{CountKind, Counted};
use model::place::observation::{
    Count, Crossing, Direction, Located, Observation, Occupancy, Position, Seen, Span, Subject, SubjectKind,
};

use crate::clock::now_us;
use crate::error::Result;
use crate::random;

/// How far from the origin a position may lie, in millimetres: what a floor's coordinates may be.
const POSITION_MM_MAX: f64 = 10_000_000.0;

/// What became of an observation.
#[derive(Debug, Clone, PartialEq)]
pub enum Laid {
    Seen(TrackDay, Sighting),
    Counted(TrackDay, Vec<Counted>),
    /// It says nothing that is kept: a signal without a place, a zone of the sensor's own.
    Skipped,
    Rejected(Rejection),
}

/// The salts of a site's days, as they were asked for.
#[derive(Debug, Default)]
pub struct Salts(HashMap<NaiveDate, Salt>);

impl Salts {
    async fn of(&mut self, laying: &Laying<'_>, day: NaiveDate) -> Result<Salt> {
        if let Some(salt) = self.0.get(&day) {
            return Ok(salt.clone());
        }
        let Laying { control, workspace, site, .. } = laying;
        let salt = control.place_salt(workspace, &site.id, day, random::bytes()?, now_us()).await?;
        self.0.insert(day, salt.clone());
        Ok(salt)
    }
}

/// Where observations are laid, and who made them.
#[derive(Debug, Clone, Copy)]
pub struct Laying<'a> {
    pub control: &'a Control,
    pub workspace: &'a str,
    pub site: &'a Site,
    /// The sensor's id, and the floor it names. None: a file that is nobody's in particular.
    pub sensor: Option<(&'a str, Option<&'a str>)>,
}

impl Laying<'_> {
    pub async fn lay(&self, observation: Observation, salts: &mut Salts) -> Result<Laid> {
        let Observation { time_us, sensor, floor, seen } = observation;
        match seen {
            Seen::Position(position) => self.position(time_us, floor, position, salts).await,
            Seen::Count(count) => Ok(self.count(time_us, sensor.as_deref(), &count)),
            Seen::Crossing(crossing) => self.crossing(time_us, sensor.as_deref(), &crossing, salts).await,
            Seen::Occupancy(occupancy) => Ok(self.occupancy(time_us, sensor.as_deref(), &occupancy)),
            Seen::ZoneVisit(_) | Seen::Signal(_) | Seen::ReceiptLine(_) => Ok(Laid::Skipped),
        }
    }

    /// A position in the site's terms, its subject salted.
    async fn position(
        &self,
        time_us: i64,
        floor: Option<String>,
        position: Position,
        salts: &mut Salts,
    ) -> Result<Laid> {
        let Position { subject, at, error_m, .. } = position;
        let Located::Frame(at) = at else {
            let reason = "it is in degrees; positions are metres on a floor";
            return Ok(rejected("position_of_earth", "x", reason.to_owned()));
        };
        let Some(day) = self.site.day_of(time_us) else { return Ok(beyond()) };
        let Some(plan) = self.site.plan_on(day) else {
            let reason = format!("no plan of the site holds on {day}; give one that does, with its day");
            return Ok(rejected("plan_missing", "t", reason));
        };
        let floor = floor.or_else(|| self.sensor.and_then(|(_, floor)| floor).map(str::to_owned));
        let frame = match (&floor, plan.floors.as_slice()) {
            (None, [only]) => plan.frame(&only.id),
            (Some(reference), _) => plan.frame(reference),
            (None, _) => None,
        };
        let Some((floor, to_floor)) = frame else {
            let named = floor.map_or("it names no floor".to_owned(), |floor| format!("there is no floor `{floor}`"));
            let known: Vec<&str> = plan.floors.iter().map(|floor| floor.id.as_str()).collect();
            let reason = format!("{named}; the site has {}, and names of sensors in `frames`", known.join(", "));
            return Ok(rejected("floor_unknown", "floor", reason));
        };
        let [x, y] = to_floor.apply(at).map(|metres| (metres * 1_000.0).round());
        if !(x.abs() <= POSITION_MM_MAX && y.abs() <= POSITION_MM_MAX) {
            let reason = "it lies more than 10 km from the origin; are the units right?";
            return Ok(rejected("position_far", "x", reason.to_owned()));
        }
        let floor: Arc<str> = Arc::from(floor.id.as_str());
        let track = self.salted(day, &subject, salts).await?;
        let error_mm = error_m.map(|error| (error * 1_000.0).round().clamp(0.0, POSITION_MM_MAX) as i32);
        let staff = subject.is_staff;
        let sighting = Sighting { track, time_us, floor, x_mm: x as i32, y_mm: y as i32, error_mm, staff };
        Ok(Laid::Seen(self.day(day), sighting))
    }

    fn count(&self, time_us: i64, device: Option<&str>, count: &Count) -> Laid {
        let (kind, from_us, to_us) = match count.span {
            Span::Window { from_us, to_us } => (CountKind::Window, from_us, to_us),
            Span::Cumulative => (CountKind::Cumulative, time_us, time_us),
        };
        // A window that ends at midnight is of the day before.
        let Some(day) = self.site.day_of(from_us) else { return beyond() };
        let children = |of: Direction| count.children.iter().find(|(way, _)| *way == of).map(|(_, many)| people(*many));
        let rows = count.people.iter().enumerate().map(|(at, (direction, many))| Counted {
            direction: Some(*direction),
            from_us,
            to_us,
            people: people(*many),
            children: children(*direction),
            repeated: count.repeated.filter(|_| at == 0).map(people),
            ..self.row(device, &count.line, kind, time_us)
        });
        let rows: Vec<Counted> = rows.collect();
        if rows.is_empty() { Laid::Skipped } else { Laid::Counted(self.day(day), rows) }
    }

    async fn crossing(
        &self,
        time_us: i64,
        device: Option<&str>,
        crossing: &Crossing,
        salts: &mut Salts,
    ) -> Result<Laid> {
        let Some(day) = self.site.day_of(time_us) else { return Ok(beyond()) };
        let track = match &crossing.subject {
            Some(subject) => Some(self.salted(day, subject, salts).await?),
            None => None,
        };
        let row = self.row(device, &crossing.line, CountKind::Crossing, time_us);
        let row = Counted { direction: Some(crossing.direction), people: 1, track, ..row };
        Ok(Laid::Counted(self.day(day), vec![row]))
    }

    fn occupancy(&self, time_us: i64, device: Option<&str>, occupancy: &Occupancy) -> Laid {
        let Some(day) = self.site.day_of(time_us) else { return beyond() };
        let row = self.row(device, &occupancy.zone, CountKind::Occupancy, time_us);
        Laid::Counted(self.day(day), vec![Counted { people: occupancy.people, ..row }])
    }

    /// A row of nobody at a moment. One that speaks for several devices names each before its lines.
    fn row(&self, device: Option<&str>, line: &str, kind: CountKind, time_us: i64) -> Counted {
        let line = device.map_or_else(|| line.to_owned(), |device| format!("{device}/{line}"));
        Counted {
            sensor: Arc::from(self.sensor.map_or("", |(id, _)| id)),
            line: Arc::from(line),
            kind,
            direction: None,
            from_us: time_us,
            to_us: time_us,
            people: 0,
            children: None,
            repeated: None,
            track: None,
        }
    }

    fn day(&self, day: NaiveDate) -> TrackDay {
        TrackDay { site: self.site.id.clone(), day }
    }

    async fn salted(&self, day: NaiveDate, subject: &Subject, salts: &mut Salts) -> Result<i64> {
        let salt = salts.of(self, day).await?;
        Ok(match (subject.kind, self.sensor) {
            // A number that one sensor gives is somebody else's at the next.
            (SubjectKind::Track, Some((sensor, _))) => salt.hash(&format!("track of {sensor}"), &subject.id),
            (SubjectKind::Track, None) => salt.hash("track", &subject.id),
            (SubjectKind::Device { .. }, _) => salt.hash("device", &subject.id),
            (SubjectKind::Tag, _) => salt.hash("tag", &subject.id),
        })
    }
}

fn people(many: u64) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

fn beyond() -> Laid {
    rejected("time_beyond", "t", "its time lies beyond the calendar".to_owned())
}

fn rejected(code: &str, field: &str, reason: String) -> Laid {
    let (code, field) = (code.to_owned(), Some(field.to_owned()));
    Laid::Rejected(Rejection { line: 0, code, field, reason, original: String::new() })
}
