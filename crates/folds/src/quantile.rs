//! An exact distribution of whole numbers: durations, gaps, times to convert.
//!
//! Sketches would be smaller, but two of them merged in another order give another median, and then a number
//! would depend on how the work was split. Values are kept loose while they hardly repeat (microseconds) and
//! as value → count once they do (whole seconds), so neither kind costs more than it must. Loose ones lie in lists that are
//! never moved once they are long: memory that is touched for the first time costs more than putting a value there.

mod ranks;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::LOOSE_VALUES_MIN;

/// Values of a list that is moved to a larger place when it is full; a larger one stays where it is, and another is begun.
const MOVED_MAX: usize = 256;

/// Values of the largest list: half of a core's own cache, so that little is unused at its end.
const LIST_MAX: usize = 1 << 15;

/// Loose values looked at to guess how many differ.
const SAMPLE: usize = 1_024;

/// A multiset of `i64`.
#[derive(Debug, Clone, Default)]
pub struct Distribution {
    /// The newest values that are in no run, in no order: those of 32 bits, which most are and which take half the
    /// memory, and all others.
    narrow: Vec<u32>,
    loose: Vec<i64>,
    /// Where there are few values there is nothing else.
    settled: Option<Box<Settled>>,
}

/// Values that no more are put beside.
#[derive(Debug, Clone, Default)]
struct Settled {
    /// Distinct values in ascending order, with their counts.
    runs: Vec<(i64, u64)>,
    in_runs: u64,
    /// Lists that are full.
    narrow: Vec<Vec<u32>>,
    loose: Vec<Vec<i64>>,
    /// How many values there are in them.
    in_lists: usize,
    /// How many values in no run there are when to look for repetition again; 0 stands for the first time.
    look_at: usize,
}

/// Several distributions, or lists of values, as if they were one.
#[derive(Debug, Clone)]
pub struct Together<'a>(ranks::Lists<'a>);

impl Distribution {
    #[inline]
    pub fn push(&mut self, value: i64) {
        match u32::try_from(value) {
            Ok(narrow) => {
                if self.narrow.len() == self.narrow.capacity() {
                    self.settle();
                }
                self.narrow.push(narrow);
            }
            Err(_) => {
                if self.loose.len() == self.loose.capacity() {
                    self.settle();
                }
                self.loose.push(value);
            }
        }
    }

    /// Adds values of 32 bits, and others.
    pub(crate) fn extend(&mut self, mut narrow: &[i64], mut others: &[i64]) {
        while !narrow.is_empty() {
            if self.narrow.len() == self.narrow.capacity() {
                self.settle();
                self.narrow.reserve(1);
            }
            let (now, later) = narrow.split_at(narrow.len().min(self.narrow.capacity() - self.narrow.len()));
            self.narrow.extend(now.iter().map(|value| *value as u32));
            narrow = later;
        }
        while !others.is_empty() {
            if self.loose.len() == self.loose.capacity() {
                self.settle();
                self.loose.reserve(1);
            }
            let (now, later) = others.split_at(others.len().min(self.loose.capacity() - self.loose.len()));
            self.loose.extend_from_slice(now);
            others = later;
        }
    }

    /// Distinct values in ascending order, with their counts.
    pub(crate) fn of_runs(runs: Vec<(i64, u64)>) -> Distribution {
        let in_runs = runs.iter().map(|(_, count)| count).sum();
        let settled = Settled { look_at: runs.len(), in_runs, runs, ..Settled::default() };
        Distribution { settled: Some(Box::new(settled)), ..Distribution::default() }
    }

    /// Puts full lists aside, and looks for repetition when it is time. Smaller lists grow by themselves.
    #[cold]
    #[inline(never)]
    fn settle(&mut self) {
        if self.narrow.len().max(self.loose.len()) < MOVED_MAX {
            return;
        }
        let settled = self.settled.get_or_insert_default();
        settled.in_lists += put_aside(&mut self.narrow, &mut settled.narrow);
        settled.in_lists += put_aside(&mut self.loose, &mut settled.loose);
        self.look_if_due();
    }

    fn look_if_due(&mut self) {
        let look_at = self.settled.as_ref().map_or(0, |settled| settled.look_at);
        if self.further() >= look_at.max(LOOSE_VALUES_MIN) {
            self.look();
        }
    }

