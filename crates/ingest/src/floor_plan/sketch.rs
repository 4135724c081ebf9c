//! What every format yields first: things drawn, in its own units, with the words it has for them.

use kurbo::{BezPath, PathEl};
use model::place::ZoneKind;
use model::place::calibration::{Affine, Fit};
use model::place::shape::{Bounds, Point, Polygon, Ring, Shape};
use model::text::LocalizedText;

use super::{Options, Result, Unreadable, Warning};
use crate::limits::{PLAN_POINTS_MAX, PLAN_SHAPES_MAX};

/// How far a chord may miss its curve, metres.
pub(super) const CHORD_M_MAX: f64 = 0.001;

/// What a thing on a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Outline,
    Walkable,
    /// With its kind, where the file says it.
    Zone(Option<ZoneKind>),
    Fixture,
    /// A line people cross. Whether the file's own way of it has the inside to its right.
    Gate,
}

#[derive(Debug, Clone)]
pub(super) enum Drawn {
    Area(Shape),
    Line(Point, Point),
}

#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) role: Role,
    /// What the file calls it.
    pub(super) id: Option<String>,
    pub(super) name: Option<LocalizedText>,
    pub(super) category: Option<String>,
    pub(super) drawn: Drawn,
    /// Where in the file.
    pub(super) at: String,
}

/// A floor as drawn.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    pub(super) things: Vec<Thing>,
    /// Words within the drawing, and where they stand.
    pub(super) labels: Vec<(Point, String)>,
    pub(super) warnings: Vec<Warning>,
    points: usize,
}

impl Sketch {
    /// Adds a thing, within the limits of a plan.
    pub(super) fn add(&mut self, thing: Thing) -> Result<()> {
        if self.things.len() >= PLAN_SHAPES_MAX {
            let reason = format!("more than {PLAN_SHAPES_MAX} shapes; leave out layers that are no part of the plan");
            return Err(Unreadable::new(thing.at, reason));
        }
        self.points += match &thing.drawn {
            Drawn::Area(shape) => shape.points(),
            Drawn::Line(..) => 2,
        };
        if self.points > PLAN_POINTS_MAX {
            let reason = format!("more than {PLAN_POINTS_MAX} corners up to here; draw curves with fewer points");
            return Err(Unreadable::new(thing.at, reason));
        }
        self.things.push(thing);
        Ok(())
    }

    /// Around the outline, or where none is drawn around everything.
    pub(super) fn bounds(&self) -> Option<Bounds> {
        let of = |wanted: fn(&Thing) -> bool| {
            let bounds = self.things.iter().filter(|thing| wanted(thing)).filter_map(|thing| thing.drawn.bounds());
            Bounds::of(bounds.flat_map(|bounds| [bounds.min, bounds.max]))
        };
        of(|thing| thing.role == Role::Outline)
            .or_else(|| of(|thing| thing.role == Role::Walkable))
            .or_else(|| of(|_| true))
    }

    /// Moves everything.
    pub(super) fn map(&mut self, to: impl Fn(Point) -> Point) {
        for thing in &mut self.things {
            match &mut thing.drawn {
                Drawn::Area(shape) => {
                    for polygon in &mut shape.polygons {
                        let rings = std::iter::once(&mut polygon.outer).chain(&mut polygon.holes);
                        rings.flatten().for_each(|point| *point = to(*point));
                    }
                }
                Drawn::Line(from, end) => (*from, *end) = (to(*from), to(*end)),
            }
        }
        self.labels.iter_mut().for_each(|(at, _)| *at = to(*at));
    }

