//! A log as XML.

use std::io;

use serde_json::{Map, Value};

use super::super::csv::BadRow;
use super::super::row::bounded;
use super::super::text::TextStream;
use super::super::xml::{Node, Tag, XmlReader};
use super::elements::{Attribute, Declared, Element, Found, Relation};
use crate::limits::ROW_BYTES_MAX;

/// Reads entries from a log.
pub(super) struct XmlElements {
    xml: XmlReader,
    is_begun: bool,
    /// The list the reader stands in.
    list: Option<List>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    ObjectTypes,
    EventTypes,
    Objects,
    Events,
}

impl XmlElements {
    pub(super) fn new(stream: TextStream) -> XmlElements {
        XmlElements { xml: XmlReader::new(stream), is_begun: false, list: None }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Found>> {
        loop {
            let tag = match self.xml.next()? {
                Node::Start(tag) => tag,
                Node::End => {
                    self.list = None;
                    continue;
                }
                Node::Text(_) => continue,
                Node::Eof if self.is_begun => return Ok(None),
                Node::Eof => return Err(io::Error::other("there is no <log> in it")),
            };
            match (self.list, tag.name.as_str()) {
                (None, "log") if !self.is_begun => self.is_begun = true,
                (None, name) if !self.is_begun => {
                    return Err(io::Error::other(format!("it begins with <{name}>, and a log with <log>")));
                }
                (None, "object-types") => self.list = Some(List::ObjectTypes),
                (None, "event-types") => self.list = Some(List::EventTypes),
                (None, "objects") => self.list = Some(List::Objects),
                (None, "events") => self.list = Some(List::Events),
                (Some(list @ (List::ObjectTypes | List::EventTypes)), "object-type" | "event-type") => {
                    return self.declared(&tag, list == List::EventTypes).map(Some);
                }
                (Some(List::Objects), "object") => return Ok(Some(Found::Object(self.element(&tag)?))),
                (Some(List::Events), "event") => return Ok(Some(Found::Event(self.element(&tag)?))),
                _ => self.xml.skip()?,
            }
        }
    }

    fn declared(&mut self, tag: &Tag, is_event: bool) -> io::Result<Found> {
        let name = tag.attribute("name").unwrap_or_default().to_owned();
        let mut attributes = Vec::new();
        let mut open = 1;
        while open > 0 {
            match self.xml.next()? {
                Node::Start(tag) => {
                    open += 1;
                    if let ("attribute", Some(name), Some(kind)) =
                        (tag.name.as_str(), tag.attribute("name"), tag.attribute("type"))
                    {
                        attributes.push((name.to_owned(), kind.to_owned()));
                    }
                }
                Node::End => open -= 1,
                Node::Text(_) => {}
                Node::Eof => break,
            }
        }
        Ok(Found::Type(Declared { is_event, name, attributes }))
    }

    fn element(&mut self, tag: &Tag) -> io::Result<Result<Element, BadRow>> {
        let of = |name: &str| tag.attribute(name).map(str::to_owned);
        let mut element = Element {
            line: self.xml.line(),
            id: of("id").unwrap_or_default(),
            kind: of("type").unwrap_or_default(),
            time: of("time").filter(|time| !time.is_empty()),
            ..Element::default()
        };
        let (mut open, mut bytes) = (1, tag.bytes);
        while open > 0 {
            let tag = match self.xml.next()? {
                Node::Start(tag) => tag,
                Node::End => {
                    open -= 1;
                    continue;
                }
                Node::Text(_) => continue,
                Node::Eof => break,
            };
            bytes += tag.bytes;
            match tag.name.as_str() {
                "attribute" => {
                    let text = self.xml.text()?.trim().to_owned();
                    bytes += text.len();
                    if bytes <= ROW_BYTES_MAX {
                        let name = tag.attribute("name").unwrap_or_default().to_owned();
                        let time = tag.attribute("time").filter(|time| !time.is_empty()).map(str::to_owned);
                        element.attributes.push(Attribute { name, time, value: Value::from(text) });
                    }
                }
                // Some programs write <object> for <relationship>.
                "relationship" | "object" if tag.attribute("object-id").is_some() => {
                    if bytes <= ROW_BYTES_MAX {
                        let of = |name: &str| tag.attribute(name).unwrap_or_default().to_owned();
                        element.relations.push(Relation { object: of("object-id"), qualifier: of("qualifier") });
                    }
                    self.xml.skip()?;
                }
                _ => open += 1,
            }
        }
        element.text = written(&element);
        Ok(check(element, bytes))
    }
}

fn check(element: Element, bytes: usize) -> Result<Element, BadRow> {
    let fault = if bytes > ROW_BYTES_MAX {
        Some(("row_too_long", format!("the entry is longer than {} MiB", ROW_BYTES_MAX >> 20)))
    } else if element.id.is_empty() {
        Some(("ocel_invalid", "the entry has no `id`".to_owned()))
    } else if element.kind.is_empty() {
        Some(("ocel_invalid", "the entry has no `type`".to_owned()))
    } else if element.attributes.iter().any(|attribute| attribute.name.is_empty()) {
        Some(("ocel_invalid", "an attribute has no `name`".to_owned()))
    } else {
        None
    };
    match fault {
        None => Ok(element),
        Some((code, reason)) => Err(BadRow { line: element.line, code, reason, original: bounded(&element.text) }),
    }
}

/// The entry as its JSON form would be, however its XML is laid out.
fn written(element: &Element) -> String {
    let mut object = Map::new();
    object.insert("id".to_owned(), Value::from(element.id.as_str()));
    object.insert("type".to_owned(), Value::from(element.kind.as_str()));
    if let Some(time) = &element.time {
        object.insert("time".to_owned(), Value::from(time.as_str()));
    }
    let attribute = |attribute: &Attribute| {
        let mut object = Map::new();
        object.insert("name".to_owned(), Value::from(attribute.name.as_str()));
        if let Some(time) = &attribute.time {
            object.insert("time".to_owned(), Value::from(time.as_str()));
        }
        object.insert("value".to_owned(), attribute.value.clone());
        Value::Object(object)
    };
    object.insert("attributes".to_owned(), element.attributes.iter().map(attribute).collect());
    let relation = |relation: &Relation| {
        let mut object = Map::new();
        object.insert("objectId".to_owned(), Value::from(relation.object.as_str()));
        object.insert("qualifier".to_owned(), Value::from(relation.qualifier.as_str()));
        Value::Object(object)
    };
    object.insert("relationships".to_owned(), element.relations.iter().map(relation).collect());
    Value::Object(object).to_string()
}
