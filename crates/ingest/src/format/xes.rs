//! Events of an XES log (IEEE 1849): one object an event, with the attributes of its trace under `case`.
//!
//! Attributes keep the type they are written with; a date stays the text it is, for the mapping's `time` to read.
//! An attribute within an attribute is `outer.inner`. Classifiers are kept for suggestions; what a key means is not
//! known here.

use std::io;

use serde_json::{Map, Number, Value};

use super::csv::{BadRow, Step};
use super::ndjson::JsonRow;
use super::row::bounded;
use super::text::TextStream;
use super::xml::{Node, Tag, XmlReader};
use crate::cell::excerpt;
use crate::limits::ROW_BYTES_MAX;

/// The field that holds the attributes of an event's trace.
pub(crate) const CASE: &str = "case";

/// A name for what tells activities apart: keys whose values are joined with `+`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Classifier {
    pub(crate) name: String,
    pub(crate) keys: Vec<String>,
}

/// Reads events from a log.
pub(crate) struct XesReader {
    xml: XmlReader,
    row: JsonRow,
    is_begun: bool,
    /// Attributes of the trace at hand.
    case: Option<Map<String, Value>>,
    /// What is wrong with them.
    case_fault: Option<String>,
    has_events: bool,
    pub(crate) classifiers: Vec<Classifier>,
    /// Attributes of traces that stand behind an event of theirs.
    pub(crate) late_attributes: u64,
}

/// Attributes being collected, and how much room they may still take.
struct Collected {
    object: Map<String, Value>,
    fault: Option<String>,
    bytes: usize,
}

impl XesReader {
    pub(crate) fn new(stream: TextStream) -> XesReader {
        XesReader {
            xml: XmlReader::new(stream),
            row: JsonRow::default(),
            is_begun: false,
            case: None,
            case_fault: None,
            has_events: false,
            classifiers: Vec::new(),
            late_attributes: 0,
        }
    }

    pub(crate) fn row(&self) -> &JsonRow {
        &self.row
    }

    /// Moves to the next event.
    pub(crate) fn advance(&mut self) -> io::Result<Step> {
        loop {
            let tag = match self.xml.next()? {
                Node::Start(tag) => tag,
                Node::End => {
                    self.case = None;
                    continue;
                }
                Node::Text(_) => continue,
                Node::Eof if self.is_begun => return Ok(Step::End),
                Node::Eof => return Err(io::Error::other("there is no <log> in it")),
            };
            match (tag.name.as_str(), self.case.is_some()) {
                ("log", false) if !self.is_begun => self.is_begun = true,
                (name, _) if !self.is_begun => {
                    return Err(io::Error::other(format!("it begins with <{name}>, and an XES log with <log>")));
                }
                ("trace", false) => {
                    (self.case, self.case_fault, self.has_events) = (Some(Map::new()), None, false);
                }
                ("event", _) => {
                    self.has_events = true;
                    return self.event();
                }
                ("classifier", false) => {
                    self.classifiers.extend(classifier(&tag));
                    self.xml.skip()?;
                }
                (name, true) if is_attribute(name) => self.case_attribute(&tag)?,
                _ => self.xml.skip()?,
            }
        }
    }

    fn case_attribute(&mut self, tag: &Tag) -> io::Result<()> {
        self.late_attributes += u64::from(self.has_events);
        let object = self.case.take().unwrap_or_default();
        let bytes = object.iter().map(|(key, value)| key.len() + value.as_str().map_or(8, str::len)).sum();
        let mut collected = Collected { object, fault: self.case_fault.take(), bytes };
        collected.attribute(&mut self.xml, tag, "")?;
        (self.case, self.case_fault) = (Some(collected.object), collected.fault);
        Ok(())
    }

    fn event(&mut self) -> io::Result<Step> {
        let line = self.xml.line();
        let mut collected = Collected { object: Map::new(), fault: None, bytes: 0 };
        loop {
            match self.xml.next()? {
                Node::Start(tag) if is_attribute(&tag.name) => collected.attribute(&mut self.xml, &tag, "")?,
                Node::Start(_) => self.xml.skip()?,
                Node::Text(_) => {}
                Node::End | Node::Eof => break,
            }
        }
        let Collected { mut object, fault, bytes } = collected;
        if let Some(case) = &self.case {
            // An attribute of the event that has this very name moves aside.
            if let Some(own) = object.shift_remove(CASE) {
                object.insert(format!("event.{CASE}"), own);
            }
            object.insert(CASE.to_owned(), Value::Object(case.clone()));
        }
        let fault = fault.or_else(|| self.case_fault.as_ref().map(|fault| format!("in its trace, {fault}")));
        let text = Value::Object(object.clone()).to_string();
        if bytes > ROW_BYTES_MAX {
            let reason = format!("the event is longer than {} MiB", ROW_BYTES_MAX >> 20);
            return Ok(Step::Bad(BadRow { line, code: "row_too_long", reason, original: bounded(&text) }));
        }
        if let Some(reason) = fault {
            return Ok(Step::Bad(BadRow { line, code: "attribute_invalid", reason, original: bounded(&text) }));
        }
        self.row = JsonRow { text, line, object };
        Ok(Step::Row)
    }
}

