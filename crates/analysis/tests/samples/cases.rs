//! A journey of cases against the golden of the mailed campaigns: every household and campaign is one case.

use analysis::answer::JourneyMap;
use analysis::question::{FunnelQuestion, JourneyKey, JourneyMapQuestion, PainQuestion, ResolvedJourney};
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::scope::Scope;
use operators::Control;
use serde_json::Value;
use testkit::golden;

use crate::agree::open_all;
use crate::{Samples, samples};

const WORKSPACE: &str = "completejourney";
const JOURNEY: &str = "campaign-to-redemption";

/// 1 March 2018: every campaign has ended by then.
const ALL_ENDED_US: i64 = 1_519_862_400_000_000;

async fn journey(samples: &Samples) -> ResolvedJourney {
    let journeys = samples.journeys(WORKSPACE).await;
    journeys.into_iter().find(|journey| journey.definition.id == JOURNEY).unwrap()
}

fn key(journey: &ResolvedJourney) -> JourneyKey {
    JourneyKey { id: journey.definition.id.clone(), version: Some(journey.version) }
}

async fn map(samples: &Samples, journey: &ResolvedJourney, scope: Scope) -> JourneyMap {
    let present = samples.present(WORKSPACE).await;
    let question = JourneyMapQuestion { journey: key(journey), persona: None, scope };
    samples.analyst.journey_map(&present, &question, journey, &Control::new()).await.unwrap()
}

/// Cases of each stage.
fn stages(map: &JourneyMap) -> Vec<u64> {
    map.stages.iter().map(|stage| stage.reach.reached.instances).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_campaign_of_every_household_is_a_case() {
    let samples = samples().await;
    let journey = journey(samples).await;
    let map = map(samples, &journey, Scope::default()).await;
    let expected = golden::json("completejourney.json");
    let campaigns = &expected["campaigns"];
    let counts = ["received", "shopped", "redeemed"].map(|what| number(&campaigns[what]));
    assert_eq!(counts, [6_589, 6_403, 792]);
    assert_eq!(stages(&map), counts);
    assert_eq!((map.totals.started.instances, map.totals.goal.instances), (counts[0], counts[2]));
    // A mailing is what every case begins with: no coupon was handed in of a campaign that was not received.
    assert_eq!(map.stages[0].starts.instances, counts[0]);
    assert_eq!(expected["redemptions_without_receipt"], 0);
    assert_eq!(map.touchpoints.iter().find(|here| here.touchpoint == "redemption").unwrap().reach.events, counts[2]);
    for (touchpoint, name) in [("personal-mailing", "Type A"), ("mailing-b", "Type B"), ("mailing-c", "Type C")] {
        let here = &map.touchpoints.iter().find(|here| here.touchpoint == touchpoint).unwrap().reach;
        let of_type = &campaigns["by_type"][name];
        assert_eq!(here.reached.instances, number(&of_type["received"]), "{name}");
        assert_eq!(here.events, number(&of_type["received"]), "{name}");
        assert_eq!(here.goal.instances, number(&of_type["redeemed"]), "{name}");
    }
    assert!(map.meta.definition.get("en").contains("campaign of a customer is a case"));
    assert!(map.meta.population.get("zh-CN").contains("个案") && map.meta.population.get("en").starts_with("cases"));
    assert!(map.meta.sql.iter().all(|sql| sql.contains("campaign_end")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cases_of_each_type_are_a_map_of_their_own() {
    let samples = samples().await;
    let journey = journey(samples).await;
    let rows = golden::csv("cj_campaign_funnel.csv");
    let mut all = vec![0; 3];
    for (name, share) in [("Type A", 0.166), ("Type B", 0.065), ("Type C", 0.059)] {
        let tests = vec![ColumnTest { column: "props.campaign_type".into(), op: Op::Eq, value: Value::from(name) }];
        let subjects = Some(Rule(vec![Condition { tests, ..Condition::default() }]));
        let scope = Scope { subjects, as_of_us: Some(ALL_ENDED_US), ..Scope::default() };
        let part = map(samples, &journey, scope).await;
        let sum = |column: &str| -> u64 {
            rows.iter().filter(|row| row["type"] == name).map(|row| row[column].parse::<u64>().unwrap()).sum()
        };
        assert_eq!(stages(&part), [sum("received"), sum("shopped_in_window"), sum("redeemed")], "{name}");
        assert_eq!(part.totals.open.instances, 0);
        assert!((part.totals.conversion.share.unwrap() - share).abs() < 5e-4, "{name}");
        all.iter_mut().zip(stages(&part)).for_each(|(all, part)| *all += part);
    }
    assert_eq!(all, [6_589, 6_403, 792]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_campaign_has_the_cases_the_golden_says() {
    let samples = samples().await;
    let journey = journey(samples).await;
    for row in golden::csv("cj_campaign_funnel.csv").iter().step_by(5) {
        let tests =
            vec![ColumnTest { column: "campaign".into(), op: Op::Eq, value: Value::from(row["campaign_id"].as_str()) }];
        let subjects = Some(Rule(vec![Condition { tests, ..Condition::default() }]));
        let part = map(samples, &journey, Scope { subjects, ..Scope::default() }).await;
        let expected = ["received", "shopped_in_window", "redeemed"].map(|column| row[column].parse::<u64>().unwrap());
        assert_eq!(stages(&part), expected, "{row:?}");
        // Each household received it once, so cases of one campaign are customers.
        assert_eq!(part.totals.started.customers, part.totals.started.instances);
        // A case is open while its campaign runs.
        let is_running = row["end"].as_str() >= "2018-01-01";
        assert_eq!(part.totals.open.instances > 0, is_running, "{row:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn funnel_and_customers_speak_of_the_same_cases() {
    let samples = samples().await;
    let journey = journey(samples).await;
    let present = samples.present(WORKSPACE).await;
    let question =
        FunnelQuestion { scope: Scope::default(), journey: Some(key(&journey)), ..FunnelQuestion::default() };
    let funnel = samples.analyst.funnel(&present, &question, Some(&journey), &Control::new()).await.unwrap();
    let reached: Vec<u64> = funnel.numbers.steps.iter().map(|step| step.reached.instances).collect();
    assert_eq!(reached, [6_589, 6_403, 792, 792]);
    let map = map(samples, &journey, Scope::default()).await;
    let opened = open_all(samples, WORKSPACE, Some(&journey), serde_json::to_value(&map).unwrap()).await;
    assert!(opened.contains(&"stage/visit/left".to_owned()), "{opened:?}");

    let question = PainQuestion { journey: key(&journey), scope: Scope::default(), currency: Some("USD".into()) };
    let pains = samples.analyst.pains(&present, &question, &journey, &Control::new()).await.unwrap();
    assert!(pains.meta.population.get("en").starts_with("cases"));
}
