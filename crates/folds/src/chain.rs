//! Absorbing Markov chains in closed form.
//!
//! A chain that was counted from paths which all end somewhere is absorbing: from every state a way leads out. So
//! *I − Q* has an inverse *N*, the expected visits, and all that is asked of such a chain (how often a state is
//! visited, whether one is ever reached, what is lost when one is taken away) is a solution of linear equations, with
//! no simulation and no limit of steps (J. G. Kemeny, J. L. Snell, *Finite Markov Chains*, 1960, ch. 3).
//!
//! ```
//! use folds::chain::Chain;
//!
//! // Half of all paths begin in 0, half in 1; from 0 one of two goes on to 1, the rest ends; 1 ends always.
//! let chain = Chain::new(&[1, 1], &[(0, 1, 1)], &[1, 2])?;
//! assert_eq!(chain.visits(), [0.5, 0.75]);
//! assert_eq!(chain.reach(1), [0.5, 1.0]);
//! # Ok::<(), folds::Error>(())
//! ```

use crate::error::Error;
use crate::limits::CHAIN_STATES_MAX;

/// A chain, ready to be asked.
#[derive(Debug, Clone)]
pub struct Chain {
    /// By state, the share of paths that begin there.
    start: Vec<f64>,
    /// *I − Q*, factored.
    system: Lu,
}

impl Chain {
    /// The chain of counted paths: how many begin in each state, how often one state follows another (pairs may
    /// repeat), and how often a path ends after each state.
    ///
    /// # Errors
    /// `Config` for more than [`CHAIN_STATES_MAX`] states, or when from some state no path ends.
    pub fn new(start: &[u64], moves: &[(usize, usize, u64)], ends: &[u64]) -> Result<Chain, Error> {
        let states = start.len();
        if states > CHAIN_STATES_MAX {
            return Err(Error::config("chain", format!("at most {CHAIN_STATES_MAX} states are solved, not {states}")));
        }
        let mut leaving = ends.to_vec();
        moves.iter().for_each(|(from, _, count)| leaving[*from] += count);
        let mut matrix = vec![0.0; states * states];
        for state in 0..states {
            matrix[state * states + state] = 1.0;
        }
        for (from, to, count) in moves {
            if leaving[*from] > 0 {
                matrix[from * states + to] -= *count as f64 / leaving[*from] as f64;
            }
        }
        let begun = start.iter().sum::<u64>().max(1) as f64;
        let start = start.iter().map(|count| *count as f64 / begun).collect();
        let system = Lu::new(matrix, states)
            .ok_or_else(|| Error::config("chain", "from some states no path ends; count the ends of the paths, too"))?;
        Ok(Chain { start, system })
    }

    pub fn states(&self) -> usize {
        self.start.len()
    }

    /// By state, how often a path visits it on average.
    pub fn visits(&self) -> Vec<f64> {
        self.system.solve_left(&self.start)
    }

    /// By state, the value of what a path meets from there on, where leaving state i for good is worth `exits[i]` on
    /// average: with the share of exits to a goal, the probability to end there; with ones, the events still to come,
    /// the state's own among them.
    pub fn worth(&self, exits: &[f64]) -> Vec<f64> {
        self.system.solve(exits)
    }

    /// By state, the probability that a path which is there ever comes to `target`; 1 for the target itself.
    pub fn reach(&self, target: usize) -> Vec<f64> {
        let mut unit = vec![0.0; self.states()];
        unit[target] = 1.0;
        let mut visits = self.system.solve(&unit);
        let at_target = visits[target];
        visits.iter_mut().for_each(|visits| *visits /= at_target);
        visits
    }

    /// The worth of a path from its start.
    pub fn worth_of_start(&self, worth: &[f64]) -> f64 {
        self.start.iter().zip(worth).map(|(start, worth)| start * worth).sum()
    }

    /// What of a path's worth passes through any of these states, which is what is lost when paths end where they
    /// come to one. `visits` and `worth` are [`Chain::visits`] and [`Chain::worth`]. None: the states cannot be told apart.
    pub fn lost_without(&self, states: &[usize], visits: &[f64], worth: &[f64]) -> Option<f64> {
        // First[a], the probability that a is the first of these states a path comes to: visits of b are first visits
        // of a, times visits of b from a, over all a.
        let (all, few) = (self.states(), states.len());
        let mut among = vec![0.0; few * few];
        for (column, to) in states.iter().enumerate() {
            let mut unit = vec![0.0; all];
            unit[*to] = 1.0;
            let from_all = self.system.solve(&unit);
            for (row, from) in states.iter().enumerate() {
                among[row * few + column] = from_all[*from];
            }
        }
        let here: Vec<f64> = states.iter().map(|state| visits[*state]).collect();
        let first = Lu::new(among, few)?.solve_left(&here);
        Some(first.iter().zip(states).map(|(first, state)| first * worth[*state]).sum())
    }
}

/// A square matrix as lower and upper factor, rows exchanged for the largest pivot.
#[derive(Debug, Clone)]
struct Lu {
    size: usize,
    /// Row by row: the upper factor, and below its diagonal the lower one without its ones.
    factors: Vec<f64>,
    /// By row of the factors: the row of the matrix it was.
    rows: Vec<usize>,
}

impl Lu {
    /// None if the matrix has no inverse.
    fn new(mut factors: Vec<f64>, size: usize) -> Option<Lu> {
        let mut rows: Vec<usize> = (0..size).collect();
        for column in 0..size {
            let pivot = (column..size)
                .max_by(|a, b| factors[a * size + column].abs().total_cmp(&factors[b * size + column].abs()))?;
            if factors[pivot * size + column] == 0.0 {
                return None;
            }
            if pivot != column {
                rows.swap(pivot, column);
                let (above, below) = factors.split_at_mut(pivot * size);
                above[column * size..(column + 1) * size].swap_with_slice(&mut below[..size]);
            }
            let (above, below) = factors.split_at_mut((column + 1) * size);
            let top = &above[column * size..];
            for row in below.chunks_exact_mut(size) {
                let factor = row[column] / top[column];
                row[column] = factor;
                if factor != 0.0 {
                    row[column + 1..].iter_mut().zip(&top[column + 1..]).for_each(|(a, b)| *a -= factor * b);
                }
            }
        }
        Some(Lu { size, factors, rows })
    }

    /// x of A x = b.
    fn solve(&self, b: &[f64]) -> Vec<f64> {
        let row = |i: usize| &self.factors[i * self.size..(i + 1) * self.size];
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut x: Vec<f64> = self.rows.iter().map(|row| b[*row]).collect();
        for i in 0..self.size {
            x[i] -= dot(&row(i)[..i], &x[..i]);
        }
        for i in (0..self.size).rev() {
            x[i] = (x[i] - dot(&row(i)[i + 1..], &x[i + 1..])) / row(i)[i];
        }
        x
    }

    /// x of x A = b.
    fn solve_left(&self, b: &[f64]) -> Vec<f64> {
        let size = self.size;
        let mut x = b.to_vec();
        for i in 0..size {
            x[i] /= self.factors[i * size + i];
            for j in i + 1..size {
                x[j] -= x[i] * self.factors[i * size + j];
            }
        }
        for i in (0..size).rev() {
            for j in 0..i {
                x[j] -= x[i] * self.factors[i * size + j];
            }
        }
        let mut unswapped = vec![0.0; size];
        self.rows.iter().zip(x).for_each(|(row, value)| unswapped[*row] = value);
        unswapped
    }
}
