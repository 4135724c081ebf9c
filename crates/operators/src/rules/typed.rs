//! Tests on typed columns, over Arrow arrays.

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Float64Array, StringArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{DataType, Float64Type, Int32Type};
use model::rule::{Cell, ColumnTest, Op};
use serde_json::Value;

use crate::error::{Error, Result};

/// Of all rows those whose cell passes the test. None: a test that may parse and search, and should look [`among`] rows
/// that are not out already.
pub(super) fn all(test: &ColumnTest, name: &str, array: &ArrayRef) -> Result<Option<BooleanBuffer>> {
    Ok(Some(match array.data_type() {
        DataType::Null => match test.holds(Cell::Missing) {
            true => BooleanBuffer::new_set(array.len()),
            false => BooleanBuffer::new_unset(array.len()),
        },
        DataType::Float64 => numbers(test, array.as_primitive::<Float64Type>()),
        DataType::Utf8 => match OneOf::new(test) {
            Some(one_of) => one_of.rows(array.as_string::<i32>()),
            None => return Ok(None),
        },
        DataType::Utf8View => return Ok(None),
        DataType::Dictionary(key, value) if **key == DataType::Int32 && **value == DataType::Utf8 => {
            dictionary(test, array.as_dictionary::<Int32Type>())
        }
        other => return Err(Error::defect(format!("rules cannot test column {name} of type {other}"))),
    }))
}

/// The rows of `rows` whose text passes the test.
pub(super) fn among(test: &ColumnTest, array: &ArrayRef, rows: &BooleanBuffer) -> BooleanBuffer {
    match array.as_string_opt::<i32>() {
        Some(texts) => passing(test, texts.iter(), rows),
        None => passing(test, array.as_string_view().iter(), rows),
    }
}

fn passing<'a>(test: &ColumnTest, texts: impl Iterator<Item = Option<&'a str>>, rows: &BooleanBuffer) -> BooleanBuffer {
    texts.zip(rows).map(|(text, row)| row && test.holds(text.map_or(Cell::Missing, Cell::Text))).collect()
}

fn dictionary(test: &ColumnTest, array: &DictionaryArray<Int32Type>) -> BooleanBuffer {
    let values = array.values().as_string::<i32>();
    let missing = test.holds(Cell::Missing);
    let keys = array.keys();
    // Rows may be few beside the distinct values of the whole column: only theirs are tested.
    let mut passes: Vec<Option<bool>> = vec![None; values.len()];
    BooleanBuffer::collect_bool(array.len(), |row| match keys.is_null(row) {
        true => missing,
        false => {
            let key = keys.value(row) as usize;
            *passes[key].get_or_insert_with(|| match values.is_null(key) {
                true => missing,
                false => test.holds(Cell::Text(values.value(key))),
            })
        }
    })
}

/// A test on a number, its value read once.
enum NumberTest {
    /// Equal to any of these, or to none of them.
    AnyOf {
        values: Vec<f64>,
        negate: bool,
    },
    Order {
        op: Op,
        than: f64,
    },
    /// The same for every number.
    Always(bool),
}

impl NumberTest {
    fn new(test: &ColumnTest) -> NumberTest {
        match test.op {
            Op::Eq | Op::Ne => {
                NumberTest::AnyOf { values: number(&test.value).into_iter().collect(), negate: test.op == Op::Ne }
            }
            Op::In | Op::NotIn => NumberTest::AnyOf {
                values: test.value.as_array().into_iter().flatten().filter_map(number).collect(),
                negate: test.op == Op::NotIn,
            },
            Op::Gt | Op::Gte | Op::Lt | Op::Lte => match number(&test.value) {
                Some(than) => NumberTest::Order { op: test.op, than },
                None => NumberTest::Always(false),
            },
            Op::Contains | Op::StartsWith | Op::Missing => NumberTest::Always(false),
            Op::Exists => NumberTest::Always(true),
        }
    }

    fn holds(&self, cell: f64) -> bool {
        match self {
            NumberTest::AnyOf { values, negate } => values.contains(&cell) != *negate,
            NumberTest::Order { op: Op::Gt, than } => cell > *than,
            NumberTest::Order { op: Op::Gte, than } => cell >= *than,
            NumberTest::Order { op: Op::Lt, than } => cell < *than,
            NumberTest::Order { than, .. } => cell <= *than,
            NumberTest::Always(holds) => *holds,
        }
    }
}

/// The number a value stands for where the cell is a number: itself, or text that reads as one.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn numbers(test: &ColumnTest, array: &Float64Array) -> BooleanBuffer {
    let compiled = NumberTest::new(test);
    let values = array.values();
    let present = BooleanBuffer::collect_bool(values.len(), |row| compiled.holds(values[row]));
    with_missing(present, array.nulls(), test.holds(Cell::Missing))
}

/// What holds for rows, where a missing cell has an outcome of its own.
fn with_missing(present: BooleanBuffer, nulls: Option<&NullBuffer>, missing: bool) -> BooleanBuffer {
    match nulls {
        None => present,
        Some(nulls) if missing => &present | &!nulls.inner(),
        Some(nulls) => &present & nulls.inner(),
    }
}

/// A test for equality with texts alone: nothing of a cell has to be parsed.
struct OneOf<'a> {
    texts: Vec<&'a [u8]>,
    negate: bool,
}

impl<'a> OneOf<'a> {
    /// None of another test.
    fn new(test: &'a ColumnTest) -> Option<OneOf<'a>> {
        let values = match test.op {
            Op::Eq | Op::Ne => std::slice::from_ref(&test.value),
            Op::In | Op::NotIn => test.value.as_array()?,
            _ => return None,
        };
        let texts = values.iter().map(|value| value.as_str().map(str::as_bytes)).collect::<Option<_>>()?;
        Some(OneOf { texts, negate: matches!(test.op, Op::Ne | Op::NotIn) })
    }

    fn rows(&self, array: &StringArray) -> BooleanBuffer {
        let (offsets, bytes) = (array.value_offsets(), array.value_data());
        let present = BooleanBuffer::collect_bool(array.len(), |row| {
            let cell = &bytes[offsets[row] as usize..offsets[row + 1] as usize];
            self.texts.iter().any(|text| same(cell, text)) != self.negate
        });
        with_missing(present, array.nulls(), self.negate)
    }
}

/// Whether texts are equal. Most that are not differ in what is looked at first, without a call to compare them whole.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.first() == b.first() && a.last() == b.last() && a == b
}
