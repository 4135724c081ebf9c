//! Segments and their versions.
//!
//! As of journeys, a version is never changed: every save of changed content adds one. Segments may name each other by
//! key; what is named exists, and no segment rests on itself.

use std::collections::BTreeMap;

use model::journey::Fault;
use model::segment::{Segment, expand};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::entity::segment_version as version;
use crate::error::{Error, Result};
use crate::history;
use crate::journey::{SaveInfo, VersionInfo, stored_number};
use crate::limits::{SEGMENT_BYTES_MAX, SEGMENTS_MAX, VERSIONS_MAX};
use crate::store::Control;
use crate::workspace;

/// A segment as it was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredSegment {
    pub segment: Segment,
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

/// What a save led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentVersion {
    /// The newest version now.
    pub version: u32,
    /// Whether this save made it; `false` if the content was the newest version's already.
    pub created: bool,
}

impl Control {
    /// Saves a segment. Changed content becomes the next version; the newest version's content again changes nothing.
    ///
    /// # Errors
    /// [`Error::SegmentFaults`] if the definition has any, names a segment that is not stored, or rests on itself;
    /// [`Error::Changed`]; or no such workspace.
    pub async fn save_segment(&self, workspace: &str, segment: &Segment, info: SaveInfo) -> Result<SegmentVersion> {
        let content = checked_content(segment)?;
        history::check(&info)?;
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        let mut all = newest_of_all(&transaction.db, workspace).await?;
        let newest = newest(&transaction.db, workspace, &segment.id).await?;
        let found = newest.as_ref().map_or(Ok(0), number)?;
        if newest.is_some_and(|row| row.content == content) {
            return Ok(SegmentVersion { version: found, created: false });
        }
        if let Some(expected) = info.expected_version.filter(|expected| *expected != found) {
            return Err(Error::Changed { what: "segment", id: segment.id.clone(), expected, found });
        }
        if found >= VERSIONS_MAX {
            return Err(Error::Full { what: "versions of a segment", max: VERSIONS_MAX.into() });
        }
        if found == 0 && all.len() as u64 >= SEGMENTS_MAX {
            return Err(Error::Full { what: "segments of a workspace", max: SEGMENTS_MAX });
        }
        let version = found + 1;
        let kept = StoredSegment {
            segment: segment.clone(),
            version,
            saved_at_us: info.at_us,
            by: info.by.clone(),
            note: info.note.clone(),
        };
        all.insert(segment.id.clone(), kept);
        check_names(segment, &all)?;
        let row = version::ActiveModel {
            workspace_id: Set(workspace.to_owned()),
            segment_id: Set(segment.id.clone()),
            version: Set(stored_number(version)),
            content: Set(content),
            saved_at_us: Set(info.at_us),
            saved_by: Set(info.by),
            note: Set(info.note),
        };
        version::Entity::insert(row).exec_without_returning(&transaction.db).await?;
        transaction.commit().await?;
        Ok(SegmentVersion { version, created: true })
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
        version::Entity::delete_many()
            .filter(version::Column::WorkspaceId.eq(workspace))
            .filter(version::Column::SegmentId.eq(id))
            .exec(&transaction.db)
            .await?;
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
        let row = match version {
            None => newest(self.reader(), workspace, id).await?,
            Some(version) => {
                let key = (workspace.to_owned(), id.to_owned(), stored_number(version));
                version::Entity::find_by_id(key).one(self.reader()).await?
            }
        };
        row.map(stored).transpose()
    }

    /// Every version of a segment, newest first. Empty if there is no such segment.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn segment_versions(&self, workspace: &str, id: &str) -> Result<Vec<VersionInfo>> {
        let rows = of_segment(workspace, id).all(self.reader()).await?;
        let info = |row: version::Model| {
            Ok(VersionInfo { version: number(&row)?, saved_at_us: row.saved_at_us, by: row.saved_by, note: row.note })
        };
        rows.into_iter().map(info).collect()
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
    let content = serde_json::to_string(segment).map_err(|error| Error::invalid("segment", error.to_string()))?;
    if content.len() > SEGMENT_BYTES_MAX {
        return Err(Error::invalid("segment", format!("{} bytes; at most {SEGMENT_BYTES_MAX}", content.len())));
    }
    Ok(content)
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

fn of_segment(workspace: &str, id: &str) -> sea_orm::Select<version::Entity> {
    version::Entity::find()
        .filter(version::Column::WorkspaceId.eq(workspace))
        .filter(version::Column::SegmentId.eq(id))
        .order_by_desc(version::Column::Version)
}

async fn newest(db: &impl ConnectionTrait, workspace: &str, id: &str) -> Result<Option<version::Model>> {
    Ok(of_segment(workspace, id).one(db).await?)
}

/// By key. Segments have few versions and are small, so all rows are read and the last of each is kept.
async fn newest_of_all(db: &impl ConnectionTrait, workspace: &str) -> Result<BTreeMap<String, StoredSegment>> {
    let rows = version::Entity::find()
        .filter(version::Column::WorkspaceId.eq(workspace))
        .order_by_asc(version::Column::SegmentId)
        .order_by_asc(version::Column::Version)
        .all(db)
        .await?;
    let newest: BTreeMap<String, version::Model> = rows.into_iter().map(|row| (row.segment_id.clone(), row)).collect();
    newest.into_iter().map(|(id, row)| Ok((id, stored(row)?))).collect()
}

fn stored(row: version::Model) -> Result<StoredSegment> {
    let version = number(&row)?;
    let segment = serde_json::from_str(&row.content)
        .map_err(|error| Error::corrupt(format!("version {version} of segment `{}`", row.segment_id), error))?;
    Ok(StoredSegment { segment, version, saved_at_us: row.saved_at_us, by: row.saved_by, note: row.note })
}

fn number(row: &version::Model) -> Result<u32> {
    u32::try_from(row.version)
        .map_err(|error| Error::corrupt(format!("a version of segment `{}`", row.segment_id), error))
}
