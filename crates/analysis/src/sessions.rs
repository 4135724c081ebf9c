//! Sessions: one fold's numbers, named.

use folds::quantile::Together;
use folds::sessions::{Config, LabelCounts, Part, Pick, State, Told};
use model::period::SECOND_US;
use operators::FoldSpec;

use crate::answer::{
    CustomersWithSessions, LabelCount, SessionLength, SessionsNumbers, SessionsOnChannel, SessionsOnDay, SessionsPart,
    SessionsPerCustomer,
};
use crate::error::Result;
use crate::groups::Within;
use crate::journey_map::durations;
use crate::label::Labels;
use crate::pick::{escape, unescape, unknown};
use crate::plan::Plan;
use crate::share::share;

/// Days an answer lists at most: more do not fit a chart, and each holds a distribution.
const DAYS_MAX: usize = 1_000;

/// Where lengths are parted, seconds. The classes web analytics has shown since Urchin, and the hour.
const LENGTHS_S: [u64; 8] = [0, 10, 30, 60, 180, 600, 1_800, 3_600];

/// What the codes of a state stand for.
pub(crate) struct Named<'a> {
    labels: Labels,
    channels: &'a [String],
    days: &'a [String],
}

impl<'a> Named<'a> {
    pub(crate) fn of(plan: &'a Plan) -> Named<'a> {
        // What is not counted apart has no names here, so that nobody asks who they are.
        let apart = if let FoldSpec::Sessions(config) = &plan.spec.scan.fold { config } else { &Config::default() };
        Named {
            labels: if apart.labels > 0 { plan.labels() } else { Labels { names: Vec::new() } },
            channels: if apart.channels > 0 { &plan.spec.scan.channels } else { &[] },
            days: &plan.spec.output.periods,
        }
    }
}

/// Names the numbers of a state. And whether days were left out.
pub(crate) fn numbers(named: &Named<'_>, state: &State, within: &Within) -> (SessionsNumbers, bool) {
    let Named { labels, channels, days } = named;
    let sessions = state.sessions.subjects.count;
    let entry = |label: &str| within.pick(format_args!("entry/{label}"));
    let exit = |label: &str| within.pick(format_args!("exit/{label}"));
    let times = state.times();
    let events = state.lengths().quantiles(&[0.5, 0.9]);
    let numbers = SessionsNumbers {
        sessions: within.people(state.sessions, "sessions"),
        open: within.people(state.open, "open"),
        events: state.events,
        bounces: within.people(state.bounces, "bounces"),
        bounce: share(state.bounces.subjects.count, sessions),
        events_mean: (sessions > 0).then(|| state.events as f64 / sessions as f64),
        events_median: events.as_ref().map(|events| events[0]),
        events_p90: events.as_ref().map(|events| events[1]),
        duration: durations(times.all()),
        lengths: lengths(&times.all(), within),
        per_customer: per_customer(state),
        entries: by_label(labels, state, &entry, |counts| counts.entries),
        exits: by_label(labels, state, &exit, |counts| counts.exits),
        channels: by_channel(channels, state, &times, within),
        days: by_day(days, state, &times, within),
    };
    (numbers, state.days().count() > DAYS_MAX)
}

fn lengths(durations_us: &Together<'_>, within: &Within) -> Vec<SessionLength> {
    let subjects = durations_us.classes(&LENGTHS_S.map(|from_s| from_s as i64 * SECOND_US));
    let ends = LENGTHS_S[1..].iter().copied().map(Some).chain(std::iter::once(None));
    LENGTHS_S
        .iter()
        .zip(ends)
        .zip(subjects)
        .map(|((from_s, to_s), subjects)| {
            let to = to_s.map_or(String::new(), |to| to.to_string());
            SessionLength { from_s: *from_s, to_s, subjects, pick: within.pick(format_args!("length/{from_s}/{to}")) }
        })
        .collect()
}

fn per_customer(state: &State) -> SessionsPerCustomer {
    let counts = state.per_customer();
    let customers: u64 = counts.iter().map(|(_, customers)| customers).sum();
    // By linear interpolation between the two nearest ranks, as all quantiles here.
    let at = |rank: u64| {
        let mut before = 0;
        let reached = counts.iter().find(|(_, customers)| {
            before += customers;
            before > rank
        });
        reached.map_or(0.0, |(sessions, _)| *sessions as f64)
    };
    let quantile = |share: f64| {
        let position = customers.checked_sub(1)? as f64 * share;
        let (low, high) = (at(position as u64), at((position as u64 + 1).min(customers - 1)));
        Some(low + (high - low) * position.fract())
    };
    SessionsPerCustomer {
        mean: (customers > 0).then(|| state.sessions.subjects.count as f64 / customers as f64),
        median: quantile(0.5),
        p90: quantile(0.9),
        counts: counts
            .iter()
            .map(|(sessions, customers)| CustomersWithSessions { sessions: *sessions, customers: *customers })
            .collect(),
    }
}

fn by_channel(names: &[String], state: &State, times: &Told<'_>, within: &Within) -> Vec<SessionsOnChannel> {
    let told = (0..).zip(names.iter().zip(&state.channels)).filter(|(_, (_, part))| part.sessions.subjects.count > 0);
    let mut channels: Vec<SessionsOnChannel> = told
        .map(|(code, (name, found))| SessionsOnChannel {
            channel: name.clone(),
            part: part(found, times.on(code), state, within, &format!("channel/{}", escape(name))),
        })
        .collect();
    let size = |on: &SessionsOnChannel| on.part.sessions.instances;
    channels.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| a.channel.cmp(&b.channel)));
    channels
}

