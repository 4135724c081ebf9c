//! Answers about coming back as tables.

use analysis::answer::{
    LifecycleAnswer, LogRankTest, RetentionAnswer, StickinessAnswer, SurvivalAnswer, SurvivalCurve,
};

use super::apart;
use crate::output::{count, duration, numbers_table, percent, table};

const INCOMPLETE: &str = "* not over yet for all of the cohort, and not in the line of all";

/// A row a cohort; `*`: the time of the cell has not passed for all of them.
pub fn retention(answer: &RetentionAnswer) -> String {
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let fixed = ["cohort", "started"].map(str::to_owned).into_iter();
        let header: Vec<String> = fixed.chain(numbers.columns.iter().map(|column| column.name.clone())).collect();
        let total = numbers.total.iter().map(|total| percent(total.share.share));
        let total =
            ["all".to_owned(), count(numbers.started.instances)].into_iter().chain(total).collect::<Vec<String>>();
        let cohorts = numbers.cohorts.iter().map(|cohort| {
            let cells = numbers.columns.iter().zip(cohort.cells.iter().map(Some).chain(std::iter::repeat(None)));
            let cells = cells.map(|(_, cell)| match cell {
                None => String::new(),
                Some(cell) if cell.complete => percent(cell.share.share),
                Some(cell) => format!("{}*", percent(cell.share.share)),
            });
            [cohort.cohort.clone(), count(cohort.started.instances)].into_iter().chain(cells).collect::<Vec<String>>()
        });
        let text = numbers_table(&header, std::iter::once(total).chain(cohorts));
        let complete = numbers.cohorts.iter().all(|cohort| cohort.cells.iter().all(|cell| cell.complete));
        if complete { text } else { format!("{text}\n{INCOMPLETE}") }
    })
}

pub fn lifecycle(answer: &LifecycleAnswer) -> String {
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let rows = numbers.periods.iter().map(|period| {
            [
                if period.complete { period.period.clone() } else { format!("{} (so far)", period.period) },
                count(period.active.customers),
                count(period.new.customers),
                count(period.retained.customers),
                count(period.resurrected.customers),
                count(period.dormant.customers),
                percent(period.retained_share.share),
                period.pulse.map_or("–".to_owned(), |pulse| format!("{pulse:.2}")),
            ]
        });
        let header =
            ["period", "active#", "new#", "retained#", "resurrected#", "dormant#", "retained of previous#", "pulse#"];
        table(header, rows)
    })
}

pub fn stickiness(answer: &StickinessAnswer) -> String {
    let number = |number: Option<f64>| number.map_or("–".to_owned(), |number| format!("{number:.2}"));
    let (unit, per) = match analysis::question::Question::decode(&answer.meta.question) {
        Ok(analysis::question::Question::Stickiness(question)) => (question.unit.name(), question.per.name()),
        _ => ("unit", "period"),
    };
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let at_least = |units: u32| format!("≥ {units}");
        let most = numbers.periods.iter().map(|period| period.counts.len() as u32).max().unwrap_or(0);
        let shown: Vec<u32> = [2, 3, 5, 7, 10, 15, 20, 30].into_iter().filter(|units| *units <= most).collect();
        let fixed = [
            per.to_owned(),
            "active".to_owned(),
            format!("mean a {unit}"),
            format!("{unit}/{per}"),
            format!("{unit}s a customer"),
        ];
        let header: Vec<String> = fixed.into_iter().chain(shown.iter().map(|units| at_least(*units))).collect();
        let rows = numbers.periods.iter().map(|period| {
            let fixed = [
                if period.complete { period.period.clone() } else { format!("{} (so far)", period.period) },
                count(period.active.customers),
                number(period.unit_active_mean),
                percent(period.ratio),
                number(period.active_units_mean),
            ];
            let of = |units: &u32| period.counts.get(*units as usize - 1).map_or(0, |row| row.at_least.customers);
            fixed.into_iter().chain(shown.iter().map(|units| count(of(units)))).collect::<Vec<_>>()
        });
        let table = numbers_table(&header, rows);
        let means = format!(
            "active customers a {unit}: {} on average, a {per} that has ended: {}",
            number(numbers.unit_active_mean),
            number(numbers.period_active_mean)
        );
        format!("{table}\n{means}")
    })
}

pub fn survival(answer: &SurvivalAnswer) -> String {
    let text = apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let mut parts: Vec<String> = numbers
            .curves
            .iter()
            .map(|one| curve(one, numbers.log_rank.is_some() || numbers.curves.len() > 1))
            .collect();
        parts.extend(numbers.log_rank.as_ref().map(|test| log_rank(test, "groups")));
        parts.join("\n")
    });
    match &answer.groups_log_rank {
        Some(test) => format!("{text}\n{}", log_rank(test, "breakdown")),
        None => text,
    }
}

fn curve(curve: &SurvivalCurve, named: bool) -> String {
    let interval = |low: Option<f64>, high: Option<f64>| format!("{} to {}", duration(low), duration(high));
    let median = curve.median;
    let head = format!(
        "{}started {}, ended {}, not yet {}\nhalf ended after {} ({}); mean up to {}: {}",
        if named { format!("{}: ", curve.name) } else { String::new() },
        count(curve.started.customers),
        count(curve.ended.customers),
        count(curve.censored.customers),
        duration(median.at_s),
        interval(median.low_s, median.high_s),
        duration(Some(curve.horizon_s)),
        duration(Some(curve.restricted_mean_s)),
    );
    let rows = curve.at.iter().map(|at| {
        [
            duration(Some(at.at_s)),
            count(at.at_risk.customers),
            count(at.ended.customers),
            percent(Some(at.survival)),
            format!("{} to {}", percent(Some(at.low)), percent(Some(at.high))),
        ]
    });
    format!("{head}\n{}", table(["after", "at risk#", "ended#", "last longer#", "95 % interval#"], rows))
}

fn log_rank(test: &LogRankTest, of: &str) -> String {
    let p = if test.p_value < 1e-4 { format!("{:.1e}", test.p_value) } else { format!("{:.4}", test.p_value) };
    format!("log-rank test of the {of}: χ² {:.2} ({} df), p {p}", test.chi2, test.df)
}
