//! Many areas of one plan, prepared so that a step looks at few of them, and when a track was in which.
//!
//! A grid knows of each of its cells which zones cover it, and which have an edge in it. A step from and to a cell without
//! edges is answered by the cell alone; only near edges is geometry computed. Zones may overlap and lie in one another.
//!
//! ```
//! use folds::floor::zones::Stretch;
//! use folds::floor::{GAP_US, Polygon, Track, Zones};
//!
//! let square = |x: f64| Polygon::new(vec![vec![[x, 0.0], [x + 2.0, 0.0], [x + 2.0, 2.0], [x, 2.0]]]);
//! let zones = Zones::new(vec![square(0.0)?, square(2.0)?])?;
//! let walk = Track { time: &[0, 2_000_000, 4_000_000], x: &[1.0, 3.0, 5.0], y: &[1.0, 1.0, 1.0] };
//! let found = zones.stretches(walk, GAP_US);
//! assert_eq!(found, [
//!     Stretch { zone: 0, from_us: 0, to_us: 1_000_000 },
//!     Stretch { zone: 1, from_us: 1_000_000, to_us: 3_000_000 },
//! ]);
//! # Ok::<(), folds::Error>(())
//! ```

use rustc_hash::FxHashMap;

use model::place::shape::Bounds;

use super::polygon::{Edge, Polygon};
use super::{Point, Step, Track};
use crate::error::Error;
use crate::limits::FLOOR_ZONES_MAX;

/// The zones of a plan; the number of a zone is its place among them.
#[derive(Debug, Clone)]
pub struct Zones {
    polygons: Vec<Polygon>,
    bounds: Bounds,
    cell_m: f64,
    columns: usize,
    rows: usize,
    /// By cell, what stands in it.
    cells: Vec<u32>,
    /// The different things that stand in cells; the first is nothing.
    contents: Vec<Content>,
}

/// What stands in a cell, in ascending order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Content {
    /// Zones that cover it.
    whole: Vec<u32>,
    /// Zones with an edge in it.
    edged: Vec<u32>,
}

/// A time spent within a zone without leaving it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub zone: u32,
    pub from_us: i64,
    pub to_us: i64,
}

impl Stretch {
    pub fn duration_us(&self) -> i64 {
        self.to_us - self.from_us
    }
}

/// Cells of the grid, about; many more no longer fit a core's second-level cache.
const CELLS: f64 = 65_536.0;

/// Smallest side of a cell: a step between two sightings is about as long.
const CELL_MIN_M: f64 = 0.25;

/// Cells a step looks at before it looks at all zones instead: a step that long is a fault of the sensor.
const CELLS_OF_STEP_MAX: usize = 256;

impl Zones {
    /// # Errors
    /// When there are too many zones.
    pub fn new(polygons: Vec<Polygon>) -> Result<Zones, Error> {
        if polygons.len() > FLOOR_ZONES_MAX {
            let what = format!("{} zones, at most {FLOOR_ZONES_MAX} are told apart", polygons.len());
            return Err(Error::config("zones of the floor", what));
        }
        let bounds = polygons.iter().map(Polygon::bounds).fold(Bounds::NOTHING, Bounds::around);
        let (width, height) = match polygons.is_empty() {
            true => (0.0, 0.0),
            false => (bounds.max[0] - bounds.min[0], bounds.max[1] - bounds.min[1]),
        };
        let cell_m = (width * height / CELLS).sqrt().max((width + height) / CELLS).max(CELL_MIN_M);
        let (columns, rows) = ((width / cell_m) as usize + 1, (height / cell_m) as usize + 1);
        let mut zones = Zones { polygons, bounds, cell_m, columns, rows, cells: Vec::new(), contents: Vec::new() };
        zones.prepare();
        Ok(zones)
    }

    pub fn polygons(&self) -> &[Polygon] {
        &self.polygons
    }

    pub fn len(&self) -> usize {
        self.polygons.len()
    }

    pub fn is_empty(&self) -> bool {
        self.polygons.is_empty()
    }

    /// The zones a point lies in, in ascending order.
    pub fn at(&self, point: Point) -> Vec<u32> {
        let content = self.content(self.cell(point));
        let mut found: Vec<u32> = content.edged.iter().copied().filter(|zone| self.contains(*zone, point)).collect();
        found.extend(&content.whole);
        found.sort_unstable();
        found
    }

    /// When a track was in which zone, by begin and zone. A step longer than `gap_us` ends every stretch.
    pub fn stretches(&self, track: Track<'_>, gap_us: i64) -> Vec<Stretch> {
        let mut found = Vec::new();
        self.stretches_into(track, gap_us, &mut Walk::default(), &mut found);
        found
    }

