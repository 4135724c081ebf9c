//! Pieces of several runs → one column, in order.
//!
//! Copies ranges, not rows; dictionaries are united by value and never spelled out per row.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, DictionaryArray, Int32Array, PrimitiveArray, StringArray, make_array,
    new_empty_array,
};
use arrow::array::{BooleanBufferBuilder, MutableArrayData};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Float64Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType};
use rustc_hash::FxHashMap;

use crate::error::Result;

/// `len` rows of array `array` from row `start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slice {
    pub array: u32,
    pub start: u32,
    pub len: u32,
}

/// The arrays of one column that were read for some rows of a run: which row is where.
#[derive(Debug, Clone)]
pub(crate) struct RunColumn {
    /// Rows held, ascending, each with the position of its first row among all that are held.
    ranges: Vec<(Range<u32>, u32)>,
    /// Position of the first row of each array, and the array's number.
    chunks: Vec<(u32, u32)>,
    pub arrays: Vec<ArrayRef>,
}

impl RunColumn {
    /// `arrays` hold the rows `ranges` one after the other.
    pub(crate) fn new(ranges: &[Range<u32>], arrays: Vec<ArrayRef>, first_array: u32) -> RunColumn {
        let mut held = 0;
        let ranges = ranges
            .iter()
            .map(|range| {
                let entry = (range.clone(), held);
                held += range.end - range.start;
                entry
            })
            .collect();
        let mut at = 0;
        let chunks = arrays
            .iter()
            .enumerate()
            .map(|(n, array)| {
                let chunk = (at, first_array + n as u32);
                at += array.len() as u32;
                chunk
            })
            .collect();
        RunColumn { ranges, chunks, arrays }
    }

    /// Adds where the rows `start..start + len` of the run are; they must be held in one range.
    pub(crate) fn locate(&self, start: u32, len: u32, into: &mut Vec<Slice>) {
        let range = self.ranges.partition_point(|(range, _)| range.end <= start);
        let (range, held) = &self.ranges[range];
        let mut position = held + (start - range.start);
        let end = position + len;
        let mut chunk = self.chunks.partition_point(|(first, _)| *first <= position) - 1;
        while position < end {
            let (first, array) = self.chunks[chunk];
            let chunk_end = self.chunks.get(chunk + 1).map_or(u32::MAX, |next| next.0);
            let piece_end = end.min(chunk_end);
            into.push(Slice { array, start: position - first, len: piece_end - position });
            position = piece_end;
            chunk += 1;
        }
    }

    /// The values of rows of a column of longs or times, whose arrays are numbered from 0; they must be held in one range.
    pub(crate) fn longs(&self, rows: Range<u32>) -> Vec<i64> {
        let (mut slices, mut values) = (Vec::new(), Vec::with_capacity(rows.len()));
        self.locate(rows.start, rows.end - rows.start, &mut slices);
        for Slice { array, start, len } in slices {
            let array = &self.arrays[array as usize];
            let longs = match array.data_type() {
                DataType::Timestamp(..) => array.as_primitive::<TimestampMicrosecondType>().values(),
                _ => array.as_primitive::<Int64Type>().values(),
            };
            values.extend_from_slice(&longs[start as usize..(start + len) as usize]);
        }
        values
    }
}

/// The arrays one after the other.
pub(crate) fn concat(arrays: &[ArrayRef]) -> Result<ArrayRef> {
    let slices: Vec<Slice> = arrays
        .iter()
        .enumerate()
        .map(|(n, array)| Slice { array: n as u32, start: 0, len: array.len() as u32 })
        .collect();
    match arrays {
        [one] => Ok(Arc::clone(one)),
        _ => gather(arrays.first().map_or(&DataType::Null, |array| array.data_type()), arrays, &slices),
    }
}

