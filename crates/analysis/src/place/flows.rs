//! Moves between zones.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use folds::floor::dwell;
use folds::floor::flows::Flows;
use lake::Snapshot;
use serde::Serialize;
use utoipa::ToSchema;

use super::behind::engages;
use super::day::Visit;
use super::ground::Ground;
use super::{PlaceMeta, PlaceQuestion, Reading, ResolvedSite, each_day, sql};
use crate::analyst::Analyst;
use crate::error::Result;
use crate::words::place as words;

/// Links of one list, the most frequent; the rest is told as a sum.
pub const PLACE_LINKS_MAX: usize = 10_000;

/// Moves between zones.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceFlows {
    pub meta: PlaceMeta,
    /// All visits.
    pub visits: u64,
    /// None is the outside.
    pub moves: PlaceLinks,
    /// First and last zone of visits.
    pub ends: PlaceLinks,
    /// Where visits stopped first; to none: nowhere.
    pub first_stops: PlaceLinks,
}

/// Links between zones: those shown, withheld and left out add up to `times`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlaceLinks {
    pub times: u64,
    /// Most frequent first; at most 10,000.
    pub links: Vec<PlaceMove>,
    /// Behind which too few visits stand.
    pub withheld: PlaceLinkSum,
    /// Beyond the limit of the list.
    pub left_out: PlaceLinkSum,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlaceLinkSum {
    pub links: u64,
    pub times: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlaceMove {
    pub from: Option<String>,
    pub to: Option<String>,
    pub times: u64,
    pub visits: u64,
}

impl Analyst {
    /// Moves from zone to zone, first and last zones, and first stops. Zones that hold others are left out.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`].
    pub async fn place_flows(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceQuestion,
        control: &lake::Control,
    ) -> Result<PlaceFlows> {
        let reading =
            Reading::new(&self.days, snapshot, site, &question.scope, control, words::flows())?.told_by(sql::flows);
        let (mut moves, mut ends, mut stops) = (Links::default(), Links::default(), Links::default());
        let mut visits = 0;
        let meta = each_day(reading, |ground, day| {
            visits += day.visits.len() as u64;
            let id = |zone: u32| ground.zones[zone as usize].id.clone();
            for visit in day.visits {
                let flows = flows_of(ground, visit);
                for ((from, to), times) in flows.moves {
                    moves.add((from.map(id), to.map(id)), times);
                }
                for ((from, to), times) in flows.ends {
                    ends.add((Some(id(from)), Some(id(to))), times);
                }
                for (to, times) in flows.first_stops {
                    stops.add((None, to.map(id)), times);
                }
            }
            Ok(())
        })
        .await?;
        let from = u64::from(meta.shown_from);
        let [moves, ends, first_stops] = [moves, ends, stops].map(|links| links.shown(from));
        Ok(PlaceFlows { meta, visits, moves, ends, first_stops })
    }
}

/// The flows of one visit. Zones that hold others are left out.
pub(super) fn flows_of(ground: &Ground<'_>, visit: &Visit) -> Flows {
    let holds = |zone: u32| {
        let id = &ground.zones[zone as usize].id;
        ground.floor_of[zone as usize].zones.iter().any(|other| other.parent.as_ref() == Some(id))
    };
    let zones: Vec<dwell::Visit> = visit.zones.iter().copied().filter(|one| !holds(one.zone)).collect();
    let mut flows = Flows::default();
    flows.add(&zones, |one| engages(ground, one));
    flows
}

/// From where to where; none is the outside.
type Ends = (Option<String>, Option<String>);

/// Links by their ends: how often, and of how many visits.
#[derive(Default)]
struct Links(BTreeMap<Ends, (u64, u64)>);

impl Links {
    /// Adds how often one visit went that way.
    fn add(&mut self, ends: Ends, times: u64) {
        let link = self.0.entry(ends).or_default();
        (link.0, link.1) = (link.0 + times, link.1 + 1);
    }

    /// The links of at least so many visits, and the sums of the rest.
    fn shown(self, from: u64) -> PlaceLinks {
        let mut shown = PlaceLinks::default();
        for ((from_zone, to), (times, visits)) in self.0 {
            shown.times += times;
            match visits < from {
                true => shown.withheld.add(times),
                false => shown.links.push(PlaceMove { from: from_zone, to, times, visits }),
            }
        }
        shown.links.sort_by_key(|one| Reverse(one.times));
        let beyond = shown.links.split_off(PLACE_LINKS_MAX.min(shown.links.len()));
        beyond.iter().for_each(|one| shown.left_out.add(one.times));
        shown
    }
}

impl PlaceLinkSum {
    fn add(&mut self, times: u64) {
        self.links += 1;
        self.times += times;
    }
}
