//! Where one can walk on a floor, and how far it is from everywhere to a spot.

use std::collections::VecDeque;

use crate::dice::Dice;

/// Side of a cell, metres.
const CELL_M: f64 = 0.5;

/// Nowhere near.
const FAR: f32 = 1e6;

/// The floor less its gondolas, as cells.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    columns: usize,
    rows: usize,
    open: Vec<bool>,
}

/// How toilsome each cell is to somebody; 1 is plain.
#[derive(Debug, Clone)]
pub(crate) struct Taste(Vec<f32>);

/// The effort from every cell to a spot.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    effort: Vec<f32>,
}

impl Grid {
    /// A cell is open if its middle is in none of the blocks, `[left, below, right, above]`.
    pub(crate) fn new([width, depth]: [f64; 2], blocks: &[[f64; 4]]) -> Grid {
        let (columns, rows) = ((width / CELL_M) as usize, (depth / CELL_M) as usize);
        let open = (0..columns * rows)
            .map(|cell| {
                let (x, y) = (((cell % columns) as f64 + 0.5) * CELL_M, ((cell / columns) as f64 + 0.5) * CELL_M);
                !blocks.iter().any(|[left, below, right, above]| x > *left && x < *right && y > *below && y < *above)
            })
            .collect();
        Grid { columns, rows, open }
    }

    pub(crate) fn is_open(&self, [x, y]: [f64; 2]) -> bool {
        self.cell([x, y]).is_some_and(|cell| self.open[cell])
    }

    /// No way is more toilsome than another.
    pub(crate) fn plain(&self) -> Taste {
        Taste(vec![1.0; self.open.len()])
    }

    /// The way from a point down a field: the middles of its cells, until no neighbour is nearer. Empty from within a wall.
    pub(crate) fn way(&self, field: &Field, from: [f64; 2]) -> Vec<[f64; 2]> {
        let mut way = Vec::new();
        let mut cell = self.cell(from);
        while let Some(here) = cell {
            let (column, row) = ((here % self.columns) as i64, (here / self.columns) as i64);
            way.push([(column as f64 + 0.5) * CELL_M, (row as f64 + 0.5) * CELL_M]);
            let nearer = self.neighbours(column, row).map(|(next, _)| next);
            cell = nearer
                .filter(|next| field.effort[*next] < field.effort[here])
                .min_by(|a, b| field.effort[*a].total_cmp(&field.effort[*b]));
        }
        way
    }

    /// The cells one can step to from a cell, and whether that is across a corner.
    fn neighbours(&self, column: i64, row: i64) -> impl Iterator<Item = (usize, bool)> + '_ {
        let ways = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)];
        ways.into_iter().filter_map(move |(right, up)| {
            let next = self.open_at(column + right, row + up)?;
            let corner = right != 0 && up != 0;
            let blocked = || self.open_at(column + right, row).is_none() || self.open_at(column, row + up).is_none();
            (!(corner && blocked())).then_some((next, corner))
        })
    }

    /// Toil that varies smoothly over the floor.
    pub(crate) fn taste(&self, dice: &mut Dice, strength: f64) -> Taste {
        let waves: Vec<[f64; 4]> = (0..5)
            .map(|_| {
                let [across, up] = [dice.between(-0.6, 0.6), dice.between(-0.6, 0.6)];
                [across, up, dice.between(0.0, std::f64::consts::TAU), dice.between(0.3, 1.0)]
            })
            .collect();
        let toil = (0..self.open.len()).map(|cell| {
            let (x, y) = ((cell % self.columns) as f64 * CELL_M, (cell / self.columns) as f64 * CELL_M);
            let sum: f64 =
                waves.iter().map(|[across, up, shift, high]| high * (across * x + up * y + shift).sin()).sum();
            (strength * sum * 0.5).exp() as f32
        });
        Taste(toil.collect())
    }

    /// Effort to a spot: cells are taken again whenever they are reached with less, until none is.
    pub(crate) fn field(&self, spot: [f64; 2], taste: &Taste) -> Field {
        let mut effort = vec![FAR; self.open.len()];
        let mut waiting = VecDeque::new();
        let mut queued = vec![false; self.open.len()];
        if let Some(cell) = self.cell(spot) {
            effort[cell] = 0.0;
            waiting.push_back(cell);
        }
        while let Some(cell) = waiting.pop_front() {
            queued[cell] = false;
            let (column, row) = ((cell % self.columns) as i64, (cell / self.columns) as i64);
            for (next, corner) in self.neighbours(column, row) {
                let length = CELL_M as f32 * if corner { std::f32::consts::SQRT_2 } else { 1.0 };
                let through = effort[cell] + length * 0.5 * (taste.0[cell] + taste.0[next]);
                if through + 1e-4 < effort[next] {
                    effort[next] = through;
                    if !std::mem::replace(&mut queued[next], true) {
                        waiting.push_back(next);
                    }
                }
            }
        }
        Field { effort }
    }

    /// Effort from a point, between the middles of cells; walls count as far.
    pub(crate) fn at(&self, field: &Field, [x, y]: [f64; 2]) -> f64 {
        let (across, up) = (x / CELL_M - 0.5, y / CELL_M - 0.5);
        let (column, row) = (across.floor() as i64, up.floor() as i64);
        let (right, above) = (across - column as f64, up - row as f64);
        let (mut sum, mut weights) = (0.0, 0.0);
        for (cell_x, cell_y, weight) in [
            (column, row, (1.0 - right) * (1.0 - above)),
            (column + 1, row, right * (1.0 - above)),
            (column, row + 1, (1.0 - right) * above),
            (column + 1, row + 1, right * above),
        ] {
            if let Some(cell) = self.open_at(cell_x, cell_y) {
                (sum, weights) = (sum + weight * f64::from(field.effort[cell]), weights + weight);
            }
        }
        if weights > 0.0 { sum / weights } else { f64::from(FAR) }
    }

    fn open_at(&self, column: i64, row: i64) -> Option<usize> {
        let within = column >= 0 && row >= 0 && column < self.columns as i64 && row < self.rows as i64;
        within.then(|| row as usize * self.columns + column as usize).filter(|cell| self.open[*cell])
    }

    fn cell(&self, [x, y]: [f64; 2]) -> Option<usize> {
        self.open_at((x / CELL_M).floor() as i64, (y / CELL_M).floor() as i64)
    }
}
