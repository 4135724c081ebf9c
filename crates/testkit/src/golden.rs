//! Golden answers of `testdata/golden`. Everything panics with the path: a missing answer is a failed test.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

/// Where a golden file lies.
pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/golden").join(name)
}

pub fn text(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// One value per line.
pub fn json_lines(name: &str) -> Vec<Value> {
    text(name)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}")))
        .collect()
}

/// Rows by column name.
pub fn csv(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = text(name);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap_or_else(|error| panic!("{name}: {error}"))).collect()
}

/// Whether a number equals one printed with 12 significant digits.
pub fn same(got: f64, printed: f64) -> bool {
    (got - printed).abs() <= printed.abs() * 5e-12 + 1e-15
}
