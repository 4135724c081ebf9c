//! Summaries of parts are the summary of the whole: in any order, cut anywhere, limits included.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray, TimestampMicrosecondArray};
use model::calendar::{Calendar, Unit, WeekStart};
use model::event::{Column, ColumnType};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::summary::{COLUMNS, Summariser};
use super::{Dictionary, Limited, Place, Span, Tally};
use crate::schema::*;

#[derive(Debug, Clone)]
struct Told {
    event: String,
    source: &'static str,
    time_us: i64,
    received_us: i64,
    amount: Option<f64>,
    props: Option<Value>,
}

fn told() -> impl Strategy<Value = Told> {
    let value = prop_oneof![
        Just(Value::Null),
        (0..4_i32).prop_map(Value::from),
        (0..200_i32).prop_map(|n| json!(format!("v{n}"))),
        any::<bool>().prop_map(Value::from),
        Just(json!(["x"])),
    ];
    let props = proptest::option::of(proptest::collection::btree_map("[a-c]", value, 0..3));
    let times = (0..80_i64, 0..80_i64);
    ("[a-d]", 0..2_usize, times, proptest::option::of(-3..3_i32), props).prop_map(
        |(event, source, (day, received), amount, props)| Told {
            event,
            source: ["shop", "till"][source],
            time_us: day * 86_400_000_000 + 7,
            received_us: received * 3_600_000_000,
            amount: amount.map(f64::from),
            props: props.map(|props| json!(props)),
        },
    )
}

fn summary(rows: &[Told]) -> Dictionary {
    let texts =
        |of: &dyn Fn(&Told) -> Option<String>| Arc::new(rows.iter().map(of).collect::<StringArray>()) as ArrayRef;
    let times = |of: &dyn Fn(&Told) -> i64| {
        let times = TimestampMicrosecondArray::from_iter_values(rows.iter().map(of));
        Arc::new(times.with_timezone("UTC")) as ArrayRef
    };
    let column = |name: &&'static str| match *name {
        EVENT => texts(&|row| Some(row.event.clone())),
        SOURCE => texts(&|row| Some(row.source.to_owned())),
        CHANNEL => texts(&|_| Some("web".to_owned())),
        BATCH => texts(&|_| Some(BATCH_LOG.to_owned())),
        TIME => times(&|row| row.time_us),
        RECEIVED_AT => times(&|row| row.received_us),
        PROPS => texts(&|row| row.props.as_ref().map(Value::to_string)),
        name => match Column::by_name(name).map(|column| (column, column.column_type())) {
            Some((Column::Amount, _)) => Arc::new(rows.iter().map(|row| row.amount).collect::<Float64Array>()),
            Some((_, ColumnType::Number)) => Arc::new(Float64Array::new_null(rows.len())),
            _ => texts(&|_| None),
        },
    };
    let arrays: Vec<ArrayRef> = COLUMNS.iter().map(column).collect();
    let zone = "Asia/Shanghai".parse().unwrap();
    let mut summariser = Summariser::new(Calendar { unit: Unit::Day, week_start: WeekStart::Monday, zone });
    summariser.push(&arrays).unwrap();
    summariser.whole
}

