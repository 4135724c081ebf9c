//! What an analysis is shown apart by.

use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

/// Bands that are told apart at most.
pub const BANDS_MAX: usize = 100;

/// One dimension whose values divide the subjects: each subject belongs to one value, to "other", or to none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Breakdown {
    /// `channel`, `traffic_group`, `event`, `source`, a column (`platform`, `amount`), a property (`props.plan`), or a trait of
    /// the customer (`traits.city_tier`).
    pub dimension: String,
    /// Which event speaks for its subject. Traits are the same for all of them.
    #[serde(default)]
    pub at: At,
    /// Values shown apart, those of most subjects first; the rest is "other". 1 to 100.
    #[serde(default = "ten")]
    pub top: u32,
    /// The values shown apart; None: the `top` most frequent, which the answer then states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// Of numbers, in place of `values` and `top`: bands of them, from the lowest to the highest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bands: Option<Bands>,
}

/// How numbers are divided. What is no number belongs to "other".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bands {
    /// Where a new band begins: a number belongs to the band that begins with it or with the next lower boundary, one below the
    /// first boundary to a band of its own. Ascending, 1 to 99 of them.
    #[schema(value_type = Vec<f64>)]
    Edges(Vec<Number>),
    /// So many bands, 2 to 100, that about as many events say (of a trait: as many times it was set); the answer states where
    /// they begin. Fewer where a number is so frequent that it fills several.
    Count(u32),
}

/// Which event speaks for its subject.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// The first event that says something of the dimension.
    #[default]
    First,
    /// The last one.
    Last,
    /// The event that did this step of a funnel, counted from 1.
    Step(u32),
}

impl Breakdown {
    /// By the subject's first event, its ten most frequent values apart.
    pub fn new(dimension: &str) -> Breakdown {
        Breakdown { dimension: dimension.to_owned(), at: At::First, top: ten(), values: None, bands: None }
    }

    /// Whether it says what is shown apart, and nothing has to be found.
    pub fn is_settled(&self) -> bool {
        self.values.is_some() || matches!(self.bands, Some(Bands::Edges(_)))
    }
}

/// What bands are called, by where they begin: `< 100`, `100 – 500`, `≥ 500`, the last number of a name not belonging to it.
pub fn band_names(edges: &[f64]) -> Vec<String> {
    let (Some(first), Some(last)) = (edges.first(), edges.last()) else { return Vec::new() };
    let between = edges.windows(2).map(|pair| format!("{} – {}", pair[0], pair[1]));
    std::iter::once(format!("< {first}")).chain(between).chain(std::iter::once(format!("≥ {last}"))).collect()
}

/// Which of the bands a number belongs to.
pub fn band_of(edges: &[f64], number: f64) -> usize {
    edges.partition_point(|edge| *edge <= number)
}

/// Boundaries of `count` bands with about as many of the `numbers` each, ascending, rounded where that moves them by less than a
/// tenth of the bands beside them. Fewer where numbers are as frequent as whole bands, none where there are not two different numbers.
pub fn even_edges(mut numbers: Vec<f64>, count: u32) -> Vec<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let (Some(least), Some(most)) = (numbers.first().copied(), numbers.last().copied()) else { return Vec::new() };
    // A band that began with the least would leave nothing below it.
    let lowest = numbers.partition_point(|number| *number <= least);
    let at = |n: u32| numbers.get((numbers.len() * n as usize / count as usize).max(lowest)).copied();
    let mut edges: Vec<f64> = (1..count).filter_map(at).collect();
    edges.dedup();
    let ends = [&[least][..], &edges, &[most]].concat();
    let rounded = (1..=edges.len()).map(|n| {
        let gap = if ends[n + 1] > ends[n] {
            (ends[n] - ends[n - 1]).min(ends[n + 1] - ends[n])
        } else {
            ends[n] - ends[n - 1]
        };
        to_places(ends[n], 1 - gap.log10().floor() as i32)
    });
    let mut rounded: Vec<f64> = rounded.collect();
    rounded.dedup();
    rounded
}

/// To so many places behind the point, or before it where `places` is negative.
fn to_places(number: f64, places: i32) -> f64 {
    let scale = 10f64.powi(places.abs());
    // By a whole number both ways: a division by 0.1 would not give back what people write.
    let rounded = if places >= 0 { (number * scale).round() / scale } else { (number / scale).round() * scale };
    if rounded.is_finite() { rounded } else { number }
}

fn ten() -> u32 {
    10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_belongs_to_the_band_that_begins_with_it() {
        let edges = [-0.5, 100.0, 500.0];
        assert_eq!(band_names(&edges), ["< -0.5", "-0.5 – 100", "100 – 500", "≥ 500"]);
        let of = [-1.0, -0.5, 99.99, 100.0, 499.0, 500.0, 1e9].map(|number| band_of(&edges, number));
        assert_eq!(of, [0, 1, 1, 2, 2, 3, 3]);
        assert!(band_names(&[]).is_empty());
    }

    #[test]
    fn even_bands_hold_as_many_each_and_begin_with_round_numbers() {
        let prices: Vec<f64> = (0..1_000).map(|n| 0.99 + f64::from(n) * 0.37).collect();
        let edges = even_edges(prices.clone(), 4);
        assert_eq!(edges, [93.0, 186.0, 278.0]);
        for band in 0..4 {
            let held = prices.iter().filter(|price| band_of(&edges, **price) == band).count();
            assert!(held.abs_diff(250) <= 5, "{held} in band {band}");
        }
        // Years stay years, and what is as frequent as several bands is one.
        assert_eq!(even_edges(vec![2_019.0, 2_020.0, 2_021.0, 2_022.0], 4), [2_020.0, 2_021.0, 2_022.0]);
        assert_eq!(even_edges([vec![1.0; 90], (2..12).map(f64::from).collect()].concat(), 5), [2.0]);
        assert_eq!(even_edges([vec![1.0; 50], vec![7.0; 50]].concat(), 5), [7.0]);
        assert!(even_edges(vec![3.0; 10], 5).is_empty() && even_edges(Vec::new(), 5).is_empty());
        assert_eq!(even_edges(vec![0.001, 0.002, 0.003, 0.004], 2), [0.003]);
    }
}
