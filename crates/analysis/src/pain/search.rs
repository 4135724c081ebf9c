//! From counts to pains: which differences there are, beyond what does not matter, chance, and each other.
//!
//! Rounds: all looks are tested together, the most certain difference of each kind and stage is taken, its exposures
//! are left out, and the rest is counted again. So a group is not reported for the sake of another it overlaps with.

use std::collections::BTreeMap;

use folds::pain::{Answer, Cell, Group, Search, Who};
use model::pain::{Comparison, PainKind};

use super::probes::Question;
use super::statistics::{Compared, Sample, exceeds, exceeds_rate, q_values};

/// Exposures, hits and customers below which a rate says nothing.
const EXPOSED_MIN: u64 = 50;
const HITS_MIN: u64 = 10;

/// Exposures within a stretch of time, which may be short.
const STRETCH_EXPOSED_MIN: u64 = 30;

/// Lengths of stretches that are tried, in steps of time.
const STRETCHES: [usize; 8] = [1, 2, 3, 4, 6, 8, 13, 26];

/// A stretch that holds more than this share of all exposures has nothing to be compared to.
const STRETCH_SHARE_MAX: f64 = 0.8;

/// Expected share of pains reported that are none.
pub(super) const FALSE_SHARE: f64 = 0.05;

/// A difference that is taken for a pain.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub question: usize,
    pub kind: PainKind,
    pub group: Group,
    pub comparison: Comparison,
    pub here: Sample,
    pub there: Sample,
    pub customers_hit_per_hit: f64,
    pub compared: Compared,
    pub q_value: f64,
    pub looks: usize,
}

/// One look: a rate against another. Looks at too little are counted, with p = 1.
struct Look {
    found: Found,
    /// Corrected for the stretches tried.
    p_value: f64,
}

/// How many looks were taken, and the most certain difference of each kind and stage among those certain enough.
pub(super) fn round(
    search: &Search,
    answer: &Answer,
    questions: &[Question],
    trait_of: &dyn Fn(usize) -> bool,
) -> (usize, Vec<Found>) {
    let mut looks = Vec::new();
    for (i, question) in questions.iter().enumerate() {
        let whole = Whole { search, answer, question, i, trait_of };
        looks.extend(whole.expectation());
        if question.groups {
            let groups: Vec<(usize, Group)> = search.groups(i).collect();
            looks.extend(groups.iter().flat_map(|(cell, group)| whole.looks(*cell, group)));
        }
    }
    let p_values: Vec<f64> = looks.iter().map(|look| look.p_value).collect();
    let count = looks.len();
    let mut best: BTreeMap<(PainKind, usize), Found> = BTreeMap::new();
    for (look, q_value) in looks.into_iter().zip(q_values(&p_values)) {
        if q_value > FALSE_SHARE {
            continue;
        }
        let found = Found { q_value, looks: count, ..look.found };
        let key = (found.kind, questions[found.question].probe.stage);
        match best.get(&key) {
            Some(better) if better.compared.z >= found.compared.z => {}
            _ => {
                best.insert(key, found);
            }
        }
    }
    (count, best.into_values().collect())
}

/// One question's cells.
struct Whole<'a> {
    search: &'a Search,
    answer: &'a Answer,
    question: &'a Question,
    i: usize,
    trait_of: &'a dyn Fn(usize) -> bool,
}

