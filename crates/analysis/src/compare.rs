//! Two answers side by side: the numbers that stand in both, paired by where they stand.
//!
//! Works on answers as data, so that it knows nothing of any single analysis: a share, a number of people and a
//! duration are recognised by their fields, other figures and the elements of a list by their names.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::{Answer, Change, ChangeOf};
use crate::pain::statistics::{Sample, difference_of};

/// Changes a comparison lists at most: a graph of all events of a shop has a few hundred edges.
const CHANGES_MAX: usize = 2_000;

/// Fields that tell elements of a list apart, where they are texts or positions.
const NAMES: [&str; 21] = [
    "group", "value", "name", "label", "position", "from", "to", "path", "step", "cohort", "period", "model", "touch",
    "channel", "id", "segments", "day", "score", "r", "f", "m",
];

/// All values that are not told apart.
const OTHER: &str = "other";

/// Fields of what is one number: a share of a count, people, durations, a time with its interval.
const NUMBERS: [&str; 4] = ["hits", "instances", "median_s", "low_s"];

/// Figures that stand by themselves, without the counts they are made of.
const FIGURES: [(&str, ChangeOf); 30] = [
    ("share", ChangeOf::Share),
    ("probability", ChangeOf::Share),
    ("conversion", ChangeOf::Share),
    ("removal_effect", ChangeOf::Share),
    ("survival", ChangeOf::Share),
    ("value_share", ChangeOf::Share),
    ("ratio", ChangeOf::Share),
    ("restricted_mean_s", ChangeOf::Duration),
    ("count", ChangeOf::Number),
    ("conversions", ChangeOf::Number),
    ("value", ChangeOf::Money),
    ("value_mean", ChangeOf::Money),
    ("cost", ChangeOf::Money),
    ("cost_per_conversion", ChangeOf::Money),
    ("return_on_cost", ChangeOf::Number),
    ("touches_mean", ChangeOf::Number),
    ("touches_median", ChangeOf::Number),
    ("pulse", ChangeOf::Number),
    ("visits", ChangeOf::Number),
    ("events_to_end", ChangeOf::Number),
    ("events_mean", ChangeOf::Number),
    ("events_median", ChangeOf::Number),
    ("mean", ChangeOf::Number),
    ("median", ChangeOf::Number),
    ("matches_mean", ChangeOf::Number),
    ("unit_active_mean", ChangeOf::Number),
    ("period_active_mean", ChangeOf::Number),
    ("active_units_mean", ChangeOf::Number),
    ("recency_days_mean", ChangeOf::Number),
    ("frequency_days_mean", ChangeOf::Number),
];

/// The numbers both answers have, and whether there are more than are listed.
pub(crate) fn changes(answer: &Answer, versus: &Answer) -> (Vec<Change>, bool) {
    let mut found = Vec::new();
    walk(&mut Vec::new(), &value_of(answer), &value_of(versus), &mut found);
    let truncated = found.len() > CHANGES_MAX;
    found.truncate(CHANGES_MAX);
    (found, truncated)
}

fn value_of(answer: &impl Serialize) -> Value {
    // Answers are made of texts, numbers and lists: nothing in them can fail to serialise.
    serde_json::to_value(answer).unwrap_or_default()
}

