//! What the values of each column look like.

use std::collections::{BTreeSet, HashMap};

use chrono_tz::Tz;
use serde_json::Value;

use crate::cell::{Cell, Digits};
use crate::format::row::{Row, Slot};
use crate::mapping::{NumberFormat, NumberStyle, TimeFormat};
use crate::number;
use crate::time::TimeReader;

/// Values of a column that are told apart; more is "many".
const DISTINCT_MAX: usize = 1_000;
/// Values of a column that are shown to whoever says what it is.
const SAMPLES_MAX: usize = 3;
const SAMPLE_CHARS_MAX: usize = 120;
/// A format of times is given up once it reads fewer than nineteen values of twenty, but for the first few.
const TIMES_UNREAD_SHARE: usize = 20;
const TIMES_UNREAD_MIN: usize = 2;
/// Depth of nested objects that are looked into.
const DEPTH_MAX: usize = 4;

/// The time formats tried, most telling first.
const PATTERNS: [&str; 15] = [
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日",
    "%d/%b/%Y:%H:%M:%S %z",
];

/// The ways amounts are written that are tried, the most usual first.
pub(crate) const AMOUNTS: [NumberFormat; 3] = [
    NumberFormat { decimal: '.', group: Some(','), style: NumberStyle::Amount },
    NumberFormat { decimal: ',', group: Some('.'), style: NumberStyle::Amount },
    NumberFormat { decimal: ',', group: Some(' '), style: NumberStyle::Amount },
];
/// What stands in front of the sums below a table.
const TOTALS: [&str; 12] =
    ["合计", "总计", "小计", "共计", "总合计", "本页合计", "汇总", "累计", "total", "grandtotal", "subtotal", "sum"];

/// The columns of a file, in its order.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) list: Vec<Stats>,
    positions: HashMap<String, usize>,
    pub(crate) rows: usize,
    /// Rows that are sums of others: they count nowhere else.
    pub(crate) totals: Totals,
    is_object: bool,
}

/// Rows that are sums of others.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) rows: usize,
    /// The column in which they are called so, and what they are called there.
    pub(crate) column: Option<usize>,
    pub(crate) words: BTreeSet<String>,
}

/// One column.
#[derive(Debug)]
pub(crate) struct Stats {
    pub(crate) name: String,
    /// Values that are not empty.
    pub(crate) filled: usize,
    pub(crate) distinct: BTreeSet<String>,
    /// The first few of them, as they came, cut to be shown.
    pub(crate) samples: Vec<String>,
    pub(crate) has_many: bool,
    pub(crate) is_number: bool,
    pub(crate) is_integer: bool,
    /// Values that are numbers as programs write them, and as people do, in each of the ways in [`AMOUNTS`].
    pub(crate) plain: usize,
    pub(crate) written: [usize; AMOUNTS.len()],
    /// Values that name a currency.
    pub(crate) currencies: usize,
    /// Whether the source says so itself, so that no `types` are needed.
    pub(crate) is_typed: bool,
    pub(crate) has_leading_zero: bool,
    pub(crate) is_list: bool,
    /// Rows whose value is that of the row before.
    pub(crate) repeats: usize,
    /// Formats its values can be read with, once all were looked at: all values, or where there is no such format nearly
    /// all, as people write "unknown" into a column of times.
    pub(crate) times: Vec<TimeFormat>,
    /// Values that none of those reads.
    pub(crate) times_unread: usize,
    /// Formats that may become one of those, with the values they cannot read.
    trying: Vec<(TimeFormat, usize)>,
    /// Whether the times say their offset.
    pub(crate) has_offset: bool,
    /// Whether every value is a time of day, as in 10:21.
    pub(crate) is_time_of_day: bool,
    last: Option<String>,
}

impl Columns {
    pub(crate) fn new(names: &[String]) -> Columns {
        let mut columns = Columns { is_object: names.is_empty(), ..Columns::default() };
        names.iter().for_each(|name| {
            columns.position(name);
        });
        columns
    }

    fn position(&mut self, name: &str) -> usize {
        if let Some(at) = self.positions.get(name) {
            return *at;
        }
        self.positions.insert(name.to_owned(), self.list.len());
        self.list.push(Stats::new(name));
        self.list.len() - 1
    }

