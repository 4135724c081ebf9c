//! Which visits stand behind a figure: each is counted as the answer counts it that tells the figure.

use std::collections::BTreeSet;

use folds::floor::dwell;
use folds::floor::queue::End;

use super::day::{Visit, us};
use super::flows::flows_of;
use super::ground::Ground;
use super::visits::detour;
use super::{PlaceBehind, PlaceVisitListQuestion, PlaceWaitEnd, ResolvedSite};
use crate::error::{Error, Result};

/// The visits a list is asked for.
pub(super) struct Wanted<'a> {
    question: &'a PlaceVisitListQuestion,
    site: &'a ResolvedSite,
    /// Units with a receipt, of the day that is read.
    bought: BTreeSet<i64>,
}

impl<'a> Wanted<'a> {
    /// # Errors
    /// `Invalid` for a zone there is not, and for a detour that is none.
    pub(super) fn new(question: &'a PlaceVisitListQuestion, site: &'a ResolvedSite) -> Result<Wanted<'a>> {
        let floors = || site.definition.plans.iter().flat_map(|plan| &plan.floors);
        for zone in question.zone.iter().chain(question.behind.iter().flat_map(PlaceBehind::zones)) {
            if !floors().any(|floor| floor.zone(zone).is_some()) {
                return Err(Error::invalid("zone", format!("site `{}` has no zone `{zone}`", site.definition.id)));
            }
        }
        if question.detour_from.is_some_and(|least| !(least.is_finite() && least >= 0.0)) {
            return Err(Error::invalid("detour_from", "a number from 0: what is walked over the shortest way"));
        }
        Ok(Wanted { question, site, bought: BTreeSet::new() })
    }

    /// Looks at the receipts of a day: one is of a whole unit.
    pub(super) fn day(&mut self, visits: &[Visit]) {
        let paid = visits.iter().filter(|visit| !visit.receipts.is_empty());
        self.bought = paid.map(|visit| visit.unit).collect();
    }

    pub(super) fn has(&self, ground: &Ground<'_>, visit: &Visit) -> bool {
        let PlaceVisitListQuestion { zone, behind, bought, detour_from, .. } = self.question;
        let came = |id: &String| visit.zones.iter().any(|one| is(ground, one.zone, id));
        let far = |least: f64| detour(ground, visit, &self.site.definition.rules).is_some_and(|far| far >= least);
        zone.as_ref().is_none_or(came)
            && bought.is_none_or(|bought| bought == self.bought.contains(&visit.unit))
            && behind.as_ref().is_none_or(|behind| behind.has(ground, visit))
            && detour_from.is_none_or(far)
    }
}

impl PlaceBehind {
    fn zones(&self) -> Vec<&String> {
        match self {
            PlaceBehind::Stopped { zone }
            | PlaceBehind::Engaged { zone }
            | PlaceBehind::First { zone }
            | PlaceBehind::Last { zone }
            | PlaceBehind::Queue { queue: zone, .. } => vec![zone],
            PlaceBehind::Move { from, to } => from.iter().chain(to).collect(),
            PlaceBehind::Ends { from, to } => vec![from, to],
            PlaceBehind::FirstStop { to } => to.iter().collect(),
        }
    }

    fn has(&self, ground: &Ground<'_>, visit: &Visit) -> bool {
        let named = |number: Option<u32>, id: &Option<String>| match (number, id) {
            (Some(number), Some(id)) => is(ground, number, id),
            (number, id) => number.is_none() && id.is_none(),
        };
        match self {
            PlaceBehind::Stopped { zone } => {
                visit.stops.iter().any(|stop| stop.zone.is_some_and(|number| is(ground, number, zone)))
            }
            PlaceBehind::Engaged { zone } => {
                visit.zones.iter().any(|one| is(ground, one.zone, zone) && engages(ground, one))
            }
            PlaceBehind::First { zone } => visit.zones.first().is_some_and(|one| is(ground, one.zone, zone)),
            PlaceBehind::Last { zone } => visit.zones.last().is_some_and(|one| is(ground, one.zone, zone)),
            PlaceBehind::Move { from, to } => {
                let moves = flows_of(ground, visit).moves;
                moves.into_keys().any(|(one, other)| named(one, from) && named(other, to))
            }
            PlaceBehind::Ends { from, to } => {
                let ends = flows_of(ground, visit).ends;
                ends.into_keys().any(|(first, last)| is(ground, first, from) && is(ground, last, to))
            }
            PlaceBehind::FirstStop { to } => {
                flows_of(ground, visit).first_stops.into_keys().any(|first| named(first, to))
            }
            PlaceBehind::Queue { queue, ended } => visit.waits.iter().any(|wait| {
                let end = PlaceWaitEnd::from(wait.episode.end);
                is(ground, ground.queues[wait.line].tail, queue) && ended.is_none_or(|ended| ended == end)
            }),
        }
    }
}

impl From<End> for PlaceWaitEnd {
    fn from(end: End) -> PlaceWaitEnd {
        match end {
            End::Served => PlaceWaitEnd::Served,
            End::Abandoned => PlaceWaitEnd::Abandoned,
            End::Unknown => PlaceWaitEnd::Unknown,
        }
    }
}

/// Whether a stay is as long as engages there.
pub(super) fn engages(ground: &Ground<'_>, one: &dwell::Visit) -> bool {
    ground.zones[one.zone as usize].engaged_seconds().is_some_and(|needed| one.dwell_us >= us(needed))
}

fn is(ground: &Ground<'_>, zone: u32, id: &str) -> bool {
    ground.zones[zone as usize].id == id
}
