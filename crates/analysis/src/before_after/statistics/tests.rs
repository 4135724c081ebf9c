use super::*;
use crate::share::share;

/// Random numbers by SplitMix64, so that a seed is a world.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    fn binomial(&mut self, n: u64, p: f64) -> u64 {
        (0..n).filter(|_| self.unit() < p).count() as u64
    }

    /// Knuth's way, in steps that do not underflow.
    fn poisson(&mut self, mean: f64) -> u64 {
        if mean > 30.0 {
            return self.poisson(mean / 2.0) + self.poisson(mean / 2.0);
        }
        let (mut count, mut product, least) = (0, self.unit(), (-mean).exp());
        while product > least {
            count += 1;
            product *= self.unit();
        }
        count
    }
}

/// How busy days of a week are.
const WEEKDAYS: [f64; 7] = [1.0, 0.9, 0.95, 1.0, 1.2, 1.6, 1.4];

const WORLDS: u64 = 2_000;

/// Part of the worlds of which something holds.
fn part(holds: impl Fn(&mut Dice) -> bool) -> f64 {
    (0..WORLDS).filter(|seed| holds(&mut Dice(seed * 7_919))).count() as f64 / WORLDS as f64
}

/// Between what 2,000 draws of 95 % give with near certainty, and a little too careful.
fn is_as_claimed(covered: f64) -> bool {
    (0.935..=0.985).contains(&covered)
}

/// Shares of some days: visitors by weekday, and a day's chance that is its own.
fn days_of_shares(dice: &mut Dice, days: usize, chance: f64, of_day: f64) -> Days {
    let day = |day: usize| {
        let visitors = dice.poisson(80.0 * WEEKDAYS[day % 7]);
        let chance = (chance + of_day * dice.normal()).clamp(0.0, 1.0);
        (dice.binomial(visitors, chance), visitors)
    };
    Days { counts: (0..days).map(day).collect() }
}

