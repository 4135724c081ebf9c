use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;

const TEXT: &[u8] = "[{\"event\": \"买\"}]".as_bytes();

/// How packed bodies begin.
const HEADS: &[&[u8]] = &[b"", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78\x9c"];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

fn unpacked(body: &[u8], content_encoding: &str) -> Result<Vec<u8>, Refusal> {
    super::body(&Received { body, content_encoding, ..Received::default() }).map(Cow::into_owned)
}

#[test]
fn bodies_are_unpacked_by_their_header_or_their_bytes() {
    for (packed, encoding) in [
        (TEXT.to_vec(), ""),
        (TEXT.to_vec(), "identity"),
        (gzip(TEXT), "gzip"),
        (gzip(TEXT), "X-GZip"),
        (gzip(TEXT), ""),
        (zstd(TEXT), "zstd"),
        (zstd(TEXT), ""),
        (zlib(TEXT), "deflate"),
        (deflate(TEXT), "deflate"),
        (zstd(&gzip(TEXT)), "gzip, zstd"),
        // Unpacked on the way, the header left.
        (TEXT.to_vec(), "gzip"),
    ] {
        assert_eq!(unpacked(&packed, encoding).as_deref(), Ok(TEXT), "{encoding}");
    }
    assert_eq!(unpacked(TEXT, "br").unwrap_err().code, "encoding_unknown");
    assert_eq!(unpacked(&[1, 2, 3], "gzip").unwrap_err().code, "body_unreadable");
    assert_eq!(unpacked(&gzip(TEXT)[..12], "gzip").unwrap_err().code, "body_unreadable");
    assert_eq!(unpacked(&gzip(TEXT), "gzip, gzip, gzip").unwrap_err().code, "body_unreadable");
}

#[test]
fn bombs_are_refused_by_their_size() {
    let zeros = vec![b' '; LETTER_UNPACKED_BYTES_MAX + 1];
    for (packed, encoding) in [(gzip(&zeros), ""), (zstd(&zeros), "zstd"), (deflate(&zeros), "deflate")] {
        assert!(packed.len() < LETTER_UNPACKED_BYTES_MAX / 100);
        assert!(unpacked(&packed, encoding).unwrap_err().too_large, "{encoding}");
    }
    assert!(unpacked(&zeros[..LETTER_PACKED_BYTES_MAX + 1], "").unwrap_err().too_large);
    // Few bytes, many values: in texts they are none.
    let many = b"1,".repeat(LETTER_VALUES_MAX);
    let values = [b"[".as_slice(), &many, b"1]"].concat();
    assert!(json(&values).unwrap_err().too_large);
    let text = [b"[\"\\\"".as_slice(), &many, b"\"]"].concat();
    assert!(json(&text).is_ok());
    assert!(json(&b"[".repeat(100_000)).is_err());
    // What no part of a letter does alone, all do together.
    let (mut parts, half) =
        (Parts::default(), gzip(&[b"[]".as_slice(), &zeros[..LETTER_UNPACKED_BYTES_MAX / 2]].concat()));
    parts.json(half.as_slice().into()).unwrap();
    assert!(parts.json(half.as_slice().into()).unwrap_err().too_large);
    let (mut parts, some) = (Parts::default(), [b"[".as_slice(), &b"1,".repeat(LETTER_VALUES_MAX / 8), b"1]"].concat());
    let refused = (0..20).find_map(|_| parts.json(gzip(&some).into()).err());
    assert!(refused.unwrap().too_large);
    let mut pile = Pile::default();
    (0..LETTER_MESSAGES_MAX).for_each(|_| pile.add(Value::Null).unwrap());
    assert!(pile.add(Value::Null).unwrap_err().too_large);
    assert!(form(&b"a=1&".repeat(FORM_FIELDS_MAX + 1)).unwrap_err().too_large);
}

#[test]
fn keys_stand_in_headers() {
    assert_eq!(basic_name("Basic S0VZOg==").as_deref(), Some("KEY"));
    assert_eq!(basic_name("basic S0VZ").as_deref(), Some("KEY"));
    assert_eq!(basic_name("Bearer S0VZOg=="), None);
    assert_eq!(basic_name("Basic Og=="), None);
    assert_eq!(bearer("Bearer  k1 ").as_deref(), Some("k1"));
    assert_eq!(bearer("Bearer "), None);
}

proptest! {
    #[test]
    fn base64_is_read_in_every_spelling(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
        for text in [STANDARD.encode(&bytes), STANDARD_NO_PAD.encode(&bytes), URL_SAFE.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            prop_assert_eq!(super::base64(text.as_bytes()), Some(bytes.clone()));
            let in_form = text.replace('+', " ");
            if !in_form.starts_with(' ') && !in_form.ends_with(' ') {
                prop_assert_eq!(super::base64(in_form.as_bytes()), Some(bytes.clone()));
            }
        }
    }

    #[test]
    fn no_bytes_are_a_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..120),
        head in proptest::sample::select(HEADS),
        encoding in proptest::sample::select(&["", "gzip", "zstd", "deflate", "gzip,deflate"][..]),
    ) {
        let _ = unpacked(&[head, &bytes].concat(), encoding);
        let _ = form(&bytes);
        let _ = super::base64(&bytes);
    }
}
