//! An exact distribution of whole numbers: durations, gaps, times to convert.
//!
//! Sketches would be smaller, but two of them merged in another order give another median, and then a number
//! would depend on how the work was split. Values are kept loose while they hardly repeat (microseconds) and
//! as value → count once they do (whole seconds), so neither kind costs more than it must.

mod ranks;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::LOOSE_VALUES_MIN;

/// A multiset of `i64`.
#[derive(Debug, Clone, Default)]
pub struct Distribution {
    /// Distinct values in ascending order, with their counts.
    runs: Vec<(i64, u64)>,
    /// Further values in no order: those of 32 bits, which most are and which take half the memory, and all others.
    narrow: Vec<u32>,
    loose: Vec<i64>,
    in_runs: u64,
    /// How many further values there are when to look for repetition again; 0 stands for the first time.
    look_at: usize,
}

impl Distribution {
    #[inline]
    pub fn push(&mut self, value: i64) {
        self.keep(value);
        if self.further() >= self.look_at.max(LOOSE_VALUES_MIN) {
            self.look();
        }
    }

    #[inline]
    fn keep(&mut self, value: i64) {
        match u32::try_from(value) {
            Ok(narrow) => self.narrow.push(narrow),
            Err(_) => self.loose.push(value),
        }
    }

    /// Values that are in no run.
    #[inline]
    fn further(&self) -> usize {
        self.narrow.len() + self.loose.len()
    }

    pub fn merge(&mut self, other: Distribution) {
        append(&mut self.narrow, other.narrow);
        append(&mut self.loose, other.loose);
        self.in_runs += other.in_runs;
        self.runs = match (self.runs.is_empty(), other.runs.is_empty()) {
            (_, true) => std::mem::take(&mut self.runs),
            (true, false) => other.runs,
            (false, false) => merge_runs(&self.runs, &other.runs),
        };
        if self.further() >= self.look_at.max(LOOSE_VALUES_MIN) {
            self.look();
        }
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.in_runs + self.further() as u64
    }

    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Exact sum of the values.
    pub fn sum(&self) -> i128 {
        let in_runs: i128 = self.runs.iter().map(|(value, count)| i128::from(*value) * i128::from(*count)).sum();
        let narrow: u64 = self.narrow.iter().map(|value| u64::from(*value)).sum();
        in_runs + i128::from(narrow) + self.loose.iter().map(|value| i128::from(*value)).sum::<i128>()
    }

    pub fn mean(&self) -> Option<f64> {
        (!self.is_empty()).then(|| self.sum() as f64 / self.count() as f64)
    }

    /// The distinct values in ascending order, with their counts.
    pub fn sorted(&self) -> Vec<(i64, u64)> {
        let further = run_lengths(&self.further_sorted());
        if self.runs.is_empty() { further } else { merge_runs(&self.runs, &further) }
    }

    fn further_sorted(&self) -> Vec<i64> {
        let mut narrow = self.narrow.clone();
        narrow.sort_unstable();
        let mut loose = self.loose.clone();
        loose.sort_unstable();
        let below = loose.partition_point(|value| *value < 0);
        let (below, above) = loose.split_at(below);
        below.iter().copied().chain(narrow.into_iter().map(i64::from)).chain(above.iter().copied()).collect()
    }

    /// The quantiles at `shares` (each 0 to 1), by linear interpolation between the two nearest ranks as NumPy
    /// does by default. `None` if there are no values.
    pub fn quantiles(&self, shares: &[f64]) -> Option<Vec<f64>> {
        if self.is_empty() {
            return None;
        }
        let last = self.count() - 1;
        let ranks = |share: &f64| {
            let position = last as f64 * share.clamp(0.0, 1.0);
            (position as u64, (position as u64 + 1).min(last), position.fract())
        };
        let wanted: Vec<u64> = shares.iter().map(ranks).flat_map(|(low, high, _)| [low, high]).collect();
        let at = match self.runs.is_empty() {
            true => ranks::at(&self.narrow, &self.loose, &wanted),
            false => self.at_ranks(&wanted),
        };
        let between = |(share, at): (&f64, &[i64])| {
            let (low, high) = (at[0] as f64, at[1] as f64);
            low + (high - low) * ranks(share).2
        };
        Some(shares.iter().zip(at.chunks_exact(2)).map(between).collect())
    }

    /// The values at some ranks, where there are runs.
    fn at_ranks(&self, ranks: &[u64]) -> Vec<i64> {
        let runs = self.sorted();
        let mut up_to = Vec::with_capacity(runs.len());
        let mut total = 0;
        for (_, count) in &runs {
            total += count;
            up_to.push(total);
        }
        ranks.iter().map(|rank| runs[up_to.partition_point(|up_to| up_to <= rank)].0).collect()
    }

