//! The mapping: a document that says how rows of foreign files become events.
//!
//! This is a user-facing format, written by hand or by [`crate::suggest`]; `docs/reference/mapping.md` explains every
//! field with an example. Here are its types and their reading from YAML; [`faults`] says what is wrong with one.
//! How a mapping is applied to rows is in `plan` and `assemble`.

mod faults;
mod sheet;
mod source;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;

use globset::Glob;
use model::event::Column;
use model::hash;
use model::journey::Fault;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use sheet::{SheetChoice, SheetOptions};
pub use source::{Aggregate, Source, TimeFormat, TimeSpec, TimeValue};

/// How the rows of one or several files become events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Name of the feed. Every event carries it, and ids are unique within it. A bare word is the name itself; a
    /// column or an expression may give it row by row.
    #[serde(with = "source::bare_is_constant")]
    pub source: Source,
    /// Patterns of files in the same folder that are left out on purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// One entry a kind of file. The first whose `match` fits a file is used for it. A document for one kind of file
    /// may leave `files` out and hold the fields of its only entry itself.
    pub files: Vec<FileMapping>,
}

/// How the rows of one kind of file become events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileMapping {
    /// File name, or a glob of it: `orders-*.csv.gz`.
    #[serde(rename = "match", default = "any_file")]
    pub pattern: String,
    /// What the file is. `auto` looks at its first bytes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub format: Format,
    /// How a CSV file is written. What is left out is detected.
    #[serde(default, skip_serializing_if = "is_default")]
    pub csv: CsvOptions,
    /// Which sheet of a workbook is read, and where its table begins. What is left out is detected.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sheet: SheetOptions,
    /// How numbers are written in text, where it is not `1234.5`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub numbers: NumberFormat,
    /// Types of columns that come as text, for expressions, properties and items.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub types: BTreeMap<String, Kind>,
    /// Other files joined to each row, by name; their columns are `name.column`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lookups: BTreeMap<String, Lookup>,
    /// Rows for which this expression is true are left out and counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_if: Option<String>,
    /// When it happened.
    pub time: TimeSpec,
    /// Who did it. The first that is not empty is the sending identity.
    pub identifiers: Vec<IdentifierSpec>,
    /// Whether the other identifiers of a row are the same customer for certain.
    #[serde(default, skip_serializing_if = "is_default")]
    pub link: bool,
    /// The id the source gives each event. Without one, the row itself is its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<Source>,
    /// What happened. May be left out where every entry of `events` says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Source>,
    /// On which channel. May be left out where every entry of `events` says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Source>,
    /// Typed columns of the event.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<Column, Source>,
    /// Traits of the sender: a list of columns, or `trait: column`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "source::named_sources")]
    pub traits: BTreeMap<String, Source>,
    /// Which of the columns that are used nowhere else are kept as properties.
    #[serde(default, skip_serializing_if = "is_default")]
    pub props: Props,
    /// Properties made by the mapping: `name: column`, constant or expression.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "source::named_sources")]
    pub set_props: BTreeMap<String, Source>,
    /// A nested column whose list of objects becomes the items of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<String>,
    /// One row, several events. Each entry says when it applies and what differs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventSpec>,
    /// Several rows, one event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_by: Option<GroupBy>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Auto,
    Csv,
    Ndjson,
    Parquet,
    /// Excel workbook since 2007.
    Xlsx,
    /// Excel workbook before 2007.
    Xls,
    /// Event log of IEEE 1849.
    Xes,
    /// Object-centric event log, version 2, in JSON or XML.
    Ocel,
}

/// How a CSV file is written; what is `None` is detected.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvOptions {
    /// One ASCII character.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// One ASCII character, or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// A WHATWG label: `utf-8`, `gb18030`, `utf-16le`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Whether the first row names the columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// Names of the columns in order; replaces the header.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Lines before the header that are no data.
    #[serde(default, skip_serializing_if = "is_default")]
    pub skip_lines: u32,
    /// Texts that mean "no value", beside the empty one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nulls: Vec<String>,
}

/// How numbers are written in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberFormat {
    /// The decimal sign.
    #[serde(default = "point")]
    pub decimal: char,
    /// The sign between thousands, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<char>,
    /// What may stand around the digits.
    #[serde(default, skip_serializing_if = "is_default")]
    pub style: NumberStyle,
}

impl Default for NumberFormat {
    fn default() -> Self {
        NumberFormat { decimal: '.', group: None, style: NumberStyle::Plain }
    }
}

/// What may stand around the digits of a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NumberStyle {
    /// Nothing; signs between thousands may stand anywhere.
    #[default]
    Plain,
    /// What people write around amounts: signs and words of currencies, brackets for what is negative, full-width digits.
    Amount,
}

/// What a text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Text,
    Number,
    Integer,
    Boolean,
    Json,
}

