//! One row to its events.
//!
//! A row is taken whole or refused whole: where one of its events cannot be made, none is. Which rows belong
//! together is decided in `group`, what happens to refused rows in `decoder`.

use std::collections::BTreeMap;

use model::event::{Column, ColumnType, ColumnValue, Event, event_id, event_id_of_row};
use model::identity::Identifier;
use model::limits::{EVENT_BYTES_MAX, NAME_BYTES_MAX};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use crate::cell::{Cell, Digits, excerpt};
use crate::error::{Error, Result};
use crate::expression::{Input, Memo, Variables};
use crate::format::row::{Row, Slot};
use crate::limits::{ROWS_WITHOUT_ID_MAX, TRAIT_SENDERS_MAX};
use crate::mapping::{Kind, NumberStyle};
use crate::plan::{ColumnAt, ExpressionAt, InputAt, Kept, Place, Plan, Rule, Term, Time};
use crate::senders::Senders;

/// Why a row is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowFault {
    pub(crate) code: &'static str,
    pub(crate) field: Option<String>,
    pub(crate) reason: String,
}

impl RowFault {
    pub(crate) fn new(code: &'static str, field: &str, reason: impl Into<String>) -> RowFault {
        RowFault { code, field: Some(field.to_owned()), reason: reason.into() }
    }
}

pub(crate) type RowResult<T> = std::result::Result<T, RowFault>;

/// A row with what is joined to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) row: Row<'a>,
    /// The row of each join's table, if it has one.
    pub(crate) hits: &'a [Option<u32>],
}

/// What decoding remembers from row to row.
#[derive(Debug)]
pub(crate) struct Memory {
    memos: Vec<Memo>,
    rows: RowCounter,
    traits: TraitMemory,
    /// Keys a lookup did not have, by join.
    pub(crate) missed: Vec<u64>,
}

/// What every event of a file shares.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) received_at_us: i64,
    /// 1-based position of the row in its file.
    pub(crate) row: u64,
}

/// Counts identical rows, so that each gets an id of its own: a hash for every row, a count only for repeated ones.
#[derive(Debug, Default)]
struct RowCounter {
    seen: FxHashSet<u64>,
    repeated: FxHashMap<u64, u32>,
}

/// What was said of the traits of each sender.
#[derive(Debug, Default)]
struct TraitMemory {
    senders: FxHashMap<i64, Box<[Option<Said>]>>,
}

/// The latest value of one trait, in time and not in the order of the file.
#[derive(Debug, Clone, Copy)]
struct Said {
    /// Hash of the value.
    value: u64,
    /// When it was said on an event.
    said_us: i64,
    /// The latest row that had it. It was not said again, so nothing else may be said in between.
    seen_us: i64,
}

impl Said {
    /// Whether a value is to be said on an event of some time, so that the last one said, in time, is always the last
    /// one the file has.
    fn must_say(known: &mut Option<Said>, value: u64, time_us: i64) -> bool {
        let new = Said { value, said_us: time_us, seen_us: time_us };
        match known {
            Some(said) if time_us >= said.seen_us => {
                said.seen_us = time_us;
                if said.value == value {
                    return false;
                }
                *said = new;
                true
            }
            // Before what was said: it is history, and hides nothing.
            Some(said) => time_us < said.said_us,
            None => {
                *known = Some(new);
                true
            }
        }
    }
}

impl Memory {
    pub(crate) fn new(plan: &Plan) -> Memory {
        Memory {
            memos: (0..plan.memos).map(|_| Memo::default()).collect(),
            rows: RowCounter::default(),
            traits: TraitMemory::default(),
            missed: vec![0; plan.joins.len()],
        }
    }

    /// How many rows with these bytes came before.
    pub(crate) fn count_row(&mut self, identity: &[u8]) -> u32 {
        let hash = xxh3_64(identity);
        if self.rows.seen.insert(hash) {
            return 0;
        }
        let count = self.rows.repeated.entry(hash).or_insert(0);
        *count += 1;
        *count
    }

