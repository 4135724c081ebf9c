//! Transitions against the goldens and the naive definition.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Customer, Population, Shape, customers, ecom_customers, ecom_sessions};
use folds::transitions::{Config, Pick, State, Transitions};
use folds::{End, Slicer};
use proptest::prelude::*;
use testkit::oracle::transitions as oracle;
use testkit::{Ecom, golden};

fn replay(ecom: &Ecom, customers: Vec<Customer>, file: &str) {
    let state: State = Population::new(customers, Slicer::Customer).run(&Transitions::default());
    let rows = golden::csv(file);
    let label = |name: &str| ecom.event_code(name) as u32 + 1;
    assert_eq!(state.edges.len(), rows.len());
    for row in rows {
        let (from, to) = (label(&row["from"]), label(&row["to"]));
        let edge = state.edges.get(from, to).unwrap_or_else(|| panic!("no {row:?}"));
        assert_eq!(edge.count.to_string(), row["count"], "{row:?}");
        assert_eq!(edge.tally.subjects.count.to_string(), row["unique_paths"], "{row:?}");
        let close = |got: f64, key: &str| assert!(golden::same(got, row[key].parse().unwrap()), "{got} {key} {row:?}");
        close(edge.gaps_us.median().unwrap() / 1e6, "median_s");
        close(edge.gaps_us.mean().unwrap() / 1e6, "mean_s");
        close(edge.gaps_us.p95().unwrap() / 1e6, "p95_s");
        let outgoing = state.outgoing(from);
        close(edge.count as f64 / (outgoing + state.node(from).unwrap().ended()) as f64, "proba_out_incl_end");
        close(edge.count as f64 / outgoing as f64, "proba_out_excl_end");
    }
}

#[test]
fn ecom_user_transitions_equal_the_golden() {
    let ecom = testkit::ecom();
    replay(&ecom, ecom_customers(&ecom), "transitions_user_id.csv");
}

#[test]
fn ecom_session_transitions_equal_the_golden() {
    let ecom = testkit::ecom();
    replay(&ecom, ecom_sessions(&ecom), "transitions_session_id.csv");
    // Our own sessions are the file's.
    let ours = Population::new(ecom_customers(&ecom), Slicer::Session { timeout_us: 1_800_000_000 })
        .run(&Transitions::default());
    let theirs = Population::new(ecom_sessions(&ecom), Slicer::Customer).run(&Transitions::default());
    for ((from, to), edge) in ours.edges.iter() {
        let other = theirs.edges.get(from, to).unwrap();
        assert_eq!((edge.count, edge.tally.subjects), (other.count, other.tally.subjects));
        assert_eq!(edge.gaps_us, other.gaps_us);
    }
}

#[test]
fn ecom_rework_equals_the_golden() {
    let ecom = testkit::ecom();
    let state = Population::new(ecom_sessions(&ecom), Slicer::Customer).run(&Transitions::default());
    let rows = golden::csv("rework_ecom.csv");
    assert_eq!(state.nodes().len(), rows.len());
    for row in rows {
        let node = state.node(ecom.event_code(&row["event"]) as u32 + 1).unwrap();
        let got = (node.tally.subjects.count, node.repeats.subjects.count, node.events);
        let want =
            ["sessions", "sessions_with_repeat", "occurrences"].map(|column| row[column].parse::<u64>().unwrap());
        assert_eq!(got, (want[0], want[1], want[2]), "{row:?}");
    }
}

#[test]
fn ecom_sessions_as_a_chain_equal_the_golden() {
    let ecom = testkit::ecom();
    let state = Population::new(ecom_sessions(&ecom), Slicer::Customer).run(&Transitions::default());
    let golden = golden::json("markov_ecom.json");
    let close = |got: f64, want: &serde_json::Value, what: &str| {
        assert!((got - want.as_f64().unwrap()).abs() < 1e-9, "{what}: {got}, not {want}");
    };
    let (all, rows) = state.outlook(ecom.event_code("purchase") as u32 + 1).unwrap();
    close(all, &golden["P(session purchase)"], "all");
    assert_eq!(rows.len(), ecom.events.len());
    for row in &rows {
        let name = &ecom.events[row.label as usize - 1];
        close(row.reach, &golden["P(reach purchase from)"][name], name);
        close(row.visits, &golden["expected_visits"][name], name);
    }
    close(rows.iter().map(|row| row.visits).sum(), &golden["expected_events_per_session"], "events");
    // From the first event on as many events are to come as a session has.
    let steps: f64 = rows
        .iter()
        .map(|row| row.steps * golden["initial"][&ecom.events[row.label as usize - 1]].as_f64().unwrap())
        .sum();
    close(steps, &golden["expected_events_per_session"], "steps");
    assert_eq!(state.outlook(99).unwrap().1, []);
    // Its matrix is the shares with the end.
    for row in golden::csv("markov1_ecom_sessions.csv") {
        let from = ecom.event_code(&row["from"]) as u32 + 1;
        let events = state.node(from).unwrap().events as f64;
        let ended = state.node(from).unwrap().ended() as f64;
        for (to, want) in row.iter().filter(|(column, _)| *column != "from") {
            let got = match to.as_str() {
                "<end>" => ended / events,
                _ => {
                    state.edges.get(from, ecom.event_code(to) as u32 + 1).map_or(0.0, |edge| edge.count as f64 / events)
                }
            };
            assert!(golden::same(got, want.parse().unwrap()), "{from} {to} {got} {want}");
        }
    }
}

