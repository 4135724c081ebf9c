//! The ids of what came through the log of late, so that whoever takes messages in knows a copy after a restart too.
//!
//! Two copies of an event with one time are one row for good. Where the time of a copy follows from its arrival it is
//! another row, and only an id that is remembered says that it is one. The log holds the ids of what is not in the tables
//! yet; before a flush lets go of them it writes them to a file in `recent/`, so that an id is always in one of both. Age
//! and number are bounded. Here nothing is held in memory, and nothing is judged.

use object_store::path::Path;
use object_store::{ObjectStoreExt, PutOptions};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};
use crate::lake::Lake;
use crate::limits::{RECENT_AGE_US, RECENT_FILES_MAX, RECENT_IDS_MAX};
use crate::row::Row;
use crate::state::tail_rows;
use crate::storage::{Storage, put_whole};

/// Folder of the files, each named after the first log record that it and those before it do not hold.
pub(crate) const RECENT: &str = "recent";

/// Begins a file. Stored format: a change needs another.
const MAGIC: [u8; 4] = *b"TLr1";

/// The ids of one flush, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Section {
    /// When the last of them came.
    newest_us: i64,
    ids: Vec<i64>,
}

impl Section {
    pub(crate) fn of(rows: &[Row<'_>]) -> Section {
        let newest_us = rows.iter().map(|row| row.received_at_us).max().unwrap_or(i64::MIN);
        Section { newest_us, ids: rows.iter().map(|row| row.event_id).collect() }
    }
}

impl Lake {
    /// The ids of events that came through the log of late, the oldest first: of the last [`RECENT_AGE_US`] at least, but
    /// not more than the last [`RECENT_IDS_MAX`].
    ///
    /// # Errors
    /// If they cannot be read. A damaged file is left out: the memory is shorter by it.
    pub async fn recent_ids(&self) -> Result<Vec<i64>> {
        let inner = &self.inner;
        let (stored, parts) = {
            // No flush moves ids from the one into the other between the two looks.
            let _commit = inner.commit.lock().await;
            inner.catch_up().await?;
            (read_all(&*inner.storage).await?, inner.state.read().tail.clone())
        };
        let tail = Section::of(&tail_rows(&parts)?);
        let sections = stored.into_iter().flat_map(|(_, sections)| sections).chain([tail]);
        let mut ids: Vec<i64> = sections.flat_map(|section| section.ids).collect();
        ids.drain(..ids.len().saturating_sub(RECENT_IDS_MAX));
        Ok(ids)
    }
}

/// Keeps the ids of a flush, durably, before the log lets go of the records below `mark`. Every so often all files become
/// one, without what is too old or too much.
pub(crate) async fn keep(storage: &dyn Storage, mark: u64, section: Section) -> Result<()> {
    let path = path(mark);
    let present = files(storage).await?;
    // One of this name is of a flush whose commit failed, and may hold what others held before.
    let joined = present.len() >= RECENT_FILES_MAX || present.contains(&path);
    let mut sections: Vec<Section> = match joined {
        true => read_all(storage).await?.into_iter().flat_map(|(_, sections)| sections).collect(),
        false => Vec::new(),
    };
    sections.push(section);
    forget(&mut sections);
    put_whole(storage, &path, encode(&sections).into(), PutOptions::default()).await?;
    for old in present.iter().filter(|old| joined && **old != path) {
        // One that stays says what the new one says.
        storage.delete(old).await?;
    }
    Ok(())
}

/// The files of ids, oldest first.
pub(crate) async fn files(storage: &dyn Storage) -> Result<Vec<Path>> {
    Ok(storage.list(&Path::from(RECENT)).await?.into_iter().map(|(path, _)| path).collect())
}

/// Every file with what it holds, oldest first; those that are damaged are left out.
pub(crate) async fn read_all(storage: &dyn Storage) -> Result<Vec<(Path, Vec<Section>)>> {
    let mut all = Vec::new();
    for path in files(storage).await? {
        let bytes = storage.objects().get(&path).await?.bytes().await?;
        match decode(&bytes) {
            Some(sections) => all.push((path, sections)),
            None => tracing::warn!(%path, "a file of recent ids is damaged, copies of what it names are not known"),
        }
    }
    Ok(all)
}

/// Whether a file of recent ids is whole.
///
/// # Errors
/// [`Error::Corrupt`] that names it.
pub(crate) fn check(path: &Path, bytes: &[u8]) -> Result<()> {
    decode(bytes).map(drop).ok_or_else(|| Error::corrupt(path, "its bytes are not those that were written"))
}

/// Leaves out what came too long before the newest, and the oldest where there are too many.
fn forget(sections: &mut Vec<Section>) {
    let newest_us = sections.iter().map(|section| section.newest_us).max().unwrap_or(i64::MIN);
    sections.retain(|section| section.newest_us >= newest_us.saturating_sub(RECENT_AGE_US));
    let mut count: usize = sections.iter().map(|section| section.ids.len()).sum();
    sections.retain(|section| {
        let spare = count - section.ids.len() >= RECENT_IDS_MAX;
        if spare {
            count -= section.ids.len();
        }
        !spare
    });
}

fn path(mark: u64) -> Path {
    Path::from(format!("{RECENT}/{mark:020}.ids"))
}

/// Magic · of each section: newest i64, count u32, ids i64 · checksum (xxh3) of all before it. Little endian.
fn encode(sections: &[Section]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 + sections.iter().map(|section| 12 + 8 * section.ids.len()).sum::<usize>());
    bytes.extend_from_slice(&MAGIC);
    for Section { newest_us, ids } in sections {
        bytes.extend_from_slice(&newest_us.to_le_bytes());
        bytes.extend_from_slice(&(ids.len() as u32).to_le_bytes());
        ids.iter().for_each(|id| bytes.extend_from_slice(&id.to_le_bytes()));
    }
    let sum = xxh3_64(&bytes);
    bytes.extend_from_slice(&sum.to_le_bytes());
    bytes
}

