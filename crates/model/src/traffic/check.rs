//! What is wrong with a rule set: names that lead nowhere, patterns that cannot be held against anything, rules that
//! never decide.

use std::collections::{HashMap, HashSet};

use super::classify::{Test, lower, tests};
use super::{RuleSet, TrafficCondition, TrafficField, TrafficOp, TrafficRule, TrafficTest, UNASSIGNED};
use crate::journey::{Fault, check_key, check_name};
use crate::limits::{
    TRAFFIC_GROUPS_MAX, TRAFFIC_LISTS_MAX, TRAFFIC_PARTS_MAX, TRAFFIC_RULES_MAX, TRAFFIC_SOURCES_MAX,
    TRAFFIC_TEXT_BYTES_MAX, TRAFFIC_VALUES_MAX,
};

impl RuleSet {
    /// What is wrong with the rule set, with the path of each fault. A rule that can never decide is one.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.check_sizes(&mut faults);
        if !faults.is_empty() {
            return faults;
        }
        self.check_groups(&mut faults);
        self.check_sources(&mut faults);
        for (i, host) in self.own_hosts.iter().enumerate() {
            check_value(&mut faults, &format!("own_hosts[{i}]"), host);
        }
        for (i, rule) in self.rules.iter().enumerate() {
            self.check_rule(&mut faults, &format!("rules[{i}]"), rule);
        }
        if faults.is_empty() {
            self.check_reach(&mut faults);
        }
        faults
    }

    fn check_sizes(&self, faults: &mut Vec<Fault>) {
        let sources = self.lists.iter().flat_map(|list| &list.sources).map(|source| 1 + source.also.len());
        let conditions = || self.rules.iter().flat_map(|rule| &rule.any);
        let sizes = [
            ("groups", self.groups.len(), TRAFFIC_GROUPS_MAX),
            ("rules", self.rules.len(), TRAFFIC_RULES_MAX),
            ("lists", self.lists.len(), TRAFFIC_LISTS_MAX),
            ("lists", sources.sum(), TRAFFIC_SOURCES_MAX),
            ("own_hosts", self.own_hosts.len(), TRAFFIC_SOURCES_MAX),
            ("rules", self.rules.iter().map(|rule| rule.any.len()).max().unwrap_or(0), TRAFFIC_PARTS_MAX),
            ("rules", conditions().map(|condition| condition.all.len()).max().unwrap_or(0), TRAFFIC_PARTS_MAX),
            (
                "rules",
                conditions().flat_map(|part| &part.all).map(|test| test.values.len()).max().unwrap_or(0),
                TRAFFIC_VALUES_MAX,
            ),
        ];
        let large = sizes.iter().filter(|(_, size, limit)| size > limit);
        faults.extend(
            large.map(|(path, size, limit)| Fault::new(*path, format!("{size} at one place; at most {limit}"))),
        );
    }

    fn check_groups(&self, faults: &mut Vec<Fault>) {
        let mut seen = HashSet::new();
        for (i, group) in self.groups.iter().enumerate() {
            let path = format!("groups[{i}].id");
            check_key(faults, &path, &group.id);
            check_name(faults, &format!("groups[{i}].name"), &group.name);
            if group.id == UNASSIGNED {
                faults.push(Fault::new(&path, format!("`{UNASSIGNED}` is always there; leave it out")));
            }
            if !seen.insert(group.id.as_str()) {
                faults.push(Fault::new(path, format!("group `{}` stands twice; ids are unique", group.id)));
            }
        }
    }

    fn check_sources(&self, faults: &mut Vec<Fault>) {
        let mut ids = HashSet::new();
        let mut owners: HashMap<String, String> = HashMap::new();
        for (i, list) in self.lists.iter().enumerate() {
            check_key(faults, &format!("lists[{i}].id"), &list.id);
            check_name(faults, &format!("lists[{i}].name"), &list.name);
            if !ids.insert(list.id.as_str()) {
                faults.push(Fault::new(
                    format!("lists[{i}].id"),
                    format!("list `{}` stands twice; ids are unique", list.id),
                ));
            }
            for (j, source) in list.sources.iter().enumerate() {
                let path = format!("lists[{i}].sources[{j}]");
                let canonical = lower(&source.source);
                check_value(faults, &format!("{path}.source"), &source.source);
                for name in source.also.iter().chain([&source.source]) {
                    check_value(faults, &path, name);
                    let before = owners.insert(lower(name), canonical.clone());
                    if let Some(before) = before.filter(|before| *before != canonical) {
                        let what = format!("`{name}` stands for `{before}` already; a name has one source");
                        faults.push(Fault::new(&path, what));
                    }
                }
            }
        }
    }

    fn check_rule(&self, faults: &mut Vec<Fault>, path: &str, rule: &TrafficRule) {
        check_name(faults, &format!("{path}.name"), &rule.name);
        if !self.group_ids().any(|id| id == rule.group) {
            let what = format!("there is no group `{}`; add it to `groups` or name another", rule.group);
            faults.push(Fault::new(format!("{path}.group"), what));
        }
        if rule.any.is_empty() {
            faults.push(Fault::new(format!("{path}.any"), "give at least one condition"));
        }
        for (i, condition) in rule.any.iter().enumerate() {
            if condition.all.is_empty() {
                faults.push(Fault::new(format!("{path}.any[{i}].all"), "give at least one test"));
            }
            for (j, test) in condition.all.iter().enumerate() {
                self.check_test(faults, &format!("{path}.any[{i}].all[{j}]"), test);
            }
        }
    }

    fn check_test(&self, faults: &mut Vec<Fault>, path: &str, test: &TrafficTest) {
        if test.values.is_empty() {
            faults.push(Fault::new(format!("{path}.values"), "give at least one value"));
        }
        let lists = matches!(test.op, TrafficOp::InList | TrafficOp::NotInList);
        if lists && test.field != TrafficField::Source {
            faults.push(Fault::new(format!("{path}.op"), "lists hold sources; test `source` with them"));
        }
        for (i, value) in test.values.iter().enumerate() {
            let path = format!("{path}.values[{i}]");
            // An empty campaign or referrer is what events without one have.
            let may_be_empty = matches!(test.op, TrafficOp::Is | TrafficOp::IsNot)
                && matches!(test.field, TrafficField::Campaign | TrafficField::ReferrerHost);
            if !may_be_empty {
                check_value(faults, &path, value);
            }
            if lists && !self.lists.iter().any(|list| list.id == *value) {
                faults.push(Fault::new(&path, format!("there is no source list `{value}`")));
            }
        }
        if let Err(what) = Test::new(test, self) {
            faults.push(Fault::new(format!("{path}.values"), what));
        }
    }

    /// Rules that never decide, as far as that shows: what is found is certain, but not all is found.
    fn check_reach(&self, faults: &mut Vec<Fault>) {
        let mut earlier: Vec<(usize, Ready<'_>)> = Vec::new();
        for (i, rule) in self.rules.iter().enumerate() {
            let mut covered_by = None;
            let mut reachable = false;
            for (j, condition) in rule.any.iter().enumerate() {
                let Some(ready) = Ready::new(condition, self) else { continue };
                if let Some(field) = ready.contradiction() {
                    let path = format!("rules[{i}].any[{j}]");
                    faults.push(Fault::new(path, format!("its tests on {field} never hold together")));
                }
                match earlier.iter().find(|(_, before)| before.covers(&ready)) {
                    Some((before, _)) => covered_by = Some(*before),
                    None => reachable = true,
                }
            }
            if let (false, Some(before)) = (reachable, covered_by) {
                let what = format!(
                    "the rule is never reached: rule {} `{}` holds wherever this one does; move it up or remove it",
                    before + 1,
                    self.rules[before].name.get("en"),
                );
                faults.push(Fault::new(format!("rules[{i}]"), what));
            }
            let own = rule.any.iter().filter_map(|condition| Ready::new(condition, self));
            earlier.extend(own.map(|ready| (i, ready)));
        }
    }
}

