//! How a sequence becomes a scan.

use folds::sequence;

use model::rule::Rule;

use super::{Ground, check};
use crate::error::{Error, Result};
use crate::finish::FinishSpec;
use crate::spec::{FoldSpec, Masks};

impl Ground<'_> {
    /// Who did something after something else, by a pattern of conditions (see [`sequence::Pattern`]).
    ///
    /// # Errors
    /// When the pattern does not read, or names conditions that are not there.
    pub fn sequence(&self, pattern: &str, conditions: Vec<(String, Rule)>) -> Result<FinishSpec> {
        for (name, rule) in &conditions {
            check(&format!("condition `{name}`"), rule)?;
        }
        let of_fold = |error: folds::Error| Error::question(error.to_string());
        let config = sequence::Config { pattern: pattern.parse().map_err(of_fold)?, conditions: conditions.len() };
        sequence::Sequence::new(config.clone()).map_err(of_fold)?;
        let mut spec = self.plan(FoldSpec::Sequence(config));
        let (names, rules) = conditions.into_iter().unzip();
        spec.output.labels = names;
        spec.scan.masks = Masks::Rules(rules);
        Ok(spec)
    }
}
