//! Rows of an SQL query as JSON, for the API and the command line.
//!
//! Integers beyond ±2⁵³ come as decimal strings: JavaScript would round them, and customer and event ids are
//! that large. Times come as ISO 8601 text, structs and lists as JSON.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::answer::ReadMeta;

/// The rows of a statement, and what they rest on.
#[derive(Debug, Serialize, ToSchema)]
pub struct SqlAnswer {
    pub columns: Vec<TableColumn>,
    /// One array a row, in the order of `columns`. Integers beyond 2⁵³ come as decimal strings.
    pub rows: Vec<Vec<Value>>,
    /// `truncated`: rows beyond the limit were cut off.
    pub meta: ReadMeta,
}

/// A table of rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<TableColumn>,
    /// One array a row, in the order of `columns`.
    pub rows: Vec<Vec<Value>>,
    /// Whether rows beyond the limit were cut off.
    pub truncated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TableColumn {
    pub name: String,
    /// Arrow's name of the type: `Int64`, `Utf8`.
    #[serde(rename = "type")]
    pub data_type: String,
}

/// The batches' rows, at most `rows_max` of them.
pub fn table(batches: &[RecordBatch], rows_max: usize) -> Result<Table, ArrowError> {
    let mut table = Table::default();
    if let Some(first) = batches.first() {
        let column = |field: &arrow::datatypes::FieldRef| TableColumn {
            name: field.name().clone(),
            data_type: field.data_type().to_string(),
        };
        table.columns = first.schema().fields().iter().map(column).collect();
    }
    for batch in batches {
        let room = rows_max - table.rows.len();
        table.truncated |= batch.num_rows() > room;
        let rows = batch.num_rows().min(room);
        let columns = batch.columns().iter().map(|column| values(column, rows)).collect::<Result<Vec<_>, _>>()?;
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        table.rows.extend((0..rows).map(|_| columns.iter_mut().filter_map(Iterator::next).collect()));
    }
    Ok(table)
}

fn values(column: &ArrayRef, rows: usize) -> Result<Vec<Value>, ArrowError> {
    macro_rules! numbers {
        ($type:ty, $json:expr) => {{
            let array = column.as_primitive::<$type>();
            (0..rows).map(|i| if array.is_null(i) { Value::Null } else { $json(array.value(i)) }).collect()
        }};
    }
    Ok(match column.data_type() {
        DataType::Null => vec![Value::Null; rows],
        DataType::Boolean => {
            let array = column.as_boolean();
            (0..rows).map(|i| if array.is_null(i) { Value::Null } else { Value::from(array.value(i)) }).collect()
        }
        DataType::Int8 => numbers!(Int8Type, Value::from),
        DataType::Int16 => numbers!(Int16Type, Value::from),
        DataType::Int32 => numbers!(Int32Type, Value::from),
        DataType::Int64 => numbers!(Int64Type, |number: i64| integer(i128::from(number))),
        DataType::UInt8 => numbers!(UInt8Type, Value::from),
        DataType::UInt16 => numbers!(UInt16Type, Value::from),
        DataType::UInt32 => numbers!(UInt32Type, Value::from),
        DataType::UInt64 => numbers!(UInt64Type, |number: u64| integer(i128::from(number))),
        DataType::Float16 => {
            numbers!(Float16Type, |number: <Float16Type as arrow::datatypes::ArrowPrimitiveType>::Native| {
                Value::from(f64::from(number))
            })
        }
        DataType::Float32 => numbers!(Float32Type, |number: f32| Value::from(f64::from(number))),
        DataType::Float64 => numbers!(Float64Type, Value::from),
        DataType::List(_) => {
            let array = column.as_list::<i32>();
            // Of rows that are none, what lies between the offsets is nobody's.
            let list = |i| if array.is_null(i) { Ok(Value::Null) } else { whole(&array.value(i)).map(Value::Array) };
            (0..rows).map(list).collect::<Result<_, _>>()?
        }
        DataType::Struct(fields) => {
            let array = column.as_struct();
            let columns = array.columns().iter().map(|column| values(column, rows)).collect::<Result<Vec<_>, _>>()?;
            let object = |i: usize| {
                let of = fields.iter().zip(&columns).map(|(field, values)| (field.name().clone(), values[i].clone()));
                if array.is_null(i) { Value::Null } else { Value::Object(of.collect()) }
            };
            (0..rows).map(object).collect()
        }
        _ => texts(column, rows)?,
    })
}

