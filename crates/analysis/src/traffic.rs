//! What traffic rules do to history, before they are saved.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use model::traffic::{Classifier, RuleSet};
use operators::traffic::{Counted, Effect};
use operators::{Control, Engine};

use crate::answer::{TrafficCount, TrafficGroupEffect, TrafficMove, TrafficPreview, TrafficUnclassified};
use crate::error::{Error, Result};
use crate::question::Present;
use crate::words;

/// Moves that are listed.
const MOVES_MAX: usize = 50;

/// Combinations without a group that are listed: more than anybody makes rules for at one sitting.
const UNCLASSIFIED_LISTED_MAX: usize = 200;

pub(crate) async fn preview(
    engine: &Engine,
    present: &Present,
    draft: Option<&RuleSet>,
    control: &Control,
) -> Result<TrafficPreview> {
    let started = Instant::now();
    let before = present.snapshot.traffic();
    let after = match draft {
        None => Arc::clone(before),
        Some(rules) => Arc::new(Classifier::new(rules).map_err(|faults| {
            let first = faults.first().map(|fault| (fault.path.clone(), fault.message.clone()));
            let (path, message) = first.unwrap_or_default();
            Error::invalid(format!("rules.{path}"), message)
        })?),
    };
    let as_of_us = operators::ground::as_of_us(&present.snapshot, None, present.now_us);
    let effect = operators::traffic::effect(engine, &present.snapshot, &after, as_of_us, control).await?;
    let (moves, moved) = moves(&effect, before, &after);
    let (unclassified, combinations) = unclassified(&effect);
    let truncated = moves.len() > MOVES_MAX || unclassified.len() > UNCLASSIFIED_LISTED_MAX || effect.unclassified_cut;
    Ok(TrafficPreview {
        all: count(effect.all),
        groups: groups(&effect, before, &after),
        moved,
        moves: moves.into_iter().take(MOVES_MAX).collect(),
        unclassified: unclassified.into_iter().take(UNCLASSIFIED_LISTED_MAX).collect(),
        unclassified_combinations: combinations,
        definition: words::traffic(),
        population: words::traffic_population(),
        sql: vec![sql(as_of_us)],
        meta: present.read_meta(effect.rows_scanned, started.elapsed(), truncated),
    })
}

fn count(of: Counted) -> TrafficCount {
    TrafficCount { events: of.events, customers: of.customers }
}

fn groups(effect: &Effect, before: &Classifier, after: &Classifier) -> Vec<TrafficGroupEffect> {
    let named = |classifier: &Classifier, counts: &[Counted]| -> BTreeMap<String, TrafficCount> {
        classifier.groups().iter().cloned().zip(counts.iter().map(|of| count(*of))).collect()
    };
    let (had, has) = (named(before, &effect.before), named(after, &effect.after));
    let names: BTreeSet<&String> = had.keys().chain(has.keys()).collect();
    let of = |counts: &BTreeMap<String, TrafficCount>, name: &str| counts.get(name).copied().unwrap_or_default();
    let groups = names.into_iter().map(|name| TrafficGroupEffect {
        group: name.clone(),
        before: of(&had, name),
        after: of(&has, name),
    });
    let mut groups: Vec<_> = groups.filter(|group| group.before.events + group.after.events > 0).collect();
    groups.sort_by_key(|group| (Reverse(group.after.events), Reverse(group.before.events)));
    groups
}

/// Moves from one group to another of a different name, and the events of all of them.
fn moves(effect: &Effect, before: &Classifier, after: &Classifier) -> (Vec<TrafficMove>, u64) {
    let named = effect.moves.iter().map(|((from, to), of)| TrafficMove {
        from: before.groups()[*from as usize].clone(),
        to: after.groups()[*to as usize].clone(),
        count: count(*of),
    });
    let mut moves: Vec<TrafficMove> = named.filter(|of| of.from != of.to).collect();
    moves.sort_by(|a, b| b.count.events.cmp(&a.count.events).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
    let moved = moves.iter().map(|of| of.count.events).sum();
    (moves, moved)
}

fn unclassified(effect: &Effect) -> (Vec<TrafficUnclassified>, u64) {
    let mut list: Vec<TrafficUnclassified> = effect
        .unclassified
        .iter()
        .map(|(of, found)| TrafficUnclassified {
            source: of.source.clone(),
            medium: of.medium.clone(),
            referrer_host: of.referrer_host.clone(),
            campaign: of.campaign.clone(),
            events: found.events,
            first_us: found.first_us,
            last_us: found.last_us,
        })
        .collect();
    list.sort_by(|a, b| {
        let key = |of: &TrafficUnclassified| (of.source.clone(), of.medium.clone(), of.campaign.clone());
        b.events.cmp(&a.events).then_with(|| key(a).cmp(&key(b)))
    });
    let combinations = list.len() as u64;
    (list, combinations)
}

fn sql(as_of_us: i64) -> String {
    format!(
        "SELECT traffic_group, count(*) AS events, count(DISTINCT customer) AS customers FROM events \
         WHERE event NOT LIKE '$%' AND time <= to_timestamp_micros({as_of_us}) GROUP BY traffic_group ORDER BY 2 DESC"
    )
}
