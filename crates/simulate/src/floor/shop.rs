//! A shop: its walls, its places, what is offered where before and after the change.

use model::place::rules::Rules;
use model::place::shape::{Polygon, Shape};
use model::place::{Fixture, Floor, Gate, Plan, Site, SiteKind, Zone, ZoneKind};
use model::text::LocalizedText;

use super::shopper::{self, FloorWalk};
use crate::dice::Dice;
use crate::field::{Field, Grid, Taste};

/// Tastes in ways that shoppers share among them.
pub(super) const TASTES: usize = 3;

/// Spots of a place that shoppers stop at.
pub(super) const SPOTS: usize = 3;

/// Which layout a walk is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    Before,
    After,
}

/// Where goods are looked at; the goods change, the place does not.
#[derive(Debug, Clone, PartialEq)]
pub struct FloorPlace {
    /// Left, below, right, above, metres.
    pub edges: [f64; 4],
    /// What is offered there, before and after: the number of a category.
    pub offers: [usize; 2],
}

/// What a category is to shoppers.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    /// How many come for it, in proportion.
    pub(super) needed: f64,
    /// Probability that somebody who walks past stops.
    pub(super) impulse: f64,
    /// How much it draws those who look around.
    pub(super) draw: f64,
}

/// A shop, completely: the same seed makes the same shop and the same walks.
#[derive(Debug, Clone)]
pub struct FloorShop {
    pub(super) seed: u64,
    /// Width and depth, metres.
    pub size: [f64; 2],
    /// Gondolas, as edges of places.
    pub blocks: Vec<[f64; 4]>,
    pub places: Vec<FloorPlace>,
    pub door: [f64; 2],
    pub tills: [f64; 4],
    pub(super) offers: Vec<Offer>,
    pub(super) grid: Grid,
    /// By taste: to each spot of each place, then to the tills, then to the door.
    pub(super) fields: Vec<Vec<Field>>,
    pub(super) spots: Vec<[f64; 2]>,
}

impl FloorShop {
    /// A shop of some 20 m to 36 m by 14 m to 22 m, and a change of two to four of its goods' places.
    pub fn new(seed: u64) -> FloorShop {
        let mut dice = Dice::new(seed, u64::MAX);
        let mirrored = dice.coin(0.5);
        let gondolas = dice.whole(3, 6) as usize;
        let pitch = dice.between(4.0, 5.5);
        let size = [(gondolas as f64 * pitch + dice.between(5.0, 8.0)).floor(), dice.between(14.0, 22.0).floor()];
        let (blocks, mut edges) = shelves(&mut dice, size, gondolas, pitch);
        edges.extend(walls(size));
        let mirror = |[left, below, right, above]: [f64; 4]| match mirrored {
            true => [size[0] - right, below, size[0] - left, above],
            false => [left, below, right, above],
        };
        let blocks: Vec<[f64; 4]> = blocks.into_iter().map(mirror).collect();
        let edges: Vec<[f64; 4]> = edges.into_iter().map(mirror).collect();
        let [left, _, right, _] = mirror([1.0, 0.0, 3.5, 0.5]);
        let door = [(left + right) / 2.0, 0.3];
        let tills = mirror([size[0] * 0.6, 0.6, size[0] * 0.6 + 6.0, 1.8]);
        let offers: Vec<Offer> = (0..edges.len()).map(|_| offer(&mut dice)).collect();
        let places = assign(&mut dice, &edges, &offers);
        let grid = Grid::new(size, &blocks);
        let spots = spots(&mut dice, &edges, tills, door);
        let strength = dice.between(0.15, 0.5);
        let tastes: Vec<Taste> = (0..TASTES).map(|_| grid.taste(&mut dice, strength)).collect();
        let to = |taste: &Taste| -> Vec<Field> { spots.iter().map(|spot| grid.field(*spot, taste)).collect() };
        let fields = tastes.iter().map(to).collect();
        FloorShop { seed, size, blocks, places, door, tills, offers, grid, fields, spots }
    }

    /// The walk of a shopper, who has the same needs on either layout.
    pub fn walk(&self, layout: Layout, shopper: u32) -> FloorWalk {
        shopper::walk(self, layout, shopper)
    }

    /// The category offered at a place.
    pub fn offer(&self, place: usize, layout: Layout) -> usize {
        self.places[place].offers[layout as usize]
    }

    /// The shop as a site of two plans: `c3` is a category, `p7` a place.
    pub fn site(&self, id: &str) -> Site {
        let plan = |day: u32, layout: Layout| Plan {
            from: chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap_or_default(),
            note: None,
            floors: vec![self.floor(layout)],
        };
        Site {
            id: id.to_owned(),
            name: LocalizedText::from(id),
            known_as: Vec::new(),
            kind: SiteKind::Shop,
            time_zone: "UTC".to_owned(),
            plans: vec![plan(1, Layout::Before), plan(2, Layout::After)],
            rules: Rules::default(),
        }
    }

