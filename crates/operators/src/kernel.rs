//! The folds of a spec behind one face.
//!
//! Type erasure happens once a shard: inside, slicer and fold are compiled together for each fold.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use folds::attribution::Attribution;
use folds::by::{self, By};
use folds::fold::{Fold, decode, encode};
use folds::funnel::Funnel;
use folds::journey::StageMachine;
use folds::lifecycle::Lifecycle;
use folds::pain::{Bounds, Evidence, Search};
use folds::paths::Paths;
use folds::retention::Retention;
use folds::rfm::{Population, Scored};
use folds::segment::{self, Members, Segments};
use folds::sequence::Sequence;
use folds::sessions::Sessions;
use folds::slice::{Needs, Slice, Subject};
use folds::slicer::{Slicer, Splitter};
use folds::stickiness::Stickiness;
use folds::subjects::{All, Subjects};
use folds::survival::Survival;
use folds::transitions::Transitions;
use folds::who::{self, Who};
use model::period::Period;

use crate::error::{Error, Result};
use crate::prepare::Prepared;
use crate::segments::days_around;
use crate::spec::{BySpec, FoldSpec, FoldState, GroupStates, Pick, RfmSpec, ScanSpec, SegmentsSpec, WhoSpec};

/// The fold of one spec.
pub(crate) trait Kernel: Debug + Send + Sync {
    fn needs(&self) -> Needs;

    /// A fold over one partition, nothing folded yet.
    fn start(&self) -> Box<dyn Running>;

    /// Merges the states of folds this kernel started; none of them stands for no events at all.
    fn join(&self, states: Vec<Box<dyn Running>>) -> Result<FoldState>;

    /// Merges encoded states, as [`Kernel::join`] does.
    fn merge(&self, partials: &mut dyn Iterator<Item = &[u8]>) -> Result<FoldState>;
}

