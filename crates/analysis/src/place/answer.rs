//! Answers about a floor.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use folds::floor::dwell::{self, Dwell};
use folds::floor::erlang::Demand;
use folds::floor::flows::Flows;
use folds::floor::heat::{Grid, Heat};
use folds::floor::lost;
use folds::floor::occupancy::Occupancy;
use folds::floor::queue::Waits;
use folds::quantile::Distribution;
use lake::Snapshot;
use model::place::ZoneKind;
use model::place::rules::Rules;
use model::place::shape::Point;
use model::text::LocalizedText;
use serde::Serialize;
use utoipa::ToSchema;

use super::day::{Visit, us};
use super::ground::Ground;
use super::{
    PlaceHeatQuestion, PlaceMeta, PlaceQuestion, PlaceScope, PlaceStaffingQuestion, Reading, ResolvedSite, each_day,
};
use crate::analyst::Analyst;
use crate::error::{Error, Result};
use crate::words::place as words;

const HALF_HOUR_US: i64 = 1_800_000_000;

/// Cells of one heat map, of all floors: at some 15 bytes each, a few MB.
pub const PLACE_CELLS_MAX: usize = 250_000;

/// Smallest side of a cell of heat: sensors are not surer of a place.
const CELL_M_MIN: f64 = 0.1;

/// Links of one list, the most frequent; the rest is told as a sum.
pub const PLACE_LINKS_MAX: usize = 10_000;

/// Visits by day, and how many were there.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceVisits {
    pub meta: PlaceMeta,
    pub visits: u64,
    pub units: u64,
    pub median_seconds: Option<f64>,
    /// Tracks of people who went past, and the share of all who came in: visits ÷ (visits + passers-by). None of a floor.
    pub passers_by: Option<u64>,
    pub capture: Option<f64>,
    /// What tills sold. None of a floor, and where the rules look at no receipts.
    pub sales: Option<PlaceSales>,
    /// Of visits with a stop, what was walked over the shortest way through the stops. None: too few stopped.
    pub detour: Option<PlaceDetour>,
    /// Oldest first.
    pub days: Vec<PlaceVisitsOfDay>,
    /// By half-hour of the day in which somebody was there.
    pub occupancy: Vec<PlaceOccupancy>,
}

/// Sales of a site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PlaceSales {
    pub receipts: u64,
    /// Of them those that are matched with a walk.
    pub matched: u64,
    /// None where there are too few receipts to show it, as what follows from it.
    pub amount: Option<f64>,
    /// Receipts ÷ shopping units.
    pub conversion: Option<f64>,
    /// Amount ÷ visits, conversion × amount ÷ receipts of units.
    pub amount_per_visit: Option<f64>,
    pub amount_per_receipt: Option<f64>,
}

/// How much further people walked than they needed: 1 is not at all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PlaceDetour {
    pub visits: u64,
    pub median: f64,
    pub p90: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceVisitsOfDay {
    pub day: chrono::NaiveDate,
    pub visits: u64,
    pub units: u64,
    pub most_at_once: u64,
}

/// A half-hour, over the days.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceOccupancy {
    /// Minutes after the day's first instant.
    pub minute: u32,
    /// How many entered, on all days.
    pub entered: u64,
    /// How many were there on average of the days.
    pub mean: f64,
    pub most: u64,
}

/// Zones: who came, who stopped, how long they stayed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceZones {
    pub meta: PlaceMeta,
    /// All visits: what reach is a share of.
    pub visits: u64,
    /// In the order of the plan.
    pub zones: Vec<PlaceZone>,
    /// Zones to which some came, but too few to show their numbers.
    pub withheld: Vec<PlaceZoneName>,
}

