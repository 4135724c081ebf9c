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
//! assert_eq!(chain.visits()?, [0.5, 0.75]);
//! assert_eq!(chain.reach(1)?, [0.5, 1.0]);
//! # Ok::<(), folds::Error>(())
//! ```

mod dense;
mod sparse;

use dense::Lu;
use sparse::Sweeps;

use crate::error::Error;
use crate::limits::{CHAIN_STATES_DENSE, CHAIN_STATES_MAX};

/// A chain, ready to be asked.
#[derive(Debug, Clone)]
pub struct Chain {
    /// By state, the share of paths that begin there.
    start: Vec<f64>,
    /// *I − Q*.
    system: System,
}

#[derive(Debug, Clone)]
enum System {
    /// Factored: the solution is exact but for rounding.
    Dense(Lu),
    /// Of more states than are factored: solved by sweeps that end where they change nothing any more.
    Sparse(Sweeps),
}

impl Chain {
    /// The chain of counted paths: how many begin in each state, how often one state follows another (pairs may
    /// repeat), and how often a path ends after each state.
    ///
    /// # Errors
    /// `Config` for more than [`CHAIN_STATES_MAX`] states; for few enough to be factored, also when from some state no path
    /// ends. Of more states that is told by what is asked of the chain.
    pub fn new(start: &[u64], moves: &[(usize, usize, u64)], ends: &[u64]) -> Result<Chain, Error> {
        let states = start.len();
        if states > CHAIN_STATES_MAX {
            return Err(Error::config("chain", format!("at most {CHAIN_STATES_MAX} states are solved, not {states}")));
        }
        let mut leaving = ends.to_vec();
        moves.iter().for_each(|(from, _, count)| leaving[*from] += count);
        let moves = moves.iter().filter(|(from, _, _)| leaving[*from] > 0);
        let moves = moves.map(|(from, to, count)| (*from, *to, *count as f64 / leaving[*from] as f64));
        let endless = || Error::config("chain", "from some states no path ends; count the ends of the paths, too");
        let system = match states <= CHAIN_STATES_DENSE {
            true => {
                let mut matrix = vec![0.0; states * states];
                (0..states).for_each(|state| matrix[state * states + state] = 1.0);
                moves.for_each(|(from, to, share)| matrix[from * states + to] -= share);
                System::Dense(Lu::new(matrix, states).ok_or_else(endless)?)
            }
            false => System::Sparse(Sweeps::new(states, moves)),
        };
        let begun = start.iter().sum::<u64>().max(1) as f64;
        let start = start.iter().map(|count| *count as f64 / begun).collect();
        Ok(Chain { start, system })
    }

    pub fn states(&self) -> usize {
        self.start.len()
    }

    /// By state, how often a path visits it on average.
    ///
    /// # Errors
    /// `Config` when the paths do not end.
    pub fn visits(&self) -> Result<Vec<f64>, Error> {
        match &self.system {
            System::Dense(lu) => Ok(lu.solve_left(&self.start)),
            System::Sparse(sweeps) => sweeps.solve_left(&self.start),
        }
    }

    /// By state, the value of what a path meets from there on, where leaving state i for good is worth `exits[i]` on
    /// average: with the share of exits to a goal, the probability to end there; with ones, the events still to come,
    /// the state's own among them.
    ///
    /// # Errors
    /// `Config` when the paths do not end.
    pub fn worth(&self, exits: &[f64]) -> Result<Vec<f64>, Error> {
        match &self.system {
            System::Dense(lu) => Ok(lu.solve(exits)),
            System::Sparse(sweeps) => sweeps.solve(exits),
        }
    }

    /// By state, the probability that a path which is there ever comes to `target`; 1 for the target itself.
    ///
    /// # Errors
    /// `Config` when the paths do not end.
    pub fn reach(&self, target: usize) -> Result<Vec<f64>, Error> {
        let mut unit = vec![0.0; self.states()];
        unit[target] = 1.0;
        let mut visits = self.worth(&unit)?;
        let at_target = visits[target];
        visits.iter_mut().for_each(|visits| *visits /= at_target);
        Ok(visits)
    }

    /// The worth of a path from its start.
    pub fn worth_of_start(&self, worth: &[f64]) -> f64 {
        self.start.iter().zip(worth).map(|(start, worth)| start * worth).sum()
    }

