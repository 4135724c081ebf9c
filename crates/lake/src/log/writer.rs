//! The one task that writes the log: groups waiting appends into frames, begins segments, deletes
//! released ones, and deals with a disk that refuses.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::recovery::{Recovered, copy, recover};
use super::segments::{Segment, SegmentName, Segments};
use super::{FRAME_BYTES_MAX, LogOptions, frame};
use crate::error::{Error, Result};
use crate::storage::Storage;

#[derive(Debug)]
pub(super) enum Command {
    Append { records: Vec<Bytes>, queued: OwnedSemaphorePermit, reply: oneshot::Sender<Result<Range<u64>>> },
    Release { seq: u64, reply: oneshot::Sender<Result<()>> },
}

/// What may be done with the last segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// It ends with its last durable frame.
    Sound,
    /// A write failed: there may be bytes after the last durable frame, which a cut takes away.
    Torn,
    /// An fsync failed, or a successor may exist: it is never written again.
    Closed,
}

#[derive(Debug)]
pub(super) struct Writer {
    storage: Arc<dyn Storage>,
    prefix: Path,
    options: LogOptions,
    /// Shared with readers in this process; only durable frames get in. Never empty.
    segments: Arc<Mutex<Segments>>,
    tail: Tail,
    /// Attempts to begin the next segment that failed.
    failed_attempts: u32,
}

struct Waiting {
    records: usize,
    reply: oneshot::Sender<Result<Range<u64>>>,
}

impl Writer {
    pub(super) async fn open(
        storage: Arc<dyn Storage>,
        prefix: Path,
        options: LogOptions,
        segments: Arc<Mutex<Segments>>,
    ) -> Result<Self> {
        let Recovered { segments: found, mut superseded, attempts } = recover(&*storage, &prefix).await?;
        let last = found.0.last().cloned();
        *segments.lock() = found;
        let mut writer = Self { storage, prefix, options, segments, tail: Tail::Sound, failed_attempts: 0 };
        match last {
            None => writer.begin_segment(writer.options.start_seq).await?,
            Some(last) if last.next_seq < writer.options.start_seq => {
                let (next, start) = (last.next_seq, writer.options.start_seq);
                return Err(
                    last.corrupt(format!("the log ends at record {next}, the tables know of all below {start}"))
                );
            }
            Some(last) if last.bytes == 0 => {
                writer.storage.truncate(&last.file, 0).await?;
                writer.storage.sync(&[last.file]).await?;
            }
            Some(last) => {
                let copy = copy(&*writer.storage, &writer.prefix, &last, attempts).await?;
                superseded.push(last.file);
                let segments = &mut writer.segments.lock().0;
                segments.pop();
                segments.push(copy);
            }
        }
        if !superseded.is_empty() {
            for file in &superseded {
                writer.storage.delete(file).await?;
            }
            writer.storage.sync(std::slice::from_ref(&writer.prefix)).await?;
        }
        Ok(writer)
    }

