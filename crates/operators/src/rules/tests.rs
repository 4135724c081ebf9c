//! Columns against the model: any rules over any events match the same rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Float64Array, StringArray};
use model::event::{Column, ColumnType, ColumnValue, Event};
use model::identity::Identifier;
use model::rule::{Condition, Op};
use model::traffic::Classifier;
use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;

fn words() -> impl Strategy<Value = String> {
    // Some that are as long as each other and differ at one end alone.
    let long = ["checkout", "checkout-a", "checkout-b", "xheckout-a"];
    let short = ["", "a", "b", "ab", "web", "1", "1.0", " 2 ", "10", "NaN", "$x"];
    prop::sample::select([&short[..], &long[..]].concat()).prop_map(String::from)
}

fn numbers() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![-1.0, 0.0, -0.0, 1.0, 2.0, 10.0, 1e300])
}

fn json_values() -> impl Strategy<Value = serde_json::Value> {
    prop_oneof![
        words().prop_map(serde_json::Value::from),
        numbers().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
        Just(json!([1, "a"])),
        Just(json!({"a": 1})),
    ]
}

const PROP_KEYS: [&str; 4] = ["plan", "a b", "é", "n"];

fn events() -> impl Strategy<Value = Event> {
    let columns = (prop::option::of(numbers()), prop::option::of(words()), prop::option::of(words()));
    let props = prop::collection::btree_map(prop::sample::select(&PROP_KEYS[..]), json_values(), 0..4);
    (words(), words(), words(), columns, props).prop_map(|(event, channel, source, (amount, site, product), props)| {
        let mut columns = BTreeMap::new();
        columns.extend(amount.map(|value| (Column::Amount, ColumnValue::Number(value))));
        columns.extend(site.map(|value| (Column::Site, ColumnValue::Text(value))));
        columns.extend(product.map(|value| (Column::Product, ColumnValue::Text(value))));
        Event {
            event_id: 0,
            time_us: 0,
            offset_minutes: None,
            received_at_us: 0,
            seq: 0,
            event,
            channel,
            source,
            message_id: None,
            identifiers: vec![Identifier::new("n", "v")],
            link_identifiers: false,
            columns,
            items: Vec::new(),
            traits: Map::new(),
            props: props.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        }
    })
}

fn tests() -> impl Strategy<Value = ColumnTest> {
    let columns = [
        "event",
        "channel",
        "source",
        "amount",
        "site",
        "product",
        "score",
        "props.plan",
        "props.a b",
        "props.é",
        "props.n",
        "props.none",
        "no_such_column",
        "props.",
    ];
    let ops = [
        Op::Eq,
        Op::Ne,
        Op::In,
        Op::NotIn,
        Op::Gt,
        Op::Gte,
        Op::Lt,
        Op::Lte,
        Op::Contains,
        Op::StartsWith,
        Op::Exists,
        Op::Missing,
    ];
    let lists = prop::collection::vec(json_values(), 0..3).prop_map(serde_json::Value::from);
    (prop::sample::select(columns.to_vec()), prop::sample::select(ops.to_vec()), prop_oneof![json_values(), lists])
        .prop_map(|(column, op, value)| ColumnTest { column: column.into(), op, value })
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let condition = (
        prop::collection::vec(words(), 0..3),
        prop::collection::vec(words(), 0..2),
        prop::collection::vec(tests(), 0..3),
    );
    prop::collection::vec(condition, 0..3).prop_map(|conditions| {
        Rule(conditions.into_iter().map(|(event, channel, tests)| Condition { event, channel, tests }).collect())
    })
}

/// How text columns are stored: both ways must match alike.
#[derive(Debug, Clone, Copy)]
enum Texts {
    Plain,
    Dictionary,
}

fn texts(layout: Texts, cells: Vec<Option<String>>) -> ArrayRef {
    match layout {
        Texts::Plain => Arc::new(StringArray::from(cells)),
        Texts::Dictionary => {
            Arc::new(cells.iter().map(|cell| cell.as_deref()).collect::<DictionaryArray<arrow::datatypes::Int32Type>>())
        }
    }
}

