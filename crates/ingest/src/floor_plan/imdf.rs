//! IMDF 1.0 (OGC 20-094): a zip archive of a manifest and one GeoJSON file a type of feature.
//!
//! Levels are floors. Units and sections on a level are zones, fixtures fixtures; openings that people walk through are
//! gates. IMDF does not say which side of an opening is inside: the one the middle of the level lies on.

use std::io::{Cursor, Read as _};

use model::place::ZoneKind;
use model::place::shape::{Bounds, Point};
use model::text::LocalizedText;
use serde_json::{Map, Value};

use super::assemble::{self, Ids};
use super::earth::Plane;
use super::geojson::{self, Geometry};
use super::sketch::{Drawn, Role, Sketch, Thing};
use super::{Draft, Options, Result, Unreadable, Warning};
use crate::limits::{PLAN_FILES_MAX, PLAN_UNPACKED_BYTES_MAX};

/// The types of features that are read, and whether an archive may lack them.
const TYPES: [(&str, bool); 5] =
    [("level", false), ("unit", true), ("section", true), ("fixture", true), ("opening", true)];

pub(super) fn read(bytes: &[u8], options: &Options<'_>) -> Result<Draft> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes));
    let mut archive = archive.map_err(|error| Unreadable::new("the archive", format!("no zip archive: {error}")))?;
    if archive.len() > PLAN_FILES_MAX {
        let reason = format!("{} files; an IMDF archive has at most {PLAN_FILES_MAX}", archive.len());
        return Err(Unreadable::new("the archive", reason));
    }
    let mut left = PLAN_UNPACKED_BYTES_MAX;
    check_manifest(&mut archive, &mut left)?;
    let mut files = Vec::new();
    for (kind, may_lack) in TYPES {
        let name = format!("{kind}.geojson");
        match entry(&mut archive, &name, &mut left)? {
            Some(bytes) => files.push((kind, geojson::collection(&bytes, &name)?)),
            None if may_lack => {}
            None => return Err(Unreadable::new(name, "the archive lacks it; without levels there are no floors")),
        }
    }
    floors(&files, options)
}

fn check_manifest(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, left: &mut u64) -> Result<()> {
    let Some(bytes) = entry(archive, "manifest.json", left)? else {
        return Err(Unreadable::new("manifest.json", "the archive lacks it; is it an IMDF archive?"));
    };
    let manifest = geojson::collection(&bytes, "manifest.json")?;
    match manifest.get("version").and_then(Value::as_str) {
        Some(version) if version.starts_with("1.") => Ok(()),
        other => {
            let reason = format!("version {}; IMDF 1.0 is read", other.unwrap_or("unknown"));
            Err(Unreadable::new("manifest.json", reason))
        }
    }
}

/// A file of the archive, wherever its folder.
fn entry(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, name: &str, left: &mut u64) -> Result<Option<Vec<u8>>> {
    let broken = |error: &dyn std::fmt::Display| Unreadable::new(name, format!("cannot be unpacked: {error}"));
    let is_it = |path: &str| path.rsplit('/').next() == Some(name);
    let found = archive.file_names().flatten().find(|path| is_it(path)).map(|path| path.into_owned());
    let Some(path) = found else { return Ok(None) };
    let file = archive.by_name(&path).map_err(|error| broken(&error))?;
    let mut bytes = Vec::new();
    file.take(*left + 1).read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    *left = left.checked_sub(bytes.len() as u64).ok_or_else(|| {
        Unreadable::new(name, format!("the archive unpacks to more than {} MiB", PLAN_UNPACKED_BYTES_MAX >> 20))
    })?;
    Ok(Some(bytes))
}

struct Level {
    id: String,
    key: String,
    name: LocalizedText,
    ordinal: i16,
    sketch: Sketch,
}

fn floors(files: &[(&str, Map<String, Value>)], options: &Options<'_>) -> Result<Draft> {
    let mut levels: Vec<Level> = Vec::new();
    let mut homeless = 0;
    for (kind, collection) in files {
        let file = format!("{kind}.geojson");
        for (at, feature) in geojson::features(collection, &file)?.iter().enumerate() {
            let at = format!("{file}, feature {}", at + 1);
            let empty = Map::new();
            let properties = feature.get("properties").and_then(Value::as_object).unwrap_or(&empty);
            let Some(geometry) = geojson::geometry(feature.get("geometry"), &at)? else { continue };
            if *kind == "level" {
                levels.push(level(feature, properties, geometry, at)?);
                continue;
            }
            let of = properties.get("level_id").and_then(Value::as_str);
            match levels.iter_mut().find(|level| Some(level.id.as_str()) == of) {
                Some(level) => take(&mut level.sketch, kind, feature, properties, geometry, at)?,
                None => homeless += 1,
            }
        }
    }
    // One plane for all, so that stairs stand above each other.
    let bounds = Bounds::of(levels.iter().filter_map(|it| it.sketch.bounds()).flat_map(|it| [it.min, it.max]));
    let Some(bounds) = bounds else {
        return Err(Unreadable::new("level.geojson", "no level has an area"));
    };
    let mut draft = Draft { floors: Vec::new(), warnings: Vec::new(), fit: None };
    if homeless > 0 {
        let text = format!("{homeless} features name no level of the archive and were left out");
        draft.warnings.push(Warning::new("features_left_out", text));
    }
    let (plane, mut ids) = (Plane::over(&bounds), Ids::default());
    for Level { key, name, ordinal, mut sketch, .. } in levels {
        sketch.map(|point| plane.metres(point));
        turn_gates(&mut sketch);
        let (floor, warnings) = assemble::floor(&key, name, ordinal, sketch, options, &mut ids)?;
        draft.floors.push(floor);
        draft.warnings.extend(warnings);
    }
    Ok(draft)
}