    pub(crate) fn add(&mut self, row: Row<'_>) {
        self.rows += 1;
        if self.is_object {
            let Some(object) = row.object() else { return };
            let mut leaves = Vec::new();
            for (name, value) in object {
                flatten(name, value, 1, &mut leaves);
            }
            for (name, cell) in leaves {
                let at = self.position(&name);
                self.list[at].add(cell);
            }
            return;
        }
        if self.take_total(row) {
            self.rows -= 1;
            return;
        }
        for at in 0..self.list.len() {
            self.list[at].add(row.cell(&Slot::Column(at)));
        }
    }

    /// Whether a row is a sum of others, by what stands in front of it; those are told apart by one column.
    pub(crate) fn take_total(&mut self, row: Row<'_>) -> bool {
        let cell = |at: usize| row.cell(&Slot::Column(at));
        let Some(first) = (0..self.list.len()).find(|at| !cell(*at).is_empty()) else { return false };
        let Cell::Text(text) = cell(first) else { return false };
        let letters: String = text.chars().filter(|letter| letter.is_alphabetic()).collect();
        let is_total =
            TOTALS.contains(&letters.to_lowercase().as_str()) && !text.bytes().any(|byte| byte.is_ascii_digit());
        if !is_total || self.totals.column.is_some_and(|column| column != first) {
            return false;
        }
        self.totals.column = Some(first);
        self.totals.rows += 1;
        self.totals.words.insert(text.into_owned());
        true
    }

    /// Takes back what no value supports.
    pub(crate) fn finish(&mut self) {
        for column in &mut self.list {
            if column.filled == 0 {
                (column.is_number, column.is_integer, column.is_time_of_day) = (false, false, false);
                continue;
            }
            let best = column.trying.iter().map(|(_, failed)| *failed).min().unwrap_or_default();
            if best * TIMES_UNREAD_SHARE <= column.filled {
                let fits = |(format, failed): &(TimeFormat, usize)| (*failed == best).then(|| format.clone());
                column.times = column.trying.iter().filter_map(fits).collect();
                column.times_unread = best;
            }
        }
    }
}

fn flatten<'a>(name: &str, value: &'a Value, depth: usize, out: &mut Vec<(String, Cell<'a>)>) {
    match value {
        Value::Object(object) if depth < DEPTH_MAX && !object.is_empty() => {
            for (key, value) in object {
                flatten(&format!("{name}.{key}"), value, depth + 1, out);
            }
        }
        _ => out.push((name.to_owned(), Cell::of_json(value))),
    }
}

impl Stats {
    fn new(name: &str) -> Stats {
        let mut times = vec![
            TimeFormat::Iso8601,
            TimeFormat::UnixSeconds,
            TimeFormat::UnixMilliseconds,
            TimeFormat::UnixMicroseconds,
        ];
        times.extend(PATTERNS.iter().map(|pattern| TimeFormat::Pattern((*pattern).to_owned())));
        Stats {
            name: name.to_owned(),
            filled: 0,
            distinct: BTreeSet::new(),
            samples: Vec::new(),
            has_many: false,
            is_number: true,
            is_integer: true,
            plain: 0,
            written: [0; AMOUNTS.len()],
            currencies: 0,
            is_typed: false,
            has_leading_zero: false,
            is_list: false,
            repeats: 0,
            times: Vec::new(),
            times_unread: 0,
            trying: times.into_iter().map(|format| (format, 0)).collect(),
            has_offset: false,
            is_time_of_day: true,
            last: None,
        }
    }

