//! How customers become subjects, against the definitions.

#![allow(clippy::unwrap_used)]

mod support;

use folds::{End, Slicer};
use model::period::Period;
use proptest::prelude::*;
use support::{Population, Shape, customers};
use testkit::oracle::{instances, sessions};

const SHAPE: Shape = Shape { labels: 3, steps: 2, channels: 2, events: 20, gap_us: 5 };

/// Customer, times, labels, masks, channels, number of values and scores, end.
type Row = (i64, Vec<i64>, Vec<u32>, Vec<u64>, Vec<u32>, (usize, usize), End);

fn subjects(population: &Population) -> Vec<Row> {
    let mut rows = Vec::new();
    population.each(|s| {
        let lengths = (s.value.len(), s.score.len());
        rows.push((s.customer, s.time.to_vec(), s.label.to_vec(), s.mask.to_vec(), s.channel.to_vec(), lengths, s.end));
    });
    rows
}

proptest! {
    #[test]
    fn subjects_are_what_the_definitions_say(
        customers in customers(SHAPE),
        gap_us in 0i64..6,
        late in 0i64..8,
        entry in (990i64..1_030, 990i64..1_060),
        marks in any::<bool>(),
    ) {
        for kind in 0..3 {
            let slicer = match kind {
                0 => Slicer::Customer,
                1 => Slicer::Session { timeout_us: gap_us },
                _ => Slicer::Instance { gap_us, goal: vec![false, false, true] },
            };
            let mut population = Population::new(customers.clone(), slicer);
            population.as_of_us += late;
            population.entry = Period { from_us: Some(entry.0), to_us: Some(entry.1) };
            if marks {
                population.customers.iter_mut().for_each(|c| c.marked = c.channel.iter().map(|on| *on == 1).collect());
            }
            let mut expected: Vec<Row> = Vec::new();
            for c in &population.customers {
                let parts: Vec<(Vec<usize>, End)> = match kind {
                    0 => vec![((0..c.time.len()).collect(), End::Open)],
                    1 => sessions::split(&c.time, gap_us).into_iter().map(|range| {
                        let last = range.end == c.time.len();
                        let open = last && sessions::is_open(c.time[range.end - 1], gap_us, population.as_of_us);
                        (range.collect(), if open { End::Open } else { End::Left })
                    }).collect(),
                    _ => instances::split(&c.time, &c.label, |label| label == 2, gap_us, population.as_of_us)
                        .into_iter()
                        .map(|(events, end)| (events, match end {
                            instances::End::Open => End::Open,
                            instances::End::Left => End::Left,
                            instances::End::Goal => End::Goal,
                        }))
                        .collect(),
                };
                for (events, end) in parts {
                    if events.first().is_none_or(|first| !population.entry.contains(c.time[*first])) {
                        continue;
                    }
                    if marks && events.iter().all(|i| c.channel[*i] != 1) {
                        continue;
                    }
                    expected.push((
                        c.id,
                        events.iter().map(|i| c.time[*i]).collect(),
                        events.iter().map(|i| c.label[*i]).collect(),
                        events.iter().map(|i| c.mask[*i]).collect(),
                        events.iter().map(|i| c.channel[*i]).collect(),
                        (events.len(), events.len()),
                        end,
                    ));
                }
            }
            prop_assert_eq!(subjects(&population), expected);
        }
    }
}

#[test]
fn columns_nobody_asked_for_stay_empty() {
    let customer = support::Customer { time: vec![1, 2, 30], label: vec![1, 0, 1], ..support::Customer::default() };
    for slicer in [Slicer::Session { timeout_us: 5 }, Slicer::Instance { gap_us: 5, goal: vec![] }] {
        let mut count = 0;
        Population::new(vec![customer.clone()], slicer).each(|subject| {
            count += 1;
            assert_eq!(subject.label.len(), subject.time.len());
            assert!(subject.mask.is_empty() && subject.channel.is_empty() && subject.value.is_empty());
        });
        assert_eq!(count, 2);
    }
}

#[test]
fn a_gap_of_just_the_timeout_does_not_end_a_session() {
    let customer = support::Customer { time: vec![0, 300, 601], label: vec![1, 1, 1], ..support::Customer::default() };
    let mut population = Population::new(vec![customer], Slicer::Session { timeout_us: 300 });
    population.as_of_us = 901;
    let ends = |population: &Population| subjects(population).into_iter().map(|row| row.6).collect::<Vec<_>>();
    assert_eq!(ends(&population), [End::Left, End::Open]);
    population.as_of_us = 902;
    assert_eq!(ends(&population), [End::Left, End::Left]);
}
