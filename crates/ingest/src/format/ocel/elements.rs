//! What both forms of a log hold: declared types, objects and events, before anything refers to anything.

use rustc_hash::FxHashMap;
use serde_json::{Number, Value};

use super::super::csv::BadRow;
use crate::cell::excerpt;

/// One entry of a log.
#[derive(Debug)]
pub(super) enum Found {
    Type(Declared),
    Object(Result<Element, BadRow>),
    Event(Result<Element, BadRow>),
}

/// A type of events or objects, and the types of its attributes.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub(super) is_event: bool,
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
}

/// An event or an object.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) line: u64,
    /// What it is told apart by, and what a rejection shows.
    pub(super) text: String,
    pub(super) id: String,
    pub(super) kind: String,
    /// Of an event.
    pub(super) time: Option<String>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) relations: Vec<Relation>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: String,
    /// Since when an object has this value.
    pub(super) time: Option<String>,
    pub(super) value: Value,
}

/// A relationship to an object.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) object: String,
    pub(super) qualifier: String,
}

/// The declared types.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    events: FxHashMap<String, FxHashMap<String, String>>,
    objects: FxHashMap<String, FxHashMap<String, String>>,
}

impl Kinds {
    pub(super) fn declare(&mut self, declared: Declared) {
        let kinds = if declared.is_event { &mut self.events } else { &mut self.objects };
        kinds.insert(declared.name, declared.attributes.into_iter().collect());
    }

    /// Gives texts the type that is declared for them. The error says which is none.
    pub(super) fn convert_event(&self, element: &mut Element) -> Result<(), String> {
        convert(self.events.get(&element.kind), element)
    }

    pub(super) fn convert_object(&self, element: &mut Element) -> Result<(), String> {
        convert(self.objects.get(&element.kind), element)
    }
}

fn convert(declared: Option<&FxHashMap<String, String>>, element: &mut Element) -> Result<(), String> {
    let Some(declared) = declared else { return Ok(()) };
    for attribute in &mut element.attributes {
        let (Value::String(text), Some(kind)) = (&attribute.value, declared.get(&attribute.name)) else { continue };
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let value = match kind.as_str() {
            "integer" => text.parse::<i64>().ok().map(Value::from),
            "float" => text.parse::<f64>().ok().map(|value| Number::from_f64(value).map_or(Value::Null, Value::Number)),
            "boolean" => match text.to_ascii_lowercase().as_str() {
                "true" | "1" => Some(Value::Bool(true)),
                "false" | "0" => Some(Value::Bool(false)),
                _ => None,
            },
            _ => continue,
        };
        match value {
            Some(value) => attribute.value = value,
            None => return Err(format!("`{}` is no {kind} (attribute `{}`)", excerpt(text), attribute.name)),
        }
    }
    Ok(())
}
