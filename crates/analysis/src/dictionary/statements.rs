//! Statements that show the events behind a finding.

use crate::answer::PropertyKind;

/// Rows a statement asks for: a screen or a few.
const ROWS: usize = 200;

/// Events without a property.
pub(super) fn missing(event: &str, property: &str) -> String {
    select(&format!("event = {} AND {}", text(event), absent(property)))
}

/// Events whose property has a type.
pub(super) fn typed(event: &str, property: &str, kind: PropertyKind) -> Option<String> {
    let (column, key) = json(property)?;
    let begin = match kind {
        PropertyKind::Text => "\"",
        PropertyKind::Number => "[-0-9]",
        PropertyKind::Boolean => "(true|false)",
        PropertyKind::List => "\\[",
        PropertyKind::Object => "\\{",
    };
    let pattern = text(&format!("{}{begin}", escaped(&key)));
    Some(select(&format!("event = {} AND regexp_like({column}, {pattern})", text(event))))
}

pub(super) fn late(source: &str) -> String {
    let late = "time < received_at - INTERVAL '1' DAY AND batch = 'log'";
    select(&format!("source = {} AND {late}", text(source)))
}

pub(super) fn early(source: &str) -> String {
    let early = "time > received_at + INTERVAL '1' MINUTE AND batch = 'log'";
    select(&format!("source = {} AND {early}", text(source)))
}

pub(super) fn disbelieved(source: &str) -> String {
    let said = model::event::SAID_TIME;
    select(&format!("source = {} AND strpos(props, {}) > 0", text(source), text(&format!("\"{said}\":"))))
}

pub(super) fn of_event(event: &str) -> String {
    select(&format!("event = {}", text(event)))
}

fn select(condition: &str) -> String {
    format!("SELECT * FROM events WHERE {condition} ORDER BY time DESC LIMIT {ROWS}")
}

fn absent(property: &str) -> String {
    match json(property) {
        Some((column, key)) => format!("({column} IS NULL OR strpos({column}, {}) = 0)", text(&key)),
        None => format!("\"{property}\" IS NULL"),
    }
}

/// The column of JSON text a property stands in, and how its key is written there. None: it is a typed column.
fn json(property: &str) -> Option<(&'static str, String)> {
    let columns = [("props.", "props"), ("traits.", "traits"), ("items.", "items")];
    columns.iter().find_map(|(prefix, column)| {
        let key = property.strip_prefix(prefix)?;
        Some((*column, format!("{}:", serde_json::Value::from(key))))
    })
}

/// A text as SQL writes it.
fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A text as a regular expression that matches it alone.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if "\\.+*?()|[]{}^$#&-~".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
