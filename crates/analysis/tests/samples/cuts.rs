//! Paths between anchors and sessions by all their rules, over the samples: against goldens, against naive definitions,
//! and against other analyses.

use std::collections::BTreeMap;

use analysis::answer::{CountedFrom, PathsAnswer, PathsNumbers, SessionsAnswer, SessionsNumbers};
use analysis::question::{
    FunnelQuestion, FunnelStepRule, Mode, PathsQuestion, Present, Question, SessionsBy, SessionsQuestion,
    TransitionsQuestion,
};
use lake::Control;
use model::event::Column;
use model::funnel::FunnelOptions;
use model::path::{Expand, FromAnchor, Having, PathCut, ToAnchor};
use model::period::{DAY_US, HOUR_US, MINUTE_US, Period, Span};
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::scope::{Scope, Subject};
use model::session::{ChannelRule, SessionRules};
use serde_json::Value;
use testkit::golden;
use testkit::oracle::sessions as oracle;

use crate::agree::{key, open_all, rows};
use crate::{Samples, samples};

const HALF_AN_HOUR: Subject = Subject::session(Span::minutes(30));

fn scope(subject: Subject) -> Scope {
    Scope { subject, ..Scope::default() }
}

fn from(event: &str, each: bool) -> Option<FromAnchor> {
    Some(FromAnchor { rule: Rule::event(event), each })
}

fn to(event: &str, last: bool, or_not: bool) -> Option<ToAnchor> {
    Some(ToAnchor { rule: Rule::event(event), last, or_not })
}

fn is(column: &str, value: &str) -> Rule {
    let test = ColumnTest { column: column.into(), op: Op::Eq, value: value.into() };
    Rule(vec![Condition { tests: vec![test], ..Condition::default() }])
}

async fn paths(samples: &Samples, present: &Present, question: &PathsQuestion) -> PathsAnswer {
    samples.analyst.paths(present, question, None, &Control::new()).await.unwrap()
}

/// Every position adds up to all paths, and every position's links to what is there.
fn adds_up(numbers: &PathsNumbers) {
    let total = numbers.subjects.instances;
    let ends = &numbers.ends;
    assert_eq!(ends.goal.subjects + ends.left.subjects + ends.open.subjects, total);
    for (at, position) in numbers.positions.iter().enumerate() {
        let listed: u64 = position.labels.iter().map(|label| label.subjects).sum();
        assert_eq!(listed + position.other + position.ended, total);
        assert_eq!(position.rest.subjects, position.other);
        assert_eq!(position.other == 0, position.other_labels == 0);
        let ended = &position.ended_as;
        assert_eq!(ended.goal.subjects + ended.left.subjects + ended.open.subjects, position.ended);
        if at + 1 < numbers.positions.len() {
            let links = numbers.links.iter().filter(|link| link.position == position.position);
            assert_eq!(links.map(|link| link.subjects).sum::<u64>(), listed + position.other, "links of {position:?}");
        }
    }
}

