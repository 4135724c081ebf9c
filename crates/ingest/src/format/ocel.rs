//! Events of an object-centric log (OCEL 2, as JSON or XML): one object an event, with what it is about.
//!
//! The file is read twice, because objects may stand behind the events that name them: first its objects, which are
//! held in memory, then its events, which are streamed. An event becomes
//! `{id, type, time, attributes, objects, relationships}`: `relationships` lists every object with its type and
//! qualifier; `objects.TYPE` is the first object of a type with its attributes as they were at that time, and
//! with the first `related` object of every other type.

mod elements;
mod json;
mod objects;
mod xml;

use std::io;

use serde_json::{Map, Value};

use super::csv::{BadRow, Step};
use super::ndjson::JsonRow;
use super::row::bounded;
use super::text::TextStream;
use elements::{Element, Found, Kinds, Relation};
use json::JsonElements;
use objects::{LATEST, Objects};
use xml::XmlElements;

pub(crate) use json::is_log as is_json_log;

/// Reads events from a log.
pub(crate) struct OcelReader {
    elements: Elements,
    objects: Objects,
    kinds: Kinds,
    /// Objects that cannot be read, told before the events.
    faults: std::vec::IntoIter<BadRow>,
    row: JsonRow,
    /// Relationships to objects the log does not define.
    pub(crate) dangling: u64,
    /// Objects that cannot be read beyond those that are told.
    pub(crate) untold: u64,
}

enum Elements {
    Json(Box<JsonElements>),
    Xml(Box<XmlElements>),
}

impl Elements {
    fn new(stream: TextStream, is_xml: bool) -> Elements {
        match is_xml {
            true => Elements::Xml(Box::new(XmlElements::new(stream))),
            false => Elements::Json(Box::new(JsonElements::new(stream))),
        }
    }

    fn next(&mut self) -> io::Result<Option<Found>> {
        match self {
            Elements::Json(elements) => elements.next(),
            Elements::Xml(elements) => elements.next(),
        }
    }
}

impl OcelReader {
    /// Reads the objects from one stream of the file; the events come from another.
    pub(crate) fn new(objects_from: TextStream, events_from: TextStream, is_xml: bool) -> io::Result<OcelReader> {
        let mut elements = Elements::new(objects_from, is_xml);
        let mut kinds = Kinds::default();
        let mut objects = Objects::default();
        while let Some(found) = elements.next()? {
            match found {
                Found::Type(declared) => kinds.declare(declared),
                Found::Object(Ok(element)) => objects.add(element)?,
                Found::Object(Err(bad)) => objects.refuse(bad),
                Found::Event(_) => {}
            }
        }
        let (faults, untold) = objects.finish(&kinds);
        let elements = Elements::new(events_from, is_xml);
        let row = JsonRow::default();
        Ok(OcelReader { elements, objects, kinds, faults: faults.into_iter(), row, dangling: 0, untold })
    }

    pub(crate) fn row(&self) -> &JsonRow {
        &self.row
    }

    /// Moves to the next event.
    pub(crate) fn advance(&mut self) -> io::Result<Step> {
        if let Some(bad) = self.faults.next() {
            return Ok(Step::Bad(bad));
        }
        loop {
            match self.elements.next()? {
                Some(Found::Event(Ok(element))) => return Ok(self.event(element)),
                Some(Found::Event(Err(bad))) => return Ok(Step::Bad(bad)),
                Some(Found::Type(_) | Found::Object(_)) => {}
                None => return Ok(Step::End),
            }
        }
    }

    fn event(&mut self, mut element: Element) -> Step {
        if let Err(reason) = self.kinds.convert_event(&mut element) {
            let original = bounded(&element.text);
            return Step::Bad(BadRow { line: element.line, code: "attribute_invalid", reason, original });
        }
        let time_us = element.time.as_deref().and_then(|time| objects::time_us(time).ok()).unwrap_or(LATEST);
        let mut object = Map::new();
        object.insert("id".to_owned(), Value::from(element.id));
        object.insert("type".to_owned(), Value::from(element.kind));
        object.insert("time".to_owned(), element.time.map_or(Value::Null, Value::from));
        let attributes = element.attributes.into_iter().map(|attribute| (attribute.name, attribute.value));
        object.insert("attributes".to_owned(), Value::Object(attributes.collect()));
        let (mut by_type, mut list) = (Map::new(), Vec::new());
        for Relation { object: id, qualifier } in element.relations {
            let known = self.objects.find(&id);
            let mut entry = Map::new();
            match known {
                Some(at) => {
                    let kind = self.objects.kind(at);
                    entry.insert("type".to_owned(), Value::from(kind));
                    if !by_type.contains_key(kind) {
                        by_type.insert(kind.to_owned(), self.objects.seen_at(at, &qualifier, time_us));
                    }
                }
                None => self.dangling += 1,
            }
            entry.insert("id".to_owned(), Value::from(id));
            if !qualifier.is_empty() {
                entry.insert("qualifier".to_owned(), Value::from(qualifier));
            }
            list.push(Value::Object(entry));
        }
        object.insert("objects".to_owned(), Value::Object(by_type));
        object.insert("relationships".to_owned(), Value::Array(list));
        self.row = JsonRow { text: element.text, line: element.line, object };
        Step::Row
    }
}
