//! What stands behind pains that were found: which signals come with the hits, what hit customers did next, and which
//! other pains come with them.

use serde::{Deserialize, Serialize};

use super::Config;
use super::judge::{Exposure, Group, Judge, Who};
use crate::error::Error;
use crate::fold::Fold;
use crate::limits::PAIN_TARGETS_MAX;
use crate::pairs::Pairs;
use crate::slice::{NO_FACET, Needs, Slice};

/// The fold.
#[derive(Debug, Clone)]
pub struct Evidence {
    config: EvidenceConfig,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceConfig {
    pub search: Config,
    /// The pains, at most 64.
    pub targets: Vec<Target>,
    /// Candidate causes, each as the bits of its signals.
    pub causes: Vec<u64>,
}

/// One pain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    pub group: Group,
    pub against: Against,
}

/// Whom its rate is compared to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// The other values of the dimension (or other switches), in the same stretch of time.
    Others,
    /// The same group outside the stretch.
    OtherTimes,
    /// Nobody.
    Nobody,
}

/// Exposures with a signal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct With {
    pub exposed: u64,
    pub hits: u64,
}

/// What was gathered of one pain.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Trail {
    pub here: With,
    pub reference: With,
    /// By cause: of `here`, and of `reference`, those with the signal.
    pub causes_here: Vec<With>,
    pub causes_reference: Vec<With>,
    /// Hit instances by what came next within the instance: (label, channel) of the first event after the stage.
    pub next: Pairs<u64>,
    /// Hit instances with nothing more within the instance, by what the customer's next instance began with.
    pub back: Pairs<u64>,
    /// Hit instances whose customer did nothing more at all.
    pub gone: u64,
    /// By target: of `here`, and of `reference`, those its probe hits too, in its group or not.
    pub others_here: Vec<With>,
    pub others_reference: Vec<With>,
}

/// The state, one trail a target.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    pub trails: Vec<Trail>,
    /// The last instance's customer, and the targets whose hit was its end.
    waiting: Option<(i64, u64)>,
}

impl Evidence {
    pub fn new(config: EvidenceConfig) -> Result<Evidence, Error> {
        config.search.check()?;
        let fault = |what| Err(Error::config("pain evidence", what));
        if config.targets.len() > PAIN_TARGETS_MAX {
            return fault(format!(
                "evidence of at most {PAIN_TARGETS_MAX} pains at once, not {}",
                config.targets.len()
            ));
        }
        if let Some(target) = config.targets.iter().find(|target| target.group.probe >= config.search.probes.len()) {
            return fault(format!("there is no probe {}", target.group.probe));
        }
        Ok(Evidence { config })
    }
}

/// Where an exposure belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Here,
    Reference,
}

impl Target {
    fn side(&self, judge: &Judge, subject: &Slice<'_>, exposure: &Exposure) -> Option<Side> {
        if self.group.holds(judge, subject, exposure) {
            return Some(Side::Here);
        }
        let during = (self.group.from..self.group.to).contains(&exposure.step);
        let reference = match self.against {
            Against::Nobody => false,
            Against::OtherTimes => {
                Group { from: 0, to: u32::MAX, ..self.group.clone() }.holds(judge, subject, exposure)
            }
            Against::Others => {
                during
                    && match self.group.who {
                        Who::Everyone => false,
                        Who::Facet { dimension, .. } => judge.facet(subject, exposure, dimension) != NO_FACET,
                        Who::Switch { .. } => exposure.switch.is_some(),
                    }
            }
        };
        reference.then_some(Side::Reference)
    }
}

impl Findings {
    /// The finished trails, one a target.
    pub fn into_trails(mut self) -> Vec<Trail> {
        self.settle();
        self.trails
    }

    fn settle(&mut self) {
        let Some((_, targets)) = self.waiting.take() else { return };
        for (i, trail) in self.trails.iter_mut().enumerate() {
            trail.gone += targets >> i & 1;
        }
    }
}

