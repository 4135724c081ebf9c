//! A day's sightings → its visits: cleaned, stitched, without staff and passers-by, grouped; and what each rule did.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use folds::floor::clean::{self, Cleaned, Smooth, clean};
use folds::floor::noted::{self, Candidate, best, best_of_one};
use folds::floor::queue::{self, Episode};
use folds::floor::stay::{self, Stay, stays};
use folds::floor::visitors::{GroupRules, Known, StitchRules, Units, broken, groups, returned};
use folds::floor::{Track, dwell};
use lake::Sighting;
use model::identity::Identifier;
use model::place::ZoneKind;
use model::place::rules::{Matching, Rules};
use serde::Serialize;
use utoipa::ToSchema;

use super::ground::Ground;
use super::said::{Line, Said};
use crate::error::Result;

/// Somebody's visit.
#[derive(Debug)]
pub(crate) struct Visit {
    /// The salted id of its first track.
    pub(crate) key: i64,
    /// The key of the first visit of those who came together.
    pub(crate) unit: i64,
    /// From entering the area to leaving it for good.
    pub(crate) enter_us: i64,
    pub(crate) leave_us: i64,
    /// By level, what was walked there.
    pub(crate) walks: BTreeMap<usize, Walk>,
    /// By time of entering.
    pub(crate) zones: Vec<dwell::Visit>,
    /// By zone, the exact time within it, glances included.
    pub(crate) exact_us: BTreeMap<u32, i64>,
    pub(crate) stops: Vec<Stop>,
    pub(crate) waits: Vec<Wait>,
    /// Whose it is, where a member was scanned.
    pub(crate) member: Option<Member>,
    pub(crate) receipts: Vec<Bought>,
    /// Shortest tours are dear: told once, by [`super::visits::detour`].
    pub(crate) detour: OnceLock<Option<f64>>,
}

impl Visit {
    /// Memory it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let walked: usize = self.walks.values().map(Walk::bytes).sum();
        let stood = size_of_val(&*self.zones) + size_of_val(&*self.stops) + size_of_val(&*self.waits);
        let lines: usize = self.receipts.iter().map(|bought| size_of_val(&*bought.lines)).sum();
        size_of::<Visit>() + walked + stood + self.exact_us.len() * 24 + size_of_val(&*self.receipts) + lines
    }

    /// One that does nothing but be somewhere so often.
    #[cfg(test)]
    pub(crate) fn walked(positions: usize) -> Visit {
        let walk = Walk { time: vec![0; positions], x: vec![0.0; positions], y: vec![0.0; positions] };
        Visit {
            key: 0,
            unit: 0,
            enter_us: 0,
            leave_us: 0,
            walks: BTreeMap::from([(0, walk)]),
            zones: Vec::new(),
            exact_us: BTreeMap::new(),
            stops: Vec::new(),
            waits: Vec::new(),
            member: None,
            receipts: Vec::new(),
            detour: OnceLock::new(),
        }
    }
}

/// Who a visit was of.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) customer: i64,
    pub(crate) identifiers: Vec<Identifier>,
    pub(crate) probability: f64,
}

/// A receipt that is of a visit, or of somebody who came with it.
#[derive(Debug, Clone)]
pub(crate) struct Bought {
    pub(crate) amount: f64,
    pub(crate) probability: f64,
    pub(crate) lines: Arc<[Line]>,
}

/// Where one of the staff was on a floor.
#[derive(Debug)]
pub(crate) struct Crew {
    pub(crate) level: usize,
    pub(crate) walk: Walk,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Walk {
    time: Vec<i64>,
    x: Vec<f64>,
    y: Vec<f64>,
}

impl Walk {
    fn bytes(&self) -> usize {
        size_of::<Walk>() + self.time.len() * 24
    }

