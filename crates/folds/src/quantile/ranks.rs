//! Values at some ranks of an unordered list, without ordering it.
//!
//! One pass counts values by magnitude, to an eighth of each power of two. Only those of the few magnitudes that hold a
//! wanted rank are then put in order.

/// Values below this are looked up in a sorted copy: counting would cost more.
const FEW: usize = 256;

/// Magnitudes there are: one for what is not positive, seven below 8, and eight for each further power of two.
const MAGNITUDES: usize = 8 + 60 * 8;

/// The values at these ranks (from 0, each less than there are values) among both lists together, in the order of the
/// ranks.
pub(super) fn at(narrow: &[u32], wide: &[i64], ranks: &[u64]) -> Vec<i64> {
    let wide_values = wide.iter().copied();
    if narrow.len() + wide.len() < FEW {
        let mut sorted: Vec<i64> = narrow.iter().map(|value| i64::from(*value)).chain(wide_values).collect();
        sorted.sort_unstable();
        return ranks.iter().map(|rank| sorted[*rank as usize]).collect();
    }
    let mut counts = [0u64; MAGNITUDES];
    narrow.iter().for_each(|value| counts[magnitude(i64::from(*value))] += 1);
    wide.iter().for_each(|value| counts[magnitude(*value)] += 1);
    let mut wanted = [false; MAGNITUDES];
    for rank in ranks {
        let mut below = 0;
        let magnitude = counts.iter().position(|count| {
            below += count;
            below > *rank
        });
        magnitude.into_iter().for_each(|magnitude| wanted[magnitude] = true);
    }
    let mut near: Vec<i64> = Vec::new();
    near.extend(narrow.iter().map(|value| i64::from(*value)).filter(|value| wanted[magnitude(*value)]));
    near.extend(wide_values.filter(|value| wanted[magnitude(*value)]));
    near.sort_unstable();
    let of_rank = |rank: &u64| {
        // Values of lower magnitudes that were left out.
        let (mut left_out, mut below) = (0, 0);
        for (count, wanted) in counts.iter().zip(wanted) {
            below += count;
            if below > *rank {
                break;
            }
            left_out += if wanted { 0 } else { *count };
        }
        near[(rank - left_out) as usize]
    };
    ranks.iter().map(of_rank).collect()
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
            prop_assert_eq!(at(&[], &values, &ranks), &expected[..]);
            let (narrow, wide): (Vec<i64>, Vec<i64>) = values.iter().partition(|value| u32::try_from(**value).is_ok());
            let narrow: Vec<u32> = narrow.into_iter().map(|value| value as u32).collect();
            prop_assert_eq!(at(&narrow, &wide, &ranks), expected);
        }
    }
}
