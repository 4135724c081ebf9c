//! Rejected rows on their way to a person: a file of any length, read a piece at a time.

mod words;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use axum::body::Bytes;
use export::Language;
use futures::{Stream, StreamExt, stream};
use ingest::rejects::{REJECT_COLUMNS, RowLayout};
use model::event::Rejection;
use worker::import::Origin;

/// Bytes read from the disk at once.
const PIECE_BYTES: usize = 256 << 10;

/// The mark that makes spreadsheets read UTF-8.
const UTF8_MARK: char = '\u{feff}';

/// The column of rows that do not fall into columns.
const WHOLE: &str = "original";

/// The file as it lies there.
pub(crate) fn as_kept(file: File) -> impl Stream<Item = io::Result<Bytes>> {
    pieces(file, |file: &mut File| {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        file.by_ref().take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
        Ok(piece)
    })
}

/// The same as lines of CSV (RFC 4180): the columns of the file the rows come from, in its order, so that they can be
/// corrected and handed in again; then line, code, field and reason.
pub(crate) fn as_csv(file: File, origin: Option<Origin>, language: Language) -> impl Stream<Item = io::Result<Bytes>> {
    let table = Table { layout: origin.map(|origin| origin.layout), language };
    let lines = (BufReader::with_capacity(PIECE_BYTES, file), true);
    pieces(lines, move |(lines, is_first): &mut (BufReader<File>, bool)| {
        let mut piece = String::new();
        if std::mem::take(is_first) {
            piece.push(UTF8_MARK);
            push_line(&mut piece, table.head());
        }
        let mut line = String::new();
        while piece.len() < PIECE_BYTES {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                break;
            }
            // A line the disk has damaged has nothing left to be told.
            let Ok(rejection) = serde_json::from_str::<Rejection>(&line) else { continue };
            push_line(&mut piece, table.fields(rejection));
        }
        Ok(piece.into_bytes())
    })
}

/// How rejected rows are written.
#[derive(Clone)]
struct Table {
    /// `None` of imports from before it was kept.
    layout: Option<RowLayout>,
    language: Language,
}

impl Table {
    fn columns(&self) -> Vec<String> {
        let known = self.layout.as_ref().map(|layout| layout.columns.clone()).filter(|columns| !columns.is_empty());
        known.unwrap_or_else(|| vec![WHOLE.to_owned()])
    }

    fn head(&self) -> Vec<String> {
        let names = REJECT_COLUMNS.iter().find(|(tag, _)| self.language.tag().starts_with(tag)).map(|(_, names)| names);
        self.columns().into_iter().chain(names.into_iter().flatten().map(|name| (*name).to_owned())).collect()
    }

    fn fields(&self, rejection: Rejection) -> Vec<String> {
        let reason = match self.language {
            Language::Chinese => words::reason(&rejection),
            Language::English => rejection.reason,
        };
        let Rejection { line, code, field, original, .. } = rejection;
        let own = self.layout.as_ref().and_then(|layout| layout.fields(&original));
        let mut fields = own.unwrap_or_else(|| {
            // What does not fall into columns stands whole in the first.
            let mut fields = vec![String::new(); self.columns().len()];
            if let Some(first) = fields.first_mut() {
                *first = original;
            }
            fields
        });
        fields.extend([line.to_string(), code, field.unwrap_or_default(), reason]);
        fields
    }
}

fn push_line(piece: &mut String, fields: Vec<String>) {
    piece.push_str(&fields.iter().map(|field| csv_field(field)).collect::<Vec<_>>().join(","));
    piece.push_str("\r\n");
}

/// A field that is read as it is written: quoted where it must be, and never run as a formula, which an amount below zero
/// is not.
fn csv_field(text: &str) -> String {
    let is_amount = |rest: &str| rest.chars().all(|letter| letter.is_ascii_digit() || "., ¥￥$€£元%".contains(letter));
    let is_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !text.strip_prefix('-').is_some_and(is_amount);
    let safe = if is_formula { format!("'{text}") } else { text.to_owned() };
    if safe.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

/// What `next` gives, until it gives nothing. It blocks, so it runs where that is no matter.
fn pieces<S: Send + 'static>(
    source: S,
    next: impl Fn(&mut S) -> io::Result<Vec<u8>> + Clone + Send + 'static,
) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold(Some(source), move |source| {
        let next = next.clone();
        async move {
            let mut source = source?;
            let read = tokio::task::spawn_blocking(move || next(&mut source).map(|piece| (piece, source))).await;
            match read {
                Ok(Ok((piece, _))) if piece.is_empty() => None,
                Ok(Ok((piece, source))) => Some((Ok(Bytes::from(piece)), Some(source))),
                Ok(Err(error)) => Some((Err(error), None)),
                Err(error) => Some((Err(io::Error::other(error)), None)),
            }
        }
    })
    // What packs an answer asks once more after its end.
    .fuse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_do_not_fall_into_columns_stand_whole_in_the_first() {
        let columns = ["会员号", "金额"].map(str::to_owned).to_vec();
        let layout = RowLayout { columns, delimiter: Some(','), quote: Some('"'), decimal: '.' };
        let rejection = |original: &str| Rejection {
            line: 3,
            code: "number_unreadable".to_owned(),
            field: Some("金额".to_owned()),
            reason: "`免费` is no number".to_owned(),
            original: original.to_owned(),
        };
        let table = Table { layout: Some(layout), language: Language::Chinese };
        assert_eq!(table.head().join("|"), "会员号|金额|被拒行号|被拒代码|被拒字段|被拒原因");
        let told = "3|number_unreadable|金额|不是数字：请写成 1299.00 或 ¥1,299.00 这样的数";
        assert_eq!(table.fields(rejection("M1,免费")).join("|"), format!("M1|免费|{told}"));
        assert_eq!(table.fields(rejection("M1,\"免费")).join("|"), format!("M1,\"免费||{told}"));
        let table = Table { layout: None, language: Language::English };
        assert_eq!(table.head().join("|"), "original|rejected_line|rejected_code|rejected_field|rejected_reason");
        let told = "3|number_unreadable|金额|`免费` is no number";
        assert_eq!(table.fields(rejection("{}")).join("|"), format!("{{}}|{told}"));
    }

    #[test]
    fn fields_are_quoted_and_are_no_formulas() {
        assert_eq!(csv_field("plain"), "plain");
        assert_eq!(csv_field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
        assert_eq!(csv_field("-1,020.50 元"), "\"-1,020.50 元\"");
        assert_eq!(csv_field("-1+cmd|' /C calc'!A0"), "'-1+cmd|' /C calc'!A0");
        assert_eq!(csv_field("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
    }
}