    pub(crate) fn track(&self) -> Track<'_> {
        Track { time: &self.time, x: &self.x, y: &self.y }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Stop {
    pub(crate) level: usize,
    /// The innermost zone it was in.
    pub(crate) zone: Option<u32>,
    pub(crate) stay: Stay,
}

#[derive(Debug, Clone)]
pub(crate) struct Wait {
    /// Place of its queue on the ground.
    pub(crate) line: usize,
    pub(crate) episode: Episode,
    /// Time in the head afterwards, of who was served.
    pub(crate) service_us: Option<i64>,
}

/// What the rules did to a day, or to several.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct PlaceReport {
    /// Positions read.
    pub sightings: u64,
    /// On no floor of the plan.
    pub elsewhere: u64,
    /// At no place, or not later than the one before.
    pub unusable: u64,
    pub too_fast: u64,
    /// Gaps that were not bridged, and the time in them.
    pub gaps: u64,
    pub gap_seconds: f64,
    /// Moved onto the walkable area.
    pub snapped: u64,
    /// Dropped: too far off it.
    pub off_plan: u64,
    pub tracks: u64,
    /// Tracks of people who did not come in.
    pub passers_by: u64,
    /// Tracks of people who work there: by the sensor, by where they were, by how long they stayed.
    pub staff_said: u64,
    pub staff_by_place: u64,
    pub staff_by_stay: u64,
    /// Tracks that went on where another broke off.
    pub stitched: u64,
    pub visits: u64,
    /// Pairs who walked together.
    pub pairs: u64,
    /// Receipts of the site, and those that were matched with a walk.
    pub receipts: u64,
    pub receipts_matched: u64,
    /// Scans of members, and the visits that are a member's by them.
    pub scans: u64,
    pub members: u64,
    /// Visits of a member that go on one before.
    pub returned: u64,
    pub units: u64,
}

impl PlaceReport {
    pub(crate) fn add(&mut self, other: &PlaceReport) {
        self.sightings += other.sightings;
        self.elsewhere += other.elsewhere;
        self.unusable += other.unusable;
        self.too_fast += other.too_fast;
        self.gaps += other.gaps;
        self.gap_seconds += other.gap_seconds;
        self.snapped += other.snapped;
        self.off_plan += other.off_plan;
        self.tracks += other.tracks;
        self.passers_by += other.passers_by;
        self.staff_said += other.staff_said;
        self.staff_by_place += other.staff_by_place;
        self.staff_by_stay += other.staff_by_stay;
        self.stitched += other.stitched;
        self.visits += other.visits;
        self.pairs += other.pairs;
        self.receipts += other.receipts;
        self.receipts_matched += other.receipts_matched;
        self.scans += other.scans;
        self.members += other.members;
        self.returned += other.returned;
        self.units += other.units;
    }
}

/// A track on one floor, cleaned.
struct Piece {
    level: usize,
    cleaned: Cleaned,
}

/// What one sensor identity walked without a long absence.
struct Seen {
    track: i64,
    staff: bool,
    pieces: Vec<Piece>,
}

pub(crate) fn us(seconds: f64) -> i64 {
    (seconds * 1e6).round() as i64
}

/// A day as it was read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) visits: Vec<Visit>,
    pub(crate) crew: Vec<Crew>,
    pub(crate) report: PlaceReport,
    /// The newest position, UTC microseconds.
    pub(crate) newest_us: Option<i64>,
}

impl Read {
    /// Memory it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        let crew: usize = self.crew.iter().map(|one| one.walk.bytes()).sum();
        size_of::<Read>() + crew + self.visits.iter().map(Visit::bytes).sum::<usize>()
    }
}