fn whole(column: &ArrayRef) -> Result<Vec<Value>, ArrowError> {
    values(column, column.len())
}

fn texts(column: &ArrayRef, rows: usize) -> Result<Vec<Value>, ArrowError> {
    let options = FormatOptions::default().with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.6f"));
    let options = options.with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.6f%:z"));
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
    let cell = |i| {
        if column.is_null(i) {
            return Ok(Value::Null);
        }
        formatter.value(i).try_to_string().map(Value::String)
    };
    (0..rows).map(cell).collect()
}

fn integer(number: i128) -> Value {
    const SAFE: i128 = 1 << 53;
    match i64::try_from(number) {
        Ok(small) if (-SAFE..=SAFE).contains(&number) => Value::from(small),
        _ => Value::from(number.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        BooleanArray, DictionaryArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
    };
    use arrow::datatypes::Int32Type;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_column_reads_as_json() {
        let batch = RecordBatch::try_from_iter([
            ("id", Arc::new(Int64Array::from(vec![Some(1), Some(i64::MAX), None])) as ArrayRef),
            ("share", Arc::new(Float64Array::from(vec![Some(0.5), Some(f64::NAN), None]))),
            ("name", Arc::new(StringArray::from(vec![Some("购买"), None, Some("")]))),
            ("yes", Arc::new(BooleanArray::from(vec![true, false, true]))),
            (
                "channel",
                Arc::new(vec![Some("web"), Some("store"), None].into_iter().collect::<DictionaryArray<Int32Type>>()),
            ),
            ("time", Arc::new(TimestampMicrosecondArray::from(vec![0, 1, 1_500_000]).with_timezone("UTC"))),
        ])
        .unwrap();
        let table = table(&[batch.clone(), batch], 4).unwrap();
        assert_eq!(table.columns[1], TableColumn { name: "share".into(), data_type: "Float64".into() });
        assert!(table.truncated);
        assert_eq!(table.rows.len(), 4);
        assert_eq!(
            table.rows[0],
            [json!(1), json!(0.5), json!("购买"), json!(true), json!("web"), json!("1970-01-01T00:00:00.000000+00:00")]
        );
        assert_eq!(table.rows[1][0], json!("9223372036854775807"));
        assert_eq!(table.rows[1][1], Value::Null, "JSON has no NaN");
        assert_eq!(table.rows[2][5], json!("1970-01-01T00:00:01.500000+00:00"));
    }

    #[test]
    fn lists_and_structs_stay_what_they_are() {
        use arrow::array::{ListArray, StructArray};
        use arrow::datatypes::{Field, Int64Type};
        let mut zones = arrow::array::ListBuilder::new(arrow::array::StringBuilder::new());
        zones.append_value([Some("tills, \"east\""), None]);
        zones.append_null();
        let counts =
            ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(1), Some(i64::MAX)]), Some(vec![])]);
        let names = Arc::new(StringArray::from(vec![Some("a"), None])) as ArrayRef;
        let pairs = StructArray::from(vec![(Arc::new(Field::new("name", DataType::Utf8, true)), names)]);
        let batch = RecordBatch::try_from_iter([
            ("zones", Arc::new(zones.finish()) as ArrayRef),
            ("counts", Arc::new(counts)),
            ("pairs", Arc::new(pairs)),
        ]);
        let rows = table(&[batch.unwrap()], 10).unwrap().rows;
        assert_eq!(
            rows[0],
            [json!(["tills, \"east\"", null]), json!([1, "9223372036854775807"]), json!({"name": "a"})]
        );
        assert_eq!(rows[1], [Value::Null, json!([]), json!({"name": null})]);
    }

    #[test]
    fn no_batches_are_an_empty_table() {
        assert_eq!(table(&[], 10).unwrap(), Table::default());
    }
}
