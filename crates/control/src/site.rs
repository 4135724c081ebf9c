//! Sites and their versions.
//!
//! A layout change is a dated plan *within* a definition; a version is who said what, when.

use model::journey::Fault;
use model::place::Site;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::entity::site_version::Entity as Table;
use crate::entity::{place_forecast, place_salt, sensor};
use crate::error::{Error, Result};
use crate::limits::{SITE_BYTES_MAX, SITES_MAX};
use crate::store::Control;
use crate::versions::{self, Row, SaveInfo, SavedVersion, VersionInfo};
use crate::{history, workspace};

/// A site as it was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredSite {
    pub site: Site,
    pub version: u32,
    pub saved_at_us: i64,
    pub by: String,
    pub note: Option<String>,
}

impl Control {
    /// Saves a site. Changed content becomes the next version; the newest version's content again changes nothing.
    ///
    /// # Errors
    /// [`Error::SiteFaults`] if the definition has any; [`Error::Changed`]; or no such workspace.
    pub async fn save_site(&self, workspace: &str, site: &Site, info: SaveInfo) -> Result<SavedVersion> {
        let content = checked_content(site)?;
        history::check(&info)?;
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        let newest = versions::at::<Table>(&transaction.db, workspace, &site.id, None).await?;
        let found = newest.as_ref().map_or(0, |row| row.version);
        if newest.is_some_and(|row| row.content == content) {
            return Ok(SavedVersion { version: found, created: false });
        }
        versions::expect::<Table>(&site.id, &info, found)?;
        let all = versions::newest_of_all::<Table>(&transaction.db, workspace).await?;
        if found == 0 && all.len() as u64 >= SITES_MAX {
            return Err(Error::Full { what: "sites of a workspace", max: SITES_MAX });
        }
        let taken = all.into_values().filter(|row| row.id != site.id).map(stored).collect::<Result<Vec<_>>>()?;
        check_apart(site, taken.iter().map(|stored| &stored.site))?;
        let new = (site.id.as_str(), content);
        let saved = versions::insert::<Table>(&transaction.db, workspace, new, found, info).await?;
        transaction.commit().await?;
        Ok(saved)
    }

    /// Deletes a site with all its versions, its sensors, its salts and its kept forecasts. What was seen there lies in the lake and is
    /// the caller's.
    ///
    /// # Errors
    /// No such site.
    pub async fn delete_site(&self, workspace: &str, id: &str) -> Result<()> {
        let transaction = self.write().await?;
        if versions::delete::<Table>(&transaction.db, workspace, id).await? == 0 {
            return Err(Error::NotFound { what: "site", id: id.to_owned() });
        }
        sensor::Entity::delete_many()
            .filter(sensor::Column::WorkspaceId.eq(workspace))
            .filter(sensor::Column::SiteId.eq(id))
            .exec(&transaction.db)
            .await?;
        place_salt::Entity::delete_many()
            .filter(place_salt::Column::WorkspaceId.eq(workspace))
            .filter(place_salt::Column::SiteId.eq(id))
            .exec(&transaction.db)
            .await?;
        place_forecast::Entity::delete_many()
            .filter(place_forecast::Column::WorkspaceId.eq(workspace))
            .filter(place_forecast::Column::SiteId.eq(id))
            .exec(&transaction.db)
            .await?;
        transaction.commit().await
    }

    /// The sites of a workspace at their newest versions, by key. Empty also if there is no such workspace.
    ///
    /// # Errors
    /// If the database fails or a definition in it cannot be read.
    pub async fn sites(&self, workspace: &str) -> Result<Vec<StoredSite>> {
        let rows = versions::newest_of_all::<Table>(self.reader(), workspace).await?;
        rows.into_values().map(stored).collect()
    }

    /// A site at a version, or at its newest.
    ///
    /// # Errors
    /// If the database fails or the definition in it cannot be read.
    pub async fn site(&self, workspace: &str, id: &str, version: Option<u32>) -> Result<Option<StoredSite>> {
        versions::at::<Table>(self.reader(), workspace, id, version).await?.map(stored).transpose()
    }

    /// Every version of a site, newest first. Empty if there is no such site.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn site_versions(&self, workspace: &str, id: &str) -> Result<Vec<VersionInfo>> {
        versions::history::<Table>(self.reader(), workspace, id).await
    }
}

/// The stored form of a site without faults.
fn checked_content(site: &Site) -> Result<String> {
    let faults = site.faults();
    if !faults.is_empty() {
        return Err(Error::SiteFaults { site: site.id.clone(), faults });
    }
    versions::content::<Table>(site, SITE_BYTES_MAX)
}

/// What an event calls its site means one.
fn check_apart<'a>(site: &Site, others: impl Iterator<Item = &'a Site>) -> Result<()> {
    for other in others {
        let names = std::iter::once(&site.id).chain(&site.known_as);
        let Some((at, name)) = names.enumerate().find(|(_, name)| other.is_called(name)) else { continue };
        let path = if at == 0 { "id".to_owned() } else { format!("known_as[{}]", at - 1) };
        let fault = Fault::new(path, format!("site `{}` is known as `{name}` already", other.id));
        return Err(Error::SiteFaults { site: site.id.clone(), faults: vec![fault] });
    }
    Ok(())
}

fn stored(row: Row) -> Result<StoredSite> {
    let site = row.definition::<Table, _>()?;
    let Row { version, saved_at_us, by, note, .. } = row;
    Ok(StoredSite { site, version, saved_at_us, by, note })
}
