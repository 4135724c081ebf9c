//! The packets of MQTT 3.1.1 that a subscriber sends and gets. Section numbers are those of the OASIS standard.
//!
//! Only what a subscriber needs: it connects, subscribes once with QoS 1, is sent messages and says that it has them. A
//! message beyond the limit is passed over as it comes and told by its number, so that it can be acknowledged and is not
//! sent for ever.

use axum::body::Bytes;
use model::place::sensor::Broker;

/// What a broker sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// Its return code: 0 is well.
    ConnAck {
        code: u8,
    },
    /// 0x80: it refuses.
    SubAck {
        code: u8,
    },
    Publish {
        payload: Bytes,
        id: Option<u16>,
    },
    /// A message that is larger than is taken.
    Large {
        bytes: usize,
        id: Option<u16>,
    },
    Pong,
    /// One that is of no account to a subscriber.
    Other,
}

/// A broker does not speak MQTT, or not as it should.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) &'static str);

/// Longest topic: 65,535 bytes, with its length, and a number after it (3.3.2).
const HEAD_BYTES_MAX: usize = 2 + 65_535 + 2;

/// Bytes as they come, cut into packets.
#[derive(Debug)]
pub(super) struct Packets {
    payload_max: usize,
    /// Bytes of a message that is passed over.
    passing: usize,
}

impl Packets {
    pub(super) fn new(payload_max: usize) -> Packets {
        Packets { payload_max, passing: 0 }
    }

    /// Takes the next packet out of `bytes`. None: it is not whole yet.
    pub(super) fn next(&mut self, bytes: &mut Vec<u8>) -> Result<Option<Incoming>, Malformed> {
        let passed = self.passing.min(bytes.len());
        bytes.drain(..passed);
        self.passing -= passed;
        let Some((length, start)) = remaining_length(bytes)? else { return Ok(None) };
        let (kind, flags) = (bytes[0] >> 4, bytes[0] & 0x0f);
        if kind == 3 {
            let qos = flags >> 1 & 3;
            if qos > 1 {
                return Err(Malformed("it sends with QoS 2 what was asked for with QoS 1"));
            }
            let body = &bytes[start..];
            let Some((head, id)) = publish_head(body, length, qos)? else { return Ok(None) };
            let payload = length - head;
            if payload > self.payload_max {
                let here = (start + length).min(bytes.len());
                self.passing = start + length - here;
                bytes.drain(..here);
                return Ok(Some(Incoming::Large { bytes: payload, id }));
            }
            if body.len() < length {
                return Ok(None);
            }
            let payload = Bytes::copy_from_slice(&body[head..length]);
            bytes.drain(..start + length);
            return Ok(Some(Incoming::Publish { payload, id }));
        }
        if length > HEAD_BYTES_MAX {
            return Err(Malformed("a packet that is no message is too long"));
        }
        if bytes.len() < start + length {
            return Ok(None);
        }
        let body = &bytes[start..start + length];
        let incoming = match (kind, body) {
            (2, [_, code]) => Incoming::ConnAck { code: *code },
            (9, [_, _, code]) => Incoming::SubAck { code: *code },
            (2 | 9, _) => return Err(Malformed("an answer of it has the wrong length")),
            (13, _) => Incoming::Pong,
            _ => Incoming::Other,
        };
        bytes.drain(..start + length);
        Ok(Some(incoming))
    }
}

/// How long the rest of a packet is, and where it begins (2.2.3).
fn remaining_length(bytes: &[u8]) -> Result<Option<(usize, usize)>, Malformed> {
    let mut length = 0;
    for at in 0..4 {
        let Some(byte) = bytes.get(1 + at) else { return Ok(None) };
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Ok(Some((length, 2 + at)));
        }
    }
    Err(Malformed("a packet says no length"))
}

/// Where a message's payload begins, and its number (3.3.2).
fn publish_head(body: &[u8], length: usize, qos: u8) -> Result<Option<(usize, Option<u16>)>, Malformed> {
    let word = |at: usize| Some(u16::from_be_bytes([*body.get(at)?, *body.get(at + 1)?]));
    let Some(topic) = word(0) else {
        return if length < 2 { Err(Malformed("a message has no topic")) } else { Ok(None) };
    };
    let head = 2 + usize::from(topic) + 2 * usize::from(qos);
    if head > length {
        return Err(Malformed("a message ends before its payload"));
    }
    if qos == 0 {
        return Ok(Some((head, None)));
    }
    Ok(word(head - 2).map(|id| (head, Some(id))))
}

/// Asks to be let in, and that what comes be kept while nobody is there (3.1).
pub(super) fn connect(broker: &Broker, password: Option<&str>, keep_alive_seconds: u16) -> Vec<u8> {
    let mut body = text("MQTT");
    body.push(4);
    // A password stands only beside a user name (3.1.2.9).
    let password = password.filter(|_| broker.user_name.is_some());
    body.push(u8::from(broker.user_name.is_some()) << 7 | u8::from(password.is_some()) << 6);
    body.extend(keep_alive_seconds.to_be_bytes());
    body.extend(text(&broker.client_id));
    for each in broker.user_name.as_deref().into_iter().chain(password) {
        body.extend(text(each));
    }
    packet(0x10, &body)
}