    pub(crate) fn check_limit(&self, path: &std::path::Path) -> Result<()> {
        if self.rows.seen.len() <= ROWS_WITHOUT_ID_MAX {
            return Ok(());
        }
        let detail =
            format!("more than {ROWS_WITHOUT_ID_MAX} rows without message id; split the file, or give `message_id`");
        Err(Error::Limit { path: path.to_owned(), detail })
    }

    /// Looks the row up in every joined table.
    pub(crate) fn join(&mut self, plan: &Plan, row: Row<'_>, hits: &mut Vec<Option<u32>>) {
        hits.clear();
        for (join, missed) in plan.joins.iter().zip(&mut self.missed) {
            let scope = Scope { plan, row, hits };
            let key = scope.column(&join.on).ok().and_then(Cell::into_text);
            let hit = key.as_ref().and_then(|key| join.table.find(key));
            *missed += u64::from(key.is_some() && hit.is_none());
            hits.push(hit);
        }
    }

    /// Whether an expression is true for a row.
    pub(crate) fn holds(&mut self, scope: Scope<'_>, condition: &Term, field: &str) -> RowResult<bool> {
        let result = self.value(scope, condition, field)?;
        match condition {
            Term::Expression(expression) => {
                expression.compiled.truth(&result).map_err(|reason| RowFault::new("expression_failed", field, reason))
            }
            _ => Ok(result == Cell::Bool(true)),
        }
    }

    /// The value of a term; `field` names it in a fault.
    pub(crate) fn value<'a>(&mut self, scope: Scope<'a>, term: &'a Term, field: &str) -> RowResult<Cell<'a>> {
        match term {
            Term::Column(column) => scope.column(column),
            Term::Constant(cell) => Ok(cell.borrowed()),
            Term::Expression(expression) => self.expression(scope, expression, field),
        }
    }

