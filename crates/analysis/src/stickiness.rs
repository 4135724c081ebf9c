//! Stickiness: one fold's numbers, named.

use folds::stickiness::{Config, Counts, Pick, State};

use crate::answer::{StickinessCount, StickinessNumbers, StickinessPeriod, StickinessUnit};
use crate::error::Result;
use crate::groups::Within;
use crate::label::Labels;
use crate::pick::unknown;
use crate::share::share;

/// `periods` and `units`: their first days.
pub(crate) fn numbers(
    (periods, units): (&Labels, &Labels),
    config: &Config,
    as_of_us: i64,
    state: &State,
    within: &Within,
) -> StickinessNumbers {
    let ended = config.periods.ended(as_of_us);
    let all: Vec<StickinessPeriod> = (0..)
        .zip(&state.periods)
        .map(|(number, counts)| {
            let start = periods.name(number as u32 + 1);
            let begun = begun(config, number, as_of_us);
            let active = counts.customers();
            let mean = (begun > 0).then(|| counts.units() as f64 / f64::from(begun));
            StickinessPeriod {
                from_us: config.periods.edges()[number],
                to_us: config.periods.edges()[number + 1],
                complete: number < ended,
                active: within.counted(active, active, format_args!("at-least/{start}/1")),
                units: begun,
                active_units_mean: (active > 0).then(|| counts.units() as f64 / active as f64),
                unit_active_mean: mean,
                ratio: mean.filter(|_| active > 0).map(|mean| mean / active as f64),
                counts: by_units(&start, counts, within),
                period: start,
            }
        })
        .collect();
    let units: Vec<StickinessUnit> = (0..)
        .zip(&state.units)
        .map(|(number, active)| {
            let start = units.name(number as u32 + 1);
            let active = within.counted(*active, *active, format_args!("unit/{start}"));
            StickinessUnit { from_us: config.units.edges()[number], active, period: start }
        })
        .collect();
    let mean = |numbers: &[u64]| match numbers.len() {
        0 => None,
        count => Some(numbers.iter().sum::<u64>() as f64 / count as f64),
    };
    let over: Vec<u64> = all.iter().filter(|period| period.complete).map(|period| period.active.customers).collect();
    let customers = state.customers.count;
    StickinessNumbers {
        customers: within.counted(customers, customers, "customers"),
        unit_active_mean: mean(&state.units),
        period_active_mean: mean(&over),
        periods: all,
        units,
    }
}

fn by_units(start: &str, counts: &Counts, within: &Within) -> Vec<StickinessCount> {
    (1..=counts.most())
        .map(|units| {
            let people = |kind: &str, count| within.counted(count, count, format_args!("{kind}/{start}/{units}"));
            let at_least = counts.at_least(units);
            StickinessCount {
                name: units.to_string(),
                units: units as u32,
                exactly: people("exactly", counts.exactly(units)),
                at_least: people("at-least", at_least),
                share: share(at_least, counts.customers()),
            }
        })
        .collect()
}

/// Units that lie in the period, if only in part, and have begun.
fn begun(config: &Config, period: usize, as_of_us: i64) -> u32 {
    let (from, to) = (config.periods.edges()[period], config.periods.edges()[period + 1]);
    let units = config.units.edges().windows(2);
    units.filter(|unit| unit[0] < unit[1] && unit[0] < to && unit[1] > from && unit[0] <= as_of_us).count() as u32
}

/// Reads `customers`, `unit/2024-01-09`, `exactly/2024-01-01/3` and `at-least/2024-01-01/3`.
pub(crate) fn pick(text: &str, periods: &Labels, units: &Labels) -> Result<Pick> {
    let known = |labels: &Labels, name: &str| labels.label(name)?.checked_sub(1).ok_or_else(|| unknown(text));
    let count = |text: &str| text.parse().map_err(|_| unknown(text));
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["customers"] => Ok(Pick::All),
        ["unit", start] => Ok(Pick::Unit(known(units, start)?)),
        ["exactly", start, units] => Ok(Pick::Exactly(known(periods, start)?, count(units)?)),
        ["at-least", start, units] => Ok(Pick::AtLeast(known(periods, start)?, count(units)?)),
        _ => Err(unknown(text)),
    }
}
