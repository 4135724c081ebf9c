//! Numbers, shares, durations and times as people of a language write them; the same as in the web app.

use chrono::NaiveDate;

use crate::words::Language;

/// Printed where there is nothing to measure.
pub(crate) const NOTHING: &str = "–";

/// Numbers from here on are shortened: 12.3万, 123K.
const SHORT_FROM: f64 = 100_000.0;
const MINUTE_S: f64 = 60.0;
const HOUR_S: f64 = 3_600.0;
const DAY_S: f64 = 86_400.0;

impl Language {
    /// `12,345`.
    pub(crate) fn whole(self, value: u64) -> String {
        grouped(&value.to_string())
    }

    /// The same, shortened when large.
    pub(crate) fn count(self, value: u64) -> String {
        if (value as f64) < SHORT_FROM { self.whole(value) } else { self.compact(value as f64) }
    }

    /// An estimate: digits behind the point only of small ones.
    pub(crate) fn rough(self, value: f64) -> String {
        match value.abs() {
            size if size < 10.0 => decimal(value, 1),
            size if size < SHORT_FROM => decimal(value, 0),
            _ => self.compact(value),
        }
    }

    /// `12.3%`.
    pub(crate) fn percent(self, share: Option<f64>) -> String {
        share.map_or_else(|| NOTHING.to_owned(), |share| format!("{}%", fixed(share * 100.0, 1)))
    }

    /// The size of a difference of shares, in points, without its sign.
    pub(crate) fn points(self, difference: f64) -> String {
        fixed(difference.abs() * 100.0, 1)
    }

    /// Seconds in the unit that fits: `3.5小时`, `3.5 hr`.
    pub(crate) fn duration(self, seconds: Option<f64>) -> String {
        let Some(seconds) = seconds else { return NOTHING.to_owned() };
        let (value, zh, en) = match seconds {
            s if s < MINUTE_S => (s, "秒", "sec"),
            s if s < HOUR_S => (s / MINUTE_S, "分钟", "min"),
            s if s < 2.0 * DAY_S => (s / HOUR_S, "小时", "hr"),
            s => (s / DAY_S, "天", "days"),
        };
        let value = decimal(value, 1);
        match self {
            Language::Chinese => format!("{value}{zh}"),
            Language::English => format!("{value} {en}"),
        }
    }

    /// An amount in a currency of ISO 4217.
    pub(crate) fn money(self, value: f64, currency: Option<&str>) -> String {
        let size = value.abs();
        let number = match size {
            _ if size >= SHORT_FROM => self.compact(size),
            // Cents matter in a basket, not in a month's sales.
            _ if size >= 1_000.0 => decimal(size, 0),
            _ if currency.is_some() => grouped(&fixed(size, 2)),
            _ => decimal(size, 2),
        };
        let sign = if value < 0.0 { "−" } else { "" };
        format!("{sign}{}{number}", currency.map(|code| self.symbol(code)).unwrap_or_default())
    }

    /// Date and time in a zone.
    pub(crate) fn moment(self, us: i64, zone: &str) -> String {
        let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
        let Some(time) = chrono::DateTime::from_timestamp_micros(us) else { return NOTHING.to_owned() };
        let pattern = match self {
            Language::Chinese => "%Y/%m/%d %H:%M",
            Language::English => "%b %-d, %Y, %H:%M",
        };
        time.with_timezone(&zone).format(pattern).to_string()
    }

    pub(crate) fn day(self, day: NaiveDate) -> String {
        match self {
            Language::Chinese => day.format("%Y/%m/%d").to_string(),
            Language::English => day.format("%b %-d, %Y").to_string(),
        }
    }

    fn compact(self, value: f64) -> String {
        let units: &[(f64, &str)] = match self {
            Language::Chinese => &[(1e12, "万亿"), (1e8, "亿"), (1e4, "万")],
            Language::English => &[(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")],
        };
        let found = units.iter().find(|(unit, _)| value.abs() >= *unit);
        found.map_or_else(|| decimal(value, 1), |(unit, name)| format!("{}{name}", decimal(value / unit, 1)))
    }

    fn symbol(self, code: &str) -> String {
        let symbol = match (code, self) {
            ("CNY", Language::Chinese) | ("JPY", Language::English) => "¥",
            ("CNY", Language::English) => "CN¥",
            ("JPY", Language::Chinese) => "JP¥",
            ("USD", Language::Chinese) => "US$",
            ("USD", Language::English) => "$",
            ("EUR", _) => "€",
            ("GBP", _) => "£",
            ("HKD", _) => "HK$",
            ("TWD", _) => "NT$",
            _ => return format!("{code}\u{a0}"),
        };
        symbol.to_owned()
    }
}

/// With exactly so many digits behind the point, halves away from zero, as browsers write them.
fn fixed(value: f64, digits: i32) -> String {
    let scale = 10f64.powi(digits);
    // A product such as 0.285 × 1000 lies a hair beside the half it stands for.
    let rounded = (value * scale * (1.0 + f64::EPSILON)).round() / scale;
    format!("{:.*}", digits as usize, rounded + 0.0)
}

/// With at most so many digits behind the point.
fn decimal(value: f64, digits: i32) -> String {
    let text = fixed(value, digits);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    grouped(text).replace('-', "−")
}

/// Thousands of a plain decimal number, set apart.
fn grouped(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::words::Language::{Chinese, English};

    // What `Intl.NumberFormat` of a browser writes for the same values.
    #[test]
    fn numbers_read_as_in_the_web_app() {
        assert_eq!(
            [Chinese.count(99_999), Chinese.count(123_456), Chinese.count(250_000_000)],
            ["99,999", "12.3万", "2.5亿"]
        );
        assert_eq!([English.count(123_456), English.count(2_500_000)], ["123.5K", "2.5M"]);
        assert_eq!(
            [Chinese.percent(Some(0.285_05)), Chinese.percent(Some(1.0)), Chinese.percent(None)],
            ["28.5%", "100.0%", "–"]
        );
        assert_eq!([English.rough(3.25), English.rough(12.6), English.rough(1_234.4)], ["3.3", "13", "1,234"]);
    }

    #[test]
    fn durations_and_money_have_their_unit() {
        assert_eq!([Chinese.duration(Some(42.0)), Chinese.duration(Some(12_600.0))], ["42秒", "3.5小时"]);
        assert_eq!([English.duration(Some(330.0)), English.duration(Some(345_600.0))], ["5.5 min", "4 days"]);
        assert_eq!([Chinese.money(12.5, Some("CNY")), Chinese.money(1_234.5, Some("CNY"))], ["¥12.50", "¥1,235"]);
        assert_eq!(
            [English.money(-250_000.0, Some("USD")), English.money(5.0, Some("CHF"))],
            ["−$250K", "CHF\u{a0}5.00"]
        );
        assert_eq!(English.money(2.5, None), "2.5");
    }

    #[test]
    fn times_are_those_of_the_zone() {
        assert_eq!(Chinese.moment(0, "Asia/Shanghai"), "1970/01/01 08:00");
        assert_eq!(English.moment(0, "Asia/Shanghai"), "Jan 1, 1970, 08:00");
    }
}
