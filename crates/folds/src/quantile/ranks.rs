//! Values at some ranks of an unordered list, without ordering it.
//!
//! One pass counts values by magnitude, to an eighth of each power of two. Only those of the few magnitudes that hold a
//! wanted rank are then put in order.

/// Values below this are looked up in a sorted copy: counting would cost more.
const FEW: usize = 256;

/// Magnitudes there are: one for what is not positive, seven below 8, and eight for each further power of two.
const MAGNITUDES: usize = 8 + 60 * 8;

/// Values, list by list: those of 32 bits, others, and ascending ones with their counts.
pub(super) struct Lists<'a> {
    pub(super) narrow: Vec<&'a [u32]>,
    pub(super) loose: Vec<&'a [i64]>,
    pub(super) runs: Vec<&'a [(i64, u64)]>,
}

/// The values at these ranks (from 0, each less than there are values) among all lists together, in the order of the
/// ranks.
pub(super) fn at(lists: &Lists<'_>, ranks: &[u64]) -> Vec<i64> {
    let Lists { narrow, loose, runs } = lists;
    let narrow = || narrow.iter().copied().flatten().map(|value| i64::from(*value));
    let loose = || loose.iter().copied().flatten().copied();
    let runs = || runs.iter().copied().flatten().copied();
    if lists.runs.is_empty() && lists.len() < FEW {
        return of_sorted(narrow().chain(loose()).collect(), Vec::new(), ranks.iter().copied());
    }
    let mut counts = [0u64; MAGNITUDES];
    narrow().for_each(|value| counts[magnitude(value)] += 1);
    loose().for_each(|value| counts[magnitude(value)] += 1);
    runs().for_each(|(value, count)| counts[magnitude(value)] += count);
    let mut wanted = [false; MAGNITUDES];
    // By rank, how many values of lower magnitudes are left out.
    let mut near_ranks = Vec::with_capacity(ranks.len());
    for rank in ranks {
        let mut below = 0;
        let magnitude = counts.iter().position(|count| {
            below += count;
            below > *rank
        });
        magnitude.into_iter().for_each(|magnitude| wanted[magnitude] = true);
    }
    for rank in ranks {
        let (mut left_out, mut below) = (0, 0);
        for (count, wanted) in counts.iter().zip(wanted) {
            below += count;
            if below > *rank {
                break;
            }
            left_out += if wanted { 0 } else { *count };
        }
        near_ranks.push(rank - left_out);
    }
    let is_near = |value: i64| wanted[magnitude(value)];
    let mut near: Vec<i64> = narrow().filter(|value| is_near(*value)).collect();
    near.extend(loose().filter(|value| is_near(*value)));
    let near_runs: Vec<(i64, u64)> = runs().filter(|(value, _)| is_near(*value)).collect();
    of_sorted(near, near_runs, near_ranks.into_iter())
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
    fn len(&self) -> usize {
        self.narrow.iter().map(|list| list.len()).sum::<usize>()
            + self.loose.iter().map(|list| list.len()).sum::<usize>()
    }
}

/// Of two values, the smaller one never has the larger magnitude.
#[inline]
fn magnitude(value: i64) -> usize {
    match value {
        ..=0 => 0,
        1..8 => value as usize,
        _ => {
            let power = 63 - value.leading_zeros() as usize;
            (power - 2) * 8 + (value >> (power - 3) & 7) as usize
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn magnitudes_rise_without_a_gap() {
        let small = (-2..200).map(magnitude);
        assert!(small.collect::<Vec<_>>().windows(2).all(|pair| pair[1] == pair[0] || pair[1] == pair[0] + 1));
        assert_eq!((magnitude(i64::MIN), magnitude(7), magnitude(8)), (0, 7, 8));
        assert_eq!(magnitude(i64::MAX), MAGNITUDES - 1);
        assert!((3..62).all(|power| magnitude((1 << power) - 1) + 1 == magnitude(1 << power)));
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
