//! Sessions against the goldens and the naive definition.

use crate::support::{Population, Shape, customers, ecom_customers};
use folds::periods::Periods;
use folds::quantile::Together;
use folds::sessions::{Config, Part, Pick, Sessions};
use folds::{Fold, Slicer};
use proptest::prelude::*;
use serde_json::Value;
use testkit::golden;
use testkit::oracle::sessions as oracle;

const SECOND: i64 = 1_000_000;

fn count(golden: &Value, key: &str) -> u64 {
    golden[key].as_u64().unwrap_or_else(|| panic!("no {key} in the golden"))
}

#[test]
fn ecom_sessions_equal_the_goldens() {
    let ecom = testkit::ecom();
    let golden = golden::json("sessions_ecom.json");
    let fold = Sessions::new(ecom.events.len() as u32).unwrap();
    for (name, seconds) in [("5m", 300), ("30m", 1_800), ("2h", 7_200), ("24h", 86_400)] {
        let population = Population::new(ecom_customers(&ecom), Slicer::Session { timeout_us: seconds * SECOND });
        let state = population.run(&fold);
        let golden = &golden[name];
        let sessions = state.sessions.subjects.count;
        assert_eq!(sessions, count(golden, "sessions"), "{name}");
        assert_eq!(state.sessions.customers.count, 600);
        assert_eq!(state.events, 31_106);
        assert_eq!(state.bounces.subjects.count, count(golden, "bounces(1 event)"));
        let close =
            |got: f64, key: &str| assert!(golden::same(got, golden[key].as_f64().unwrap()), "{name} {key} {got}");
        close(state.events as f64 / sessions as f64, "mean_events");
        close(state.times().all().mean().unwrap() / 1e6, "mean_seconds");
        let quantiles = state.times().all().quantiles(&[0.25, 0.5, 0.75, 0.9]).unwrap();
        let printed = golden["seconds_p25_p50_p75_p90(linear interp)"].as_array().unwrap();
        for (got, printed) in quantiles.iter().zip(printed) {
            assert!(golden::same(got / 1e6, printed.as_f64().unwrap()), "{name} {got} {printed}");
        }
        for (code, event) in ecom.events.iter().enumerate() {
            let counts = &state.labels[code + 1];
            assert_eq!(counts.entries, golden["entry"][event].as_u64().unwrap_or(0), "{name} {event}");
            assert_eq!(counts.exits, golden["exit"][event].as_u64().unwrap_or(0), "{name} {event}");
        }
        let purchase = &state.labels[ecom.event_code("purchase") + 1];
        assert_eq!(purchase.containing.subjects.count, count(golden, "sessions_with_purchase"));
        let per_user: Vec<(u64, u64)> = golden["sessions_per_user"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(sessions, users)| (sessions.parse().unwrap(), users.as_u64().unwrap()))
            .collect();
        assert_eq!(state.per_customer(), per_user, "{name}");
    }
}

#[test]
fn every_ecom_session_has_its_events_length_and_ends() {
    let ecom = testkit::ecom();
    let population = Population::new(ecom_customers(&ecom), Slicer::Session { timeout_us: 1_800 * SECOND });
    let purchase = ecom.event_code("purchase") as u32 + 1;
    let mut got = Vec::new();
    population.each(|session| {
        let event = |label: Option<&u32>| ecom.events[*label.unwrap() as usize - 1].clone();
        got.push((
            ecom.users[session.customer as usize].clone(),
            session.len().to_string(),
            (session.duration_us() / SECOND).to_string(),
            [event(session.label.first()), event(session.label.last())],
            session.label.iter().filter(|label| **label == purchase).count().to_string(),
        ));
    });
    let golden: Vec<_> = golden::csv("sessions_ecom_30m.csv")
        .into_iter()
        .map(|row| {
            let get = |key: &str| row[key].clone();
            (get("user_id"), get("events"), get("seconds"), [get("entry"), get("exit")], get("purchases"))
        })
        .collect();
    assert_eq!(got, golden);
}

#[test]
fn sessions_containing_an_event_equal_the_golden() {
    let ecom = testkit::ecom();
    let fold = Sessions::new(ecom.events.len() as u32).unwrap();
    let population = Population::new(ecom_customers(&ecom), Slicer::Session { timeout_us: 1_800 * SECOND });
    let state = population.run(&fold);
    for row in golden::csv("rework_ecom.csv") {
        let counts = &state.labels[ecom.event_code(&row["event"]) + 1];
        assert_eq!(counts.containing.subjects.count.to_string(), row["sessions"], "{}", row["event"]);
    }
}

const SHAPE: Shape = Shape { labels: 4, steps: 1, channels: 2, events: 20, gap_us: 6 };

