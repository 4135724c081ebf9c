//! Amounts as people write them: `¥1,299.00`, `(88.50)`, `－２０元`, `3.5万`.
//!
//! What is read here is what a mapping asks for with `numbers: {style: amount}`. The signs for decimals and thousands are the
//! mapping's; a text that breaks them (`1,29` with a comma between thousands) states no number, so that none is misread.

use std::borrow::Cow;

/// Signs and words of currencies that may stand before or behind a number, in lower case.
const CURRENCIES: [&str; 45] = [
    "¥",
    "￥",
    "$",
    "€",
    "£",
    "₩",
    "₹",
    "฿",
    "₽",
    "₫",
    "₺",
    "us$",
    "hk$",
    "nt$",
    "s$",
    "a$",
    "c$",
    "r$",
    "cn¥",
    "jp¥",
    "cny",
    "rmb",
    "usd",
    "eur",
    "gbp",
    "jpy",
    "hkd",
    "twd",
    "krw",
    "sgd",
    "aud",
    "cad",
    "chf",
    "人民币",
    "元",
    "圆",
    "块",
    "美元",
    "欧元",
    "英镑",
    "日元",
    "港元",
    "港币",
    "新台币",
    "台币",
];

/// Units that multiply, with the power of ten.
const UNITS: [(&str, i32); 2] = [("万", 4), ("亿", 8)];

/// Digits of a group between thousands signs.
const GROUP_DIGITS: usize = 3;

/// The number an amount states, or `None` if it states none.
pub(crate) fn amount(text: &str, decimal: u8, group: Option<u8>) -> Option<f64> {
    let text = plain(text);
    let mut rest = text.trim();
    let (mut is_negative, mut has_sign, mut has_brackets, mut currencies) = (false, false, false, 0);
    let mut power = None;
    // From the outside in, in any order: `-¥20`, `¥-20`, `(¥20)`, `20-`, `20.00 元`, `3.5万元`.
    loop {
        let before = rest;
        if let Some(inner) = rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
            if std::mem::replace(&mut has_brackets, true) {
                return None;
            }
            rest = inner.trim();
        }
        if let Some(inner) = rest.strip_prefix(['-', '+']).or_else(|| rest.strip_suffix('-')) {
            if std::mem::replace(&mut has_sign, true) {
                return None;
            }
            is_negative = !rest.starts_with('+');
            rest = inner.trim();
        }
        if let Some(inner) = without_currency(rest) {
            currencies += 1;
            rest = inner;
        }
        if let (None, Some((inner, by))) = (power, without_unit(rest)) {
            (rest, power) = (inner, Some(by));
        }
        if rest.len() == before.len() {
            break;
        }
    }
    // Before and behind at most, as in `¥20 CNY`; a number in brackets is negative, and its sign would be said twice.
    if currencies > 2 || (has_brackets && has_sign) {
        return None;
    }
    let digits = without_groups(rest, decimal, group)?;
    let value: f64 = format!("{digits}e{}", power.unwrap_or(0)).parse().ok()?;
    Some(if is_negative || has_brackets { -value } else { value })
}

/// Whether a text names a currency beside its number.
pub(crate) fn has_currency(text: &str) -> bool {
    let text = plain(text);
    let text = text.trim().trim_matches(['-', '+', '(', ')']).trim();
    text.bytes().any(|byte| byte.is_ascii_digit()) && without_currency(text).is_some()
}

/// The text with ASCII in the place of what only looks wider, and without the mark spreadsheets put before a text.
fn plain(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\'').unwrap_or(text);
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrow = |letter: char| match letter {
        '０'..='９' | '（' | '）' | '，' | '．' | '－' | '＋' | '＄' => {
            char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter)
        }
        '−' | '﹣' | '–' | '—' => '-',
        '￡' => '£',
        '’' => '\'',
        letter if letter.is_whitespace() => ' ',
        letter => letter,
    };
    Cow::Owned(text.chars().map(narrow).collect())
}

