//! Receipts of the shop against the truth of who paid: how many are found, and whether stated probabilities hold.

use std::collections::BTreeMap;

use folds::floor::GAP_US;
use folds::floor::noted::{Candidate, Rules, best, best_of_one};

use super::support::{SHOP, SHOP_ZONES, track};

const SECOND: i64 = 1_000_000;

#[test]
fn receipts_of_the_shop_find_who_paid_and_say_how_sure_that_is() {
    let checkout = SHOP.zone("checkout");
    let mut units: BTreeMap<String, usize> = BTreeMap::new();
    let (mut candidates, mut paid) = (Vec::new(), BTreeMap::new());
    for walk in &SHOP.tracks {
        let truth = SHOP.person(walk.id);
        if !["customer", "companion"].contains(&truth["role"].as_str()) {
            continue;
        }
        let name = if truth["group_id"].is_empty() { truth["person_id"].clone() } else { truth["group_id"].clone() };
        let next = units.len();
        let unit = *units.entry(name).or_insert(next);
        if !truth["receipt_id"].is_empty() {
            paid.insert(truth["receipt_id"].clone(), unit);
        }
        let stays = SHOP_ZONES.stretches(track(walk), GAP_US).into_iter().filter(|stay| stay.zone == checkout);
        let visit = walk.id as usize;
        candidates.extend(stays.map(|stay| Candidate { visit, unit, expected_us: stay.to_us }));
    }
    let of: BTreeMap<usize, usize> = candidates.iter().map(|one| (one.visit, one.unit)).collect();
    let receipts = SHOP.receipts();
    assert_eq!((receipts.len(), paid.len()), (476, 476));
    let (mut right, mut stated) = (0, [(0, 0, 0.0); 2]);
    for (receipt, at_us) in &receipts {
        let Some(found) = best(*at_us, &candidates, &Rules::default()) else { continue };
        let hit = usize::from(of[&found.visit] == paid[receipt]);
        right += hit;
        let bin = &mut stated[usize::from(found.probability >= 0.9)];
        *bin = (bin.0 + 1, bin.1 + hit, bin.2 + found.probability);
    }
    assert!(right >= 462, "{right} of 476");
    for (number, hits, sum) in stated {
        let (truth, said) = (hits as f64 / number as f64, sum / number as f64);
        // It may be humbler than it need be, and never surer.
        assert!(number > 20 && said <= truth + 0.02, "{number} are right by {truth}, and said to be by {said}");
    }
}

/// Of two events of one person, every pair of walks they may be of is weighed that one person can have walked.
#[test]
fn two_events_of_one_person_are_weighed_as_all_pairs_of_walks_say() {
    let rules = Rules::default();
    let spans = [(0, 50), (0, 60), (55, 90), (70, 100)].map(|(from, to)| (from * SECOND, to * SECOND));
    let apart = |a: usize, b: usize| spans[a].1 < spans[b].0 || spans[b].1 < spans[a].0;
    let unseen = rules.unseen / (1.0 - rules.unseen) / (2.0 * rules.window_us as f64);
    let weight = |at_us: i64, one: &Candidate| {
        let away = (at_us - one.expected_us).abs();
        if away > rules.window_us { 0.0 } else { (-(away as f64) / rules.scale_us).exp() / (2.0 * rules.scale_us) }
    };
    for shift in 0..40 {
        let mut rest = shift * 7 + 3;
        let mut draw = |below: i64| {
            rest = (rest * 1_103 + 12_345) % 65_537;
            rest % below
        };
        let mut event = |from: i64| {
            let at_us = (from + draw(30)) * SECOND;
            let candidates: Vec<Candidate> = (0..4)
                .map(|visit| Candidate { visit, unit: visit, expected_us: at_us + (draw(17) - 8) * SECOND })
                .collect();
            (at_us, candidates)
        };
        let events = [event(10), event(60)];
        let found = best_of_one(&events, |visit| spans[visit], &rules);
        for (number, other) in [(0, 1), (1, 0)] {
            let [(at_us, mine), (other_us, others)] = [&events[number], &events[other]];
            let mut by_walk = [0.0; 5];
            let all = |at_us: i64, candidates: &[Candidate]| -> Vec<(Option<usize>, f64)> {
                let seen = candidates.iter().map(|one| (Some(one.visit), weight(at_us, one)));
                seen.chain([(None, unseen)]).collect()
            };
            for (walk, likely) in all(*at_us, mine) {
                for (beside, weighs) in all(*other_us, others) {
                    let can = match (walk, beside) {
                        (Some(a), Some(b)) => a == b || apart(a, b),
                        _ => true,
                    };
                    if can {
                        by_walk[walk.unwrap_or(4)] += likely * weighs;
                    }
                }
            }
            let sum: f64 = by_walk.iter().sum();
            let most = (0..4).max_by(|a, b| by_walk[*a].total_cmp(&by_walk[*b])).unwrap();
            let one = found[number].unwrap();
            assert!((one.probability - by_walk[most] / sum).abs() < 1e-12, "{shift}: {one:?} {by_walk:?}");
        }
        let alone = best_of_one(&events[..1], |visit| spans[visit], &rules)[0];
        assert_eq!(alone, best(events[0].0, &events[0].1, &rules));
    }
}

#[test]
fn who_came_in_with_a_stranger_is_told_by_where_they_pay() {
    let rules = Rules::default();
    let (door, till) = (10 * SECOND, 300 * SECOND);
    let come = |visit| Candidate { visit, unit: visit, expected_us: door };
    let pays = Candidate { visit: 1, unit: 1, expected_us: till };
    let spans = [(door, 290 * SECOND), (door, till)];
    let events = [(door, vec![come(0), come(1)]), (till, vec![pays])];
    let alone = best_of_one(&events[..1], |visit| spans[visit], &rules)[0].unwrap();
    assert!(alone.probability < 0.51, "{alone:?}");
    let both = best_of_one(&events, |visit| spans[visit], &rules);
    assert!(
        both.iter().all(|found| found.is_some_and(|found| found.visit == 1 && found.probability > 0.95)),
        "{both:?}"
    );
}
