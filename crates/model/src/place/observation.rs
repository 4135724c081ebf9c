//! What sensors say: where somebody was, how many passed, who entered a zone.
//!
//! An observation is what one sensor said once, in metres and UTC, and no more: nothing is joined, smoothed or guessed. Its
//! coordinates are the sensor's own until [`super::Plan::frame`] lays them on a floor. Nobody is recognised by face: there
//! is no place for a picture or a likeness here.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::Point;

/// One thing one sensor said.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// When it was so, UTC microseconds; of a window its end.
    pub time_us: i64,
    /// The sensor, as it names itself: a serial number, a camera's address, a network.
    pub sensor: Option<String>,
    /// The floor, map or coordinate system, as the sensor names it.
    pub floor: Option<String>,
    pub seen: Seen,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    Position(Position),
    Crossing(Crossing),
    Count(Count),
    Occupancy(Occupancy),
    ZoneVisit(ZoneVisit),
    Signal(Signal),
    ReceiptLine(ReceiptLine),
}

/// Somebody's name of a person or a thing, as the sensor gave it: **raw, must be salted before storage**.
///
/// A hardware address is a person's for years. So that it cannot slip into a file or a log it has no text form: it neither
/// displays nor serialises, and debug output hides it. Whoever stores it hashes it with the day's salt first, unless its
/// owner chose to be known.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawId(String);

impl RawId {
    pub fn new(id: impl Into<String>) -> RawId {
        RawId(id.into())
    }

    /// The name itself, to be hashed.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawId(hidden)")
    }
}

/// Who or what was seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject {
    pub id: RawId,
    pub kind: SubjectKind,
    /// Whether the sensor says it is somebody who works there.
    pub is_staff: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    /// A number a sensor gives while it sees somebody, and then to somebody else.
    Track,
    /// A phone by its hardware address. One that phones make up lasts a visit or less.
    Device { is_random: bool },
    /// A tag handed out or fixed to a trolley.
    Tag,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    pub subject: Subject,
    pub at: Located,
    /// The radius the sensor gives for its own error, metres. Vendors differ in how sure they are of it.
    pub error_m: Option<f64>,
    /// Of a tag: its height. Of a person in a stereo camera: how tall. Metres.
    pub height_m: Option<f64>,
    pub is_moving: Option<bool>,
    /// Zones the sensor says it lies in, as it names them.
    pub zones: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Located {
    /// Metres in the sensor's frame, x to the right, y up.
    Frame(Point),
    /// Where the sensor knows no floor: degrees of WGS 84.
    Earth { latitude: f64, longitude: f64 },
}

/// Which way. Sensors that know no inside say forward and backward; which is in, the gate's definition says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    In,
    Out,
    Forward,
    Backward,
    /// Passed by and did not enter.
    Past,
}

impl Direction {
    pub const ALL: [Direction; 5] =
        [Direction::In, Direction::Out, Direction::Forward, Direction::Backward, Direction::Past];

    /// The word for it in files and answers.
    pub fn id(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
            Direction::Forward => "forward",
            Direction::Backward => "backward",
            Direction::Past => "past",
        }
    }
}

/// One person crossed one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Crossing {
    pub subject: Option<Subject>,
    /// The line, as the sensor names it.
    pub line: String,
    pub direction: Direction,
    pub height_m: Option<f64>,
}

/// How many crossed a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The line, door or camera channel, as the sensor names it.
    pub line: String,
    pub span: Span,
    /// In the order of [`Direction`].
    pub people: Vec<(Direction, u64)>,
    /// Children, where the sensor tells them apart.
    pub children: Vec<(Direction, u64)>,
    /// People the sensor took for ones counted before.
    pub repeated: Option<u64>,
}

/// What a count counts. The two are never added up together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// From one instant until before another, UTC microseconds. Windows of a line add up.
    Window { from_us: i64, to_us: i64 },
    /// Since the sensor was last reset, as it is at midnight by most. Two readings differ by those between; a smaller one
    /// follows a reset.
    Cumulative,
}

/// How many are somewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Occupancy {
    /// The zone, as the sensor names it.
    pub zone: String,
    /// People within, at the observation's time. Sensors that only balance ins and outs may fall below nothing.
    pub people: i64,
}

/// Somebody in a zone, by the sensor's own zones.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneVisit {
    pub subject: Subject,
    /// As the sensor names it.
    pub zone: String,
    pub change: ZoneChange,
    pub height_m: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ZoneChange {
    Entered,
    Left,
    /// Left, after so long.
    Dwelt {
        seconds: f64,
    },
}

/// A radio was heard: no place, only how near it may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    pub subject: Subject,
    /// Who heard it: an access point or gateway. None: it is not said, and without it a signal is nowhere.
    pub heard_by: Option<String>,
    pub rssi_dbm: Option<f64>,
}

/// One line of a receipt, to be matched with a walk.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceiptLine {
    pub receipt: String,
    /// The shop, as the till names it.
    pub store: Option<String>,
    pub lane: Option<String>,
    /// A member's number: raw, and a person's own.
    pub member: Option<RawId>,
    pub sku: Option<String>,
    pub category: Option<String>,
    pub quantity: f64,
    pub unit_price: Option<f64>,
    pub amount: f64,
}

impl Subject {
    pub fn track(id: impl Into<String>) -> Subject {
        Subject { id: RawId::new(id), kind: SubjectKind::Track, is_staff: false }
    }

    pub fn tag(id: impl Into<String>) -> Subject {
        Subject { id: RawId::new(id), kind: SubjectKind::Tag, is_staff: false }
    }

    /// A phone by its hardware address, in one spelling: twelve lower-case digits. None: it is no such address.
    pub fn device(address: &str) -> Option<Subject> {
        let separators = [':', '-', '.'];
        let digits: String =
            address.chars().filter(|it| !separators.contains(it)).map(|it| it.to_ascii_lowercase()).collect();
        if digits.len() != 12 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        // The second-lowest bit of the first byte: made up, not given by a maker.
        let is_random = matches!(digits.as_bytes()[1], b'2' | b'3' | b'6' | b'7' | b'a' | b'b' | b'e' | b'f');
        Some(Subject { id: RawId(digits), kind: SubjectKind::Device { is_random }, is_staff: false })
    }
}
