//! What is wrong with a mapping that can be told without a file.

use std::collections::BTreeMap;

use globset::Glob;
use model::event::{Column, ColumnType};
use model::journey::Fault;
use model::limits::{IDENTIFIERS_MAX, NAME_BYTES_MAX};
use serde_json::Value;

use super::{
    Aggregate, CsvOptions, FileMapping, GroupBy, Mapping, NumberFormat, Props, SheetChoice, SheetOptions, Source,
    TimeFormat, TimeSpec, TimeValue,
};
use crate::expression::Compiled;
use crate::limits::HEADER_ROWS_MAX;
use crate::time;

pub(super) fn of(mapping: &Mapping) -> Vec<Fault> {
    let mut check = Check { faults: Vec::new(), in_group: false };
    check.name_source("source", &mapping.source);
    if mapping.files.is_empty() {
        check.fault("files", "list at least one kind of file");
    }
    for (index, pattern) in mapping.ignore.iter().enumerate() {
        check.pattern(&format!("ignore[{index}]"), pattern);
    }
    for (index, file) in mapping.files.iter().enumerate() {
        check.file(&format!("files[{index}]"), file);
    }
    check.faults
}

struct Check {
    faults: Vec<Fault>,
    /// Whether sources of the entry at hand may be aggregates.
    in_group: bool,
}

impl Check {
    fn fault(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.faults.push(Fault::new(path, message));
    }

    fn file(&mut self, path: &str, file: &FileMapping) {
        self.pattern(&format!("{path}.match"), &file.pattern);
        self.csv(&format!("{path}.csv"), &file.csv);
        self.sheet(&format!("{path}.sheet"), &file.sheet);
        let NumberFormat { decimal, group, .. } = file.numbers;
        if !decimal.is_ascii() || group.is_some_and(|group| !group.is_ascii() || group == decimal) {
            self.fault(format!("{path}.numbers"), "`decimal` and `group` are two different ASCII signs");
        }
        self.lookups(path, file);
        self.in_group = false;
        self.expression(&format!("{path}.skip_if"), file.skip_if.as_deref());
        self.time(&format!("{path}.time"), &file.time);
        self.identifiers(path, file);
        if let Some(source) = &file.message_id {
            self.source(&format!("{path}.message_id"), source);
        }
        self.traits_and_props(path, file);
        self.in_group = file.group_by.is_some();
        self.columns(&format!("{path}.columns"), &file.columns);
        self.named(&format!("{path}.set_props"), &file.set_props);
        self.in_group = false;
        self.events(path, file);
        if let Some(group) = &file.group_by {
            self.group(path, file, group);
        }
    }

    fn pattern(&mut self, path: &str, pattern: &str) {
        if let Err(error) = Glob::new(pattern) {
            self.fault(path, format!("`{pattern}` is no file pattern: {}", error.kind()));
        }
    }

    fn csv(&mut self, path: &str, csv: &CsvOptions) {
        if csv.delimiter.is_some_and(|delimiter| !delimiter.is_ascii() || matches!(delimiter, '\n' | '\r')) {
            self.fault(format!("{path}.delimiter"), "the delimiter is one ASCII character, as in \",\" or \"\\t\"");
        }
        if let Some(quote) = &csv.quote
            && quote != "none"
            && !(quote.len() == 1 && quote.is_ascii())
        {
            self.fault(format!("{path}.quote"), "the quote is one ASCII character, or `none`");
        }
        if let Some(label) = &csv.encoding
            && encoding_rs::Encoding::for_label(label.as_bytes()).is_none()
        {
            self.fault(
                format!("{path}.encoding"),
                format!("`{label}` is no known encoding; try utf-8, gb18030 or utf-16le"),
            );
        }
        self.names(path, &csv.names);
    }

    fn sheet(&mut self, path: &str, sheet: &SheetOptions) {
        match &sheet.choice {
            Some(SheetChoice::Number(0)) => self.fault(path, "sheets are counted from 1"),
            Some(SheetChoice::Name(name)) if name.is_empty() => self.fault(path, "a sheet has a name"),
            _ => {}
        }
        if sheet.header.is_some_and(|rows| rows > HEADER_ROWS_MAX) {
            self.fault(format!("{path}.header"), format!("a header has at most {HEADER_ROWS_MAX} rows"));
        }
        self.names(path, &sheet.names);
    }

    fn names(&mut self, path: &str, names: &[String]) {
        for (index, name) in names.iter().enumerate() {
            if names[..index].contains(name) {
                self.fault(format!("{path}.names[{index}]"), format!("the column `{name}` stands twice"));
            }
        }
    }

    fn lookups(&mut self, path: &str, file: &FileMapping) {
        for (name, lookup) in &file.lookups {
            let path = format!("{path}.lookups.{name}");
            let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
            if !is_word || name == crate::expression::ROW {
                self.fault(&path, "name a lookup with letters, digits and _, and not `row`");
            }
            if lookup.file.is_empty() {
                self.fault(format!("{path}.file"), "name the file that is joined");
            }
            if lookup.key.is_empty() {
                self.fault(format!("{path}.key"), "name the column of that file that holds the key");
            }
        }
    }

    fn identifiers(&mut self, path: &str, file: &FileMapping) {
        if file.identifiers.is_empty() || file.identifiers.len() > IDENTIFIERS_MAX {
            let message = format!(
                "an event has 1 to {IDENTIFIERS_MAX} identifiers, as in [{{namespace: user_id, column: user_id}}]"
            );
            self.fault(format!("{path}.identifiers"), message);
        }
        for (index, identifier) in file.identifiers.iter().enumerate() {
            let path = format!("{path}.identifiers[{index}]");
            self.name(&format!("{path}.namespace"), &identifier.namespace);
            match identifier.value() {
                Some(source) => self.source(&path, &source),
                None => self.fault(path, "give either `column` or `expr`"),
            }
        }
    }

