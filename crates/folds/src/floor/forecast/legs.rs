//! Ways between goals on both layouts, and how likely somebody passes a place on one, measured on the old layout.

use rustc_hash::FxHashMap;

use super::super::polygon::Polygon;
use super::super::walkable::Walkable;
use super::super::{Point, distance};
use super::likeness::{Fields, Likeness, Walked};
use super::{Layout, Shopper};

/// Where the metres a leg would be longer by passing a place are told apart.
const LONGER_M: [f64; 11] = [0.25, 0.75, 1.5, 2.5, 4.0, 6.0, 8.0, 11.0, 15.0, 20.0, 30.0];

/// Where lengths of legs are told apart.
const LENGTHS_M: [f64; 2] = [6.0, 15.0];

/// How many legs the rougher measure stands for where there are few.
const PRIOR: f64 = 20.0;

/// Stops of the old layout that the softness of the order is measured on, and what is tried for it, metres.
const ORDERED_MAX: usize = 3_000;
const TAUS_M: [f64; 9] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// How much longer or shorter the way between two goals becomes before it is another way, metres.
const OTHER_WAY_M: f64 = 1.0;

/// Shortest ways over a walkable area, kept by where they begin.
struct Net<'a> {
    walkable: &'a Walkable,
    from: Fields,
}

/// Ways on both layouts.
pub(super) struct Legs<'a> {
    old: Net<'a>,
    /// None: one walks where one walked.
    new: Option<Net<'a>>,
    old_places: &'a [Polygon],
    new_places: &'a [Polygon],
    /// Cells of each place: of the old layout, and of the new one, on the old and on the new walkable area.
    old_cells: Vec<Vec<usize>>,
    new_cells_before: Vec<Vec<usize>>,
    new_cells: Vec<Vec<usize>>,
    /// Modelled legs by their ends: places, and the probability not to pass them.
    modelled: FxHashMap<(usize, usize), Vec<(u32, f64)>>,
}

/// How likely a leg passes a place.
#[derive(Debug)]
pub(super) struct Odds {
    /// By length of the leg, by metres longer.
    curve: Vec<[f64; LONGER_M.len() + 1]>,
    /// By place of the new layout: measured ÷ modelled passes.
    factor: Vec<f64>,
    like: Likeness,
    pub(super) tau_m: Option<f64>,
    pub(super) legs: u64,
}

impl<'a> Net<'a> {
    fn new(walkable: &'a Walkable) -> Net<'a> {
        Net { walkable, from: Fields::default() }
    }

    fn cell(&mut self, at: Point) -> Option<usize> {
        let cell = self.walkable.cell_of(at)?;
        let walkable = self.walkable;
        let lengths = || walkable.lengths(walkable.middle(cell)).into_iter().map(|metres| metres as f32).collect();
        self.from.entry(cell).or_insert_with(lengths);
        Some(cell)
    }

    fn metres(&mut self, a: Point, b: Point) -> f64 {
        match (self.cell(a), self.cell(b)) {
            (Some(a), Some(b)) => f64::from(self.from[&a][b]),
            _ => f64::INFINITY,
        }
    }

    /// Metres by which the way between two cells becomes longer through the nearest of others.
    fn longer(&self, a: usize, b: usize, through: &[usize]) -> f64 {
        let (from_a, from_b) = (&self.from[&a], &self.from[&b]);
        let by = through.iter().map(|cell| from_a[*cell] + from_b[*cell]).fold(f32::INFINITY, f32::min);
        f64::from((by - from_a[b]).max(0.0))
    }
}

impl<'a> Legs<'a> {
    pub(super) fn new(old: &Layout<'a>, new: &Layout<'a>) -> Legs<'a> {
        let same = old.walkable == new.walkable;
        let cells = |walkable: &Walkable, places: &[Polygon]| -> Vec<Vec<usize>> {
            places.iter().map(|place| cells(walkable, place)).collect()
        };
        Legs {
            old: Net::new(old.walkable),
            new: (!same).then(|| Net::new(new.walkable)),
            old_places: old.places,
            new_places: new.places,
            old_cells: cells(old.walkable, old.places),
            new_cells_before: cells(old.walkable, new.places),
            new_cells: cells(new.walkable, new.places),
            modelled: FxHashMap::default(),
        }
    }

