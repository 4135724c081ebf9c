//! One area of the plan, prepared for walks across it: an outer ring and holes, by the even-odd rule.
//!
//! A point on an edge belongs to the area on that edge's right or upper side, so areas that share an edge share no point
//! and leave none between them. Intersections are computed from an edge's lower end whichever way round the ring goes, so
//! that both neighbours of an edge see it crossed at the same moment.
//!
//! ```
//! use folds::floor::Polygon;
//!
//! let shelf = Polygon::new(vec![
//!     vec![[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]],
//!     vec![[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0]], // a pillar
//! ])?;
//! assert_eq!(shelf.area(), 11.0);
//! assert!(shelf.contains([3.0, 1.5]) && !shelf.contains([1.5, 1.5]));
//! assert_eq!(shelf.distance([6.0, 1.0]), 2.0);
//! # Ok::<(), folds::Error>(())
//! ```

use model::place::shape::{Bounds, distance_m, open, signed_area};

use super::{Point, Step};
use crate::error::Error;
use crate::limits::FLOOR_CORNERS_MAX;

/// An area with a prepared list of edges.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    rings: Vec<Vec<Point>>,
    edges: Vec<Edge>,
    bounds: Bounds,
}

/// A side of a ring, its lower end first (of two as low, the left one).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub(super) low: Point,
    pub(super) high: Point,
}

impl Polygon {
    /// From rings of corners, the outer one first; whether a ring repeats its first corner at the end, and which way
    /// round it goes, does not matter.
    ///
    /// # Errors
    /// When there is no ring, a ring has no area, a corner is not a finite number, or there are too many corners.
    pub fn new(rings: Vec<Vec<Point>>) -> Result<Polygon, Error> {
        let wrong = |what: String| Err(Error::config("area of the floor", what));
        if rings.is_empty() {
            return wrong("it has no ring".into());
        }
        let corners: usize = rings.iter().map(Vec::len).sum();
        if corners > FLOOR_CORNERS_MAX {
            return wrong(format!("{corners} corners, at most {FLOOR_CORNERS_MAX} are taken"));
        }
        let mut corners = Vec::with_capacity(rings.len());
        for (number, mut ring) in rings.into_iter().enumerate() {
            ring.dedup();
            ring.truncate(open(&ring).len());
            if let Some(corner) = ring.iter().position(|[x, y]| !(x.is_finite() && y.is_finite())) {
                return wrong(format!("corner {} of ring {} is not a finite number", corner + 1, number + 1));
            }
            if signed_area(&ring) == 0.0 {
                return wrong(format!("ring {} has no area", number + 1));
            }
            corners.push(ring);
        }
        let sides = corners.iter().flat_map(|ring| (0..ring.len()).map(|n| (ring[n], ring[(n + 1) % ring.len()])));
        let edges = sides.map(|(a, b)| Edge::new(a, b)).collect();
        let bounds = corners.iter().flatten().copied().fold(Bounds::NOTHING, Bounds::with);
        Ok(Polygon { rings: corners, edges, bounds })
    }

    /// The rings, each without its first corner repeated.
    pub fn rings(&self) -> &[Vec<Point>] {
        &self.rings
    }

    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    pub(super) fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Square metres: the outer ring less the holes.
    pub fn area(&self) -> f64 {
        let areas = self.rings.iter().map(|ring| signed_area(ring).abs());
        areas.enumerate().fold(0.0, |sum, (number, area)| if number == 0 { area } else { sum - area })
    }

    /// Whether a point lies in the area.
    #[inline]
    pub fn contains(&self, [x, y]: Point) -> bool {
        let left_of = |edge: &&Edge| {
            let Edge { low, high } = edge;
            low[1] <= y && y < high[1] && x < low[0] + (y - low[1]) * (high[0] - low[0]) / (high[1] - low[1])
        };
        self.edges.iter().filter(left_of).count() % 2 == 1
    }

    /// Metres to the area; 0 within it.
    pub fn distance(&self, point: Point) -> f64 {
        if self.contains(point) {
            return 0.0;
        }
        self.edges.iter().map(|edge| distance_m(point, edge.low, edge.high)).fold(f64::INFINITY, f64::min)
    }

    /// Pushes the shares of a step at which an edge is crossed, in no order; one may come twice.
    pub(super) fn cuts(&self, step: &Step, cuts: &mut Vec<f64>) {
        cuts.extend(self.edges.iter().filter_map(|edge| edge.cut(step)));
    }

