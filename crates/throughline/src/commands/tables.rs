//! Answers as tables for people.

mod activity;
mod attribution;
mod funnel;
mod paths;
pub mod segments;
mod sessions;
mod transitions;

use analysis::answer::{
    ChangeOf, Comparison, CustomerList, CustomerSummary, DeviationKind, Group, GroupKind, JourneyMap, LabelCount, Meta,
    MoveTo, PainAnswer, People, PersonaNumbers, PersonasAnswer, TouchpointRole,
};
use control::VersionInfo;
use worker::import::{FileSummary, ImportSummary, Outcome};

pub use activity::{lifecycle, retention, stickiness, survival};
pub use attribution::attribution;
pub use funnel::{funnel, funnel_times, sequence};
pub use paths::paths;
pub use sessions::sessions;
pub use transitions::{step_matrix, transitions};

use crate::output::{count, decimal, duration, percent, points, signed, table, time};

/// Deviations from the planned way that a table shows.
const DEVIATIONS_SHOWN: usize = 12;

/// How a definition came to be what it is.
pub fn versions(versions: &[VersionInfo]) -> String {
    let row = |info: &VersionInfo| {
        [info.version.to_string(), time(info.saved_at_us), info.by.clone(), info.note.clone().unwrap_or_default()]
    };
    table(["version#", "saved (UTC)", "by", "note"], versions.iter().map(row))
}

/// `31,106 events of 31,106 rows, 0 rejected`. Events that were said before are not counted again.
pub fn import_line(summary: &ImportSummary) -> String {
    let totals = &summary.totals;
    let (events, rows) = (count(totals.events - totals.duplicates.min(totals.events)), count(totals.rows));
    let mut line = format!("{events} events of {rows} rows, {} rejected", count(totals.rejected_total()));
    if totals.duplicates > 0 {
        line.push_str(&format!(", {} said before", count(totals.duplicates)));
    }
    if summary.rows_now == 0 && summary.files.iter().all(|file| file.outcome == Outcome::Unchanged) {
        line.insert_str(0, "unchanged: ");
    }
    line
}

pub fn import(summary: &ImportSummary) -> String {
    let row = |file: &FileSummary| {
        let name = file.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let outcome = match file.outcome {
            Outcome::Imported => "imported".to_owned(),
            Outcome::Resumed => "resumed".to_owned(),
            Outcome::Replaced => format!("replaced {} rows", count(file.replaced_rows)),
            Outcome::Unchanged => "unchanged".to_owned(),
        };
        let counts = &file.counts;
        let numbers = [counts.rows, counts.events, counts.duplicates, counts.rejected_total(), counts.skipped];
        let [rows, events, duplicates, rejected, skipped] = numbers.map(count);
        [name, outcome, rows, events, duplicates, rejected, skipped]
    };
    let header = ["file", "", "rows#", "events#", "duplicates#", "rejected#", "skipped#"];
    let mut text = table(header, summary.files.iter().map(row));
    for (code, rows) in &summary.totals.rejected {
        text.push_str(&format!("\nrejected for {code}: {}", count(*rows)));
    }
    for file in &summary.files {
        if let Some(rejects) = &file.rejects_file {
            text.push_str(&format!("\nrejected rows: {}", rejects.display()));
        }
        file.notes.iter().for_each(|note| text.push_str(&format!("\nnote: {note}")));
    }
    for left_out in &summary.left_out {
        text.push_str(&format!("\nleft out: {}", left_out.display()));
    }
    let rate = count(summary.rows_per_second.round() as u64);
    text + &format!("\n{} in {:.1} s, {rate} rows/s", import_line(summary), summary.seconds)
}

pub fn journey_map(map: &JourneyMap, lang: &str) -> String {
    let totals = &map.totals;
    let head = format!(
        "{}, version {}\nstarted {}, goal {} ({} of those that ended), left {}, open {}; time to goal {} (median)\n",
        map.journey.definition.name.get(lang),
        map.journey.version,
        people(&totals.started),
        people(&totals.goal),
        percent(totals.conversion.share),
        people(&totals.left),
        people(&totals.open),
        duration(totals.time_to_goal.median_s),
    );
    let stages = map.stages.iter().map(|stage| {
        let met = |met: Option<bool>| met.map_or("", |met| if met { " ✓" } else { " ✗" });
        [
            stage.name.get(lang).to_owned(),
            count(stage.reach.reached.instances),
            percent(stage.reach.share.share),
            format!("{}{}", percent(stage.to_next.share), met(stage.conversion_met)),
            percent(stage.reach.to_goal.share),
            format!("{}{}", duration(stage.time.median_s), met(stage.time_met)),
            duration(stage.time.p90_s),
            count(stage.loops),
            count(stage.dropped_furthest.instances),
            count(stage.left_last.instances),
        ]
    });
    let header = [
        "stage",
        "reached#",
        "share#",
        "to next#",
        "to goal#",
        "median stay#",
        "p90 stay#",
        "loops#",
        "dropped#",
        "left#",
    ];
    let touchpoints = map.touchpoints.iter().map(|touchpoint| {
        [
            stage_name(map, &touchpoint.stage, lang),
            touchpoint.name.get(lang).to_owned(),
            count(touchpoint.reach.events),
            count(touchpoint.reach.reached.instances),
            count(touchpoint.reach.repeats),
            percent(touchpoint.reach.to_goal.share),
        ]
    });
    let moves = map.moves.iter().map(|step| {
        let to = match &step.to {
            MoveTo::Stage(stage) => stage_name(map, stage, lang),
            MoveTo::Goal => "(goal)".to_owned(),
            MoveTo::Leave => "(left)".to_owned(),
            MoveTo::Open => "(open)".to_owned(),
        };
        [stage_name(map, &step.from, lang), to, count(step.count), count(step.people.customers)]
    });
    [
        head,
        table(header, stages),
        table(["stage", "touchpoint", "events#", "reached#", "repeats#", "to goal#"], touchpoints),
        table(["from", "to", "moves#", "customers#"], moves),
        planned(map, lang),
        key_touchpoints(map, lang),
        meta(&map.meta),
    ]
    .join("\n")
}

