//! A plan made ready for walks: its zones as polygons, its doors, its queues.

use folds::floor::queue::Queue;
use folds::floor::walkable::Walkable;
use folds::floor::{Polygon, Zones};
use model::place::shape::{Point, Shape};
use model::place::{Floor, Plan, Zone, ZoneKind};

use crate::error::{Error, Result};

/// Side of a cell of the walkable area, to which sightings off the plan are moved.
const WALKABLE_CELL_M: f64 = 0.2;

/// Side of a cell of the area that shortest ways lead over.
const WAY_CELL_M: f64 = 0.5;

/// A plan, ready.
#[derive(Debug)]
pub(crate) struct Ground<'a> {
    pub(crate) levels: Vec<Level<'a>>,
    /// Of all levels, in the order of the definition: the number of a zone is its place here.
    pub(crate) zones: Vec<&'a Zone>,
    /// The floor each zone is on.
    pub(crate) floor_of: Vec<&'a Floor>,
    pub(crate) queues: Vec<Line>,
}

/// One floor.
#[derive(Debug)]
pub(crate) struct Level<'a> {
    pub(crate) floor: &'a Floor,
    /// Number of its first zone.
    pub(crate) first: u32,
    pub(crate) zones: Zones,
    /// Where one is within.
    pub(crate) area: Zones,
    /// What sightings off it are moved to.
    pub(crate) walkable: Option<Walkable>,
    /// What shortest ways are looked for on.
    pub(crate) ways: Walkable,
    pub(crate) staff_only: Zones,
    pub(crate) doors: Vec<Polygon>,
    /// Where people stand in line.
    pub(crate) waiting: Vec<Polygon>,
}

/// A queue: a tail, and the heads people go to from it.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) level: usize,
    pub(crate) tail: u32,
    pub(crate) heads: Vec<u32>,
    pub(crate) queue: Queue,
}

impl<'a> Ground<'a> {
    /// `snaps`: whether sightings off the walkable area are moved onto it; `door_m`: how near to a gate its door reaches.
    pub(crate) fn new(plan: &'a Plan, snaps: bool, door_m: f64) -> Result<Ground<'a>> {
        let mut ground = Ground { levels: Vec::new(), zones: Vec::new(), floor_of: Vec::new(), queues: Vec::new() };
        for floor in &plan.floors {
            let first = ground.zones.len() as u32;
            ground.zones.extend(&floor.zones);
            ground.floor_of.extend(floor.zones.iter().map(|_| floor));
            let level = Level::new(floor, first, snaps, door_m)?;
            ground.queues.extend(lines(floor, first, ground.levels.len())?);
            ground.levels.push(level);
        }
        Ok(ground)
    }

    pub(crate) fn level_of(&self, floor: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.floor.id == floor)
    }
}

impl<'a> Level<'a> {
    fn new(floor: &'a Floor, first: u32, snaps: bool, door_m: f64) -> Result<Level<'a>> {
        let of_kind = |kinds: &[ZoneKind]| -> Result<Vec<Polygon>> {
            floor.zones.iter().filter(|zone| kinds.contains(&zone.kind)).map(|zone| polygon(&zone.shape)).collect()
        };
        let area = match &floor.walkable {
            Some(walkable) => polygon(walkable)?,
            None => polygon(&floor.outline)?,
        };
        let mut doors = of_kind(&[ZoneKind::Entrance, ZoneKind::Street])?;
        for gate in &floor.gates {
            doors.extend(door(gate.from, gate.to, door_m).map(|ring| Polygon::new(vec![ring])).transpose()?);
        }
        let ways = Walkable::new(&area, WAY_CELL_M)?;
        let walkable = snaps.then(|| Walkable::new(&area, WALKABLE_CELL_M)).transpose()?;
        Ok(Level {
            floor,
            first,
            zones: Zones::new(floor.zones.iter().map(|zone| polygon(&zone.shape)).collect::<Result<_>>()?)?,
            area: Zones::new(vec![area])?,
            walkable,
            ways,
            staff_only: Zones::new(of_kind(&[ZoneKind::StaffOnly])?)?,
            doors,
            waiting: of_kind(&[ZoneKind::QueueTail, ZoneKind::QueueHead, ZoneKind::Till])?,
        })
    }
}

/// The rectangle around a gate that reaches `door_m` beyond it on all sides. None: it reaches nowhere.
fn door(from: Point, to: Point, door_m: f64) -> Option<Vec<Point>> {
    let length = (to[0] - from[0]).hypot(to[1] - from[1]);
    if door_m <= 0.0 || length <= 0.0 {
        return None;
    }
    let along = [(to[0] - from[0]) / length * door_m, (to[1] - from[1]) / length * door_m];
    let corner = |at: Point, forth: f64, left: f64| {
        [at[0] + forth * along[0] - left * along[1], at[1] + forth * along[1] + left * along[0]]
    };
    Some(vec![corner(from, -1.0, -1.0), corner(to, 1.0, -1.0), corner(to, 1.0, 1.0), corner(from, -1.0, 1.0)])
}

/// The queues of a floor. A head belongs to the tail whose middle is nearest; where no zone is a head, tills are.
fn lines(floor: &Floor, first: u32, level: usize) -> Result<Vec<Line>> {
    let numbered = |kind: ZoneKind| -> Vec<(u32, &Zone)> {
        (first..).zip(&floor.zones).filter(|(_, zone)| zone.kind == kind).collect()
    };
    let tails = numbered(ZoneKind::QueueTail);
    let mut heads = numbered(ZoneKind::QueueHead);
    if heads.is_empty() {
        heads = numbered(ZoneKind::Till);
    }
    let away = |a: &Zone, b: &Zone| {
        let (a, b) = (a.shape.centroid(), b.shape.centroid());
        (a[0] - b[0]).hypot(a[1] - b[1])
    };
    let mut lines = Vec::new();
    for (number, tail) in &tails {
        let nearest = |head: &Zone| {
            let by = |a: &&(u32, &Zone), b: &&(u32, &Zone)| away(a.1, head).total_cmp(&away(b.1, head));
            tails.iter().min_by(by).map(|(tail, _)| *tail)
        };
        let mine: Vec<&(u32, &Zone)> = heads.iter().filter(|(_, head)| nearest(head) == Some(*number)).collect();
        if mine.is_empty() {
            continue;
        }
        let rings = mine.iter().flat_map(|(_, head)| rings(&head.shape)).collect();
        let queue = Queue { tail: polygon(&tail.shape)?, head: Polygon::new(rings)? };
        lines.push(Line { level, tail: *number, heads: mine.iter().map(|(head, _)| *head).collect(), queue });
    }
    Ok(lines)
}

fn rings(shape: &Shape) -> Vec<Vec<Point>> {
    shape.polygons.iter().flat_map(|polygon| polygon.rings().map(<[Point]>::to_vec)).collect()
}

fn polygon(shape: &Shape) -> Result<Polygon> {
    Polygon::new(rings(shape)).map_err(Error::from)
}
