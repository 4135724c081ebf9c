//! Match rules over columns: the same meaning as [`model::rule`], many rows at a time.
//!
//! - What a rule asks of event and channel is decided once per distinct name: names that no condition can tell
//!   apart form a class, and a table over (event class, channel class) holds the answers. A row costs two or three
//!   look-ups, however many rules there are.
//! - Tests on typed columns run over whole Arrow arrays, and on dictionaries once per distinct value. Those for equality, on numbers
//!   and on dictionaries run once, however many conditions make them.
//! - A test on `props` reads JSON only in rows that passed every other part of its condition.
//!
//! Which rows take part, and what a match means (label, step, filter), is not decided here: see [`crate::shard`].

mod classes;
mod props;
mod tables;
mod typed;

use std::ops::Range;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::buffer::BooleanBuffer;
use model::rule::{ColumnRef, ColumnTest, Rule};
use model::traffic::TRAFFIC_GROUP;
use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::limits::RULES_MAX;
use crate::names::Names;
use crate::rules::classes::Classes;
use crate::rules::tables::Tables;
use crate::traits::Traits;

/// The rules of one question, in the caller's order. Compile once, share between partitions.
#[derive(Debug)]
pub struct Rules {
    conditions: Vec<Compiled>,
    rules: usize,
    /// Tests that several conditions make.
    shared: usize,
}

/// One condition of one rule.
#[derive(Debug)]
struct Compiled {
    rule: usize,
    events: Vec<String>,
    event_tests: Vec<ColumnTest>,
    channels: Vec<String>,
    channel_tests: Vec<ColumnTest>,
    /// Tests on `source`, `traffic_group` and typed columns, by column name.
    typed: Vec<Typed>,
    /// Tests on keys of `props`.
    props: Vec<(String, ColumnTest)>,
    /// Tests on traits, by key.
    traits: Vec<(String, ColumnTest)>,
}

/// A test on a column by name.
#[derive(Debug)]
struct Typed {
    column: &'static str,
    test: ColumnTest,
    /// Which of the tests that several conditions make.
    shared: Option<usize>,
}

impl Compiled {
    /// Whether event and channel alone decide.
    fn by_name_only(&self) -> bool {
        self.typed.is_empty() && self.props.is_empty() && self.traits.is_empty()
    }

    fn test(&mut self, column: &'static str, test: &ColumnTest) {
        self.typed.push(Typed { column, test: test.clone(), shared: None });
    }
}

/// Names of the columns rules read beyond event and channel.
pub const SOURCE: &str = "source";
pub const PROPS: &str = "props";

/// One key of `props`, which is JSON text.
pub(crate) use props::value as prop;

impl Rules {
    /// Compiles rules; rule `i` is known by `i` from now on.
    pub fn compile<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Result<Rules> {
        let mut conditions = Vec::new();
        let mut count = 0;
        for (i, rule) in rules.into_iter().enumerate() {
            count = i + 1;
            conditions.extend(rule.0.iter().filter_map(|condition| {
                let mut compiled = Compiled {
                    rule: i,
                    events: condition.event.clone(),
                    event_tests: Vec::new(),
                    channels: condition.channel.clone(),
                    channel_tests: Vec::new(),
                    typed: Vec::new(),
                    props: Vec::new(),
                    traits: Vec::new(),
                };
                for test in &condition.tests {
                    match ColumnRef::parse(&test.column) {
                        // As in the model: a test on a column that does not exist never holds.
                        None => return None,
                        Some(ColumnRef::Event) => compiled.event_tests.push(test.clone()),
                        Some(ColumnRef::Channel) => compiled.channel_tests.push(test.clone()),
                        Some(ColumnRef::Source) => compiled.test(SOURCE, test),
                        Some(ColumnRef::TrafficGroup) => compiled.test(TRAFFIC_GROUP, test),
                        Some(ColumnRef::Typed(column)) => compiled.test(column.name(), test),
                        Some(ColumnRef::Prop(key)) => compiled.props.push((key, test.clone())),
                        Some(ColumnRef::Trait(key)) => compiled.traits.push((key, test.clone())),
                    }
                }
                Some(compiled)
            }));
        }
        if count > RULES_MAX {
            return Err(Error::Limit {
                what: "number of rules in one question",
                got: count as u64,
                limit: RULES_MAX as u64,
            });
        }
        let shared = share(&mut conditions);
        Ok(Rules { conditions, rules: count, shared })
    }

