//! What a file is, by its first bytes: compression, format, encoding, and the dialect of a CSV file.
//!
//! Everything here looks at a head of the file only and gives the same answer for the same bytes, so that an
//! import that resumes reads as it did. What a mapping states is never second-guessed.

use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::{Error, Result};
use crate::format::csv::{Dialect, Scan, scan};
use crate::format::ocel;
use crate::format::text::head_text;
use crate::format::xml::{self, Root};
use crate::mapping::Format;

/// How a file is packed, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Zstd,
}

/// Formats that are known by their first bytes but not read.
const FOREIGN: [(&[u8], &str); 3] = [
    (b"BZh", "it is packed with bzip2; unpack it, or pack it with gzip or zstd"),
    (b"\xfd7zXZ\0", "it is packed with xz; unpack it, or pack it with gzip or zstd"),
    (b"SQLite format 3\0", "it is a SQLite database; export the log as OCEL 2 in JSON or XML, or its tables as CSV"),
];

impl Compression {
    pub(crate) fn of(magic: &[u8]) -> Result<Compression> {
        Ok(match magic {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            _ => Compression::None,
        })
    }
}

/// What kind of file unpacked bytes are.
pub(crate) fn format(path: &Path, head: &[u8]) -> Result<Format> {
    if head.starts_with(b"PAR1") {
        return Ok(Format::Parquet);
    }
    if let Some(format) = workbook(head) {
        return Ok(format);
    }
    if let Some((_, detail)) = FOREIGN.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(Error::Unsupported { path: path.to_owned(), detail: (*detail).to_owned() });
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first() {
        Some(b'{') => {
            let text = String::from_utf8_lossy(text);
            if text.contains("\"ocel:events\"") && text.contains("\"ocel:global-log\"") {
                let detail = "it is an object-centric log of version 1; export it as OCEL 2".to_owned();
                return Err(Error::Unsupported { path: path.to_owned(), detail });
            }
            Ok(if ocel::is_json_log(&text) { Format::Ocel } else { Format::Ndjson })
        }
        Some(b'<') => xml_format(path, &String::from_utf8_lossy(text)),
        Some(b'[') => {
            let detail = "it is one JSON list; write one object a line instead, as `jq -c '.[]'` does".to_owned();
            Err(Error::Unsupported { path: path.to_owned(), detail })
        }
        _ => Ok(Format::Csv),
    }
}

/// What a text that begins with `<` is.
fn xml_format(path: &Path, head: &str) -> Result<Format> {
    let detail = match xml::root(head) {
        Root::Xes => return Ok(Format::Xes),
        Root::Ocel => return Ok(Format::Ocel),
        // A line of a CSV file may begin with a `<` too.
        Root::Other if !head.starts_with("<?xml") => return Ok(Format::Csv),
        Root::Other => "it is XML, but no event log of XES or OCEL 2",
        Root::Doctype => xml::DOCTYPE_ADVICE,
        Root::Html => "it is a web page, whatever its name; open it in Excel and save it as .xlsx",
        Root::Spreadsheet2003 => "it is an XML spreadsheet of 2003; open it in Excel and save it as .xlsx",
    };
    Err(Error::Unsupported { path: path.to_owned(), detail: detail.to_owned() })
}

/// Whether unpacked bytes are XML.
pub(crate) fn is_xml(head: &[u8]) -> bool {
    head_text(&head[..head.len().min(4096)], encoding(head)).trim_start().starts_with('<')
}

/// Whether bytes are of a format that is no text, so that no encoding is to be looked for.
pub(crate) fn is_binary(head: &[u8]) -> bool {
    head.starts_with(b"PAR1") || workbook(head).is_some() || FOREIGN.iter().any(|(magic, _)| head.starts_with(magic))
}

/// The kind of workbook bytes may be, by how archives and compound files begin.
pub(crate) fn workbook(head: &[u8]) -> Option<Format> {
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Format::Xlsx),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some(Format::Xls),
        _ => None,
    }
}

/// The encoding of a text by its byte order mark, its zero bytes, or the likeness of its bytes to a language.
pub fn encoding(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    if let Some(encoding) = utf16_without_mark(head) {
        return encoding;
    }
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The head may end within a character.
        Err(error) => error.error_len().is_none(),
    };
    if valid {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, false);
    match detector.guess(None, Utf8Detection::Allow) {
        // GB18030 holds all of GBK and more; exports from Chinese systems are one of the two.
        guess if guess == encoding_rs::GBK => encoding_rs::GB18030,
        guess => guess,
    }
}