    /// As [`Zones::stretches`], with the memory of the track before.
    pub fn stretches_into(&self, track: Track<'_>, gap_us: i64, walk: &mut Walk, found: &mut Vec<Stretch>) {
        found.clear();
        walk.begin();
        for step in track.steps(gap_us) {
            if step.from_us != walk.now_us {
                walk.close_all(found);
                walk.now_us = step.from_us;
            }
            let (from, to) = (self.cell(step.from), self.cell(step.to));
            let at = from.map_or(0, |cell| self.cells[cell]);
            if from.is_some() && from == to && self.contents[at as usize].edged.is_empty() {
                walk.stay(at, &self.contents[at as usize].whole, found);
            } else {
                self.cross(&step, walk, found);
            }
            walk.now_us = step.to_us;
        }
        walk.close_all(found);
        found.sort_unstable_by_key(|stretch| (stretch.from_us, stretch.zone));
    }

    /// A step near an edge.
    #[cold]
    fn cross(&self, step: &Step, walk: &mut Walk, found: &mut Vec<Stretch>) {
        let mut zones = std::mem::take(&mut walk.zones);
        self.near(step, &mut zones);
        walk.set = None;
        let mut kept = std::mem::take(&mut walk.kept);
        kept.clear();
        for zone in &zones {
            self.within(*zone, step, &mut walk.cuts, &mut walk.inside);
            for (from_us, to_us) in walk.inside.iter().copied() {
                let open = walk.open.iter().position(|(open, _)| open == zone && from_us == step.from_us);
                let since = open.map_or(from_us, |open| walk.open.swap_remove(open).1);
                if to_us == step.to_us {
                    kept.push((*zone, since));
                } else {
                    found.push(Stretch { zone: *zone, from_us: since, to_us });
                }
            }
        }
        walk.close_all(found);
        walk.kept = std::mem::replace(&mut walk.open, kept);
        walk.zones = zones;
    }

    /// The times of a step that lie within a zone, apart from each other.
    fn within(&self, zone: u32, step: &Step, cuts: &mut Vec<f64>, inside: &mut Vec<(i64, i64)>) {
        let polygon = &self.polygons[zone as usize];
        inside.clear();
        cuts.clear();
        cuts.push(0.0);
        polygon.cuts(step, cuts);
        cuts.push(1.0);
        cuts.sort_unstable_by(f64::total_cmp);
        for pair in cuts.windows(2) {
            let (from_us, to_us) = (step.moment(pair[0]), step.moment(pair[1]));
            if from_us == to_us || !polygon.contains(step.place((pair[0] + pair[1]) / 2.0)) {
                continue;
            }
            match inside.last_mut() {
                Some((_, until_us)) if *until_us == from_us => *until_us = to_us,
                _ => inside.push((from_us, to_us)),
            }
        }
    }

    /// The zones a step may meet.
    fn near(&self, step: &Step, zones: &mut Vec<u32>) {
        zones.clear();
        let around = Bounds::NOTHING.with(step.from).with(step.to);
        let Some((columns, rows)) = self.covered(&around, 0.0) else { return };
        if columns.len() * rows.len() > CELLS_OF_STEP_MAX {
            let met = |zone: &u32| self.polygons[*zone as usize].bounds().meets(&around);
            zones.extend((0..self.polygons.len() as u32).filter(met));
            return;
        }
        for row in rows {
            for column in columns.clone() {
                let content = &self.contents[self.cells[row * self.columns + column] as usize];
                zones.extend(&content.edged);
                zones.extend(&content.whole);
            }
        }
        zones.sort_unstable();
        zones.dedup();
    }

    fn contains(&self, zone: u32, point: Point) -> bool {
        self.polygons[zone as usize].contains(point)
    }

    #[inline]
    fn cell(&self, [x, y]: Point) -> Option<usize> {
        let column = ((x - self.bounds.min[0]) / self.cell_m).floor();
        let row = ((y - self.bounds.min[1]) / self.cell_m).floor();
        let within = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
        within.then(|| row as usize * self.columns + column as usize)
    }

    fn content(&self, cell: Option<usize>) -> &Content {
        &self.contents[cell.map_or(0, |cell| self.cells[cell] as usize)]
    }

