//! The traffic rules of workspaces, and their versions.
//!
//! Version 0 is [`RuleSet::standard`], which every workspace begins with and which is not stored. As of journeys, a
//! version is never changed: every save of changed content adds one.

use model::traffic::RuleSet;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use crate::entity::traffic_version as version;
use crate::error::{Error, Result};
use crate::history;
use crate::limits::{TRAFFIC_BYTES_MAX, VERSIONS_MAX};
use crate::store::Control;
use crate::versions::{SaveInfo, VersionInfo, stored_number};
use crate::workspace;

/// Traffic rules as they were saved, or the standard ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredTraffic {
    pub rules: RuleSet,
    /// 0: the standard rules.
    pub version: u32,
    /// None of the standard rules.
    pub saved: Option<TrafficSaved>,
}

/// When, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficSaved {
    pub at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

/// What a save led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficVersion {
    /// The newest version now.
    pub version: u32,
    /// Whether this save made it; `false` if the rules in force say the same already.
    pub created: bool,
}

impl StoredTraffic {
    fn standard() -> StoredTraffic {
        StoredTraffic { rules: RuleSet::standard(), version: 0, saved: None }
    }
}

impl Control {
    /// Saves the traffic rules of a workspace. Changed content becomes the next version; what is in force again changes
    /// nothing. An old version is restored by saving its content.
    ///
    /// # Errors
    /// [`Error::TrafficFaults`] if the rules have any, [`Error::Changed`], or no such workspace.
    pub async fn save_traffic(&self, workspace: &str, rules: &RuleSet, info: SaveInfo) -> Result<TrafficVersion> {
        let faults = rules.faults();
        if !faults.is_empty() {
            return Err(Error::TrafficFaults { faults });
        }
        let content = serde_json::to_string(rules).map_err(|error| Error::invalid("rules", error.to_string()))?;
        if content.len() > TRAFFIC_BYTES_MAX {
            return Err(Error::invalid("rules", format!("{} bytes; at most {TRAFFIC_BYTES_MAX}", content.len())));
        }
        history::check(&info)?;
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        let now = newest(&transaction.db, workspace).await?;
        if now.rules == *rules {
            return Ok(TrafficVersion { version: now.version, created: false });
        }
        if let Some(expected) = info.expected_version.filter(|expected| *expected != now.version) {
            let id = workspace.to_owned();
            return Err(Error::Changed { what: "the traffic rules of workspace", id, expected, found: now.version });
        }
        if now.version >= VERSIONS_MAX {
            return Err(Error::Full { what: "versions of traffic rules", max: VERSIONS_MAX.into() });
        }
        let version = now.version + 1;
        let row = version::ActiveModel {
            workspace_id: Set(workspace.to_owned()),
            version: Set(stored_number(version)),
            content: Set(content),
            saved_at_us: Set(info.at_us),
            saved_by: Set(info.by),
            note: Set(info.note),
        };
        version::Entity::insert(row).exec_without_returning(&transaction.db).await?;
        transaction.commit().await?;
        Ok(TrafficVersion { version, created: true })
    }

    /// The traffic rules of a workspace at a version, or those in force. Version 0 is always there.
    ///
    /// # Errors
    /// If the database fails or what it holds cannot be read.
    pub async fn traffic(&self, workspace: &str, version: Option<u32>) -> Result<Option<StoredTraffic>> {
        match version {
            None => newest(self.reader(), workspace).await.map(Some),
            Some(0) => Ok(Some(StoredTraffic::standard())),
            Some(version) => {
                let key = (workspace.to_owned(), stored_number(version));
                version::Entity::find_by_id(key).one(self.reader()).await?.map(stored).transpose()
            }
        }
    }

    /// The number of the version in force.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn traffic_version(&self, workspace: &str) -> Result<u32> {
        let newest: Option<i32> = of_workspace(workspace)
            .select_only()
            .column(version::Column::Version)
            .into_tuple()
            .one(self.reader())
            .await?;
        newest.map_or(Ok(0), number)
    }

    /// Every saved version, newest first; the standard rules, version 0, are not listed.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn traffic_versions(&self, workspace: &str) -> Result<Vec<VersionInfo>> {
        let rows = of_workspace(workspace).all(self.reader()).await?;
        let info = |row: version::Model| {
            Ok(VersionInfo {
                version: number(row.version)?,
                saved_at_us: row.saved_at_us,
                by: row.saved_by,
                note: row.note,
            })
        };
        rows.into_iter().map(info).collect()
    }
}

fn of_workspace(workspace: &str) -> sea_orm::Select<version::Entity> {
    version::Entity::find().filter(version::Column::WorkspaceId.eq(workspace)).order_by_desc(version::Column::Version)
}

async fn newest(db: &impl ConnectionTrait, workspace: &str) -> Result<StoredTraffic> {
    of_workspace(workspace).one(db).await?.map_or_else(|| Ok(StoredTraffic::standard()), stored)
}

fn stored(row: version::Model) -> Result<StoredTraffic> {
    let version = number(row.version)?;
    let rules = serde_json::from_str(&row.content)
        .map_err(|error| Error::corrupt(format!("version {version} of traffic rules"), error))?;
    let saved = TrafficSaved { at_us: row.saved_at_us, by: row.saved_by, note: row.note };
    Ok(StoredTraffic { rules, version, saved: Some(saved) })
}

fn number(version: i32) -> Result<u32> {
    u32::try_from(version).map_err(|error| Error::corrupt("a version of traffic rules", error))
}