fn arrays(events: &[Event], layout: Texts) -> FxHashMap<&'static str, ArrayRef> {
    let mut arrays: FxHashMap<&'static str, ArrayRef> = FxHashMap::default();
    for column in Column::ALL {
        let cells = events.iter().map(|event| event.columns.get(column));
        let array: ArrayRef = match column.column_type() {
            ColumnType::Number => Arc::new(Float64Array::from_iter(cells.map(|cell| match cell {
                Some(ColumnValue::Number(value)) => Some(*value),
                _ => None,
            }))),
            ColumnType::Text => texts(
                layout,
                cells
                    .map(|cell| match cell {
                        Some(ColumnValue::Text(value)) => Some(value.clone()),
                        _ => None,
                    })
                    .collect(),
            ),
        };
        arrays.insert(column.name(), array);
    }
    let props = |event: &Event| (!event.props.is_empty()).then(|| serde_json::to_string(&event.props).unwrap());
    arrays.insert(PROPS, texts(layout, events.iter().map(props).collect()));
    arrays.insert(SOURCE, texts(Texts::Dictionary, events.iter().map(|event| Some(event.source.clone())).collect()));
    arrays
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn columns_match_as_single_events_do(
        shards in prop::collection::vec(prop::collection::vec(events(), 1..30), 1..4),
        questions in prop::collection::vec(any_rule(), 1..6),
        layout in prop::sample::select(vec![Texts::Plain, Texts::Dictionary]),
    ) {
        // The first of them once more: what several conditions test is looked at once.
        let questions = [&questions[..], &questions[..1]].concat();
        let rules = Arc::new(Rules::compile(&questions).unwrap());
        let (events, channels) = (Names::default(), Names::default());
        let mut evaluator = Evaluator::new(rules.clone(), events.clone(), channels.clone());
        for shard in &shards {
            let arrays = arrays(shard, layout);
            let codes = |names: &Names, name: fn(&Event) -> &str| {
                shard.iter().map(|event| names.code(name(event)).unwrap()).collect::<Vec<_>>()
            };
            let event = if rules.reads_event() { codes(&events, |e| &e.event) } else { Vec::new() };
            let channel = if rules.reads_channel() { codes(&channels, |e| &e.channel) } else { Vec::new() };
            let columns = Columns { rows: shard.len(), event: &event, channel: &channel, arrays: &arrays, traits: &Traits::default() };
            let matches = evaluator.evaluate(columns).unwrap();
            let from = questions.len() / 2;
            let first = matches.first(from..questions.len());
            let mask = matches.mask(0..questions.len());
            for (row, event) in shard.iter().enumerate() {
                let expected: Vec<bool> = questions.iter().map(|rule| rule.matches(event, &Map::new(), &Classifier::standard())).collect();
                let label = expected[from..].iter().position(|matches| *matches).map_or(0, |i| i as u32 + 1);
                prop_assert_eq!(first[row], label);
                for (rule, expected) in expected.iter().enumerate() {
                    prop_assert_eq!(mask[row] >> rule & 1 == 1, *expected);
                    prop_assert_eq!(matches.rows(rule).value(row), *expected);
                }
            }
        }
    }
}

#[test]
fn a_rule_reads_only_the_columns_it_names() {
    let by_name = Rule::event("a");
    let amount = ColumnTest { column: "amount".into(), op: Op::Gt, value: json!(1) };
    let by_amount = Rule(vec![Condition { tests: vec![amount], ..Condition::default() }]);
    assert!(Rules::compile([&by_name]).unwrap().columns().is_empty());
    let rules = Rules::compile([&by_name, &by_amount]).unwrap();
    assert_eq!(rules.columns(), ["amount"]);
    assert!(rules.reads_event() && !rules.reads_channel());
}

#[test]
fn damaged_json_is_an_error_that_does_not_quote_it() {
    let test = ColumnTest { column: "props.plan".into(), op: Op::Exists, value: serde_json::Value::Null };
    let rules = Rules::compile([&Rule(vec![Condition { tests: vec![test], ..Condition::default() }])]).unwrap();
    let mut arrays: FxHashMap<&'static str, ArrayRef> = FxHashMap::default();
    arrays.insert(PROPS, Arc::new(StringArray::from(vec!["{\"plan\": secret"])));
    let mut evaluator = Evaluator::new(Arc::new(rules), Names::default(), Names::default());
    let error = evaluator
        .evaluate(Columns { rows: 1, event: &[], channel: &[], arrays: &arrays, traits: &Traits::default() })
        .unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }));
    assert!(!error.to_string().contains("secret"));
}
