//! A comparison in words, in each language of the interface. No word of it says that the change moved the number.

use chrono::NaiveDate;
use model::text::LocalizedText;

use super::Side;
use crate::answer::{ChangeVerdict, ComparedWindows, HeadlineOf, IntervalMethod, MeasuredEffect};
use crate::words::{day, percent, text};

/// What kind of evidence this is.
pub(crate) fn notice() -> LocalizedText {
    text("对比，不是因果证明", "A comparison, not proof of cause")
}

/// What came of it.
pub(crate) fn sentence(
    windows: &ComparedWindows,
    label: &LocalizedText,
    sides: (&Side, Option<&Side>),
    effect: Option<&MeasuredEffect>,
    verdict: ChangeVerdict,
) -> LocalizedText {
    let ComparedWindows { day, days, before_to, after_from, .. } = windows;
    let (zh_label, en_label) = (label.get("zh-CN"), label.get("en"));
    let (before, Some(after)) = sides else {
        return text(
            format!(
                "{day} 之后还没有完整的一天：再等等。{zh_label}此前为 {}。",
                zh(&sides.0.whole.headline.value, sides.0)
            ),
            format!(
                "No day from {day} on is over yet: wait. {en_label} was {} before.",
                en(&sides.0.whole.headline.value, sides.0)
            ),
        );
    };
    let (now_zh, then_zh) = (zh(&after.whole.headline.value, after), zh(&before.whole.headline.value, before));
    let (now_en, then_en) = (en(&after.whole.headline.value, after), en(&before.whole.headline.value, before));
    let (word_zh, word_en) = verdict_words(verdict);
    let (gap_zh, gap_en) = effect.map_or_else(Default::default, |effect| difference(effect, after.whole.headline.of));
    text(
        format!(
            "{zh_label}：{after_from} 起 {days} 天为 {now_zh}，{before_to} 之前 {days} 天为 {then_zh}{gap_zh}：{word_zh}。\
             对比，不是因果证明。"
        ),
        format!(
            "{en_label}: {now_en} in the {days} days from {after_from} on, {then_en} in the {days} days before \
             {before_to}{gap_en}: {word_en}. A comparison, not proof of cause.",
        ),
    )
}

/// Verdicts, as the screens have them.
pub(crate) fn verdict_words(verdict: ChangeVerdict) -> (&'static str, &'static str) {
    match verdict {
        ChangeVerdict::Up => ("上升", "up"),
        ChangeVerdict::Down => ("下降", "down"),
        ChangeVerdict::Unclear => ("看不出差别", "no difference to be seen"),
        ChangeVerdict::Unknown => ("没有区间，不作判断", "no interval, so nothing is said"),
        ChangeVerdict::Waiting => ("再等等", "wait"),
    }
}

/// What has to be known to read the numbers.
pub(crate) fn caveats(
    windows: &ComparedWindows,
    sides: (&Side, Option<&Side>),
    effect: Option<&MeasuredEffect>,
    first_event_us: Option<i64>,
) -> Vec<LocalizedText> {
    let mut found = Vec::new();
    let ComparedWindows { asked_days, days, before_from, .. } = windows;
    if days < asked_days && *days > 0 {
        found.push(text(
            format!("之后的 {asked_days} 天还没有过完：目前比较的是 {days} 天，之前取最近的 {days} 天。"),
            format!("The {asked_days} days after are not over: {days} are compared, with the nearest {days} before."),
        ));
    }
    if *days > 0 && !days.is_multiple_of(super::stats::WEEK as u32) {
        found.push(text(
            format!("{days} 天不是整周：两侧的星期构成不同，差别可能来自星期。"),
            format!("{days} days are no whole weeks: the sides have different weekdays, which may be the difference."),
        ));
    }
    let first = first_event_us.and_then(|us| day(us, &windows.zone)).and_then(|day| day.parse::<NaiveDate>().ok());
    if let Some(first) = first.filter(|first| first > before_from) {
        found.push(text(
            format!("数据从 {first} 才开始，晚于之前窗口的首日 {before_from}：之前的数字偏少。"),
            format!("Events begin on {first}, later than the {before_from} on which before begins: before is short."),
        ));
    }
    if let (before, Some(after)) = sides {
        let part = |side: &Side| percent(side.whole.open as f64 / side.whole.began.max(1) as f64);
        if after.whole.open + before.whole.open > 0 {
            let (a, b) = (part(after), part(before));
            let (open_a, open_b) = (count(after.whole.open), count(before.whole.open));
            found.push(text(
                format!("结果未定：之后 {open_a} 个（{a:.1} %），之前 {open_b} 个（{b:.1} %）；两侧观察的时间一样长，未定的不计入比例。"),
                format!(
                    "Outcome not known yet: {open_a} after ({a:.1} %), {open_b} before ({b:.1} %). Both sides are looked at \
                     for as long, and shares leave these out.",
                ),
            ));
        }
    }
    match effect.map(|effect| effect.method) {
        Some(IntervalMethod::NoneWeeks) => found.push(text(
            "没有区间：人数要按整周比较，每侧至少两周。",
            "No interval: counts are compared by whole weeks, two at least on either side.",
        )),
        Some(IntervalMethod::NoneNumber) => {
            found.push(text("没有区间：这个数字没有可用的区间算法。", "No interval: there is none for this number."))
        }
        _ => {}
    }
    found
}

