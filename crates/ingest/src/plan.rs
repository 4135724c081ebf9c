//! A mapping bound to one file: names become positions, expressions are compiled, constants are cells.
//!
//! Binding is where a mapping meets the columns a file really has, so this is where a missing column is told, with the
//! columns there are. Running a plan over rows is in `assemble`, `group` and `decoder`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use model::event::Column;

use crate::cell::{Cell, Digits};
use crate::error::{Error, Result};
use crate::expression::{Compiled, ROW};
use crate::format::reader::RowReader;
use crate::format::row::Slot;
use crate::lookup::{LookupTable, Lookups};
use crate::mapping::{
    Aggregate, EventSpec, FileMapping, GroupOrder, Kind, Mapping, Props, Source, TimeSpec, TimeValue,
};
use crate::time::TimeReader;

/// Everything needed to turn rows of one file into events.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) source: Term,
    pub(crate) skip_if: Option<Term>,
    pub(crate) identifiers: Vec<(String, Term)>,
    pub(crate) link: bool,
    pub(crate) message_id: Option<Term>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) traits: Vec<(String, Term)>,
    pub(crate) props: Kept,
    pub(crate) items: Option<ColumnAt>,
    pub(crate) group: Option<Group>,
    pub(crate) joins: Vec<Join>,
    pub(crate) digits: Digits,
    /// Expressions that are remembered by their inputs.
    pub(crate) memos: usize,
    /// Names of the columns, for expressions over the whole row.
    pub(crate) names: Vec<String>,
}

/// One event a row becomes.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) when: Option<Term>,
    pub(crate) time: Time,
    pub(crate) event: Term,
    pub(crate) channel: Term,
    pub(crate) columns: Vec<(Column, Term)>,
    pub(crate) set_props: Vec<(String, Term)>,
}

#[derive(Debug)]
pub(crate) struct Time {
    pub(crate) parts: Vec<Term>,
    pub(crate) reader: TimeReader,
    /// For messages.
    pub(crate) field: String,
}

/// Several rows, one event.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) key: Vec<ColumnAt>,
    pub(crate) order: GroupOrder,
    pub(crate) aggregates: Vec<(Target, Aggregate, Term)>,
    pub(crate) items: Kept,
    pub(crate) named_items: Vec<(String, Term)>,
}

/// Where an aggregate goes.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Column(Column),
    Prop(String),
}

/// Where a value comes from, ready to be taken.
#[derive(Debug)]
pub(crate) enum Term {
    Column(ColumnAt),
    Constant(Cell<'static>),
    Expression(Box<ExpressionAt>),
}

/// A column and what its text is read as.
#[derive(Debug, Clone)]
pub(crate) struct ColumnAt {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) kind: Option<Kind>,
}

#[derive(Debug, Clone)]
pub(crate) enum Place {
    Row(Slot),
    /// A join and a column of its table.
    Lookup(usize, usize),
}

#[derive(Debug)]
pub(crate) struct ExpressionAt {
    pub(crate) compiled: Compiled,
    pub(crate) inputs: Vec<(String, InputAt)>,
    /// Its memory, unless it reads the whole row.
    pub(crate) memo: Option<usize>,
}

#[derive(Debug)]
pub(crate) enum InputAt {
    Column(ColumnAt),
    Lookup(usize),
    Fields(Vec<ColumnAt>),
    WholeRow,
}

/// A table joined to each row.
#[derive(Debug)]
pub(crate) struct Join {
    pub(crate) name: String,
    pub(crate) on: ColumnAt,
    pub(crate) table: Arc<LookupTable>,
    /// Positions of the columns that are taken.
    pub(crate) columns: Vec<usize>,
}

/// The columns of a row that are kept as they are.
#[derive(Debug)]
pub(crate) enum Kept {
    Columns(Vec<ColumnAt>),
    /// The object of the row without these.
    ObjectWithout(Vec<Slot>),
}

