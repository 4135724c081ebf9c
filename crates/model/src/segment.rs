//! Segments (分群): named sets of customers, told apart by who they are and what they did.
//!
//! A definition is a tree of tests joined by `all`, `any` and `not`. It says nothing of a moment: membership is
//! evaluated as of one, over all of a customer's events up to then. A customer without any event up to that moment is
//! in no segment, not even in one of those who did *not* do something.
//!
//! ```yaml
//! id: lapsing-buyers
//! name: {zh-CN: 快流失的买家, en: Lapsing buyers}
//! who:
//!   all:
//!     - did: {match: [{event: purchase}], is: {gte: 2}}
//!     - not: {did: {match: [{event: purchase}], within: {last: 30d}}}
//! ```
//!
//! How a tree is evaluated is not here: `folds::segment`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::event::{Column, ColumnType};
use crate::journey::{Fault, check_key, check_name, check_rule};
use crate::limits::{SEGMENT_DEPTH_MAX, SEGMENT_TESTS_MAX, SEQUENCE_STEPS_MAX};
use crate::period::Span;
use crate::rfm;
use crate::rule::{ColumnTest, Condition, Op, Rule};
use crate::text::LocalizedText;

/// A named set of customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Key within the workspace, `[a-z0-9-_]`.
    pub id: String,
    pub name: LocalizedText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<LocalizedText>,
    /// Who its members are.
    pub who: Who,
}

/// Where a question wants a segment: one the workspace stores, by its key, or a definition given on the spot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum SegmentChoice {
    Stored(String),
    Given(Box<Segment>),
}

/// A test on a customer, or several joined.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "a definition has a handful of these; boxes would save nothing")]
pub enum Who {
    /// Every one of these holds.
    #[schema(no_recursion)]
    All(Vec<Who>),
    /// At least one of these holds.
    #[schema(no_recursion)]
    Any(Vec<Who>),
    /// It does not hold.
    #[schema(no_recursion, value_type = Who)]
    Not(Box<Who>),
    /// A trait, as last set.
    Trait(TraitTest),
    /// A number made of the events that match, compared with bounds; without `measure` and `is`, one such event.
    Did(Did),
    /// When the first matching event ever happened.
    First(Happened),
    /// When the last matching event happened.
    Last(Happened),
    /// Events in this order.
    Sequence(Sequence),
    /// Used one of these channels.
    Channel(UsedChannel),
    /// Is a member of another segment of the workspace, by its key.
    Segment(String),
    /// Has these scores of recency, frequency and monetary value.
    Rfm(RfmTest),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TraitTest {
    /// `city_tier`, as in `traits.city_tier`.
    pub key: String,
    pub op: Op,
    /// One value; a list for `in` and `not_in`; absent for `exists` and `missing`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    #[schema(value_type = serde_json::Value)]
    pub value: Value,
}

/// A number made of matching events, and what it is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Did {
    #[serde(rename = "match")]
    pub rule: Rule,
    #[serde(default, skip_serializing_if = "Within::is_ever")]
    pub within: Within,
    #[serde(default, skip_serializing_if = "Measure::is_count")]
    pub measure: Measure,
    /// None: at least 1.
    #[serde(default = "at_least_one")]
    pub is: Bounds,
}

/// What is made of the events. Of no event at all, `count`, `days` and `sum` are 0; the others are no number, which
/// satisfies no bounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many.
    #[default]
    Count,
    /// On how many calendar days.
    Days,
    /// The sum of a numeric column; events without a value add nothing.
    Sum(Column),
    Min(Column),
    Max(Column),
    Mean(Column),
    /// The value of the earliest event that has one.
    Earliest(Column),
    /// The value of the latest event that has one: a score as last given.
    Latest(Column),
}

impl Measure {
    fn is_count(&self) -> bool {
        *self == Measure::Count
    }
}

/// Bounds on a number; all that are given hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Bounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eq: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gt: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gte: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lt: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lte: Option<f64>,
}

/// Which events count by their time; all that is given holds. The age of an event is the time from it to the moment
/// asked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Within {
    /// Younger than this: an event is in the last 30 days until it is 30 × 24 hours old, and then no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Span>,
    /// At least this old.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Span>,
    /// Not earlier, UTC microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_us: Option<i64>,
    /// Earlier, UTC microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_us: Option<i64>,
}

/// A matching event, and when it has to have happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Happened {
    #[serde(rename = "match")]
    pub rule: Rule,
    pub within: Within,
}