    /// What of a path's worth passes through any of these states, which is what is lost when paths end where they
    /// come to one. `visits` and `worth` are [`Chain::visits`] and [`Chain::worth`] of `exits`.
    ///
    /// # Errors
    /// `Config` when the states cannot be told apart, or the paths do not end.
    pub fn lost_without(&self, states: &[usize], exits: &[f64], visits: &[f64], worth: &[f64]) -> Result<f64, Error> {
        let lu = match &self.system {
            System::Dense(lu) => lu,
            System::Sparse(sweeps) => {
                let without = sweeps.solve_without(exits, states, worth)?;
                return Ok(self.worth_of_start(worth) - self.worth_of_start(&without));
            }
        };
        // First[a], the probability that a is the first of these states a path comes to: visits of b are first visits
        // of a, times visits of b from a, over all a.
        let (all, few) = (self.states(), states.len());
        let mut among = vec![0.0; few * few];
        for (column, to) in states.iter().enumerate() {
            let mut unit = vec![0.0; all];
            unit[*to] = 1.0;
            let from_all = lu.solve(&unit);
            for (row, from) in states.iter().enumerate() {
                among[row * few + column] = from_all[*from];
            }
        }
        let here: Vec<f64> = states.iter().map(|state| visits[*state]).collect();
        let first = Lu::new(among, few).ok_or_else(|| Error::config("chain", "its states cannot be told apart"))?;
        Ok(first.solve_left(&here).iter().zip(states).map(|(first, state)| first * worth[*state]).sum())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Counted paths: starts, moves and ends.
    type Counts = (Vec<u64>, Vec<(usize, usize, u64)>, Vec<u64>);

    /// Chains of up to 12 states; from each some paths end.
    fn chains() -> impl Strategy<Value = Counts> {
        (2_usize..12).prop_flat_map(|states| {
            let start = prop::collection::vec(0_u64..9, states);
            let moves = prop::collection::vec((0..states, 0..states, 1_u64..50), 0..40);
            (start, moves, prop::collection::vec(1_u64..9, states))
        })
    }

    proptest! {
        #[test]
        fn sweeps_come_to_what_is_told_in_closed_form((start, moves, ends) in chains(), among in any::<u16>()) {
            let dense = Chain::new(&start, &moves, &ends).unwrap();
            let sweeps = Chain { system: sparse(&moves, &ends), ..dense.clone() };
            let exits: Vec<f64> = ends.iter().map(|ends| 1.0 / *ends as f64).collect();
            let states: Vec<usize> = (0..start.len()).filter(|state| among >> state & 1 == 1).collect();
            let close = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-9 * a.abs().max(1.0));
            let (visits, worth) = (dense.visits().unwrap(), dense.worth(&exits).unwrap());
            prop_assert!(close(&visits, &sweeps.visits().unwrap()));
            prop_assert!(close(&worth, &sweeps.worth(&exits).unwrap()));
            prop_assert!(close(&dense.reach(0).unwrap(), &sweeps.reach(0).unwrap()));
            let lost = |chain: &Chain| chain.lost_without(&states, &exits, &visits, &worth).unwrap();
            prop_assert!(close(&[lost(&dense)], &[lost(&sweeps)]));
        }
    }

    fn sparse(moves: &[(usize, usize, u64)], ends: &[u64]) -> System {
        let mut leaving = ends.to_vec();
        moves.iter().for_each(|(from, _, count)| leaving[*from] += count);
        let shares = moves.iter().map(|(from, to, count)| (*from, *to, *count as f64 / leaving[*from] as f64));
        System::Sparse(Sweeps::new(ends.len(), shares))
    }

    #[test]
    fn more_states_than_are_factored_are_solved_too_and_paths_without_an_end_are_told() {
        // A walk along a line: from each state one of two goes on, one ends.
        let states = CHAIN_STATES_DENSE + 10;
        let mut start = vec![0; states];
        start[0] = 1;
        let moves: Vec<_> = (1..states).map(|state| (state - 1, state, 1)).collect();
        let ends = vec![1; states];
        let chain = Chain::new(&start, &moves, &ends).unwrap();
        let visits = chain.visits().unwrap();
        assert!((0..40).all(|state| (visits[state] - 0.5_f64.powi(state as i32)).abs() < 1e-12));
        let round: Vec<_> = (0..states).map(|state| (state, (state + 1) % states, 1)).collect();
        let error = Chain::new(&start, &round, &vec![0; states]).unwrap().visits().unwrap_err().to_string();
        assert!(error.contains("do not end"), "{error}");
    }
}
