//! What is wrong with the definition of a site, and what is only remarkable.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calibration::Affine;
use super::shape::{AREA_M2_MIN, Defect, Shape};
use super::{Fixture, Floor, Gate, Picture, Plan, Site, Zone};
use crate::journey::{Fault, check_key, check_name};
use crate::limits::{
    CONTROL_POINTS_MAX, COORDINATE_M_MAX, FIXTURES_MAX, FLOOR_POINTS_MAX, FLOORS_MAX, FRAMES_MAX, GATES_MAX,
    NAME_BYTES_MAX, PICTURE_PX_MAX, PLANS_MAX, STATEMENT_BYTES_MAX, ZONE_DEPTH_MAX, ZONES_MAX,
};

/// How much of a zone may lie outside its floor or parent before it is a fault: real drawings meet to ten centimetres, and
/// of a mall's small shops 3 % lie beyond its wall.
const OUTSIDE_SHARE_MAX: f64 = 0.05;

/// Names other sources may give a site.
const KNOWN_AS_MAX: usize = 20;

/// Longest stay that can be asked of a zone before it counts as engaged: a day.
const ENGAGED_SECONDS_MAX: f64 = 86_400.0;

/// Two zones, or two fixtures, that share ground.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanOverlap)]
pub struct Overlap {
    pub floor: String,
    /// The one that a point of both belongs to.
    pub first: String,
    pub second: String,
    pub area_m2: f64,
}

impl Site {
    /// Everything wrong with the definition; empty if walks can be read on it.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        check_key(&mut faults, "id", &self.id);
        check_name(&mut faults, "name", &self.name);
        check_names(&mut faults, &self.id, &self.known_as);
        if self.time_zone.parse::<chrono_tz::Tz>().is_err() {
            let what = format!("`{}` is no IANA time zone, as in Asia/Shanghai", self.time_zone);
            faults.push(Fault::coded("time_zone", "time_zone_unknown", [self.time_zone.clone()], what));
        }
        check_count(&mut faults, "plans", "plans", 1, self.plans.len(), PLANS_MAX);
        for (i, plan) in self.plans.iter().take(PLANS_MAX).enumerate() {
            let path = format!("plans[{i}]");
            if i > 0 && self.plans[i - 1].from >= plan.from {
                let what = format!("{} comes too late: plans stand in order of their days, each day once", plan.from);
                faults.push(Fault::coded(format!("{path}.from"), "plan_late", [plan.from.to_string()], what));
            }
            plan.check(&mut faults, &path);
        }
        self.rules.check(&mut faults);
        faults
    }
}

/// Names other sources give a site.
fn check_names(faults: &mut Vec<Fault>, id: &str, names: &[String]) {
    check_count(faults, "known_as", "names", 0, names.len(), KNOWN_AS_MAX);
    for (i, name) in names.iter().take(KNOWN_AS_MAX).enumerate() {
        let path = format!("known_as[{i}]");
        if name.trim().is_empty() || name.len() > NAME_BYTES_MAX {
            let what = format!("the name a source gives the site, of at most {NAME_BYTES_MAX} bytes");
            faults.push(Fault::new(path, what));
        } else if name == id || names[..i].contains(name) {
            faults.push(Fault::new(path, format!("`{name}` stands twice")));
        }
    }
}

