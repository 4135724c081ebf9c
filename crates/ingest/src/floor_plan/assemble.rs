//! A sketch in metres → a floor: ids, names, what lies in what.

use std::collections::HashMap;

use model::limits::{FIXTURES_MAX, GATES_MAX, NAME_BYTES_MAX, ZONE_DEPTH_MAX, ZONES_MAX};
use model::place::shape::{Bounds, Point, Polygon, Ring, Shape};
use model::place::{Fixture, Floor, Gate, Zone, ZoneKind};
use model::text::LocalizedText;

use super::sketch::{Drawn, Role, Sketch, Thing};
use super::{Options, Result, Unreadable, Warning, words};

/// Share of a zone that lies in another for it to be a part of that, and of a floor for a zone to be all of it.
const WITHIN_SHARE: f64 = 0.98;

/// Zones up to which is looked for those that lie in each other; all pairs are held against each other.
const SHAPES_TOLD_MAX: usize = 20;

/// Ids, each with the last number that was put behind it.
type Given = HashMap<String, usize>;

/// Ids that are given once in a plan, over all its floors.
#[derive(Debug, Default)]
pub(super) struct Ids {
    zones: Given,
    fixtures: Given,
    gates: Given,
    floors: Given,
}

/// Makes a floor of what is drawn in metres. `id`: what the file calls it.
pub(super) fn floor(
    id: &str,
    name: LocalizedText,
    level: i16,
    mut sketch: Sketch,
    options: &Options<'_>,
    ids: &mut Ids,
) -> Result<(Floor, Vec<Warning>)> {
    sketch.map(|[x, y]| [rounded(x), rounded(y)]);
    let Sketch { things, labels, mut warnings, .. } = sketch;
    let mut left_out = Vec::new();
    let things: Vec<Thing> = things.into_iter().filter_map(|thing| sound(thing, &mut left_out)).collect();
    tell_left_out(left_out, &mut warnings);
    let outline = outline(&things, &mut warnings)?;
    let walkable = joined(&things, Role::Walkable);
    let mut floor = Floor {
        id: key(&mut ids.floors, Some(id), "floor"),
        name,
        level,
        outline,
        walkable,
        zones: Vec::new(),
        fixtures: Vec::new(),
        gates: Vec::new(),
        picture: None,
        frames: Vec::new(),
    };
    for thing in things {
        add(&mut floor, thing, &labels, options, ids);
    }
    leave_out_the_hall(&mut floor, &mut warnings);
    nest(&mut floor);
    for (noun, count, max) in [
        ("zones", floor.zones.len(), ZONES_MAX),
        ("fixtures", floor.fixtures.len(), FIXTURES_MAX),
        ("gates", floor.gates.len(), GATES_MAX),
    ] {
        if count > max {
            return Err(Unreadable::new(format!("floor {}", floor.id), format!("{count} {noun}; at most {max}")));
        }
    }
    Ok((floor, warnings))
}

fn add(floor: &mut Floor, thing: Thing, labels: &[(Point, String)], options: &Options<'_>, ids: &mut Ids) {
    let Thing { role, id, name, category, drawn, .. } = thing;
    let label = match &drawn {
        Drawn::Area(shape) => labels.iter().find(|(at, _)| shape.contains(*at)).map(|(_, text)| text.clone()),
        Drawn::Line(..) => None,
    };
    let said = name.or_else(|| label.as_deref().map(LocalizedText::from));
    let known = id.clone().or_else(|| said.as_ref().map(|name| name.get("en").to_owned()));
    match (role, drawn) {
        (Role::Zone(kind), Drawn::Area(shape)) => {
            let by_name = || said.as_ref().and_then(|name| words::kind_of_name(name.get("en")));
            let is_known = said.is_some() || category.is_some() || id.is_some();
            let kind = kind.or_else(by_name).unwrap_or(if is_known { options.zone_kind } else { ZoneKind::Other });
            let id = key(&mut ids.zones, known.as_deref(), "zone");
            let name = said.unwrap_or_else(|| called(known.as_deref(), &id));
            let category = category.filter(|category| !category.trim().is_empty()).map(cut);
            let (parent, engaged_seconds, high_margin) = (None, None, false);
            floor.zones.push(Zone { id, name, kind, category, parent, engaged_seconds, high_margin, shape });
        }
        (Role::Fixture, Drawn::Area(shape)) => {
            let id = key(&mut ids.fixtures, known.as_deref(), "fixture");
            let name = said.unwrap_or_else(|| called(known.as_deref(), &id));
            floor.fixtures.push(Fixture { id, name, zone: None, shape });
        }
        (Role::Gate, Drawn::Line(from, to)) => {
            let id = key(&mut ids.gates, known.as_deref(), "gate");
            let name = said.unwrap_or_else(|| called(known.as_deref(), &id));
            floor.gates.push(Gate { id, name, from, to });
        }
        _ => {}
    }
}

