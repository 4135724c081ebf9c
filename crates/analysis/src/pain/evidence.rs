//! From findings to pains: sizes, causes, effects, what customers did next.

use std::collections::BTreeMap;

use folds::pain::{Cell, Trail, Who, With};
use model::journey::Journey;
use model::pain::{
    Cause, Comparison, Effect, Estimate, Facet, Margin, Money, MoneyMissing, NextStep, Pain, PainKind, Rate,
    RunningCost, key,
};
use model::period::DAY_US;
use model::signal::SignalKind;
use operators::spec::FacetSpec;

use super::probes::{self, Question};
use super::search::Found;
use super::statistics::{Sample, scaled};
use super::{PainPick, Steps, sentence, suggest};

/// The dimension of changed channels, and what stands between the two.
pub(super) const SWITCH: &str = "switch";
pub(super) const ARROW: char = '→';

/// Signals that can be causes, in no order.
pub(super) const CAUSES: [SignalKind; 7] = [
    SignalKind::Error,
    SignalKind::Slow,
    SignalKind::Price,
    SignalKind::OutOfStock,
    SignalKind::Waiting,
    SignalKind::Help,
    SignalKind::Late,
];

/// A signal is a candidate cause if at least this share of the excess goes with it, and certainly some does.
const EXPLAINS_MIN: f64 = 0.3;
const EXPLAINS_LOW_MIN: f64 = 0.1;

/// A pain is an effect of another that explains at least this share of it.
const SHARED_MIN: f64 = 0.5;

/// Next steps that are listed.
const NEXT_MAX: usize = 5;

/// What findings are read with.
pub(super) struct Scene<'a> {
    pub journey: &'a Journey,
    pub questions: &'a [Question],
    pub facets: &'a [FacetSpec],
    pub channels: &'a [String],
    pub steps: Steps,
    /// `meta.question` of the answer.
    pub question: &'a str,
    pub currency: Option<&'a str>,
}

