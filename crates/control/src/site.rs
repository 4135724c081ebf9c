//! Sites and their versions.
//!
//! As of segments, a version is never changed: every save of changed content adds one. A layout change is a dated plan
//! *within* a definition; a version is who said what, when.

use std::collections::BTreeMap;

use model::place::Site;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::entity::{place_salt, site_version as version};
use crate::error::{Error, Result};
use crate::history;
use crate::journey::{SaveInfo, VersionInfo, stored_number};
use crate::limits::{SITE_BYTES_MAX, SITES_MAX, VERSIONS_MAX};
use crate::store::Control;
use crate::workspace;

/// A site as it was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredSite {
    pub site: Site,
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

/// What a save led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteVersion {
    /// The newest version now.
    pub version: u32,
    /// Whether this save made it; `false` if the content was the newest version's already.
    pub created: bool,
}

impl Control {
    /// Saves a site. Changed content becomes the next version; the newest version's content again changes nothing.
    ///
    /// # Errors
    /// [`Error::SiteFaults`] if the definition has any; [`Error::Changed`]; or no such workspace.
    pub async fn save_site(&self, workspace: &str, site: &Site, info: SaveInfo) -> Result<SiteVersion> {
        let content = checked_content(site)?;
        history::check(&info)?;
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        let newest = newest(&transaction.db, workspace, &site.id).await?;
        let found = newest.as_ref().map_or(Ok(0), number)?;
        if newest.is_some_and(|row| row.content == content) {
            return Ok(SiteVersion { version: found, created: false });
        }
        if let Some(expected) = info.expected_version.filter(|expected| *expected != found) {
            return Err(Error::Changed { what: "site", id: site.id.clone(), expected, found });
        }
        if found >= VERSIONS_MAX {
            return Err(Error::Full { what: "versions of a site", max: VERSIONS_MAX.into() });
        }
        if found == 0 && newest_of_all(&transaction.db, workspace).await?.len() as u64 >= SITES_MAX {
            return Err(Error::Full { what: "sites of a workspace", max: SITES_MAX });
        }
        let version = found + 1;
        let row = version::ActiveModel {
            workspace_id: Set(workspace.to_owned()),
            site_id: Set(site.id.clone()),
            version: Set(stored_number(version)),
            content: Set(content),
            saved_at_us: Set(info.at_us),
            saved_by: Set(info.by),
            note: Set(info.note),
        };
        version::Entity::insert(row).exec_without_returning(&transaction.db).await?;
        transaction.commit().await?;
        Ok(SiteVersion { version, created: true })
    }

    /// Deletes a site with all its versions and its salts. What was seen there lies in the lake and is the caller's.
    ///
    /// # Errors
    /// No such site.
    pub async fn delete_site(&self, workspace: &str, id: &str) -> Result<()> {
        let transaction = self.write().await?;
        let deleted = version::Entity::delete_many()
            .filter(version::Column::WorkspaceId.eq(workspace))
            .filter(version::Column::SiteId.eq(id))
            .exec(&transaction.db)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(Error::NotFound { what: "site", id: id.to_owned() });
        }
        place_salt::Entity::delete_many()
            .filter(place_salt::Column::WorkspaceId.eq(workspace))
            .filter(place_salt::Column::SiteId.eq(id))
            .exec(&transaction.db)
            .await?;
        transaction.commit().await
    }

    /// The sites of a workspace at their newest versions, by key. Empty also if there is no such workspace.
    ///
    /// # Errors
    /// If the database fails or a definition in it cannot be read.
    pub async fn sites(&self, workspace: &str) -> Result<Vec<StoredSite>> {
        Ok(newest_of_all(self.reader(), workspace).await?.into_values().collect())
    }

    /// A site at a version, or at its newest.
    ///
    /// # Errors
    /// If the database fails or the definition in it cannot be read.
    pub async fn site(&self, workspace: &str, id: &str, version: Option<u32>) -> Result<Option<StoredSite>> {
        let row = match version {
            None => newest(self.reader(), workspace, id).await?,
            Some(version) => {
                let key = (workspace.to_owned(), id.to_owned(), stored_number(version));
                version::Entity::find_by_id(key).one(self.reader()).await?
            }
        };
        row.map(stored).transpose()
    }

    /// Every version of a site, newest first. Empty if there is no such site.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn site_versions(&self, workspace: &str, id: &str) -> Result<Vec<VersionInfo>> {
        let rows = of_site(workspace, id).all(self.reader()).await?;
        let info = |row: version::Model| {
            Ok(VersionInfo { version: number(&row)?, saved_at_us: row.saved_at_us, by: row.saved_by, note: row.note })
        };
        rows.into_iter().map(info).collect()
    }
}

/// The stored form of a site without faults.
fn checked_content(site: &Site) -> Result<String> {
    let faults = site.faults();
    if !faults.is_empty() {
        return Err(Error::SiteFaults { site: site.id.clone(), faults });
    }
    let content = serde_json::to_string(site).map_err(|error| Error::invalid("site", error.to_string()))?;
    if content.len() > SITE_BYTES_MAX {
        return Err(Error::invalid("site", format!("{} bytes; at most {SITE_BYTES_MAX}", content.len())));
    }
    Ok(content)
}

fn of_site(workspace: &str, id: &str) -> sea_orm::Select<version::Entity> {
    version::Entity::find()
        .filter(version::Column::WorkspaceId.eq(workspace))
        .filter(version::Column::SiteId.eq(id))
        .order_by_desc(version::Column::Version)
}

async fn newest(db: &impl ConnectionTrait, workspace: &str, id: &str) -> Result<Option<version::Model>> {
    Ok(of_site(workspace, id).one(db).await?)
}

async fn newest_of_all(db: &impl ConnectionTrait, workspace: &str) -> Result<BTreeMap<String, StoredSite>> {
    let rows = version::Entity::find()
        .filter(version::Column::WorkspaceId.eq(workspace))
        .order_by_asc(version::Column::SiteId)
        .order_by_asc(version::Column::Version)
        .all(db)
        .await?;
    let newest: BTreeMap<String, version::Model> = rows.into_iter().map(|row| (row.site_id.clone(), row)).collect();
    newest.into_iter().map(|(id, row)| Ok((id, stored(row)?))).collect()
}

fn stored(row: version::Model) -> Result<StoredSite> {
    let version = number(&row)?;
    let site = serde_json::from_str(&row.content)
        .map_err(|error| Error::corrupt(format!("version {version} of site `{}`", row.site_id), error))?;
    Ok(StoredSite { site, version, saved_at_us: row.saved_at_us, by: row.saved_by, note: row.note })
}

fn number(row: &version::Model) -> Result<u32> {
    u32::try_from(row.version).map_err(|error| Error::corrupt(format!("a version of site `{}`", row.site_id), error))
}
