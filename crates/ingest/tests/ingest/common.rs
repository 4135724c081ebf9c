//! Files made by hand, decoded whole or in parts.

#![allow(dead_code, reason = "each test program uses some of it")]

use std::path::{Path, PathBuf};

use ingest::{Batch, DecodeOptions, Decoder, Error, Lookups, Mapping, SourceFile};
use model::event::{Event, Rejection};
use tempfile::TempDir;

/// A folder with one file in it.
pub(crate) struct Given {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

pub(crate) fn given(name: &str, bytes: impl AsRef<[u8]>) -> Given {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    Given { folder, path }
}

/// A mapping with the fields most tests share; `more` is added to it.
pub(crate) fn mapping(more: &str) -> Mapping {
    let text = format!(
        "source: test\ntime: {{column: time, zone: UTC}}\nidentifiers: [{{namespace: user, column: user}}]\n\
         event: event\nchannel: {{const: web}}\n{more}"
    );
    parsed(&text)
}

pub(crate) fn parsed(text: &str) -> Mapping {
    Mapping::from_yaml(text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"))
}

pub(crate) fn options(skip: u64, batch_events: usize) -> DecodeOptions {
    DecodeOptions { received_at_us: 9, skip, batch_events }
}

pub(crate) fn open(path: &Path, mapping: &Mapping, skip: u64, batch_events: usize) -> Result<Decoder, Error> {
    let lookups = Lookups::load(mapping, path.parent().unwrap())?;
    Decoder::open(&SourceFile::at(path)?, mapping, &lookups, options(skip, batch_events))
}

/// Everything a file gives.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    pub(crate) events: Vec<Event>,
    pub(crate) rejections: Vec<Rejection>,
    pub(crate) skipped: u64,
    pub(crate) rows: u64,
    pub(crate) notes: Vec<String>,
}

impl Decoded {
    /// Line and code of each rejection.
    pub(crate) fn codes(&self) -> Vec<(u64, &str)> {
        self.rejections.iter().map(|rejection| (rejection.line, rejection.code.as_str())).collect()
    }
}

pub(crate) fn decode(path: &Path, mapping: &Mapping) -> Result<Decoded, Error> {
    let mut decoder = open(path, mapping, 0, 1000)?;
    let mut decoded = Decoded::default();
    while let Some(batch) = decoder.next_batch()? {
        decoded.events.extend(batch.events);
        decoded.rejections.extend(batch.rejections);
        decoded.skipped += batch.skipped;
        decoded.rows = batch.rows;
    }
    decoded.notes = decoder.notes();
    Ok(decoded)
}

/// All batches from a position on.
pub(crate) fn batches(path: &Path, mapping: &Mapping, skip: u64, batch_events: usize) -> Vec<Batch> {
    let mut decoder = open(path, mapping, skip, batch_events).unwrap();
    let mut batches = Vec::new();
    while let Some(batch) = decoder.next_batch().unwrap() {
        batches.push(batch);
    }
    batches
}
