//! Who earned a conversion, by model.
//!
//! | model | credit of a conversion with n touches |
//! |---|---|
//! | first, last | all to that touch |
//! | last non-direct | all to the last touch that is not direct, to the last one if all are |
//! | linear | 1/n each |
//! | position | first and last their weights, those between share theirs equally. n = 1: all to it. n = 2: first and last share all in the ratio of their weights (equally if both are 0) |
//! | time decay | 2^(−age ÷ half-life), normalised to 1 |
//! | participation | all to every distinct value among the touches; the only model whose credits add up to more |
//! | Markov | see below |
//! | Shapley | 1/d to each of the d distinct values among the touches |
//!
//! **Markov**: all sequences, converting and lost, as a chain whose states are the last touch (order 1) or the last two
//! (order 2), with an exit to conversion and one to nothing. The removal effect of a value is the share of conversions
//! lost when every path that comes to the value ends there (E. Anderl et al., *Int. J. of Research in Marketing* 33,
//! 2016); effects, normalised, divide the conversions and their value. Solved in closed form ([`crate::chain`]).
//!
//! **Shapley**: the players are the values, and a coalition is worth the conversions of the paths all of whose touches
//! are in it. Such a game is a sum of unanimity games, one a path, in each of which the players the path needs are
//! alike; by additivity the Shapley value is exactly the sum of equal parts (K. Zhao et al., *Shapley Value Methods for
//! Attribution Modeling in Online Advertising*, 2018). So there is no limit of players, and nothing is sampled.
//!
//! Lost paths matter to Markov alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Attribution, State};
use crate::chain::Chain;
use crate::error::Error;

/// A rule that divides conversions among values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    First,
    Last,
    LastNonDirect,
    Linear,
    Position(Position),
    TimeDecay,
    Participation,
    /// Of order 1 or 2.
    Markov(u32),
    Shapley,
}

/// Weights by position; only their ratios matter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    pub first: f64,
    pub middle: f64,
    pub last: f64,
}

/// What each code earned, by one model; as long as there are codes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Credit {
    pub conversions: Vec<f64>,
    pub value: Vec<f64>,
}

/// What a Markov model rests on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Removal {
    /// Probability that a path converts, of paths that are over.
    pub conversion: f64,
    /// By code, the share of conversions that is lost without it.
    pub effects: Vec<f64>,
    /// States of the chain.
    pub states: usize,
}

impl Model {
    /// 40/20/40.
    pub const U: Position = Position { first: 40.0, middle: 20.0, last: 40.0 };
    /// 20/20/60.
    pub const J: Position = Position { first: 20.0, middle: 20.0, last: 60.0 };
    /// 60/20/20.
    pub const INVERSE_J: Position = Position { first: 60.0, middle: 20.0, last: 20.0 };
}

impl Position {
    /// # Errors
    /// `Config` unless all three are 0 or more, and the middle one or another more.
    pub fn check(&self) -> Result<(), Error> {
        let all = [self.first, self.middle, self.last];
        if all.iter().all(|weight| weight.is_finite() && *weight >= 0.0) && all.iter().sum::<f64>() > 0.0 {
            return Ok(());
        }
        let what = format!(
            "weights of positions are 0 or more and not all 0, as in 40/20/40, not {}/{}/{}",
            all[0], all[1], all[2]
        );
        Err(Error::config("attribution", what))
    }

    /// The share of the touch at `at` of `touches`.
    fn share(&self, at: usize, touches: usize) -> f64 {
        let Position { first, middle, last } = *self;
        let (is_first, is_last) = (at == 0, at + 1 == touches);
        match touches {
            1 => 1.0,
            2 if first + last == 0.0 => 0.5,
            2 => (if is_first { first } else { last }) / (first + last),
            _ if is_first => first / (first + middle + last),
            _ if is_last => last / (first + middle + last),
            _ => middle / (touches - 2) as f64 / (first + middle + last),
        }
    }
}

impl Credit {
    fn none(codes: usize) -> Credit {
        Credit { conversions: vec![0.0; codes], value: vec![0.0; codes] }
    }

    fn add(&mut self, code: u8, share: f64, conversions: u64, value: f64) {
        self.conversions[code as usize] += share * conversions as f64;
        self.value[code as usize] += share * value;
    }
}

