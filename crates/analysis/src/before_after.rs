//! A number before a day and after it: which days, which number, how sure the difference is, and how it is said.
//!
//! [`crate::Analyst::before_after`] asks; nothing here reads events.

pub(crate) mod figure;
pub(crate) mod statistics;
pub(crate) mod windows;
pub(crate) mod words;

use self::figure::Measured;
use self::statistics::{self as stats, Days};
use crate::answer::{ChangeVerdict, HeadlineOf, IntervalMethod, MeasuredEffect, NetEffect, NetScale};

/// One side: its number, and that of each of its days.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    pub whole: Measured,
    pub days: Vec<Measured>,
}

impl Side {
    fn shares(&self) -> Days {
        Days { counts: self.days.iter().map(|day| day.headline.share.map_or((0, 0), |s| (s.hits, s.of))).collect() }
    }

    fn weeks(&self) -> Option<stats::Weeks> {
        let days: Vec<f64> = self.days.iter().map(|day| day.headline.value.unwrap_or(0.0)).collect();
        stats::Weeks::of(&days)
    }
}

/// After less before, with what is known of its interval. None if either has no number.
pub(crate) fn effect(before: &Side, after: &Side) -> Option<MeasuredEffect> {
    let (here, there) = (after.whole.headline.value?, before.whole.headline.value?);
    let plain = |method| MeasuredEffect {
        difference: here - there,
        relative: (there != 0.0).then(|| here / there - 1.0),
        low: None,
        high: None,
        method,
        design_effect_before: None,
        design_effect_after: None,
    };
    match (after.whole.headline.share.zip(before.whole.headline.share), after.whole.headline.of) {
        (Some((of_after, of_before)), _) => {
            let (d1, d0) = (after.shares().design_effect(), before.shares().design_effect());
            let interval = stats::shares((of_after, d1), (of_before, d0));
            Some(MeasuredEffect {
                low: Some(interval.low),
                high: Some(interval.high),
                design_effect_before: Some(d0),
                design_effect_after: Some(d1),
                ..plain(IntervalMethod::NewcombeByDay)
            })
        }
        (None, HeadlineOf::People) => {
            let interval = after.weeks().zip(before.weeks()).and_then(|(a, b)| stats::welch(&a, &b));
            let Some(interval) = interval else { return Some(plain(IntervalMethod::NoneWeeks)) };
            Some(MeasuredEffect {
                low: Some(interval.low),
                high: Some(interval.high),
                ..plain(IntervalMethod::WelchByWeek)
            })
        }
        (None, HeadlineOf::Duration) => match after.whole.median().zip(before.whole.median()) {
            Some((a, b)) => {
                let joined = stats::less(a, b);
                let (low, high) = (Some(joined.low), Some(joined.high));
                Some(MeasuredEffect { low, high, ..plain(IntervalMethod::JoinedMedians) })
            }
            None => Some(plain(IntervalMethod::NoneNumber)),
        },
        (None, HeadlineOf::Share) => Some(plain(IntervalMethod::NoneNumber)),
    }
}

/// An effect less that of people the change did not touch.
pub(crate) fn net(own: (&Side, &Side, &MeasuredEffect), others: (&Side, &Side, &MeasuredEffect)) -> Option<NetEffect> {
    let (before, after, effect) = own;
    let (others_before, others_after, of_others) = others;
    if effect.method == IntervalMethod::WelchByWeek || effect.method == IntervalMethod::NoneWeeks {
        let value = |side: &Side| side.whole.headline.value.filter(|value| *value > 0.0);
        let ratio = value(after)? / value(before)? / (value(others_after)? / value(others_before)?);
        let weeks = [after, before, others_after, others_before].map(Side::weeks);
        let [Some(a), Some(b), Some(c), Some(d)] = weeks else {
            return Some(NetEffect { scale: NetScale::Relative, value: ratio - 1.0, low: None, high: None });
        };
        let interval = stats::ratio_of_ratios([&a, &b, &c, &d]);
        let (low, high) = (interval.map(|found| found.low), interval.map(|found| found.high));
        return Some(NetEffect { scale: NetScale::Relative, value: ratio - 1.0, low, high });
    }
    let interval = effect.interval().zip(of_others.interval()).map(|(own, others)| stats::less(own, others));
    Some(NetEffect {
        scale: NetScale::Difference,
        value: effect.difference - of_others.difference,
        low: interval.map(|found| found.low),
        high: interval.map(|found| found.high),
    })
}

impl MeasuredEffect {
    fn interval(&self) -> Option<model::pain::Estimate> {
        let (low, high) = self.low.zip(self.high)?;
        Some(model::pain::Estimate { value: self.difference, low, high })
    }

    pub(crate) fn verdict(&self) -> ChangeVerdict {
        match self.low.zip(self.high) {
            None => ChangeVerdict::Unknown,
            Some((low, _)) if low > 0.0 => ChangeVerdict::Up,
            Some((_, high)) if high < 0.0 => ChangeVerdict::Down,
            Some(_) => ChangeVerdict::Unclear,
        }
    }
}
