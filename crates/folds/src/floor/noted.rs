//! Whose an event is that says when and where but not who walked there: a receipt of a till, the scan of a member's card.
//!
//! Each candidate is a walk whose own event would have been expected at some moment: who pays leaves the till, who is scanned
//! at a door comes in by it. How far the event lies from there is told by a Laplace distribution; that somebody the sensors
//! did not see did it counts as one more candidate, at home anywhere in the window. The probability of a match follows by
//! Bayes' rule: of those who came together it is that of all of them, since one pays for all.
//!
//! ```
//! use folds::floor::noted::{Candidate, Rules, best};
//!
//! let candidate = |visit, unit, expected_us| Candidate { visit, unit, expected_us };
//! let two = [candidate(4, 4, 1_000_000), candidate(7, 7, 6_000_000)];
//! let found = best(900_000, &two, &Rules::default()).unwrap();
//! assert!(found.visit == 4 && found.probability > 0.9);
//! let together = [candidate(4, 4, 1_000_000), candidate(7, 4, 1_200_000)];
//! assert!(best(900_000, &together, &Rules::default()).unwrap().probability > 0.95);
//! assert_eq!(best(90_000_000, &two, &Rules::default()), None);
//! ```

use serde::{Deserialize, Serialize};

/// How sure times are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Mean distance of an event from where it is expected.
    pub scale_us: f64,
    /// Farthest distance that is looked at.
    pub window_us: i64,
    /// Share of events that are of somebody the sensors did not see.
    pub unseen: f64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { scale_us: 2e6, window_us: 10_000_000, unseen: 0.05 }
    }
}

/// A walk an event may be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    pub visit: usize,
    /// Who came together share it.
    pub unit: usize,
    /// When its own event would be expected.
    pub expected_us: i64,
}

/// The walk an event is most likely of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    pub visit: usize,
    /// That it is of this visit's unit.
    pub probability: f64,
}

/// The likeliest unit, and in it the likeliest visit. None: nobody was near.
pub fn best(at_us: i64, candidates: &[Candidate], rules: &Rules) -> Option<Match> {
    best_of_one(&[(at_us, candidates.to_vec())], |_| (0, 0), rules).pop().flatten()
}

/// Other events of a person, before and after, that are looked at beside one: whoever has more is a machine.
const BESIDE: usize = 16;

/// The same of all events of one person, by time: `(its time, its candidates)`. Nobody walks twice at a time, so another event
/// of theirs speaks for a walk by the share of its weight that lies on that walk, on walks that were over before or began
/// after it (`span`: from when until when a visit was), and on nobody that was seen.
pub fn best_of_one(
    events: &[(i64, Vec<Candidate>)],
    span: impl Fn(usize) -> (i64, i64),
    rules: &Rules,
) -> Vec<Option<Match>> {
    let near: Vec<Near> = events.iter().map(|(at_us, candidates)| Near::new(*at_us, candidates, rules)).collect();
    let apart = |a: usize, b: usize| {
        let ((a_from, a_to), (b_from, b_to)) = (span(a), span(b));
        a_to < b_from || b_to < a_from
    };
    let spoken = |number: usize, visit: usize| -> f64 {
        let beside = number.saturating_sub(BESIDE)..(number + BESIDE + 1).min(near.len());
        let others = beside.filter(|other| *other != number).map(|other| &near[other]);
        others.map(|other| other.share(|candidate| candidate == visit || apart(candidate, visit))).product()
    };
    let likeliest = |number: usize| near[number].likeliest(|visit| spoken(number, visit));
    (0..near.len()).map(likeliest).collect()
}

/// The candidates of one event that are near it.
struct Near {
    /// Unit, visit and weight, by unit and visit.
    weights: Vec<(usize, usize, f64)>,
    /// Of somebody who was not seen.
    unseen: f64,
}

impl Near {
    fn new(at_us: i64, candidates: &[Candidate], rules: &Rules) -> Near {
        let weight = |one: &Candidate| {
            let apart_us = (at_us - one.expected_us).abs();
            let near = apart_us <= rules.window_us;
            near.then(|| (-(apart_us as f64) / rules.scale_us).exp() / (2.0 * rules.scale_us))
        };
        let mut weights: Vec<(usize, usize, f64)> =
            candidates.iter().filter_map(|one| Some((one.unit, one.visit, weight(one)?))).collect();
        weights.sort_unstable_by_key(|(unit, visit, _)| (*unit, *visit));
        let unseen = rules.unseen / (1.0 - rules.unseen) / (2.0 * rules.window_us.max(1) as f64);
        Near { weights, unseen }
    }

    /// Share of all weight that lies on some visits, and on nobody that was seen.
    fn share(&self, is_of: impl Fn(usize) -> bool) -> f64 {
        let sum = |of: &dyn Fn(usize) -> bool| -> f64 {
            self.weights.iter().filter(|(_, visit, _)| of(*visit)).map(|(.., weight)| weight).sum::<f64>() + self.unseen
        };
        sum(&is_of) / sum(&|_| true)
    }

    fn likeliest(&self, spoken: impl Fn(usize) -> f64) -> Option<Match> {
        let weights: Vec<(usize, usize, f64)> =
            self.weights.iter().map(|(unit, visit, weight)| (*unit, *visit, weight * spoken(*visit))).collect();
        let all: f64 = weights.iter().map(|(.., weight)| weight).sum::<f64>() + self.unseen;
        let units = weights.chunk_by(|a, b| a.0 == b.0).map(|unit| {
            let likeliest = unit.iter().max_by(|a, b| a.2.total_cmp(&b.2).then(b.1.cmp(&a.1)));
            let sum: f64 = unit.iter().map(|(.., weight)| weight).sum();
            (likeliest.map_or(0, |(_, visit, _)| *visit), sum)
        });
        let (visit, weight) = units.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        Some(Match { visit, probability: weight / all })
    }
}
