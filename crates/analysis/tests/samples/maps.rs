//! Planned against actual, key touchpoints and personas of the sample shop. The numbers were counted by a program of
//! its own over the file's rows, and the intervals by the published formulas.

use analysis::answer::{DeviationKind, JourneyMap, KeyTouchpoint, PersonaNumbers, StandardOf, TouchpointRole};
use analysis::question::{JourneyKey, JourneyMapQuestion, ResolvedJourney};
use model::journey::Journey;
use model::lanes::Basis;
use model::rule::Rule;
use model::scope::Scope;
use operators::Control;

use crate::{Samples, samples};

async fn shop_journey(samples: &Samples) -> ResolvedJourney {
    samples.journeys("ecom").await.into_iter().find(|journey| journey.definition.id == "online-purchase").unwrap()
}

fn question(journey: &ResolvedJourney, persona: Option<&str>, scope: Scope) -> JourneyMapQuestion {
    let journey = JourneyKey { id: journey.definition.id.clone(), version: Some(journey.version) };
    JourneyMapQuestion { journey, persona: persona.map(str::to_owned), scope }
}

async fn map(samples: &Samples, journey: &ResolvedJourney, persona: Option<&str>, scope: Scope) -> JourneyMap {
    let present = samples.present("ecom").await;
    let question = question(journey, persona, scope);
    samples.analyst.journey_map(&present, &question, journey, &Control::new()).await.unwrap()
}

fn with(journey: &ResolvedJourney, change: impl FnOnce(&mut Journey)) -> ResolvedJourney {
    let mut changed = journey.clone();
    change(&mut changed.definition);
    changed
}

/// Instances, customers, instances at the goal, left instances.
type Counts = (u64, u64, u64, u64);

