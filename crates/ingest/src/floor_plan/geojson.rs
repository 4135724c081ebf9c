//! GeoJSON, in degrees or in metres.
//!
//! RFC 7946 has degrees of WGS 84; plans in local metres are as common and seldom say so. A site is no wider than a fifth of
//! a degree and no plan narrower than 20 cm, so the extent tells which. Plans in metres keep their origin, plans in degrees
//! have it in the lower left corner of their outline.

use model::place::shape::{Point, Polygon, Ring, Shape};
use model::text::LocalizedText;
use serde_json::{Map, Value};

use super::assemble::{self, Ids};
use super::earth::{self, Plane, SITE_DEGREES_MAX};
use super::sketch::{Drawn, Role, Sketch, Thing, warn_of_proportions};
use super::{Draft, Options, Result, Unreadable, Warning, words};
use crate::live::unpack::{check_values, without_mark};

/// Properties that say what a feature is, the plainest first.
const ROLES: [&str; 6] = ["kind", "type", "feature_type", "class", "layer", "category"];

/// Properties that name a feature.
const NAMES: [&str; 6] = ["name", "display", "name_chinese", "title", "label", "name_en"];

pub(super) fn read(bytes: &[u8], options: &Options<'_>) -> Result<Draft> {
    let collection = collection(bytes, "the file")?;
    let mut sketch = Sketch::default();
    let mut lines = 0;
    for (at, feature) in features(&collection, "the file")?.iter().enumerate() {
        lines += usize::from(!take(&mut sketch, feature, &format!("feature {}", at + 1))?);
    }
    if lines > 0 {
        let text = format!("{lines} features that are no areas, gates or names were left out");
        sketch.warnings.push(Warning::new("features_left_out", text));
    }
    let fit = lay(&mut sketch, crs(&collection), options)?;
    let (floor, warnings) =
        assemble::floor(options.name, options.name.into(), options.level, sketch, options, &mut Ids::default())?;
    Ok(Draft { floors: vec![floor], warnings, fit })
}

/// The file as an object.
pub(super) fn collection(bytes: &[u8], file: &str) -> Result<Map<String, Value>> {
    check_values(bytes).map_err(|refusal| Unreadable::new(file, refusal.reason))?;
    let at = |line: usize, column: usize| format!("{file}, line {line} column {column}");
    match serde_json::from_slice(without_mark(bytes)) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Unreadable::new(file, "a GeoJSON file is an object with `features`")),
        Err(error) => Err(Unreadable::new(at(error.line(), error.column()), format!("no JSON: {error}"))),
    }
}

pub(super) fn features<'a>(collection: &'a Map<String, Value>, file: &str) -> Result<&'a [Value]> {
    match collection.get("features") {
        Some(Value::Array(features)) => Ok(features),
        _ => Err(Unreadable::new(file, "`features` is missing; a plan is a FeatureCollection")),
    }
}

/// What the old member `crs` names: the number of an EPSG code.
fn crs(collection: &Map<String, Value>) -> Option<String> {
    let name = collection.get("crs")?.get("properties")?.get("name")?.as_str()?;
    Some(name.rsplit(':').next().unwrap_or(name).to_ascii_uppercase())
}

/// Turns the file's coordinates into metres.
fn lay(
    sketch: &mut Sketch,
    crs: Option<String>,
    options: &Options<'_>,
) -> Result<Option<model::place::calibration::Fit>> {
    let Some(bounds) = sketch.bounds() else { return Ok(None) };
    let mut bounds = bounds;
    let is_web = matches!(crs.as_deref(), Some("3857" | "900913"));
    if is_web {
        sketch.map(earth::degrees);
        bounds = sketch.bounds().unwrap_or(bounds);
    }
    let in_reach = bounds.width_m() <= SITE_DEGREES_MAX
        && bounds.height_m() <= SITE_DEGREES_MAX
        && bounds.min[0].abs().max(bounds.max[0].abs()) <= 181.0
        && bounds.min[1].abs().max(bounds.max[1].abs()) < 85.0;
    let are_degrees = is_web || in_reach;
    if matches!(crs.as_deref(), Some("4326" | "CRS84" | "4490")) && !in_reach {
        let reason = "degrees by its `crs`, but wider than a site or beyond the poles; are these metres?";
        return Err(Unreadable::new("the coordinates", reason));
    }
    if !are_degrees || !options.control_points.is_empty() || options.metres_per_unit.is_some() {
        let laid = sketch.lay(options, true, [0.0, 0.0])?;
        if let Some((affine, _)) = &laid {
            sketch.map(|point| affine.apply(point));
        }
        return Ok(laid.and_then(|(_, fit)| fit));
    }
    let Some([width, height]) = options.size_m else {
        let plane = Plane::over(&bounds);
        sketch.map(|point| plane.metres(point));
        return Ok(None);
    };
    let (low, high) = (earth::mercator(bounds.min), earth::mercator(bounds.max));
    let scale = [width / (high[0] - low[0]), height / (high[1] - low[1])];
    if !scale.into_iter().all(f64::is_normal) {
        return Err(Unreadable::new("the outline", "it has no width or no height to lay the size on"));
    }
    warn_of_proportions(scale[0] / scale[1], &mut sketch.warnings);
    sketch.map(|point| {
        let [x, y] = earth::mercator(point);
        [(x - low[0]) * scale[0], (y - low[1]) * scale[1]]
    });
    Ok(None)
}

