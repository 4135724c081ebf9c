//! Journeys and their versions.
//!
//! A version is never changed: every save of changed content adds one, so that a permalink or an answer that names
//! a version means the same for ever.

use model::journey::Journey;
use model::lanes::Parent;
use model::text::LocalizedText;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::entity::journey_version as version;
use crate::error::{Error, Result};
use crate::hierarchy;
use crate::limits::{JOURNEY_BYTES_MAX, JOURNEYS_MAX, VERSIONS_MAX};
use crate::store::Control;
use crate::workspace;

/// The circumstances of a save.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SaveInfo {
    /// UTC microseconds.
    pub at_us: i64,
    /// Who saves: a person's name or the program's.
    pub by: String,
    /// Why.
    pub note: Option<String>,
    /// The version the change was made from; the save fails if another is stored by now. 0: the journey must not
    /// exist yet. None: save over whatever is there.
    pub expected_version: Option<u32>,
}

/// What a save led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyVersion {
    /// The newest version now.
    pub version: u32,
    /// Whether this save made it; `false` if the content was the newest version's already.
    pub created: bool,
}

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

/// A line in a journey's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionInfo {
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
    /// [`Error::VersionConflict`]; or no such workspace.
    pub async fn save_journey(&self, workspace: &str, journey: &Journey, info: SaveInfo) -> Result<JourneyVersion> {
        let content = checked_content(journey)?;
        workspace::check_text("by", &info.by)?;
        workspace::check_text("note", info.note.as_deref().unwrap_or_default())?;

        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        let newest = newest(&transaction.db, workspace, &journey.id).await?;
        let found = newest.as_ref().map_or(Ok(0), number)?;
        if newest.is_some_and(|row| row.content == content) {
            return Ok(JourneyVersion { version: found, created: false });
        }
        hierarchy::check_parent(&transaction.db, workspace, journey).await?;
        if let Some(expected) = info.expected_version.filter(|expected| *expected != found) {
            return Err(Error::VersionConflict { journey: journey.id.clone(), expected, found });
        }
        if found >= VERSIONS_MAX {
            return Err(Error::Full { what: "versions of a journey", max: VERSIONS_MAX.into() });
        }
        if found == 0 && first_versions(workspace).count(&transaction.db).await? >= JOURNEYS_MAX {
            return Err(Error::Full { what: "journeys of a workspace", max: JOURNEYS_MAX });
        }
        let next = found + 1;
        let row = version::ActiveModel {
            workspace_id: Set(workspace.to_owned()),
            journey_id: Set(journey.id.clone()),
            version: Set(stored_number(next)),
            content: Set(content),
            saved_at_us: Set(info.at_us),
            saved_by: Set(info.by),
            note: Set(info.note),
        };
        version::Entity::insert(row).exec_without_returning(&transaction.db).await?;
        transaction.commit().await?;
        Ok(JourneyVersion { version: next, created: true })
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
    ) -> Result<JourneyVersion> {
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
        let newest = Query::select()
            .column(version::Column::JourneyId)
            .expr(Expr::col(version::Column::Version).max())
            .from(version::Entity)
            .and_where(version::Column::WorkspaceId.eq(workspace))
            .group_by_col(version::Column::JourneyId)
            .to_owned();
        let key = Expr::tuple([Expr::col(version::Column::JourneyId), Expr::col(version::Column::Version)]);
        let rows = version::Entity::find()
            .filter(version::Column::WorkspaceId.eq(workspace))
            .filter(key.in_subquery(newest))
            .order_by_asc(version::Column::JourneyId)
            .all(self.reader())
            .await?;
        rows.into_iter()
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
        let row = match version {
            None => newest(self.reader(), workspace, id).await?,
            Some(version) => {
                let key = (workspace.to_owned(), id.to_owned(), stored_number(version));
                version::Entity::find_by_id(key).one(self.reader()).await?
            }
        };
        row.map(stored).transpose()
    }

    /// Every version of a journey, newest first. Empty if there is no such journey.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn journey_versions(&self, workspace: &str, id: &str) -> Result<Vec<VersionInfo>> {
        let rows = of_journey(workspace, id).all(self.reader()).await?;
        rows.into_iter()
            .map(|row| {
                Ok(VersionInfo {
                    version: number(&row)?,
                    saved_at_us: row.saved_at_us,
                    by: row.saved_by,
                    note: row.note,
                })
            })
            .collect()
    }
}

/// The stored form of a journey without faults. Equal journeys have equal forms: fields come in the order of the
/// model, languages in the order of their tags.
fn checked_content(journey: &Journey) -> Result<String> {
    let faults = journey.faults();
    if !faults.is_empty() {
        return Err(Error::Faults { journey: journey.id.clone(), faults });
    }
    let content = serde_json::to_string(journey).map_err(|error| Error::invalid("journey", error.to_string()))?;
    if content.len() > JOURNEY_BYTES_MAX {
        return Err(Error::invalid("journey", format!("{} bytes; at most {JOURNEY_BYTES_MAX}", content.len())));
    }
    Ok(content)
}

fn of_journey(workspace: &str, id: &str) -> sea_orm::Select<version::Entity> {
    version::Entity::find()
        .filter(version::Column::WorkspaceId.eq(workspace))
        .filter(version::Column::JourneyId.eq(id))
        .order_by_desc(version::Column::Version)
}

/// One row per journey.
fn first_versions(workspace: &str) -> sea_orm::Select<version::Entity> {
    version::Entity::find().filter(version::Column::WorkspaceId.eq(workspace)).filter(version::Column::Version.eq(1))
}

pub(crate) async fn newest_journey(
    db: &impl ConnectionTrait,
    workspace: &str,
    id: &str,
) -> Result<Option<StoredJourney>> {
    newest(db, workspace, id).await?.map(stored).transpose()
}

pub(crate) async fn has_version(db: &impl ConnectionTrait, workspace: &str, id: &str, number: u32) -> Result<bool> {
    let key = (workspace.to_owned(), id.to_owned(), stored_number(number));
    Ok(version::Entity::find_by_id(key).one(db).await?.is_some())
}

async fn newest(db: &impl ConnectionTrait, workspace: &str, id: &str) -> Result<Option<version::Model>> {
    Ok(of_journey(workspace, id).one(db).await?)
}

fn stored(row: version::Model) -> Result<StoredJourney> {
    let version = number(&row)?;
    let journey = serde_json::from_str(&row.content)
        .map_err(|error| Error::corrupt(format!("version {version} of journey `{}`", row.journey_id), error))?;
    Ok(StoredJourney { journey, version, saved_at_us: row.saved_at_us, by: row.saved_by, note: row.note })
}

fn number(row: &version::Model) -> Result<u32> {
    u32::try_from(row.version)
        .map_err(|error| Error::corrupt(format!("a version of journey `{}`", row.journey_id), error))
}

/// Versions end far below this; one past the end is simply not found.
pub(crate) fn stored_number(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}