/// Subscribes with QoS 1 (3.8).
pub(super) fn subscribe(topic: &str) -> Vec<u8> {
    let mut body = 1_u16.to_be_bytes().to_vec();
    body.extend(text(topic));
    body.push(1);
    packet(0x82, &body)
}

/// Says that a message arrived (3.4).
pub(super) fn acknowledge(id: u16) -> Vec<u8> {
    packet(0x40, &id.to_be_bytes())
}

pub(super) fn ping() -> Vec<u8> {
    packet(0xc0, &[])
}

/// What a return code of 3.2.2.3 means.
pub(super) fn refusal(code: u8) -> &'static str {
    match code {
        1 => "the broker does not speak MQTT 3.1.1",
        2 => "the broker refuses the client id; give another one",
        3 => "the broker is not available now",
        4 => "the broker refuses the user name or password",
        5 => "the broker does not let this client in; are user name and password right?",
        _ => "the broker refuses, and gives no known reason",
    }
}

fn text(text: &str) -> Vec<u8> {
    // Definitions bound their texts far below.
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), &text.as_bytes()[..usize::from(length)]].concat()
}

fn packet(head: u8, body: &[u8]) -> Vec<u8> {
    let (mut all, mut left) = (vec![head], body.len());
    loop {
        let more = left > 0x7f;
        all.push((left & 0x7f) as u8 | u8::from(more) << 7);
        left >>= 7;
        if !more {
            break;
        }
    }
    all.extend_from_slice(body);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(qos: u8, id: u16, payload: &[u8]) -> Vec<u8> {
        let mut body = text("tags");
        if qos > 0 {
            body.extend(id.to_be_bytes());
        }
        body.extend_from_slice(payload);
        packet(0x30 | qos << 1, &body)
    }

    #[test]
    fn packets_are_cut_wherever_the_bytes_are() {
        let whole = [
            packet(0x20, &[0, 0]),
            packet(0x90, &[0, 1, 1]),
            publish(1, 7, &[b'x'; 300]),
            publish(0, 0, b""),
            packet(0xd0, &[]),
            packet(0x40, &[0, 9]),
        ]
        .concat();
        for step in [1, 2, 3, 7, 150, whole.len()] {
            let (mut packets, mut bytes, mut found) = (Packets::new(300), Vec::new(), Vec::new());
            for part in whole.chunks(step) {
                bytes.extend_from_slice(part);
                while let Some(incoming) = packets.next(&mut bytes).unwrap() {
                    found.push(incoming);
                }
            }
            let expected = [
                Incoming::ConnAck { code: 0 },
                Incoming::SubAck { code: 1 },
                Incoming::Publish { payload: Bytes::from(vec![b'x'; 300]), id: Some(7) },
                Incoming::Publish { payload: Bytes::new(), id: None },
                Incoming::Pong,
                Incoming::Other,
            ];
            assert_eq!(found, expected, "{step}");
            assert!(bytes.is_empty());
        }
    }

    #[test]
    fn a_large_message_is_passed_over_and_told() {
        let whole = [publish(1, 7, &[b'x'; 70_000]), publish(1, 8, b"small")].concat();
        for step in [1_000, whole.len()] {
            let (mut packets, mut bytes, mut found) = (Packets::new(1_000), Vec::new(), Vec::new());
            for part in whole.chunks(step) {
                bytes.extend_from_slice(part);
                while let Some(incoming) = packets.next(&mut bytes).unwrap() {
                    found.push(incoming);
                }
                assert!(bytes.len() <= 2_000 || step > 2_000, "what is passed over is not kept");
            }
            let small = Incoming::Publish { payload: Bytes::from_static(b"small"), id: Some(8) };
            assert_eq!(found, [Incoming::Large { bytes: 70_000, id: Some(7) }, small]);
        }
    }

    #[test]
    fn what_is_no_mqtt_is_refused() {
        let refused = |bytes: &[u8]| Packets::new(100).next(&mut bytes.to_vec()).unwrap_err().0;
        assert!(refused(&[0x90, 0xff, 0xff, 0x7f]).contains("too long"));
        assert!(refused(&[0x30, 0xff, 0xff, 0xff, 0xff]).contains("length"));
        assert!(refused(&[0x30, 1, 0]).contains("topic"));
        assert!(refused(&[0x32, 4, 0, 4, b'a', b'b']).contains("ends before"));
        assert!(refused(&[0x34, 5, 0, 1, b'a', 0, 1]).contains("QoS 2"));
        assert!(refused(&[0x20, 1, 0]).contains("wrong length"));
    }

    #[test]
    fn a_password_is_given_only_beside_a_user_name() {
        let of = |user_name: Option<&str>| Broker {
            url: "mqtt://x".into(),
            topic: "t".into(),
            client_id: "c".into(),
            user_name: user_name.map(str::to_owned),
        };
        let bytes = connect(&of(Some("u")), Some("p"), 30);
        assert_eq!(
            bytes,
            [&[0x10, 19, 0, 4][..], b"MQTT", &[4, 0xc0, 0, 30, 0, 1, b'c', 0, 1, b'u', 0, 1, b'p']].concat()
        );
        assert_eq!(
            connect(&of(None), Some("p"), 30),
            [&[0x10, 13, 0, 4][..], b"MQTT", &[4, 0, 0, 30, 0, 1, b'c']].concat()
        );
    }
}