/// A zone by its name alone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceZoneName {
    pub zone: String,
    pub name: LocalizedText,
    pub floor: String,
    pub kind: ZoneKind,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceZone {
    pub zone: String,
    pub name: LocalizedText,
    pub floor: String,
    pub kind: ZoneKind,
    /// Visits of the site that came here, and their share of all.
    pub visits: u64,
    pub reach: Option<f64>,
    /// Times it was entered.
    pub entries: u64,
    /// Visits of the site that stopped here.
    pub stopped: u64,
    /// Visits of the site that stayed for as long as engages. None: nothing engages here.
    pub engaged: Option<u64>,
    /// Time within it to the millisecond, glances included.
    pub exact_seconds: f64,
    /// That of zone visits long enough to be one, as their events say it.
    pub dwell_seconds: f64,
    /// None too where too few engaged to show it.
    pub engaged_seconds: Option<f64>,
    pub median_seconds: Option<f64>,
    /// Visits of the site that came here and of whose unit a receipt is. None: the rules look at no receipts.
    pub bought: Option<u64>,
    /// Visits of the site whose first, and whose last zone it was.
    pub first: u64,
    pub last: u64,
}

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

/// Where people were, by cells.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceHeat {
    pub meta: PlaceMeta,
    pub floors: Vec<PlaceHeatFloor>,
}

/// A grid, and of its cells those that are shown, as columns of equal length.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceHeatFloor {
    pub floor: String,
    /// The lower left corner of the grid, metres.
    #[schema(value_type = Vec<f64>)]
    pub origin: Point,
    pub cell_m: f64,
    pub columns: usize,
    pub rows: usize,
    /// All time on it; that of shown cells, of withheld ones, and of places beside the grid add up to it.
    pub seconds: f64,
    pub beside_seconds: f64,
    pub withheld: PlaceCellSum,
    /// Number of each cell shown: its row, counted upwards, times `columns`, plus its column. Ascending.
    pub cells: Vec<u32>,
    /// By cell, the time spent in it.
    pub cell_seconds: Vec<f64>,
    /// By cell, the visits that came there.
    pub cell_visits: Vec<u32>,
}

/// Cells in which too few were to show them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct PlaceCellSum {
    pub cells: u64,
    pub seconds: f64,
}

impl PlaceHeatFloor {
    /// The lower left corner of a cell, metres.
    pub fn corner(&self, cell: u32) -> Point {
        let (row, column) = (cell as usize / self.columns, cell as usize % self.columns);
        [self.origin[0] + column as f64 * self.cell_m, self.origin[1] + row as f64 * self.cell_m]
    }
}

/// Queues.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceQueues {
    pub meta: PlaceMeta,
    pub queues: Vec<PlaceQueue>,
    /// Queues some joined, but too few to show their numbers, by the zones of their tails.
    pub withheld: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceQueue {
    /// The zone of its tail.
    pub queue: String,
    pub heads: Vec<String>,
    pub joined: u64,
    pub served: u64,
    pub abandoned: u64,
    /// Lost from sight while they waited.
    pub unknown: u64,
    /// Of those who served or gave up.
    pub abandonment: Option<f64>,
    /// Of who was served; none where those are too few to show it.
    pub mean_wait_seconds: Option<f64>,
    pub median_wait_seconds: Option<f64>,
    pub p90_wait_seconds: Option<f64>,
    pub mean_service_seconds: Option<f64>,
    /// How many waited at once, on average of whole days and at most.
    pub mean_length: f64,
    pub most: u64,
    /// Little's law on the same days: arrivals a second, times the mean wait of all. It is the mean length.
    pub arrivals_times_wait: f64,
}