impl Whole<'_> {
    fn everyone(&self) -> &Cell {
        let cell = self.search.cell(&Group::everyone(self.i)).unwrap_or_default();
        &self.answer.cells[cell]
    }

    fn kind(&self, who: Who) -> PainKind {
        match (self.question.kind, who) {
            (PainKind::DropOff, Who::Facet { dimension, .. }) if (self.trait_of)(dimension) => PainKind::SegmentGap,
            (kind, _) => kind,
        }
    }

    fn found(
        &self,
        group: Group,
        comparison: Comparison,
        here: Sample,
        there: Sample,
        cell: &Cell,
        compared: Compared,
    ) -> Found {
        Found {
            question: self.i,
            kind: self.kind(group.who),
            group,
            comparison,
            here,
            there,
            customers_hit_per_hit: if cell.hits > 0 { cell.customers_hit as f64 / cell.hits as f64 } else { 1.0 },
            compared,
            q_value: 1.0,
            looks: 0,
        }
    }

    /// Everyone against what the team expects.
    fn expectation(&self) -> Option<Look> {
        let expected = self.question.expected?;
        let cell = self.everyone();
        let here = sample(cell);
        if cell.exposed < EXPOSED_MIN || cell.hits < HITS_MIN {
            return None;
        }
        let compared = exceeds_rate(here, expected);
        let there = Sample { hits: expected, exposed: 1.0, design_effect: 1.0 };
        let found = self.found(Group::everyone(self.i), Comparison::Expectation, here, there, cell, compared);
        Some(Look { p_value: compared.p_value, found })
    }

    /// A group against the others, and in its worst stretch against other times.
    fn looks(&self, cell: usize, group: &Group) -> Vec<Look> {
        let counts = &self.answer.cells[cell];
        if counts.exposed < STRETCH_EXPOSED_MIN || counts.hits < HITS_MIN || counts.customers_hit < HITS_MIN {
            return Vec::new();
        }
        self.against_others(cell, group).into_iter().chain(self.stretch(cell, group)).collect()
    }

    fn against_others(&self, cell: usize, group: &Group) -> Option<Look> {
        let here = &self.answer.cells[cell];
        let others = self.others(group)?;
        if here.exposed < EXPOSED_MIN || others.exposed < EXPOSED_MIN {
            return None;
        }
        let (here_sample, there) = (sample(here), sample(&others));
        let compared = exceeds(here_sample, there);
        let found = self.found(group.clone(), Comparison::Others, here_sample, there, here, compared);
        Some(Look { p_value: compared.p_value, found })
    }

    /// All who have a value of the dimension, or changed channel, but not the group's.
    fn others(&self, group: &Group) -> Option<Cell> {
        let same_kind = |other: &Group| match (group.who, other.who) {
            (Who::Facet { dimension, code }, Who::Facet { dimension: d, code: c }) => dimension == d && code != c,
            (Who::Switch { from, to }, Who::Switch { from: f, to: t }) => (from, to) != (f, t),
            _ => false,
        };
        let mut sum: Option<Cell> = None;
        for (cell, other) in self.search.groups(self.i) {
            if same_kind(&other) {
                sum.get_or_insert_with(Cell::default).add(&self.answer.cells[cell]);
            }
        }
        sum
    }

    /// The stretch of time in which the group's rate is furthest above its rate at other times. A group must then also
    /// be above the others: else it is everyone's.
    fn stretch(&self, cell: usize, group: &Group) -> Option<Look> {
        let steps = self.answer.steps(cell);
        let design_effect = self.answer.cells[cell].design_effect();
        let sums: Vec<(u64, u64)> = std::iter::once((0, 0))
            .chain(steps.iter().scan((0, 0), |sum, step| {
                *sum = (sum.0 + u64::from(step.exposed), sum.1 + u64::from(step.hits));
                Some(*sum)
            }))
            .collect();
        let (exposed, hits) = *sums.last()?;
        let mut tried = 0usize;
        let mut best: Option<(Compared, Sample, Sample, usize, usize)> = None;
        for length in STRETCHES.into_iter().filter(|length| *length < steps.len()) {
            for from in 0..=steps.len() - length {
                let to = from + length;
                let (here, here_hits) = (sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
                let there = exposed - here;
                if here < STRETCH_EXPOSED_MIN || there < EXPOSED_MIN || here as f64 > STRETCH_SHARE_MAX * exposed as f64
                {
                    continue;
                }
                tried += 1;
                if here_hits < HITS_MIN {
                    continue;
                }
                let at = |hits: u64, exposed: u64| Sample { hits: hits as f64, exposed: exposed as f64, design_effect };
                let (here, there) = (at(here_hits, here), at(hits - here_hits, there));
                let compared = exceeds(here, there);
                if best.as_ref().is_none_or(|(better, ..)| compared.z > better.z) {
                    best = Some((compared, here, there, from, to));
                }
            }
        }
        let (compared, here, there, from, to) = best?;
        let corrected = (compared.p_value * tried as f64).min(1.0);
        let against_others = match group.who {
            Who::Everyone => 0.0,
            Who::Facet { .. } | Who::Switch { .. } => self.others_during(group, here, from, to)?.p_value,
        };
        let group = Group { from: from as u32, to: to as u32, ..group.clone() };
        let found = self.found(group, Comparison::OtherTimes, here, there, &self.answer.cells[cell], compared);
        Some(Look { p_value: corrected.max(against_others), found })
    }

    fn others_during(&self, group: &Group, here: Sample, from: usize, to: usize) -> Option<Compared> {
        let others = self.others(group)?;
        let mut sum = (0u64, 0u64);
        for (cell, other) in self.search.groups(self.i) {
            let same = match (group.who, other.who) {
                (Who::Facet { dimension, code }, Who::Facet { dimension: d, code: c }) => dimension == d && code != c,
                (Who::Switch { .. }, Who::Switch { .. }) => group.who != other.who,
                _ => false,
            };
            if same {
                let steps = &self.answer.steps(cell)[from..to];
                steps.iter().for_each(|step| sum = (sum.0 + u64::from(step.exposed), sum.1 + u64::from(step.hits)));
            }
        }
        let there = Sample { hits: sum.1 as f64, exposed: sum.0 as f64, design_effect: others.design_effect() };
        (sum.0 >= STRETCH_EXPOSED_MIN).then(|| exceeds(here, there))
    }
}

fn sample(cell: &Cell) -> Sample {
    Sample { hits: cell.hits as f64, exposed: cell.exposed as f64, design_effect: cell.design_effect() }
}
