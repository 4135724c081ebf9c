//! Which sheet of a workbook is read, and where its table begins.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// How a workbook is read; what is `None` is detected. In YAML a bare name or number is the sheet alone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SheetOptions {
    /// The first visible sheet that is not empty, if left out.
    pub choice: Option<SheetChoice>,
    /// Rows of the sheet, counted from its top, that stand before the header.
    pub skip_rows: Option<u32>,
    /// Rows of the header; 0 if there is none.
    pub header: Option<u32>,
    /// Names of the columns in order; replaces the header.
    pub names: Vec<String>,
    /// Texts that mean "no value", beside the empty one.
    pub nulls: Vec<String>,
}

/// Names a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetChoice {
    Name(String),
    /// Counted from 1, hidden sheets included.
    Number(u32),
}

/// The long form.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Fields {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skip_rows: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    names: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nulls: Vec<String>,
}

impl SheetOptions {
    fn read(value: Value) -> Result<SheetOptions, String> {
        let object = match value {
            Value::String(name) => Map::from_iter([("name".to_owned(), Value::String(name))]),
            number @ Value::Number(_) => Map::from_iter([("number".to_owned(), number)]),
            Value::Object(object) => object,
            _ => return Err("write the name of a sheet, its number, or {name: …, header: 2}".to_owned()),
        };
        let fields: Fields = serde_json::from_value(Value::Object(object)).map_err(|error| error.to_string())?;
        let choice = match (fields.name, fields.number) {
            (Some(_), Some(_)) => return Err("name a sheet by `name` or by `number`, not by both".to_owned()),
            (Some(name), None) => Some(SheetChoice::Name(name)),
            (None, number) => number.map(SheetChoice::Number),
        };
        let Fields { skip_rows, header, names, nulls, .. } = fields;
        Ok(SheetOptions { choice, skip_rows, header, names, nulls })
    }
}

impl Serialize for SheetOptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, number) = match &self.choice {
            Some(SheetChoice::Name(name)) => (Some(name.clone()), None),
            Some(SheetChoice::Number(number)) => (None, Some(*number)),
            None => (None, None),
        };
        let SheetOptions { skip_rows, header, names, nulls, .. } = self.clone();
        Fields { name, number, skip_rows, header, names, nulls }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SheetOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SheetOptions::read(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