/// A thing without what cannot be; told where nothing is left.
fn sound(mut thing: Thing, left_out: &mut Vec<(String, String)>) -> Option<Thing> {
    let what = match &mut thing.drawn {
        Drawn::Area(shape) => {
            for polygon in &mut shape.polygons {
                tidy(&mut polygon.outer);
                polygon.holes.iter_mut().for_each(tidy);
                polygon.holes.retain(|hole| hole.len() > 2);
            }
            shape.fault().map(|what| what.message)
        }
        Drawn::Line(from, to) if (from[0] - to[0]).hypot(from[1] - to[1]) < 0.1 => {
            Some("a gate is at least 0.1 m wide".to_owned())
        }
        Drawn::Line(..) => None,
    };
    match what {
        None => Some(thing),
        Some(what) => {
            left_out.push((thing.at, what));
            None
        }
    }
}

fn tell_left_out(left_out: Vec<(String, String)>, warnings: &mut Vec<Warning>) {
    let count = left_out.len();
    for (at, what) in left_out.into_iter().take(SHAPES_TOLD_MAX) {
        warnings.push(Warning::at("shape_left_out", at, format!("left out: {what}")));
    }
    if count > SHAPES_TOLD_MAX {
        let text = format!("{} more shapes were left out for such reasons", count - SHAPES_TOLD_MAX);
        warnings.push(Warning::new("shapes_left_out", text));
    }
}

fn joined(things: &[Thing], role: Role) -> Option<Shape> {
    let of = |thing: &Thing| match &thing.drawn {
        Drawn::Area(shape) if thing.role == role => Some(shape.polygons.clone()),
        _ => None,
    };
    let polygons: Vec<Polygon> = things.iter().filter_map(of).flatten().collect();
    (!polygons.is_empty()).then_some(Shape { polygons })
}

/// The outline as drawn; else around what can be walked on; else the area that holds all others; else a rectangle around
/// everything.
fn outline(things: &[Thing], warnings: &mut Vec<Warning>) -> Result<Shape> {
    if let Some(mut outline) = joined(things, Role::Outline) {
        // Walls are often drawn on both faces: what lies within another outline adds nothing.
        let all = outline.polygons.clone();
        let is_within = |at: usize, polygon: &Polygon| {
            let covered = |other: &Polygon| polygon.overlap_m2(other) >= polygon.area_m2() * WITHIN_SHARE;
            let before = |other: usize| (all[other].area_m2(), at) > (polygon.area_m2(), other);
            (0..all.len()).any(|other| other != at && before(other) && covered(&all[other]))
        };
        let mut at = 0;
        outline.polygons.retain(|polygon| {
            at += 1;
            !is_within(at - 1, polygon)
        });
        return Ok(outline);
    }
    if let Some(walkable) = joined(things, Role::Walkable) {
        let bare = |polygon: Polygon| Polygon { holes: Vec::new(), ..polygon };
        return Ok(Shape { polygons: walkable.polygons.into_iter().map(bare).collect() });
    }
    let areas: Vec<&Shape> =
        things.iter().filter_map(|it| if let Drawn::Area(shape) = &it.drawn { Some(shape) } else { None }).collect();
    let largest = areas.iter().max_by(|a, b| a.area_m2().total_cmp(&b.area_m2()));
    if let Some(largest) = largest.filter(|largest| areas.len() > 1 && holds(largest, &areas)) {
        let text = "no outline is drawn: the largest area, which holds all others, was taken for it";
        warnings.push(Warning::new("outline_guessed", text));
        return Ok((*largest).clone());
    }
    let bounds = Bounds::of(things.iter().filter_map(|it| it.drawn.bounds()).flat_map(|it| [it.min, it.max]));
    let drawn = bounds.filter(|bounds| bounds.width_m() > 0.1 && bounds.height_m() > 0.1);
    let Some(bounds) = drawn else {
        return Err(Unreadable::new("the plan", "nothing is drawn that could be a floor, a zone or a fixture"));
    };
    let text = "no outline is drawn: a rectangle around everything was taken for it; draw the walls";
    warnings.push(Warning::new("outline_guessed", text));
    Ok(Polygon::rectangle(bounds.min, bounds.max).into())
}

