//! Which case each row belongs to, and until when its case runs, as codes and times the folds cut by.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type};
use chrono_tz::Tz;
use folds::slice::{NO_CASE, NO_UNTIL};
use model::event::{Column, ColumnType};
use model::rule::{Cell, ColumnRef};
use model::traffic::TRAFFIC_GROUP;
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::rules::{PROPS, SOURCE, prop};
use crate::spec::CaseSpec;

/// The columns of a spec's cases, compiled.
#[derive(Debug)]
pub(crate) struct Cases {
    key: ColumnRef,
    until: Option<ColumnRef>,
    zone: Tz,
}

/// What every row says of cases.
#[derive(Debug, Default)]
pub(crate) struct Coded {
    /// Equal codes within a shard are equal keys; `NO_CASE` where a row has none.
    pub case: Vec<u32>,
    /// UTC microseconds; `NO_UNTIL` where a row says none. Empty if no column says it.
    pub until: Vec<i64>,
}

impl Cases {
    /// # Errors
    /// When the spec names no columns of events, or no zone.
    pub(crate) fn new(spec: &CaseSpec) -> Result<Cases> {
        if let Some((field, what)) = spec.columns.faults().into_iter().next() {
            return Err(Error::question(format!("case.{field}: {what}")));
        }
        let column = |name: &String| {
            ColumnRef::parse(name).ok_or_else(|| Error::question(format!("case: there is no column `{name}`")))
        };
        let zone = spec
            .zone
            .parse()
            .map_err(|_| Error::question(format!("case: `{}` is no IANA time zone, as in Asia/Shanghai", spec.zone)))?;
        Ok(Cases { key: column(&spec.columns.key)?, until: spec.columns.until.as_ref().map(column).transpose()?, zone })
    }

    /// Columns to be loaded beyond event and channel.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(&self.key).chain(&self.until).filter_map(array_of)
    }

    pub(crate) fn reads_event(&self) -> bool {
        self.key == ColumnRef::Event
    }

    pub(crate) fn reads_channel(&self) -> bool {
        self.key == ColumnRef::Channel
    }

    /// The codes of `rows`; of other rows nothing is read, and they have none. `event` and `channel` are the codes of
    /// the names, if the key reads them.
    pub(crate) fn codes(
        &self,
        rows: &BooleanBuffer,
        event: &[u32],
        channel: &[u32],
        arrays: &FxHashMap<&'static str, ArrayRef>,
    ) -> Result<Coded> {
        let case = codes(&self.key, rows, (event, channel), arrays)?;
        let Some(column) = &self.until else { return Ok(Coded { case, until: Vec::new() }) };
        let mut until = vec![NO_UNTIL; rows.len()];
        let keyed = BooleanBuffer::collect_bool(rows.len(), |row| case[row] != NO_CASE);
        let mut known: FxHashMap<String, i64> = FxHashMap::default();
        texts(column, &keyed, arrays, |row, text| {
            until[row] = match known.get(text) {
                Some(time) => *time,
                None => {
                    let time = model::case::until_us(text, self.zone).unwrap_or(NO_UNTIL);
                    *known.entry(text.to_owned()).or_insert(time)
                }
            };
        })?;
        Ok(Coded { case, until })
    }
}

/// A code for each of `rows`, equal where the column's texts are; 0 where there is none, and in all other rows. `names` are
/// the codes of event and channel, if the column is one of them.
pub(crate) fn codes(
    column: &ColumnRef,
    rows: &BooleanBuffer,
    names: (&[u32], &[u32]),
    arrays: &FxHashMap<&'static str, ArrayRef>,
) -> Result<Vec<u32>> {
    let mut codes = vec![NO_CASE; rows.len()];
    match column {
        ColumnRef::Event => rows.set_indices().for_each(|row| codes[row] = names.0[row] + 1),
        ColumnRef::Channel => rows.set_indices().for_each(|row| codes[row] = names.1[row] + 1),
        column => {
            let mut known: FxHashMap<String, u32> = FxHashMap::default();
            texts(column, rows, arrays, |row, text| {
                let next = known.len() as u32 + 1;
                codes[row] = match known.get(text) {
                    Some(code) => *code,
                    None => *known.entry(text.to_owned()).or_insert(next),
                };
            })?;
        }
    }
    Ok(codes)
}

/// The column a reference reads beyond event and channel.
pub(crate) fn array_of(column: &ColumnRef) -> Option<&'static str> {
    match column {
        ColumnRef::Source => Some(SOURCE),
        ColumnRef::Typed(column) => Some(column.name()),
        ColumnRef::TrafficGroup => Some(TRAFFIC_GROUP),
        ColumnRef::Prop(_) => Some(PROPS),
        ColumnRef::Event | ColumnRef::Channel | ColumnRef::Trait(_) => None,
    }
}

