//! The language of sequence patterns, that of ClickHouse's `sequenceMatch`.

use std::fmt;
use std::str::FromStr;

use model::period::{SECOND_US, Span};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::limits::SEQUENCE_PARTS_MAX;

/// A pattern that was read: `(?1).*(?t<=3600)(?2)`.
///
/// - `(?N)`: an event of condition N (from 1)
/// - `.`: any event of one of the conditions
/// - `.*`: any number of them
/// - `(?t<=3600)`: directly after an event: the next event of the pattern comes so many seconds after it at most; others
///   may lie between. Also `<`, `>=`, `>` and `==`, and lengths with a unit (`30m`, `7d`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    /// From left to right. The first event may come anywhere.
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// An event of this condition, from 0.
    Event(u32),
    Any,
    Star,
    /// From the event before to the next one. Microseconds.
    Time(Compare, i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compare {
    AtMost,
    Less,
    AtLeast,
    More,
    Equal,
}

impl Compare {
    /// Longer signs first, as they are read.
    const ALL: [(Compare, &'static str); 5] = [
        (Compare::AtMost, "<="),
        (Compare::AtLeast, ">="),
        (Compare::Equal, "=="),
        (Compare::Less, "<"),
        (Compare::More, ">"),
    ];

    #[inline]
    pub(super) fn holds(self, time_us: i64, than_us: i64) -> bool {
        match self {
            Compare::AtMost => time_us <= than_us,
            Compare::Less => time_us < than_us,
            Compare::AtLeast => time_us >= than_us,
            Compare::More => time_us > than_us,
            Compare::Equal => time_us == than_us,
        }
    }
}

impl Pattern {
    /// Bits of the conditions it names.
    pub fn conditions(&self) -> u64 {
        self.parts.iter().fold(0, |bits, part| match part {
            Part::Event(condition) => bits | 1 << condition,
            _ => bits,
        })
    }
}

impl Pattern {
    /// The parts from the first event to the last: stars before and after change nothing.
    pub(super) fn events(&self) -> &[Part] {
        let is_event = |part: &Part| matches!(part, Part::Event(_) | Part::Any);
        let first = self.parts.iter().position(is_event).unwrap_or(0);
        let last = self.parts.iter().rposition(is_event).map_or(first, |last| last + 1);
        &self.parts[first..last]
    }
}

impl FromStr for Pattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Pattern, Error> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let at = text[..text.len() - rest.len()].chars().count() + 1;
            let wrong = |what: &str| Err(Error::config("sequence", format!("the pattern at character {at}: {what}")));
            let (part, after) = match next(rest) {
                Ok(read) => read,
                Err(what) => return wrong(&what),
            };
            let follows_event = matches!(parts.last(), Some(Part::Event(_) | Part::Any));
            if matches!(part, Part::Time(..)) && !follows_event {
                return wrong("a condition on time stands directly after an event, as in (?1)(?t<=3600)(?2)");
            }
            parts.push(part);
            rest = after;
        }
        let end = |what: &str| Err(Error::config("sequence", what));
        if parts.len() > SEQUENCE_PARTS_MAX {
            return end(&format!("a pattern has at most {SEQUENCE_PARTS_MAX} parts, not {}", parts.len()));
        }
        if !parts.iter().any(|part| matches!(part, Part::Event(_) | Part::Any)) {
            return end("a pattern names at least one event, as in (?1).*(?2)");
        }
        let timed_event = parts.iter().rposition(|part| matches!(part, Part::Time(..)));
        if timed_event.is_some_and(|at| parts[at..].iter().all(|part| matches!(part, Part::Time(..) | Part::Star))) {
            return end("the pattern ends with a condition on time; name the event that it is the time to");
        }
        Ok(Pattern { parts })
    }
}

