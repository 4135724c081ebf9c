//! Attribution against the golden, against transitions, and against itself.

use std::collections::BTreeMap;

use analysis::Error;
use analysis::answer::{AttributionAnswer, AttributionCosts, CostsMissing};
use analysis::question::{
    AttributionModel, AttributionQuestion, Earlier, PositionWeights, TransitionsQuestion, ValueCost,
};
use lake::Control;
use model::breakdown::Breakdown;
use model::period::{DAY_US, Period, Span};
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::scope::{Scope, Subject};
use testkit::golden;

use crate::agree::{open_all, rows};
use crate::{Samples, samples};

/// A touch in the shop.
fn touches() -> Rule {
    let rows = golden::csv("attribution_ecom_timed.csv");
    Rule(vec![Condition { event: rows.iter().map(|row| row["touch"].clone()).collect(), ..Condition::default() }])
}

fn of_events() -> AttributionQuestion {
    AttributionQuestion {
        touches: Some(touches()),
        credit: "event".into(),
        ..AttributionQuestion::new(Rule::event("purchase"))
    }
}

/// Baskets and the campaigns a household was sent.
fn of_campaigns() -> AttributionQuestion {
    AttributionQuestion {
        touches: Some(Rule::event("campaign_received")),
        credit: "campaign".into(),
        value: Some("amount".into()),
        ..AttributionQuestion::new(Rule::event("purchase"))
    }
}

async fn ask(
    samples: &Samples,
    workspace: &str,
    question: &AttributionQuestion,
) -> analysis::Result<AttributionAnswer> {
    samples.analyst.attribution(&samples.present(workspace).await, question, &Control::new()).await
}

