//! A store's plan: two floors, joined by an escalator, with a department for each category.

use chrono::NaiveDate;
use model::place::rules::{Matching, Members, Receipts, Rules};
use model::place::shape::{Polygon, Shape};
use model::place::{Fixture, Floor, Gate, Plan, Site, SiteKind, Zone, ZoneKind};
use model::text::LocalizedText;

use crate::field::{Field, Grid};
use crate::retailer::{CATEGORIES, ENTRANCES, Store, TILL_ZONE, ZONES_ENGLISH, zone_of};

/// Depth of every floor, metres; the width follows from the store's area.
const DEPTH_M: f64 = 20.0;

/// Departments of a floor.
const DEPARTMENTS: usize = 5;

pub(super) const QUEUE: &str = "排队区";
pub(super) const ESCALATOR: &str = "扶梯";

/// Left, below, right, above, metres.
type Edges = [f64; 4];

/// A store one can walk in.
#[derive(Debug)]
pub struct StorePlace {
    pub(super) site: Site,
    pub(super) levels: Vec<Level>,
    /// Metres.
    pub(super) width: f64,
}

/// A floor, as who walks there knows it.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) grid: Grid,
    pub(super) goals: Vec<Goal>,
}

/// Somewhere to go, and where one stands there.
#[derive(Debug)]
pub(super) struct Goal {
    pub(super) name: &'static str,
    pub(super) spots: Vec<Spot>,
}

#[derive(Debug)]
pub(super) struct Spot {
    pub(super) at: [f64; 2],
    pub(super) field: Field,
}

/// A zone to be, before its way is known.
struct Area {
    id: String,
    name: &'static str,
    english: &'static str,
    kind: ZoneKind,
    category: Option<usize>,
    edges: Edges,
    /// What stands in its middle.
    fixture: Option<Edges>,
}

impl StorePlace {
    pub(super) fn new(store: &Store, from: NaiveDate) -> StorePlace {
        let width = (f64::from(store.floor_m2) / 2.0 / DEPTH_M * 2.0).round() / 2.0;
        let areas = [areas(width, store, 0), areas(width, store, 1)];
        let levels = areas.iter().map(|areas| level(width, areas)).collect();
        let floors = areas.iter().enumerate().map(|(number, areas)| floor(width, number, areas)).collect();
        let name = [("zh-CN", store.name), ("en", store.english)];
        let rules = Rules {
            // All tills are one zone, and who has paid walks along it for some seconds.
            receipts: Some(Receipts {
                events: vec!["order_paid".to_owned()],
                matching: Matching { scale_seconds: 4.0, window_seconds: 20.0, ..Matching::default() },
                ..Receipts::default()
            }),
            members: Some(Members {
                events: ["store_enter", "product_view", "consult", "order_paid"].map(str::to_owned).to_vec(),
                ..Members::default()
            }),
            ..Rules::default()
        };
        let site = Site {
            id: store.id.to_owned(),
            name: LocalizedText::ByLanguage(name.map(|(language, text)| (language.to_owned(), text.to_owned())).into()),
            known_as: vec![store.name.to_owned()],
            kind: SiteKind::Shop,
            time_zone: "Asia/Shanghai".to_owned(),
            plans: vec![Plan { from, note: None, floors }],
            rules,
        };
        StorePlace { site, levels, width }
    }
}

/// The zones of a floor: a way in, five departments, the escalator; below the tills, too.
fn areas(width: f64, store: &Store, number: usize) -> Vec<Area> {
    let plain = |id: &str, name, english, kind, edges| Area {
        id: id.to_owned(),
        name,
        english,
        kind,
        category: None,
        edges,
        fixture: None,
    };
    let column = |from: f64, to: f64| [(from * width * 2.0).round() / 2.0, (to * width * 2.0).round() / 2.0];
    let ([a, b], [c, d], [e, f]) = (column(0.03, 0.31), column(0.37, 0.63), column(0.69, 0.97));
    let departments: [Edges; DEPARTMENTS] =
        [[a, 5.0, b, 11.5], [a, 13.0, b, 19.5], [c, 5.0, d, 11.5], [c, 13.0, d, 19.5], [e, 6.5, f, 19.5]];
    let mut areas: Vec<Area> = departments
        .into_iter()
        .enumerate()
        .map(|(place, edges)| {
            let category = number * DEPARTMENTS + place;
            let [left, below, right, above] = edges;
            let (middle, half) = ((left + right) / 2.0, (right - left) / 4.0);
            Area {
                id: ZONES_ENGLISH[category].to_lowercase(),
                name: zone_of(category),
                english: ZONES_ENGLISH[category],
                kind: ZoneKind::Display,
                category: Some(category),
                edges,
                fixture: Some([middle - half, below + 2.0, middle + half, above - 2.0]),
            }
        })
        .collect();
    let english = ["Way in, ground floor", "Way in, upper floor"];
    areas.push(plain(
        ["entrance", "upper-entrance"][number],
        ENTRANCES[number],
        english[number],
        ZoneKind::Entrance,
        [1.0, 0.0, 4.0, 1.5],
    ));
    let moving = [width * 0.4, 1.0, width * 0.4 + 2.0, 3.5];
    areas.push(plain(["escalator", "upper-escalator"][number], ESCALATOR, "Escalator", ZoneKind::Escalator, moving));
    if number == 0 {
        let (left, right) = (width * 0.62, width * 0.62 + f64::from(store.tills) * 1.5);
        let right = right.min(width - 1.0);
        areas.push(plain("tills", TILL_ZONE, "Tills", ZoneKind::Till, [left, 0.5, right, 2.0]));
        areas.push(plain("queue", QUEUE, "Queue", ZoneKind::QueueTail, [left, 2.2, right, 4.2]));
    }
    areas
}