    fn traits_and_props(&mut self, path: &str, file: &FileMapping) {
        self.named(&format!("{path}.traits"), &file.traits);
        if let Props::Only(columns) | Props::Except(columns) = &file.props
            && columns.iter().any(String::is_empty)
        {
            self.fault(format!("{path}.props"), "a column has a name");
        }
    }

    fn events(&mut self, path: &str, file: &FileMapping) {
        if file.group_by.is_some() && !file.events.is_empty() {
            self.fault(format!("{path}.events"), "a group of rows is one event; leave out `events` or `group_by`");
        }
        for (field, source, in_entries) in [
            ("event", &file.event, file.events.iter().filter(|event| event.event.is_none()).count()),
            ("channel", &file.channel, file.events.iter().filter(|event| event.channel.is_none()).count()),
        ] {
            match source {
                Some(source) => self.name_source(&format!("{path}.{field}"), source),
                None if file.events.is_empty() || in_entries > 0 => {
                    self.fault(
                        format!("{path}.{field}"),
                        format!("`{field}` is missing; name a column, or write {{const: …}}"),
                    );
                }
                None => {}
            }
        }
        for (index, event) in file.events.iter().enumerate() {
            let path = format!("{path}.events[{index}]");
            self.expression(&format!("{path}.when"), event.when.as_deref());
            if let Some(source) = &event.event {
                self.name_source(&format!("{path}.event"), source);
            }
            if let Some(source) = &event.channel {
                self.name_source(&format!("{path}.channel"), source);
            }
            if let Some(time) = &event.time {
                self.time(&format!("{path}.time"), time);
            }
            self.columns(&format!("{path}.columns"), &event.columns);
            self.named(&format!("{path}.set_props"), &event.set_props);
        }
    }

    fn group(&mut self, path: &str, file: &FileMapping, group: &GroupBy) {
        if group.columns.is_empty() {
            self.fault(format!("{path}.group_by.columns"), "name the columns that tell one group from the next");
        }
        if file.items.is_some() {
            self.fault(format!("{path}.items"), "a group's rows are its items; leave out `items` or `group_by`");
        }
        if let Some(items) = &group.items {
            self.named(&format!("{path}.group_by.items"), items);
        }
    }

    fn columns(&mut self, path: &str, columns: &BTreeMap<Column, Source>) {
        for (column, source) in columns {
            let path = format!("{path}.{}", column.name());
            self.source(&path, source);
            match source {
                Source::Constant(value) if column.column_type() == ColumnType::Number && !value.is_number() => {
                    self.fault(path, format!("`{}` is a number", column.name()));
                }
                Source::Aggregate(Aggregate::Sum | Aggregate::Count, _) if column.column_type() == ColumnType::Text => {
                    self.fault(path, format!("`{}` is text and cannot be a sum or a count", column.name()));
                }
                _ => {}
            }
        }
    }

    fn named(&mut self, path: &str, sources: &BTreeMap<String, Source>) {
        for (name, source) in sources {
            let path = format!("{path}.{name}");
            self.name(&path, name);
            self.source(&path, source);
        }
    }

    /// A source of a name: a constant must be a text that is one.
    fn name_source(&mut self, path: &str, source: &Source) {
        match source {
            Source::Constant(Value::String(name)) => self.name(path, name),
            Source::Constant(_) => self.fault(path, "a name is a text; put it in quotes"),
            other => self.source(path, other),
        }
    }

    fn name(&mut self, path: &str, name: &str) {
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            self.fault(path, format!("a name has 1 to {NAME_BYTES_MAX} bytes"));
        }
    }

    fn source(&mut self, path: &str, source: &Source) {
        match source {
            Source::Column(column) if column.is_empty() => self.fault(path, "name a column"),
            Source::Column(_) | Source::Constant(_) => {}
            Source::Expression(text) => self.expression(path, Some(text)),
            Source::Aggregate(_, of) => {
                if !self.in_group {
                    self.fault(path, "sums and their like need `group_by`, and stand in its `columns` or `set_props`");
                }
                if matches!(**of, Source::Aggregate(..)) {
                    self.fault(path, "an aggregate of an aggregate is not possible");
                } else {
                    self.source(path, of);
                }
            }
        }
    }

    fn expression(&mut self, path: &str, text: Option<&str>) {
        if let Some(Err(message)) = text.map(Compiled::new) {
            self.fault(path, message);
        }
    }

    fn time(&mut self, path: &str, spec: &TimeSpec) {
        match &spec.value {
            TimeValue::One(Source::Aggregate(..)) => self.fault(path, "the time of a group is that of its first row"),
            TimeValue::One(source) => self.source(path, source),
            TimeValue::Parts(columns) if columns.iter().any(String::is_empty) => self.fault(path, "name the columns"),
            TimeValue::Parts(_) => {}
        }
        if let Some(Err(message)) = spec.zone.as_deref().map(time::parse_zone) {
            self.fault(format!("{path}.zone"), message);
        }
        for format in &spec.formats {
            match time::lacks_offset(format) {
                Err(message) => self.fault(format!("{path}.format"), message),
                Ok(true) if spec.zone.is_none() => self.fault(path, needs_zone(format)),
                Ok(_) => {}
            }
        }
    }
}

fn needs_zone(format: &TimeFormat) -> String {
    format!(
        "times written as `{}` say no offset; add the zone of their clock, as in `zone: Asia/Shanghai` or `zone: UTC`",
        format.name()
    )
}
