//! How a question about paths becomes a scan.

use folds::paths;
use model::limits::PATH_STEPS_MAX;
use model::path::{Having, PathCut};

use super::{Ground, check};
use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::spec::{ExpandSpec, FoldSpec, Labels, Masks};

/// What paths are asked for, beyond scope and journey.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PathsAsked {
    /// Steps told apart. None: all up to the limit.
    pub steps: Option<usize>,
    /// Whether runs of a label are one step.
    pub collapse: bool,
    /// How paths are cut; the values of expansions are settled.
    pub cut: PathCut,
    /// Only subjects with, or without, an event that matches.
    pub having: Option<Having>,
    /// Whether it is kept how long paths took.
    pub durations: bool,
    /// Paths to list, most frequent first. None: all.
    pub top: Option<usize>,
}

impl Ground<'_> {
    /// Paths of events, or of the journey's stages.
    ///
    /// # Errors
    /// When the cut does not make sense, or an expansion's values are not settled.
    pub fn paths(&self, asked: &PathsAsked) -> Result<FinishSpec> {
        let steps = asked.steps.unwrap_or(PATH_STEPS_MAX);
        if steps == 0 || steps > PATH_STEPS_MAX {
            return Err(Error::question(format!("steps: tell 1 to {PATH_STEPS_MAX} steps apart, not {steps}")));
        }
        let cut = &asked.cut;
        if let Some((at, what)) = cut.faults().into_iter().next() {
            return Err(Error::question(format!("cut.{at}: {what}")));
        }
        if self.journey.is_some() && !cut.expand.is_empty() {
            return Err(Error::question(
                "cut.expand: the paths of a journey are of stages, not of events; leave it out",
            ));
        }
        if let Some(having) = &asked.having {
            check("having.match", &having.rule)?;
        }
        let at = |last: bool| if last { paths::At::Last } else { paths::At::First };
        let config = paths::Config {
            repeats: if asked.collapse { paths::Repeats::Collapse } else { paths::Repeats::Keep },
            keep: if cut.is_backwards() { paths::Keep::Last(steps) } else { paths::Keep::First(steps) },
            from: cut.from.as_ref().map(|from| if from.each { paths::Begin::Each } else { paths::Begin::First }),
            to: cut.to.as_ref().map(|to| paths::Finish { at: at(to.last), or_not: to.or_not }),
            window_us: cut.window.map(|window| window.us),
            hide: cut.hide.is_some(),
            only: cut.only.is_some(),
            goal: cut.goal.is_some(),
            side: asked.having.as_ref().map(|having| if having.not { paths::Side::Without } else { paths::Side::With }),
            durations: asked.durations,
            furthest: self.journey.is_some(),
            as_of_us: self.as_of_us,
        };
        let mut spec = self.plan(FoldSpec::Paths(config));
        spec.output.top = asked.top;
        let side = asked.having.as_ref().map(|having| &having.rule);
        // In the order of the fold's bits.
        let from = cut.from.as_ref().map(|from| &from.rule);
        let to = cut.to.as_ref().map(|to| &to.rule);
        let rules = [from, to, cut.goal.as_ref(), cut.hide.as_ref(), cut.only.as_ref(), side];
        if rules.iter().any(Option::is_some) {
            spec.scan.masks = Masks::Rules(rules.into_iter().map(|rule| rule.cloned().unwrap_or_default()).collect());
        }
        if !cut.expand.is_empty() {
            let mut expand = Vec::new();
            for asked in &cut.expand {
                let values = asked.values.clone().ok_or_else(|| {
                    Error::question(format!("cut.expand: name the `values` `{}` is told apart by", asked.event))
                })?;
                spec.output.labels.extend(values.iter().map(|value| format!("{}:{value}", asked.event)));
                spec.output.labels.push(format!("{}:…", asked.event));
                expand.push(ExpandSpec { event: asked.event.clone(), column: asked.by.clone(), values });
            }
            spec.scan.labels = Labels::Expanded { names: self.event_names.clone(), expand };
        }
        Ok(spec)
    }
}
