//! Queues against the waits of the shop's people, and Little's law.

use folds::floor::queue::{End, Episode, Queue, Rules, Waits};
use proptest::prelude::*;

use super::support::{Owned, SECOND, SHOP, SHOP_ZONES, polygon, track};

fn shop_queue() -> Queue {
    let zone = |id: &str| SHOP_ZONES.polygons()[SHOP.zone(id) as usize].clone();
    Queue { tail: zone("queue"), head: zone("checkout") }
}

#[test]
fn waits_in_the_shop_are_right_to_a_second_on_average() {
    let (mut off, mut missed) = (Vec::new(), 0);
    for (person, truth) in &SHOP.persons {
        let Ok(wait) = truth["wait_s"].parse::<f64>() else { continue };
        let mine = SHOP.tracks.iter().filter(|walk| SHOP.person_of[&walk.id] == *person);
        let episodes = mine.flat_map(|walk| shop_queue().episodes(track(walk), &Rules::default()));
        match episodes.into_iter().find(|episode| episode.end == End::Served) {
            Some(episode) => off.push((wait, episode.wait_us() as f64 / 1e6 - wait)),
            None => missed += 1,
        }
    }
    let mean = |of: &[(f64, f64)]| of.iter().map(|(_, off)| off).sum::<f64>() / of.len() as f64;
    let waited: Vec<(f64, f64)> = off.iter().filter(|(wait, _)| *wait > 0.0).copied().collect();
    assert!(missed * 50 <= off.len(), "{missed} of {}", off.len());
    assert!(mean(&off).abs() <= 1.0, "all: {}", mean(&off));
    assert!(mean(&waited).abs() <= 1.0, "those who waited: {} of {}", mean(&waited), waited.len());
}

#[test]
fn littles_law_closes_in_the_shop() {
    let mut waits = Waits::default();
    for walk in &SHOP.tracks {
        waits.add(&shop_queue().episodes(track(walk), &Rules::default()));
    }
    let little = waits.little(0, 44_000 * SECOND).unwrap();
    assert!((little.length - little.arrivals_per_second * little.wait_seconds).abs() < 1e-12 && little.length > 0.0);
    assert_eq!(waits.little(20_000 * SECOND, 44_000 * SECOND), None);
}

/// A walk along a tail (x 0 to 4) and a head (x 4 to 8), a sighting a second.
fn along(places: &[f64]) -> Vec<Episode> {
    let room = |x: f64| polygon(&[vec![[x, 0.0], [x + 4.0, 0.0], [x + 4.0, 2.0], [x, 2.0]]]);
    let walk = Owned {
        time: (0..places.len() as i64).map(|second| second * SECOND).collect(),
        x: places.to_vec(),
        y: vec![1.0; places.len()],
    };
    Queue { tail: room(0.0), head: room(4.0) }.episodes(walk.track(), &Rules::default())
}

#[test]
fn whoever_gives_up_abandons_and_whoever_walks_through_waits_not() {
    let found = along(&[-1.0, 1.0, 3.0, 3.0, 3.0, 3.0, 1.0, -1.0, -3.0, -5.0]);
    assert_eq!(found.iter().map(|episode| episode.end).collect::<Vec<_>>(), [End::Abandoned]);
    assert_eq!(found[0].join_us, 3 * SECOND);
    let straight = along(&[-1.0, 1.0, 3.0, 5.0, 5.0, 5.0]);
    let expected = Episode { join_us: 2_500_000, end_us: 2_500_000, end: End::Served };
    assert_eq!(straight, [expected]);
    assert_eq!(along(&[1.0, 3.0, 3.0, 3.0, 3.0])[0].end, End::Unknown);
    let past =
        Owned { time: (0..6).map(|n| n * SECOND).collect(), x: vec![23.0; 6], y: (0..6).map(f64::from).collect() };
    assert_eq!(shop_queue().episodes(past.track(), &Rules::default())[0].wait_us(), 0);
    let aside = Owned { x: vec![19.8; 6], ..past };
    assert_eq!(shop_queue().episodes(aside.track(), &Rules::default()), []);
}

proptest! {
    #[test]
    fn waits_add_up_in_any_order(
        visitors in prop::collection::vec((0i64..1_000, 0i64..90, 0usize..3), 1..30),
        cuts in prop::collection::vec(0usize..2, 30),
    ) {
        let ends = [End::Served, End::Abandoned, End::Unknown];
        let episode = |(join_us, wait_us, end): &(i64, i64, usize)| {
            [Episode { join_us: *join_us, end_us: join_us + wait_us, end: ends[*end] }]
        };
        let (mut whole, mut parts) = (Waits::default(), [Waits::default(), Waits::default()]);
        for (visitor, part) in visitors.iter().zip(&cuts) {
            whole.add(&episode(visitor));
            parts[*part].add(&episode(visitor));
        }
        let [mut merged, first] = parts;
        merged.merge(first);
        prop_assert_eq!(merged.little(0, 2_000), whole.little(0, 2_000));
        prop_assert_eq!(&merged.served_us, &whole.served_us);
        prop_assert_eq!(merged.length.profile(), whole.length.profile());
        let sum: i64 = visitors.iter().map(|(_, wait_us, _)| wait_us).sum();
        let little = whole.little(0, 2_000).unwrap();
        prop_assert!((little.length - sum as f64 / 2_000.0).abs() < 1e-9);
        let gave_up = visitors.iter().filter(|(.., end)| *end == 1).count() as f64;
        let known = visitors.iter().filter(|(.., end)| *end < 2).count() as f64;
        prop_assert_eq!(whole.abandonment(), (known > 0.0).then(|| gave_up / known));
    }
}
