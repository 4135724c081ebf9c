//! Numbers before a day and after it: each side, and each of its days, is what the question answers when it is asked of
//! that stretch alone; and a change that was planted in a simulated world is seen, where one that was not is not.

use analysis::answer::{BeforeAfter, ChangeVerdict, DayRole, Headline, IntervalMethod};
use analysis::question::{BeforeAfterQuestion, JourneyKey, Present, Question, ResolvedJourney};
use chrono::{Days, NaiveDate};
use lake::Control;
use model::change::{DatedChange, Figure};
use model::period::{DAY_US, Period};
use model::scope::Scope;
use serde_json::{Value, json};
use simulate::{CauseKind, Config, PainKind, Plant, Strength};
use tempfile::TempDir;

use crate::samples;
use crate::worlds::{journeys, present_of};

fn change(question: Value, figure: Value, day: NaiveDate, window_days: u32) -> DatedChange {
    let metric = json!({"name": "number", "question": question, "figure": figure});
    serde_json::from_value(json!({"title": "change", "day": day, "metric": metric, "window_days": window_days}))
        .unwrap()
}

/// A day well within the sample.
fn middle(present: &Present) -> NaiveDate {
    let (first, last) = present.snapshot.time_range().unwrap();
    chrono::DateTime::from_timestamp_micros(first + (last - first) / 2).unwrap().date_naive()
}

/// The number of the same question, asked of those who begin in a stretch, as every other page asks it.
async fn alone(question: &Value, from_us: i64, to_us: i64, as_of_us: i64, journey: &ResolvedJourney) -> Headline {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let entry = Period { from_us: Some(from_us), to_us: Some(to_us) };
    let mut question = question.clone();
    question["scope"] = serde_json::to_value(Scope { entry, as_of_us: Some(as_of_us), ..Scope::default() }).unwrap();
    let question: Question = serde_json::from_value(question).unwrap();
    let journey = question.journey().map(|_| journey);
    if let Question::JourneyMap(question) = &question {
        let map = samples.analyst.journey_map(&present, question, journey.unwrap(), &Control::new()).await.unwrap();
        let share = map.totals.conversion;
        let of = analysis::answer::HeadlineOf::Share;
        return Headline {
            label: "".into(),
            of,
            value: share.share,
            share: Some(share),
            people: Some(map.totals.goal),
        };
    }
    samples.analyst.headline(&present, &question, None, journey, &Control::new()).await.unwrap().headline
}

fn same(here: &Headline, there: &Headline) -> bool {
    (here.value, here.share, &here.people) == (there.value, there.share, &there.people)
}

