//! What changed between two versions of a journey, told the way a person would tell it.
//!
//! Stages, touchpoints, cards, signals and personas are matched by id, so that one that was renamed or moved is one
//! change and not a removal beside an addition. Whatever else a definition holds (a name, a rule, the planned way) is
//! compared whole. The comparison walks the serialised form: a field added to the model is compared from its first
//! day, and at worst too coarsely.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::journey::Journey;

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The field from the root, list items by their ids: `stages[decide].touchpoints[cart].match`. Of what was removed
    /// it is the old place, else the new one.
    pub path: String,
    pub kind: ChangeKind,
    /// The old value; absent where something was added or only moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub before: Option<Value>,
    /// The new value; absent where something was removed or only moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub after: Option<Value>,
    /// Where a list item stood; absent where it was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Place>,
    /// Where a list item stands; absent where it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Added,
    Removed,
    /// The value differs.
    Changed,
    /// The item stands elsewhere; what differs in it is told apart.
    Moved,
}

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// Of a touchpoint or card: the stage it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// From 0.
    pub position: usize,
}

/// Every difference between two journeys without faults, in the order of the definition. Equal journeys have none.
///
/// A stage that was added or removed is one change with all it holds, but for touchpoints and cards that it got from
/// another stage or left to one: those have moved.
pub fn diff(before: &Journey, after: &Journey) -> Vec<Change> {
    let (before, after) = (object(before), object(after));
    let mut changes = Vec::new();
    compare_fields(&mut changes, "", &before, &after, &["personas", "stages", "signals"]);
    compare_lists(&mut changes, "personas", &items(&before, "personas"), &items(&after, "personas"));

    let (old, new) = (items(&before, "stages"), items(&after, "stages"));
    let parts = ["touchpoints", "cards"].map(|list| (list, parts(&old, list), parts(&new, list)));
    let without_shared = |stages: Vec<Item>| -> Vec<Item> {
        stages
            .into_iter()
            .map(|mut stage| {
                for (list, old, new) in &parts {
                    drop_parts(&mut stage.value, list, |id| old.contains_key(id) && new.contains_key(id));
                }
                stage
            })
            .collect()
    };
    let stages_before: BTreeSet<String> = old.iter().map(|stage| stage.id.clone()).collect();
    let stages_after: BTreeSet<String> = new.iter().map(|stage| stage.id.clone()).collect();
    compare_lists(&mut changes, "stages", &without_shared(old), &without_shared(new));
    for (list, old, new) in &parts {
        compare_parts(&mut changes, list, (old, &stages_before), (new, &stages_after));
    }
    compare_lists(&mut changes, "signals", &items(&before, "signals"), &items(&after, "signals"));
    changes
}

/// An item of a list, known by its id.
#[derive(Debug, Clone)]
struct Item {
    id: String,
    stage: Option<String>,
    position: usize,
    value: Map<String, Value>,
}

impl Item {
    fn place(&self) -> Place {
        Place { stage: self.stage.clone(), position: self.position }
    }
}

fn object(journey: &Journey) -> Map<String, Value> {
    match serde_json::to_value(journey) {
        Ok(Value::Object(fields)) => fields,
        // A journey's keys are texts, so nothing in it can fail to be JSON.
        _ => Map::new(),
    }
}

fn items(owner: &Map<String, Value>, list: &str) -> Vec<Item> {
    let values = owner.get(list).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let item = |(position, value): (usize, &Value)| {
        let value = value.as_object()?.clone();
        Some(Item { id: value.get("id")?.as_str()?.to_owned(), stage: None, position, value })
    };
    values.iter().enumerate().filter_map(item).collect()
}

/// The touchpoints or cards of every stage, by id, which is unique in the journey.
fn parts(stages: &[Item], list: &str) -> BTreeMap<String, Item> {
    let of_stage = |stage: &Item| {
        let name = stage.id.clone();
        items(&stage.value, list).into_iter().map(move |item| Item { stage: Some(name.clone()), ..item })
    };
    stages.iter().flat_map(of_stage).map(|item| (item.id.clone(), item)).collect()
}

fn drop_parts(stage: &mut Map<String, Value>, list: &str, is_dropped: impl Fn(&str) -> bool) {
    if let Some(Value::Array(values)) = stage.get_mut(list) {
        values.retain(|value| !value.get("id").and_then(Value::as_str).is_some_and(&is_dropped));
    }
}