    /// Values that are in no run.
    fn further(&self) -> usize {
        self.narrow.len() + self.loose.len() + self.settled.as_ref().map_or(0, |settled| settled.in_lists)
    }

    /// The same: those of 32 bits, list by list.
    fn narrow(&self) -> impl Iterator<Item = &[u32]> + Clone {
        let settled = self.settled.iter().flat_map(|settled| settled.narrow.iter().map(Vec::as_slice));
        settled.chain(std::iter::once(self.narrow.as_slice()))
    }

    /// And all others.
    fn loose(&self) -> impl Iterator<Item = &[i64]> + Clone {
        let settled = self.settled.iter().flat_map(|settled| settled.loose.iter().map(Vec::as_slice));
        settled.chain(std::iter::once(self.loose.as_slice()))
    }

    fn each_further(&self) -> impl Iterator<Item = i64> + Clone {
        self.narrow().flatten().map(|value| i64::from(*value)).chain(self.loose().flatten().copied())
    }

    fn runs(&self) -> &[(i64, u64)] {
        self.settled.as_ref().map_or(&[], |settled| &settled.runs)
    }

    /// Adds the values of another. Their lists are taken over as they are.
    pub fn merge(&mut self, other: Distribution) {
        let Distribution { narrow, loose, settled } = other;
        if let Some(other) = settled {
            let settled = self.settled.get_or_insert_default();
            settled.in_runs += other.in_runs;
            settled.in_lists += other.in_lists;
            settled.narrow.extend(other.narrow);
            settled.loose.extend(other.loose);
            settled.runs = match (settled.runs.is_empty(), other.runs.is_empty()) {
                (_, true) => std::mem::take(&mut settled.runs),
                (true, false) => other.runs,
                (false, false) => merge_runs(&settled.runs, &other.runs),
            };
        }
        append(&mut self.narrow, narrow, &mut self.settled, |settled| &mut settled.narrow);
        append(&mut self.loose, loose, &mut self.settled, |settled| &mut settled.loose);
        self.look_if_due();
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        self.settled.as_ref().map_or(0, |settled| settled.in_runs) + self.further() as u64
    }

    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Exact sum of the values.
    pub fn sum(&self) -> i128 {
        Together::from(self).sum()
    }

    pub fn mean(&self) -> Option<f64> {
        Together::from(self).mean()
    }

    /// The distinct values in ascending order, with their counts.
    pub fn sorted(&self) -> Vec<(i64, u64)> {
        let further = run_lengths(&self.further_sorted());
        if self.runs().is_empty() { further } else { merge_runs(self.runs(), &further) }
    }

    fn further_sorted(&self) -> Vec<i64> {
        let mut narrow: Vec<u32> = self.narrow().flatten().copied().collect();
        narrow.sort_unstable();
        let mut loose: Vec<i64> = self.loose().flatten().copied().collect();
        loose.sort_unstable();
        let below = loose.partition_point(|value| *value < 0);
        let (below, above) = loose.split_at(below);
        below.iter().copied().chain(narrow.into_iter().map(i64::from)).chain(above.iter().copied()).collect()
    }

    /// The quantiles at `shares` (each 0 to 1), by linear interpolation between the two nearest ranks as NumPy
    /// does by default. `None` if there are no values.
    pub fn quantiles(&self, shares: &[f64]) -> Option<Vec<f64>> {
        Together::from(self).quantiles(shares)
    }

    /// Values with how often they are there, in no order; a value may come more than once.
    pub fn values(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        self.runs().iter().copied().chain(self.each_further().map(|value| (value, 1)))
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
        let settled = self.settled.as_ref().map_or(0, |settled| {
            size_of::<Settled>()
                + settled.runs.capacity() * size_of::<(i64, u64)>()
                + settled.in_lists * size_of::<u32>()
                + settled.loose.iter().map(|list| list.len() * size_of::<u32>()).sum::<usize>()
                + (settled.narrow.capacity() + settled.loose.capacity()) * size_of::<Vec<u32>>()
        });
        settled + self.narrow.capacity() * size_of::<u32>() + self.loose.capacity() * size_of::<i64>()
    }

