//! The customers of a workspace: found by a few letters of their name or of an identifier, or listed in an order.
//!
//! Both walk a line for every customer ([`operators::people`]) and keep the best of them, so a page costs the same however
//! far back it lies. Who is listed is then read from the lake, as a customer's own page is.

use std::cmp::Ordering;
use std::time::Instant;

use arrow::array::Array;
use model::find::{FIND_CHARS_MAX, Match, Needle};
use model::identity::{CustomerId, ProfileId};
use model::segment::SegmentChoice;
use operators::people::{self, Line, People};
use operators::{Control, Engine};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::analyst::Analyst;
use crate::answer::{CustomerPage, CustomerRow, Matched};
use crate::customers::PAGE_CUSTOMERS_MAX;
use crate::error::{Error, Result};
use crate::question::Present;
use crate::seen::{IDENTIFIERS_SHOWN_MAX, Seen};
use crate::timeline::page;

/// Customers whose events are read to tell whether somebody limited to stores may find them by an identifier; the next
/// page goes on from there.
const LOOKED_AT_MAX: usize = 500;

/// Whom to look for.
#[derive(Debug, Clone, Default)]
pub struct FindAsk {
    pub text: String,
    /// Only by identifiers of this namespace.
    pub namespace: Option<String>,
    pub after: Option<String>,
    pub limit: usize,
}

/// Which customers, in which order.
#[derive(Debug, Clone, Default)]
pub struct BrowseAsk {
    pub by: SortBy,
    pub ascending: bool,
    /// Only the members of this segment.
    pub segment: Option<String>,
    pub after: Option<String>,
    pub limit: usize,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    #[default]
    LastSeen,
    FirstSeen,
    Events,
    /// Who has none comes last in either direction.
    Amount,
    Channels,
}

/// Where a customer stands in a list: by this, then by id.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// 0 first.
    class: u8,
    by: f64,
    also: i64,
    customer: i64,
}

impl Place {
    fn order(&self, other: &Place) -> Ordering {
        let by = self.class.cmp(&other.class).then(self.by.total_cmp(&other.by));
        by.then(self.also.cmp(&other.also)).then(self.customer.cmp(&other.customer))
    }

    fn text(&self) -> String {
        format!("{}.{:016x}.{}.{}", self.class, self.by.to_bits(), self.also, self.customer)
    }

    fn read(text: &str) -> Result<Place> {
        let parts: Vec<&str> = text.split('.').collect();
        let read = || match parts[..] {
            [class, by, also, customer] => Some(Place {
                class: class.parse().ok()?,
                by: f64::from_bits(u64::from_str_radix(by, 16).ok()?),
                also: also.parse().ok()?,
                customer: customer.parse().ok()?,
            }),
            _ => None,
        };
        read().ok_or_else(|| Error::invalid(format!("page `{text}`"), "use the `next` of an earlier page as it stands"))
    }
}

/// The first few of many, in order.
struct First<T> {
    many: usize,
    after: Option<Place>,
    kept: Vec<(Place, T)>,
}

impl<T> First<T> {
    fn new(many: usize, after: Option<Place>) -> First<T> {
        First { many, after, kept: Vec::new() }
    }

    fn offer(&mut self, place: Place, what: T) {
        if self.after.is_some_and(|after| place.order(&after) != Ordering::Greater) {
            return;
        }
        self.kept.push((place, what));
        // Cut off now and then, so that a customer costs little more than the look.
        if self.kept.len() >= 2 * self.many.max(512) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.kept.len() > self.many {
            self.kept.select_nth_unstable_by(self.many, |a, b| a.0.order(&b.0));
            self.kept.truncate(self.many);
        }
    }

    fn sorted(mut self) -> Vec<(Place, T)> {
        self.cut();
        self.kept.sort_unstable_by(|a, b| a.0.order(&b.0));
        self.kept
    }
}