impl Scene<'_> {
    /// The pains, those that cost most first, then those that hit most customers; effects stand under their cause.
    pub(super) fn pains(&self, found: &[Found], cells: &[Option<Cell>], trails: &[Trail]) -> Vec<Pain> {
        let pains: Vec<Pain> = found
            .iter()
            .zip(cells)
            .zip(trails)
            .map(|((one, cell), trail)| self.pain(one, cell.as_ref(), trail))
            .collect();
        let parents: Vec<Option<usize>> = (0..pains.len()).map(|i| self.parent(i, &pains, found, trails)).collect();
        let mut effects: BTreeMap<usize, Vec<Effect>> = BTreeMap::new();
        for (i, pain) in pains.iter().enumerate() {
            if let Some(root) = root(&parents, i).filter(|root| *root != i) {
                effects.entry(root).or_default().push(effect(pain));
            }
        }
        let roots = pains.into_iter().enumerate().filter(|(i, _)| parents[*i].is_none());
        let mut pains: Vec<Pain> =
            roots.map(|(i, pain)| Pain { effects: effects.remove(&i).unwrap_or_default(), ..pain }).collect();
        pains.sort_by(|a, b| {
            let by_size = size(b).0.total_cmp(&size(a).0).then_with(|| size(b).1.total_cmp(&size(a).1));
            by_size.then_with(|| a.key.cmp(&b.key))
        });
        pains
    }

    fn pain(&self, found: &Found, cell: Option<&Cell>, trail: &Trail) -> Pain {
        let question = &self.questions[found.question];
        let stage = &self.journey.stages[question.probe.stage];
        let facet = self.facet(found.group.who);
        let (from_us, to_us) = self.steps.times(&found.group);
        let months = ((to_us - from_us) as f64 / (30 * DAY_US) as f64).max(1.0 / 30.0);
        let excess = scaled(found.compared.difference, found.here.exposed);
        let (causes, collect) = self.causes(found, trail);
        // Exposures of the last moment count.
        let last_us = to_us.max(from_us) + 1;
        let pick = PainPick {
            stage: question.probe.stage,
            test: question.probe.test,
            facet: facet.clone(),
            from_us,
            to_us: if question.probe.test.needs_end() {
                last_us.min(self.steps.settled_us(self.journey) + 1)
            } else {
                last_us
            },
            hit: true,
        };
        let mut pain = Pain {
            key: key(&self.journey.id, found.kind, &stage.id, facet.as_ref()),
            kind: found.kind,
            journey: self.journey.id.clone(),
            stage: stage.id.clone(),
            facet,
            comparison: found.comparison,
            from_us,
            to_us,
            dated: found.comparison == Comparison::OtherTimes,
            observed: rate(found.here),
            reference: match found.comparison {
                Comparison::Expectation => Rate { hits: 0, exposed: 0, rate: Some(found.there.hits) },
                Comparison::Others | Comparison::OtherTimes => rate(found.there),
            },
            difference: found.compared.difference,
            margin: found.compared.margin,
            p_value: found.compared.p_value,
            q_value: found.q_value,
            looks: found.looks as u64,
            excess,
            customers_per_month: scaled(excess, found.customers_hit_per_hit / months),
            money: self.money(cell, scaled(excess, 1.0 / months)),
            // Reference tables are asked once all pains are known.
            margin_lost: Margin::default(),
            running_cost: RunningCost::default(),
            causes,
            collect,
            suggestions: Vec::new(),
            effects: Vec::new(),
            next: self.next(trail),
            sentence: crate::words::text("", ""),
            question: self.question.to_owned(),
            pick: pick.encode(),
        };
        pain.sentence = sentence::of(&pain, self.journey);
        pain.suggestions = suggest::of(&pain, self.journey);
        pain
    }

    fn facet(&self, who: Who) -> Option<Facet> {
        match who {
            Who::Everyone => None,
            Who::Facet { dimension, code } => {
                let spec = self.facets.get(dimension)?;
                Some(Facet { dimension: spec.dimension.clone(), value: spec.values.get(code as usize)?.clone() })
            }
            Who::Switch { from, to } => {
                let name = |code: u32| self.channels.get(code as usize);
                Some(Facet { dimension: SWITCH.to_owned(), value: format!("{}{ARROW}{}", name(from)?, name(to)?) })
            }
        }
    }

    /// Excess hits a month times what an exposed instance without the hit brings more.
    fn money(&self, cell: Option<&Cell>, excess_per_month: Estimate) -> Money {
        let missing = |why| Money::Missing { why };
        let Some(cell) = cell.filter(|_| self.journey.goal.value.is_some()) else {
            return missing(MoneyMissing::GoalHasNoValue);
        };
        let lost = match lost(cell) {
            Ok(lost) => lost,
            Err(why) => return missing(why),
        };
        let (currency, observed) = (self.currency.map(str::to_owned), self.journey.goal.value.clone());
        Money::PerMonth { amount: scaled(excess_per_month, lost), currency, observed }
    }

    /// Signals that come with the excess, and those that would have to be collected if none does.
    fn causes(&self, found: &Found, trail: &Trail) -> (Vec<Cause>, Vec<SignalKind>) {
        let mut causes = Vec::new();
        let mut unseen = Vec::new();
        for (i, kind) in CAUSES.iter().enumerate() {
            let (here, reference) = (trail.causes_here[i], trail.causes_reference[i]);
            let bits = probes::bits(self.journey, *kind);
            if bits == 0 || here.exposed + reference.exposed == 0 {
                unseen.push(*kind);
                continue;
            }
            let explains = explains(found.there, trail, here, reference);
            if explains.value >= EXPLAINS_MIN && explains.low >= EXPLAINS_LOW_MIN {
                let signals = self.journey.signals.iter().filter(|signal| signal.kind == *kind);
                causes.push(Cause {
                    signals: signals.map(|signal| signal.id.clone()).collect(),
                    kind: *kind,
                    here: Rate::new(here.exposed, trail.here.exposed),
                    reference: Rate::new(reference.exposed, trail.reference.exposed),
                    explains,
                    stock: None,
                });
            }
        }
        causes.sort_by(|a, b| b.explains.value.total_cmp(&a.explains.value));
        let collect = if causes.is_empty() { unseen } else { Vec::new() };
        (causes, collect)
    }

    fn next(&self, trail: &Trail) -> Vec<NextStep> {
        let touchpoints: Vec<_> = self.journey.touchpoints().collect();
        let within = trail.next.sorted().into_iter().map(|(place, count)| (place, *count, false));
        let later = trail.back.sorted().into_iter().map(|(place, count)| (place, *count, true));
        let named = within.chain(later).filter_map(|((label, channel), instances, later)| {
            let (stage, touchpoint) = touchpoints.get((label as usize).checked_sub(1)?)?;
            Some(NextStep {
                stage: Some(self.journey.stages[*stage].id.clone()),
                touchpoint: Some(touchpoint.id.clone()),
                channel: self.channels.get(channel as usize).cloned(),
                later,
                instances,
            })
        });
        let mut next: Vec<NextStep> = named.collect();
        if trail.gone > 0 {
            next.push(NextStep { stage: None, touchpoint: None, channel: None, later: true, instances: trail.gone });
        }
        next.sort_by_key(|step| std::cmp::Reverse(step.instances));
        next.truncate(NEXT_MAX);
        next
    }

    /// The pain this one follows from: at the same or an earlier stage, nearer to a cause, and with most of the excess beyond
    /// what goes with it anyhow. What hits nearly everybody everywhere explains nothing of a difference between some.
    fn parent(&self, i: usize, pains: &[Pain], found: &[Found], trails: &[Trail]) -> Option<usize> {
        let stage = |pain: &Pain| self.journey.stages.iter().position(|stage| stage.id == pain.stage);
        let rank = |at: usize| (nearness(pains[at].kind), stage(&pains[at]), at);
        let trail = &trails[i];
        let shared = |j: usize| explains(found[i].there, trail, trail.others_here[j], trail.others_reference[j]).value;
        let before =
            (0..pains.len()).filter(|j| *j != i && rank(*j) < rank(i) && stage(&pains[*j]) <= stage(&pains[i]));
        let likeliest = before.map(|j| (j, shared(j))).max_by(|a, b| a.1.total_cmp(&b.1));
        likeliest.filter(|(_, shared)| *shared >= SHARED_MIN).map(|(j, _)| j)
    }
}

