//! Segments and scores on the samples: against independent computations, and against the other analyses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use analysis::question::{FunnelQuestion, FunnelStepRule, Question, RfmQuestion, SegmentsQuestion, SessionsQuestion};
use model::period::{DAY_US, Span};
use model::rfm::{Group, HIGH, Model, Scores, Ties};
use model::rule::Rule;
use model::scope::Scope;
use model::segment::{Segment, SegmentChoice, Within};
use operators::Control;
use serde_json::{Value, json};
use testkit::golden;

use crate::samples;

fn segment(id: &str, who: Value) -> Segment {
    serde_json::from_value(json!({"id": id, "name": id, "who": who})).unwrap()
}

fn given(id: &str, who: Value) -> SegmentChoice {
    SegmentChoice::Given(Box::new(segment(id, who)))
}

/// Those who bought twice; who filled a cart in the last 20 days without buying in them; who bought within a day of
/// seeing the catalogue.
fn three() -> [Value; 3] {
    let bought = json!([{"event": "purchase"}]);
    [
        json!({"did": {"match": bought, "is": {"gte": 2}}}),
        json!({"all": [
            {"did": {"match": [{"event": "cart"}], "within": {"last": "20d"}}},
            {"not": {"did": {"match": bought, "within": {"last": "20d"}}}}
        ]}),
        json!({"sequence": {"steps": [[{"event": "catalog"}], bought], "span": "1d"}}),
    ]
}