pub(crate) async fn browse(
    analyst: &Analyst,
    present: &Present,
    ask: &BrowseAsk,
    control: &Control,
) -> Result<CustomerPage> {
    let started = Instant::now();
    let limit = page(ask.limit, PAGE_CUSTOMERS_MAX)?;
    let after = ask.after.as_deref().map(Place::read).transpose()?;
    let members = match &ask.segment {
        Some(id) => {
            let as_of_us = operators::ground::as_of_us(&present.snapshot, None, present.now_us);
            let segment = SegmentChoice::Stored(id.clone());
            Some(analyst.membership(present, &segment, as_of_us, control).await?)
        }
        None => None,
    };
    let all = people::all(&analyst.engine, &present.snapshot, present.limit.as_ref(), control).await?;
    let mut first = First::new(limit + 1, after);
    let (mut customers, mut rows) = (0, 0);
    for line in all.iter().flat_map(People::lines) {
        rows += line.events;
        if members.as_ref().is_none_or(|members| members.contains(CustomerId(line.customer))) {
            customers += 1;
            first.offer(sorted_at(&line, ask), line);
        }
    }
    let mut found = first.sorted();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(place, _)| place.text());
    let mut items = Vec::with_capacity(found.len());
    for (_, line) in &found {
        control.check()?;
        items.push(row(&analyst.engine, present, line, None).await?);
    }
    let meta = present.read_meta(rows, started.elapsed(), next.is_some());
    Ok(CustomerPage { items, next, customers: Some(customers), meta })
}

fn sorted_at(line: &Line<'_>, ask: &BrowseAsk) -> Place {
    let by = match ask.by {
        SortBy::LastSeen => Some(line.last_us as f64),
        SortBy::FirstSeen => Some(line.first_us as f64),
        SortBy::Events => Some(line.events as f64),
        SortBy::Amount => line.amount,
        SortBy::Channels => Some(channels(line.channels).len() as f64),
    };
    let turned = |by: f64| if ask.ascending { by } else { -by };
    Place { class: by.is_none().into(), by: by.map_or(0.0, turned), also: 0, customer: line.customer }
}

fn channels(list: &str) -> Vec<String> {
    serde_json::from_str(list).unwrap_or_default()
}

async fn row(engine: &Engine, present: &Present, line: &Line<'_>, matched: Option<Matched>) -> Result<CustomerRow> {
    let seen = Seen::of(engine, present, CustomerId(line.customer)).await?;
    let used = seen.identifiers().await?;
    Ok(CustomerRow {
        customer: line.customer.to_string(),
        name: line.name.map(str::to_owned),
        identifiers: used.into_iter().take(IDENTIFIERS_SHOWN_MAX).map(|(identifier, _)| identifier).collect(),
        events: line.events,
        first_us: line.first_us,
        last_us: line.last_us,
        channels: channels(line.channels),
        amount: line.amount,
        matched,
    })
}

/// How an identifier matched, and where it stands among those read.
type Known = (Match, (usize, usize));

