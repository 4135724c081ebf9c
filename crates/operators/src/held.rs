//! What every event carries of the columns a question holds constant, as codes.

use arrow::array::ArrayRef;
use arrow::buffer::BooleanBuffer;
use folds::slice::NO_HELD;
use model::rule::ColumnRef;
use rustc_hash::FxHashMap;

use crate::cases;
use crate::error::{Error, Result};
use crate::limits::HELD_COLUMNS_MAX;

/// The columns, compiled.
#[derive(Debug)]
pub(crate) struct Held {
    columns: Vec<ColumnRef>,
}

impl Held {
    /// None if nothing is held.
    ///
    /// # Errors
    /// For a name that is no column of events, and for too many.
    pub(crate) fn new(names: &[String]) -> Result<Option<Held>> {
        if names.len() > HELD_COLUMNS_MAX {
            return Err(Error::question(format!("hold: at most {HELD_COLUMNS_MAX} columns, not {}", names.len())));
        }
        let column = |name: &String| match ColumnRef::parse(name) {
            Some(ColumnRef::Trait(_)) => {
                Err(Error::question(format!("hold: `{name}` is the customer's, so it is the same in all events")))
            }
            Some(column) => Ok(column),
            None => Err(Error::question(format!("hold: there is no column `{name}`; others are written props.{name}"))),
        };
        let columns: Vec<ColumnRef> = names.iter().map(column).collect::<Result<_>>()?;
        Ok((!columns.is_empty()).then_some(Held { columns }))
    }

    /// Columns to be loaded beyond event and channel.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().filter_map(cases::array_of)
    }

    pub(crate) fn reads_event(&self) -> bool {
        self.columns.contains(&ColumnRef::Event)
    }

    pub(crate) fn reads_channel(&self) -> bool {
        self.columns.contains(&ColumnRef::Channel)
    }

    /// The codes of `rows`: equal within a shard where all columns are, `NO_HELD` where one is missing. That is enough,
    /// as all events of a customer lie in one shard. `event` and `channel` are the codes of the names.
    pub(crate) fn codes(
        &self,
        rows: &BooleanBuffer,
        event: &[u32],
        channel: &[u32],
        arrays: &FxHashMap<&'static str, ArrayRef>,
    ) -> Result<Vec<u32>> {
        let mut together: Option<Vec<u32>> = None;
        for column in &self.columns {
            let codes = cases::codes(column, rows, (event, channel), arrays)?;
            together = Some(match together {
                None => codes,
                Some(before) => joined(&before, &codes),
            });
        }
        Ok(together.unwrap_or_default())
    }
}

/// One code for each pair of codes.
fn joined(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut known: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let code = |pair: (&u32, &u32)| match pair {
        (&NO_HELD, _) | (_, &NO_HELD) => NO_HELD,
        (a, b) => {
            let next = known.len() as u32 + 1;
            *known.entry((*a, *b)).or_insert(next)
        }
    };
    a.iter().zip(b).map(code).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, StringArray};

    use super::*;
    use crate::rules::PROPS;

    #[test]
    fn events_are_alike_where_all_columns_are() {
        let held = Held::new(&["site".into(), "amount".into(), "props.item".into()]).unwrap().unwrap();
        let sites: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some("a"), Some("b"), None, Some("a")]));
        let amounts: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 1.0, 1.0, 1.0, 1.0]));
        let props = ["{\"item\": 1}", "{\"item\": \"1\"}", "{\"item\": 1}", "{\"item\": 1}", "{}"];
        let props: ArrayRef = Arc::new(StringArray::from(props.to_vec()));
        let arrays = [("site", sites), ("amount", amounts), (PROPS, props)].into_iter().collect();
        let rows = BooleanBuffer::from(vec![true; 5]);
        assert_eq!(held.codes(&rows, &[], &[], &arrays).unwrap(), [1, 1, 2, NO_HELD, NO_HELD]);
        let by_channel = Held::new(&["channel".into()]).unwrap().unwrap();
        assert_eq!(by_channel.codes(&rows, &[], &[4, 4, 0, 1, 0], &arrays).unwrap(), [5, 5, 1, 2, 1]);
    }

    #[test]
    fn only_columns_of_events_are_held() {
        assert!(Held::new(&[]).unwrap().is_none());
        for wrong in [vec!["nope"], vec!["traits.tier"], vec!["site"; 4]] {
            let names: Vec<String> = wrong.iter().map(|name| (*name).to_owned()).collect();
            assert!(Held::new(&names).is_err(), "{wrong:?}");
        }
    }
}