/// Reads the sightings of a day, by track and time, and what was said that day.
///
/// # Errors
/// `Cancelled` through `control`.
pub(crate) fn read(
    ground: &Ground<'_>,
    (sightings, said): (&[Sighting], &[Said]),
    rules: &Rules,
    control: &lake::Control,
) -> Result<Read> {
    let mut report = PlaceReport { sightings: sightings.len() as u64, ..PlaceReport::default() };
    let seen = seen(ground, sightings, rules, control, &mut report)?;
    let mut crew = Vec::new();
    let inside = customers(ground, seen, rules, &mut crew, &mut report);
    let mut visits = stitched(ground, inside, rules, &mut report);
    report.visits = visits.len() as u64;
    let mut units = group(ground, &visits, rules, &mut report);
    for visit in &mut visits {
        control.check()?;
        look(ground, visit, rules);
    }
    let spans: Vec<(i64, i64)> = visits.iter().map(span).collect();
    let there = There { ground, rules, spans: &spans };
    let mut scans: BTreeMap<i64, Vec<&Said>> = BTreeMap::new();
    for one in said {
        control.check()?;
        there.pay(&mut visits, &units, one, &mut report);
        if one.is_scan && rules.members.is_some() {
            report.scans += 1;
            scans.entry(one.customer).or_default().push(one);
        }
    }
    for of_one in scans.values() {
        control.check()?;
        there.recognise(&mut visits, of_one, &mut report);
    }
    come_back(&visits, &mut units, rules, &mut report);
    report.units = units.count() as u64;
    let keys: Vec<i64> = (0..visits.len()).map(|at| visits[units.of(at)].key).collect();
    visits.iter_mut().zip(keys).for_each(|(visit, key)| visit.unit = key);
    visits.sort_by_key(|visit| (visit.enter_us, visit.key));
    let newest_us = sightings.iter().map(|sighting| sighting.time_us).max();
    Ok(Read { visits, crew, report, newest_us })
}

/// Of visits only what was done on one floor, from the first to the last sighting there.
pub(crate) fn on_floor(ground: &Ground<'_>, visits: &[Visit], floor: &str) -> Vec<Visit> {
    let level = ground.level_of(floor);
    let here = |zone: u32| ground.floor_of[zone as usize].id == floor;
    let seen = |visit: &Visit| {
        let level = level?;
        let walk = visit.walks.get(&level)?;
        let (&first, &last) = (walk.time.first()?, walk.time.last()?);
        let (enter_us, leave_us) = (visit.enter_us.max(first), visit.leave_us.min(last));
        (enter_us <= leave_us).then(|| Visit {
            enter_us,
            leave_us,
            walks: BTreeMap::from([(level, walk.clone())]),
            zones: visit.zones.iter().filter(|one| here(one.zone)).cloned().collect(),
            exact_us: visit.exact_us.iter().filter(|(zone, _)| here(**zone)).map(|(zone, us)| (*zone, *us)).collect(),
            stops: visit.stops.iter().filter(|stop| stop.level == level).cloned().collect(),
            waits: visit.waits.iter().filter(|wait| ground.queues[wait.line].level == level).cloned().collect(),
            member: visit.member.clone(),
            receipts: visit.receipts.clone(),
            detour: OnceLock::new(),
            ..*visit
        })
    };
    let mut visits: Vec<Visit> = visits.iter().filter_map(seen).collect();
    visits.sort_by_key(|visit| (visit.enter_us, visit.key));
    visits
}

