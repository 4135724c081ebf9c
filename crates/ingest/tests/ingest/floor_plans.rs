//! Floor plans of every format: one shop five times over, two real malls, and files that are none.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ingest::floor_plan::{Draft, Format, Options, Unreadable, format_of, read};
use model::place::calibration::ControlPoint;
use model::place::shape::{Polygon, Shape};
use model::place::{Floor, Plan, Site, SiteKind, ZoneKind};
use serde_json::Value;

fn data(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/place")
}

/// The shop's IMDF files as the archive they are handed on as.
fn imdf() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for entry in std::fs::read_dir(folder().join("floorplans/imdf")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&std::fs::read(path).unwrap()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn shop(format: Format) -> Vec<u8> {
    match format {
        Format::Geojson => data("floorplans/shop.geojson"),
        Format::Imdf => imdf(),
        Format::Dxf => data("floorplans/shop_mm.dxf"),
        Format::Svg => data("floorplans/shop_20px_per_m.svg"),
        Format::Png => data("floorplans/shop_20px_per_m.png"),
    }
}

const FORMATS: [Format; 5] = [Format::Geojson, Format::Imdf, Format::Dxf, Format::Svg, Format::Png];

fn corners() -> Vec<ControlPoint> {
    let calibration: Value = serde_json::from_slice(&data("floorplans/shop_png_calibration.json")).unwrap();
    let point = |it: &Value| ControlPoint {
        pixel: serde_json::from_value(it["px"].clone()).unwrap(),
        metres: serde_json::from_value(it["m"].clone()).unwrap(),
    };
    calibration["control_points"].as_array().unwrap().iter().map(point).collect()
}

/// Id, category and area of each zone, computed beside this code.
fn golden() -> Vec<(String, String, f64)> {
    let mut reader = csv::Reader::from_reader(Cursor::new(data("floorplans/zone_areas.csv")));
    reader.deserialize().map(Result::unwrap).collect()
}

fn plan_of(draft: &Draft) -> Plan {
    let from = "2026-05-01".parse().unwrap();
    Plan { from, note: None, floors: draft.floors.clone() }
}

fn draft(format: Format, bytes: &[u8], options: &Options<'_>) -> Draft {
    let draft = read(format, bytes, options).unwrap_or_else(|error| panic!("{format:?}: {error}"));
    assert_eq!(plan_of(&draft).faults(), [], "{format:?}");
    draft
}

fn texts(draft: &Draft) -> String {
    draft.warnings.iter().fold(String::new(), |mut all, it| {
        writeln!(all, "{} {}: {}", it.code, it.at.as_deref().unwrap_or("-"), it.text).unwrap();
        all
    })
}

#[test]
fn the_format_of_a_file_is_told_by_its_bytes() {
    for format in FORMATS {
        assert_eq!(format_of(&shop(format)), Some(format));
    }
    assert_eq!(format_of(b"%PDF-1.7"), None);
    assert_eq!(format_of(b""), None);
}

#[test]
fn one_shop_has_the_same_zone_areas_in_every_format() {
    let golden = golden();
    assert_eq!(golden.len(), 15);
    for format in [Format::Geojson, Format::Imdf, Format::Dxf, Format::Svg] {
        let draft = draft(format, &shop(format), &Options::called("Shop"));
        assert_eq!(draft.floors.len(), 1);
        let floor = &draft.floors[0];
        // Degrees of nine digits are good to a tenth of a millimetre, so along 10 m to 10 cm².
        let near: f64 = if format == Format::Imdf { 0.004 } else { 1e-9 };
        assert!(
            (floor.outline.area_m2() - 600.0).abs() < near.max(1e-6) * 10.0,
            "{format:?} {}",
            floor.outline.area_m2()
        );
        for (id, category, area_m2) in &golden {
            // IMDF calls the zones by what they offer.
            let wanted = if format == Format::Imdf { category.clone() } else { id.to_lowercase() };
            let zone = floor.zone(&wanted).unwrap_or_else(|| panic!("{format:?} has no {wanted}: {}", texts(&draft)));
            assert!((zone.shape.area_m2() - area_m2).abs() < near, "{format:?} {id}: {}", zone.shape.area_m2());
            assert_eq!((zone.kind, &zone.parent), (ZoneKind::Display, &None), "{format:?} {id}");
        }
        assert_eq!(floor.fixtures.len(), 4, "{format:?}");
        assert!((floor.fixtures.iter().map(|it| it.shape.area_m2()).sum::<f64>() - 40.0).abs() < near.max(1e-9) * 4.0);
        assert!((floor.walkable_area_m2() - 560.0).abs() < 0.05, "{format:?} {}", floor.walkable_area_m2());
    }
}

#[test]
fn zones_drawn_on_the_picture_have_the_same_areas() {
    let corners = corners();
    let options = Options { control_points: &corners, ..Options::called("shop_20px_per_m.png") };
    let draft = draft(Format::Png, &shop(Format::Png), &options);
    let floor = &draft.floors[0];
    let picture = floor.picture.as_ref().unwrap();
    assert_eq!((picture.width_px, picture.height_px), (600, 400));
    assert_eq!((floor.outline.area_m2(), floor.zones.len()), (600.0, 0));
    let fit = draft.fit.as_ref().unwrap();
    assert!(fit.residual_m() < 1e-9);
    // The rectangles as the picture shows them, in pixels from its upper left corner.
    for (id, from, to) in [
        ("P0", [0.0, 210.0], [36.0, 320.0]),
        ("G2R", [320.0, 100.0], [350.0, 300.0]),
        ("B3", [460.0, 0.0], [590.0, 40.0]),
    ] {
        let outer = Polygon::rectangle(from, to).outer.into_iter().map(|corner| fit.affine.apply(corner)).collect();
        let zone = Shape::from(Polygon { outer, holes: vec![] });
        let area_m2 = golden().into_iter().find(|it| it.0 == id).unwrap().2;
        assert!((zone.area_m2() - area_m2).abs() < 1e-9, "{id}");
    }
}

#[test]
fn what_the_plan_says_of_its_parts_is_kept() {
    let draft = draft(Format::Geojson, &shop(Format::Geojson), &Options::called("F1"));
    let floor = &draft.floors[0];
    let kind = |id: &str| floor.zone(id).unwrap().kind;
    assert_eq!(
        [kind("queue"), kind("checkout"), kind("backroom_door"), kind("pavement")],
        [ZoneKind::QueueTail, ZoneKind::Till, ZoneKind::StaffOnly, ZoneKind::Street]
    );
    assert_eq!(floor.zone("g0r").unwrap().category.as_deref(), Some("coffee_tea"));
    // `in: towards +y`: above the line, so to the left of the way to the right.
    let gate = &floor.gates[0];
    assert_eq!((gate.id.as_str(), gate.from, gate.to), ("entrance_line", [0.5, 0.6], [4.0, 0.6]));
    assert_eq!(floor.walkable.as_ref().unwrap().polygons[0].holes.len(), 4);
    assert_eq!(floor.zone_at([0.9, 6.0]).unwrap().id, "p0");
    assert_eq!(draft.warnings, []);
    let imdf = read(Format::Imdf, &imdf(), &Options::called("Shop")).unwrap();
    let floor = &imdf.floors[0];
    assert_eq!((floor.id.as_str(), floor.level, floor.name.get("zh-CN")), ("f1", 0, "一层"));
    let [from, to] = [floor.gates[0].from, floor.gates[0].to];
    assert!((from[0] - 0.5).abs() < 0.001 && (to[0] - 4.0).abs() < 0.001, "the shop lies to the left: {from:?} {to:?}");
    assert!(texts(&imdf).contains("is the whole floor"), "{}", texts(&imdf));
}

fn malls() -> Vec<(String, [f64; 2])> {
    let sizes: BTreeMap<String, [f64; 2]> = serde_json::from_slice(&data("malls/sizes.json")).unwrap();
    sizes.into_iter().collect()
}

fn unpacked(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(Cursor::new(data(name))).read_to_end(&mut bytes).unwrap();
    bytes
}

fn mall(name: &str, size_m: Option<[f64; 2]>) -> Draft {
    let options = Options { size_m, zone_kind: ZoneKind::Tenant, ..Options::called(name) };
    read(Format::Geojson, &unpacked(&format!("malls/{name}.geojson.gz")), &options)
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn real_malls_have_their_declared_size_and_hold_their_waypoints() {
    let malls = malls();
    assert_eq!(malls.len(), 14);
    let mut floors: BTreeMap<String, Floor> = BTreeMap::new();
    for (name, size) in &malls {
        let draft = mall(name, Some(*size));
        let floor = &draft.floors[0];
        let bounds = floor.outline.bounds().unwrap();
        assert!((bounds.width_m() - size[0]).abs() < 0.001 && (bounds.height_m() - size[1]).abs() < 0.001, "{name}");
        // The width alone, with the one scale of a map, gives the height: nothing was pulled into shape.
        assert!(!texts(&draft).contains("proportions_differ"), "{name}: {}", texts(&draft));
        assert!(floor.zones.len() > 100, "{name}: {}", floor.zones.len());
        let faults = plan_of(&draft).faults();
        assert_eq!(faults, [], "{name}: {}", faults.len());
        floors.insert(name.clone(), floor.clone());
    }
    let mut reader =
        csv::Reader::from_reader(flate2::read::GzDecoder::new(Cursor::new(data("malls/waypoints.csv.gz"))));
    let rows = reader.deserialize::<(String, String, String, i64, f64, f64)>().map(Result::unwrap);
    let (mut count, mut off) = (0, 0);
    for (site, floor, _, _, x, y) in rows {
        count += 1;
        off += usize::from(!floors[&format!("{site}-{floor}")].outline.contains([x, y]));
    }
    assert_eq!((count, off), (7_025, 0));
}

/// Degrees are metres by the ellipsoid where no size is known, within the half percent by which web maps draw otherwise.
#[test]
fn a_mall_of_unknown_size_is_as_large_as_its_degrees_say() {
    let (name, size) = &malls()[1];
    let bounds = mall(name, None).floors[0].outline.bounds().unwrap();
    assert!((bounds.width_m() / size[0] - 1.0).abs() < 0.002, "{} {}", bounds.width_m(), size[0]);
    assert!((bounds.height_m() / size[1] - 1.0).abs() < 0.005, "{} {}", bounds.height_m(), size[1]);
}

#[test]
fn a_read_plan_is_a_definition_that_people_can_read() {
    let draft = draft(Format::Svg, &shop(Format::Svg), &Options::called("F1"));
    let site = Site {
        rules: Default::default(),
        id: "shop".into(),
        name: "Shop".into(),
        known_as: Vec::new(),
        kind: SiteKind::Shop,
        time_zone: "Asia/Shanghai".into(),
        plans: vec![plan_of(&draft)],
    };
    assert_eq!(site.faults(), []);
    let yaml = serde_saphyr::to_string(&site).unwrap();
    assert!(yaml.contains("time_zone: Asia/Shanghai") && yaml.contains("id: p0"), "{yaml}");
    assert_eq!(serde_saphyr::from_str::<Site>(&yaml).unwrap(), site);
    let odd = yaml.replace("time_zone:", "colour: red\ntime_zone:");
    assert!(serde_saphyr::from_str::<Site>(&odd).unwrap_err().to_string().contains("colour"));
}

fn refused(format: Format, bytes: &[u8]) -> Unreadable {
    match read(format, bytes, &Options::called("x")) {
        Err(error) => error,
        Ok(draft) => panic!("{format:?} was read: {draft:?}"),
    }
}

#[test]
fn what_is_no_plan_is_refused_with_the_place() {
    let cases: [(Format, &[u8], &str); 16] = [
        (Format::Geojson, b"{\"features\": [\n{]}", "the file, line 2 column 2"),
        (Format::Geojson, b"[]", "an object with `features`"),
        (Format::Geojson, b"{}", "`features` is missing"),
        (
            Format::Geojson,
            br#"{"features":[{"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,"a"]]]}}]}"#,
            "feature 1, ring 1, position 2: a position is two numbers",
        ),
        (Format::Geojson, br#"{"features":[]}"#, "nothing is drawn"),
        (Format::Imdf, b"PK\x03\x04 but no more", "no zip archive"),
        (Format::Dxf, b"AutoCAD Binary DXF\r\n\x1a\0", "save it as text"),
        (Format::Dxf, b"0\nSECTION\nnine\nHEADER\n", "line 3: `nine` is no group code"),
        (Format::Dxf, b"0\nSECTION\n2", "line 3: the file ends within a group"),
        (Format::Dxf, b"0\nEOF\n", "no section ENTITIES"),
        (Format::Svg, b"<svg viewBox='0 0 1 1'><g></svg>", "line 1 column"),
        (Format::Svg, b"<html/>", "its root is `html`"),
        (
            Format::Svg,
            b"<svg viewBox='0 0 9 9'><rect id='zone' width='5' height='5'/></svg>",
            "how many metres a unit is",
        ),
        (
            Format::Svg,
            b"<svg viewBox='0 0 9 9' data-px-per-m='1'><path class='zone' d='M0 0 L x'/></svg>",
            "its path cannot be read",
        ),
        (Format::Png, b"GIF89a", "no PNG file"),
        (Format::Png, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "ends within its header"),
    ];
    for (format, bytes, words) in cases {
        let error = refused(format, bytes).to_string();
        assert!(error.contains(words), "{format:?}: {error}");
    }
    let mut png = shop(Format::Png);
    assert!(refused(Format::Png, &png).to_string().contains("give at least 3"));
    png[19] ^= 1;
    assert!(refused(Format::Png, &png).to_string().contains("checksum"));
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("manifest.json", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(br#"{"version": "1.0.0"}"#).unwrap();
    let archive = archive.finish().unwrap().into_inner();
    assert!(refused(Format::Imdf, &archive).to_string().contains("level.geojson: the archive lacks it"));
}

fn dxf(unit: &str, blocks: &str, entities: &str) -> Vec<u8> {
    let groups = format!(
        "0 SECTION 2 HEADER {unit} 0 ENDSEC 0 SECTION 2 BLOCKS {blocks} 0 ENDSEC 0 SECTION 2 ENTITIES {entities} 0 ENDSEC 0 EOF"
    );
    groups.split_whitespace().fold(String::new(), |lines, it| lines + it + "\n").into_bytes()
}

const WALL: &str = "0 LWPOLYLINE 8 A-WALL 70 1 10 0 20 0 10 20 20 0 10 20 20 10 10 0 20 10";

#[test]
fn blocks_are_drawn_where_they_are_inserted() {
    let metres = "9 $INSUNITS 70 6";
    let table = "0 BLOCK 2 TABLE 10 1 20 1 0 LWPOLYLINE 8 0 70 1 10 1 20 1 10 3 20 1 10 3 20 2 10 1 20 2 0 ENDBLK";
    let pair = "0 BLOCK 2 PAIR 10 0 20 0 0 INSERT 8 0 2 TABLE 10 0 20 0 0 INSERT 8 0 2 TABLE 10 0 20 2 50 90 0 ENDBLK";
    let entities = format!("{WALL} 0 INSERT 8 FURNITURE 2 PAIR 10 5 20 1 41 2 42 2");
    let draft = draft(Format::Dxf, &dxf(metres, &format!("{table} {pair}"), &entities), &Options::called("F1"));
    let bounds: Vec<_> = draft.floors[0].fixtures.iter().map(|it| it.shape.bounds().unwrap()).collect();
    let edges: Vec<_> = bounds.iter().map(|it| (it.min, it.max)).collect();
    // A table of 2 m by 1 m, doubled; the second turned about its corner.
    assert_eq!(edges, [([5.0, 1.0], [9.0, 3.0]), ([3.0, 5.0], [5.0, 9.0])]);
}

#[test]
fn units_arcs_and_texts_of_a_drawing_are_read() {
    // A stadium of 4 ft by 2 ft with round ends by bulges, a circle, and a quarter closed by two lines.
    let entities = format!(
        "{WALL} 0 LWPOLYLINE 8 ZONE 70 1 10 2 20 2 42 0 10 6 20 2 42 1 10 6 20 4 42 0 10 2 20 4 42 1 \
         0 TEXT 8 NOTES 10 3 20 3 1 Dairy 0 CIRCLE 8 FIXTURE 10 10 20 5 40 1 \
         0 LINE 8 X 10 15 20 5 11 17 21 5 0 ARC 8 X 10 15 20 5 40 2 50 0 51 90 0 LINE 8 X 10 15 20 7 11 15 21 5 \
         0 MTEXT 8 NOTES 10 15.5 20 5.5 1 \\fArial;Wine 0 LINE 8 X 10 0 20 0 11 1 21 1 0 HATCH 8 X"
    );
    let draft = draft(Format::Dxf, &dxf("9 $INSUNITS 70 2", "", &entities), &Options::called("F1"));
    let floor = &draft.floors[0];
    let square_foot = 0.304_8 * 0.304_8;
    let near = |area: f64, feet: f64| (area / square_foot / feet - 1.0).abs() < 0.01;
    assert!(near(floor.zone("dairy").unwrap().shape.area_m2(), 8.0 + std::f64::consts::PI), "{floor:?}");
    assert!(near(floor.zone("wine").unwrap().shape.area_m2(), std::f64::consts::PI));
    assert!(near(floor.fixtures[0].shape.area_m2(), std::f64::consts::PI));
    assert!(
        texts(&draft).contains("1 lines and arcs close no area") && texts(&draft).contains("1 HATCH"),
        "{}",
        texts(&draft)
    );
    let large = WALL.replace("10 20 ", "10 20000 ").replace("20 10", "20 10000");
    let unsaid = read(Format::Dxf, &dxf("", "", &large), &Options::called("F1")).unwrap();
    assert!(texts(&unsaid).contains("read as millimetres"));
    assert_eq!(unsaid.floors[0].outline.area_m2(), 200.0);
}

#[test]
fn blocks_that_hold_themselves_and_floods_of_copies_end() {
    let itself = "0 BLOCK 2 A 10 0 20 0 0 INSERT 8 0 2 A 10 1 20 1 0 ENDBLK";
    let error = refused(Format::Dxf, &dxf("", itself, "0 INSERT 8 ZONE 2 A 10 0 20 0"));
    assert!(error.to_string().contains("does it hold itself?"), "{error}");
    let flood = "0 BLOCK 2 A 10 0 20 0 0 LINE 8 0 10 0 20 0 11 1 21 1 0 ENDBLK 0 BLOCK 2 B 10 0 20 0 0 INSERT 8 0 2 A 70 100 71 100 0 ENDBLK";
    let error = refused(Format::Dxf, &dxf("", flood, "0 INSERT 8 ZONE 2 B 70 100 71 100"));
    assert!(error.to_string().contains("more than 20000 times"), "{error}");
    let deep = format!("<svg viewBox='0 0 1 1'>{}", "<g>".repeat(300_000));
    assert!(refused(Format::Svg, deep.as_bytes()).to_string().contains("too deep"));
    let circle = "<svg viewBox='0 0 1 1' data-px-per-m='1'><g id='a'><use href='#a'/></g></svg>";
    assert!(refused(Format::Svg, circle.as_bytes()).to_string().contains("does a `use` use itself?"));
}

#[test]
fn transforms_uses_and_curves_of_an_svg_are_followed() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='-10 -10 220 120'>
        <rect class='outline' width='200' height='100'/>
        <defs><rect id='table' width='10' height='20'/></defs>
        <g id='fixtures' transform='translate(50 0) scale(2)'><use href='#table' x='5' y='5'/></g>
        <g class='zones'><circle id='ring' cx='150' cy='50' r='20'/>
          <path id='frame' fill-rule='evenodd' d='M0 0h40v40h-40z M10 10h20v20h-20z'/>
          <rect id='hidden' style='display: none' width='9' height='9'/></g>
        <line class='gate' id='door' x1='20' y1='100' x2='60' y2='100'/>
        <text x='2' y='4'>Fruit</text></svg>";
    let options = Options { metres_per_unit: Some(0.1), ..Options::called("F1") };
    let draft = draft(Format::Svg, svg.as_bytes(), &options);
    let floor = &draft.floors[0];
    // The view's lower left corner is the origin, y up.
    let table = floor.fixtures[0].shape.bounds().unwrap();
    assert_eq!((table.min, table.max), ([7.0, 6.0], [9.0, 10.0]));
    assert!((floor.zone("ring").unwrap().shape.area_m2() - 4.0 * std::f64::consts::PI).abs() < 0.02);
    let frame = floor.zone("frame").unwrap();
    assert_eq!((frame.shape.area_m2(), frame.name.get("en")), (12.0, "Fruit"));
    assert_eq!(floor.zones.len(), 2);
    let gate = &floor.gates[0];
    assert_eq!((gate.from, gate.to), ([3.0, 1.0], [7.0, 1.0]));
}

#[test]
fn control_points_and_sizes_that_do_not_fit_are_told() {
    let mut corners = corners();
    corners.push(ControlPoint { pixel: [600.0, 0.0], metres: [33.0, 20.0] });
    let options = Options { control_points: &corners, ..Options::called("x.png") };
    let warned = texts(&read(Format::Png, &shop(Format::Png), &options).unwrap());
    assert!(warned.contains("residual_large") && warned.contains("axes_uneven"), "{warned}");
    let mirrored: Vec<_> =
        corners[..3].iter().map(|it| ControlPoint { metres: [it.metres[0], -it.metres[1]], ..*it }).collect();
    let options = Options { control_points: &mirrored, ..Options::called("x.png") };
    assert!(texts(&read(Format::Png, &shop(Format::Png), &options).unwrap()).contains("plan_mirrored"));
    let options = Options { size_m: Some([30.0, 25.0]), ..Options::called("x") };
    let draft = read(Format::Svg, &shop(Format::Svg), &options).unwrap();
    assert!(texts(&draft).contains("proportions_differ"));
    let bounds = draft.floors[0].outline.bounds().unwrap();
    assert_eq!((bounds.min, bounds.max), ([0.0, 0.0], [30.0, 25.0]));
}

/// SplitMix64.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33) as usize
}

#[test]
fn mutated_plans_end_in_words_and_never_in_a_panic() {
    const WORDS: [&str; 12] = ["null", "-1", "1e999", "NaN", "[]", "\"", "1e300", "鞋", "<", "\n0\n", "0", "[["];
    let files: Vec<(Format, Vec<u8>)> = FORMATS.iter().map(|format| (*format, shop(*format))).collect();
    let corners = corners();
    let mut state = 11;
    for turn in 0..1_500 {
        let (format, file) = &files[turn % files.len()];
        let mut bytes = file.clone();
        for _ in 0..1 + next(&mut state) % 3 {
            let at = next(&mut state) % (bytes.len() + 1);
            let to = (at + next(&mut state) % 12).min(bytes.len());
            match next(&mut state) % 4 {
                0 | 1 => drop(bytes.splice(at..to, WORDS[next(&mut state) % WORDS.len()].bytes())),
                2 => drop(bytes.drain(at..to)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let control_points = if *format == Format::Png { corners.as_slice() } else { &[] };
        match read(*format, &bytes, &Options { control_points, ..Options::called("F1") }) {
            Err(error) => assert!(!error.at.is_empty() && !error.reason.is_empty()),
            Ok(draft) => drop(plan_of(&draft).faults()),
        }
    }
}
