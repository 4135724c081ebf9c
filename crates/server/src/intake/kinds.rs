//! Which kinds of messages a key may send.
//!
//! Of a letter that holds messages of other kinds the rest is taken: a library sends what it has gathered together, and would
//! drop all of it. What is left out for the key's sake is not kept. What cannot be read is kept with the kinds its key may
//! send, and held to them when it is read again.

use control::MessageKind;
use ingest::live::Decoded;
use model::event::{Event, PROFILE_SET, Rejection};

/// Code of a message that was left out.
pub(crate) const KIND_REFUSED: &str = "kind_refused";

/// Leaves out of a letter what is of no kind of `kinds` (empty: nothing), and says what. Of a message that stays, links and traits are left out
/// where the key may not state them.
pub(crate) fn limit(kinds: &[MessageKind], decoded: &mut Decoded, first_seq: i64) -> Vec<Rejection> {
    if kinds.is_empty() {
        return Vec::new();
    }
    let mut left_out = Vec::new();
    decoded.events.retain(|event| {
        let may = kinds.contains(&kind(event));
        if !may {
            left_out.push(Rejection {
                line: event.seq.saturating_sub(first_seq).saturating_add(1).unsigned_abs(),
                code: KIND_REFUSED.to_owned(),
                field: None,
                reason: format!("this key may not send `{}`", event.event),
                original: String::new(),
            });
        }
        may
    });
    for event in &mut decoded.events {
        event.link_identifiers &= kinds.contains(&MessageKind::Identify);
        if !kinds.contains(&MessageKind::Profile) {
            event.traits.clear();
        }
    }
    left_out
}

fn kind(event: &Event) -> MessageKind {
    match event.event.as_str() {
        "$identify" | "$alias" | "$unbind" => MessageKind::Identify,
        PROFILE_SET | "$group" => MessageKind::Profile,
        _ => MessageKind::Event,
    }
}
