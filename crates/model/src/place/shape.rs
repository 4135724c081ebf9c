//! Shapes on a floor, in metres: x to the right, y up.
//!
//! A [`Ring`] may run either way round and may repeat its first point at its end. Areas are exact to rounding: an overlap
//! is the integral of the lower of two edges over all pairs of edges, so nothing is cut up and nothing is approximated.
//! Curves are made polylines where a plan is read, not here.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::limits::{COORDINATE_M_MAX, RING_POINTS_MAX};

/// `[x, y]` in metres from the origin of the floor.
pub type Point = [f64; 2];

/// The corners of an area, in order.
pub type Ring = Vec<Point>;

/// How far from an edge a point still lies on it, metres.
const ON_EDGE_M: f64 = 1e-9;

/// Smallest area that is one, square metres: ten centimetres by ten.
pub const AREA_M2_MIN: f64 = 0.01;

/// An area in one piece, perhaps with holes. Written as its ring alone where it has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "PolygonText", into = "PolygonText")]
pub struct Polygon {
    pub outer: Ring,
    pub holes: Vec<Ring>,
}

/// An area in one or more pieces. Written as its polygon alone where it is one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "ShapeText", into = "ShapeText")]
pub struct Shape {
    pub polygons: Vec<Polygon>,
}

/// How a [`Polygon`] is written.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = AreaText)]
#[serde(untagged, expecting = "an area is a ring [[x, y], …] in metres, or {outer: ring, holes: [ring, …]}")]
pub(super) enum PolygonText {
    Ring(Corners),
    Holed(Holed),
}

#[derive(Serialize, Deserialize, ToSchema)]
#[schema(value_type = Vec<Vec<f64>>)]
pub(super) struct Corners(Ring);

#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = AreaWithHoles)]
#[serde(deny_unknown_fields)]
pub(super) struct Holed {
    #[schema(value_type = Vec<Vec<f64>>)]
    outer: Ring,
    #[schema(value_type = Vec<Vec<Vec<f64>>>)]
    holes: Vec<Ring>,
}

/// How a [`Shape`] is written.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(
    untagged,
    expecting = "a shape is a ring [[x, y], …] in metres, {outer: ring, holes: [ring, …]}, or a list of those"
)]
pub(super) enum ShapeText {
    One(PolygonText),
    Many(Vec<PolygonText>),
}

impl From<PolygonText> for Polygon {
    fn from(text: PolygonText) -> Polygon {
        match text {
            PolygonText::Ring(Corners(outer)) => Polygon { outer, holes: Vec::new() },
            PolygonText::Holed(Holed { outer, holes }) => Polygon { outer, holes },
        }
    }
}

impl From<Polygon> for PolygonText {
    fn from(polygon: Polygon) -> PolygonText {
        let Polygon { outer, holes } = polygon;
        if holes.is_empty() { PolygonText::Ring(Corners(outer)) } else { PolygonText::Holed(Holed { outer, holes }) }
    }
}

impl From<ShapeText> for Shape {
    fn from(text: ShapeText) -> Shape {
        match text {
            ShapeText::One(polygon) => Polygon::from(polygon).into(),
            ShapeText::Many(polygons) => Shape { polygons: polygons.into_iter().map(Polygon::from).collect() },
        }
    }
}

impl From<Shape> for ShapeText {
    fn from(mut shape: Shape) -> ShapeText {
        match shape.polygons.len() {
            1 => ShapeText::One(shape.polygons.remove(0).into()),
            _ => ShapeText::Many(shape.polygons.into_iter().map(PolygonText::from).collect()),
        }
    }
}

impl From<Polygon> for Shape {
    fn from(polygon: Polygon) -> Shape {
        Shape { polygons: vec![polygon] }
    }
}

/// The smallest upright rectangle around something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub min: Point,
    pub max: Point,
}

impl Bounds {
    /// Around nothing: the neutral element of [`Bounds::with`].
    pub const NOTHING: Bounds = Bounds { min: [f64::INFINITY; 2], max: [f64::NEG_INFINITY; 2] };

    /// Around points; `None` of none.
    pub fn of(points: impl IntoIterator<Item = Point>) -> Option<Bounds> {
        let bounds = points.into_iter().fold(Bounds::NOTHING, Bounds::with);
        (bounds.min[0] <= bounds.max[0]).then_some(bounds)
    }

    #[inline]
    #[must_use]
    pub fn with(self, [x, y]: Point) -> Bounds {
        Bounds { min: [self.min[0].min(x), self.min[1].min(y)], max: [self.max[0].max(x), self.max[1].max(y)] }
    }