    /// Lays the drawing by what the caller knows of it: control points, else the length of a unit, else the size of the
    /// outline. `y_up`: whether the file's axis points up. `origin`: what is the floor's origin where only the unit is
    /// known. None: the caller says nothing.
    pub(super) fn lay(
        &mut self,
        options: &Options<'_>,
        y_up: bool,
        origin: Point,
    ) -> Result<Option<(Affine, Option<Fit>)>> {
        let flip = if y_up { 1.0 } else { -1.0 };
        if !options.control_points.is_empty() {
            let fit =
                Affine::fit(options.control_points).map_err(|what| Unreadable::new("the control points", what))?;
            super::picture::warn_of(&fit, y_up, &mut self.warnings);
            return Ok(Some((fit.affine, Some(fit))));
        }
        if let Some(unit) = options.metres_per_unit {
            let origin = Affine::shift(-origin[0], -origin[1]);
            return Ok(Some((origin.then(&Affine::scale(unit, flip * unit)), None)));
        }
        let (Some([width, height]), Some(bounds)) = (options.size_m, self.bounds()) else { return Ok(None) };
        let scale = [width / bounds.width_m(), height / bounds.height_m()];
        if !scale.into_iter().all(f64::is_normal) {
            return Err(Unreadable::new("the outline", "it has no width or no height to lay the size on"));
        }
        warn_of_proportions(scale[0] / scale[1], &mut self.warnings);
        let low = if y_up { bounds.min[1] } else { bounds.max[1] };
        let origin = Affine::shift(-bounds.min[0], -low);
        Ok(Some((origin.then(&Affine::scale(scale[0], flip * scale[1])), None)))
    }
}

pub(super) fn warn_of_proportions(ratio: f64, warnings: &mut Vec<Warning>) {
    if !(0.99..=1.01).contains(&ratio) {
        let percent = (ratio - 1.0) * 100.0;
        let text = format!(
            "the size has other proportions than the drawing: its width is stretched by {percent:.1} % more than its \
             height; is it the size of the outline?"
        );
        warnings.push(Warning::new("proportions_differ", text));
    }
}

impl Drawn {
    pub(super) fn bounds(&self) -> Option<Bounds> {
        match self {
            Drawn::Area(shape) => shape.bounds(),
            Drawn::Line(from, to) => Bounds::of([*from, *to]),
        }
    }
}

/// Rings as they lie in each other: a ring within an odd number of others is a hole of the smallest of them.
pub(super) fn nested(mut rings: Vec<Ring>) -> Shape {
    let polygon = |ring: &Ring| Polygon { outer: ring.clone(), holes: Vec::new() };
    rings.sort_by(|a, b| polygon(b).area_m2().total_cmp(&polygon(a).area_m2()));
    let mut polygons: Vec<(Polygon, usize)> = Vec::new();
    for ring in rings {
        let Some(inner) = ring.first().copied() else { continue };
        let around = polygons.iter().rposition(|(known, _)| Polygon { holes: vec![], ..known.clone() }.contains(inner));
        match around {
            Some(at) if polygons[at].1 == 0 && !in_hole(&polygons[at].0, inner) => polygons[at].0.holes.push(ring),
            _ => polygons.push((polygon(&ring), 0)),
        }
    }
    Shape { polygons: polygons.into_iter().map(|(polygon, _)| polygon).collect() }
}

fn in_hole(polygon: &Polygon, point: Point) -> bool {
    polygon.holes.iter().any(|hole| Polygon { outer: hole.clone(), holes: Vec::new() }.contains(point))
}

/// The rings of a path, its curves as chords. Whether each was closed stands beside it.
pub(super) fn chords(path: &BezPath, tolerance: f64) -> Vec<(Ring, bool)> {
    let mut rings: Vec<(Ring, bool)> = Vec::new();
    kurbo::flatten(path, tolerance, |element| match element {
        PathEl::MoveTo(point) => rings.push((vec![[point.x, point.y]], false)),
        PathEl::LineTo(point) => {
            if let Some((ring, _)) = rings.last_mut() {
                ring.push([point.x, point.y]);
            }
        }
        PathEl::ClosePath => {
            if let Some((_, is_closed)) = rings.last_mut() {
                *is_closed = true;
            }
        }
        PathEl::QuadTo(..) | PathEl::CurveTo(..) => {}
    });
    for (ring, is_closed) in &mut rings {
        *is_closed |= ring.len() > 3 && ring.first() == ring.last();
    }
    rings
}