fn holds(largest: &Shape, areas: &[&Shape]) -> bool {
    areas.iter().all(|area| area.overlap_m2(largest) >= area.area_m2() * WITHIN_SHARE)
}

/// A zone that is all of its floor says nothing and would hold every other.
fn leave_out_the_hall(floor: &mut Floor, warnings: &mut Vec<Warning>) {
    let whole = floor.outline.area_m2();
    let is_hall = |zone: &Zone| zone.shape.overlap_m2(&floor.outline) >= whole * WITHIN_SHARE;
    let halls: Vec<String> = floor.zones.iter().filter(|zone| is_hall(zone)).map(|zone| zone.id.clone()).collect();
    for id in halls {
        floor.zones.retain(|zone| zone.id != id);
        let text = format!("zone `{id}` is the whole floor and was left out");
        warnings.push(Warning::new("zone_is_floor", text));
    }
}

/// Says of each zone in which other it lies: the smallest that holds it.
fn nest(floor: &mut Floor) {
    let sizes: Vec<(f64, Option<Bounds>)> =
        floor.zones.iter().map(|zone| (zone.shape.area_m2(), zone.shape.bounds())).collect();
    let mut parents: Vec<Option<usize>> = vec![None; sizes.len()];
    // From the largest, so that the depth of a parent is known.
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|a, b| sizes[*b].0.total_cmp(&sizes[*a].0));
    let mut depths = vec![0; sizes.len()];
    for (place, at) in order.iter().enumerate() {
        let (area, bounds) = sizes[*at];
        // Larger ones from the smallest.
        parents[*at] = order[..place].iter().rev().copied().find(|other| {
            let (other_area, other_bounds) = sizes[*other];
            let meet = bounds.zip(other_bounds).is_some_and(|(ours, theirs)| ours.meets(&theirs));
            meet && depths[*other] < ZONE_DEPTH_MAX
                && other_area * WITHIN_SHARE > area
                && floor.zones[*at].shape.overlap_m2(&floor.zones[*other].shape) >= area * WITHIN_SHARE
        });
        depths[*at] = parents[*at].map_or(0, |parent| depths[parent] + 1);
    }
    for (at, parent) in parents.into_iter().enumerate() {
        floor.zones[at].parent = parent.map(|parent| floor.zones[parent].id.clone());
    }
}

/// Tenths of a millimetre.
fn rounded(metres: f64) -> f64 {
    let rounded = (metres * 10_000.0).round() / 10_000.0;
    // Not the zero below nothing.
    if rounded == 0.0 { 0.0 } else { rounded }
}

fn tidy(ring: &mut Ring) {
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
}

fn called(known: Option<&str>, id: &str) -> LocalizedText {
    known.filter(|known| !known.trim().is_empty()).unwrap_or(id).into()
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(NAME_BYTES_MAX));
    text
}

/// A key of what the file calls a thing, once: `Cold drinks` is `cold-drinks`, and where nothing of it can be one a number.
fn key(seen: &mut Given, known: Option<&str>, noun: &str) -> String {
    let mut key = String::new();
    for character in known.unwrap_or_default().chars().take(NAME_BYTES_MAX / 2) {
        match character.to_ascii_lowercase() {
            it if it.is_ascii_alphanumeric() || it == '_' => key.push(it),
            _ if key.ends_with('-') || key.is_empty() => {}
            _ => key.push('-'),
        }
    }
    let key = key.trim_end_matches('-');
    if !key.is_empty() && !seen.contains_key(key) {
        seen.insert(key.to_owned(), 1);
        return key.to_owned();
    }
    let stem = if key.is_empty() { noun } else { key };
    loop {
        let number = seen.get_mut(stem).map_or(1, |last| {
            *last += 1;
            *last
        });
        let numbered = format!("{stem}-{number}");
        seen.entry(stem.to_owned()).or_insert(1);
        if seen.insert(numbered.clone(), 1).is_none() {
            return numbered;
        }
    }
}