    /// Serves commands until every sender is gone.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Command>) {
        let mut left_over = None;
        loop {
            let command = match left_over.take() {
                Some(command) => command,
                None => match queue.recv().await {
                    Some(command) => command,
                    None => return,
                },
            };
            match command {
                Command::Release { seq, reply } => {
                    // Whoever asked may have stopped waiting; so below.
                    reply.send(self.release(seq).await).ok();
                }
                Command::Append { records, queued, reply } => {
                    let mut group = vec![Waiting { records: records.len(), reply }];
                    let mut bytes = frame::encoded_len(&records);
                    let (mut records, mut queued) = (records, vec![queued]);
                    while let Ok(command) = queue.try_recv() {
                        match command {
                            Command::Append { records: more, queued: permit, reply }
                                if bytes + frame::encoded_len(&more) <= FRAME_BYTES_MAX =>
                            {
                                bytes += frame::encoded_len(&more);
                                group.push(Waiting { records: more.len(), reply });
                                records.extend(more);
                                queued.push(permit);
                            }
                            other => {
                                left_over = Some(other);
                                break;
                            }
                        }
                    }
                    let written = self.write(&records).await;
                    drop(queued);
                    answer(group, written);
                }
            }
        }
    }

    /// Makes one frame durable and returns its first number.
    async fn write(&mut self, records: &[Bytes]) -> Result<u64> {
        self.make_ready().await?;
        let last = self.last();
        let bytes = frame::encode(last.next_seq, records.iter());
        // The number and length of what was just encoded; decoding it again would only cost time.
        let frame = frame::Frame { first_seq: last.next_seq, records: records.len() as u32, bytes: bytes.len() };
        if let Err(error) = self.storage.append(&last.file, bytes).await {
            self.tail = Tail::Torn;
            return Err(error);
        }
        if let Err(error) = self.storage.sync_contents(&last.file).await {
            self.tail = Tail::Closed;
            return Err(error);
        }
        if let Some(last) = self.segments.lock().0.last_mut() {
            last.add(&frame);
        }
        Ok(frame.first_seq)
    }

    /// Sees to it that the last segment can take a frame.
    async fn make_ready(&mut self) -> Result<()> {
        let last = self.last();
        if self.tail == Tail::Torn {
            self.storage.truncate(&last.file, last.bytes).await?;
            if let Err(error) = self.storage.sync_contents(&last.file).await {
                self.tail = Tail::Closed;
                return Err(error);
            }
            self.tail = Tail::Sound;
        }
        if self.tail == Tail::Closed {
            self.verify_again(&last).await?;
            // For readers' sake only: what follows the durable frames does not count, cut off or not.
            if let Err(error) = self.storage.truncate(&last.file, last.bytes).await {
                tracing::warn!(%error, "a log segment keeps the rest of a failed write");
            }
            self.begin_segment(last.next_seq).await?;
        } else if last.bytes >= self.options.segment_bytes {
            self.begin_segment(last.next_seq).await?;
        }
        Ok(())
    }

    /// What was acknowledged must still be readable after an fsync failed; if not, nobody may add to it.
    async fn verify_again(&self, last: &Segment) -> Result<()> {
        let bytes = self.storage.read(&last.file, 0).await?;
        let mut again = Segment::new(last.name, &self.prefix);
        again.extend(&bytes, last.next_seq);
        if again.next_seq == last.next_seq {
            return Ok(());
        }
        let reason = format!("records from {} of {} on can no longer be read", again.next_seq, last.file);
        Err(Error::LogStopped { reason })
    }

    async fn begin_segment(&mut self, first_seq: u64) -> Result<()> {
        let taken = self.segments.lock().0.last().filter(|last| last.name.first_seq == first_seq).cloned();
        let attempt = taken.map_or(0, |last| last.name.attempt + 1) + self.failed_attempts;
        let segment = Segment::new(SegmentName { first_seq, attempt, reaches: first_seq }, &self.prefix);
        if let Err(error) = self.make_file(&segment.file).await {
            // The file may exist now, and then records from its first number on count only in it.
            self.tail = Tail::Closed;
            self.failed_attempts += 1;
            self.storage.delete(&segment.file).await.ok();
            return Err(error);
        }
        self.segments.lock().0.push(segment);
        self.tail = Tail::Sound;
        self.failed_attempts = 0;
        Ok(())
    }

    async fn make_file(&self, file: &Path) -> Result<()> {
        self.storage.append(file, Bytes::new()).await?;
        self.storage.sync(std::slice::from_ref(file)).await
    }

    async fn release(&mut self, seq: u64) -> Result<()> {
        let last = self.last();
        if last.bytes > 0 && last.next_seq <= seq.saturating_add(1) {
            // An empty segment keeps the numbering when the last one goes.
            self.make_ready().await?;
            if self.last().bytes > 0 {
                self.begin_segment(last.next_seq).await?;
            }
        }
        while let Some(file) = self.released(seq) {
            self.storage.delete(&file).await?;
            // Durable one by one: after a power cut no segment is missing between two others.
            self.storage.sync(std::slice::from_ref(&self.prefix)).await?;
            self.segments.lock().0.remove(0);
        }
        Ok(())
    }

    /// The first segment, if all its records may go and it is not the last.
    fn released(&self, seq: u64) -> Option<Path> {
        let segments = self.segments.lock();
        match &segments.0[..] {
            [first, second, ..] if second.name.first_seq <= seq.saturating_add(1) => Some(first.file.clone()),
            _ => None,
        }
    }

    fn last(&self) -> Segment {
        let segments = self.segments.lock();
        segments.0.last().cloned().unwrap_or_else(|| Segment::new(SegmentName::default(), &self.prefix))
    }
}

fn answer(group: Vec<Waiting>, written: Result<u64>) {
    match written {
        Ok(mut first) => {
            for Waiting { records, reply } in group {
                let next = first + records as u64;
                reply.send(Ok(first..next)).ok();
                first = next;
            }
        }
        Err(error) => {
            tracing::error!(%error, appends = group.len(), "the log could not be written");
            for Waiting { reply, .. } in group {
                reply.send(Err(error.clone())).ok();
            }
        }
    }
}