    /// Moves the loose values into runs if that saves memory. Sorting them all is dear, so a sample decides
    /// whether to try.
    #[cold]
    fn look(&mut self) {
        let len = self.further();
        let found = (self.distinct_estimate() * 2 <= len).then(|| run_lengths(&self.further_sorted()));
        let settled = self.settled.get_or_insert_default();
        settled.look_at = len * 2;
        let Some(found) = found else { return };
        if found.len() * 2 > len {
            settled.look_at = len * 4;
            return;
        }
        settled.runs = if settled.runs.is_empty() { found } else { merge_runs(&settled.runs, &found) };
        settled.in_runs += len as u64;
        settled.look_at = settled.runs.len();
        (settled.narrow, settled.loose, settled.in_lists) = Default::default();
        (self.narrow, self.loose) = Default::default();
    }

    /// About how many of the loose values differ: those seen in a sample, and those not seen by the smaller of
    /// two guesses. Chao's looks at how many values stand once and twice in the sample; the other takes every
    /// value that stands once there for one of many alike, which holds however uneven the rest is.
    fn distinct_estimate(&self) -> usize {
        let len = self.further();
        let step = len.div_ceil(SAMPLE);
        let mut sample: Vec<i64> = Vec::with_capacity(2 * SAMPLE);
        self.narrow().for_each(|list| sample.extend(list.iter().step_by(step).map(|value| i64::from(*value))));
        self.loose().for_each(|list| sample.extend(list.iter().step_by(step)));
        sample.sort_unstable();
        let seen = run_lengths(&sample);
        let standing = |times: u64| seen.iter().filter(|run| run.1 == times).count();
        let (once, twice) = (standing(1), standing(2));
        let unseen_by_share = once * len.saturating_sub(sample.len()) / sample.len();
        let unseen = if twice == 0 { unseen_by_share } else { unseen_by_share.min(once * once / (2 * twice)) };
        seen.len() + unseen
    }
}

impl<'a> From<&'a Distribution> for Together<'a> {
    fn from(distribution: &'a Distribution) -> Together<'a> {
        Together::from_iter([distribution])
    }
}

impl<'a> FromIterator<&'a Distribution> for Together<'a> {
    fn from_iter<I: IntoIterator<Item = &'a Distribution>>(distributions: I) -> Together<'a> {
        distributions.into_iter().fold(Together(ranks::Lists::default()), Together::and)
    }
}

impl<'a> Together<'a> {
    /// Values in no order: those of 32 bits, and others.
    pub(crate) fn of(narrow: &'a [u32], others: &'a [i64]) -> Together<'a> {
        Together(ranks::Lists { narrow: vec![narrow], loose: vec![others], runs: Vec::new() })
    }

    /// With those of a distribution.
    pub(crate) fn and(mut self, distribution: &'a Distribution) -> Together<'a> {
        let Together(lists) = &mut self;
        lists.narrow.extend(distribution.narrow().filter(|list| !list.is_empty()));
        lists.loose.extend(distribution.loose().filter(|list| !list.is_empty()));
        lists.runs.extend(Some(distribution.runs()).filter(|runs| !runs.is_empty()));
        self
    }

    /// How many values.
    pub fn count(&self) -> u64 {
        let in_runs: u64 = self.0.runs.iter().copied().flatten().map(|(_, count)| count).sum();
        in_runs + self.0.len() as u64
    }

    fn sum(&self) -> i128 {
        let ranks::Lists { narrow, loose, runs } = &self.0;
        let runs = runs.iter().copied().flatten().map(|(value, count)| i128::from(*value) * i128::from(*count));
        let narrow = narrow.iter().map(|list| list.iter().map(|value| u64::from(*value)).sum::<u64>());
        let loose = loose.iter().copied().flatten().map(|value| i128::from(*value));
        runs.sum::<i128>() + i128::from(narrow.sum::<u64>()) + loose.sum::<i128>()
    }

    pub fn mean(&self) -> Option<f64> {
        let count = self.count();
        (count > 0).then(|| self.sum() as f64 / count as f64)
    }

    /// See [`Distribution::quantiles`].
    pub fn quantiles(&self, shares: &[f64]) -> Option<Vec<f64>> {
        let last = self.count().checked_sub(1)?;
        let ranks = |share: &f64| {
            let position = last as f64 * share.clamp(0.0, 1.0);
            (position as u64, (position as u64 + 1).min(last), position.fract())
        };
        let wanted: Vec<u64> = shares.iter().map(ranks).flat_map(|(low, high, _)| [low, high]).collect();
        let at = ranks::at(&self.0, &wanted);
        let between = |(share, at): (&f64, &[i64])| {
            let (low, high) = (at[0] as f64, at[1] as f64);
            low + (high - low) * ranks(share).2
        };
        Some(shares.iter().zip(at.chunks_exact(2)).map(between).collect())
    }

    /// How many values lie from each of these edges, which ascend, to the next; the first takes all that are lower.
    pub fn classes(&self, edges: &[i64]) -> Vec<u64> {
        let ranks::Lists { narrow, loose, runs } = &self.0;
        let mut from = vec![0u64; edges.len()];
        // A piece that stays in the processor's first cache for all edges, many values at a time; 32 bits count them.
        for piece in narrow.iter().flat_map(|list| list.chunks(1 << 12)) {
            for (from, edge) in from.iter_mut().zip(edges) {
                if let Ok(edge) = u32::try_from((*edge).max(0)) {
                    *from += u64::from(piece.iter().map(|value| u32::from(*value >= edge)).sum::<u32>());
                }
            }
        }
        for (from, edge) in from.iter_mut().zip(edges) {
            let loose = loose.iter().map(|list| list.iter().filter(|value| *value >= edge).count() as u64);
            let runs = runs.iter().map(|runs| {
                let runs = &runs[runs.partition_point(|(value, _)| value < edge)..];
                runs.iter().map(|(_, count)| count).sum::<u64>()
            });
            *from += loose.sum::<u64>() + runs.sum::<u64>();
        }
        from.iter_mut().take(1).for_each(|first| *first = self.count());
        from.push(0);
        from.windows(2).map(|pair| pair[0] - pair[1]).collect()
    }
}

