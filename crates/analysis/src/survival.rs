//! Survival: one fold's durations as curves, named.

mod curve;
mod log_rank;
#[cfg(test)]
mod tests;

use folds::survival::{Lives, Of, Pick, State};
use model::period::{DAY_US, HOUR_US, MINUTE_US, Span};
use model::survival::SurvivalQuestion;

use self::curve::{Curve, Row};
use crate::answer::{LogRankTest, SurvivalAt, SurvivalCurve, SurvivalNumbers, SurvivalStep, SurvivalTime};
use crate::error::{Error, Result};
use crate::groups::Within;
use crate::label::Labels;
use crate::pick::{escape, unescape, unknown};

/// Times one question may have a curve read off at.
const TIMES_MAX: usize = 100;

/// Steps of a curve that are listed; more cannot be told apart on a screen.
const STEPS_MAX: usize = 500;

/// Times a curve is read off at if the question names none: the last of these up to its end.
const ROUND_TIMES: [i64; 16] = [
    MINUTE_US,
    5 * MINUTE_US,
    15 * MINUTE_US,
    HOUR_US,
    6 * HOUR_US,
    DAY_US,
    3 * DAY_US,
    7 * DAY_US,
    14 * DAY_US,
    30 * DAY_US,
    60 * DAY_US,
    90 * DAY_US,
    180 * DAY_US,
    365 * DAY_US,
    730 * DAY_US,
    1_095 * DAY_US,
];

/// How many of them.
const ROUND_TIMES_SHOWN: usize = 8;

/// Checks the times a question wants.
///
/// # Errors
/// `Invalid` if there are too many, or one does not lie after the start.
pub(crate) fn check(question: &SurvivalQuestion) -> Result<()> {
    if question.at.len() > TIMES_MAX {
        return Err(Error::invalid("at", format!("read a curve off at no more than {TIMES_MAX} times")));
    }
    match question.at.iter().find(|at| at.us <= 0) {
        Some(at) => Err(Error::invalid("at", format!("`{at}` is no time after the start, as in 7d"))),
        None => Ok(()),
    }
}

/// The times to read curves off at: those asked for in order, or some round ones.
pub(crate) fn times(asked: &[Span], state: &State) -> Vec<i64> {
    if asked.is_empty() {
        let longest = state.groups.iter().map(|lives| curve(lives).last()).max().unwrap_or(0);
        let up_to = ROUND_TIMES.partition_point(|time| *time <= longest);
        return ROUND_TIMES[up_to.saturating_sub(ROUND_TIMES_SHOWN)..up_to].to_vec();
    }
    let mut times: Vec<i64> = asked.iter().map(|at| at.us).collect();
    times.sort_unstable();
    times.dedup();
    times
}

/// `labels`: the groups' names.
pub(crate) fn numbers(labels: &Labels, times: &[i64], state: &State, within: &Within) -> SurvivalNumbers {
    let single = state.groups.len() == 1;
    let curves: Vec<(String, Curve)> = (1..)
        .zip(&state.groups)
        .filter(|(_, lives)| single || lives.count() > 0)
        .map(|(label, lives)| (labels.name(label), curve(lives)))
        .collect();
    let started = state.groups.iter().map(Lives::count).sum();
    let log_rank = test(curves.iter().map(|(_, curve)| curve));
    SurvivalNumbers {
        started: within.counted(started, started, "started"),
        curves: curves.iter().map(|(name, curve)| named(name, curve, times, within)).collect(),
        log_rank,
    }
}

/// Tests whether everyone's groups, one state each, end at the same rate.
pub(crate) fn compare<'a>(states: impl Iterator<Item = &'a State>) -> Option<LogRankTest> {
    let curves: Vec<Curve> = states
        .map(|state| {
            let mut all = Lives::default();
            for lives in &state.groups {
                all.ended_us.merge(lives.ended_us.clone());
                all.censored_us.merge(lives.censored_us.clone());
            }
            curve(&all)
        })
        .collect();
    test(curves.iter())
}