fn deviations(map: &JourneyMap) -> Vec<(DeviationKind, Option<&str>, &str, Counts)> {
    let counts = |deviation: &analysis::answer::Deviation| {
        let (people, to_goal) = (&deviation.people, &deviation.to_goal);
        (people.instances, people.customers, to_goal.hits, to_goal.of - to_goal.hits)
    };
    let all = map.planned.deviations.iter();
    all.map(|deviation| (deviation.kind, deviation.from.as_deref(), deviation.to.as_str(), counts(deviation))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_planned_way_of_the_shop() {
    use DeviationKind::{Back, Outside, Skip, Start};
    let samples = samples().await;
    let journey = shop_journey(samples).await;
    let way = ["discover", "evaluate", "decide", "check-out", "order"];
    let planned = map(samples, &journey, None, Scope::default()).await;
    assert_eq!(planned.planned.stages, way);
    assert_eq!((planned.planned.on_way.instances, planned.planned.on_way.customers), (122, 111));
    assert_eq!((planned.planned.on_way_to_goal.hits, planned.planned.on_way_to_goal.of), (5, 107));
    assert_eq!((planned.planned.off_way.instances, planned.planned.off_way_to_goal.hits), (2_247 - 122, 470 - 5));
    assert_eq!(
        deviations(&planned)[..6],
        [
            (Back, Some("evaluate"), "discover", (1430, 591, 280, 971)),
            (Outside, Some("arrive"), "discover", (1148, 551, 207, 789)),
            (Outside, Some("discover"), "arrive", (976, 538, 183, 661)),
            (Outside, Some("arrive"), "evaluate", (694, 456, 144, 458)),
            (Start, None, "arrive", (655, 430, 122, 454)),
            (Outside, Some("evaluate"), "arrive", (601, 410, 109, 409)),
        ]
    );
    // Without the goal's stage, the way ends there all the same; without any stage, it is all of them.
    let short = with(&journey, |journey| journey.planned.truncate(4));
    assert_eq!(map(samples, &short, None, Scope::default()).await.planned, planned.planned);
    let all = map(samples, &with(&journey, |journey| journey.planned.clear()), None, Scope::default()).await;
    assert_eq!(all.planned.stages.len(), 6);
    assert_eq!((all.planned.on_way.instances, all.planned.on_way.customers), (99, 93));
    assert_eq!((all.planned.on_way_to_goal.hits, all.planned.on_way_to_goal.of), (0, 80));
    assert_eq!(
        deviations(&all)[..6],
        [
            (Back, Some("evaluate"), "discover", (1430, 591, 280, 971)),
            (Start, None, "discover", (986, 519, 212, 661)),
            (Back, Some("discover"), "arrive", (976, 538, 183, 661)),
            (Skip, Some("arrive"), "evaluate", (694, 456, 144, 458)),
            (Back, Some("evaluate"), "arrive", (601, 410, 109, 409)),
            (Skip, Some("discover"), "decide", (529, 364, 181, 287)),
        ]
    );
    assert!(deviations(&all).iter().all(|(kind, ..)| *kind != Outside), "nothing lies outside a way of all stages");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_touchpoints_of_the_shop() {
    use TouchpointRole::{Keep, Mend, Minor, Watch};
    let samples = samples().await;
    let journey = shop_journey(samples).await;
    let map_of_all = map(samples, &journey, None, Scope::default()).await;
    let found = |id: &str| map_of_all.key_touchpoints.iter().find(|key| key.touchpoint == id).unwrap();
    // Touchpoint, role; goal and ended with it, without it; went on and decided.
    let expected = [
        ("payment-failed", Mend, (13, 83), (365, 669), (13, 83)),
        ("check-out-failed", Mend, (7, 31), (371, 721), (7, 31)),
        ("payment", Mend, (282, 532), (96, 220), (282, 532)),
        ("home", Watch, (276, 1253), (37, 120), (1358, 1423)),
        ("search", Watch, (301, 1331), (126, 422), (1327, 1489)),
        ("filter", Watch, (213, 1015), (214, 738), (1007, 1139)),
        ("chat", Watch, (42, 207), (394, 1457), (150, 222)),
        ("cart", Keep, (365, 795), (50, 178), (656, 840)),
        ("product", Watch, (433, 1643), (3, 21), (1007, 1751)),
        ("reviews", Watch, (69, 292), (367, 1372), (154, 311)),
        ("wish-list", Watch, (136, 544), (300, 1120), (312, 575)),
        ("add-to-cart", Watch, (383, 905), (32, 68), (683, 956)),
        ("delivery", Watch, (338, 665), (40, 87), (338, 665)),
        ("promotion", Minor, (120, 554), (193, 819), (576, 617)),
        ("account", Minor, (106, 452), (207, 921), (485, 523)),
        ("catalogue", Minor, (385, 1599), (42, 154), (1606, 1783)),
        ("error-page", Minor, (56, 209), (371, 1544), (209, 237)),
        ("compare", Minor, (52, 209), (384, 1455), (129, 228)),
    ];
    assert_eq!(map_of_all.key_touchpoints.len(), expected.len(), "all but the goal's");
    for (id, role, with, without, onward) in expected {
        let key = found(id);
        let share = |share: &analysis::answer::Share| (share.hits, share.of);
        let got = (key.role, share(&key.with_goal), share(&key.without_goal), share(&key.performance));
        assert_eq!(got, (role, with, without, onward), "{id}");
        assert_eq!(key.standard.unwrap().of, StandardOf::Expectation, "{id}");
    }
    let near = |got: f64, wanted: f64| assert!((got - wanted).abs() < 5e-5, "{got} is not {wanted}");
    for (id, [value, low, high]) in [
        ("payment-failed", [-0.389, -0.462, -0.2884]),
        ("check-out-failed", [-0.2888, -0.4064, -0.1126]),
        ("payment", [0.0937, 0.0152, 0.1702]),
        ("product", [0.1207, -0.0839, 0.2163]),
    ] {
        let importance = found(id).importance.unwrap();
        near(importance.value, value);
        near(importance.low, low);
        near(importance.high, high);
    }
    // Those to mend come first, by priority: 0.2884 × (0.65 − 13/83) and so on.
    let first: Vec<_> = map_of_all.key_touchpoints.iter().take(4).map(|key| key.touchpoint.as_str()).collect();
    assert_eq!(first, ["payment-failed", "check-out-failed", "payment", "cart"], "then those to keep");
    for (id, priority) in
        [("payment-failed", 0.1423), ("check-out-failed", 0.04777), ("payment", 0.00182), ("cart", 0.0)]
    {
        near(found(id).priority, priority);
    }

    // Where the team expects nothing, the standard is the best other touchpoint of the stage.
    let unexpected = with(&journey, |journey| journey.stages.iter_mut().for_each(|stage| stage.expect = None));
    let keys = map(samples, &unexpected, None, Scope::default()).await.key_touchpoints;
    let standard = |id: &str| keys.iter().find(|key| key.touchpoint == id).unwrap().standard;
    let low = |id: &str| keys.iter().find(|key| key.touchpoint == id).unwrap().performance.low.unwrap();
    assert!(keys.iter().all(|key| key.standard.unwrap().of == StandardOf::BestInStage));
    near(standard("cart").unwrap().value, low("add-to-cart"));
    near(standard("payment").unwrap().value, low("delivery").max(low("payment-failed")).max(low("check-out-failed")));
    let lonely = with(&unexpected, |journey| journey.stages[3].touchpoints.truncate(1));
    let keys = map(samples, &lonely, None, Scope::default()).await.key_touchpoints;
    let alone = keys.iter().find(|key| key.touchpoint == "add-to-cart").unwrap();
    assert_eq!((alone.standard, alone.without_goal.of, alone.importance), (None, 0, None));
    assert_eq!((alone.role, alone.priority), (Minor, 0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_follow_from_the_numbers_on_every_sample() {
    let samples = samples().await;
    for workspace in ["ecom", "completejourney"] {
        let present = samples.present(workspace).await;
        for journey in samples.journeys(workspace).await {
            let question = question(&journey, None, Scope::default());
            let map = samples.analyst.journey_map(&present, &question, &journey, &Control::new()).await.unwrap();
            for key in &map.key_touchpoints {
                check(&map, key);
            }
            let in_order = |pair: &[KeyTouchpoint]| {
                (pair[1].priority, pair[0].role as u8) <= (pair[0].priority, pair[1].role as u8)
            };
            assert!(map.key_touchpoints.windows(2).all(in_order), "{workspace}");
            let planned = &map.planned;
            assert_eq!(planned.on_way.instances + planned.off_way.instances, map.totals.started.instances);
            assert_eq!(planned.on_way_to_goal.hits + planned.off_way_to_goal.hits, map.totals.goal.instances);
            let named: u64 = planned.deviations.iter().map(|deviation| deviation.people.instances).sum();
            assert!(named >= planned.off_way.instances);
            assert!(planned.deviations.iter().all(|one| one.people.instances <= planned.off_way.instances));
        }
    }
}

fn check(map: &JourneyMap, key: &KeyTouchpoint) {
    let touchpoint = map.touchpoints.iter().find(|touchpoint| touchpoint.touchpoint == key.touchpoint).unwrap();
    let stage = map.stages.iter().find(|stage| stage.stage == key.stage).unwrap();
    assert_eq!(key.with_goal, touchpoint.reach.to_goal);
    assert_eq!(key.with_goal.hits + key.without_goal.hits, stage.reach.to_goal.hits);
    assert_eq!(key.with_goal.of + key.without_goal.of, stage.reach.to_goal.of);
    assert_eq!(key.performance.hits, touchpoint.reach.onward.instances);
    let enough = key.with_goal.of.min(key.without_goal.of) >= 30;
    let helps = enough && key.importance.is_some_and(|importance| importance.low > 0.0);
    let hinders = enough && key.importance.is_some_and(|importance| importance.high < 0.0);
    let falls_short = key.standard.zip(key.performance.high).is_some_and(|(standard, high)| high < standard.value);
    let role = match (falls_short, helps, hinders) {
        (true, true, _) | (true, _, true) => TouchpointRole::Mend,
        (false, true, _) => TouchpointRole::Keep,
        (true, ..) | (.., true) => TouchpointRole::Watch,
        _ => TouchpointRole::Minor,
    };
    assert_eq!(key.role, role, "{}", key.touchpoint);
    assert_eq!(key.priority > 0.0, role == TouchpointRole::Mend);
}

/// The numbers of a persona as the map tells them.
fn same(numbers: &PersonaNumbers, map: &JourneyMap) {
    let totals = &map.totals;
    assert_eq!((&numbers.started, numbers.conversion), (&totals.started, totals.conversion));
    assert_eq!((numbers.time_to_goal, numbers.value), (totals.time_to_goal, totals.value));
    assert_eq!(numbers.stages.len(), map.stages.len());
    for (stage, of_map) in numbers.stages.iter().zip(&map.stages) {
        let reach = &of_map.reach;
        assert_eq!((&stage.stage, &stage.reached, stage.share), (&of_map.stage, &reach.reached, reach.share));
        assert_eq!((stage.to_goal, stage.score_mean), (reach.to_goal, reach.score_mean));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn personas_are_the_customers_their_rule_names() {
    let samples = samples().await;
    let journey = shop_journey(samples).await;
    let present = samples.present("ecom").await;
    let asked = question(&journey, None, Scope::default());
    let answer = samples.analyst.personas(&present, &asked, &journey, &Control::new()).await.unwrap();
    same(&answer.everyone, &map(samples, &journey, None, Scope::default()).await);
    assert_eq!(answer.personas.len(), journey.definition.personas.len());
    for (persona, defined) in answer.personas.iter().zip(&journey.definition.personas) {
        let scope = Scope { customers: defined.customers.clone(), ..Scope::default() };
        let numbers = persona.numbers.as_ref().unwrap();
        same(numbers, &map(samples, &journey, None, scope).await);
        same(numbers, &map(samples, &journey, Some(&persona.id), Scope::default()).await);
        assert_eq!((persona.basis, numbers.share.of), (Basis::Live, answer.everyone.started.customers));
    }
    // A filter on customers holds beside the persona: two events may satisfy the two, none has to satisfy both.
    let bought = Scope { customers: Some(Rule::event("purchase")), ..Scope::default() };
    let both = map(samples, &journey, Some("phone-visitor"), bought.clone()).await;
    let (phone, buyers) = (
        map(samples, &journey, Some("phone-visitor"), Scope::default()).await,
        map(samples, &journey, None, bought).await,
    );
    let all = answer.everyone.started.customers;
    let started = |map: &JourneyMap| map.totals.started.customers;
    assert!(started(&both) > 0 && started(&both) <= started(&phone).min(started(&buyers)));
    assert!(started(&phone) + started(&buyers) - started(&both) <= all, "inclusion and exclusion");
    let on_phone = serde_json::json!([{"event": "purchase", "channel": "mobile_web"}]);
    let at_once = Scope { customers: Some(serde_json::from_value(on_phone).unwrap()), ..Scope::default() };
    assert!(started(&map(samples, &journey, None, at_once).await) < started(&both));
}
