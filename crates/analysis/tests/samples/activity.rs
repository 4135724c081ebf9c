//! Retention, lifecycle, stickiness and survival of the samples: against the goldens, with each other, and every number
//! opened to as many customers as it counts.

use std::collections::{BTreeMap, BTreeSet};

use analysis::answer::{People, RetentionAnswer, RetentionCell};
use analysis::question::{
    LifecycleQuestion, Present, Question, RetentionQuestion, SessionsQuestion, StickinessQuestion, SurvivalQuestion,
};
use model::activity;
use model::breakdown::{At, Breakdown};
use model::calendar::{Unit, WeekStart};
use model::period::Period;
use model::retention::{Bracket, Clock, Reading, Starts};
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::scope::{Scope, Subject};
use model::survival::{Censor, GroupRule};
use operators::Control;
use serde_json::Value;
use testkit::golden;

use crate::agree::rows;
use crate::{Samples, samples};

const DAY_US: i64 = 86_400_000_000;

fn utc() -> Scope {
    Scope { zone: Some("UTC".into()), ..Scope::default() }
}

/// The samples' own first events are what the goldens begin with: every event of the shop, purchases of the grocer.
fn scopes() -> [(&'static str, Scope); 2] {
    [("ecom", utc()), ("completejourney", Scope { events: Some(Rule::event("purchase")), ..utc() })]
}

async fn retention(samples: &Samples, workspace: &str, question: &RetentionQuestion) -> RetentionAnswer {
    let present = samples.present(workspace).await;
    samples.analyst.retention(&present, question, &Control::new()).await.unwrap()
}

/// Returned in a column, over all cohorts, whether complete or not.
fn returned(answer: &RetentionAnswer, column: &str) -> u64 {
    let at = answer.numbers.columns.iter().position(|one| one.name == column).unwrap();
    let cells = answer.numbers.cohorts.iter().filter_map(|cohort| cohort.cells.get(at));
    cells.map(|cell| cell.returned.customers).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn weekly_cohorts_equal_the_goldens() {
    let samples = samples().await;
    for (workspace, scope) in scopes() {
        let golden = golden::csv(&format!("retention_weekly_{workspace}.csv"));
        let last = golden[0].len() as u32 - 2;
        let question = RetentionQuestion { scope, last: Some(last), ..RetentionQuestion::default() };
        let answer = retention(samples, workspace, &question).await;
        assert_eq!(answer.numbers.cohorts.len(), golden.len(), "{workspace}");
        for (cohort, row) in answer.numbers.cohorts.iter().zip(&golden) {
            assert_eq!(cohort.cohort, row["cohort"]);
            for k in 0..=last as usize {
                let expected: u64 = row[&format!("w{k}")].parse().unwrap();
                let got = cohort.cells.get(k).map_or(0, |cell| cell.returned.customers);
                assert_eq!(got, expected, "{workspace} {} week {k}", cohort.cohort);
            }
            assert_eq!(cohort.cells[0].returned.customers, cohort.started.customers);
        }
        if workspace == "ecom" {
            let complete = golden::csv("retention_weekly_ecom_cell_complete.csv");
            for (cohort, row) in answer.numbers.cohorts.iter().zip(&complete) {
                let marks = cohort.cells.iter().map(|cell| cell.complete).chain(std::iter::repeat(false));
                for (k, mark) in marks.take(last as usize + 1).enumerate() {
                    assert_eq!(mark, row[&format!("w{k}")] == "1", "{} week {k}", cohort.cohort);
                }
            }
        }
        // The line of all is the sum of the complete cells.
        for (k, total) in answer.numbers.total.iter().enumerate() {
            let cells = answer.numbers.cohorts.iter().filter_map(|cohort| cohort.cells.get(k));
            let complete: Vec<&RetentionCell> = cells.filter(|cell| cell.complete).collect();
            assert_eq!(total.share.hits, complete.iter().map(|cell| cell.share.hits).sum::<u64>());
            assert_eq!(total.share.of, complete.iter().map(|cell| cell.share.of).sum::<u64>());
            assert_eq!(total.returned.customers, total.share.hits);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn days_brackets_zones_and_clocks_equal_the_goldens() {
    let samples = samples().await;
    for (workspace, scope) in scopes() {
        let golden = golden::json(&format!("retention_{workspace}.json"));
        let days = RetentionQuestion { scope, unit: Unit::Day, last: Some(90), ..RetentionQuestion::default() };
        let or_after = RetentionQuestion { reading: Reading::OnOrAfter, ..days.clone() };
        for (reading, question, mark) in [("n_day", &days, ""), ("rolling", &or_after, "+")] {
            let answer = retention(samples, workspace, question).await;
            assert_eq!(answer.numbers.started.customers, golden["users"].as_u64().unwrap());
            for (day, users) in golden[reading].as_object().unwrap() {
                let got = returned(&answer, &format!("{day}{mark}"));
                assert_eq!(got, users.as_u64().unwrap(), "{workspace} {reading} {day}");
            }
        }
        let brackets: Vec<Bracket> =
            golden["bracket"].as_object().unwrap().keys().map(|bracket| bracket.parse().unwrap()).collect();
        let mut brackets = brackets;
        brackets.sort_by_key(|bracket| bracket.from);
        let question = RetentionQuestion { last: None, brackets, ..days.clone() };
        let answer = retention(samples, workspace, &question).await;
        for (bracket, users) in golden["bracket"].as_object().unwrap() {
            assert_eq!(returned(&answer, bracket), users.as_u64().unwrap(), "{workspace} {bracket}");
        }
        // When the last day is over, whoever's day k it is at the latest is due.
        let present = samples.present(workspace).await;
        let newest = present.snapshot.time_range().unwrap().1;
        let newest = if workspace == "ecom" { newest } else { answer.meta.as_of_us };
        let over = Scope { as_of_us: Some((newest / DAY_US + 1) * DAY_US - 1), ..days.scope.clone() };
        let answer = retention(samples, workspace, &RetentionQuestion { scope: over, ..days.clone() }).await;
        if workspace == "ecom" {
            for (day, users) in golden["eligible_users(first_day+K<=last day in data)"].as_object().unwrap() {
                let total = &answer.numbers.total[day.parse::<usize>().unwrap()];
                assert_eq!(total.share.of, users.as_u64().unwrap(), "{day}");
            }
        }
    }
    let golden = golden::json("retention_traps_ecom.json");
    let days = RetentionQuestion { unit: Unit::Day, last: Some(90), scope: utc(), ..RetentionQuestion::default() };
    let zone = |zone: &str| RetentionQuestion { scope: Scope { zone: Some(zone.into()), ..utc() }, ..days.clone() };
    for (name, question) in [
        ("n_day_rolling_24h", RetentionQuestion { clock: Clock::Rolling, ..days.clone() }),
        ("n_day_calendar_utc", days.clone()),
        ("n_day_calendar_Asia/Shanghai", zone("Asia/Shanghai")),
        ("n_day_calendar_America/New_York", zone("America/New_York")),
    ] {
        let answer = retention(samples, "ecom", &question).await;
        for (day, users) in golden[name].as_object().unwrap() {
            assert_eq!(returned(&answer, day), users.as_u64().unwrap(), "{name} {day}");
        }
    }
    for (name, week_start) in [
        ("week1_retained_week_starts_monday", WeekStart::Monday),
        ("week1_retained_week_starts_sunday", WeekStart::Sunday),
    ] {
        let question = RetentionQuestion { week_start, scope: utc(), ..RetentionQuestion::default() };
        assert_eq!(Value::from(returned(&retention(samples, "ecom", &question).await, "1")), golden[name]);
    }
    let bought = RetentionQuestion {
        start: Some(Rule::event("add_to_cart")),
        back: Some(Rule::event("purchase")),
        unit: Unit::Day,
        scope: utc(),
        ..RetentionQuestion::default()
    };
    let brackets = vec![Bracket { from: 0, to: 0 }, Bracket { from: 1, to: 7 }];
    let bracketed = retention(samples, "ecom", &RetentionQuestion { brackets, ..bought.clone() }).await;
    let any = RetentionQuestion { reading: Reading::OnOrAfter, last: Some(0), ..bought };
    let any = retention(samples, "ecom", &any).await;
    let golden = &golden["start=first add_to_cart, return=purchase (on or after start)"];
    assert_eq!(Value::from(bracketed.numbers.started.customers), golden["starters"]);
    assert_eq!(Value::from(returned(&bracketed, "0")), golden["day0"]);
    assert_eq!(Value::from(returned(&bracketed, "1-7")), golden["day1-7"]);
    assert_eq!(Value::from(returned(&any, "0+")), golden["any"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn weekly_lifecycle_equals_the_goldens_and_agrees_with_retention() {
    let samples = samples().await;
    for (workspace, scope) in scopes() {
        let present = samples.present(workspace).await;
        let question = LifecycleQuestion { scope: scope.clone(), ..LifecycleQuestion::default() };
        let answer = samples.analyst.lifecycle(&present, &question, &Control::new()).await.unwrap();
        let golden = golden::csv(&format!("lifecycle_weekly_{workspace}.csv"));
        let weeks = &answer.numbers.periods;
        let skipped = weeks.iter().take_while(|week| week.period != golden[0]["week"]).count();
        assert!(weeks[..skipped].iter().all(|week| week.active.customers + week.dormant.customers == 0));
        for (week, row) in weeks[skipped..].iter().zip(&golden) {
            let got = [&week.new, &week.retained, &week.resurrected, &week.dormant].map(|people| people.customers);
            let expected = ["new", "retained", "resurrected", "dormant"].map(|column| row[column].parse().unwrap());
            assert_eq!((&week.period, got), (&row["week"], expected), "{workspace}");
        }
        assert!(weeks.len() - skipped >= golden.len());
        for pair in weeks.windows(2) {
            let [before, week] = pair else { unreachable!() };
            assert_eq!(week.dormant.customers, before.active.customers - week.retained.customers);
            let parts = week.new.customers + week.retained.customers + week.resurrected.customers;
            assert_eq!(week.active.customers, parts);
        }
        // Who is new in a week is the cohort of that week.
        let question = RetentionQuestion { scope, last: Some(0), ..RetentionQuestion::default() };
        let cohorts = retention(samples, workspace, &question).await.numbers.cohorts;
        let new: Vec<(&String, u64)> =
            weeks.iter().filter(|week| week.new.customers > 0).map(|week| (&week.period, week.new.customers)).collect();
        let started: Vec<(&String, u64)> =
            cohorts.iter().map(|cohort| (&cohort.cohort, cohort.started.customers)).collect();
        assert_eq!(new, started, "{workspace}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn weeks_shown_from_the_middle_are_what_they_are_in_the_whole() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let ask = async |over| {
        let question = LifecycleQuestion { scope: utc(), over, ..LifecycleQuestion::default() };
        samples.analyst.lifecycle(&present, &question, &Control::new()).await.unwrap().numbers.periods
    };
    let all = ask(Period::default()).await;
    let (from, to) = (all[9].from_us + 3 * DAY_US, all[15].from_us);
    assert_eq!(ask(Period { from_us: Some(from), to_us: Some(to) }).await, all[9..15]);
}

#[tokio::test(flavor = "multi_thread")]
async fn active_customers_equal_the_goldens() {
    let samples = samples().await;
    for (workspace, scope) in scopes() {
        let present = samples.present(workspace).await;
        let golden = golden::json(&format!("retention_{workspace}.json"));
        let question = StickinessQuestion { scope, ..StickinessQuestion::default() };
        let answer = samples.analyst.stickiness(&present, &question, &Control::new()).await.unwrap();
        let months = &answer.numbers.periods;
        for (month, users) in golden["mau"].as_object().unwrap() {
            let got = months.iter().find(|one| one.period == format!("{month}-01")).unwrap();
            assert_eq!(got.active.customers, users.as_u64().unwrap(), "{workspace} {month}");
        }
        let days: Vec<u64> = answer.numbers.units.iter().map(|day| day.active.customers).collect();
        // The golden's mean is over the days on which anybody came.
        let with = days.iter().filter(|users| **users > 0).count();
        let mean = days.iter().sum::<u64>() as f64 / with as f64;
        assert!(golden::same(mean, golden["dau_mean"].as_f64().unwrap()), "{workspace} {mean}");
        let most = answer.numbers.units.iter().find(|day| day.period == golden["dau_max"][0]).unwrap();
        assert_eq!(Value::from(most.active.customers), golden["dau_max"][1]);
        assert_eq!(days.iter().max(), Some(&most.active.customers));
        for month in months {
            let units: u64 = month.counts.iter().map(|row| u64::from(row.units) * row.exactly.customers).sum();
            let of_days = answer.numbers.units.iter();
            let of_days = of_days.filter(|day| (month.from_us..month.to_us).contains(&day.from_us));
            assert_eq!(units, of_days.map(|day| day.active.customers).sum::<u64>(), "{workspace} {}", month.period);
            assert_eq!(month.counts.first().map_or(0, |row| row.at_least.customers), month.active.customers);
        }
    }
    let golden = golden::json("retention_traps_ecom.json");
    let present = samples.present("ecom").await;
    for zone in ["Asia/Shanghai", "America/New_York", "UTC"] {
        let scope = Scope { zone: Some(zone.into()), ..Scope::default() };
        let question = StickinessQuestion { scope, ..StickinessQuestion::default() };
        let answer = samples.analyst.stickiness(&present, &question, &Control::new()).await.unwrap();
        let day = answer.numbers.units.iter().find(|day| day.period == "2024-03-11").unwrap();
        let key = format!("dau_2024-03-11_{}", if zone == "UTC" { "utc" } else { zone });
        assert_eq!(Value::from(day.active.customers), golden[&key], "{zone}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_to_the_first_purchase_equals_lifelines() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let golden = golden::json("survival.json");
    let first = &golden["ecom_time_to_first_purchase_days"];
    let at = [1, 7, 14, 30, 60, 90].map(model::period::Span::days).to_vec();
    let by = Some(Breakdown::new("platform"));
    let scope = Scope { by, ..Scope::default() };
    let question = SurvivalQuestion { scope, end: Rule::event("purchase"), at, ..SurvivalQuestion::default() };
    let answer = samples.analyst.survival(&present, &question, &Control::new()).await.unwrap();
    let curve = &answer.numbers.curves[0];
    assert_eq!(Value::from(curve.started.customers), first["n"]);
    assert_eq!(Value::from(curve.ended.customers), first["events"]);
    assert!(golden::same(curve.median.at_s.unwrap() / 86_400.0, first["median"].as_f64().unwrap()));
    assert_eq!(curve.at.len(), first["S"].as_object().unwrap().len());
    for at in &curve.at {
        let expected = first["S"][(at.at_s / 86_400.0).to_string()].as_f64().unwrap();
        assert!((at.survival - expected).abs() < 1e-9, "{at:?}");
        assert!(at.low < at.survival && at.survival < at.high);
    }
    // By the platform of the first event.
    let test = answer.groups_log_rank.unwrap();
    assert_eq!(test.df as usize, answer.groups.len() - 1);
    let expected = &golden["ecom_logrank_platform"];
    assert!((test.chi2 - expected["chi2"].as_f64().unwrap()).abs() < 1e-9, "{test:?}");
    assert!((test.p_value - expected["p"].as_f64().unwrap()).abs() < 1e-9, "{test:?}");
    // The same groups by rule.
    let platforms: BTreeSet<String> = answer.groups.iter().filter_map(|group| group.value.clone()).collect();
    let rule = |platform: &String| {
        let test = ColumnTest { column: "platform".into(), op: Op::Eq, value: platform.clone().into() };
        Rule(vec![Condition { tests: vec![test], ..Condition::default() }])
    };
    let groups = platforms.iter().map(|platform| GroupRule { name: platform.clone(), rule: rule(platform) }).collect();
    let question = SurvivalQuestion { scope: Scope::default(), groups, ..question };
    let by_rule = samples.analyst.survival(&present, &question, &Control::new()).await.unwrap();
    assert_eq!(by_rule.numbers.curves.len(), platforms.len());
    let other = by_rule.numbers.log_rank.unwrap();
    assert!((other.chi2 - test.chi2).abs() < 1e-9 && other.df == test.df, "{other:?} {test:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_opens_to_as_many_customers_as_it_counts() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let control = Control::new();
    let by = Breakdown { top: 2, at: At::Step(1), ..Breakdown::new("platform") };
    let scope = Scope { by: Some(by.clone()), ..utc() };
    let purchase = Some(Rule::event("purchase"));

    let questions = [
        RetentionQuestion { scope: scope.clone(), starts: Starts::Every, unit: Unit::Month, ..Default::default() },
        RetentionQuestion {
            scope: utc(),
            start: purchase.clone(),
            unit: Unit::Week,
            cohort: Some(Unit::Month),
            clock: Clock::Rolling,
            reading: Reading::OnOrAfter,
            last: Some(4),
            ..Default::default()
        },
    ];
    for question in questions {
        let answer = retention(samples, "ecom", &question).await;
        assert_eq!(answer.groups.is_empty(), question.scope.by.is_none());
        let json = serde_json::to_value(&answer).unwrap();
        opens(samples, &present, &answer.meta.question, &json, 7).await;
    }

    let scope = Scope { by: Some(Breakdown { at: At::Last, ..by }), ..utc() };
    let question = LifecycleQuestion { scope: scope.clone(), active: purchase.clone(), ..Default::default() };
    let answer = samples.analyst.lifecycle(&present, &question, &control).await.unwrap();
    opens(samples, &present, &answer.meta.question, &serde_json::to_value(&answer).unwrap(), 17).await;

    let question =
        StickinessQuestion { scope: scope.clone(), unit: Unit::Week, per: Unit::Quarter, ..Default::default() };
    let answer = samples.analyst.stickiness(&present, &question, &control).await.unwrap();
    opens(samples, &present, &answer.meta.question, &serde_json::to_value(&answer).unwrap(), 11).await;

    let groups = vec![GroupRule { name: "a/b".into(), rule: Rule::event("home") }];
    let question = SurvivalQuestion {
        scope,
        start: Some(Rule::event("cart")),
        end: Rule::event("purchase"),
        censor: Censor::LastEvent,
        groups,
        ..Default::default()
    };
    let answer = samples.analyst.survival(&present, &question, &control).await.unwrap();
    assert_eq!(answer.numbers.curves[0].name, "a/b");
    opens(samples, &present, &answer.meta.question, &serde_json::to_value(&answer).unwrap(), 5).await;
}

/// Opens every `step`-th number of people in an answer.
async fn opens(samples: &Samples, present: &Present, question: &str, answer: &Value, step: usize) {
    fn find(value: &Value, found: &mut Vec<People>) {
        match value {
            Value::Object(fields) if fields.contains_key("pick") => {
                found.push(serde_json::from_value(value.clone()).unwrap());
            }
            Value::Object(fields) => fields.values().for_each(|value| find(value, found)),
            Value::Array(values) => values.iter().for_each(|value| find(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    find(answer, &mut found);
    assert!(found.len() > 10);
    let question = Question::decode(question).unwrap();
    for people in found.iter().step_by(step) {
        let list =
            samples.analyst.customers(present, &question, None, &people.pick, None, 1, &Control::new()).await.unwrap();
        assert_eq!(list.customers, people.customers, "{}", people.pick);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn repeat_purchases_are_the_same_seen_from_three_sides() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let control = Control::new();
    let purchase = Rule::event("purchase");
    // Sessions of purchases alone, without end: one a customer who ever bought.
    let scope = Scope { events: Some(purchase.clone()), ..utc() };
    let question = SessionsQuestion { scope, timeout: Some("9999d".parse().unwrap()), apart: None };
    let buyers = samples.analyst.sessions(&present, &question, &control).await.unwrap().numbers;
    let question = SurvivalQuestion {
        scope: utc(),
        start: Some(purchase.clone()),
        end: purchase.clone(),
        ..SurvivalQuestion::default()
    };
    let survival = samples.analyst.survival(&present, &question, &control).await.unwrap().numbers;
    assert_eq!(survival.started.customers, buyers.sessions.customers);
    // Who bought once has not come to a second purchase.
    assert_eq!(survival.curves[0].censored.customers, buyers.bounces.customers);
    let question = RetentionQuestion {
        scope: utc(),
        start: Some(purchase.clone()),
        back: Some(purchase.clone()),
        last: Some(0),
        ..RetentionQuestion::default()
    };
    assert_eq!(retention(samples, "ecom", &question).await.numbers.started.customers, survival.started.customers);
    let question = LifecycleQuestion { scope: utc(), active: Some(purchase), ..LifecycleQuestion::default() };
    let weeks = samples.analyst.lifecycle(&present, &question, &control).await.unwrap().numbers.periods;
    assert_eq!(weeks.iter().map(|week| week.new.customers).sum::<u64>(), survival.started.customers);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_make_no_sense_are_refused_with_a_reason() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let control = Control::new();
    let session = Scope { subject: Subject::session("30m".parse().unwrap()), ..utc() };
    let plain = RetentionQuestion::default();
    let refused = |error: analysis::Result<RetentionAnswer>, what: &str| {
        let error = error.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), analysis::ErrorKind::Invalid, "{error}");
        assert!(error.to_string().contains(what), "{error}");
    };
    for (question, what) in [
        (RetentionQuestion { scope: session.clone(), ..plain.clone() }, "subject"),
        (RetentionQuestion { unit: Unit::Month, clock: Clock::Rolling, ..plain.clone() }, "no fixed length"),
        (RetentionQuestion { last: Some(366), ..plain.clone() }, "at most 365"),
        (RetentionQuestion { last: Some(3), brackets: vec![Bracket { from: 0, to: 1 }], ..plain.clone() }, "brackets"),
        (RetentionQuestion { brackets: vec![Bracket { from: 2, to: 1 }], ..plain.clone() }, "2-1"),
        (RetentionQuestion { start: Some(Rule::default()), ..plain.clone() }, "start"),
    ] {
        refused(samples.analyst.retention(&present, &question, &control).await, what);
    }
    let question = StickinessQuestion { unit: Unit::Month, per: Unit::Week, ..activity::StickinessQuestion::default() };
    let error = samples.analyst.stickiness(&present, &question, &control).await.unwrap_err();
    assert!(error.to_string().contains("not longer"), "{error}");
    let at = vec![model::period::Span::from_us(0)];
    let question = SurvivalQuestion { end: Rule::event("purchase"), at, ..SurvivalQuestion::default() };
    let error = samples.analyst.survival(&present, &question, &control).await.unwrap_err();
    assert!(error.to_string().contains("7d"), "{error}");
    let by = Some(Breakdown { at: At::Step(1), ..Breakdown::new("platform") });
    let question = LifecycleQuestion { scope: Scope { by, ..utc() }, ..LifecycleQuestion::default() };
    let error = samples.analyst.lifecycle(&present, &question, &control).await.unwrap_err();
    assert!(error.to_string().contains("step"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_gives_what_the_answers_give() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let control = Control::new();
    let count = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<u64>().unwrap();
    let scope = r#""scope": {"zone": "UTC"}"#;

    let question = RetentionQuestion { scope: utc(), unit: Unit::Month, last: Some(5), ..RetentionQuestion::default() };
    let answer = retention(samples, "ecom", &question).await;
    let asked = format!(r#"SELECT * FROM retention('{{"unit": "month", "last": 5, {scope}}}')"#);
    for sql in [&answer.meta.sql[0], &asked] {
        let found = rows(samples, &present, sql).await;
        assert_eq!(found.len(), answer.numbers.cohorts.len() * answer.numbers.columns.len());
        for cohort in &answer.numbers.cohorts {
            for cell in &cohort.cells {
                let is =
                    |row: &&BTreeMap<String, String>| row["cohort"] == cohort.cohort && row["from_unit"] == cell.name;
                let row = found.iter().find(is).unwrap();
                assert_eq!(count(row, "started"), cohort.started.instances);
                assert_eq!(count(row, "returned"), cell.returned.instances);
                assert_eq!(count(row, "due") - count(row, "returned_due"), cell.absent.instances);
            }
        }
    }

    let question = LifecycleQuestion { scope: utc(), ..LifecycleQuestion::default() };
    let answer = samples.analyst.lifecycle(&present, &question, &control).await.unwrap();
    for sql in [&answer.meta.sql[0], &format!("SELECT * FROM lifecycle('{{{scope}}}')")] {
        let found = rows(samples, &present, sql).await;
        assert_eq!(found.len(), answer.numbers.periods.len());
        for (row, week) in found.iter().zip(&answer.numbers.periods) {
            assert_eq!(row["period"], week.period);
            for (column, people) in [("new", &week.new), ("dormant", &week.dormant), ("active", &week.active)] {
                assert_eq!(count(row, column), people.customers);
            }
        }
    }

    let question = StickinessQuestion { scope: utc(), ..StickinessQuestion::default() };
    let answer = samples.analyst.stickiness(&present, &question, &control).await.unwrap();
    let [counts, units] = answer.meta.sql.as_slice() else { panic!("{:?}", answer.meta.sql) };
    let asked = format!(r#"SELECT * FROM stickiness('{{"rows": "units", {scope}}}')"#);
    for sql in [units, &asked] {
        let found = rows(samples, &present, sql).await;
        let days = answer.numbers.units.iter().map(|day| (day.period.clone(), day.active.customers));
        assert!(found.iter().map(|row| (row["unit"].clone(), count(row, "active"))).eq(days));
    }
    let found = rows(samples, &present, counts).await;
    let months = answer.numbers.periods.iter().flat_map(|month| month.counts.iter().map(|row| (&month.period, row)));
    let got: Vec<[u64; 3]> =
        found.iter().map(|row| ["units", "exactly", "at_least"].map(|column| count(row, column))).collect();
    let expected: Vec<[u64; 3]> =
        months.map(|(_, row)| [u64::from(row.units), row.exactly.customers, row.at_least.customers]).collect();
    assert_eq!(got, expected);

    let question = SurvivalQuestion { scope: utc(), end: Rule::event("purchase"), ..SurvivalQuestion::default() };
    let answer = samples.analyst.survival(&present, &question, &control).await.unwrap();
    let asked = format!(r#"SELECT * FROM survival('{{"end": [{{"event": "purchase"}}], {scope}}}')"#);
    for sql in [&answer.meta.sql[0], &asked] {
        let found = rows(samples, &present, sql).await;
        let curve = &answer.numbers.curves[0];
        assert_eq!(found.iter().map(|row| count(row, "ended")).sum::<u64>(), curve.ended.customers);
        assert_eq!(found.iter().map(|row| count(row, "censored")).sum::<u64>(), curve.censored.customers);
        // The curve, multiplied out of the rows.
        let mut survival = 1.0;
        let mut steps = curve.steps.iter().skip(1);
        for row in found.iter().filter(|row| row["ended"] != "0") {
            survival *= 1.0 - count(row, "ended") as f64 / count(row, "at_risk") as f64;
            let step = steps.next().unwrap();
            assert!((step.survival - survival).abs() < 1e-12, "{step:?}");
            assert_eq!((step.at_s, step.at_risk), (row["duration_s"].parse().unwrap(), count(row, "at_risk")));
        }
        assert!(curve.steps_complete);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_scopes_are_compared_column_by_column() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let middle = 1_711_929_600_000_000; // 2024-04-01, UTC
    let early = Scope { entry: Period { from_us: None, to_us: Some(middle) }, ..utc() };
    let late = Scope { entry: Period { from_us: Some(middle), to_us: None }, ..utc() };
    let question = RetentionQuestion { scope: early.clone(), last: Some(4), ..RetentionQuestion::default() };
    let asked = Question::Retention(question.clone());
    let compared = samples.analyst.compare(&present, &asked, &late, None, &Control::new()).await.unwrap();
    let alone = async |scope: &Scope| {
        let question = RetentionQuestion { scope: scope.clone(), ..question.clone() };
        retention(samples, "ecom", &question).await.numbers
    };
    let (here, there) = (alone(&early).await, alone(&late).await);
    assert_eq!(here.started.instances + there.started.instances, 600);
    for (total, other) in here.total.iter().zip(&there.total) {
        let path = ["total", &total.name, "share"];
        let change = compared.changes.iter().find(|change| change.path == path).unwrap();
        assert_eq!((Some(change.here), Some(change.there)), (total.share.share, other.share.share), "{path:?}");
        assert!(change.low.unwrap() <= change.difference && change.difference <= change.high.unwrap());
    }
}