/// `；相差 +3.2 个百分点（95 % 区间 +0.5 至 +5.9）`
fn difference(effect: &MeasuredEffect, of: HeadlineOf) -> (String, String) {
    let signed = |value: f64| match of {
        HeadlineOf::Share => (format!("{:+.1} 个百分点", percent(value)), format!("{:+.1} points", percent(value))),
        HeadlineOf::People => (signed_count(value), signed_count(value)),
        HeadlineOf::Duration => {
            let sign = if value < 0.0 { "−" } else { "+" };
            (format!("{sign}{}", time(value.abs(), true)), format!("{sign}{}", time(value.abs(), false)))
        }
    };
    let bare = |value: f64| match of {
        HeadlineOf::Share => (format!("{:+.1}", percent(value)), format!("{:+.1}", percent(value))),
        _ => signed(value),
    };
    let (zh, en) = signed(effect.difference);
    let (within_zh, within_en) = match effect.low.zip(effect.high) {
        None => Default::default(),
        Some((low, high)) => {
            let ((low_zh, low_en), (high_zh, high_en)) = (bare(low), bare(high));
            (format!("（95 % 区间 {low_zh} 至 {high_zh}）"), format!(" (95 % interval {low_en} to {high_en})"))
        }
    };
    (
        format!("；相差 {zh}{within_zh}").replace('-', "−"),
        format!("; the difference is {en}{within_en}").replace('-', "−"),
    )
}

fn zh(value: &Option<f64>, side: &Side) -> String {
    let headline = &side.whole.headline;
    match (value, headline.of) {
        (None, _) => "–".to_owned(),
        (Some(value), HeadlineOf::Share) => match headline.share {
            Some(share) => {
                format!("{:.1} %（{} 中的 {}）", percent(*value), count(share.of), count(share.hits))
            }
            None => format!("{:.1} %", percent(*value)),
        },
        (Some(value), HeadlineOf::People) => count(*value as u64),
        (Some(value), HeadlineOf::Duration) => time(*value, true),
    }
}

fn en(value: &Option<f64>, side: &Side) -> String {
    let headline = &side.whole.headline;
    match (value, headline.of) {
        (None, _) => "–".to_owned(),
        (Some(value), HeadlineOf::Share) => match headline.share {
            Some(share) => format!("{:.1} % ({} of {})", percent(*value), count(share.hits), count(share.of)),
            None => format!("{:.1} %", percent(*value)),
        },
        (Some(value), HeadlineOf::People) => count(*value as u64),
        (Some(value), HeadlineOf::Duration) => time(*value, false),
    }
}

fn signed_count(value: f64) -> String {
    let sign = if value < 0.0 { '−' } else { '+' };
    format!("{sign}{}", count(value.abs().round() as u64))
}

/// `12,345`
fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn time(seconds: f64, zh: bool) -> String {
    let units = [(86_400.0, " 天", " d"), (3_600.0, " 小时", " h"), (60.0, " 分钟", " min")];
    match units.into_iter().find(|(unit, ..)| seconds >= *unit) {
        Some((unit, in_zh, in_en)) => format!("{:.1}{}", seconds / unit, if zh { in_zh } else { in_en }),
        None => format!("{seconds:.0}{}", if zh { " 秒" } else { " s" }),
    }
}
