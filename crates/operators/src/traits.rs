//! Traits of customers within a shard: of each trait the value that stands (see [`model::traits`]) at the moment a
//! question is asked at.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use lake::schema::TRAITS;
use model::rule::{Cell, ColumnTest};
use model::traits::{said, takes};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// Values of the keys asked for, by customer of the shard.
#[derive(Debug, Clone, Default)]
pub struct Traits {
    /// By key: by customer.
    values: FxHashMap<String, Vec<Option<Value>>>,
    /// Customer i owns rows `offsets[i]..offsets[i + 1]`.
    offsets: Vec<u32>,
}

impl Traits {
    /// Reads the keys from the column `traits`; `exists` are the rows up to the moment asked at. Rows of a customer
    /// stand in time order.
    ///
    /// # Errors
    /// `Damaged` if the column is not JSON objects.
    pub(crate) fn read(
        keys: &[String],
        column: Option<&ArrayRef>,
        offsets: &[u32],
        exists: &BooleanBuffer,
    ) -> Result<Traits> {
        let customers = offsets.len().saturating_sub(1);
        let mut values: FxHashMap<String, Vec<Option<Value>>> =
            keys.iter().map(|key| (key.clone(), vec![None; customers])).collect();
        let Some(column) = column.filter(|column| !keys.is_empty() && *column.data_type() != DataType::Null) else {
            return Ok(Traits { values, offsets: offsets.to_vec() });
        };
        let texts = cast(column, &DataType::Utf8).map_err(|error| damaged(&error.to_string()))?;
        let texts = texts.as_string::<i32>();
        for (customer, pair) in offsets.windows(2).enumerate() {
            let rows = (pair[0] as usize..pair[1] as usize).filter(|row| texts.is_valid(*row) && exists.value(*row));
            for row in rows {
                // The text itself stays out of the message: it may hold personal data.
                let set: Map<String, Value> = serde_json::from_str(texts.value(row))
                    .map_err(|error| damaged(&format!("{:?}", error.classify())))?;
                for (key, value, manner) in said(set) {
                    if let Some(standing) = values.get_mut(&key).map(|of_all| &mut of_all[customer])
                        && takes(standing.as_ref(), manner)
                    {
                        *standing = Some(value);
                    }
                }
            }
        }
        Ok(Traits { values, offsets: offsets.to_vec() })
    }

    /// The rows of customers whose trait passes the test.
    pub(crate) fn rows(&self, key: &str, test: &ColumnTest) -> Result<BooleanBuffer> {
        let values = self.of(key)?;
        let mut rows = arrow::array::BooleanBufferBuilder::new(self.offsets.last().copied().unwrap_or(0) as usize);
        for (value, pair) in values.iter().zip(self.offsets.windows(2)) {
            rows.append_n((pair[1] - pair[0]) as usize, test.holds(Cell::of_json(value.as_ref())));
        }
        Ok(rows.finish())
    }

    /// By customer, the value of a trait.
    pub(crate) fn of(&self, key: &str) -> Result<&[Option<Value>]> {
        let values = self.values.get(key).map(Vec::as_slice);
        values.ok_or_else(|| Error::defect(format!("trait {key} was not loaded")))
    }
}

fn damaged(what: &str) -> Error {
    Error::Damaged { column: TRAITS.into(), what: what.to_owned() }
}

/// A trait as the text a dimension tells values apart by; lists and objects have none.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
