//! Where one can walk, as a grid: what is nearest to a point off it, and the shortest way between two points.
//!
//! A cell is walkable if its middle lies in the walkable area. Ways go from middle to middle to the 16 cells a king and a
//! knight reach, and not past the corner of a cell that is not walkable; such a way is at most 2.8 % longer than one in all
//! directions. Ways in sight of each other are therefore measured straight: a way's length is that of its corners after
//! every one that is not needed to keep to walkable cells has been cut.
//!
//! ```
//! use folds::floor::Polygon;
//! use folds::floor::walkable::Walkable;
//!
//! // A room of 6 m × 4 m with a wall from below.
//! let wall = vec![[2.8, 0.0], [3.2, 0.0], [3.2, 3.0], [2.8, 3.0]];
//! let room = Polygon::new(vec![vec![[0.0, 0.0], [6.0, 0.0], [6.0, 4.0], [0.0, 4.0]], wall])?;
//! let walkable = Walkable::new(&room, 0.2)?;
//! let [x, y] = walkable.nearest([3.05, 2.1], 2.0).unwrap();
//! assert!((x - 3.3).abs() < 1e-9 && (y - 2.1).abs() < 1e-9);
//! let around = walkable.ways([1.0, 1.0]).to([5.0, 1.0]).unwrap();
//! assert!(around > 5.8 && around < 6.1, "{around}");
//! # Ok::<(), folds::Error>(())
//! ```

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use model::place::shape::Bounds;

use super::polygon::Polygon;
use super::{Point, distance};
use crate::error::Error;
use crate::limits::FLOOR_CELLS_MAX;

/// The grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Walkable {
    origin: Point,
    cell_m: f64,
    columns: usize,
    rows: usize,
    free: Vec<bool>,
}

/// Shortest ways from one place to all others.
#[derive(Debug, Clone)]
pub struct Ways<'a> {
    walkable: &'a Walkable,
    from: Point,
    /// By cell, the cell before it on the way; itself at the start, none where no way leads.
    before: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

/// How near to a corner a line passes it on both sides, in cells.
const CORNER: f64 = 1e-9;

/// Moves of a king, then of a knight.
const MOVES: [(i64, i64); 16] = [
    (1, 0),
    (-1, 0),
    (0, 1),
    (0, -1),
    (1, 1),
    (1, -1),
    (-1, 1),
    (-1, -1),
    (2, 1),
    (2, -1),
    (-2, 1),
    (-2, -1),
    (1, 2),
    (1, -2),
    (-1, 2),
    (-1, -2),
];

impl Walkable {
    /// # Errors
    /// When the side of a cell is not positive, or there would be too many cells.
    pub fn new(area: &Polygon, cell_m: f64) -> Result<Walkable, Error> {
        let Bounds { min, max } = area.bounds();
        let cells = |low: f64, high: f64| ((high - low) / cell_m).ceil().max(1.0);
        let (columns, rows) = (cells(min[0], max[0]), cells(min[1], max[1]));
        if !(cell_m > 0.0 && columns * rows <= FLOOR_CELLS_MAX as f64) {
            let what = format!("cells of {cell_m} m make a grid of more than {FLOOR_CELLS_MAX}; take larger ones");
            return Err(Error::config("walkable area", what));
        }
        let (columns, rows) = (columns as usize, rows as usize);
        let mut walkable = Walkable { origin: min, cell_m, columns, rows, free: Vec::new() };
        walkable.free = (0..columns * rows).map(|cell| area.contains(walkable.middle(cell))).collect();
        Ok(walkable)
    }

    /// Whether a point is in a walkable cell.
    pub fn contains(&self, point: Point) -> bool {
        self.cell(point).is_some_and(|cell| self.free[cell])
    }

    /// Square metres of walkable cells.
    pub fn area(&self) -> f64 {
        self.free.iter().filter(|free| **free).count() as f64 * self.cell_m * self.cell_m
    }

