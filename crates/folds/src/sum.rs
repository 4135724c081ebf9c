//! A sum of doubles that does not depend on the order of adding.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Exact sum of amounts: a fixed-point number with 64 bits before and 64 bits after the point.
///
/// Doubles of magnitude 2⁻¹¹ and above are held exactly, smaller ones to 2⁻⁶⁴ (5·10⁻²⁰), so sums of money
/// and scores come out the same however the events were partitioned. Sums are exact up to 9.2·10¹⁸ and stay
/// at that bound beyond it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sum(i128);

const ONE: f64 = 18_446_744_073_709_551_616.0; // 2⁶⁴

impl Sum {
    /// Adds a value. NaN (missing) and infinite values add nothing.
    #[inline]
    pub fn add(&mut self, value: f64) {
        if value.is_finite() {
            self.0 = self.0.saturating_add(fixed(value));
        }
    }

    pub fn merge(&mut self, other: Sum) {
        self.0 = self.0.saturating_add(other.0);
    }

    /// The sum, rounded once.
    pub fn value(self) -> f64 {
        self.0 as f64 / ONE
    }
}

/// `value` · 2⁶⁴, cut off towards zero and at the ends of the range: what a conversion of the language gives, which is a call
/// of some length where this is a few instructions.
#[inline]
fn fixed(value: f64) -> i128 {
    const MANTISSA_BITS: i32 = 52;
    let bits = value.to_bits();
    let exponent = (bits >> MANTISSA_BITS & 0x7ff) as i32;
    let mantissa = bits & ((1 << MANTISSA_BITS) - 1) | 1 << MANTISSA_BITS;
    // The exponent's bias, and the point 64 bits further.
    let shift = exponent - 1023 - MANTISSA_BITS + 64;
    let size = match shift {
        75.. => return if value < 0.0 { i128::MIN } else { i128::MAX },
        0..75 => i128::from(mantissa) << shift,
        -63..0 => i128::from(mantissa >> -shift),
        _ => 0,
    };
    if value < 0.0 { -size } else { size }
}

impl fmt::Debug for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(values: &[f64]) -> Sum {
        let mut sum = Sum::default();
        values.iter().for_each(|value| sum.add(*value));
        sum
    }

    #[test]
    fn cents_add_up_where_doubles_do_not() {
        let many = vec![0.1; 1_000_000];
        assert_eq!(sum(&many).value(), 100_000.0);
        assert_ne!(many.iter().sum::<f64>(), 100_000.0);
        assert_eq!(sum(&[1e15, 0.25, -1e15]).value(), 0.25);
        assert_eq!(sum(&[f64::NAN, f64::INFINITY, 2.5]).value(), 2.5);
    }

    proptest! {
        #[test]
        fn fixed_points_are_those_of_the_language(value in any::<f64>(), exponent in -140i32..80, share in -2.0..2.0f64) {
            for value in [value, share * f64::from(exponent).exp2(), f64::from(exponent).exp2(), -f64::from(exponent).exp2()] {
                if value.is_finite() {
                    prop_assert_eq!(fixed(value), (value * ONE) as i128, "{}", value);
                }
            }
        }

        #[test]
        fn order_and_grouping_do_not_matter(values in prop::collection::vec(-1e9..1e9f64, 0..40), cut in 0usize..40) {
            let cut = cut.min(values.len());
            let mut backwards = values.clone();
            backwards.reverse();
            let mut halves = sum(&values[cut..]);
            halves.merge(sum(&values[..cut]));
            prop_assert_eq!(sum(&values), sum(&backwards));
            prop_assert_eq!(sum(&values), halves);
        }
    }
}
