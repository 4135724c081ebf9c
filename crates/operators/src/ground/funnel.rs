//! How a funnel becomes a scan.

use folds::funnel::{self, Count, Effect, Entry, Exclusion, Mode, Ties, Window};
use model::calendar::{Unit, WeekStart};
use model::funnel::{ExclusionEffect, FunnelCount, FunnelEntry, FunnelExclusion, FunnelOptions, FunnelWindow};
use model::journey::Journey;
use model::limits::FUNNEL_STEPS_MAX;
use model::period::Period;
use model::rule::Rule;

use super::calendar::Named;
use super::{GOAL_STEP, Ground, check, stages_then_goal};
use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::spec::{FoldSpec, Labels, Masks};

/// A funnel as it is asked for. Without steps, step k is the journey's "stage k or a later one", the last the goal.
#[derive(Debug, Clone, Default)]
pub struct AskedFunnel {
    /// Names and rules.
    pub steps: Vec<(String, Rule)>,
    /// None: no limit.
    pub window: Option<FunnelWindow>,
    pub mode: Mode,
    pub options: FunnelOptions,
}

impl Ground<'_> {
    /// A funnel.
    ///
    /// # Errors
    /// When there are neither steps nor a journey, too many of them, or options that contradict each other or that
    /// stages do not have.
    pub fn funnel(&self, asked: AskedFunnel) -> Result<FinishSpec> {
        match self.journey {
            Some(journey) if asked.steps.is_empty() => self.funnel_of_stages(journey, &asked),
            None if asked.steps.is_empty() => {
                Err(Error::question("steps: give at least one, or a journey whose stages are the steps"))
            }
            _ => self.funnel_of_steps(asked),
        }
    }

    fn funnel_of_stages(&self, journey: &Journey, asked: &AskedFunnel) -> Result<FinishSpec> {
        let FunnelOptions { trend, next, .. } = asked.options;
        let rest = FunnelOptions { trend: None, next: false, ..asked.options.clone() };
        let given = [
            (asked.window.is_some(), "window"),
            (asked.mode != Mode::Ordered, "mode"),
            (rest != FunnelOptions::default(), "options"),
        ];
        if let Some((_, what)) = given.iter().find(|(given, _)| *given) {
            return Err(Error::question(format!(
                "{what}: a funnel over a journey's stages has none but `trend` and `next`, its step k is \"stage k or a \
                 later one\" and its time the journey's gap; give steps, or leave the {what} out"
            )));
        }
        // An instance in stage 3 is past stages 1 and 2: there one event satisfies several steps. Every event is one of
        // the first step, so it is the first that begins the run; others would take no time.
        let trend = trend.map(|unit| self.all_periods("options.trend", unit)).transpose()?;
        let mut spec = self.plan(FoldSpec::Funnel(funnel::Config {
            entry: Entry::First,
            reuse: true,
            trend: trend.as_ref().map(|trend| trend.periods.clone()),
            next,
            ..self.config(journey.stages.len() + 1)?
        }));
        spec.scan.regroup = stages_then_goal(journey);
        spec.scan.masks = Masks::LabelReached;
        spec.output.labels.push(GOAL_STEP.to_owned());
        spec.output.stages = spec.output.labels.clone();
        spec.output.periods = trend.map(|trend| trend.names).unwrap_or_default();
        Ok(spec)
    }

    fn funnel_of_steps(&self, asked: AskedFunnel) -> Result<FinishSpec> {
        let AskedFunnel { steps, window, mode, options } = asked;
        let count = steps.len();
        let mut config = self.config(count)?;
        for (name, rule) in &steps {
            check(&format!("step `{name}`"), rule)?;
        }
        if options.count == FunnelCount::Sessions && self.journey.is_some() {
            return Err(Error::question("count: the subjects of a journey are its instances, not sessions"));
        }
        config.window = match window {
            None => config.window,
            Some(FunnelWindow::Time(span)) => Window::Time { us: span.us },
            Some(FunnelWindow::Session(timeout)) => Window::Session { timeout_us: timeout.us },
            Some(FunnelWindow::Calendar(unit)) => Window::Calendar(self.all_periods("window", unit)?.periods),
        };
        config.mode = mode;
        config.ties = if mode.is_own() { Ties::Position } else { Ties::Step };
        config.count = if options.count == FunnelCount::Totals { Count::Every } else { Count::Once };
        config.entry = match options.entry {
            FunnelEntry::Best => Entry::Best,
            FunnelEntry::First => Entry::First,
        };
        config.reuse = options.reuse;
        config.tie_tolerance_us = i64::from(options.tie_tolerance_ms) * 1_000;
        for step in &options.optional {
            let bit = step.checked_sub(1).filter(|step| (*step as usize) < count);
            let bit = bit.ok_or_else(|| Error::question(format!("optional: there is no step {step} of {count}")))?;
            config.optional |= 1 << bit;
        }
        config.exclusions =
            options.exclusions.iter().map(|asked| exclusion(asked, count)).collect::<Result<Vec<_>>>()?;
        config.hold = !options.hold.is_empty();
        let trend = options.trend.map(|unit| self.all_periods("options.trend", unit)).transpose()?;
        config.trend = trend.as_ref().map(|trend| trend.periods.clone());
        config.next = options.next;
        // What the fold has to say of it is said before anything is read.
        funnel::Funnel::new(config.clone()).map_err(|error| Error::question(error.to_string()))?;

        let mut spec = self.plan(FoldSpec::Funnel(config));
        spec.output.periods = trend.map(|trend| trend.names).unwrap_or_default();
        spec.output.stages = std::mem::take(&mut spec.output.labels);
        spec.output.labels = match mode {
            // Which steps those are differs from one to the next.
            Mode::Unordered => (1..=count).map(|done| format!("{done}/{count}")).collect(),
            _ => steps.iter().map(|(name, _)| name.clone()).collect(),
        };
        if matches!(spec.scan.labels, Labels::EventNames(_)) {
            spec.output.stages.clear();
        }
        let rules = steps.into_iter().map(|(_, rule)| rule);
        spec.scan.masks = Masks::Rules(rules.chain(options.exclusions.into_iter().map(|asked| asked.rule)).collect());
        spec.scan.hold = options.hold;
        Ok(spec)
    }

    fn config(&self, steps: usize) -> Result<funnel::Config> {
        if steps > FUNNEL_STEPS_MAX {
            return Err(Error::question(format!("steps: a funnel has at most {FUNNEL_STEPS_MAX}, not {steps}")));
        }
        Ok(funnel::Config::new(steps, i64::MAX, self.as_of_us))
    }

    /// Periods of the calendar that hold all events.
    fn all_periods(&self, path: &str, unit: Unit) -> Result<Named> {
        self.periods(path, self.calendar(unit, WeekStart::Monday)?, self.stretch(path, Period::default())?)
    }
}

fn exclusion(asked: &FunnelExclusion, steps: usize) -> Result<Exclusion> {
    check("exclusion", &asked.rule)?;
    let step = |step: Option<u32>, else_step: usize| match step {
        None => Ok(else_step),
        Some(step) => (step as usize)
            .checked_sub(1)
            .ok_or_else(|| Error::question("exclusions: steps are counted from 1, there is no step 0")),
    };
    let effect = match asked.effect {
        ExclusionEffect::Remove => Effect::Remove,
        ExclusionEffect::Drop => Effect::Drop,
    };
    Ok(Exclusion { after: step(asked.after, 0)?, before: step(asked.before, steps.saturating_sub(1))?, effect })
}
