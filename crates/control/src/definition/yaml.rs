//! YAML text → tree.
//!
//! Built from the parser's events, because only they know the characters of a bare scalar: `id: 0755` is meant as
//! text, and a reader into plain values has already made it 755. Scalars resolve by the core schema of YAML 1.2,
//! but for numbers with leading zeros, which are codes and stay text.
//!
//! Anchors, aliases and tags are refused: a definition says each thing where it stands, and what is exported and
//! imported again would lose them.

use granit_parser::{Event, Marker, Parser, ScalarStyle, StrInput};
use serde_json::{Number, Value};

use super::limits::DEPTH_MAX;
use super::tree::{Entry, Kind, Node, Scalar, SyntaxFault};

pub(super) fn tree(text: &str) -> Result<Node, SyntaxFault> {
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    let mut builder = Builder { text, parser: Parser::new_from_str_with_options(text, options) };
    let mut root = None;
    while let Some((event, at)) = builder.next()? {
        match event {
            Event::StreamStart | Event::DocumentEnd => {}
            Event::StreamEnd => break,
            Event::DocumentStart(..) if root.is_none() => {}
            Event::DocumentStart(..) => {
                return Err(fault(at, "a second document begins here; a file holds one definition"));
            }
            event => root = Some(builder.node(event, at, 0)?),
        }
    }
    Ok(root.unwrap_or(Node { at: 0, kind: Kind::Scalar(Scalar { value: Value::Null, bare: None }) }))
}

struct Builder<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, usize)>, SyntaxFault> {
        match self.parser.next_event() {
            None => Ok(None),
            Some(Ok((event, span))) => Ok(Some((event, self.offset(&span.start)))),
            Some(Err(error)) => Err(fault(self.offset(error.marker()), &format!("this is not YAML: {}", error.info()))),
        }
    }

    fn offset(&self, marker: &Marker) -> usize {
        marker.byte_offset().unwrap_or_else(|| self.text.chars().take(marker.index()).map(char::len_utf8).sum())
    }

    fn node(&mut self, event: Event<'a>, at: usize, depth: usize) -> Result<Node, SyntaxFault> {
        if depth > DEPTH_MAX {
            return Err(fault(at, &format!("lists and maps stand at most {DEPTH_MAX} deep")));
        }
        if event.anchor_id().is_some() || event.is_alias() {
            return Err(fault(at, "anchors and aliases are not read; write the value out"));
        }
        if event.tag().is_some() {
            return Err(fault(at, "tags are not read; put quotes around what is meant as text"));
        }
        let kind = match event {
            Event::Scalar(text, style, ..) => Kind::Scalar(scalar(text.into_owned(), style)),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        None | Some((Event::SequenceEnd, _)) => break,
                        Some((event, at)) => items.push(self.node(event, at, depth + 1)?),
                    }
                }
                Kind::List(items)
            }
            Event::MappingStart(..) => Kind::Map(self.entries(depth)?),
            _ => return Err(fault(at, "a value is missing here")),
        };
        Ok(Node { at, kind })
    }

    fn entries(&mut self, depth: usize) -> Result<Vec<Entry>, SyntaxFault> {
        let mut entries = Vec::new();
        while let Some((event, key_at)) = self.next()? {
            if event == Event::MappingEnd {
                break;
            }
            let key = match self.node(event, key_at, depth + 1)?.kind {
                Kind::Scalar(Scalar { value: Value::String(key), .. } | Scalar { bare: Some(key), .. }) => key,
                _ => return Err(fault(key_at, "a field's name is a text, not a list or a map")),
            };
            let Some((event, at)) = self.next()? else { break };
            entries.push(Entry { key, key_at, node: self.node(event, at, depth + 1)? });
        }
        Ok(entries)
    }
}

fn fault(at: usize, message: &str) -> SyntaxFault {
    SyntaxFault { at, message: message.to_owned() }
}

fn scalar(text: String, style: ScalarStyle) -> Scalar {
    if style != ScalarStyle::Plain {
        return Scalar { value: Value::String(text), bare: None };
    }
    let value = match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(&text).map_or_else(|| Value::String(text.clone()), Value::Number),
    };
    Scalar { value, bare: Some(text) }
}

/// A number of the core schema: `12`, `-0.5`, `1e3`, `0x1F`, `0o17`. What overflows a double is no number.
fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return whole_in_radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return whole_in_radix(digits, 8);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = unsigned.split(['.', 'e', 'E']).next()?;
    let is_code = digits.len() > 1 && digits.starts_with('0');
    let is_numeric = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.contains(|c: char| c.is_ascii_digit())
        && unsigned.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if is_code || !is_numeric {
        return None;
    }
    let plain = text.strip_prefix('+').unwrap_or(text);
    if let Ok(whole) = plain.parse::<u64>() {
        return Some(whole.into());
    }
    // A double keeps the sign of -0, a whole number does not.
    match plain.parse::<i64>() {
        Ok(whole) if whole != 0 => Some(whole.into()),
        _ => plain.parse::<f64>().ok().and_then(Number::from_f64),
    }
}

fn whole_in_radix(digits: &str, radix: u32) -> Option<Number> {
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok().map(Number::from)
}
