//! A log as JSON: the entries of its four lists one by one, however large the file is.
//!
//! The document is never held whole. Its outline is followed byte by byte; each entry of a list is cut out and parsed
//! by itself, so that an entry at fault costs that entry.

use std::io;

use serde_json::{Map, Value};

use super::super::csv::{BadRow, ENCODING_ADVICE};
use super::super::row::bounded;
use super::super::text::TextStream;
use super::elements::{Attribute, Declared, Element, Found, Relation};
use crate::limits::ROW_BYTES_MAX;

/// Whether the head of a file is that of a log: the first object in it has a list of types, or of events and objects.
pub(crate) fn is_log(head: &str) -> bool {
    let mut keys = Vec::new();
    let mut scan = Scan::default();
    let mut key_from = None;
    for (at, byte) in head.bytes().enumerate() {
        let was_in_string = scan.in_string;
        scan.feed(byte);
        if scan.depth == 1 && !was_in_string && scan.in_string {
            key_from = Some(at + 1);
        }
        if scan.depth == 1 && was_in_string && !scan.in_string {
            let is_key = head[at + 1..].trim_start().starts_with(':');
            let holds_list =
                head[at + 1..].trim_start().strip_prefix(':').is_some_and(|rest| rest.trim_start().starts_with('['));
            if let (true, true, Some(from)) = (is_key, holds_list, key_from) {
                keys.push(&head[from..at]);
            }
        }
        if scan.depth == 0 && at > 0 && byte == b'}' {
            break;
        }
    }
    let has = |key: &str| keys.contains(&key);
    let is_whole = scan.depth == 0;
    has("objectTypes")
        || has("eventTypes")
        || (has("events") && (has("objects") || !is_whole))
        || (has("objects") && !is_whole)
}

