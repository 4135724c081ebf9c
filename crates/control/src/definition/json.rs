//! JSON text → tree.
//!
//! serde_json reads, and lends each value's slice of the text ([`RawValue`]): its place in memory minus the
//! text's is its place in the text.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::limits::DEPTH_MAX;
use super::tree::{Entry, Kind, Node, Scalar, SyntaxFault};

pub(super) fn tree(text: &str) -> Result<Node, SyntaxFault> {
    let root = read::<&RawValue>(text, text)?;
    node(text, root, 0)
}

fn node(text: &str, raw: &RawValue, depth: usize) -> Result<Node, SyntaxFault> {
    let at = offset(text, raw.get());
    if depth > DEPTH_MAX {
        return Err(SyntaxFault { at, message: format!("lists and maps stand at most {DEPTH_MAX} deep") });
    }
    let kind = match raw.get().as_bytes().first() {
        Some(b'[') => {
            let items = read::<Vec<&RawValue>>(text, raw.get())?;
            Kind::List(items.into_iter().map(|item| node(text, item, depth + 1)).collect::<Result<_, _>>()?)
        }
        Some(b'{') => {
            let Pairs(pairs) = read::<Pairs<'_>>(text, raw.get())?;
            let mut entries = Vec::with_capacity(pairs.len());
            for (key, value) in pairs {
                entries.push(Entry {
                    key: read::<String>(text, key.get())?,
                    key_at: offset(text, key.get()),
                    node: node(text, value, depth + 1)?,
                });
            }
            Kind::Map(entries)
        }
        _ => Kind::Scalar(Scalar { value: read::<Value>(text, raw.get())?, bare: None }),
    };
    Ok(Node { at, kind })
}

/// Reads `slice`, a part of `text`; an error is placed in the whole.
fn read<'a, T: Deserialize<'a>>(text: &str, slice: &'a str) -> Result<T, SyntaxFault> {
    serde_json::from_str(slice).map_err(|error| {
        // The error counts lines and bytes from 1, and column 0 is the line feed before the line.
        let line_start = slice.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let at = offset(text, slice) + line_start + error.column().saturating_sub(1);
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
        SyntaxFault { at, message: format!("this is not JSON: {message}") }
    })
}

fn offset(text: &str, slice: &str) -> usize {
    (slice.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// The members of an object in order, doubled keys kept.
struct Pairs<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}