    fn add(&mut self, cell: Cell<'_>) {
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        self.is_typed |= !matches!(cell, Cell::Text(_));
        self.is_list |= matches!(&cell, Cell::Json(value) if value.is_array());
        self.has_offset |= matches!(cell, Cell::Instant(_));
        let filled = self.filled;
        self.trying.retain_mut(|(format, failed)| {
            *failed += usize::from(!reads(format, &cell));
            *failed <= TIMES_UNREAD_MIN + filled / TIMES_UNREAD_SHARE
        });
        let is_number = matches!(Digits::PLAIN.number(&cell), Ok(Some(_))) && !matches!(cell, Cell::Bool(_));
        self.plain += usize::from(is_number);
        for (count, format) in self.written.iter_mut().zip(AMOUNTS) {
            *count +=
                usize::from(!matches!(cell, Cell::Bool(_)) && matches!(Digits::of(format).number(&cell), Ok(Some(_))));
        }
        self.currencies += usize::from(matches!(&cell, Cell::Text(text) if number::has_currency(text)));
        let text = cell.into_text().unwrap_or_default();
        self.is_number &= is_number;
        self.is_integer &= text.trim().parse::<i64>().is_ok();
        self.has_leading_zero |= text.len() > 1 && text.starts_with('0') && !text.starts_with("0.");
        self.has_offset |= says_offset(&text);
        self.is_time_of_day &= is_time_of_day(&text);
        self.repeats += usize::from(self.last.as_ref() == Some(&text));
        if self.distinct.len() < DISTINCT_MAX {
            if self.distinct.insert(text.clone()) && self.samples.len() < SAMPLES_MAX {
                self.samples.push(text.chars().take(SAMPLE_CHARS_MAX).collect());
            }
        } else if !self.distinct.contains(&text) {
            self.has_many = true;
        }
        self.last = Some(text);
    }

    /// The last part of a dotted name, in lower case and without its unit in brackets, for comparison with what columns are
    /// usually called.
    pub(crate) fn plain_name(&self) -> String {
        let last = self.name.rsplit('.').next().unwrap_or(&self.name);
        let open = last.find(['(', '（', '[', '【']).filter(|at| *at > 0 && last.ends_with([')', '）', ']', '】']));
        let word = open.map_or(last, |at| last[..at].trim_end());
        word.trim_start_matches('$').to_lowercase().replace([' ', '-'], "_")
    }

    /// Values that are numbers, read as a mapping says.
    pub(crate) fn numbers(&self, format: Option<NumberFormat>) -> usize {
        let at = AMOUNTS.iter().position(|known| Some(*known) == format);
        at.map_or(self.plain, |at| self.written[at])
    }

    /// Whether nearly all values are amounts as people write them, and some are none as programs do.
    pub(crate) fn is_written(&self) -> bool {
        let most = self.written.into_iter().max().unwrap_or_default();
        self.plain < most && is_nearly_all(most, self.filled)
    }

    /// Whether no value comes twice, as far as was looked.
    pub(crate) fn is_unique(&self) -> bool {
        self.filled > 1 && self.repeats == 0 && (self.has_many || self.distinct.len() == self.filled)
    }
}

/// Whether what was counted is all but a few: people write "free" into a column of amounts.
pub(crate) fn is_nearly_all(count: usize, of: usize) -> bool {
    const SHARE: usize = 10;
    const FEW: usize = 2;
    count * 2 > of && of - count <= FEW + of / SHARE
}

/// Whether a value is a plausible time in a format: unix times of this century, so that counts are no times.
fn reads(format: &TimeFormat, cell: &Cell<'_>) -> bool {
    const FROM_US: f64 = 946_684_800e6; // 2000
    const TO_US: f64 = 2_524_608_000e6; // 2050
    let unit_us = match format {
        TimeFormat::UnixSeconds => 1e6,
        TimeFormat::UnixMilliseconds => 1e3,
        TimeFormat::UnixMicroseconds => 1.0,
        _ => {
            if matches!(cell, Cell::Int(_) | Cell::Float(_) | Cell::Bool(_) | Cell::Json(_)) {
                return false;
            }
            return TimeReader::new(std::slice::from_ref(format), Some(Tz::UTC.name()))
                .is_ok_and(|reader| reader.read(cell).is_ok());
        }
    };
    match Digits::PLAIN.number(cell) {
        Ok(Some(number)) => (FROM_US..TO_US).contains(&(number * unit_us)),
        _ => false,
    }
}

/// Whether an ISO 8601 text ends in an offset.
fn says_offset(text: &str) -> bool {
    let Some(rest) = text.get(10..) else { return false };
    text.as_bytes()[4] == b'-' && (rest.ends_with(['Z', 'z']) || rest.ends_with("UTC") || rest.contains(['+', '-']))
}

fn is_time_of_day(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().split(':').collect();
    matches!(parts.len(), 2 | 3)
        && parts.iter().all(|part| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit()))
}
