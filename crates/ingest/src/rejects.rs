//! Rejected rows as a table again: the columns of their file in its order, so that they can be corrected and handed in.
//!
//! A rejection keeps its row as it stood. How such a row falls into columns is a [`RowLayout`], which is kept beside the
//! rejections of an import with its mapping. A table of corrected rows is known by the columns that were added to it
//! ([`REJECT_COLUMNS`]), and is read as its rows were to be read the first time ([`corrected`]).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::format::csv::{Dialect, Scan, scan};
use crate::limits::ORIGINAL_BYTES_MAX;
use crate::mapping::{Coverage, CsvOptions, FileMapping, Format, Mapping, Props, Source, TimeValue};
use crate::suggest::Inspection;

/// What is added behind the columns of a file, by language: line, code, field and reason. The names are long, so that no
/// column of the file itself is called so.
pub const REJECT_COLUMNS: [(&str, [&str; 4]); 2] = [
    ("zh", ["被拒行号", "被拒代码", "被拒字段", "被拒原因"]),
    ("en", ["rejected_line", "rejected_code", "rejected_field", "rejected_reason"]),
];

/// The codes of rows that imports reject; the names are stable.
pub const CODES: [&str; 37] = [
    "attribute_invalid",
    "channel_missing",
    "encoding_invalid",
    "event_missing",
    "event_too_large",
    "expression_failed",
    "field_count",
    "file_empty",
    "group_empty",
    "group_key_missing",
    "group_mixed",
    "group_rejected",
    "group_split",
    "group_too_long",
    "identifier_empty",
    "identifier_malformed",
    "identifier_missing",
    "identifier_placeholder",
    "identifier_too_long",
    "identifiers_too_many",
    "items_invalid",
    "json_invalid",
    "name_too_long",
    "nul_byte",
    "number_unreadable",
    "object_repeated",
    "ocel_invalid",
    "quote_stray",
    "quote_unclosed",
    "row_too_long",
    "source_missing",
    "time_missing",
    "time_out_of_range",
    "time_unreadable",
    "time_zone_missing",
    "type_mismatch",
    "value_unreadable",
];

/// Whether a column was added to a table of rejected rows.
pub fn is_reject_column(name: &str) -> bool {
    REJECT_COLUMNS.iter().any(|(_, names)| names.contains(&name))
}

/// How the rows of a file fall into columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowLayout {
    /// In the order of the file; empty for objects, which name their own.
    pub columns: Vec<String>,
    /// Of a CSV file: what stands between its fields, and around those that hold it.
    pub delimiter: Option<char>,
    pub quote: Option<char>,
    /// The decimal sign of its numbers, where they are text.
    pub decimal: char,
}

impl RowLayout {
    /// The fields of a row that was rejected, one a column; `None` where it does not fall into columns: it was cut short, its
    /// quotes are broken, or it has more fields than there are columns.
    pub fn fields(&self, original: &str) -> Option<Vec<String>> {
        if self.columns.is_empty() || original.len() > ORIGINAL_BYTES_MAX {
            return None;
        }
        match self.delimiter {
            Some(delimiter) => self.split(original, u8::try_from(delimiter).ok()?),
            None => {
                let object: Map<String, Value> = serde_json::from_str(original).ok()?;
                Some(self.columns.iter().map(|name| self.text(object.get(name))).collect())
            }
        }
    }

    fn split(&self, original: &str, delimiter: u8) -> Option<Vec<String>> {
        let quote = self.quote.and_then(|quote| u8::try_from(quote).ok());
        let mut found = Vec::new();
        let Scan::Row { length } = scan(original.as_bytes(), Dialect { delimiter, quote }, true, &mut found) else {
            return None;
        };
        if length < original.len() || found.len() > self.columns.len() {
            return None;
        }
        let mut fields: Vec<String> = Vec::with_capacity(self.columns.len());
        for field in found {
            let text = original.get(field.range)?;
            fields.push(match self.quote {
                Some(quote) if field.has_doubled => text.replace(&format!("{quote}{quote}"), &quote.to_string()),
                _ => text.to_owned(),
            });
        }
        fields.resize(self.columns.len(), String::new());
        Some(fields)
    }

    fn text(&self, value: Option<&Value>) -> String {
        match value {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            // It will be text, and is to be read as the other texts of the file.
            Some(Value::Number(number)) => number.to_string().replace('.', &self.decimal.to_string()),
            Some(other) => other.to_string(),
        }
    }
}