impl Plan {
    /// Everything wrong with the plan, with paths from its root.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.check(&mut faults, "");
        faults.iter_mut().for_each(|fault| fault.path = fault.path.trim_start_matches('.').to_owned());
        faults
    }

    fn check(&self, faults: &mut Vec<Fault>, path: &str) {
        if self.note.as_ref().is_some_and(|note| note.len() > STATEMENT_BYTES_MAX) {
            let what = format!("at most {STATEMENT_BYTES_MAX} bytes");
            faults.push(Fault::coded(format!("{path}.note"), "too_long", [STATEMENT_BYTES_MAX.to_string()], what));
        }
        check_count(faults, &format!("{path}.floors"), "floors", 1, self.floors.len(), FLOORS_MAX);
        let (mut floors, mut references) = (HashSet::new(), HashSet::new());
        let (mut zones, mut fixtures, mut gates) = (HashSet::new(), HashSet::new(), HashSet::new());
        for (i, floor) in self.floors.iter().take(FLOORS_MAX).enumerate() {
            let path = format!("{path}.floors[{i}]");
            check_id(faults, &mut floors, &path, "floor", &floor.id);
            let of = |noun: &str, at: usize| format!("{path}.{noun}[{at}]");
            for (at, zone) in floor.zones.iter().enumerate() {
                check_id(faults, &mut zones, &of("zones", at), "zone", &zone.id);
            }
            for (at, fixture) in floor.fixtures.iter().enumerate() {
                check_id(faults, &mut fixtures, &of("fixtures", at), "fixture", &fixture.id);
            }
            for (at, gate) in floor.gates.iter().enumerate() {
                check_id(faults, &mut gates, &of("gates", at), "gate", &gate.id);
            }
            for (at, frame) in floor.frames.iter().enumerate() {
                let reference = &frame.reference;
                if reference.trim().is_empty() || reference.len() > NAME_BYTES_MAX {
                    let what = format!("the name a sensor gives the floor, of at most {NAME_BYTES_MAX} bytes");
                    faults.push(Fault::new(format!("{}.reference", of("frames", at)), what));
                } else if !references.insert(reference.as_str()) {
                    let what = format!("`{reference}` stands twice; a sensor's name is that of one floor");
                    faults.push(Fault::new(format!("{}.reference", of("frames", at)), what));
                }
            }
            floor.check(faults, &path);
        }
    }

    /// Zones that share ground though neither lies in the other by definition, and fixtures that do. Largest first.
    pub fn overlaps(&self) -> Vec<Overlap> {
        let mut overlaps = Vec::new();
        for floor in &self.floors {
            let zones = floor.zones.iter().map(|zone| (zone.id.as_str(), &zone.shape)).collect::<Vec<_>>();
            pairs(floor, &zones, &mut overlaps, |i, j| floor.is_within(i, j) || floor.is_within(j, i));
            let fixtures = floor.fixtures.iter().map(|it| (it.id.as_str(), &it.shape)).collect::<Vec<_>>();
            pairs(floor, &fixtures, &mut overlaps, |_, _| false);
        }
        overlaps.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2));
        overlaps
    }
}

fn pairs(
    floor: &Floor,
    all: &[(&str, &Shape)],
    overlaps: &mut Vec<Overlap>,
    are_relatives: impl Fn(usize, usize) -> bool,
) {
    let bounds: Vec<_> = all.iter().map(|(_, shape)| shape.bounds()).collect();
    for (i, (first, shape)) in all.iter().enumerate() {
        for (j, (second, other)) in all.iter().enumerate().skip(i + 1) {
            let meet = bounds[i].zip(bounds[j]).is_some_and(|(ours, theirs)| ours.meets(&theirs));
            if !meet || are_relatives(i, j) {
                continue;
            }
            let area_m2 = shape.overlap_m2(other);
            if area_m2 > AREA_M2_MIN {
                let name = |id: &str| id.to_owned();
                overlaps.push(Overlap { floor: name(&floor.id), first: name(first), second: name(second), area_m2 });
            }
        }
    }
}

