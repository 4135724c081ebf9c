//! What each row says of the dimensions of a question, as codes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type};
use arrow::error::ArrowError;
use folds::periods::Periods;
use folds::slice::NO_FACET;
use lake::schema::{EVENT, SOURCE};
use model::breakdown::band_of;
use model::rule::ColumnRef;
use model::traffic::TRAFFIC_GROUP;
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::rules::{PROPS, prop};
use crate::spec::{BySpec, FacetSpec};
use crate::traits::{self, Traits};

/// Dimensions compiled: where each one's values come from, and their codes.
#[derive(Debug)]
pub(crate) struct Facets {
    dimensions: Vec<Dimension>,
}

#[derive(Debug)]
struct Dimension {
    source: Source,
    codes: FxHashMap<String, u32>,
    /// Where bands of numbers begin, whose codes are their positions; empty: values have codes of their own.
    edges: Vec<f64>,
    /// Of values without a code.
    other: u32,
}

#[derive(Debug)]
enum Source {
    /// The channel an event counts under.
    Channel,
    Column(&'static str),
    /// A key of `props`.
    Prop(String),
    Trait(String),
    /// When the event was.
    Time(Periods),
}

impl Dimension {
    fn of_breakdown(by: &BySpec) -> Option<Dimension> {
        match &by.periods {
            None => {
                Some(Dimension { edges: by.edges.clone(), ..Dimension::of(&by.dimension, &by.values, by.groups())? })
            }
            Some(periods) => {
                let source = Source::Time(periods.clone());
                Some(Dimension { source, codes: FxHashMap::default(), edges: Vec::new(), other: by.groups() })
            }
        }
    }

    /// None: it was not checked.
    fn of(name: &str, values: &[String], other: u32) -> Option<Dimension> {
        let source = match ColumnRef::parse(name)? {
            ColumnRef::Channel => Source::Channel,
            ColumnRef::Typed(column) => Source::Column(column.name()),
            ColumnRef::TrafficGroup => Source::Column(TRAFFIC_GROUP),
            ColumnRef::Prop(key) => Source::Prop(key),
            ColumnRef::Trait(key) => Source::Trait(key),
            ColumnRef::Event => Source::Column(EVENT),
            ColumnRef::Source => Source::Column(SOURCE),
        };
        let codes = (0..).zip(values).map(|(code, value)| (value.clone(), code)).collect();
        Some(Dimension { source, codes, edges: Vec::new(), other })
    }

    fn code(&self, text: &str) -> u32 {
        if self.edges.is_empty() {
            return self.codes.get(text).copied().unwrap_or(self.other);
        }
        number(text).map_or(self.other, |number| self.band(number))
    }