impl Evidence {
    /// Counts the instance with each target; bits of the targets whose hit was its end.
    fn count(&self, trails: &mut [Trail], judge: &Judge, subject: &Slice<'_>) -> u64 {
        let EvidenceConfig { search, targets, causes } = &self.config;
        let exposures: Vec<Option<Exposure>> = targets
            .iter()
            .map(|target| judge.exposure(search, subject, search.probes.get(target.group.probe)?))
            .collect();
        let is_hit = |exposure: &Option<Exposure>| exposure.as_ref().is_some_and(|exposure| exposure.hit);
        let mut ends = 0u64;
        for (i, (target, trail)) in targets.iter().zip(trails).enumerate() {
            let Some(probe) = search.probes.get(target.group.probe) else { continue };
            let Some(exposure) = &exposures[i] else { continue };
            let skip = |group: &Group| group.probe == target.group.probe && group.holds(judge, subject, exposure);
            let Some(side) = target.side(judge, subject, exposure) else { continue };
            if side == Side::Reference && search.excluded.iter().any(skip) {
                continue;
            }
            let (total, by_cause, by_other) = match side {
                Side::Here => (&mut trail.here, &mut trail.causes_here, &mut trail.others_here),
                Side::Reference => (&mut trail.reference, &mut trail.causes_reference, &mut trail.others_reference),
            };
            let one = With { exposed: 1, hits: u64::from(exposure.hit) };
            total.add(one);
            let bits = judge.bits_until(subject, probe.stage);
            let caused = by_cause.iter_mut().zip(causes).filter(|(_, cause)| bits & **cause != 0);
            caused.for_each(|(with, _)| with.add(one));
            let shared = by_other.iter_mut().zip(&exposures).filter(|(_, other)| is_hit(other));
            shared.for_each(|(with, _)| with.add(one));
            if side == Side::Here && exposure.hit {
                match judge.after(subject, probe.stage) {
                    Some(next) => *trail.next.cell(subject.label[next], subject.channel[next]) += 1,
                    None => ends |= 1 << i,
                }
            }
        }
        ends
    }
}

impl Fold for Evidence {
    type State = Findings;
    type Pick = ();

    fn needs(&self) -> Needs {
        super::needs(&self.config.search)
    }

    fn state(&self) -> Findings {
        let trail = Trail {
            causes_here: vec![With::default(); self.config.causes.len()],
            causes_reference: vec![With::default(); self.config.causes.len()],
            others_here: vec![With::default(); self.config.targets.len()],
            others_reference: vec![With::default(); self.config.targets.len()],
            ..Trail::default()
        };
        Findings { trails: vec![trail; self.config.targets.len()], waiting: None }
    }

    fn fold(&self, state: &mut Findings, subject: &Slice<'_>) {
        match state.waiting {
            Some((customer, targets)) if customer == subject.customer => {
                state.waiting = None;
                for (_, trail) in state.trails.iter_mut().enumerate().filter(|(i, _)| targets >> i & 1 != 0) {
                    *trail.back.cell(subject.label[0], subject.channel[0]) += 1;
                }
            }
            _ => state.settle(),
        }
        let mut judge = Judge::default();
        if !judge.look(&self.config.search, subject) {
            return;
        }
        let ends = self.count(&mut state.trails, &judge, subject);
        if ends != 0 {
            state.waiting = Some((subject.customer, ends));
        }
    }

    fn merge(&self, into: &mut Findings, mut from: Findings) {
        into.settle();
        from.settle();
        for (into, from) in into.trails.iter_mut().zip(from.trails) {
            into.merge(from);
        }
    }

    fn picks(&self, _: &Slice<'_>, (): &()) -> bool {
        false
    }

    fn state_bytes(&self, state: &Findings) -> usize {
        let trail = |trail: &Trail| {
            size_of::<Trail>()
                + trail.next.bytes()
                + trail.back.bytes()
                + 2 * size_of::<With>() * (trail.causes_here.len() + trail.others_here.len())
        };
        state.trails.iter().map(trail).sum()
    }
}

impl With {
    fn add(&mut self, from: With) {
        self.exposed += from.exposed;
        self.hits += from.hits;
    }
}

impl Trail {
    fn merge(&mut self, from: Trail) {
        self.here.add(from.here);
        self.reference.add(from.reference);
        for (into, from) in [
            (&mut self.causes_here, from.causes_here),
            (&mut self.causes_reference, from.causes_reference),
            (&mut self.others_here, from.others_here),
            (&mut self.others_reference, from.others_reference),
        ] {
            into.iter_mut().zip(from).for_each(|(into, from)| into.add(from));
        }
        for (into, from) in [(&mut self.next, from.next), (&mut self.back, from.back)] {
            for ((label, channel), count) in from.into_entries() {
                *into.cell(label, channel) += count;
            }
        }
        self.gone += from.gone;
    }
}