/// Compares lists whose items stay in them.
fn compare_lists(changes: &mut Vec<Change>, list: &str, old: &[Item], new: &[Item]) {
    let old_by_id: BTreeMap<&str, &Item> = old.iter().map(|item| (item.id.as_str(), item)).collect();
    let kept: Vec<&Item> = new.iter().filter_map(|item| old_by_id.get(item.id.as_str()).copied()).collect();
    let still = undisturbed(&kept);
    for item in new {
        let path = format!("{list}[{}]", item.id);
        let Some(was) = old_by_id.get(item.id.as_str()) else {
            changes.push(added(path, item));
            continue;
        };
        if !still.contains(item.id.as_str()) {
            changes.push(moved(path.clone(), was, item));
        }
        compare_fields(changes, &path, &was.value, &item.value, &["touchpoints", "cards"]);
    }
    let new_ids: BTreeSet<&str> = new.iter().map(|item| item.id.as_str()).collect();
    for item in old.iter().filter(|item| !new_ids.contains(item.id.as_str())) {
        changes.push(removed(format!("{list}[{}]", item.id), item));
    }
}

/// Compares touchpoints or cards, which may also go from one stage to another. What came and went with its stage is
/// told with the stage.
fn compare_parts(
    changes: &mut Vec<Change>,
    list: &str,
    (old, old_stages): (&BTreeMap<String, Item>, &BTreeSet<String>),
    (new, new_stages): (&BTreeMap<String, Item>, &BTreeSet<String>),
) {
    let path = |item: &Item| format!("stages[{}].{list}[{}]", item.stage.as_deref().unwrap_or_default(), item.id);
    let in_order = |parts: &BTreeMap<String, Item>, stage: &str| -> Vec<Item> {
        let mut items: Vec<Item> =
            parts.values().filter(|item| item.stage.as_deref() == Some(stage)).cloned().collect();
        items.sort_by_key(|item| item.position);
        items
    };
    for stage in new_stages {
        let items = in_order(new, stage);
        let stayed = |item: &Item| old.get(&item.id).filter(|was| was.stage == item.stage);
        let still = undisturbed(&items.iter().filter_map(stayed).collect::<Vec<_>>());
        for item in &items {
            match old.get(&item.id) {
                None if old_stages.contains(stage) => changes.push(added(path(item), item)),
                None => {}
                Some(was) => {
                    if !still.contains(item.id.as_str()) {
                        changes.push(moved(path(item), was, item));
                    }
                    compare_fields(changes, &path(item), &was.value, &item.value, &[]);
                }
            }
        }
    }
    for stage in old_stages.intersection(new_stages) {
        for item in in_order(old, stage).iter().filter(|item| !new.contains_key(&item.id)) {
            changes.push(removed(path(item), item));
        }
    }
}

/// Fields that are looked into; the others are compared whole.
const OPENED: [&str; 2] = ["goal", "expect"];

fn compare_fields(
    changes: &mut Vec<Change>,
    path: &str,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    except: &[&str],
) {
    let only_old = old.keys().filter(|key| !new.contains_key(*key));
    for key in new.keys().chain(only_old).filter(|key| !except.contains(&key.as_str())) {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let kind = match (old.get(key), new.get(key)) {
            (before, after) if before == after => continue,
            (Some(Value::Object(old)), Some(Value::Object(new))) if OPENED.contains(&key.as_str()) => {
                compare_fields(changes, &path, old, new, &[]);
                continue;
            }
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Changed,
        };
        let (before, after) = (old.get(key).cloned(), new.get(key).cloned());
        changes.push(Change { path, kind, before, after, from: None, to: None });
    }
}

fn added(path: String, item: &Item) -> Change {
    let after = Some(Value::Object(item.value.clone()));
    Change { path, kind: ChangeKind::Added, before: None, after, from: None, to: Some(item.place()) }
}

fn removed(path: String, item: &Item) -> Change {
    let before = Some(Value::Object(item.value.clone()));
    Change { path, kind: ChangeKind::Removed, before, after: None, from: Some(item.place()), to: None }
}

fn moved(path: String, was: &Item, is: &Item) -> Change {
    let (from, to) = (Some(was.place()), Some(is.place()));
    Change { path, kind: ChangeKind::Moved, before: None, after: None, from, to }
}

/// The ids of a longest part of `kept` (old items in their new order) that is still in the old order: the fewest
/// others then have moved.
fn undisturbed<'a>(kept: &[&'a Item]) -> BTreeSet<&'a str> {
    // tails[n]: index of the smallest last item of an ordered part of n + 1 items; before[i]: the item before i in it.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(kept.len());
    for (i, item) in kept.iter().enumerate() {
        let length = tails.partition_point(|&tail| kept[tail].position < item.position);
        before.push(length.checked_sub(1).map(|last| tails[last]));
        if length == tails.len() {
            tails.push(i);
        } else {
            tails[length] = i;
        }
    }
    let chain = std::iter::successors(tails.last().copied(), |&i| before[i]);
    chain.map(|i| kept[i].id.as_str()).collect()
}

#[cfg(test)]
mod tests;
