//! Percent-encoding of addresses (RFC 3986, section 2.1).

use std::borrow::Cow;

/// The bytes a text stands for: `%E9%9E%8B` → those of `鞋`. A `%` without two hexadecimal digits stands for itself.
pub fn percent_decoded(text: &str) -> Cow<'_, [u8]> {
    if !text.contains('%') {
        return Cow::Borrowed(text.as_bytes());
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (mut read, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, after @ ..] = rest {
        let pair = match rest {
            [b'%', high, low, ..] => digit(*high).zip(digit(*low)),
            _ => None,
        };
        read.push(pair.map_or(*first, |(high, low)| high * 16 + low));
        rest = if pair.is_some() { &after[2..] } else { after };
    }
    Cow::Owned(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_read_and_what_is_not_stands() {
        for (text, bytes) in [
            ("%E9%9E%8b", "鞋".as_bytes()),
            ("a%20b+c", b"a b+c"),
            ("%", b"%"),
            ("%4", b"%4"),
            ("%%41", b"%A"),
            ("%+1%g0", b"%+1%g0"),
            ("%ff", b"\xff"),
            ("鞋%", "鞋%".as_bytes()),
            ("", b""),
        ] {
            assert_eq!(percent_decoded(text), bytes, "{text}");
        }
    }
}