fn check_value(faults: &mut Vec<Fault>, path: &str, value: &str) {
    if value.trim().is_empty() {
        faults.push(Fault::new(path, "must not be empty"));
    }
    if value.len() > TRAFFIC_TEXT_BYTES_MAX {
        faults.push(Fault::new(path, format!("{} bytes; at most {TRAFFIC_TEXT_BYTES_MAX}", value.len())));
    }
}

/// A condition with its tests made ready.
struct Ready<'a> {
    written: &'a [TrafficTest],
    tests: Vec<Test>,
}

impl<'a> Ready<'a> {
    fn new(condition: &'a TrafficCondition, rule_set: &RuleSet) -> Option<Ready<'a>> {
        Some(Ready { written: &condition.all, tests: tests(&condition.all, rule_set)? })
    }

    /// Whether this condition holds wherever `other` does: each of its tests follows from one of the other's.
    fn covers(&self, other: &Ready<'_>) -> bool {
        let follows = |(own, test): (&TrafficTest, &Test)| {
            other
                .written
                .iter()
                .zip(&other.tests)
                .any(|(written, given)| written.field == own.field && (written == own || implies(given, test)))
        };
        self.written.iter().zip(&self.tests).all(follows)
    }

    /// A field of which no value passes all tests.
    fn contradiction(&self) -> Option<String> {
        self.tests.iter().filter(|test| test.field != TrafficField::ClickId).find_map(|test| {
            let listed = test.listed()?;
            let others = || self.tests.iter().filter(|other| other.field == test.field);
            let possible = listed.iter().any(|value| others().all(|other| other.holds_for(value)));
            (!possible).then(|| test.field.name().to_owned())
        })
    }
}

/// Whether `test` holds wherever `given`, on the same field, does.
fn implies(given: &Test, test: &Test) -> bool {
    match (given.listed(), given.excluded(), test.excluded()) {
        // An address may carry several click ids: one that is there says nothing of another that must not be.
        (Some(_), _, Some(_)) if test.field == TrafficField::ClickId => false,
        (Some(values), ..) => values.iter().all(|value| test.holds_for(value)),
        (None, Some(given), Some(excluded)) => excluded.is_subset(given),
        _ => false,
    }
}
