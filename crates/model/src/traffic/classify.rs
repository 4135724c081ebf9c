//! A rule set made ready: names looked up, patterns compiled.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, LazyLock};

use regex::{Regex, RegexBuilder};

use super::facts::without_www;
use super::{Facts, RuleSet, Signals, TrafficField, TrafficOp, TrafficTest};
use crate::event::Event;
use crate::hash;
use crate::journey::Fault;
use crate::limits::{TRAFFIC_PATTERN_BYTES_MAX, TRAFFIC_TEXT_BYTES_MAX};

/// Gives events their group. Make one with [`Classifier::new`] or take [`Classifier::standard`].
pub struct Classifier {
    rules: Vec<Compiled>,
    /// Every group an event can have, `unassigned` last.
    groups: Vec<String>,
    /// Source by every name and host that stands for it.
    names: HashMap<String, String>,
    /// Source by the name before `.*`.
    anywhere: HashMap<String, String>,
    own_hosts: HashSet<String>,
    fingerprint: i64,
}

struct Compiled {
    any: Vec<Vec<Test>>,
    /// Position in `groups`.
    group: usize,
}

/// A test made ready.
pub(super) struct Test {
    pub(super) field: TrafficField,
    negate: bool,
    kind: Kind,
}

enum Kind {
    /// The text is one of these.
    Is(HashSet<String>),
    Contains(Vec<String>),
    StartsWith(Vec<String>),
    EndsWith(Vec<String>),
    Matches(Vec<Regex>),
}

impl Classifier {
    /// # Errors
    /// Every fault of the rule set.
    pub fn new(rule_set: &RuleSet) -> Result<Classifier, Vec<Fault>> {
        match rule_set.faults() {
            faults if faults.is_empty() => Ok(Classifier::of(rule_set)),
            faults => Err(faults),
        }
    }

    /// That of [`RuleSet::standard`].
    pub fn standard() -> Arc<Classifier> {
        static STANDARD: LazyLock<Arc<Classifier>> = LazyLock::new(|| Arc::new(Classifier::of(&RuleSet::standard())));
        Arc::clone(&STANDARD)
    }

    /// Of a rule set without faults: a test that cannot be made ready never holds.
    fn of(rule_set: &RuleSet) -> Classifier {
        let groups: Vec<String> = rule_set.group_ids().map(str::to_owned).collect();
        let group = |id: &str| groups.iter().position(|group| group == id).unwrap_or(groups.len() - 1);
        let rules = rule_set.rules.iter().map(|rule| Compiled {
            any: rule.any.iter().filter_map(|part| tests(&part.all, rule_set)).collect(),
            group: group(&rule.group),
        });
        let rules = rules.collect();
        let (mut names, mut anywhere) = (HashMap::new(), HashMap::new());
        for source in rule_set.lists.iter().flat_map(|list| &list.sources) {
            let canonical = lower(&source.source);
            for name in source.also.iter().map(|name| lower(name)).chain([canonical.clone()]) {
                match name.strip_suffix(".*") {
                    Some(name) => anywhere.insert(name.to_owned(), canonical.clone()),
                    None => names.insert(without_www(&name).to_owned(), canonical.clone()),
                };
            }
        }
        let own_hosts = rule_set.own_hosts.iter().map(|host| without_www(&lower(host)).to_owned()).collect();
        let content = serde_json::to_vec(rule_set).unwrap_or_default();
        let fingerprint = hash::parts(&[&content]);
        Classifier { rules, groups, names, anywhere, own_hosts, fingerprint }
    }

    /// Equal for rule sets that say the same.
    pub fn fingerprint(&self) -> i64 {
        self.fingerprint
    }

    /// Every group an event can have, `unassigned` last.
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    pub fn facts(&self, signals: &Signals<'_>) -> Facts {
        Facts::of(signals, self)
    }

    /// The position in [`Classifier::groups`] of the group these facts have.
    pub fn group(&self, facts: &Facts) -> usize {
        let decided = self.rules.iter().find(|rule| {
            let holds = |tests: &Vec<Test>| tests.iter().all(|test| test.holds(facts));
            rule.any.iter().any(holds)
        });
        decided.map_or(self.groups.len() - 1, |rule| rule.group)
    }

    /// The group of an event.
    pub fn group_of(&self, event: &Event) -> &str {
        &self.groups[self.group(&Facts::of_event(event, self))]
    }

    /// The one name of a source or host, in lower case: itself if no list knows it.
    pub(super) fn named(&self, name: &str) -> String {
        let name = lower(name);
        let host = without_www(&name);
        let mut rest = host;
        loop {
            let found = self.names.get(rest).or_else(|| self.in_any_country(rest));
            // Below a host everything is its, but a last part such as `com` is nobody's.
            if let Some(source) = found.filter(|_| rest == host || rest.contains('.')) {
                return source.clone();
            }
            let Some((_, below)) = rest.split_once('.') else { return host.to_owned() };
            rest = below;
        }
    }

