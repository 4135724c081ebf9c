//! Where a straight walk is inside a polygon, by solving each crossing and asking for the winding number.

type Point = [f64; 2];

/// Seconds a walk from `a` to `b` that takes `seconds` is inside an area of rings (even-odd).
pub fn inside_seconds(rings: &[Vec<Point>], a: Point, b: Point, seconds: f64) -> f64 {
    let stretches = inside(rings, a, b);
    stretches.iter().map(|(from, to)| (to - from) * seconds).sum()
}

/// The shares of a walk from `a` to `b` between which it is inside an area of rings (even-odd).
pub fn inside(rings: &[Vec<Point>], a: Point, b: Point) -> Vec<(f64, f64)> {
    let mut shares = vec![0.0, 1.0];
    for ring in rings {
        for n in 0..ring.len() {
            shares.extend(crossing(a, b, ring[n], ring[(n + 1) % ring.len()]));
        }
    }
    shares.sort_by(f64::total_cmp);
    let at = |share: f64| [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
    shares
        .windows(2)
        .filter(|pair| {
            let within = rings.iter().filter(|ring| winding(ring, at((pair[0] + pair[1]) / 2.0)) != 0);
            pair[1] > pair[0] && within.count() % 2 == 1
        })
        .map(|pair| (pair[0], pair[1]))
        .collect()
}

/// Whether a point is inside an area of rings.
pub fn contains(rings: &[Vec<Point>], at: Point) -> bool {
    rings.iter().filter(|ring| winding(ring, at) != 0).count() % 2 == 1
}

/// a + s (b − a) = c + u (d − c), by Cramer's rule.
fn crossing(a: Point, b: Point, c: Point, d: Point) -> Option<f64> {
    let (r, s) = ([b[0] - a[0], b[1] - a[1]], [d[0] - c[0], d[1] - c[1]]);
    let det = r[1] * s[0] - r[0] * s[1];
    if det == 0.0 {
        return None;
    }
    let (p, q) = (c[0] - a[0], c[1] - a[1]);
    let (share, along) = ((q * s[0] - p * s[1]) / det, (r[0] * q - r[1] * p) / det);
    ((0.0..=1.0).contains(&share) && (0.0..=1.0).contains(&along)).then_some(share)
}

/// How often a ring goes round a point, by the angles its sides are seen under.
fn winding(ring: &[Point], at: Point) -> i64 {
    let angle = |point: Point| (point[1] - at[1]).atan2(point[0] - at[0]);
    let mut sum = 0.0;
    for n in 0..ring.len() {
        let turn = angle(ring[(n + 1) % ring.len()]) - angle(ring[n]);
        sum += turn - (turn / std::f64::consts::TAU).round() * std::f64::consts::TAU;
    }
    (sum / std::f64::consts::TAU).round() as i64
}

/// Metres from a point to the nearest side of any ring, by trying many points of each side.
pub fn distance_to_rings(rings: &[Vec<Point>], at: Point) -> f64 {
    let mut nearest = f64::INFINITY;
    for ring in rings {
        for n in 0..ring.len() {
            let (a, b) = (ring[n], ring[(n + 1) % ring.len()]);
            for share in 0..=400 {
                let share = f64::from(share) / 400.0;
                let point = [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
                nearest = nearest.min((point[0] - at[0]).hypot(point[1] - at[1]));
            }
        }
    }
    nearest
}