/// A fold over one partition.
pub(crate) trait Running: Debug + Send {
    /// Adds some customers.
    fn fold(&mut self, some: &Prepared<'_>);

    /// Roughly the bytes of the state.
    fn bytes(&self) -> usize;

    fn encode(&self) -> Result<Vec<u8>>;

    /// The state itself.
    fn into_state(self: Box<Self>) -> Box<dyn Any>;
}

/// The kernel a spec asks for.
pub(crate) fn kernel(spec: &ScanSpec) -> Result<Arc<dyn Kernel>> {
    match &spec.fold {
        FoldSpec::Sessions(config) => {
            let fold = Sessions::with(config.clone()).map_err(of_fold)?;
            Plan {
                spec,
                fold,
                wrap: FoldState::Sessions,
                pick: |pick| if let Pick::Sessions(p) = pick { Some(p) } else { None },
            }
            .kernel()
        }
        FoldSpec::Funnel(config) => {
            let fold = Funnel::new(config.clone()).map_err(of_fold)?;
            Plan {
                spec,
                fold,
                wrap: FoldState::Funnel,
                pick: |pick| if let Pick::Funnel(p) = pick { Some(p) } else { None },
            }
            .kernel()
        }
        FoldSpec::Paths(config) => {
            let fold = Paths::new(*config).map_err(of_fold)?;
            Plan {
                spec,
                fold,
                wrap: FoldState::Paths,
                pick: |pick| if let Pick::Paths(p) = pick { Some(p) } else { None },
            }
            .kernel()
        }
        FoldSpec::Transitions(config) => {
            let fold = Transitions::new(*config).map_err(of_fold)?;
            Plan {
                spec,
                fold,
                wrap: FoldState::Transitions,
                pick: |pick| if let Pick::Transitions(p) = pick { Some(p) } else { None },
            }
            .kernel()
        }
        FoldSpec::Journey(config) => {
            let fold = StageMachine::new(config.clone()).map_err(of_fold)?;
            Plan {
                spec,
                fold,
                wrap: FoldState::Journey,
                pick: |pick| if let Pick::Journey(p) = pick { Some(p) } else { None },
            }
            .kernel()
        }
        FoldSpec::PainBounds(config) => {
            let fold = Bounds::new(config.clone()).map_err(of_fold)?;
            Plan { spec, fold, wrap: FoldState::PainBounds, pick: |_| None }.kernel()
        }
        FoldSpec::Pain(config) => {
            let fold = Search::new(config.clone()).map_err(of_fold)?;
            Plan {
                spec,
                fold,
                wrap: FoldState::Pain,
                pick: |pick| if let Pick::Pain(p) = pick { Some(p) } else { None },
            }
            .kernel()
        }
        FoldSpec::PainEvidence(config) => {
            let fold = Evidence::new(config.clone()).map_err(of_fold)?;
            let wrap = |state: folds::pain::Findings| FoldState::PainEvidence(state.into_trails());
            Plan { spec, fold, wrap, pick: |_| None }.kernel()
        }
        FoldSpec::Subjects => {
            let pick = |pick| if let Pick::Subjects = pick { Some(All) } else { None };
            Plan { spec, fold: Subjects, wrap: FoldState::Subjects, pick }.kernel()
        }
        FoldSpec::Retention(config) => {
            let fold = Retention::new(config.clone()).map_err(of_fold)?;
            let pick = |pick| if let Pick::Retention(p) = pick { Some(p) } else { None };
            Plan { spec, fold, wrap: FoldState::Retention, pick }.kernel()
        }
        FoldSpec::Lifecycle(config) => {
            let fold = Lifecycle::new(config.clone()).map_err(of_fold)?;
            let pick = |pick| if let Pick::Lifecycle(p) = pick { Some(p) } else { None };
            Plan { spec, fold, wrap: FoldState::Lifecycle, pick }.kernel()
        }
        FoldSpec::Stickiness(config) => {
            let fold = Stickiness::new(config.clone()).map_err(of_fold)?;
            let pick = |pick| if let Pick::Stickiness(p) = pick { Some(p) } else { None };
            Plan { spec, fold, wrap: FoldState::Stickiness, pick }.kernel()
        }
        FoldSpec::Survival(config) => {
            let fold = Survival::new(config.clone()).map_err(of_fold)?;
            let pick = |pick| if let Pick::Survival(p) = pick { Some(p) } else { None };
            Plan { spec, fold, wrap: FoldState::Survival, pick }.kernel()
        }
        FoldSpec::Sequence(config) => {
            let fold = Sequence::new(config.clone()).map_err(of_fold)?;
            let pick = |pick| if let Pick::Sequence(p) = pick { Some(p) } else { None };
            Plan { spec, fold, wrap: FoldState::Sequence, pick }.kernel()
        }
        FoldSpec::Attribution(config) => {
            let fold = Attribution::new(config.clone()).map_err(of_fold)?;
            let pick = |pick| if let Pick::Attribution(p) = pick { Some(p) } else { None };
            Plan { spec, fold, wrap: FoldState::Attribution, pick }.kernel()
        }
        FoldSpec::Segments => {
            let asked = segments(spec)?;
            let moments_us = asked.moments(spec.as_of_us).into_owned();
            let count = asked.segments.len() as u32 - asked.required;
            let fold = Segments::new(segment::Config { first: asked.required, count, moments_us }).map_err(of_fold)?;
            let pick = |pick| if let Pick::Segments(p) = pick { Some(p) } else { None };
            Plan { spec, fold, wrap: FoldState::Segments, pick }.kernel()
        }
        FoldSpec::Members => {
            let asked = segments(spec)?;
            let moment = asked.moments(spec.as_of_us).len() as u32 - 1;
            let fold = Members { bit: asked.required, moment };
            Plan { spec, fold, wrap: FoldState::Members, pick: |_| None }.kernel()
        }
        FoldSpec::RfmEdges(rfm) => {
            let fold = Population { config: rfm_config(rfm, spec)? };
            Plan { spec, fold, wrap: FoldState::RfmEdges, pick: |_| None }.kernel()
        }
        FoldSpec::Rfm { rfm, edges } => {
            let fold = Scored { config: rfm_config(rfm, spec)?, edges: edges.clone() };
            let pick = |pick| if let Pick::Rfm(p) = pick { Some(p) } else { None };
            Plan { spec, fold, wrap: FoldState::Rfm, pick }.kernel()
        }
    }
}

/// The segments a scan asks about.
fn segments(spec: &ScanSpec) -> Result<&SegmentsSpec> {
    let asked = spec.segments.as_ref().filter(|segments| segments.segments.len() > segments.required as usize);
    asked.ok_or_else(|| Error::question("segments: name at least one to be asked about"))
}

fn rfm_config(rfm: &RfmSpec, spec: &ScanSpec) -> Result<folds::rfm::Config> {
    let days = days_around(&rfm.zone, spec.as_of_us)?;
    Ok(folds::rfm::Config { within: rfm.within, at_us: spec.as_of_us, days })
}

pub(crate) fn of_fold(error: folds::Error) -> Error {
    match error.kind() {
        folds::Kind::Invalid => Error::question(error.to_string()),
        folds::Kind::Corrupt => Error::defect(error.to_string()),
    }
}

/// A fold with the two functions that are its own.
struct Plan<'a, F: Fold> {
    spec: &'a ScanSpec,
    fold: F,
    wrap: fn(F::State) -> FoldState,
    pick: fn(Pick) -> Option<F::Pick>,
}

