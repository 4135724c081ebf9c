//! Sessions: an event begins one if no event lies at most `timeout_us` before it in the order of events.

use std::ops::Range;

/// The index ranges of the sessions of events at `time_us` (in order).
pub fn split(time_us: &[i64], timeout_us: i64) -> Vec<Range<usize>> {
    let begins = |i: usize| i == 0 || time_us[i] - time_us[i - 1] > timeout_us;
    let starts: Vec<usize> = (0..time_us.len()).filter(|i| begins(*i)).collect();
    let end_of = |start: usize| (start + 1..time_us.len()).find(|i| begins(*i)).unwrap_or(time_us.len());
    starts.into_iter().map(|start| start..end_of(start)).collect()
}

/// Whether a subject whose last event is at `last_us` may still go on at `as_of_us`.
pub fn is_open(last_us: i64, timeout_us: i64, as_of_us: i64) -> bool {
    as_of_us - last_us <= timeout_us
}

/// One event where sessions are cut by more than silence: 0 is no campaign, `day` its day on the calendar that counts.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    pub time_us: i64,
    pub lane: usize,
    pub campaign: u32,
    pub day: i64,
}

/// What ends the sessions of a lane; without a timeout every event is a session.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    pub timeout_us: Option<i64>,
    pub longest_us: Option<i64>,
}

/// The events of each session (positions among all), by first event, and whether one more event at `now` could belong
/// to it.
pub fn cut(events: &[Event], lanes: &[Lane], now: Event) -> Vec<(Vec<usize>, bool)> {
    let mut sessions = Vec::new();
    for (lane, rules) in lanes.iter().enumerate() {
        let mut own: Vec<Vec<usize>> = Vec::new();
        for (position, event) in events.iter().enumerate().filter(|(_, event)| event.lane == lane) {
            match own.last_mut() {
                Some(session) if belongs(events, session, *event, *rules) => session.push(position),
                _ => own.push(vec![position]),
            }
        }
        let newest = own.len().saturating_sub(1);
        for (n, session) in own.into_iter().enumerate() {
            let open = n == newest && belongs(events, &session, now, *rules);
            sessions.push((session, open));
        }
    }
    sessions.sort_by_key(|(session, _)| session[0]);
    sessions
}

fn belongs(events: &[Event], session: &[usize], event: Event, rules: Lane) -> bool {
    let (first, last) = (events[session[0]], events[session[session.len() - 1]]);
    let campaigns: Vec<u32> = session.iter().map(|at| events[*at].campaign).filter(|campaign| *campaign != 0).collect();
    let same_campaign = event.campaign == 0 || campaigns.is_empty() || campaigns[campaigns.len() - 1] == event.campaign;
    let quiet = rules.timeout_us.is_some_and(|timeout_us| event.time_us - last.time_us <= timeout_us);
    let short = rules.longest_us.is_none_or(|longest_us| event.time_us - first.time_us <= longest_us);
    quiet && short && same_campaign && event.day == first.day
}
