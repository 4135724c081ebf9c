//! Floor plans of any of the formats people have → floors in metres, as a draft that a person looks through.
//!
//! GeoJSON, IMDF 1.0, DXF and SVG hold shapes: outlines, zones, fixtures and gates are told apart by what the file calls
//! them. A PNG holds none; it is laid below a floor by control points, and zones are drawn on it later. Whatever the axes
//! and units of the file, a floor's are metres, x to the right, y up. Curves become chords that miss them by a millimetre
//! at most; places are kept to a tenth of a millimetre.
//!
//! What cannot be used is told in [`Draft::warnings`] and left out; a file that is none of its format is [`Unreadable`],
//! with the place. Not here: what makes a definition sound, which is [`model::place`]'s, and any network: bytes in, values
//! out.

mod assemble;
mod dxf;
mod earth;
mod geojson;
mod imdf;
mod picture;
mod sketch;
mod svg;
mod words;

use model::place::calibration::{ControlPoint, Fit};
use model::place::{Floor, ZoneKind};

use crate::limits::PLAN_BYTES_MAX;

/// The formats of plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Geojson,
    /// The archive: manifest and one GeoJSON file a type of feature, zipped.
    Imdf,
    /// Drawing exchange, as text.
    Dxf,
    Svg,
    Png,
}

/// What the file does not say.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// What the floor is called, and the file.
    pub name: &'a str,
    pub level: i16,
    /// The true size of the outline, metres, to the right and up. It goes before what the file says.
    pub size_m: Option<[f64; 2]>,
    /// Metres that one unit of the drawing is. It goes before what the file says.
    pub metres_per_unit: Option<f64>,
    /// Places known in the drawing, in its own units, and on the floor. They go before everything else.
    pub control_points: &'a [ControlPoint],
    /// What a named area is of which nothing else is known: a display of a shop, a tenant of a mall.
    pub zone_kind: ZoneKind,
}

impl<'a> Options<'a> {
    /// Of a shop's ground floor, all said by the file.
    pub fn called(name: &'a str) -> Options<'a> {
        let zone_kind = ZoneKind::Display;
        Options { name, level: 0, size_m: None, metres_per_unit: None, control_points: &[], zone_kind }
    }
}

/// What was read, to be looked through.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Lowest first.
    pub floors: Vec<Floor>,
    pub warnings: Vec<Warning>,
    /// How well control points fit, where some were given.
    pub fit: Option<Fit>,
}

/// Something of the file that was left out, or guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Stable code: `unit_guessed`, `shape_left_out`.
    pub code: &'static str,
    /// Where in the file, where it has a place.
    pub at: Option<String>,
    /// What was done, and how to have it otherwise.
    pub text: String,
}

impl Warning {
    fn new(code: &'static str, text: impl Into<String>) -> Warning {
        Warning { code, at: None, text: text.into() }
    }

    fn at(code: &'static str, at: impl Into<String>, text: impl Into<String>) -> Warning {
        Warning { code, at: Some(at.into()), text: text.into() }
    }
}

/// A file that is no plan of its format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {reason}")]
pub struct Unreadable {
    /// Where: a line, a feature, an element.
    pub at: String,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl Unreadable {
    fn new(at: impl Into<String>, reason: impl Into<String>) -> Unreadable {
        Unreadable { at: at.into(), reason: reason.into() }
    }
}

type Result<T> = std::result::Result<T, Unreadable>;

/// The format of a file, by its first bytes. None: it is none that is read.
pub fn format_of(bytes: &[u8]) -> Option<Format> {
    let text = bytes.trim_ascii_start();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    let head = String::from_utf8_lossy(&text[..text.len().min(4_096)]).into_owned();
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some(Format::Png),
        [b'P', b'K', 3, 4, ..] => Some(Format::Imdf),
        _ if head.starts_with('{') => Some(Format::Geojson),
        _ if head.starts_with('<') && head.contains("<svg") => Some(Format::Svg),
        _ if bytes.starts_with(dxf::BINARY_MARK) => Some(Format::Dxf),
        _ => head.lines().next().is_some_and(|line| matches!(line.trim(), "0" | "999")).then_some(Format::Dxf),
    }
}

/// Reads a plan.
///
/// # Errors
/// [`Unreadable`], where the bytes are no plan of this format or more than a limit allows.
pub fn read(format: Format, bytes: &[u8], options: &Options<'_>) -> Result<Draft> {
    if bytes.len() > PLAN_BYTES_MAX {
        let reason = format!("{} bytes; a plan has at most {} MiB", bytes.len(), PLAN_BYTES_MAX >> 20);
        return Err(Unreadable::new("the file", reason));
    }
    let positive = |value: f64| value.is_finite() && value > 0.0;
    if options.size_m.is_some_and(|size| !size.into_iter().all(positive)) {
        return Err(Unreadable::new("the size", "width and height are metres above 0"));
    }
    if options.metres_per_unit.is_some_and(|unit| !positive(unit)) {
        return Err(Unreadable::new("the unit", "the metres of a unit are a number above 0"));
    }
    let mut draft = match format {
        Format::Geojson => geojson::read(bytes, options),
        Format::Imdf => imdf::read(bytes, options),
        Format::Dxf => dxf::read(bytes, options),
        Format::Svg => svg::read(bytes, options),
        Format::Png => picture::read(bytes, options),
    }?;
    draft.floors.sort_by_key(|floor| floor.level);
    Ok(draft)
}