    /// Columns needed beyond event and channel: `source`, `traffic_group`, typed columns, `props`.
    pub fn columns(&self) -> Vec<&'static str> {
        let typed = self.conditions.iter().flat_map(|condition| condition.typed.iter().map(|typed| typed.column));
        let props = self.conditions.iter().filter(|condition| !condition.props.is_empty()).map(|_| PROPS);
        let mut columns: Vec<&'static str> = typed.chain(props).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Keys of traits that are tested.
    pub fn traits(&self) -> impl Iterator<Item = &str> {
        self.conditions.iter().flat_map(|condition| condition.traits.iter().map(|(key, _)| key.as_str()))
    }

    pub fn reads_event(&self) -> bool {
        self.conditions.iter().any(|c| !c.events.is_empty() || !c.event_tests.is_empty())
    }

    pub fn reads_channel(&self) -> bool {
        self.conditions.iter().any(|c| !c.channels.is_empty() || !c.channel_tests.is_empty())
    }
}

/// Numbers the tests on columns that several conditions make; how many there are.
fn share(conditions: &mut [Compiled]) -> usize {
    let key = |typed: &Typed| (typed.column, format!("{:?}", typed.test));
    let mut times: FxHashMap<(&'static str, String), usize> = FxHashMap::default();
    for typed in conditions.iter().flat_map(|condition| &condition.typed) {
        *times.entry(key(typed)).or_default() += 1;
    }
    times.retain(|_, times| *times > 1);
    let numbers: FxHashMap<_, usize> = times.into_keys().zip(0..).collect();
    for typed in conditions.iter_mut().flat_map(|condition| &mut condition.typed) {
        typed.shared = numbers.get(&key(typed)).copied();
    }
    numbers.len()
}

/// The columns of some rows that rules may read. `event` and `channel` may be empty if no rule reads them.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    pub rows: usize,
    pub event: &'a [u32],
    pub channel: &'a [u32],
    /// Arrays by column name, see [`Rules::columns`].
    pub arrays: &'a FxHashMap<&'static str, ArrayRef>,
    /// Traits by customer, see [`Rules::traits`].
    pub traits: &'a Traits,
}

/// Evaluates compiled rules; keeps what it has learned of names, so one serves all rows of a partition.
#[derive(Debug)]
pub struct Evaluator {
    rules: Arc<Rules>,
    classes: Classes,
    tables: Tables,
}

/// Which rows match which rules.
#[derive(Debug)]
pub struct Matches<'a> {
    rules: &'a Rules,
    classes: &'a Classes,
    tables: &'a Tables,
    columns: Columns<'a>,
    /// Conditions that names do not decide: (rule, rows).
    residual: Vec<(usize, BooleanBuffer)>,
}

impl Evaluator {
    pub fn new(rules: Arc<Rules>, events: Names, channels: Names) -> Evaluator {
        Evaluator { rules, classes: Classes::new(events, channels), tables: Tables::default() }
    }

    /// Evaluates every condition over some rows.
    pub fn evaluate<'b>(&'b mut self, columns: Columns<'b>) -> Result<Matches<'b>> {
        if self.classes.learn(&self.rules.conditions) {
            self.tables = Tables::default();
        }
        let mut residual = Vec::new();
        let mut passed = vec![None; self.rules.shared];
        for (k, condition) in self.rules.conditions.iter().enumerate().filter(|(_, c)| !c.by_name_only()) {
            residual.push((condition.rule, self.residual(k, condition, &columns, &mut passed)?));
        }
        Ok(Matches { rules: &self.rules, classes: &self.classes, tables: &self.tables, columns, residual })
    }

    /// The rows of a condition; `passed`: those of tests that several conditions make, as far as they are known.
    fn residual(
        &self,
        k: usize,
        condition: &Compiled,
        columns: &Columns<'_>,
        passed: &mut [Option<BooleanBuffer>],
    ) -> Result<BooleanBuffer> {
        let (classes, of) = (&self.classes, k..k + 1);
        let table = self.tables.condition.table(of, classes, columns, |outcome| outcome.holds(k));
        let mut rows = table.rows(classes, columns);
        for Typed { column, test, shared } in &condition.typed {
            if rows.count_set_bits() == 0 {
                return Ok(rows);
            }
            if let Some(passed) = shared.and_then(|at| passed[at].as_ref()) {
                rows = &rows & passed;
                continue;
            }
            let array = array(columns, column)?;
            rows = match typed::all(test, column, array)? {
                None => typed::among(test, array, &rows),
                Some(all) => {
                    let among = &rows & &all;
                    if let Some(at) = *shared {
                        passed[at] = Some(all);
                    }
                    among
                }
            };
        }
        for (key, test) in &condition.traits {
            rows = &rows & &columns.traits.rows(key, test)?;
        }
        if !condition.props.is_empty() && rows.count_set_bits() > 0 {
            rows = props::filter(&condition.props, array(columns, PROPS)?, &rows)?;
        }
        Ok(rows)
    }
}

