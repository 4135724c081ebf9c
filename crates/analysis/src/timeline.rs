//! One customer's events over all channels, and who the customer is.

use std::time::Instant;

use lake::schema::{CHANNEL, EVENT};
use model::event::{ColumnValue, Event};
use model::identity::{CustomerId, Identifier};
use model::journey::Journey;
use model::traffic::Classifier;
use operators::Engine;
use serde_json::{Map, Value};

use crate::answer::{CustomerSummary, Presence, Timeline, TimelineEvent};
use crate::error::{Error, Result};
use crate::question::{Present, ResolvedJourney};
use crate::seen::Seen;

/// Events one page of a timeline holds at most; more would be a transfer, not a page to look at.
pub const PAGE_EVENTS_MAX: usize = 500;

/// Channels, or events, one filter may name.
pub(crate) const FILTER_NAMES_MAX: usize = 100;

/// Which page of a customer's events.
#[derive(Debug, Clone, Default)]
pub struct TimelineAsk {
    pub from: TimelineFrom,
    /// Only events of these channels; empty: of any.
    pub channels: Vec<String>,
    /// Only these events; empty: any.
    pub events: Vec<String>,
    pub limit: usize,
}

/// Where a page lies.
#[derive(Debug, Clone, Default)]
pub enum TimelineFrom {
    #[default]
    Newest,
    /// `next` of a page.
    Before(String),
    /// `previous` of a page.
    After(String),
    /// After so many newer ones.
    Skipping(u64),
    /// The newest events that are not later than this moment, UTC microseconds; of a moment before the first event the
    /// oldest.
    At(i64),
}

/// A page of the customer's events, oldest first within the page. With a journey each event says which touchpoint it is.
pub(crate) async fn timeline(
    engine: &Engine,
    present: &Present,
    customer: CustomerId,
    journey: Option<&ResolvedJourney>,
    ask: &TimelineAsk,
) -> Result<Timeline> {
    let started = Instant::now();
    let limit = page(ask.limit, PAGE_EVENTS_MAX)?;
    let seen = Seen::of(engine, present, customer).await?.found()?;
    let rows = matching(&seen, ask).await?;
    let (start, end) = match &ask.from {
        TimelineFrom::Newest => (rows.len().saturating_sub(limit), rows.len()),
        TimelineFrom::Before(cursor) => {
            let end = place(&seen, &rows, cursor).await?.0;
            (end.saturating_sub(limit), end)
        }
        TimelineFrom::After(cursor) => {
            let start = place(&seen, &rows, cursor).await?.1;
            (start, rows.len().min(start + limit))
        }
        TimelineFrom::Skipping(newer) => {
            let end = rows.len().saturating_sub(usize::try_from(*newer).unwrap_or(usize::MAX));
            (end.saturating_sub(limit), end)
        }
        TimelineFrom::At(at_us) => {
            let times = seen.times().await?;
            let until = rows.partition_point(|row| times[*row as usize] <= *at_us);
            let end = if until == 0 { rows.len().min(limit) } else { until };
            (end.saturating_sub(limit), end)
        }
    };
    let events = seen.events(&rows[start..end]).await?;
    let sessions = seen.sessions().await?;
    let summary = seen.summary().await?;
    let traffic = present.snapshot.traffic();
    let journey = journey.map(|journey| &journey.definition);
    let shown = events.iter().zip(&rows[start..end]).map(|(event, row)| {
        let session = sessions[*row as usize];
        TimelineEvent {
            session: (session > 0).then_some(session.into()),
            ..shown(event, journey, &summary.traits, traffic)
        }
    });
    Ok(Timeline {
        events: shown.collect(),
        next: events.first().filter(|_| start > 0).map(cursor),
        previous: events.last().filter(|_| end < rows.len()).map(cursor),
        matched: rows.len() as u64,
        newer: (rows.len() - end) as u64,
        meta: present.read_meta(summary.events, started.elapsed(), start > 0 || end < rows.len()),
        customer: summary,
    })
}

/// The rows that pass the filters, ascending.
pub(crate) async fn matching(seen: &Seen<'_>, ask: &TimelineAsk) -> Result<Vec<u32>> {
    let mut rows: Vec<u32> = (0..seen.rows() as u32).collect();
    for (column, names, what) in [(CHANNEL, &ask.channels, "channel"), (EVENT, &ask.events, "event")] {
        if names.len() > FILTER_NAMES_MAX {
            return Err(Error::invalid(what, format!("name at most {FILTER_NAMES_MAX}, not {}", names.len())));
        }
        if !names.is_empty() {
            let column = seen.names(column).await?;
            let wanted = column.which(|name| names.iter().any(|known| known == name));
            rows.retain(|row| wanted[column.key(*row as usize)]);
        }
    }
    Ok(rows)
}

/// Names an event of a customer: no two have the same time and id.
fn cursor(event: &Event) -> String {
    format!("{}.{}", event.time_us, event.event_id)
}

