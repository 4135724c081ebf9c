//! Parquet rows: typed cells from Arrow columns.
//!
//! Each batch of columns is brought to the few types a [`Cell`] knows once, so that taking a cell is one match.

use std::borrow::Cow;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float32Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, TimestampNanosecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::json::{ArrayWriter, WriterBuilder, writer::JsonArray};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;
use serde_json::{Map, Value};

use crate::cell::Cell;
use crate::error::{Error, Result};

const BATCH_ROWS: usize = 8192;

/// Some rows of a file, by column.
#[derive(Debug)]
pub(crate) struct Table {
    names: Arc<[String]>,
    columns: Vec<Values>,
    rows: usize,
    /// 1-based position of the first row in the file.
    pub(crate) first_row: u64,
}

#[derive(Debug)]
enum Values {
    Absent,
    Boolean(BooleanArray),
    Integer(Int64Array),
    Unsigned(arrow::array::UInt64Array),
    Single(Float32Array),
    Double(Float64Array),
    Text(StringArray),
    Decimal(StringArray),
    Instant(TimestampMicrosecondArray),
    Local(TimestampMicrosecondArray),
    Json(Vec<Value>),
}

impl Table {
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    pub(crate) fn columns(&self) -> std::ops::Range<usize> {
        0..self.columns.len()
    }

    pub(crate) fn cell(&self, column: usize, at: usize) -> Cell<'_> {
        match &self.columns[column] {
            Values::Boolean(array) if array.is_valid(at) => Cell::Bool(array.value(at)),
            Values::Integer(array) if array.is_valid(at) => Cell::Int(array.value(at)),
            Values::Unsigned(array) if array.is_valid(at) => match i64::try_from(array.value(at)) {
                Ok(value) => Cell::Int(value),
                Err(_) => Cell::Decimal(array.value(at).to_string().into()),
            },
            // The shortest decimal of a single is what its writer meant: 0.1, not 0.10000000149.
            Values::Single(array) if array.is_valid(at) => {
                float(array.value(at).to_string().parse().unwrap_or(f64::NAN))
            }
            Values::Double(array) if array.is_valid(at) => float(array.value(at)),
            Values::Text(array) if array.is_valid(at) => Cell::Text(Cow::Borrowed(array.value(at))),
            Values::Decimal(array) if array.is_valid(at) => Cell::Decimal(Cow::Borrowed(array.value(at))),
            Values::Instant(array) if array.is_valid(at) => Cell::Instant(array.value(at)),
            Values::Local(array) if array.is_valid(at) => Cell::Local(array.value(at)),
            Values::Json(values) => Cell::of_json(&values[at]),
            _ => Cell::Null,
        }
    }

    /// The row as an object, empty cells left out.
    pub(crate) fn object(&self, at: usize) -> Map<String, Value> {
        self.columns()
            .filter_map(|index| Some((self.names[index].clone(), self.cell(index, at).into_json()?)))
            .collect()
    }
}

/// Not-a-number is how data frames write a missing number.
fn float(value: f64) -> Cell<'static> {
    if value.is_nan() { Cell::Null } else { Cell::Float(value) }
}

/// Reads tables from a file.
pub(crate) struct ParquetReader {
    path: PathBuf,
    names: Arc<[String]>,
    /// Columns that hold clock readings without zone.
    locals: Vec<bool>,
    reader: ParquetRecordBatchReader,
    rows_read: u64,
    pub(crate) rows_total: u64,
}

impl ParquetReader {
    pub(crate) fn from_file(path: &Path, file: File) -> Result<ParquetReader> {
        ParquetReader::new(path, file)
    }

    pub(crate) fn from_bytes(path: &Path, bytes: Bytes) -> Result<ParquetReader> {
        ParquetReader::new(path, bytes)
    }

    fn new<R: ChunkReader + 'static>(path: &Path, input: R) -> Result<ParquetReader> {
        let damaged = |error: parquet::errors::ParquetError| Error::Damaged {
            path: path.to_owned(),
            row: 0,
            detail: format!("the Parquet footer cannot be read ({error})"),
        };
        let builder = ParquetRecordBatchReaderBuilder::try_new(input).map_err(damaged)?;
        let rows_total = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or_default();
        let fields = builder.schema().fields();
        let names = fields.iter().map(|field| field.name().clone()).collect();
        let locals = fields.iter().map(|field| is_local(field.data_type())).collect();
        let reader = builder.with_batch_size(BATCH_ROWS).build().map_err(damaged)?;
        Ok(ParquetReader { path: path.to_owned(), names, locals, reader, rows_read: 0, rows_total })
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether a column holds clock readings without zone.
    pub(crate) fn is_local_time(&self, column: usize) -> bool {
        self.locals.get(column).copied().unwrap_or_default()
    }

