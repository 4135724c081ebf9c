//! What the credited values cost, and what that makes of their credit.
//!
//! Either the question says it, or the reference table `channel_costs` does: its rows whose channel is called like a
//! value, each in the part of its days that lies in the period. A day's part of a cost spread over many days is equal.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use lake::Snapshot;
use model::reference::{ReferenceSource, TableKind, Version};
use model::scope::Scope;

use crate::answer::{AttributionCosts, AttributionNumbers, CostsMissing};
use crate::error::{Error, Result};
use crate::question::{AttributionQuestion, Present};

/// Sets costs, and what follows from them, in the numbers; where they come from.
///
/// # Errors
/// `Invalid` for a cost that is negative or none.
pub(crate) async fn costs(
    present: &Present,
    question: &AttributionQuestion,
    scope: &Scope,
    (as_of_us, zone): (i64, &str),
    numbers: &mut AttributionNumbers,
) -> Result<AttributionCosts> {
    if let Some(cost) = question.costs.iter().find(|cost| !cost.amount.is_finite() || cost.amount < 0.0) {
        return Err(Error::invalid("costs", format!("that of `{}` is {}; give 0 or more", cost.value, cost.amount)));
    }
    if !question.costs.is_empty() {
        let amounts = question.costs.iter().map(|cost| (cost.value.clone(), cost.amount)).collect();
        set(numbers, &amounts, true);
        return Ok(AttributionCosts::Question);
    }
    if present.limit.is_some() {
        return Ok(AttributionCosts::Missing { why: CostsMissing::Limited });
    }
    let snapshot = &present.snapshot;
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    let day =
        |us: i64| chrono::DateTime::from_timestamp_micros(us).unwrap_or_default().with_timezone(&zone).date_naive();
    let first = scope.entry.from_us.or_else(|| snapshot.time_range().map(|(first, _)| first));
    // The end of the period is the first moment after it.
    let last = scope.entry.to_us.map_or(as_of_us, |to| as_of_us.min(to.saturating_sub(1)));
    let days = (day(first.unwrap_or(last)), day(last));
    let spent = spent(snapshot, days).await?;
    let Some(version) = spent.version else {
        return Ok(AttributionCosts::Missing { why: CostsMissing::NoChannelCosts });
    };
    let other_currency = match (&version.currency, &question.currency) {
        (Some(cost), Some(value)) => cost != value,
        _ => false,
    };
    if !set(numbers, &spent.by_name, !other_currency) {
        return Ok(AttributionCosts::Missing { why: CostsMissing::NotListed });
    }
    let currency = version.currency.clone();
    Ok(AttributionCosts::Reference { source: ReferenceSource::from(&version), currency, other_currency })
}

/// Costs by name, and the newest version that says some.
#[derive(Debug, Default)]
struct Spent {
    by_name: BTreeMap<String, f64>,
    version: Option<Version>,
}

async fn spent(snapshot: &Snapshot, days: (NaiveDate, NaiveDate)) -> Result<Spent> {
    let table = snapshot.reference(TableKind::ChannelCosts).await?;
    let mut spent = Spent::default();
    let kind = TableKind::ChannelCosts;
    table
        .each(days, |version, (from, to), row| {
            // What is spread over days without end is nothing a day.
            let (Some(channel), Some(cost), (Some(first), Some(last))) =
                (row.text(kind, "channel"), row.number(kind, "cost"), row.days(kind))
            else {
                return;
            };
            *spent.by_name.entry(channel.to_owned()).or_default() += cost * count(from, to) / count(first, last);
            if spent.version.as_ref().is_none_or(|known| known.version < version.version) {
                spent.version = Some(version.clone());
            }
        })
        .await?;
    Ok(spent)
}

/// Days from one to another, both inclusive.
fn count(from: NaiveDate, to: NaiveDate) -> f64 {
    ((to - from).num_days() + 1).max(1) as f64
}

/// Whether any value has a cost. `comparable`: the values of conversions are in the currency of the costs.
fn set(numbers: &mut AttributionNumbers, amounts: &BTreeMap<String, f64>, comparable: bool) -> bool {
    let mut any = false;
    for value in &mut numbers.values {
        value.cost = value.value.as_ref().and_then(|name| amounts.get(name)).copied();
        let Some(cost) = value.cost else { continue };
        any = true;
        for credit in &mut value.credits {
            credit.cost_per_conversion = (credit.conversions > 0.0).then(|| cost / credit.conversions);
            credit.return_on_cost = credit.value.filter(|_| comparable && cost > 0.0).map(|value| value / cost);
        }
    }
    any
}
