//! The data dictionary: the lake's summary of its events, named and judged.
//!
//! Not here: counting (`lake::dictionary`), and what people write about names (handed in).

mod entry;
mod quality;
mod statements;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Days, NaiveDate};
use lake::DictionaryRead;
use lake::dictionary::{EventStats, Place, PropertyStats, SourceStats, Tally, ValueType};
use model::calendar::{Calendar, Unit, WeekStart};
use model::dictionary::{DictionarySubject, NameStatus, rhythm};
use operators::Control;

use crate::answer::{
    DictionaryAnswer, DictionaryEntry, DictionaryEvent, DictionaryProperty, DictionarySource, NameNote, PropertyKind,
};
use crate::error::{Error, Result};
use crate::question::Present;

/// Days whose events are shown one by one.
const DAYS_SHOWN: usize = 30;

/// What is known beside the lake.
#[derive(Debug, Clone, Default)]
pub struct DictionaryContext {
    pub notes: BTreeMap<DictionarySubject, NameNote>,
    /// Messages that wait among the dead letters.
    pub rejected: Vec<RejectedCount>,
}

/// Messages of a source that were rejected for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedCount {
    pub source: String,
    pub code: String,
    pub count: u64,
    pub first_us: i64,
    pub last_us: i64,
}

/// Which examples an asker may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Examples {
    /// Those that do not look like a person's.
    All,
    /// Only of columns that say what, where and with what, never who.
    Plain,
}

/// Reads the summary of a workspace's events: those files that were never summarised, and of the others next to nothing.
///
/// # Errors
/// `Cancelled` through `control`; what was summarised by then is kept.
pub async fn read(present: &Present, control: &Control) -> Result<DictionaryRead> {
    Ok(present.snapshot.dictionary(calendar(present)?, control).await?)
}

/// The dictionary of a summary that was read of `present`.
///
/// # Errors
/// `Invalid` if the workspace's zone is none.
pub fn answer(present: &Present, read: &DictionaryRead, context: &DictionaryContext) -> Result<DictionaryAnswer> {
    let view = View::new(present, read, context)?;
    let findings = quality::findings(&view);
    let mut of_event: HashMap<&str, u64> = HashMap::new();
    findings
        .iter()
        .filter_map(|finding| finding.event.as_deref())
        .for_each(|event| *of_event.entry(event).or_default() += 1);
    let found = |name: &str| of_event.get(name).copied().unwrap_or_default();
    let mut names: Vec<DictionaryEvent> =
        read.whole.events.iter().map(|(name, stats)| view.event(name, Some(stats), found(name))).collect();
    names.extend(view.never_came().map(|name| view.event(name, None, found(name))));
    names.sort_by(|a, b| (is_hidden(&a.note), b.count, &a.name).cmp(&(is_hidden(&b.note), a.count, &b.name)));
    Ok(DictionaryAnswer {
        events: read.whole.rows,
        names,
        events_beyond: read.whole.events.rest,
        properties: view.properties(),
        sources: view.sources(),
        findings,
        days: view.days.iter().map(NaiveDate::to_string).collect(),
        zone: present.zone.clone(),
        as_of_us: present.now_us,
    })
}

/// One event of it.
///
/// # Errors
/// `NotFound` if it never came and nobody wrote about it.
pub fn entry(
    present: &Present,
    read: &DictionaryRead,
    context: &DictionaryContext,
    name: &str,
    examples: Examples,
) -> Result<DictionaryEntry> {
    let view = View::new(present, read, context)?;
    entry::entry(&view, name, examples)
}

/// A summary with what stands beside it.
pub(crate) struct View<'a> {
    read: &'a DictionaryRead,
    context: &'a DictionaryContext,
    now_us: i64,
    zone: &'a str,
    /// Those shown, ascending.
    days: Vec<NaiveDate>,
}