/// Latin letters, digits and delimiters in UTF-16 have a zero byte each.
fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let sample = &head[..head.len().min(4096)];
    if sample.len() < 4 {
        return None;
    }
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    if odd * 10 > half * 3 && even * 20 < half {
        Some(UTF_16LE)
    } else if even * 10 > half * 3 && odd * 20 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The delimiter that cuts the most lines into the same number of fields, and more than one. Comma if none does.
pub fn delimiter(head: &str, quote: Option<u8>) -> u8 {
    let mut best = (0, b',');
    for delimiter in [b',', b'\t', b';', b'|', 0x01] {
        let counts = field_counts(head, Dialect { delimiter, quote });
        let Some(first) = counts.first().copied().filter(|count| *count > 1) else { continue };
        let same = counts.iter().filter(|count| **count == first).count();
        // Agreement of lines counts first, then the number of fields.
        let score = same * 1000 / counts.len() * 1000 + first.min(999);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn field_counts(head: &str, dialect: Dialect) -> Vec<usize> {
    const LINES: usize = 200;
    let mut counts = Vec::new();
    let mut rest = head.as_bytes();
    let mut fields = Vec::new();
    while counts.len() < LINES {
        match scan(rest, dialect, false, &mut fields) {
            Scan::Row { length } => {
                if !rest[..length].trim_ascii().is_empty() {
                    counts.push(fields.len());
                }
                rest = &rest[length..];
            }
            Scan::Malformed { line_length, .. } => rest = &rest[line_length..],
            Scan::Incomplete => break,
        }
    }
    if counts.is_empty() && matches!(scan(rest, dialect, true, &mut fields), Scan::Row { .. }) {
        counts.push(fields.len());
    }
    counts
}

/// Whether a first row is a header: every field a name, none twice, and none a number or a date.
pub fn is_header(first: &[&str]) -> bool {
    let looks_like_data = |field: &&str| {
        let field = field.trim();
        field.is_empty()
            || field.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'+')
    };
    let data = first.iter().filter(|field| looks_like_data(field)).count();
    // One column without a name, such as the index a data frame writes, is common.
    first.iter().any(|field| !field.trim().is_empty()) && data <= 1 && (data == 0 || first[0].trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_told_apart() {
        assert_eq!(delimiter("a,b,c\n1,2,3\n", Some(b'"')), b',');
        assert_eq!(delimiter("a;b;c\n1,5;2,5;3,5\n1,0;2;3\n", Some(b'"')), b';');
        assert_eq!(delimiter("a\tb\n1,2\t3\n", Some(b'"')), b'\t');
        assert_eq!(delimiter("a|b\n\"x,y,z\"|2\n", Some(b'"')), b'|');
        assert_eq!(delimiter("single\n1\n", Some(b'"')), b',');
    }

    #[test]
    fn encodings_are_told_apart() {
        let chinese = "会员编号,渠道,城市\n10001,微信小程序,上海\n10002,门店,北京市朝阳区\n".repeat(5);
        assert_eq!(encoding(chinese.as_bytes()), UTF_8);
        let (gb, _, _) = encoding_rs::GB18030.encode(&chinese);
        assert_eq!(encoding(&gb), encoding_rs::GB18030);
        let utf16: Vec<u8> = "member,channel\n1,web\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(encoding(&utf16), UTF_16LE);
        let with_mark: Vec<u8> = [0xfe, 0xff, 0, b'a'].to_vec();
        assert_eq!(encoding(&with_mark), UTF_16BE);
        assert_eq!(encoding(b"plain"), UTF_8);
        assert_eq!(encoding(&chinese.as_bytes()[..20]), UTF_8, "cut within a character");
    }

    #[test]
    fn headers_are_told_from_rows() {
        assert!(is_header(&["user_id", "event", "time"]));
        assert!(is_header(&["", "user_id", "event"]));
        assert!(!is_header(&["u1", "view", "2024-01-01"]));
        assert!(!is_header(&["", ""]));
    }
}