fn array<'a>(columns: &Columns<'a>, name: &str) -> Result<&'a ArrayRef> {
    columns.arrays.get(name).ok_or_else(|| Error::defect(format!("column {name} was not loaded for a rule")))
}

/// Some rows of others, with what is known of them.
#[derive(Debug)]
pub struct Picked {
    event: Vec<u32>,
    channel: Vec<u32>,
    rows: usize,
    residual: Vec<(usize, BooleanBuffer)>,
}

impl Picked {
    /// `rows` ascend.
    pub fn new(of: &Matches<'_>, rows: &[u32]) -> Picked {
        let pick = |codes: &[u32]| match codes.is_empty() {
            true => Vec::new(),
            false => rows.iter().map(|row| codes[*row as usize]).collect(),
        };
        let bits = |(rule, bits): &(usize, BooleanBuffer)| {
            (*rule, BooleanBuffer::collect_bool(rows.len(), |at| bits.value(rows[at] as usize)))
        };
        Picked {
            event: pick(of.columns.event),
            channel: pick(of.columns.channel),
            rows: rows.len(),
            residual: of.residual.iter().map(bits).collect(),
        }
    }

    /// What the rows match, counted from the first of them; typed columns are read no more.
    pub fn matches<'a>(&'a self, of: &Matches<'a>) -> Matches<'a> {
        let Matches { rules, classes, tables, columns, .. } = *of;
        let columns = Columns { rows: self.rows, event: &self.event, channel: &self.channel, ..columns };
        Matches { rules, classes, tables, columns, residual: self.residual.clone() }
    }
}

impl<'a> Matches<'a> {
    /// Rows there are.
    pub fn len(&self) -> usize {
        self.columns.rows
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The columns matched.
    pub fn columns(&self) -> Columns<'a> {
        self.columns
    }

    /// For each row 1 + the position, within `rules`, of the first rule that matches; 0 where none does.
    pub fn first(&self, rules: Range<usize>) -> Vec<u32> {
        let table = self.tables.first.table(rules.clone(), self.classes, &self.columns, |outcome| {
            let named = self.named(&rules).filter(|(k, _)| outcome.holds(*k)).map(|(_, rule)| rule).min();
            named.map_or(0, |rule| (rule - rules.start) as u32 + 1)
        });
        let mut first = table.each(self.classes, &self.columns);
        for (rule, rows) in self.residual.iter().filter(|(rule, _)| rules.contains(rule)) {
            let label = (rule - rules.start) as u32 + 1;
            for row in rows.set_indices() {
                if first[row] == 0 || first[row] > label {
                    first[row] = label;
                }
            }
        }
        first
    }

    /// For each row a mask: bit `i` is set if the `i`-th of `rules` (at most 64) matches.
    pub fn mask(&self, rules: Range<usize>) -> Vec<u64> {
        let table = self.tables.mask.table(rules.clone(), self.classes, &self.columns, |outcome| {
            let named = self.named(&rules).filter(|(k, _)| outcome.holds(*k));
            named.fold(0u64, |mask, (_, rule)| mask | 1 << (rule - rules.start))
        });
        let mut masks = table.each(self.classes, &self.columns);
        for (rule, rows) in self.residual.iter().filter(|(rule, _)| rules.contains(rule)) {
            rows.set_indices().for_each(|row| masks[row] |= 1 << (rule - rules.start));
        }
        masks
    }

    /// Rows that match one rule.
    pub fn rows(&self, rule: usize) -> BooleanBuffer {
        self.any(rule..rule + 1)
    }

    /// Rows that match any of some rules.
    pub fn any(&self, rules: Range<usize>) -> BooleanBuffer {
        let holds = |outcome: classes::Pair<'_>| self.named(&rules).any(|(k, _)| outcome.holds(k));
        let table = self.tables.any.table(rules.clone(), self.classes, &self.columns, holds);
        let named = table.rows(self.classes, &self.columns);
        let residual = self.residual.iter().filter(|(of, _)| rules.contains(of));
        residual.fold(named, |rows, (_, more)| &rows | more)
    }

    /// Conditions of `rules` that names decide: (condition, rule).
    fn named<'b>(&'b self, rules: &'b Range<usize>) -> impl Iterator<Item = (usize, usize)> + 'b {
        debug_assert!(rules.end <= self.rules.rules);
        let conditions = self.rules.conditions.iter().enumerate();
        conditions.filter(|(_, c)| c.by_name_only() && rules.contains(&c.rule)).map(|(k, c)| (k, c.rule))
    }
}

#[cfg(test)]
mod tests;