/// Events in order; one event stands for one step, and others may lie between.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// 2 to 20.
    pub steps: Vec<Rule>,
    /// From the first step to the last, inclusive. None: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// Every step lies in it.
    #[serde(default, skip_serializing_if = "Within::is_ever")]
    pub within: Within,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsedChannel {
    /// Any of them.
    pub any_of: Vec<String>,
    #[serde(default, skip_serializing_if = "Within::is_ever")]
    pub within: Within,
}

/// Scores of recency, frequency and monetary value; all that is given holds. Who bought nothing has no scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RfmTest {
    pub model: rfm::Model,
    /// In any of these groups. Empty: in any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<rfm::Group>,
    /// Any of these scores of recency, 1 to 5. Empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub r: Vec<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub f: Vec<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub m: Vec<u8>,
    /// The scores' boundaries. Left out in definitions: they are of the whole workspace, and computed when the segment
    /// is evaluated; the answer then states them here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edges: Option<rfm::Edges>,
}

impl Segment {
    /// Everything wrong with the definition by itself; empty if it can be evaluated. Whether the segments it names
    /// exist is known where they are stored: [`expand`].
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        check_key(&mut faults, "id", &self.id);
        check_name(&mut faults, "name", &self.name);
        if let Some(description) = &self.description {
            check_name(&mut faults, "description", description);
        }
        self.who.check(&mut faults, "who", 1);
        let tests = self.who.tests();
        if tests > SEGMENT_TESTS_MAX {
            faults.push(Fault::new("who", format!("at most {SEGMENT_TESTS_MAX} tests, not {tests}")));
        }
        faults
    }
}

impl SegmentChoice {
    /// What the segment is called: its key, or its name in a language.
    pub fn name(&self, language: &str) -> String {
        match self {
            SegmentChoice::Stored(id) => id.clone(),
            SegmentChoice::Given(segment) => segment.name.get(language).to_owned(),
        }
    }

    pub fn id(&self) -> &str {
        match self {
            SegmentChoice::Stored(id) => id,
            SegmentChoice::Given(segment) => &segment.id,
        }
    }
}

impl Who {
    /// The tests of the tree, joints not counted.
    pub fn tests(&self) -> usize {
        match self {
            Who::All(parts) | Who::Any(parts) => parts.iter().map(Who::tests).sum(),
            Who::Not(part) => part.tests(),
            _ => 1,
        }
    }

    /// Keys of the segments the tree names, in its order.
    pub fn segments(&self) -> Vec<&str> {
        match self {
            Who::All(parts) | Who::Any(parts) => parts.iter().flat_map(Who::segments).collect(),
            Who::Not(part) => part.segments(),
            Who::Segment(id) => vec![id],
            _ => Vec::new(),
        }
    }

    /// Every test on scores in the tree.
    pub fn rfm_mut(&mut self) -> Vec<&mut RfmTest> {
        match self {
            Who::All(parts) | Who::Any(parts) => parts.iter_mut().flat_map(Who::rfm_mut).collect(),
            Who::Not(part) => part.rfm_mut(),
            Who::Rfm(test) => vec![test],
            _ => Vec::new(),
        }
    }

    fn check(&self, faults: &mut Vec<Fault>, path: &str, depth: usize) {
        if depth > SEGMENT_DEPTH_MAX {
            faults.push(Fault::new(path, format!("`all`, `any` and `not` stand at most {SEGMENT_DEPTH_MAX} deep")));
            return;
        }
        match self {
            Who::All(parts) | Who::Any(parts) => {
                let joint = if matches!(self, Who::All(_)) { "all" } else { "any" };
                if parts.is_empty() {
                    faults.push(Fault::new(format!("{path}.{joint}"), "give at least one test"));
                }
                for (i, part) in parts.iter().enumerate() {
                    part.check(faults, &format!("{path}.{joint}[{i}]"), depth + 1);
                }
            }
            Who::Not(part) => part.check(faults, &format!("{path}.not"), depth + 1),
            Who::Trait(test) => test.check(faults, &format!("{path}.trait")),
            Who::Did(did) => did.check(faults, &format!("{path}.did")),
            Who::First(happened) => happened.check(faults, &format!("{path}.first")),
            Who::Last(happened) => happened.check(faults, &format!("{path}.last")),
            Who::Sequence(sequence) => sequence.check(faults, &format!("{path}.sequence")),
            Who::Channel(used) => used.check(faults, &format!("{path}.channel")),
            Who::Segment(id) => check_key(faults, &format!("{path}.segment"), id),
            Who::Rfm(test) => test.check(faults, &format!("{path}.rfm")),
        }
    }
}

