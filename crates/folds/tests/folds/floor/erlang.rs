//! Waiting at tills: against a table, a closed form and a simulation.

use folds::floor::erlang::{Demand, Lanes};
use folds::quantile::Distribution;
use testkit::golden;

fn demand(arrivals_per_hour: f64, service_seconds: f64) -> Demand {
    Demand { arrivals_per_hour, service_seconds, ..Demand::default() }
}

/// C by its definition, sums of powers over factorials, from the greatest term down.
fn closed_form(offered: f64, tills: u32) -> f64 {
    let term = |k: u32| {
        let factorial: f64 = (1..=k).map(|n| f64::from(n).ln()).sum();
        (f64::from(k) * offered.ln() - factorial).exp()
    };
    let waiting = term(tills) * f64::from(tills) / (f64::from(tills) - offered);
    waiting / ((0..tills).map(term).sum::<f64>() + waiting)
}

#[test]
fn recursion_table_and_closed_form_agree_to_nine_digits() {
    let rows = golden::csv("erlang_c_table.csv");
    let mut stable = 0;
    for row in &rows {
        let number = |name: &str| row[name].parse::<f64>().ok();
        let (arrivals, service) = (number("arrivals_per_h").unwrap(), number("service_s").unwrap());
        let tills = row["servers"].parse().unwrap();
        let asked = demand(arrivals, service);
        assert!((asked.offered() - number("offered_erl").unwrap()).abs() < 1e-6);
        let Some(waiting) = asked.pooled(tills) else {
            assert!(asked.offered() >= f64::from(tills), "{row:?}");
            continue;
        };
        stable += 1;
        let near = |got: f64, name: &str, digits: i32| {
            let expected = number(name).unwrap();
            assert!((got - expected).abs() <= 0.5001 * 10f64.powi(-digits), "{name}: {got} in {row:?}");
        };
        near(waiting.utilisation, "rho", 6);
        near(waiting.wait_probability, "p_wait", 9);
        near(waiting.mean_wait_seconds, "mean_wait_s", 6);
        near(waiting.mean_queue, "mean_queue_len", 6);
        near(waiting.within(60.0), "p_wait_le_60s", 9);
        near(waiting.within(120.0), "p_wait_le_120s", 9);
        assert!((waiting.wait_probability - closed_form(asked.offered(), tills)).abs() < 5e-10, "{row:?}");
    }
    assert!(stable > 200, "{stable} of {}", rows.len());
}

#[test]
fn tills_for_a_promise_are_the_fewest() {
    for (seconds, share) in [(30.0, 0.9), (60.0, 0.8), (180.0, 0.95)] {
        let asked = demand(240.0, 75.0);
        let tills = asked.tills_for(seconds, share).unwrap();
        assert!(asked.pooled(tills).unwrap().within(seconds) >= share);
        assert!(asked.pooled(tills - 1).is_none_or(|waiting| waiting.within(seconds) < share));
    }
    assert_eq!(demand(0.0, 60.0).tills_for(0.0, 1.0), Some(1));
    assert_eq!(demand(100.0, 60.0).tills_for(60.0, 1.1), None);
    assert_eq!(demand(f64::NAN, 60.0).pooled(3), None);
    assert_eq!(demand(10.0, 60.0).pooled(0), None);
}

#[test]
fn regular_service_halves_the_wait_at_one_till() {
    // M/D/1: ρ s / 2 (1 − ρ), which Allen–Cunneen is exact for.
    let regular = Demand { service_variation: 0.0, ..demand(45.0, 60.0) };
    let waiting = regular.pooled(1).unwrap();
    assert!((waiting.mean_wait_seconds - 0.75 * 60.0 / (2.0 * 0.25)).abs() < 1e-9);
    assert_eq!(waiting.wait_probability, demand(45.0, 60.0).pooled(1).unwrap().wait_probability);
}