/// By value, the conversions a model credits.
fn credit(answer: &AttributionAnswer, model: AttributionModel) -> BTreeMap<String, f64> {
    let of = |value: &analysis::answer::AttributedValue| {
        let credit = value.credits.iter().find(|credit| credit.model == model).unwrap();
        (value.value.clone().unwrap_or_default(), credit.conversions)
    };
    answer.numbers.values.iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_of_the_shop_are_credited_as_in_the_golden() {
    let samples = samples().await;
    let answer = ask(samples, "ecom", &of_events()).await.unwrap();
    let about = golden::json("attribution_ecom_timed.json");
    assert_eq!(answer.numbers.conversions.count, about["conversions"]);
    assert_eq!(answer.numbers.without_touch.count, about["conversions_without_touch"]);
    for (column, model) in [
        ("first", AttributionModel::First),
        ("last", AttributionModel::Last),
        ("linear", AttributionModel::Linear),
        ("position_40_20_40", AttributionModel::PositionU),
        ("time_decay_hl7d", AttributionModel::TimeDecay),
    ] {
        let credit = credit(&answer, model);
        assert_eq!(credit.len(), 9);
        for row in golden::csv("attribution_ecom_timed.csv") {
            let want: f64 = row[column].parse().unwrap();
            assert!((credit[&row["touch"]] - want).abs() < 1e-9, "{column} {row:?}");
        }
    }
    assert_eq!(answer.costs, AttributionCosts::Missing { why: CostsMissing::NoChannelCosts });
    // Every number of people opens to them.
    let opened = open_all(samples, "ecom", None, serde_json::to_value(&answer).unwrap()).await;
    for pick in ["conversions", "without-touch", "lost", "open", "value/search/touched", "value/catalog/first"] {
        assert!(opened.iter().any(|opened| opened == pick), "{pick}: {opened:?}");
    }
    assert!(opened.iter().any(|pick| pick.starts_with("path/")));
    // The statements that come with it say the same.
    let [credits, paths] = answer.meta.sql.as_slice() else { panic!("{:?}", answer.meta.sql) };
    let present = samples.present("ecom").await;
    let linear = credit(&answer, AttributionModel::Linear);
    let markov = credit(&answer, AttributionModel::Markov2);
    // They also have the values that were told apart and that nobody met.
    let met = |row: &&BTreeMap<String, String>| row["value"] != "(other)" && row["touches"] != "0";
    let credits = rows(samples, &present, credits).await;
    assert_eq!(credits.iter().filter(met).count(), answer.numbers.values.len());
    for row in credits.iter().filter(met) {
        assert_eq!(row["linear"].parse::<f64>().unwrap(), linear[&row["value"]]);
        assert_eq!(row["markov_2"].parse::<f64>().unwrap(), markov[&row["value"]]);
    }
    let found = rows(samples, &present, paths).await;
    assert_eq!(found.len() as u64, answer.numbers.path_variants);
    assert_eq!(found[0]["conversions"], answer.numbers.paths[0].conversions.to_string());
    let whole = rows(
        samples,
        &present,
        r#"SELECT sum(first) AS first FROM attribution('{"conversion": "purchase", "credit": "event"}')"#,
    )
    .await;
    let all = ask(samples, "ecom", &AttributionQuestion { touches: None, ..of_events() }).await.unwrap().numbers;
    let credited = all.conversions.count - all.without_touch.count;
    assert_eq!(whole[0]["first"].parse::<f64>().unwrap(), credited as f64);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_touch_of_all_events_is_the_transition_to_the_conversion() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let subject = Subject::session(Span::minutes(30));
    let scope = || Scope { subject: subject.clone(), ..Scope::default() };
    let question = AttributionQuestion { scope: scope(), touches: None, ..of_events() };
    let answer = ask(samples, "ecom", &question).await.unwrap();
    let question = TransitionsQuestion { scope: scope(), ..TransitionsQuestion::default() };
    let graph = samples.analyst.transitions(&present, &question, None, &Control::new()).await.unwrap().numbers;
    let into = graph.edges.iter().filter(|edge| edge.to == "purchase");
    let mut into: BTreeMap<String, f64> = into.map(|edge| (edge.from.clone(), edge.count as f64)).collect();
    let again = into.remove("purchase").unwrap_or(0.0);
    let node = graph.nodes.iter().find(|node| node.label == "purchase").unwrap();
    let last = credit(&answer, AttributionModel::Last).into_iter().filter(|(_, credit)| *credit > 0.0);
    assert_eq!(last.collect::<BTreeMap<_, _>>(), into);
    assert_eq!(answer.numbers.conversions.count, node.events);
    assert_eq!(answer.numbers.without_touch.count as f64, again + node.starts.subjects as f64);
}

#[tokio::test(flavor = "multi_thread")]
async fn credit_and_value_are_conserved_and_costs_are_set_against_them() {
    let samples = samples().await;
    let campaigns = ["18", "13", "8"];
    let question = AttributionQuestion {
        values: campaigns.map(str::to_owned).to_vec(),
        weights: Some(PositionWeights { first: 1.0, middle: 1.0, last: 2.0 }),
        direct: Some(Rule(vec![Condition {
            tests: vec![ColumnTest { column: "campaign".into(), op: Op::Eq, value: "18".into() }],
            ..Condition::default()
        }])),
        earlier: Earlier::Keep,
        costs: vec![ValueCost { value: "18".into(), amount: 500.0 }],
        ..of_campaigns()
    };
    let answer = ask(samples, "completejourney", &question).await.unwrap();
    let numbers = &answer.numbers;
    let expected = golden::json("completejourney.json");
    assert_eq!(numbers.conversions.count, expected["baskets"]["n"].as_u64().unwrap());
    let close = |a: f64, b: f64| assert!((a - b).abs() <= b.abs() * 1e-9, "{a} {b}");
    close(numbers.conversions.value.unwrap(), expected["baskets"]["sales"].as_f64().unwrap());
    let credited = (numbers.conversions.count - numbers.without_touch.count) as f64;
    let value = numbers.conversions.value.unwrap() - numbers.without_touch.value.unwrap();
    assert!(credited > 0.0);
    // Three campaigns and all others.
    assert_eq!(numbers.values.len(), 4);
    assert_eq!(numbers.values.last().unwrap().value, None);
    assert_eq!(numbers.values[0].credits.len(), AttributionModel::ALL.len());
    for (i, model) in AttributionModel::ALL.into_iter().enumerate() {
        let credits = numbers.values.iter().map(|value| &value.credits[i]);
        let conversions: f64 = credits.clone().map(|credit| credit.conversions).sum();
        let money: f64 = credits.clone().map(|credit| credit.value.unwrap()).sum();
        assert!(credits.clone().all(|credit| credit.model == model));
        if model == AttributionModel::Participation {
            assert!(conversions >= credited && money >= value);
        } else {
            close(conversions, credited);
            close(money, value);
        }
    }
    let first = numbers.values.iter().find(|value| value.value.as_deref() == Some("18")).unwrap();
    assert_eq!((first.cost, &answer.costs), (Some(500.0), &AttributionCosts::Question));
    for credit in &first.credits {
        if credit.conversions > 0.0 {
            close(credit.cost_per_conversion.unwrap(), 500.0 / credit.conversions);
        }
        close(credit.return_on_cost.unwrap(), credit.value.unwrap() / 500.0);
    }
    open_all(samples, "completejourney", None, serde_json::to_value(&answer).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_left_open_are_the_most_frequent_of_the_touches_and_groups_add_up() {
    let samples = samples().await;
    let question = AttributionQuestion { top: 5, ..of_campaigns() };
    let present = samples.present("completejourney").await;
    let answer = ask(samples, "completejourney", &question).await.unwrap();
    let sql = "SELECT campaign, count(*) AS n FROM events WHERE event = 'campaign_received' GROUP BY campaign \
               ORDER BY n DESC, campaign LIMIT 5";
    let mut frequent: Vec<String> =
        rows(samples, &present, sql).await.into_iter().map(|row| row["campaign"].clone()).collect();
    frequent.sort();
    let mut told: Vec<String> = answer.numbers.values.iter().filter_map(|value| value.value.clone()).collect();
    told.sort();
    assert_eq!(told, frequent);
    // A property is credited like a column, and a group's numbers are of its subjects.
    let scope = Scope { by: Some(Breakdown { top: 2, ..Breakdown::new("traits.income") }), ..Scope::default() };
    let question = AttributionQuestion { credit: "props.campaign_type".into(), scope, ..of_campaigns() };
    let answer = ask(samples, "completejourney", &question).await.unwrap();
    let types: Vec<_> = answer.numbers.values.iter().map(|value| value.value.as_deref()).collect();
    assert_eq!(types.len(), 3, "{types:?}");
    let of_groups: u64 = answer.groups.iter().map(|group| group.numbers.conversions.count).sum();
    assert_eq!((answer.groups.len(), of_groups), (4, answer.numbers.conversions.count));
    let opened = open_all(samples, "completejourney", None, serde_json::to_value(&answer).unwrap()).await;
    assert!(opened.iter().any(|pick| pick.starts_with("by/other/value/")), "{opened:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_one_of_conversions() {
    let samples = samples().await;
    let whole = ask(samples, "ecom", &of_events()).await.unwrap().numbers;
    let present = samples.present("ecom").await;
    let (first, last) = present.snapshot.time_range().unwrap();
    let middle = first + (last - first) / 2;
    let mut parts = Vec::new();
    for (from_us, to_us) in [(None, Some(middle)), (Some(middle), None)] {
        let scope = Scope { entry: Period { from_us, to_us }, ..Scope::default() };
        parts.push(ask(samples, "ecom", &AttributionQuestion { scope, ..of_events() }).await.unwrap());
    }
    // Touches before the middle still count for conversions after it: nothing is lost by the cut.
    let sum = |number: &dyn Fn(&AttributionAnswer) -> u64| parts.iter().map(number).sum::<u64>();
    assert_eq!(sum(&|part| part.numbers.conversions.count), whole.conversions.count);
    assert_eq!(sum(&|part| part.numbers.without_touch.count), whole.without_touch.count);
    assert!(parts[1].meta.population.get("en").starts_with("conversions of customers that happened on"));
    // A shorter look-back leaves more conversions without a touch.
    let lookback = Span::from_us(DAY_US / 24);
    let short = ask(samples, "ecom", &AttributionQuestion { lookback, ..of_events() }).await.unwrap().numbers;
    assert!(short.without_touch.count > whole.without_touch.count);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_with_what_would() {
    let samples = samples().await;
    let refused = async |question: AttributionQuestion, what: &str| {
        let error: Error = ask(samples, "ecom", &question).await.unwrap_err();
        assert_eq!(error.kind(), analysis::ErrorKind::Invalid);
        assert!(error.to_string().contains(what), "{error}");
    };
    refused(AttributionQuestion { credit: "colour".into(), ..of_events() }, "utm_source").await;
    refused(AttributionQuestion { credit: "amount".into(), ..of_events() }, "amount").await;
    refused(AttributionQuestion { credit: "traits.x".into(), ..of_events() }, "traits.x").await;
    refused(AttributionQuestion { value: Some("platform".into()), ..of_events() }, "amount").await;
    refused(AttributionQuestion { conversion: Rule(vec![]), ..of_events() }, "conversion").await;
    refused(AttributionQuestion { top: 0, ..of_events() }, "1 to 200").await;
    refused(AttributionQuestion { half_life: Span::from_us(0), ..of_events() }, "half-life").await;
    refused(AttributionQuestion { lookback_touches: Some(0), ..of_events() }, "1 to 1000").await;
    let models = vec![AttributionModel::LastNonDirect];
    refused(AttributionQuestion { models, ..of_events() }, "needs `direct`").await;
    let weights = Some(PositionWeights { first: -1.0, middle: 1.0, last: 1.0 });
    refused(AttributionQuestion { weights, ..of_events() }, "weights").await;
    let costs = vec![ValueCost { value: "search".into(), amount: -1.0 }];
    refused(AttributionQuestion { costs, ..of_events() }, "search").await;
}