impl TraitTest {
    /// The same test as a rule: every event of a customer who passes it matches.
    pub fn rule(&self) -> Rule {
        let test = ColumnTest { column: format!("traits.{}", self.key), op: self.op, value: self.value.clone() };
        Rule(vec![Condition { tests: vec![test], ..Condition::default() }])
    }

    fn check(&self, faults: &mut Vec<Fault>, path: &str) {
        if self.key.trim().is_empty() {
            faults.push(Fault::new(format!("{path}.key"), "name the trait, as in `city_tier`"));
            return;
        }
        for (at, message) in self.rule().faults() {
            let field = if at.ends_with("value") { "value" } else { "key" };
            faults.push(Fault::new(format!("{path}.{field}"), message));
        }
    }
}

impl Did {
    fn check(&self, faults: &mut Vec<Fault>, path: &str) {
        check_rule(faults, &format!("{path}.match"), &self.rule);
        faults.extend(self.within.faults(&format!("{path}.within")));
        if let Some(column) = self.measure.column().filter(|column| column.column_type() != ColumnType::Number) {
            let what = format!("column `{}` holds no numbers; `amount` is one that does", column.name());
            faults.push(Fault::new(format!("{path}.measure"), what));
        }
        if self.is == Bounds::default() {
            faults.push(Fault::new(format!("{path}.is"), "give at least one of eq, gt, gte, lt and lte"));
        }
    }
}

impl Measure {
    /// The column it reads.
    pub fn column(self) -> Option<Column> {
        match self {
            Measure::Count | Measure::Days => None,
            Measure::Sum(column)
            | Measure::Min(column)
            | Measure::Max(column)
            | Measure::Mean(column)
            | Measure::Earliest(column)
            | Measure::Latest(column) => Some(column),
        }
    }
}

impl Bounds {
    pub const fn at_least(number: f64) -> Bounds {
        Bounds { eq: None, gt: None, gte: Some(number), lt: None, lte: None }
    }

    /// Whether the number lies within; NaN never does.
    pub fn hold(&self, number: f64) -> bool {
        !number.is_nan()
            && self.eq.is_none_or(|bound| number == bound)
            && self.gt.is_none_or(|bound| number > bound)
            && self.gte.is_none_or(|bound| number >= bound)
            && self.lt.is_none_or(|bound| number < bound)
            && self.lte.is_none_or(|bound| number <= bound)
    }
}

impl Within {
    pub const EVER: Within = Within { last: None, before: None, from_us: None, to_us: None };

    pub const fn last(span: Span) -> Within {
        Within { last: Some(span), ..Within::EVER }
    }

    pub fn is_ever(&self) -> bool {
        *self == Within::EVER
    }

    /// Whether an event at `time_us` counts at the moment `at_us`.
    pub fn contains(&self, time_us: i64, at_us: i64) -> bool {
        let age = at_us.saturating_sub(time_us);
        self.last.is_none_or(|span| age < span.us)
            && self.before.is_none_or(|span| age >= span.us)
            && self.from_us.is_none_or(|from| time_us >= from)
            && self.to_us.is_none_or(|to| time_us < to)
    }

    /// What is wrong with it, with paths from `path`.
    pub fn faults(&self, path: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (field, span) in [("last", self.last), ("before", self.before)] {
            if span.is_some_and(|span| span.us <= 0) {
                faults.push(Fault::new(format!("{path}.{field}"), "must be longer than nothing, as in 30d"));
            }
        }
        if let (Some(last), Some(before)) = (self.last, self.before)
            && before >= last
        {
            let what = format!("nothing is younger than {last} and at least {before} old; make `before` shorter");
            faults.push(Fault::new(format!("{path}.before"), what));
        }
        if let (Some(from), Some(to)) = (self.from_us, self.to_us)
            && from >= to
        {
            faults.push(Fault::new(format!("{path}.to_us"), "the window ends before it begins"));
        }
        faults
    }
}

impl Happened {
    fn check(&self, faults: &mut Vec<Fault>, path: &str) {
        check_rule(faults, &format!("{path}.match"), &self.rule);
        faults.extend(self.within.faults(&format!("{path}.within")));
        if self.within.is_ever() {
            faults.push(Fault::new(format!("{path}.within"), "say when, as in {last: 30d}; for ever use `did`"));
        }
    }
}