    /// The middle of the nearest walkable cell, of several the lowest, then the leftmost. None: there is none within `most_m`.
    pub fn nearest(&self, point: Point, most_m: f64) -> Option<Point> {
        if self.contains(point) {
            return self.cell(point).map(|cell| self.middle(cell));
        }
        let place = |axis: usize| (point[axis] - self.origin[axis]) / self.cell_m;
        let reach = most_m / self.cell_m;
        let range = |axis: usize, count: usize| {
            let low = (place(axis) - reach - 1.0).max(0.0) as usize;
            let high = (place(axis) + reach + 1.0).max(0.0) as usize;
            low..high.min(count)
        };
        let mut best: Option<(f64, Point)> = None;
        for row in range(1, self.rows) {
            for column in range(0, self.columns) {
                let cell = row * self.columns + column;
                let off = distance(point, self.middle(cell));
                if self.free[cell] && off <= most_m && best.is_none_or(|(nearest, _)| off < nearest) {
                    best = Some((off, self.middle(cell)));
                }
            }
        }
        best.map(|(_, at)| at)
    }

    /// Shortest ways from a point, or from the walkable cell nearest to it.
    pub fn ways(&self, from: Point) -> Ways<'_> {
        let (before, _) = self.search(from);
        Ways { walkable: self, from, before }
    }

    /// Metres from a point to the middle of every cell, by moves from cell to cell; infinite where no way leads.
    pub fn lengths(&self, from: Point) -> Vec<f64> {
        self.search(from).1
    }

    /// The cell a point is in, or the nearest walkable one. None: there is none at all.
    pub fn cell_of(&self, point: Point) -> Option<usize> {
        self.reach(point)
    }

    /// The walkable cells whose middles lie in an area.
    pub fn cells_in(&self, area: &Polygon) -> Vec<usize> {
        (0..self.free.len()).filter(|cell| self.free[*cell] && area.contains(self.middle(*cell))).collect()
    }

    /// By cell, the cell before it on the way from a point, and the metres to it.
    fn search(&self, from: Point) -> (Vec<u32>, Vec<f64>) {
        let mut before = vec![NOWHERE; self.free.len()];
        let mut length = vec![f64::INFINITY; self.free.len()];
        let mut open = BinaryHeap::new();
        if let Some(start) = self.reach(from) {
            (before[start], length[start]) = (start as u32, 0.0);
            open.push((Reverse(Metres(0.0)), Reverse(start)));
        }
        while let Some((Reverse(Metres(so_far)), Reverse(cell))) = open.pop() {
            if so_far > length[cell] {
                continue;
            }
            for (move_x, move_y) in MOVES {
                let Some(next) = self.moved(cell, move_x, move_y) else { continue };
                let through = so_far + self.cell_m * (move_x as f64).hypot(move_y as f64);
                if through < length[next] {
                    (length[next], before[next]) = (through, cell as u32);
                    open.push((Reverse(Metres(through)), Reverse(next)));
                }
            }
        }
        (before, length)
    }

    /// Whether one can walk straight from a to b: no cell on the line is not walkable.
    pub fn sees(&self, a: Point, b: Point) -> bool {
        let at = |point: Point| [0, 1].map(|axis| (point[axis] - self.origin[axis]) / self.cell_m);
        let (a, b) = (at(a), at(b));
        let ([from_x, from_y], [to_x, to_y]) = if a[0] <= b[0] { (a, b) } else { (b, a) };
        let slope = (to_y - from_y) / (to_x - from_x);
        let free = |column: f64, row: f64| {
            let within = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
            within && self.free[row as usize * self.columns + column as usize]
        };
        (from_x.floor() as i64..=to_x.floor() as i64).map(|column| column as f64).all(|column| {
            // Where the line enters and leaves the column. Through a corner it passes the cells on both sides of it.
            let (enters, leaves) = (column > from_x, column + 1.0 < to_x);
            let enter_y = if enters { from_y + slope * (column - from_x) } else { from_y };
            let leave_y = if leaves { from_y + slope * (column + 1.0 - from_x) } else { to_y };
            let (low, low_between) = if enter_y <= leave_y { (enter_y, enters) } else { (leave_y, leaves) };
            let (high, high_between) = if enter_y <= leave_y { (leave_y, leaves) } else { (enter_y, enters) };
            let first = (low - if low_between { CORNER } else { 0.0 }).floor() as i64;
            let last = (high + if high_between { CORNER } else { 0.0 }).floor() as i64;
            (first..=last).all(|row| free(column, row as f64))
        })
    }

    /// The cell a move leads to, if it and the cells it passes are walkable.
    fn moved(&self, cell: usize, move_x: i64, move_y: i64) -> Option<usize> {
        let free = |move_x: i64, move_y: i64| {
            let column = (cell % self.columns) as i64 + move_x;
            let row = (cell / self.columns) as i64 + move_y;
            let within = column >= 0 && row >= 0 && column < self.columns as i64 && row < self.rows as i64;
            within.then(|| row as usize * self.columns + column as usize).filter(|cell| self.free[*cell])
        };
        let (half_x, half_y) = (move_x / 2, move_y / 2);
        let passed = match (half_x, half_y) {
            (0, 0) => free(move_x, 0).is_some() && free(0, move_y).is_some(),
            // A knight's line runs through the two cells beside its middle.
            (_, 0) => free(half_x, 0).is_some() && free(half_x, move_y).is_some(),
            _ => free(0, half_y).is_some() && free(move_x, half_y).is_some(),
        };
        free(move_x, move_y).filter(|_| passed)
    }

    fn cell(&self, point: Point) -> Option<usize> {
        let [column, row] = [0, 1].map(|axis| ((point[axis] - self.origin[axis]) / self.cell_m).floor());
        let within = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
        within.then(|| row as usize * self.columns + column as usize)
    }

    /// The walkable cell of a point, or the nearest one anywhere.
    fn reach(&self, point: Point) -> Option<usize> {
        let widest = self.cell_m * (self.columns + self.rows) as f64 + distance(point, self.origin);
        self.nearest(point, widest).and_then(|at| self.cell(at))
    }

    pub fn middle(&self, cell: usize) -> Point {
        let place = |number: usize, axis: usize| self.origin[axis] + (number as f64 + 0.5) * self.cell_m;
        [place(cell % self.columns, 0), place(cell / self.columns, 1)]
    }
}

