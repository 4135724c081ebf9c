//! The suggested document: YAML with comments that say what to check.

use std::fmt::Write;

use super::Entry;
use super::roles::TimeRole;
use super::stats::Stats;
use crate::mapping::Format;

pub(crate) fn document(entries: &[Entry], source: &str) -> String {
    let mut out = String::new();
    line(&mut out, 0, "# A suggestion, made by looking at the files. Check it, correct it, then import with it.");
    line(&mut out, 0, "# Every field is explained in docs/reference/mapping.md.");
    line(&mut out, 0, "");
    line(&mut out, 0, "# Name of the feed. Keep it: ids are unique within it.");
    line(&mut out, 0, &format!("source: {}", quoted(source)));
    match entries {
        [one] => {
            line(&mut out, 0, "");
            entry(&mut out, 0, one);
        }
        many => {
            line(&mut out, 0, "files:");
            for one in many {
                let mut text = String::new();
                entry(&mut text, 4, one);
                // The first field of a list entry carries its dash.
                out.push_str(&text.replacen("    match", "  - match", 1));
                line(&mut out, 0, "");
            }
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn entry(out: &mut String, indent: usize, entry: &Entry) {
    let name = |at: usize| quoted(&entry.columns.list[at].name);
    line(out, indent, &format!("match: {}", quoted(&entry.pattern)));
    line(out, indent, "");
    match &entry.roles.time {
        Some(role) => time(out, indent, entry, role),
        None => line(out, indent, "time: {column: CHANGE_ME, zone: UTC}  # no column was found to be a time"),
    }
    line(out, indent, "");
    line(out, indent, "# Who did it; the first that is not empty is the sender.");
    line(out, indent, "identifiers:");
    for at in &entry.roles.identifiers {
        let namespace = entry.columns.list[*at].plain_name();
        line(out, indent + 2, &format!("- {{namespace: {}, column: {}}}", quoted(&namespace), name(*at)));
    }
    if entry.roles.identifiers.len() > 1 {
        line(out, indent, "# Write `link: true` if the identifiers of a row are the same person for certain.");
        line(out, indent, "link: false");
    }
    if let Some(at) = entry.roles.message_id {
        line(out, indent, &format!("message_id: {}", name(at)));
    }
    line(out, indent, "");
    match entry.roles.event {
        Some(at) => line(out, indent, &format!("event: {}", name(at))),
        None => {
            line(out, indent, &format!("event: {{const: {}}}  # what happened, as you call it", quoted(&entry.stem)))
        }
    }
    match entry.roles.channel {
        Some(at) => line(out, indent, &format!("channel: {}", name(at))),
        None => line(out, indent, "channel: {const: unknown}  # where it happened: web, store, call_center"),
    }
    if !entry.roles.columns.is_empty() {
        line(out, indent, "");
        line(out, indent, "columns:");
        for (column, at) in &entry.roles.columns {
            line(out, indent + 2, &format!("{}: {}", column.name(), name(*at)));
        }
    }
    if let Some(at) = entry.roles.items {
        line(out, indent, &format!("items: {}", name(at)));
    }
    types(out, indent, entry);
    line(out, indent, "");
    line(out, indent, "# Columns that are used nowhere else are kept as properties.");
    line(out, indent, "props: all");
    if let Some(at) = entry.roles.group {
        line(out, indent, "");
        line(out, indent, &format!("# Several rows share a {}. If they are one event, write:", name(at)));
        line(out, indent, &format!("# group_by: {{columns: [{}], order: contiguous}}", name(at)));
        line(out, indent, "# and, under columns, sums such as `amount: {sum: price}`.");
    }
}

fn time(out: &mut String, indent: usize, entry: &Entry, role: &TimeRole) {
    let name = |at: usize| quoted(&entry.columns.list[at].name);
    let column = match role.columns.as_slice() {
        [one] => format!("column: {}", name(*one)),
        many => format!("columns: [{}]", many.iter().map(|at| name(*at)).collect::<Vec<_>>().join(", ")),
    };
    let format = quoted(role.format.name());
    if role.needs_zone {
        line(
            out,
            indent,
            "# The times say no zone. UTC stands here until you put the zone of their clock, as in Asia/Shanghai.",
        );
        line(out, indent, &format!("time: {{{column}, format: {format}, zone: UTC}}"));
    } else {
        line(out, indent, &format!("time: {{{column}, format: {format}}}"));
    }
}

/// Numbers among the properties of a text format, so that they can be compared and summed.
fn types(out: &mut String, indent: usize, entry: &Entry) {
    if entry.format != Format::Csv {
        return;
    }
    let roles = &entry.roles;
    let is_used = |at: usize| {
        roles.identifiers.contains(&at)
            || [roles.message_id, roles.event, roles.channel].contains(&Some(at))
            || roles.columns.iter().any(|(_, used)| *used == at)
            || roles.time.as_ref().is_some_and(|time| time.columns.contains(&at))
    };
    let is_quantity =
        |column: &Stats| column.is_number && !column.has_leading_zero && !column.plain_name().ends_with("id");
    let columns: Vec<(usize, &Stats)> =
        entry.columns.list.iter().enumerate().filter(|(at, column)| !is_used(*at) && is_quantity(column)).collect();
    if columns.is_empty() {
        return;
    }
    line(out, indent, "");
    line(out, indent, "# Read as numbers; a row where they are none is refused.");
    line(out, indent, "types:");
    for (_, column) in columns {
        let kind = if column.is_integer { "integer" } else { "number" };
        line(out, indent + 2, &format!("{}: {kind}", quoted(&column.name)));
    }
}

fn line(out: &mut String, indent: usize, text: &str) {
    // Writing to a string cannot fail.
    let _ = if text.is_empty() { writeln!(out) } else { writeln!(out, "{:indent$}{text}", "") };
}

/// A text as a YAML scalar: plain where that is safe, else in quotes.
fn quoted(text: &str) -> String {
    let is_plain = text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-' | '/'))
        && text.chars().next().is_some_and(|letter| letter.is_alphabetic())
        && !matches!(text.to_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
