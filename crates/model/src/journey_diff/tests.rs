use proptest::prelude::*;
use serde_json::json;

use super::*;

fn journey(value: Value) -> Journey {
    serde_json::from_value(value).unwrap()
}

fn shop() -> Value {
    let touchpoint = |id: &str| json!({"id": id, "name": id, "match": [{"event": [id]}]});
    let card = |id: &str| json!({"id": id, "lane": "need", "text": id, "basis": "assumption"});
    json!({
        "id": "shop", "name": {"en": "Shop"}, "gap": "7d", "zone": "UTC",
        "stages": [
            {"id": "look", "name": "Look", "expect": {"conversion": 0.5},
             "touchpoints": [touchpoint("home"), touchpoint("list"), touchpoint("search")], "cards": [card("find")]},
            {"id": "decide", "name": "Decide", "touchpoints": [touchpoint("cart")], "cards": [card("sure")]},
            {"id": "buy", "name": "Buy", "touchpoints": [touchpoint("order")]},
        ],
        "goal": {"name": "Order", "touchpoints": ["order"]},
    })
}

/// `kind path` of every change.
fn told(before: &Value, after: &Value) -> Vec<String> {
    let changes = diff(&journey(before.clone()), &journey(after.clone()));
    let kind = |change: &Change| serde_json::to_value(change.kind).unwrap().as_str().unwrap().to_owned();
    changes.iter().map(|change| format!("{} {}", kind(change), change.path)).collect()
}

fn changed(edit: impl FnOnce(&mut Value)) -> Value {
    let mut value = shop();
    edit(&mut value);
    value
}

#[test]
fn a_renamed_or_moved_stage_is_one_change() {
    let renamed = changed(|journey| journey["stages"][0]["name"] = json!({"en": "Discover"}));
    assert_eq!(told(&shop(), &renamed), ["changed stages[look].name"]);
    let last_first = changed(|journey| journey["stages"].as_array_mut().unwrap().rotate_right(1));
    assert_eq!(told(&shop(), &last_first), ["moved stages[buy]"]);
    let both = changed(|journey| {
        journey["stages"].as_array_mut().unwrap().rotate_right(1);
        journey["stages"][0]["name"] = "Order".into();
    });
    assert_eq!(told(&shop(), &both), ["moved stages[buy]", "changed stages[buy].name"]);
}

#[test]
fn what_instances_are_cases_of_is_a_change_of_its_own() {
    let with = changed(|journey| journey["case"] = json!({"key": "campaign"}));
    assert_eq!(told(&shop(), &with), ["added case"]);
    let until = changed(|journey| journey["case"] = json!({"key": "campaign", "until": "props.end"}));
    assert_eq!(told(&with, &until), ["changed case"]);
    assert_eq!(told(&until, &shop()), ["removed case"]);
}

#[test]
fn a_touchpoint_that_goes_to_another_stage_has_moved() {
    let after = changed(|journey| {
        let search = journey["stages"][0]["touchpoints"].as_array_mut().unwrap().pop().unwrap();
        journey["stages"][1]["touchpoints"].as_array_mut().unwrap().push(search);
    });
    let changes = diff(&journey(shop()), &journey(after));
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].path, "stages[decide].touchpoints[search]");
    let place = |stage: &str, position| Some(Place { stage: Some(stage.to_owned()), position });
    assert_eq!((&changes[0].from, &changes[0].to), (&place("look", 2), &place("decide", 1)));
}

#[test]
fn a_stage_comes_and_goes_with_what_it_holds() {
    let after = changed(|journey| {
        let stages = journey["stages"].as_array_mut().unwrap();
        let mut gone = stages.remove(1);
        stages[1]["touchpoints"].as_array_mut().unwrap().append(gone["touchpoints"].as_array_mut().unwrap());
    });
    let changes = diff(&journey(shop()), &journey(after.clone()));
    assert_eq!(told(&shop(), &after), ["removed stages[decide]", "moved stages[buy].touchpoints[cart]"]);
    let gone = changes[0].before.as_ref().unwrap();
    assert_eq!((&gone["touchpoints"], &gone["cards"][0]["id"]), (&json!([]), &json!("sure")));
    assert_eq!(told(&after, &shop()), ["added stages[decide]", "moved stages[decide].touchpoints[cart]"]);
}

