//! Journeys and their versions.

use model::journey::Journey;
use model::lanes::Parent;
use model::text::LocalizedText;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::entity::journey_version::Entity as Table;
use crate::error::{Error, Result};
use crate::limits::{JOURNEY_BYTES_MAX, JOURNEYS_MAX};
use crate::store::Control;
use crate::versions::{self, Row, SaveInfo, SavedVersion, VersionInfo, Versions};
use crate::{hierarchy, history, workspace};

/// A line in the list of journeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneySummary {
    pub id: String,
    pub name: LocalizedText,
    pub description: Option<LocalizedText>,
    /// Number of stages.
    pub stages: usize,
    /// The stage it is the inside of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// The newest version.
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
}

/// A journey as it was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredJourney {
    pub journey: Journey,
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

impl Control {
    /// Saves a journey. Changed content becomes the next version (1, 2, 3 …); the newest version's content again
    /// changes nothing, whatever version was expected, so that a save may be repeated.
    ///
    /// # Errors
    /// [`Error::Faults`] if the definition has any, or its parent is not stored or hangs below it;
    /// [`Error::Changed`]; or no such workspace.
    pub async fn save_journey(&self, workspace: &str, journey: &Journey, info: SaveInfo) -> Result<SavedVersion> {
        let content = checked_content(journey)?;
        history::check(&info)?;
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        let newest = versions::at::<Table>(&transaction.db, workspace, &journey.id, None).await?;
        let found = newest.as_ref().map_or(0, |row| row.version);
        if newest.is_some_and(|row| row.content == content) {
            return Ok(SavedVersion { version: found, created: false });
        }
        hierarchy::check_parent(&transaction.db, workspace, journey).await?;
        versions::expect::<Table>(&journey.id, &info, found)?;
        if found == 0 && first_versions(workspace).count(&transaction.db).await? >= JOURNEYS_MAX {
            return Err(Error::Full { what: "journeys of a workspace", max: JOURNEYS_MAX });
        }
        let new = (journey.id.as_str(), content);
        let saved = versions::insert::<Table>(&transaction.db, workspace, new, found, info).await?;
        transaction.commit().await?;
        Ok(saved)
    }

    /// Saves an old version's content as the next version; nothing that was saved since is lost. `info.note` must say
    /// why.
    ///
    /// # Errors
    /// No such version, a note that says nothing, or as [`Control::save_journey`]: what was right when the version was
    /// saved may not be now.
    pub async fn restore_journey(
        &self,
        workspace: &str,
        id: &str,
        version: u32,
        info: SaveInfo,
    ) -> Result<SavedVersion> {
        if info.note.as_deref().is_none_or(|note| note.trim().is_empty()) {
            return Err(Error::invalid("note", format!("say why version {version} is restored")));
        }
        let Some(old) = self.journey(workspace, id, Some(version)).await? else {
            return Err(Error::NotFound { what: "version", id: format!("{id} {version}") });
        };
        self.save_journey(workspace, &old.journey, info).await
    }

    /// The journeys of a workspace at their newest versions, by key. Empty also if there is no such workspace.
    ///
    /// # Errors
    /// If the database fails or a definition in it cannot be read.
    pub async fn journeys(&self, workspace: &str) -> Result<Vec<JourneySummary>> {
        let rows = versions::newest_of_all::<Table>(self.reader(), workspace).await?;
        rows.into_values()
            .map(|row| {
                let stored = stored(row)?;
                Ok(JourneySummary {
                    stages: stored.journey.stages.len(),
                    parent: stored.journey.parent,
                    id: stored.journey.id,
                    name: stored.journey.name,
                    description: stored.journey.description,
                    version: stored.version,
                    saved_at_us: stored.saved_at_us,
                    by: stored.by,
                })
            })
            .collect()
    }

    /// A journey at a version, or at its newest.
    ///
    /// # Errors
    /// If the database fails or the definition in it cannot be read.
    pub async fn journey(&self, workspace: &str, id: &str, version: Option<u32>) -> Result<Option<StoredJourney>> {
        versions::at::<Table>(self.reader(), workspace, id, version).await?.map(stored).transpose()
    }

    /// Every version of a journey, newest first. Empty if there is no such journey.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn journey_versions(&self, workspace: &str, id: &str) -> Result<Vec<VersionInfo>> {
        versions::history::<Table>(self.reader(), workspace, id).await
    }
}

/// The stored form of a journey without faults.
fn checked_content(journey: &Journey) -> Result<String> {
    let faults = journey.faults();
    if !faults.is_empty() {
        return Err(Error::Faults { journey: journey.id.clone(), faults });
    }
    versions::content::<Table>(journey, JOURNEY_BYTES_MAX)
}

/// One row per journey.
fn first_versions(workspace: &str) -> sea_orm::Select<Table> {
    Table::find().filter(Table::WORKSPACE.eq(workspace)).filter(Table::VERSION.eq(1))
}

pub(crate) async fn newest_journey(
    db: &impl ConnectionTrait,
    workspace: &str,
    id: &str,
) -> Result<Option<StoredJourney>> {
    versions::at::<Table>(db, workspace, id, None).await?.map(stored).transpose()
}

pub(crate) async fn has_version(db: &impl ConnectionTrait, workspace: &str, id: &str, number: u32) -> Result<bool> {
    Ok(versions::at::<Table>(db, workspace, id, Some(number)).await?.is_some())
}

fn stored(row: Row) -> Result<StoredJourney> {
    let journey = row.definition::<Table, _>()?;
    let Row { version, saved_at_us, by, note, .. } = row;
    Ok(StoredJourney { journey, version, saved_at_us, by, note })
}
