//! Heat: how long people were in each cell of a grid over the plan, and how many of them.
//!
//! Each step is split where it crosses the grid's lines, so that the cells, with what lies beside the grid, add up to the
//! time of all tracks to the microsecond. What is shown ([`Heat::shown`]) leaves out the cells of fewer than *k* visitors:
//! a place that few went to can name them.
//!
//! ```
//! use folds::floor::heat::{Grid, Heat};
//! use folds::floor::{GAP_US, Track};
//!
//! let mut heat = Heat::new(Grid::new([0.0, 0.0], 1.0, 2, 1)?);
//! let walk = Track { time: &[0, 2_000_000], x: &[0.5, 1.75], y: &[0.5, 0.5] };
//! heat.add(&[walk], GAP_US);
//! assert_eq!((heat.cells[0].us, heat.cells[1].us), (800_000, 1_200_000));
//! assert_eq!(heat.shown(2), [None, None]);
//! # Ok::<(), folds::Error>(())
//! ```

use serde::{Deserialize, Serialize};

use super::{Point, Step, Track};
use crate::error::Error;
use crate::limits::FLOOR_CELLS_MAX;

/// Squares over a plan, row by row from the lower left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    origin: Point,
    cell_m: f64,
    columns: usize,
    rows: usize,
}

impl Grid {
    /// # Errors
    /// When the side of a cell is not a positive number, or there are too many cells.
    pub fn new(origin: Point, cell_m: f64, columns: usize, rows: usize) -> Result<Grid, Error> {
        if !(cell_m.is_finite() && cell_m > 0.0 && origin[0].is_finite() && origin[1].is_finite()) {
            return Err(Error::config("heat", format!("cells of {cell_m} m from {origin:?} make no grid")));
        }
        if columns.saturating_mul(rows) > FLOOR_CELLS_MAX {
            let what = format!("{columns} × {rows} cells, at most {FLOOR_CELLS_MAX} are kept; take larger ones");
            return Err(Error::config("heat", what));
        }
        Ok(Grid { origin, cell_m, columns, rows })
    }

    pub fn cell_m(&self) -> f64 {
        self.cell_m
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The lower left corner of a cell.
    pub fn corner(&self, cell: usize) -> Point {
        let place = |number: usize, axis: usize| self.origin[axis] + number as f64 * self.cell_m;
        [place(cell % self.columns, 0), place(cell / self.columns, 1)]
    }

    #[inline]
    fn place(&self, point: Point, axis: usize) -> f64 {
        (point[axis] - self.origin[axis]) / self.cell_m
    }

    #[inline]
    fn cell(&self, point: Point) -> Option<usize> {
        let (column, row) = (self.place(point, 0).floor(), self.place(point, 1).floor());
        let within = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
        within.then(|| row as usize * self.columns + column as usize)
    }

    /// Pushes the shares of a step at which it crosses lines of the grid, in order.
    fn cuts(&self, step: &Step, cuts: &mut Vec<f64>) {
        cuts.clear();
        for (axis, lines) in [(0, self.columns), (1, self.rows)] {
            let (from, to) = (self.place(step.from, axis), self.place(step.to, axis));
            let first = from.min(to).ceil().max(0.0);
            let last = from.max(to).floor().min(lines as f64);
            if from != to && first <= last {
                cuts.extend((first as usize..=last as usize).map(|line| (line as f64 - from) / (to - from)));
            }
        }
        cuts.sort_unstable_by(f64::total_cmp);
    }
}

/// One cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Time spent in it by all.
    pub us: i64,
    pub visitors: u32,
}

/// Heat, over visitors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heat {
    pub grid: Grid,
    pub cells: Vec<Cell>,
    /// Time beside the grid.
    pub beside_us: i64,
    pub visitors: u64,
    #[serde(skip)]
    scratch: Scratch,
}

/// Memory that is used again; no part of the result.
#[derive(Debug, Clone, Default)]
struct Scratch {
    /// By cell, the last visitor counted there: their number in this part.
    last: Vec<u64>,
    cuts: Vec<f64>,
}

impl PartialEq for Scratch {
    fn eq(&self, _: &Scratch) -> bool {
        true
    }
}

impl Heat {
    pub fn new(grid: Grid) -> Heat {
        let cells = vec![Cell::default(); grid.columns * grid.rows];
        Heat { grid, cells, beside_us: 0, visitors: 0, scratch: Scratch::default() }
    }

    /// Adds all tracks of one visitor.
    pub fn add(&mut self, tracks: &[Track<'_>], gap_us: i64) {
        self.visitors += 1;
        let mut cuts = std::mem::take(&mut self.scratch.cuts);
        self.scratch.last.resize(self.cells.len(), 0);
        for step in tracks.iter().flat_map(|track| track.steps(gap_us)) {
            let (from, to) = (self.grid.cell(step.from), self.grid.cell(step.to));
            if from.is_some() && from == to {
                self.spend(from, step.to_us - step.from_us);
                continue;
            }
            self.grid.cuts(&step, &mut cuts);
            cuts.push(1.0);
            let (mut share, mut now_us) = (0.0, step.from_us);
            for cut in &cuts {
                let until_us = step.moment(*cut);
                if until_us > now_us {
                    self.spend(self.grid.cell(step.place((share + cut) / 2.0)), until_us - now_us);
                    now_us = until_us;
                }
                share = *cut;
            }
        }
        self.scratch.cuts = cuts;
    }

    #[inline]
    fn spend(&mut self, cell: Option<usize>, us: i64) {
        let Some(at) = cell else {
            self.beside_us += us;
            return;
        };
        let cell = &mut self.cells[at];
        cell.us += us;
        if self.scratch.last[at] != self.visitors {
            self.scratch.last[at] = self.visitors;
            cell.visitors += 1;
        }
    }

    /// Adds other visitors on the same grid. Exact in any order.
    pub fn merge(&mut self, other: &Heat) {
        for (into, from) in self.cells.iter_mut().zip(&other.cells) {
            into.us += from.us;
            into.visitors += from.visitors;
        }
        self.beside_us += other.beside_us;
        self.visitors += other.visitors;
        self.scratch.last.clear();
    }

    /// The time of all tracks.
    pub fn total_us(&self) -> i64 {
        self.cells.iter().map(|cell| cell.us).sum::<i64>() + self.beside_us
    }

    /// The cells that `k` or more visitors were in.
    pub fn shown(&self, k: u32) -> Vec<Option<Cell>> {
        self.cells.iter().map(|cell| (cell.visitors >= k.max(1)).then_some(*cell)).collect()
    }
}