/// Where the next step leads from each visit of a page, as the golden counts it.
#[tokio::test(flavor = "multi_thread")]
async fn the_difference_a_broken_checkout_made() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let (begins, ends) = (1_712_880_000_000_000, 1_715_299_200_000_000); // 12 April to 10 May 2024
    let next = async |event: &str, entry: Period| {
        let question = PathsQuestion {
            scope: Scope { entry, events: Some(is("platform", "mobile")), ..scope(HALF_AN_HOUR) },
            steps: Some(2),
            top: 100,
            cut: PathCut { from: from(event, true), ..PathCut::default() },
            ..PathsQuestion::default()
        };
        let numbers = paths(samples, &present, &question).await.numbers;
        adds_up(&numbers);
        let second = &numbers.positions[1];
        let mut counts: BTreeMap<String, u64> =
            second.labels.iter().map(|label| (label.label.clone(), label.subjects)).collect();
        counts.insert("<end>".into(), second.ended);
        (numbers.subjects.instances, counts)
    };
    for row in golden::csv("diff_checkout_bug_mobile.csv") {
        let entries = match row["inside"].as_str() {
            "True" => vec![Period { from_us: Some(begins), to_us: Some(ends) }],
            _ => vec![Period { from_us: None, to_us: Some(begins) }, Period { from_us: Some(ends), to_us: None }],
        };
        let (mut total, mut counts) = (0, BTreeMap::<String, u64>::new());
        for entry in entries {
            let (paths, here) = next(&row["event"], entry).await;
            total += paths;
            here.into_iter().for_each(|(label, count)| *counts.entry(label).or_default() += count);
        }
        for (label, share) in row.iter().filter(|(name, _)| !matches!(name.as_str(), "inside" | "event")) {
            let count = counts.get(label).copied().unwrap_or(0);
            assert!(golden::same(count as f64 / total as f64, share.parse().unwrap()), "{row:?} {label}: {count}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_steps_before_a_purchase() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    for (subject, file) in [(HALF_AN_HOUR, "paths_session_id.json"), (Subject::Customer, "paths_user_id.json")] {
        for (collapse, name) in [(false, "raw"), (true, "collapsed_repeats")] {
            let question = PathsQuestion {
                scope: scope(subject.clone()),
                collapse,
                steps: Some(5),
                top: 20,
                cut: PathCut { to: to("purchase", false, false), ..PathCut::default() },
                ..PathsQuestion::default()
            };
            let answer = paths(samples, &present, &question).await;
            let numbers = &answer.numbers;
            adds_up(numbers);
            assert_eq!(numbers.counted_from, CountedFrom::Last);
            let expected = golden::json(file)[name]["top20_last4_before_first_purchase"].clone();
            let expected: Vec<(u64, Vec<String>)> = serde_json::from_value(expected).unwrap();
            let got: Vec<u64> = numbers.top.iter().map(|variant| variant.people.instances).collect();
            assert_eq!(got, expected.iter().map(|row| row.0).collect::<Vec<_>>(), "{file} {name}");
            let least = got.last().copied().unwrap();
            for (count, path) in expected.into_iter().filter(|row| row.0 > least) {
                let found = numbers.top.iter().find(|variant| variant.path == path).unwrap();
                assert_eq!(found.people.instances, count, "{path:?}");
            }
            // The last step is the anchor, and so everybody got there.
            let last = &numbers.positions[0];
            assert_eq!((last.labels[0].label.as_str(), last.labels.len()), ("purchase", 1));
            assert_eq!(last.labels[0].subjects, numbers.subjects.instances);
            assert_eq!(numbers.to_goal.unwrap().hits, numbers.subjects.instances);
            let everyone = if collapse { numbers.subjects.instances + numbers.without.instances } else { 0 };
            let sessions = if subject == HALF_AN_HOUR { 3_605 } else { 600 };
            assert!(!collapse || everyone == sessions, "{file}: {everyone}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_arrive_are_those_of_the_funnel() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let steps = ["product_view", "purchase"].map(|name| FunnelStepRule { name: name.into(), rule: Rule::event(name) });
    for subject in [Subject::Customer, HALF_AN_HOUR] {
        let funnel = FunnelQuestion {
            scope: scope(subject.clone()),
            journey: None,
            steps: steps.to_vec(),
            window: None,
            mode: Mode::Ordered,
            options: FunnelOptions::default(),
        };
        let funnel = samples.analyst.funnel(&present, &funnel, None, &Control::new()).await.unwrap();
        let [entered, bought] = funnel.numbers.steps.as_slice() else { panic!("two steps") };
        let cuts = [
            PathCut { from: from("product_view", false), to: to("purchase", true, true), ..PathCut::default() },
            PathCut {
                from: from("product_view", false),
                goal: Some(Rule::event("purchase")),
                hide: Some(Rule::event("purchase")),
                ..PathCut::default()
            },
        ];
        for cut in cuts {
            let question = PathsQuestion { scope: scope(subject.clone()), cut, ..PathsQuestion::default() };
            let numbers = paths(samples, &present, &question).await.numbers;
            adds_up(&numbers);
            assert_eq!(numbers.subjects.instances, entered.reached.instances);
            assert_eq!(numbers.subjects.customers, entered.reached.customers);
            assert_eq!(numbers.ends.goal.subjects, bought.reached.instances);
            let told: u64 = numbers.top.iter().map(|variant| variant.to_goal.unwrap().of + variant.open).sum();
            assert_eq!(told, numbers.top.iter().map(|variant| variant.people.instances).sum::<u64>());
        }
        // Without `or_not` only they have a path.
        let cut = PathCut { from: from("product_view", false), to: to("purchase", false, false), ..PathCut::default() };
        let question = PathsQuestion { scope: scope(subject), cut, ..PathsQuestion::default() };
        let numbers = paths(samples, &present, &question).await.numbers;
        assert_eq!(numbers.subjects.customers, bought.reached.customers);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_a_cut_path_opens_to_its_customers() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let question = PathsQuestion {
        scope: scope(HALF_AN_HOUR),
        steps: Some(4),
        top: 3,
        cut: PathCut {
            from: from("catalog", true),
            window: Some("20m".parse().unwrap()),
            goal: Some(Rule::event("purchase")),
            expand: vec![Expand { event: "product_view".into(), by: "channel".into(), top: 1, values: None }],
            ..PathCut::default()
        },
        split: Some(Rule::event("search")),
        ..PathsQuestion::default()
    };
    let answer = paths(samples, &present, &question).await;
    adds_up(&answer.numbers);
    let other = answer.comparison.as_ref().unwrap();
    adds_up(&other.numbers);
    // The most frequent value is named, for whoever asks again.
    let Question::Paths(asked) = Question::decode(&answer.meta.question).unwrap() else { panic!("another question") };
    assert_eq!(asked.cut.expand[0].values.as_deref(), Some(&["web".to_owned()][..]));
    let named =
        |what: &str| answer.numbers.top.iter().chain(&other.numbers.top).any(|v| v.path.iter().any(|s| s == what));
    assert!(named("product_view:web") && !named("product_view"));
    let picks = open_all(samples, "ecom", None, serde_json::to_value(&answer).unwrap()).await;
    for what in ["subjects", "without", "end/open", "rest/2", "ended/3/left", "against/path/", "against/step/2/"] {
        assert!(picks.iter().any(|pick| pick.starts_with(what)), "{what}");
    }
    // Both sides together are everybody.
    let whole = PathsQuestion { split: None, top: 1_000, ..question.clone() };
    let whole = paths(samples, &present, &whole).await.numbers;
    assert_eq!(answer.numbers.subjects.instances + other.numbers.subjects.instances, whole.subjects.instances);
    for variant in &other.variants {
        let all = whole.top.iter().find(|all| all.path == variant.path).unwrap();
        assert_eq!(variant.shares.here.hits + variant.shares.there.hits, all.people.instances, "{:?}", variant.path);
    }
    let having = |not: bool| PathsQuestion {
        split: None,
        having: Some(Having { rule: Rule::event("search"), not }),
        ..question.clone()
    };
    assert_eq!(paths(samples, &present, &having(false)).await.numbers, answer.numbers);
    assert_eq!(
        paths(samples, &present, &having(true)).await.numbers.subjects.instances,
        other.numbers.subjects.instances
    );
    let both = PathsQuestion { split: question.split.clone(), ..having(true) };
    let refused = samples.analyst.paths(&present, &both, None, &Control::new()).await.unwrap_err().to_string();
    assert!(refused.contains("split"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_event_is_told_apart_by_adds_up_to_the_event() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let first = async |expand: Vec<Expand>| {
        let cut = PathCut { expand, from: from("product_view", true), ..PathCut::default() };
        let question = PathsQuestion { steps: Some(1), top: 100, cut, ..PathsQuestion::default() };
        let numbers = paths(samples, &present, &question).await.numbers;
        let labels = numbers.positions[0].labels.iter();
        labels.map(|label| (label.label.clone(), label.subjects)).collect::<BTreeMap<_, _>>()
    };
    let plain = first(Vec::new()).await;
    let count = "SELECT coalesce(platform, ''), count(*) FROM events WHERE event = 'product_view' GROUP BY 1";
    let expected: BTreeMap<String, u64> = rows(samples, &present, &count.replace("coalesce(platform, '')", "platform"))
        .await
        .iter()
        .map(|row| (row["platform"].clone(), row["count(*)"].parse().unwrap()))
        .collect();
    let expand = |by: &str, top: u32, values: Option<Vec<String>>| {
        vec![Expand { event: "product_view".into(), by: by.into(), top, values }]
    };
    let apart = first(expand("platform", 2, None)).await;
    let mut most: Vec<(&String, &u64)> = expected.iter().collect();
    most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    assert_eq!(apart[&format!("product_view:{}", most[0].0)], *most[0].1);
    assert_eq!(apart["product_view:…"], most[2..].iter().map(|(_, count)| **count).sum::<u64>());
    assert_eq!(apart.values().sum::<u64>(), plain["product_view"]);
    // A property, and one that no event has.
    let lifecycle = first(expand("props.user_lifecycle", 1, None)).await;
    assert_eq!((lifecycle.len(), lifecycle.values().sum::<u64>()), (2, plain["product_view"]));
    assert_eq!(first(expand("props.nothing", 5, None)).await, plain);
    let journey = samples.journeys("ecom").await.remove(0);
    let cut = PathCut { expand: expand("platform", 2, None), ..PathCut::default() };
    let question = PathsQuestion { journey: Some(key(&journey)), cut, ..PathsQuestion::default() };
    let refused = samples.analyst.paths(&present, &question, Some(&journey), &Control::new()).await.unwrap_err();
    assert!(refused.to_string().contains("expand"), "{refused}");
}

async fn sessions(samples: &Samples, present: &Present, scope: Scope) -> SessionsAnswer {
    let question = SessionsQuestion { scope, timeout: None, apart: None };
    samples.analyst.sessions(present, &question, &Control::new()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_nothing_is_counted_apart_of_say_the_same_of_all() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let ask = async |apart: Option<Vec<SessionsBy>>| {
        let question = SessionsQuestion { scope: Scope::default(), timeout: None, apart };
        samples.analyst.sessions(&present, &question, &Control::new()).await.unwrap()
    };
    let whole = ask(None).await;
    let plain = ask(Some(Vec::new())).await;
    let SessionsNumbers { entries, exits, channels, days, .. } = &plain.numbers;
    assert!(entries.is_empty() && exits.is_empty() && channels.is_empty() && days.is_empty());
    let stripped = |of: &SessionsNumbers| SessionsNumbers {
        entries: Vec::new(),
        exits: Vec::new(),
        channels: Vec::new(),
        days: Vec::new(),
        ..of.clone()
    };
    assert_eq!(plain.numbers, stripped(&whole.numbers));
    assert_eq!((plain.meta.sql.len(), whole.meta.sql.len()), (1, 4));
    let picks = open_all(samples, "ecom", None, serde_json::to_value(&plain).unwrap()).await;
    assert!(picks.iter().any(|pick| pick == "bounces"), "{picks:?}");
    let by_channel = ask(Some(vec![SessionsBy::Channels])).await.numbers;
    assert_eq!(by_channel.channels, whole.numbers.channels);
    assert!(by_channel.days.is_empty() && by_channel.entries.is_empty());
    // Nobody is told to be behind what was not counted.
    for pick in ["entry/home", "exit/home", "channel/web", "day/2024-05-06"] {
        let question = Question::decode(&plain.meta.question).unwrap();
        let opened = samples.analyst.customers(&present, &question, None, pick, None, 10, &Control::new()).await;
        assert!(opened.is_err(), "{pick}");
    }
}

/// The shop's sessions by definition: events and whether each is one alone, by rules.
fn by_definition(rules: &SessionRules, day: impl Fn(i64) -> i64) -> (u64, u64) {
    let ecom = testkit::ecom();
    let span = |span: Option<Span>| span.map(|span| span.us);
    let mut lanes: Vec<oracle::Lane> = rules
        .channels
        .iter()
        .map(|rule| oracle::Lane {
            timeout_us: if rule.instant { None } else { span(rule.timeout.or(Some(rules.timeout))) },
            longest_us: span(rule.longest.or(rules.longest)),
        })
        .collect();
    lanes.push(oracle::Lane { timeout_us: span(Some(rules.timeout)), longest_us: span(rules.longest) });
    let (mut count, mut alone) = (0, 0);
    for rows in ecom.by_user() {
        let events: Vec<oracle::Event> = rows
            .map(|row| {
                let channel = match (ecom.events[ecom.event[row]].as_str(), ecom.platforms[ecom.platform[row]].as_str())
                {
                    ("support_chat", _) => "chat",
                    (_, "desktop") => "web",
                    _ => "mobile_web",
                };
                let own = rules.channels.iter().position(|rule| rule.channels.iter().any(|name| name == channel));
                let time_us = ecom.time_us[row];
                let lane = own.unwrap_or(rules.channels.len());
                oracle::Event { time_us, lane, campaign: 0, day: if rules.midnight { day(time_us) } else { 0 } }
            })
            .collect();
        let now = oracle::Event { time_us: i64::MAX / 2, lane: 0, campaign: 0, day: i64::MAX };
        for (own, _) in oracle::cut(&events, &lanes, now) {
            count += 1;
            alone += u64::from(own.len() == 1);
        }
    }
    (count, alone)
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_by_rules_are_what_the_definition_says() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let channel = |names: &[&str], timeout: Option<i64>| ChannelRule {
        channels: names.iter().map(|name| (*name).to_owned()).collect(),
        timeout: timeout.map(Span::minutes),
        instant: timeout.is_none(),
        ..ChannelRule::default()
    };
    let plain = SessionRules::default();
    let rules = [
        plain.clone(),
        SessionRules { longest: Some(Span::minutes(20)), ..plain.clone() },
        SessionRules { midnight: true, ..plain.clone() },
        SessionRules { channels: vec![channel(&["chat"], None)], ..plain.clone() },
        SessionRules {
            timeout: Span::days(1),
            longest: Some(Span::days(1)),
            midnight: true,
            channels: vec![channel(&["chat"], None), channel(&["mobile_web"], Some(5))],
            ..plain.clone()
        },
    ];
    let shift = [("UTC", 0), ("Asia/Shanghai", 8 * HOUR_US)];
    let mut counts = Vec::new();
    for rules in &rules {
        for (zone, offset_us) in shift {
            let subject = Subject::Session(rules.clone());
            let scope = Scope { zone: Some(zone.into()), ..scope(subject) };
            let answer = sessions(samples, &present, scope.clone()).await;
            let numbers = &answer.numbers;
            let expected = by_definition(rules, |time_us| (time_us + offset_us).div_euclid(DAY_US));
            assert_eq!((numbers.sessions.instances, numbers.bounces.instances), expected, "{rules:?} {zone}");
            assert_eq!(numbers.events, 31_106);
            let sum = |parts: &mut dyn Iterator<Item = u64>| parts.sum::<u64>();
            assert_eq!(sum(&mut numbers.channels.iter().map(|on| on.part.sessions.instances)), expected.0);
            assert_eq!(sum(&mut numbers.channels.iter().map(|on| on.part.events)), 31_106);
            assert_eq!(sum(&mut numbers.days.iter().map(|on| on.part.sessions.instances)), expected.0);
            assert_eq!(sum(&mut numbers.lengths.iter().map(|length| length.subjects)), expected.0);
            let customers = numbers.per_customer.counts.iter();
            assert_eq!(sum(&mut customers.map(|row| row.sessions * row.customers)), expected.0);
            // Any other analysis cuts the same.
            let question = TransitionsQuestion { scope, ..TransitionsQuestion::default() };
            let graph = samples.analyst.transitions(&present, &question, None, &Control::new()).await.unwrap();
            assert_eq!(graph.numbers.subjects.instances, expected.0);
            counts.push(expected.0);
        }
    }
    assert_eq!(counts[0], 3_605);
    assert_ne!(counts[4], counts[5], "midnight is another one in Shanghai");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_by_customer_and_day_equal_goldens_and_sql() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let expected = golden::json("sessions_ecom.json");
    for timeout in ["5m", "30m", "24h"] {
        let answer = sessions(samples, &present, scope(Subject::session(timeout.parse().unwrap()))).await;
        let per_user = expected[timeout]["sessions_per_user"].as_object().unwrap();
        let got: BTreeMap<String, Value> = (answer.numbers.per_customer.counts.iter())
            .map(|row| (row.sessions.to_string(), row.customers.into()))
            .collect();
        assert_eq!(got, per_user.iter().map(|(n, users)| (n.clone(), users.clone())).collect(), "{timeout}");
    }
    let answer = sessions(samples, &present, Scope { zone: Some("Asia/Shanghai".into()), ..scope(HALF_AN_HOUR) }).await;
    let [summary, _, channels, days] = answer.meta.sql.as_slice() else { panic!("{:?}", answer.meta.sql) };
    assert_eq!(rows(samples, &present, summary).await[0]["sessions"], "3605");
    let found = rows(samples, &present, days).await;
    assert_eq!(found.len(), answer.numbers.days.len());
    for (row, on) in found.iter().zip(&answer.numbers.days) {
        assert_eq!((&row["day"], row["sessions"].parse()), (&on.day, Ok(on.part.sessions.instances)));
        assert_eq!(row["events"].parse(), Ok(on.part.events));
    }
    let found: BTreeMap<String, String> = rows(samples, &present, channels)
        .await
        .into_iter()
        .map(|row| (row["channel"].clone(), row["sessions"].clone()))
        .collect();
    for on in &answer.numbers.channels {
        assert_eq!(found[&on.channel], on.part.sessions.instances.to_string());
    }
    // Days are the zone's: the same numbers by the SQL of the events.
    let gaps = "SELECT customer, time, time - lag(time) OVER (PARTITION BY customer ORDER BY time, seq) AS gap \
                FROM events WHERE event NOT LIKE '$%'";
    let sql = format!(
        "SELECT CAST(date_trunc('day', time + INTERVAL '8 hours') AS DATE) AS day, count(*) AS n FROM ({gaps}) \
         WHERE gap IS NULL OR gap > INTERVAL '30 minutes' GROUP BY 1 ORDER BY 1"
    );
    let plain: Vec<(String, u64)> =
        rows(samples, &present, &sql).await.iter().map(|row| (row["day"].clone(), row["n"].parse().unwrap())).collect();
    let told: Vec<(String, u64)> =
        answer.numbers.days.iter().map(|on| (on.day.clone(), on.part.sessions.instances)).collect();
    assert_eq!(told, plain);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_number_of_sessions_by_rules_opens_to_its_customers() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let rules = SessionRules {
        longest: Some(Span::minutes(25)),
        midnight: true,
        channels: vec![ChannelRule { channels: vec!["chat".into()], instant: true, ..ChannelRule::default() }],
        ..SessionRules::default()
    };
    let month = Period { from_us: Some(1_714_521_600_000_000), to_us: Some(1_714_521_600_000_000 + 7 * DAY_US) };
    let scope = Scope { entry: month, zone: Some("Europe/Paris".into()), ..scope(Subject::Session(rules)) };
    let answer = sessions(samples, &present, scope).await;
    let numbers = &answer.numbers;
    assert!(numbers.days.len() >= 7 && numbers.channels.len() == 3, "{:?}", numbers.channels);
    assert!(numbers.lengths.iter().all(|length| length.from_s < 1_800 || length.subjects == 0), "none is longer");
    let picks = open_all(samples, "ecom", None, serde_json::to_value(&answer).unwrap()).await;
    for what in ["sessions", "open", "bounces", "length/60/180", "channel/chat", "day/2024-05-0", "entry/", "exit/"] {
        assert!(picks.iter().any(|pick| pick.starts_with(what)), "{what}");
    }
    let said = answer.meta.population.get("en");
    assert!(said.contains("25 minutes") && said.contains("midnight") && said.contains("chat"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn campaigns_cut_sessions() {
    let samples = samples().await;
    let present = samples.present("completejourney").await;
    let of = |rules: SessionRules| sessions(samples, &present, scope(Subject::Session(rules)));
    let plain = of(SessionRules::idle(Span::days(400))).await.numbers;
    let cut =
        of(SessionRules { campaign: Some(Column::Campaign), ..SessionRules::idle(Span::days(400)) }).await.numbers;
    // One session a customer, and one more for each change from a campaign to another.
    assert_eq!(plain.sessions.instances, plain.sessions.customers);
    let changes = "SELECT count(*) AS n FROM (SELECT campaign, lag(campaign) OVER (PARTITION BY customer ORDER BY time, seq) \
                   AS before FROM events WHERE campaign IS NOT NULL AND campaign <> '' AND event NOT LIKE '$%') \
                   WHERE campaign <> before";
    let changes: u64 = rows(samples, &present, changes).await[0]["n"].parse().unwrap();
    assert!(changes > 0);
    assert_eq!(cut.sessions.instances, plain.sessions.instances + changes);
    assert_eq!(cut.sessions.customers, plain.sessions.customers);
    let refused = SessionsQuestion {
        scope: scope(Subject::Session(SessionRules { campaign: Some(Column::Amount), ..SessionRules::default() })),
        apart: None,
        timeout: None,
    };
    let refused = samples.analyst.sessions(&present, &refused, &Control::new()).await.unwrap_err().to_string();
    assert!(refused.contains("campaign"), "{refused}");
    assert_eq!(MINUTE_US * 30, SessionRules::default().timeout.us);
}