fn test<'a>(curves: impl Iterator<Item = &'a Curve>) -> Option<LogRankTest> {
    let test = log_rank::log_rank(&curves.collect::<Vec<_>>())?;
    Some(LogRankTest { chi2: test.chi2, df: test.df, p_value: test.p_value })
}

fn curve(lives: &Lives) -> Curve {
    Curve::new(&lives.ended_us.sorted(), &lives.censored_us.sorted())
}

fn named(name: &str, curve: &Curve, times: &[i64], within: &Within) -> SurvivalCurve {
    let group = escape(name);
    let people = |kind: &str, count, at: Option<i64>| {
        let at = at.map_or(String::new(), |at| format!("/{at}"));
        within.counted(count, count, format_args!("{kind}/{group}{at}"))
    };
    let ended = curve.ended_by(curve.last());
    let at = times.iter().filter_map(|time| Some((*time, curve.at(*time)?)));
    let at = at.map(|(time, row)| SurvivalAt {
        name: Span::from_us(time).to_string(),
        at_s: seconds(time),
        at_risk: people("at-risk", row.at_risk, Some(time)),
        ended: people("ended-by", curve.ended_by(time), Some(time)),
        survival: row.survival,
        low: row.low,
        high: row.high,
        hazard: row.hazard,
    });
    let median = curve.quantile(0.5);
    let (steps, steps_complete) = steps(curve);
    SurvivalCurve {
        name: name.to_owned(),
        started: people("started", curve.started(), None),
        ended: people("ended", ended, None),
        censored: people("censored", curve.started() - ended, None),
        median: SurvivalTime {
            at_s: median.at.map(seconds),
            low_s: median.low.map(seconds),
            high_s: median.high.map(seconds),
        },
        horizon_s: seconds(curve.last()),
        restricted_mean_s: curve.mean_up_to(curve.last()) / 1e6,
        at: at.collect(),
        steps,
        steps_complete,
    }
}

/// The curve where it falls, from 0 to its end; at even distances if that is too often.
fn steps(curve: &Curve) -> (Vec<SurvivalStep>, bool) {
    let step = |row: &Row| SurvivalStep {
        at_s: seconds(row.at),
        survival: row.survival,
        low: row.low,
        high: row.high,
        at_risk: row.at_risk,
    };
    let last = curve.rows.len() - 1;
    let falls = |(number, row): &(usize, &Row)| *number == 0 || *number == last || row.ended > 0;
    let all: Vec<SurvivalStep> = curve.rows.iter().enumerate().filter(falls).map(|(_, row)| step(row)).collect();
    if all.len() <= STEPS_MAX {
        return (all, true);
    }
    let time = |n: usize| (i128::from(curve.last()) * n as i128 / (STEPS_MAX as i128 - 1)) as i64;
    let even = (0..STEPS_MAX).filter_map(|n| curve.at(time(n)));
    (even.map(|row| step(&row)).collect(), false)
}

fn seconds(us: i64) -> f64 {
    us as f64 / 1e6
}

/// Reads `started`, `started/other`, `ended/…`, `censored/…`, `ended-by/…/604800000000` and `at-risk/…/604800000000`.
pub(crate) fn pick(text: &str, labels: &Labels) -> Result<Pick> {
    let group = |name: &str| -> Result<Option<u32>> {
        Ok(Some(labels.label(&unescape(name)?)?.checked_sub(1).ok_or_else(|| unknown(text))?))
    };
    let time = |us: &str| us.parse().map_err(|_| unknown(text));
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["started"] => Ok(Pick { group: None, of: Of::Started }),
        ["started", name] => Ok(Pick { group: group(name)?, of: Of::Started }),
        ["ended", name] => Ok(Pick { group: group(name)?, of: Of::Ended }),
        ["censored", name] => Ok(Pick { group: group(name)?, of: Of::Censored }),
        ["ended-by", name, us] => Ok(Pick { group: group(name)?, of: Of::EndedBy(time(us)?) }),
        ["at-risk", name, us] => Ok(Pick { group: group(name)?, of: Of::AtRisk(time(us)?) }),
        _ => Err(unknown(text)),
    }
}
