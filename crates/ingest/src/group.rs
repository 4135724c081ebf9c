//! Several rows, one event.
//!
//! The first row of a group gives the event all but its aggregates; every row gives an item. A group is taken whole or
//! refused whole, because a basket without one of its lines is a wrong basket.

use model::event::Event;
use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_128;

use crate::assemble::{Memory, RowFault, RowResult, Scope, check_size, typed};
use crate::cell::Cell;
use crate::format::reader::Kept;
use crate::limits::GROUP_LINES_MAX;
use crate::mapping::Aggregate;
use crate::plan::{Group, Plan, Target};

/// A group some rows of which have been seen.
#[derive(Debug)]
pub(crate) struct OpenGroup {
    /// Made by the first row; what was wrong stands in `fault`.
    event: Option<Event>,
    /// What the first row says of the traits; said only if the group is taken.
    traits: Vec<Option<Value>>,
    sums: Vec<Accumulator>,
    items: Vec<Map<String, Value>>,
    /// A 128-bit hash of each row, in order: the bytes that are the event's identity.
    identity: Vec<u8>,
    lines: Vec<Kept>,
    row_bytes: usize,
    /// The line at fault and why.
    fault: Option<(usize, RowFault)>,
    /// 1-based position of the first row in the file.
    pub(crate) first_row: u64,
}

/// A group that is complete.
pub(crate) enum Closed {
    Event(Box<Event>),
    /// Its lines, and which of them is at fault.
    Refused {
        lines: Vec<Kept>,
        at: usize,
        fault: RowFault,
    },
}

#[derive(Debug, Default)]
struct Accumulator {
    sum: f64,
    /// Values that were not empty.
    count: u64,
    cell: Option<Cell<'static>>,
}

impl OpenGroup {
    pub(crate) fn new(plan: &Plan, group: &Group, first_row: u64) -> OpenGroup {
        debug_assert_eq!(plan.rules.len(), 1, "a mapping with groups has no `events`");
        OpenGroup {
            event: None,
            traits: Vec::new(),
            sums: group.aggregates.iter().map(|_| Accumulator::default()).collect(),
            items: Vec::new(),
            identity: Vec::new(),
            lines: Vec::new(),
            row_bytes: 0,
            fault: None,
            first_row,
        }
    }

    /// Adds a row. What is wrong with it refuses the group when it is closed.
    pub(crate) fn add(&mut self, memory: &mut Memory, scope: Scope<'_>, group: &Group, identity: &[u8], line: Kept) {
        let at = self.lines.len();
        self.lines.push(line);
        self.row_bytes += identity.len();
        self.identity.extend_from_slice(&xxh3_128(identity).to_le_bytes());
        if self.fault.is_some() {
            return;
        }
        if let Err(fault) = self.take(memory, scope, group) {
            self.fault = Some((at, fault));
        }
    }

    fn take(&mut self, memory: &mut Memory, scope: Scope<'_>, group: &Group) -> RowResult<()> {
        if self.lines.len() > GROUP_LINES_MAX {
            let reason = format!("the group has more than {GROUP_LINES_MAX} rows; do its columns tell groups apart?");
            return Err(RowFault { code: "group_too_long", field: None, reason });
        }
        match &self.event {
            None => {
                self.event = Some(memory.event(scope, &scope.plan.rules[0])?);
                self.traits = memory.trait_values(scope)?;
            }
            Some(event) => check_sender(memory, scope, event)?,
        }
        for ((target, aggregate, term), sum) in group.aggregates.iter().zip(&mut self.sums) {
            let cell = memory.value(scope, term, target.name())?;
            sum.add(*aggregate, cell, scope.plan, term.column_name().unwrap_or(target.name()))?;
        }
        let mut item = match group.named_items.len() {
            0 => scope.kept(&group.items)?,
            named => Map::with_capacity(named),
        };
        for (name, term) in &group.named_items {
            if let Some(value) = memory.value(scope, term, name)?.into_json() {
                item.insert(name.clone(), value);
            }
        }
        if !item.is_empty() {
            self.items.push(item);
        }
        Ok(())
    }