/// Questions of every kind that has a before and an after, of the shop and of its journey.
fn questions(journey: &str) -> Vec<(&'static str, Value)> {
    let step = |name: &str| json!({"name": name, "match": [{"event": [name]}]});
    vec![
        ("sessions", json!({"ask": "sessions"})),
        ("transitions", json!({"ask": "transitions", "journey": {"id": journey}})),
        ("paths", json!({"ask": "paths", "journey": {"id": journey}})),
        ("map", json!({"ask": "journey_map", "journey": {"id": journey}})),
        ("stages", json!({"ask": "funnel", "journey": {"id": journey}})),
        ("funnel", json!({"ask": "funnel", "steps": [step("catalog"), step("purchase")], "window": "3d"})),
        (
            "sequence",
            json!({"ask": "sequence", "pattern": "(?1)(?2)", "conditions": [step("add_to_cart"), step("purchase")]}),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn sides_and_days_are_the_question_asked_of_them_alone() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let journey = samples.journeys("ecom").await.remove(0);
    let day = middle(&present);
    for (name, question) in questions(&journey.definition.id) {
        let asked =
            BeforeAfterQuestion::of(&change(question.clone(), json!({"of": "headline"}), day, 14), None).unwrap();
        let of = asked.question.journey().map(|_| &journey);
        let answer = samples.analyst.before_after(&present, &asked, of, &Control::new()).await.unwrap();
        let after = answer.after.as_ref().unwrap();
        let said = &answer.windows;
        assert_eq!((said.days, said.before_to, said.after_from), (14, day, day), "{name}");
        let mut of_days = (0, 0);
        for (side, role) in [(&answer.before, DayRole::Before), (after, DayRole::After)] {
            let entry = side.meta.scope.entry;
            let (from, to) = entry.from_us.zip(entry.to_us).unwrap();
            let as_of_us = side.meta.as_of_us;
            // Either side is looked at for as long.
            assert_eq!((as_of_us - to) as f64 / 1e6, said.look_ahead_s, "{name}");
            let whole = alone(&question, from, to, as_of_us, &journey).await;
            assert!(same(&side.headline, &whole), "{name}: {:?} {whole:?}", side.headline);
            let days: Vec<_> = answer.days.iter().filter(|day| day.role == role).collect();
            assert_eq!(days.iter().map(|day| day.began).sum::<u64>(), side.began, "{name}");
            assert_eq!(days.iter().map(|day| day.open).sum::<u64>(), side.open, "{name}");
            // The sample's zone has no daylight saving time, so that days are 24 hours.
            for (number, day) in days.iter().enumerate() {
                let from = from + number as i64 * DAY_US;
                // A whole customer stands on the day they first came in the stretch, and may come on others.
                if !["funnel", "sequence"].contains(&name) {
                    let alone = alone(&question, from, from + DAY_US, as_of_us, &journey).await;
                    assert_eq!((day.value, day.share), (alone.value, alone.share), "{name} on {}", day.day);
                }
                of_days.0 += day.share.map_or(0, |share| share.hits);
                of_days.1 += day.share.map_or(day.value.unwrap_or(0.0) as u64, |share| share.of);
            }
        }
        let of = |headline: &Headline| headline.share.map_or(headline.value.unwrap() as u64, |share| share.of);
        assert_eq!(of_days.1, of(&answer.before.headline) + of(&after.headline), "{name}");
        assert!(answer.notice.get("zh-CN") == "对比，不是因果证明" && answer.sentence.get("en").contains("not proof"));
        let effect = answer.effect.unwrap();
        let is_share = after.headline.share.is_some();
        let method = if is_share { IntervalMethod::NewcombeByDay } else { IntervalMethod::WelchByWeek };
        assert_eq!(effect.method, method, "{name}");
        assert!(effect.low.unwrap() <= effect.difference && effect.difference <= effect.high.unwrap(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_and_survival_are_read_at_one_place_on_both_sides() {
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let day = middle(&present);
    let rule = |name: &str| json!([{"event": [name]}]);
    for question in [
        json!({"ask": "retention", "start": rule("catalog"), "return": rule("catalog"), "cohort": "day"}),
        json!({"ask": "survival", "start": rule("catalog"), "end": rule("purchase")}),
    ] {
        let asked =
            BeforeAfterQuestion::of(&change(question.clone(), json!({"of": "headline"}), day, 14), None).unwrap();
        let answer = samples.analyst.before_after(&present, &asked, None, &Control::new()).await.unwrap();
        let after = answer.after.as_ref().unwrap();
        assert_eq!(answer.before.headline.label, after.headline.label);
        for (side, role) in [(&answer.before, DayRole::Before), (after, DayRole::After)] {
            let days = answer.days.iter().filter(|day| day.role == role);
            assert_eq!(days.map(|day| day.began).sum::<u64>(), side.began, "{question}");
            assert!(side.began > 0 && side.headline.value.is_some(), "{question} {side:?}");
        }
        // A median whose curve, or a bound of it, does not come down so far has no interval, and neither has the difference.
        let bounded = [&answer.before, after].iter().all(|side| side.low_s.is_some() && side.high_s.is_some());
        let effect = answer.effect.unwrap();
        let is_known = after.headline.share.is_some() || bounded;
        assert_eq!(effect.low.zip(effect.high).is_some_and(|(low, high)| low < high), is_known, "{effect:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_before_and_after_is_refused_and_what_is_not_over_waits() {
    for ask in ["lifecycle", "stickiness", "segments", "rfm", "attribution", "pains"] {
        let question = json!({"ask": ask, "journey": {"id": "x"}, "segments": [], "conversion": [], "touch": []});
        let wrong = change(question, json!({"of": "headline"}), "2024-03-01".parse().unwrap(), 28);
        assert!(BeforeAfterQuestion::of(&wrong, None).is_err(), "{ask}");
    }
    let samples = samples().await;
    let present = samples.present("ecom").await;
    let last = present.snapshot.time_range().unwrap().1;
    let last = chrono::DateTime::from_timestamp_micros(last).unwrap().date_naive();
    let at = async |day: NaiveDate| {
        let asked =
            BeforeAfterQuestion::of(&change(json!({"ask": "sessions"}), json!({"of": "headline"}), day, 28), None);
        samples.analyst.before_after(&present, &asked.unwrap(), None, &Control::new()).await.unwrap()
    };
    let ahead = at(last.checked_add_days(Days::new(9)).unwrap()).await;
    assert_eq!((ahead.verdict, ahead.after, ahead.effect), (ChangeVerdict::Waiting, None, None));
    // Ten days after, a week of them is compared, for which there is no interval.
    let ten = at(last.checked_sub_days(Days::new(10)).unwrap()).await;
    assert_eq!((ten.windows.days, ten.verdict), (7, ChangeVerdict::Unknown));
    assert_eq!(ten.effect.unwrap().method, IntervalMethod::NoneWeeks);
    assert!(ten.days.iter().any(|day| day.role == DayRole::Beyond));
}

/// A world of some customers in which fewer go on from the till, if at all, from a day on.
async fn world(seed: u64, strength: Option<f64>) -> (TempDir, Present, NaiveDate) {
    let mut config = Config { customers: 4_000, ..Config::new(seed) };
    let from_day = 90;
    config.plants.extend(strength.map(|points| Plant {
        kind: PainKind::DropOff,
        journey: "omni-purchase".into(),
        stage: "pay".into(),
        dimension: None,
        from_day: Some(from_day),
        to_day: None,
        cause: Some(CauseKind::Error),
        strength: Strength::Lift(points),
    }));
    let day = config.start.checked_add_days(Days::new(u64::from(from_day))).unwrap();
    let (home, present) = present_of(config).await;
    (home, present, day)
}

async fn conversion(present: &Present, day: NaiveDate, figure: Figure) -> BeforeAfter {
    let journey = journeys().remove(0);
    let question =
        json!({"ask": "journey_map", "journey": JourneyKey { id: journey.definition.id.clone(), version: None }});
    let asked = BeforeAfterQuestion::of(&change(question, serde_json::to_value(figure).unwrap(), day, 56), None);
    let analyst = &samples().await.analyst;
    analyst.before_after(present, &asked.unwrap(), Some(&journey), &Control::new()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_change_is_seen_and_one_that_was_not_planted_is_not() {
    let (_home, planted, day) = world(11, Some(0.3)).await;
    let seen = conversion(&planted, day, Figure::StageOnward { stage: "pay".into() }).await;
    assert_eq!(seen.verdict, ChangeVerdict::Down, "{}", seen.sentence.get("en"));
    let effect = seen.effect.unwrap();
    assert!(effect.low.unwrap() <= -0.25 && -0.25 <= effect.high.unwrap() || effect.difference < -0.1, "{effect:?}");
    // The same customers without it: what is left is chance.
    let (_home, same, day) = world(11, None).await;
    let nothing = conversion(&same, day, Figure::StageOnward { stage: "pay".into() }).await;
    assert_eq!(nothing.verdict, ChangeVerdict::Unclear, "{}", nothing.sentence.get("en"));
}
