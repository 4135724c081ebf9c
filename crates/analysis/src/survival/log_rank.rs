//! The log-rank test: whether groups end at the same rate (N. Mantel 1966; R. Peto, J. Peto 1972).
//!
//! At each time with ends, what ends in each group is compared with what would if all groups were alike, given who is
//! at risk. The squared differences over their (hypergeometric) covariance follow χ² with groups − 1 degrees of
//! freedom.

use statrs::function::gamma::gamma_ur;

use super::curve::Curve;

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LogRank {
    pub chi2: f64,
    pub df: u32,
    pub p_value: f64,
}

/// Compares curves. None if fewer than two of them have anybody, or nobody ends while others are at risk.
pub(crate) fn log_rank(curves: &[&Curve]) -> Option<LogRank> {
    let curves: Vec<&Curve> = curves.iter().copied().filter(|curve| curve.started() > 0).collect();
    let groups = curves.len();
    if groups < 2 {
        return None;
    }
    let free = groups - 1;
    let mut difference = vec![0.0; free];
    let mut covariance = vec![vec![0.0; free]; free];
    let mut times: Vec<i64> =
        curves.iter().flat_map(|curve| curve.rows.iter().filter(|row| row.ended > 0).map(|row| row.at)).collect();
    times.sort_unstable();
    times.dedup();
    let mut next = vec![0; groups];
    for time in times {
        // Each curve's first row at or after the time: those at risk just before it.
        let mut here = vec![(0.0, 0.0); groups];
        for ((curve, next), here) in curves.iter().zip(&mut next).zip(&mut here) {
            while curve.rows.get(*next).is_some_and(|row| row.at < time) {
                *next += 1;
            }
            if let Some(row) = curve.rows.get(*next) {
                *here = (row.at_risk as f64, if row.at == time { row.ended as f64 } else { 0.0 });
            }
        }
        let n: f64 = here.iter().map(|(at_risk, _)| at_risk).sum();
        let d: f64 = here.iter().map(|(_, ended)| ended).sum();
        let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
        for g in 0..free {
            let share = here[g].0 / n;
            difference[g] += here[g].1 - d * share;
            for h in 0..free {
                let same = if g == h { 1.0 } else { 0.0 };
                covariance[g][h] += spread * share * (same - here[h].0 / n);
            }
        }
    }
    let solved = solve(covariance, difference.clone())?;
    let chi2: f64 = difference.iter().zip(&solved).map(|(a, b)| a * b).sum::<f64>().max(0.0);
    let df = free as u32;
    let p_value = if chi2 > 0.0 { gamma_ur(f64::from(df) / 2.0, chi2 / 2.0) } else { 1.0 };
    Some(LogRank { chi2, df, p_value })
}

/// The solution of a symmetric system, by elimination; none if it has no single one.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    let scale = matrix.iter().flatten().fold(0.0_f64, |most, value| most.max(value.abs()));
    for column in 0..size {
        let pivot = (column..size).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))?;
        if matrix[pivot][column].abs() <= scale * 1e-12 {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..size {
            let factor = matrix[row][column] / matrix[column][column];
            #[expect(clippy::needless_range_loop, reason = "two rows of one matrix are read at once")]
            for k in column..size {
                matrix[row][k] -= factor * matrix[column][k];
            }
            right[row] -= factor * right[column];
        }
    }
    for column in (0..size).rev() {
        let known: f64 = (column + 1..size).map(|k| matrix[column][k] * right[k]).sum();
        right[column] = (right[column] - known) / matrix[column][column];
    }
    Some(right)
}
