//! The objects of a log: their attributes over time, and what they are related to.

use std::io;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::super::csv::BadRow;
use super::super::row::bounded;
use super::elements::{Element, Kinds};
use crate::cell::Cell;
use crate::limits::{OBJECT_FAULTS_MAX, OBJECTS_BYTES_MAX};
use crate::mapping::TimeFormat;
use crate::time::TimeReader;

/// A time after all others.
pub(super) const LATEST: i64 = i64::MAX;

#[derive(Debug, Default)]
pub(super) struct Objects {
    by_id: FxHashMap<Box<str>, u32>,
    list: Vec<Object>,
    kinds: Vec<String>,
    kind_numbers: FxHashMap<String, u32>,
    /// As they were read; taken in once all are known.
    waiting: Vec<Element>,
    faults: Vec<BadRow>,
    untold: u64,
    bytes: usize,
}

#[derive(Debug)]
struct Object {
    id: Box<str>,
    kind: u32,
    /// By time; later ones hold from then on.
    attributes: Vec<(i64, Box<str>, Value)>,
    /// The first object of each type it is related to, either way round.
    related: Vec<u32>,
}

impl Objects {
    /// Keeps an object. The error says that there are too many.
    pub(super) fn add(&mut self, element: Element) -> io::Result<()> {
        let attributes: usize = element.attributes.iter().map(|attribute| attribute.name.len() + 96).sum();
        let relations: usize = element.relations.iter().map(|relation| relation.object.len() + 64).sum();
        self.bytes += 2 * element.text.len() + attributes + relations + 256;
        if self.bytes > OBJECTS_BYTES_MAX {
            let detail = format!(
                "its objects take more than {} MiB, and they are held in memory; split the log by time",
                OBJECTS_BYTES_MAX >> 20
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, detail));
        }
        self.waiting.push(element);
        Ok(())
    }

    pub(super) fn refuse(&mut self, bad: BadRow) {
        if self.faults.len() < OBJECT_FAULTS_MAX {
            self.faults.push(bad);
        } else {
            self.untold += 1;
        }
    }

    /// Takes all objects in; what cannot be is handed back, with a count of what is too much to tell.
    pub(super) fn finish(&mut self, kinds: &Kinds) -> (Vec<BadRow>, u64) {
        let mut relations = Vec::new();
        for mut element in std::mem::take(&mut self.waiting) {
            if let Err((code, reason)) = self.take(kinds, &mut element) {
                let original = bounded(&element.text);
                self.refuse(BadRow { line: element.line, code, reason, original });
                continue;
            }
            let at = self.list.len() as u32 - 1;
            relations.extend(element.relations.into_iter().map(|relation| (at, relation.object)));
        }
        for (from, to) in relations {
            if let Some(to) = self.find(&to) {
                self.relate(from, to);
                self.relate(to, from);
            }
        }
        self.faults.sort_by_key(|bad| bad.line);
        (std::mem::take(&mut self.faults), self.untold)
    }

    fn take(&mut self, kinds: &Kinds, element: &mut Element) -> Result<(), (&'static str, String)> {
        kinds.convert_object(element).map_err(|reason| ("attribute_invalid", reason))?;
        if self.by_id.contains_key(element.id.as_str()) {
            return Err(("object_repeated", format!("an object `{}` stands earlier in the log", element.id)));
        }
        let mut attributes = Vec::with_capacity(element.attributes.len());
        for attribute in element.attributes.drain(..) {
            let since = match attribute.time.as_deref() {
                None => i64::MIN,
                Some(time) => time_us(time).map_err(|reason| ("time_unreadable", reason))?,
            };
            attributes.push((since, attribute.name.into_boxed_str(), attribute.value));
        }
        attributes.sort_by_key(|(since, _, _)| *since);
        let kind = match self.kind_numbers.get(&element.kind) {
            Some(kind) => *kind,
            None => {
                let kind = self.kinds.len() as u32;
                self.kinds.push(element.kind.clone());
                self.kind_numbers.insert(element.kind.clone(), kind);
                kind
            }
        };
        let id: Box<str> = element.id.as_str().into();
        self.by_id.insert(id.clone(), self.list.len() as u32);
        self.list.push(Object { id, kind, attributes, related: Vec::new() });
        Ok(())
    }

    fn relate(&mut self, from: u32, to: u32) {
        let kind = self.list[to as usize].kind;
        let is_known = self.list[from as usize].related.iter().any(|known| self.list[*known as usize].kind == kind);
        if !is_known {
            self.list[from as usize].related.push(to);
        }
    }

    pub(super) fn find(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    pub(super) fn kind(&self, at: u32) -> &str {
        &self.kinds[self.list[at as usize].kind as usize]
    }

    /// An object with its attributes as they were at a time.
    pub(super) fn seen_at(&self, at: u32, qualifier: &str, time_us: i64) -> Value {
        let object = &self.list[at as usize];
        let mut seen = Map::new();
        seen.insert("id".to_owned(), Value::from(&*object.id));
        if !qualifier.is_empty() {
            seen.insert("qualifier".to_owned(), Value::from(qualifier));
        }
        let mut attributes = Map::new();
        for (_, name, value) in object.attributes.iter().take_while(|(since, _, _)| *since <= time_us) {
            attributes.insert(name.to_string(), value.clone());
        }
        if !attributes.is_empty() {
            seen.insert("attributes".to_owned(), Value::Object(attributes));
        }
        if !object.related.is_empty() {
            let entry = |at: &u32| (self.kind(*at).to_owned(), Value::from(&*self.list[*at as usize].id));
            seen.insert("related".to_owned(), Value::Object(object.related.iter().map(entry).collect()));
        }
        Value::Object(seen)
    }
}

/// A time of the log, to be compared with another of it: one without offset is read as UTC.
pub(super) fn time_us(text: &str) -> Result<i64, String> {
    let reader = TimeReader::new(&[TimeFormat::Iso8601], Some("UTC"))?;
    reader.read(&Cell::Text(text.into())).map(|reading| reading.time_us).map_err(|problem| problem.reason)
}
