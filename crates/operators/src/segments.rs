//! The segments of a scan: compiled, and evaluated for the customers of a shard.
//!
//! What a segment's tests ask of events are rules like any others of the question, evaluated with them; what a customer's
//! events add up to is the matter of `folds::segment`. Membership goes by all of a customer's events, also those the
//! question's filter leaves out.

mod days;

use arrow::array::BooleanBufferBuilder;
use arrow::buffer::BooleanBuffer;
use chrono_tz::Tz;
use folds::segment::{Days, Events, Extreme, Measure, Number, Program, Rfm, Sequence, Test};
use folds::slice::{Membership, Run};
use model::event::{Column, SYSTEM_PREFIX};
use model::rule::{ColumnRef, ColumnTest, Condition, Op, Rule};
use model::segment::{self, Bounds, Who, Within};

pub use days::days;

use crate::error::{Error, Result};
use crate::kernel::of_fold;
use crate::spec::SegmentsSpec;

/// How far ahead of the moment asked at the beginnings of days are known: membership that depends on them is looked at
/// again day by day, and rarely longer.
const DAYS_AHEAD_US: i64 = 400 * model::period::DAY_US;

/// Segments ready to be evaluated.
#[derive(Debug)]
pub(crate) struct Segments {
    program: Program,
    /// Rules by bit.
    pub(crate) rules: Vec<Rule>,
    /// Numeric columns by position.
    pub(crate) columns: Vec<Column>,
    moments_us: Vec<i64>,
    required: u64,
    steady: bool,
}

/// Who is in which segment, by customer of a shard.
#[derive(Debug, Default, Clone)]
pub(crate) struct Found {
    runs: Vec<Run>,
    /// Customer i owns runs `offsets[i]..offsets[i + 1]`; empty if the question has no segments.
    offsets: Vec<u32>,
    until_us: Vec<i64>,
}

/// The customers of one shard with the events segments see.
pub(crate) struct Shard<'a> {
    pub(crate) customers: &'a [i64],
    /// Customer i owns rows `offsets[i]..offsets[i + 1]`.
    pub(crate) offsets: &'a [u32],
    pub(crate) time: &'a [i64],
    pub(crate) mask: &'a [u64],
    /// By column.
    pub(crate) columns: &'a [Vec<f64>],
}

/// A zone by its name.
///
/// # Errors
/// When there is none of that name.
pub(crate) fn zone(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| Error::question(format!("zone: `{name}` is no IANA time zone, as in Asia/Shanghai")))
}

/// The beginnings of the days that scores of recency and frequency go by, in a zone, around a moment.
pub(crate) fn days_around(zone_name: &str, at_us: i64) -> Result<Days> {
    Ok(days(zone(zone_name)?, 0, at_us.saturating_add(DAYS_AHEAD_US)))
}

impl Segments {
    /// # Errors
    /// When a tree names other segments, has scores without boundaries, or there are too many rules.
    pub(crate) fn new(spec: &SegmentsSpec, as_of_us: i64) -> Result<Segments> {
        let mut compiler = Compiler::default();
        let tests = spec.segments.iter().map(|who| compiler.test(who)).collect::<Result<Vec<_>>>()?;
        let days = if compiler.reads_days { days_around(&spec.zone, as_of_us)? } else { Days::default() };
        let moments_us = if spec.moments_us.is_empty() { vec![as_of_us] } else { spec.moments_us.clone() };
        if !moments_us.is_sorted() || moments_us.last().is_some_and(|last| *last > as_of_us) {
            return Err(Error::question("moments of segments ascend, and none is later than the scan's own moment"));
        }
        if spec.required as usize > spec.segments.len() {
            return Err(Error::question("more segments are required than there are"));
        }
        let required = 1u64.checked_shl(spec.required).map_or(u64::MAX, |bit| bit - 1);
        let program = Program::new(tests, days).map_err(of_fold)?;
        let Compiler { rules, columns, .. } = compiler;
        Ok(Segments { program, rules, columns, moments_us, required, steady: spec.steady })
    }

    /// Looks at every customer of a shard.
    pub(crate) fn evaluate(&self, shard: &Shard<'_>) -> Found {
        let mut found = Found { offsets: vec![0], ..Found::default() };
        let mut columns: Vec<&[f64]> = Vec::with_capacity(self.columns.len());
        for (customer, pair) in shard.customers.iter().zip(shard.offsets.windows(2)) {
            let rows = pair[0] as usize..pair[1] as usize;
            columns.clear();
            columns.extend(shard.columns.iter().map(|column| &column[rows.clone()]));
            let events = Events {
                customer: *customer,
                time: &shard.time[rows.clone()],
                mask: &shard.mask[rows],
                columns: &columns,
            };
            self.program.runs(&events, &self.moments_us, &mut found.runs);
            if let (true, Some(at_us)) = (self.steady, self.moments_us.last()) {
                found.until_us.push(self.program.steady(&events, *at_us).1);
            }
            found.offsets.push(found.runs.len() as u32);
        }
        found
    }

    /// The rows of customers who are in all the segments the question requires.
    pub(crate) fn members(&self, found: &Found, offsets: &[u32]) -> BooleanBuffer {
        let last = self.moments_us.len() as u32 - 1;
        let mut rows = BooleanBufferBuilder::new(offsets.last().map_or(0, |rows| *rows as usize));
        for (customer, pair) in offsets.windows(2).enumerate() {
            let bits = found.of(customer).at(last);
            rows.append_n((pair[1] - pair[0]) as usize, bits & self.required == self.required);
        }
        rows.finish()
    }

    pub(crate) fn requires(&self) -> bool {
        self.required != 0
    }
}

