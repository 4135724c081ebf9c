//! Opening a log to write: finding out what is there after any kind of end.

use object_store::path::Path;

use super::frame;
use super::segments::{Segment, SegmentName, Segments};
use crate::error::Result;
use crate::storage::Storage;

/// What the files of a log hold.
#[derive(Debug, Default)]
pub(super) struct Recovered {
    /// The segments that count, all records verified. The last one may end in a torn frame, which is
    /// left out of `bytes`.
    pub segments: Segments,
    /// Files that do not count: attempts that failed, originals of copies, copies that were cut short.
    pub superseded: Vec<Path>,
    /// Attempts at the first number of the last segment so far.
    pub attempts: u32,
}

/// Verifies every segment. Damage to anything that may have been acknowledged is an error.
pub(super) async fn recover(storage: &dyn Storage, prefix: &Path) -> Result<Recovered> {
    let names = Segments::list(storage, prefix).await?;
    let groups: Vec<&[SegmentName]> = names.chunk_by(|a, b| a.first_seq == b.first_seq).collect();
    let mut recovered = Recovered::default();
    for (index, group) in groups.iter().enumerate() {
        let before_seq = groups.get(index + 1).map(|next| next[0].first_seq);
        let mut found: Option<Segment> = None;
        for name in group.iter().rev() {
            let segment = match &found {
                None => verify(storage, prefix, *name, before_seq).await?,
                Some(_) => Segment::new(*name, prefix),
            };
            if found.is_none() && segment.counts() {
                found = Some(segment);
            } else {
                recovered.superseded.push(segment.file);
            }
        }
        // Before its original is deleted a copy is whole and durable.
        let whole = found.ok_or_else(|| Segment::new(group[0], prefix).corrupt("the log segment is not whole"))?;
        whole.meets(before_seq)?;
        recovered.segments.0.push(whole);
        recovered.attempts = group[group.len() - 1].attempt + 1;
    }
    Ok(recovered)
}

async fn verify(storage: &dyn Storage, prefix: &Path, name: SegmentName, before_seq: Option<u64>) -> Result<Segment> {
    let mut segment = Segment::new(name, prefix);
    let bytes = storage.read(&segment.file, 0).await?;
    let verified = segment.extend(&bytes, before_seq.unwrap_or(u64::MAX));
    // A frame is written only after the one before it was fsynced: a whole frame after a broken one means
    // that the broken one had been acknowledged. In a copy that was cut short it means nothing.
    let last_record_broken = before_seq.is_none() && segment.counts();
    if last_record_broken && frame::find(&bytes, verified, segment.next_seq + 1).is_some() {
        return Err(segment.corrupt(format!("log record {} is broken, later ones are whole", segment.next_seq)));
    }
    Ok(segment)
}

/// Puts a copy in the place of a segment that another process wrote. If an fsync of that process failed,
/// the kernel may have dropped pages that it still shows us, and would call an fsync of ours a success:
/// only bytes that we write ourselves are known to reach the disk.
pub(super) async fn copy(storage: &dyn Storage, prefix: &Path, original: &Segment, attempt: u32) -> Result<Segment> {
    let bytes = storage.read(&original.file, 0).await?;
    let name = SegmentName { first_seq: original.name.first_seq, attempt, reaches: original.next_seq };
    let mut copy = Segment::new(name, prefix);
    copy.extend(&bytes, original.next_seq);
    copy.meets(Some(original.next_seq))?;
    let len = usize::try_from(copy.bytes).unwrap_or(bytes.len());
    storage.append(&copy.file, bytes.slice(..len)).await?;
    storage.sync(std::slice::from_ref(&copy.file)).await?;
    Ok(copy)
}