/// Trained on the sessions up to May, told on those from June: what the golden's own implementation came to.
#[test]
fn next_steps_of_the_sample_are_as_right_as_in_the_golden() {
    const JUNE_US: i64 = 1_717_200_000_000_000;
    let ecom = testkit::ecom();
    let (train, test): (Vec<Customer>, Vec<Customer>) =
        ecom_sessions(&ecom).into_iter().partition(|session| session.time[0] < JUNE_US);
    let golden = &golden::json("markov_ecom.json")["holdout"];
    assert_eq!(train.len() as u64, golden["train_sessions"].as_u64().unwrap());
    let fold = Transitions::new(Config { steps: 0, context: 3 }).unwrap();
    let state = Population::new(train, Slicer::Customer).run(&fold);
    for order in 0..=2 {
        let (mut told, mut first, mut three, mut loss) = (0u64, 0u64, 0u64, 0.0);
        let mut known: BTreeMap<Vec<u32>, folds::transitions::NextSteps> = BTreeMap::new();
        for session in &test {
            for at in 0..session.label.len() {
                let after = session.label[(at + 1usize).saturating_sub(order)..=at].to_vec();
                let after = if order == 0 { Vec::new() } else { after };
                let next = session.label.get(at + 1).copied().unwrap_or(0);
                let steps = known.entry(after.clone()).or_insert_with(|| state.next_steps(&after));
                let place = steps.next.iter().position(|step| step.label == next).unwrap();
                told += 1;
                first += u64::from(place == 0);
                three += u64::from(place < 3);
                loss -= steps.next[place].probability.ln();
            }
        }
        let want = &golden[format!("order{order}")];
        assert_eq!(told, golden["predictions"].as_u64().unwrap());
        for (got, key) in [(first as f64, "top1"), (three as f64, "top3"), (loss, "log_loss_nats")] {
            let want = want[key].as_f64().unwrap();
            assert!((got / told as f64 - want).abs() < 1e-9, "order {order} {key}: {} {want}", got / told as f64);
        }
    }
}

#[test]
fn more_than_is_looked_at_is_refused() {
    for config in [Config { steps: 101, context: 0 }, Config { steps: 0, context: 4 }] {
        let error = Transitions::new(config).unwrap_err().to_string();
        assert!(error.contains("at most"), "{error}");
    }
}

/// Subject, customer, gap.
type Crossing = (usize, i64, i64);

const SHAPE: Shape = Shape { labels: 4, steps: 1, channels: 1, events: 20, gap_us: 6 };

