//! The bytes of one frame: the records that one fsync makes durable.
//!
//! magic (4) · payload length u32 · first sequence number u64 · records u32 · checksum u64 · payload; the
//! payload is each record's length u32 and bytes. Little endian. The checksum (xxh3) covers the header
//! before it and the payload. Stored format: a change needs another magic.

use bytes::{BufMut, Bytes, BytesMut};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::FRAME_BYTES_MAX;

const MAGIC: [u8; 4] = *b"TLg1";
const CHECKSUM_AT: usize = 20;
pub(super) const HEADER_BYTES: usize = 28;

/// A verified frame that begins at the offset it was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub first_seq: u64,
    pub records: u32,
    /// Header and payload.
    pub bytes: usize,
}

impl Frame {
    pub(super) fn next_seq(&self) -> u64 {
        self.first_seq + u64::from(self.records)
    }
}

/// Bytes these records take as one frame.
pub(super) fn encoded_len(records: &[Bytes]) -> usize {
    HEADER_BYTES + records.iter().map(|record| 4 + record.len()).sum::<usize>()
}

/// The frame of `records`, which together must not exceed [`FRAME_BYTES_MAX`].
pub(super) fn encode<'a>(first_seq: u64, records: impl Iterator<Item = &'a Bytes>) -> Bytes {
    let mut bytes = BytesMut::zeroed(HEADER_BYTES);
    let mut count = 0u32;
    for record in records {
        bytes.put_u32_le(record.len() as u32);
        bytes.put_slice(record);
        count += 1;
    }
    let payload = (bytes.len() - HEADER_BYTES) as u32;
    let mut header = &mut bytes[..CHECKSUM_AT];
    header.put_slice(&MAGIC);
    header.put_u32_le(payload);
    header.put_u64_le(first_seq);
    header.put_u32_le(count);
    let checksum = checksum(&bytes);
    bytes[CHECKSUM_AT..HEADER_BYTES].copy_from_slice(&checksum.to_le_bytes());
    bytes.freeze()
}

/// The frame that begins `bytes`, if a whole and unharmed one does.
pub(super) fn decode(bytes: &[u8]) -> Option<Frame> {
    if bytes.get(..4)? != MAGIC || bytes.len() < HEADER_BYTES {
        return None;
    }
    let payload = read_u32(bytes, 4)? as usize;
    let frame = bytes.get(..HEADER_BYTES.checked_add(payload)?)?;
    if frame.len() > FRAME_BYTES_MAX || checksum(frame) != read_u64(frame, CHECKSUM_AT)? {
        return None;
    }
    Some(Frame { first_seq: read_u64(frame, 8)?, records: read_u32(frame, 16)?, bytes: frame.len() })
}

/// The records of a verified frame, sharing its memory. None if the lengths do not add up.
pub(super) fn records(frame: &Bytes) -> Option<Vec<Bytes>> {
    let count = read_u32(frame, 16)?;
    let mut at = HEADER_BYTES;
    let mut records = Vec::with_capacity(count as usize);
    for _ in 0..count {
        let start = at + 4;
        let end = start.checked_add(read_u32(frame, at)? as usize)?;
        if end > frame.len() {
            return None;
        }
        records.push(frame.slice(start..end));
        at = end;
    }
    (at == frame.len()).then_some(records)
}

/// Where the next whole frame with a number of at least `seq` begins, at or after `from`. For telling a
/// torn tail, which nothing can follow, from damage in the middle.
pub(super) fn find(bytes: &[u8], from: usize, seq: u64) -> Option<usize> {
    let plausible = |at: &usize| decode(&bytes[*at..]).is_some_and(|frame| frame.first_seq >= seq);
    let starts = bytes.get(from..)?.windows(MAGIC.len()).enumerate();
    starts.filter(|(_, window)| *window == MAGIC).map(|(at, _)| from + at).find(plausible)
}

fn checksum(frame: &[u8]) -> u64 {
    xxh3_64_with_seed(&frame[HEADER_BYTES..], xxh3_64(&frame[..CHECKSUM_AT]))
}

fn read_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn read_u64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