impl View<'_> {
    fn new<'a>(present: &'a Present, read: &'a DictionaryRead, context: &'a DictionaryContext) -> Result<View<'a>> {
        let calendar = calendar(present)?;
        let newest = read.whole.events.iter().map(|(_, stats)| stats.span.last_us).max();
        let last = newest.map_or(present.now_us, |newest| newest.min(present.now_us));
        let last = calendar.day_of(last).map_err(|error| Error::invalid("time", error.to_string()))?;
        let back = |days: usize| last.checked_sub_days(Days::new(days as u64));
        let days = (0..DAYS_SHOWN).rev().filter_map(back).collect();
        Ok(View { read, context, now_us: present.now_us, zone: &present.zone, days })
    }

    fn note(&self, subject: DictionarySubject) -> Option<NameNote> {
        self.context.notes.get(&subject).filter(|note| !note.note.is_empty()).cloned()
    }

    fn event_note(&self, name: &str) -> Option<NameNote> {
        self.note(DictionarySubject::Event(name.to_owned()))
    }

    fn property_note(&self, name: &str) -> Option<NameNote> {
        self.note(DictionarySubject::Property(name.to_owned()))
    }

    /// Names of events that were written about and are not among those that came.
    fn never_came(&self) -> impl Iterator<Item = &str> {
        let known = |name: &str| self.read.whole.events.get(name).is_some();
        self.context.notes.iter().filter_map(move |(subject, note)| match subject {
            DictionarySubject::Event(name) if !known(name) && !note.note.is_empty() => Some(name.as_str()),
            _ => None,
        })
    }

    fn event(&self, name: &str, stats: Option<&EventStats>, findings: u64) -> DictionaryEvent {
        let cells = || stats.into_iter().flat_map(|stats| stats.cells.iter());
        let sources: BTreeSet<&String> = cells().map(|((source, _), _)| source).collect();
        let channels: BTreeSet<&String> = cells().map(|((_, channel), _)| channel).collect();
        let of_day = |day: &NaiveDate| stats.and_then(|stats| stats.days.get(&number(*day))).copied().unwrap_or(0);
        DictionaryEvent {
            name: name.to_owned(),
            note: self.event_note(name),
            count: stats.map_or(0, |stats| stats.span.count),
            first_us: stats.map(|stats| stats.span.first_us),
            last_us: stats.map(|stats| stats.span.last_us),
            sources: sources.into_iter().cloned().collect(),
            channels: channels.into_iter().cloned().collect(),
            properties: properties_of(stats).count() as u64,
            days: self.days.iter().map(of_day).collect(),
            findings,
        }
    }

    fn properties(&self) -> Vec<DictionaryProperty> {
        let mut all: BTreeMap<String, (u64, PropertyStats)> = BTreeMap::new();
        for (_, stats) in self.read.whole.events.iter() {
            for (name, stats) in properties_of(Some(stats)) {
                let (events, whole) = all.entry(name).or_default();
                *events += 1;
                whole.merge(stats);
            }
        }
        let property = |(name, (events, stats)): (String, (u64, PropertyStats))| DictionaryProperty {
            note: self.property_note(&name),
            events,
            count: stats.span.count,
            first_us: Some(stats.span.first_us),
            last_us: Some(stats.span.last_us),
            types: kinds(&stats).into_iter().map(|(kind, _)| kind).collect(),
            name,
        };
        let mut properties: Vec<_> = all.into_iter().map(property).collect();
        let came: BTreeSet<String> = properties.iter().map(|property| property.name.clone()).collect();
        let never = self.context.notes.iter().filter_map(|(subject, note)| match subject {
            DictionarySubject::Property(name) if !came.contains(name) && !note.note.is_empty() => Some((name, note)),
            _ => None,
        });
        properties.extend(never.map(|(name, note)| DictionaryProperty {
            name: name.clone(),
            note: Some(note.clone()),
            events: 0,
            count: 0,
            first_us: None,
            last_us: None,
            types: Vec::new(),
        }));
        properties.sort_by(|a, b| (is_hidden(&a.note), &a.name).cmp(&(is_hidden(&b.note), &b.name)));
        properties
    }

    fn sources(&self) -> Vec<DictionarySource> {
        let source = |(source, stats): (&String, &SourceStats)| {
            // What was imported says when it arrived back then, and promises nothing.
            let minutes: Vec<i64> = stats.minutes().filter(|_| stats.live > 0).collect();
            DictionarySource {
                source: source.clone(),
                events: stats.span.count,
                first_us: stats.span.first_us,
                last_us: stats.span.last_us,
                received_us: stats.received.last_us,
                live: stats.live,
                rhythm: rhythm(&minutes, self.now_us),
            }
        };
        self.read.whole.sources.iter().map(source).collect()
    }
}

/// The sources of a summary, without the rest of the dictionary.
///
/// # Errors
/// As of [`answer`].
pub fn sources(present: &Present, read: &DictionaryRead) -> Result<Vec<DictionarySource>> {
    Ok(View::new(present, read, &DictionaryContext::default())?.sources())
}

fn calendar(present: &Present) -> Result<Calendar> {
    let zone =
        present.zone.parse().map_err(|_| Error::invalid("zone", format!("`{}` is no IANA zone", present.zone)))?;
    Ok(Calendar { unit: Unit::Day, week_start: WeekStart::Monday, zone })
}

/// Days since 1970-01-01.
fn number(day: NaiveDate) -> i32 {
    day.signed_duration_since(NaiveDate::default()).num_days() as i32
}

/// Properties of an event by the names rules use for them.
fn properties_of(stats: Option<&EventStats>) -> impl Iterator<Item = (String, &PropertyStats)> {
    let of_event = stats.into_iter().flat_map(|stats| &stats.properties);
    of_event.flat_map(|(place, properties)| properties.iter().map(|(name, stats)| (name_of(*place, name), stats)))
}

fn name_of(place: Place, name: &str) -> String {
    match place {
        Place::Column => name.to_owned(),
        Place::Prop => format!("props.{name}"),
        Place::Trait => format!("traits.{name}"),
        Place::Item => format!("items.{name}"),
    }
}

/// The types of a property, most frequent first.
fn kinds(stats: &PropertyStats) -> Vec<(PropertyKind, lake::dictionary::Span)> {
    let kind = |of: &ValueType| match of {
        ValueType::Text => PropertyKind::Text,
        ValueType::Number => PropertyKind::Number,
        ValueType::Boolean => PropertyKind::Boolean,
        ValueType::List => PropertyKind::List,
        ValueType::Object => PropertyKind::Object,
    };
    let mut kinds: Vec<_> = stats.types.iter().map(|(of, span)| (kind(of), *span)).collect();
    kinds.sort_by_key(|(_, span)| std::cmp::Reverse(span.count));
    kinds
}

fn is_hidden(note: &Option<NameNote>) -> bool {
    status(note.as_ref()) == Some(NameStatus::Hidden)
}

fn status(note: Option<&NameNote>) -> Option<NameStatus> {
    note.and_then(|note| note.note.status)
}
