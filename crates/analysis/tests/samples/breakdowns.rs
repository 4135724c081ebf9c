//! Numbers shown apart: each group is what the same question says of that group's people alone, and groups add up.

use std::collections::BTreeMap;

use analysis::answer::{GroupKind, SessionsAnswer};
use analysis::question::{FunnelQuestion, FunnelStepRule, PathsQuestion, SessionsQuestion, TransitionsQuestion};
use lake::Control;
use model::breakdown::{At, Breakdown};
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::scope::{Scope, Subject};
use serde_json::Value;

use crate::agree::{open_all, rows};
use crate::{Samples, samples};

fn by(breakdown: Breakdown) -> Scope {
    Scope { by: Some(breakdown), ..Scope::default() }
}

/// Only customers with this value of a trait.
fn only(dimension: &str, value: &str) -> Scope {
    let tests = vec![ColumnTest { column: dimension.to_owned(), op: Op::Eq, value: value.into() }];
    Scope { customers: Some(Rule(vec![Condition { tests, ..Condition::default() }])), ..Scope::default() }
}

/// The numbers of an answer or a group, without what names the group.
fn numbers(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for name in ["meta", "groups", "group", "value", "pick", "ended_pick"] {
                    fields.remove(name);
                }
                fields.values_mut().for_each(strip);
            }
            Value::Array(values) => values.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value
}