    fn expression(&mut self, scope: Scope<'_>, expression: &ExpressionAt, field: &str) -> RowResult<Cell<'static>> {
        let values = expression
            .inputs
            .iter()
            .map(|(name, input)| Ok((name.as_str(), scope.input(input)?)))
            .collect::<RowResult<_>>()?;
        let variables = Variables { values };
        let run = || expression.compiled.run(&variables);
        let result = match expression.memo {
            Some(memo) => self.memos[memo].get(&variables, run),
            None => run(),
        };
        result.map_err(|reason| RowFault::new("expression_failed", field, reason))
    }

    /// The events of a row. `identity` is the row's bytes.
    pub(crate) fn events(
        &mut self,
        scope: Scope<'_>,
        identity: &[u8],
        stamp: Stamp,
        out: &mut Vec<Event>,
    ) -> RowResult<()> {
        let plan = scope.plan;
        let before = out.len();
        let mut nth = None;
        for (ordinal, rule) in plan.rules.iter().enumerate() {
            if let Some(when) = &rule.when
                && !self.holds(scope, when, "when").inspect_err(|_| out.truncate(before))?
            {
                continue;
            }
            let mut event = self.event(scope, rule).inspect_err(|_| out.truncate(before))?;
            event.received_at_us = stamp.received_at_us;
            // Events of one row keep their order where they share a time.
            event.seq = (stamp.row * plan.rules.len() as u64) as i64 + ordinal as i64;
            self.set_id(&mut event, identity, ordinal as u32, &mut nth);
            if let Err(fault) = check_size(&event, identity.len()) {
                out.truncate(before);
                return Err(fault);
            }
            out.push(event);
        }
        if out.len() > before {
            let values = self.trait_values(scope).inspect_err(|_| out.truncate(before))?;
            let traits = self.say_traits(plan, &out[before], values);
            out[before].traits = traits;
        }
        Ok(())
    }

    fn set_id(&mut self, event: &mut Event, identity: &[u8], ordinal: u32, nth: &mut Option<u32>) {
        match &mut event.message_id {
            Some(id) => {
                if ordinal > 0 {
                    id.push_str(&format!("#{ordinal}"));
                }
                event.event_id = event_id(&event.source, id);
            }
            None => {
                let nth = *nth.get_or_insert_with(|| self.count_row(identity));
                event.event_id = event_id_of_row(&event.source, identity, ordinal, nth);
            }
        }
    }

    /// An event without id, position and traits.
    pub(crate) fn event(&mut self, scope: Scope<'_>, rule: &Rule) -> RowResult<Event> {
        let plan = scope.plan;
        let (time_us, offset_minutes) = self.time(scope, &rule.time)?;
        let event = self.name(scope, &rule.event, "event", "event_missing")?;
        let channel = self.name(scope, &rule.channel, "channel", "channel_missing")?;
        let source = self.name(scope, &plan.source, "source", "source_missing")?;
        let message_id = match &plan.message_id {
            Some(term) => self.value(scope, term, "message_id")?.into_text(),
            None => None,
        };
        let mut columns = BTreeMap::new();
        for (column, term) in &rule.columns {
            let cell = self.value(scope, term, column.name())?;
            if let Some(value) = typed(*column, term, cell, plan.digits)? {
                columns.insert(*column, value);
            }
        }
        let mut props = scope.kept(&plan.props)?;
        for (name, term) in &rule.set_props {
            if let Some(value) = self.value(scope, term, name)?.into_json() {
                props.insert(name.clone(), value);
            }
        }
        let identifiers = self.identifiers(scope, &mut props)?;
        let items = match &plan.items {
            Some(column) => scope.items(column)?,
            None => Vec::new(),
        };
        Ok(Event {
            event_id: 0,
            time_us,
            offset_minutes,
            received_at_us: 0,
            seq: 0,
            event,
            channel,
            source,
            message_id,
            link_identifiers: plan.link && identifiers.len() > 1,
            identifiers,
            columns,
            items,
            traits: Map::new(),
            props,
        })
    }

    fn identifiers(&mut self, scope: Scope<'_>, props: &mut Map<String, Value>) -> RowResult<Vec<Identifier>> {
        let mut senders = Senders::default();
        for (namespace, term) in &scope.plan.identifiers {
            if let Some(value) = self.value(scope, term, namespace)?.into_text() {
                senders.offer(namespace, &value);
            }
        }
        senders.settle(props, || {
            let wanted: Vec<&str> = scope.plan.identifiers.iter().map(|(namespace, _)| namespace.as_str()).collect();
            let reason = "the row says nobody did it: every identifier is empty";
            RowFault::new("identifier_missing", &wanted.join(", "), reason)
        })
    }

    fn time(&mut self, scope: Scope<'_>, time: &Time) -> RowResult<(i64, Option<i16>)> {
        let fault = |problem: crate::time::TimeProblem| RowFault::new(problem.code, &time.field, problem.reason);
        let reading = match time.parts.as_slice() {
            [one] => {
                let cell = self.value(scope, one, &time.field)?;
                time.reader.read(&cell).map_err(fault)?
            }
            parts => {
                let mut text = String::new();
                for part in parts {
                    let part = self.value(scope, part, &time.field)?.into_time_part().unwrap_or_default();
                    if !text.is_empty() && !part.is_empty() {
                        text.push(' ');
                    }
                    text.push_str(part.trim());
                }
                time.reader.read(&Cell::Text(text.into())).map_err(fault)?
            }
        };
        Ok((reading.time_us, reading.offset_minutes))
    }

    fn name(&mut self, scope: Scope<'_>, term: &Term, field: &'static str, missing: &'static str) -> RowResult<String> {
        let name = self.value(scope, term, field)?.into_text().unwrap_or_default();
        if name.trim().is_empty() {
            return Err(RowFault::new(missing, term.column_name().unwrap_or(field), format!("the row has no {field}")));
        }
        if name.len() > NAME_BYTES_MAX {
            let reason = format!("`{}` has {} bytes; a name has at most {NAME_BYTES_MAX}", excerpt(&name), name.len());
            return Err(RowFault::new("name_too_long", term.column_name().unwrap_or(field), reason));
        }
        Ok(name)
    }

    /// What a row says of the traits, in the plan's order.
    pub(crate) fn trait_values(&mut self, scope: Scope<'_>) -> RowResult<Vec<Option<Value>>> {
        scope.plan.traits.iter().map(|(name, term)| Ok(self.value(scope, term, name)?.into_json())).collect()
    }

    /// The traits that tell something new of a sender; from now on they have been said. Only for events that are taken.
    pub(crate) fn say_traits(&mut self, plan: &Plan, event: &Event, values: Vec<Option<Value>>) -> Map<String, Value> {
        let mut traits = Map::new();
        let Some(sender) = event.identifiers.first().filter(|_| !values.is_empty()) else { return traits };
        if self.traits.senders.len() >= TRAIT_SENDERS_MAX {
            self.traits.senders.clear();
        }
        let known = self
            .traits
            .senders
            .entry(sender.profile(0).0)
            .or_insert_with(|| vec![None; plan.traits.len()].into_boxed_slice());
        for (at, value) in values.into_iter().enumerate() {
            let Some(value) = value else { continue };
            if Said::must_say(&mut known[at], xxh3_64(value.to_string().as_bytes()), event.time_us) {
                traits.insert(plan.traits[at].0.clone(), value);
            }
        }
        traits
    }
}

impl<'a> Scope<'a> {
    /// A column's value, read as its type says.
    pub(crate) fn column(self, column: &ColumnAt) -> RowResult<Cell<'a>> {
        let cell = match &column.place {
            Place::Row(slot) => self.row.cell(slot),
            Place::Lookup(join, at) => match self.hits.get(*join).copied().flatten() {
                Some(row) => self.plan.joins[*join].table.cell(*at, row),
                None => Cell::Null,
            },
        };
        match column.kind {
            Some(kind) => convert(cell, kind, self.plan.digits).map_err(|found| {
                let reason = format!("`{}` is no {}", excerpt(&found), kind_name(kind));
                RowFault::new("type_mismatch", &column.name, reason)
            }),
            None => Ok(cell),
        }
    }

