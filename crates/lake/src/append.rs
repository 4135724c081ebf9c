//! Events through the log: senders get their profiles, new links their edges, and all of it one durable record.

use std::ops::Range;

use bytes::Bytes;
use model::event::Event;
use model::identity::{Identifier, IdentityEdge, ProfileId, Strength};
use rustc_hash::FxHashSet;

use crate::error::{Error, Result};
use crate::lake::{Appended, Inner};
use crate::limits::LOG_RECORD_BYTES;
use crate::log::FRAME_BYTES_MAX;
use crate::publish::StoredEdge;
use crate::row::{Record, Row};

/// Edges of one log record; a frame holds about a hundred thousand edges of usual length.
const RECORD_EDGES: usize = 16 * 1024;

/// Events with their senders known, and what the log must say of them.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    pub rows: Vec<Row>,
    pub registered: Vec<(i64, Identifier)>,
    pub edges: Vec<IdentityEdge>,
}

impl Inner {
    /// Gives every event its profile, and says which profiles and links are new.
    pub(crate) async fn resolve(&self, events: Vec<Event>, source: Option<&str>) -> Result<Resolved> {
        let mut register = self.register().await?;
        let mut resolved = Resolved { rows: Vec::with_capacity(events.len()), ..Resolved::default() };
        let mut named = FxHashSet::default();
        let mut linked = FxHashSet::default();
        let state = self.state.read();
        for event in events {
            let mut sender = None;
            for identifier in event.identifiers.iter().take(if event.link_identifiers { usize::MAX } else { 1 }) {
                let (profile, unlogged) = register.assign(identifier)?;
                if unlogged && named.insert(profile) {
                    resolved.registered.push((profile, identifier.clone()));
                }
                let first = *sender.get_or_insert(profile);
                let source = source.unwrap_or(&event.source);
                if profile != first && !state.links.has(first, profile, source) && linked.insert((first, profile)) {
                    resolved.edges.push(IdentityEdge::Link {
                        a: ProfileId(first),
                        b: ProfileId(profile),
                        strength: Strength::Observed,
                        source: source.to_owned(),
                        reason: "identifiers of one event".to_owned(),
                        time_us: event.time_us,
                    });
                }
            }
            let profile = sender.ok_or(Error::NoIdentifier { position: resolved.rows.len() })?;
            resolved.rows.push(Row::new(event, profile));
        }
        Ok(resolved)
    }

    pub(crate) async fn append(&self, events: Vec<Event>) -> Result<Appended> {
        let count = events.len();
        let Resolved { rows, registered, edges } = self.resolve(events, None).await?;
        let order = if edges.is_empty() { None } else { Some(self.edges.lock().await) };
        let edges = self.new_edges(edges);
        let logged: Vec<i64> = registered.iter().map(|(profile, _)| *profile).collect();
        let mut records = vec![Record { registered, edges, rows: Vec::new() }];
        split_rows(rows, &mut records);
        let log = self.log_records(records).await?;
        drop(order);
        if !logged.is_empty() {
            self.register().await?.logged(logged);
        }
        if count > 0 {
            self.clock.appended();
        }
        Ok(Appended { events: count, log })
    }

    /// Those that nobody has added since they were collected; under the lock of edges.
    fn new_edges(&self, edges: Vec<IdentityEdge>) -> Vec<StoredEdge> {
        let state = self.state.read();
        let new = edges.iter().filter(|edge| match edge {
            IdentityEdge::Link { a, b, source, .. } => !state.links.has(a.0, b.0, source),
            IdentityEdge::Unlink { .. } => true,
        });
        new.map(StoredEdge::from).collect()
    }

    /// Logs links that are new, durably.
    pub(crate) async fn log_edges(&self, edges: Vec<IdentityEdge>) -> Result<()> {
        if edges.is_empty() {
            return Ok(());
        }
        let _order = self.edges.lock().await;
        let edges = self.new_edges(edges);
        let records = edges.chunks(RECORD_EDGES).map(|edges| Record { edges: edges.to_vec(), ..Record::default() });
        self.log_records(records.collect()).await.map(drop)
    }

    /// Logs edges whether or not the like stand already, durably. Those of one group are there all or none, whatever
    /// happens.
    pub(crate) async fn log_edge_groups(&self, groups: Vec<Vec<IdentityEdge>>) -> Result<()> {
        let mut records = vec![Record::default()];
        for group in &groups {
            if records.last().is_some_and(|last| last.edges.len() + group.len() > RECORD_EDGES) {
                records.push(Record::default());
            }
            if let Some(last) = records.last_mut() {
                last.edges.extend(group.iter().map(StoredEdge::from));
            }
        }
        records.retain(|record| !record.edges.is_empty());
        if records.is_empty() {
            return Ok(());
        }
        let _order = self.edges.lock().await;
        self.log_records(records).await.map(drop)
    }

    /// Appends records to the log and applies them. Records with edges only under the lock of edges.
    async fn log_records(&self, records: Vec<Record>) -> Result<Range<u64>> {
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
