//! Random plans and tracks, and the shop as the kernels take it.

use std::sync::LazyLock;

use folds::floor::{Polygon, Track, Zones};
use proptest::prelude::*;
use testkit::{Shop, ShopTrack, shop};

pub(crate) const SECOND: i64 = 1_000_000;

pub(crate) static SHOP: LazyLock<Shop> = LazyLock::new(shop);

pub(crate) static SHOP_ZONES: LazyLock<Zones> =
    LazyLock::new(|| Zones::new(SHOP.zones.iter().map(|zone| polygon(&zone.rings)).collect()).unwrap());

pub(crate) fn polygon(rings: &[Vec<[f64; 2]>]) -> Polygon {
    Polygon::new(rings.to_vec()).unwrap()
}

/// A track that owns its columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owned {
    pub(crate) time: Vec<i64>,
    pub(crate) x: Vec<f64>,
    pub(crate) y: Vec<f64>,
}

impl Owned {
    pub(crate) fn track(&self) -> Track<'_> {
        Track { time: &self.time, x: &self.x, y: &self.y }
    }
}

pub(crate) fn track(of: &ShopTrack) -> Track<'_> {
    Track { time: &of.time_us, x: &of.x, y: &of.y }
}

/// A walk over and around a plan of 10 m × 10 m, with gaps.
pub(crate) fn walks(points: usize) -> impl Strategy<Value = Owned> {
    let step = (1i64..3_000_000, -1.5..1.5f64, -1.5..1.5f64);
    ((-1.0..11.0f64, -1.0..11.0f64), prop::collection::vec(step, 1..points)).prop_map(|(start, steps)| {
        let mut walk = Owned { time: vec![0], x: vec![start.0], y: vec![start.1] };
        for (us, dx, dy) in steps {
            let last = walk.time.len() - 1;
            walk.time.push(walk.time[last] + us);
            walk.x.push((walk.x[last] + dx).clamp(-1.0, 11.0));
            walk.y.push((walk.y[last] + dy).clamp(-1.0, 11.0));
        }
        walk
    })
}

/// A star-shaped area with or without a hole, anywhere on the plan.
pub(crate) fn areas() -> impl Strategy<Value = Vec<Vec<[f64; 2]>>> {
    ((0.0..10.0f64, 0.0..10.0f64), prop::collection::vec(0.4..4.0f64, 3..9), any::<bool>()).prop_map(
        |(middle, radii, hole)| {
            let ring = |scale: f64| -> Vec<[f64; 2]> {
                let corner = |(n, radius): (usize, &f64)| {
                    let angle = std::f64::consts::TAU * n as f64 / radii.len() as f64;
                    [middle.0 + scale * radius * angle.cos(), middle.1 + scale * radius * angle.sin()]
                };
                radii.iter().enumerate().map(corner).collect()
            };
            if hole { vec![ring(1.0), ring(0.4)] } else { vec![ring(1.0)] }
        },
    )
}
