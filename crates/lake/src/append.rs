//! Events through the log: senders get their profiles, what they say of identities is judged, and all of it is one
//! durable record.

use std::ops::Range;

use bytes::Bytes;
use model::event::Event;
use model::identifier::Kind;
use model::identity::{Identifier, IdentityEdge, ProfileId, Strength};
use model::stitching::{Policy, Statement};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::{Error, Result};
use crate::lake::{Appended, Inner};
use crate::limits::LOG_RECORD_BYTES;
use crate::log::FRAME_BYTES_MAX;
use crate::row::{Record, Row};

/// Events with their senders known, and what the log must say of them.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    pub rows: Vec<Row>,
    pub registered: Vec<(i64, Identifier)>,
    /// Statements that add something to what is known, as links.
    pub statements: Vec<IdentityEdge>,
    /// Whether a link named one of `registered` before any event did: what was said of it is judged again.
    pub named_late: bool,
}

/// Statements of one call: of one pair and source the earliest.
#[derive(Debug, Default)]
struct Statements {
    of: FxHashMap<(i64, i64, String), usize>,
    list: Vec<IdentityEdge>,
}

impl Statements {
    fn add(&mut self, statement: &Statement<'_>) {
        let Statement { a, b, strength, source, time_us } = *statement;
        let next = self.list.len();
        let at = *self.of.entry((a.0.min(b.0), a.0.max(b.0), source.to_owned())).or_insert(next);
        if at == next {
            let (source, reason) = (source.to_owned(), "identifiers of one event".to_owned());
            self.list.push(IdentityEdge::Link { a, b, strength, source, reason, time_us });
        } else if let IdentityEdge::Link { strength: known, time_us: first, .. } = &mut self.list[at] {
            *known = strength.max(*known);
            *first = time_us.min(*first);
        }
    }
}

/// Of the identifiers of an event that links them, the place of the one that says most about who it was. The event is
/// that one's, and the others are said to be one with it: a shared device that is withheld takes nothing else with it.
fn sender(identifiers: &[Identifier], policy: &Policy) -> usize {
    let priority = |at: &usize| policy.rules(&identifiers[*at].namespace).priority;
    // The first of equals.
    (0..identifiers.len()).rev().max_by_key(priority).unwrap_or(0)
}

/// Two values of one person's namespace on one event are an alias: nobody writes both but to say that they are one.
fn strength(a: &Identifier, b: &Identifier, policy: &Policy) -> Strength {
    let alias = a.namespace == b.namespace && policy.rules(&a.namespace).kind == Kind::Person;
    if alias { Strength::Asserted } else { Strength::Observed }
}

impl Inner {
    /// Gives every event its profile, and says which profiles and statements are new.
    pub(crate) async fn resolve(&self, events: Vec<Event>, source: Option<&str>) -> Result<Resolved> {
        let mut register = self.register().await?;
        let mut resolved = Resolved { rows: Vec::with_capacity(events.len()), ..Resolved::default() };
        let mut named = FxHashSet::default();
        let mut statements = Statements::default();
        let state = self.state.read();
        let policy = state.stitcher.policy();
        for event in events {
            let links = event.link_identifiers && event.identifiers.len() > 1;
            let first = if links { sender(&event.identifiers, policy) } else { 0 };
            let mut assign = |at: usize| -> Result<i64> {
                let position = resolved.rows.len();
                let identifier = event.identifiers.get(at).ok_or(Error::NoIdentifier { position })?;
                let (profile, unlogged) = register.assign(identifier)?;
                if unlogged && named.insert(profile) {
                    resolved.named_late |= state.stitcher.is_nameless(ProfileId(profile));
                    resolved.registered.push((profile, identifier.clone()));
                }
                Ok(profile)
            };
            let profile = assign(first)?;
            for at in (0..event.identifiers.len()).filter(|at| links && *at != first) {
                let (a, b) = (ProfileId(profile), ProfileId(assign(at)?));
                let strength = strength(&event.identifiers[first], &event.identifiers[at], policy);
                let source = source.unwrap_or(&event.source);
                let statement = Statement { a, b, strength, source, time_us: event.time_us };
                if a != b && !state.stitcher.knows(&statement) {
                    statements.add(&statement);
                }
            }
            resolved.rows.push(Row::new(event, profile));
        }
        resolved.statements = statements.list;
        Ok(resolved)
    }

    pub(crate) async fn append(&self, events: Vec<Event>) -> Result<Appended> {
        let count = events.len();
        let Resolved { rows, registered, statements, named_late } = self.resolve(events, None).await?;
        let logged: Vec<i64> = registered.iter().map(|(profile, _)| *profile).collect();
        let mut records = vec![Record { registered, ..Record::default() }];
        split_rows(rows, &mut records);
        let log = if statements.is_empty() && !named_late {
            self.log_records(records).await?
        } else {
            let _order = self.edges.lock().await;
            let first = records.remove(0);
            self.log_acts(statements, first, records).await?
        };
        if !logged.is_empty() {
            self.register().await?.logged(logged);
        }
        if count > 0 {
            self.clock.appended();
        }
        Ok(Appended { events: count, log })
    }

    /// Appends records to the log and applies them. Records with edges only under the lock of edges.
    pub(crate) async fn log_records(&self, records: Vec<Record>) -> Result<Range<u64>> {
        let log = self.writer()?;
        let _in_flight = self.in_flight.read().await;
        let mut done: Option<Range<u64>> = None;
        let mut records = records.into_iter().peekable();
        while records.peek().is_some() {
            let (mut frame, mut bytes, mut size) = (Vec::new(), Vec::new(), 0);
            for record in records.by_ref() {
                // Into a growable buffer postcard cannot fail.
                let encoded = Bytes::from(postcard::to_stdvec(&record).unwrap_or_default());
                size += encoded.len();
                frame.push(record);
                bytes.push(encoded);
                if size + 2 * LOG_RECORD_BYTES > FRAME_BYTES_MAX {
                    break;
                }
            }
            let seqs = log.append(bytes).await?;
            let mut state = self.state.write();
            for (seq, record) in seqs.clone().zip(frame) {
                state.apply(seq, record, 0)?;
            }
            done = Some(done.map_or(seqs.start, |done| done.start)..seqs.end);
        }
        Ok(done.unwrap_or_else(|| log.next_seq()..log.next_seq()))
    }
}

/// Adds rows to records of a bounded size, the first ones to the record there is.
fn split_rows(rows: Vec<Row>, records: &mut Vec<Record>) {
    let mut size = 0;
    for row in rows {
        let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        size += 128
            + row.identifiers.len()
            + row.columns.len() * 32
            + text(&row.items)
            + text(&row.traits)
            + text(&row.props);
        if size > LOG_RECORD_BYTES {
            records.push(Record::default());
            size = 0;
        }
        if let Some(last) = records.last_mut() {
            last.rows.push(row);
        }
    }
}