/// Worked out row by row, without limits.
fn check(whole: &Dictionary, rows: &[Told]) {
    assert_eq!(whole.rows, rows.len() as u64);
    let names: BTreeSet<&str> = rows.iter().map(|row| &*row.event).collect();
    assert!(whole.events.iter().map(|(name, _)| &**name).eq(names.iter().copied()));
    for name in names {
        let of: Vec<&Told> = rows.iter().filter(|row| row.event == name).collect();
        let stats = whole.events.get(name).unwrap();
        assert_eq!(stats.span.count, of.len() as u64);
        assert_eq!(stats.span.first_us, of.iter().map(|row| row.time_us).min().unwrap());
        let mut days: BTreeMap<i32, u64> = BTreeMap::new();
        of.iter().for_each(|row| *days.entry((row.time_us / 86_400_000_000) as i32).or_default() += 1);
        let newest: BTreeMap<_, _> = days.into_iter().rev().take(62).collect();
        assert_eq!(stats.days, newest);
        let amounts = stats.properties.get(&Place::Column).and_then(|of| of.get("amount"));
        let counted = of.iter().filter(|row| row.amount.is_some()).count() as u64;
        assert_eq!(amounts.map_or(0, |stats| stats.span.count), counted);
        for key in ["a", "b", "c"] {
            let values: Vec<&Value> =
                of.iter().filter_map(|row| row.props.as_ref()?.get(key)).filter(|value| !value.is_null()).collect();
            let stats = stats.properties.get(&Place::Prop).and_then(|of| of.get(key));
            assert_eq!(stats.map_or(0, |stats| stats.span.count), values.len() as u64);
            let Some(stats) = stats else { continue };
            let scalars: Vec<String> =
                values.iter().filter(|value| !value.is_array()).map(|value| value.to_string()).collect();
            let different: BTreeSet<&String> = scalars.iter().collect();
            let (distinct, exact) = stats.distinct();
            if exact {
                assert_eq!(distinct, different.len() as u64);
            }
            assert_eq!(exact, different.len() <= 64);
            assert_eq!(
                stats.values.iter().map(|(_, value)| value.count).sum::<u64>() + stats.values.rest,
                scalars.len() as u64
            );
            for (_, value) in stats.values.iter() {
                let Some(text) = &value.text else { continue };
                let written = scalars.iter().filter(|scalar| scalar.trim_matches('"') == text).count();
                assert_eq!(value.count, written as u64, "{text}");
            }
            assert_eq!(
                stats.values.iter().filter(|(_, value)| value.text.is_some()).count(),
                stats.values.len().min(8)
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn parts_in_any_order_are_the_whole(rows in proptest::collection::vec(told(), 1..160), cuts in proptest::collection::vec(0..160_usize, 0..5), backwards: bool) {
        let whole = summary(&rows);
        check(&whole, &rows);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % rows.len()).chain([0, rows.len()]).collect();
        cuts.sort_unstable();
        let mut parts: Vec<Dictionary> =
            cuts.windows(2).filter(|pair| pair[0] < pair[1]).map(|pair| summary(&rows[pair[0]..pair[1]])).collect();
        if backwards {
            parts.reverse();
        }
        let mut sum = Dictionary::default();
        parts.iter().for_each(|part| sum.merge(part));
        prop_assert_eq!(&sum, &whole);

        // A part told twice and taken out again.
        let mut twice = sum.clone();
        twice.merge(&parts[0]);
        twice.less(&parts[0]);
        prop_assert_eq!(twice.rows, whole.rows);
        check_counts(&twice, &whole);
    }

    #[test]
    fn a_bounded_map_keeps_the_smallest_keys_and_loses_no_count(keys in proptest::collection::vec(0..12_i64, 0..60), cut in 0..60_usize) {
        let of = |keys: &[i64]| {
            let mut map: Limited<i64, Span, 4> = Limited::default();
            keys.iter().for_each(|key| map.change(key, 1, |span| span.add(*key)));
            map
        };
        let (a, b) = keys.split_at(cut.min(keys.len()));
        let (whole, mut sum, mut other) = (of(&keys), of(b), of(a));
        sum.merge(&of(a));
        other.merge(&of(b));
        prop_assert_eq!(&sum, &whole);
        prop_assert_eq!(&other, &whole);
        let smallest: BTreeSet<i64> = keys.iter().copied().collect::<BTreeSet<_>>().into_iter().take(4).collect();
        prop_assert!(whole.iter().map(|(key, _)| *key).eq(smallest));
        prop_assert_eq!(whole.iter().map(|(_, span)| span.count()).sum::<u64>() + whole.rest, keys.len() as u64);
    }
}

fn check_counts(found: &Dictionary, expected: &Dictionary) {
    for (name, stats) in expected.events.iter() {
        let of = found.events.get(name).unwrap();
        assert_eq!((of.span, &of.days, &of.cells), (stats.span, &stats.days, &stats.cells));
        assert_eq!(of.properties, stats.properties);
    }
}

#[test]
fn many_different_values_are_estimated() {
    let rows: Vec<Told> = (0..5_000)
        .map(|n| Told {
            event: "a".to_owned(),
            source: "shop",
            time_us: n,
            received_us: n,
            amount: Some(n as f64),
            props: None,
        })
        .collect();
    let (distinct, exact) =
        summary(&rows).events.get("a").unwrap().properties[&Place::Column].get("amount").unwrap().distinct();
    assert!(!exact && (3_000..8_000).contains(&distinct), "{distinct}");
}
