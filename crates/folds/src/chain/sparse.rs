//! *(I − Q) x = b* of a chain with many states, few of which follow any one: swept over by Gauss and Seidel's method
//! until nothing changes any more. Of an absorbing chain the sweeps converge from anywhere, since *I − Q* is an
//! M-matrix (R. S. Varga, *Matrix Iterative Analysis*, 1962, theorem 3.10).

use crate::error::Error;

/// Sweeps after which a chain is given up: of paths with a thousand states each, some ten thousand do.
const SWEEPS_MAX: usize = 100_000;

/// Largest change of a sweep, relative to the largest value, that is none.
const STILL: f64 = 1e-14;

/// *Q* twice: by the state that is left, and by the state that is come to.
#[derive(Debug, Clone)]
pub(super) struct Sweeps {
    leaving: Rows,
    coming: Rows,
}

/// A matrix by rows, without its zeros.
#[derive(Debug, Clone)]
struct Rows {
    /// By row: where its entries begin; one more at the end.
    begins: Vec<usize>,
    entries: Vec<(u32, f64)>,
}

impl Sweeps {
    /// From state, to state and the share of paths that go so; pairs may repeat.
    pub(super) fn new(states: usize, moves: impl Iterator<Item = (usize, usize, f64)>) -> Sweeps {
        let moves: Vec<(usize, usize, f64)> = moves.collect();
        let leaving = Rows::new(states, moves.iter().copied());
        let coming = Rows::new(states, moves.iter().map(|(from, to, share)| (*to, *from, *share)));
        Sweeps { leaving, coming }
    }

    /// x of (I − Q) x = b.
    pub(super) fn solve(&self, b: &[f64]) -> Result<Vec<f64>, Error> {
        self.leaving.sweep(b, vec![0.0; b.len()], &vec![false; b.len()])
    }

    /// x of x (I − Q) = b.
    pub(super) fn solve_left(&self, b: &[f64]) -> Result<Vec<f64>, Error> {
        self.coming.sweep(b, vec![0.0; b.len()], &vec![false; b.len()])
    }

    /// As [`Sweeps::solve`], of the chain whose paths end, worth nothing, where they come to one of `states`. `whole` is
    /// what it comes to with them.
    pub(super) fn solve_without(&self, b: &[f64], states: &[usize], whole: &[f64]) -> Result<Vec<f64>, Error> {
        let (mut fixed, mut x) = (vec![false; b.len()], whole.to_vec());
        for state in states {
            (fixed[*state], x[*state]) = (true, 0.0);
        }
        self.leaving.sweep(b, x, &fixed)
    }
}

impl Rows {
    fn new(rows: usize, moves: impl Iterator<Item = (usize, usize, f64)> + Clone) -> Rows {
        let mut begins = vec![0; rows + 1];
        moves.clone().for_each(|(row, ..)| begins[row + 1] += 1);
        (0..rows).for_each(|row| begins[row + 1] += begins[row]);
        let mut next = begins.clone();
        let mut entries = vec![(0, 0.0); begins[rows]];
        for (row, column, share) in moves {
            entries[next[row]] = (column as u32, share);
            next[row] += 1;
        }
        Rows { begins, entries }
    }

    /// x of x = b + R x, where it is not fixed.
    fn sweep(&self, b: &[f64], mut x: Vec<f64>, fixed: &[bool]) -> Result<Vec<f64>, Error> {
        for _ in 0..SWEEPS_MAX {
            let (mut change, mut largest) = (0.0_f64, 0.0_f64);
            for row in (0..b.len()).rev().filter(|row| !fixed[*row]) {
                let (mut own, mut others) = (0.0, b[row]);
                for (column, share) in &self.entries[self.begins[row]..self.begins[row + 1]] {
                    match *column as usize == row {
                        true => own += share,
                        false => others += share * x[*column as usize],
                    }
                }
                let new = others / (1.0 - own);
                change = change.max((new - x[row]).abs());
                largest = largest.max(new.abs());
                x[row] = new;
            }
            if change <= STILL * largest {
                return Ok(x);
            }
            if !largest.is_finite() {
                break;
            }
        }
        Err(Error::config("chain", "its paths do not end; count the ends of the paths, too"))
    }
}