fn walk(path: &mut Vec<String>, here: &Value, there: &Value, found: &mut Vec<Change>) {
    match (here, there) {
        (Value::Object(here), Value::Object(there)) => {
            // A number that was not measured on both sides is no list of figures either.
            if NUMBERS.iter().any(|field| here.contains_key(*field)) {
                found.extend(change(path, here, there));
                return;
            }
            for (name, value) in here.iter().filter(|(name, _)| *name != "meta") {
                let Some(other) = there.get(name) else { continue };
                path.push(name.clone());
                match figure(path, name, value, other) {
                    Some(change) => found.push(change),
                    None => walk(path, value, other, found),
                }
                path.pop();
            }
        }
        (Value::Array(here), Value::Array(there)) => {
            let mut before: BTreeMap<String, usize> = BTreeMap::new();
            for element in here {
                let Some(name) = name_of(element) else { continue };
                // Steps may have one name: the second of it is the other side's second.
                let nth = before.entry(name.clone()).and_modify(|count| *count += 1).or_default();
                let mut same = there.iter().filter(|other| name_of(other).as_ref() == Some(&name));
                let Some(other) = same.nth(*nth) else { continue };
                path.push(if *nth == 0 { name } else { format!("{name} ({})", *nth + 1) });
                walk(path, element, other, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// What an element is called among its neighbours. Null names all values that are not told apart, or the end.
fn name_of(element: &Value) -> Option<String> {
    let names: Vec<String> = NAMES.iter().filter_map(|name| text_of(element.get(name)?)).collect();
    let null = |name: &str| element.get(name).is_some_and(Value::is_null);
    match names.is_empty() {
        false => Some(names.join(" ")),
        // A sequence of touches; elsewhere touches are a number of them.
        true if element.get("touches").is_some_and(Value::is_array) => text_of(&element["touches"]),
        true if null("value") => Some(OTHER.to_owned()),
        true if null("label") => Some("end".to_owned()),
        true => None,
    }
}

fn text_of(name: &Value) -> Option<String> {
    match name {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        Value::Array(parts) => {
            let part =
                |part: &Value| if part.is_null() { Some(OTHER.to_owned()) } else { part.as_str().map(str::to_owned) };
            parts.iter().map(part).collect::<Option<Vec<_>>>().map(|parts| parts.join(" → "))
        }
        _ => None,
    }
}

/// The change of a figure that stands by itself.
fn figure(path: &[String], name: &str, here: &Value, there: &Value) -> Option<Change> {
    let (_, of) = FIGURES.iter().find(|(figure, _)| *figure == name)?;
    let (here, there) = (here.as_f64()?, there.as_f64()?);
    Some(Change { path: path.to_vec(), of: *of, here, there, difference: here - there, low: None, high: None })
}

/// The change of a number, if these are numbers.
fn change(path: &[String], here: &Map<String, Value>, there: &Map<String, Value>) -> Option<Change> {
    let number = |of: &Map<String, Value>, name: &str| of.get(name).and_then(Value::as_f64);
    let plain = |of, name: &str| {
        let (here, there) = (number(here, name)?, number(there, name)?);
        Some(Change { path: path.to_vec(), of, here, there, difference: here - there, low: None, high: None })
    };
    if here.contains_key("hits") && here.contains_key("share") {
        let sample = |of| Some(Sample { hits: number(of, "hits")?, exposed: number(of, "of")?, design_effect: 1.0 });
        let plain = plain(ChangeOf::Share, "share")?;
        let interval = difference_of(sample(here)?, sample(there)?);
        return Some(Change { low: Some(interval.low), high: Some(interval.high), ..plain });
    }
    if here.contains_key("pick") && here.contains_key("instances") {
        return plain(ChangeOf::People, "instances");
    }
    // A time at which half had ended, and a distribution.
    let duration = if here.contains_key("low_s") { "at_s" } else { "median_s" };
    plain(ChangeOf::Duration, duration)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_without_counts_are_compared_and_what_has_no_name_is_called_what_it_is() {
        let credit = |model: &str, n: f64| json!({"model": model, "conversions": n, "share": n / 10.0, "value": null});
        let value = |name: Value, n: f64| json!({"value": name, "credits": [credit("linear", n), credit("last", 2.0)]});
        let next = |p: f64| json!([{"label": null, "count": 3, "probability": p}]);
        let paths = json!([{"touches": ["ads", null], "conversions": 2, "value": null}]);
        let of = |n: f64| {
            let values = [value(json!("ads"), n), value(Value::Null, n + 1.0)];
            json!({"values": values, "paths": paths, "next": next(n / 8.0)})
        };
        let mut found = Vec::new();
        walk(&mut Vec::new(), &of(4.0), &of(3.5), &mut found);
        let told: Vec<_> = found.iter().map(|one| (one.path.join("/"), one.of, one.difference)).collect();
        let expected = [
            ("values/ads/credits/linear/conversions", ChangeOf::Number, 0.5),
            ("values/ads/credits/linear/share", ChangeOf::Share, 0.05),
            ("values/ads/credits/last/conversions", ChangeOf::Number, 0.0),
            ("values/ads/credits/last/share", ChangeOf::Share, 0.0),
            ("values/other/credits/linear/conversions", ChangeOf::Number, 0.5),
            ("values/other/credits/linear/share", ChangeOf::Share, 0.05),
            ("values/other/credits/last/conversions", ChangeOf::Number, 0.0),
            ("values/other/credits/last/share", ChangeOf::Share, 0.0),
            ("paths/ads → other/conversions", ChangeOf::Number, 0.0),
            ("next/end/count", ChangeOf::Number, 0.0),
            ("next/end/probability", ChangeOf::Share, 0.0625),
        ];
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for ((path, of, difference), expected) in told.iter().zip(expected) {
            assert_eq!((path.as_str(), *of), (expected.0, expected.1));
            assert!((difference - expected.2).abs() < 1e-12, "{path}");
        }
    }

    /// Numbers that are part of another one that is compared, that say where something stands, or that are compared by what
    /// they are made of.
    const NO_FIGURES: [&str; 29] = [
        "from_s",
        "to_s",
        "at_s",
        "horizon_s",
        "low",
        "high",
        "low_s",
        "high_s",
        "eq",
        "gt",
        "gte",
        "lt",
        "lte",
        "mean_s",
        "median_s",
        "p90_s",
        "p90",
        "events_p90",
        "gap_p95_s",
        "share_with_end",
        "hazard",
        "chi2",
        "p_value",
        "value_above",
        "recency_days_below",
        "frequency_days_above",
        "difference",
        "here",
        "there",
    ];

    #[test]
    fn every_number_of_an_answer_is_compared_or_known_to_be_none() {
        let mut schemas = Vec::new();
        <Answer as utoipa::ToSchema>::schemas(&mut schemas);
        let mut unknown = std::collections::BTreeSet::new();
        for (of, schema) in schemas.into_iter().filter(|(of, _)| of != "Meta" && of != "Scope") {
            let schema = serde_json::to_value(schema).unwrap();
            let mut inside = vec![&schema];
            while let Some(schema) = inside.pop() {
                let Value::Object(fields) = schema else { continue };
                for (name, field) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
                    let is_number = field.to_string().contains("\"double\"");
                    let known = FIGURES.iter().any(|(figure, _)| figure == name) || NO_FIGURES.contains(&name.as_str());
                    if is_number && !known {
                        unknown.insert(format!("{of}.{name}"));
                    }
                }
                inside.extend(fields.get("allOf").and_then(Value::as_array).into_iter().flatten());
            }
        }
        assert!(unknown.is_empty(), "say in FIGURES how they are compared, or here that they are not: {unknown:?}");
    }

    #[test]
    fn elements_of_one_name_are_paired_in_their_order() {
        let step = |name: &str, instances: u64| json!({"name": name, "reached": {"pick": "p", "instances": instances}});
        let here = json!({"steps": [step("view", 9), step("view", 5), step("buy", 2)]});
        let there = json!({"steps": [step("view", 8), step("view", 6), step("buy", 1)]});
        let mut found = Vec::new();
        walk(&mut Vec::new(), &here, &there, &mut found);
        let told: Vec<(String, f64, f64)> =
            found.into_iter().map(|one| (one.path[1].clone(), one.here, one.there)).collect();
        let expected = [("view", 9.0, 8.0), ("view (2)", 5.0, 6.0), ("buy", 2.0, 1.0)];
        assert_eq!(told, expected.map(|(name, here, there)| (name.to_owned(), here, there)));
    }
}
