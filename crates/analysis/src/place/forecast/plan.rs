//! The changed plan: from swaps and moves of zones, or from another plan of the site; and where what was offered goes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use folds::floor::forecast::{Change, Group};
use lake::TrackDayRows;
use model::place::shape::{Point, Shape};
use model::place::{Floor, Plan, Site, Zone, ZoneKind};
use model::text::LocalizedText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::PlaceScope;
use crate::error::{Error, Result};

/// Swaps and moves of one change; the walk of each shopper is edited for all of them at once.
const STEPS_MAX: usize = 20;

/// What is to change: swaps and moves of zones, or the plan that is in the definition already.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceChange {
    /// Pairs of zones that exchange what they offer: their categories, or themselves where they have none.
    pub swaps: Vec<[String; 2]>,
    /// Zones that move, with what they offer.
    pub moves: Vec<PlaceMoveOf>,
    /// The plan of the definition that holds from this day on.
    pub plan: Option<NaiveDate>,
}

/// A zone that moves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceMoveOf {
    pub zone: String,
    /// Metres to the right and up.
    #[schema(value_type = Vec<f64>)]
    pub by_m: Point,
}

/// The plan after the change, and how the kernel is to read it.
pub(super) struct Replan {
    pub(super) floor: String,
    pub(super) new: Plan,
    pub(super) goes: Change,
    /// Whether something is offered that was not before.
    pub(super) adds: bool,
    old: Floor,
    /// Zones of the other floors, before the change.
    elsewhere: Vec<Zone>,
}

/// What a group of the kernel is called.
pub(super) struct Named {
    pub(super) of: String,
    pub(super) name: LocalizedText,
    pub(super) is_category: bool,
    pub(super) before: Vec<String>,
    pub(super) after: Vec<String>,
    pub(super) moves: bool,
    /// Whether it is on this floor alone.
    pub(super) is_here: bool,
}

/// Whether one comes there only when one has what one came for.
pub(super) fn closes(kind: ZoneKind) -> bool {
    matches!(kind, ZoneKind::QueueTail | ZoneKind::QueueHead | ZoneKind::Till)
}

/// Whether something is offered there that people go to.
fn offers(zone: &Zone) -> bool {
    let kinds = [
        ZoneKind::Display,
        ZoneKind::Promotion,
        ZoneKind::FittingRoom,
        ZoneKind::Service,
        ZoneKind::Seating,
        ZoneKind::Tenant,
    ];
    zone.category.is_some() || kinds.contains(&zone.kind)
}

/// What is offered at a zone: its category, else the zone itself.
fn offer(zone: &Zone) -> (bool, &str) {
    zone.category.as_deref().map_or((false, zone.id.as_str()), |category| (true, category))
}

impl Replan {
    /// Of `days` those stay that the old plan holds on.
    pub(super) fn of(
        site: &Site,
        change: &PlaceChange,
        scope: &PlaceScope,
        days: &mut Vec<TrackDayRows>,
    ) -> Result<Replan> {
        let PlaceChange { swaps, moves, plan } = change;
        let steps = swaps.len() + moves.len();
        match (plan, steps) {
            (None, 1..=STEPS_MAX) | (Some(_), 0) => {}
            (None, 0) => {
                return Err(refused("name what changes: swaps, moves, or the day a plan holds from".to_owned()));
            }
            (None, _) => return Err(refused(format!("{steps} swaps and moves; at most {STEPS_MAX} at once"))),
            (Some(_), _) => return Err(refused("give either swaps and moves, or a plan".to_owned())),
        }
        let next = match plan {
            Some(from) => Some(site.plans.iter().find(|plan| plan.from == *from).ok_or_else(|| {
                let known: Vec<String> = site.plans.iter().map(|plan| plan.from.to_string()).collect();
                refused(format!("no plan begins on {from}; those of the site begin on {}", known.join(", ")))
            })?),
            None => None,
        };
        if let Some(next) = next {
            days.retain(|day| day.of.day < next.from);
        }
        let nothing = || Error::invalid("days", "there are no positions of days before the change; ask for others");
        let last = days.last().ok_or_else(nothing)?.of.day;
        let old = site.plan_on(last).ok_or_else(nothing)?;
        if let Some(day) = days.iter().find(|day| site.plan_on(day.of.day) != Some(old))
            && scope.from.is_some()
        {
            let why = format!("the plan of {} is another than that of {last}; ask for days of one plan", day.of.day);
            return Err(Error::invalid("days", why));
        }
        days.retain(|day| site.plan_on(day.of.day) == Some(old));
        let new = next.cloned().map_or_else(|| changed(old, change), Ok)?;
        let floor = floor(old, &new, scope.floor.as_deref())?;
        let there =
            |plan: &Plan| plan.floor(&floor).cloned().ok_or_else(|| refused(format!("a plan has no floor `{floor}`")));
        let (before, after) = (there(old)?, there(&new)?);
        same_doors(&before, &after)?;
        let goes = goes(&before, &after);
        let adds = after.zones.iter().filter(|zone| offers(zone)).any(|zone| !has(&before, offer(zone)));
        let others = old.floors.iter().filter(|other| other.id != floor);
        let elsewhere = others.flat_map(|other| other.zones.iter().cloned()).collect();
        Ok(Replan { floor, new, goes, adds, old: before, elsewhere })
    }

