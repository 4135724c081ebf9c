//! What follows what, beyond the edges: rework, steps, chances and next steps, against the goldens.

use std::collections::BTreeMap;

use analysis::question::TransitionsQuestion;
use lake::Control;
use model::period::Span;
use model::scope::{Scope, Subject};
use testkit::golden;

use crate::agree::{open_all, rows};
use crate::samples;

const HALF_AN_HOUR: Subject = Subject::session(Span::minutes(30));

fn question(subject: Subject) -> TransitionsQuestion {
    let scope = Scope { subject, ..Scope::default() };
    TransitionsQuestion { scope, steps: 10, ..TransitionsQuestion::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_and_rework_of_the_shop() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    for (subject, file) in
        [(Subject::Customer, "step_matrix_user_id.csv"), (HALF_AN_HOUR, "step_matrix_session_id.csv")]
    {
        let answer = samples.analyst.transitions(&present, &question(subject), None, &Control::new()).await.unwrap();
        let numbers = &answer.numbers;
        assert_eq!(numbers.steps.len(), 10);
        for row in golden::csv(file) {
            for step in &numbers.steps {
                let want: f64 = row[&step.step.to_string()].parse().unwrap();
                let got = match step.labels.iter().find(|cell| cell.label == row["event"]) {
                    Some(cell) => cell.share.share.unwrap(),
                    None if numbers.nodes.iter().any(|node| node.label == row["event"]) => 0.0,
                    // What the golden calls the end.
                    None => step.ended_share.share.unwrap(),
                };
                assert!(golden::same(got, want), "{file} {row:?} {}: {got}", step.step);
            }
        }
        for step in &numbers.steps {
            let there: u64 = step.labels.iter().map(|cell| cell.people.instances).sum();
            assert_eq!(there + step.ended, numbers.subjects.instances);
        }
    }
    let answer = samples.analyst.transitions(&present, &question(HALF_AN_HOUR), None, &Control::new()).await.unwrap();
    for row in golden::csv("rework_ecom.csv") {
        let node = answer.numbers.nodes.iter().find(|node| node.label == row["event"]).unwrap();
        let got = [node.people.instances, node.repeats.instances, node.events].map(|number| number.to_string());
        assert_eq!(got, [&row["sessions"], &row["sessions_with_repeat"], &row["occurrences"]].map(String::clone));
        assert_eq!((node.repeat_share.hits, node.repeat_share.of), (node.repeats.instances, node.people.instances));
    }
    let opened = open_all(samples, "ecom", None, serde_json::to_value(&answer).unwrap()).await;
    for pick in ["at/cart", "repeat/catalog", "start/home", "end/purchase", "step/2/search", "ended/3"] {
        assert!(opened.iter().any(|opened| opened == pick), "{pick}: {opened:?}");
    }
    let [edges, nodes, steps] = answer.meta.sql.as_slice() else { panic!("{:?}", answer.meta.sql) };
    assert_eq!(rows(samples, &present, edges).await.len(), answer.numbers.edges.len());
    assert_eq!(rows(samples, &present, nodes).await.len(), answer.numbers.nodes.len());
    let cells: usize = answer.numbers.steps.iter().map(|step| step.labels.len()).sum();
    assert_eq!(rows(samples, &present, steps).await.len(), cells);
}

#[tokio::test(flavor = "multi_thread")]
async fn chances_of_the_shop_and_what_comes_next() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let ask = async |question: TransitionsQuestion| {
        samples.analyst.transitions(&present, &question, None, &Control::new()).await
    };
    let after = |events: &[&str]| TransitionsQuestion {
        after: events.iter().map(|event| (*event).to_owned()).collect(),
        target: Some("purchase".into()),
        steps: 0,
        ..question(HALF_AN_HOUR)
    };
    let answer = ask(after(&["search", "product_view"])).await.unwrap();
    let golden = golden::json("markov_ecom.json");
    let close =
        |got: f64, want: &serde_json::Value| assert!((got - want.as_f64().unwrap()).abs() < 1e-9, "{got} {want}");
    let outlook = answer.numbers.outlook.as_ref().unwrap();
    close(outlook.probability, &golden["P(session purchase)"]);
    for from in &outlook.from {
        close(from.probability, &golden["P(reach purchase from)"][&from.label]);
        close(from.visits, &golden["expected_visits"][&from.label]);
    }
    // What the golden says of the chain as a whole follows from the numbers told.
    let numbers = &answer.numbers;
    let sessions = numbers.subjects.instances as f64;
    let events: f64 = outlook.from.iter().map(|from| from.visits).sum();
    close(events, &golden["expected_events_per_session"]);
    close(numbers.nodes.iter().map(|node| node.events).sum::<u64>() as f64 / sessions, &golden["actual_mean"]);
    assert_eq!(golden["sessions"].as_u64(), Some(numbers.subjects.instances));
    let mut likelihood = 0.0;
    for node in &numbers.nodes {
        let from = outlook.from.iter().find(|from| from.label == node.label).unwrap();
        close(from.visits / events, &golden["stationary_with_restart"][&node.label]);
        let initial = node.starts.subjects as f64 / sessions;
        close(initial, golden["initial"].get(&node.label).unwrap_or(&0.0.into()));
        likelihood += node.starts.subjects as f64 * initial.max(f64::MIN_POSITIVE).ln();
        let ended = node.ends.subjects as f64;
        let mut rows: Vec<(f64, f64)> = vec![(ended, ended / node.events as f64)];
        let edges = numbers.edges.iter().filter(|edge| edge.from == node.label);
        rows.extend(edges.map(|edge| (edge.count as f64, edge.share_with_end)));
        rows.retain(|(count, _)| *count > 0.0);
        close(
            -rows.iter().map(|(_, share)| share * share.log2()).sum::<f64>(),
            &golden["row_entropy_bits"][&node.label],
        );
        likelihood += rows.iter().map(|(count, share)| count * share.ln()).sum::<f64>();
    }
    let expected = golden["loglik_order1"].as_f64().unwrap();
    assert!((likelihood / expected - 1.0).abs() < 1e-10, "{likelihood} {expected}");
    let bought = numbers.nodes.iter().find(|node| node.label == "purchase").unwrap();
    close(bought.people.instances as f64 / sessions, &golden["actual_share_sessions_with_purchase"]);
    // One event back, the golden's matrix is what the counts say, backed off by one observation.
    let next = answer.numbers.next.as_ref().unwrap();
    let edge = |from: &str, to: &str| {
        let edge = answer.numbers.edges.iter().find(|edge| edge.from == from && edge.to == to);
        edge.map_or(0, |edge| edge.count)
    };
    assert_eq!(next.seen.len(), 2);
    assert!(next.seen[1] <= edge("search", "product_view") && next.seen[1] > 0);
    assert_eq!(next.next.iter().map(|step| step.count).sum::<u64>(), next.seen[1]);
    assert!((next.next.iter().map(|step| step.probability).sum::<f64>() - 1.0).abs() < 1e-12);
    let node = answer.numbers.nodes.iter().find(|node| node.label == "product_view").unwrap();
    assert_eq!(next.seen[0], node.events, "every event is followed by another or the end");
    // The statements of the answer say the same.
    let [_, _, likely, reached] = answer.meta.sql.as_slice() else { panic!("{:?}", answer.meta.sql) };
    let number = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().unwrap();
    let likely = rows(samples, &present, likely).await;
    assert_eq!(likely.len(), next.next.len());
    for (row, step) in likely.iter().zip(&next.next) {
        assert_eq!(row["label"], step.label.clone().unwrap_or_default());
        assert_eq!(row["count"], step.count.to_string());
        assert!((number(row, "probability") - step.probability).abs() < 1e-15);
    }
    let reached = rows(samples, &present, reached).await;
    let (begin, from) = reached.split_first().unwrap();
    assert!((number(begin, "probability") - outlook.probability).abs() < 1e-15 && begin["label"].is_empty());
    assert_eq!(from.len(), outlook.from.len());
    for row in from {
        let of = outlook.from.iter().find(|from| from.label == row["label"]).unwrap();
        let said = [("probability", of.probability), ("visits", of.visits), ("events_to_end", of.events_to_end)];
        assert!(said.iter().all(|(column, said)| (number(row, column) - said).abs() < 1e-12), "{row:?} {of:?}");
    }
    assert_eq!(ask(after(&["nothing"])).await.unwrap_err().kind(), analysis::ErrorKind::NotFound);
    let four = ask(after(&["home", "home", "home", "home"])).await.unwrap_err();
    assert!(four.to_string().contains("at most 3"), "{four}");
}