    #[must_use]
    pub fn around(self, other: Bounds) -> Bounds {
        self.with(other.min).with(other.max)
    }

    pub fn width_m(&self) -> f64 {
        self.max[0] - self.min[0]
    }

    pub fn height_m(&self) -> f64 {
        self.max[1] - self.min[1]
    }

    #[inline]
    pub fn meets(&self, other: &Bounds) -> bool {
        (0..2).all(|axis| self.min[axis] <= other.max[axis] && other.min[axis] <= self.max[axis])
    }
}

impl Polygon {
    /// A rectangle between two corners.
    pub fn rectangle([x0, y0]: Point, [x1, y1]: Point) -> Polygon {
        Polygon { outer: vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1]], holes: Vec::new() }
    }

    pub fn rings(&self) -> impl Iterator<Item = &[Point]> {
        std::iter::once(&self.outer).chain(&self.holes).map(|ring| open(ring))
    }

    pub fn bounds(&self) -> Option<Bounds> {
        Bounds::of(self.outer.iter().copied())
    }

    /// Square metres, holes taken off.
    pub fn area_m2(&self) -> f64 {
        signed_area(&self.outer).abs() - self.holes.iter().map(|hole| signed_area(hole).abs()).sum::<f64>()
    }

    /// The centre of its mass; of what has no area the mean of its corners. It need not lie within.
    pub fn centroid(&self) -> Point {
        let mut sum = [0.0, 0.0, 0.0];
        for (at, ring) in self.rings().enumerate() {
            let [area, x, y] = moments(ring);
            let sign = if at == 0 { 1.0 } else { -1.0 } * area.signum();
            sum = [sum[0] + sign * area, sum[1] + sign * x, sum[2] + sign * y];
        }
        if sum[0] > 0.0 {
            return [sum[1] / sum[0], sum[2] / sum[0]];
        }
        let count = self.outer.len().max(1) as f64;
        self.outer.iter().fold([0.0, 0.0], |mean, point| [mean[0] + point[0] / count, mean[1] + point[1] / count])
    }

    /// Whether a point lies within. An edge is within, that of a hole too.
    pub fn contains(&self, point: Point) -> bool {
        let (mut inside, mut on_edge) = (false, false);
        for (a, b) in self.edges() {
            on_edge |= is_near(point, a, b);
            if (a[1] > point[1]) != (b[1] > point[1]) {
                let x = a[0] + (point[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
                inside ^= point[0] < x;
            }
        }
        inside || on_edge
    }

    /// Square metres that two areas share.
    pub fn overlap_m2(&self, other: &Polygon) -> f64 {
        let (Some(ours), Some(theirs)) = (self.bounds(), other.bounds()) else { return 0.0 };
        if !ours.meets(&theirs) {
            return 0.0;
        }
        let base = ours.min[1].min(theirs.min[1]);
        let (tops, mut others) = (self.tops(base), other.tops(base));
        others.sort_by(|a, b| a.from.total_cmp(&b.from));
        let shared = |top: &Top| -> f64 {
            let reached = others.iter().take_while(|other| other.from < top.to);
            reached.map(|other| top.lower_integral(other)).sum()
        };
        tops.iter().map(shared).sum::<f64>().max(0.0)
    }

    fn edges(&self) -> impl Iterator<Item = (Point, Point)> {
        self.rings().flat_map(edges)
    }

    /// The area as what lies below its upper edges, less what lies below its lower ones.
    fn tops(&self, base: f64) -> Vec<Top> {
        let mut tops = Vec::new();
        for (at, ring) in self.rings().enumerate() {
            // Counter-clockwise an edge to the left has the area below it.
            let sign = signed_area(ring).signum() * if at == 0 { 1.0 } else { -1.0 };
            tops.extend(edges(ring).filter(|(a, b)| a[0] != b[0]).map(|(a, b)| {
                let ((left, right), sign) = if a[0] > b[0] { ((b, a), sign) } else { ((a, b), -sign) };
                Top { from: left[0], to: right[0], heights: [left[1] - base, right[1] - base], sign }
            }));
        }
        tops
    }

    /// What is wrong with it, in a sentence; `None` where nothing is.
    pub fn fault(&self) -> Option<Defect> {
        for (at, ring) in std::iter::once(&self.outer).chain(&self.holes).enumerate() {
            if let Some(what) = ring_fault(ring) {
                return Some(if at == 0 { what } else { what.of(&format!("hole {at}")) });
            }
        }
        let whole = Polygon { outer: self.outer.clone(), holes: Vec::new() };
        for (at, hole) in self.holes.iter().enumerate() {
            let hole = Polygon { outer: hole.clone(), holes: Vec::new() };
            if hole.area_m2() - hole.overlap_m2(&whole) > AREA_M2_MIN {
                let what = format!("hole {} reaches out of the area it is cut from", at + 1);
                return Some(Defect::new("shape_hole_outside", [(at + 1).to_string()], what));
            }
        }
        (self.area_m2() < AREA_M2_MIN).then(|| Defect::new("shape_all_holes", [], "its holes leave nothing of it"))
    }
}

impl Shape {
    pub fn area_m2(&self) -> f64 {
        self.polygons.iter().map(Polygon::area_m2).sum()
    }

    pub fn bounds(&self) -> Option<Bounds> {
        Bounds::of(self.polygons.iter().flat_map(|polygon| polygon.outer.iter().copied()))
    }

    pub fn centroid(&self) -> Point {
        let weigh = |sum: [f64; 3], polygon: &Polygon| {
            let (area, at) = (polygon.area_m2(), polygon.centroid());
            [sum[0] + area, sum[1] + area * at[0], sum[2] + area * at[1]]
        };
        let [area, x, y] = self.polygons.iter().fold([0.0; 3], weigh);
        if area > 0.0 {
            return [x / area, y / area];
        }
        self.polygons.first().map_or([0.0, 0.0], Polygon::centroid)
    }

    pub fn contains(&self, point: Point) -> bool {
        self.polygons.iter().any(|polygon| polygon.contains(point))
    }

    /// Square metres that two shapes share; pieces of one shape are taken not to overlap.
    pub fn overlap_m2(&self, other: &Shape) -> f64 {
        let pairs = self.polygons.iter().flat_map(|ours| other.polygons.iter().map(move |theirs| (ours, theirs)));
        pairs.map(|(ours, theirs)| ours.overlap_m2(theirs)).sum()
    }

    pub fn points(&self) -> usize {
        self.polygons.iter().flat_map(Polygon::rings).map(<[Point]>::len).sum()
    }

    /// What is wrong with it, in a sentence; `None` where nothing is.
    pub fn fault(&self) -> Option<Defect> {
        if self.polygons.is_empty() {
            return Some(Defect::new("shape_none", [], "a shape has at least one area"));
        }
        let of = |(at, polygon): (usize, &Polygon)| {
            let what = polygon.fault()?;
            Some(if self.polygons.len() == 1 { what } else { what.of(&format!("area {}", at + 1)) })
        };
        self.polygons.iter().enumerate().find_map(of)
    }
}

/// A stretch of an edge and all that lies below it.
#[derive(Debug)]
struct Top {
    from: f64,
    to: f64,
    /// At both ends, above a common base.
    heights: [f64; 2],
    sign: f64,
}

impl Top {
    fn height(&self, x: f64) -> f64 {
        let [a, b] = self.heights;
        a + (x - self.from) / (self.to - self.from) * (b - a)
    }

    /// The integral of the lower of two edges where both are, with the sign of their product.
    fn lower_integral(&self, other: &Top) -> f64 {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        if from >= to {
            return 0.0;
        }
        let (ours, theirs) = ([self.height(from), self.height(to)], [other.height(from), other.height(to)]);
        let (d0, d1) = (ours[0] - theirs[0], ours[1] - theirs[1]);
        let trapezoid = |ends: [f64; 2]| (ends[0] + ends[1]) / 2.0 * (to - from);
        let lower = if d0 <= 0.0 && d1 <= 0.0 {
            trapezoid(ours)
        } else if d0 >= 0.0 && d1 >= 0.0 {
            trapezoid(theirs)
        } else {
            // They cross: the lower edge is one before and the other after.
            let (share, crossing) = (d0 / (d0 - d1), self.height(from + d0 / (d0 - d1) * (to - from)));
            let (first, last) = if d0 < 0.0 { (ours[0], theirs[1]) } else { (theirs[0], ours[1]) };
            ((first + crossing) * share + (crossing + last) * (1.0 - share)) / 2.0 * (to - from)
        };
        self.sign * other.sign * lower
    }
}

/// A ring without the repetition of its first point.
pub fn open(ring: &[Point]) -> &[Point] {
    match ring {
        [first, rest @ .., last] if !rest.is_empty() && first == last => &ring[..ring.len() - 1],
        _ => ring,
    }
}

fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    ring.iter().enumerate().map(|(at, point)| (*point, ring[(at + 1) % ring.len()]))
}

