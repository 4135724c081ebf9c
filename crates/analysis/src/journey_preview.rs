//! What the rules of a definition take of the events there are: the same rules, tried the same way, as the map's.

use std::cmp::Reverse;
use std::time::Instant;

use model::journey::Journey;
use model::rule::Rule;
use model::scope::Scope;
use operators::Control;
use operators::ground::{as_of_us, taking_part};
use operators::matching::{Matching, Named, matching};
use operators::traffic::Counted;

use crate::analyst::Analyst;
use crate::answer::{JourneyMap, JourneyPreview, MatchCount, TakenBefore, TouchpointMatch, UnmatchedName};
use crate::error::{Error, Result};
use crate::question::{JourneyKey, JourneyMapQuestion, Present, ResolvedJourney};

/// Names without a touchpoint that are listed: more than anybody sorts into a map at one sitting.
const UNMATCHED_LISTED_MAX: usize = 500;

pub(crate) async fn preview(
    analyst: &Analyst,
    present: &Present,
    draft: &Journey,
    control: &Control,
) -> Result<JourneyPreview> {
    let started = Instant::now();
    if let Some((at, message)) = draft.scope.as_ref().and_then(|scope| scope.faults().into_iter().next()) {
        return Err(Error::invalid(format!("scope{at}"), message));
    }
    let mut scope = Scope::default();
    present.narrow(&mut scope);
    let filter = taking_part(draft.scope.as_ref(), scope.events.as_ref())?;
    // A condition that says nothing would match everything: a rule with a fault takes part as one that matches nothing.
    let sound = |rule: &Rule| if rule.faults().is_empty() { rule.clone() } else { Rule::default() };
    let rules: Vec<Rule> = draft.touchpoints().map(|(_, touchpoint)| sound(&touchpoint.rule)).collect();
    let as_of_us = as_of_us(&present.snapshot, None, present.now_us);
    let found = matching(&analyst.engine, &present.snapshot, &rules, filter.as_ref(), as_of_us, control).await?;
    let faults = draft.faults();
    let of_cases = match &draft.case {
        Some(_) if faults.is_empty() => Some(map(analyst, present, draft, control).await?),
        _ => None,
    };
    let (unmatched, unmatched_names) = unmatched(&found.names);
    let truncated = unmatched_names > unmatched.len() as u64;
    Ok(JourneyPreview {
        all: count(found.all),
        matched: count(found.taken),
        touchpoints: touchpoints(draft, &found, of_cases.as_ref()),
        unmatched,
        unmatched_names,
        faults,
        meta: present.read_meta(found.rows_scanned, started.elapsed(), truncated),
    })
}

async fn map(analyst: &Analyst, present: &Present, draft: &Journey, control: &Control) -> Result<JourneyMap> {
    let key = JourneyKey { id: draft.id.clone(), version: None };
    let question = JourneyMapQuestion { journey: key, persona: None, scope: Scope::default() };
    let journey = ResolvedJourney { version: 0, definition: draft.clone() };
    analyst.journey_map(present, &question, &journey, control).await
}

fn count(of: Counted) -> MatchCount {
    MatchCount { events: of.events, customers: of.customers }
}

fn touchpoints(draft: &Journey, found: &Matching, of_cases: Option<&JourneyMap>) -> Vec<TouchpointMatch> {
    let ids: Vec<&String> = draft.touchpoints().map(|(_, touchpoint)| &touchpoint.id).collect();
    let mut taken: Vec<Vec<(u32, u64)>> = vec![Vec::new(); ids.len()];
    for ((first, later), events) in &found.overlaps {
        taken[*later as usize].push((*first, *events));
    }
    let of_touchpoint = |(at, (stage, _)): (usize, (usize, _))| {
        let mut taken = std::mem::take(&mut taken[at]);
        taken.sort_unstable();
        let taken = taken.into_iter();
        let reach = of_cases.and_then(|map| map.touchpoints.get(at)).map(|metrics| &metrics.reach);
        TouchpointMatch {
            stage: draft.stages[stage].id.clone(),
            touchpoint: ids[at].clone(),
            matched: count(found.rules[at]),
            taken: taken.map(|(by, events)| TakenBefore { touchpoint: ids[by as usize].clone(), events }).collect(),
            in_cases: reach.map(|reach| MatchCount { events: reach.events, customers: reach.reached.customers }),
        }
    };
    draft.touchpoints().enumerate().map(of_touchpoint).collect()
}

/// Names with events that no rule takes, as listed, and how many there are.
fn unmatched(names: &[Named]) -> (Vec<UnmatchedName>, u64) {
    let mut left: Vec<&Named> = names.iter().filter(|named| named.left.events > 0).collect();
    left.sort_by_key(|named| (Reverse(named.left.events), &named.name));
    let listed = left.iter().take(UNMATCHED_LISTED_MAX).map(|named| UnmatchedName {
        event: named.name.clone(),
        left: count(named.left),
        events: named.events,
    });
    (listed.collect(), left.len() as u64)
}
