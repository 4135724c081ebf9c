//! From degrees to the metres of a floor.
//!
//! A site is small enough for a plane: around its middle a degree is as long as the ellipsoid of WGS 84 says. Where the
//! true size of the outline is known, the plan is linear in Web Mercator between its edges, as web maps draw it.

use model::place::shape::{Bounds, Point};

/// WGS 84: half the longer axis in metres, and the square of the eccentricity.
const AXIS_M: f64 = 6_378_137.0;
const ECCENTRICITY_SQUARED: f64 = 6.694_379_990_141_316e-3;

/// Widest site read as degrees. As metres nothing so small is a plan, as degrees nothing larger a site.
pub(super) const SITE_DEGREES_MAX: f64 = 0.2;

/// A plane over a piece of the earth, its origin the lower left corner of the outline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plane {
    origin: Point,
    /// Metres a degree of longitude is, and one of latitude.
    degree_m: [f64; 2],
}

impl Plane {
    /// A plane over an outline in degrees.
    pub(super) fn over(outline: &Bounds) -> Plane {
        let latitude = ((outline.min[1] + outline.max[1]) / 2.0).to_radians();
        let root = (1.0 - ECCENTRICITY_SQUARED * latitude.sin().powi(2)).sqrt();
        let across = AXIS_M / root * latitude.cos();
        let along = AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / root.powi(3);
        Plane { origin: outline.min, degree_m: [across.to_radians(), along.to_radians()] }
    }

    pub(super) fn metres(&self, [longitude, latitude]: Point) -> Point {
        [(longitude - self.origin[0]) * self.degree_m[0], (latitude - self.origin[1]) * self.degree_m[1]]
    }
}

/// Degrees in Web Mercator, metres at the equator.
pub(super) fn mercator([longitude, latitude]: Point) -> Point {
    let stretched = (std::f64::consts::FRAC_PI_4 + latitude.to_radians() / 2.0).tan().ln();
    [AXIS_M * longitude.to_radians(), AXIS_M * stretched]
}

/// Web Mercator in degrees.
pub(super) fn degrees([x, y]: Point) -> Point {
    let latitude = 2.0 * (y / AXIS_M).exp().atan() - std::f64::consts::FRAC_PI_2;
    [(x / AXIS_M).to_degrees(), latitude.to_degrees()]
}