pub(crate) async fn find(engine: &Engine, present: &Present, ask: &FindAsk, control: &Control) -> Result<CustomerPage> {
    let started = Instant::now();
    let limit = page(ask.limit, PAGE_CUSTOMERS_MAX)?;
    let after = ask.after.as_deref().map(Place::read).transpose()?;
    let needle = Needle::new(&ask.text)
        .ok_or_else(|| Error::invalid("value", format!("look for 1 to {FIND_CHARS_MAX} characters")))?;
    let all = people::all(engine, &present.snapshot, present.limit.as_ref(), control).await?;
    let known = Found::of(engine, present, &needle, ask.namespace.as_deref()).await?;
    let looked_at = if present.limit.is_some() { LOOKED_AT_MAX } else { limit };
    let mut first = First::new(looked_at + 1, after);
    let (mut customers, mut rows) = (0, 0);
    for people in &all {
        control.check()?;
        let names: Vec<Option<Match>> = match ask.namespace {
            Some(_) => Vec::new(),
            None => people.names().iter().map(|name| name.and_then(|name| needle.name(name))).collect(),
        };
        for at in 0..people.len() {
            let Some(line) = people.line(at) else { continue };
            rows += line.events;
            let by_name = people.name_of(at).and_then(|name| names.get(name).copied().flatten());
            let by_identifier = known.found.get(&line.customer).copied();
            let best = match (by_name, by_identifier) {
                (Some(name), Some((how, _))) if name <= how => (name, None),
                (_, Some((how, at))) => (how, Some(at)),
                (Some(name), None) => (name, None),
                (None, None) => continue,
            };
            customers += 1;
            // The better match first, then whoever was here last.
            let place = Place { class: best.0 as u8, by: 0.0, also: -line.last_us, customer: line.customer };
            first.offer(place, (line, best));
        }
    }
    let found = first.sorted();
    let mut items = Vec::new();
    let mut next = None;
    for (nth, (_, (line, (how, at)))) in found.iter().enumerate() {
        if nth == looked_at || items.len() == limit {
            next = nth.checked_sub(1).and_then(|last| found.get(last)).map(|(place, _)| place.text());
            break;
        }
        control.check()?;
        let matched = match (at, &present.limit) {
            (Some(_), Some(_)) => seen_match(engine, present, &needle, ask.namespace.as_deref(), line).await?,
            (Some(at), None) => Some(known.matched(*how, *at)),
            (None, _) => line.name.map(|name| Matched { how: *how, namespace: None, value: name.to_owned() }),
        };
        if matched.is_some() {
            items.push(row(engine, present, line, matched).await?);
        }
    }
    let customers = present.limit.is_none().then_some(customers);
    let meta = present.read_meta(rows, started.elapsed(), next.is_some());
    Ok(CustomerPage { items, next, customers, meta })
}

/// What of a customer's matches, of the identifiers alone that their events in the asker's stores carry: one that was sent
/// elsewhere finds nobody.
async fn seen_match(
    engine: &Engine,
    present: &Present,
    needle: &Needle,
    namespace: Option<&str>,
    line: &Line<'_>,
) -> Result<Option<Matched>> {
    let sent = Seen::of(engine, present, CustomerId(line.customer)).await?.identifiers().await?;
    let sent = sent.into_iter().map(|(identifier, _)| identifier);
    let within = sent.filter(|identifier| namespace.is_none_or(|namespace| identifier.namespace == namespace));
    let identifiers = within.filter_map(|identifier| {
        let how = needle.identifier(&identifier.value)?;
        Some(Matched { how, namespace: Some(identifier.namespace), value: identifier.value })
    });
    let name = line.name.filter(|_| namespace.is_none());
    let name = name.and_then(|name| Some(Matched { how: needle.name(name)?, namespace: None, value: name.to_owned() }));
    Ok(identifiers.chain(name).min_by_key(|matched| matched.how))
}

/// The identifiers that match.
struct Found {
    parts: Vec<people::Identifiers>,
    found: FxHashMap<i64, Known>,
}

impl Found {
    async fn of(engine: &Engine, present: &Present, needle: &Needle, namespace: Option<&str>) -> Result<Found> {
        let parts = people::identifiers(engine, &present.snapshot).await?;
        let mut found: FxHashMap<i64, Known> = FxHashMap::default();
        for (nth, part) in parts.iter().enumerate() {
            let values = part.values();
            for (row, how) in needle.identifiers(values.value_data(), values.value_offsets()) {
                if values.is_null(row) || namespace.is_some_and(|namespace| part.namespace(row) != Some(namespace)) {
                    continue;
                }
                let customer = present.snapshot.customer_of(ProfileId(part.profile(row))).0;
                let known = found.entry(customer).or_insert((how, (nth, row)));
                // The better one; letter for letter before another case, then in the order of their text.
                let key = |(how, (nth, row)): Known| {
                    let part = &parts[nth];
                    let value = part.values().value(row);
                    (how, !needle.is(value), value, part.namespace(row))
                };
                if key((how, (nth, row))) < key(*known) {
                    *known = (how, (nth, row));
                }
            }
        }
        Ok(Found { parts, found })
    }

    fn matched(&self, how: Match, (nth, row): (usize, usize)) -> Matched {
        let part = &self.parts[nth];
        Matched { how, namespace: part.namespace(row).map(str::to_owned), value: part.values().value(row).to_owned() }
    }
}