    /// The next rows; `None` at the end.
    pub(crate) fn next_table(&mut self) -> Result<Option<Table>> {
        let damaged = |detail: String, row| Error::Damaged { path: self.path.clone(), row, detail };
        let Some(batch) = self.reader.next().transpose().map_err(|error| damaged(error.to_string(), self.rows_read))?
        else {
            return Ok(None);
        };
        let columns = batch
            .columns()
            .iter()
            .zip(self.names.iter())
            .map(|(array, name)| values(array, name))
            .collect::<Result<_, _>>()
            .map_err(|error| damaged(error.to_string(), self.rows_read))?;
        let first_row = self.rows_read + 1;
        self.rows_read += batch.num_rows() as u64;
        Ok(Some(Table { names: Arc::clone(&self.names), columns, rows: batch.num_rows(), first_row }))
    }
}

fn is_local(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(_, None) | DataType::Date32 | DataType::Date64)
}

fn values(array: &ArrayRef, name: &str) -> Result<Values, arrow::error::ArrowError> {
    use arrow::datatypes::{Float32Type, Float64Type, Int64Type, UInt64Type};
    let to = |target: &DataType| cast(array, target);
    Ok(match array.data_type() {
        DataType::Null => Values::Absent,
        DataType::Boolean => Values::Boolean(array.as_boolean().clone()),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32 => Values::Integer(to(&DataType::Int64)?.as_primitive::<Int64Type>().clone()),
        DataType::UInt64 => Values::Unsigned(array.as_primitive::<UInt64Type>().clone()),
        DataType::Float16 | DataType::Float32 => {
            Values::Single(to(&DataType::Float32)?.as_primitive::<Float32Type>().clone())
        }
        DataType::Float64 => Values::Double(array.as_primitive::<Float64Type>().clone()),
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            Values::Decimal(to(&DataType::Utf8)?.as_string::<i32>().clone())
        }
        DataType::Timestamp(_, zone) => {
            let micros = micros(array)?;
            if zone.is_some() { Values::Instant(micros) } else { Values::Local(micros) }
        }
        DataType::Date32 | DataType::Date64 => {
            Values::Local(micros(&to(&DataType::Timestamp(TimeUnit::Microsecond, None))?)?)
        }
        DataType::Utf8 => Values::Text(array.as_string::<i32>().clone()),
        DataType::Struct(_)
        | DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::Map(..)
        | DataType::ListView(_) => Values::Json(to_json(array, name)?),
        DataType::Dictionary(_, inner)
            if !matches!(**inner, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) =>
        {
            values(&cast(array, inner)?, name)?
        }
        _ => Values::Text(to(&DataType::Utf8)?.as_string::<i32>().clone()),
    })
}

/// Any timestamp in microseconds, its zone label dropped; nanoseconds are rounded down.
fn micros(array: &ArrayRef) -> Result<TimestampMicrosecondArray, arrow::error::ArrowError> {
    use arrow::datatypes::TimestampMicrosecondType;
    if let Some(nanos) = array.as_any().downcast_ref::<TimestampNanosecondArray>() {
        return Ok(nanos.unary(|ns| ns.div_euclid(1000)));
    }
    let plain = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, timestamp_zone(array.data_type())))?;
    Ok(plain.as_primitive::<TimestampMicrosecondType>().clone().with_timezone_opt(None::<Arc<str>>))
}

fn timestamp_zone(data_type: &DataType) -> Option<Arc<str>> {
    match data_type {
        DataType::Timestamp(_, zone) => zone.clone(),
        _ => None,
    }
}

/// A nested column as JSON, one value a row.
fn to_json(array: &ArrayRef, name: &str) -> Result<Vec<Value>, arrow::error::ArrowError> {
    let schema = Schema::new(vec![Field::new(name, array.data_type().clone(), true)]);
    let batch = RecordBatch::try_new(Arc::new(schema), vec![Arc::clone(array)])?;
    let mut writer: ArrayWriter<Vec<u8>> =
        WriterBuilder::new().with_explicit_nulls(true).build::<_, JsonArray>(Vec::new());
    writer.write(&batch)?;
    writer.finish()?;
    let rows: Vec<Map<String, Value>> = serde_json::from_slice(&writer.into_inner())
        .map_err(|error| arrow::error::ArrowError::JsonError(error.to_string()))?;
    Ok(rows.into_iter().map(|mut row| row.shift_remove(name).unwrap_or_default()).collect())
}
