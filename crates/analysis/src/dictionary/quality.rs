//! What is wrong with what comes in: the rules, each a function of the summary.

use lake::dictionary::{EventStats, Place, PropertyStats, Span};
use model::dictionary::NameStatus;

use super::{View, kinds, name_of, number, statements, status};
use crate::answer::{NameNote, QualityFinding, QualityRule};

/// Events of which a property's share says something.
const EVENTS_MIN: u64 = 20;

/// A property that more than this share has is meant for all.
const NEARLY_ALL: f64 = 0.9;

/// A property that more than this share had before it was last seen was no whim.
const MOST: f64 = 0.5;

/// How long an expected event may stay away.
const EXPECTED_US: i64 = 7 * 86_400_000_000;

/// All findings, by rule, those of most first.
pub(super) fn findings(view: &View<'_>) -> Vec<QualityFinding> {
    let mut found = Vec::new();
    of_sources(view, &mut found);
    rejected(view, &mut found);
    for (name, stats) in view.read.whole.events.iter() {
        let note = view.event_note(name);
        if status(note.as_ref()) != Some(NameStatus::Hidden) {
            of_event(view, name, stats, note.as_ref(), &mut found);
        }
    }
    for name in view.never_came() {
        expected(view, name, None, view.event_note(name).as_ref(), &mut found);
    }
    let beyond = view.read.whole.events.rest;
    if beyond > 0 {
        found.push(QualityFinding { count: beyond, of: view.read.whole.rows, ..of_rule(QualityRule::TooManyNames) });
    }
    found.sort_by(|a, b| (a.rule, b.count).cmp(&(b.rule, a.count)));
    found
}

fn of_rule(rule: QualityRule) -> QualityFinding {
    QualityFinding {
        rule,
        event: None,
        property: None,
        source: None,
        code: None,
        usual: None,
        found: None,
        count: 0,
        of: 0,
        first_us: None,
        last_us: None,
        sql: None,
    }
}

/// A finding of so many of so many.
fn spanning(rule: QualityRule, span: &Span, of: u64) -> QualityFinding {
    QualityFinding {
        count: span.count,
        of,
        first_us: Some(span.first_us),
        last_us: Some(span.last_us),
        ..of_rule(rule)
    }
}

fn of_sources(view: &View<'_>, found: &mut Vec<QualityFinding>) {
    for source in view.sources() {
        if let Some(since_us) = source.rhythm.silent_since_us {
            found.push(QualityFinding {
                source: Some(source.source),
                count: source.events,
                of: source.events,
                first_us: Some(since_us),
                last_us: Some(since_us),
                ..of_rule(QualityRule::Silent)
            });
        }
    }
    for (source, stats) in view.read.whole.sources.iter() {
        let clocks = [
            (QualityRule::Late, &stats.late, statements::late(source)),
            (QualityRule::Early, &stats.early, statements::early(source)),
            (QualityRule::Disbelieved, &stats.disbelieved, statements::disbelieved(source)),
        ];
        for (rule, span, sql) in clocks.into_iter().filter(|(_, span, _)| span.count > 0) {
            let finding = spanning(rule, span, stats.live);
            found.push(QualityFinding { source: Some(source.clone()), sql: Some(sql), ..finding });
        }
        if let Some(repeated) = view.read.repeated.sources.get(source) {
            let finding = spanning(QualityRule::Duplicate, &repeated.span, stats.span.count + repeated.span.count);
            found.push(QualityFinding { source: Some(source.clone()), ..finding });
        }
    }
}

fn rejected(view: &View<'_>, found: &mut Vec<QualityFinding>) {
    for rejected in &view.context.rejected {
        let events = view.read.whole.sources.get(&rejected.source).map_or(0, |stats| stats.live);
        let waiting: u64 =
            view.context.rejected.iter().filter(|other| other.source == rejected.source).map(|other| other.count).sum();
        found.push(QualityFinding {
            source: Some(rejected.source.clone()),
            code: Some(rejected.code.clone()),
            count: rejected.count,
            of: events + waiting,
            first_us: Some(rejected.first_us),
            last_us: Some(rejected.last_us),
            ..of_rule(QualityRule::Rejected)
        });
    }
}

