//! Names of a question's labels.

use crate::error::{Error, Result};

/// What label 0 is shown as.
const NONE: &str = "–";

/// Label n is the n-th name, counted from 1; label 0 is an event that is none of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Labels {
    pub names: Vec<String>,
}

impl Labels {
    /// # Errors
    /// When nothing in the lake has that name.
    pub(crate) fn label(&self, name: &str) -> Result<u32> {
        if name == NONE && !self.names.iter().any(|known| known == NONE) {
            return Ok(0);
        }
        let index = self.names.iter().position(|known| known == name);
        index.map(|index| index as u32 + 1).ok_or_else(|| Error::not_found(format!("label `{name}`")))
    }

    pub(crate) fn name(&self, label: u32) -> String {
        match label.checked_sub(1).and_then(|index| self.names.get(index as usize)) {
            Some(name) => name.clone(),
            None => NONE.to_owned(),
        }
    }
}
