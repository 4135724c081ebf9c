//! Traffic groups of many rows: what rows say of their origin, told apart once per distinct combination.
//!
//! A rule set is tried for a combination of source, medium, campaign, referrer's host, page and channel, of which there
//! are few, never for a row. Which rules hold for whom stands in [`model::traffic`]; the column of groups, which rules,
//! breakdowns and SQL read by the name `traffic_group`, is made and kept by [`crate::columns`].

mod effect;
mod function;

use std::hash::Hash;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use lake::schema::CHANNEL;
use model::event::Column;
use model::traffic::{Classifier, Facts, Page, Signals, host};
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};

pub use effect::{Counted, Effect, Found, Unclassified, effect};
pub(crate) use function::ChannelGroup;

/// The columns a group is derived from.
pub const COLUMNS: [&str; 7] = ["utm_source", "utm_medium", "utm_campaign", "campaign", "referrer", "page", CHANNEL];

/// Distinct origins of some rows.
#[derive(Debug)]
pub struct Origins {
    /// By row, a position in `codes`.
    pub of_row: Vec<u32>,
    /// By origin, a code a column of [`COLUMNS`]; 0: it says nothing.
    codes: Vec<[u32; COLUMNS.len()]>,
    /// Texts by code - 1, of the columns that are taken as they are.
    texts: [Vec<String>; COLUMNS.len()],
    pages: Vec<Page>,
}

impl Origins {
    /// Of rows whose columns are given by name; one that is not given says nothing.
    ///
    /// # Errors
    /// `Defect` if a column holds no texts.
    pub fn of(rows: usize, columns: &FxHashMap<&'static str, ArrayRef>) -> Result<Origins> {
        let mut origins = Origins {
            of_row: vec![0; rows],
            codes: vec![[0; COLUMNS.len()]],
            texts: Default::default(),
            pages: Vec::new(),
        };
        for (at, name) in COLUMNS.into_iter().enumerate() {
            let Some(array) = columns.get(name).filter(|array| *array.data_type() != DataType::Null) else { continue };
            let coded = match name {
                _ if name == Column::Page.name() => {
                    let (codes, pages) = coded(name, array, |text| Some(Page::read(text)))?;
                    origins.pages = pages;
                    codes
                }
                _ => {
                    let hosts = name == Column::Referrer.name();
                    let read = |text: &str| if hosts { host(text) } else { Some(text.to_owned()) };
                    let (codes, texts) = coded(name, array, read)?;
                    origins.texts[at] = texts;
                    codes
                }
            };
            origins.tell_apart(at, &coded);
        }
        Ok(origins)
    }

    /// Parts the origins by one more column.
    fn tell_apart(&mut self, at: usize, coded: &[u32]) {
        let mut known: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let mut told = Vec::new();
        for (origin, code) in self.of_row.iter_mut().zip(coded) {
            let before = self.codes[*origin as usize];
            *origin = *known.entry((*origin, *code)).or_insert_with(|| {
                let mut codes = before;
                codes[at] = *code;
                told.push(codes);
                told.len() as u32 - 1
            });
        }
        self.codes = told;
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// What rules look at, of one of them.
    pub fn facts(&self, origin: usize, classifier: &Classifier) -> Facts {
        let codes = &self.codes[origin];
        // Of pages there are no texts here: they are read as a whole.
        let text = |at: usize| self.texts[at].get((codes[at] as usize).checked_sub(1)?).map(String::as_str);
        let [utm_source, utm_medium, utm_campaign, campaign, referrer_host, _, channel] = std::array::from_fn(text);
        let page = codes[PAGE].checked_sub(1).map(|code| &self.pages[code as usize]);
        let channel = channel.unwrap_or_default();
        classifier.facts(&Signals { utm_source, utm_medium, utm_campaign, campaign, referrer_host, page, channel })
    }

    /// The group of each, as a position in [`Classifier::groups`].
    pub fn groups(&self, classifier: &Classifier) -> Vec<u32> {
        (0..self.len()).map(|origin| classifier.group(&self.facts(origin, classifier)) as u32).collect()
    }
}

/// Position of the page in [`COLUMNS`].
const PAGE: usize = 5;

/// The group of every row, as a dictionary.
///
/// # Errors
/// As [`Origins::of`].
pub(crate) fn groups(
    classifier: &Classifier,
    rows: usize,
    columns: &FxHashMap<&'static str, ArrayRef>,
) -> Result<ArrayRef> {
    let origins = Origins::of(rows, columns)?;
    let groups = origins.groups(classifier);
    let keys = Int32Array::from_iter_values(origins.of_row.iter().map(|origin| groups[*origin as usize] as i32));
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(classifier.groups()));
    let array = DictionaryArray::<Int32Type>::try_new(keys, names);
    Ok(Arc::new(array.map_err(|error| Error::defect(format!("traffic groups: {error}")))?))
}

/// A code a row, and what codes from 1 on stand for; each distinct text is read once.
fn coded<T: Clone + Eq + Hash>(
    name: &str,
    array: &ArrayRef,
    read: impl Fn(&str) -> Option<T>,
) -> Result<(Vec<u32>, Vec<T>)> {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let array = cast(array, &dictionary).map_err(|error| Error::defect(format!("column {name}: {error}")))?;
    let array = array.as_dictionary::<Int32Type>();
    let texts = array.values().as_string::<i32>();
    let mut known: FxHashMap<T, u32> = FxHashMap::default();
    let mut values = Vec::new();
    let mut code = |text: &str| {
        let Some(value) = read(text) else { return 0 };
        *known.entry(value.clone()).or_insert_with(|| {
            values.push(value);
            values.len() as u32
        })
    };
    let codes: Vec<u32> = texts.iter().map(|text| text.map_or(0, &mut code)).collect();
    let of_row = array.keys().iter().map(|key| key.map_or(0, |key| codes[key as usize])).collect();
    Ok((of_row, values))
}

#[cfg(test)]
mod tests {
    use arrow::array::NullArray;

    use super::*;

    #[test]
    fn combinations_are_told_apart_once() {
        let texts = |texts: &[Option<&str>]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
        let mut columns = FxHashMap::default();
        columns.insert("utm_source", texts(&[Some("google"), None, Some("google"), None, None]));
        columns.insert("utm_medium", texts(&[Some("cpc"), None, Some("cpc"), None, None]));
        columns.insert("utm_campaign", Arc::new(NullArray::new(5)) as ArrayRef);
        let from = Some("https://www.baidu.com/s?wd=1");
        columns.insert("referrer", texts(&[None, from, None, Some("https://m.baidu.com/x"), Some("/home")]));
        columns.insert("page", texts(&[Some("/a?x=1"), Some("/b"), Some("/a?x=2"), Some("/c"), Some("/d")]));
        columns.insert(CHANNEL, texts(&[Some("web"); 5]));
        let origins = Origins::of(5, &columns).unwrap();
        assert_eq!(origins.of_row, [0, 1, 0, 2, 3], "pages that say nothing of an origin are one");
        let array = groups(&Classifier::standard(), 5, &columns).unwrap();
        let array = cast(&array, &DataType::Utf8).unwrap();
        let found: Vec<_> = array.as_string::<i32>().iter().flatten().collect();
        assert_eq!(found, ["paid_search", "organic_search", "paid_search", "organic_search", "direct"]);
    }
}