/// What an exposed instance that was not hit brings more than one that was.
fn lost(cell: &Cell) -> Result<f64, MoneyMissing> {
    let (hit, other) = (cell.value_hit.value(), cell.value_other.value());
    if hit == 0.0 && other == 0.0 {
        return Err(MoneyMissing::NoValueSeen);
    }
    let mean = |sum: f64, count: u64| if count > 0 { sum / count as f64 } else { 0.0 };
    let lost = mean(other, cell.exposed - cell.hits) - mean(hit, cell.hits);
    if lost > 0.0 { Ok(lost) } else { Err(MoneyMissing::NoLossSeen) }
}

/// The share of the excess hits that go with a signal, or another pain, beyond the share of instances that have it anyhow.
/// `there`: the rate compared to.
fn explains(there: Sample, trail: &Trail, here: With, reference: With) -> Estimate {
    let zero = Estimate { value: 0.0, low: 0.0, high: 0.0 };
    // Against an expectation there is no other group; within the group, the signal's own hits are compared.
    let (n1, n0) = (trail.here.exposed as f64, trail.reference.exposed as f64);
    let scale = if n0 > 0.0 { n1 / n0 } else { 0.0 };
    let expected = if n0 > 0.0 { trail.reference.hits as f64 * scale } else { there.rate() * n1 };
    let excess = trail.here.hits as f64 - expected;
    if excess <= 0.0 || n1 == 0.0 {
        return zero;
    }
    let expected_with = if n0 > 0.0 {
        reference.hits as f64 * scale
    } else {
        let without = With { exposed: trail.here.exposed - here.exposed, hits: trail.here.hits - here.hits };
        if without.exposed == 0 { 0.0 } else { without.hits as f64 / without.exposed as f64 * here.exposed as f64 }
    };
    let with = here.hits as f64 - expected_with;
    let common = if n0 > 0.0 { reference.exposed as f64 / n0 } else { 0.0 };
    let beyond = |share: f64| if common < 1.0 { ((share - common) / (1.0 - common)).clamp(0.0, 1.0) } else { 0.0 };
    let share = with / excess;
    // Delta method; the numerator is part of the denominator, so they vary together.
    let variance_with = here.hits as f64 + reference.hits as f64 * scale * scale;
    let variance_excess = trail.here.hits as f64 + trail.reference.hits as f64 * scale * scale;
    let variance = variance_with * (1.0 - 2.0 * share) + share * share * variance_excess;
    let half = 1.96 * variance.max(0.0).sqrt() / excess;
    Estimate { value: beyond(share), low: beyond(share - half), high: beyond(share + half) }
}

