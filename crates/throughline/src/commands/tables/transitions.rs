//! Transitions as tables: the graph, what is likely to come, and where subjects are at each step.

use analysis::answer::{NextSteps, Outlook, StepColumn, TransitionNode, TransitionsAnswer, TransitionsNumbers};

use super::apart;
use crate::output::{count, duration, percent, table, wide_table};

pub fn transitions(answer: &TransitionsAnswer) -> String {
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let mut parts = vec![edges(numbers), String::new(), nodes(numbers)];
        parts.extend(numbers.next.as_ref().map(next));
        parts.extend(numbers.outlook.as_ref().map(outlook));
        parts.join("\n")
    })
}

fn edges(numbers: &TransitionsNumbers) -> String {
    let rows = numbers.edges.iter().map(|edge| {
        [
            edge.from.clone(),
            edge.to.clone(),
            count(edge.count),
            percent(Some(edge.share)),
            duration(edge.gap.median_s),
            duration(edge.gap_p95_s),
        ]
    });
    table(["from", "to", "times#", "share#", "median gap#", "p95 gap#"], rows)
}

fn nodes(numbers: &TransitionsNumbers) -> String {
    let row = |node: &TransitionNode| {
        [
            node.label.clone(),
            count(node.events),
            count(node.people.instances),
            count(node.repeats.instances),
            percent(node.repeat_share.share),
            count(node.starts.subjects),
            count(node.ends.subjects),
        ]
    };
    let header = ["at", "events#", "subjects#", "repeat it#", "of them#", "begin#", "end#"];
    table(header, numbers.nodes.iter().map(row))
}

fn next(next: &NextSteps) -> String {
    let seen = (1..).zip(&next.seen).map(|(back, seen)| match back {
        1 => format!("the last event {} times", count(*seen)),
        _ => format!("the last {back} {}", count(*seen)),
    });
    let head = format!("\nafter {}; seen: {}\n", next.after.join(" → "), seen.collect::<Vec<_>>().join(", "));
    let rows = next.next.iter().map(|step| {
        [step.label.clone().unwrap_or_else(|| "(end)".to_owned()), count(step.count), percent(Some(step.probability))]
    });
    head + &table(["next", "times#", "probability#"], rows)
}

fn outlook(outlook: &Outlook) -> String {
    let head = format!("\nchance to come to {}: {}\n", outlook.target, percent(Some(outlook.probability)));
    let rows = outlook.from.iter().map(|row| {
        let numbers = [row.visits, row.events_to_end].map(|number| format!("{number:.2}"));
        let [visits, events] = numbers;
        [row.label.clone(), percent(Some(row.probability)), visits, events]
    });
    head + &table(["from", "chance#", "visits each#", "events to the end#"], rows)
}

/// Shares of all subjects by label and step, a row a label.
pub fn step_matrix(answer: &TransitionsAnswer) -> String {
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let steps: Vec<String> = numbers.steps.iter().map(|step| format!("{}#", step.step)).collect();
        let header: Vec<&str> = std::iter::once("at").chain(steps.iter().map(String::as_str)).collect();
        let row = |name: &str, share: &dyn Fn(&StepColumn) -> Option<f64>| {
            let shares = numbers.steps.iter().map(|step| percent(share(step)));
            std::iter::once(name.to_owned()).chain(shares).collect::<Vec<String>>()
        };
        let of_label = |label: &str| {
            row(label, &|step| {
                let cell = step.labels.iter().find(|cell| cell.label == label);
                Some(cell.and_then(|cell| cell.share.share).unwrap_or(0.0))
            })
        };
        let labels = numbers.nodes.iter().map(|node| of_label(&node.label));
        let ended = row("(ended)", &|step| step.ended_share.share);
        wide_table(&header, labels.chain(std::iter::once(ended)))
    })
}
