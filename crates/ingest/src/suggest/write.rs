//! The suggested document: YAML with comments that say what to check.

use std::fmt::Write;

use super::roles::{IN_STORE, Identifier, TimeRole};
use super::stats::Stats;
use super::{Entry, SheetFound};
use crate::mapping::{Format, NumberFormat};
use crate::rejects::is_reject_column;

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
    if let Some(found) = &entry.sheet {
        sheet(out, indent, found);
    }
    totals(out, indent, entry);
    line(out, indent, "");
    match &entry.roles.time {
        Some(role) => time(out, indent, entry, role),
        None => line(out, indent, "time: {column: CHANGE_ME, zone: UTC}  # no column was found to be a time"),
    }
    line(out, indent, "");
    line(out, indent, "# Who did it; the first that is not empty is the sender.");
    line(out, indent, "identifiers:");
    for Identifier { namespace, column } in &entry.roles.identifiers {
        line(out, indent + 2, &format!("- {{namespace: {}, column: {}}}", quoted(namespace), name(*column)));
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
    log(out, indent, entry);
    match entry.roles.channel {
        Some(at) => line(out, indent, &format!("channel: {}", name(at))),
        None => {
            let channel = if entry.roles.store(&entry.columns).is_some() { IN_STORE } else { "unknown" };
            let text = format!("channel: {{const: {channel}}}  # where it happened: web, store, call_center");
            line(out, indent, &text);
        }
    }
    if !entry.roles.columns.is_empty() {
        line(out, indent, "");
        line(out, indent, "columns:");
        for (column, at) in &entry.roles.columns {
            line(out, indent + 2, &format!("{}: {}", column.name(), name(*at)));
        }
    }
    if !entry.roles.traits.is_empty() {
        let traits: Vec<String> = entry.roles.traits.iter().map(|at| name(*at)).collect();
        line(out, indent, "# What describes the customer, not the event.");
        line(out, indent, &format!("traits: [{}]", traits.join(", ")));
    }
    if let Some(at) = entry.roles.items {
        line(out, indent, &format!("items: {}", name(at)));
    }
    numbers(out, indent, entry);
    types(out, indent, entry);
    line(out, indent, "");
    line(out, indent, "# Columns that are used nowhere else are kept as properties.");
    let added = entry.columns.list.iter().filter(|column| is_reject_column(&column.name));
    let added = added.map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ");
    let kept = if added.is_empty() { "all".to_owned() } else { format!("{{except: [{added}]}}") };
    line(out, indent, &format!("props: {kept}"));
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

fn sheet(out: &mut String, indent: usize, found: &SheetFound) {
    let mut fields = Vec::new();
    if let Some(name) = &found.name {
        fields.push(format!("name: {}", quoted(name)));
    }
    fields.push(format!("skip_rows: {}", found.skip_rows));
    fields.push(format!("header: {}", found.header));
    line(out, indent, "# The sheet that is read, the rows above its table, and the rows of its header.");
    line(out, indent, &format!("sheet: {{{}}}", fields.join(", ")));
}

/// What an event log says of its own, for a person to choose from.
fn log(out: &mut String, indent: usize, entry: &Entry) {
    let joined = |keys: &[String]| {
        let part = |key: &String| format!("row[{}]", serde_json::Value::from(key.as_str()));
        keys.iter().map(part).collect::<Vec<_>>().join(" + \"+\" + ")
    };
    for classifier in entry.classifiers.iter().filter(|classifier| classifier.keys.len() > 1) {
        // What comes from the file stays on its line.
        let name = classifier.name.split_whitespace().collect::<Vec<_>>().join(" ");
        line(out, indent, &format!("# To tell activities apart as `{name}` of the log does, write instead:"));
        line(out, indent, &format!("# event: {{expr: {}}}", quoted(&joined(&classifier.keys))));
    }
    let lifecycle = entry.columns.list.iter().find(|column| column.name == "lifecycle:transition");
    if let Some(column) = lifecycle.filter(|column| column.distinct.len() > 1) {
        let known = column.distinct.iter().take(8).map(|name| name.split_whitespace().collect::<String>());
        let known = known.collect::<Vec<_>>().join(", ");
        line(out, indent, &format!("# Activities have several steps here ({known}). To count each once, write:"));
        line(out, indent, "# skip_if: 'row[\"lifecycle:transition\"] != \"complete\"'");
    }
}

/// How amounts are written, where a program would write them otherwise.
fn numbers(out: &mut String, indent: usize, entry: &Entry) {
    let Some(NumberFormat { decimal, group, .. }) = entry.roles.numbers else { return };
    let group = group.map_or_else(String::new, |group| format!(", group: \"{group}\""));
    line(out, indent, "");
    line(out, indent, "# Numbers are read as people write amounts: ¥1,299.00, (88.00), －20.");
    line(out, indent, &format!("numbers: {{decimal: \"{decimal}\"{group}, style: amount}}"));
}

/// The rows that are sums of others, left out.
fn totals(out: &mut String, indent: usize, entry: &Entry) {
    let totals = &entry.columns.totals;
    let Some(at) = totals.column else { return };
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let words = totals.words.iter().map(|word| text(word)).collect::<Vec<_>>().join(", ");
    let condition = format!("row[{}] in [{words}]", text(&entry.columns.list[at].name));
    line(out, indent, "");
    line(out, indent, "# Rows that are sums of others are left out and counted.");
    line(out, indent, &format!("skip_if: {}", serde_json::Value::from(condition)));
}

/// Numbers among the properties that come as text, so that they can be compared and summed.
fn types(out: &mut String, indent: usize, entry: &Entry) {
    if !matches!(entry.format, Format::Csv | Format::Xlsx | Format::Xls) {
        return;
    }
    let roles = &entry.roles;
    let is_used = |at: usize| {
        roles.identifiers.iter().any(|identifier| identifier.column == at)
            || [roles.message_id, roles.event, roles.channel].contains(&Some(at))
            || roles.columns.iter().any(|(_, used)| *used == at)
            || roles.time.as_ref().is_some_and(|time| time.columns.contains(&at))
            || is_reject_column(&entry.columns.list[at].name)
    };
    let is_quantity = |column: &Stats| {
        column.filled > 0
            && column.numbers(roles.numbers) == column.filled
            && !column.is_typed
            && !column.has_leading_zero
            && !column.plain_name().ends_with("id")
    };
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
