//! Counts of lines, against sums done by hand.

use std::sync::Arc;

use folds::floor::counts::tally;
use model::place::counted::{CountKind, Counted};
use model::place::observation::Direction::{self, In, Out};

fn row(
    line: &str,
    kind: CountKind,
    direction: Option<Direction>,
    (from_us, to_us): (i64, i64),
    people: i64,
) -> Counted {
    Counted {
        sensor: Arc::from("door"),
        line: Arc::from(line),
        kind,
        direction,
        from_us,
        to_us,
        people,
        children: None,
        repeated: None,
        track: None,
    }
}

/// Buckets of 100, nothing from 400 on.
fn tallied(mut rows: Vec<Counted>) -> Vec<(String, CountKind, Option<Direction>, i64, i64)> {
    rows.sort_by(|a, b| a.key().cmp(&b.key()));
    let tallies = tally(&rows, |at| (at < 400).then_some(at / 100));
    tallies.into_iter().map(|it| (it.line.to_string(), it.basis, it.direction, it.bucket, it.people)).collect()
}

#[test]
fn sums_differ_and_a_smaller_one_follows_a_reset() {
    let at = |at: i64, way: Direction, people: i64| row("1", CountKind::Cumulative, Some(way), (at, at), people);
    let rows = vec![
        at(10, In, 7),
        at(20, In, 9),
        at(120, In, 12),
        at(130, In, 2),
        at(140, In, 2),
        at(20, Out, 1),
        at(390, Out, 4),
        at(410, Out, 9),
    ];
    let of =
        |way: Direction, bucket: i64, people: i64| ("1".to_owned(), CountKind::Cumulative, Some(way), bucket, people);
    // 7 are since nobody knows when; 9 - 7; 12 - 9, then 2 since the reset; 1 since nobody knows when; 4 - 1.
    assert_eq!(tallied(rows), [of(In, 0, 2), of(Out, 0, 0), of(In, 1, 5), of(Out, 3, 3)]);
}

#[test]
fn a_line_is_counted_one_way_and_occupancy_is_the_most() {
    let window = |line: &str, from: i64, people: i64| row(line, CountKind::Window, Some(In), (from, from + 60), people);
    let rows = vec![
        window("a", 0, 3),
        window("a", 60, 4),
        window("a", 200, 1),
        row("a", CountKind::Cumulative, Some(In), (10, 10), 0),
        row("a", CountKind::Cumulative, Some(In), (90, 90), 900),
        row("b", CountKind::Crossing, Some(Out), (5, 5), 1),
        row("b", CountKind::Crossing, Some(Out), (6, 6), 1),
        row("b", CountKind::Occupancy, None, (7, 7), -2),
        row("b", CountKind::Occupancy, None, (8, 8), -1),
        row("b", CountKind::Occupancy, None, (107, 107), 5),
    ];
    let of = |line: &str, kind, way, bucket, people| (line.to_owned(), kind, way, bucket, people);
    let expected = [
        of("a", CountKind::Window, Some(In), 0, 7),
        of("a", CountKind::Window, Some(In), 2, 1),
        of("b", CountKind::Crossing, Some(Out), 0, 2),
        of("b", CountKind::Occupancy, None, 0, -1),
        of("b", CountKind::Occupancy, None, 1, 5),
    ];
    assert_eq!(tallied(rows), expected);
}