/// How many of `rows` lie before an event, and how many up to it. One that is there no more parts the events by its time.
async fn place(seen: &Seen<'_>, rows: &[u32], cursor: &str) -> Result<(usize, usize)> {
    let wrong =
        || Error::invalid(format!("page `{cursor}`"), "use the `next` or `previous` of another page as it stands");
    let (time_us, id) = cursor.split_once('.').ok_or_else(wrong)?;
    let (time_us, id): (i64, i64) = (time_us.parse().map_err(|_| wrong())?, id.parse().map_err(|_| wrong())?);
    let (times, ids) = (seen.times().await?, seen.ids().await?);
    let first = rows.partition_point(|row| times[*row as usize] < time_us);
    let same = rows[first..].iter().take_while(|row| times[**row as usize] == time_us);
    let at = same.into_iter().position(|row| ids[*row as usize] == id);
    Ok(at.map_or((first, first), |at| (first + at, first + at + 1)))
}

/// A page's size as asked for.
///
/// # Errors
/// When a page does not hold so many: a shorter list than was asked for would look complete.
pub(crate) fn page(limit: usize, max: usize) -> Result<usize> {
    match limit {
        limit if (1..=max).contains(&limit) => Ok(limit),
        _ => Err(Error::invalid("limit", format!("a page holds 1 to {max}, not {limit}; further ones follow `next`"))),
    }
}

/// Who the customers are, in the order given.
pub(crate) async fn summaries(
    engine: &Engine,
    present: &Present,
    customers: &[CustomerId],
) -> Result<Vec<CustomerSummary>> {
    let mut summaries = Vec::with_capacity(customers.len());
    for customer in customers {
        summaries.push(Seen::of(engine, present, *customer).await?.found()?.summary().await?);
    }
    Ok(summaries)
}

/// Who sent an identifier, as far as the asker sees: only those who sent it there.
pub(crate) async fn senders(
    engine: &Engine,
    present: &Present,
    customers: &[CustomerId],
    namespace: Option<&str>,
    value: &str,
) -> Result<Vec<CustomerSummary>> {
    let sent = |identifier: &Identifier| {
        identifier.value == value && namespace.is_none_or(|namespace| identifier.namespace == namespace)
    };
    let mut summaries = Vec::new();
    for customer in customers {
        let seen = Seen::of(engine, present, *customer).await?;
        // An identifier that joins nobody is a customer of its own, and may have no event: others sent it along.
        if seen.rows() > 0
            && (present.limit.is_none() || seen.identifiers().await?.iter().any(|(identifier, _)| sent(identifier)))
        {
            summaries.push(seen.summary().await?);
        }
    }
    Ok(summaries)
}

/// Where and when a customer was met; nothing of one without events.
pub(crate) async fn presence(engine: &Engine, present: &Present, customer: CustomerId) -> Result<Presence> {
    let seen = Seen::of(engine, present, customer).await?;
    if seen.rows() == 0 {
        return Ok(Presence::default());
    }
    let times = seen.times().await?;
    Ok(Presence {
        events: times.len() as u64,
        first_us: times.first().copied(),
        last_us: times.last().copied(),
        channels: seen.channels().await?,
    })
}

/// A customer's events in time order.
///
/// # Errors
/// `NotFound` if there are none.
pub(crate) async fn read(engine: &Engine, present: &Present, customer: CustomerId) -> Result<Vec<Event>> {
    Seen::of(engine, present, customer).await?.found()?.all_events().await
}

/// A customer's traits: of each the value that stands.
pub(crate) fn traits(events: &[Event]) -> Map<String, Value> {
    let mut traits = Map::new();
    events.iter().for_each(|event| model::traits::settle(&mut traits, event.traits.clone()));
    traits
}

fn shown(event: &Event, journey: Option<&Journey>, traits: &Map<String, Value>, traffic: &Classifier) -> TimelineEvent {
    let place = journey.and_then(|journey| touched(journey, event, traits, traffic));
    TimelineEvent {
        event_id: event.event_id.to_string(),
        time_us: event.time_us,
        seq: event.seq,
        event: event.event.clone(),
        channel: event.channel.clone(),
        source: event.source.clone(),
        session: None,
        touchpoint: place.as_ref().map(|(_, touchpoint)| touchpoint.clone()),
        stage: place.map(|(stage, _)| stage),
        columns: event
            .columns
            .iter()
            .map(|(column, value)| {
                let value = match value {
                    ColumnValue::Number(number) => Value::from(*number),
                    ColumnValue::Text(text) => Value::from(text.clone()),
                };
                (column.name().to_owned(), value)
            })
            .collect(),
        items: event.items.iter().cloned().map(Value::Object).collect(),
        traits: event.traits.clone(),
        props: event.props.clone(),
    }
}

/// The stage and touchpoint an event is, by the rule the map counts with: in the journey's scope, first match wins.
pub(crate) fn touched(
    journey: &Journey,
    event: &Event,
    traits: &Map<String, Value>,
    traffic: &Classifier,
) -> Option<(String, String)> {
    let taking_part = match &journey.scope {
        Some(rule) => rule.matches(event, traits, traffic),
        None => !event.event.starts_with(model::event::SYSTEM_PREFIX),
    };
    let (stage, touchpoint) = taking_part
        .then(|| journey.touchpoints().find(|(_, touchpoint)| touchpoint.rule.matches(event, traits, traffic)))
        .flatten()?;
    Some((journey.stages[stage].id.clone(), touchpoint.id.clone()))
}