fn level(feature: &Value, properties: &Map<String, Value>, geometry: Geometry, at: String) -> Result<Level> {
    let Geometry::Area(shape) = geometry else {
        return Err(Unreadable::new(at, "a level is a polygon"));
    };
    let id = feature.get("id").and_then(geojson::scalar).ok_or_else(|| Unreadable::new(&at, "a level has an `id`"))?;
    let ordinal = properties.get("ordinal").and_then(Value::as_i64).and_then(|it| i16::try_from(it).ok());
    let ordinal = ordinal.ok_or_else(|| Unreadable::new(&at, "a level has an `ordinal`: 0 is the street's"))?;
    let name = geojson::name_of(properties.get("name"));
    let short = geojson::name_of(properties.get("short_name"));
    let key = short.as_ref().map_or_else(|| format!("level-{ordinal}"), |short| short.get("en").to_owned());
    let name = name.or(short).unwrap_or_else(|| key.as_str().into());
    let mut sketch = Sketch::default();
    let drawn = Drawn::Area(shape);
    sketch.add(Thing { role: Role::Outline, id: None, name: None, category: None, drawn, at })?;
    Ok(Level { id, key, name, ordinal, sketch })
}

fn take(
    sketch: &mut Sketch,
    kind: &str,
    feature: &Value,
    properties: &Map<String, Value>,
    geometry: Geometry,
    at: String,
) -> Result<()> {
    let name = geojson::name_of(properties.get("name")).or_else(|| geojson::name_of(properties.get("alt_name")));
    let category = properties.get("category").and_then(Value::as_str).unwrap_or_default();
    let id = feature.get("id").and_then(geojson::scalar);
    let (role, drawn) = match (kind, geometry) {
        ("fixture", Geometry::Area(shape)) => (Role::Fixture, Drawn::Area(shape)),
        ("unit" | "section", Geometry::Area(shape)) => (Role::Zone(zone_kind(category)), Drawn::Area(shape)),
        ("opening", Geometry::Line(line)) if category.starts_with("pedestrian") || category.is_empty() => {
            let (Some(from), Some(to)) = (line.first(), line.last()) else { return Ok(()) };
            (Role::Gate, Drawn::Line(*from, *to))
        }
        _ => return Ok(()),
    };
    // The names are what people know; the ids are UUIDs.
    let id = if name.is_some() { None } else { id.filter(|_| role != Role::Fixture && role != Role::Gate) };
    sketch.add(Thing { role, id, name, category: None, drawn, at })
}

/// What a category of a unit or section means here. None: as a name or the caller says.
fn zone_kind(category: &str) -> Option<ZoneKind> {
    Some(match category {
        "elevator" => ZoneKind::Lift,
        "escalator" | "movingwalkway" => ZoneKind::Escalator,
        "stairs" | "steps" | "ramp" => ZoneKind::Stairs,
        "restroom"
        | "restroom.female"
        | "restroom.male"
        | "restroom.family"
        | "restroom.wheelchair"
        | "restroom.unisex" => ZoneKind::Toilet,
        "walkway" | "lobby" | "foyer" => ZoneKind::Passage,
        "nonpublic" | "storage" | "office" | "opentobelow.nonpublic" | "mailroom" | "kitchen" => ZoneKind::StaffOnly,
        "opentobelow" => ZoneKind::Void,
        "waitingroom" | "lounge" | "foodservice.seating" | "seating" => ZoneKind::Seating,
        "information" | "concierge" | "reception" => ZoneKind::Service,
        "checkout" | "checkin.desk" => ZoneKind::Till,
        _ => return None,
    })
}

/// Turns gates so that the middle of the level is to their left.
fn turn_gates(sketch: &mut Sketch) {
    let Some(bounds) = sketch.bounds() else { return };
    let middle: Point = [(bounds.min[0] + bounds.max[0]) / 2.0, (bounds.min[1] + bounds.max[1]) / 2.0];
    for thing in &mut sketch.things {
        if let Drawn::Line(from, to) = &mut thing.drawn {
            let side = (to[0] - from[0]) * (middle[1] - from[1]) - (to[1] - from[1]) * (middle[0] - from[0]);
            if side < 0.0 {
                std::mem::swap(from, to);
            }
        }
    }
}