#[test]
fn measured_times_make_a_demand() {
    let mut between = Distribution::default();
    [30, 90].iter().for_each(|seconds| between.push(seconds * 1_000_000));
    let mut service = Distribution::default();
    [120, 120].iter().for_each(|seconds| service.push(seconds * 1_000_000));
    let measured = Demand::measured(&between, &service).unwrap();
    let expected =
        Demand { arrivals_per_hour: 60.0, service_seconds: 120.0, arrival_variation: 0.25, service_variation: 0.0 };
    assert_eq!(measured, expected);
    assert_eq!(Demand::measured(&between, &Distribution::default()), None);
}

#[test]
fn a_simulated_shop_waits_as_long() {
    let (asked, tills) = (demand(100.0, 120.0), 4);
    let mut random = 11u64;
    let mut exponential = |mean: f64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        -mean * (((random >> 11) as f64 + 0.5) / (1u64 << 53) as f64).ln()
    };
    let (mut now, mut free_at) = (0.0, vec![0.0f64; tills as usize]);
    let (mut waited, mut waiting) = (0.0, 0u32);
    let customers = 400_000;
    for _ in 0..customers {
        now += exponential(3_600.0 / asked.arrivals_per_hour);
        let next = free_at.iter_mut().min_by(|a, b| a.total_cmp(b)).unwrap();
        let begin = next.max(now);
        *next = begin + exponential(asked.service_seconds);
        waited += begin - now;
        waiting += u32::from(begin > now);
    }
    let expected = asked.pooled(tills).unwrap();
    assert!((f64::from(waiting) / f64::from(customers) - expected.wait_probability).abs() < 0.01);
    assert!((waited / f64::from(customers) - expected.mean_wait_seconds).abs() < 4.0);
}

/// Lanes against the closed forms of one till (M/M/1: W = a/(μ − λ)) and of each kind on its own.
#[test]
fn lanes_are_their_kinds_weighted_by_who_goes_there() {
    let demand = Demand { arrivals_per_hour: 60.0, service_seconds: 45.0, ..Demand::default() };
    let lanes = |tills, separate, self_checkouts, self_share| Lanes {
        tills,
        separate,
        self_checkouts,
        self_share,
        self_slower: 2.0,
    };
    let one = demand.at(&lanes(1, false, 0, 0.7)).unwrap();
    assert!((one.mean_wait_seconds - 0.75 / (1.0 / 45.0 - 1.0 / 60.0)).abs() < 1e-9, "{one:?}");
    assert_eq!((one.self_share, one.self_checkouts), (0.0, None));
    assert_eq!(demand.at(&lanes(3, true, 0, 0.5)).unwrap().tills, demand.separate(3));
    assert!(demand.separate(3).unwrap().mean_wait_seconds > demand.pooled(3).unwrap().mean_wait_seconds);

    // A third goes to two self-checkouts, 20 an hour of 90 s; 40 an hour of 45 s go to one till.
    let mixed = demand.at(&lanes(1, false, 2, 1.0 / 3.0)).unwrap();
    let staffed = Demand { arrivals_per_hour: 40.0, ..demand }.pooled(1).unwrap();
    let by_self = Demand { arrivals_per_hour: 20.0, service_seconds: 90.0, ..demand }.pooled(2).unwrap();
    let weighted = |a: f64, b: f64| 2.0 / 3.0 * a + b / 3.0;
    let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
    assert!(close(mixed.mean_wait_seconds, weighted(staffed.mean_wait_seconds, by_self.mean_wait_seconds)));
    assert!(close(mixed.within(60.0), weighted(staffed.within(60.0), by_self.within(60.0))));
    // All by themselves, and more than can be served at either.
    assert_eq!(demand.at(&lanes(0, false, 2, 1.0)).unwrap().tills, None);
    assert_eq!(demand.at(&lanes(0, false, 2, 0.5)), None);
    assert_eq!(demand.at(&lanes(3, false, 1, 1.0)), None);
}