fn by_day(names: &[String], state: &State, times: &Told<'_>, within: &Within) -> Vec<SessionsOnDay> {
    let skipped = state.days().count().saturating_sub(DAYS_MAX);
    let told = state.days().filter_map(|(day, found)| Some((day, names.get(day as usize)?, found)));
    told.skip(skipped)
        .map(|(at, day, found)| SessionsOnDay {
            part: part(found, times.of_day(at), state, within, &format!("day/{day}")),
            day: day.clone(),
        })
        .collect()
}

fn part(part: &Part, durations_us: Together<'_>, state: &State, within: &Within, pick: &str) -> SessionsPart {
    let sessions = part.sessions.subjects.count;
    SessionsPart {
        sessions: within.people(part.sessions, pick),
        share: share(sessions, state.sessions.subjects.count),
        bounce: share(part.bounces.subjects.count, sessions),
        events: part.events,
        events_mean: (sessions > 0).then(|| part.events as f64 / sessions as f64),
        duration: durations(durations_us),
    }
}

fn by_label(
    labels: &Labels,
    state: &State,
    pick: &dyn Fn(&str) -> String,
    count: impl Fn(&LabelCounts) -> u64,
) -> Vec<LabelCount> {
    let counted = state.labels.iter().enumerate().map(|(label, counts)| (label as u32, count(counts)));
    let mut counts: Vec<LabelCount> = counted
        .filter(|(_, subjects)| *subjects > 0)
        .map(|(label, subjects)| {
            let label = labels.name(label);
            LabelCount { pick: pick(&escape(&label)), label, subjects }
        })
        .collect();
    counts.sort_by(|a, b| b.subjects.cmp(&a.subjects).then_with(|| a.label.cmp(&b.label)));
    counts
}

/// Reads `sessions`, `bounces`, `open`, `entry/home`, `exit/home`, `channel/web`, `day/2024-03-31` and, in seconds,
/// `length/60/180` and `length/3600/`.
pub(crate) fn pick(text: &str, named: &Named<'_>) -> Result<Pick> {
    let Named { labels, channels, days } = named;
    let second = |text: &str| text.parse::<i64>().ok()?.checked_mul(SECOND_US);
    match text.split('/').collect::<Vec<_>>().as_slice() {
        ["sessions"] => Ok(Pick::All),
        ["bounces"] => Ok(Pick::Bounced),
        ["open"] => Ok(Pick::Open),
        ["entry", label] => Ok(Pick::Entered(labels.label(&unescape(label)?)?)),
        ["exit", label] => Ok(Pick::Exited(labels.label(&unescape(label)?)?)),
        ["channel", name] => {
            let name = unescape(name)?;
            let code = channels.iter().position(|known| *known == name).ok_or_else(|| unknown(text))?;
            Ok(Pick::OnChannel(code as u32))
        }
        ["day", day] => {
            // Names are dates in order.
            let position = days.binary_search_by(|name| name.as_str().cmp(day)).map_err(|_| unknown(text))?;
            Ok(Pick::OnDay(position as u32))
        }
        ["length", from, to] => {
            let from_us = second(from).ok_or_else(|| unknown(text))?;
            let to_us = if to.is_empty() { Some(i64::MAX) } else { second(to) };
            Ok(Pick::Lasted { from_us, to_us: to_us.ok_or_else(|| unknown(text))? })
        }
        _ => Err(unknown(text)),
    }
}