impl Ways<'_> {
    /// Metres to a point (or the walkable cell nearest to it). None: no way leads there.
    pub fn to(&self, to: Point) -> Option<f64> {
        let way = self.way(to)?;
        Some(way.windows(2).map(|pair| distance(pair[0], pair[1])).sum())
    }

    /// The corners of the way to a point, both ends with them.
    pub fn way(&self, to: Point) -> Option<Vec<Point>> {
        let walkable = self.walkable;
        let mut cell = walkable.reach(to)?;
        let mut points = vec![to];
        while self.before[cell] != NOWHERE {
            if self.before[cell] as usize == cell {
                points.push(self.from);
                return Some(cut_corners(walkable, &points));
            }
            points.push(walkable.middle(cell));
            cell = self.before[cell] as usize;
        }
        None
    }
}

/// A way without the corners that are not needed, the other way round.
fn cut_corners(walkable: &Walkable, points: &[Point]) -> Vec<Point> {
    let mut kept = vec![points[points.len() - 1]];
    let mut at = points.len() - 1;
    while at > 0 {
        let seen = |next: &usize| walkable.sees(points[at], points[*next]);
        let next = (0..at).find(seen).unwrap_or(at - 1);
        kept.push(points[next]);
        at = next;
    }
    kept
}

/// Metres, ordered.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Metres(f64);

impl Eq for Metres {}

impl PartialOrd for Metres {
    fn partial_cmp(&self, other: &Metres) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Metres {
    fn cmp(&self, other: &Metres) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
