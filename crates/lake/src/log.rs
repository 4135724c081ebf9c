//! The durable log: what was acknowledged survives, whatever happens next.
//!
//! Records get consecutive sequence numbers from 0. They lie in segment files named after their first
//! number, in frames with a checksum; one frame is what one fsync made durable, so concurrent appends
//! share it (group commit), and an append is there whole or not at all. One task writes. After a failed
//! fsync nothing more is written to that segment, because the kernel may have dropped the pages and call
//! the next fsync a success. A reader in another process sees whole frames only.
//!
//! Not here: what records mean, and when they have moved into the tables (the lake calls
//! [`Log::release_through`]).

mod frame;
mod reader;
mod recovery;
mod segments;
mod writer;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use parking_lot::Mutex;
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::error::{Error, Result};
use crate::storage::Storage;

pub use reader::LogReader;
use segments::Segments;
use writer::{Command, Writer};

/// Largest frame, so the largest append, in bytes: a few events of the largest size a door lets in.
pub const FRAME_BYTES_MAX: usize = 32 << 20;

/// Appends that may wait for the writer.
const QUEUE_MAX: usize = 1024;

/// Bytes that may wait for the writer, in KiB: two frames, one being written and one being filled.
const QUEUE_KIB_MAX: u32 = (2 * FRAME_BYTES_MAX / 1024) as u32;

/// How a log is kept.
#[derive(Debug, Clone)]
pub struct LogOptions {
    /// A segment takes no new frame once it holds this many bytes.
    pub segment_bytes: u64,
    /// First sequence number of a log that has no segment. A log that ends before it has lost records
    /// that the tables know of, which is an error.
    pub start_seq: u64,
}

impl Default for LogOptions {
    fn default() -> Self {
        // Large enough to be rare files, small enough to be read again at every open.
        Self { segment_bytes: 16 << 20, start_seq: 0 }
    }
}

/// The writing side; one per log at a time. Dropping it ends its task once the queue is empty.
#[derive(Debug)]
pub struct Log {
    storage: Arc<dyn Storage>,
    commands: mpsc::Sender<Command>,
    queue_kib: Arc<Semaphore>,
    segments: Arc<Mutex<Segments>>,
    task: tokio::task::JoinHandle<()>,
}

impl Log {
    /// Opens the log in the folder `prefix`, or makes an empty one. Every record left is verified, a
    /// torn tail (an append that was never acknowledged) is left out, and what is left is made durable.
    /// Damage anywhere else is an error, never skipped.
    pub async fn open(storage: Arc<dyn Storage>, prefix: Path) -> Result<Log> {
        Self::open_with(storage, prefix, LogOptions::default()).await
    }

    /// As [`Log::open`] with other options. Must be called in a tokio runtime, which runs the writer.
    pub async fn open_with(storage: Arc<dyn Storage>, prefix: Path, options: LogOptions) -> Result<Log> {
        let segments = Arc::new(Mutex::new(Segments::default()));
        let writer = Writer::open(Arc::clone(&storage), prefix, options, Arc::clone(&segments)).await?;
        let (commands, queue) = mpsc::channel(QUEUE_MAX);
        let task = tokio::spawn(writer.run(queue));
        Ok(Log { storage, commands, queue_kib: Arc::new(Semaphore::new(QUEUE_KIB_MAX as usize)), segments, task })
    }

    /// Adds records, all or none, and returns their sequence numbers once they are durable. Waits while
    /// the queue is full. After an error the records are not in the log unless the process ends before
    /// the writer could take them back: append them again, their ids drop the double.
    pub async fn append(&self, records: Vec<Bytes>) -> Result<Range<u64>> {
        if records.is_empty() {
            let next = self.next_seq();
            return Ok(next..next);
        }
        let bytes = frame::encoded_len(&records);
        if bytes > FRAME_BYTES_MAX {
            let (got, limit) = (bytes as u64, FRAME_BYTES_MAX as u64);
            return Err(Error::Limit { what: "size of one append in bytes", got, limit });
        }
        let kib = u32::try_from(bytes / 1024 + 1).unwrap_or(QUEUE_KIB_MAX);
        let queued = Arc::clone(&self.queue_kib).acquire_many_owned(kib).await.map_err(|_| stopped())?;
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Append { records, queued, reply }).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    /// The durable records from `seq` on, in order. [`Error::Released`] if `seq` was released.
    pub async fn read_from(&self, seq: u64) -> Result<Vec<(u64, Bytes)>> {
        let segments = self.segments.lock().clone();
        match segments.read_from(&*self.storage, seq).await {
            // Released between the two lines above? The present list says so.
            Err(Error::Io { .. }) => {
                let segments = self.segments.lock().clone();
                segments.read_from(&*self.storage, seq).await
            }
            result => result,
        }
    }

    /// Forgets records up to and including `seq`, which the caller has made durable elsewhere. Deletes
    /// whole segments only, oldest first, each deletion durable before the next; later records stay
    /// readable, and so may some of the earlier ones.
    pub async fn release_through(&self, seq: u64) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Release { seq, reply }).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    /// The number the next record will get; all below are durable.
    pub fn next_seq(&self) -> u64 {
        self.segments.lock().next_seq()
    }

    /// The smallest number that can still be read.
    pub fn first_seq(&self) -> u64 {
        self.segments.lock().first_seq()
    }

    /// Bytes in all segments.
    pub fn bytes(&self) -> u64 {
        self.segments.lock().bytes()
    }

    /// Waits for appends under way and ends the writer.
    pub async fn close(self) {
        drop(self.commands);
        // The task neither panics nor is cancelled but by the end of the runtime, when nothing waits.
        self.task.await.ok();
    }
}

fn stopped() -> Error {
    Error::LogStopped { reason: "its writer has ended".to_owned() }
}
