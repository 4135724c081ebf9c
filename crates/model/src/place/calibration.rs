//! From the pixels of a picture, or the frame of a sensor, to the metres of a floor.
//!
//! A picture is laid on a floor by points whose place is known in both. The map between is the affine one of least squares;
//! how far it misses those points is said, never hidden. Three points are met exactly whatever they are, so only a fourth
//! shows an error.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shape::Point;

/// A map that keeps lines straight and parallel: x′ = a·x + b·y + c, y′ = d·x + e·y + f.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Affine {
    /// `[a, b, c]`.
    #[schema(value_type = Vec<f64>)]
    pub x: [f64; 3],
    /// `[d, e, f]`.
    #[schema(value_type = Vec<f64>)]
    pub y: [f64; 3],
}

/// One place, known in both frames.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlPoint {
    /// In the picture: pixels to the right and down from its upper left corner.
    #[schema(value_type = Vec<f64>)]
    pub pixel: [f64; 2],
    /// On the floor, metres.
    #[schema(value_type = Vec<f64>)]
    pub metres: Point,
}

/// An affine map and how well it meets the points it was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    pub affine: Affine,
    /// How far each point is missed, metres, in order.
    pub misses_m: Vec<f64>,
}

impl Affine {
    pub const IDENTITY: Affine = Affine { x: [1.0, 0.0, 0.0], y: [0.0, 1.0, 0.0] };

    /// Scales both axes.
    pub fn scale(x: f64, y: f64) -> Affine {
        Affine { x: [x, 0.0, 0.0], y: [0.0, y, 0.0] }
    }

    pub fn shift(x: f64, y: f64) -> Affine {
        Affine { x: [1.0, 0.0, x], y: [0.0, 1.0, y] }
    }

    /// Turns counter-clockwise about the origin.
    pub fn turn(radians: f64) -> Affine {
        let (sin, cos) = radians.sin_cos();
        Affine { x: [cos, -sin, 0.0], y: [sin, cos, 0.0] }
    }

    pub fn apply(&self, [x, y]: Point) -> Point {
        let of = |[a, b, c]: [f64; 3]| a * x + b * y + c;
        [of(self.x), of(self.y)]
    }

    /// The map that is this one first and `next` after.
    pub fn then(&self, next: &Affine) -> Affine {
        let of = |[a, b, c]: [f64; 3]| {
            [a * self.x[0] + b * self.y[0], a * self.x[1] + b * self.y[1], a * self.x[2] + b * self.y[2] + c]
        };
        Affine { x: of(next.x), y: of(next.y) }
    }

    /// How many times larger areas become; below 0 where the map mirrors.
    pub fn determinant(&self) -> f64 {
        self.x[0] * self.y[1] - self.x[1] * self.y[0]
    }

    /// How much longer one axis becomes than the other, above 1 or 1. Infinite of a map that flattens.
    pub fn unevenness(&self) -> f64 {
        let lengths = [self.x[0].hypot(self.y[0]), self.x[1].hypot(self.y[1])];
        lengths[0].max(lengths[1]) / lengths[0].min(lengths[1])
    }

    /// The map of least squares through control points.
    ///
    /// # Errors
    /// A sentence, where there are fewer than three points, or all on one line, in either frame.
    pub fn fit(points: &[ControlPoint]) -> Result<Fit, String> {
        if points.len() < 3 {
            return Err(format!("{} control points; give at least 3, not all on one line", points.len()));
        }
        let all = points.iter().flat_map(|point| [point.pixel, point.metres]).flatten();
        if all.into_iter().any(|value| !value.is_finite()) {
            return Err("a control point has a coordinate that is no number".to_owned());
        }
        // About the means, so that the size of the numbers costs no digits.
        let count = points.len() as f64;
        let mean = |of: fn(&ControlPoint) -> f64| points.iter().map(of).sum::<f64>() / count;
        let pixel = [mean(|point| point.pixel[0]), mean(|point| point.pixel[1])];
        let metres = [mean(|point| point.metres[0]), mean(|point| point.metres[1])];
        let mut squares = [0.0; 3];
        let mut products = [[0.0; 2]; 2];
        let mut spread = [0.0; 3];
        for point in points {
            let [u, v] = [point.pixel[0] - pixel[0], point.pixel[1] - pixel[1]];
            let [x, y] = [point.metres[0] - metres[0], point.metres[1] - metres[1]];
            squares = [squares[0] + u * u, squares[1] + u * v, squares[2] + v * v];
            spread = [spread[0] + x * x, spread[1] + x * y, spread[2] + y * y];
            products[0] = [products[0][0] + u * x, products[0][1] + v * x];
            products[1] = [products[1][0] + u * y, products[1][1] + v * y];
        }
        if is_line(squares) || is_line(spread) {
            return Err("the control points lie on one line; put one to its side".to_owned());
        }
        let [uu, uv, vv] = squares;
        let determinant = uu * vv - uv * uv;
        let row = |[u, v]: [f64; 2], offset: f64| {
            let (a, b) = ((u * vv - v * uv) / determinant, (v * uu - u * uv) / determinant);
            [a, b, offset - a * pixel[0] - b * pixel[1]]
        };
        let affine = Affine { x: row(products[0], metres[0]), y: row(products[1], metres[1]) };
        let miss = |point: &ControlPoint| {
            let [x, y] = affine.apply(point.pixel);
            (x - point.metres[0]).hypot(y - point.metres[1])
        };
        let misses_m = points.iter().map(miss).collect();
        Ok(Fit { affine, misses_m })
    }
}

impl Fit {
    /// Root of the mean square of the misses, metres.
    pub fn residual_m(&self) -> f64 {
        let count = self.misses_m.len().max(1) as f64;
        (self.misses_m.iter().map(|miss| miss * miss).sum::<f64>() / count).sqrt()
    }
}

/// Whether points spread along one line only: the narrower spread is less than a thousandth of the wider.
fn is_line([xx, xy, yy]: [f64; 3]) -> bool {
    let (middle, half) = ((xx + yy) / 2.0, ((xx - yy) / 2.0).hypot(xy));
    middle - half <= (middle + half) * 1e-6
}