    fn now(&mut self) -> &mut Net<'a> {
        self.new.as_mut().unwrap_or(&mut self.old)
    }

    /// Metres by which the way from a to b becomes longer through a goal.
    pub(super) fn longer(&mut self, a: Point, through: Point, b: Point) -> f64 {
        let net = self.now();
        net.metres(a, through) + net.metres(through, b) - net.metres(a, b)
    }

    /// Whether the way between two goals is another one than before.
    pub(super) fn is_other(&mut self, a: Point, b: Point) -> bool {
        let before = self.old.metres(a, b);
        self.new.as_mut().is_some_and(|new| (new.metres(a, b) - before).abs() > OTHER_WAY_M)
    }

    /// Whether any leg of a shopper is another way than before.
    pub(super) fn differ(&mut self, shopper: &Shopper) -> bool {
        self.new.is_some() && ends(shopper).any(|(a, b)| self.is_other(a, b))
    }

    /// Where in a place of the new layout somebody stops who stopped at a point of a place of the old one.
    pub(super) fn lands(&self, from: u32, to: u32, at: Point) -> Point {
        let (old, new) = (self.old_places[from as usize].bounds(), &self.new_places[to as usize]);
        let bounds = new.bounds();
        let place = |axis: usize| {
            let wide = old.max[axis] - old.min[axis];
            let share = if wide > 0.0 { ((at[axis] - old.min[axis]) / wide).clamp(0.05, 0.95) } else { 0.5 };
            bounds.min[axis] + share * (bounds.max[axis] - bounds.min[axis])
        };
        let there = [place(0), place(1)];
        let walkable = self.new.as_ref().map_or(self.old.walkable, |new| new.walkable);
        if new.contains(there) && walkable.contains(there) {
            return there;
        }
        let middles = self.new_cells[to as usize].iter().map(|cell| walkable.middle(*cell));
        middles.min_by(|a, b| distance(*a, there).total_cmp(&distance(*b, there))).unwrap_or(there)
    }

    /// Places of the new layout a point lies in.
    pub(super) fn holding(&self, at: Point) -> Vec<u32> {
        (0..).zip(self.new_places).filter(|(_, place)| place.contains(at)).map(|(place, _)| place).collect()
    }

    /// How likely legs pass places, and how soft the order of stops is: measured on all legs of the old layout.
    pub(super) fn odds(&mut self, shoppers: &[Shopper]) -> Odds {
        let classes = LENGTHS_M.len() + 1;
        let mut counts = vec![[[0.0f64; 2]; LONGER_M.len() + 1]; classes];
        let mut walked: Vec<(Walked, usize, Vec<u8>)> = Vec::new();
        for (number_of, shopper) in shoppers.iter().enumerate() {
            for (number, (a, b)) in ends(shopper).enumerate() {
                let (Some(from), Some(to)) = (self.old.cell(a), self.old.cell(b)) else { continue };
                let class = class(f64::from(self.old.from[&from][to]));
                let Some(class) = class else { continue };
                let held = |stop: usize| shopper.stops.get(stop).map_or(&[][..], |stop| stop.held.as_slice());
                let before = number.checked_sub(1).map_or(&[][..], held);
                let places = 0..self.new_places.len();
                let bins: Vec<u8> = places
                    .clone()
                    .map(|place| bin(self.old.longer(from, to, &self.new_cells_before[place])) as u8)
                    .collect();
                let passed = |place: usize| {
                    let place = place as u32;
                    let at_an_end = before.contains(&place) || held(number).contains(&place);
                    (!at_an_end).then(|| shopper.legs[number].contains(&place))
                };
                let passed: Vec<Option<bool>> = places.map(passed).collect();
                for (bin, passed) in bins.iter().zip(&passed) {
                    let Some(passed) = passed else { continue };
                    let count = &mut counts[class][usize::from(*bin)];
                    *count = [count[0] + 1.0, count[1] + f64::from(u8::from(*passed))];
                }
                walked.push((Walked { shopper: number_of, ends: [from, to], passed, curve: Vec::new() }, class, bins));
            }
        }
        let curve = curves(&counts);
        let mut sums = vec![[PRIOR * 0.5; 2]; self.new_places.len()];
        for (leg, class, bins) in &mut walked {
            leg.curve = bins.iter().map(|bin| curve[*class][usize::from(*bin)]).collect();
            for ((sum, passed), curve) in sums.iter_mut().zip(&leg.passed).zip(&leg.curve) {
                let Some(passed) = passed else { continue };
                *sum = [sum[0] + f64::from(u8::from(*passed)), sum[1] + curve];
            }
        }
        let factor: Vec<f64> = sums.iter().map(|[passed, modelled]| passed / modelled).collect();
        let legs = walked.len() as u64;
        let walked = walked.into_iter().map(|(mut leg, ..)| {
            leg.curve.iter_mut().zip(&factor).for_each(|(curve, factor)| *curve = (*curve * factor).min(1.0));
            leg
        });
        let like = Likeness::new(walked.collect(), &self.old.from);
        Odds { curve, factor, like, tau_m: self.tau(shoppers), legs }
    }

    /// The softness that makes stops likeliest where they were among the others.
    fn tau(&mut self, shoppers: &[Shopper]) -> Option<f64> {
        let several = |shopper: &&Shopper| shopper.stops.len().min(shopper.open.saturating_sub(1)) >= 2;
        let all: usize = shoppers.iter().filter(several).map(|shopper| shopper.stops.len()).sum();
        let every = all / ORDERED_MAX + 1;
        let mut choices: Vec<(usize, Vec<f64>)> = Vec::new();
        for shopper in shoppers.iter().filter(several).step_by(every) {
            let mut goals = vec![shopper.from];
            goals.extend(shopper.stops.iter().map(|stop| stop.at));
            goals.push(shopper.to);
            let open = shopper.open.min(shopper.stops.len() + 1);
            for stop in 1..open {
                let through = goals[stop];
                let mut others = goals.clone();
                others.remove(stop);
                // Into how many gaps of the others it can be put: none after the tills.
                let gaps = (open - 1).min(others.len() - 1).max(1);
                let longer = |gap: usize| {
                    let old = &mut self.old;
                    let (a, b) = (others[gap], others[gap + 1]);
                    old.metres(a, through) + old.metres(through, b) - old.metres(a, b)
                };
                let costs: Vec<f64> = (0..gaps).map(longer).collect();
                if gaps >= 2 && stop <= gaps && costs.iter().all(|cost| cost.is_finite()) {
                    choices.push((stop - 1, costs));
                }
            }
        }
        let likelihood = |tau: f64| -> f64 {
            let of = |(chosen, costs): &(usize, Vec<f64>)| {
                let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
                let sum: f64 = costs.iter().map(|cost| (-(cost - least) / tau).exp()).sum();
                -(costs[*chosen] - least) / tau - sum.ln()
            };
            choices.iter().map(of).sum()
        };
        if choices.is_empty() {
            return None;
        }
        TAUS_M.into_iter().max_by(|a, b| likelihood(*a).total_cmp(&likelihood(*b)))
    }
}

