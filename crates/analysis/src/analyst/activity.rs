//! Questions about coming back: retention, lifecycle, stickiness, survival.

use operators::Control;
use operators::spec::{FoldSpec, FoldState};

use super::{Analyst, mixed_up};
use crate::answer::{LifecycleAnswer, RetentionAnswer, StickinessAnswer, SurvivalAnswer};
use crate::error::Result;
use crate::label::Labels;
use crate::question::{LifecycleQuestion, Present, Question, RetentionQuestion, StickinessQuestion, SurvivalQuestion};
use crate::{groups, lifecycle, retention, stickiness, survival};

impl Analyst {
    /// Retention.
    ///
    /// # Errors
    /// `Invalid` when the question does not make sense or asks for too many periods, `Cancelled` through `control`.
    pub async fn retention(
        &self,
        present: &Present,
        question: &RetentionQuestion,
        control: &Control,
    ) -> Result<RetentionAnswer> {
        let asked = Question::Retention(question.clone());
        let (plan, state, meta) = self.asked(present, asked, None, control).await?;
        let labels = plan.labels();
        let FoldSpec::Retention(config) = &plan.spec.scan.fold else { return Err(mixed_up()) };
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Retention(state) => Ok(retention::numbers(&labels, config, &state, within)),
            _ => Err(mixed_up()),
        })?;
        Ok(RetentionAnswer { meta, numbers, groups })
    }

    /// Lifecycle.
    ///
    /// # Errors
    /// As of [`Analyst::retention`].
    pub async fn lifecycle(
        &self,
        present: &Present,
        question: &LifecycleQuestion,
        control: &Control,
    ) -> Result<LifecycleAnswer> {
        let asked = Question::Lifecycle(question.clone());
        let (plan, state, meta) = self.asked(present, asked, None, control).await?;
        let labels = plan.labels();
        let FoldSpec::Lifecycle(config) = &plan.spec.scan.fold else { return Err(mixed_up()) };
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Lifecycle(state) => Ok(lifecycle::numbers(&labels, config, meta.as_of_us, &state, within)),
            _ => Err(mixed_up()),
        })?;
        Ok(LifecycleAnswer { meta, numbers, groups })
    }

    /// Stickiness.
    ///
    /// # Errors
    /// As of [`Analyst::retention`].
    pub async fn stickiness(
        &self,
        present: &Present,
        question: &StickinessQuestion,
        control: &Control,
    ) -> Result<StickinessAnswer> {
        let asked = Question::Stickiness(question.clone());
        let (plan, state, meta) = self.asked(present, asked, None, control).await?;
        let (periods, units) = (plan.labels(), Labels { names: plan.spec.output.stages.clone() });
        let FoldSpec::Stickiness(config) = &plan.spec.scan.fold else { return Err(mixed_up()) };
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Stickiness(state) => {
                Ok(stickiness::numbers((&periods, &units), config, meta.as_of_us, &state, within))
            }
            _ => Err(mixed_up()),
        })?;
        Ok(StickinessAnswer { meta, numbers, groups })
    }

    /// Survival curves.
    ///
    /// # Errors
    /// As of [`Analyst::retention`].
    pub async fn survival(
        &self,
        present: &Present,
        question: &SurvivalQuestion,
        control: &Control,
    ) -> Result<SurvivalAnswer> {
        survival::check(question)?;
        let asked = Question::Survival(question.clone());
        let (plan, state, meta) = self.asked(present, asked, None, control).await?;
        let labels = plan.labels();
        let (times, groups_log_rank) = match &state {
            FoldState::Survival(state) => (survival::times(&question.at, state), None),
            FoldState::By(states) => {
                let FoldState::Survival(all) = &states.all else { return Err(mixed_up()) };
                let groups = states.groups.iter().filter_map(|(_, state)| match state {
                    FoldState::Survival(state) => Some(state),
                    _ => None,
                });
                (survival::times(&question.at, all), survival::compare(groups))
            }
            _ => return Err(mixed_up()),
        };
        let (numbers, groups) = groups::numbers(&plan, state, |state, within| match state {
            FoldState::Survival(state) => Ok(survival::numbers(&labels, &times, &state, within)),
            _ => Err(mixed_up()),
        })?;
        Ok(SurvivalAnswer { meta, numbers, groups, groups_log_rank })
    }
}