/// Follows brackets and strings.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Scan {
    fn feed(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// Reads entries from a log.
pub(super) struct JsonElements {
    stream: TextStream,
    line: u64,
    is_begun: bool,
    is_ended: bool,
    list: Option<List>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    ObjectTypes,
    EventTypes,
    Objects,
    Events,
}

impl JsonElements {
    pub(super) fn new(stream: TextStream) -> JsonElements {
        JsonElements { stream, line: 1, is_begun: false, is_ended: false, list: None }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Found>> {
        if self.is_ended {
            return Ok(None);
        }
        if !self.is_begun {
            self.expect(b'{')?;
            self.is_begun = true;
        }
        loop {
            let Some(list) = self.list else {
                match self.peek()? {
                    Some(b'}') => {
                        self.consume(1);
                        self.is_ended = true;
                        return match self.peek()? {
                            None => Ok(None),
                            Some(_) => Err(self.broken("something stands behind the end of the log")),
                        };
                    }
                    Some(b',') => self.consume(1),
                    Some(b'"') => self.enter()?,
                    Some(_) => return Err(self.broken("a key in quotes is missing")),
                    None => return Err(self.ends_early()),
                }
                continue;
            };
            match self.peek()? {
                Some(b']') => {
                    self.consume(1);
                    self.list = None;
                }
                Some(b',') => self.consume(1),
                Some(_) => return self.entry(list).map(Some),
                None => return Err(self.ends_early()),
            }
        }
    }

    /// Reads a key, and enters its list or passes over its value.
    fn enter(&mut self) -> io::Result<()> {
        let line = self.line;
        let key = match self.value()? {
            Some(bytes) => serde_json::from_slice::<String>(&bytes).unwrap_or_default(),
            None => String::new(),
        };
        self.expect(b':')?;
        let list = match key.as_str() {
            "objectTypes" => List::ObjectTypes,
            "eventTypes" => List::EventTypes,
            "objects" => List::Objects,
            "events" => List::Events,
            _ => {
                self.peek()?;
                self.pass()?;
                return Ok(());
            }
        };
        match self.peek()? {
            Some(b'[') => {
                self.consume(1);
                self.list = Some(list);
                Ok(())
            }
            _ => Err(io::Error::other(format!("`{key}` in line {line} is no list"))),
        }
    }

    fn entry(&mut self, list: List) -> io::Result<Found> {
        let line = self.line;
        let Some(bytes) = self.value()? else {
            let reason = format!("the entry is longer than {} MiB", ROW_BYTES_MAX >> 20);
            let bad = BadRow { line, code: "row_too_long", reason, original: String::new() };
            return Ok(if list == List::Events { Found::Event(Err(bad)) } else { Found::Object(Err(bad)) });
        };
        Ok(match list {
            List::Events => Found::Event(element(line, &bytes)),
            List::Objects => Found::Object(element(line, &bytes)),
            List::ObjectTypes | List::EventTypes => Found::Type(declared(&bytes, list == List::EventTypes)),
        })
    }

    /// The bytes of the value that comes next; `None` if it is too long to be held, and was passed over.
    fn value(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut scan = Scan::default();
        let mut at = 0;
        loop {
            let bytes = self.stream.bytes();
            while at < bytes.len() {
                if is_end(&scan, bytes[at], at) {
                    let value = bytes[..at].to_vec();
                    self.consume(at);
                    return Ok(Some(value));
                }
                scan.feed(bytes[at]);
                at += 1;
            }
            if self.stream.is_ended() {
                return Err(self.ends_early());
            }
            if at > ROW_BYTES_MAX {
                self.consume(at);
                self.pass_from(scan, at)?;
                return Ok(None);
            }
            self.stream.fill()?;
        }
    }

    /// Passes over the value that comes next, whatever its size.
    fn pass(&mut self) -> io::Result<()> {
        self.pass_from(Scan::default(), 0)
    }

    fn pass_from(&mut self, mut scan: Scan, mut seen: usize) -> io::Result<()> {
        loop {
            let bytes = self.stream.bytes();
            let mut at = 0;
            while at < bytes.len() {
                if is_end(&scan, bytes[at], seen) {
                    self.consume(at);
                    return Ok(());
                }
                scan.feed(bytes[at]);
                at += 1;
                seen += 1;
            }
            self.consume(at);
            if self.stream.is_ended() {
                return Err(self.ends_early());
            }
            self.stream.fill()?;
        }
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            let bytes = self.stream.bytes();
            match bytes.iter().position(|byte| !byte.is_ascii_whitespace()) {
                Some(at) => {
                    let byte = bytes[at];
                    self.consume(at);
                    return Ok(Some(byte));
                }
                None => {
                    let count = bytes.len();
                    self.consume(count);
                    if self.stream.is_ended() {
                        return Ok(None);
                    }
                    self.stream.fill()?;
                }
            }
        }
    }

    fn expect(&mut self, wanted: u8) -> io::Result<()> {
        match self.peek()? {
            Some(byte) if byte == wanted => {
                self.consume(1);
                Ok(())
            }
            Some(_) => Err(self.broken(&format!("`{}` is missing", char::from(wanted)))),
            None => Err(self.ends_early()),
        }
    }

    fn consume(&mut self, count: usize) {
        self.line += self.stream.bytes()[..count].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.stream.consume(count);
    }

    fn broken(&self, detail: &str) -> io::Error {
        io::Error::other(format!("the JSON is broken in line {}: {detail}", self.line))
    }

    fn ends_early(&self) -> io::Error {
        io::Error::other(format!("the JSON ends too early, in line {}", self.line))
    }
}

/// Whether a value, `seen` bytes of which came before, ends before this byte.
fn is_end(scan: &Scan, byte: u8, seen: usize) -> bool {
    seen > 0
        && scan.depth == 0
        && !scan.in_string
        && matches!(byte, b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\r' | b'\n')
}

fn declared(bytes: &[u8], is_event: bool) -> Declared {
    let value: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let attributes = value.get("attributes").and_then(Value::as_array).into_iter().flatten();
    Declared {
        is_event,
        name: text(&value, "name"),
        attributes: attributes.map(|attribute| (text(attribute, "name"), text(attribute, "type"))).collect(),
    }
}

fn element(line: u64, bytes: &[u8]) -> Result<Element, BadRow> {
    let bad = |code, reason: String| BadRow { line, code, reason, original: bounded(&String::from_utf8_lossy(bytes)) };
    let text = std::str::from_utf8(bytes).map_err(|_| bad("encoding_invalid", ENCODING_ADVICE.to_owned()))?;
    let value: Value =
        serde_json::from_str(text).map_err(|error| bad("json_invalid", format!("the entry is no JSON ({error})")))?;
    let invalid = |reason: &str| bad("ocel_invalid", reason.to_owned());
    let Value::Object(mut object) = value else { return Err(invalid("the entry is no object")) };
    let mut element = Element {
        line,
        text: text.to_owned(),
        id: name(&mut object, "id").ok_or_else(|| invalid("the entry has no `id`"))?,
        kind: name(&mut object, "type").ok_or_else(|| invalid("the entry has no `type`"))?,
        time: name(&mut object, "time"),
        ..Element::default()
    };
    for attribute in list(&mut object, "attributes").map_err(|reason| invalid(&reason))? {
        let Value::Object(mut attribute) = attribute else { return Err(invalid("an attribute is no object")) };
        element.attributes.push(Attribute {
            name: name(&mut attribute, "name").ok_or_else(|| invalid("an attribute has no `name`"))?,
            time: name(&mut attribute, "time"),
            value: attribute.shift_remove("value").unwrap_or_default(),
        });
    }
    for relation in list(&mut object, "relationships").map_err(|reason| invalid(&reason))? {
        let Value::Object(mut relation) = relation else { return Err(invalid("a relationship is no object")) };
        element.relations.push(Relation {
            object: name(&mut relation, "objectId").ok_or_else(|| invalid("a relationship has no `objectId`"))?,
            qualifier: name(&mut relation, "qualifier").unwrap_or_default(),
        });
    }
    Ok(element)
}

/// A text that is not empty; a number is taken as its digits.
fn name(object: &mut Map<String, Value>, key: &str) -> Option<String> {
    match object.shift_remove(key)? {
        Value::String(text) if !text.is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn list(object: &mut Map<String, Value>, key: &str) -> Result<Vec<Value>, String> {
    match object.shift_remove(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(format!("`{key}` is no list")),
    }
}
