//! XML as a few owned nodes, in bounded memory.
//!
//! No document type declaration is accepted, so there are no entities but the five of XML itself and characters by
//! number; nothing outside the file is ever read. The size of a tag and the depth of elements are limited. What the
//! elements mean is in `xes` and `ocel`.

use std::io::{self, BufRead, Read};

use encoding_rs::Encoding;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::text::TextStream;
use crate::limits::{XML_DEPTH_MAX, XML_TOKEN_BYTES_MAX};
use crate::sniff;

/// What comes next in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    Start(Tag),
    End,
    Text(String),
    Eof,
}

/// The beginning of an element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tag {
    /// Without prefix.
    pub(crate) name: String,
    /// By name without prefix, in order.
    pub(crate) attributes: Vec<(String, String)>,
    /// Bytes of the tag in the file.
    pub(crate) bytes: usize,
}

impl Tag {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads nodes.
pub(crate) struct XmlReader {
    reader: Reader<Source>,
    buffer: Vec<u8>,
    /// Open elements.
    depth: usize,
    is_empty_open: bool,
}

impl XmlReader {
    pub(crate) fn new(stream: TextStream) -> XmlReader {
        let reader = Reader::from_reader(Source { stream, line: 1, left: XML_TOKEN_BYTES_MAX });
        XmlReader { reader, buffer: Vec::new(), depth: 0, is_empty_open: false }
    }

    /// The 1-based line where the last node ended.
    pub(crate) fn line(&self) -> u64 {
        self.reader.get_ref().line
    }

    /// The next node; comments and processing instructions are passed over.
    pub(crate) fn next(&mut self) -> io::Result<Node> {
        if std::mem::take(&mut self.is_empty_open) {
            self.depth -= 1;
            return Ok(Node::End);
        }
        loop {
            self.buffer.clear();
            self.reader.get_mut().left = XML_TOKEN_BYTES_MAX;
            let position = self.reader.buffer_position();
            let event = self.reader.read_event_into(&mut self.buffer);
            let line = self.reader.get_ref().line;
            let at = |detail: String| io::Error::other(format!("the XML is broken near line {line}: {detail}"));
            let event = match event {
                Ok(event) => event,
                Err(quick_xml::Error::Io(error)) => return Err(io::Error::new(error.kind(), error.to_string())),
                Err(error) => return Err(at(error.to_string())),
            };
            match event {
                Event::Start(start) | Event::Empty(start) if self.depth >= XML_DEPTH_MAX => {
                    let name = start.name().as_ref().to_owned();
                    let detail = format!("near line {line} `{name}` stands more than {XML_DEPTH_MAX} elements deep");
                    return Err(io::Error::new(io::ErrorKind::FileTooLarge, detail));
                }
                Event::Start(start) => {
                    let bytes = (self.reader.buffer_position() - position) as usize;
                    let tag = tag(&start, bytes).map_err(at)?;
                    self.depth += 1;
                    return Ok(Node::Start(tag));
                }
                Event::Empty(start) => {
                    let bytes = (self.reader.buffer_position() - position) as usize;
                    let tag = tag(&start, bytes).map_err(at)?;
                    self.depth += 1;
                    self.is_empty_open = true;
                    return Ok(Node::Start(tag));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::End);
                }
                Event::Text(text) => return Ok(Node::Text(text.xml10_content().into_owned())),
                Event::CData(text) => return Ok(Node::Text(text.xml10_content().into_owned())),
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().map_err(|error| at(error.to_string()))?;
                    let text = match character {
                        Some(character) => character.to_string(),
                        None => match quick_xml::escape::resolve_predefined_entity(&reference) {
                            Some(text) => text.to_owned(),
                            None => return Err(at(format!("`&{};` is not known", &*reference))),
                        },
                    };
                    return Ok(Node::Text(text));
                }
                Event::DocType(_) => return Err(at(DOCTYPE_ADVICE.to_owned())),
                Event::Eof if self.depth > 0 => {
                    return Err(io::Error::other(format!("the XML ends too early, in line {line}")));
                }
                Event::Eof => return Ok(Node::Eof),
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            }
        }
    }

    /// Passes over the rest of the element whose tag was the last node.
    pub(crate) fn skip(&mut self) -> io::Result<()> {
        let mut open = 1;
        while open > 0 {
            match self.next()? {
                Node::Start(_) => open += 1,
                Node::End => open -= 1,
                Node::Text(_) => {}
                Node::Eof => return Ok(()),
            }
        }
        Ok(())
    }

    /// The text up to the end of the element whose tag was the last node; elements in it are passed over.
    pub(crate) fn text(&mut self) -> io::Result<String> {
        let mut text = String::new();
        loop {
            match self.next()? {
                Node::Text(part) => text.push_str(&part),
                Node::Start(_) => self.skip()?,
                Node::End | Node::Eof => return Ok(text),
            }
        }
    }
}