impl Sequence {
    fn check(&self, faults: &mut Vec<Fault>, path: &str) {
        if !(2..=SEQUENCE_STEPS_MAX).contains(&self.steps.len()) {
            let what = format!("2 to {SEQUENCE_STEPS_MAX} steps, not {}", self.steps.len());
            faults.push(Fault::new(format!("{path}.steps"), what));
        }
        for (i, step) in self.steps.iter().enumerate() {
            check_rule(faults, &format!("{path}.steps[{i}]"), step);
        }
        if self.span.is_some_and(|span| span.us < 0) {
            faults.push(Fault::new(format!("{path}.span"), "a length of time, as in 7d"));
        }
        faults.extend(self.within.faults(&format!("{path}.within")));
    }
}

impl UsedChannel {
    /// The events of these channels, without the system's own.
    pub fn rule(&self) -> Rule {
        Rule(vec![Condition { channel: self.any_of.clone(), ..Condition::default() }])
    }

    fn check(&self, faults: &mut Vec<Fault>, path: &str) {
        if self.any_of.is_empty() {
            faults.push(Fault::new(format!("{path}.any_of"), "name at least one channel"));
        }
        faults.extend(self.within.faults(&format!("{path}.within")));
    }
}

impl RfmTest {
    /// Whether a customer with these scores passes.
    pub fn holds(&self, scores: rfm::Scores) -> bool {
        let fits = |wanted: &[u8], score: u8| wanted.is_empty() || wanted.contains(&score);
        (self.groups.is_empty() || self.groups.contains(&scores.group(self.model.high)))
            && fits(&self.r, scores.r)
            && fits(&self.f, scores.f)
            && fits(&self.m, scores.m)
    }

    fn check(&self, faults: &mut Vec<Fault>, path: &str) {
        faults.extend(self.model.faults(&format!("{path}.model")));
        for (field, scores) in [("r", &self.r), ("f", &self.f), ("m", &self.m)] {
            for (i, score) in scores.iter().enumerate().filter(|(_, score)| !(1..=5).contains(*score)) {
                faults.push(Fault::new(format!("{path}.{field}[{i}]"), format!("scores are 1 to 5, not {score}")));
            }
        }
    }
}

/// The tree with every named segment replaced by its own tree, looked up by `find`.
///
/// # Errors
/// The first fault: a segment that is not there, one that is a member of itself by way of others, or a tree that has
/// grown beyond its limit.
pub fn expand<'a>(segment: &'a Segment, find: &dyn Fn(&str) -> Option<&'a Segment>) -> Result<Who, Fault> {
    let mut above = vec![segment.id.as_str()];
    let who = expanded(&segment.who, "who", find, &mut above)?;
    let tests = who.tests();
    if tests > SEGMENT_TESTS_MAX {
        let what = format!("with the segments it names it has {tests} tests; at most {SEGMENT_TESTS_MAX}");
        return Err(Fault::new("who", what));
    }
    Ok(who)
}

fn expanded<'a>(
    who: &'a Who,
    path: &str,
    find: &dyn Fn(&str) -> Option<&'a Segment>,
    above: &mut Vec<&'a str>,
) -> Result<Who, Fault> {
    let parts = |parts: &'a [Who], joint: &str, above: &mut Vec<&'a str>| -> Result<Vec<Who>, Fault> {
        let each = parts.iter().enumerate();
        each.map(|(i, part)| expanded(part, &format!("{path}.{joint}[{i}]"), find, above)).collect()
    };
    match who {
        Who::All(all) => Ok(Who::All(parts(all, "all", above)?)),
        Who::Any(any) => Ok(Who::Any(parts(any, "any", above)?)),
        Who::Not(part) => Ok(Who::Not(Box::new(expanded(part, &format!("{path}.not"), find, above)?))),
        Who::Segment(id) => {
            let path = format!("{path}.segment");
            if above.contains(&id.as_str()) {
                let way = above.iter().copied().chain([id.as_str()]).collect::<Vec<_>>().join(" → ");
                return Err(Fault::new(path, format!("a segment cannot rest on itself: {way}")));
            }
            if above.len() > SEGMENT_DEPTH_MAX {
                let what = format!("segments name each other at most {SEGMENT_DEPTH_MAX} deep");
                return Err(Fault::new(path, what));
            }
            let named = find(id).ok_or_else(|| Fault::new(&path, format!("there is no segment `{id}`")))?;
            above.push(&named.id);
            // A fault inside the named segment is the fault of naming it, as this definition is what is looked at.
            let who = expanded(&named.who, &path, find, above);
            above.pop();
            who
        }
        other => Ok(other.clone()),
    }
}

fn at_least_one() -> Bounds {
    Bounds::at_least(1.0)
}

#[cfg(test)]
mod tests;
