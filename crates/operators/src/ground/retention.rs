//! Retention as a scan.

use folds::limits::RETENTION_CELLS_MAX;
use folds::retention::{Clock, Config, Reading};
use model::calendar::Unit;
use model::period::{DAY_US, Period};
use model::retention::{self, RetentionQuestion};

use super::Ground;
use super::calendar::Steps;
use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::spec::{FoldSpec, Labels, Masks};

impl Ground<'_> {
    /// Cohorts and their returns. Of the question, everything but its scope, which is the ground's.
    ///
    /// # Errors
    /// When the question contradicts itself, exceeds a limit, or is not of customers.
    pub fn retention(&self, question: &RetentionQuestion) -> Result<FinishSpec> {
        self.of_customers("retention")?;
        let mut steps = Steps::default();
        let (start, back) =
            (steps.which("start", question.start.as_ref())?, steps.which("return", question.back.as_ref())?);
        let (from, to) = self.stretch("entry", self.scope.entry)?;
        let cohort = question.cohort.unwrap_or(question.unit);
        let cohorts = self.periods("entry", self.calendar(cohort, question.week_start)?, (from, to))?;
        let clock = match question.clock {
            retention::Clock::Calendar => {
                let calendar = self.calendar(question.unit, question.week_start)?;
                Clock::Calendar(self.periods("entry", calendar, (from, self.as_of_us))?.periods)
            }
            retention::Clock::Rolling => Clock::Rolling { length_us: rolling(question.unit)? },
        };
        let mut spec = self.plan(FoldSpec::Retention(Config {
            start,
            back,
            starts: question.starts,
            cohorts: cohorts.periods,
            clock,
            reading: reading(question)?,
            entry: self.scope.entry,
            as_of_us: self.as_of_us,
        }));
        // The fold looks at starts itself.
        spec.scan.entry = Period::default();
        spec.scan.labels = Labels::None;
        spec.scan.masks = if steps.0.is_empty() { Masks::None } else { Masks::Rules(steps.0) };
        spec.output.labels = cohorts.names;
        Ok(spec)
    }
}

fn rolling(unit: Unit) -> Result<i64> {
    match unit {
        Unit::Day => Ok(DAY_US),
        Unit::Week => Ok(7 * DAY_US),
        Unit::Month | Unit::Quarter | Unit::Year => {
            let what = format!("clock: a {unit} has no fixed length; roll by day or week, or count by the calendar");
            Err(Error::question(what))
        }
    }
}

fn reading(question: &RetentionQuestion) -> Result<Reading> {
    if !question.brackets.is_empty() {
        if question.last.is_some() || question.reading != retention::Reading::On {
            return Err(Error::question("brackets: with them neither `last` nor another reading than `on` goes"));
        }
        return Ok(Reading::Brackets(question.brackets.iter().map(|bracket| (bracket.from, bracket.to)).collect()));
    }
    let last = question.last.unwrap_or(question.unit.retention_last());
    if last as usize >= RETENTION_CELLS_MAX {
        return Err(Error::question(format!("last: at most {}, not {last}", RETENTION_CELLS_MAX - 1)));
    }
    Ok(match question.reading {
        retention::Reading::On => Reading::On { last },
        retention::Reading::OnOrAfter => Reading::OnOrAfter { last },
    })
}