impl Odds {
    /// The probability that the leg from a to b on the old layout passes a place of it.
    pub(super) fn passes(&self, legs: &mut Legs<'_>, a: Point, b: Point, place: u32) -> f64 {
        let (Some(from), Some(to)) = (legs.old.cell(a), legs.old.cell(b)) else { return 0.0 };
        let Some(class) = class(f64::from(legs.old.from[&from][to])) else { return 0.0 };
        self.curve[class][bin(legs.old.longer(from, to, &legs.old_cells[place as usize]))]
    }

    /// Places of the new layout, and the probability that the leg from a to b does not pass them.
    pub(super) fn of_leg(&self, legs: &mut Legs<'_>, a: Point, b: Point) -> Vec<(u32, f64)> {
        let net = legs.now();
        let (Some(from), Some(to)) = (net.cell(a), net.cell(b)) else { return Vec::new() };
        if let Some(known) = legs.modelled.get(&(from, to)) {
            return known.clone();
        }
        let net = legs.new.as_ref().unwrap_or(&legs.old);
        let Some(class) = class(f64::from(net.from[&from][to])) else { return Vec::new() };
        let of = |(place, cells): (usize, &Vec<usize>)| {
            (self.curve[class][bin(net.longer(from, to, cells))] * self.factor[place]).min(1.0)
        };
        let mut odds: Vec<f64> = legs.new_cells.iter().enumerate().map(of).collect();
        if !legs.is_other(a, b)
            && let (Some(from), Some(to)) = (legs.old.cell(a), legs.old.cell(b))
        {
            self.like.told(&legs.old.from, [from, to], &mut odds);
        }
        let found: Vec<(u32, f64)> = (0..).zip(odds.into_iter().map(|odds| 1.0 - odds)).collect();
        legs.modelled.insert((from, to), found.clone());
        found
    }
}