/// The members of those three at a moment, from the rows of the file.
fn members(ecom: &testkit::Ecom, as_of_us: i64) -> (usize, [BTreeSet<usize>; 3]) {
    let [purchase, cart, catalog] = ["purchase", "cart", "catalog"].map(|name| ecom.event_code(name));
    let mut found = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
    let mut there = 0;
    for (user, rows) in ecom.by_user().into_iter().enumerate() {
        let times = |event: usize| -> Vec<i64> {
            let own = rows.clone().filter(|row| ecom.event[*row] == event && ecom.time_us[*row] <= as_of_us);
            own.map(|row| ecom.time_us[row]).collect()
        };
        there += usize::from(ecom.time_us[rows.start] <= as_of_us);
        let lately = |times: &[i64]| times.iter().any(|time| as_of_us - time < 20 * DAY_US);
        let (bought, carts) = (times(purchase), times(cart));
        // Positions break ties.
        let place = |event: usize| {
            let own = rows.clone().filter(move |row| ecom.event[*row] == event && ecom.time_us[*row] <= as_of_us);
            own.map(|row| (row, ecom.time_us[row])).collect::<Vec<_>>()
        };
        let soon = place(catalog)
            .iter()
            .any(|(seen, at)| place(purchase).iter().any(|(row, time)| row > seen && time - at <= DAY_US));
        for (k, is) in [bought.len() >= 2, lately(&carts) && !lately(&bought), soon].into_iter().enumerate() {
            if is {
                found[k].insert(user);
            }
        }
    }
    (there, found)
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_overlaps_and_trend_of_the_shop() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let ecom = testkit::ecom();
    let newest = *ecom.time_us.iter().max().unwrap();
    let question = SegmentsQuestion {
        scope: Scope::default(),
        segments: three().into_iter().zip(["twice", "waiting", "soon"]).map(|(who, id)| given(id, who)).collect(),
        trend_days: Some(60),
    };
    let answer = samples.analyst.segments(&present, &question, &Control::new()).await.unwrap();
    let (there, found) = members(&ecom, newest);
    assert_eq!(answer.numbers.population.customers, there as u64);
    for (size, members) in answer.numbers.segments.iter().zip(&found) {
        assert_eq!(size.members.customers, members.len() as u64, "{}", size.id);
        assert!(!members.is_empty() && members.len() < there, "{} tells nobody apart", size.id);
    }
    assert_eq!(answer.numbers.overlaps.len(), 4);
    for overlap in &answer.numbers.overlaps {
        let places: Vec<usize> = ["twice", "waiting", "soon"]
            .iter()
            .enumerate()
            .filter(|(_, id)| overlap.segments.iter().any(|named| named == *id))
            .map(|(place, _)| place)
            .collect();
        let inside = |user: &usize, place: usize| found[place].contains(user);
        let all = (0..ecom.users.len()).filter(|user| places.iter().all(|place| inside(user, *place))).count();
        let only = (0..ecom.users.len()).filter(|user| (0..3).all(|p| inside(user, p) == places.contains(&p))).count();
        let any = (0..ecom.users.len()).filter(|user| places.iter().any(|place| inside(user, *place))).count();
        assert_eq!((overlap.members.customers, overlap.only.customers), (all as u64, only as u64), "{overlap:?}");
        assert_eq!((overlap.share_of_union.hits, overlap.share_of_union.of), (all as u64, any as u64));
    }
    assert_eq!(answer.numbers.trend.len(), 60);
    for at in &answer.numbers.trend {
        let (there, found) = members(&ecom, at.at_us);
        assert_eq!(at.population.customers, there as u64, "{}", at.day);
        let sizes: Vec<u64> = at.members.iter().map(|people| people.customers).collect();
        assert_eq!(sizes, found.iter().map(|members| members.len() as u64).collect::<Vec<_>>(), "{}", at.day);
    }
    // Every number opens to as many customers as it says, also those of days gone by.
    let asked = Question::decode(&answer.meta.question).unwrap();
    let numbers = &answer.numbers;
    let people = [&numbers.population, &numbers.segments[1].members, &numbers.overlaps[3].only]
        .into_iter()
        .chain([&numbers.trend[20].members[0], &numbers.trend[40].members[1]]);
    for people in people {
        let (analyst, control) = (&samples.analyst, Control::new());
        let list = analyst.customers(&present, &asked, None, &people.pick, None, 5, &control).await.unwrap();
        assert_eq!(list.customers, people.customers, "{}", people.pick);
    }
    // The statement computes the same.
    assert_eq!(answer.meta.sql.len(), 1);
    let limits = operators::QueryLimits { rows: 10_000, now_us: present.now_us, control: Control::new() };
    let engine = &samples.analyst.engine;
    let rows = operators::query(engine, present.snapshot.clone(), &answer.meta.sql[0], limits).await.unwrap();
    assert_eq!(rows.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(), 60 * 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_is_the_scope_of_any_analysis() {
    let samples = samples().await;
    let mut present = samples.present("ecom").await;
    let stored = vec![segment("twice", three()[0].clone()), segment("rest", json!({"not": {"segment": "twice"}}))];
    present.segments = Arc::new(stored);
    let named = |ids: &[&str]| Scope {
        segments: ids.iter().map(|id| SegmentChoice::Stored((*id).to_owned())).collect(),
        ..Scope::default()
    };
    let mut customers = Vec::new();
    let mut reached = Vec::new();
    for scope in [Scope::default(), named(&["twice"]), named(&["rest"]), named(&["twice", "rest"])] {
        let question = SessionsQuestion { scope: scope.clone(), timeout: Some(Span::minutes(30)), apart: None };
        let answer = samples.analyst.sessions(&present, &question, &Control::new()).await.unwrap();
        customers.push(answer.numbers.sessions.customers);
        let steps = ["catalog", "purchase"];
        let steps = steps.map(|name| FunnelStepRule { name: name.into(), rule: Rule::event(name) });
        let question = FunnelQuestion {
            scope,
            journey: None,
            steps: steps.into(),
            window: None,
            mode: Default::default(),
            options: Default::default(),
        };
        let funnel = samples.analyst.funnel(&present, &question, None, &Control::new()).await.unwrap();
        reached.push(funnel.numbers.steps[1].reached.customers);
        // Asked again as the answer says, the keys are not needed any more.
        let asked = Question::decode(&funnel.meta.question).unwrap();
        let anywhere = analysis::question::Present { segments: Arc::default(), ..present.clone() };
        let pick = &funnel.numbers.steps[1].reached.pick;
        let control = Control::new();
        let list = samples.analyst.customers(&anywhere, &asked, None, pick, None, 5, &control).await.unwrap();
        assert_eq!(Some(&list.customers), reached.last());
    }
    let (_, found) = members(&testkit::ecom(), i64::MAX / 2);
    assert_eq!(customers, [600, found[0].len() as u64, 600 - found[0].len() as u64, 0]);
    assert_eq!(reached[1], found[0].len() as u64, "who bought twice bought");
    assert_eq!(reached[0], reached[1] + reached[2]);
    let question = SessionsQuestion { scope: named(&["nobody"]), timeout: Some(Span::minutes(30)), apart: None };
    let error = samples.analyst.sessions(&present, &question, &Control::new()).await.unwrap_err();
    assert_eq!(error.kind(), analysis::ErrorKind::NotFound, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn membership_moves_with_time_as_a_full_look_says() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let ecom = testkit::ecom();
    let (oldest, newest) = (*ecom.time_us.iter().min().unwrap(), *ecom.time_us.iter().max().unwrap());
    let analyst = &samples.analyst;
    for who in three() {
        let choice = given("live", who);
        let mut live = analyst.membership(&present, &choice, oldest + 25 * DAY_US, &Control::new()).await.unwrap();
        let mut looked_at = 0;
        for days in [26, 27, 40, 41, 90, 400] {
            let as_of_us = oldest + days * DAY_US;
            let before: BTreeSet<_> = live.members().collect();
            // What the file holds is known from the beginning: only time passes.
            let nobody = BTreeSet::new();
            let change =
                analyst.update_membership(&present, &mut live, &nobody, as_of_us, &Control::new()).await.unwrap();
            let full = analyst.membership(&present, &choice, as_of_us, &Control::new()).await.unwrap();
            assert_eq!(live, full, "after {days} days");
            let after: BTreeSet<_> = full.members().collect();
            assert_eq!(change.entered, after.difference(&before).copied().collect::<Vec<_>>());
            assert_eq!(change.left, before.difference(&after).copied().collect::<Vec<_>>());
            looked_at += change.looked_at;
        }
        assert!(looked_at > 0 && oldest + 400 * DAY_US > newest);
        let back = analyst.update_membership(&present, &mut live, &BTreeSet::new(), oldest, &Control::new()).await;
        assert!(back.is_err(), "membership does not go back in time");
    }
}

fn shopping(ties: Ties) -> RfmQuestion {
    // The golden counts days up to the day after the last receipt, in days of UTC.
    let as_of = chrono::DateTime::parse_from_rfc3339("2018-01-02T12:00:00Z").unwrap();
    RfmQuestion {
        scope: Scope { as_of_us: Some(as_of.timestamp_micros()), zone: Some("UTC".into()), ..Scope::default() },
        model: Model {
            rule: Rule::event("purchase"),
            value: model::event::Column::Amount,
            within: Within::EVER,
            ties,
            high: HIGH,
        },
        edges: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scores_of_a_year_of_shopping() {
    let samples = samples().await;
    let present = samples.present("completejourney").await;
    let rows = golden::csv("rfm_completejourney.csv");
    let expected = |names: [&str; 3]| {
        let mut cells: BTreeMap<(u8, u8, u8), u64> = BTreeMap::new();
        for row in &rows {
            let [r, f, m] = names.map(|name| row[name].parse::<u8>().unwrap());
            *cells.entry((r, f, m)).or_default() += 1;
        }
        cells
    };
    let answer = samples.analyst.rfm(&present, &shopping(Ties::Together), &Control::new()).await.unwrap();
    let numbers = &answer.numbers;
    assert_eq!(numbers.scored.customers, 2_469);
    assert!((numbers.value - 4_596_039.58).abs() < 0.005, "{}", numbers.value);
    let cells: BTreeMap<(u8, u8, u8), u64> = numbers
        .cells
        .iter()
        .map(|cell| ((cell.scores.r, cell.scores.f, cell.scores.m), cell.people.customers))
        .collect();
    assert_eq!(cells, expected(["r_tie", "f_tie", "m_tie"]));
    // Groups are sums of cells, and the whole is the sum of the groups.
    for group in &numbers.named {
        let own = cells.iter().filter(|((r, f, m), _)| Scores { r: *r, f: *f, m: *m }.group(HIGH) == group.group);
        assert_eq!(group.people.customers, own.map(|(_, customers)| customers).sum::<u64>(), "{:?}", group.group);
    }
    assert_eq!(numbers.named.iter().map(|group| group.people.customers).sum::<u64>(), 2_469);
    assert!((numbers.named.iter().map(|group| group.value).sum::<f64>() - numbers.value).abs() < 0.005);
    let best = &numbers.named[0];
    assert_eq!(best.group, Group::ImportantValue);
    let asked = Question::decode(&answer.meta.question).unwrap();
    for people in [&best.people, &numbers.without, &numbers.cells[3].people, &numbers.scored] {
        let (analyst, control) = (&samples.analyst, Control::new());
        let list = analyst.customers(&present, &asked, None, &people.pick, None, 5, &control).await.unwrap();
        assert_eq!(list.customers, people.customers, "{}", people.pick);
    }
    // Where equal customers are ranked, each score has a fifth of them; by which ids is another matter.
    let ranked = samples.analyst.rfm(&present, &shopping(Ties::ByCustomer), &Control::new()).await.unwrap();
    for score in 1..=5u8 {
        let of = |pick: fn(&Scores) -> u8| {
            let own = ranked.numbers.cells.iter().filter(|cell| pick(&cell.scores) == score);
            own.map(|cell| cell.people.customers).sum::<u64>()
        };
        let fifth = rows.iter().filter(|row| row["m"] == score.to_string()).count() as u64;
        assert_eq!([of(|s| s.r), of(|s| s.f), of(|s| s.m)], [fifth; 3], "score {score}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_by_scores_holds_who_the_answer_counts() {
    let samples = samples().await;
    let present = samples.present("completejourney").await;
    let RfmQuestion { scope, model, .. } = shopping(Ties::Together);
    let question = RfmQuestion { scope: scope.clone(), model: model.clone(), edges: None };
    let scored = samples.analyst.rfm(&present, &question, &Control::new()).await.unwrap();
    let test = json!({"rfm": {"model": model, "groups": ["important_value"]}});
    let question =
        SegmentsQuestion { scope: scope.clone(), segments: vec![given("best", test.clone())], trend_days: None };
    let sizes = samples.analyst.segments(&present, &question, &Control::new()).await.unwrap();
    assert_eq!(sizes.numbers.segments[0].members.customers, scored.numbers.named[0].people.customers);
    // And as the scope of another analysis.
    let scope = Scope { segments: vec![given("best", test)], ..scope };
    let question = SessionsQuestion { scope, timeout: Some(Span::minutes(30)), apart: None };
    let sessions = samples.analyst.sessions(&present, &question, &Control::new()).await.unwrap();
    assert_eq!(sessions.numbers.sessions.customers, scored.numbers.named[0].people.customers);
}
