//! The tree of a definition's text: values that know where they stand.
//!
//! Both parsers build it; neither the meaning of a field nor a fault in it is known here.

use model::journey::Fault;
use serde_json::Value;

/// A value and the byte its text begins at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Scalar(Scalar),
    List(Vec<Node>),
    /// In the order of the text, doubled keys kept.
    Map(Vec<Entry>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scalar {
    /// Null, bool, number or text.
    pub(super) value: Value,
    /// The characters as written, where a scalar without quotes may also be meant as text: `name: 2024` in YAML.
    pub(super) bare: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_at: usize,
    pub(super) node: Node,
}

/// What stopped a parser.
#[derive(Debug)]
pub(super) struct SyntaxFault {
    pub(super) at: usize,
    pub(super) message: String,
}

impl SyntaxFault {
    pub(super) fn locate(self, text: &str) -> Fault {
        let (line, column) = position(text, self.at);
        Fault { line: Some(line), column: Some(column), ..Fault::new("", self.message) }
    }
}

impl Node {
    /// What the value is, in the words of a fault.
    pub(super) fn kind_name(&self) -> &'static str {
        match &self.kind {
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
            Kind::Scalar(scalar) => match scalar.value {
                Value::Null => "nothing",
                Value::Bool(_) => "true or false",
                Value::Number(_) => "a number",
                _ => "a text",
            },
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(scalar) if scalar.value.is_null())
    }

    /// The text of the value, also where YAML would take the bare characters for a number.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(Scalar { value: Value::String(text), .. }) => Some(text),
            Kind::Scalar(Scalar { value: Value::Null, .. }) => None,
            Kind::Scalar(Scalar { bare, .. }) => bare.as_deref(),
            _ => None,
        }
    }

    /// The value without its places. Of doubled keys the first counts.
    pub(super) fn value(&self) -> Value {
        match &self.kind {
            Kind::Scalar(scalar) => scalar.value.clone(),
            Kind::List(nodes) => Value::Array(nodes.iter().map(Node::value).collect()),
            Kind::Map(entries) => {
                let mut map = serde_json::Map::new();
                for entry in entries {
                    map.entry(entry.key.as_str()).or_insert_with(|| entry.node.value());
                }
                Value::Object(map)
            }
        }
    }
}

/// Line and column of a byte, both from 1, the column counted in characters.
pub(super) fn position(text: &str, at: usize) -> (u32, u32) {
    let at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
