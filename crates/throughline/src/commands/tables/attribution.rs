//! Attribution as tables.

use analysis::answer::{
    AttributedPath, AttributedValue, AttributionAnswer, AttributionCosts, AttributionNumbers, CostsMissing,
};

use super::{apart, people};
use crate::output::{count, duration, percent, table, wide_table};

/// Sequences of touches a table shows.
const PATHS_SHOWN: usize = 5;

/// What values that are not told apart are called.
const OTHER: &str = "(other)";

pub fn attribution(answer: &AttributionAnswer) -> String {
    let show = |numbers: &AttributionNumbers| {
        let mut parts = vec![head(numbers), String::new(), touched(numbers), String::new(), credits(numbers, false)];
        if numbers.conversions.value.is_some() {
            parts.extend([String::new(), credits(numbers, true)]);
        }
        parts.extend(returns(numbers));
        if !numbers.paths.is_empty() {
            parts.extend([String::new(), paths(numbers)]);
        }
        parts.join("\n")
    };
    // Costs are those of everyone, and so is what is said of them.
    format!("{}\n{}", costs(&answer.costs), apart(&answer.numbers, &answer.groups, &answer.meta, show))
}

fn head(numbers: &AttributionNumbers) -> String {
    let worth = numbers.conversions.value.map_or(String::new(), |value| format!(", worth {value:.2}"));
    let conversions = format!(
        "conversions: {} of {}{worth}; without a touch: {}",
        count(numbers.conversions.count),
        people(&numbers.conversions.people),
        count(numbers.without_touch.count),
    );
    let cut = match numbers.cut {
        0 => String::new(),
        cut => format!("; more touches than count: {}", count(cut)),
    };
    format!(
        "{conversions}{cut}\nlost: {}, open: {}\nfirst touch to conversion: {} median, {} p90; {} touches on average",
        people(&numbers.lost),
        people(&numbers.open),
        duration(numbers.lag.median_s),
        duration(numbers.lag.p90_s),
        amount(numbers.touches_mean),
    )
}

fn touched(numbers: &AttributionNumbers) -> String {
    let row = |value: &AttributedValue| {
        [
            name(value),
            count(value.touches),
            count(value.conversions),
            count(value.touched.customers),
            count(value.first.customers),
            count(value.last.customers),
            amount(value.cost),
        ]
    };
    let header = ["touched by", "touches#", "conversions#", "customers#", "first#", "last#", "cost#"];
    table(header, numbers.values.iter().map(row))
}

/// `money`: credit in value instead of conversions.
fn credits(numbers: &AttributionNumbers, money: bool) -> String {
    let models = numbers.values.first().map_or(&[][..], |value| &value.credits);
    let models: Vec<String> = models.iter().map(|credit| format!("{}#", credit.model.id())).collect();
    let header: Vec<&str> =
        std::iter::once(if money { "value" } else { "credit" }).chain(models.iter().map(String::as_str)).collect();
    let row = |value: &AttributedValue| {
        let credits = value.credits.iter().map(|credit| match money {
            true => amount(credit.value),
            false => amount(Some(credit.conversions)),
        });
        std::iter::once(name(value)).chain(credits).collect::<Vec<String>>()
    };
    wide_table(&header, numbers.values.iter().map(row))
}

/// What each value's cost brought, by model; nothing where no value has a cost.
fn returns(numbers: &AttributionNumbers) -> Option<String> {
    let rows = numbers.values.iter().filter(|value| value.cost.is_some()).flat_map(|value| {
        value.credits.iter().map(|credit| {
            let model = credit.model.id().to_owned();
            [name(value), model, amount(credit.cost_per_conversion), amount(credit.return_on_cost)]
        })
    });
    let rows: Vec<_> = rows.collect();
    let header = ["cost of", "model", "per conversion#", "return#"];
    (!rows.is_empty()).then(|| format!("\n{}", table(header, rows)))
}

fn paths(numbers: &AttributionNumbers) -> String {
    let row = |path: &AttributedPath| {
        let touches = path.touches.iter().map(|touch| touch.clone().unwrap_or_else(|| OTHER.to_owned()));
        let all = path.conversions + path.lost;
        [
            touches.collect::<Vec<_>>().join(" → "),
            count(path.conversions),
            count(path.lost),
            percent((all > 0).then(|| path.conversions as f64 / all as f64)),
        ]
    };
    let head = format!("path, of {} different", count(numbers.path_variants));
    table([head.as_str(), "conversions#", "lost#", "converted#"], numbers.paths.iter().take(PATHS_SHOWN).map(row))
}

fn name(value: &AttributedValue) -> String {
    value.value.clone().unwrap_or_else(|| OTHER.to_owned())
}

fn amount(amount: Option<f64>) -> String {
    amount.map_or_else(|| "–".to_owned(), |amount| format!("{amount:.2}"))
}

fn costs(costs: &AttributionCosts) -> String {
    match costs {
        AttributionCosts::Question => "costs: as given".to_owned(),
        AttributionCosts::Reference { source, other_currency, .. } => {
            let other = if *other_currency { "; in another currency than the value, so no return is told" } else { "" };
            format!("costs: channel_costs, version {}, {}{other}", source.version, source.source)
        }
        AttributionCosts::Missing { why: CostsMissing::NoChannelCosts } => {
            "costs: none; the reference table channel_costs says nothing of this period".to_owned()
        }
        AttributionCosts::Missing { why: CostsMissing::NotListed } => {
            "costs: none; the reference table channel_costs names none of these values".to_owned()
        }
        AttributionCosts::Missing { why: CostsMissing::Limited } => {
            "costs: none; they are of the whole workspace, and the answer is of some stores".to_owned()
        }
    }
}
