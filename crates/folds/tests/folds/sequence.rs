//! Sequence patterns against ClickHouse's answers, and against a matcher that tries everything.

use crate::support::{Population, Shape, customers};
use folds::sequence::{Compare, Config, Part, Pattern, Pick, Sequence};
use folds::{Slice, Slicer};
use proptest::prelude::*;
use testkit::golden;

const SECOND: i64 = 1_000_000;

fn sequence(pattern: &str, conditions: usize) -> Sequence {
    Sequence::new(Config { pattern: pattern.parse().unwrap(), conditions }).unwrap()
}

#[test]
fn three_hundred_random_cases_answer_as_clickhouse() {
    let cases = golden::json_lines("sequence_fuzz.jsonl");
    assert_eq!(cases.len(), 300);
    let mut compared = 0;
    for case in cases {
        let time: Vec<i64> = case["ts"].as_array().unwrap().iter().map(|t| t.as_i64().unwrap() * SECOND).collect();
        let mask = |event| match event {
            'a' => 0b01,
            'b' => 0b10,
            _ => 0,
        };
        let mask: Vec<u64> = case["ev"].as_str().unwrap().chars().map(mask).collect();
        let subject = Slice { customer: 1, time: &time, mask: &mask, ..Slice::default() };
        for (pattern, count) in case["count"].as_object().unwrap() {
            let got = sequence(pattern, 2).count(&subject);
            assert_eq!(got, count.as_u64().unwrap(), "{pattern} {case}");
            assert_eq!(u64::from(got > 0), case["match"][pattern].as_u64().unwrap(), "{pattern} {case}");
            compared += 1;
        }
    }
    assert_eq!(compared, 1_500);
}

/// The end of the first match of the parts from `event` on, fewest events left out first.
fn naive(parts: &[Part], time: &[i64], mask: &[u64], event: usize) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(event) };
    match part {
        Part::Event(condition) => (event < mask.len() && mask[event] >> condition & 1 == 1)
            .then(|| naive(rest, time, mask, event + 1))
            .flatten(),
        Part::Any => (event < mask.len()).then(|| naive(rest, time, mask, event + 1)).flatten(),
        Part::Star => (event..=mask.len()).find_map(|event| naive(rest, time, mask, event)),
        Part::Time(compare, us) => (event..mask.len())
            .filter(|next| {
                let gap = time[*next] - time[event - 1];
                match compare {
                    Compare::AtMost => gap <= *us,
                    Compare::Less => gap < *us,
                    Compare::AtLeast => gap >= *us,
                    Compare::More => gap > *us,
                    Compare::Equal => gap == *us,
                }
            })
            .find_map(|event| naive(rest, time, mask, event)),
    }
}

fn naive_count(pattern: &Pattern, conditions: u64, subject: &Slice<'_>) -> u64 {
    let of_one = |event: &usize| subject.mask[*event] & conditions != 0;
    let events: Vec<usize> = (0..subject.len()).filter(of_one).collect();
    let time: Vec<i64> = events.iter().map(|event| subject.time[*event]).collect();
    let mask: Vec<u64> = events.iter().map(|event| subject.mask[*event]).collect();
    let last = pattern.parts.iter().rposition(|part| *part != Part::Star).unwrap();
    let mut parts = vec![Part::Star];
    parts.extend(&pattern.parts[..=last]);
    let (mut from, mut count) = (0, 0);
    while let Some(end) = naive(&parts, &time, &mask, from) {
        (from, count) = (end, count + 1);
    }
    count
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let event = prop_oneof![3 => (1u32..4).prop_map(|n| format!("(?{n})")), 1 => Just(".".to_owned())];
    let sign = prop_oneof![Just("<="), Just("<"), Just(">="), Just(">"), Just("==")];
    let between = prop_oneof![
        Just(String::new()),
        Just(".*".to_owned()),
        (sign, 0i64..8).prop_map(|(sign, us)| format!("(?t{sign}{us}us)")),
        (0i64..8).prop_map(|us| format!("(?t<={us}us).*")),
    ];
    let ends = prop_oneof![Just(""), Just(".*")];
    (event.clone(), prop::collection::vec((between, event), 0..4), ends.clone(), ends).prop_map(
        |(first, rest, before, after)| {
            let rest: String = rest.into_iter().map(|(between, event)| between + &event).collect();
            format!("{before}{first}{rest}{after}").parse().unwrap()
        },
    )
}

const SHAPE: Shape = Shape { labels: 1, steps: 3, channels: 1, events: 12, gap_us: 3 };

proptest! {
    #[test]
    fn patterns_match_what_trying_everything_matches(
        customers in customers(SHAPE),
        pattern in pattern(),
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        prop_assert_eq!(&pattern.to_string().parse::<Pattern>().unwrap(), &pattern);
        let fold = Sequence::new(Config { pattern: pattern.clone(), conditions: 3 }).unwrap();
        let population = Population::new(customers, Slicer::Session { timeout_us: 2 });
        let state = population.run(&fold);
        let (mut matched, mut matches) = (0, 0);
        population.each(|subject| {
            let count = naive_count(&pattern, 0b111, subject);
            assert_eq!(fold.count(subject), count, "{pattern} {subject:?}");
            matched += u64::from(count > 0);
            matches += count;
        });
        prop_assert_eq!((state.matched.subjects.count, state.matches), (matched, matches));
        prop_assert_eq!(state.durations_us.count(), matches);
        prop_assert_eq!(state.matches_each.sum(), i128::from(matches));
        let tally = |tally: &folds::counters::Tally| (tally.subjects.count, tally.customers.count);
        prop_assert_eq!(population.picked(&fold, &Pick::Matched), tally(&state.matched));
        prop_assert_eq!(population.picked(&fold, &Pick::All), tally(&state.subjects));
        prop_assert_eq!(population.picked(&fold, &Pick::Unmatched), tally(&state.unmatched));
        prop_assert_eq!(state.unmatched.subjects.count + matched, state.subjects.subjects.count);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }
}

#[test]
fn a_pattern_that_would_be_tried_for_ever_is_answered() {
    let time: Vec<i64> = (0..20_000).collect();
    let mut mask = vec![0b01u64; time.len()];
    mask[19_999] = 0b10;
    let subject = Slice { customer: 1, time: &time, mask: &mask, ..Slice::default() };
    let stars = "(?1).*(?1).*(?1).*(?1).*(?1).*(?1).*(?1).*(?2)(?1)";
    assert_eq!(sequence(stars, 2).count(&subject), 0);
    assert_eq!(sequence("(?1)(?t<=1s)(?1)(?t<=1s)(?1)(?t<=1s)(?2)(?1)", 2).count(&subject), 0);
    assert_eq!(sequence("(?1).*(?2)", 2).count(&subject), 1);
}

#[test]
fn conditions_that_are_not_there_are_refused() {
    let config = |pattern: &str, conditions| Config { pattern: pattern.parse().unwrap(), conditions };
    for (config, what) in [
        (config("(?3)", 2), "names (?3)"),
        (config("(?1)", 0), "1 to 64 conditions"),
        (config("(?1)", 65), "1 to 64 conditions"),
    ] {
        let error = Sequence::new(config).unwrap_err();
        assert_eq!(error.kind(), folds::Kind::Invalid);
        assert!(error.to_string().contains(what), "{error}");
    }
}
