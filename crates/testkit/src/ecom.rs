//! The sample online shop as columns.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use flate2::read::GzDecoder;

/// The 31,106 events of `samples/ecom`, sorted by user, then time, then position in the file. Codes are
/// positions in the name lists, which are in alphabetical order.
#[derive(Debug, Clone, Default)]
pub struct Ecom {
    pub users: Vec<String>,
    pub events: Vec<String>,
    pub platforms: Vec<String>,
    /// The sessions the file itself names.
    pub session_ids: Vec<String>,
    /// By row.
    pub user: Vec<usize>,
    /// By row, UTC microseconds.
    pub time_us: Vec<i64>,
    /// By row.
    pub event: Vec<usize>,
    /// By row.
    pub platform: Vec<usize>,
    /// By row.
    pub session_id: Vec<usize>,
}

/// Reads the sample. Panics if it is not there or has another form: tests cannot go on without it.
pub fn ecom() -> Ecom {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/ecom/ecom.csv.gz");
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_reader(GzDecoder::new(file));
    let at = |name: &str, headers: &csv::StringRecord| headers.iter().position(|header| header == name).unwrap();
    let headers = reader.headers().unwrap().clone();
    let [user, session, event, time, platform] =
        ["user_id", "session_id", "event", "timestamp", "platform"].map(|name| at(name, &headers));
    let mut rows: Vec<(String, i64, usize, [String; 3])> = Vec::new();
    for (n, row) in reader.records().enumerate() {
        let row = row.unwrap();
        let rest = [event, platform, session].map(|column| row[column].to_owned());
        rows.push((row[user].to_owned(), time_us(&row[time]), n, rest));
    }
    rows.sort();
    let (users, user) = codes(rows.iter().map(|row| &row.0));
    let (events, event) = codes(rows.iter().map(|row| &row.3[0]));
    let (platforms, platform) = codes(rows.iter().map(|row| &row.3[1]));
    let (session_ids, session_id) = codes(rows.iter().map(|row| &row.3[2]));
    let time_us = rows.iter().map(|row| row.1).collect();
    Ecom { users, events, platforms, session_ids, user, time_us, event, platform, session_id }
}

impl Ecom {
    /// Row ranges of the users, in order.
    pub fn by_user(&self) -> Vec<std::ops::Range<usize>> {
        let mut ranges = Vec::new();
        let mut start = 0;
        for run in self.user.chunk_by(|a, b| a == b) {
            ranges.push(start..start + run.len());
            start += run.len();
        }
        ranges
    }

    /// The code of an event name.
    pub fn event_code(&self, name: &str) -> usize {
        self.events.binary_search_by(|event| event.as_str().cmp(name)).unwrap_or_else(|_| panic!("no event {name}"))
    }
}

/// The names in alphabetical order, and the position of each value among them.
fn codes<'a>(values: impl Iterator<Item = &'a String> + Clone) -> (Vec<String>, Vec<usize>) {
    let mut names: BTreeMap<&String, usize> = values.clone().map(|name| (name, 0)).collect();
    for (code, (_, slot)) in names.iter_mut().enumerate() {
        *slot = code;
    }
    let codes = values.map(|name| names[name]).collect();
    (names.into_keys().cloned().collect(), codes)
}

/// `2024-03-13 10:21:14`, read as UTC.
fn time_us(text: &str) -> i64 {
    let number = |from: usize, to: usize| -> i64 { text[from..to].parse().unwrap() };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let in_month = |month: i64| match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let years: i64 = (1970..year).map(|year| 365 + i64::from(leap(year))).sum();
    let days = years + (1..month).map(in_month).sum::<i64>() + day - 1;
    let seconds = ((days * 24 + number(11, 13)) * 60 + number(14, 16)) * 60 + number(17, 19);
    seconds * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_reads_whole() {
        let ecom = ecom();
        assert_eq!((ecom.time_us.len(), ecom.users.len(), ecom.session_ids.len()), (31_106, 600, 3_605));
        assert_eq!(ecom.by_user().len(), 600);
        assert_eq!(time_us("1970-01-02 00:00:01"), 86_401_000_000);
        assert_eq!(time_us("2024-03-01 00:00:00"), 1_709_251_200_000_000);
    }
}