/// How near to a cause a kind stands: effects of others come last.
fn nearness(kind: PainKind) -> u8 {
    match kind {
        PainKind::StepError => 0,
        PainKind::BrokenPromise => 1,
        PainKind::OpaquePrice => 2,
        PainKind::UnclearInformation => 3,
        PainKind::Stall => 4,
        PainKind::Effort => 5,
        PainKind::Loop => 6,
        PainKind::RepeatContact => 7,
        PainKind::PoorAfterSales => 8,
        PainKind::DwellWithoutPurchase => 9,
        PainKind::ChannelSwitchLoss => 10,
        PainKind::LowScore => 11,
        PainKind::DropOff => 12,
        PainKind::SegmentGap => 13,
    }
}

fn root(parents: &[Option<usize>], mut at: usize) -> Option<usize> {
    // A parent always ranks before its child, so the walk ends.
    while let Some(parent) = parents[at] {
        at = parent;
    }
    Some(at)
}

fn effect(pain: &Pain) -> Effect {
    Effect {
        key: pain.key.clone(),
        kind: pain.kind,
        stage: pain.stage.clone(),
        facet: pain.facet.clone(),
        observed: pain.observed,
        reference: pain.reference,
        excess: pain.excess,
        sentence: pain.sentence.clone(),
    }
}

/// What pains are ordered by, as where they are kept: money lost a month, if any is known, then customers.
fn size(pain: &Pain) -> (f64, f64) {
    let money = match &pain.money {
        Money::PerMonth { amount, .. } => amount.value,
        Money::Missing { .. } => f64::NEG_INFINITY,
    };
    (money, pain.customers_per_month.value)
}

fn rate(sample: Sample) -> Rate {
    Rate::new(sample.hits as u64, sample.exposed as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_lost_where_some_is_seen_and_less_of_it() {
        let cell = |hit: f64, other: f64| {
            let mut cell = Cell::default();
            (cell.exposed, cell.hits) = (10, 4);
            cell.value_hit.add(hit);
            cell.value_other.add(other);
            cell
        };
        assert_eq!(lost(&cell(40.0, 120.0)), Ok(10.0));
        assert_eq!(lost(&cell(80.0, 120.0)), Err(MoneyMissing::NoLossSeen));
        assert_eq!(lost(&cell(0.0, 0.0)), Err(MoneyMissing::NoValueSeen));
    }

    #[test]
    fn what_nearly_everybody_meets_explains_no_difference() {
        let with = |exposed, hits| With { exposed, hits };
        // 40 of 75 leave in one shop, 10 of 80 in the other.
        let trail = Trail { here: with(75, 40), reference: with(80, 10), ..Trail::default() };
        let there = Sample { hits: 10.0, exposed: 80.0, design_effect: 1.0 };
        let share = |here, reference| explains(there, &trail, here, reference).value;
        // Slow for nineteen in twenty at both, it goes with nearly every hit and tells none from another.
        assert!(share(with(71, 38), with(76, 10)) < 0.1);
        // What fails here for those who leave, and there for a few, does.
        assert!(share(with(42, 36), with(4, 3)) > 0.9);
    }
}