fn without_currency(text: &str) -> Option<&str> {
    let is_word = |letter: char| !letter.is_ascii_digit() && !letter.is_whitespace() && !"-+().,'".contains(letter);
    let known = |word: &str| CURRENCIES.contains(&word.to_lowercase().as_str());
    let head = text.find(|letter| !is_word(letter)).unwrap_or(text.len());
    if known(&text[..head]) {
        return Some(text[head..].trim());
    }
    let tail =
        text.rfind(|letter| !is_word(letter)).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let word = &text[tail..];
    // `3.5万元` ends in a unit and a currency.
    let unit = UNITS.iter().find_map(|(unit, _)| word.strip_prefix(unit)).unwrap_or(word);
    known(unit).then(|| text[..text.len() - unit.len()].trim())
}

fn without_unit(text: &str) -> Option<(&str, i32)> {
    UNITS.iter().find_map(|(unit, power)| Some((text.strip_suffix(unit)?.trim(), *power)))
}

/// The digits with a point for the decimal sign, where every group has three digits.
fn without_groups(text: &str, decimal: u8, group: Option<u8>) -> Option<String> {
    let (whole, fraction) = match text.split_once(char::from(decimal)) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = match group {
        Some(sign) => whole.split(char::from(sign)).collect(),
        None => vec![whole],
    };
    let is_grouped = parts.len() == 1
        || ((1..=GROUP_DIGITS).contains(&parts[0].len()) && parts[1..].iter().all(|part| part.len() == GROUP_DIGITS));
    let fraction = fraction.unwrap_or_default();
    if !is_grouped || !parts.iter().all(|part| is_digits(part)) || !is_digits(fraction) {
        return None;
    }
    let whole = parts.concat();
    (!whole.is_empty() || !fraction.is_empty()).then(|| format!("{whole}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let read = |text: &str| amount(text, b'.', Some(b','));
        for (text, value) in [
            ("1,299.00", 1299.0),
            ("1299", 1299.0),
            ("1,234,567.8", 1_234_567.8),
            (" ¥ 88 ", 88.0),
            ("￥88.50", 88.5),
            ("88.50元", 88.5),
            ("人民币 1,000 元", 1000.0),
            ("CNY 12.30", 12.3),
            ("12.30 usd", 12.3),
            ("HK$1,200", 1200.0),
            ("-20.00", -20.0),
            ("－２０．００", -20.0),
            ("１，２９９．５０", 1299.5),
            ("−5", -5.0),
            ("+5", 5.0),
            ("-¥20", -20.0),
            ("¥-20", -20.0),
            ("20.00-", -20.0),
            ("(88.00)", -88.0),
            ("（88.00）", -88.0),
            ("(¥1,088.00)", -1088.0),
            ("¥(88)", -88.0),
            ("3.5万", 35_000.0),
            ("1.15万元", 11_500.0),
            ("2亿", 200_000_000.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("'12.5", 12.5),
            ("\u{a0}12.5\u{3000}", 12.5),
            ("0", 0.0),
        ] {
            assert_eq!(read(text), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_not_read_as_one() {
        for text in [
            "",
            "-",
            "—",
            "¥",
            "元",
            "免费",
            "N/A",
            "1,29",
            "1,2345",
            "12,34.5",
            "1.2.3",
            "1-2",
            "--5",
            "(-5)",
            "((5))",
            "12%",
            "5 件",
            "10:30",
            "2026/03/01",
            "2026-03",
            "12 34",
            "1,299.00.00",
            "nan",
            "inf",
            "1e5",
            "¥$€5",
            "5万万",
        ] {
            assert_eq!(amount(text, b'.', Some(b',')), None, "{text}");
        }
        // A sign between thousands is one only where the mapping says so.
        assert_eq!(amount("1,299", b'.', None), None);
    }

    #[test]
    fn the_signs_are_those_of_the_mapping() {
        assert_eq!(amount("1.299,50 €", b',', Some(b'.')), Some(1299.5));
        assert_eq!(amount("12,5", b',', Some(b'.')), Some(12.5));
        assert_eq!(amount("1.29", b',', Some(b'.')), None);
        assert_eq!(amount("1\u{202f}299,50 EUR", b',', Some(b' ')), Some(1299.5));
        assert_eq!(amount("CHF 1’299.50", b'.', Some(b'\'')), Some(1299.5));
    }

    #[test]
    fn currencies_are_seen() {
        assert!(["¥ 88", "-¥20", "(€5)", "5元", "3.5万元"].iter().all(|text| has_currency(text)));
        assert!(["88", "-20.00", "¥", "A12", "元旦 5 号"].iter().all(|text| !has_currency(text)));
    }
}
