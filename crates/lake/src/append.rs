//! Events through the log: senders get their profiles, what they say of identities is judged, and all of it is one
//! durable record.

use model::event::Event;
use model::identifier::Kind;
use model::identity::{Identifier, IdentityEdge, ProfileId, Strength};
use model::stitching::{Policy, Statement};
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::lake::Inner;
use crate::limits::{LOG_RECORD_BYTES, STATING_EVENTS_MAX};
use crate::log::FRAME_BYTES_MAX;
use crate::row::Entry;

/// Who sent events, and what the log must say of them.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// Of each event.
    pub profiles: Vec<i64>,
    pub registered: Vec<(i64, Identifier)>,
    /// Statements that add something to what is known, as links.
    pub statements: Vec<IdentityEdge>,
    /// Whether a link named one of `registered` before any event did: what was said of it is judged again.
    pub named_late: bool,
}

/// An append that states something of identities: it waits to be judged together with those that came meanwhile, so that
/// they share the log's next frame.
#[derive(Debug)]
pub(crate) struct Stating {
    statements: Vec<IdentityEdge>,
    registered: Vec<(i64, Identifier)>,
    entries: Vec<Entry>,
    events: usize,
    reply: oneshot::Sender<Result<()>>,
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
/// that one's, and the others are said to be one with it: a shared device that is withheld takes nothing else with it. A deed
/// comes last: strangers may send one number of an order, and what they did must stay theirs when it is withheld.
fn sender(identifiers: &[Identifier], policy: &Policy) -> usize {
    let priority = |at: &usize| {
        let rules = policy.rules(&identifiers[*at].namespace);
        (rules.kind != Kind::Deed, rules.priority)
    };
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
    pub(crate) async fn resolve(&self, events: &[Event], source: Option<&str>) -> Result<Resolved> {
        let mut register = self.register().await?;
        let mut resolved = Resolved { profiles: Vec::with_capacity(events.len()), ..Resolved::default() };
        let mut named = FxHashSet::default();
        let mut statements = Statements::default();
        let state = self.state.read();
        let policy = state.stitcher.policy();
        for (position, event) in events.iter().enumerate() {
            let links = event.link_identifiers && event.identifiers.len() > 1;
            let first = if links { sender(&event.identifiers, policy) } else { 0 };
            let mut assign = |at: usize| -> Result<i64> {
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
            resolved.profiles.push(profile);
        }
        resolved.statements = statements.list;
        Ok(resolved)
    }

    pub(crate) async fn append(&self, events: Vec<Event>) -> Result<()> {
        let count = events.len();
        let Resolved { profiles, registered, statements, named_late } = self.resolve(&events, None).await?;
        let logged: Vec<i64> = registered.iter().map(|(profile, _)| *profile).collect();
        if statements.is_empty() && !named_late {
            let entries = Entry::of_events(&events, &profiles, registered);
            drop(events);
            self.log_entries(entries).await?;
        } else {
            let entries = Entry::of_events(&events, &profiles, Vec::new());
            drop(events);
            self.state_together(statements, registered, entries, count).await?;
        }
        if !logged.is_empty() {
            self.register().await?.logged(logged);
        }
        if count > 0 {
            self.clock.appended();
        }
        Ok(())
    }

    /// Judges and logs an append that states something, with all others that wait to.
    async fn state_together(
        &self,
        statements: Vec<IdentityEdge>,
        registered: Vec<(i64, Identifier)>,
        entries: Vec<Entry>,
        events: usize,
    ) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.stating.lock().push(Stating { statements, registered, entries, events, reply });
        {
            let _order = self.edges.lock().await;
            let group = self.take_stating();
            if !group.is_empty() {
                self.log_group(group).await;
            }
        }
        // Whoever took it from the list has answered, unless that one was cut off by the end of the runtime.
        answer.await.unwrap_or_else(|_| Err(Error::LogStopped { reason: "an append was cut off".to_owned() }))
    }

    /// The first of those that wait, as many as are one group. Whoever is left has a turn of their own.
    fn take_stating(&self) -> Vec<Stating> {
        let mut waiting = self.stating.lock();
        let mut events = 0;
        let fits = |stating: &&Stating| {
            events += stating.events;
            events <= STATING_EVENTS_MAX
        };
        let count = waiting.iter().take_while(fits).count().max(1).min(waiting.len());
        waiting.drain(..count).collect()
    }

    /// Under the lock of edges.
    async fn log_group(&self, group: Vec<Stating>) {
        let (mut acts, mut all, mut rest, mut replies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut named = FxHashSet::default();
        for Stating { statements, registered, entries, reply, .. } in group {
            acts.extend(statements);
            all.extend(registered.into_iter().filter(|(profile, _)| named.insert(*profile)));
            rest.extend(entries);
            replies.push(reply);
        }
        let done = self.log_acts(acts, all, rest).await;
        for reply in replies {
            // Whoever waits runs to its end, unless the runtime ends.
            let _ = reply.send(done.clone());
        }
    }

    /// Appends records to the log and applies them. Records with edges only under the lock of edges.
    pub(crate) async fn log_entries(&self, entries: Vec<Entry>) -> Result<()> {
        let log = self.writer()?;
        let _in_flight = self.in_flight.read().await;
        let mut entries = entries.into_iter().peekable();
        while entries.peek().is_some() {
            let (mut frame, mut size) = (Vec::new(), 0);
            for entry in entries.by_ref() {
                size += entry.bytes.len();
                frame.push(entry);
                if size + 2 * LOG_RECORD_BYTES > FRAME_BYTES_MAX {
                    break;
                }
            }
            let seqs = log.append(frame.iter().map(|entry| entry.bytes.clone()).collect()).await?;
            let mut state = self.state.write();
            for (seq, entry) in seqs.zip(frame) {
                state.apply(seq, entry, 0)?;
            }
        }
        Ok(())
    }
}