fn level(width: f64, areas: &[Area]) -> Level {
    let blocks: Vec<Edges> = areas.iter().filter_map(|area| area.fixture).collect();
    let grid = Grid::new([width, DEPTH_M], &blocks);
    let plain = grid.plain();
    let goals = areas.iter().map(|area| Goal {
        name: area.name,
        spots: spots(area).into_iter().map(|at| Spot { at, field: grid.field(at, &plain) }).collect(),
    });
    Level { goals: goals.collect(), grid }
}

/// Where one stands in an area: around what stands in it, else along its middle.
fn spots(area: &Area) -> Vec<[f64; 2]> {
    let [left, below, right, above] = area.edges;
    let (across, up) = (|share: f64| left + share * (right - left), |share: f64| below + share * (above - below));
    match area.fixture {
        Some([from, lower, to, upper]) => {
            let (before, behind) = ((below + lower) / 2.0, (upper + above) / 2.0);
            let (west, east) = ((left + from) / 2.0, (to + right) / 2.0);
            vec![
                [across(0.35), before],
                [across(0.65), before],
                [west, up(0.4)],
                [west, up(0.65)],
                [east, up(0.4)],
                [east, up(0.65)],
                [across(0.35), behind],
                [across(0.65), behind],
            ]
        }
        None if area.kind == ZoneKind::Entrance => vec![[across(0.5), below + 0.8]],
        None => vec![[across(0.3), up(0.5)], [across(0.5), up(0.5)], [across(0.7), up(0.5)]],
    }
}

fn floor(width: f64, number: usize, areas: &[Area]) -> Floor {
    let both = |chinese: &str, english: &str| {
        let texts =
            [("zh-CN", chinese), ("en", english)].map(|(language, text)| (language.to_owned(), text.to_owned()));
        LocalizedText::ByLanguage(texts.into())
    };
    let zone = |area: &Area| Zone {
        id: area.id.clone(),
        name: both(area.name, area.english),
        kind: area.kind,
        category: area.category.map(|category| CATEGORIES[category].to_owned()),
        parent: None,
        engaged_seconds: None,
        high_margin: false,
        shape: rectangle(area.edges),
    };
    let fixture = |area: &Area| {
        let edges = area.fixture?;
        let name = both(&format!("{}货架", area.name.trim_end_matches('区')), &format!("{} shelves", area.english));
        Some(Fixture { id: format!("{}-shelves", area.id), name, zone: Some(area.id.clone()), shape: rectangle(edges) })
    };
    let gate = Gate {
        id: ["door", "upper-door"][number].to_owned(),
        name: both(["大门", "连廊门"][number], ["Door", "Door to the footbridge"][number]),
        from: [1.0, 0.3],
        to: [4.0, 0.3],
    };
    Floor {
        id: format!("f{}", number + 1),
        name: LocalizedText::Same(format!("F{}", number + 1)),
        level: number as i16,
        outline: rectangle([0.0, 0.0, width, DEPTH_M]),
        walkable: None,
        zones: areas.iter().map(zone).collect(),
        fixtures: areas.iter().filter_map(fixture).collect(),
        gates: vec![gate],
        picture: None,
        frames: Vec::new(),
    }
}

fn rectangle([left, below, right, above]: Edges) -> Shape {
    Polygon::rectangle([left, below], [right, above]).into()
}