    /// Completes the group.
    pub(crate) fn close(self, memory: &mut Memory, plan: &Plan, group: &Group, received_at_us: i64) -> Closed {
        let OpenGroup { event, traits, sums, items, identity, lines, row_bytes, fault, first_row } = self;
        if let Some((at, fault)) = fault {
            return Closed::Refused { lines, at, fault };
        }
        let Some(mut event) = event else {
            let fault = RowFault { code: "group_empty", field: None, reason: "the group has no row".to_owned() };
            return Closed::Refused { lines, at: 0, fault };
        };
        event.items = items;
        event.received_at_us = received_at_us;
        event.seq = first_row as i64;
        for ((target, aggregate, term), sum) in group.aggregates.iter().zip(sums) {
            let Some(cell) = sum.finish(*aggregate) else { continue };
            match target {
                Target::Column(column) => match typed(*column, term, cell, plan.digits) {
                    Ok(Some(value)) => {
                        event.columns.insert(*column, value);
                    }
                    Ok(None) => {}
                    Err(fault) => return Closed::Refused { lines, at: 0, fault },
                },
                Target::Prop(name) => {
                    if let Some(value) = cell.into_json() {
                        event.props.insert(name.clone(), value);
                    }
                }
            }
        }
        event.event_id = match &event.message_id {
            Some(id) => model::event::event_id(&event.source, id),
            None => {
                let nth = memory.count_row(&identity);
                model::event::event_id_of_row(&event.source, &identity, 0, nth)
            }
        };
        match check_size(&event, row_bytes) {
            Ok(()) => {
                event.traits = memory.say_traits(plan, &event, traits);
                Closed::Event(Box::new(event))
            }
            Err(fault) => Closed::Refused { lines, at: 0, fault },
        }
    }
}

impl Target {
    fn name(&self) -> &str {
        match self {
            Target::Column(column) => column.name(),
            Target::Prop(name) => name,
        }
    }
}

impl Accumulator {
    fn add(&mut self, aggregate: Aggregate, cell: Cell<'_>, plan: &Plan, field: &str) -> RowResult<()> {
        if cell.is_empty() {
            return Ok(());
        }
        self.count += 1;
        match aggregate {
            Aggregate::Count => {}
            Aggregate::First if self.cell.is_some() => {}
            Aggregate::First | Aggregate::Last => self.cell = Some(cell.into_owned()),
            Aggregate::Sum | Aggregate::Min | Aggregate::Max => {
                let number = plan.digits.number(&cell).map_err(|found| {
                    let reason = format!(
                        "`{}` is no number, and a group's sum, min and max need one",
                        crate::cell::excerpt(&found)
                    );
                    RowFault::new("number_unreadable", field, reason)
                })?;
                let Some(number) = number else { return Ok(()) };
                let so_far = match &self.cell {
                    Some(Cell::Float(so_far)) => Some(*so_far),
                    _ => None,
                };
                self.sum += number;
                let kept = match (aggregate, so_far) {
                    (Aggregate::Min, Some(so_far)) => so_far.min(number),
                    (Aggregate::Max, Some(so_far)) => so_far.max(number),
                    _ => number,
                };
                self.cell = Some(Cell::Float(kept));
            }
        }
        Ok(())
    }

    fn finish(self, aggregate: Aggregate) -> Option<Cell<'static>> {
        match aggregate {
            Aggregate::Sum => (self.count > 0).then_some(Cell::Float(self.sum)),
            Aggregate::Count => Some(Cell::Int(self.count as i64)),
            Aggregate::Min | Aggregate::Max | Aggregate::First | Aggregate::Last => self.cell,
        }
    }
}

/// A later row of a group may leave its sender out, but not name another.
fn check_sender(memory: &mut Memory, scope: Scope<'_>, event: &Event) -> RowResult<()> {
    for (namespace, term) in &scope.plan.identifiers {
        let Some(value) = memory.value(scope, term, namespace)?.into_text() else { continue };
        let of_event = event.identifiers.iter().find(|identifier| identifier.namespace == *namespace);
        if of_event.is_some_and(|identifier| identifier.value != value) {
            let reason = "the rows of the group name different senders; does `group_by` need one more column?";
            return Err(RowFault::new("group_mixed", namespace, reason));
        }
    }
    Ok(())
}
