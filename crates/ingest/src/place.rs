//! What sensors of the floor send → observations, in metres and UTC.
//!
//! Each [`Sensor`] is a vendor's own form of payload. A payload is read item by item: an item is an observation, a rejection
//! with its reason, or nothing by the vendor's own rules. Units, clocks and whether a count is a window or cumulative are
//! the vendor's and are settled here. Pictures that come along are never looked at.
//!
//! Names of people's devices leave as [`RawId`]s, which have no text form; what is kept of a rejected item has them and all
//! secrets taken out. Not here: sockets, salting, and the floor a frame lies on.
//!
//! [`RawId`]: model::place::observation::RawId

mod axis;
mod csv;
mod hikvision;
mod json;
mod ruuvi;

use std::borrow::Cow;

use model::event::Rejection;
use model::place::observation::{Observation, Seen};
use model::place::sensor::SensorFormat;
use serde_json::{Map, Value};

use crate::assemble::{RowFault, RowResult};
use crate::cell::{Cell, excerpt};
use crate::limits::{LETTER_MESSAGES_MAX, LETTER_UNPACKED_BYTES_MAX, ORIGINAL_BYTES_MAX};
pub use crate::live::Refusal;
use crate::live::unpack::cut;
use crate::mapping::TimeFormat;
use crate::time::TimeReader;

/// Whose payload it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sensor {
    /// `track_id,t,x,y,floor,kind`, metres.
    TrackCsv,
    /// `receipt_id,t,store,lane,member_id,sku,category,qty,unit_price,amount`.
    ReceiptCsv,
    /// ISAPI people counting, alone or in a multipart body.
    Hikvision,
    /// Pushes of versions 3 and 5.
    Xovis,
    /// Scanning API, versions 2 and 3.
    Meraki,
    Dahua,
    Megvii,
    /// `live-sum.json`, and exports as JSON or CSV.
    Axis,
    Quuppa,
    /// MQTT topic `tags`.
    Pozyx,
    /// Spaces Firehose, and CMX notifications.
    Cisco,
    Mist,
    /// Data format 5 as digits, or a gateway's JSON.
    Ruuvi,
}

impl From<SensorFormat> for Sensor {
    fn from(format: SensorFormat) -> Sensor {
        match format {
            SensorFormat::Csv => Sensor::TrackCsv,
            SensorFormat::Hikvision => Sensor::Hikvision,
            SensorFormat::Xovis => Sensor::Xovis,
            SensorFormat::Meraki => Sensor::Meraki,
            SensorFormat::Dahua => Sensor::Dahua,
            SensorFormat::Megvii => Sensor::Megvii,
            SensorFormat::Axis => Sensor::Axis,
            SensorFormat::Quuppa => Sensor::Quuppa,
            SensorFormat::Pozyx => Sensor::Pozyx,
            SensorFormat::Cisco => Sensor::Cisco,
            SensorFormat::Mist => Sensor::Mist,
        }
    }
}

/// What the payload does not say.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// UTC microseconds.
    pub received_at_us: i64,
    /// IANA zone of clocks that say none.
    pub zone: Option<&'a str>,
}

/// A payload, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decoded {
    /// The secret it came with, where the vendor has a place for one: to be checked by whoever keeps it.
    pub secret: Option<String>,
    pub observations: Vec<Observation>,
    /// `line` is the item's place, from 1.
    pub rejections: Vec<Rejection>,
    /// Items that say nothing by the vendor's own rules.
    pub skipped: u64,
}

/// A payload as it was before it was compressed, by what its header says and by its first bytes.
///
/// # Errors
/// [`Refusal`], where it is broken, or larger than is unpacked.
pub fn unpacked<'a>(content_encoding: &'a str, body: &'a [u8]) -> Result<Cow<'a, [u8]>, Refusal> {
    crate::live::unpack::body(&crate::live::Received { content_encoding, body, ..Default::default() })
}

/// Reads a payload.
///
/// # Errors
/// [`Refusal`], where it is none of this vendor's or too large.
pub fn read(sensor: Sensor, body: &[u8], arrival: &Arrival<'_>) -> Result<Decoded, Refusal> {
    if body.len() > LETTER_UNPACKED_BYTES_MAX {
        return Err(Refusal::too_large(format!("{} bytes; at most {LETTER_UNPACKED_BYTES_MAX}", body.len())));
    }
    let mut reading = Reading { arrival, decoded: Decoded::default(), line: 0 };
    match sensor {
        Sensor::TrackCsv => csv::tracks(&mut reading, body),
        Sensor::ReceiptCsv => csv::receipts(&mut reading, body),
        Sensor::Hikvision => hikvision::read(&mut reading, body),
        Sensor::Axis => axis::read(&mut reading, body),
        Sensor::Ruuvi => ruuvi::read(&mut reading, body),
        _ => json::read(&mut reading, sensor, body),
    }?;
    Ok(reading.decoded)
}

