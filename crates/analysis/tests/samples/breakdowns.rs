//! Numbers shown apart: each group is what the same question says of that group's people alone, and groups add up.

use std::collections::BTreeMap;

use analysis::answer::{GroupKind, SessionsAnswer};
use analysis::question::{FunnelQuestion, FunnelStepRule, PathsQuestion, SessionsQuestion, TransitionsQuestion};
use lake::Control;
use model::breakdown::{At, Bands, Breakdown};
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::scope::{Scope, Subject};
use serde_json::{Number, Value};

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
    let question = SessionsQuestion { scope, timeout: Some("30m".parse().unwrap()), apart: None };
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

fn between(edges: &[f64]) -> Bands {
    Bands::Edges(edges.iter().map(|edge| Number::from_f64(*edge).unwrap()).collect())
}

fn bands(dimension: &str, bands: Bands) -> Breakdown {
    Breakdown { bands: Some(bands), ..Breakdown::new(dimension) }
}

/// Customers of each group, by its value or kind, in the order of the answer.
fn customers(answer: &SessionsAnswer) -> Vec<(String, u64)> {
    let name = |kind: GroupKind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned();
    let groups = answer.groups.iter();
    groups
        .map(|group| (group.value.clone().unwrap_or_else(|| name(group.group)), group.numbers.sessions.customers))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_band_holds_whom_sql_finds_between_its_boundaries() {
    let samples = samples().await;
    let present = samples.present("completejourney").await;
    let edges = [5.0, 20.5, 60.0];
    let question =
        TransitionsQuestion { scope: by(bands("amount", between(&edges))), ..TransitionsQuestion::default() };
    let answer = samples.analyst.transitions(&present, &question, None, &Control::new()).await.unwrap();
    let first = "SELECT amount AS value, row_number() OVER (PARTITION BY customer ORDER BY time, seq) AS nth FROM events WHERE amount IS NOT NULL";
    let counted = format!(
        "SELECT count(*) FILTER (WHERE value < 5) AS a, count(*) FILTER (WHERE value >= 5 AND value < 20.5) AS b, \
         count(*) FILTER (WHERE value >= 20.5 AND value < 60) AS c, count(*) FILTER (WHERE value >= 60) AS d FROM ({first}) WHERE nth = 1"
    );
    let counted = rows(samples, &present, &counted).await.remove(0);
    let expected = ["a", "b", "c", "d"].map(|column| counted[column].parse::<u64>().unwrap());
    assert!(expected.iter().all(|customers| *customers > 0), "{expected:?}");
    let named =
        answer.groups.iter().filter_map(|group| Some((group.value.as_deref()?, group.numbers.subjects.instances)));
    let names = ["< 5", "5 – 20.5", "20.5 – 60", "≥ 60"];
    assert_eq!(named.collect::<Vec<_>>(), std::array::from_fn::<_, 4, _>(|n| (names[n], expected[n])));
    // The SQL of an answer says the same, and its numbers open.
    let apart = sessions(samples, "completejourney", question.scope).await.unwrap();
    let found = rows(samples, &present, &apart.meta.sql[0]).await;
    let found: BTreeMap<&str, u64> =
        found.iter().map(|row| (row["group_value"].as_str(), row["sessions"].parse().unwrap())).collect();
    let bands =
        apart.groups.iter().filter_map(|group| Some((group.value.as_deref()?, group.numbers.sessions.instances)));
    let bands: Vec<(&str, u64)> = bands.collect();
    assert_eq!(bands.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
    assert!(bands.iter().all(|(name, sessions)| found[name] == *sessions), "{bands:?} {found:?}");
    let picks = open_all(samples, "completejourney", None, serde_json::to_value(&apart).unwrap()).await;
    assert_eq!(picks.iter().filter(|pick| pick.starts_with("by/value/") && pick.ends_with("/sessions")).count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_among_texts_have_bands_and_texts_are_the_rest() {
    let samples = samples().await;
    let apart = async |dimension: &str, edges: &[f64]| {
        sessions(samples, "completejourney", by(bands(dimension, between(edges)))).await.unwrap()
    };
    let values = sessions(samples, "completejourney", by(Breakdown::new("traits.household_size"))).await.unwrap();
    let of: BTreeMap<String, u64> = customers(&values).into_iter().collect();
    let answer = apart("traits.household_size", &[2.0, 4.0]).await;
    let expected =
        [("< 2", of["1"]), ("2 – 4", of["2"] + of["3"]), ("≥ 4", of["4"]), ("other", of["5+"]), ("none", of["none"])];
    assert_eq!(customers(&answer), expected.map(|(name, customers)| (name.to_owned(), customers)));
    assert_eq!(answer.numbers, values.numbers);

    let answer = apart("props.lines", &[10.0, 30.0]).await;
    let words = answer.meta.breakdown.clone().unwrap();
    assert!(words.get("en").contains("3 bands that begin at 10, 30"), "{words:?}");
    let sum: u64 = answer.groups.iter().map(|group| group.numbers.sessions.instances).sum();
    assert_eq!((answer.groups.len(), sum), (4, answer.numbers.sessions.instances));
}

#[tokio::test(flavor = "multi_thread")]
async fn bands_of_about_as_many_events_say_where_they_begin() {
    let samples = samples().await;
    let present = samples.present("completejourney").await;
    let answer = sessions(samples, "completejourney", by(bands("amount", Bands::Count(4)))).await.unwrap();
    let settled = answer.meta.scope.by.clone().unwrap();
    let Some(Bands::Edges(edges)) = &settled.bands else { panic!("{settled:?}") };
    assert_eq!((edges.len(), settled.values.is_none()), (3, true));
    let all = rows(samples, &present, "SELECT count(amount) AS n FROM events").await[0]["n"].parse::<f64>().unwrap();
    for (n, edge) in (1..).zip(edges) {
        let below = format!("SELECT count(*) AS n FROM events WHERE amount < {edge}");
        let below = rows(samples, &present, &below).await[0]["n"].parse::<f64>().unwrap();
        assert!((below / all - f64::from(n) / 4.0).abs() < 0.02, "{below} of {all} are below {edge}");
    }
    // Asked again as it is stated, the answer is the same; and so is that of the other side of a comparison.
    let again = sessions(samples, "completejourney", by(settled)).await.unwrap();
    assert_eq!(customers(&again), customers(&answer));
    let question = analysis::question::Question::Sessions(SessionsQuestion {
        scope: by(bands("amount", Bands::Count(4))),
        timeout: Some("30m".parse().unwrap()),
        apart: None,
    });
    let compared =
        samples.analyst.compare(&present, &question, &Scope::default(), None, &Control::new()).await.unwrap();
    let analysis::answer::Answer::Sessions(versus) = &compared.versus else { panic!("another kind of answer") };
    assert_eq!(customers(versus), customers(&answer));
}

#[tokio::test(flavor = "multi_thread")]
async fn bands_that_divide_nothing_are_refused() {
    let samples = samples().await;
    let refused =
        async |breakdown: Breakdown| sessions(samples, "completejourney", by(breakdown)).await.unwrap_err().to_string();
    for (breakdown, says) in [
        (bands("channel", between(&[1.0])), "`channel` holds texts"),
        (bands("event", Bands::Count(3)), "`event` holds texts"),
        (bands("amount", between(&[])), "1 to 99 boundaries, not 0"),
        (bands("amount", between(&[5.0, 5.0])), "5 does not come before 5"),
        (bands("amount", Bands::Count(1)), "2 to 100 bands"),
        (bands("score", Bands::Count(3)), "no two different numbers"),
        (Breakdown { values: Some(vec!["1".into()]), ..bands("amount", Bands::Count(3)) }, "leave `values` out"),
    ] {
        let found = refused(breakdown).await;
        assert!(found.contains(says), "{says}: {found}");
    }
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
