//! Values at some ranks of an unordered list, without ordering it.
//!
//! One pass counts values by magnitude, to a part of each power of two. Only those of the few magnitudes that hold a
//! wanted rank are then put in order.

/// Values below this are looked up in a sorted copy: counting would cost more.
const FEW: usize = 512;

/// Bits of a value that its magnitude tells apart, below the highest one: a thirty-second of each power of two.
const BITS: u32 = 5;

/// Magnitudes there are: one for each value below 64, the first also for all below it, and 32 for each further power of two.
const MAGNITUDES: usize = 64 + 57 * (1 << BITS);

/// Those of values of 32 bits.
const NARROW_MAGNITUDES: usize = 64 + 26 * (1 << BITS);

/// Values, list by list: those of 32 bits, others, and ascending ones with their counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists<'a> {
    pub(super) narrow: Vec<&'a [u32]>,
    pub(super) loose: Vec<&'a [i64]>,
    pub(super) runs: Vec<&'a [(i64, u64)]>,
}

/// The values at these ranks (from 0, each less than there are values) among all lists together, in the order of the
/// ranks.
pub(super) fn at(lists: &Lists<'_>, ranks: &[u64]) -> Vec<i64> {
    let Lists { narrow, loose, runs } = lists;
    let runs = || runs.iter().copied().flatten().copied();
    if lists.runs.is_empty() && lists.len() < FEW {
        let mut values = Vec::with_capacity(lists.len());
        narrow.iter().for_each(|list| values.extend(list.iter().map(|value| i64::from(*value))));
        loose.iter().for_each(|list| values.extend_from_slice(list));
        return of_sorted(values, Vec::new(), ranks.iter().copied());
    }
    let mut counts = [0u64; MAGNITUDES];
    count(narrow, &mut counts);
    for list in loose {
        list.iter().for_each(|value| counts[magnitude(*value)] += 1);
    }
    runs().for_each(|(value, count)| counts[magnitude(value)] += count);
    let mut wanted = [false; MAGNITUDES];
    // By rank, from the lowest on: how many values of lower magnitudes are left out.
    let mut order: Vec<usize> = (0..ranks.len()).collect();
    order.sort_by_key(|at| ranks[*at]);
    let mut near_ranks = ranks.to_vec();
    let (mut magnitude_at, mut below, mut left_out, mut near_count) = (0, 0, 0, 0);
    for at in order {
        while below + counts[magnitude_at] <= ranks[at] {
            below += counts[magnitude_at];
            left_out += if wanted[magnitude_at] { 0 } else { counts[magnitude_at] };
            magnitude_at += 1;
        }
        near_count += if wanted[magnitude_at] { 0 } else { counts[magnitude_at] };
        wanted[magnitude_at] = true;
        near_ranks[at] = ranks[at] - left_out;
    }
    let near_runs: Vec<(i64, u64)> = runs().filter(|(value, _)| wanted[magnitude(*value)]).collect();
    let in_runs: u64 = near_runs.iter().map(|(_, count)| count).sum();
    let near = near(lists, &wanted, (near_count - in_runs) as usize);
    of_sorted(near, near_runs, near_ranks.into_iter())
}

/// Counts values by magnitude. Neighbours are counted apart, as the same magnitude twice has to wait for the first.
fn count(lists: &[&[u32]], counts: &mut [u64; MAGNITUDES]) {
    let mut apart = [[0u32; NARROW_MAGNITUDES]; 2];
    for piece in lists.iter().flat_map(|list| list.chunks(1 << 30)) {
        let [even, odd] = &mut apart;
        let pairs = piece.chunks_exact(2);
        pairs.remainder().iter().for_each(|value| even[narrow_magnitude(*value)] += 1);
        for pair in pairs {
            even[narrow_magnitude(pair[0])] += 1;
            odd[narrow_magnitude(pair[1])] += 1;
        }
        for (count, (even, odd)) in counts.iter_mut().zip(even.iter_mut().zip(odd)) {
            *count += u64::from(std::mem::take(even)) + u64::from(std::mem::take(odd));
        }
    }
}

