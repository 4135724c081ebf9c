//! Two answers side by side: each is what it is alone, and the differences are theirs.

use analysis::answer::{Answer, ChangeOf, Comparison};
use analysis::question::{FunnelQuestion, FunnelStepRule, Question, TransitionsQuestion};
use lake::Control;
use model::breakdown::Breakdown;
use model::rule::{Condition, Rule};
use model::scope::Scope;

use crate::samples;

fn on(channel: &str) -> Scope {
    let condition = Condition { channel: vec![channel.to_owned()], ..Condition::default() };
    Scope { events: Some(Rule(vec![condition])), ..Scope::default() }
}

fn funnel(scope: Scope) -> FunnelQuestion {
    let steps = ["catalog", "add_to_cart", "purchase"];
    let steps = steps.map(|name| FunnelStepRule { name: name.into(), rule: Rule::event(name) }).to_vec();
    FunnelQuestion { scope, steps, window: Some("7d".parse().unwrap()), ..FunnelQuestion::default() }
}

async fn compare(question: Question, versus: Scope) -> Comparison {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    samples.analyst.compare(&present, &question, &versus, None, &Control::new()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn differences_are_those_of_the_two_answers() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let alone = async |channel| {
        samples.analyst.funnel(&present, &funnel(on(channel)), None, &Control::new()).await.unwrap().numbers
    };
    let compared = compare(Question::Funnel(funnel(on("web"))), on("mobile_web")).await;
    let (Answer::Funnel(here), Answer::Funnel(there)) = (&compared.answer, &compared.versus) else { panic!() };
    assert_eq!((&here.numbers, &there.numbers), (&alone("web").await, &alone("mobile_web").await));
    let change = |path: &[&str]| compared.changes.iter().find(|change| change.path == path).unwrap();
    for (step, other) in here.numbers.steps.iter().zip(&there.numbers.steps) {
        let people = change(&["steps", &step.name, "reached"]);
        assert_eq!(people.of, ChangeOf::People);
        assert_eq!((people.here, people.there), (step.reached.instances as f64, other.reached.instances as f64));
        let share = change(&["steps", &step.name, "from_first"]);
        assert_eq!(share.difference, step.from_first.share.unwrap() - other.from_first.share.unwrap());
        // The interval holds the difference, and reaches no further than the two own intervals do.
        let (low, high) = (share.low.unwrap(), share.high.unwrap());
        assert!(low <= share.difference && share.difference <= high, "{share:?}");
        assert!(low >= step.from_first.low.unwrap() - other.from_first.high.unwrap() - 1e-12, "{share:?}");
        assert!(high <= step.from_first.high.unwrap() - other.from_first.low.unwrap() + 1e-12, "{share:?}");
    }
    // The planted defect of mobile checkouts makes them fewer.
    let purchase = change(&["steps", "purchase", "from_previous"]);
    assert!(purchase.difference > 0.0, "{purchase:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_itself_nothing_differs_group_by_group() {
    let scope = Scope { by: Some(Breakdown { top: 2, ..Breakdown::new("channel") }), ..Scope::default() };
    let question =
        Question::Transitions(TransitionsQuestion { scope: scope.clone(), ..TransitionsQuestion::default() });
    let compared = compare(question, scope).await;
    let Answer::Transitions(answer) = &compared.answer else { panic!() };
    let Answer::Transitions(versus) = &compared.versus else { panic!() };
    assert_eq!(answer.groups, versus.groups);
    let edges = |groups: bool| compared.changes.iter().filter(move |change| (change.path[0] == "groups") == groups);
    // How often, how many people, the share of what follows, and the median gap of each edge.
    let with_median = |edges: &[analysis::answer::Transition]| {
        edges.iter().map(|edge| 3 + usize::from(edge.gap.median_s.is_some())).sum::<usize>()
    };
    assert_eq!(edges(false).filter(|change| change.path[0] == "edges").count(), with_median(&answer.numbers.edges));
    assert!(edges(true).count() > 0);
    for change in &compared.changes {
        assert_eq!(change.difference, 0.0, "{change:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn maps_and_pains_are_compared_elsewhere() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let journey = samples.journeys("ecom").await.remove(0);
    let question = Question::JourneyMap(analysis::question::JourneyMapQuestion {
        journey: crate::agree::key(&journey),
        persona: None,
        scope: Scope::default(),
    });
    let found = samples.analyst.compare(&present, &question, &Scope::default(), Some(&journey), &Control::new()).await;
    assert!(found.unwrap_err().to_string().contains("addresses of their own"));
}