impl Collected {
    /// Takes the attribute whose tag was just read, and the attributes within it.
    fn attribute(&mut self, xml: &mut XmlReader, tag: &Tag, prefix: &str) -> io::Result<()> {
        self.bytes += tag.bytes;
        let Some(key) = tag.attribute("key").filter(|key| !key.is_empty()) else {
            self.fault.get_or_insert_with(|| format!("a <{}> has no key", tag.name));
            return xml.skip();
        };
        let key = format!("{prefix}{key}");
        if self.bytes > ROW_BYTES_MAX {
            return xml.skip();
        }
        match tag.name.as_str() {
            "list" => {
                let list = self.list(xml)?;
                self.object.insert(key, Value::Array(list));
                return Ok(());
            }
            "container" => {
                let mut inner = Collected { object: Map::new(), fault: self.fault.take(), bytes: self.bytes };
                inner.children(xml, "")?;
                (self.fault, self.bytes) = (inner.fault, inner.bytes);
                self.object.insert(key, Value::Object(inner.object));
                return Ok(());
            }
            _ => {}
        }
        match value(tag) {
            Ok(value) => {
                self.object.insert(key.clone(), value);
            }
            Err(found) => {
                // It stands in the rejection as it was written.
                self.object.insert(key.clone(), Value::String(found.clone()));
                let reason = format!("`{}` is no {} (attribute `{key}`)", excerpt(&found), tag.name);
                self.fault.get_or_insert(reason);
            }
        }
        self.children(xml, &format!("{key}."))
    }

    fn children(&mut self, xml: &mut XmlReader, prefix: &str) -> io::Result<()> {
        loop {
            match xml.next()? {
                Node::Start(tag) if is_attribute(&tag.name) => self.attribute(xml, &tag, prefix)?,
                Node::Start(_) => xml.skip()?,
                Node::Text(_) => {}
                Node::End | Node::Eof => return Ok(()),
            }
        }
    }

    /// The values of a list, each an object of one field, as their keys may repeat.
    fn list(&mut self, xml: &mut XmlReader) -> io::Result<Vec<Value>> {
        let mut list = Vec::new();
        let mut open = 0;
        loop {
            match xml.next()? {
                Node::Start(tag) if tag.name == "values" => open += 1,
                Node::Start(tag) if is_attribute(&tag.name) => {
                    let mut inner = Collected { object: Map::new(), fault: self.fault.take(), bytes: self.bytes };
                    inner.attribute(xml, &tag, "")?;
                    (self.fault, self.bytes) = (inner.fault, inner.bytes);
                    list.push(Value::Object(inner.object));
                }
                Node::Start(_) => xml.skip()?,
                Node::Text(_) => {}
                Node::End if open > 0 => open -= 1,
                Node::End | Node::Eof => return Ok(list),
            }
        }
    }
}

fn is_attribute(name: &str) -> bool {
    matches!(name, "string" | "date" | "int" | "float" | "boolean" | "id" | "list" | "container")
}

/// The value of an attribute; what stands there, if it is none of its type.
fn value(tag: &Tag) -> Result<Value, String> {
    let text = tag.attribute("value").unwrap_or_default();
    let refused = || text.to_owned();
    match tag.name.as_str() {
        "int" => text.trim().parse::<i64>().map(Value::from).map_err(|_| refused()),
        "float" => match text.trim().parse::<f64>() {
            // What is no number is written as NaN, and is no value.
            Ok(value) => Ok(Number::from_f64(value).map_or(Value::Null, Value::Number)),
            Err(_) => Err(refused()),
        },
        "boolean" => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Value::Bool(true)),
            "false" | "0" => Ok(Value::Bool(false)),
            _ => Err(refused()),
        },
        _ => Ok(Value::String(text.to_owned())),
    }
}

/// A classifier of events; its keys are parted by spaces, and those with spaces stand in quotes.
fn classifier(tag: &Tag) -> Option<Classifier> {
    if tag.attribute("scope").is_some_and(|scope| scope != "event") {
        return None;
    }
    let mut keys = Vec::new();
    for (index, part) in tag.attribute("keys")?.split('\'').enumerate() {
        if index % 2 == 1 {
            keys.push(part.to_owned());
        } else {
            keys.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    Some(Classifier { name: tag.attribute("name")?.to_owned(), keys })
}