#[test]
fn single_fields_are_told_by_their_paths() {
    let after = changed(|journey| {
        journey["goal"]["target"] = 0.3.into();
        journey["stages"][0]["expect"] = json!({"time": "5m"});
        journey["stages"][0]["touchpoints"][1]["match"][0]["event"] = json!(["catalog"]);
        journey["stages"][1]["cards"][0]["lane"] = "pain".into();
        journey["stages"][2]["expect"] = json!({"time": "1m"});
        journey["planned"] = json!(["look", "buy"]);
        journey["signals"] = json!([{"id": "e", "name": "E", "kind": "error", "match": [{"event": ["e"]}]}]);
        journey["personas"] = json!([{"id": "p", "name": "P"}]);
    });
    let told = told(&shop(), &after);
    assert_eq!(
        told,
        [
            "added goal.target",
            "added planned",
            "added personas[p]",
            "added stages[look].expect.time",
            "removed stages[look].expect.conversion",
            "added stages[buy].expect",
            "changed stages[look].touchpoints[list].match",
            "changed stages[decide].cards[sure].lane",
            "added signals[e]",
        ]
    );
}

/// A journey built of a handful of ids, so that two of them share some, in other places and with other content.
fn any_journey() -> impl Strategy<Value = Journey> {
    let word = || proptest::sample::select(vec!["a", "b"]);
    let part = || (0..6_usize, word());
    let stage = (
        0..6_usize,
        word(),
        proptest::option::of((proptest::option::of(0.0..1.0), proptest::option::of(1..3_i64))),
        proptest::collection::vec(part(), 0..5),
        proptest::collection::vec(part(), 0..5),
    );
    let listed = || proptest::collection::vec(part(), 0..5);
    (proptest::collection::vec(stage, 0..6), listed(), listed(), word(), proptest::option::of(0.0..1.0)).prop_map(
        |(stages, signals, personas, word, target)| {
            let mut seen = BTreeSet::new();
            let mut fresh = move |list: &str, id: usize| seen.insert(format!("{list}{id}"));
            let mut list = |stages: Vec<(usize, &str)>, list: &str, make: &dyn Fn(&str, &str) -> Value| -> Vec<Value> {
                let kept = stages.into_iter().filter(|(id, _)| fresh(list, *id)).collect::<Vec<_>>();
                kept.into_iter().map(|(id, word)| make(&format!("{list}{id}"), word)).collect()
            };
            let touchpoint = |id: &str, word: &str| json!({"id": id, "name": "T", "match": [{"event": [word]}]});
            let card = |id: &str, word: &str| json!({"id": id, "lane": "note", "text": word});
            let mut out: Vec<Value> = Vec::new();
            for (id, word, expect, touchpoints, cards) in stages {
                let made = list(vec![(id, word)], "s", &|id, word| json!({"id": id, "name": word}));
                let Some(mut stage) = made.into_iter().next() else { continue };
                if let Some((conversion, minutes)) = expect {
                    stage["expect"] = json!({"conversion": conversion, "time": minutes.map(|m| format!("{m}m"))});
                }
                stage["touchpoints"] = list(touchpoints, "t", &touchpoint).into();
                stage["cards"] = list(cards, "c", &card).into();
                out.push(stage);
            }
            let signals = list(
                signals,
                "n",
                &|id, word| json!({"id": id, "name": word, "kind": "error", "match": [{"event": ["x"]}]}),
            );
            let personas = list(personas, "p", &|id, word| json!({"id": id, "name": word}));
            journey(json!({
                "id": "j", "name": word, "gap": "7d", "stages": out, "signals": signals, "personas": personas,
                "goal": {"name": word, "touchpoints": [], "target": target},
            }))
        },
    )
}

/// A journey with its lists laid apart, each under its name and stage, so that taking an item out of one leaves the
/// others alone.
#[derive(Debug, Default)]
struct Lists(BTreeMap<(String, Option<String>), Vec<Value>>);

impl Lists {
    fn list(&mut self, name: &str, stage: Option<&str>) -> &mut Vec<Value> {
        self.0.entry((name.to_owned(), stage.map(str::to_owned))).or_default()
    }

    /// The item with its parts laid apart.
    fn open(&mut self, mut item: Value) -> Value {
        for name in ["touchpoints", "cards"] {
            let id = item["id"].as_str().unwrap().to_owned();
            if let Some(parts) = item.as_object_mut().unwrap().remove(name) {
                *self.list(name, Some(&id)) = parts.as_array().unwrap().clone();
            }
        }
        item
    }

    fn close(&mut self, mut item: Value) -> Value {
        for name in ["touchpoints", "cards"] {
            let parts = std::mem::take(self.list(name, Some(item["id"].as_str().unwrap())));
            item[name] = parts.into();
        }
        item
    }
}