    /// What is counted together: categories by name, then zones.
    pub(super) fn groups(&self) -> Vec<(Named, Group)> {
        let Some(new) = self.new.floor(&self.floor) else { return Vec::new() };
        let numbers = |floor: &Floor, is: &dyn Fn(&Zone) -> bool| -> Vec<u32> {
            (0..).zip(&floor.zones).filter(|(_, zone)| is(zone)).map(|(number, _)| number).collect()
        };
        let ids = |floor: &Floor, numbers: &[u32]| -> Vec<String> {
            numbers.iter().map(|number| floor.zones[*number as usize].id.clone()).collect()
        };
        let both = |of: String, name: LocalizedText, is_category: bool, is: &dyn Fn(&Zone) -> bool| {
            let group = Group { old: numbers(&self.old, is), new: numbers(new, is) };
            let (before, after) = (ids(&self.old, &group.old), ids(new, &group.new));
            let goes = |number: &u32| self.goes.goes[*number as usize].is_some();
            let comes = |number: &u32| self.goes.goes.iter().flatten().flatten().any(|to| to == number);
            let moves = group.old.iter().any(goes) || group.new.iter().any(comes) || group.old.is_empty();
            (
                Named {
                    of,
                    name,
                    is_category,
                    before,
                    after,
                    moves,
                    is_here: self.elsewhere.iter().all(|zone| !is(zone)),
                },
                group,
            )
        };
        let mut found = Vec::new();
        let all = self.old.zones.iter().chain(&new.zones);
        let categories: BTreeSet<&str> = all.filter_map(|zone| zone.category.as_deref()).collect();
        for category in categories {
            let is = |zone: &Zone| zone.category.as_deref() == Some(category);
            found.push(both(category.to_owned(), LocalizedText::from(category), true, &is));
        }
        let gone = self.old.zones.iter().filter(|zone| new.zone(&zone.id).is_none());
        // Who works there, and who walks past outside, is nobody's visit.
        let is_visited = |zone: &&Zone| !matches!(zone.kind, ZoneKind::StaffOnly | ZoneKind::Street | ZoneKind::Void);
        for zone in new.zones.iter().chain(gone).filter(is_visited) {
            found.push(both(zone.id.clone(), zone.name.clone(), false, &|other| other.id == zone.id));
        }
        found
    }
}

fn refused(why: String) -> Error {
    Error::invalid("change", why)
}

fn has(floor: &Floor, offered: (bool, &str)) -> bool {
    floor.zones.iter().any(|zone| offers(zone) && offer(zone) == offered)
}

/// A plan after swaps, then moves.
fn changed(old: &Plan, change: &PlaceChange) -> Result<Plan> {
    let mut new = old.clone();
    for [one, other] in &change.swaps {
        let [(floor, a), (other_floor, b)] = [find(&new, one)?, find(&new, other)?];
        if (floor, a) == (other_floor, b) {
            return Err(refused(format!("`{one}` is to be swapped with itself; name two zones")));
        }
        if floor != other_floor {
            let why = "what moves to another floor cannot be forecast: nothing measured says who would follow it there";
            return Err(refused(format!("`{one}` and `{other}` are on different floors; {why}")));
        }
        let zones = &mut new.floors[floor].zones;
        match (zones[a].category.clone(), zones[b].category.clone()) {
            (Some(of_a), Some(of_b)) => (zones[a].category, zones[b].category) = (Some(of_b), Some(of_a)),
            (None, None) => {
                let shape = zones[a].shape.clone();
                zones[a].shape = std::mem::replace(&mut zones[b].shape, shape);
            }
            _ => {
                return Err(refused(format!(
                    "one of `{one}` and `{other}` has a category and one has none; give both one"
                )));
            }
        }
    }
    for step in &change.moves {
        let (floor, zone) = find(&new, &step.zone)?;
        if !step.by_m.iter().all(|metres| metres.is_finite()) {
            return Err(refused(format!("`{}` is to move by metres to the right and up", step.zone)));
        }
        let shape = &mut new.floors[floor].zones[zone].shape;
        *shape = shifted(shape, step.by_m);
        let (zone, floor) = (&new.floors[floor].zones[zone], &new.floors[floor]);
        let inside = zone.shape.overlap_m2(&floor.outline);
        if inside < 0.95 * zone.shape.area_m2() {
            return Err(refused(format!("`{}` would lie outside its floor; move it less far", zone.id)));
        }
    }
    Ok(new)
}