/// None if the bytes are damaged.
fn decode(bytes: &[u8]) -> Option<Vec<Section>> {
    let (body, sum) = bytes.split_last_chunk::<8>()?;
    if xxh3_64(body) != u64::from_le_bytes(*sum) {
        return None;
    }
    let mut rest = body.strip_prefix(&MAGIC)?;
    let mut sections = Vec::new();
    while let Some((newest_us, after)) = rest.split_first_chunk::<8>() {
        let (count, after) = after.split_first_chunk::<4>()?;
        let (ids, after) = after.split_at_checked(u32::from_le_bytes(*count) as usize * 8)?;
        let ids = ids.as_chunks::<8>().0.iter().map(|id| i64::from_le_bytes(*id)).collect();
        sections.push(Section { newest_us: i64::from_le_bytes(*newest_us), ids });
        rest = after;
    }
    rest.is_empty().then_some(sections)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::storage::LocalStorage;

    fn section(newest_us: i64, ids: std::ops::Range<i64>) -> Section {
        Section { newest_us, ids: ids.collect() }
    }

    #[test]
    fn what_is_written_is_read_and_damage_is_known() {
        let sections = [section(5, 0..3), section(i64::MIN, 0..0), section(9, -4..-1)];
        let bytes = encode(&sections);
        assert_eq!(decode(&bytes), Some(sections.to_vec()));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 4;
            assert_eq!(decode(&damaged), None, "byte {at}");
            assert_eq!(decode(&bytes[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn what_is_too_old_or_too_much_is_forgotten() {
        let mut sections = vec![section(0, 0..2), section(1, 2..4), section(RECENT_AGE_US + 1, 4..6)];
        forget(&mut sections);
        assert_eq!(sections, [section(1, 2..4), section(RECENT_AGE_US + 1, 4..6)]);
        let many = RECENT_IDS_MAX as i64;
        let mut sections = vec![section(1, 0..5), section(2, 0..many - 3), section(3, 0..3)];
        forget(&mut sections);
        assert_eq!(sections.iter().map(|section| section.ids.len()).collect::<Vec<_>>(), [RECENT_IDS_MAX - 3, 3]);
    }

    #[tokio::test]
    async fn files_stay_few_and_a_flush_that_is_made_again_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let storage: Arc<dyn Storage> = Arc::new(LocalStorage::create(folder.path()).unwrap());
        let count = 3 * RECENT_FILES_MAX as i64;
        for n in 1..=count {
            keep(&*storage, n as u64, section(n, n..n + 1)).await.unwrap();
            assert!(files(&*storage).await.unwrap().len() <= RECENT_FILES_MAX);
        }
        keep(&*storage, count as u64, section(count, count..count + 2)).await.unwrap();
        let all = read_all(&*storage).await.unwrap();
        let mut ids: Vec<i64> = all.into_iter().flat_map(|(_, it)| it).flat_map(|section| section.ids).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids, (1..=count + 1).collect::<Vec<_>>());
    }
}
