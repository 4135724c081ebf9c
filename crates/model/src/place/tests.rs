use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::calibration::{Affine, ControlPoint};
use super::observation::{RawId, Subject, SubjectKind};
use super::shape::{Bounds, Point, Polygon, Shape};
use super::*;
use crate::limits::RING_POINTS_MAX;

/// A shop of 30 m by 20 m on two layouts, as a person writes it.
fn shop() -> Value {
    json!({
        "id": "west-lake", "name": {"zh-CN": "西湖店", "en": "West Lake"}, "time_zone": "Asia/Shanghai",
        "plans": [
            {"from": "2026-01-01", "floors": [floor("wine")]},
            {"from": "2026-05-01", "note": "Wine and produce swapped", "floors": [floor("produce")]},
        ],
    })
}

fn floor(category: &str) -> Value {
    json!({
        "id": "f1", "name": "F1", "outline": [[0, 0], [30, 0], [30, 20], [0, 20], [0, 0]],
        "zones": [
            {"id": "left", "name": "Left", "kind": "display", "category": category,
             "shape": [[1, 1], [5, 1], [5, 5], [1, 5]]},
            {"id": "nook", "name": "Nook", "kind": "promotion", "parent": "left", "engaged_seconds": 8,
             "shape": [[2, 2], [3, 2], [3, 3], [2, 3]]},
            {"id": "street", "name": "Street", "kind": "street", "shape": [[0, -4], [30, -4], [30, -1], [0, -1]]},
        ],
        "fixtures": [{"id": "gondola", "name": "Gondola", "zone": "left", "shape": [[10, 5], [11, 5], [11, 15], [10, 15]]}],
        "gates": [{"id": "door", "name": "Door", "from": [0.5, 0.6], "to": [4, 0.6]}],
        "frames": [{"reference": "map-1", "to_floor": {"x": [0, -1, 30], "y": [1, 0, 0]}}],
    })
}

fn site(definition: Value) -> Site {
    serde_json::from_value(definition).unwrap()
}

fn faults(change: impl FnOnce(&mut Value)) -> Vec<(String, String)> {
    let mut definition = shop();
    change(&mut definition);
    site(definition).faults().into_iter().map(|fault| (fault.path, fault.message)).collect()
}

fn square(x: f64, y: f64, size: f64) -> Polygon {
    Polygon::rectangle([x, y], [x + size, y + size])
}

#[test]
fn a_sound_definition_has_no_faults_and_is_written_as_it_was_read() {
    let site = site(shop());
    assert_eq!(site.faults(), []);
    assert_eq!(site.plans[0].overlaps(), []);
    let written = serde_json::to_value(&site).unwrap();
    assert_eq!(
        written["plans"][0]["floors"][0]["zones"][1]["shape"],
        json!([[2.0, 2.0], [3.0, 2.0], [3.0, 3.0], [2.0, 3.0]])
    );
    assert_eq!(serde_json::from_value::<Site>(written).unwrap(), site);
}

#[test]
fn a_visit_is_read_on_the_plan_of_its_day_in_the_sites_zone() {
    let site = site(shop());
    let at = |text: &str| {
        let time_us = chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros();
        site.plan_at(time_us).map(|plan| plan.floors[0].zones[0].category.clone().unwrap())
    };
    assert_eq!(at("2025-12-31T23:59:59+08:00"), None);
    assert_eq!(at("2026-01-01T00:00:00+08:00").unwrap(), "wine");
    // Still 30 April in Hangzhou, whatever the day in London.
    assert_eq!(at("2026-04-30T15:59:59Z").unwrap(), "wine");
    assert_eq!(at("2026-04-30T16:00:00Z").unwrap(), "produce");
}

#[test]
fn a_point_belongs_to_the_innermost_zone() {
    let site = site(shop());
    let floor = &site.plans[0].floors[0];
    let at = |point: Point| floor.zone_at(point).map(|zone| zone.id.as_str());
    assert_eq!(at([1.5, 1.5]), Some("left"));
    assert_eq!(at([2.5, 2.5]), Some("nook"));
    assert_eq!(at([20.0, 10.0]), None);
    assert_eq!(floor.zones[0].engaged_seconds(), Some(5.0));
    assert_eq!(floor.zones[1].engaged_seconds(), Some(8.0));
    assert_eq!(floor.zones[2].engaged_seconds(), None);
    assert!((floor.walkable_area_m2() - 590.0).abs() < 1e-9);
    assert!(floor.is_walkable([9.0, 10.0]) && !floor.is_walkable([10.5, 10.0]) && !floor.is_walkable([31.0, 1.0]));
}