fn of_event(view: &View<'_>, name: &str, stats: &EventStats, note: Option<&NameNote>, found: &mut Vec<QualityFinding>) {
    expected(view, name, Some(stats), note, found);
    if let Some(note) = note.filter(|note| note.note.status == Some(NameStatus::Deprecated))
        && stats.span.last_us > note.saved_at_us
    {
        let finding = spanning(QualityRule::DeprecatedSeen, &stats.span, stats.span.count);
        let sql = Some(statements::of_event(name));
        found.push(QualityFinding { event: Some(name.to_owned()), sql, ..finding });
    }
    for (place, properties) in &stats.properties {
        for (key, property) in properties.iter() {
            let key = name_of(*place, key);
            let note = view.property_note(&key);
            let status = status(note.as_ref());
            if status != Some(NameStatus::Hidden) {
                let of = Property { event: name, stats, place: *place, name: &key, property };
                of.drift(found);
                of.absence(status, found);
                of.deprecated(note.as_ref(), found);
            }
        }
    }
}

/// An event that is expected and does not come: never, or not in the week before now.
fn expected(
    view: &View<'_>,
    name: &str,
    stats: Option<&EventStats>,
    note: Option<&NameNote>,
    found: &mut Vec<QualityFinding>,
) {
    let last_us = stats.map(|stats| stats.span.last_us);
    let away = last_us.is_none_or(|last_us| view.now_us.saturating_sub(last_us) > EXPECTED_US);
    if away && status(note) == Some(NameStatus::Expected) {
        found.push(QualityFinding {
            event: Some(name.to_owned()),
            of: stats.map_or(0, |stats| stats.span.count),
            last_us,
            ..of_rule(QualityRule::ExpectedMissing)
        });
    }
}

/// A property of one event.
struct Property<'a> {
    event: &'a str,
    stats: &'a EventStats,
    place: Place,
    name: &'a str,
    property: &'a PropertyStats,
}

impl Property<'_> {
    fn finding(&self, finding: QualityFinding) -> QualityFinding {
        QualityFinding { event: Some(self.event.to_owned()), property: Some(self.name.to_owned()), ..finding }
    }

    /// Each type but the most frequent one.
    fn drift(&self, found: &mut Vec<QualityFinding>) {
        let kinds = kinds(self.property);
        for (kind, span) in kinds.iter().skip(1) {
            found.push(QualityFinding {
                usual: kinds.first().map(|(usual, _)| *usual),
                found: Some(*kind),
                sql: statements::typed(self.event, self.name, *kind),
                ..self.finding(spanning(QualityRule::TypeDrift, span, self.property.span.count))
            });
        }
    }

    /// Gone for good, or missing from some.
    fn absence(&self, status: Option<NameStatus>, found: &mut Vec<QualityFinding>) {
        // Traits are set when they are known, not with every event.
        if self.place == Place::Trait {
            return;
        }
        let events = if self.place == Place::Item { self.stats.items } else { self.stats.span.count };
        let present = self.property.span.count;
        let missing = events.saturating_sub(present);
        let last_day = self.last_day();
        let later: u64 = self.stats.days.range(last_day + 1..).map(|(_, count)| count).sum();
        let until_then = self.stats.span.count.saturating_sub(later);
        let is_item = self.place == Place::Item;
        if !is_item && later >= EVENTS_MIN && present as f64 > MOST * until_then as f64 {
            found.push(QualityFinding {
                count: later,
                of: self.stats.span.count,
                first_us: Some(self.property.span.last_us),
                last_us: Some(self.stats.span.last_us),
                sql: Some(statements::missing(self.event, self.name)),
                ..self.finding(of_rule(QualityRule::Vanished))
            });
            return;
        }
        let meant_for_all = status == Some(NameStatus::Expected) || present as f64 > NEARLY_ALL * events as f64;
        if missing > 0 && events >= EVENTS_MIN && meant_for_all {
            found.push(QualityFinding {
                count: missing,
                of: events,
                sql: (!is_item).then(|| statements::missing(self.event, self.name)),
                ..self.finding(of_rule(QualityRule::Missing))
            });
        }
    }

    /// A day that none of its values is later than, whatever the zone: of UTC, and the one after it.
    fn last_day(&self) -> i32 {
        let day = chrono::DateTime::from_timestamp_micros(self.property.span.last_us).map(|time| time.date_naive());
        day.map_or(i32::MAX - 1, |day| number(day) + 1)
    }

    fn deprecated(&self, note: Option<&NameNote>, found: &mut Vec<QualityFinding>) {
        if let Some(note) = note.filter(|note| note.note.status == Some(NameStatus::Deprecated))
            && self.property.span.last_us > note.saved_at_us
        {
            let span = &self.property.span;
            found.push(self.finding(spanning(QualityRule::DeprecatedSeen, span, span.count)));
        }
    }
}
