//! From the bytes of a request to JSON objects, within limits.
//!
//! Libraries pack what they send: gzip with a header that says so, gzip without one, base64 in a form field. Everything
//! here that makes data larger stops at a limit, because the sender need not be a library at all.

use std::borrow::Cow;
use std::io::Read;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::event::Rejection;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Received, Refusal};
use crate::limits::{
    FORM_FIELDS_MAX, LETTER_ENCODINGS_MAX, LETTER_MESSAGES_MAX, LETTER_PACKED_BYTES_MAX, LETTER_UNCOUNTED_BYTES,
    LETTER_UNPACKED_BYTES_MAX, LETTER_VALUES_MAX, LETTER_ZSTD_WINDOW_LOG_MAX, ORIGINAL_BYTES_MAX,
};
use crate::sniff::Compression;

impl Refusal {
    /// A body, or a part of it, that is not what the protocol sends.
    pub(crate) fn unreadable(reason: impl Into<String>) -> Refusal {
        Refusal { code: "body_unreadable", reason: reason.into(), too_large: false }
    }

    /// A limit of size was met.
    pub(crate) fn too_large(reason: impl Into<String>) -> Refusal {
        Refusal { code: "body_too_large", reason: reason.into(), too_large: true }
    }
}

/// The body as it was before it was compressed: by what its header says, and by its first bytes where the header says
/// nothing.
pub(crate) fn body<'a>(received: &Received<'a>) -> Result<Cow<'a, [u8]>, Refusal> {
    if received.body.len() > LETTER_PACKED_BYTES_MAX {
        let reason = format!(
            "the body has {} bytes, over the limit of {LETTER_PACKED_BYTES_MAX}; send smaller batches",
            received.body.len()
        );
        return Err(Refusal::too_large(reason));
    }
    let mut bytes = Cow::Borrowed(received.body);
    let encodings: Vec<&str> =
        received.content_encoding.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if encodings.len() > LETTER_ENCODINGS_MAX {
        let reason = format!("the body is encoded {} times over; once is enough", encodings.len());
        return Err(Refusal::unreadable(reason));
    }
    for encoding in encodings.iter().rev() {
        // What is first applied stands first. A proxy may have unpacked the body and left the header.
        bytes = match encoding.to_ascii_lowercase().as_str() {
            "identity" => bytes,
            "gzip" | "x-gzip" if is_gzip(&bytes) => sniffed(bytes)?,
            "zstd" if is_zstd(&bytes) => sniffed(bytes)?,
            "gzip" | "x-gzip" | "zstd" if starts_as_text(&bytes) => bytes,
            "deflate" => Cow::Owned(inflate(&bytes)?),
            "gzip" | "x-gzip" | "zstd" => {
                let reason = format!("the header says the body is {encoding}, its bytes are not");
                return Err(Refusal::unreadable(reason));
            }
            _ => {
                let reason = format!("`content-encoding: {encoding}` is not read; use gzip, zstd or deflate");
                return Err(Refusal { code: "encoding_unknown", reason, too_large: false });
            }
        };
    }
    sniffed(bytes)
}

