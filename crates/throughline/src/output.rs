//! What a command prints: JSON for programs, tables for people. Results go to stdout, everything else to stderr.

use std::io::{self, Write};

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use serde::Serialize;

/// How results are printed.
#[derive(Debug, Clone)]
pub struct Output {
    pub json: bool,
    /// Language of names.
    pub lang: String,
}

impl Output {
    /// Prints a result: itself as JSON, or what `human` makes of it.
    pub fn result<T: Serialize>(&self, value: &T, human: impl FnOnce(&T) -> String) -> anyhow::Result<()> {
        let text = if self.json { serde_json::to_string_pretty(value)? } else { human(value) };
        self.text(&text)
    }

    /// Prints text as it is, with a line end.
    pub fn text(&self, text: &str) -> anyhow::Result<()> {
        self.bytes(format!("{}\n", text.trim_end_matches('\n')).as_bytes())
    }

    /// Prints a file as it is.
    pub fn bytes(&self, bytes: &[u8]) -> anyhow::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            // Whoever reads us has seen enough, as `| head` does.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// A remark for a person; programs are not told.
    pub fn remark(&self, text: &str) {
        if !self.json {
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }
}

/// A line under the header and nothing else: rows stay close together, and copying them takes no lines along.
pub const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table. Columns whose header ends in `#` hold numbers and stand to the right; the mark is not shown.
pub fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    wide_table(&header, rows.into_iter().map(Vec::from))
}

/// The same, of as many columns as an answer needs.
pub fn wide_table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().map(|name| name.trim_end_matches('#')));
    for row in rows {
        table.add_row(row);
    }
    for (i, name) in header.iter().enumerate() {
        if let Some(column) = table.column_mut(i).filter(|_| name.ends_with('#')) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

/// A table whose columns are known only at run time.
pub fn rows_table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_header(header.to_vec());
    for row in rows {
        table.add_row(row);
    }
    table.to_string()
}

/// A table whose columns are known only at run time: names, then numbers.
pub fn numbers_table(header: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_header(header.to_vec());
    for row in rows {
        table.add_row(row);
    }
    for i in 1..header.len() {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}

/// `12,345`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1,234.5`: of the digits after the point, at most two.
pub fn decimal(number: f64) -> String {
    let hundredths = (number.abs() * 100.0).round();
    let (whole, rest) = (count((hundredths / 100.0) as u64), (hundredths % 100.0) as u64);
    let sign = if number < 0.0 && hundredths > 0.0 { "-" } else { "" };
    let rest = format!("{rest:02}");
    match rest.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{rest}"),
    }
}

/// `12.3 %`, or `–` where there is none.
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", tenths_of_percent(share)))
}

/// A difference of shares in points, with its sign: `+3.2`.
pub fn points(difference: f64) -> String {
    format!("{:+.1}", tenths_of_percent(difference))
}

/// Halves are rounded away from zero, as the web app rounds them.
fn tenths_of_percent(share: f64) -> f64 {
    (share * 1_000.0).round() / 10.0
}

/// With its sign, and what `size` writes of it without: `+3.5 min`.
pub fn signed(number: f64, size: impl Fn(f64) -> String) -> String {
    let sign = if number < 0.0 { "-" } else { "+" };
    format!("{sign}{}", size(number.abs()))
}

/// `42 s`, `3.5 min`, `2.1 h`, `4.0 d`, or `–`.
pub fn duration(seconds: Option<f64>) -> String {
    match seconds {
        None => "–".to_owned(),
        Some(s) if s < 90.0 => format!("{s:.0} s"),
        Some(s) if s < 5_400.0 => format!("{:.1} min", s / 60.0),
        Some(s) if s < 172_800.0 => format!("{:.1} h", s / 3_600.0),
        Some(s) => format!("{:.1} d", s / 86_400.0),
    }
}

/// `1.5 MiB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// `2024-03-01 08:00:00`, UTC.
pub fn time(time_us: i64) -> String {
    chrono::DateTime::from_timestamp_micros(time_us)
        .map_or_else(|| time_us.to_string(), |time| time.format("%Y-%m-%d %H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            [count(0), count(999), count(1_000), count(31_106), count(1_234_567)],
            ["0", "999", "1,000", "31,106", "1,234,567"]
        );
        assert_eq!(
            [decimal(0.0), decimal(-0.001), decimal(1_234.5), decimal(-2.05), decimal(3.999)],
            ["0", "0", "1,234.5", "-2.05", "4"]
        );
        assert_eq!([percent(Some(0.1234)), percent(Some(0.2125)), percent(None)], ["12.3 %", "21.3 %", "–"]);
        assert_eq!([points(0.2125), points(-0.032), signed(-1.5, decimal)], ["+21.3", "-3.2", "-1.5"]);
        assert_eq!(
            [duration(Some(42.0)), duration(Some(210.0)), duration(Some(345_600.0))],
            ["42 s", "3.5 min", "4.0 d"]
        );
        assert_eq!([bytes(12), bytes(1536)], ["12 B", "1.5 KiB"]);
        assert_eq!(time(0), "1970-01-01 00:00:00");
    }

    #[test]
    fn tables_keep_their_headers() {
        let text = table(["stage", "reached#"], [["浏览".to_owned(), "12".to_owned()]]);
        assert!(text.contains("reached") && !text.contains('#') && text.contains("浏览"), "{text}");
    }
}
