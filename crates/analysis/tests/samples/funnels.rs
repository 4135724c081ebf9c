//! Funnels with options, and sequences, over the sample shop: equal to runs written down naively, adding up, and open to
//! the customers behind every number.

use analysis::answer::{FunnelAnswer, FunnelNumbers, People};
use analysis::question::{FunnelQuestion, FunnelStepRule, Mode, SequenceQuestion};
use model::calendar::Unit;
use model::funnel::{ExclusionEffect, FunnelCount, FunnelEntry, FunnelExclusion, FunnelOptions};
use model::period::Period;
use model::rule::Rule;
use model::scope::{Scope, Subject};
use operators::Control;
use testkit::oracle::funnel_options as oracle;

use crate::agree::{open_all, rows};
use crate::samples;

const STEPS: [&str; 3] = ["add_to_cart", "payment_details", "purchase"];
const EXCLUDED: &str = "payment_error";
const DAY_US: i64 = 86_400_000_000;

fn named(names: &[&str]) -> Vec<FunnelStepRule> {
    names.iter().map(|name| FunnelStepRule { name: (*name).into(), rule: Rule::event(name) }).collect()
}

fn asked(mode: Mode, options: FunnelOptions) -> FunnelQuestion {
    FunnelQuestion { steps: named(&STEPS), window: Some("7d".parse().unwrap()), mode, options, ..Default::default() }
}

async fn ask(question: &FunnelQuestion) -> FunnelAnswer {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    samples.analyst.funnel(&present, question, None, &Control::new()).await.unwrap()
}

fn exclusion(effect: ExclusionEffect) -> FunnelExclusion {
    FunnelExclusion { rule: Rule::event(EXCLUDED), after: Some(2), before: Some(3), effect }
}

