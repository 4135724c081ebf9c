//! Lifecycle: one fold's numbers, named.

use folds::lifecycle::{Config, Pick, Standing, State};

use crate::answer::{LifecycleNumbers, LifecyclePeriod};
use crate::error::Result;
use crate::groups::Within;
use crate::label::Labels;
use crate::pick::unknown;
use crate::share::share;

/// `labels`: the first days of the periods.
pub(crate) fn numbers(
    labels: &Labels,
    config: &Config,
    as_of_us: i64,
    state: &State,
    within: &Within,
) -> LifecycleNumbers {
    let (edges, ended) = (config.periods.edges(), config.periods.ended(as_of_us));
    let periods = state.periods.iter().enumerate().map(|(number, counts)| {
        let start = labels.name(number as u32 + 1);
        let people = |kind: &str, count| within.counted(count, count, format_args!("{kind}/{start}"));
        let is = |standing| people(name(standing), counts.of(standing));
        let (retained, dormant) = (counts.of(Standing::Retained), counts.of(Standing::Dormant));
        let gained = counts.of(Standing::New) + counts.of(Standing::Resurrected);
        LifecyclePeriod {
            from_us: edges[number],
            to_us: edges[number + 1],
            complete: number < ended,
            active: people("active", counts.active()),
            new: is(Standing::New),
            retained: is(Standing::Retained),
            resurrected: is(Standing::Resurrected),
            dormant: is(Standing::Dormant),
            retained_share: share(retained, retained + dormant),
            pulse: (dormant > 0).then(|| gained as f64 / dormant as f64),
            period: start,
        }
    });
    let customers = state.customers.count;
    LifecycleNumbers { periods: periods.collect(), customers: within.counted(customers, customers, "customers") }
}

fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::New => "new",
        Standing::Retained => "retained",
        Standing::Resurrected => "resurrected",
        Standing::Dormant => "dormant",
    }
}

/// Reads `customers`, `active/2024-01-01`, `new/…`, `retained/…`, `resurrected/…` and `dormant/…`.
pub(crate) fn pick(text: &str, labels: &Labels) -> Result<Pick> {
    let Some((kind, start)) = text.split_once('/') else {
        return if text == "customers" { Ok(Pick::All) } else { Err(unknown(text)) };
    };
    let period = labels.label(start)?.checked_sub(1).ok_or_else(|| unknown(text))?;
    match Standing::ALL.into_iter().find(|standing| name(*standing) == kind) {
        Some(standing) => Ok(Pick::Is(period, standing)),
        None if kind == "active" => Ok(Pick::Active(period)),
        None => Err(unknown(text)),
    }
}