impl Floor {
    fn check(&self, faults: &mut Vec<Fault>, path: &str) {
        check_name(faults, &format!("{path}.name"), &self.name);
        for (noun, count, max) in [
            ("zones", self.zones.len(), ZONES_MAX),
            ("fixtures", self.fixtures.len(), FIXTURES_MAX),
            ("gates", self.gates.len(), GATES_MAX),
            ("frames", self.frames.len(), FRAMES_MAX),
        ] {
            check_count(faults, &format!("{path}.{noun}"), noun, 0, count, max);
        }
        let shapes = [&self.outline].into_iter().chain(&self.walkable);
        let shapes =
            shapes.chain(self.zones.iter().map(|it| &it.shape)).chain(self.fixtures.iter().map(|it| &it.shape));
        let points: usize = shapes.map(Shape::points).sum();
        if points > FLOOR_POINTS_MAX {
            let what = format!("{points} corners on one floor; at most {FLOOR_POINTS_MAX}, leave out points of curves");
            let values = [points.to_string(), FLOOR_POINTS_MAX.to_string()];
            faults.push(Fault::coded(path, "shape_corners_many", values, what));
            return;
        }
        if check_shape(faults, &format!("{path}.outline"), &self.outline) {
            self.check_within(faults, path);
        }
        if let Some(picture) = &self.picture {
            picture.check(faults, &format!("{path}.picture"));
        }
        for (at, frame) in self.frames.iter().enumerate() {
            let flattens = |affine: &Affine| !(affine.determinant().is_normal() && affine.unevenness().is_finite());
            if frame.to_floor.as_ref().is_some_and(flattens) {
                let what = "it flattens the floor to a line; is a row of numbers missing?";
                faults.push(Fault::new(format!("{path}.frames[{at}].to_floor"), what));
            }
        }
    }

    fn check_within(&self, faults: &mut Vec<Fault>, path: &str) {
        if let Some(walkable) = &self.walkable {
            let path = format!("{path}.walkable");
            if check_shape(faults, &path, walkable) {
                check_inside(faults, &path, walkable, &self.outline, None);
            }
        }
        for (i, zone) in self.zones.iter().take(ZONES_MAX).enumerate() {
            self.check_zone(faults, &format!("{path}.zones[{i}]"), zone);
        }
        for (i, Fixture { name, zone, shape, .. }) in self.fixtures.iter().take(FIXTURES_MAX).enumerate() {
            let path = format!("{path}.fixtures[{i}]");
            check_name(faults, &format!("{path}.name"), name);
            if let Some(zone) = zone.as_deref().filter(|zone| self.zone(zone).is_none()) {
                let what = format!("there is no zone `{zone}` on this floor");
                faults.push(Fault::coded(format!("{path}.zone"), "zone_unknown", [zone.to_owned()], what));
            }
            if check_shape(faults, &format!("{path}.shape"), shape) {
                check_inside(faults, &format!("{path}.shape"), shape, &self.outline, None);
            }
        }
        for (i, Gate { name, from, to, .. }) in self.gates.iter().take(GATES_MAX).enumerate() {
            let path = format!("{path}.gates[{i}]");
            check_name(faults, &format!("{path}.name"), name);
            if from.iter().chain(to).any(|value| value.is_nan() || value.abs() > COORDINATE_M_MAX) {
                let what = "its ends are no places on a floor in metres; are the units right?";
                faults.push(Fault::coded(&path, "gate_far", [], what));
            } else if (from[0] - to[0]).hypot(from[1] - to[1]) < 0.1 {
                faults.push(Fault::coded(&path, "gate_narrow", [], "a gate is at least 0.1 m wide"));
            }
        }
    }

    fn check_zone(&self, faults: &mut Vec<Fault>, path: &str, zone: &Zone) {
        check_name(faults, &format!("{path}.name"), &zone.name);
        if zone.category.as_ref().is_some_and(|name| name.trim().is_empty() || name.len() > NAME_BYTES_MAX) {
            let what = format!("a category as receipts name it, of at most {NAME_BYTES_MAX} bytes");
            faults.push(Fault::coded(
                format!("{path}.category"),
                "category_invalid",
                [NAME_BYTES_MAX.to_string()],
                what,
            ));
        }
        if zone.engaged_seconds.is_some_and(|seconds| !(0.0..=ENGAGED_SECONDS_MAX).contains(&seconds)) {
            let what = "seconds, from 0 to a day";
            faults.push(Fault::coded(format!("{path}.engaged_seconds"), "engaged_invalid", [], what));
        }
        let is_sound = check_shape(faults, &format!("{path}.shape"), &zone.shape);
        let Some(parent) = &zone.parent else {
            if is_sound && !zone.kind.may_be_outside() {
                check_inside(faults, &format!("{path}.shape"), &zone.shape, &self.outline, None);
            }
            return;
        };
        let path = format!("{path}.parent");
        match self.zone(parent) {
            None => {
                let what = format!("there is no zone `{parent}` on this floor");
                faults.push(Fault::coded(path, "zone_unknown", [parent.clone()], what));
            }
            Some(_) if self.depth(zone) >= self.zones.len() => {
                let what = format!("`{parent}` lies in `{}` itself; one is in the other", zone.id);
                faults.push(Fault::coded(path, "parent_circular", [parent.clone(), zone.id.clone()], what));
            }
            Some(_) if self.depth(zone) > ZONE_DEPTH_MAX => {
                let what = format!("zones lie at most {ZONE_DEPTH_MAX} deep in each other");
                faults.push(Fault::coded(path, "parent_deep", [ZONE_DEPTH_MAX.to_string()], what));
            }
            Some(parent) if is_sound && parent.shape.fault().is_none() => {
                check_inside(faults, &path, &zone.shape, &parent.shape, Some(&parent.id));
            }
            Some(_) => {}
        }
    }