fn whole(days: &Days) -> (Share, f64) {
    let (hits, of) = days.counts.iter().fold((0, 0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    (share(hits, of), days.design_effect())
}

#[test]
fn shares_cover_a_planted_change_as_often_as_claimed() {
    for of_day in [0.0, 0.06] {
        let covered = part(|dice| {
            let before = whole(&days_of_shares(dice, 28, 0.30, of_day));
            let after = whole(&days_of_shares(dice, 28, 0.33, of_day));
            let found = shares(after, before);
            found.low <= 0.03 && 0.03 <= found.high
        });
        assert!(is_as_claimed(covered), "days differ by {of_day}: {covered}");
    }
    // As if days were alike, the same interval misses it far too often.
    let naive = part(|dice| {
        let before = whole(&days_of_shares(dice, 28, 0.30, 0.06)).0;
        let after = whole(&days_of_shares(dice, 28, 0.33, 0.06)).0;
        let found = shares((after, 1.0), (before, 1.0));
        found.low <= 0.03 && 0.03 <= found.high
    });
    assert!(naive < 0.90, "{naive}");
}

/// Counts of some days: by weekday, with a swing that outlasts a day (an autoregressive process of order 1).
fn days_of_counts(dice: &mut Dice, days: usize, level: f64, lasts: f64) -> Vec<f64> {
    let mut swing = 0.1 * dice.normal();
    let day = |day: usize| {
        swing = lasts * swing + 0.1 * (1.0 - lasts * lasts).sqrt() * dice.normal();
        dice.poisson(level * WEEKDAYS[day % 7] * (1.0 + swing).max(0.0)) as f64
    };
    (0..days).map(day).collect()
}

#[test]
fn counts_cover_a_planted_change_as_often_as_claimed() {
    let truth = 4.0 * 10.0 * WEEKDAYS.iter().sum::<f64>();
    for lasts in [0.0, 0.3] {
        let covered = part(|dice| {
            let before = Weeks::of(&days_of_counts(dice, 28, 50.0, lasts)).unwrap();
            let after = Weeks::of(&days_of_counts(dice, 28, 60.0, lasts)).unwrap();
            let found = welch(&after, &before).unwrap();
            found.low <= truth && truth <= found.high
        });
        assert!(is_as_claimed(covered), "swings last {lasts}: {covered}");
    }
}

#[test]
fn where_nothing_changed_a_difference_is_seen_one_time_in_twenty() {
    let moved = |found: Estimate| found.low > 0.0 || found.high < 0.0;
    let counts = part(|dice| {
        let before = Weeks::of(&days_of_counts(dice, 28, 50.0, 0.3)).unwrap();
        moved(welch(&Weeks::of(&days_of_counts(dice, 28, 50.0, 0.3)).unwrap(), &before).unwrap())
    });
    let of_shares = part(|dice| {
        let before = whole(&days_of_shares(dice, 28, 0.3, 0.06));
        moved(shares(whole(&days_of_shares(dice, 28, 0.3, 0.06)), before))
    });
    assert!(is_as_claimed(1.0 - counts) && is_as_claimed(1.0 - of_shares), "{counts} {of_shares}");
}

#[test]
fn differences_of_differences_cover_what_is_not_the_season() {
    // Both groups move by the season, only one of them by the change.
    let of_shares = part(|dice| {
        let own = shares(whole(&days_of_shares(dice, 28, 0.38, 0.03)), whole(&days_of_shares(dice, 28, 0.30, 0.03)));
        let others = shares(whole(&days_of_shares(dice, 28, 0.25, 0.03)), whole(&days_of_shares(dice, 28, 0.20, 0.03)));
        let net = less(own, others);
        net.low <= 0.03 && 0.03 <= net.high
    });
    let counts = part(|dice| {
        let levels = [72.0, 50.0, 120.0, 100.0].map(|level| Weeks::of(&days_of_counts(dice, 28, level, 0.3)).unwrap());
        let net = ratio_of_ratios(levels.each_ref()).unwrap();
        net.low <= 0.2 && 0.2 <= net.high
    });
    assert!(is_as_claimed(of_shares) && is_as_claimed(counts), "{of_shares} {counts}");
}

/// Reckoned by hand; quantiles of t are those of printed tables.
#[test]
fn weeks_are_compared_by_welch() {
    let weeks = |sums: &[f64]| Weeks::of(&sums.iter().flat_map(|sum| [sum / 7.0; 7]).collect::<Vec<_>>()).unwrap();
    let (after, before) = (weeks(&[130.0, 150.0, 110.0, 170.0]), weeks(&[100.0, 120.0, 80.0, 140.0]));
    assert!((after.mean - 140.0).abs() < 1e-9 && (after.variance - 2_000.0 / 3.0 / 4.0).abs() < 1e-9);
    // Equal variances: 6 degrees of freedom, t = 2.446912.
    let half = 2.446_912 * (2.0 * 2_000.0 / 12.0_f64).sqrt();
    let found = welch(&after, &before).unwrap();
    assert!((found.value - 120.0).abs() < 1e-9);
    assert!((found.high - 4.0 * (30.0 + half)).abs() < 1e-3, "{found:?}");
    // Weeks that are all alike are still counts: as uncertain as those of a Poisson process.
    assert_eq!(weeks(&[49.0, 49.0]).variance, 24.5);
}

#[test]
fn what_cannot_be_said_is_not_said() {
    assert_eq!(Weeks::of(&[1.0; 13]), None, "no whole weeks");
    assert_eq!(Weeks::of(&[1.0; 7]), None, "one week does not tell how weeks differ");
    let nothing = Weeks::of(&[0.0; 14]).unwrap();
    assert_eq!(welch(&nothing, &nothing), None);
    let few = Days { counts: vec![(1, 10), (9, 10)] };
    assert_eq!(few.design_effect(), 1.0);
}
