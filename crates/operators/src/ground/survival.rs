//! Survival as a scan.

use folds::limits::SURVIVAL_GROUPS_MAX;
use folds::survival::{Config, Same};
use model::period::Period;
use model::survival::SurvivalQuestion;

use super::calendar::Steps;
use super::{Ground, check};
use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::spec::{FoldSpec, Labels, Masks};

/// Name of those who match no rule of a group.
const OTHER_GROUP: &str = "other";

/// Name of everyone where there are no groups.
const EVERYONE: &str = "all";

impl Ground<'_> {
    /// Times from start to end, by group. Of the question, everything but its scope and the times it is read off at.
    ///
    /// # Errors
    /// When a rule does not make sense, groups are too many or of one name, or the subject is not the customer.
    pub fn survival(&self, question: &SurvivalQuestion) -> Result<FinishSpec> {
        self.of_customers("survival")?;
        let mut steps = Steps::default();
        let start = steps.which("start", question.start.as_ref())?;
        let end = steps.which("end", Some(&question.end))?;
        if question.groups.len() > SURVIVAL_GROUPS_MAX {
            let what = format!("groups: at most {SURVIVAL_GROUPS_MAX}, not {}", question.groups.len());
            return Err(Error::question(what));
        }
        let mut names: Vec<String> = Vec::new();
        let mut groups = Vec::new();
        for group in &question.groups {
            if names.contains(&group.name) || group.name == OTHER_GROUP || group.name.is_empty() {
                let what = format!("groups: `{}` names none or two of them; `{OTHER_GROUP}` is the rest", group.name);
                return Err(Error::question(what));
            }
            check(&format!("group `{}`", group.name), &group.rule)?;
            names.push(group.name.clone());
            // A step of its own even where rules are equal: the first group takes all, the second none.
            groups.push(steps.0.len() as u32);
            steps.0.push(group.rule.clone());
        }
        names.push(if names.is_empty() { EVERYONE } else { OTHER_GROUP }.to_owned());
        let mut spec = self.plan(FoldSpec::Survival(Config {
            start,
            end,
            same: if start == end { Same::Later } else { Same::MayEnd },
            censor: question.censor,
            groups,
            entry: self.scope.entry,
            as_of_us: self.as_of_us,
        }));
        // The fold looks at starts itself.
        spec.scan.entry = Period::default();
        spec.scan.labels = Labels::None;
        spec.scan.masks = Masks::Rules(steps.0);
        spec.output.labels = names;
        Ok(spec)
    }
}