/// The floor and the place of a zone that offers something.
fn find(plan: &Plan, id: &str) -> Result<(usize, usize)> {
    let found = plan
        .floors
        .iter()
        .enumerate()
        .find_map(|(floor, of)| of.zones.iter().position(|zone| zone.id == id).map(|zone| (floor, zone)));
    let (floor, zone) = found.ok_or_else(|| refused(format!("there is no zone `{id}` on the plan of those days")))?;
    match offers(&plan.floors[floor].zones[zone]) {
        true => Ok((floor, zone)),
        false => Err(refused(format!(
            "nothing is offered at `{id}` that people go to; give it a category, or name another zone"
        ))),
    }
}

fn shifted(shape: &Shape, by_m: Point) -> Shape {
    let mut shape = shape.clone();
    for polygon in &mut shape.polygons {
        for point in polygon.holes.iter_mut().chain([&mut polygon.outer]).flatten() {
            *point = [point[0] + by_m[0], point[1] + by_m[1]];
        }
    }
    shape
}

/// The one floor that changes.
fn floor(old: &Plan, new: &Plan, asked: Option<&str>) -> Result<String> {
    let differs = |floor: &&Floor| {
        let before = old.floor(&floor.id);
        before.is_none_or(|before| {
            (&before.zones, &before.walkable, &before.outline, &before.fixtures)
                != (&floor.zones, &floor.walkable, &floor.outline, &floor.fixtures)
        })
    };
    if let Some(asked) = asked {
        return Ok(asked.to_owned());
    }
    let changed: Vec<&Floor> = new.floors.iter().filter(differs).collect();
    match changed.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => Err(refused("the plans are the same".to_owned())),
        several => {
            let names: Vec<&str> = several.iter().map(|floor| floor.id.as_str()).collect();
            Err(Error::invalid("floor", format!("floors {} change; ask for one of them", names.join(", "))))
        }
    }
}

/// Fails where doors are elsewhere: who would come in by them is nowhere measured.
fn same_doors(old: &Floor, new: &Floor) -> Result<()> {
    let doors = |floor: &Floor| -> Vec<Shape> {
        let doors = floor.zones.iter().filter(|zone| matches!(zone.kind, ZoneKind::Entrance | ZoneKind::Street));
        doors.map(|zone| zone.shape.clone()).collect()
    };
    let gates = |floor: &Floor| -> Vec<[Point; 2]> { floor.gates.iter().map(|gate| [gate.from, gate.to]).collect() };
    match (doors(old), gates(old)) == (doors(new), gates(new)) {
        true => Ok(()),
        false => Err(refused(
            "the doors are elsewhere on the new plan; who would come in by them is nowhere measured".to_owned(),
        )),
    }
}

/// By zone of the old floor, where stops for what it offers go.
fn goes(old: &Floor, new: &Floor) -> Change {
    let of = |zone: &Zone| -> Option<Vec<u32>> {
        if !offers(zone) && !closes(zone.kind) {
            return None;
        }
        let same = |there: &Zone| there.shape == zone.shape && offer(there) == offer(zone);
        if new.zones.iter().any(same) {
            return None;
        }
        let there: Vec<u32> =
            (0..).zip(&new.zones).filter(|(_, there)| offer(there) == offer(zone)).map(|(number, _)| number).collect();
        // What was there before has its own visitors: only what is new takes these up.
        let is_new = |number: &u32| {
            let there = &new.zones[*number as usize];
            !old.zones.iter().any(|before| before.shape == there.shape && offer(before) == offer(there))
        };
        let fresh: Vec<u32> = there.iter().copied().filter(is_new).collect();
        Some(if fresh.is_empty() { there } else { fresh })
    };
    Change { goes: old.zones.iter().map(of).collect() }
}