impl<F: Fold + 'static> Plan<'_, F>
where
    F::State: 'static,
{
    fn kernel(self) -> Result<Arc<dyn Kernel>> {
        match &self.spec.by {
            Some(by) => self.grouped(by),
            None => self.whole(),
        }
    }

    fn whole(self) -> Result<Arc<dyn Kernel>> {
        let Plan { spec, fold, wrap, pick } = self;
        match &spec.who {
            Some(who) => people(spec, fold, config(who, pick)?),
            None => Ok(Arc::new(Typed::new(spec, fold, move |_: &F, state| wrap(state)))),
        }
    }

    fn grouped(self, by: &BySpec) -> Result<Arc<dyn Kernel>> {
        let Plan { spec, fold, wrap, pick } = self;
        let mut fold = By::new(fold, by::Config { values: by.groups(), at: by.at }).map_err(of_fold)?;
        if matches!(spec.slicer, Slicer::Customer | Slicer::Within { .. }) {
            fold = fold.of_customers();
        }
        if let Some(who) = &spec.who {
            let group = who.group;
            return people(spec, fold, config(who, |one| Some(by::Pick { group, pick: pick(one)? }))?);
        }
        let finish = move |fold: &By<F>, state: by::State<F::State>| {
            let (all, groups) = fold.parts(state);
            let groups = groups.into_iter().map(|(group, state)| (group, wrap(state))).collect();
            FoldState::By(Box::new(GroupStates { all: wrap(all), groups }))
        };
        Ok(Arc::new(Typed::new(spec, fold, finish)))
    }
}

/// The kernel of the customers behind a number.
fn people<F: Fold + 'static>(spec: &ScanSpec, fold: F, config: who::Config<F::Pick>) -> Result<Arc<dyn Kernel>> {
    let fold = Who::new(fold, config).map_err(of_fold)?;
    Ok(Arc::new(Typed::new(spec, fold, |fold: &Who<F>, state| FoldState::Who(fold.answer(state)))))
}

fn config<P>(who: &WhoSpec, pick: impl Fn(Pick) -> Option<P>) -> Result<who::Config<P>> {
    let of =
        |one: &Pick| pick(one.clone()).ok_or_else(|| Error::question("the pick belongs to another kind of question"));
    Ok(who::Config {
        pick: of(&who.pick)?,
        unless: who.unless.as_ref().map(of).transpose()?,
        after: who.after,
        page: who.page,
    })
}

/// Makes a fold's finished state the answer.
type Finish<F> = Box<dyn Fn(&F, <F as Fold>::State) -> FoldState + Send + Sync>;

struct Typed<F: Fold> {
    fold: Arc<F>,
    finish: Finish<F>,
    cut: Cut,
}