impl Plan {
    /// Binds a mapping's entry to a file.
    pub(crate) fn bind(mapping: &Mapping, spec: &FileMapping, reader: &RowReader, lookups: &Lookups) -> Result<Plan> {
        let mut bind = Bind { path: reader.path(), reader, spec, joins: Vec::new(), used: BTreeSet::new(), memos: 0 };
        bind.joins(lookups)?;
        let source = bind.term("source", &mapping.source)?;
        let skip_if = bind.condition("skip_if", spec.skip_if.as_deref())?;
        let identifiers = spec
            .identifiers
            .iter()
            .enumerate()
            .filter_map(|(index, identifier)| Some((index, &identifier.namespace, identifier.value()?)))
            .map(|(index, namespace, value)| {
                Ok((namespace.clone(), bind.term(&format!("identifiers[{index}]"), &value)?))
            })
            .collect::<Result<_>>()?;
        let message_id = spec.message_id.as_ref().map(|source| bind.term("message_id", source)).transpose()?;
        let (rules, aggregates) = bind.rules()?;
        let traits = bind.named("traits", &spec.traits)?;
        let items = spec.items.as_ref().map(|column| bind.used_column("items", column)).transpose()?;
        let mut group = bind.group(aggregates)?;
        let props = bind.props(group.as_mut())?;
        let digits = Digits::of(spec.numbers);
        Ok(Plan {
            source,
            skip_if,
            identifiers,
            link: spec.link,
            message_id,
            rules,
            traits,
            props,
            items,
            group,
            memos: bind.memos,
            joins: bind.joins,
            digits,
            names: reader.names().to_vec(),
        })
    }
}

/// Columns a mapping's entry names outright: they help to tell a header from a row.
pub(crate) fn wanted_columns(spec: &FileMapping) -> Vec<String> {
    fn add(source: &Source, wanted: &mut Vec<String>) {
        match source {
            Source::Column(column) => wanted.push(column.clone()),
            Source::Aggregate(_, of) => add(of, wanted),
            Source::Constant(_) | Source::Expression(_) => {}
        }
    }
    fn add_time(time: &TimeSpec, wanted: &mut Vec<String>) {
        match &time.value {
            TimeValue::One(source) => add(source, wanted),
            TimeValue::Parts(columns) => wanted.extend(columns.iter().cloned()),
        }
    }
    let mut wanted = Vec::new();
    add_time(&spec.time, &mut wanted);
    wanted.extend(spec.identifiers.iter().filter_map(|identifier| identifier.column.clone()));
    let one = [&spec.message_id, &spec.event, &spec.channel].into_iter().flatten();
    let many = spec.columns.values().chain(spec.traits.values()).chain(spec.set_props.values());
    one.chain(many).for_each(|source| add(source, &mut wanted));
    for event in &spec.events {
        event.time.iter().for_each(|time| add_time(time, &mut wanted));
        let one = [&event.event, &event.channel].into_iter().flatten();
        one.chain(event.columns.values()).chain(event.set_props.values()).for_each(|source| add(source, &mut wanted));
    }
    if let Some(group) = &spec.group_by {
        wanted.extend(group.columns.iter().cloned());
        group.items.iter().flat_map(|items| items.values()).for_each(|source| add(source, &mut wanted));
    }
    wanted.extend(spec.lookups.values().map(|lookup| lookup.on.clone().unwrap_or_else(|| lookup.key.clone())));
    wanted
}

struct Bind<'a> {
    path: &'a Path,
    reader: &'a RowReader,
    spec: &'a FileMapping,
    joins: Vec<Join>,
    /// Columns that have gone somewhere and need not be kept as properties.
    used: BTreeSet<Slot>,
    memos: usize,
}

type Aggregates = Vec<(Target, Aggregate, Term)>;

