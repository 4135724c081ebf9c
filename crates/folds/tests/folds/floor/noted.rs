//! Receipts of the shop against the truth of who paid: how many are found, and whether stated probabilities hold.

use std::collections::BTreeMap;

use folds::floor::GAP_US;
use folds::floor::noted::{Candidate, Rules, best};

use super::support::{SHOP, SHOP_ZONES, track};

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
