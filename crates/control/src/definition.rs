//! Definitions as text: YAML and JSON in, YAML and JSON out.
//!
//! A definition written by hand deserves better than the first error. The text becomes a tree that knows where
//! each value stands; the reader walks the whole tree and notes every fault with its line, column and field
//! path, then adds what [`Journey::faults`] says of the whole. Only broken syntax stops the reading.
//!
//! What a field *means* is not here: that is `model`.

mod json;
mod limits;
mod read;
mod reader;
mod segment;
mod site;
mod tree;
mod write;
mod yaml;

use model::journey::{Fault, Journey};
use model::place::Site;
use model::segment::Segment;

pub use limits::{DEPTH_MAX, FAULTS_MAX, TEXT_BYTES_MAX};

/// Reads a journey written in YAML (1.2; one document, without anchors and tags).
///
/// # Errors
/// Every fault of the text, at most [`FAULTS_MAX`], in the order of the text.
pub fn journey_from_yaml(text: &str) -> Result<Journey, Vec<Fault>> {
    journey_from(text, yaml::tree)
}

/// Reads a journey written in JSON.
///
/// # Errors
/// Every fault of the text, at most [`FAULTS_MAX`], in the order of the text.
pub fn journey_from_json(text: &str) -> Result<Journey, Vec<Fault>> {
    journey_from(text, json::tree)
}

/// The journey as YAML. Reading it gives the same journey, and writing that the same text.
pub fn journey_to_yaml(journey: &Journey) -> String {
    write::yaml(journey)
}

/// The journey as indented JSON. Reading it gives the same journey, and writing that the same text.
pub fn journey_to_json(journey: &Journey) -> String {
    write::json(journey)
}

/// Reads a segment written in YAML, as [`journey_from_yaml`] reads journeys.
///
/// # Errors
/// Every fault of the text, at most [`FAULTS_MAX`], in the order of the text.
pub fn segment_from_yaml(text: &str) -> Result<Segment, Vec<Fault>> {
    read_from(text, yaml::tree, segment::segment)
}

/// Reads a segment written in JSON.
///
/// # Errors
/// Every fault of the text, at most [`FAULTS_MAX`], in the order of the text.
pub fn segment_from_json(text: &str) -> Result<Segment, Vec<Fault>> {
    read_from(text, json::tree, segment::segment)
}

/// The segment as YAML. Reading it gives the same segment.
pub fn segment_to_yaml(segment: &Segment) -> String {
    segment::yaml(segment)
}

/// The segment as indented JSON. Reading it gives the same segment.
pub fn segment_to_json(segment: &Segment) -> String {
    segment::json(segment)
}

/// Reads a site written in YAML. A value of the wrong type is the only fault then.
///
/// # Errors
/// Faults of the text, at most [`FAULTS_MAX`], with their places.
pub fn site_from_yaml(text: &str) -> Result<Site, Vec<Fault>> {
    read_from(text, yaml::tree, |root, text| site::checked(site::of_yaml(text), root, text))
}

/// Reads a site written in JSON.
///
/// # Errors
/// As of [`site_from_yaml`].
pub fn site_from_json(text: &str) -> Result<Site, Vec<Fault>> {
    read_from(text, json::tree, |root, text| site::checked(site::of_json(text), root, text))
}

/// The site as YAML. Reading it gives the same site.
pub fn site_to_yaml(site: &Site) -> String {
    site::yaml(site)
}

fn journey_from(text: &str, parse: fn(&str) -> Result<tree::Node, tree::SyntaxFault>) -> Result<Journey, Vec<Fault>> {
    read_from(text, parse, read::journey)
}

fn read_from<T>(
    text: &str,
    parse: fn(&str) -> Result<tree::Node, tree::SyntaxFault>,
    read: fn(&tree::Node, &str) -> Result<T, Vec<Fault>>,
) -> Result<T, Vec<Fault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > TEXT_BYTES_MAX {
        return Err(vec![Fault::new(
            "",
            format!("the text has {} bytes; a definition has at most {TEXT_BYTES_MAX}", text.len()),
        )]);
    }
    let root = parse(text).map_err(|fault| vec![fault.locate(text)])?;
    read(&root, text)
}

#[cfg(test)]
mod tests;