/// Tells the text of a column in each of `rows` that has one; numbers as they print, so that 7 is "7".
pub(crate) fn texts(
    column: &ColumnRef,
    rows: &BooleanBuffer,
    arrays: &FxHashMap<&'static str, ArrayRef>,
    mut each: impl FnMut(usize, &str),
) -> Result<()> {
    let array = |name: &'static str| {
        let array = arrays.get(name);
        array.ok_or_else(|| Error::defect(format!("column {name} was not loaded")))
    };
    match column {
        ColumnRef::Typed(column) if column.column_type() == ColumnType::Number => {
            numbers(*column, array(column.name())?, rows, each)
        }
        ColumnRef::Typed(column) => dictionary(column.name(), array(column.name())?, rows, each),
        ColumnRef::Source => dictionary(SOURCE, array(SOURCE)?, rows, each),
        ColumnRef::TrafficGroup => dictionary(TRAFFIC_GROUP, array(TRAFFIC_GROUP)?, rows, each),
        ColumnRef::Prop(key) => {
            let array = array(PROPS)?;
            if *array.data_type() == DataType::Null {
                return Ok(());
            }
            let props = cast(array, &DataType::Utf8).map_err(|error| of_column(PROPS, &error))?;
            let props = props.as_string::<i32>();
            for row in rows.set_indices().filter(|row| props.is_valid(*row)) {
                let value = prop(key, props.value(row))?;
                match Cell::of_json(value.as_ref()) {
                    Cell::Missing | Cell::Text("") => {}
                    Cell::Text(text) => each(row, text),
                    Cell::Number(number) => each(row, &number.to_string()),
                    Cell::Bool(value) => each(row, if value { "true" } else { "false" }),
                }
            }
            Ok(())
        }
        ColumnRef::Event | ColumnRef::Channel | ColumnRef::Trait(_) => {
            Err(Error::defect("names and traits hold no cases here"))
        }
    }
}

fn numbers(column: Column, array: &ArrayRef, rows: &BooleanBuffer, mut each: impl FnMut(usize, &str)) -> Result<()> {
    if *array.data_type() == DataType::Null {
        return Ok(());
    }
    let values = array.as_primitive_opt::<Float64Type>();
    let values = values.ok_or_else(|| Error::defect(format!("column {} was not loaded as numbers", column.name())))?;
    for row in rows.set_indices().filter(|row| values.is_valid(*row)) {
        each(row, &values.value(row).to_string());
    }
    Ok(())
}

fn dictionary(name: &str, array: &ArrayRef, rows: &BooleanBuffer, mut each: impl FnMut(usize, &str)) -> Result<()> {
    if *array.data_type() == DataType::Null {
        return Ok(());
    }
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let array = cast(array, &dictionary).map_err(|error| of_column(name, &error))?;
    let array = array.as_dictionary::<Int32Type>();
    let texts = array.values().as_string::<i32>();
    for row in rows.set_indices().filter(|row| array.keys().is_valid(*row)) {
        let key = array.keys().value(row) as usize;
        let text = if texts.is_valid(key) { texts.value(key) } else { "" };
        if !text.is_empty() {
            each(row, text);
        }
    }
    Ok(())
}

fn of_column(name: &str, error: &arrow::error::ArrowError) -> Error {
    Error::defect(format!("column {name}: {error}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, StringArray};
    use model::case::Case;

    use super::*;

    fn coded(key: &str, until: Option<&str>, arrays: Vec<(&'static str, ArrayRef)>, rows: &[bool]) -> Coded {
        let columns = Case { key: key.into(), until: until.map(str::to_owned) };
        let cases = Cases::new(&CaseSpec { columns, zone: "UTC".into() }).unwrap();
        cases.codes(&BooleanBuffer::from(rows.to_vec()), &[], &[], &arrays.into_iter().collect()).unwrap()
    }

    #[test]
    fn equal_keys_have_equal_codes_and_rows_left_out_have_none() {
        let props = ["{\"k\": 7}", "{\"k\": \"7\"}", "{\"k\": \"\"}", "{\"n\": 1}", "{\"k\": true}", "{\"k\": 8}"];
        let props: ArrayRef = Arc::new(StringArray::from(props.to_vec()));
        let found = coded("props.k", None, vec![(PROPS, props)], &[true, true, true, true, true, false]);
        assert_eq!(found.case, [1, 1, NO_CASE, NO_CASE, 2, NO_CASE]);
        let amounts: ArrayRef = Arc::new(Float64Array::from(vec![Some(2.0), None, Some(2.0)]));
        assert_eq!(coded("amount", None, vec![("amount", amounts)], &[true; 3]).case, [1, NO_CASE, 1]);
    }

    #[test]
    fn ends_are_read_where_there_is_a_key() {
        let campaigns: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("b"), Some("a")]));
        let ends = ["{\"end\": \"1970-01-01\"}", "{\"end\": \"1970-01-01\"}", "{\"end\": \"later\"}", "{}"];
        let ends: ArrayRef = Arc::new(StringArray::from(ends.to_vec()));
        let found = coded("campaign", Some("props.end"), vec![("campaign", campaigns), (PROPS, ends)], &[true; 4]);
        assert_eq!(found.case, [1, NO_CASE, 2, 1]);
        assert_eq!(found.until, [86_400_000_000 - 1, NO_UNTIL, NO_UNTIL, NO_UNTIL]);
    }
}
