//! What holds for any bytes at all that somebody sends: the laws that fuzzing tries to break.
//!
//! Each takes the input as it is and panics where a law is broken. `fuzz/` gives them to libFuzzer by including this
//! file; `cargo test` gives them the recorded requests, what was found before, and mutations of both.

use std::collections::BTreeSet;
use std::io::Write;

use ingest::limits::LETTER_MESSAGES_MAX;
use ingest::live::{self, Decoded, Door, Letter, Protocol, Received};
use ingest::{Mapping, ReferenceMapping};
use model::event::Event;
use model::limits::{EVENT_BYTES_MAX, IDENTIFIERS_MAX, NAME_BYTES_MAX};
use model::traffic::{Page, host};

/// 2026-11-26 12:00 UTC, in microseconds.
const ARRIVAL_US: i64 = 1_795_694_400_000_000;

/// Every protocol, and the name of its corpus.
pub(crate) const PROTOCOLS: [(Protocol, &str); 8] = [
    (Protocol::Throughline, "throughline"),
    (Protocol::Segment, "segment"),
    (Protocol::Posthog, "posthog"),
    (Protocol::Ga4, "ga4"),
    (Protocol::Gtag, "gtag"),
    (Protocol::Sensors, "sensors"),
    (Protocol::Snowplow, "snowplow"),
    (Protocol::Matomo, "matomo"),
];

/// A request as one input: five lines (path, query, content type, content encoding, authorization), then the body.
pub(crate) fn request(input: &[u8]) -> Received<'_> {
    let mut rest = input;
    let mut line = || {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = std::str::from_utf8(&rest[..end]).unwrap_or_default();
        rest = rest.get(end + 1..).unwrap_or_default();
        line
    };
    let (path, query, content_type, content_encoding, authorization) = (line(), line(), line(), line(), line());
    Received { path, query, content_type, content_encoding, authorization, referer: "", body: rest }
}

/// The laws of a request of a protocol.
pub(crate) fn letter(protocol: Protocol, input: &[u8]) {
    let received = request(input);
    if protocol == Protocol::Ga4 {
        live::ga4::validate(&received, ARRIVAL_US);
    }
    let letter = match live::open(protocol, &received) {
        Ok(letter) => letter,
        Err(refusal) => {
            assert!(!refusal.reason.is_empty(), "a refusal says why");
            assert_eq!(refusal.too_large, refusal.code == "body_too_large");
            return;
        }
    };
    let count = letter.messages.len() + letter.unreadable.len();
    assert!(count <= LETTER_MESSAGES_MAX, "{count} messages of one request");
    let decoded = read(&letter, ARRIVAL_US);
    assert_eq!(decoded.events.len() + decoded.rejections.len() + decoded.skipped as usize, count, "each ends once");
    assert_eq!(decoded, read(&letter, ARRIVAL_US), "the same bytes are the same events");
    let objects = letter.messages.objects().into_owned();
    assert_eq!(objects.len(), letter.messages.len(), "each message has its object");
    assert_eq!(
        decoded,
        read(&Letter { messages: objects.into(), ..letter.clone() }, ARRIVAL_US),
        "which says the same"
    );
    decoded.events.iter().for_each(sound);
    let lines: Vec<u64> = decoded.rejections.iter().map(|rejection| rejection.line).collect();
    assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "each has its place: {lines:?}");
    assert!(lines.iter().all(|line| (1..=count as u64).contains(line)));
    assert!(decoded.rejections.iter().all(|rejection| !rejection.code.is_empty() && !rejection.reason.is_empty()));
    kept_and_read_again(&letter, &decoded);
}

fn read(letter: &Letter, received_at_us: i64) -> Decoded {
    live::read(letter.clone(), &Door { source: "shop", channel: "web", received_at_us, first_seq: 7 })
}

/// What the lake may rely on.
fn sound(event: &Event) {
    assert!(!event.event.trim().is_empty() && event.event.len() <= NAME_BYTES_MAX, "{:?}", event.event);
    assert!(!event.channel.trim().is_empty() && event.channel.len() <= NAME_BYTES_MAX, "{:?}", event.channel);
    assert!((1..=IDENTIFIERS_MAX).contains(&event.identifiers.len()), "{:?}", event.identifiers);
    let distinct: BTreeSet<_> = event.identifiers.iter().collect();
    assert_eq!(distinct.len(), event.identifiers.len(), "each identifier once");
    assert!(event.identifiers.iter().all(|it| !it.value.trim().is_empty() && !it.namespace.is_empty()));
    let written = serde_json::to_vec(event).expect("an event has a JSON form");
    assert!(written.len() <= EVENT_BYTES_MAX + 64, "an event of {} bytes", written.len());
    let back: Event = serde_json::from_slice(&written).expect("and is read from it");
    assert_eq!(&back, event);
    // From 2000 to ten minutes after the arrival.
    assert!((946_684_800_000_000..=ARRIVAL_US + 600_000_000).contains(&event.time_us), "time {}", event.time_us);
    assert_eq!((event.received_at_us, event.source.as_str()), (ARRIVAL_US, "shop"));
    assert!(event.offset_minutes.is_none_or(|minutes| minutes.abs() <= 24 * 60));
    for value in event.columns.values() {
        if let model::event::ColumnValue::Number(number) = value {
            assert!(number.is_finite());
        }
    }
}

