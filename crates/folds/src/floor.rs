//! The kernels of the floor: what people walking through a shop, a mall or a hall did, from their tracks and the plan.
//!
//! Lengths are metres on the plan (y up), times UTC microseconds, speeds metres a second. A [`Track`] is what one sensor
//! identity was seen at; between two sightings a person is taken to have walked straight and evenly, unless they lie
//! further apart than a gap that is not bridged. Every moment at which something is crossed is rounded to the
//! microsecond *once*, so that the parts of a step add up to the step, those of a track to its time, and partial results
//! merge in any order to the last digit.
//!
//! Absent on purpose: plan formats, zone names, sensors' units and clocks. Polygons come as rings of metres.

pub mod clean;
pub mod counts;
pub mod diagnose;
pub mod dwell;
pub mod erlang;
pub mod flows;
pub mod forecast;
pub mod heat;
mod kalman;
pub mod lost;
pub mod noted;
pub mod occupancy;
pub mod path_types;
pub mod polygon;
pub mod queue;
pub mod silence;
pub mod spillover;
pub mod stay;
pub mod visitors;
pub mod walkable;
pub mod zones;

pub use model::place::shape::Point;
pub use polygon::Polygon;
pub use zones::Zones;

/// Longest time between two sightings that is bridged by a straight walk, unless asked otherwise.
pub const GAP_US: i64 = 2_000_000;

/// Where one sensor identity was seen: columns of the same length, times not descending.
///
/// Two sightings at one moment, or one whose place is not a finite number, make no step and fail nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Track<'a> {
    /// UTC microseconds.
    pub time: &'a [i64],
    pub x: &'a [f64],
    pub y: &'a [f64],
}

/// The straight walk between two sightings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Position of the first of the two in the track.
    pub index: usize,
    pub from_us: i64,
    pub to_us: i64,
    pub from: Point,
    pub to: Point,
}

impl<'a> Track<'a> {
    pub fn len(&self) -> usize {
        self.time.len()
    }

    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    pub fn at(&self, index: usize) -> Point {
        [self.x[index], self.y[index]]
    }

    /// The walks between neighbours that are no further apart than `gap_us`.
    #[inline]
    pub fn steps(self, gap_us: i64) -> impl Iterator<Item = Step> + 'a {
        (1..self.len()).filter_map(move |next| {
            let index = next - 1;
            let (from_us, to_us) = (self.time[index], self.time[next]);
            let (from, to) = (self.at(index), self.at(next));
            let bridged = to_us > from_us && to_us - from_us <= gap_us;
            let finite = (from[0] + from[1] + to[0] + to[1]).is_finite();
            (bridged && finite).then_some(Step { index, from_us, to_us, from, to })
        })
    }

    /// The time that is accounted for: that of all steps.
    pub fn bridged_us(self, gap_us: i64) -> i64 {
        self.steps(gap_us).map(|step| step.to_us - step.from_us).sum()
    }
}

impl Step {
    /// The moment at which `share` of the step is walked, to the microsecond.
    #[inline]
    pub fn moment(&self, share: f64) -> i64 {
        self.from_us + (share.clamp(0.0, 1.0) * (self.to_us - self.from_us) as f64).round() as i64
    }

    /// The place at which `share` of the step is walked.
    #[inline]
    pub fn place(&self, share: f64) -> Point {
        let [dx, dy] = self.vector();
        [self.from[0] + share * dx, self.from[1] + share * dy]
    }

    #[inline]
    pub fn vector(&self) -> Point {
        [self.to[0] - self.from[0], self.to[1] - self.from[1]]
    }

    pub fn length(&self) -> f64 {
        distance(self.from, self.to)
    }

    pub fn seconds(&self) -> f64 {
        (self.to_us - self.from_us) as f64 / 1e6
    }
}

/// Metres between two points.
#[inline]
pub fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}