type Found = RowResult<Vec<Observation>>;

/// A payload while it is read.
struct Reading<'a> {
    arrival: &'a Arrival<'a>,
    decoded: Decoded,
    line: u64,
}

impl Reading<'_> {
    /// Takes what was made of an item; an empty list is one that says nothing.
    fn take(&mut self, found: Found, original: impl FnOnce() -> String) -> Result<(), Refusal> {
        self.line += 1;
        let so_far = self.decoded.observations.len() + self.decoded.rejections.len();
        if so_far >= LETTER_MESSAGES_MAX {
            let reason = format!("more than {LETTER_MESSAGES_MAX} observations in one payload; send smaller ones");
            return Err(Refusal::too_large(reason));
        }
        match found {
            Ok(found) if found.is_empty() => self.decoded.skipped += 1,
            Ok(found) => self.decoded.observations.extend(found),
            Err(fault) => self.decoded.rejections.push(Rejection {
                line: self.line,
                code: fault.code.to_owned(),
                field: fault.field,
                reason: fault.reason,
                original: cut(original(), ORIGINAL_BYTES_MAX),
            }),
        }
        Ok(())
    }

    fn take_json(&mut self, found: Found, item: &Value) -> Result<(), Refusal> {
        self.take(found, || masked(item).to_string())
    }

    /// A time of an item, UTC microseconds.
    fn time(&self, value: Option<&Value>, field: &str, format: TimeFormat) -> RowResult<i64> {
        let reader = TimeReader::new(&[format], self.arrival.zone)
            .map_err(|what| RowFault::new("time_zone_unknown", field, what))?;
        let read = reader.read(&value.map_or(Cell::Null, Cell::of_json));
        let reading = read.map_err(|problem| match problem.code {
            "time_zone_missing" => {
                let reason = "its clock says no zone; name the zone of the sensor, as in Asia/Shanghai";
                RowFault::new(problem.code, field, reason)
            }
            code => RowFault::new(code, field, problem.reason),
        })?;
        Ok(reading.time_us)
    }
}

fn observation(time_us: i64, seen: Seen) -> Observation {
    Observation { time_us, sensor: None, floor: None, seen }
}

/// A number, also where it is written as text.
fn number(value: Option<&Value>) -> Option<f64> {
    let number = match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite())
}

fn needed(value: Option<&Value>, field: &str) -> RowResult<f64> {
    number(value).ok_or_else(|| match value {
        None | Some(Value::Null) => RowFault::new("field_missing", field, format!("`{field}` is missing")),
        Some(other) => {
            let reason = format!("`{}` is no number", excerpt(&other.to_string()));
            RowFault::new("number_unreadable", field, reason)
        }
    })
}

/// A number of people: whole, and not below 0. None: it is not said.
fn people(value: Option<&Value>, field: &str) -> RowResult<Option<u64>> {
    if matches!(value, None | Some(Value::Null)) {
        return Ok(None);
    }
    let number = needed(value, field)?;
    if number < 0.0 || number.fract() != 0.0 || number > 1e12 {
        let reason = format!("{number} is no number of people");
        return Err(RowFault::new("count_unreadable", field, reason));
    }
    Ok(Some(number as u64))
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn named(object: &Map<String, Value>, field: &str) -> RowResult<String> {
    let missing = || RowFault::new("field_missing", field, format!("`{field}` is missing or empty"));
    text(object.get(field)).ok_or_else(missing)
}

/// Fields that name a person, a device of one, or a secret, in small letters.
const HIDDEN: [&str; 18] = [
    "secret",
    "clientmac",
    "macaddress",
    "mac",
    "deviceid",
    "ipv4",
    "ipv6",
    "ip",
    "ssid",
    "userid",
    "rawuserid",
    "username",
    "email",
    "mobile",
    "firstname",
    "lastname",
    "member_id",
    "tagid",
];

/// An item without what names somebody.
fn masked(value: &Value) -> Value {
    match value {
        Value::Object(object) => Value::Object(
            object
                .iter()
                .map(|(name, value)| {
                    let is_hidden = HIDDEN.contains(&name.to_ascii_lowercase().as_str());
                    (name.clone(), if is_hidden { "(hidden)".into() } else { masked(value) })
                })
                .collect(),
        ),
        Value::Array(list) => Value::Array(list.iter().map(masked).collect()),
        other => other.clone(),
    }
}
