//! The made-up shop of `testdata/place`: its plan, what its sensors saw, and the truth about it.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use serde_json::Value;

/// The shop before its layout changed.
#[derive(Debug, Clone)]
pub struct Shop {
    /// Rings of the walkable area, the outer one first, corners in metres.
    pub walkable: Vec<Vec<[f64; 2]>>,
    /// Every other area but fixtures, in the order of the plan.
    pub zones: Vec<ShopZone>,
    /// By ascending id.
    pub tracks: Vec<ShopTrack>,
    /// By id.
    pub persons: BTreeMap<String, BTreeMap<String, String>>,
    /// Which person made which track.
    pub person_of: BTreeMap<u64, String>,
}

/// An area of the shop.
#[derive(Debug, Clone)]
pub struct ShopZone {
    pub id: String,
    /// `zone`, `queue`, `checkout`, `staff_only` or `street`.
    pub kind: String,
    pub rings: Vec<Vec<[f64; 2]>>,
}

/// What one sensor identity was seen at.
#[derive(Debug, Clone, Default)]
pub struct ShopTrack {
    pub id: u64,
    pub time_us: Vec<i64>,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
}

/// Reads the shop. Panics if it is not there or has another form: tests cannot go on without it.
pub fn shop() -> Shop {
    let plan: Value = serde_json::from_reader(open("A_floor.geojson")).unwrap();
    let (mut walkable, mut zones) = (Vec::new(), Vec::new());
    for feature in plan["features"].as_array().unwrap() {
        let text = |name: &str| feature["properties"][name].as_str().unwrap_or_default().to_owned();
        let geometry = &feature["geometry"];
        if geometry["type"] != "Polygon" {
            continue;
        }
        let rings: Vec<Vec<[f64; 2]>> = serde_json::from_value(geometry["coordinates"].clone()).unwrap();
        match text("kind").as_str() {
            "walkable" => walkable = rings,
            "fixture" => {}
            kind => zones.push(ShopZone { id: text("id"), kind: kind.to_owned(), rings }),
        }
    }
    let persons = rows("A_persons_truth.csv.gz").map(|row| (row["person_id"].clone(), row)).collect();
    let person_of = rows("A_trackmap_truth.csv.gz")
        .map(|row| (row["track_id"].parse().unwrap(), row["person_id"].clone()))
        .collect();
    Shop { walkable, zones, tracks: tracks("A_tracks.csv.gz"), persons, person_of }
}

/// What the sensors saw after `P0` and `B3` had changed what they offer, by ascending id. There is no truth about it.
pub fn shop_tracks_after() -> Vec<ShopTrack> {
    tracks("B_tracks.csv.gz")
}

fn tracks(name: &str) -> Vec<ShopTrack> {
    let mut tracks: Vec<ShopTrack> = Vec::new();
    for row in rows(name) {
        let id = row["track_id"].parse().unwrap();
        if tracks.last().is_none_or(|track| track.id != id) {
            tracks.push(ShopTrack { id, ..ShopTrack::default() });
        }
        let track = tracks.last_mut().unwrap();
        let number = |name: &str| row[name].parse::<f64>().unwrap();
        track.time_us.push((number("t_s") * 1e6).round() as i64);
        track.x.push(number("x_m"));
        track.y.push(number("y_m"));
    }
    tracks.sort_by_key(|track| track.id);
    tracks
}

impl Shop {
    /// The number of the zone with an id.
    pub fn zone(&self, id: &str) -> u32 {
        self.zones.iter().position(|zone| zone.id == id).unwrap() as u32
    }

    /// The truth about who made a track.
    pub fn person(&self, track: u64) -> &BTreeMap<String, String> {
        &self.persons[&self.person_of[&track]]
    }

    /// Receipts, and when they were written.
    pub fn receipts(&self) -> BTreeMap<String, i64> {
        let at_us = |text: &str| (text.parse::<f64>().unwrap() * 1e6).round() as i64;
        rows("A_receipts.csv.gz").map(|row| (row["receipt_id"].clone(), at_us(&row["t_s"]))).collect()
    }

    /// Sales of all receipts together.
    pub fn sales(&self) -> f64 {
        rows("A_receipts.csv.gz").map(|row| row["amount"].parse::<f64>().unwrap()).sum()
    }

    /// Lines of receipts: receipt, category, amount.
    pub fn receipt_lines(&self) -> Vec<(String, String, f64)> {
        rows("A_receipts.csv.gz")
            .map(|row| (row["receipt_id"].clone(), row["category"].clone(), row["amount"].parse().unwrap()))
            .collect()
    }

    /// Which stops were made in truth: person, zone, when it began and ended in seconds.
    pub fn stops(&self) -> Vec<(String, String, f64, f64)> {
        let seconds = |text: &str| text.parse::<f64>().unwrap();
        rows("A_stops_truth.csv.gz")
            .map(|row| (row["person_id"].clone(), row["slot"].clone(), seconds(&row["t_in"]), seconds(&row["t_out"])))
            .collect()
    }

    /// Which person walked through which zone in truth.
    pub fn exposures(&self) -> Vec<(String, String)> {
        rows("A_exposure_truth.csv.gz").map(|row| (row["person_id"].clone(), row["slot"].clone())).collect()
    }
}

fn open(name: &str) -> File {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/place/synth_store").join(name);
    File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rows(name: &str) -> impl Iterator<Item = BTreeMap<String, String>> {
    let reader = csv::Reader::from_reader(GzDecoder::new(open(name)));
    reader.into_deserialize().map(|row| row.unwrap())
}
