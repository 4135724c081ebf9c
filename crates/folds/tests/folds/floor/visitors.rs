//! From the shop's tracks to its visitors, against its truth.

use std::collections::{BTreeMap, BTreeSet};

use folds::floor::visitors::{
    GroupRules, Known, Staff, StaffRules, StitchRules, Units, broken, groups, returned, staff, within,
};
use folds::floor::{GAP_US, Track, Zones};
use testkit::ShopTrack;

use super::support::{Owned, SECOND, SHOP, polygon, track};

/// Tracks in the shop, the stitched ones in one, and who made them.
struct Shoppers {
    inside: usize,
    staff: Vec<u64>,
    walks: Vec<Owned>,
    persons: Vec<String>,
    /// The tracks each was made of.
    parts: Vec<Vec<u64>>,
}

fn shoppers() -> Shoppers {
    let floor = Zones::new(vec![polygon(&SHOP.walkable)]).unwrap();
    let staff_only = {
        let zone = &SHOP.zones[SHOP.zone("backroom_door") as usize];
        Zones::new(vec![polygon(&zone.rings)]).unwrap()
    };
    // The whole front is where people come and go.
    let doors = [polygon(&[vec![[0.0, -1.0], [30.0, -1.0], [30.0, 1.5], [0.0, 1.5]]])];
    let inside: Vec<&ShopTrack> =
        SHOP.tracks.iter().filter(|walk| within(track(walk), &floor, 10 * SECOND, GAP_US)).collect();
    let (ours, others): (Vec<&ShopTrack>, Vec<&ShopTrack>) =
        inside.iter().copied().partition(|walk| staff(track(walk), &staff_only, &StaffRules::default()).is_some());
    let tracks: Vec<Track<'_>> = others.iter().map(|walk| track(walk)).collect();
    let pairs = broken(&tracks, &doors, &StitchRules::default());
    let mut units = Units::new(tracks.len());
    pairs.iter().for_each(|(first, next)| units.join(*first, *next));
    let mut together: BTreeMap<usize, Vec<&ShopTrack>> = BTreeMap::new();
    (0..tracks.len()).for_each(|index| together.entry(units.of(index)).or_default().push(others[index]));
    let (mut walks, mut persons, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    for mut pieces in together.into_values() {
        pieces.sort_by_key(|piece| piece.time_us[0]);
        let mut walk = Owned::default();
        for piece in &pieces {
            walk.time.extend(&piece.time_us);
            walk.x.extend(&piece.x);
            walk.y.extend(&piece.y);
        }
        walks.push(walk);
        persons.push(SHOP.person_of[&pieces[0].id].clone());
        parts.push(pieces.iter().map(|piece| piece.id).collect());
    }
    Shoppers { inside: inside.len(), staff: ours.iter().map(|walk| walk.id).collect(), walks, persons, parts }
}

#[test]
fn tracks_of_the_shop_become_its_visits_and_shopping_units() {
    let shoppers = shoppers();
    assert_eq!(shoppers.inside, 742);
    assert_eq!(shoppers.staff.len(), 3);
    assert!(shoppers.staff.iter().all(|id| SHOP.person(*id)["role"] == "staff"));
    assert_eq!(shoppers.walks.len(), 712);
    // Every stitch is of one person.
    assert!(shoppers.parts.iter().all(|ids| ids.iter().all(|id| SHOP.person_of[id] == SHOP.person_of[&ids[0]])));

    let tracks: Vec<Track<'_>> = shoppers.walks.iter().map(Owned::track).collect();
    let queues = ["queue", "checkout"].map(|id| polygon(&SHOP.zones[SHOP.zone(id) as usize].rings));
    let pairs = groups(&tracks, &queues, &GroupRules::default());
    let group = |index: usize| &SHOP.persons[&shoppers.persons[index]]["group_id"];
    let right = pairs.iter().filter(|(a, b)| !group(*a).is_empty() && group(*a) == group(*b)).count();
    let (precision, recall) = (right as f64 / pairs.len() as f64, right as f64 / 100.0);
    let f1 = 2.0 * precision * recall / (precision + recall);
    assert!(f1 >= 0.98, "{right} of {} pairs, F1 {f1}", pairs.len());
    let mut units = Units::new(tracks.len());
    pairs.iter().for_each(|(a, b)| units.join(*a, *b));
    // Without identities those who came back are others.
    assert_eq!(units.count(), 612);

    let numbers: BTreeMap<&String, u64> =
        shoppers.persons.iter().collect::<BTreeSet<_>>().into_iter().zip(0..).collect();
    let known = |walk: &Owned, person: &String| Known {
        who: Some(numbers[person]),
        enter_us: walk.time[0],
        leave_us: walk.time[walk.time.len() - 1],
    };
    let visits: Vec<Known> =
        shoppers.walks.iter().zip(&shoppers.persons).map(|(walk, person)| known(walk, person)).collect();
    let back = returned(&visits, 3 * 3_600 * SECOND);
    assert_eq!(back.len(), 12);
    back.iter().for_each(|(a, b)| units.join(*a, *b));
    assert_eq!(units.count(), 600);
    assert_eq!(returned(&visits, 60 * SECOND), []);
    let unknown: Vec<Known> = visits.iter().map(|visit| Known { who: None, ..*visit }).collect();
    assert_eq!(returned(&unknown, 3 * 3_600 * SECOND), []);
}

#[test]
fn staff_are_known_by_their_place_before_their_stay() {
    let door = Zones::new(vec![polygon(&[vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]])]).unwrap();
    let stay = |x: f64, seconds: i64| {
        let time: Vec<i64> = (0..=seconds).map(|second| second * SECOND).collect();
        let walk = Owned { x: vec![x; time.len()], y: vec![0.5; time.len()], time };
        staff(walk.track(), &door, &StaffRules { stay_us: 60 * SECOND, ..StaffRules::default() })
    };
    assert_eq!(stay(0.5, 9), None);
    assert_eq!(stay(0.5, 10), Some(Staff::Place));
    assert_eq!(stay(5.0, 59), None);
    assert_eq!(stay(5.0, 60), Some(Staff::Stay));
}

