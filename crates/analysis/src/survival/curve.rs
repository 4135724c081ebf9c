//! The Kaplan–Meier estimate: what share has lasted longer than a time, when of some it is only known that they
//! lasted at least so long.
//!
//! E. L. Kaplan, P. Meier 1958, JASA 53:457–481: S(t) = ∏ (1 − dᵢ/nᵢ) over the times tᵢ ≤ t with ends, where dᵢ end
//! and nᵢ are at risk, those censored at tᵢ among them. Intervals are 95 %, from Greenwood's variance (1926) on the
//! scale log(−log S), which keeps them within 0 and 1 (J. D. Kalbfleisch, R. L. Prentice 1980); the median's are where
//! they cross one half (R. Brookmeyer, J. Crowley 1982). The cumulative hazard is W. Nelson's and O. Aalen's Σ dᵢ/nᵢ.

/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A curve. Times are in the unit of the durations it was made of.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Curve {
    /// By time: first 0, then each at which somebody ended or was censored.
    pub rows: Vec<Row>,
}

/// The curve at a time, and what happened then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Row {
    pub at: i64,
    /// Just before.
    pub at_risk: u64,
    pub ended: u64,
    pub censored: u64,
    /// Share that lasted longer.
    pub survival: f64,
    pub low: f64,
    pub high: f64,
    /// Cumulative.
    pub hazard: f64,
}

/// A time with its interval; none where the curve, or the interval's bound, never comes down so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Quantile {
    pub at: Option<i64>,
    pub low: Option<i64>,
    pub high: Option<i64>,
}

impl Curve {
    /// From durations in ascending order with their counts.
    pub(crate) fn new(ended: &[(i64, u64)], censored: &[(i64, u64)]) -> Curve {
        let total = |durations: &[(i64, u64)]| durations.iter().map(|(_, count)| count).sum::<u64>();
        let mut at_risk = total(ended) + total(censored);
        let (mut ended, mut censored) = (ended.iter().peekable(), censored.iter().peekable());
        let (mut survival, mut greenwood, mut hazard) = (1.0, 0.0, 0.0);
        let mut rows = Vec::new();
        let mut at = 0;
        loop {
            let take = |from: &mut std::iter::Peekable<std::slice::Iter<'_, (i64, u64)>>| {
                from.next_if(|(duration, _)| *duration <= at).map_or(0, |(_, count)| *count)
            };
            let (ends, cuts) = (take(&mut ended), take(&mut censored));
            if ends > 0 {
                let (d, n) = (ends as f64, at_risk as f64);
                survival *= (n - d) / n;
                greenwood += d / (n * (n - d));
                hazard += d / n;
            }
            let (low, high) = interval(survival, greenwood);
            rows.push(Row { at, at_risk, ended: ends, censored: cuts, survival, low, high, hazard });
            at_risk -= ends + cuts;
            at = match (ended.peek(), censored.peek()) {
                (Some(end), Some(cut)) => end.0.min(cut.0),
                (Some(next), None) | (None, Some(next)) => next.0,
                (None, None) => return Curve { rows },
            };
        }
    }

    /// The curve as it stands at a time; `at_risk` just before it. None after the last duration, of which nothing is
    /// known.
    pub(crate) fn at(&self, time: i64) -> Option<Row> {
        let after = self.rows.partition_point(|row| row.at <= time);
        let row = self.rows[after.checked_sub(1)?];
        if row.at == time {
            return Some(row);
        }
        let at_risk = row.at_risk - row.ended - row.censored;
        (at_risk > 0).then_some(Row { at: time, at_risk, ended: 0, censored: 0, ..row })
    }

    pub(crate) fn started(&self) -> u64 {
        self.rows[0].at_risk
    }

    /// Ended up to a time, inclusive.
    pub(crate) fn ended_by(&self, time: i64) -> u64 {
        self.rows.iter().take_while(|row| row.at <= time).map(|row| row.ended).sum()
    }

    /// The longest duration.
    pub(crate) fn last(&self) -> i64 {
        self.rows[self.rows.len() - 1].at
    }

    /// The first time at which no more than `share` has lasted longer.
    pub(crate) fn quantile(&self, share: f64) -> Quantile {
        // Products of many factors miss a round share by their rounding.
        let share = share + 1e-12;
        let first = |of: fn(&Row) -> f64| self.rows.iter().find(|row| of(row) <= share).map(|row| row.at);
        Quantile { at: first(|row| row.survival), low: first(|row| row.low), high: first(|row| row.high) }
    }

    /// The area under the curve up to a time: the mean duration where all that last longer count as just so long.
    pub(crate) fn mean_up_to(&self, time: i64) -> f64 {
        let next = self.rows[1..].iter().map(|row| row.at).chain(std::iter::once(i64::MAX));
        let pieces = self.rows.iter().zip(next).take_while(|(row, _)| row.at < time);
        pieces.map(|(row, next)| row.survival * (next.min(time) - row.at) as f64).sum()
    }
}

/// Greenwood's interval on the scale log(−log S).
fn interval(survival: f64, greenwood: f64) -> (f64, f64) {
    if survival >= 1.0 {
        return (1.0, 1.0);
    }
    if survival <= 0.0 {
        return (0.0, 0.0);
    }
    let spread = Z * greenwood.sqrt() / survival.ln();
    (survival.powf((-spread).exp()), survival.powf(spread.exp()))
}