    fn input(self, input: &'a InputAt) -> RowResult<Input<'a>> {
        Ok(match input {
            InputAt::Column(column) => Input::Value(self.column(column)?),
            InputAt::Lookup(join) => {
                let table = &self.plan.joins[*join].table;
                let hit = self.hits.get(*join).copied().flatten();
                let field =
                    |at: &usize| (table.names[*at].as_str(), hit.map_or(Cell::Null, |row| table.cell(*at, row)));
                Input::Fields(self.plan.joins[*join].columns.iter().map(field).collect())
            }
            InputAt::Fields(columns) => Input::Fields(
                columns
                    .iter()
                    .map(|column| Ok((column.name.as_str(), self.column(column)?)))
                    .collect::<RowResult<_>>()?,
            ),
            InputAt::WholeRow => Input::Fields(self.row.fields(&self.plan.names)),
        })
    }

    /// The columns of the row that are kept as they are.
    pub(crate) fn kept(self, kept: &Kept) -> RowResult<Map<String, Value>> {
        let mut object = Map::new();
        match kept {
            Kept::Columns(columns) => {
                if !columns.is_empty() {
                    object = Map::with_capacity(columns.len());
                }
                for column in columns {
                    if let Some(value) = self.column(column)?.into_json() {
                        object.insert(column.name.clone(), value);
                    }
                }
            }
            Kept::ObjectWithout(gone) => {
                object = self.row.object().cloned().unwrap_or_default();
                for slot in gone {
                    if let Slot::Path(name, path) = slot {
                        remove(&mut object, name, path);
                    }
                }
                object.retain(|_, value| !value.is_null());
            }
        }
        Ok(object)
    }

    fn items(self, column: &ColumnAt) -> RowResult<Vec<Map<String, Value>>> {
        let invalid = || {
            let reason = "items are a list of objects, as in [{\"product\": \"…\"}]";
            RowFault::new("items_invalid", &column.name, reason)
        };
        let list = match self.column(column)? {
            Cell::Null => return Ok(Vec::new()),
            Cell::Json(value) => value.into_owned(),
            Cell::Text(text) => serde_json::from_str(&text).map_err(|_| invalid())?,
            _ => return Err(invalid()),
        };
        let Value::Array(list) = list else { return Err(invalid()) };
        list.into_iter()
            .map(|item| match item {
                Value::Object(item) => Ok(item),
                _ => Err(invalid()),
            })
            .collect()
    }
}

/// Takes a field out of an object, by its whole name or its path; objects left empty go too.
fn remove(object: &mut Map<String, Value>, name: &str, path: &[String]) {
    if object.shift_remove(name).is_some() {
        return;
    }
    let Some((first, rest)) = path.split_first() else { return };
    if let Some(Value::Object(inner)) = object.get_mut(first)
        && !rest.is_empty()
    {
        remove(inner, &rest.join("."), rest);
        if inner.is_empty() {
            object.shift_remove(first);
        }
    }
}

/// A cell as a typed column holds it; `None` where it is empty.
pub(crate) fn typed(column: Column, term: &Term, cell: Cell<'_>, digits: Digits) -> RowResult<Option<ColumnValue>> {
    match column.column_type() {
        ColumnType::Text => Ok(cell.into_text().map(ColumnValue::Text)),
        ColumnType::Number => digits.number(&cell).map(|number| number.map(ColumnValue::Number)).map_err(|found| {
            let reason = format!(
                "`{}` is no number, and `{}` is one; see `numbers` for 1.234,5, ¥1,299 and the like",
                excerpt(&found),
                column.name()
            );
            RowFault::new("number_unreadable", term.column_name().unwrap_or(column.name()), reason)
        }),
    }
}

fn convert<'a>(cell: Cell<'a>, kind: Kind, digits: Digits) -> std::result::Result<Cell<'a>, String> {
    let refused = |cell: Cell<'_>| cell.into_text().unwrap_or_default();
    match kind {
        _ if cell.is_empty() => Ok(Cell::Null),
        Kind::Text => Ok(cell.into_text().map_or(Cell::Null, |text| Cell::Text(text.into()))),
        Kind::Number => digits.number(&cell).map(|number| number.map_or(Cell::Null, Cell::Float)),
        Kind::Integer => match &cell {
            Cell::Int(_) => Ok(cell),
            Cell::Float(value) => whole(Some(*value)).map(Cell::Int).ok_or_else(|| refused(cell)),
            Cell::Text(text) => match (text.trim().parse(), digits.style) {
                (Ok(int), _) => Ok(Cell::Int(int)),
                (Err(_), NumberStyle::Plain) => Err(text.to_string()),
                (Err(_), NumberStyle::Amount) => {
                    whole(digits.parse(text)).map(Cell::Int).ok_or_else(|| text.to_string())
                }
            },
            _ => Err(refused(cell)),
        },
        Kind::Boolean => match &cell {
            Cell::Bool(_) => Ok(cell),
            Cell::Int(0) => Ok(Cell::Bool(false)),
            Cell::Int(1) => Ok(Cell::Bool(true)),
            Cell::Text(text) => match text.trim().to_lowercase().as_str() {
                "true" | "t" | "yes" | "y" | "1" | "是" => Ok(Cell::Bool(true)),
                "false" | "f" | "no" | "n" | "0" | "否" => Ok(Cell::Bool(false)),
                _ => Err(text.to_string()),
            },
            _ => Err(refused(cell)),
        },
        Kind::Json => match &cell {
            Cell::Text(text) => match serde_json::from_str::<Value>(text) {
                Ok(value) => Ok(Cell::of_json(&value).into_owned()),
                Err(_) => Err(text.to_string()),
            },
            _ => Ok(cell),
        },
    }
}

/// The integer a number is, where it is one and exact.
fn whole(value: Option<f64>) -> Option<i64> {
    value.filter(|value| value.fract() == 0.0 && value.abs() < 9e15).map(|value| value as i64)
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Number => "number",
        Kind::Integer => "integer",
        Kind::Boolean => "truth value",
        Kind::Json => "JSON",
    }
}

/// Refuses an event over the size limit. Only rows long enough to matter are measured.
pub(crate) fn check_size(event: &Event, source_bytes: usize) -> RowResult<()> {
    if source_bytes < EVENT_BYTES_MAX / 8 {
        return Ok(());
    }
    let bytes = serde_json::to_vec(event).map_or(usize::MAX, |bytes| bytes.len());
    if bytes <= EVENT_BYTES_MAX {
        return Ok(());
    }
    let reason =
        format!("the event has {bytes} bytes, over the limit of {EVENT_BYTES_MAX}; leave out columns with `props`");
    Err(RowFault { code: "event_too_large", field: None, reason })
}
