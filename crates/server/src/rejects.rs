//! Rejected rows on their way to a person: a file of any length, read a piece at a time.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use axum::body::Bytes;
use futures::{Stream, StreamExt, stream};
use model::event::Rejection;

/// Bytes read from the disk at once.
const PIECE_BYTES: usize = 256 << 10;

/// The mark that makes spreadsheets read UTF-8, and the names of the columns.
const CSV_HEAD: &str = "\u{feff}line,code,field,reason,original\r\n";

/// The file as it lies there.
pub(crate) fn as_kept(file: File) -> impl Stream<Item = io::Result<Bytes>> {
    pieces(file, |file: &mut File| {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        file.by_ref().take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
        Ok(piece)
    })
}

/// The same as lines of CSV (RFC 4180).
pub(crate) fn as_csv(file: File) -> impl Stream<Item = io::Result<Bytes>> {
    let lines = (BufReader::with_capacity(PIECE_BYTES, file), true);
    pieces(lines, |(lines, is_first): &mut (BufReader<File>, bool)| {
        let mut piece = if std::mem::take(is_first) { CSV_HEAD.to_owned() } else { String::new() };
        let mut line = String::new();
        while piece.len() < PIECE_BYTES {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                break;
            }
            // A line the disk has damaged has nothing left to be told.
            let Ok(rejection) = serde_json::from_str::<Rejection>(&line) else { continue };
            let Rejection { line: number, code, field, reason, original } = rejection;
            let fields = [number.to_string(), code, field.unwrap_or_default(), reason, original];
            piece.push_str(&fields.map(|field| csv_field(&field)).join(","));
            piece.push_str("\r\n");
        }
        Ok(piece.into_bytes())
    })
}

/// A field that is read as it is written: quoted where it must be, and never run as a formula.
fn csv_field(text: &str) -> String {
    let safe = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
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
    use super::csv_field;

    #[test]
    fn fields_are_quoted_and_are_no_formulas() {
        assert_eq!(csv_field("plain"), "plain");
        assert_eq!(csv_field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
        assert_eq!(csv_field("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
    }
}
