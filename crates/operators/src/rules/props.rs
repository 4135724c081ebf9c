//! Tests on keys of `props`, which is JSON text.

use std::fmt;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Int32Type};
use model::rule::{Cell, ColumnTest};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::PROPS;
use crate::error::{Error, Result};

/// The rows of `rows` whose properties pass every test. Other rows' JSON is not read.
pub(super) fn filter(tests: &[(String, ColumnTest)], array: &ArrayRef, rows: &BooleanBuffer) -> Result<BooleanBuffer> {
    let mut reader = Reader::new(tests);
    match array.data_type() {
        DataType::Null => {
            let holds = reader.holds(None)?;
            Ok(if holds { rows.clone() } else { BooleanBuffer::new_unset(rows.len()) })
        }
        DataType::Utf8 => {
            let texts = array.as_string::<i32>();
            select(rows, |row| reader.holds((!texts.is_null(row)).then(|| texts.value(row))))
        }
        DataType::Utf8View => {
            let texts = array.as_string_view();
            select(rows, |row| reader.holds((!texts.is_null(row)).then(|| texts.value(row))))
        }
        DataType::Dictionary(key, value) if **key == DataType::Int32 && **value == DataType::Utf8 => {
            dictionary(&mut reader, array.as_dictionary(), rows)
        }
        other => Err(Error::defect(format!("rules cannot test column {PROPS} of type {other}"))),
    }
}

/// Each distinct text is read once, and only if a row that matters has it.
fn dictionary(
    reader: &mut Reader<'_>,
    array: &DictionaryArray<Int32Type>,
    rows: &BooleanBuffer,
) -> Result<BooleanBuffer> {
    let (keys, texts) = (array.keys(), array.values().as_string::<i32>());
    let mut known: Vec<Option<bool>> = vec![None; texts.len()];
    select(rows, |row| {
        if keys.is_null(row) {
            return reader.holds(None);
        }
        let key = keys.value(row) as usize;
        if let Some(holds) = known[key] {
            return Ok(holds);
        }
        let holds = reader.holds((!texts.is_null(key)).then(|| texts.value(key)))?;
        known[key] = Some(holds);
        Ok(holds)
    })
}

fn select(rows: &BooleanBuffer, mut holds: impl FnMut(usize) -> Result<bool>) -> Result<BooleanBuffer> {
    let mut passed = Vec::new();
    for row in rows.set_indices() {
        if holds(row)? {
            passed.push(row);
        }
    }
    let mut bits = arrow::array::BooleanBufferBuilder::new(rows.len());
    bits.append_n(rows.len(), false);
    passed.into_iter().for_each(|row| bits.set_bit(row, true));
    Ok(bits.finish())
}

/// Reads only the keys the tests ask for.
struct Reader<'a> {
    tests: &'a [(String, ColumnTest)],
    keys: Vec<&'a str>,
    found: Vec<Option<Value>>,
}

impl<'a> Reader<'a> {
    fn new(tests: &'a [(String, ColumnTest)]) -> Self {
        Reader { tests, keys: tests.iter().map(|(key, _)| key.as_str()).collect(), found: vec![None; tests.len()] }
    }

    fn holds(&mut self, text: Option<&str>) -> Result<bool> {
        self.found.fill(None);
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            read(&self.keys, &mut self.found, text)?;
        }
        Ok(self.tests.iter().zip(&self.found).all(|((_, test), value)| test.holds(Cell::of_json(value.as_ref()))))
    }
}

/// Reads the keys' values; those that do not stand there stay what they are.
fn read(keys: &[&str], found: &mut [Option<Value>], text: &str) -> Result<()> {
    let mut json = serde_json::Deserializer::from_str(text);
    Keys { keys, found }
        .deserialize(&mut json)
        .and_then(|()| json.end())
        // The text itself stays out of the message: it may hold personal data.
        .map_err(|error| Error::Damaged { column: PROPS.into(), what: format!("{:?}", error.classify()) })
}

/// The value of one key of an event's properties.
pub(crate) fn value(key: &str, text: &str) -> Result<Option<Value>> {
    let mut found = [None];
    if !text.is_empty() {
        read(&[key], &mut found, text)?;
    }
    let [value] = found;
    Ok(value)
}

struct Keys<'a, 'b> {
    keys: &'a [&'a str],
    found: &'b mut [Option<Value>],
}

impl<'de> DeserializeSeed<'de> for Keys<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            if !self.keys.iter().any(|wanted| *wanted == key) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value: Value = map.next_value()?;
            for (wanted, found) in self.keys.iter().zip(self.found.iter_mut()) {
                if *wanted == key {
                    *found = Some(value.clone());
                }
            }
        }
        Ok(())
    }
}