/// Cuts tracks where the floor changes or nobody was seen for long, and cleans the pieces.
fn seen(
    ground: &Ground<'_>,
    sightings: &[Sighting],
    rules: &Rules,
    control: &lake::Control,
    report: &mut PlaceReport,
) -> Result<Vec<Seen>> {
    let cleaning = clean::Rules {
        speed_max_m_s: rules.cleaning.speed_max_m_s,
        gap_us: us(rules.cleaning.gap_seconds),
        smooth: rules.cleaning.smooth.then(Smooth::default),
        error_m: rules.cleaning.error_m,
        snap_m: rules.cleaning.snap_m.unwrap_or_default(),
    };
    let absence_us = us(rules.visits.absence_seconds);
    let mut all: Vec<Seen> = Vec::new();
    for of_track in sightings.chunk_by(|a, b| a.track == b.track && b.time_us - a.time_us <= absence_us) {
        control.check()?;
        let staff = of_track.iter().any(|sighting| sighting.staff);
        let mut one = Seen { track: of_track[0].track, staff, pieces: Vec::new() };
        for piece in of_track.chunk_by(|a, b| a.floor == b.floor) {
            let Some(level) = ground.level_of(&piece[0].floor) else {
                report.elsewhere += piece.len() as u64;
                continue;
            };
            let metres = |mm: i32| f64::from(mm) / 1_000.0;
            let time: Vec<i64> = piece.iter().map(|sighting| sighting.time_us).collect();
            let x: Vec<f64> = piece.iter().map(|sighting| metres(sighting.x_mm)).collect();
            let y: Vec<f64> = piece.iter().map(|sighting| metres(sighting.y_mm)).collect();
            let error: Vec<f64> = piece.iter().map(|sighting| metres(sighting.error_mm.unwrap_or(0))).collect();
            let track = Track { time: &time, x: &x, y: &y };
            // Passers-by walk off the plan, on the street: who was never within is left where they are.
            let level_of = &ground.levels[level];
            let is_within = (0..track.len()).any(|at| !level_of.area.at(track.at(at)).is_empty());
            let cleaned = clean(track, &error, &cleaning, level_of.walkable.as_ref().filter(|_| is_within));
            report.unusable += cleaned.report.unusable;
            report.too_fast += cleaned.report.too_fast;
            report.gaps += cleaned.report.gaps;
            report.gap_seconds += cleaned.report.gaps_us as f64 / 1e6;
            report.snapped += cleaned.report.snapped;
            report.off_plan += cleaned.report.off_plan;
            if !cleaned.time.is_empty() {
                one.pieces.push(Piece { level, cleaned });
            }
        }
        if !one.pieces.is_empty() {
            report.tracks += 1;
            all.push(one);
        }
    }
    Ok(all)
}

/// Those who came in and do not work there; who does is added to the crew.
fn customers(
    ground: &Ground<'_>,
    seen: Vec<Seen>,
    rules: &Rules,
    crew: &mut Vec<Crew>,
    report: &mut PlaceReport,
) -> Vec<Seen> {
    let gap_us = us(rules.cleaning.gap_seconds);
    let least_us = us(rules.visits.least_seconds).max(1);
    let mut kept = Vec::new();
    for one in seen {
        let (mut inside_us, mut staff_only_us) = (0, 0);
        for Piece { level, cleaned } in &one.pieces {
            let of = |zones: &folds::floor::Zones| -> i64 {
                zones.stretches(cleaned.track(), gap_us).iter().map(|stretch| stretch.duration_us()).sum()
            };
            inside_us += of(&ground.levels[*level].area);
            staff_only_us += of(&ground.levels[*level].staff_only);
        }
        let first = one.pieces.first().and_then(|piece| piece.cleaned.time.first()).copied().unwrap_or_default();
        let last = one.pieces.last().and_then(|piece| piece.cleaned.time.last()).copied().unwrap_or_default();
        if inside_us < least_us {
            report.passers_by += 1;
            continue;
        }
        if one.staff {
            report.staff_said += 1;
        } else if rules.staff.as_ref().is_some_and(|rule| staff_only_us >= us(rule.staff_only_seconds)) {
            report.staff_by_place += 1;
        } else if rules.staff.as_ref().is_some_and(|rule| last - first >= us(rule.stay_seconds)) {
            report.staff_by_stay += 1;
        } else {
            kept.push(one);
            continue;
        }
        crew.extend(one.pieces.into_iter().map(|Piece { level, cleaned }| {
            let Cleaned { time, x, y, .. } = cleaned;
            Crew { level, walk: Walk { time, x, y } }
        }));
    }
    kept
}