    /// Values with how often they are there, in no order; a value may come more than once.
    pub fn values(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        let further = self.narrow.iter().map(|value| i64::from(*value)).chain(self.loose.iter().copied());
        self.runs.iter().copied().chain(further.map(|value| (value, 1)))
    }

    /// One quantile; see [`Distribution::quantiles`].
    pub fn quantile(&self, share: f64) -> Option<f64> {
        self.quantiles(&[share]).map(|values| values[0])
    }

    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    pub fn p90(&self) -> Option<f64> {
        self.quantile(0.9)
    }

    pub fn p95(&self) -> Option<f64> {
        self.quantile(0.95)
    }

    /// Heap bytes held.
    pub fn bytes(&self) -> usize {
        self.runs.capacity() * size_of::<(i64, u64)>()
            + self.narrow.capacity() * size_of::<u32>()
            + self.loose.capacity() * size_of::<i64>()
    }

    /// Moves the loose values into runs if that saves memory. Sorting them all is dear, so a sample decides
    /// whether to try.
    #[cold]
    fn look(&mut self) {
        let len = self.further();
        self.look_at = len * 2;
        if self.distinct_estimate() * 2 > len {
            return;
        }
        let found = run_lengths(&self.further_sorted());
        if found.len() * 2 > len {
            self.look_at = len * 4;
            return;
        }
        self.in_runs += len as u64;
        self.runs = if self.runs.is_empty() { found } else { merge_runs(&self.runs, &found) };
        self.look_at = self.runs.len();
        self.narrow.clear();
        self.narrow.shrink_to(self.look_at.max(LOOSE_VALUES_MIN));
        self.loose.clear();
        self.loose.shrink_to(self.look_at.max(LOOSE_VALUES_MIN));
    }

    /// About how many of the loose values differ: those seen in a sample, and those not seen by the smaller of
    /// two guesses. Chao's looks at how many values stand once and twice in the sample; the other takes every
    /// value that stands once there for one of many alike, which holds however uneven the rest is.
    fn distinct_estimate(&self) -> usize {
        let len = self.further();
        let further = self.narrow.iter().map(|value| i64::from(*value)).chain(self.loose.iter().copied());
        let mut sample: Vec<i64> = further.step_by(len.div_ceil(LOOSE_VALUES_MIN)).collect();
        sample.sort_unstable();
        let seen = run_lengths(&sample);
        let standing = |times: u64| seen.iter().filter(|run| run.1 == times).count();
        let (once, twice) = (standing(1), standing(2));
        let unseen_by_share = once * (len - sample.len()) / sample.len();
        let unseen = if twice == 0 { unseen_by_share } else { unseen_by_share.min(once * once / (2 * twice)) };
        seen.len() + unseen
    }
}

/// Adds values to others; takes over the memory of those if there are none.
fn append<T: Copy>(into: &mut Vec<T>, from: Vec<T>) {
    if into.is_empty() {
        *into = from;
    } else {
        into.extend_from_slice(&from);
    }
}

fn run_lengths(sorted: &[i64]) -> Vec<(i64, u64)> {
    sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect()
}

fn merge_runs(a: &[(i64, u64)], b: &[(i64, u64)]) -> Vec<(i64, u64)> {
    let mut merged = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        merged.push(match a[i].0.cmp(&b[j].0) {
            std::cmp::Ordering::Less => (a[i].0, a[i].1),
            std::cmp::Ordering::Greater => (b[j].0, b[j].1),
            std::cmp::Ordering::Equal => (a[i].0, a[i].1 + b[j].1),
        });
        let (from_a, from_b) = (a[i].0 <= b[j].0, b[j].0 <= a[i].0);
        i += usize::from(from_a);
        j += usize::from(from_b);
    }
    merged.extend_from_slice(&a[i..]);
    merged.extend_from_slice(&b[j..]);
    merged.shrink_to_fit();
    merged
}

impl PartialEq for Distribution {
    fn eq(&self, other: &Self) -> bool {
        self.count() == other.count() && self.sorted() == other.sorted()
    }
}

impl Eq for Distribution {}

/// The form on the wire: ascending values as steps from the one before, which are short.
#[derive(Serialize, Deserialize)]
struct Packed {
    first: i64,
    steps: Vec<u64>,
    /// Empty if every value stands once.
    counts: Vec<u64>,
}

