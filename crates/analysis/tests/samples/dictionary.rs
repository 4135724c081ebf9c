//! The dictionary's numbers are those of SQL over the same events.

use std::collections::BTreeMap;

use analysis::answer::DictionarySource;
use analysis::dictionary::{DictionaryContext, Examples};
use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use operators::{Control, QueryLimits};

use crate::{Samples, samples};

/// The rows of a statement: one text, then numbers.
async fn rows(samples: &Samples, workspace: &str, sql: &str) -> BTreeMap<String, Vec<i64>> {
    let present = samples.present(workspace).await;
    let limits = QueryLimits { rows: 100_000, now_us: present.now_us, control: Control::new() };
    let batches = operators::query(&samples.analyst.engine, present.snapshot, sql, limits).await.unwrap();
    let mut rows = BTreeMap::new();
    for batch in &batches {
        let names = cast(batch.column(0), &DataType::Utf8).unwrap();
        for row in 0..batch.num_rows() {
            let number = |column: &arrow::array::ArrayRef| column.as_primitive::<Int64Type>().value(row);
            let numbers = batch.columns()[1..].iter().map(number).collect();
            rows.insert(names.as_string::<i32>().value(row).to_owned(), numbers);
        }
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dictionary_counts_what_sql_counts() {
    let samples = samples().await;
    for workspace in ["ecom", "completejourney"] {
        let present = samples.present(workspace).await;
        let read = analysis::dictionary::read(&present, &Control::new()).await.unwrap();
        let answer = analysis::dictionary::answer(&present, &read, &DictionaryContext::default()).unwrap();
        let counted = rows(
            samples,
            workspace,
            "SELECT event, count(*), CAST(min(time) AS BIGINT), CAST(max(time) AS BIGINT), count(DISTINCT channel) \
             FROM events GROUP BY event",
        )
        .await;
        let told = answer.names.iter().map(|event| {
            let times = [event.first_us.unwrap(), event.last_us.unwrap()];
            (event.name.clone(), vec![event.count as i64, times[0], times[1], event.channels.len() as i64])
        });
        assert_eq!(told.collect::<BTreeMap<_, _>>(), counted, "{workspace}");
        let sources = analysis::dictionary::sources(&present, &read).unwrap();
        let silent = |source: &DictionarySource| source.rhythm.silent_since_us.is_some();
        assert!(!sources.is_empty() && !sources.iter().any(silent), "what was imported is not silent: {sources:?}");
        assert_eq!(answer.events as i64, counted.values().map(|numbers| numbers[0]).sum::<i64>());

        let columns = ["amount", "product", "platform", "order_id", "quantity"];
        let select = columns.map(|name| format!("count({name}), count(DISTINCT {name})")).join(", ");
        let present_in = rows(samples, workspace, &format!("SELECT event, {select} FROM events GROUP BY event")).await;
        let days = format!(
            "SELECT CAST(CAST(to_char(time AT TIME ZONE '{}', '%Y-%m-%d') AS VARCHAR) AS VARCHAR) AS day, count(*) \
             FROM events GROUP BY day",
            present.zone
        );
        let days = rows(samples, workspace, &days).await;
        for (at, day) in answer.days.iter().enumerate() {
            let told: u64 = answer.names.iter().map(|event| event.days[at]).sum();
            assert_eq!(told as i64, days.get(day).map_or(0, |numbers| numbers[0]), "{workspace} {day}");
        }
        for event in &answer.names {
            let context = DictionaryContext::default();
            let entry = analysis::dictionary::entry(&present, &read, &context, &event.name, Examples::All).unwrap();
            for (at, name) in columns.iter().enumerate() {
                let property = entry.properties.iter().find(|property| property.name == *name);
                let expected = &present_in[&event.name][2 * at..2 * at + 2];
                assert_eq!(property.map_or(0, |of| of.present as i64), expected[0], "{} {name}", event.name);
                if let Some(property) = property.filter(|property| property.distinct_exact) {
                    assert_eq!(property.distinct as i64, expected[1], "{} {name}", event.name);
                }
            }
        }
    }
}