/// Tracks as visits, those that go on where another broke off as one.
fn stitched(ground: &Ground<'_>, seen: Vec<Seen>, rules: &Rules, report: &mut PlaceReport) -> Vec<Visit> {
    let mut units = Units::new(seen.len());
    if let Some(rule) = &rules.stitching {
        let stitching =
            StitchRules { gap_us: us(rule.gap_seconds), speed_max_m_s: rule.speed_max_m_s, slack_m: rule.slack_m };
        for (number, level) in ground.levels.iter().enumerate() {
            let pieces: Vec<(usize, usize, Track<'_>)> = seen
                .iter()
                .enumerate()
                .flat_map(|(of, one)| one.pieces.iter().enumerate().map(move |(at, piece)| (of, at, piece)))
                .filter(|(_, _, piece)| piece.level == number)
                .map(|(of, at, piece)| (of, at, piece.cleaned.track()))
                .collect();
            let tracks: Vec<Track<'_>> = pieces.iter().map(|(.., track)| *track).collect();
            for (before, next) in broken(&tracks, &level.doors, &stitching) {
                let ((of, at, _), (next_of, next_at, _)) = (pieces[before], pieces[next]);
                if at + 1 == seen[of].pieces.len() && next_at == 0 && units.of(of) != units.of(next_of) {
                    units.join(of, next_of);
                    report.stitched += 1;
                }
            }
        }
    }
    let mut together: BTreeMap<usize, Vec<Seen>> = BTreeMap::new();
    seen.into_iter().enumerate().for_each(|(of, one)| together.entry(units.of(of)).or_default().push(one));
    let gap_us = us(rules.cleaning.gap_seconds);
    together.into_values().map(|parts| visit(ground, parts, gap_us)).collect()
}

fn visit(ground: &Ground<'_>, mut parts: Vec<Seen>, gap_us: i64) -> Visit {
    parts.sort_by_key(|part| (part.pieces[0].cleaned.time[0], part.track));
    let key = parts[0].track;
    let mut walks: BTreeMap<usize, Walk> = BTreeMap::new();
    for Piece { level, cleaned } in parts.into_iter().flat_map(|part| part.pieces) {
        let walk = walks.entry(level).or_default();
        walk.time.extend(cleaned.time);
        walk.x.extend(cleaned.x);
        walk.y.extend(cleaned.y);
    }
    let (mut enter_us, mut leave_us) = (i64::MAX, i64::MIN);
    for (level, walk) in &walks {
        for stretch in ground.levels[*level].area.stretches(walk.track(), gap_us) {
            (enter_us, leave_us) = (enter_us.min(stretch.from_us), leave_us.max(stretch.to_us));
        }
    }
    let (zones, exact_us) = (Vec::new(), BTreeMap::new());
    let (stops, waits, receipts) = (Vec::new(), Vec::new(), Vec::new());
    Visit {
        key,
        unit: key,
        enter_us,
        leave_us,
        walks,
        zones,
        exact_us,
        stops,
        waits,
        member: None,
        receipts,
        detour: OnceLock::new(),
    }
}

/// Who shops together.
fn group(ground: &Ground<'_>, visits: &[Visit], rules: &Rules, report: &mut PlaceReport) -> Units {
    let mut units = Units::new(visits.len());
    if let Some(rule) = &rules.groups {
        let grouping = GroupRules { overlap: rule.overlap, apart_m: rule.apart_m, drift_m_s: rule.drift_m_s };
        for (number, level) in ground.levels.iter().enumerate() {
            let none = Walk::default();
            let tracks: Vec<Track<'_>> =
                visits.iter().map(|visit| visit.walks.get(&number).unwrap_or(&none).track()).collect();
            for (a, b) in groups(&tracks, &level.waiting, &grouping) {
                units.join(a, b);
                report.pairs += 1;
            }
        }
    }
    units
}

/// From when until when a visit was in some zone; none: never.
fn span(visit: &Visit) -> (i64, i64) {
    let stays = visit.zones.iter();
    stays.fold((i64::MAX, i64::MIN), |(from, to), stay| (from.min(stay.enter_us), to.max(stay.leave_us)))
}

/// What receipts and scans of a day are matched with.
struct There<'a> {
    ground: &'a Ground<'a>,
    rules: &'a Rules,
    /// By visit, its [`span`]: of a day's visits few are near a moment.
    spans: &'a [(i64, i64)],
}