/// The values of wanted magnitudes, of which there are `count`.
fn near(lists: &Lists<'_>, wanted: &[bool; MAGNITUDES], count: usize) -> Vec<i64> {
    // Each value is written behind those found, and stays there if it is wanted: no branch is to be foretold.
    let mut near = vec![0; count + 1];
    let mut found = 0;
    for list in &lists.narrow {
        for value in *list {
            near[found] = i64::from(*value);
            found += usize::from(wanted[narrow_magnitude(*value)]);
        }
    }
    near.truncate(found);
    near.extend(lists.loose.iter().copied().flatten().copied().filter(|value| wanted[magnitude(*value)]));
    near
}

/// The values at ranks among some values and some with their counts.
fn of_sorted(mut values: Vec<i64>, mut runs: Vec<(i64, u64)>, ranks: impl Iterator<Item = u64>) -> Vec<i64> {
    if runs.is_empty() {
        values.sort_unstable();
        return ranks.map(|rank| values[rank as usize]).collect();
    }
    runs.extend(values.into_iter().map(|value| (value, 1)));
    runs.sort_unstable();
    let mut total = 0;
    let up_to: Vec<u64> = runs
        .iter()
        .map(|(_, count)| {
            total += count;
            total
        })
        .collect();
    ranks.map(|rank| runs[up_to.partition_point(|up_to| *up_to <= rank)].0).collect()
}

impl Lists<'_> {
    /// How many values there are in no run.
    pub(super) fn len(&self) -> usize {
        self.narrow.iter().map(|list| list.len()).sum::<usize>()
            + self.loose.iter().map(|list| list.len()).sum::<usize>()
    }
}

/// Of two values, the smaller one never has the larger magnitude.
#[inline]
fn magnitude(value: i64) -> usize {
    let value = value.max(0) as u64;
    let power = 63 - (value | 1 << BITS).leading_zeros();
    ((power - BITS) << BITS) as usize + (value >> (power - BITS)) as usize
}

/// The same of a value of 32 bits.
#[inline]
fn narrow_magnitude(value: u32) -> usize {
    let power = 31 - (value | 1 << BITS).leading_zeros();
    ((power - BITS) << BITS) as usize + (value >> (power - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn magnitudes_rise_without_a_gap() {
        let small = (-2..2_000).map(magnitude);
        assert!(small.collect::<Vec<_>>().windows(2).all(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1));
        assert_eq!((magnitude(i64::MIN), magnitude(63), magnitude(64)), (0, 63, 64));
        assert_eq!((magnitude(i64::MAX) + 1, narrow_magnitude(u32::MAX) + 1), (MAGNITUDES, NARROW_MAGNITUDES));
        assert!((3..62).all(|power| magnitude((1 << power) - 1) + 1 == magnitude(1 << power)));
        assert!(
            [0, 1, 63, 64, 1_000_000, u32::MAX].map(|value| narrow_magnitude(value) == magnitude(value.into()))
                == [true; 6]
        );
    }

    proptest! {
        #[test]
        fn ranks_are_those_of_the_sorted_values(
            values in prop::collection::vec(
                prop_oneof![any::<i64>(), -3i64..40, (0u32..63).prop_map(|power| 1 << power), Just(7_000_000)],
                1..2_000,
            ),
            shares in prop::collection::vec(0.0..1.0f64, 1..6),
        ) {
            let ranks: Vec<u64> = shares.iter().map(|share| (share * values.len() as f64) as u64).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let expected: Vec<i64> = ranks.iter().map(|rank| sorted[*rank as usize]).collect();
            let lists = Lists { narrow: Vec::new(), loose: vec![&values], runs: Vec::new() };
            prop_assert_eq!(at(&lists, &ranks), &expected[..]);
            let (narrow, wide): (Vec<i64>, Vec<i64>) = values.iter().partition(|value| u32::try_from(**value).is_ok());
            let narrow: Vec<u32> = narrow.into_iter().map(|value| value as u32).collect();
            let cut = narrow.len() / 3;
            let lists = Lists { narrow: vec![&narrow[..cut], &narrow[cut..]], loose: vec![&wide], runs: Vec::new() };
            prop_assert_eq!(at(&lists, &ranks), &expected[..]);
            let runs: Vec<(i64, u64)> =
                sorted.iter().step_by(2).map(|value| (*value, 1)).collect();
            let others: Vec<i64> = sorted.iter().skip(1).step_by(2).copied().collect();
            let lists = Lists { narrow: Vec::new(), loose: vec![&others], runs: vec![&runs] };
            prop_assert_eq!(at(&lists, &ranks), expected);
        }
    }
}