    /// From which share of a step on, having been within `margin_m` of the area at `since`, a person no longer is. None:
    /// still is at its end.
    ///
    /// The area with its margin is the area and a capsule around every edge, each of which a straight walk is in for one
    /// stretch: `since` is carried on from stretch to stretch.
    pub(super) fn leaves(&self, step: &Step, since: f64, margin_m: f64, cuts: &mut Vec<f64>) -> Option<f64> {
        cuts.clear();
        self.cuts(step, cuts);
        cuts.push(since);
        cuts.push(1.0);
        cuts.retain(|share| *share >= since);
        cuts.sort_unstable_by(f64::total_cmp);
        let mut until = since;
        loop {
            let before = until;
            for pair in cuts.windows(2) {
                if pair[0] <= until && pair[1] > until && self.contains(step.place((pair[0] + pair[1]) / 2.0)) {
                    until = pair[1];
                }
            }
            for edge in &self.edges {
                if let Some((from, to)) = edge.near(step, margin_m)
                    && from <= until + ROUNDING
                    && to > until
                {
                    until = to;
                }
            }
            if until >= 1.0 {
                return None;
            }
            if until <= before {
                return Some(until);
            }
        }
    }
}

/// By how much shares of a step that are one in theory may differ.
const ROUNDING: f64 = 1e-12;

impl Edge {
    fn new(a: Point, b: Point) -> Edge {
        let [low, high] = if (a[1], a[0]) <= (b[1], b[0]) { [a, b] } else { [b, a] };
        Edge { low, high }
    }

    /// The share of a step at which it crosses this edge. An end that lies on the other line counts as being on one and
    /// the same side of it, so a corner is crossed once or twice, and never missed.
    #[inline]
    pub(super) fn cut(&self, step: &Step) -> Option<f64> {
        let along = minus(self.high, self.low);
        let (before, after) = (cross(along, minus(step.from, self.low)), cross(along, minus(step.to, self.low)));
        if (before >= 0.0) == (after >= 0.0) {
            return None;
        }
        let walk = step.vector();
        let (low, high) = (cross(walk, minus(self.low, step.from)), cross(walk, minus(self.high, step.from)));
        ((low >= 0.0) != (high >= 0.0)).then(|| before / (before - after))
    }

    /// The shares of a step between which it is within `margin` of this edge.
    fn near(&self, step: &Step, margin: f64) -> Option<(f64, f64)> {
        let mut stretch: Option<(f64, f64)> = None;
        let mut add = |found: Option<(f64, f64)>| {
            if let Some((from, to)) = found {
                let (low, high) = stretch.unwrap_or((from, to));
                stretch = Some((low.min(from), high.max(to)));
            }
        };
        add(near_point(step, self.low, margin));
        add(near_point(step, self.high, margin));
        add(self.near_side(step, margin));
        stretch
    }

    /// The shares of a step between which it is beside this edge, no further than `margin` off.
    fn near_side(&self, step: &Step, margin: f64) -> Option<(f64, f64)> {
        let along = minus(self.high, self.low);
        let length = dot(along, along).sqrt();
        let unit = [along[0] / length, along[1] / length];
        let (start, walk) = (minus(step.from, self.low), step.vector());
        let beside = between(dot(start, unit), dot(walk, unit), 0.0, length)?;
        let off = between(cross(unit, start), cross(unit, walk), -margin, margin)?;
        let (from, to) = (beside.0.max(off.0), beside.1.min(off.1));
        (from <= to).then_some((from, to))
    }
}

/// The shares of a step between which it is within `margin` of a point.
fn near_point(step: &Step, point: Point, margin: f64) -> Option<(f64, f64)> {
    let (start, walk) = (minus(step.from, point), step.vector());
    let (a, b, c) = (dot(walk, walk), dot(start, walk), dot(start, start) - margin * margin);
    if a == 0.0 {
        return (c <= 0.0).then_some((0.0, 1.0));
    }
    let root = b * b - a * c;
    if root < 0.0 {
        return None;
    }
    let (from, to) = (((-b - root.sqrt()) / a).max(0.0), ((-b + root.sqrt()) / a).min(1.0));
    (from <= to).then_some((from, to))
}

/// The shares between which `start + share · rate` is from `low` to `high`.
fn between(start: f64, rate: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    if rate == 0.0 {
        return (low <= start && start <= high).then_some((0.0, 1.0));
    }
    let (a, b) = ((low - start) / rate, (high - start) / rate);
    let (from, to) = (a.min(b).max(0.0), a.max(b).min(1.0));
    (from <= to).then_some((from, to))
}

fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

fn cross(a: Point, b: Point) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}
