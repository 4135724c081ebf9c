//! Checksums of data files, block by block, so that a changed bit is told and not taken for a number.
//!
//! They lie beside each data file of every table, under `_throughline/`, written and made durable with it. Whatever is read
//! of a file is read in whole blocks, and each is checked each time: that costs a fraction of decoding them. What nobody
//! reads is not looked at, so a question that does not need a damaged block is answered. A file without checksums, of an
//! earlier release, is read as it is; it gets some when it is next merged. Not here: what becomes of a damaged file.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parking_lot::Mutex;
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};

/// What a file of checksums ends with after the name of its data file.
pub(crate) const SUFFIX: &str = ".sum";

/// Bytes of a block: what is read too much at either end stays small beside a page of a column.
const BLOCK_BYTES: u64 = 32 * 1024;

/// Begins a file. Stored format: a change needs another.
const MAGIC: [u8; 4] = *b"TLs1";

/// The checksums (xxh3) of one data file's blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sums {
    /// Of the data file.
    bytes: u64,
    blocks: Vec<u64>,
}

/// The files in which damage was met. Clones are one: whoever opens a lake again gives it what the last one met.
#[derive(Debug, Clone, Default)]
pub struct DamagedFiles(Arc<Mutex<BTreeSet<String>>>);

impl DamagedFiles {
    pub(crate) fn note(&self, path: &Path) {
        self.0.lock().extend(path.filename().map(str::to_owned));
    }

    /// Their names, without folder.
    pub fn names(&self) -> Vec<String> {
        self.0.lock().iter().cloned().collect()
    }
}

/// Where the checksums of a data file lie.
pub(crate) fn sums_path(file: &Path) -> Path {
    let (folder, name) = file.as_ref().rsplit_once('/').unwrap_or(("", file.as_ref()));
    Path::from(format!("{folder}/_throughline/{name}{SUFFIX}"))
}

impl Sums {
    pub(crate) fn of(bytes: &[u8]) -> Sums {
        Sums { bytes: bytes.len() as u64, blocks: bytes.chunks(BLOCK_BYTES as usize).map(xxh3_64).collect() }
    }

    /// Those of the data file `file`, of `bytes` bytes. None: it has none that can be used.
    ///
    /// # Errors
    /// If it cannot be told.
    pub(crate) async fn read(store: &Arc<dyn ObjectStore>, file: &Path, bytes: u64) -> Result<Option<Sums>> {
        let path = sums_path(file);
        let stored = match store.get(&path).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let sums = Sums::decode(&stored).filter(|sums| sums.bytes == bytes);
        if sums.is_none() {
            tracing::warn!(%path, "the checksums of a data file are damaged, it is read without them");
        }
        Ok(sums)
    }

    /// The blocks in which these bytes lie.
    pub(crate) fn widen(&self, range: &Range<u64>) -> Range<u64> {
        let end = range.end.div_ceil(BLOCK_BYTES).saturating_mul(BLOCK_BYTES).min(self.bytes).max(range.end);
        (range.start / BLOCK_BYTES * BLOCK_BYTES).min(range.start)..end
    }

    /// The bytes `range` of whole blocks that begin at `start`, once those are checked.
    ///
    /// # Errors
    /// [`Error::DamagedFile`] of `file`.
    pub(crate) fn checked(&self, file: &Path, start: u64, blocks: Bytes, range: &Range<u64>) -> Result<Bytes> {
        let first = (start / BLOCK_BYTES) as usize;
        for (at, block) in blocks.chunks(BLOCK_BYTES as usize).enumerate() {
            if self.blocks.get(first + at) != Some(&xxh3_64(block)) {
                let offset = start + at as u64 * BLOCK_BYTES;
                return Err(Error::DamagedFile { file: file.to_string(), offset });
            }
        }
        let within = (range.start - start) as usize..(range.end - start) as usize;
        if within.end > blocks.len() {
            return Err(Error::DamagedFile { file: file.to_string(), offset: start + blocks.len() as u64 });
        }
        Ok(blocks.slice(within))
    }

    /// Magic · bytes of the data file u64 · sum of each block u64 · checksum of all before it. Little endian.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(20 + 8 * self.blocks.len());
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&self.bytes.to_le_bytes());
        self.blocks.iter().for_each(|sum| bytes.extend_from_slice(&sum.to_le_bytes()));
        let sum = xxh3_64(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// None if the bytes are damaged.
    fn decode(stored: &[u8]) -> Option<Sums> {
        let (body, sum) = stored.split_last_chunk::<8>()?;
        if xxh3_64(body) != u64::from_le_bytes(*sum) {
            return None;
        }
        let (bytes, blocks) = body.strip_prefix(&MAGIC)?.split_first_chunk::<8>()?;
        let (blocks, rest) = blocks.as_chunks::<8>();
        let sums = Sums {
            bytes: u64::from_le_bytes(*bytes),
            blocks: blocks.iter().map(|sum| u64::from_le_bytes(*sum)).collect(),
        };
        (rest.is_empty() && sums.blocks.len() as u64 == sums.bytes.div_ceil(BLOCK_BYTES)).then_some(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_bit_of_what_is_read_is_told_and_nothing_else() {
        let len = 3 * BLOCK_BYTES as usize + 17;
        let whole: Vec<u8> = (0..len).map(|at| (at * 31 % 251) as u8).collect();
        let sums = Sums::decode(&Sums::of(&whole).encode()).unwrap();
        let file = Path::from("events/part-1.parquet");
        assert_eq!(sums_path(&file).as_ref(), "events/_throughline/part-1.parquet.sum");
        let read = |bytes: &[u8], range: Range<u64>| {
            let wide = sums.widen(&range);
            let blocks = Bytes::copy_from_slice(&bytes[wide.start as usize..wide.end as usize]);
            sums.checked(&file, wide.start, blocks, &range)
        };
        let block = BLOCK_BYTES;
        for range in [0..1, 0..len as u64, block - 1..block + 1, 3 * block..len as u64, len as u64 - 1..len as u64] {
            assert_eq!(read(&whole, range.clone()).unwrap(), whole[range.start as usize..range.end as usize]);
        }
        for at in [0, block - 1, block, 2 * block + 5, len as u64 - 1] {
            let mut damaged = whole.clone();
            damaged[at as usize] ^= 0x10;
            let error = read(&damaged, at..at + 1).unwrap_err();
            assert!(matches!(error, Error::DamagedFile { offset, .. } if offset == at / block * block), "{error}");
            let other = (at + 2 * block) % (3 * block);
            assert!(other / block == at / block || read(&damaged, other..other + 1).is_ok());
        }
        let stored = Sums::of(&whole).encode();
        for at in 0..stored.len() {
            let mut damaged = stored.clone();
            damaged[at] ^= 1;
            assert_eq!(Sums::decode(&damaged), None);
        }
    }
}