/// Each message is complete in itself: kept as text and read again by itself it ends as it did in its letter.
fn kept_and_read_again(letter: &Letter, decoded: &Decoded) {
    for rejection in &decoded.rejections {
        let Some(again) = Letter::again(letter.protocol, &rejection.original) else { continue };
        // A message that could not be told apart is kept as it came.
        if rejection.code == "message_unreadable" {
            continue;
        }
        let again = read(&again, ARRIVAL_US);
        let codes: Vec<_> = again.rejections.iter().map(|again| (again.code.as_str(), &again.reason)).collect();
        assert_eq!(codes, [(rejection.code.as_str(), &rejection.reason)], "{}", rejection.original);
    }
    let mut events = decoded.events.iter();
    for message in letter.messages.objects().iter() {
        let original = serde_json::to_string(message).expect("what came as JSON is JSON");
        let again = Letter::again(letter.protocol, &original).expect("and an object");
        let again = read(&again, ARRIVAL_US);
        let Some(event) = again.events.first() else { continue };
        let before = events.next().expect("a message that is an event was one");
        // The second of two equal messages is another event than the first.
        let same = Event { seq: before.seq, event_id: before.event_id, ..event.clone() };
        assert_eq!(&same, before);
        if before.message_id.is_some() {
            assert_eq!(event.event_id, before.event_id);
        }
    }
    assert_eq!(events.next(), None, "a message that was an event is one");
}

/// A body that is packed says what it says plain. The first byte chooses how; the rest is a request.
pub(crate) fn packing(input: &[u8]) {
    let Some((how, request_bytes)) = input.split_first() else { return };
    let plain = request(request_bytes);
    let (encoding, packed) = match how % 4 {
        0 => ("gzip", gzip(plain.body)),
        1 => ("", gzip(plain.body)),
        2 => ("zstd", zstd::encode_all(plain.body, 1).expect("memory takes it")),
        _ => ("deflate", deflate(plain.body)),
    };
    for (protocol, _) in PROTOCOLS {
        let plain = live::open(protocol, &Received { content_encoding: "", ..plain });
        let packed =
            live::open(protocol, &Received { content_encoding: encoding, body: &packed, ..request(request_bytes) });
        // Bytes that are packed themselves are unpacked a level less.
        if plain.is_ok() {
            assert_eq!(plain, packed, "{protocol:?} {encoding}");
        }
    }
    // And bytes that claim to be packed end in words.
    for content_encoding in ["gzip", "zstd", "deflate", "gzip, zstd", "br"] {
        let claimed = Received { content_encoding, ..request(request_bytes) };
        if let Err(refusal) = live::open(Protocol::Segment, &claimed) {
            assert!(!refusal.reason.is_empty());
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

/// Documents that people write: a mapping, of events or of a reference table.
pub(crate) fn mapping(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Err(faults) = Mapping::from_yaml(text) {
        assert!(!faults.is_empty(), "a refused document says why");
        // To YAML a carriage return alone ends a line as well.
        let lines = text.matches(['\n', '\r']).count() as u32 + 1;
        for fault in faults {
            assert!(!fault.message.is_empty());
            assert!(fault.line.is_none_or(|line| (1..=lines).contains(&line)), "{fault:?} of {lines} lines");
        }
    }
    let _ = ReferenceMapping::from_yaml(text);
}

/// Addresses of pages and of where people came from.
pub(crate) fn address(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let page = Page::read(text);
    assert_eq!(page, Page::read(text));
    if let Some(host) = host(text) {
        assert!(!host.is_empty() && host.len() <= 1_024);
        // One `www.` is left out, of two the second is a name.
        let again = model::traffic::host(&format!("https://{host}/"));
        assert!(again.is_some_and(|again| again == host || host.strip_prefix("www.") == Some(&again)), "{text:?}");
    }
}