pub(crate) const DOCTYPE_ADVICE: &str =
    "it declares a document type, whose entities are not expanded; take the <!DOCTYPE …> out";

fn tag(start: &BytesStart<'_>, bytes: usize) -> Result<Tag, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    Ok(Tag { name: start.local_name().as_ref().to_owned(), attributes, bytes })
}

/// The text of the file, its lines counted, and how much of it one token may take.
struct Source {
    stream: TextStream,
    line: u64,
    left: usize,
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.stream.bytes().is_empty() && !self.stream.is_ended() {
            self.stream.fill()?;
        }
        if self.left == 0 && !self.stream.bytes().is_empty() {
            let detail =
                format!("a tag or text near line {} is longer than {} MiB", self.line, XML_TOKEN_BYTES_MAX >> 20);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, detail));
        }
        let bytes = self.stream.bytes();
        Ok(&bytes[..bytes.len().min(self.left)])
    }

    fn consume(&mut self, count: usize) {
        self.line += self.stream.bytes()[..count].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.left -= count;
        self.stream.consume(count);
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}

/// The encoding of an XML file: UTF-16 by its bytes, else what it declares, else what its bytes look like.
pub(crate) fn encoding(head: &[u8]) -> &'static Encoding {
    let shown = sniff::encoding(head);
    if !shown.is_ascii_compatible() {
        return shown;
    }
    let line = String::from_utf8_lossy(&head[..head.len().min(200)]);
    let declared = line
        .split_once("encoding=")
        .filter(|(before, _)| before.contains("<?xml") && !before.contains("?>"))
        .and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next());
    match declared.and_then(|label| Encoding::for_label(label.as_bytes())) {
        // An ASCII-compatible file that declares UTF-16 was written by a program that did not mean it.
        Some(encoding) if encoding.is_ascii_compatible() => encoding,
        _ => shown,
    }
}

/// What an XML file is, by its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    Xes,
    Ocel,
    Spreadsheet2003,
    Html,
    Doctype,
    Other,
}

/// Looks at the root element, and where that is `log` at what stands in it.
pub(crate) fn root(head: &str) -> Root {
    let mut reader = Reader::from_str(head);
    let mut is_log = false;
    loop {
        match reader.read_event() {
            Ok(Event::DocType(text)) if text.trim_start().to_ascii_lowercase().starts_with("html") => {
                return Root::Html;
            }
            Ok(Event::DocType(_)) => return Root::Doctype,
            Ok(Event::Start(start) | Event::Empty(start)) => match (is_log, start.local_name().as_ref()) {
                (false, "log") => {
                    let is_xes = start
                        .attributes()
                        .with_checks(false)
                        .flatten()
                        .any(|attribute| attribute.key.local_name().as_ref().starts_with("xes."));
                    if is_xes {
                        return Root::Xes;
                    }
                    is_log = true;
                }
                (true, "object-types" | "event-types" | "objects" | "events") => return Root::Ocel,
                (true, _) => return Root::Xes,
                (false, "Workbook") => return Root::Spreadsheet2003,
                (false, name) if matches!(name.to_ascii_lowercase().as_str(), "html" | "table" | "meta" | "head") => {
                    return Root::Html;
                }
                (false, _) => return Root::Other,
            },
            Ok(Event::Eof) | Err(_) => return if is_log { Root::Xes } else { Root::Other },
            Ok(_) => {}
        }
    }
}