/// Both ends of every leg of a shopper.
fn ends(shopper: &Shopper) -> impl Iterator<Item = (Point, Point)> {
    let begins = std::iter::once(shopper.from).chain(shopper.stops.iter().map(|stop| stop.at));
    begins.zip(shopper.stops.iter().map(|stop| stop.at).chain([shopper.to]))
}

fn cells(walkable: &Walkable, place: &Polygon) -> Vec<usize> {
    let mut cells = walkable.cells_in(place);
    if cells.is_empty() {
        let bounds = place.bounds();
        let middle = [(bounds.min[0] + bounds.max[0]) / 2.0, (bounds.min[1] + bounds.max[1]) / 2.0];
        cells.extend(walkable.cell_of(middle));
    }
    cells
}

/// None: no way leads there.
fn class(length_m: f64) -> Option<usize> {
    length_m.is_finite().then(|| LENGTHS_M.partition_point(|edge| *edge <= length_m))
}

fn bin(longer_m: f64) -> usize {
    LONGER_M.partition_point(|edge| *edge <= longer_m)
}

/// Shares by class and bin: those of few legs drawn to those of all classes, and none above that of fewer metres.
fn curves(counts: &[[[f64; 2]; LONGER_M.len() + 1]]) -> Vec<[f64; LONGER_M.len() + 1]> {
    let share = |[of, hits]: [f64; 2], prior: f64| (hits + PRIOR * prior) / (of + PRIOR);
    let mut all = [0.0; LONGER_M.len() + 1];
    let mut before = 0.5;
    for (bin, all) in all.iter_mut().enumerate() {
        let sum = counts.iter().fold([0.0; 2], |sum, class| [sum[0] + class[bin][0], sum[1] + class[bin][1]]);
        *all = share(sum, before);
        before = *all;
    }
    let of = |class: &[[f64; 2]; LONGER_M.len() + 1]| {
        let mut curve = [0.0; LONGER_M.len() + 1];
        for (bin, of) in curve.iter_mut().enumerate() {
            *of = share(class[bin], all[bin]);
        }
        falling(&curve, class)
    };
    counts.iter().map(of).collect()
}

/// The nearest curve that nowhere rises: neighbours that do are put together (pool adjacent violators).
fn falling<const N: usize>(curve: &[f64; N], counts: &[[f64; 2]; N]) -> [f64; N] {
    let mut blocks: Vec<(f64, f64, usize)> = Vec::with_capacity(N);
    for (share, [of, _]) in curve.iter().zip(counts) {
        blocks.push((*share, of + PRIOR, 1));
        while let [.., before, last] = blocks.as_slice()
            && before.0 < last.0
        {
            let weight = before.1 + last.1;
            let one = ((before.0 * before.1 + last.0 * last.1) / weight, weight, before.2 + last.2);
            blocks.truncate(blocks.len() - 2);
            blocks.push(one);
        }
    }
    let mut falling = [0.0; N];
    let shares = blocks.iter().flat_map(|(share, _, bins)| std::iter::repeat_n(*share, *bins));
    falling.iter_mut().zip(shares).for_each(|(of, share)| *of = share);
    falling
}
