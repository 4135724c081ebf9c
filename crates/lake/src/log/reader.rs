//! The log as another process sees it, while a writer may be at work.
//!
//! A refresh takes over whole frames only, and fsyncs them before it does: the writer may be between its
//! write and its own fsync, and an answer must not show what a power cut could still undo.

use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;

use super::frame;
use super::segments::{Segment, SegmentName, Segments};
use crate::error::{Error, Result};
use crate::storage::Storage;

/// Looks at a folder the writer is just changing can disagree with each other; this many in a row mean
/// that it is not the writer.
const LOOKS_MAX: usize = 5;

/// The reading side; any number per log. Writes nothing.
#[derive(Debug)]
pub struct LogReader {
    storage: Arc<dyn Storage>,
    prefix: Path,
    segments: Segments,
}

impl LogReader {
    /// Opens the log in the folder `prefix` for reading. A log that does not exist yet is empty.
    pub async fn open(storage: Arc<dyn Storage>, prefix: Path) -> Result<LogReader> {
        let mut reader = LogReader { storage, prefix, segments: Segments::default() };
        reader.refresh().await?;
        Ok(reader)
    }

    /// Takes over what the writer has added and released since. Costs what is new.
    pub async fn refresh(&mut self) -> Result<()> {
        let mut looks = 1;
        loop {
            match self.look().await {
                Err(error @ (Error::Io { .. } | Error::Corrupt { .. })) if looks < LOOKS_MAX => {
                    tracing::debug!(%error, "the log changed while it was looked at; looking again");
                    looks += 1;
                }
                result => return result,
            }
        }
    }

    /// The records from `seq` on, as of the last refresh. [`Error::Released`] if the writer has moved
    /// `seq` into the tables: reload them, refresh and retry.
    pub async fn read_from(&mut self, seq: u64) -> Result<Vec<(u64, Bytes)>> {
        match self.segments.read_from(&*self.storage, seq).await {
            // A segment was released under our hands.
            Err(Error::Io { .. }) => {
                self.refresh().await?;
                self.segments.read_from(&*self.storage, seq).await
            }
            result => result,
        }
    }

    /// The number after the last record seen.
    pub fn next_seq(&self) -> u64 {
        self.segments.next_seq()
    }

    /// The smallest number that can still be read.
    pub fn first_seq(&self) -> u64 {
        self.segments.first_seq()
    }

    /// The files that count, oldest first, each with how many of its bytes are whole frames.
    pub(crate) fn parts(&self) -> Vec<(Path, u64)> {
        self.segments.0.iter().map(|segment| (segment.file.clone(), segment.bytes)).collect()
    }

    async fn look(&mut self) -> Result<()> {
        let names = Segments::list(&*self.storage, &self.prefix).await?;
        let groups: Vec<&[SegmentName]> = names.chunk_by(|a, b| a.first_seq == b.first_seq).collect();
        let mut segments: Vec<Segment> = Vec::with_capacity(groups.len());
        for (index, group) in groups.iter().enumerate() {
            let before_seq = groups.get(index + 1).map(|next| next[0].first_seq);
            let segment = self.look_at(group, before_seq).await?;
            segment.meets(before_seq)?;
            segments.push(segment);
        }
        self.segments.0 = segments;
        Ok(())
    }

    /// The file that counts among those with the same first number.
    async fn look_at(&self, group: &[SegmentName], before_seq: Option<u64>) -> Result<Segment> {
        let mut segment = Segment::new(SegmentName::default(), &self.prefix);
        for name in group.iter().rev() {
            let known = self.segments.0.iter().find(|segment| segment.name == *name);
            // Where the writer gave up on the end of a segment after it was seen here, it is read anew.
            let known = known.filter(|segment| before_seq.is_none_or(|before_seq| segment.next_seq <= before_seq));
            segment = known.cloned().unwrap_or_else(|| Segment::new(*name, &self.prefix));
            self.catch_up(&mut segment, before_seq).await?;
            if segment.counts() {
                return Ok(segment);
            }
        }
        Err(segment.corrupt("the log segment is not whole"))
    }

    /// Reads on in one segment.
    async fn catch_up(&self, segment: &mut Segment, before_seq: Option<u64>) -> Result<()> {
        if before_seq == Some(segment.next_seq) {
            return Ok(());
        }
        let bytes = self.storage.read(&segment.file, segment.bytes).await?;
        let mut longer = segment.clone();
        let read = longer.extend(&bytes, before_seq.unwrap_or(u64::MAX));
        // A torn frame is one that is being written, or never was acknowledged; but nothing whole follows it.
        if before_seq.is_none() && longer.counts() && frame::find(&bytes, read, longer.next_seq + 1).is_some() {
            return Err(longer.corrupt(format!("log record {} is broken, later ones are whole", longer.next_seq)));
        }
        if read > 0 {
            self.storage.sync_contents(&segment.file).await?;
            *segment = longer;
        }
        Ok(())
    }
}