impl Serialize for Distribution {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sorted = self.sorted();
        let mut before = sorted.first().map_or(0, |(value, _)| *value);
        let first = before;
        let steps =
            sorted.iter().map(|(value, _)| value.wrapping_sub(std::mem::replace(&mut before, *value)) as u64).collect();
        let all_once = sorted.iter().all(|(_, count)| *count == 1);
        let counts = if all_once { Vec::new() } else { sorted.iter().map(|(_, count)| *count).collect() };
        Packed { first, steps, counts }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Distribution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Packed { first, steps, counts } = Packed::deserialize(deserializer)?;
        if !counts.is_empty() && counts.len() != steps.len() {
            return Err(D::Error::custom("a distribution has another number of counts than of values"));
        }
        let mut value = first;
        let values: Vec<i64> = steps
            .iter()
            .map(|step| {
                value = value.wrapping_add(*step as i64);
                value
            })
            .collect();
        let mut distribution = Distribution::default();
        if counts.is_empty() {
            distribution.look_at = values.len() * 2;
            values.into_iter().for_each(|value| distribution.keep(value));
        } else {
            distribution.in_runs = counts.iter().sum();
            distribution.runs = values.into_iter().zip(counts).collect();
            distribution.look_at = distribution.runs.len();
        }
        Ok(distribution)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fold::{decode, encode};

    fn of(values: impl IntoIterator<Item = i64>) -> Distribution {
        let mut distribution = Distribution::default();
        values.into_iter().for_each(|value| distribution.push(value));
        distribution
    }

    /// The definition, on a sorted copy.
    fn naive(values: &[i64], share: f64) -> f64 {
        let mut values = values.to_vec();
        values.sort_unstable();
        let position = (values.len() - 1) as f64 * share;
        let (low, high) = (values[position.floor() as usize], values[position.ceil() as usize]);
        low as f64 + (high - low) as f64 * position.fract()
    }

    #[test]
    fn many_repeated_values_become_runs_and_stay_exact() {
        let values: Vec<i64> = (0..100_000).map(|i| (i * 7_919) % 1_000).collect();
        let distribution = of(values.clone());
        assert!(distribution.bytes() < 200_000, "{}", distribution.bytes());
        for share in [0.0, 0.25, 0.5, 0.9, 0.95, 1.0] {
            assert_eq!(distribution.quantile(share), Some(naive(&values, share)));
        }
        assert_eq!(distribution.count(), 100_000);
        assert_eq!(distribution.sum(), values.iter().map(|v| i128::from(*v)).sum());
        assert_eq!(decode::<Distribution>(&encode(&distribution).unwrap()).unwrap(), distribution);
    }

    #[test]
    fn distinct_values_stay_loose_and_exact() {
        let values: Vec<i64> = (0..70_000).map(|i: i64| i.wrapping_mul(6_364_136_223_846_793_005) >> 20).collect();
        let distribution = of(values.clone());
        assert!(distribution.runs.is_empty());
        assert_eq!(distribution.quantile(0.9), Some(naive(&values, 0.9)));
        assert_eq!(decode::<Distribution>(&encode(&distribution).unwrap()).unwrap(), distribution);
    }

    #[test]
    fn values_that_repeat_only_in_the_long_run_become_runs_then() {
        let mixed = |i: u64| (i ^ (i << 17)).wrapping_mul(0xff51_afd7_ed55_8ccd) >> 33;
        let values: Vec<i64> = (0..600_000).map(|i| (mixed(mixed(i)) % 50_000) as i64).collect();
        let distribution = of(values.clone());
        assert!(distribution.bytes() < values.len() * size_of::<i64>(), "{}", distribution.bytes());
        assert_eq!(distribution.quantile(0.95), Some(naive(&values, 0.95)));
        assert_eq!(distribution.count(), 600_000);
    }

    #[test]
    fn nothing_has_no_quantile() {
        assert_eq!(Distribution::default().median(), None);
        assert_eq!(Distribution::default().mean(), None);
    }

    proptest! {
        #[test]
        fn merged_parts_are_the_whole(
            values in prop::collection::vec(prop_oneof![-50i64..50, any::<i64>().prop_map(|v| v >> 2)], 1..200),
            cuts in prop::collection::vec(0usize..3, 200),
            share in 0.0..=1.0f64,
        ) {
            let mut parts = vec![Distribution::default(); 3];
            for (value, part) in values.iter().zip(&cuts) {
                parts[*part].push(*value);
            }
            // One part as runs, to mix both forms.
            parts[1].look_at = 1;
            if !parts[1].loose.is_empty() {
                let loose = parts[1].loose.clone();
                parts[1].loose = loose.into_iter().flat_map(|v| [v, v]).collect();
                parts[1].look();
            }
            let mut expected: Vec<i64> = Vec::new();
            for part in &parts {
                expected.extend(part.sorted().iter().flat_map(|(v, n)| vec![*v; *n as usize]));
            }
            let mut merged = Distribution::default();
            for part in parts.into_iter().rev() {
                merged.merge(decode(&encode(&part).unwrap()).unwrap());
            }
            prop_assert_eq!(merged.count(), expected.len() as u64);
            let (got, want) = (merged.quantile(share).unwrap(), naive(&expected, share));
            prop_assert!((got - want).abs() <= want.abs() * 1e-12 + 1e-9, "{} {}", got, want);
        }
    }
}
