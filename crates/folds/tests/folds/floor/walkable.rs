//! Shortest ways against straight lines and known detours.

use folds::floor::distance;
use folds::floor::walkable::Walkable;
use proptest::prelude::*;

use super::support::{SHOP, areas, polygon};

#[test]
fn ways_round_the_shelves_of_the_shop_are_those_of_a_ruler() {
    let plan = Walkable::new(&polygon(&SHOP.walkable), 0.25).unwrap();
    assert!((plan.area() - 560.0).abs() < 1.0, "{}", plan.area());
    // From one side of a shelf (x 10 to 11, y 5 to 15) to the other, round the middles of the cells at its lower end.
    let ways = plan.ways([9.5, 8.0]);
    let ruler = 2.0 * distance([9.5, 8.0], [9.875, 4.875]) + 1.25;
    let got = ways.to([11.5, 8.0]).unwrap();
    assert!((got - ruler).abs() < 0.05, "{got} {ruler}");
    // In sight: a straight line.
    let got = ways.to([9.3, 14.0]).unwrap();
    assert!((got - distance([9.5, 8.0], [9.3, 14.0])).abs() < 1e-9, "{got}");
}

#[test]
fn where_no_way_leads_there_is_none() {
    let hall = vec![[0.0, 0.0], [9.0, 0.0], [9.0, 3.0], [0.0, 3.0]];
    let wall = vec![[4.0, -1.0], [5.0, -1.0], [5.0, 4.0], [4.0, 4.0]];
    let plan = Walkable::new(&polygon(&[hall, wall]), 0.25).unwrap();
    assert_eq!(plan.ways([1.0, 1.0]).to([8.0, 1.0]), None);
    assert!(plan.ways([1.0, 1.0]).to([3.0, 1.0]).is_some());
    assert_eq!(plan.nearest([-9.0, 0.0], 2.0), None);
}

#[test]
fn too_fine_a_grid_is_refused() {
    let area = polygon(&[vec![[0.0, 0.0], [900.0, 0.0], [900.0, 900.0], [0.0, 900.0]]]);
    assert!(Walkable::new(&area, 0.1).unwrap_err().to_string().contains("take larger ones"));
    assert!(Walkable::new(&area, 0.0).is_err());
}

proptest! {
    /// A way is no shorter than the straight line, as long there as back, and walks on walkable cells.
    #[test]
    fn ways_are_ways(
        rings in areas(),
        a in (0.0..10.0f64, 0.0..10.0f64),
        b in (0.0..10.0f64, 0.0..10.0f64),
    ) {
        let plan = Walkable::new(&polygon(&rings), 0.3).unwrap();
        let (Some(a), Some(b)) = (plan.nearest([a.0, a.1], 20.0), plan.nearest([b.0, b.1], 20.0)) else { return Ok(()) };
        let ways = plan.ways(a);
        if let Some(length) = ways.to(b) {
            prop_assert!(length >= distance(a, b) - 1e-9);
            let back = plan.ways(b).to(a).unwrap();
            prop_assert!((length - back).abs() <= 0.06 * length + 0.3, "{} {}", length, back);
            let way = ways.way(b).unwrap();
            prop_assert!(way.windows(2).all(|pair| distance(pair[0], pair[1]) < 1.0 || plan.sees(pair[0], pair[1])));
            if plan.sees(a, b) {
                prop_assert!(length <= distance(a, b) * 1.001 + 1e-9, "{} {}", length, distance(a, b));
            }
        }
    }
}