/// Bytes that turn out to be gzip or zstd, unpacked; others as they are.
fn sniffed(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, [u8]>, Refusal> {
    sniffed_within(bytes, LETTER_UNPACKED_BYTES_MAX)
}

fn sniffed_within(bytes: Cow<'_, [u8]>, most: usize) -> Result<Cow<'_, [u8]>, Refusal> {
    if is_gzip(&bytes) {
        Ok(Cow::Owned(bounded(flate2::read::MultiGzDecoder::new(&*bytes), "gzip", most)?))
    } else if is_zstd(&bytes) {
        Ok(Cow::Owned(unzstd(&bytes, most)?))
    } else if bytes.len() > most {
        Err(over_unpacked())
    } else {
        Ok(bytes)
    }
}

/// What a letter of several packed parts may still unpack to: all parts together as much as one.
#[derive(Debug, Default)]
pub(super) struct Parts {
    bytes: usize,
    values: usize,
}

impl Parts {
    /// The JSON of a part that may be packed.
    pub(super) fn json(&mut self, part: Cow<'_, [u8]>) -> Result<Value, Refusal> {
        let part = sniffed_within(part, LETTER_UNPACKED_BYTES_MAX.saturating_sub(self.bytes))?;
        self.bytes += part.len();
        if self.bytes > LETTER_UNCOUNTED_BYTES {
            self.values += values(&part);
            check_number(self.values)?;
        }
        parsed(&part)
    }
}

fn is_gzip(bytes: &[u8]) -> bool {
    matches!(Compression::of(bytes), Ok(Compression::Gzip))
}

fn is_zstd(bytes: &[u8]) -> bool {
    matches!(Compression::of(bytes), Ok(Compression::Zstd))
}

fn starts_as_text(bytes: &[u8]) -> bool {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_none_or(|byte| matches!(byte, b'{' | b'[') || byte.is_ascii_alphabetic())
}

/// `deflate` is zlib by the standard, and raw as some clients send it.
fn inflate(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let is_zlib = matches!(bytes, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0);
    if is_zlib {
        bounded(flate2::read::ZlibDecoder::new(bytes), "deflate", LETTER_UNPACKED_BYTES_MAX)
    } else {
        bounded(flate2::read::DeflateDecoder::new(bytes), "deflate", LETTER_UNPACKED_BYTES_MAX)
    }
}

fn unzstd(bytes: &[u8], most: usize) -> Result<Vec<u8>, Refusal> {
    let broken = |error: std::io::Error| Refusal::unreadable(format!("the zstd data is broken ({error})"));
    let mut decoder = zstd::stream::read::Decoder::new(bytes).map_err(broken)?;
    decoder.window_log_max(LETTER_ZSTD_WINDOW_LOG_MAX).map_err(broken)?;
    bounded(decoder, "zstd", most)
}

fn bounded(reader: impl Read, name: &str, most: usize) -> Result<Vec<u8>, Refusal> {
    let mut unpacked = Vec::new();
    let read = reader.take(most as u64 + 1).read_to_end(&mut unpacked);
    if unpacked.len() > most {
        return Err(over_unpacked());
    }
    read.map_err(|error| Refusal::unreadable(format!("the {name} data is broken ({error})")))?;
    Ok(unpacked)
}

fn over_unpacked() -> Refusal {
    let reason =
        format!("the body unpacks to more than the limit of {LETTER_UNPACKED_BYTES_MAX} bytes; send smaller batches");
    Refusal::too_large(reason)
}

/// Base64 as senders write it: either alphabet, padded or not, with a `+` that a form made a space.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    let plain: Vec<u8> = text
        .trim_ascii()
        .iter()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .map(|byte| match byte {
            b'-' | b' ' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    LENIENT.decode(plain).ok()
}

/// The fields of a form or of a query string, in order; a name may stand several times.
pub(super) fn form(text: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    let mut fields = Vec::new();
    for (name, value) in url::form_urlencoded::parse(text) {
        if fields.len() == FORM_FIELDS_MAX {
            let reason = format!("the form has more than {FORM_FIELDS_MAX} fields");
            return Err(Refusal::too_large(reason));
        }
        fields.push((name.into_owned(), value.into_owned()));
    }
    Ok(fields)
}

/// The first field of a name.
pub(super) fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// A field of the query that says something.
pub(super) fn in_query(received: &Received<'_>, name: &str) -> Option<String> {
    let fields = form(received.query.as_bytes()).ok()?;
    field(&fields, name).filter(|value| !value.is_empty()).map(str::to_owned)
}

/// JSON of any form.
pub(crate) fn json(bytes: &[u8]) -> Result<Value, Refusal> {
    check_values(bytes)?;
    parsed(bytes)
}

fn parsed(bytes: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(without_mark(bytes))
        .map_err(|error| Refusal::unreadable(format!("the body is no JSON: {error}")))
}

/// Refuses JSON that would take many times its size in memory.
pub(crate) fn check_values(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.len() <= LETTER_UNCOUNTED_BYTES {
        return Ok(());
    }
    check_number(values(bytes))
}

/// How many values JSON holds, give or take one a list or object.
fn values(bytes: &[u8]) -> usize {
    let (mut values, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => in_text = true,
                b',' | b'[' | b'{' => values += 1,
                _ => {}
            }
        }
    }
    values
}

fn check_number(values: usize) -> Result<(), Refusal> {
    if values > LETTER_VALUES_MAX {
        let reason = format!("the body holds more than {LETTER_VALUES_MAX} values; send smaller batches");
        return Err(Refusal::too_large(reason));
    }
    Ok(())
}

/// Text without the byte order mark some programs put before it.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Messages as they are gathered, each at its place from 1.
#[derive(Debug, Default)]
pub(super) struct Pile {
    pub(super) messages: Vec<Map<String, Value>>,
    pub(super) unreadable: Vec<Rejection>,
}

impl Pile {
    /// Every element of a list, or the one object.
    pub(super) fn of(value: Value) -> Result<Pile, Refusal> {
        let mut pile = Pile::default();
        match value {
            Value::Array(list) => list.into_iter().try_for_each(|value| pile.add(value))?,
            one => pile.add(one)?,
        }
        Ok(pile)
    }

    /// A message, if it is an object; a rejection, if it is anything else.
    pub(super) fn add(&mut self, value: Value) -> Result<(), Refusal> {
        match value {
            Value::Object(message) => {
                self.check_room()?;
                self.messages.push(message);
                Ok(())
            }
            other => self.add_unreadable("a message is a JSON object", other.to_string()),
        }
    }

    /// Something that is no message, kept as it stood.
    pub(super) fn add_unreadable(&mut self, reason: impl Into<String>, original: String) -> Result<(), Refusal> {
        self.check_room()?;
        let line = (self.messages.len() + self.unreadable.len() + 1) as u64;
        self.unreadable.push(Rejection {
            line,
            code: "message_unreadable".to_owned(),
            field: None,
            reason: reason.into(),
            original: cut(original, ORIGINAL_BYTES_MAX),
        });
        Ok(())
    }

    fn check_room(&self) -> Result<(), Refusal> {
        if self.messages.len() + self.unreadable.len() < LETTER_MESSAGES_MAX {
            return Ok(());
        }
        let reason = format!("more than {LETTER_MESSAGES_MAX} messages in one request; send smaller batches");
        Err(Refusal::too_large(reason))
    }
}

/// Refuses a letter whose common part, copied to every message, would take more memory than a body may.
pub(super) fn check_spread(common_bytes: impl FnOnce() -> usize, messages: usize) -> Result<(), Refusal> {
    if messages < 2 || common_bytes().saturating_mul(messages) <= LETTER_UNPACKED_BYTES_MAX {
        return Ok(());
    }
    let reason =
        format!("what is said for all of {messages} events is too large to go with each; send smaller batches");
    Err(Refusal::too_large(reason))
}

/// Bytes of a value once it is written as JSON.
pub(super) fn written_bytes(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX, |bytes| bytes.len())
}

/// A text cut to a number of bytes, between two characters.
pub(crate) fn cut(mut text: String, bytes: usize) -> String {
    if text.len() > bytes {
        text.truncate(text.floor_char_boundary(bytes));
    }
    text
}

/// The name of `Authorization: Basic`, where senders put their key.
pub(super) fn basic_name(authorization: &str) -> Option<String> {
    let (scheme, rest) = authorization.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(base64(rest.as_bytes())?).ok()?;
    let name = pair.split_once(':').map_or(pair.as_str(), |(name, _)| name);
    (!name.is_empty()).then(|| name.to_owned())
}

/// The token of `Authorization: Bearer`.
pub(super) fn bearer(authorization: &str) -> Option<String> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_owned())
}

#[cfg(test)]
mod tests;
