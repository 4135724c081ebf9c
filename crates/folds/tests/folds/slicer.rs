//! How customers become subjects, against the definitions.

use crate::support::{Customer, Population, Shape, customers, joined};
use folds::periods::Periods;
use folds::slice::NO_UNTIL;
use folds::slicer::{Lane, SessionCut};
use folds::{End, Slicer, Subject};
use model::period::{DAY_US, Period};
use proptest::prelude::*;
use testkit::oracle::{cases, instances, sessions};

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
    /// Where subjects are ranges of a block's rows, they are those that customers are split into one by one.
    #[test]
    fn ranges_of_a_block_are_the_subjects_of_its_customers(
        customers in customers(SHAPE),
        gap_us in 0i64..6,
        late in 0i64..8,
        entry in prop::option::of((990i64..1_030, 990i64..1_060)),
    ) {
        let period = entry.map_or(Period::default(), |(from, to)| Period { from_us: Some(from), to_us: Some(to) });
        let (whole, ids, offsets) = joined(&customers);
        for slicer in [
            Slicer::Customer,
            Slicer::Session { timeout_us: gap_us },
            Slicer::Within { ahead: false },
            Slicer::Within { ahead: true },
        ] {
            let within = matches!(slicer, Slicer::Within { .. });
            let mut population = Population::new(customers.clone(), slicer);
            (population.entry, population.as_of_us) = (period, population.as_of_us + late);
            let (mut splitter, mut found) = (population.slicer.clone().splitter(), Vec::new());
            let rows = whole.slice();
            let are = splitter.ranges((&ids, &offsets, &rows), &period, population.as_of_us, &mut found);
            prop_assert_eq!(are, !within || entry.is_none());
            if are {
                let row = |subject: &Subject| {
                    let s = rows.of(subject);
                    let (lengths, label) = ((s.value.len(), s.score.len()), s.label.to_vec());
                    (s.customer, s.time.to_vec(), label, s.mask.to_vec(), s.channel.to_vec(), lengths, s.end)
                };
                prop_assert_eq!(found.iter().map(row).collect::<Vec<Row>>(), subjects(&population));
            }
            let marked = vec![true; rows.time.len()];
            let marks = folds::Slice { marked: &marked, ..rows };
            let marked = splitter.ranges((&ids, &offsets, &marks), &period, population.as_of_us, &mut found);
            prop_assert!(!marked || rows.is_empty());
        }
    }

    #[test]
    fn subjects_are_what_the_definitions_say(
        customers in customers(SHAPE),
        gap_us in 0i64..6,
        late in 0i64..8,
        entry in (990i64..1_030, 990i64..1_060),
        marks in any::<bool>(),
    ) {
        for kind in 0..5 {
            let slicer = match kind {
                0 => Slicer::Customer,
                1 => Slicer::Session { timeout_us: gap_us },
                2 => Slicer::Within { ahead: false },
                3 => Slicer::Within { ahead: true },
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
                    2 | 3 => {
                        let lies = |i: &usize| c.time[*i] >= entry.0 && (kind == 3 || c.time[*i] < entry.1);
                        vec![((0..c.time.len()).filter(lies).collect(), End::Open)]
                    }
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
                        // What comes after the period is of the later steps alone.
                        events.iter().map(|i| if kind == 3 && c.time[*i] >= entry.1 { c.mask[*i] & !1 } else { c.mask[*i] }).collect(),
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
    let customer = Customer { time: vec![1, 2, 30], label: vec![1, 0, 1], ..Customer::default() };
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
    let customer = Customer { time: vec![0, 300, 601], label: vec![1, 1, 1], ..Customer::default() };
    let mut population = Population::new(vec![customer], Slicer::Session { timeout_us: 300 });
    population.as_of_us = 901;
    let ends = |population: &Population| subjects(population).into_iter().map(|row| row.6).collect::<Vec<_>>();
    assert_eq!(ends(&population), [End::Left, End::Open]);
    population.as_of_us = 902;
    assert_eq!(ends(&population), [End::Left, End::Left]);
}

fn lane() -> impl Strategy<Value = Lane> {
    prop_oneof![
        1 => Just(Lane::Instant),
        3 => (0i64..8, prop::option::of(0i64..20))
            .prop_map(|(timeout_us, longest_us)| Lane::Idle { timeout_us, longest_us }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn sessions_by_all_rules_are_what_the_definition_says(
        customers in customers(SHAPE),
        lanes in prop::collection::vec(lane(), 1..4),
        said in prop::collection::vec((0u32..4, 0u32..3), 20),
        (campaign, midnight, late, entry_us) in (any::<bool>(), any::<bool>(), 0i64..8, 990i64..1_030),
    ) {
        // Two days; the second begins at 1,020 microseconds.
        let days = Periods::new(vec![0, 1_020, DAY_US]).unwrap();
        let cut = SessionCut { lanes: lanes.clone(), campaign, midnight: midnight.then(|| days.clone()) };
        let mut population = Population::new(customers, Slicer::Sessions(cut));
        population.as_of_us += late;
        population.entry = Period { from_us: Some(entry_us), to_us: None };
        let rules: Vec<sessions::Lane> = lanes.iter().map(|lane| match lane {
            Lane::Instant => sessions::Lane { timeout_us: None, longest_us: None },
            Lane::Idle { timeout_us, longest_us } => {
                sessions::Lane { timeout_us: Some(*timeout_us), longest_us: *longest_us }
            }
        }).collect();
        let day = |time_us: i64| if midnight { i64::from(time_us >= 1_020) } else { 0 };
        let now_us = population.as_of_us;
        let mut expected: Vec<Row> = Vec::new();
        for (n, c) in population.customers.iter_mut().enumerate() {
            let said = |i: usize| said[(i + 3 * n) % said.len()];
            // A lane beyond the list is the last one.
            c.lane = (0..c.time.len()).map(|i| said(i).0).collect();
            c.campaign = (0..c.time.len()).map(|i| said(i).1).collect();
            let events: Vec<sessions::Event> = c.time.iter().enumerate().map(|(i, time_us)| sessions::Event {
                time_us: *time_us,
                lane: (said(i).0 as usize).min(lanes.len() - 1),
                campaign: if campaign { said(i).1 } else { 0 },
                day: day(*time_us),
            }).collect();
            let now = sessions::Event { time_us: now_us, lane: 0, campaign: 0, day: day(now_us) };
            for (own, open) in sessions::cut(&events, &rules, now) {
                if c.time[own[0]] >= entry_us {
                    expected.push((
                        c.id,
                        own.iter().map(|i| c.time[*i]).collect(),
                        own.iter().map(|i| c.label[*i]).collect(),
                        own.iter().map(|i| c.mask[*i]).collect(),
                        own.iter().map(|i| c.channel[*i]).collect(),
                        (own.len(), own.len()),
                        if open { End::Open } else { End::Left },
                    ));
                }
            }
        }
        prop_assert_eq!(subjects(&population), expected);
    }

    #[test]
    fn silence_alone_cuts_as_the_plain_slicer(customers in customers(SHAPE), timeout_us in 0i64..8) {
        let lane = Lane::Idle { timeout_us, longest_us: None };
        let cut = SessionCut { lanes: vec![lane], ..SessionCut::default() };
        let by_rules = Population::new(customers.clone(), Slicer::Sessions(cut));
        let plain = Population::new(customers, Slicer::Session { timeout_us });
        prop_assert_eq!(subjects(&by_rules), subjects(&plain));
    }
}

proptest! {
    #[test]
    fn cases_are_what_the_definition_says(
        customers in customers(SHAPE),
        keys in prop::collection::vec((0u32..4, prop_oneof![Just(None), (-3i64..40).prop_map(Some)]), 20),
        gap_us in 0i64..6,
        late in 0i64..8,
        entry in (990i64..1_030, 990i64..1_060),
    ) {
        let mut population = Population::new(customers, Slicer::Case { gap_us, goal: vec![false, false, true] });
        population.as_of_us += late;
        population.entry = Period { from_us: Some(entry.0), to_us: Some(entry.1) };
        let mut expected: Vec<Row> = Vec::new();
        for (n, c) in population.customers.iter_mut().enumerate() {
            let said: Vec<_> = (0..c.time.len()).map(|i| keys[(i + 3 * n) % keys.len()]).collect();
            let events: Vec<cases::Event> = said.iter().enumerate().map(|(i, (key, runs_us))| cases::Event {
                time_us: c.time[i],
                label: c.label[i],
                key: *key,
                until_us: runs_us.map(|us| c.time[i] + us),
            }).collect();
            c.case = events.iter().map(|event| event.key).collect();
            c.until = events.iter().map(|event| event.until_us.unwrap_or(NO_UNTIL)).collect();
            for (own, end) in cases::split(&events, |label| label == 2, gap_us, population.as_of_us) {
                if !population.entry.contains(c.time[own[0]]) {
                    continue;
                }
                expected.push((
                    c.id,
                    own.iter().map(|i| c.time[*i]).collect(),
                    own.iter().map(|i| c.label[*i]).collect(),
                    own.iter().map(|i| c.mask[*i]).collect(),
                    own.iter().map(|i| c.channel[*i]).collect(),
                    (own.len(), own.len()),
                    match end {
                        instances::End::Open => End::Open,
                        instances::End::Left => End::Left,
                        instances::End::Goal => End::Goal,
                    },
                ));
            }
        }
        prop_assert_eq!(subjects(&population), expected);
    }
}

/// Times, keys and ends of the cases of a customer with three touchpoints, of which 3 is the goal.
fn cased(events: &[(i64, u32, u32, i64)], gap_us: i64, as_of_us: i64) -> Vec<(Vec<i64>, End)> {
    let customer = Customer {
        time: events.iter().map(|event| event.0).collect(),
        label: events.iter().map(|event| event.1).collect(),
        case: events.iter().map(|event| event.2).collect(),
        until: events.iter().map(|event| event.3).collect(),
        ..Customer::default()
    };
    let goal = vec![false, false, false, true];
    let mut population = Population::new(vec![customer], Slicer::Case { gap_us, goal });
    population.as_of_us = as_of_us;
    subjects(&population).into_iter().map(|row| (row.1, row.6)).collect()
}

#[test]
fn an_event_without_key_stands_in_every_case_under_way() {
    let no = NO_UNTIL;
    // Two mailings, visits before, in, between and after them, and a coupon of the second.
    let events =
        [(0, 2, 0, no), (1, 1, 7, 10), (2, 2, 0, no), (3, 1, 8, 20), (10, 2, 0, no), (11, 2, 0, no), (12, 3, 8, no)];
    let first = (vec![1, 2, 10], End::Left);
    assert_eq!(cased(&events, 1, 12), [first.clone(), (vec![3, 10, 11, 12], End::Goal)]);
    // What comes with the key late belongs to it, as the goal and after it nothing; what comes without does not.
    let mut late = events.to_vec();
    late.extend([(40, 2, 0, no), (50, 3, 7, no), (51, 3, 7, no), (52, 1, 8, no), (53, 2, 0, no)]);
    assert_eq!(cased(&late, 1, 60), [(vec![1, 2, 10, 50], End::Goal), (vec![3, 10, 11, 12], End::Goal)]);
    // The last moment of a case is its own.
    assert_eq!(cased(&events[..5], 1, 10), [(vec![1, 2, 10], End::Open), (vec![3, 10], End::Open)]);
    assert_eq!(cased(&events[..5], 1, 11), [first, (vec![3, 10], End::Open)]);
}

#[test]
fn a_case_that_does_not_say_until_when_it_runs_is_ended_by_the_gap() {
    let no = NO_UNTIL;
    // A long silence, then an event without key, one with it, and one without again.
    let events = [(0, 1, 7, no), (5, 2, 0, no), (11, 2, 0, no), (20, 1, 7, no), (25, 2, 0, no)];
    assert_eq!(cased(&events, 5, 30), [(vec![0, 5, 20, 25], End::Open)]);
    assert_eq!(cased(&events, 5, 31), [(vec![0, 5, 20, 25], End::Left)]);
    // A key that is said for the first time by what is usually the end, opens there and ends there.
    assert_eq!(cased(&[(0, 3, 7, no), (0, 1, 7, 9), (1, 2, 0, no)], 5, 2), [(vec![0], End::Goal)]);
}