/// By the definition: how many runs reached each step, and how many were removed.
fn expected(mode: Mode, options: &FunnelOptions) -> (Vec<u64>, u64) {
    let ecom = testkit::ecom();
    let code = |name: &str| ecom.event_code(name);
    let steps = STEPS.map(code);
    let as_of_us = *ecom.time_us.iter().max().unwrap();
    let exclusions = options.exclusions.iter().map(|x| (1, 2, x.effect == ExclusionEffect::Remove)).collect();
    let asked = oracle::Options {
        steps: STEPS.len(),
        order: match mode {
            Mode::Strict => oracle::Order::Strict,
            Mode::Unordered => oracle::Order::Any,
            _ => oracle::Order::InOrder,
        },
        reuse: options.reuse,
        optional: options.optional.iter().map(|step| 1u64 << (step - 1)).sum(),
        exclusions,
        hold: !options.hold.is_empty(),
        as_of_us,
    };
    let (mut reached, mut removed) = (vec![0; STEPS.len()], 0);
    for range in ecom.by_user() {
        let time_us = &ecom.time_us[range.clone()];
        let mask = ecom.event[range.clone()].iter().map(|event| {
            let of_steps: u64 = (0..).zip(&steps).map(|(k, step)| u64::from(event == step) << k).sum();
            of_steps | u64::from(*event == code(EXCLUDED)) << STEPS.len()
        });
        let mask: Vec<u64> = mask.collect();
        let held: Vec<u32> = ecom.platform[range].iter().map(|platform| *platform as u32 + 1).collect();
        let until_us: Vec<i64> = time_us.iter().map(|time| time + 7 * DAY_US).collect();
        let events = oracle::Events {
            time_us,
            mask: &mask,
            held: &held,
            until_us: &until_us,
            open_us: &until_us,
            is_open: true,
        };
        let runs: Vec<oracle::Run> = match (options.count, options.entry) {
            (FunnelCount::Totals, _) => oracle::attempts(&asked, events),
            (_, FunnelEntry::First) => oracle::first(&asked, events).into_iter().collect(),
            (_, FunnelEntry::Best) => oracle::best(&asked, events).into_iter().collect(),
        };
        for run in runs {
            removed += u64::from(run.removed);
            for (count, event) in reached.iter_mut().zip(&run.events) {
                *count += u64::from(!run.removed && event.is_some());
            }
        }
    }
    (reached, removed)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_option_counts_what_its_definition_says() {
    let plain = FunnelOptions::default();
    let totals = FunnelOptions { count: FunnelCount::Totals, ..plain.clone() };
    let hold = FunnelOptions { hold: vec!["platform".into()], ..plain.clone() };
    let excluded = |effect| FunnelOptions { exclusions: vec![exclusion(effect)], ..plain.clone() };
    let cases = [
        (Mode::Ordered, plain.clone()),
        (Mode::Strict, plain.clone()),
        (Mode::Unordered, plain.clone()),
        (Mode::Ordered, FunnelOptions { entry: FunnelEntry::First, ..plain.clone() }),
        (Mode::Ordered, FunnelOptions { optional: vec![2], ..plain.clone() }),
        (Mode::Ordered, FunnelOptions { reuse: true, ..plain.clone() }),
        (Mode::Ordered, totals.clone()),
        (Mode::Unordered, FunnelOptions { count: FunnelCount::Totals, ..hold.clone() }),
        (Mode::Ordered, hold),
        (Mode::Ordered, excluded(ExclusionEffect::Remove)),
        (Mode::Ordered, excluded(ExclusionEffect::Drop)),
        (Mode::Ordered, FunnelOptions { exclusions: vec![exclusion(ExclusionEffect::Drop)], ..totals }),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for (mode, options) in cases {
        let (reached, removed) = expected(mode, &options);
        let answer = ask(&asked(mode, options.clone())).await.numbers;
        let got: Vec<u64> = answer.steps.iter().map(|step| step.reached.instances).collect();
        assert_eq!(got, reached, "{mode:?} {options:?}");
        assert_eq!(answer.removed.map_or(0, |people| people.instances), removed);
        seen.insert(got);
    }
    assert!(seen.len() > 6, "options make a difference here: {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_is_of_the_runs_that_begin_in_it_whoever_they_are_of() {
    let ecom = testkit::ecom();
    let steps = STEPS.map(|name| ecom.event_code(name));
    let (first, last) = (*ecom.time_us.iter().min().unwrap(), *ecom.time_us.iter().max().unwrap());
    let (from, to) = (first + (last - first) / 2, first + (last - first) / 3 * 2);
    let (mut reached, mut came_before) = ([0; 3], 0);
    for range in ecom.by_user() {
        let (time, event) = (&ecom.time_us[range.clone()], &ecom.event[range]);
        let depth = |begin: usize| {
            let later = |after: usize, step: usize| {
                (after + 1..time.len()).find(|at| event[*at] == steps[step] && time[*at] <= time[begin] + 7 * DAY_US)
            };
            match later(begin, 1) {
                None => 1,
                Some(second) => 2 + usize::from(later(second, 2).is_some()),
            }
        };
        let begins = (0..time.len()).filter(|at| event[*at] == steps[0] && (from..to).contains(&time[*at]));
        let deepest = begins.map(depth).max().unwrap_or(0);
        reached[..deepest].iter_mut().for_each(|count| *count += 1);
        came_before += u64::from(deepest > 0 && time[0] < from);
    }
    let scope = Scope { entry: Period { from_us: Some(from), to_us: Some(to) }, ..Scope::default() };
    let answer = ask(&FunnelQuestion { scope, ..asked(Mode::Ordered, FunnelOptions::default()) }).await;
    let got: Vec<u64> = answer.numbers.steps.iter().map(|step| step.reached.instances).collect();
    assert_eq!(got, reached);
    assert!(came_before > reached[0] / 4, "most of a shop's customers of a month are not new in it");
    assert!(answer.meta.population.get("en").contains("customers with events on"), "{:?}", answer.meta.population);
}

fn sum(people: impl Iterator<Item = u64>) -> u64 {
    people.sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_next_and_the_trend_add_up() {
    let told = FunnelOptions { next: true, trend: Some(Unit::Week), ..FunnelOptions::default() };
    let removing = FunnelOptions { exclusions: vec![exclusion(ExclusionEffect::Remove)], ..told.clone() };
    let totals = FunnelOptions { count: FunnelCount::Totals, ..told.clone() };
    for options in [told, removing, totals] {
        let answer = ask(&asked(Mode::Ordered, options)).await;
        let FunnelNumbers { steps, trend, removed, subjects, time_to_convert } = &answer.numbers;
        let instances = |people: &People| people.instances;
        for step in &steps[..2] {
            let next = step.next.as_ref().unwrap();
            let events = next.within.iter().chain(&next.after).map(|event| event.people.instances);
            assert_eq!(sum(events) + next.nothing.instances, step.dropped.instances, "{}", step.name);
            assert!(!next.within.is_empty() && next.other == 0);
        }
        assert!(steps[2].next.is_none());
        let trend = trend.as_ref().unwrap();
        for (k, step) in steps.iter().enumerate() {
            assert_eq!(sum(trend.iter().map(|period| period.reached[k].instances)), step.reached.instances);
        }
        let open = sum(steps.iter().map(|step| step.open.instances));
        assert_eq!(sum(trend.iter().map(|period| period.open.instances)), open);
        assert!(trend.windows(2).all(|two| two[0].to_us == two[1].from_us));
        assert!(trend.iter().all(|period| period.to_us - period.from_us == 7 * DAY_US), "the shop is read in UTC");
        assert!(
            trend
                .iter()
                .all(|period| period.complete == (period.to_us <= answer.meta.as_of_us && period.open.instances == 0))
        );
        assert!(!trend.last().unwrap().complete);
        let ended = sum(steps.iter().map(|step| step.dropped.instances + step.converted.as_ref().map_or(0, instances)));
        assert_eq!(ended + open, steps[0].reached.instances);
        assert!(
            steps[0].reached.customers + removed.as_ref().map_or(0, |people| people.customers) <= subjects.customers
        );
        assert_eq!(sum(time_to_convert.bins.iter().map(|bin| bin.count)), steps[2].reached.instances);
        assert_eq!(time_to_convert.durations, steps[2].time_from_first);
        for step in &steps[1..] {
            assert_eq!(sum(step.bins_from_previous.iter().map(|bin| bin.count)), step.time_from_previous.count);
        }

        // The same by SQL.
        let samples = samples().await;
        let present = samples.present("ecom").await;
        assert_eq!(answer.meta.sql.len(), 3);
        let next = rows(samples, &present, &answer.meta.sql[1]).await;
        let count = |row: &std::collections::BTreeMap<String, String>| row["subjects"].parse::<u64>().unwrap();
        let dropped = sum(steps[..2].iter().map(|step| step.dropped.instances));
        assert_eq!(sum(next.iter().map(count)), dropped);
        let by_week = rows(samples, &present, &answer.meta.sql[2]).await;
        let first = by_week.iter().filter(|row| row["begins"] == trend[0].period);
        let first: Vec<u64> = first.map(count).collect();
        assert_eq!(first, trend[0].reached.iter().map(instances).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_opens_to_its_customers() {
    let samples = samples().await;
    let told = FunnelOptions { next: true, trend: Some(Unit::Month), ..FunnelOptions::default() };
    let removing = FunnelOptions { exclusions: vec![exclusion(ExclusionEffect::Remove)], ..told.clone() };
    let attempts = FunnelOptions { count: FunnelCount::Totals, hold: vec!["channel".into()], ..told };
    for options in [removing, attempts] {
        let answer = ask(&asked(Mode::Ordered, options)).await;
        let picks = open_all(samples, "ecom", None, serde_json::to_value(answer).unwrap()).await;
        for what in ["step/1/dropped/within/", "step/1/dropped/nothing", "in/2024-", "step/3/converted"] {
            assert!(picks.iter().any(|pick| pick.starts_with(what)), "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_and_calendar_days_bound_a_run() {
    let by = |window: &str, count| FunnelQuestion {
        window: Some(window.parse().unwrap()),
        ..asked(Mode::Ordered, FunnelOptions { count, ..FunnelOptions::default() })
    };
    // Whoever converts within a session is a session that converts.
    let customers = ask(&by("session:30m", FunnelCount::Uniques)).await.numbers;
    let sessions = ask(&by("session:30m", FunnelCount::Sessions)).await;
    let scope = Scope { subject: Subject::session("30m".parse().unwrap()), ..Scope::default() };
    let same = ask(&FunnelQuestion { scope, ..by("session:30m", FunnelCount::Uniques) }).await.numbers;
    assert_eq!(sessions.numbers.steps, same.steps);
    for (customer, session) in customers.steps.iter().zip(&sessions.numbers.steps) {
        assert_eq!(customer.reached.customers, session.reached.customers, "{}", customer.name);
    }
    assert_eq!(sessions.numbers.subjects.instances, 3_605);
    let week = ask(&by("calendar:week", FunnelCount::Uniques)).await.numbers;
    let day = ask(&by("calendar:day", FunnelCount::Uniques)).await.numbers;
    let unbounded = ask(&FunnelQuestion { window: None, ..by("1d", FunnelCount::Uniques) }).await.numbers;
    for k in 0..3 {
        let reached = [&day, &week, &unbounded].map(|numbers| numbers.steps[k].reached.customers);
        assert!(reached.is_sorted(), "{reached:?}");
    }
    assert!(day.steps[2].reached.customers < unbounded.steps[2].reached.customers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sequence_and_a_funnel_find_the_same_customers() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let question = |pattern: &str| SequenceQuestion {
        pattern: pattern.into(),
        conditions: named(&STEPS),
        ..SequenceQuestion::default()
    };
    let question = question("(?1).*(?2).*(?3)");
    let answer = samples.analyst.sequence(&present, &question, None, &Control::new()).await.unwrap();
    let funnel = ask(&FunnelQuestion { window: None, ..asked(Mode::Ordered, FunnelOptions::default()) }).await.numbers;
    assert_eq!(answer.numbers.matched.customers, funnel.steps[2].reached.customers);
    assert_eq!(answer.numbers.subjects.customers, 600);
    let totals = FunnelOptions { count: FunnelCount::Totals, ..FunnelOptions::default() };
    let attempts = ask(&FunnelQuestion { window: None, ..asked(Mode::Ordered, totals) }).await.numbers;
    assert_eq!(answer.numbers.matches, attempts.steps[2].reached.instances);
    let found = rows(samples, &present, &answer.meta.sql[0]).await;
    assert_eq!(found[0]["matches"], answer.numbers.matches.to_string());
    let picks = open_all(samples, "ecom", None, serde_json::to_value(answer).unwrap()).await;
    assert!(["subjects", "matched", "unmatched"].iter().all(|pick| picks.iter().any(|known| known == pick)));
}