impl There<'_> {
    /// A receipt becomes that of who was most likely to have paid.
    fn pay(&self, visits: &mut [Visit], units: &Units, said: &Said, report: &mut PlaceReport) {
        let Some(rule) = self.rules.receipts.as_ref().filter(|_| said.is_receipt) else { return };
        report.receipts += 1;
        let tills = match self.ground.zones.iter().any(|zone| zone.kind == ZoneKind::Till) {
            true => [ZoneKind::Till].as_slice(),
            false => &[ZoneKind::QueueHead],
        };
        let matching = matching(&rule.matching);
        let candidates = self.near(visits, said, (tills, matching.window_us), |visit| units.of(visit));
        let found = best(said.at_us, &candidates, &matching);
        if let Some(found) = found.filter(|found| found.probability >= rule.matching.least_probability) {
            report.receipts_matched += 1;
            let (amount, lines) = (said.amount, Arc::clone(&said.lines));
            visits[found.visit].receipts.push(Bought { amount, probability: found.probability, lines });
        }
    }

    /// Scans of a member say which visits are theirs. Of several members the surest counts.
    fn recognise(&self, visits: &mut [Visit], scans: &[&Said], report: &mut PlaceReport) {
        let Some(rule) = &self.rules.members else { return };
        let places = [ZoneKind::Entrance, ZoneKind::Till, ZoneKind::QueueHead];
        let matching = matching(&rule.matching);
        let named = scans.iter().copied().filter(|said| !said.identifiers.is_empty());
        let (scans, events): (Vec<&Said>, Vec<(i64, Vec<Candidate>)>) = named
            .map(|said| (said, (said.at_us, self.near(visits, said, (&places, matching.window_us), |visit| visit))))
            .unzip();
        for (said, found) in scans.into_iter().zip(best_of_one(&events, |visit| self.spans[visit], &matching)) {
            let found = found.filter(|found| found.probability >= rule.matching.least_probability);
            let Some(found) = found else { continue };
            let member = &mut visits[found.visit].member;
            if member.is_none() {
                report.members += 1;
            }
            if member.as_ref().is_none_or(|known| known.probability < found.probability) {
                let (customer, identifiers) = (said.customer, said.identifiers.clone());
                *member = Some(Member { customer, identifiers, probability: found.probability });
            }
        }
    }

    /// Who was where something was said: in the zone it names, else in those of some kinds. Who comes in is expected there
    /// when they enter, who pays when they leave. Beyond the window nobody is looked at.
    fn near(
        &self,
        visits: &[Visit],
        said: &Said,
        (kinds, window_us): (&[ZoneKind], i64),
        unit: impl Fn(usize) -> usize,
    ) -> Vec<Candidate> {
        let ground = self.ground;
        let named = said.place.as_ref().and_then(|place| ground.zones.iter().position(|zone| zone.is_called(place)));
        let is_there = |zone: u32| match named {
            Some(named) => zone as usize == named,
            None => kinds.contains(&ground.zones[zone as usize].kind),
        };
        let mut candidates = Vec::new();
        let (from_us, to_us) = (said.at_us - window_us, said.at_us + window_us);
        let was_near = |number: &usize| self.spans[*number].0 <= to_us && from_us <= self.spans[*number].1;
        for number in (0..visits.len()).filter(was_near) {
            let visit = &visits[number];
            for (place, stay) in visit.zones.iter().enumerate().filter(|(_, stay)| is_there(stay.zone)) {
                let expected_us = match ground.zones[stay.zone as usize].kind {
                    // Who comes there again is about to leave.
                    ZoneKind::Entrance | ZoneKind::Street
                        if visit.zones[..place].iter().any(|before| before.zone == stay.zone) =>
                    {
                        continue;
                    }
                    ZoneKind::Entrance | ZoneKind::Street => stay.enter_us,
                    ZoneKind::Till | ZoneKind::QueueHead => stay.leave_us,
                    _ => said.at_us.clamp(stay.enter_us, stay.leave_us),
                };
                candidates.push(Candidate { visit: number, unit: unit(number), expected_us });
            }
        }
        candidates
    }
}