    /// Whether the zone at `inner` names that at `outer` above it.
    fn is_within(&self, inner: usize, outer: usize) -> bool {
        let above = std::iter::successors(Some(&self.zones[inner]), |zone| self.zone(zone.parent.as_deref()?));
        above.take(ZONE_DEPTH_MAX + 1).skip(1).any(|zone| zone.id == self.zones[outer].id)
    }
}

impl Picture {
    fn check(&self, faults: &mut Vec<Fault>, path: &str) {
        let sizes = 1..=PICTURE_PX_MAX;
        if !sizes.contains(&self.width_px) || !sizes.contains(&self.height_px) {
            let what = format!("{} × {} pixels; 1 to {PICTURE_PX_MAX} either way", self.width_px, self.height_px);
            faults.push(Fault::new(path, what));
        }
        let path = format!("{path}.control_points");
        if self.control_points.len() > CONTROL_POINTS_MAX {
            check_count(faults, &path, "control points", 3, self.control_points.len(), CONTROL_POINTS_MAX);
        } else if let Err(what) = Affine::fit(&self.control_points) {
            faults.push(Fault::new(path, what));
        }
    }
}

fn check_count(faults: &mut Vec<Fault>, path: &str, noun: &str, min: usize, count: usize, max: usize) {
    if !(min..=max).contains(&count) {
        let values = [min.to_string(), max.to_string(), count.to_string()];
        faults.push(Fault::coded(path, "count_unfit", values, format!("{min} to {max} {noun}, not {count}")));
    }
}

fn check_id<'a>(faults: &mut Vec<Fault>, seen: &mut HashSet<&'a str>, path: &str, noun: &str, id: &'a str) {
    let path = format!("{path}.id");
    check_key(faults, &path, id);
    if !seen.insert(id) {
        let what = format!("{noun} `{id}` stands twice in the plan; ids are unique");
        faults.push(Fault::coded(path, "id_twice", [id.to_owned()], what));
    }
}

fn check_shape(faults: &mut Vec<Fault>, path: &str, shape: &Shape) -> bool {
    let what = shape.fault();
    let is_sound = what.is_none();
    faults.extend(what.map(|Defect { code, values, message }| Fault {
        code: Some(code.to_owned()),
        values,
        ..Fault::new(path, message)
    }));
    is_sound
}

/// `zone`: the one whose area is `around`; none is the floor.
fn check_inside(faults: &mut Vec<Fault>, path: &str, shape: &Shape, around: &Shape, zone: Option<&str>) {
    let area = shape.area_m2();
    let outside = area - shape.overlap_m2(around);
    if outside > AREA_M2_MIN.max(area * OUTSIDE_SHARE_MAX) {
        let what = zone.map_or_else(|| "the floor".to_owned(), |zone| format!("zone `{zone}`"));
        let what = format!("{outside:.2} of its {area:.2} m² lie outside {what}; draw it within, or {what} larger");
        let code = if zone.is_some() { "outside_zone" } else { "outside_floor" };
        let values = [format!("{outside:.2}"), format!("{area:.2}"), zone.unwrap_or_default().to_owned()];
        faults.push(Fault::coded(path, code, values, what));
    }
}