/// How customers become subjects of this question.
#[derive(Debug, Clone)]
struct Cut {
    slicer: Slicer,
    entry: Period,
    as_of_us: i64,
    regroup: Vec<u32>,
}

impl<F: Fold> Typed<F> {
    fn new(spec: &ScanSpec, fold: F, finish: impl Fn(&F, F::State) -> FoldState + Send + Sync + 'static) -> Self {
        let cut = Cut {
            slicer: spec.slicer.clone(),
            entry: spec.entry,
            as_of_us: spec.as_of_us,
            regroup: spec.regroup.clone(),
        };
        Typed { fold: Arc::new(fold), finish: Box::new(finish), cut }
    }
}

impl<F: Fold> Debug for Typed<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kernel").field("fold", &self.fold).field("cut", &self.cut).finish_non_exhaustive()
    }
}

impl<F: Fold + 'static> Kernel for Typed<F>
where
    F::State: 'static,
{
    fn needs(&self) -> Needs {
        self.fold.needs()
    }

    fn start(&self) -> Box<dyn Running> {
        Box::new(Partition {
            state: self.fold.state(),
            fold: Arc::clone(&self.fold),
            splitter: Splitter::new(self.cut.slicer.clone()),
            cut: self.cut.clone(),
            subjects: Vec::new(),
            labels: Vec::new(),
        })
    }

    fn join(&self, states: Vec<Box<dyn Running>>) -> Result<FoldState> {
        let mut merged = None;
        for state in states {
            let state = state.into_state().downcast::<F::State>();
            let state = *state.map_err(|_| Error::defect("a state of another fold was to be merged"))?;
            match &mut merged {
                None => merged = Some(state),
                Some(merged) => self.fold.merge(merged, state),
            }
        }
        Ok((self.finish)(&self.fold, merged.unwrap_or_else(|| self.fold.state())))
    }

    fn merge(&self, partials: &mut dyn Iterator<Item = &[u8]>) -> Result<FoldState> {
        let mut merged = self.fold.state();
        for partial in partials {
            self.fold.merge(&mut merged, decode(partial).map_err(of_fold)?);
        }
        Ok((self.finish)(&self.fold, merged))
    }
}

struct Partition<F: Fold> {
    fold: Arc<F>,
    state: F::State,
    splitter: Splitter,
    cut: Cut,
    /// The subjects of a block.
    subjects: Vec<Subject>,
    /// The regrouped labels of one subject.
    labels: Vec<u32>,
}

impl<F: Fold> Debug for Partition<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Partition").field("fold", &self.fold).finish_non_exhaustive()
    }
}

impl<F: Fold> Running for Partition<F>
where
    F::State: 'static,
{
    fn fold(&mut self, some: &Prepared<'_>) {
        let Partition { fold, state, splitter, cut, subjects, labels } = self;
        if cut.regroup.is_empty()
            && let Some((customers, offsets, rows)) = some.block()
            && splitter.ranges((customers, offsets, &rows), &cut.entry, cut.as_of_us, subjects)
        {
            return fold.fold_all(state, &rows, subjects);
        }
        for customer in 0..some.customers() {
            splitter.split(&some.slice(customer), &cut.entry, cut.as_of_us, |subject| {
                if cut.regroup.is_empty() {
                    return fold.fold(state, subject);
                }
                labels.clear();
                labels.extend(subject.label.iter().map(|label| regrouped(&cut.regroup, *label)));
                fold.fold(state, &Slice { label: labels, ..*subject });
            });
        }
    }

    fn bytes(&self) -> usize {
        self.fold.state_bytes(&self.state)
    }

    fn encode(&self) -> Result<Vec<u8>> {
        encode(&self.state).map_err(of_fold)
    }

    fn into_state(self: Box<Self>) -> Box<dyn Any> {
        Box::new(self.state)
    }
}

/// What a label counts as, see [`ScanSpec::regroup`].
#[inline]
pub(crate) fn regrouped(regroup: &[u32], label: u32) -> u32 {
    if regroup.is_empty() { label } else { regroup.get(label as usize).copied().unwrap_or(0) }
}