/// The mapping of corrected rows: that of the file they come from (`file`, by name), as far as it is about columns and their
/// meaning; where they stand now is as `fresh` found it. `None` where the mapping cannot be used alone.
pub fn corrected(mapping: &Mapping, file: &str, fresh: &Inspection) -> Option<Mapping> {
    let Coverage::Events(spec) = mapping.coverage(file) else { return None };
    let found = Mapping::from_yaml(&fresh.yaml).ok().and_then(|mapping| mapping.files.into_iter().next())?;
    if !spec.lookups.is_empty() {
        return None;
    }
    let added = || fresh.columns.iter().map(|column| column.name.clone()).filter(|name| is_reject_column(name));
    let props = match &spec.props {
        Props::Rest => Props::Except(added().collect()),
        Props::Except(columns) => Props::Except(columns.iter().cloned().chain(added()).collect()),
        other => other.clone(),
    };
    let mut corrected = FileMapping {
        pattern: found.pattern,
        format: Format::Auto,
        csv: CsvOptions::default(),
        sheet: found.sheet,
        props,
        ..spec.clone()
    };
    if let TimeValue::One(Source::Column(name)) = &corrected.time.value
        && let Some(column) = fresh.columns.iter().find(|column| column.name == *name)
    {
        // Spreadsheets write times their own way: what reads them now comes first, of that what read them before.
        let reads = |name: &str| column.times.iter().any(|time| time == name);
        let mut formats = corrected.time.formats.clone();
        if found.time.value == corrected.time.value {
            formats.extend(found.time.formats.iter().cloned());
        }
        formats.sort_by_key(|format| !reads(format.name()));
        let mut kept = Vec::new();
        formats.into_iter().for_each(|format| {
            if !kept.contains(&format) {
                kept.push(format);
            }
        });
        corrected.time.formats = kept;
    }
    Some(Mapping { source: mapping.source.clone(), ignore: Vec::new(), files: vec![corrected] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(delimiter: Option<char>, decimal: char) -> RowLayout {
        let columns = ["会员号", "金额", "备注"].map(str::to_owned).to_vec();
        RowLayout { columns, delimiter, quote: delimiter.map(|_| '"'), decimal }
    }

    #[test]
    fn rows_fall_into_the_columns_of_their_file() {
        let csv = layout(Some(';'), ',');
        let fields = |text: &str| csv.fields(text).map(|fields| fields.join("|"));
        assert_eq!(fields("M1;1,5;\"a;\"\"b\"\"\""), Some("M1|1,5|a;\"b\"".to_owned()));
        assert_eq!(fields("M1"), Some("M1||".to_owned()));
        for broken in ["M1;1;x;y", "M1;\"1;x", "M1;1;x\nM2;2;y"] {
            assert_eq!(fields(broken), None, "{broken}");
        }
        assert_eq!(csv.fields(&"x".repeat(ORIGINAL_BYTES_MAX + 1)), None, "a row that was cut");
        let sheet = layout(None, ',');
        let row = r#"{"备注":"x","金额":-20.5}"#;
        assert_eq!(sheet.fields(row), Some(vec![String::new(), "-20,5".to_owned(), "x".to_owned()]));
        assert_eq!(sheet.fields("no object"), None);
        assert_eq!(RowLayout { columns: Vec::new(), ..sheet }.fields(row), None);
    }

    #[test]
    fn the_codes_are_those_that_rows_are_rejected_with() {
        // Whatever is written as a code beside a fault of a row, in the modules that imports read files with.
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let files = ["assemble", "decoder", "group", "senders", "time", "format/csv", "format/ndjson", "format/reader"];
        let more = ["format/xes", "format/ocel", "format/ocel/json", "format/ocel/objects", "format/ocel/xml"];
        for file in files.into_iter().chain(more) {
            let text = std::fs::read_to_string(folder.join(format!("{file}.rs"))).unwrap();
            for start in
                ["RowFault::new(", "code: ", "problem(", "bad(", "Err((", "Some((", "invalid = |reason: &str| bad("]
            {
                for rest in text.split(start).skip(1) {
                    let Some((code, _)) = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'))
                    else {
                        continue;
                    };
                    let is_code =
                        code.contains('_') && code.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase());
                    assert!(!is_code || CODES.contains(&code), "{file}: {code}");
                }
            }
        }
    }
}