    fn floor(&self, layout: Layout) -> Floor {
        let zone = |id: String, kind, category, edges| Zone {
            name: LocalizedText::from(id.as_str()),
            id,
            kind,
            category,
            parent: None,
            engaged_seconds: None,
            high_margin: false,
            shape: rectangle(edges),
        };
        let displays = (0..self.places.len()).map(|place| {
            let category = Some(format!("c{}", self.offer(place, layout)));
            zone(format!("p{place}"), ZoneKind::Display, category, self.places[place].edges)
        });
        let [x, y] = self.door;
        let entrance = zone("door".to_owned(), ZoneKind::Entrance, None, [x - 1.25, 0.0, x + 1.25, 0.6]);
        let tills = zone("tills".to_owned(), ZoneKind::Till, None, self.tills);
        let fixture = |(number, edges): (usize, &[f64; 4])| Fixture {
            id: format!("g{number}"),
            name: LocalizedText::from("Gondola"),
            zone: None,
            shape: rectangle(*edges),
        };
        Floor {
            id: "f1".to_owned(),
            name: LocalizedText::from("F1"),
            level: 0,
            outline: rectangle([0.0, 0.0, self.size[0], self.size[1]]),
            walkable: None,
            zones: displays.chain([entrance, tills]).collect(),
            fixtures: self.blocks.iter().enumerate().map(fixture).collect(),
            gates: vec![Gate {
                id: "gate".to_owned(),
                name: LocalizedText::from("Door"),
                from: [x - 1.25, y],
                to: [x + 1.25, y],
            }],
            picture: None,
            frames: Vec::new(),
        }
    }
}

fn rectangle([left, below, right, above]: [f64; 4]) -> Shape {
    Polygon::rectangle([left, below], [right, above]).into()
}

/// Gondolas, whole or parted by a way across, and a place on both sides of each.
fn shelves(dice: &mut Dice, size: [f64; 2], gondolas: usize, pitch: f64) -> (Vec<[f64; 4]>, Vec<[f64; 4]>) {
    let (mut blocks, mut places) = (Vec::new(), Vec::new());
    let begin = (size[0] - (gondolas - 1) as f64 * pitch) / 2.0;
    let (below, above) = (4.5, size[1] - 4.0);
    for number in 0..gondolas {
        let middle = begin + number as f64 * pitch;
        let parts = match dice.coin(0.3) {
            true => vec![(below, (below + above) / 2.0 - 1.0), ((below + above) / 2.0 + 1.0, above)],
            false => vec![(below, above)],
        };
        for (from, to) in parts {
            blocks.push([middle - 0.5, from, middle + 0.5, to]);
            places.push([middle - 1.8, from, middle - 0.5, to]);
            places.push([middle + 0.5, from, middle + 1.8, to]);
        }
    }
    (blocks, places)
}

/// Places along the walls to the left, at the back and to the right.
fn walls(size: [f64; 2]) -> Vec<[f64; 4]> {
    let mut places = Vec::new();
    let half = (size[1] - 7.0) / 2.0;
    places.push([0.0, 4.0, 1.6, 4.0 + half - 0.4]);
    places.push([0.0, 4.0 + half, 1.6, 4.0 + 2.0 * half - 0.4]);
    places.push([size[0] - 1.6, 4.0, size[0], 4.0 + 1.6 * half]);
    let parts = (size[0] / 7.0).round();
    let wide = (size[0] - 1.0) / parts;
    for part in 0..parts as usize {
        let left = 0.5 + part as f64 * wide;
        places.push([left, size[1] - 1.8, left + wide - 0.5, size[1]]);
    }
    places
}

fn offer(dice: &mut Dice) -> Offer {
    Offer { needed: dice.exponential(1.0) + 0.1, impulse: dice.between(0.0, 0.12), draw: dice.exponential(1.0) + 0.1 }
}

/// Gives every place a category, and moves some: mostly those of the many who come for them.
fn assign(dice: &mut Dice, edges: &[[f64; 4]], offers: &[Offer]) -> Vec<FloorPlace> {
    let mut before: Vec<usize> = (0..edges.len()).collect();
    for last in (1..before.len()).rev() {
        before.swap(last, dice.index(last + 1));
    }
    let mut after = before.clone();
    let weights: Vec<f64> = before.iter().map(|offer| offers[*offer].needed).collect();
    for _ in 0..dice.whole(1, 2) {
        let [one, other] = [dice.weighted(&weights), dice.index(edges.len())];
        after.swap(one, other);
    }
    if after == before {
        after.swap(0, edges.len() - 1);
    }
    let places = edges.iter().zip(before.into_iter().zip(after));
    places.map(|(edges, (before, after))| FloorPlace { edges: *edges, offers: [before, after] }).collect()
}

fn spots(dice: &mut Dice, edges: &[[f64; 4]], tills: [f64; 4], door: [f64; 2]) -> Vec<[f64; 2]> {
    let mut spots = Vec::new();
    for [left, below, right, above] in edges {
        for part in 0..SPOTS {
            let along = (part as f64 + dice.between(0.2, 0.8)) / SPOTS as f64;
            let across = dice.between(0.35, 0.65);
            spots.push(match right - left > above - below {
                true => [left + along * (right - left), below + across * (above - below)],
                false => [left + across * (right - left), below + along * (above - below)],
            });
        }
    }
    spots.push([dice.between(tills[0] + 0.5, tills[2] - 0.5), (tills[1] + tills[3]) / 2.0]);
    spots.push(door);
    spots
}
