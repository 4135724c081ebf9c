//! RuuviTags, data format 5: a radio that is heard and knows no place. Alone it has no time and no strength either; a
//! gateway's JSON has both.

use model::place::observation::{Observation, Seen, Signal, Subject};
use serde_json::Value;

use super::{Found, Reading, Refusal, number, observation, text};
use crate::assemble::RowFault;
use crate::live::unpack;
use crate::mapping::TimeFormat;

/// The maker's number and the format, as they begin.
const MARK: &str = "990405";

/// Digits of a whole advertisement: the mark, 17 bytes of measurements, 6 of the address.
const DIGITS: usize = 2 * 26;

pub(super) fn read(reading: &mut Reading<'_>, body: &[u8]) -> Result<(), Refusal> {
    let bare = body.trim_ascii();
    if bare.first() == Some(&b'{') {
        return gateway(reading, &unpack::json(bare)?);
    }
    let digits = String::from_utf8_lossy(bare).to_ascii_uppercase();
    let signal = |subject| Seen::Signal(Signal { subject, heard_by: None, rssi_dbm: None });
    let found = subject(&digits).map(|subject| vec![observation(reading.arrival.received_at_us, signal(subject))]);
    // It holds the tag's address.
    reading.take(found, || format!("({} digits, hidden)", digits.len()))
}

fn gateway(reading: &mut Reading<'_>, value: &Value) -> Result<(), Refusal> {
    let Some(data) = value.get("data").filter(|data| data.get("tags").is_some_and(Value::is_object)) else {
        return Err(Refusal::unreadable("a gateway's message has `data` with `tags`"));
    };
    let heard_by = text(data.get("gw_mac"));
    for tag in data.get("tags").and_then(Value::as_object).into_iter().flat_map(|tags| tags.values()) {
        let found: Found = (|| {
            let time_us = reading.time(tag.get("timestamp"), "timestamp", TimeFormat::UnixSeconds)?;
            let sent = text(tag.get("data")).unwrap_or_default().to_ascii_uppercase();
            let mark = sent.find(MARK).map(|at| &sent[at..]).unwrap_or(&sent);
            let signal =
                Signal { subject: subject(mark)?, heard_by: heard_by.clone(), rssi_dbm: number(tag.get("rssi")) };
            Ok(vec![Observation { sensor: heard_by.clone(), ..observation(time_us, Seen::Signal(signal)) }])
        })();
        reading.take(found, || "(a tag, hidden)".to_owned())?;
    }
    Ok(())
}

fn subject(digits: &str) -> Result<Subject, RowFault> {
    let wrong = |reason: &str| RowFault::new("advertisement_unreadable", "data", reason);
    if !digits.starts_with(MARK) {
        return Err(wrong("it is no advertisement of data format 5, which begins 99 04 05"));
    }
    let whole = digits.get(..DIGITS).filter(|whole| whole.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let whole = whole.ok_or_else(|| wrong("it is not 26 bytes as hexadecimal digits"))?;
    Ok(Subject::tag(whole[DIGITS - 12..].to_ascii_lowercase()))
}