fn planned(map: &JourneyMap, lang: &str) -> String {
    let planned = &map.planned;
    let head = format!(
        "on the planned way {} ({}), of those that ended {} to goal; off it {}, {} to goal",
        people(&planned.on_way),
        percent(planned.on_way_share.share),
        percent(planned.on_way_to_goal.share),
        people(&planned.off_way),
        percent(planned.off_way_to_goal.share),
    );
    if planned.deviations.is_empty() {
        return head;
    }
    let rows = planned.deviations.iter().take(DEVIATIONS_SHOWN).map(|deviation| {
        let kind = match deviation.kind {
            DeviationKind::Start => "starts elsewhere",
            DeviationKind::Skip => "skips",
            DeviationKind::Back => "goes back",
            DeviationKind::Outside => "outside the plan",
        };
        [
            kind.to_owned(),
            deviation.from.as_ref().map_or(String::new(), |from| stage_name(map, from, lang)),
            stage_name(map, &deviation.to, lang),
            count(deviation.people.instances),
            percent(deviation.share.share),
            percent(deviation.to_goal.share),
        ]
    });
    let more = match planned.deviations.len().saturating_sub(DEVIATIONS_SHOWN) {
        0 => String::new(),
        more => format!("\nand {more} rarer ones; --json has them all"),
    };
    format!("{head}\n{}{more}", table(["deviation", "from", "to", "instances#", "share#", "to goal#"], rows))
}

fn key_touchpoints(map: &JourneyMap, lang: &str) -> String {
    let rows = map.key_touchpoints.iter().map(|key| {
        let role = match key.role {
            TouchpointRole::Mend => "mend",
            TouchpointRole::Keep => "keep",
            TouchpointRole::Watch => "watch",
            TouchpointRole::Minor => "minor",
        };
        let importance = key.importance.map_or("–".to_owned(), |importance| {
            format!("{} ({} to {})", points(importance.value), points(importance.low), points(importance.high))
        });
        [
            role.to_owned(),
            stage_name(map, &key.stage, lang),
            key.name.get(lang).to_owned(),
            importance,
            percent(key.performance.share),
            percent(key.standard.map(|standard| standard.value)),
        ]
    });
    table(["role", "stage", "touchpoint", "goal with it, points#", "goes on#", "standard#"], rows)
}

pub fn personas(answer: &PersonasAnswer, lang: &str) -> String {
    let row = |name: String, numbers: Option<&PersonaNumbers>| {
        let shown = |of: &dyn Fn(&PersonaNumbers) -> String| numbers.map_or("–".to_owned(), of);
        [
            name,
            shown(&|numbers| count(numbers.started.customers)),
            shown(&|numbers| percent(numbers.share.share)),
            shown(&|numbers| count(numbers.started.instances)),
            shown(&|numbers| percent(numbers.conversion.share)),
            shown(&|numbers| duration(numbers.time_to_goal.median_s)),
        ]
    };
    let everyone = std::iter::once(row("(everyone)".to_owned(), Some(&answer.everyone)));
    let personas =
        answer.personas.iter().map(|persona| row(persona.name.get(lang).to_owned(), persona.numbers.as_ref()));
    let header = ["persona", "customers#", "share#", "instances#", "conversion#", "median time to goal#"];
    format!("{}\n{}", table(header, everyone.chain(personas)), meta(&answer.meta))
}

fn stage_name(map: &JourneyMap, id: &str, lang: &str) -> String {
    map.stages
        .iter()
        .find(|stage| stage.stage == id)
        .map_or_else(|| id.to_owned(), |stage| stage.name.get(lang).to_owned())
}