fn matching(rule: &Matching) -> noted::Rules {
    noted::Rules { scale_us: rule.scale_seconds * 1e6, window_us: us(rule.window_seconds), unseen: rule.unseen }
}

/// A member's visit soon after another of theirs is of the same unit.
fn come_back(visits: &[Visit], units: &mut Units, rules: &Rules, report: &mut PlaceReport) {
    let Some(rule) = &rules.members else { return };
    let known = |visit: &Visit| Known {
        who: visit.member.as_ref().map(|member| member.customer.cast_unsigned()),
        enter_us: visit.enter_us,
        leave_us: visit.leave_us,
    };
    let known: Vec<Known> = visits.iter().map(known).collect();
    for (a, b) in returned(&known, us(rule.return_minutes * 60.0)) {
        units.join(a, b);
        report.returned += 1;
    }
}

/// What makes a visit of a zone.
pub(super) fn visiting(rules: &Rules) -> dwell::Rules {
    dwell::Rules {
        gap_us: us(rules.cleaning.gap_seconds),
        exit_buffer_m: rules.zones.exit_buffer_m,
        merge_us: us(rules.zones.merge_seconds),
        drop_us: us(rules.zones.drop_seconds),
    }
}

/// What a visit did in zones.
fn look(ground: &Ground<'_>, visit: &mut Visit, rules: &Rules) {
    let gap_us = us(rules.cleaning.gap_seconds);
    let visiting = visiting(rules);
    let stopping = stay::Rules { radius_m: rules.stops.radius_m, least_us: us(rules.stops.least_seconds), gap_us };
    let waiting = queue::Rules {
        slow_m_s: rules.queues.slow_m_s,
        window_us: us(rules.queues.window_seconds),
        away_us: us(rules.queues.away_seconds),
        gap_us,
    };
    for (number, walk) in &visit.walks {
        let (level, track) = (&ground.levels[*number], walk.track());
        for stretch in level.zones.stretches(track, gap_us) {
            *visit.exact_us.entry(level.first + stretch.zone).or_default() += stretch.duration_us();
        }
        let found = dwell::visits(&level.zones, track, &visiting);
        visit.zones.extend(found.into_iter().map(|one| dwell::Visit { zone: level.first + one.zone, ..one }));
        for stay in stays(track, &stopping) {
            let zone = level.floor.zone_at(stay.at);
            let zone = zone.and_then(|zone| level.floor.zones.iter().position(|other| other.id == zone.id));
            let zone = zone.map(|zone| level.first + zone as u32);
            visit.stops.push(Stop { level: *number, zone, stay });
        }
    }
    visit.zones.sort_by_key(|one| (one.enter_us, one.zone));
    visit.stops.sort_by_key(|stop| stop.stay.from_us);
    for (line, of) in ground.queues.iter().enumerate() {
        let Some(walk) = visit.walks.get(&of.level) else { continue };
        for episode in of.queue.episodes(walk.track(), &waiting) {
            let served = |one: &&dwell::Visit| {
                of.heads.contains(&one.zone) && one.enter_us <= episode.end_us && episode.end_us <= one.leave_us
            };
            let service_us = match episode.end {
                queue::End::Served => visit.zones.iter().find(served).map(|one| one.dwell_us),
                _ => None,
            };
            visit.waits.push(Wait { line, episode, service_us });
        }
    }
    visit.waits.sort_by_key(|wait| wait.episode.join_us);
}