proptest! {
    #[test]
    fn transitions_are_what_the_definition_says(
        customers in customers(SHAPE),
        timeout_us in 0i64..6,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let mut population = Population::new(customers, Slicer::Session { timeout_us });
        population.as_of_us += 2;
        let fold = Transitions::new(Config { steps: 4, context: 3 }).unwrap();
        let state = population.run(&fold);
        let mut edges: BTreeMap<(u32, u32), Vec<Crossing>> = BTreeMap::new();
        let mut visits: BTreeMap<u32, Vec<(usize, i64)>> = BTreeMap::new();
        let mut ended: BTreeMap<(u32, End), u64> = BTreeMap::new();
        let mut starts: BTreeMap<u32, u64> = BTreeMap::new();
        let mut subject_no = 0;
        population.each(|subject| {
            subject_no += 1;
            for (from, to, gap) in oracle::pairs(subject.time, subject.label) {
                edges.entry((from, to)).or_default().push((subject_no, subject.customer, gap));
            }
            let labels: Vec<u32> = subject.label.iter().copied().filter(|label| *label != 0).collect();
            for label in &labels {
                visits.entry(*label).or_default().push((subject_no, subject.customer));
            }
            if let (Some(first), Some(last)) = (labels.first(), labels.last()) {
                *starts.entry(*first).or_default() += 1;
                *ended.entry((*last, subject.end)).or_default() += 1;
            }
        });
        prop_assert_eq!(state.edges.len(), edges.len());
        for ((from, to), rows) in &edges {
            let edge = state.edges.get(*from, *to).unwrap();
            let subjects = rows.iter().map(|row| row.0).collect::<BTreeSet<_>>().len() as u64;
            let customers = rows.iter().map(|row| row.1).collect::<BTreeSet<_>>().len() as u64;
            prop_assert_eq!(edge.count, rows.len() as u64);
            prop_assert_eq!((edge.tally.subjects.count, edge.tally.customers.count), (subjects, customers));
            let pick = Pick::Edge { from: *from, to: *to };
            prop_assert_eq!(population.picked(&fold, &pick), (subjects, customers));
            let mut gaps: Vec<i64> = rows.iter().map(|row| row.2).collect();
            gaps.sort_unstable();
            for share in [0.5, 0.95] {
                let (got, want) = (edge.gaps_us.quantile(share).unwrap(), oracle::quantile(&gaps, share));
                prop_assert!((got - want).abs() < 1e-9);
            }
        }
        for (label, rows) in &visits {
            let node = state.node(*label).unwrap();
            prop_assert_eq!(node.events, rows.len() as u64);
            let subjects = rows.iter().map(|row| row.0).collect::<BTreeSet<_>>().len() as u64;
            prop_assert_eq!(node.tally.subjects.count, subjects);
            prop_assert_eq!(population.picked(&fold, &Pick::Visits(*label)).0, subjects);
            let repeating: Vec<_> = rows.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1).map(|run| run[0].1).collect();
            let repeats = (repeating.len() as u64, repeating.iter().collect::<BTreeSet<_>>().len() as u64);
            prop_assert_eq!((node.repeats.subjects.count, node.repeats.customers.count), repeats);
            prop_assert_eq!(population.picked(&fold, &Pick::Repeats(*label)), repeats);
            prop_assert_eq!(node.starts, starts.get(label).copied().unwrap_or(0));
            prop_assert_eq!(population.picked(&fold, &Pick::StartsAt(*label)).0, node.starts);
            for end in [End::Open, End::Left, End::Goal] {
                prop_assert_eq!(node.ended_as(end), ended.get(&(*label, end)).copied().unwrap_or(0));
            }
            prop_assert_eq!(population.picked(&fold, &Pick::EndsAt(*label)).0, node.ended());
            let out: u64 = edges.iter().filter(|(key, _)| key.0 == *label).map(|(_, rows)| rows.len() as u64).sum();
            prop_assert_eq!(state.outgoing(*label), out);
        }
        // Steps: every subject with a label is at one, or ended before.
        for step in 0..4 {
            let here = state.step(step);
            for (label, tally) in &here {
                let at = Pick::At { step, label: *label };
                prop_assert_eq!(population.picked(&fold, &at), (tally.subjects.count, tally.customers.count));
            }
            let gone = population.picked(&fold, &Pick::EndedBefore { step }).0;
            let there: u64 = here.iter().map(|(_, tally)| tally.subjects.count).sum();
            prop_assert_eq!(there + gone, state.subjects.subjects.count);
        }
        // What follows up to three labels, counted in every subject.
        for after in [vec![1], vec![2, 1], vec![1, 1], vec![1, 2, 1], vec![3, 3, 3]] {
            let mut seen: Vec<BTreeMap<u32, u64>> = vec![BTreeMap::new(); after.len()];
            population.each(|subject| {
                let mut labels: Vec<u32> = subject.label.iter().copied().filter(|label| *label != 0).collect();
                labels.push(0);
                for at in 1..labels.len() {
                    for (order, seen) in (1..).zip(&mut seen) {
                        if at >= order && labels[at - order..at] == after[after.len() - order..] {
                            *seen.entry(labels[at]).or_default() += 1;
                        }
                    }
                }
            });
            let told = state.next_steps(&after);
            let want: Vec<u64> = seen.iter().map(|seen| seen.values().sum()).collect();
            prop_assert_eq!(&told.seen, &want);
            let sum: f64 = told.next.iter().map(|next| next.probability).sum();
            prop_assert!(told.next.is_empty() || (sum - 1.0).abs() < 1e-9);
            for next in &told.next {
                prop_assert_eq!(next.count, seen[after.len() - 1].get(&next.label).copied().unwrap_or(0));
            }
        }
        let with_labels = population.picked(&fold, &Pick::All);
        prop_assert_eq!((state.subjects.subjects.count, state.subjects.customers.count), with_labels);
        prop_assert_eq!(&population.run_in_blocks(&fold, &parts), &state);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }
}