pub fn pains(answer: &PainAnswer, lang: &str) -> String {
    let mut text = format!("{} looks, {} pains", count(answer.looks), answer.pains.len());
    for pain in &answer.pains {
        let share = |rate: Option<f64>| percent(rate);
        text.push_str(&format!(
            "\n\n{}\n  {} at {}: {} of {} ({}), reference {}; {} to {}; q {:.1e}",
            pain.sentence.get(lang),
            pain.kind.id(),
            pain.stage,
            count(pain.observed.hits),
            count(pain.observed.exposed),
            share(pain.observed.rate),
            share(pain.reference.rate),
            time(pain.from_us),
            time(pain.to_us),
            pain.q_value,
        ));
        for cause in &pain.causes {
            let explains = percent(Some(cause.explains.value));
            text.push_str(&format!(
                "\n  likely cause: {} ({}), explains {explains}",
                cause.kind.id(),
                cause.signals.join(", ")
            ));
        }
        if pain.causes.is_empty() {
            let collect: Vec<&str> = pain.collect.iter().map(|kind| kind.id()).collect();
            let collect = if collect.is_empty() { "what customers say".to_owned() } else { collect.join(", ") };
            text.push_str(&format!("\n  cannot tell the cause; collect: {collect}"));
        }
        for effect in &pain.effects {
            text.push_str(&format!("\n  leads to: {}", effect.sentence.get(lang)));
        }
    }
    format!("{text}\n\n{}", meta(&answer.meta))
}

/// The numbers of everyone, those of each group under its name, and what they rest on.
fn apart<N>(all: &N, groups: &[Group<N>], on: &Meta, show: impl Fn(&N) -> String) -> String {
    let by = on.scope.by.as_ref();
    let dimension = by.map_or("", |by| &by.dimension);
    let banded = by.is_some_and(|by| by.bands.is_some());
    let groups = groups.iter().map(|group| {
        let name = match (group.group, &group.value) {
            (GroupKind::Value, Some(band)) if banded => format!("{dimension}: {band}"),
            (GroupKind::Value, Some(value)) => format!("{dimension} = {value}"),
            (GroupKind::None, _) => format!("no {dimension}"),
            (GroupKind::Value | GroupKind::Other, _) => format!("other {dimension}"),
        };
        format!("\n{name}\n{}\n", show(&group.numbers))
    });
    format!("{}\n{}{}", show(all), groups.collect::<String>(), meta(on))
}

/// What differs, number by number.
pub fn comparison(comparison: &Comparison) -> String {
    let shown = |of: ChangeOf, value: f64| match of {
        ChangeOf::Share => percent(Some(value)),
        ChangeOf::People => count(value as u64),
        ChangeOf::Duration => duration(Some(value)),
        ChangeOf::Money | ChangeOf::Number => decimal(value),
    };
    let rows = comparison.changes.iter().map(|change| {
        let (difference, interval) = match (change.of, change.low.zip(change.high)) {
            (ChangeOf::Share, Some((low, high))) => {
                (points(change.difference), format!("{} … {}", points(low), points(high)))
            }
            (ChangeOf::Share, None) => (points(change.difference), String::new()),
            (ChangeOf::People, _) => (format!("{:+}", change.difference as i64), String::new()),
            (ChangeOf::Duration, _) => (signed(change.difference, |seconds| duration(Some(seconds))), String::new()),
            (ChangeOf::Money | ChangeOf::Number, _) => (signed(change.difference, decimal), String::new()),
        };
        let (here, there) = (shown(change.of, change.here), shown(change.of, change.there));
        [change.path.join(" › "), here, there, difference, interval]
    });
    let cut = if comparison.truncated { "\nmore numbers with narrower questions" } else { "" };
    let header = ["number", "here#", "versus#", "difference#", "95 %#"];
    let (here, there) = (comparison.answer.meta(), comparison.versus.meta());
    format!("{}{cut}\nhere: {}\nversus: {}", table(header, rows), meta(here), meta(there))
}

pub fn customers(list: &CustomerList, lang: &str) -> String {
    let mut text = format!("{}: {} customers\n{}", list.title.get(lang), count(list.customers), summaries(&list.items));
    if let Some(next) = &list.next {
        text.push_str(&format!("\nmore with --after {next}"));
    }
    text
}

pub fn summaries(items: &[CustomerSummary]) -> String {
    let row = |customer: &CustomerSummary| {
        let identifiers: Vec<_> =
            customer.identifiers.iter().map(|id| format!("{}:{}", id.namespace, id.value)).collect();
        [
            customer.customer.clone(),
            identifiers.join(", "),
            count(customer.events),
            time(customer.first_us),
            time(customer.last_us),
        ]
    };
    table(["customer", "identifiers", "events#", "first (UTC)", "last (UTC)"], items.iter().map(row))
}

fn people(people: &People) -> String {
    format!("{} ({} customers)", count(people.instances), count(people.customers))
}

fn labels(labels: &[LabelCount]) -> String {
    labels.iter().map(|label| format!("{} {}", label.label, count(label.subjects))).collect::<Vec<_>>().join(", ")
}

fn meta(meta: &Meta) -> String {
    let cut = if meta.truncated { ", list cut off" } else { "" };
    let later = match meta.events_later {
        None | Some(0) => String::new(),
        Some(later) => format!(", {} later ones not counted", count(later)),
    };
    let read = meta.rows_scanned.map_or_else(String::new, |rows| format!("{} events ", count(rows)));
    format!("as of {} UTC, {read}read in {} ms{later}{cut}", time(meta.as_of_us), meta.elapsed_ms)
}