#[test]
fn a_track_goes_on_at_most_once_and_never_through_a_door() {
    let at = |second: i64, x: f64| Owned {
        time: vec![second * SECOND, (second + 1) * SECOND],
        x: vec![x, x],
        y: vec![5.0; 2],
    };
    let walks = [at(0, 5.0), at(3, 5.2), at(3, 6.0), at(0, 0.2), at(3, 0.3)];
    let tracks: Vec<Track<'_>> = walks.iter().map(Owned::track).collect();
    let door = polygon(&[vec![[0.0, 0.0], [1.0, 0.0], [1.0, 9.0], [0.0, 9.0]]]);
    assert_eq!(broken(&tracks, &[door], &StitchRules::default()), [(0, 1)]);
    assert_eq!(broken(&tracks, &[], &StitchRules::default()), [(0, 1), (3, 4)]);
}

#[test]
fn people_who_meet_are_no_group() {
    let walk = |x: [f64; 5], y: f64| Owned { time: (0..5).map(|n| n * SECOND).collect(), x: x.to_vec(), y: vec![y; 5] };
    let walks = [
        walk([0.0, 1.0, 2.0, 3.0, 4.0], 0.0),
        walk([0.1, 1.1, 2.1, 3.1, 4.1], 0.8),
        walk([4.0, 3.0, 2.0, 1.0, 0.0], 0.4),
        walk([0.0, 1.0, 2.0, 3.0, 4.0], 2.0),
    ];
    let tracks: Vec<Track<'_>> = walks.iter().map(Owned::track).collect();
    assert_eq!(groups(&tracks, &[], &GroupRules::default()), [(0, 1), (1, 3)]);
}
