//! Sessions as tables.

use analysis::answer::{SessionsAnswer, SessionsNumbers, SessionsPart};

use super::{apart, labels, people};
use crate::output::{count, duration, percent, table};

/// Days that are printed; answers of more have them in JSON.
const DAYS_SHOWN: usize = 31;

pub fn sessions(answer: &SessionsAnswer) -> String {
    apart(&answer.numbers, &answer.groups, &answer.meta, shown)
}

fn shown(numbers: &SessionsNumbers) -> String {
    let mean = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.2}"));
    let whole = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.0}"));
    let customer = &numbers.per_customer;
    let mut lines = vec![
        format!("sessions: {}; open {}", people(&numbers.sessions), count(numbers.open.instances)),
        format!(
            "a customer: {} on average, median {}, p90 {}",
            mean(customer.mean),
            whole(customer.median),
            whole(customer.p90)
        ),
        format!(
            "events: {}; a session {} on average, median {}, p90 {}",
            count(numbers.events),
            mean(numbers.events_mean),
            whole(numbers.events_median),
            whole(numbers.events_p90)
        ),
        format!("with one event only: {} ({})", people(&numbers.bounces), percent(numbers.bounce.share)),
        format!(
            "length: {} on average, {} median, {} p90",
            duration(numbers.duration.mean_s),
            duration(numbers.duration.median_s),
            duration(numbers.duration.p90_s)
        ),
    ];
    if !numbers.entries.is_empty() {
        lines.push(format!("begin with: {}", labels(&numbers.entries)));
        lines.push(format!("end with: {}", labels(&numbers.exits)));
    }
    let total = numbers.sessions.instances.max(1) as f64;
    let lengths = numbers.lengths.iter().map(|length| {
        let to = length.to_s.map_or("and more".to_owned(), |to| format!("to {}", duration(Some(to as f64))));
        let name = format!("{} {to}", duration(Some(length.from_s as f64)));
        [name, count(length.subjects), percent(Some(length.subjects as f64 / total))]
    });
    lines.push(table(["length", "sessions#", "share#"], lengths));
    if !numbers.channels.is_empty() {
        lines.push(parts("channel", numbers.channels.iter().map(|on| (&on.channel, &on.part))));
    }
    if (1..=DAYS_SHOWN).contains(&numbers.days.len()) {
        lines.push(parts("day", numbers.days.iter().map(|on| (&on.day, &on.part))));
    }
    lines.join("\n")
}

fn parts<'a>(what: &str, parts: impl Iterator<Item = (&'a String, &'a SessionsPart)>) -> String {
    let rows = parts.map(|(name, part)| {
        [
            name.clone(),
            count(part.sessions.instances),
            percent(part.share.share),
            count(part.sessions.customers),
            percent(part.bounce.share),
            part.events_mean.map_or("–".to_owned(), |mean| format!("{mean:.2}")),
            duration(part.duration.median_s),
        ]
    });
    table([what, "sessions#", "share#", "customers#", "one event#", "events#", "median length#"], rows)
}
