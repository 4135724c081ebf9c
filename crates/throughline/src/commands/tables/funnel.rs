//! Funnels and sequences as tables.

use analysis::answer::{Bin, Durations, FunnelAnswer, FunnelNumbers, FunnelStep, NextEvent, SequenceAnswer};

use super::{apart, people};
use crate::output::{count, duration, percent, table};

/// Next events of one step that a table shows.
const NEXT_SHOWN: usize = 5;

pub fn funnel(answer: &FunnelAnswer) -> String {
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let row = |step: &FunnelStep| {
            [
                name(step),
                count(step.reached.instances),
                count(step.reached.customers),
                percent(step.from_previous.share),
                percent(step.from_first.share),
                count(step.dropped.instances),
                duration(step.time_from_previous.median_s),
            ]
        };
        let header = ["step", "reached#", "customers#", "of previous#", "of first#", "dropped#", "median time#"];
        let mut text = table(header, numbers.steps.iter().map(row));
        if let Some(removed) = &numbers.removed {
            text.push_str(&format!("\nleft out for an excluded event: {}", people(removed)));
        }
        if numbers.steps.iter().any(|step| step.next.is_some()) {
            text.push_str(&format!("\n{}", next(numbers)));
        }
        if numbers.trend.is_some() {
            text.push_str(&format!("\n{}", trend(numbers)));
        }
        text
    })
}

/// How long steps took, and the whole.
pub fn funnel_times(answer: &FunnelAnswer) -> String {
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let times = |of: &Durations| [duration(of.mean_s), duration(of.median_s), duration(of.p90_s)];
        let row = |step: &FunnelStep| {
            let [mean, median, p90] = times(&step.time_from_previous);
            let [first_mean, first_median, first_p90] = times(&step.time_from_first);
            [name(step), mean, median, p90, first_mean, first_median, first_p90]
        };
        let header = ["step", "from previous: mean#", "median#", "p90#", "from first: mean#", "median#", "p90#"];
        let steps = table(header, numbers.steps.iter().map(row));
        let bin = |bin: &Bin| {
            let (from, to) = (duration(Some(bin.from_s)), duration(Some(bin.to_s)));
            let share = bin.count as f64 / numbers.time_to_convert.durations.count as f64;
            [from, to, count(bin.count), percent(Some(share))]
        };
        let bins = table(["from#", "to#", "converted#", "share#"], numbers.time_to_convert.bins.iter().map(bin));
        format!("{steps}\n{bins}")
    })
}

fn name(step: &FunnelStep) -> String {
    if step.optional { format!("{} (optional)", step.name) } else { step.name.clone() }
}

/// What those who dropped off did next.
fn next(numbers: &FunnelNumbers) -> String {
    let mut rows: Vec<[String; 6]> = Vec::new();
    for step in &numbers.steps {
        let Some(next) = &step.next else { continue };
        let mut row = |when: &str, event: &str, channel: &str, of: [u64; 2]| {
            let share = of[0] as f64 / step.dropped.instances as f64;
            let [when, event, channel] = [when, event, channel].map(str::to_owned);
            rows.push([step.name.clone(), when, event, channel, count(of[0]), percent(Some(share))]);
        };
        if step.dropped.instances == 0 {
            continue;
        }
        for (when, events) in [("within the window", &next.within), ("later", &next.after)] {
            for NextEvent { label, channel, people } in events.iter().take(NEXT_SHOWN) {
                row(when, label, channel, [people.instances, people.customers]);
            }
            let rest: u64 = events.iter().skip(NEXT_SHOWN).map(|event| event.people.instances).sum();
            if rest > 0 {
                row(when, &format!("{} others", events.len() - NEXT_SHOWN), "", [rest, 0]);
            }
        }
        row("nothing more", "", "", [next.nothing.instances, next.nothing.customers]);
    }
    table(["dropped after", "then", "event", "channel", "times#", "of dropped#"], rows)
}

fn trend(numbers: &FunnelNumbers) -> String {
    let periods = numbers.trend.iter().flatten();
    let rows = periods.map(|period| {
        let reached = |people: Option<&analysis::answer::People>| count(people.map_or(0, |people| people.instances));
        let conversion = period.conversion;
        let interval = match (conversion.low, conversion.high) {
            (Some(low), Some(high)) => format!("{} to {}", percent(Some(low)), percent(Some(high))),
            _ => "–".to_owned(),
        };
        [
            period.period.clone(),
            reached(period.reached.first()),
            reached(period.reached.last()),
            percent(conversion.share),
            interval,
            count(period.open.instances),
            if period.complete { "" } else { "not complete" }.to_owned(),
        ]
    });
    table(["began", "entered#", "converted#", "share#", "95 % interval#", "open#", ""], rows)
}

pub fn sequence(answer: &SequenceAnswer) -> String {
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let share = &numbers.share;
        let interval = match (share.low, share.high) {
            (Some(low), Some(high)) => format!(" ({} to {})", percent(Some(low)), percent(Some(high))),
            _ => String::new(),
        };
        let mean = numbers.matches_mean.map_or("–".to_owned(), |mean| format!("{mean:.2}"));
        let length = &numbers.length;
        let lines = [
            format!("subjects: {}", people(&numbers.subjects)),
            format!("matched: {}, {}{interval}", people(&numbers.matched), percent(share.share)),
            format!("not matched: {}", people(&numbers.unmatched)),
            format!("matches: {}, per matched subject {mean}", count(numbers.matches)),
            format!("length: {} median, {} p90", duration(length.median_s), duration(length.p90_s)),
        ];
        lines.join("\n")
    })
}