impl Bind<'_> {
    fn joins(&mut self, lookups: &Lookups) -> Result<()> {
        for (name, lookup) in &self.spec.lookups {
            let field = format!("lookups.{name}");
            let on = self.column(&format!("{field}.on"), lookup.on.as_deref().unwrap_or(&lookup.key))?;
            let table = lookups.table(lookup).ok_or_else(|| {
                Error::mapping(self.path, field.as_str(), format!("the lookup file {} has not been read", lookup.file))
            })?;
            let columns = if lookup.columns.is_empty() {
                (0..table.names.len()).collect()
            } else {
                let position = |column: &String| {
                    table.names.iter().position(|known| known == column).ok_or_else(|| {
                        let message =
                            format!("{} has no column `{column}`; it has {}", lookup.file, table.names.join(", "));
                        Error::mapping(self.path, format!("{field}.columns"), message)
                    })
                };
                lookup.columns.iter().map(position).collect::<Result<_>>()?
            };
            self.joins.push(Join { name: name.clone(), on, table, columns });
        }
        Ok(())
    }

    fn rules(&mut self) -> Result<(Vec<Rule>, Aggregates)> {
        let whole_row = [EventSpec::default()];
        let specs = if self.spec.events.is_empty() { &whole_row[..] } else { &self.spec.events };
        let mut aggregates = Vec::new();
        let mut rules = Vec::new();
        for (index, event) in specs.iter().enumerate() {
            let at = |field: &str| {
                if self.spec.events.is_empty() { field.to_owned() } else { format!("events[{index}].{field}") }
            };
            let (when_at, time_at, columns_at) = (at("when"), at("time"), at("columns"));
            let when = self.condition(&when_at, event.when.as_deref())?;
            let time = self.time(&time_at, event.time.as_ref().unwrap_or(&self.spec.time))?;
            let name = self.required("event", event.event.as_ref().or(self.spec.event.as_ref()))?;
            let channel = self.required("channel", event.channel.as_ref().or(self.spec.channel.as_ref()))?;
            let mut columns = self.spec.columns.clone();
            columns.extend(event.columns.iter().map(|(column, source)| (*column, source.clone())));
            let mut set_props = self.spec.set_props.clone();
            set_props.extend(event.set_props.iter().map(|(name, source)| (name.clone(), source.clone())));
            let mut rule = Rule { when, time, event: name, channel, columns: Vec::new(), set_props: Vec::new() };
            for (column, source) in &columns {
                let field = format!("{columns_at}.{}", column.name());
                match self.plain_or_aggregate(&field, source, Target::Column(*column), &mut aggregates)? {
                    Some(term) => rule.columns.push((*column, term)),
                    None => continue,
                }
            }
            for (name, source) in &set_props {
                let field = format!("set_props.{name}");
                if let Some(term) =
                    self.plain_or_aggregate(&field, source, Target::Prop(name.clone()), &mut aggregates)?
                {
                    rule.set_props.push((name.clone(), term));
                }
            }
            rules.push(rule);
        }
        Ok((rules, aggregates))
    }

    fn plain_or_aggregate(
        &mut self,
        field: &str,
        source: &Source,
        target: Target,
        aggregates: &mut Aggregates,
    ) -> Result<Option<Term>> {
        let Source::Aggregate(aggregate, of) = source else { return self.term(field, source).map(Some) };
        let term = self.term(field, of)?;
        aggregates.push((target, *aggregate, term));
        Ok(None)
    }

    fn required(&mut self, field: &str, source: Option<&Source>) -> Result<Term> {
        match source {
            Some(source) => self.term(field, source),
            None => Err(Error::mapping(self.path, field, format!("`{field}` is missing"))),
        }
    }

    fn time(&mut self, field: &str, spec: &TimeSpec) -> Result<Time> {
        let parts = match &spec.value {
            TimeValue::One(source) => vec![self.term(field, source)?],
            TimeValue::Parts(columns) => {
                columns.iter().map(|column| self.used_column(field, column).map(Term::Column)).collect::<Result<_>>()?
            }
        };
        let reader = TimeReader::new(&spec.formats, spec.zone.as_deref())
            .map_err(|message| Error::mapping(self.path, field, message))?;
        if let [Term::Column(ColumnAt { place: Place::Row(Slot::Column(at)), name, .. })] = parts.as_slice()
            && self.reader.is_local_time(*at)
            && !reader.has_zone()
        {
            let message = format!(
                "the column `{name}` holds clock readings without offset; add the zone of their clock, as in `zone: Asia/Shanghai` or `zone: UTC`"
            );
            return Err(Error::mapping(self.path, format!("{field}.zone"), message));
        }
        let names: Vec<&str> = parts.iter().filter_map(Term::column_name).collect();
        let name = if names.is_empty() { "time".to_owned() } else { names.join(" ") };
        Ok(Time { parts, reader, field: name })
    }

    fn group(&mut self, aggregates: Aggregates) -> Result<Option<Group>> {
        let Some(group) = &self.spec.group_by else { return Ok(None) };
        let key =
            group.columns.iter().map(|column| self.used_column("group_by.columns", column)).collect::<Result<_>>()?;
        let named_items = match &group.items {
            Some(items) => self.named("group_by.items", items)?,
            None => Vec::new(),
        };
        Ok(Some(Group { key, order: group.order, aggregates, items: Kept::Columns(Vec::new()), named_items }))
    }

    /// What is kept beside the mapped fields. A group keeps it in its items, as its rows differ.
    fn props(&mut self, group: Option<&mut Group>) -> Result<Kept> {
        let nothing = Kept::Columns(Vec::new());
        let rest = match &self.spec.props {
            Props::None => return Ok(nothing),
            Props::Only(columns) => {
                let columns = columns.iter().map(|column| self.column("props", column)).collect::<Result<_>>()?;
                return Ok(Kept::Columns(columns));
            }
            Props::Rest => self.rest(&[])?,
            Props::Except(columns) => self.rest(columns)?,
        };
        match group {
            None => Ok(rest),
            Some(group) => {
                if self.spec.group_by.as_ref().is_some_and(|spec| spec.items.is_none()) {
                    group.items = rest;
                }
                Ok(nothing)
            }
        }
    }

    /// Every column that has gone nowhere yet and is not excepted.
    fn rest(&mut self, except: &[String]) -> Result<Kept> {
        let except = except.iter().map(|column| self.column("props.except", column)).collect::<Result<Vec<_>>>()?;
        let mut gone = self.used.clone();
        gone.extend(except.into_iter().filter_map(|column| match column.place {
            Place::Row(slot) => Some(slot),
            Place::Lookup(..) => None,
        }));
        if self.reader.is_object_format() {
            return Ok(Kept::ObjectWithout(gone.into_iter().collect()));
        }
        let names = self.reader.names();
        let columns = (0..names.len()).filter(|at| !gone.contains(&Slot::Column(*at))).map(|at| ColumnAt {
            name: names[at].clone(),
            place: Place::Row(Slot::Column(at)),
            kind: self.spec.types.get(&names[at]).copied(),
        });
        Ok(Kept::Columns(columns.collect()))
    }

    fn named(
        &mut self,
        field: &str,
        sources: &std::collections::BTreeMap<String, Source>,
    ) -> Result<Vec<(String, Term)>> {
        sources
            .iter()
            .map(|(name, source)| Ok((name.clone(), self.term(&format!("{field}.{name}"), source)?)))
            .collect()
    }

    fn condition(&mut self, field: &str, text: Option<&str>) -> Result<Option<Term>> {
        text.map(|text| self.term(field, &Source::Expression(text.to_owned()))).transpose()
    }

    fn term(&mut self, field: &str, source: &Source) -> Result<Term> {
        match source {
            Source::Column(name) => self.used_column(field, name).map(Term::Column),
            Source::Constant(value) => Ok(Term::Constant(Cell::of_json(value).into_owned())),
            Source::Expression(text) => self.expression(field, text),
            Source::Aggregate(..) => Err(Error::mapping(
                self.path,
                field,
                "sums and their like stand in `columns` or `set_props` of a group",
            )),
        }
    }

    fn expression(&mut self, field: &str, text: &str) -> Result<Term> {
        let compiled = Compiled::new(text).map_err(|message| Error::mapping(self.path, field, message))?;
        let references = compiled.references();
        let mut inputs = Vec::new();
        for variable in &references.variables {
            let input = match self.joins.iter().position(|join| join.name == *variable) {
                Some(join) => InputAt::Lookup(join),
                None => InputAt::Column(self.column(field, variable)?),
            };
            inputs.push((variable.clone(), input));
        }
        let mut memo = Some(self.memos);
        if references.uses_whole_row {
            inputs.push((ROW.to_owned(), InputAt::WholeRow));
            memo = None;
        } else if !references.row_columns.is_empty() {
            let columns = references.row_columns.iter().map(|name| self.column(field, name)).collect::<Result<_>>()?;
            inputs.push((ROW.to_owned(), InputAt::Fields(columns)));
        }
        self.memos += 1;
        Ok(Term::Expression(Box::new(ExpressionAt { compiled, inputs, memo })))
    }

    /// A column that goes somewhere: it is not kept as a property besides.
    fn used_column(&mut self, field: &str, name: &str) -> Result<ColumnAt> {
        let column = self.column(field, name)?;
        if let Place::Row(slot @ (Slot::Column(_) | Slot::Path(..))) = &column.place {
            self.used.insert(slot.clone());
        }
        Ok(column)
    }

    fn column(&self, field: &str, name: &str) -> Result<ColumnAt> {
        let place = self.place(field, name)?;
        Ok(ColumnAt { name: name.to_owned(), place, kind: self.spec.types.get(name).copied() })
    }

    fn place(&self, field: &str, name: &str) -> Result<Place> {
        let names = self.reader.names();
        if let Some(at) = names.iter().position(|known| known == name) {
            return Ok(Place::Row(Slot::Column(at)));
        }
        let parts: Vec<String> = name.split('.').map(str::to_owned).collect();
        if let Some(join) = self.joins.iter().position(|join| parts.len() > 1 && join.name == parts[0]) {
            return self.lookup_place(field, join, &name[parts[0].len() + 1..]);
        }
        if self.reader.is_object_format() {
            return Ok(Place::Row(Slot::Path(name.to_owned(), parts)));
        }
        for split in (1..parts.len()).rev() {
            let head = parts[..split].join(".");
            if let Some(at) = names.iter().position(|known| *known == head) {
                return Ok(Place::Row(Slot::Nested(at, parts[split..].to_vec())));
            }
        }
        let mut message = format!("there is no column `{name}`");
        if let Some(near) = nearest(name, names) {
            message.push_str(&format!(", perhaps you mean `{near}`"));
        } else if matches!(field, "event" | "channel") {
            message.push_str(&format!("; for a fixed value write {{const: {name}}}"));
        }
        message.push_str(&format!("; the file has {}", names.join(", ")));
        Err(Error::mapping(self.path, field, message))
    }

    fn lookup_place(&self, field: &str, join: usize, column: &str) -> Result<Place> {
        let table = &self.joins[join].table;
        let found = self.joins[join].columns.iter().copied().find(|at| table.names[*at] == column);
        found.map(|at| Place::Lookup(join, at)).ok_or_else(|| {
            let known: Vec<&str> = self.joins[join].columns.iter().map(|at| table.names[*at].as_str()).collect();
            let message =
                format!("the lookup `{}` has no column `{column}`; it has {}", self.joins[join].name, known.join(", "));
            Error::mapping(self.path, field, message)
        })
    }
}

impl Term {
    pub(crate) fn column_name(&self) -> Option<&str> {
        match self {
            Term::Column(column) => Some(&column.name),
            _ => None,
        }
    }
}

/// The column whose name is at most two edits away, for a hint.
fn nearest<'a>(name: &str, names: &'a [String]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    names
        .iter()
        .map(|known| (edit_distance(&lower, &known.to_lowercase()), known.as_str()))
        .filter(|(distance, _)| *distance <= 2 && *distance < lower.chars().count())
        .min()
        .map(|(_, known)| known)
}

fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut current = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let replaced = previous[j] + usize::from(from != *to);
            current.push(replaced.min(previous[j + 1] + 1).min(current[j] + 1));
        }
        previous = current;
    }
    previous.last().copied().unwrap_or_default()
}
