//! Smoothing: where somebody most likely was, given noisy sightings and that people do not change their pace at once.
//!
//! A Kalman filter for constant velocity forwards and the Rauch–Tung–Striebel pass backwards, the two axes apart from each
//! other. Between sightings the acceleration is constant and drawn anew, with the standard deviation
//! [`Smooth::acceleration_m_s2`]; a sighting's variance is that of its sensor. The result is the most likely path of the
//! whole piece, so it does not lag behind as a filter alone does.

use serde::{Deserialize, Serialize};

/// How people move.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smooth {
    /// Standard deviation of the acceleration from sighting to sighting.
    pub acceleration_m_s2: f64,
    /// Standard deviation of the velocity before the first sighting.
    pub velocity_m_s: f64,
}

impl Default for Smooth {
    fn default() -> Smooth {
        Smooth { acceleration_m_s2: 0.8, velocity_m_s: 1.5 }
    }
}

/// Place and velocity along one axis with their covariance: `[pp, pv, vv]`.
#[derive(Debug, Clone, Copy)]
struct Belief {
    place: f64,
    velocity: f64,
    covariance: [f64; 3],
}

/// Smooths the places of one piece along one axis, in place. `seconds` ascend; `variance` is that of each sighting, above 0.
pub(super) fn smooth(seconds: &[f64], variance: &[f64], places: &mut [f64], rule: &Smooth) {
    if places.len() < 2 {
        return;
    }
    let mut belief =
        Belief { place: places[0], velocity: 0.0, covariance: [variance[0], 0.0, rule.velocity_m_s.powi(2)] };
    let mut filtered = vec![belief];
    let mut predicted = vec![belief];
    for n in 1..places.len() {
        let ahead = predict(&belief, seconds[n] - seconds[n - 1], rule);
        belief = correct(&ahead, places[n], variance[n]);
        predicted.push(ahead);
        filtered.push(belief);
    }
    places[places.len() - 1] = belief.place;
    let mut later = (belief.place, belief.velocity);
    for n in (0..places.len() - 1).rev() {
        later = look_back(&filtered[n], &predicted[n + 1], seconds[n + 1] - seconds[n], later);
        places[n] = later.0;
    }
}

fn predict(belief: &Belief, dt: f64, rule: &Smooth) -> Belief {
    let [pp, pv, vv] = belief.covariance;
    let noise = rule.acceleration_m_s2.powi(2);
    let covariance = [
        pp + 2.0 * dt * pv + dt * dt * vv + noise * dt.powi(4) / 4.0,
        pv + dt * vv + noise * dt.powi(3) / 2.0,
        vv + noise * dt * dt,
    ];
    Belief { place: belief.place + dt * belief.velocity, velocity: belief.velocity, covariance }
}

fn correct(ahead: &Belief, seen: f64, variance: f64) -> Belief {
    let [pp, pv, vv] = ahead.covariance;
    let (gain_place, gain_velocity) = (pp / (pp + variance), pv / (pp + variance));
    let off = seen - ahead.place;
    Belief {
        place: ahead.place + gain_place * off,
        velocity: ahead.velocity + gain_velocity * off,
        covariance: [(1.0 - gain_place) * pp, (1.0 - gain_place) * pv, vv - gain_velocity * pv],
    }
}

/// What is believed of a sighting in the light of all later ones: place and velocity.
fn look_back(filtered: &Belief, ahead: &Belief, dt: f64, later: (f64, f64)) -> (f64, f64) {
    let [pp, pv, vv] = filtered.covariance;
    let [app, apv, avv] = ahead.covariance;
    let determinant = app * avv - apv * apv;
    if determinant <= 0.0 {
        return (filtered.place, filtered.velocity);
    }
    // Filtered covariance · Fᵀ · (covariance ahead)⁻¹.
    let (a, b, c, d) = (pp + dt * pv, pv, pv + dt * vv, vv);
    let gain = [
        (a * avv - b * apv) / determinant,
        (b * app - a * apv) / determinant,
        (c * avv - d * apv) / determinant,
        (d * app - c * apv) / determinant,
    ];
    let off = (later.0 - ahead.place, later.1 - ahead.velocity);
    (filtered.place + gain[0] * off.0 + gain[1] * off.1, filtered.velocity + gain[2] * off.0 + gain[3] * off.1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by definition: the least squares over the first place, the first velocity and every acceleration.
    fn least_squares(seconds: &[f64], variance: &[f64], places: &[f64], rule: &Smooth) -> Vec<f64> {
        let unknowns = places.len() + 1;
        // What each place is made of.
        let mut rows = vec![vec![0.0; unknowns]; places.len()];
        for (n, row) in rows.iter_mut().enumerate() {
            row[0] = 1.0;
            row[1] = seconds[n] - seconds[0];
            for step in 1..=n {
                let dt = seconds[step] - seconds[step - 1];
                row[step + 1] = dt * dt / 2.0 + dt * (seconds[n] - seconds[step]);
            }
        }
        let mut normal = vec![vec![0.0; unknowns + 1]; unknowns];
        for ((row, place), variance) in rows.iter().zip(places).zip(variance) {
            for i in 0..unknowns {
                for j in 0..unknowns {
                    normal[i][j] += row[i] * row[j] / variance;
                }
                normal[i][unknowns] += row[i] * place / variance;
            }
        }
        normal[1][1] += 1.0 / rule.velocity_m_s.powi(2);
        (2..unknowns).for_each(|n| normal[n][n] += 1.0 / rule.acceleration_m_s2.powi(2));
        for i in 0..unknowns {
            let pivot = (i..unknowns).max_by(|a, b| normal[*a][i].abs().total_cmp(&normal[*b][i].abs())).unwrap();
            normal.swap(i, pivot);
            let by = normal[i].clone();
            for (j, row) in normal.iter_mut().enumerate() {
                let factor = row[i] / by[i];
                if j != i {
                    row.iter_mut().zip(&by).for_each(|(cell, by)| *cell -= factor * by);
                }
            }
        }
        let solution: Vec<f64> = (0..unknowns).map(|i| normal[i][unknowns] / normal[i][i]).collect();
        rows.iter().map(|row| row.iter().zip(&solution).map(|(a, b)| a * b).sum()).collect()
    }

    proptest! {
        #[test]
        fn both_passes_give_the_most_likely_path(
            sightings in prop::collection::vec((0.05..2.0f64, -3.0..3.0f64, 0.02..1.0f64), 2..25),
            acceleration_m_s2 in 0.2..2.0f64,
        ) {
            let rule = Smooth { acceleration_m_s2, velocity_m_s: 1.5 };
            let mut now = 0.0;
            let seconds: Vec<f64> = sightings.iter().map(|(dt, ..)| { now += dt; now }).collect();
            let places: Vec<f64> = sightings.iter().map(|(_, place, _)| *place).collect();
            let variance: Vec<f64> = sightings.iter().map(|(.., variance)| *variance).collect();
            let mut smoothed = places.clone();
            smooth(&seconds, &variance, &mut smoothed, &rule);
            for (got, expected) in smoothed.iter().zip(least_squares(&seconds, &variance, &places, &rule)) {
                prop_assert!((got - expected).abs() < 1e-6, "{} {}", got, expected);
            }
        }
    }
}
