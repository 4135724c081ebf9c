//! One event of the dictionary, with its properties and senders.

use std::cmp::Reverse;

use lake::dictionary::{EventStats, Place, PropertyStats};
use model::event::Column;

use super::{Examples, View, kinds, name_of, quality};
use crate::answer::{DictionaryEntry, DictionarySender, EventProperty, PropertyExample, PropertyTypeCount};
use crate::error::{Error, Result};

/// Columns that say what, where and with what an event happened.
const PLAIN: [Column; 14] = [
    Column::Site,
    Column::Zone,
    Column::Amount,
    Column::Currency,
    Column::Quantity,
    Column::Product,
    Column::Category,
    Column::Campaign,
    Column::UtmSource,
    Column::UtmMedium,
    Column::Platform,
    Column::Device,
    Column::Country,
    Column::Score,
];

pub(super) fn entry(view: &View<'_>, name: &str, examples: Examples) -> Result<DictionaryEntry> {
    let stats = view.read.whole.events.get(name);
    if stats.is_none() && view.event_note(name).is_none() {
        return Err(Error::not_found(format!("event `{name}`")));
    }
    let mut findings = quality::findings(view);
    findings.retain(|finding| finding.event.as_deref() == Some(name));
    let mut senders: Vec<DictionarySender> = stats
        .into_iter()
        .flat_map(|stats| stats.cells.iter())
        .map(|((source, channel), span)| DictionarySender {
            source: source.clone(),
            channel: channel.clone(),
            count: span.count,
            first_us: span.first_us,
            last_us: span.last_us,
        })
        .collect();
    senders.sort_by_key(|sender| Reverse(sender.count));
    let mut properties: Vec<EventProperty> = stats.map_or_else(Vec::new, |stats| properties(view, stats, examples));
    properties.sort_by(|a, b| b.share().total_cmp(&a.share()).then_with(|| a.name.cmp(&b.name)));
    Ok(DictionaryEntry {
        event: view.event(name, stats, findings.len() as u64),
        senders,
        senders_beyond: stats.map_or(0, |stats| stats.cells.rest),
        items: stats.map_or(0, |stats| stats.items),
        properties,
        properties_beyond: stats.map_or(0, |stats| stats.properties.values().map(|of| of.rest).sum()),
        findings,
        days: view.days.iter().map(ToString::to_string).collect(),
        zone: view.zone.to_owned(),
        as_of_us: view.now_us,
    })
}

fn properties(view: &View<'_>, stats: &EventStats, examples: Examples) -> Vec<EventProperty> {
    let of_place = |(place, properties): (&Place, &lake::dictionary::Limited<String, PropertyStats, _>)| {
        let place = *place;
        let of = if place == Place::Item { stats.items } else { stats.span.count };
        let of_name = |(name, stats): (&String, &PropertyStats)| {
            let plain = place == Place::Column && PLAIN.iter().any(|column| column.name() == name);
            property(view, name_of(place, name), stats, of, examples == Examples::All || plain)
        };
        properties.iter().map(of_name).collect::<Vec<_>>()
    };
    stats.properties.iter().flat_map(of_place).collect()
}

fn property(view: &View<'_>, name: String, stats: &PropertyStats, of: u64, shown: bool) -> EventProperty {
    let (distinct, distinct_exact) = stats.distinct();
    let values = || stats.values.iter().take(lake::limits::DICTIONARY_TEXTS);
    let mut examples: Vec<PropertyExample> = values()
        .filter(|_| shown)
        .filter_map(|(_, value)| Some(PropertyExample { value: value.text.clone()?, count: value.count }))
        .collect();
    examples.sort_by(|a, b| (b.count, &a.value).cmp(&(a.count, &b.value)));
    EventProperty {
        note: view.property_note(&name),
        name,
        present: stats.span.count,
        of,
        first_us: stats.span.first_us,
        last_us: stats.span.last_us,
        types: kinds(stats)
            .into_iter()
            .map(|(kind, span)| PropertyTypeCount {
                kind,
                count: span.count,
                first_us: span.first_us,
                last_us: span.last_us,
            })
            .collect(),
        distinct,
        distinct_exact,
        examples_masked: values().len() > examples.len(),
        examples,
    }
}

impl EventProperty {
    /// Share of the events, or items, that have it.
    pub fn share(&self) -> f64 {
        if self.of == 0 { 0.0 } else { self.present as f64 / self.of as f64 }
    }
}