/// Another file joined to each row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// The file, relative to the mapping.
    pub file: String,
    /// Its column that holds the key.
    pub key: String,
    /// The column of the row that is looked up; the same name as `key` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// The columns taken; all of them if left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// One identifier of the sender.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentifierSpec {
    /// What kind of identifier it is: `member_no`, `wechat_unionid`.
    pub namespace: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expr: Option<String>,
}

impl IdentifierSpec {
    /// The value as a source; `None` where neither or both of `column` and `expr` are given.
    pub fn value(&self) -> Option<Source> {
        match (&self.column, &self.expr) {
            (Some(column), None) => Some(Source::Column(column.clone())),
            (None, Some(expr)) => Some(Source::Expression(expr.clone())),
            _ => None,
        }
    }
}

/// Which columns that are used nowhere else are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Props {
    /// All of them (in a mapping with `group_by`: none, as its items keep them).
    #[default]
    Rest,
    /// None.
    None,
    /// These columns, used elsewhere or not.
    Only(Vec<String>),
    /// All but these.
    Except(Vec<String>),
}

/// One of several events a row becomes. What is left out is as the file's entry says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSpec {
    /// The event is made where this expression is true; always if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Source>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Source>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeSpec>,
    /// Added to the columns of the file's entry; the same name replaces.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<Column, Source>,
    /// Added to `set_props` of the file's entry; the same name replaces.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "source::named_sources")]
    pub set_props: BTreeMap<String, Source>,
}

/// Several rows, one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupBy {
    /// Rows with the same values here are one event.
    pub columns: Vec<String>,
    /// Whether those rows stand together in the file.
    #[serde(default, skip_serializing_if = "is_default")]
    pub order: GroupOrder,
    /// What each row leaves as an item: a list of columns, or `name: column`. All columns used nowhere else if left out.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "source::optional_named_sources")]
    pub items: Option<BTreeMap<String, Source>>,
}

/// Whether the rows of a group stand together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupOrder {
    /// They do; the file is streamed, and a key that comes again later is rejected.
    #[default]
    Contiguous,
    /// They do not; the file is gathered in memory.
    Any,
}

/// What a mapping says about a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Coverage<'a> {
    /// Its rows become events.
    Events(&'a FileMapping),
    /// It is joined to others.
    Lookup,
    /// It is left out on purpose.
    Ignored,
    /// Nothing; an import should ask.
    Nothing,
}

impl Mapping {
    /// Reads a mapping. Every fault names its field, line and column.
    pub fn from_yaml(text: &str) -> Result<Mapping, Vec<Fault>> {
        let document = yaml::Document::parse(text).map_err(|fault| vec![*fault])?;
        let (mapping, mut reading) = document.read_mapping();
        reading.check(mapping.as_ref().map(Mapping::faults).unwrap_or_default());
        match mapping {
            Some(mapping) if reading.faults.is_empty() => Ok(mapping),
            _ => Err(document.locate(reading.faults)),
        }
    }

    /// Everything wrong with the mapping that can be told without a file; empty if it can be used.
    pub fn faults(&self) -> Vec<Fault> {
        faults::of(self)
    }

    /// A stable hash of what the mapping says: comments, order of fields and layout do not change it.
    pub fn fingerprint(&self) -> i64 {
        let canonical = serde_json::to_vec(self).unwrap_or_default();
        hash::parts(&[b"mapping", &canonical])
    }

    /// What the mapping says about a file of this name, which is no path.
    pub fn coverage(&self, name: &str) -> Coverage<'_> {
        if self.ignore.iter().any(|pattern| matches_name(pattern, name)) {
            return Coverage::Ignored;
        }
        if let Some(file) = self.files.iter().find(|file| matches_name(&file.pattern, name)) {
            return Coverage::Events(file);
        }
        let is_lookup = |lookup: &Lookup| Path::new(&lookup.file).file_name().is_some_and(|file| file == name);
        if self.files.iter().any(|file| file.lookups.values().any(is_lookup)) {
            return Coverage::Lookup;
        }
        Coverage::Nothing
    }
}

fn matches_name(pattern: &str, name: &str) -> bool {
    Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

fn any_file() -> String {
    "*".to_owned()
}

fn point() -> char {
    '.'
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Serialize for Props {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Props::Rest => serializer.serialize_str("all"),
            Props::None => serializer.serialize_str("none"),
            Props::Only(columns) => columns.serialize(serializer),
            Props::Except(columns) => BTreeMap::from([("except", columns)]).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Props {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let problem = || serde::de::Error::custom("write `all`, `none`, a list of columns, or {except: [columns]}");
        let names = |value: Value| serde_json::from_value::<Vec<String>>(value).map_err(|_| problem());
        match Value::deserialize(deserializer)? {
            Value::String(word) if word == "all" => Ok(Props::Rest),
            Value::String(word) if word == "none" => Ok(Props::None),
            list @ Value::Array(_) => names(list).map(Props::Only),
            Value::Object(mut object) if object.len() == 1 => {
                object.remove("except").ok_or_else(problem).and_then(names).map(Props::Except)
            }
            _ => Err(problem()),
        }
    }
}
