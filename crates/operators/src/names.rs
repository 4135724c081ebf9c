//! Codes for the names of events and channels.
//!
//! A fold compares codes, never strings. Codes are given in the order names are first seen and are never taken
//! back, so a decoded column stays valid while other columns bring new names. They mean something in this process
//! only: nothing that leaves it (specs, partial states) may hold one.

use std::sync::Arc;

use arrow::array::{Array, DictionaryArray, StringArray};
use arrow::datatypes::Int32Type;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::limits::NAMES_MAX;

/// The names of one column of one workspace, with their codes. Clones share.
#[derive(Debug, Clone, Default)]
pub struct Names {
    shared: Arc<RwLock<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    codes: FxHashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
}

impl Names {
    /// The code of a name, given now if it had none.
    pub fn code(&self, name: &str) -> Result<u32> {
        if let Some(code) = self.shared.read().codes.get(name) {
            return Ok(*code);
        }
        let mut shared = self.shared.write();
        if let Some(code) = shared.codes.get(name) {
            return Ok(*code);
        }
        if shared.names.len() >= NAMES_MAX {
            return Err(Error::Limit {
                what: "number of different event names or channels",
                got: NAMES_MAX as u64 + 1,
                limit: NAMES_MAX as u64,
            });
        }
        let code = shared.names.len() as u32;
        let name: Arc<str> = name.into();
        shared.names.push(name.clone());
        shared.codes.insert(name, code);
        Ok(code)
    }

    /// Names that have a code.
    pub fn len(&self) -> usize {
        self.shared.read().names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names with code `from` and above, in the order of their codes.
    pub fn since(&self, from: usize) -> Vec<Arc<str>> {
        self.shared.read().names.get(from..).map(<[_]>::to_vec).unwrap_or_default()
    }

    /// The codes of a column. A missing value counts as the empty name.
    pub fn encode(&self, column: &dyn Array) -> Result<Vec<u32>> {
        if let Some(column) = column.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
            return self.encode_dictionary(column);
        }
        let strings = strings(column)?;
        let mut last: Option<(&str, u32)> = None;
        strings
            .iter()
            .map(|name| {
                let name = name.unwrap_or("");
                match last {
                    Some((text, code)) if text == name => Ok(code),
                    _ => {
                        let code = self.code(name)?;
                        last = Some((name, code));
                        Ok(code)
                    }
                }
            })
            .collect()
    }

    fn encode_dictionary(&self, column: &DictionaryArray<Int32Type>) -> Result<Vec<u32>> {
        let values = strings(column.values().as_ref())?;
        let keys = column.keys();
        let mut used = vec![false; values.len()];
        match keys.nulls().filter(|nulls| nulls.null_count() > 0) {
            None => keys.values().iter().for_each(|key| used[*key as usize] = true),
            Some(nulls) => nulls.valid_indices().for_each(|row| used[keys.value(row) as usize] = true),
        }
        // Unused dictionary entries get no code: a name that no row has must not appear anywhere.
        let codes: Vec<u32> = used
            .iter()
            .enumerate()
            .map(|(i, used)| match used {
                true => self.code(if values.is_null(i) { "" } else { values.value(i) }),
                false => Ok(0),
            })
            .collect::<Result<_>>()?;
        if keys.null_count() == 0 {
            return Ok(keys.values().iter().map(|key| codes[*key as usize]).collect());
        }
        let missing = self.code("")?;
        Ok(keys.iter().map(|key| key.map_or(missing, |key| codes[key as usize])).collect())
    }
}

fn strings(column: &dyn Array) -> Result<&StringArray> {
    column
        .as_any()
        .downcast_ref::<StringArray>()
        .ok_or_else(|| Error::defect(format!("names came as {} instead of strings", column.data_type())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_stable_and_name_only_what_rows_have() {
        let names = Names::default();
        let first: DictionaryArray<Int32Type> = vec![Some("b"), Some("a"), None, Some("b")].into_iter().collect();
        assert_eq!(names.encode(&first).unwrap(), [0, 1, 2, 0]);
        let sliced = first.slice(1, 1);
        let other = Names::default();
        assert_eq!(other.encode(&sliced).unwrap(), [0]);
        assert_eq!(other.since(0), ["a".into()]);
        assert_eq!(names.encode(&StringArray::from(vec!["a", "a", "c"])).unwrap(), [1, 1, 3]);
        assert_eq!(names.since(2), ["".into(), "c".into()]);
    }
}