impl Found {
    /// Whether the question has no segments.
    pub(crate) fn is_empty(&self) -> bool {
        self.offsets.is_empty()
    }

    #[inline]
    pub(crate) fn of(&self, customer: usize) -> Membership<'_> {
        let (Some(from), Some(to)) = (self.offsets.get(customer), self.offsets.get(customer + 1)) else {
            return Membership::default();
        };
        Membership {
            runs: &self.runs[*from as usize..*to as usize],
            until_us: self.until_us.get(customer).copied().unwrap_or_default(),
        }
    }

    /// Adds a customer as another finding has them.
    pub(crate) fn take(&mut self, from: &Found, customer: usize) {
        if from.offsets.is_empty() {
            return;
        }
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.runs.extend_from_slice(from.of(customer).runs);
        self.offsets.push(self.runs.len() as u32);
        self.until_us.extend(from.until_us.get(customer));
    }
}

/// Gives rules their bits and columns their positions.
#[derive(Debug, Default)]
struct Compiler {
    rules: Vec<Rule>,
    columns: Vec<Column>,
    reads_days: bool,
}

impl Compiler {
    fn bit(&mut self, rule: &Rule) -> u32 {
        let known = self.rules.iter().position(|known| known == rule);
        known.unwrap_or_else(|| {
            self.rules.push(rule.clone());
            self.rules.len() - 1
        }) as u32
    }

    fn column(&mut self, column: Column) -> usize {
        self.columns.iter().position(|known| *known == column).unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    fn test(&mut self, who: &Who) -> Result<Test> {
        Ok(match who {
            Who::All(parts) => Test::All(parts.iter().map(|part| self.test(part)).collect::<Result<_>>()?),
            Who::Any(parts) => Test::Any(parts.iter().map(|part| self.test(part)).collect::<Result<_>>()?),
            Who::Not(part) => Test::Not(Box::new(self.test(part)?)),
            Who::Trait(test) => Test::Number(self.once(&test.rule(), Within::EVER)),
            Who::Did(did) => Test::Number(Number {
                bit: self.bit(&did.rule),
                unless: None,
                within: did.within,
                measure: self.measure(did.measure),
                is: did.is,
            }),
            Who::First(happened) => Test::Extreme(self.extreme(happened, false)),
            Who::Last(happened) => Test::Extreme(self.extreme(happened, true)),
            Who::Sequence(sequence) => Test::Sequence(Sequence {
                bits: sequence.steps.iter().map(|step| self.bit(step)).collect(),
                span_us: sequence.span.map_or(i64::MAX, |span| span.us),
                within: sequence.within,
            }),
            Who::Channel(used) => {
                let system = self.bit(&system_events());
                Test::Number(Number { unless: Some(system), ..self.once(&used.rule(), used.within) })
            }
            Who::Segment(id) => {
                return Err(Error::question(format!("segment `{id}` is known by its key alone; give its definition")));
            }
            Who::Rfm(test) => {
                self.reads_days = true;
                Test::Rfm(Rfm {
                    bit: self.bit(&test.model.rule),
                    column: self.column(test.model.value),
                    test: test.clone(),
                })
            }
        })
    }

    fn once(&mut self, rule: &Rule, within: Within) -> Number {
        Number { bit: self.bit(rule), unless: None, within, measure: Measure::Count, is: Bounds::at_least(1.0) }
    }

    fn extreme(&mut self, happened: &segment::Happened, last: bool) -> Extreme {
        Extreme { bit: self.bit(&happened.rule), last, within: happened.within }
    }

    fn measure(&mut self, measure: segment::Measure) -> Measure {
        match measure {
            segment::Measure::Count => Measure::Count,
            segment::Measure::Days => {
                self.reads_days = true;
                Measure::Days
            }
            segment::Measure::Sum(column) => Measure::Sum(self.column(column)),
            segment::Measure::Min(column) => Measure::Min(self.column(column)),
            segment::Measure::Max(column) => Measure::Max(self.column(column)),
            segment::Measure::Mean(column) => Measure::Mean(self.column(column)),
            segment::Measure::Earliest(column) => Measure::Earliest(self.column(column)),
            segment::Measure::Latest(column) => Measure::Latest(self.column(column)),
        }
    }
}

/// The product's own bookkeeping, which uses no channel.
fn system_events() -> Rule {
    let value = String::from(SYSTEM_PREFIX).into();
    let test = ColumnTest { column: "event".to_owned(), op: Op::StartsWith, value };
    Rule(vec![Condition { tests: vec![test], ..Condition::default() }])
}

/// A rule every event matches, the system's own too.
pub(crate) fn any_event() -> Rule {
    let test = ColumnTest { column: "event".to_owned(), op: Op::Exists, value: serde_json::Value::Null };
    Rule(vec![Condition { tests: vec![test], ..Condition::default() }])
}

/// Whether a tree asks for traits: these are known as of the scan's own moment, not of each of several.
pub fn reads_traits(who: &Who) -> bool {
    let of_trait = |rule: &Rule| rule.columns().iter().any(|column| matches!(column, ColumnRef::Trait(_)));
    match who {
        Who::All(parts) | Who::Any(parts) => parts.iter().any(reads_traits),
        Who::Not(part) => reads_traits(part),
        Who::Trait(_) => true,
        Who::Did(did) => of_trait(&did.rule),
        Who::First(happened) | Who::Last(happened) => of_trait(&happened.rule),
        Who::Sequence(sequence) => sequence.steps.iter().any(of_trait),
        Who::Channel(_) | Who::Segment(_) => false,
        Who::Rfm(test) => of_trait(&test.model.rule),
    }
}