/// Makes the changes to the old journey's serialised form: what comes out is the new one's, if nothing was left out.
fn apply(before: &Journey, changes: &[Change]) -> Value {
    let steps = |change: &Change| -> Vec<String> {
        change.path.split(['.', '[']).map(|step| step.trim_end_matches(']').to_owned()).collect()
    };
    let list_and_id = |change: &Change| -> (String, String) {
        let steps = steps(change);
        (steps[steps.len() - 2].clone(), steps[steps.len() - 1].clone())
    };
    let mut root = serde_json::to_value(before).unwrap();
    let mut lists = Lists::default();
    for name in ["stages", "signals", "personas"] {
        let items = root.as_object_mut().unwrap().remove(name).unwrap_or_else(|| json!([]));
        let items = items
            .as_array()
            .unwrap()
            .iter()
            .map(|item| if name == "stages" { lists.open(item.clone()) } else { item.clone() });
        let items = items.collect();
        *lists.list(name, None) = items;
    }
    let mut taken = BTreeMap::new();
    for change in changes.iter().filter(|change| change.from.is_some()) {
        let (name, id) = list_and_id(change);
        let list = lists.list(&name, change.from.as_ref().unwrap().stage.as_deref());
        let index = list.iter().position(|item| item["id"] == *id).unwrap();
        taken.insert((name, id), list.remove(index));
    }
    for change in changes.iter().filter(|change| change.from.is_some() && change.to.is_none()) {
        let (name, id) = list_and_id(change);
        let item = taken.remove(&(name.clone(), id)).unwrap();
        if name == "stages" {
            // Told with all that went with it; `cards` may be absent where there are none.
            let told = lists.open(change.before.clone().unwrap());
            assert_eq!(told, item);
        } else {
            assert_eq!(change.before.as_ref(), Some(&item));
        }
    }
    let mut put: Vec<&Change> = changes.iter().filter(|change| change.to.is_some()).collect();
    put.sort_by_key(|change| (change.to.as_ref().unwrap().stage.is_some(), change.to.as_ref().unwrap().position));
    for change in put {
        let (name, id) = list_and_id(change);
        let to = change.to.as_ref().unwrap();
        let item = match &change.after {
            Some(item) if name == "stages" => lists.open(item.clone()),
            Some(item) => item.clone(),
            None => taken.remove(&(name.clone(), id)).unwrap(),
        };
        lists.list(&name, to.stage.as_deref()).insert(to.position, item);
    }
    for change in changes.iter().filter(|change| change.from.is_none() && change.to.is_none()) {
        let steps = steps(change);
        let (last, way) = steps.split_last().unwrap();
        let edit = |node: &mut Value, way: &[String]| {
            let node = way.iter().fold(node, |node, step| node.get_mut(step).unwrap()).as_object_mut().unwrap();
            assert_eq!(node.get(last), change.before.as_ref());
            match &change.after {
                Some(value) => node.insert(last.clone(), value.clone()),
                None => node.remove(last),
            };
        };
        let find = |list: &mut Vec<Value>, id: &str, way: &[String]| {
            edit(list.iter_mut().find(|item| item["id"] == *id).unwrap(), way);
        };
        match way {
            [list, stage, part, id, way @ ..] if part == "touchpoints" || part == "cards" => {
                assert_eq!(list, "stages");
                find(lists.list(part, Some(stage)), id, way);
            }
            [list, id, way @ ..] if ["stages", "signals", "personas"].contains(&list.as_str()) => {
                find(lists.list(list, None), id, way);
            }
            way => edit(&mut root, way),
        }
    }
    assert!(taken.is_empty());
    let stages = std::mem::take(lists.list("stages", None));
    root["stages"] = stages.into_iter().map(|stage| lists.close(stage)).collect();
    for name in ["signals", "personas"] {
        root[name] = std::mem::take(lists.list(name, None)).into();
    }
    root
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_journey_does_not_differ_from_itself(journey in any_journey()) {
        prop_assert_eq!(diff(&journey, &journey.clone()), vec![]);
    }

    #[test]
    fn the_changes_made_to_the_old_give_the_new(before in any_journey(), after in any_journey()) {
        let changes = diff(&before, &after);
        let made = apply(&before, &changes);
        prop_assert_eq!(serde_json::from_value::<Journey>(made).unwrap(), after, "{:#?}", changes);
        // No place is told twice in the same way, and nothing is told that did not change.
        for change in &changes {
            prop_assert!(change.kind != ChangeKind::Changed || change.before != change.after);
            let twins = changes.iter().filter(|other| other.path == change.path && other.kind == change.kind).count();
            prop_assert_eq!(twins, 1, "{}", change.path);
        }
    }
}