impl Attribution {
    /// What each code earned by a model. The state is a whole one: merged, and of this fold's configuration.
    ///
    /// # Errors
    /// `Config` for weights that are none, an order of a chain that is not 1 or 2, or a chain with too many states.
    pub fn credit(&self, state: &State, model: Model) -> Result<Credit, Error> {
        let codes = state.codes.len();
        let kept = |conversions: fn(&super::Code) -> f64, value: fn(&super::Code) -> f64| Credit {
            conversions: state.codes.iter().map(conversions).collect(),
            value: state.codes.iter().map(value).collect(),
        };
        let mut credit = Credit::none(codes);
        // In one order, so that the last digit does not depend on how the work was split.
        let paths = state.paths.sorted();
        let converting = paths.iter().filter(|(path, counts)| counts.conversions > 0 && !path.is_empty());
        let converting = converting.map(|(path, counts)| (*path, counts.conversions, counts.value.value()));
        match model {
            Model::First => converting.for_each(|(path, n, value)| credit.add(path[0], 1.0, n, value)),
            Model::Last => converting.for_each(|(path, n, value)| credit.add(path[path.len() - 1], 1.0, n, value)),
            Model::Linear => converting.for_each(|(path, n, value)| {
                path.iter().for_each(|code| credit.add(*code, 1.0 / path.len() as f64, n, value));
            }),
            Model::Position(position) => {
                position.check()?;
                converting.for_each(|(path, n, value)| {
                    for (at, code) in path.iter().enumerate() {
                        credit.add(*code, position.share(at, path.len()), n, value);
                    }
                });
            }
            Model::Shapley => converting.for_each(|(path, n, value)| {
                let players = distinct(path);
                players.iter().for_each(|code| credit.add(*code, 1.0 / players.len() as f64, n, value));
            }),
            Model::Markov(order) => {
                let removal = self.removal(state, order)?;
                let all: f64 = removal.effects.iter().sum();
                let (mut conversions, mut value) = (0, 0.0);
                for (_, here, here_value) in converting {
                    conversions += here;
                    value += here_value;
                }
                if all > 0.0 {
                    for (code, effect) in removal.effects.iter().enumerate() {
                        credit.add(code as u8, effect / all, conversions, value);
                    }
                }
            }
            Model::Participation => return Ok(kept(|code| code.conversions.count as f64, |code| code.value.value())),
            Model::LastNonDirect => {
                return Ok(kept(|code| code.last_non_direct as f64, |code| code.last_non_direct_value.value()));
            }
            Model::TimeDecay => return Ok(kept(|code| code.decay.value(), |code| code.decay_value.value())),
        }
        Ok(credit)
    }

    /// What is lost without each code, by a chain of order 1 or 2.
    ///
    /// # Errors
    /// `Config` for another order, or more states than are solved ([`crate::limits::CHAIN_STATES_MAX`]).
    pub fn removal(&self, state: &State, order: u32) -> Result<Removal, Error> {
        if order != 1 && order != 2 {
            return Err(Error::config("attribution", format!("Markov models are of order 1 or 2, not {order}")));
        }
        let mut chain = Counted { order, ..Counted::default() };
        for (path, counts) in state.paths.sorted() {
            chain.add(path, counts.conversions, counts.lost);
        }
        chain.removal(state.codes.len())
    }
}

/// The codes of a path, each once, ascending.
fn distinct(path: &[u8]) -> Vec<u8> {
    let mut codes = path.to_vec();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A chain while it is counted. A state is the touch before (0: none, or not looked at; else code + 1) and the touch.
#[derive(Debug, Default)]
struct Counted {
    order: u32,
    states: BTreeMap<(u16, u8), usize>,
    start: Vec<u64>,
    moves: BTreeMap<(usize, usize), u64>,
    converting: Vec<u64>,
    lost: Vec<u64>,
}

impl Counted {
    fn add(&mut self, path: &[u8], conversions: u64, lost: u64) {
        let mut from: Option<(u8, usize)> = None;
        for code in path {
            let before = from.filter(|_| self.order == 2).map_or(0, |(before, _)| u16::from(before) + 1);
            let to = self.state((before, *code));
            match from {
                None => self.start[to] += conversions + lost,
                Some((_, from)) => *self.moves.entry((from, to)).or_default() += conversions + lost,
            }
            from = Some((*code, to));
        }
        if let Some((_, last)) = from {
            self.converting[last] += conversions;
            self.lost[last] += lost;
        }
    }

    fn state(&mut self, key: (u16, u8)) -> usize {
        let next = self.states.len();
        let state = *self.states.entry(key).or_insert(next);
        if state == next {
            self.start.push(0);
            self.converting.push(0);
            self.lost.push(0);
        }
        state
    }

    fn removal(self, codes: usize) -> Result<Removal, Error> {
        let states = self.start.len();
        let moves: Vec<(usize, usize, u64)> = self.moves.iter().map(|((a, b), count)| (*a, *b, *count)).collect();
        let ends: Vec<u64> = self.converting.iter().zip(&self.lost).map(|(a, b)| a + b).collect();
        let mut leaving = ends.clone();
        moves.iter().for_each(|(from, _, count)| leaving[*from] += count);
        let chain = Chain::new(&self.start, &moves, &ends)?;
        let exits: Vec<f64> =
            self.converting.iter().zip(&leaving).map(|(here, all)| *here as f64 / (*all).max(1) as f64).collect();
        let (visits, worth) = (chain.visits()?, chain.worth(&exits)?);
        let conversion = chain.worth_of_start(&worth);
        let mut effects = vec![0.0; codes];
        if conversion > 0.0 {
            for (code, effect) in effects.iter_mut().enumerate() {
                let own: Vec<usize> =
                    self.states.iter().filter(|((_, of), _)| *of as usize == code).map(|(_, state)| *state).collect();
                let lost = chain.lost_without(&own, &exits, &visits, &worth)?;
                // A share: rounding must not make it more than all, or less than nothing.
                *effect = (lost / conversion).clamp(0.0, 1.0);
            }
        }
        Ok(Removal { conversion, effects, states })
    }
}