#[test]
fn a_sensors_name_of_a_floor_leads_to_it() {
    let site = site(shop());
    let (floor, frame) = site.plans[0].frame("map-1").unwrap();
    assert_eq!((floor.id.as_str(), frame.apply([2.0, 3.0])), ("f1", [27.0, 2.0]));
    assert_eq!(site.plans[0].frame("f1").unwrap().1, Affine::IDENTITY);
    assert!(site.plans[0].frame("map-2").is_none());
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    type Change<'a> = &'a dyn Fn(&mut Value);
    let cases: [(Change<'_>, &str, &str); 12] = [
        (&|it| it["time_zone"] = json!("China"), "time_zone", "no IANA time zone"),
        (&|it| it["plans"] = json!([]), "plans", "1 to 100 plans, not 0"),
        (&|it| it["plans"][1]["from"] = json!("2026-01-01"), "plans[1].from", "in order of their days"),
        (
            &|it| it["plans"][0]["floors"][0]["zones"][0]["shape"] = json!([[1, 1], [5, 5], [5, 1], [1, 5]]),
            "plans[0].floors[0].zones[0].shape",
            "it crosses itself at [3.00, 3.00]: the edge after corner 1 and that after corner 3",
        ),
        (
            &|it| it["plans"][0]["floors"][0]["zones"][0]["shape"] = json!([[28, 1], [32, 1], [32, 5], [28, 5]]),
            "plans[0].floors[0].zones[0].shape",
            "8.00 of its 16.00 m² lie outside the floor",
        ),
        (
            &|it| it["plans"][0]["floors"][0]["zones"][1]["parent"] = json!("cellar"),
            "plans[0].floors[0].zones[1].parent",
            "there is no zone `cellar` on this floor",
        ),
        (
            &|it| it["plans"][0]["floors"][0]["zones"][0]["parent"] = json!("nook"),
            "plans[0].floors[0].zones[0].parent",
            "one is in the other",
        ),
        (
            &|it| it["plans"][0]["floors"][0]["fixtures"][0]["zone"] = json!("cellar"),
            "plans[0].floors[0].fixtures[0].zone",
            "there is no zone `cellar`",
        ),
        (
            &|it| it["plans"][0]["floors"][0]["zones"][2]["id"] = json!("left"),
            "plans[0].floors[0].zones[2].id",
            "zone `left` stands twice",
        ),
        (
            &|it| it["plans"][0]["floors"][0]["zones"][0]["engaged_seconds"] = json!(-1),
            "plans[0].floors[0].zones[0].engaged_seconds",
            "seconds, from 0 to a day",
        ),
        (
            &|it| it["plans"][0]["floors"][0]["outline"] = json!([[0, 0], [30000, 0], [30000, 20000]]),
            "plans[0].floors[0].outline",
            "are the units right?",
        ),
        (
            &|it| it["plans"][0]["floors"][0]["frames"][0]["to_floor"]["y"] = json!([0, 0, 1]),
            "plans[0].floors[0].frames[0].to_floor",
            "flattens",
        ),
    ];
    for (change, path, words) in cases {
        let found = faults(change);
        assert!(found.iter().any(|(at, what)| at == path && what.contains(words)), "{path}: {words}: {found:?}");
    }
    let unknown = serde_json::from_value::<Site>({
        let mut definition = shop();
        definition["plans"][0]["floors"][0]["zones"][0]["colour"] = json!("red");
        definition
    });
    assert!(unknown.unwrap_err().to_string().contains("colour"));
}

#[test]
fn limits_hold() {
    let many: Vec<Value> = (0..=RING_POINTS_MAX).map(|at| json!([at as f64 / 100.0, (at % 2) as f64])).collect();
    let found = faults(|it| it["plans"][0]["floors"][0]["zones"][0]["shape"] = json!(many));
    assert!(found.iter().any(|(_, what)| what.contains("corners; an area has at most")), "{found:?}");
    let zone = json!({"id": "z", "name": "Z", "kind": "other", "shape": [[1, 1], [2, 1], [2, 2]]});
    let found = faults(|it| it["plans"][0]["floors"][0]["zones"] = json!(vec![zone; 2_001]));
    assert!(found.iter().any(|(path, what)| path.ends_with("zones") && what == "0 to 2000 zones, not 2001"));
}

#[test]
fn zones_that_share_ground_are_told_unless_one_lies_in_the_other() {
    let mut definition = shop();
    definition["plans"][0]["floors"][0]["zones"][2] =
        json!({"id": "beside", "name": "Beside", "kind": "aisle", "shape": [[4, 1], [8, 1], [8, 3], [4, 3]]});
    let overlaps = site(definition).plans[0].overlaps();
    let told: Vec<_> = overlaps.iter().map(|it| (it.first.as_str(), it.second.as_str(), it.area_m2)).collect();
    assert_eq!(told, [("left", "beside", 2.0)]);
}

#[test]
fn areas_centres_and_insides_of_known_shapes() {
    let l =
        Polygon { outer: vec![[0.0, 0.0], [4.0, 0.0], [4.0, 1.0], [1.0, 1.0], [1.0, 3.0], [0.0, 3.0]], holes: vec![] };
    assert!((l.area_m2() - 6.0).abs() < 1e-12);
    let [x, y] = l.centroid();
    assert!((x - 1.5).abs() < 1e-12 && (y - 1.0).abs() < 1e-12, "{x} {y}");
    let holed = Polygon { holes: vec![square(1.0, 1.0, 2.0).outer], ..square(0.0, 0.0, 4.0) };
    assert!((holed.area_m2() - 12.0).abs() < 1e-12);
    assert_eq!(holed.centroid(), [2.0, 2.0]);
    assert!(holed.contains([0.5, 0.5]) && !holed.contains([2.0, 2.0]));
    assert!(holed.contains([1.0, 2.0]) && holed.contains([0.0, 4.0]), "edges are within");
    assert!((holed.overlap_m2(&square(2.0, 2.0, 2.0)) - 3.0).abs() < 1e-9);
    assert!((l.overlap_m2(&square(0.5, 0.5, 2.0)) - (0.5 * 2.0 + 0.5 * 1.5)).abs() < 1e-9);
    assert_eq!(square(0.0, 0.0, 1.0).overlap_m2(&square(5.0, 0.0, 1.0)), 0.0);
    let far = Polygon { holes: vec![square(9.0, 9.0, 2.0).outer], ..square(0.0, 0.0, 4.0) };
    assert!(far.fault().unwrap().message.contains("hole 1 reaches out"));
    let shape = Shape { polygons: vec![square(0.0, 0.0, 1.0), square(3.0, 0.0, 1.0)] };
    assert_eq!((shape.area_m2(), shape.centroid()), (2.0, [2.0, 0.5]));
    assert_eq!(Bounds::of([[1.0, 5.0], [3.0, 2.0]]), Some(Bounds { min: [1.0, 2.0], max: [3.0, 5.0] }));
}

/// A star around a centre: simple, whatever the radii.
fn star() -> impl Strategy<Value = Polygon> {
    (prop::collection::vec(0.5..4.0_f64, 3..12), -3.0..3.0_f64, -3.0..3.0_f64, any::<bool>()).prop_map(
        |(radii, x, y, turned)| {
            let step = std::f64::consts::TAU / radii.len() as f64;
            let corner = |(at, radius): (usize, &f64)| {
                let (sin, cos) = (at as f64 * step + 0.1).sin_cos();
                [x + radius * cos, y + radius * sin]
            };
            let mut outer: Vec<Point> = radii.iter().enumerate().map(corner).collect();
            if turned {
                outer.reverse();
            }
            Polygon { outer, holes: vec![] }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Against a count of the points of a fine grid that lie in both.
    #[test]
    fn overlaps_are_what_a_grid_counts(a in star(), b in star()) {
        const STEP: f64 = 0.1;
        let points = (-75..75).flat_map(|i| (-75..75).map(move |j| [(i as f64 + 0.37) * STEP, (j as f64 + 0.41) * STEP]));
        let both = points.filter(|point| a.contains(*point) && b.contains(*point)).count() as f64 * STEP * STEP;
        prop_assert!((a.overlap_m2(&b) - both).abs() < 0.8, "{} {both}", a.overlap_m2(&b));
        prop_assert!((a.overlap_m2(&b) - b.overlap_m2(&a)).abs() < 1e-9);
        prop_assert!((a.overlap_m2(&a) - a.area_m2()).abs() < 1e-9);
        prop_assert_eq!(a.fault(), None);
    }

    /// Whatever affine map made the points, it is found again.
    #[test]
    fn a_fit_finds_the_map_its_points_were_made_by(
        x in prop::array::uniform3(-3.0..3.0_f64), y in prop::array::uniform3(-3.0..3.0_f64),
        pixels in prop::collection::vec(prop::array::uniform2(0.0..4_000.0_f64), 4..9),
    ) {
        let made = Affine { x, y };
        prop_assume!(made.determinant().abs() > 0.05 && made.unevenness() < 20.0);
        let points: Vec<ControlPoint> =
            pixels.iter().map(|pixel| ControlPoint { pixel: *pixel, metres: made.apply(*pixel) }).collect();
        if let Ok(fit) = Affine::fit(&points) {
            prop_assert!(fit.residual_m() < 1e-6, "{}", fit.residual_m());
            let [u, v] = fit.affine.apply([123.0, 456.0]);
            let [s, t] = made.apply([123.0, 456.0]);
            prop_assert!((u - s).hypot(v - t) < 1e-5);
        }
    }
}

#[test]
fn a_fit_says_how_far_it_misses_and_refuses_a_line() {
    let point = |u: f64, v: f64, x: f64, y: f64| ControlPoint { pixel: [u, v], metres: [x, y] };
    let corners = [point(0.0, 400.0, 0.0, 0.0), point(600.0, 400.0, 30.0, 0.0), point(0.0, 0.0, 0.0, 20.0)];
    let fit = Affine::fit(&corners).unwrap();
    let [x, y] = fit.affine.apply([300.0, 200.0]);
    assert!((x - 15.0).hypot(y - 10.0) < 1e-12 && fit.residual_m() < 1e-12);
    assert!(fit.affine.determinant() < 0.0, "pixels run down, metres up");
    // The fourth corner is 40 cm off: least squares spread it over all four, a tenth of a metre each.
    let fit = Affine::fit(&[corners[0], corners[1], corners[2], point(600.0, 0.0, 30.4, 20.0)]).unwrap();
    assert!((fit.residual_m() - 0.1).abs() < 1e-9, "{}", fit.residual_m());
    assert!(fit.misses_m.iter().all(|miss| (miss - 0.1).abs() < 1e-9));
    let line = [point(0.0, 0.0, 0.0, 0.0), point(1.0, 1.0, 5.0, 0.0), point(2.0, 2.0, 0.0, 5.0)];
    assert!(Affine::fit(&line).unwrap_err().contains("one line"));
    assert!(Affine::fit(&corners[..2]).unwrap_err().contains("at least 3"));
}

#[test]
fn maps_follow_each_other() {
    let both = Affine::scale(2.0, 3.0).then(&Affine::shift(1.0, 1.0)).then(&Affine::turn(std::f64::consts::FRAC_PI_2));
    let [x, y] = both.apply([1.0, 1.0]);
    assert!((x + 4.0).hypot(y - 3.0) < 1e-12, "{x} {y}");
}

#[test]
fn raw_ids_do_not_show_themselves() {
    let device = Subject::device("A4:DA:22:e4:e7:5d").unwrap();
    assert_eq!((device.id.expose(), device.kind), ("a4da22e4e75d", SubjectKind::Device { is_random: false }));
    assert!(!format!("{device:?}").contains("a4da"));
    assert_eq!(Subject::device("DA-A1-19-00-00-01").unwrap().kind, SubjectKind::Device { is_random: true });
    assert_eq!(Subject::device("not an address"), None);
    assert_eq!(format!("{:?}", RawId::new("M001")), "RawId(hidden)");
}

#[test]
fn a_plan_by_itself_names_its_faults_from_its_own_root() {
    let mut plan = site(shop()).plans.remove(0);
    assert_eq!(plan.from, NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
    plan.floors[0].zones[0].category = Some(" ".into());
    assert_eq!(plan.faults()[0].path, "floors[0].zones[0].category");
}

#[test]
fn events_mean_a_site_and_a_zone_by_any_of_their_names() {
    let mut named = shop();
    named["known_as"] = json!(["杭州西湖店", "S0012"]);
    named["plans"][0]["floors"][0]["zones"][1]["name"] = json!({"zh-CN": "床品区", "en": "Bedding"});
    let named = site(named);
    assert_eq!(named.faults(), []);
    for (name, means) in [(&*named.id, true), ("杭州西湖店", true), ("S0012", true), ("s0012", false), ("", false)]
    {
        assert_eq!(named.is_called(name), means, "{name}");
    }
    let zone = &named.plans[0].floors[0].zones[1];
    assert!(["nook", "床品区", "Bedding"].iter().all(|name| zone.is_called(name)) && !zone.is_called("床品"));
    let id = named.id;
    let found = faults(|site| site["known_as"] = json!(["a", " ", id, "a"]));
    assert_eq!(
        found.iter().map(|(path, _)| &**path).collect::<Vec<_>>(),
        ["known_as[1]", "known_as[2]", "known_as[3]"]
    );
    let many: Vec<String> = (0..21).map(|number| format!("S{number}")).collect();
    assert_eq!(faults(|site| site["known_as"] = json!(many))[0].0, "known_as");
}