/// Puts a list aside if it is full and worth it, and begins another, twice as large; how many values that were.
fn put_aside<T>(list: &mut Vec<T>, full: &mut Vec<Vec<T>>) -> usize {
    let len = list.len();
    if len < MOVED_MAX || len < list.capacity() {
        return 0;
    }
    full.push(std::mem::replace(list, Vec::with_capacity((len * 2).min(LIST_MAX))));
    len
}

/// Adds values to others: a few by copying, many by putting aside the list they are in.
fn append<T: Copy>(
    into: &mut Vec<T>,
    mut from: Vec<T>,
    settled: &mut Option<Box<Settled>>,
    lists: impl Fn(&mut Settled) -> &mut Vec<Vec<T>>,
) {
    if into.len() < from.len() {
        std::mem::swap(into, &mut from);
    }
    if from.len() < MOVED_MAX {
        into.extend_from_slice(&from);
        return;
    }
    let settled = settled.get_or_insert_default();
    settled.in_lists += from.len();
    lists(settled).push(from);
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
        if counts.is_empty() {
            // Nothing is to be found where every value stands once.
            let settled = Some(Box::new(Settled { look_at: values.len() * 2, ..Settled::default() }));
            let mut distribution = Distribution { settled, ..Distribution::default() };
            values.into_iter().for_each(|value| distribution.push(value));
            return Ok(distribution);
        }
        Ok(Distribution::of_runs(values.into_iter().zip(counts).collect()))
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
        assert!(distribution.runs().is_empty());
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
            if !parts[1].is_empty() {
                let twice: Vec<i64> = parts[1].each_further().flat_map(|value| [value, value]).collect();
                parts[1] = of(twice);
                parts[1].look();
            }
            let mut expected: Vec<i64> = Vec::new();
            for part in &parts {
                expected.extend(part.sorted().iter().flat_map(|(v, n)| vec![*v; *n as usize]));
            }
            let together: Together<'_> = parts.iter().collect();
            let (got, want) = (together.quantiles(&[share]).map(|values| values[0]), naive(&expected, share));
            prop_assert!(got.is_some_and(|got| (got - want).abs() <= want.abs() * 1e-12 + 1e-9), "{:?} {}", got, want);
            let edges = [-20, 0, 7, 40, i64::from(u32::MAX) + 1];
            let class = |value: &i64| edges.iter().rposition(|edge| edge <= value).unwrap_or(0);
            let classes = (0..edges.len()).map(|at| expected.iter().filter(|value| class(value) == at).count() as u64);
            prop_assert_eq!(together.classes(&edges), classes.collect::<Vec<_>>());
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