    /// The columns and rows that a rectangle, widened by `margin`, lies in. None: it lies beside the grid.
    fn covered(&self, of: &Bounds, margin: f64) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
        let range = |axis: usize, count: usize| {
            let low = ((of.min[axis] - margin - self.bounds.min[axis]) / self.cell_m).floor().max(0.0);
            let high = ((of.max[axis] + margin - self.bounds.min[axis]) / self.cell_m).floor().min(count as f64 - 1.0);
            (low <= high).then(|| low as usize..high as usize + 1)
        };
        Some((range(0, self.columns)?, range(1, self.rows)?))
    }

    /// Fills the grid. A cell counts as having an edge a little too soon, so that rounding cannot hide one.
    fn prepare(&mut self) {
        let margin = self.cell_m * 1e-6;
        let mut filled: Vec<Content> = vec![Content::default(); self.columns * self.rows];
        for (zone, polygon) in (0u32..).zip(&self.polygons) {
            for edge in polygon.edges() {
                let Some((columns, rows)) = self.covered(&edge.bounds(), margin) else { continue };
                for row in rows {
                    for column in columns.clone() {
                        let edged = &mut filled[row * self.columns + column].edged;
                        if edged.last() != Some(&zone) && edge.meets(&self.square(column, row, margin)) {
                            edged.push(zone);
                        }
                    }
                }
            }
            let Some((columns, rows)) = self.covered(&polygon.bounds(), margin) else { continue };
            for row in rows {
                for column in columns.clone() {
                    let content = &mut filled[row * self.columns + column];
                    let Bounds { min, max } = self.square(column, row, 0.0);
                    if content.edged.last() != Some(&zone)
                        && polygon.contains([(min[0] + max[0]) / 2.0, (min[1] + max[1]) / 2.0])
                    {
                        content.whole.push(zone);
                    }
                }
            }
        }
        let mut numbers: FxHashMap<Content, u32> = FxHashMap::default();
        numbers.insert(Content::default(), 0);
        let mut contents = vec![Content::default()];
        let number = |content: Content| {
            *numbers.entry(content).or_insert_with_key(|content| {
                contents.push(content.clone());
                contents.len() as u32 - 1
            })
        };
        self.cells = filled.into_iter().map(number).collect();
        self.contents = contents;
    }

    fn square(&self, column: usize, row: usize, margin: f64) -> Bounds {
        let corner = |column: usize, row: usize, by: f64| {
            [self.bounds.min[0] + column as f64 * self.cell_m + by, self.bounds.min[1] + row as f64 * self.cell_m + by]
        };
        Bounds { min: corner(column, row, -margin), max: corner(column + 1, row + 1, margin) }
    }
}

impl Edge {
    fn bounds(&self) -> Bounds {
        Bounds::NOTHING.with(self.low).with(self.high)
    }

    /// Whether the edge has a point in a square: neither of them lies wholly beside the other.
    fn meets(&self, square: &Bounds) -> bool {
        let side = |[x, y]: Point| {
            (self.high[0] - self.low[0]) * (y - self.low[1]) - (self.high[1] - self.low[1]) * (x - self.low[0])
        };
        let Bounds { min, max } = *square;
        let corners = [min, [max[0], min[1]], max, [min[0], max[1]]].map(side);
        let one_side = corners.iter().all(|side| *side > 0.0) || corners.iter().all(|side| *side < 0.0);
        self.bounds().meets(square) && !one_side
    }
}

/// Where a walk through zones stands, and memory that is used again.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    now_us: i64,
    /// Zones the walk is in, and since when.
    open: Vec<(u32, i64)>,
    /// The cell's content that `open` is known to agree with.
    set: Option<u32>,
    kept: Vec<(u32, i64)>,
    zones: Vec<u32>,
    cuts: Vec<f64>,
    inside: Vec<(i64, i64)>,
}

impl Walk {
    fn begin(&mut self) {
        self.open.clear();
        self.set = None;
        self.now_us = i64::MIN;
    }

    /// A step within a cell without edges.
    #[inline]
    fn stay(&mut self, set: u32, whole: &[u32], found: &mut Vec<Stretch>) {
        if self.set == Some(set) {
            return;
        }
        let now_us = self.now_us;
        self.open.retain(|(zone, from_us)| {
            let stays = whole.contains(zone);
            if !stays && *from_us < now_us {
                found.push(Stretch { zone: *zone, from_us: *from_us, to_us: now_us });
            }
            stays
        });
        for zone in whole {
            if !self.open.iter().any(|(open, _)| open == zone) {
                self.open.push((*zone, now_us));
            }
        }
        self.set = Some(set);
    }

    fn close_all(&mut self, found: &mut Vec<Stretch>) {
        for (zone, from_us) in self.open.drain(..) {
            if from_us < self.now_us {
                found.push(Stretch { zone, from_us, to_us: self.now_us });
            }
        }
        self.set = None;
    }
}