    /// `google.co.uk` where `google.*` is known.
    fn in_any_country(&self, host: &str) -> Option<&String> {
        let (name, suffix) = host.split_once('.')?;
        let country = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase());
        let fits = match suffix.split_once('.') {
            None => (2..=3).contains(&suffix.len()),
            Some((kind, last)) => ["co", "com", "net", "org"].contains(&kind) && country(last),
        };
        self.anywhere.get(name).filter(|_| fits)
    }

    /// Whether a host is one's own, or below one.
    pub(super) fn is_own(&self, host: &str) -> bool {
        let mut rest = without_www(host);
        loop {
            if self.own_hosts.contains(rest) {
                return true;
            }
            let Some((_, below)) = rest.split_once('.') else { return false };
            rest = below;
        }
    }
}

/// None if one of them can never hold.
pub(super) fn tests(tests: &[TrafficTest], rule_set: &RuleSet) -> Option<Vec<Test>> {
    tests.iter().map(|test| Test::new(test, rule_set).ok()).collect()
}

impl Test {
    /// # Errors
    /// What is wrong with a pattern.
    pub(super) fn new(test: &TrafficTest, rule_set: &RuleSet) -> Result<Test, String> {
        let values = || test.values.iter().map(|value| lower(value));
        let kind = match test.op {
            TrafficOp::Is | TrafficOp::IsNot => Kind::Is(values().collect()),
            TrafficOp::Contains => Kind::Contains(values().collect()),
            TrafficOp::StartsWith => Kind::StartsWith(values().collect()),
            TrafficOp::EndsWith => Kind::EndsWith(values().collect()),
            TrafficOp::Matches => {
                Kind::Matches(test.values.iter().map(|text| pattern(text)).collect::<Result<_, _>>()?)
            }
            TrafficOp::InList | TrafficOp::NotInList => {
                let lists = rule_set.lists.iter().filter(|list| test.values.contains(&list.id));
                Kind::Is(lists.flat_map(|list| &list.sources).map(|source| lower(&source.source)).collect())
            }
        };
        let negate = matches!(test.op, TrafficOp::IsNot | TrafficOp::NotInList);
        Ok(Test { field: test.field, negate, kind })
    }

    fn holds(&self, facts: &Facts) -> bool {
        let text = match self.field {
            TrafficField::Source => &facts.source,
            TrafficField::Medium => &facts.medium,
            TrafficField::Campaign => &facts.campaign,
            TrafficField::ReferrerHost => &facts.referrer_host,
            TrafficField::Channel => &facts.channel,
            TrafficField::ClickId => return facts.click_ids.iter().any(|id| self.kind.holds(id)) != self.negate,
        };
        self.holds_for(text)
    }

    /// Whether it holds where the field has this one value.
    pub(super) fn holds_for(&self, text: &str) -> bool {
        self.kind.holds(text) != self.negate
    }

    /// The values it holds for, if these can be listed.
    pub(super) fn listed(&self) -> Option<&HashSet<String>> {
        match &self.kind {
            Kind::Is(values) if !self.negate => Some(values),
            _ => None,
        }
    }

    /// The values it does not hold for, if these can be listed.
    pub(super) fn excluded(&self) -> Option<&HashSet<String>> {
        match &self.kind {
            Kind::Is(values) if self.negate => Some(values),
            _ => None,
        }
    }
}

impl Kind {
    fn holds(&self, text: &str) -> bool {
        match self {
            Kind::Is(values) => values.contains(text),
            Kind::Contains(values) => values.iter().any(|value| text.contains(value.as_str())),
            Kind::StartsWith(values) => values.iter().any(|value| text.starts_with(value.as_str())),
            Kind::EndsWith(values) => values.iter().any(|value| text.ends_with(value.as_str())),
            Kind::Matches(patterns) => patterns.iter().any(|pattern| pattern.is_match(text)),
        }
    }
}

/// A pattern over lower-cased text. The engine takes time linear in the text, which is bounded, whatever the pattern.
fn pattern(text: &str) -> Result<Regex, String> {
    if text.len() > TRAFFIC_TEXT_BYTES_MAX {
        return Err(format!("the pattern has {} bytes; at most {TRAFFIC_TEXT_BYTES_MAX}", text.len()));
    }
    let built = RegexBuilder::new(text)
        .case_insensitive(true)
        .size_limit(TRAFFIC_PATTERN_BYTES_MAX)
        .dfa_size_limit(TRAFFIC_PATTERN_BYTES_MAX)
        .build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "the pattern is too large; leave out nested repetitions".to_owned(),
        error => {
            let whole = error.to_string();
            let last = whole.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("the pattern cannot be read: {last}")
        }
    })
}

pub(super) fn lower(text: &str) -> String {
    text.trim().to_lowercase()
}

impl fmt::Debug for Classifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Classifier")
            .field("rules", &self.rules.len())
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}
