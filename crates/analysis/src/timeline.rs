//! One customer's events over all channels, and who the customer is.

use std::collections::BTreeMap;
use std::time::Instant;

use model::event::{ColumnValue, Event};
use model::identity::{CustomerId, Identifier};
use model::journey::Journey;
use model::traffic::Classifier;
use serde_json::{Map, Value};

use crate::answer::{ChannelCount, CustomerSummary, Presence, Timeline, TimelineEvent};
use crate::error::{Error, Result};
use crate::question::{Present, ResolvedJourney};
use crate::rows;

/// Events one page of a timeline holds at most; more would be a transfer, not a page to look at.
pub const PAGE_EVENTS_MAX: usize = 500;

/// Identifiers a summary lists; a customer with more is shown with the most used.
const IDENTIFIERS_SHOWN_MAX: usize = 8;

/// A page of the customer's events, oldest first within the page. Without `before` it is the newest page;
/// `before` is the `next` of the page after it. With a journey each event says which touchpoint it is.
pub(crate) async fn timeline(
    present: &Present,
    customer: CustomerId,
    journey: Option<&ResolvedJourney>,
    before: Option<&str>,
    limit: usize,
) -> Result<Timeline> {
    let started = Instant::now();
    let limit = page(limit, PAGE_EVENTS_MAX)?;
    let events = read(present, customer).await?;
    let end = match before {
        None => events.len(),
        Some(text) => text.parse::<usize>().ok().filter(|end| *end <= events.len()).ok_or_else(|| {
            Error::invalid(format!("page `{text}`"), "use the `next` of an earlier page as it stands")
        })?,
    };
    let start = end.saturating_sub(limit);
    let summary = summary(customer, &events);
    let traffic = present.snapshot.traffic();
    Ok(Timeline {
        events: events[start..end]
            .iter()
            .map(|event| shown(event, journey.map(|journey| &journey.definition), &summary.traits, traffic))
            .collect(),
        customer: summary,
        next: (start > 0).then(|| start.to_string()),
        meta: present.read_meta(events.len() as u64, started.elapsed(), start > 0),
    })
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
pub(crate) async fn summaries(present: &Present, customers: &[CustomerId]) -> Result<Vec<CustomerSummary>> {
    let mut summaries = Vec::with_capacity(customers.len());
    for customer in customers {
        summaries.push(summary(*customer, &read(present, *customer).await?));
    }
    Ok(summaries)
}

/// Who sent an identifier, as far as the asker sees: only those who sent it there.
pub(crate) async fn senders(
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
        let events = seen(present, *customer).await?;
        // An identifier that joins nobody is a customer of its own, and may have no event: others sent it along.
        if !events.is_empty()
            && (present.limit.is_none() || events.iter().any(|event| event.identifiers.iter().any(sent)))
        {
            summaries.push(summary(*customer, &events));
        }
    }
    Ok(summaries)
}

/// Where and when a customer was met; nothing of one without events.
pub(crate) async fn presence(present: &Present, customer: CustomerId) -> Result<Presence> {
    let events = seen(present, customer).await?;
    let mut channels: BTreeMap<String, u64> = BTreeMap::new();
    for event in &events {
        *channels.entry(event.channel.clone()).or_default() += 1;
    }
    let mut channels: Vec<ChannelCount> =
        channels.into_iter().map(|(channel, events)| ChannelCount { channel, events }).collect();
    channels.sort_by_key(|count| std::cmp::Reverse(count.events));
    Ok(Presence {
        events: events.len() as u64,
        first_us: events.first().map(|event| event.time_us),
        last_us: events.last().map(|event| event.time_us),
        channels,
    })
}

/// A customer's events in time order.
///
/// # Errors
/// `NotFound` if there are none.
pub(crate) async fn read(present: &Present, customer: CustomerId) -> Result<Vec<Event>> {
    let events = seen(present, customer).await?;
    if events.is_empty() {
        return Err(Error::not_found(format!("customer {}", customer.0)));
    }
    Ok(events)
}

/// A customer's events in time order, as far as the asker sees them.
async fn seen(present: &Present, customer: CustomerId) -> Result<Vec<Event>> {
    let mut events = rows::events(&present.snapshot.customer_rows(customer).await?)?;
    if let Some(stores) = &present.limit {
        events.retain(|event| stores.cover(event));
    }
    Ok(events)
}

fn summary(customer: CustomerId, events: &[Event]) -> CustomerSummary {
    let mut used: BTreeMap<&Identifier, usize> = BTreeMap::new();
    for event in events {
        for identifier in &event.identifiers {
            *used.entry(identifier).or_default() += 1;
        }
    }
    let mut used: Vec<_> = used.into_iter().collect();
    used.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    CustomerSummary {
        customer: customer.0.to_string(),
        identifiers: used.into_iter().take(IDENTIFIERS_SHOWN_MAX).map(|(identifier, _)| identifier.clone()).collect(),
        traits: traits(events),
        events: events.len() as u64,
        first_us: events.first().map_or(0, |event| event.time_us),
        last_us: events.last().map_or(0, |event| event.time_us),
    }
}

/// A customer's traits: of each the value set last.
pub(crate) fn traits(events: &[Event]) -> Map<String, Value> {
    let mut traits = Map::new();
    events.iter().for_each(|event| traits.extend(event.traits.clone()));
    traits
}

fn shown(event: &Event, journey: Option<&Journey>, traits: &Map<String, Value>, traffic: &Classifier) -> TimelineEvent {
    let place = journey.and_then(|journey| place(journey, event, traits, traffic));
    TimelineEvent {
        event_id: event.event_id.to_string(),
        time_us: event.time_us,
        seq: event.seq,
        event: event.event.clone(),
        channel: event.channel.clone(),
        source: event.source.clone(),
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
pub(crate) fn place(
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
