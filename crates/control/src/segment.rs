//! Segments and their versions.
//!
//! Segments may name each other by key; what is named exists, and no segment rests on itself.

use std::collections::BTreeMap;

use model::journey::Fault;
use model::segment::{Segment, expand};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::entity::segment_version::Entity as Table;
use crate::error::{Error, Result};
use crate::limits::{SEGMENT_BYTES_MAX, SEGMENTS_MAX};
use crate::store::Control;
use crate::versions::{self, Row, SaveInfo, SavedVersion, VersionInfo};
use crate::{history, workspace};

/// A segment as it was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredSegment {
    pub segment: Segment,
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

impl Control {
    /// Saves a segment. Changed content becomes the next version; the newest version's content again changes nothing.
    ///
    /// # Errors
    /// [`Error::SegmentFaults`] if the definition has any, names a segment that is not stored, or rests on itself;
    /// [`Error::Changed`]; or no such workspace.
    pub async fn save_segment(&self, workspace: &str, segment: &Segment, info: SaveInfo) -> Result<SavedVersion> {
        let content = checked_content(segment)?;
        history::check(&info)?;
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        let mut all = newest_of_all(&transaction.db, workspace).await?;
        let newest = versions::at::<Table>(&transaction.db, workspace, &segment.id, None).await?;
        let found = newest.as_ref().map_or(0, |row| row.version);
        if newest.is_some_and(|row| row.content == content) {
            return Ok(SavedVersion { version: found, created: false });
        }
        versions::expect::<Table>(&segment.id, &info, found)?;
        if found == 0 && all.len() as u64 >= SEGMENTS_MAX {
            return Err(Error::Full { what: "segments of a workspace", max: SEGMENTS_MAX });
        }
        let kept = StoredSegment {
            segment: segment.clone(),
            version: found + 1,
            saved_at_us: info.at_us,
            by: info.by.clone(),
            note: info.note.clone(),
        };
        all.insert(segment.id.clone(), kept);
        check_names(segment, &all)?;
        let new = (segment.id.as_str(), content);
        let saved = versions::insert::<Table>(&transaction.db, workspace, new, found, info).await?;
        transaction.commit().await?;
        Ok(saved)
    }

    /// Deletes a segment with all its versions.
    ///
    /// # Errors
    /// No such segment, or another that names it.
    pub async fn delete_segment(&self, workspace: &str, id: &str) -> Result<()> {
        let transaction = self.write().await?;
        let all = newest_of_all(&transaction.db, workspace).await?;
        if !all.contains_key(id) {
            return Err(Error::NotFound { what: "segment", id: id.to_owned() });
        }
        if let Some(user) = all.values().find(|stored| stored.segment.who.segments().contains(&id)) {
            let what = format!("segment `{}` rests on it; change or delete that one first", user.segment.id);
            return Err(Error::invalid(format!("segment `{id}`"), what));
        }
        versions::delete::<Table>(&transaction.db, workspace, id).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The segments of a workspace at their newest versions, by key. Empty also if there is no such workspace.
    ///
    /// # Errors
    /// If the database fails or a definition in it cannot be read.
    pub async fn segments(&self, workspace: &str) -> Result<Vec<StoredSegment>> {
        Ok(newest_of_all(self.reader(), workspace).await?.into_values().collect())
    }

    /// A segment at a version, or at its newest.
    ///
    /// # Errors
    /// If the database fails or the definition in it cannot be read.
    pub async fn segment(&self, workspace: &str, id: &str, version: Option<u32>) -> Result<Option<StoredSegment>> {
        versions::at::<Table>(self.reader(), workspace, id, version).await?.map(stored).transpose()
    }

    /// Every version of a segment, newest first. Empty if there is no such segment.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn segment_versions(&self, workspace: &str, id: &str) -> Result<Vec<VersionInfo>> {
        versions::history::<Table>(self.reader(), workspace, id).await
    }
}

/// The stored form of a segment without faults.
fn checked_content(segment: &Segment) -> Result<String> {
    let mut faults = segment.faults();
    // Boundaries are of a moment and a population, a definition is not.
    if segment.who.clone().rfm_mut().iter().any(|test| test.edges.is_some()) {
        faults.push(Fault::new("who", "leave `edges` out of the definition: they are computed when it is evaluated"));
    }
    if !faults.is_empty() {
        return Err(Error::SegmentFaults { segment: segment.id.clone(), faults });
    }
    versions::content::<Table>(segment, SEGMENT_BYTES_MAX)
}

/// Fails unless every segment that is named exists, and neither this one nor one that rests on it goes in a circle or
/// grows beyond its limit.
fn check_names(segment: &Segment, all: &BTreeMap<String, StoredSegment>) -> Result<()> {
    let find = |id: &str| all.get(id).map(|stored| &stored.segment);
    let refused = |fault| Error::SegmentFaults { segment: segment.id.clone(), faults: vec![fault] };
    expand(segment, &find).map_err(refused)?;
    for user in all.values().map(|stored| &stored.segment).filter(|user| user.who.segments().contains(&&*segment.id)) {
        expand(user, &find).map_err(|fault| {
            refused(Fault::new("who", format!("segment `{}`, which rests on this one: {}", user.id, fault.message)))
        })?;
    }
    Ok(())
}

async fn newest_of_all(db: &impl ConnectionTrait, workspace: &str) -> Result<BTreeMap<String, StoredSegment>> {
    let rows = versions::newest_of_all::<Table>(db, workspace).await?;
    rows.into_iter().map(|(id, row)| Ok((id, stored(row)?))).collect()
}

fn stored(row: Row) -> Result<StoredSegment> {
    let segment = row.definition::<Table, _>()?;
    let Row { version, saved_at_us, by, note, .. } = row;
    Ok(StoredSegment { segment, version, saved_at_us, by, note })
}