/// Tills a promised wait takes, by half-hour.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceStaffing {
    pub meta: PlaceMeta,
    /// Wait that is promised, and to what share of those who come.
    pub promise_seconds: f64,
    pub promise_share: f64,
    pub queues: Vec<PlaceStaffingQueue>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceStaffingQueue {
    pub queue: String,
    pub mean_service_seconds: f64,
    /// Squared coefficient of variation of service times.
    pub service_variation: f64,
    /// Half-hours in which somebody came.
    pub half_hours: Vec<PlaceStaffingTime>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceStaffingTime {
    /// Minutes after the day's first instant.
    pub minute: u32,
    pub arrivals_per_hour: f64,
    /// Tills busy on average, in Erlang.
    pub offered: f64,
    /// Fewest tills with one line that keep the promise. None: no number does.
    pub tills: Option<u32>,
    /// With so many.
    pub mean_wait_seconds: Option<f64>,
    pub utilisation: Option<f64>,
}

/// Zones by id, over plans.
#[derive(Default)]
struct ZoneSum {
    place: Option<(LocalizedText, String, ZoneKind)>,
    visits: u64,
    entries: u64,
    stopped: u64,
    engaged: Option<u64>,
    exact_us: i64,
    dwell_us: Distribution,
    engaged_us: i64,
    bought: u64,
    first: u64,
    last: u64,
}

impl Analyst {
    /// Visits by day and by half-hour.
    ///
    /// # Errors
    /// `Invalid` where too many days are asked about or no plan holds; `Cancelled` through `control`.
    pub async fn place_visits(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceQuestion,
        control: &lake::Control,
    ) -> Result<PlaceVisits> {
        let reading = Reading::new(snapshot, site, &question.scope, control, words::visits())?;
        let (mut all, mut lasted) = (Vec::new(), Distribution::default());
        let (mut receipts, mut amount, mut detours) = (0, 0.0, Vec::new());
        let of_site = question.scope.floor.is_none();
        let rules = &site.definition.rules;
        let mut half_hours: BTreeMap<u32, (u64, i64, u64)> = BTreeMap::new();
        let meta = each_day(reading, |ground, day| {
            for said in day.said.iter().filter(|said| said.is_receipt) {
                (receipts, amount) = (receipts + 1, amount + said.amount);
            }
            detours.extend(day.visits.iter().filter_map(|visit| detour(ground, visit, rules)));
            let mut there = Occupancy::default();
            for visit in day.visits {
                there.add(visit.enter_us, visit.leave_us);
                lasted.push(visit.leave_us - visit.enter_us);
                half_hours.entry(half_hour(visit.enter_us - day.begin_us)).or_default().0 += 1;
            }
            let edges: Vec<i64> = (0..=50).map(|edge| day.begin_us + edge * HALF_HOUR_US).collect();
            let levels = there.levels(&edges, u64::MAX);
            for (number, level) in (0u32..).zip(&levels).filter(|(_, level)| level.person_us > 0) {
                let sum = half_hours.entry(number * 30).or_default();
                sum.1 += level.person_us;
                sum.2 = sum.2.max(level.most);
            }
            let mut units: Vec<i64> = day.visits.iter().map(|visit| visit.unit).collect();
            units.sort_unstable();
            units.dedup();
            all.push(PlaceVisitsOfDay {
                day: day.of.day,
                visits: day.visits.len() as u64,
                units: units.len() as u64,
                most_at_once: levels.iter().map(|level| level.most).max().unwrap_or(0),
            });
            Ok(())
        })
        .await?;
        let read = all.len() as f64;
        let sum = |of: fn(&PlaceVisitsOfDay) -> u64| all.iter().map(of).sum();
        let occupancy = half_hours.into_iter().map(|(minute, (entered, person_us, most))| PlaceOccupancy {
            minute,
            entered,
            mean: person_us as f64 / HALF_HOUR_US as f64 / read,
            most,
        });
        let [visits, units] = [sum(|day| day.visits), sum(|day| day.units)].map(|number: u64| number as f64);
        let over = |number: f64, of: f64| (of > 0.0).then(|| number / of);
        let told = receipts >= u64::from(meta.shown_from);
        let sales = PlaceSales {
            receipts,
            matched: meta.report.receipts_matched,
            amount: told.then_some(amount),
            conversion: over(receipts as f64, units),
            amount_per_visit: over(amount, visits).filter(|_| told),
            amount_per_receipt: over(amount, receipts as f64).filter(|_| told),
        };
        let passers_by = meta.report.passers_by;
        Ok(PlaceVisits {
            passers_by: of_site.then_some(passers_by),
            capture: over(visits, visits + passers_by as f64).filter(|_| of_site),
            sales: (of_site && rules.receipts.is_some()).then_some(sales),
            detour: detour_of(detours, meta.shown_from),
            visits: sum(|day| day.visits),
            units: sum(|day| day.units),
            median_seconds: lasted.median().map(seconds_of),
            occupancy: occupancy.collect(),
            days: all,
            meta,
        })
    }

    /// The table of zones. A zone is counted under its id, over all plans of the days.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`].
    pub async fn place_zones(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceQuestion,
        control: &lake::Control,
    ) -> Result<PlaceZones> {
        let reading = Reading::new(snapshot, site, &question.scope, control, words::zones())?;
        let floor_asked = question.scope.floor.as_ref();
        let mut visits = 0;
        let (mut order, mut sums): (Vec<String>, BTreeMap<String, ZoneSum>) = Default::default();
        let meta = each_day(reading, |ground, day| {
            visits += day.visits.len() as u64;
            for (zone, floor) in ground.zones.iter().zip(&ground.floor_of) {
                if floor_asked.is_some_and(|asked| *asked != floor.id) {
                    continue;
                }
                let sum = sums.entry(zone.id.clone()).or_insert_with(|| {
                    order.push(zone.id.clone());
                    ZoneSum::default()
                });
                sum.place = Some((zone.name.clone(), floor.id.clone(), zone.kind));
            }
            let needed: Vec<i64> =
                ground.zones.iter().map(|zone| zone.engaged_seconds().map_or(i64::MAX, us)).collect();
            let mut dwell = Dwell::new(needed.clone());
            for visit in day.visits {
                dwell.add(&visit.zones);
            }
            for (number, found) in dwell.zones.into_iter().enumerate() {
                let Some(sum) = sums.get_mut(&ground.zones[number].id) else { continue };
                sum.visits += found.visitors;
                sum.entries += found.visits_us.count();
                sum.dwell_us.merge(found.visits_us);
                if needed[number] < i64::MAX {
                    *sum.engaged.get_or_insert(0) += found.engaged_visitors;
                    sum.engaged_us += found.engaged_us;
                }
            }
            let bought = day.visits.iter().filter(|visit| !visit.receipts.is_empty()).map(|visit| visit.unit);
            let bought: BTreeSet<i64> = bought.collect();
            for visit in day.visits {
                let mut at = |number: u32, add: &dyn Fn(&mut ZoneSum)| {
                    if let Some(sum) = sums.get_mut(&ground.zones[number as usize].id) {
                        add(sum);
                    }
                };
                visit.exact_us.iter().for_each(|(zone, us)| at(*zone, &|sum| sum.exact_us += us));
                let mut stopped: Vec<u32> = visit.stops.iter().filter_map(|stop| stop.zone).collect();
                stopped.sort_unstable();
                stopped.dedup();
                stopped.into_iter().for_each(|zone| at(zone, &|sum| sum.stopped += 1));
                if bought.contains(&visit.unit) {
                    let came: BTreeSet<u32> = visit.zones.iter().map(|one| one.zone).collect();
                    came.into_iter().for_each(|zone| at(zone, &|sum| sum.bought += 1));
                }
                if let (Some(first), Some(last)) = (visit.zones.first(), visit.zones.last()) {
                    at(first.zone, &|sum| sum.first += 1);
                    at(last.zone, &|sum| sum.last += 1);
                }
            }
            Ok(())
        })
        .await?;
        let shown_from = u64::from(meta.shown_from);
        let (mut zones, mut withheld) = (Vec::new(), Vec::new());
        for id in order {
            let Some((sum, (name, floor, kind))) =
                sums.remove(&id).and_then(|mut sum| sum.place.take().map(|place| (sum, place)))
            else {
                continue;
            };
            // Glances alone make no visit, but they are somebody's.
            if sum.visits < shown_from && (sum.visits > 0 || sum.exact_us > 0) {
                withheld.push(PlaceZoneName { zone: id, name, floor, kind });
                continue;
            }
            let engaged_us = sum.engaged.filter(|engaged| *engaged == 0 || *engaged >= shown_from);
            zones.push(PlaceZone {
                zone: id,
                name,
                floor,
                kind,
                visits: sum.visits,
                reach: (visits > 0).then(|| sum.visits as f64 / visits as f64),
                entries: sum.entries,
                stopped: sum.stopped,
                engaged: sum.engaged,
                exact_seconds: sum.exact_us as f64 / 1e6,
                dwell_seconds: sum.dwell_us.sum() as f64 / 1e6,
                engaged_seconds: engaged_us.map(|_| sum.engaged_us as f64 / 1e6),
                median_seconds: sum.dwell_us.median().map(seconds_of),
                bought: meta.rules.receipts.as_ref().map(|_| sum.bought),
                first: sum.first,
                last: sum.last,
            });
        }
        Ok(PlaceZones { meta, visits, zones, withheld })
    }

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
        let reading = Reading::new(snapshot, site, &question.scope, control, words::flows())?;
        let (mut moves, mut ends, mut stops) = (Links::default(), Links::default(), Links::default());
        let mut visits = 0;
        let meta = each_day(reading, |ground, day| {
            visits += day.visits.len() as u64;
            let holds = |zone: u32| {
                let id = &ground.zones[zone as usize].id;
                ground.floor_of[zone as usize].zones.iter().any(|other| other.parent.as_ref() == Some(id))
            };
            let engages = |one: &dwell::Visit| {
                let needed = ground.zones[one.zone as usize].engaged_seconds();
                needed.is_some_and(|needed| one.dwell_us >= us(needed))
            };
            let id = |zone: u32| ground.zones[zone as usize].id.clone();
            for visit in day.visits {
                let zones: Vec<dwell::Visit> = visit.zones.iter().copied().filter(|one| !holds(one.zone)).collect();
                let mut flows = Flows::default();
                flows.add(&zones, engages);
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

    /// Heat. Cells of fewer visits than the site's rules say are withheld, and their time is told as a sum.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`]; `Invalid` too where cells are too small.
    pub async fn place_heat(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceHeatQuestion,
        control: &lake::Control,
    ) -> Result<PlaceHeat> {
        let reading = Reading::new(snapshot, site, &question.scope, control, words::heat())?;
        let gap_us = us(site.definition.rules.cleaning.gap_seconds);
        let mut floors: BTreeMap<String, Heat> = BTreeMap::new();
        let grids = grids(site, question.cell_m)?;
        let meta = each_day(reading, |ground, day| {
            for visit in day.visits {
                for (level, walk) in &visit.walks {
                    let id = &ground.levels[*level].floor.id;
                    let Some(grid) = grids.get(id) else { continue };
                    let heat = floors.entry(id.clone()).or_insert_with(|| Heat::new(*grid));
                    heat.add(&[walk.track()], gap_us);
                }
            }
            Ok(())
        })
        .await?;
        let shown = |(floor, heat): (String, Heat)| heat_of(floor, &heat, meta.shown_from);
        let floors: Vec<PlaceHeatFloor> = floors.into_iter().map(shown).collect();
        let cells: usize = floors.iter().map(|floor| floor.cells.len()).sum();
        if cells > PLACE_CELLS_MAX {
            let why = format!("{cells} cells are not bare, at most {PLACE_CELLS_MAX} are told; take larger ones");
            return Err(Error::invalid("cell_m", why));
        }
        Ok(PlaceHeat { floors, meta })
    }

    /// Queues: who joined, waited, was served, gave up.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`].
    pub async fn place_queues(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceQuestion,
        control: &lake::Control,
    ) -> Result<PlaceQueues> {
        let reading = Reading::new(snapshot, site, &question.scope, control, words::queues())?;
        let (meta, lines) = lines(reading, &question.scope).await?;
        let shown_from = u64::from(meta.shown_from);
        let period_us = meta.days.len() as f64 * 86_400e6;
        let (mut queues, mut withheld) = (Vec::new(), Vec::new());
        for (queue, line) in lines {
            let Waits { served_us, abandoned_us, unknown_us, .. } = &line.waits;
            let waited_us = served_us.sum() + abandoned_us.sum() + unknown_us.sum();
            let joined = line.waits.count();
            if (1..shown_from).contains(&joined) {
                withheld.push(queue);
                continue;
            }
            let told = |us: Option<f64>| us.filter(|_| served_us.count() >= shown_from).map(seconds_of);
            let mean_wait_us = if joined > 0 { waited_us as f64 / joined as f64 } else { 0.0 };
            queues.push(PlaceQueue {
                queue,
                heads: line.heads,
                joined,
                served: served_us.count(),
                abandoned: abandoned_us.count(),
                unknown: unknown_us.count(),
                abandonment: line.waits.abandonment(),
                mean_wait_seconds: told(served_us.mean()),
                median_wait_seconds: told(served_us.median()),
                p90_wait_seconds: told(served_us.p90()),
                mean_service_seconds: told(line.service_us.mean()),
                mean_length: area_us(&line.waits.length) as f64 / period_us,
                most: line.waits.length.profile().iter().map(|(_, there)| *there).max().unwrap_or(0),
                arrivals_times_wait: joined as f64 / period_us * mean_wait_us,
            });
        }
        Ok(PlaceQueues { queues, withheld, meta })
    }

    /// Tills by half-hour for a promised wait: Erlang-C on measured arrivals and service.
    ///
    /// # Errors
    /// As of [`Analyst::place_visits`]; `Invalid` too if the promise is none.
    pub async fn place_staffing(
        &self,
        snapshot: &Snapshot,
        site: &ResolvedSite,
        question: &PlaceStaffingQuestion,
        control: &lake::Control,
    ) -> Result<PlaceStaffing> {
        let &PlaceStaffingQuestion { promise_seconds, promise_share, .. } = question;
        if !(promise_seconds >= 0.0 && promise_share > 0.0 && promise_share < 1.0 && promise_seconds.is_finite()) {
            return Err(Error::invalid("promise", "it is seconds from 0 on, and a share between 0 and 1"));
        }
        let reading = Reading::new(snapshot, site, &question.scope, control, words::staffing())?;
        let (meta, lines) = lines(reading, &question.scope).await?;
        let read = meta.days.len() as f64;
        let mut queues = Vec::new();
        for (queue, line) in lines {
            let told = line.service_us.count() >= u64::from(meta.shown_from);
            let Some(mean_us) = line.service_us.mean().filter(|mean| *mean > 0.0 && told) else { continue };
            let count = line.service_us.count() as f64;
            let squares: f64 =
                line.service_us.values().map(|(us, times)| times as f64 * (us as f64 - mean_us).powi(2)).sum();
            let service_variation = squares / count / (mean_us * mean_us);
            let half_hours = line.arrivals.into_iter().map(|(minute, arrivals)| {
                let demand = Demand {
                    arrivals_per_hour: 2.0 * arrivals as f64 / read,
                    service_seconds: mean_us / 1e6,
                    service_variation,
                    ..Demand::default()
                };
                let tills = demand.tills_for(promise_seconds, promise_share);
                let with = tills.and_then(|tills| demand.pooled(tills));
                PlaceStaffingTime {
                    minute,
                    arrivals_per_hour: demand.arrivals_per_hour,
                    offered: demand.offered(),
                    tills,
                    mean_wait_seconds: with.map(|with| with.mean_wait_seconds),
                    utilisation: with.map(|with| with.utilisation),
                }
            });
            queues.push(PlaceStaffingQueue {
                queue,
                mean_service_seconds: mean_us / 1e6,
                service_variation,
                half_hours: half_hours.collect(),
            });
        }
        Ok(PlaceStaffing { meta, promise_seconds, promise_share, queues })
    }
}

/// What a visit walked over what its stops needed. None: it stopped nowhere, or was on several floors.
pub(super) fn detour(ground: &Ground<'_>, visit: &Visit, rules: &Rules) -> Option<f64> {
    let mut walks = visit.walks.iter();
    let (Some((level, walk)), None) = (walks.next(), walks.next()) else { return None };
    let seeking = lost::Rules {
        radius_m: rules.stops.radius_m,
        gap_us: us(rules.cleaning.gap_seconds),
        ..lost::Rules::default()
    };
    lost::lost(walk.track(), &ground.levels[*level].ways, &seeking).detour()
}

fn detour_of(mut detours: Vec<f64>, shown_from: u32) -> Option<PlaceDetour> {
    if detours.is_empty() || detours.len() < shown_from as usize {
        return None;
    }
    detours.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| detours[((detours.len() - 1) as f64 * share).round() as usize];
    Some(PlaceDetour { visits: detours.len() as u64, median: at(0.5), p90: at(0.9) })
}

/// One queue, over days.
#[derive(Default)]
struct LineSum {
    heads: Vec<String>,
    waits: Waits,
    service_us: Distribution,
    /// By half-hour.
    arrivals: BTreeMap<u32, u64>,
}

async fn lines(reading: Reading<'_>, scope: &PlaceScope) -> Result<(PlaceMeta, BTreeMap<String, LineSum>)> {
    let mut sums: BTreeMap<String, LineSum> = BTreeMap::new();
    let meta = each_day(reading, |ground: &Ground<'_>, day| {
        let id = |zone: u32| ground.zones[zone as usize].id.clone();
        for line in &ground.queues {
            if scope.floor.as_ref().is_some_and(|floor| *floor != ground.levels[line.level].floor.id) {
                continue;
            }
            let sum = sums.entry(id(line.tail)).or_default();
            sum.heads = line.heads.iter().map(|head| id(*head)).collect();
        }
        for wait in day.visits.iter().flat_map(|visit| &visit.waits) {
            let Some(sum) = sums.get_mut(&id(ground.queues[wait.line].tail)) else { continue };
            sum.waits.add(&[wait.episode]);
            wait.service_us.into_iter().for_each(|us| sum.service_us.push(us));
            *sum.arrivals.entry(half_hour(wait.episode.join_us - day.begin_us)).or_default() += 1;
        }
        Ok(())
    })
    .await?;
    Ok((meta, sums))
}

/// The time all spent: the area below how many there were.
fn area_us(of: &Occupancy) -> i64 {
    of.profile().windows(2).map(|pair| pair[0].1 as i64 * (pair[1].0 - pair[0].0)).sum()
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

fn heat_of(floor: String, heat: &Heat, shown_from: u32) -> PlaceHeatFloor {
    let mut withheld = PlaceCellSum::default();
    let mut withheld_us = 0;
    for cell in heat.cells.iter().filter(|cell| (1..shown_from).contains(&cell.visitors)) {
        (withheld.cells, withheld_us) = (withheld.cells + 1, withheld_us + cell.us);
    }
    withheld.seconds = withheld_us as f64 / 1e6;
    let shown = heat.shown(shown_from);
    let told = || (0u32..).zip(&shown).filter_map(|(number, cell)| Some((number, cell.as_ref()?)));
    PlaceHeatFloor {
        floor,
        origin: heat.grid.corner(0),
        cell_m: heat.grid.cell_m(),
        columns: heat.grid.columns(),
        rows: heat.grid.rows(),
        seconds: heat.total_us() as f64 / 1e6,
        beside_seconds: heat.beside_us as f64 / 1e6,
        withheld,
        cells: told().map(|(number, _)| number).collect(),
        cell_seconds: told().map(|(_, cell)| cell.us as f64 / 1e6).collect(),
        cell_visits: told().map(|(_, cell)| cell.visitors).collect(),
    }
}

/// Of each floor one grid for all plans, around the largest outline.
fn grids(site: &ResolvedSite, cell_m: f64) -> Result<BTreeMap<String, Grid>> {
    if cell_m.is_nan() || cell_m < CELL_M_MIN {
        return Err(Error::invalid("cell_m", format!("{cell_m} m; a cell's side is {CELL_M_MIN} m or more")));
    }
    let mut bounds: BTreeMap<&str, model::place::shape::Bounds> = BTreeMap::new();
    for floor in site.definition.plans.iter().flat_map(|plan| &plan.floors) {
        let Some(around) = floor.outline.bounds() else { continue };
        bounds.entry(&floor.id).and_modify(|known| *known = known.around(around)).or_insert(around);
    }
    let grid = |(id, around): (&str, model::place::shape::Bounds)| {
        let cells = |metres: f64| (metres / cell_m).ceil().max(1.0) as usize;
        Ok((id.to_owned(), Grid::new(around.min, cell_m, cells(around.width_m()), cells(around.height_m()))?))
    };
    bounds.into_iter().map(grid).collect()
}

/// Minutes after the day's first instant at which the half-hour began.
fn half_hour(since_us: i64) -> u32 {
    (since_us.max(0) / HALF_HOUR_US) as u32 * 30
}

fn seconds_of(us: f64) -> f64 {
    us / 1e6
}