async fn sessions(samples: &Samples, workspace: &str, scope: Scope) -> analysis::Result<SessionsAnswer> {
    let question = SessionsQuestion { scope, timeout: Some("30m".parse().unwrap()) };
    samples.analyst.sessions(&samples.present(workspace).await, &question, &Control::new()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_what_its_customers_alone_say() {
    let samples = samples().await;
    let present = samples.present("completejourney").await;
    let dimension = "traits.income";
    let apart = || by(Breakdown { top: 3, ..Breakdown::new(dimension) });
    let answer = sessions(samples, "completejourney", apart()).await.unwrap();
    let kinds: Vec<GroupKind> = answer.groups.iter().map(|group| group.group).collect();
    assert_eq!(kinds, [GroupKind::Value, GroupKind::Value, GroupKind::Value, GroupKind::Other, GroupKind::None]);
    // Values are in the order of their sessions, and no other has more.
    let sizes: Vec<u64> = answer.groups[..3].iter().map(|group| group.numbers.sessions.instances).collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
    let sum: u64 = answer.groups.iter().map(|group| group.numbers.sessions.instances).sum();
    assert_eq!(sum, answer.numbers.sessions.instances);
    // A trait is of the customer, so customers add up, too.
    let people: u64 = answer.groups.iter().map(|group| group.numbers.sessions.customers).sum();
    assert_eq!(people, answer.numbers.sessions.customers);
    assert_eq!(answer.numbers, sessions(samples, "completejourney", Scope::default()).await.unwrap().numbers);
    for group in &answer.groups[..3] {
        let alone = sessions(samples, "completejourney", only(dimension, group.value.as_ref().unwrap())).await.unwrap();
        assert_eq!(
            numbers(serde_json::to_value(group).unwrap()),
            numbers(serde_json::to_value(&alone).unwrap()),
            "{:?}",
            group.value
        );
    }
    let value = answer.groups[0].value.clone().unwrap();
    let question = TransitionsQuestion { scope: apart(), journey: None, ..TransitionsQuestion::default() };
    let apart = samples.analyst.transitions(&present, &question, None, &Control::new()).await.unwrap();
    let group = apart.groups.iter().find(|group| group.value.as_ref() == Some(&value)).unwrap();
    let question =
        TransitionsQuestion { scope: only(dimension, &value), journey: None, ..TransitionsQuestion::default() };
    let alone = samples.analyst.transitions(&present, &question, None, &Control::new()).await.unwrap();
    assert_eq!(numbers(serde_json::to_value(group).unwrap()), numbers(serde_json::to_value(&alone).unwrap()));
}

/// Customers by the first of their events that says something of a column, as SQL counts them.
async fn first_said(samples: &Samples, workspace: &str, column: &str) -> BTreeMap<String, u64> {
    let statement = format!(
        "SELECT value, count(*) AS customers FROM (SELECT {column} AS value, row_number() OVER (PARTITION BY customer ORDER BY time, seq) \
         AS nth FROM events WHERE {column} IS NOT NULL) WHERE nth = 1 GROUP BY value"
    );
    let counted = rows(samples, &samples.present(workspace).await, &statement).await;
    // Numbers come as SQL writes them: 5.0 for 5.
    let text = |value: &String| value.parse::<f64>().map_or_else(|_| value.clone(), |number| number.to_string());
    counted.iter().map(|row| (text(&row["value"]), row["customers"].parse().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_sources_and_columns_of_numbers_divide_customers_too() {
    let samples = samples().await;
    for (workspace, column) in [("completejourney", "amount"), ("ecom", "event"), ("ecom", "source")] {
        let expected = first_said(samples, workspace, column).await;
        let question = TransitionsQuestion {
            scope: by(Breakdown { top: 5, ..Breakdown::new(column) }),
            ..TransitionsQuestion::default()
        };
        let present = samples.present(workspace).await;
        let answer = samples.analyst.transitions(&present, &question, None, &Control::new()).await.unwrap();
        let values: Vec<(&String, u64)> = answer
            .groups
            .iter()
            .filter_map(|group| Some((group.value.as_ref()?, group.numbers.subjects.instances)))
            .collect();
        assert_eq!(values.len(), expected.len().min(5), "{column}");
        assert!(values.iter().all(|(value, customers)| expected[*value] == *customers), "{column}: {values:?}");
        let least = values.iter().map(|(_, customers)| *customers).min().unwrap();
        let more = expected.values().filter(|customers| **customers > least).count();
        assert!(more < values.len().max(1), "{column}: {more} have more than the last of {values:?}");
        let sum: u64 = answer.groups.iter().map(|group| group.numbers.subjects.instances).sum();
        assert_eq!(sum, answer.numbers.subjects.instances);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_a_group_opens_to_its_customers() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    for at in [At::First, At::Last] {
        let scope = by(Breakdown { at, top: 1, ..Breakdown::new("channel") });
        let answer = sessions(samples, "ecom", scope.clone()).await.unwrap();
        assert!(answer.groups.len() > 1);
        let sum: u64 = answer.groups.iter().map(|group| group.numbers.events).sum();
        assert_eq!(sum, answer.numbers.events, "a session belongs to one group, with all its events");
        let picks = open_all(samples, "ecom", None, serde_json::to_value(&answer).unwrap()).await;
        for group in ["by/value/", "by/other/"] {
            assert!(picks.iter().any(|pick| pick.starts_with(group)), "{group}: {picks:?}");
        }
        let question = PathsQuestion {
            scope: Scope { subject: Subject::session("30m".parse().unwrap()), ..scope },
            journey: None,
            collapse: true,
            steps: Some(3),
            top: 2,
            ..PathsQuestion::default()
        };
        let paths = samples.analyst.paths(&present, &question, None, &Control::new()).await.unwrap();
        assert!(paths.groups.len() > 1);
        open_all(samples, "ecom", None, serde_json::to_value(&paths).unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sql_of_a_breakdown_gives_its_groups() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let steps = ["product_view", "purchase"].map(|name| FunnelStepRule { name: name.into(), rule: Rule::event(name) });
    let question = FunnelQuestion {
        scope: by(Breakdown { top: 1, ..Breakdown::new("channel") }),
        journey: None,
        steps: steps.to_vec(),
        window: Some("7d".parse().unwrap()),
        ..FunnelQuestion::default()
    };
    let funnel = samples.analyst.funnel(&present, &question, None, &Control::new()).await.unwrap();
    let words = funnel.meta.breakdown.as_ref().unwrap();
    assert!(words.get("zh-CN").contains("channel") && words.get("en").contains("1 values"), "{words:?}");
    let mut expected: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut expect = |group: &str, steps: &[analysis::answer::FunnelStep]| {
        for step in steps {
            expected.insert((group.to_owned(), step.name.clone()), step.reached.instances);
        }
    };
    expect("all", &funnel.numbers.steps);
    for group in &funnel.groups {
        expect(group.value.as_deref().unwrap_or("other"), &group.numbers.steps);
    }
    let found = rows(samples, &present, &funnel.meta.sql[0]).await;
    let found: BTreeMap<(String, String), u64> = found
        .iter()
        .map(|row| {
            let group = if row["group"] == "value" { &row["group_value"] } else { &row["group"] };
            ((group.clone(), row["name"].clone()), row["subjects"].parse().unwrap())
        })
        .collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_shown_apart_is_refused() {
    let samples = samples().await;
    let refused = async |workspace: &str, breakdown: Breakdown| {
        sessions(samples, workspace, by(breakdown)).await.unwrap_err().to_string()
    };
    let found = refused("ecom", Breakdown::new("weather")).await;
    assert!(found.contains("`weather` is no dimension"), "{found}");
    let found = refused("ecom", Breakdown { top: 0, ..Breakdown::new("channel") }).await;
    assert!(found.contains("1 to 100"), "{found}");
    let found = refused("ecom", Breakdown { at: At::Step(1), ..Breakdown::new("channel") }).await;
    assert!(found.contains("funnel"), "{found}");
    let journey = samples.journeys("ecom").await.remove(0);
    let question = analysis::question::JourneyMapQuestion {
        journey: crate::agree::key(&journey),
        persona: None,
        scope: by(Breakdown::new("channel")),
    };
    let present = samples.present("ecom").await;
    let map = samples.analyst.journey_map(&present, &question, &journey, &Control::new()).await;
    let found = map.unwrap_err().to_string();
    assert!(found.contains("not shown apart"), "{found}");
}