/// Adds a feature to the sketch; whether it had a use.
fn take(sketch: &mut Sketch, feature: &Value, at: &str) -> Result<bool> {
    let empty = Map::new();
    let properties = feature.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let name = NAMES.iter().find_map(|key| name_of(properties.get(*key)));
    let role = ROLES.iter().find_map(|key| words::role(properties.get(*key)?.as_str()?));
    let drawn = geometry(feature.get("geometry"), at)?;
    let id = feature.get("id").or_else(|| properties.get("id")).and_then(scalar);
    let category = properties.get("category").and_then(Value::as_str).filter(|it| words::role(it).is_none());
    let category = category.map(str::to_owned);
    let thing = |role: Role, drawn: Drawn| Thing { role, id, name, category, drawn, at: at.to_owned() };
    match (role, drawn) {
        (Some(Role::Gate), Some(Geometry::Line(line))) => {
            let (Some(from), Some(to)) = (line.first(), line.last()) else { return Ok(false) };
            let (from, to) = inside_left(*from, *to, properties.get("in").and_then(Value::as_str));
            sketch.add(thing(Role::Gate, Drawn::Line(from, to)))?;
        }
        (Some(Role::Gate), Some(Geometry::Area(_))) | (_, Some(Geometry::Line(_)) | None) => return Ok(false),
        (_, Some(Geometry::Point(point))) => match thing(Role::Gate, Drawn::Line(point, point)).name {
            Some(name) => sketch.labels.push((point, name.get("en").to_owned())),
            None => return Ok(false),
        },
        (role, Some(Geometry::Area(shape))) => {
            sketch.add(thing(role.unwrap_or(Role::Zone(None)), Drawn::Area(shape)))?;
        }
    }
    Ok(true)
}

/// The ends of a gate so that its inside is to the left, as the property `in` says: `left`, `right`, `towards +y`.
fn inside_left(from: Point, to: Point, inside: Option<&str>) -> (Point, Point) {
    let left = [from[1] - to[1], to[0] - from[0]];
    let towards = match inside.map(|it| it.trim().trim_start_matches("towards").trim()) {
        Some("+y") => [0.0, 1.0],
        Some("-y") => [0.0, -1.0],
        Some("+x") => [1.0, 0.0],
        Some("-x") => [-1.0, 0.0],
        Some("right") => [-left[0], -left[1]],
        _ => left,
    };
    if left[0] * towards[0] + left[1] * towards[1] < 0.0 { (to, from) } else { (from, to) }
}

pub(super) enum Geometry {
    Area(Shape),
    Line(Vec<Point>),
    Point(Point),
}

/// A feature's geometry. None: it has none, or one that is of no use on a plan.
pub(super) fn geometry(value: Option<&Value>, at: &str) -> Result<Option<Geometry>> {
    let Some(Value::Object(geometry)) = value else { return Ok(None) };
    let coordinates = geometry.get("coordinates");
    Ok(match geometry.get("type").and_then(Value::as_str) {
        Some("Polygon") => Some(Geometry::Area(polygon(coordinates, at)?.into())),
        Some("MultiPolygon") => {
            let polygons = list(coordinates, at)?
                .iter()
                .enumerate()
                .map(|(part, it)| polygon(Some(it), &format!("{at}, part {}", part + 1)))
                .collect::<Result<_>>()?;
            Some(Geometry::Area(Shape { polygons }))
        }
        Some("LineString") => Some(Geometry::Line(ring(coordinates, at)?)),
        Some("Point") => Some(Geometry::Point(position(coordinates, at)?)),
        _ => None,
    })
}

fn polygon(value: Option<&Value>, at: &str) -> Result<Polygon> {
    let rings = list(value, at)?.iter().enumerate();
    let rings = rings.map(|(part, it)| ring(Some(it), &format!("{at}, ring {}", part + 1)));
    let mut rings = rings.collect::<Result<Vec<Ring>>>()?;
    if rings.is_empty() {
        return Err(Unreadable::new(at, "a polygon has at least one ring"));
    }
    let outer = rings.remove(0);
    Ok(Polygon { outer, holes: rings })
}

fn ring(value: Option<&Value>, at: &str) -> Result<Ring> {
    let positions = list(value, at)?.iter().enumerate();
    positions.map(|(part, it)| position(Some(it), &format!("{at}, position {}", part + 1))).collect()
}

fn position(value: Option<&Value>, at: &str) -> Result<Point> {
    match list(value, at)? {
        [x, y, ..] => match (x.as_f64(), y.as_f64()) {
            (Some(x), Some(y)) if x.is_finite() && y.is_finite() => Ok([x, y]),
            _ => Err(Unreadable::new(at, "a position is two numbers, [x, y]")),
        },
        _ => Err(Unreadable::new(at, "a position is two numbers, [x, y]")),
    }
}

fn list<'a>(value: Option<&'a Value>, at: &str) -> Result<&'a [Value]> {
    match value {
        Some(Value::Array(list)) => Ok(list),
        _ => Err(Unreadable::new(at, "`coordinates` are lists within lists; here is none")),
    }
}

pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A name, in one language or by language.
pub(super) fn name_of(value: Option<&Value>) -> Option<LocalizedText> {
    match value? {
        Value::Object(texts) => {
            let texts = texts.iter().filter_map(|(tag, text)| Some((tag.clone(), text.as_str()?.to_owned())));
            Some(LocalizedText::ByLanguage(texts.collect()))
        }
        Value::String(text) => Some(text.as_str().into()),
        _ => None,
    }
    .filter(|name| !name.is_blank())
}