/// The slices one after the other.
pub(crate) fn gather(data_type: &DataType, arrays: &[ArrayRef], slices: &[Slice]) -> Result<ArrayRef> {
    match slices {
        [] => return Ok(new_empty_array(data_type)),
        [only] => return Ok(arrays[only.array as usize].slice(only.start as usize, only.len as usize)),
        _ => {}
    }
    Ok(match data_type {
        DataType::Int16 => primitive::<Int16Type>(data_type, arrays, slices),
        DataType::Int32 => primitive::<Int32Type>(data_type, arrays, slices),
        DataType::Int64 => primitive::<Int64Type>(data_type, arrays, slices),
        DataType::Float64 => primitive::<Float64Type>(data_type, arrays, slices),
        DataType::Timestamp(..) => primitive::<TimestampMicrosecondType>(data_type, arrays, slices),
        DataType::Dictionary(..) => Arc::new(dictionaries(arrays, slices)?),
        _ => any(arrays, slices)?,
    })
}

fn primitive<T: ArrowPrimitiveType>(data_type: &DataType, arrays: &[ArrayRef], slices: &[Slice]) -> ArrayRef {
    let rows = slices.iter().map(|slice| slice.len as usize).sum();
    let sources: Vec<&PrimitiveArray<T>> = arrays.iter().map(|array| array.as_primitive::<T>()).collect();
    let mut values: Vec<T::Native> = Vec::with_capacity(rows);
    for slice in slices {
        let (start, len) = (slice.start as usize, slice.len as usize);
        values.extend_from_slice(&sources[slice.array as usize].values()[start..start + len]);
    }
    let nulls = nulls(arrays, slices, rows);
    Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::from(values), nulls).with_data_type(data_type.clone()))
}

fn nulls(arrays: &[ArrayRef], slices: &[Slice], rows: usize) -> Option<NullBuffer> {
    if arrays.iter().all(|array| array.null_count() == 0) {
        return None;
    }
    let mut valid = BooleanBufferBuilder::new(rows);
    for slice in slices {
        let (start, len) = (slice.start as usize, slice.len as usize);
        match arrays[slice.array as usize].nulls() {
            None => valid.append_n(len, true),
            Some(nulls) => valid.append_buffer(&nulls.inner().slice(start, len)),
        }
    }
    Some(NullBuffer::new(valid.finish()))
}

fn dictionaries(arrays: &[ArrayRef], slices: &[Slice]) -> Result<DictionaryArray<Int32Type>> {
    let rows = slices.iter().map(|slice| slice.len as usize).sum();
    let mut values: Vec<&str> = Vec::new();
    let mut codes: FxHashMap<&str, i32> = FxHashMap::default();
    let mut used = vec![false; arrays.len()];
    slices.iter().for_each(|slice| used[slice.array as usize] = true);
    let sources: Vec<(&DictionaryArray<Int32Type>, Vec<i32>)> = arrays
        .iter()
        .zip(used)
        .map(|(array, used)| {
            let array = array.as_dictionary::<Int32Type>();
            let names = array.values().as_string::<i32>();
            let names = names.iter().filter(|_| used);
            (array, names.map(|name| code(name.unwrap_or(""), &mut codes, &mut values)).collect())
        })
        .collect();
    let mut keys: Vec<i32> = Vec::with_capacity(rows);
    for slice in slices {
        let (array, map) = &sources[slice.array as usize];
        let from = &array.keys().values()[slice.start as usize..(slice.start + slice.len) as usize];
        // A null's key is whatever it is: keep it inside the dictionary.
        keys.extend(from.iter().map(|key| map.get(*key as usize).copied().unwrap_or(0)));
    }
    let keys = Int32Array::new(ScalarBuffer::from(keys), nulls(arrays, slices, rows));
    Ok(DictionaryArray::try_new(keys, Arc::new(StringArray::from(values)))?)
}

fn code<'a>(name: &'a str, codes: &mut FxHashMap<&'a str, i32>, values: &mut Vec<&'a str>) -> i32 {
    *codes.entry(name).or_insert_with(|| {
        values.push(name);
        values.len() as i32 - 1
    })
}

fn any(arrays: &[ArrayRef], slices: &[Slice]) -> Result<ArrayRef> {
    let data: Vec<_> = arrays.iter().map(|array| array.to_data()).collect();
    let rows = slices.iter().map(|slice| slice.len as usize).sum();
    let mut gathered = MutableArrayData::new(data.iter().collect(), false, rows);
    for slice in slices {
        gathered.try_extend(slice.array as usize, slice.start as usize, (slice.start + slice.len) as usize)?;
    }
    Ok(make_array(gathered.freeze()))
}