/// The first part of a text, and what follows it.
fn next(text: &str) -> Result<(Part, &str), String> {
    if let Some(rest) = text.strip_prefix(".*") {
        return Ok((Part::Star, rest));
    }
    if let Some(rest) = text.strip_prefix('.') {
        return Ok((Part::Any, rest));
    }
    let unknown = || "write (?N) for an event, . for any, .* for any number, (?t<=N) for a time".to_owned();
    let inner = text.strip_prefix("(?").ok_or_else(unknown)?;
    let (inner, rest) = inner.split_once(')').ok_or("a bracket is not closed")?;
    if let Some(time) = inner.strip_prefix('t') {
        let sign = Compare::ALL.iter().find_map(|(compare, sign)| Some((*compare, time.strip_prefix(sign)?)));
        let (compare, length) = sign.ok_or("compare a time by <=, <, >=, > or ==")?;
        return Ok((Part::Time(compare, length_us(length)?), rest));
    }
    match inner.parse::<u32>() {
        Ok(number @ 1..=64) => Ok((Part::Event(number - 1), rest)),
        _ => Err(format!("`{inner}` is no event; they are numbered from 1 to 64")),
    }
}

/// Whole seconds, or a length with its unit.
fn length_us(text: &str) -> Result<i64, String> {
    let of_seconds = text.parse::<i64>().ok().filter(|seconds| *seconds >= 0);
    let us = of_seconds.map_or_else(|| text.parse::<Span>().ok().map(|span| span.us), |s| s.checked_mul(SECOND_US));
    us.ok_or_else(|| format!("`{text}` is no length of time; write seconds, as in 3600, or a unit, as in 30m or 7d"))
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Event(condition) => write!(f, "(?{})", condition + 1),
            Part::Any => f.write_str("."),
            Part::Star => f.write_str(".*"),
            Part::Time(compare, us) => {
                let sign = Compare::ALL.iter().find(|(known, _)| known == compare).map_or("", |(_, sign)| sign);
                match us % SECOND_US {
                    0 => write!(f, "(?t{sign}{})", us / SECOND_US),
                    _ => write!(f, "(?t{sign}{})", Span::from_us(*us)),
                }
            }
        })
    }
}

impl TryFrom<String> for Pattern {
    type Error = Error;

    fn try_from(text: String) -> Result<Pattern, Error> {
        text.parse()
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> String {
        pattern.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_read_and_print() {
        for text in ["(?1)(?2)", "(?1).*(?t<=3)(?2)", "(?1)(?t<=3)(?2)", ".(?t>2).*(?12).*", "(?1)(?t==250ms).", "(?3)"]
        {
            let printed = text.parse::<Pattern>().map(|pattern| pattern.to_string());
            match text {
                "(?1).*(?t<=3)(?2)" => {
                    assert!(printed.unwrap_err().to_string().contains("character 7: a condition on time"))
                }
                _ => assert_eq!(printed.unwrap(), text),
            }
        }
        assert_eq!("(?1)(?t<30m)(?2)".parse::<Pattern>().unwrap().to_string(), "(?1)(?t<1800)(?2)");
        for (text, what) in [
            ("", "at least one event"),
            (".*", "at least one event"),
            ("(?0)", "numbered from 1"),
            ("(?65)", "numbered from 1"),
            ("(?1", "not closed"),
            ("(?1)x", "character 5"),
            ("(?1)(?t=3)(?2)", "compare a time"),
            ("(?1)(?t<soon)(?2)", "no length of time"),
            ("(?1)(?t<-3)(?2)", "no length of time"),
            ("(?t<3)(?1)", "directly after an event"),
            ("(?1)(?t<3)(?t>1)(?2)", "directly after an event"),
            ("(?1)(?t<3).*", "ends with a condition"),
        ] {
            let error = text.parse::<Pattern>().unwrap_err().to_string();
            assert!(error.contains(what), "{text}: {error}");
        }
        assert!("(?1)".repeat(65).parse::<Pattern>().is_err());
    }
}
