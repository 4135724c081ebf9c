//! What stands behind pains that were found: which signals come with the hits, what hit customers did next, and which
//! pains hit the same instances.

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
    /// By target: hit instances that are a hit of that target too.
    pub shared: Vec<u64>,
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
    /// Counts the instance with each target; bits of the targets it hits, and of those after which nothing came.
    fn count(&self, trails: &mut [Trail], judge: &Judge, subject: &Slice<'_>) -> (u64, u64) {
        let EvidenceConfig { search, targets, causes } = &self.config;
        let (mut hits, mut ends) = (0u64, 0u64);
        for (i, (target, trail)) in targets.iter().zip(trails).enumerate() {
            let Some(probe) = search.probes.get(target.group.probe) else { continue };
            let Some(exposure) = judge.exposure(search, subject, probe) else { continue };
            let skip = |group: &Group| group.probe == target.group.probe && group.holds(judge, subject, &exposure);
            let Some(side) = target.side(judge, subject, &exposure) else { continue };
            if side == Side::Reference && search.excluded.iter().any(skip) {
                continue;
            }
            let (total, by_cause) = match side {
                Side::Here => (&mut trail.here, &mut trail.causes_here),
                Side::Reference => (&mut trail.reference, &mut trail.causes_reference),
            };
            let hit = u64::from(exposure.hit);
            total.exposed += 1;
            total.hits += hit;
            let bits = judge.bits_until(subject, probe.stage);
            let seen = by_cause.iter_mut().zip(causes).filter(|(_, cause)| bits & **cause != 0);
            for (with, _) in seen {
                with.exposed += 1;
                with.hits += hit;
            }
            if side == Side::Here && exposure.hit {
                hits |= 1 << i;
                match judge.after(subject, probe.stage) {
                    Some(next) => *trail.next.cell(subject.label[next], subject.channel[next]) += 1,
                    None => ends |= 1 << i,
                }
            }
        }
        (hits, ends)
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
            shared: vec![0; self.config.targets.len()],
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
        let (hits, ends) = self.count(&mut state.trails, &judge, subject);
        for (i, trail) in state.trails.iter_mut().enumerate().filter(|(i, _)| hits >> i & 1 != 0) {
            let others = trail.shared.iter_mut().enumerate().filter(|(j, _)| *j != i && hits >> j & 1 != 0);
            others.for_each(|(_, shared)| *shared += 1);
        }
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
                + 8 * trail.shared.len()
                + 2 * size_of::<With>() * trail.causes_here.len()
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
        let causes = self.causes_here.iter_mut().zip(from.causes_here);
        causes
            .chain(self.causes_reference.iter_mut().zip(from.causes_reference))
            .for_each(|(into, from)| into.add(from));
        for (into, from) in [(&mut self.next, from.next), (&mut self.back, from.back)] {
            for ((label, channel), count) in from.into_entries() {
                *into.cell(label, channel) += count;
            }
        }
        self.gone += from.gone;
        for (into, from) in self.shared.iter_mut().zip(from.shared) {
            *into += from;
        }
    }
}
