//! What is known of the segment files: which records lie where, and how to read them.
//!
//! Records of a segment count only below the first number of the next one: bytes after that are what a
//! failed write left behind. Of several files with the same first number the latest attempt counts; but
//! a copy, which is made when a log is opened, counts only once it is whole.

use bytes::Bytes;
use object_store::path::Path;

use super::frame;
use crate::error::{Error, Result};
use crate::storage::Storage;

/// A mark every so many bytes lets a read begin near its first record.
const MARK_EVERY_BYTES: u64 = 64 << 10;

const EXTENSION: &str = ".log";

/// Name of a segment file. Ordered as the log is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SegmentName {
    /// Its first sequence number.
    pub first_seq: u64,
    /// Which attempt to write records from that number on this was.
    pub attempt: u32,
    /// The file counts only if it holds all records below this number: more than the first one in a copy
    /// of an earlier attempt.
    pub reaches: u64,
}

impl SegmentName {
    pub(super) fn path(self, prefix: &Path) -> Path {
        let Self { first_seq, attempt, reaches } = self;
        prefix.clone().join(format!("{first_seq:020}-{attempt:04}-{reaches:020}{EXTENSION}"))
    }

    fn parse(path: &Path) -> Option<Self> {
        let mut parts = path.filename()?.strip_suffix(EXTENSION)?.split('-');
        let (first_seq, attempt, reaches) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        Some(Self {
            first_seq: first_seq.parse().ok()?,
            attempt: attempt.parse().ok()?,
            reaches: reaches.parse().ok()?,
        })
    }
}

/// A segment as far as it was verified.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub name: SegmentName,
    pub file: Path,
    /// The number after its last record.
    pub next_seq: u64,
    /// Verified bytes; more may follow.
    pub bytes: u64,
    /// Some frames, by first number: (first sequence number, offset).
    marks: Vec<(u64, u64)>,
}

impl Segment {
    pub(super) fn new(name: SegmentName, prefix: &Path) -> Self {
        Self { name, file: name.path(prefix), next_seq: name.first_seq, bytes: 0, marks: Vec::new() }
    }

    /// Adds a frame that lies at the end of the verified bytes.
    pub(super) fn add(&mut self, frame: &frame::Frame) {
        if self.marks.last().is_none_or(|(_, at)| self.bytes - at >= MARK_EVERY_BYTES) {
            self.marks.push((frame.first_seq, self.bytes));
        }
        self.bytes += frame.bytes as u64;
        self.next_seq = frame.next_seq();
    }

    /// Adds the frames at the start of `bytes`, which follow the verified ones, that begin below
    /// `before_seq`. Returns how many bytes that were.
    pub(super) fn extend(&mut self, bytes: &[u8], before_seq: u64) -> usize {
        let mut at = 0;
        while self.next_seq < before_seq
            && let Some(frame) = frame::decode(&bytes[at..])
            && frame.first_seq == self.next_seq
        {
            self.add(&frame);
            at += frame.bytes;
        }
        at
    }

    /// Whether this file counts: see [`SegmentName::reaches`].
    pub(super) fn counts(&self) -> bool {
        self.next_seq >= self.name.reaches
    }

    /// Checks that nothing is missing between this segment and the next one.
    pub(super) fn meets(&self, before_seq: Option<u64>) -> Result<()> {
        match before_seq {
            Some(before_seq) if before_seq != self.next_seq => Err(self.corrupt(format!(
                "log record {} should follow, but the next segment begins at {before_seq}",
                self.next_seq
            ))),
            _ => Ok(()),
        }
    }

    pub(super) fn corrupt(&self, what: impl Into<String>) -> Error {
        Error::Corrupt { file: self.file.to_string(), offset: self.bytes, what: what.into() }
    }

    fn offset_of(&self, seq: u64) -> u64 {
        let after = self.marks.partition_point(|(first, _)| *first <= seq);
        after.checked_sub(1).map_or(0, |mark| self.marks[mark].1)
    }
}

/// The segments of a log, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Segments(pub Vec<Segment>);

impl Segments {
    /// The segment files of the folder, by name. Other files are none of the log's business.
    pub(super) async fn list(storage: &dyn Storage, prefix: &Path) -> Result<Vec<SegmentName>> {
        let files = storage.list(prefix).await?;
        let mut names: Vec<_> = files.iter().filter_map(|(file, _)| SegmentName::parse(file)).collect();
        names.sort_unstable();
        Ok(names)
    }

    pub(super) fn next_seq(&self) -> u64 {
        self.0.last().map_or(0, |segment| segment.next_seq)
    }

    pub(super) fn first_seq(&self) -> u64 {
        self.0.first().map_or(0, |segment| segment.name.first_seq)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.0.iter().map(|segment| segment.bytes).sum()
    }

    /// The verified records from `seq` on.
    pub(super) async fn read_from(&self, storage: &dyn Storage, seq: u64) -> Result<Vec<(u64, Bytes)>> {
        let first = self.first_seq();
        if seq < first {
            return Err(Error::Released { wanted: seq, first });
        }
        let mut records = Vec::new();
        for (index, segment) in self.0.iter().enumerate() {
            let before_seq = self.0.get(index + 1).map_or(segment.next_seq, |next| next.name.first_seq);
            if seq < before_seq.min(segment.next_seq) {
                read_segment(storage, segment, seq, before_seq, &mut records).await?;
            }
        }
        Ok(records)
    }
}

async fn read_segment(
    storage: &dyn Storage,
    segment: &Segment,
    seq: u64,
    before_seq: u64,
    records: &mut Vec<(u64, Bytes)>,
) -> Result<()> {
    let from = segment.offset_of(seq);
    let bytes = storage.read(&segment.file, from).await?;
    let len = usize::try_from(segment.bytes - from).unwrap_or(usize::MAX).min(bytes.len());
    let bytes = bytes.slice(..len);
    let mut at = 0;
    while at < bytes.len() {
        let damaged = || Error::Corrupt {
            file: segment.file.to_string(),
            offset: from + at as u64,
            what: "a log frame that was whole before is no longer".to_owned(),
        };
        let frame = frame::decode(&bytes[at..]).ok_or_else(damaged)?;
        let held = frame::records(&bytes.slice(at..at + frame.bytes)).ok_or_else(damaged)?;
        let numbered = (frame.first_seq..).zip(held);
        records.extend(numbered.filter(|(number, _)| (seq..before_seq).contains(number)));
        at += frame.bytes;
    }
    if records.last().is_none_or(|(last, _)| last + 1 != before_seq.min(segment.next_seq)) {
        return Err(segment.corrupt("the segment became shorter"));
    }
    Ok(())
}
