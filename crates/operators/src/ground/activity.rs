//! Lifecycle and stickiness as scans.

use folds::{lifecycle, stickiness};
use model::activity::{LifecycleQuestion, StickinessQuestion};

use super::Ground;
use super::calendar::Steps;
use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::spec::{FoldSpec, Labels, Masks};

impl Ground<'_> {
    /// Customers by what they are to each period. Of the question, everything but its scope, which is the ground's.
    ///
    /// # Errors
    /// When there are too many periods, a rule does not make sense, or the subject is not the customer.
    pub fn lifecycle(&self, question: &LifecycleQuestion) -> Result<FinishSpec> {
        self.of_customers("lifecycle")?;
        let mut steps = Steps::default();
        let active = steps.which("active", question.active.as_ref())?;
        let calendar = self.calendar(question.unit, question.week_start)?;
        let shown = self.periods("over", calendar, self.stretch("over", question.over)?)?;
        let before_us = self.before("over", calendar, shown.periods.edges()[0])?.us;
        let config = lifecycle::Config { periods: shown.periods, before_us, active };
        Ok(self.by_period(FoldSpec::Lifecycle(config), steps, shown.names))
    }

    /// Customers by the units of each period they were active in. Of the question, everything but its scope.
    ///
    /// # Errors
    /// As of [`Ground::lifecycle`]; and when the unit is not shorter than the period.
    pub fn stickiness(&self, question: &StickinessQuestion) -> Result<FinishSpec> {
        self.of_customers("stickiness")?;
        if question.unit >= question.per {
            let what = format!("per: a {} is not longer than a {}, which is counted", question.per, question.unit);
            return Err(Error::question(what));
        }
        let mut steps = Steps::default();
        let active = steps.which("active", question.active.as_ref())?;
        let (from, to) = self.stretch("over", question.over)?;
        let per = self.periods("over", self.calendar(question.per, question.week_start)?, (from, to))?;
        // Units of whole periods, so that the first one is not cut.
        let whole = (per.periods.edges()[0], to);
        let units = self.periods("over", self.calendar(question.unit, question.week_start)?, whole)?;
        let config = stickiness::Config { units: units.periods, periods: per.periods, active };
        let mut spec = self.by_period(FoldSpec::Stickiness(config), steps, per.names);
        spec.output.stages = units.names;
        Ok(spec)
    }

    fn by_period(&self, fold: FoldSpec, steps: Steps, names: Vec<String>) -> FinishSpec {
        let mut spec = self.plan(fold);
        spec.scan.labels = Labels::None;
        spec.scan.masks = if steps.0.is_empty() { Masks::None } else { Masks::Rules(steps.0) };
        spec.output.labels = names;
        spec
    }
}