/// Square metres, positive where the ring runs counter-clockwise.
pub fn signed_area(ring: &[Point]) -> f64 {
    moments(ring)[0]
}

/// Signed area, and its moments in x and y, taken about the first corner so that far origins cost no digits.
fn moments(ring: &[Point]) -> [f64; 3] {
    let ring = open(ring);
    let Some([x0, y0]) = ring.first().copied() else { return [0.0; 3] };
    let [area, x, y] = edges(ring).fold([0.0; 3], |sum, (a, b)| {
        let (a, b) = ([a[0] - x0, a[1] - y0], [b[0] - x0, b[1] - y0]);
        let cross = a[0] * b[1] - b[0] * a[1];
        [sum[0] + cross / 2.0, sum[1] + cross * (a[0] + b[0]) / 6.0, sum[2] + cross * (a[1] + b[1]) / 6.0]
    });
    [area, x + area * x0, y + area * y0]
}

fn is_near(point: Point, a: Point, b: Point) -> bool {
    distance_m(point, a, b) <= ON_EDGE_M
}

/// From a point to the nearest of a stretch from `a` to `b`, metres.
pub fn distance_m([x, y]: Point, a: Point, b: Point) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let squared = along[0] * along[0] + along[1] * along[1];
    let share = if squared > 0.0 { ((x - a[0]) * along[0] + (y - a[1]) * along[1]) / squared } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    (x - a[0] - share * along[0]).hypot(y - a[1] - share * along[1])
}