    fn band(&self, number: f64) -> u32 {
        band_of(&self.edges, number) as u32
    }
}

impl Facets {
    /// Those of a fold, and after them that of a breakdown. They were checked: see [`crate::ScanSpec`].
    pub(crate) fn new(specs: &[FacetSpec], by: Option<&BySpec>) -> Facets {
        let told = specs.iter().map(|spec| Dimension::of(&spec.dimension, &spec.values, NO_FACET));
        let by = by.map(Dimension::of_breakdown);
        Facets { dimensions: told.chain(by).flatten().collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.dimensions.len()
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = &'static str> {
        self.dimensions.iter().filter_map(|dimension| match &dimension.source {
            Source::Column(name) => Some(*name),
            Source::Prop(_) => Some(PROPS),
            Source::Channel | Source::Trait(_) | Source::Time(_) => None,
        })
    }

    pub(crate) fn traits(&self) -> impl Iterator<Item = &str> {
        self.dimensions.iter().filter_map(|dimension| match &dimension.source {
            Source::Trait(key) => Some(key.as_str()),
            Source::Channel | Source::Column(_) | Source::Prop(_) | Source::Time(_) => None,
        })
    }

    pub(crate) fn reads_channel(&self) -> bool {
        self.dimensions.iter().any(|dimension| matches!(dimension.source, Source::Channel))
    }

    /// The codes of all rows, one row after the other, but for those of channels. Empty if there are only such.
    pub(crate) fn codes(
        &self,
        time: &[i64],
        arrays: &FxHashMap<&'static str, ArrayRef>,
        traits: &Traits,
        offsets: &[u32],
    ) -> Result<Vec<u32>> {
        let (rows, width) = (time.len(), self.len());
        if self.dimensions.iter().all(|dimension| matches!(dimension.source, Source::Channel)) {
            return Ok(Vec::new());
        }
        let mut codes = vec![NO_FACET; rows * width];
        for (dimension, of) in self.dimensions.iter().enumerate() {
            let mut set = |row: usize, code: u32| codes[row * width + dimension] = code;
            match &of.source {
                Source::Channel => {}
                Source::Column(name) => {
                    let array = arrays.get(name);
                    let array = array.ok_or_else(|| Error::defect(format!("column {name} was not loaded")))?;
                    let coded = match array.as_primitive_opt::<Float64Type>().filter(|_| !of.edges.is_empty()) {
                        Some(numbers) => {
                            let said = numbers.iter().enumerate().filter_map(|(row, number)| Some((row, number?)));
                            said.for_each(|(row, number)| set(row, of.band(number)));
                            Ok(())
                        }
                        None => column(array, |text| of.code(text), set),
                    };
                    coded.map_err(|error| Error::defect(format!("column {name}: {error}")))?;
                }
                Source::Prop(key) => {
                    let array = arrays.get(PROPS).ok_or_else(|| Error::defect("properties were not loaded"))?;
                    each_prop(key, array, |row, value| set(row, of.code(value)))?;
                }
                Source::Time(periods) => {
                    for (row, time_us) in time.iter().enumerate() {
                        set(row, periods.of(*time_us).map_or(of.other, |period| period as u32));
                    }
                }
                Source::Trait(key) => {
                    for (value, pair) in traits.of(key)?.iter().zip(offsets.windows(2)) {
                        let text = value.as_ref().and_then(traits::text);
                        if let Some(text) = text {
                            let code = of.code(&text);
                            (pair[0] as usize..pair[1] as usize).for_each(|row| set(row, code));
                        }
                    }
                }
            }
        }
        Ok(codes)
    }

    /// Adds the codes of channels to `codes`, those of the other dimensions of the same rows. `channel` are positions in
    /// `channels`.
    pub(crate) fn add_channel(&self, channels: &[String], channel: &[u32], codes: &mut Vec<u32>) {
        let width = self.len();
        for (dimension, of) in self.dimensions.iter().enumerate().filter(|(_, of)| matches!(of.source, Source::Channel))
        {
            let code: Vec<u32> = channels.iter().map(|name| of.code(name)).collect();
            let code = |channel: &u32| code.get(*channel as usize).copied().unwrap_or(of.other);
            if width == 1 {
                *codes = channel.iter().map(code).collect();
                return;
            }
            codes.resize(channel.len() * width, NO_FACET);
            for (row, channel) in channel.iter().enumerate() {
                codes[row * width + dimension] = code(channel);
            }
        }
    }
}

/// Every row that says something of a property: its number, and the value as text.
pub(crate) fn each_prop(key: &str, array: &ArrayRef, mut each: impl FnMut(usize, &str)) -> Result<()> {
    if *array.data_type() == DataType::Null {
        return Ok(());
    }
    let texts = cast(array, &DataType::Utf8).map_err(|error| Error::defect(format!("column {PROPS}: {error}")))?;
    let texts = texts.as_string::<i32>();
    for row in (0..texts.len()).filter(|row| texts.is_valid(*row)) {
        if let Some(value) = prop(key, texts.value(row))?.as_ref().and_then(traits::text) {
            each(row, &value);
        }
    }
    Ok(())
}

/// What a text that is a number says; a JSON number is written as one.
pub(crate) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A column as texts, each text once: numbers as people write them, `5` and `2.5`.
pub(crate) fn texts_once(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let once = |of: DataType| DataType::Dictionary(Box::new(DataType::Int32), Box::new(of));
    if *array.data_type() != DataType::Float64 {
        return cast(array, &once(DataType::Utf8));
    }
    let numbers = cast(array, &once(DataType::Float64))?;
    let numbers = numbers.as_dictionary::<Int32Type>();
    let texts = numbers.values().as_primitive::<Float64Type>().iter().map(|number| number.map(|n| n.to_string()));
    Ok(Arc::new(DictionaryArray::try_new(numbers.keys().clone(), Arc::new(texts.collect::<StringArray>()))?))
}

/// Codes of a column; each distinct value of a dictionary is looked up once.
fn column(array: &ArrayRef, code_of: impl Fn(&str) -> u32, mut set: impl FnMut(usize, u32)) -> Result<(), ArrowError> {
    if *array.data_type() == DataType::Null {
        return Ok(());
    }
    let array = texts_once(array)?;
    let array = array.as_dictionary::<Int32Type>();
    let texts = array.values().as_string::<i32>();
    let codes: Vec<u32> = texts.iter().map(|text| text.map_or(NO_FACET, &code_of)).collect();
    for (row, key) in array.keys().iter().enumerate() {
        if let Some(code) = key.map(|key| codes[key as usize]).filter(|code| *code != NO_FACET) {
            set(row, code);
        }
    }
    Ok(())
}