proptest! {
    #[test]
    fn sessions_are_what_the_definition_says(
        customers in customers(SHAPE),
        timeout_us in 0i64..6,
        entry in (990i64..1_040, 990i64..1_080),
        late in 0i64..4,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let mut population = Population::new(customers, Slicer::Session { timeout_us });
        population.entry = model::period::Period { from_us: Some(entry.0), to_us: Some(entry.1) };
        population.as_of_us += late;
        // Days of 16 microseconds.
        let days = Periods::new((60..80).map(|day| day * 16).collect()).unwrap();
        let config = Config { labels: 3, channels: 2, days: Some(days) };
        let fold = Sessions::with(config).unwrap();
        let state = population.run(&fold);

        // (customer, labels, times) of each session by definition.
        let mut expected = Vec::new();
        for customer in &population.customers {
            for range in oracle::split(&customer.time, timeout_us) {
                if (entry.0..entry.1).contains(&customer.time[range.start]) {
                    let channel = customer.channel[range.start];
                    expected.push((customer.id, &customer.label[range.clone()], &customer.time[range], channel));
                }
            }
        }
        let distinct = |rows: Vec<i64>| rows.into_iter().collect::<std::collections::BTreeSet<_>>().len() as u64;
        let tally = |keep: &dyn Fn(&[u32], &[i64]) -> bool| {
            let kept: Vec<i64> = expected.iter().filter(|row| keep(row.1, row.2)).map(|row| row.0).collect();
            (kept.len() as u64, distinct(kept))
        };
        let got = |tally: &folds::counters::Tally| (tally.subjects.count, tally.customers.count);
        let open = |_: &[u32], times: &[i64]| oracle::is_open(times[times.len() - 1], timeout_us, population.as_of_us);

        prop_assert_eq!(got(&state.sessions), tally(&|_, _| true));
        prop_assert_eq!(got(&state.sessions), population.picked(&fold, &Pick::All));
        prop_assert_eq!(got(&state.bounces), tally(&|labels, _| labels.len() == 1));
        prop_assert_eq!(got(&state.bounces), population.picked(&fold, &Pick::Bounced));
        prop_assert_eq!(got(&state.open), tally(&open));
        prop_assert_eq!(got(&state.open), population.picked(&fold, &Pick::Open));
        prop_assert_eq!(state.events, expected.iter().map(|row| row.1.len() as u64).sum::<u64>());
        for label in 0..=3u32 {
            let counts = &state.labels[label as usize];
            prop_assert_eq!(got(&counts.containing), tally(&|labels, _| labels.contains(&label)));
            prop_assert_eq!(got(&counts.containing), population.picked(&fold, &Pick::Contains(label)));
            prop_assert_eq!(counts.entries, tally(&|labels, _| labels.first() == Some(&label)).0);
            prop_assert_eq!(counts.entries, population.picked(&fold, &Pick::Entered(label)).0);
            prop_assert_eq!(counts.exits, tally(&|labels, _| labels.last() == Some(&label)).0);
            prop_assert_eq!(counts.exits, population.picked(&fold, &Pick::Exited(label)).0);
        }
        let parts_of = |keep: &dyn Fn(&[i64], u32) -> bool| {
            let kept: Vec<_> = expected.iter().filter(|row| keep(row.2, row.3)).collect();
            let bounced: Vec<_> = kept.iter().filter(|row| row.2.len() == 1).map(|row| row.0).collect();
            let mut lengths: Vec<i64> = kept.iter().map(|row| row.2[row.2.len() - 1] - row.2[0]).collect();
            lengths.sort_unstable();
            let events = kept.iter().map(|row| row.2.len() as u64).sum::<u64>();
            let of = |rows: Vec<i64>| (rows.len() as u64, distinct(rows));
            (of(kept.iter().map(|row| row.0).collect()), of(bounced), events, lengths)
        };
        let each = |durations_us: Together<'_>| -> Vec<i64> {
            let (count, last) = (durations_us.count(), durations_us.count().saturating_sub(1).max(1) as f64);
            let shares: Vec<f64> = (0..count).map(|rank| rank as f64 / last).collect();
            let found = durations_us.quantiles(&shares).unwrap_or_default();
            found.iter().map(|found| found.round() as i64).collect()
        };
        let held = |part: &Part, durations_us: Together<'_>| {
            (got(&part.sessions), got(&part.bounces), part.events, each(durations_us))
        };
        let times = state.times();
        for channel in 0..2u32 {
            let part = &state.channels[channel as usize];
            prop_assert_eq!(held(part, times.on(channel)), parts_of(&|_, on| on == channel));
            prop_assert_eq!(got(&part.sessions), population.picked(&fold, &Pick::OnChannel(channel)));
        }
        prop_assert_eq!(state.days().map(|(_, part)| part.sessions.subjects.count).sum::<u64>(), expected.len() as u64);
        for (day, part) in state.days() {
            prop_assert_eq!(held(part, times.of_day(day)), parts_of(&|times, _| times[0] / 16 - 60 == i64::from(day)));
            prop_assert_eq!(got(&part.sessions), population.picked(&fold, &Pick::OnDay(day)));
        }
        let mut events: Vec<i64> = expected.iter().map(|row| row.1.len() as i64).collect();
        events.sort_unstable();
        let held: Vec<i64> = state.lengths().sorted().iter().flat_map(|(v, n)| vec![*v; *n as usize]).collect();
        prop_assert_eq!(held, events);
        let mut lengths: Vec<i64> = expected.iter().map(|row| row.2[row.2.len() - 1] - row.2[0]).collect();
        lengths.sort_unstable();
        let short = lengths.iter().filter(|length| **length < 4).count() as u64;
        prop_assert_eq!(population.picked(&fold, &Pick::Lasted { from_us: 0, to_us: 4 }).0, short);
        prop_assert_eq!(each(times.all()), lengths);
        let mut per_customer = std::collections::BTreeMap::new();
        for customer in &population.customers {
            let n = expected.iter().filter(|row| row.0 == customer.id).count() as u64;
            *per_customer.entry(n).or_insert(0u64) += u64::from(n > 0);
        }
        per_customer.remove(&0);
        prop_assert_eq!(state.per_customer(), per_customer.into_iter().collect::<Vec<_>>());
        prop_assert_eq!(&population.run_in_blocks(&fold, &parts), &state);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }
}

#[test]
fn too_many_labels_are_refused() {
    assert_eq!(Sessions::new(1_000_000).unwrap_err().kind(), folds::Kind::Invalid);
    assert!(!Sessions::new(0).unwrap().needs().label);
}