/// What is wrong with a shape, in a sentence and as a code with what the sentence names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    pub code: &'static str,
    pub values: Vec<String>,
    pub message: String,
}

impl Defect {
    fn new<const N: usize>(code: &'static str, values: [String; N], message: impl Into<String>) -> Defect {
        Defect { code, values: values.into(), message: message.into() }
    }

    /// The same, of a part.
    fn of(self, part: &str) -> Defect {
        Defect { message: format!("{part}: {}", self.message), ..self }
    }
}

fn ring_fault(ring: &[Point]) -> Option<Defect> {
    let corners = open(ring);
    if corners.len() < 3 {
        let what = format!("an area has at least 3 corners, not {}", corners.len());
        return Some(Defect::new("shape_corners_few", [corners.len().to_string()], what));
    }
    if corners.len() > RING_POINTS_MAX {
        let what = format!("{} corners; an area has at most {RING_POINTS_MAX}, leave out points", corners.len());
        return Some(Defect::new("shape_corners_many", [corners.len().to_string(), RING_POINTS_MAX.to_string()], what));
    }
    let is_wild = |[x, y]: &Point| !(x.abs() <= COORDINATE_M_MAX && y.abs() <= COORDINATE_M_MAX);
    if let Some([x, y]) = corners.iter().find(|point| is_wild(point)) {
        let what = format!("[{x}, {y}] is no place on a floor in metres; are the units right?");
        return Some(Defect::new("shape_far", [x.to_string(), y.to_string()], what));
    }
    if let Some(what) = crossing(corners) {
        return Some(what);
    }
    let area = signed_area(corners).abs();
    (area < AREA_M2_MIN).then(|| {
        let what = format!("its area is {area:.4} m², less than {AREA_M2_MIN}; are the units metres?");
        Defect::new("shape_small", [format!("{area:.4}"), AREA_M2_MIN.to_string()], what)
    })
}

/// Where two edges of a ring cross, in a sentence. Edges that only touch do not cross.
fn crossing(ring: &[Point]) -> Option<Defect> {
    let edges: Vec<(Point, Point)> = edges(ring).collect();
    for (i, (a, b)) in edges.iter().enumerate() {
        for (j, (c, d)) in edges.iter().enumerate().skip(i + 2) {
            let are_neighbours = i == 0 && j == edges.len() - 1;
            if are_neighbours || a[0].max(b[0]) < c[0].min(d[0]) || c[0].max(d[0]) < a[0].min(b[0]) {
                continue;
            }
            let sides = [side(*a, *b, *c), side(*a, *b, *d), side(*c, *d, *a), side(*c, *d, *b)];
            if sides[0] * sides[1] < 0.0 && sides[2] * sides[3] < 0.0 {
                let share = sides[2] / (sides[2] - sides[3]);
                let at = [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
                let values =
                    [format!("{:.2}", at[0]), format!("{:.2}", at[1]), (i + 1).to_string(), (j + 1).to_string()];
                let [x, y, first, second] = &values;
                let what = format!(
                    "it crosses itself at [{x}, {y}]: the edge after corner {first} and that after corner {second}; put \
                     the corners in order"
                );
                return Some(Defect::new("shape_crosses", values, what));
            }
        }
    }
    None
}

/// Above 0 where `point` lies to the left of the way from `a` to `b`.
fn side(a: Point, b: Point, point: Point) -> f64 {
    (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
}
