//! Forecasts of layouts, as they were when they were written down.

use model::place::forecast::{KeptForecast, NewForecast};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::entity::place_forecast;
use crate::error::{Error, Result};
use crate::limits::{FORECAST_BYTES_MAX, FORECASTS_MAX};
use crate::store::Control;
use crate::versions::SaveInfo;
use crate::{history, workspace};

impl Control {
    /// Writes a forecast down. There is no changing it.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field; no such workspace; [`Error::Full`].
    pub async fn keep_forecast(&self, workspace: &str, new: &NewForecast, info: SaveInfo) -> Result<KeptForecast> {
        history::check(&info)?;
        if let Some(fault) = new.faults().into_iter().next() {
            return Err(Error::invalid(fault.path, fault.message));
        }
        let content = serde_json::to_string(new).map_err(|error| Error::invalid("forecast", error.to_string()))?;
        if content.len() > FORECAST_BYTES_MAX {
            return Err(Error::invalid("forecast", format!("{} bytes; at most {FORECAST_BYTES_MAX}", content.len())));
        }
        let transaction = self.write().await?;
        let db = &transaction.db;
        workspace::require(db, workspace).await?;
        if of_site(workspace, &new.site).count(db).await? >= FORECASTS_MAX {
            return Err(Error::Full { what: "kept forecasts of a site", max: FORECASTS_MAX });
        }
        let SaveInfo { at_us, by, .. } = info;
        let row = place_forecast::ActiveModel {
            id: NotSet,
            workspace_id: Set(workspace.to_owned()),
            site_id: Set(new.site.clone()),
            content: Set(content),
            created_at_us: Set(at_us),
            created_by: Set(by.clone()),
        };
        let id = place_forecast::Entity::insert(row).exec(db).await?.last_insert_id;
        transaction.commit().await?;
        Ok(KeptForecast { id, forecast: new.clone(), created_at_us: at_us, created_by: by })
    }

    /// The kept forecasts of a site, the newest first.
    ///
    /// # Errors
    /// If the database fails or a forecast in it cannot be read.
    pub async fn kept_forecasts(&self, workspace: &str, site: &str) -> Result<Vec<KeptForecast>> {
        let rows = of_site(workspace, site)
            .order_by_desc(place_forecast::Column::Id)
            .limit(FORECASTS_MAX)
            .all(self.reader())
            .await?;
        rows.into_iter().map(read).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// If the database fails or the forecast in it cannot be read.
    pub async fn kept_forecast(&self, workspace: &str, site: &str, id: i64) -> Result<Option<KeptForecast>> {
        let found = of_site(workspace, site).filter(place_forecast::Column::Id.eq(id)).one(self.reader()).await?;
        found.map(read).transpose()
    }

    /// Forgets it; `false` if there was none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_forecast(&self, workspace: &str, site: &str, id: i64) -> Result<bool> {
        let transaction = self.write().await?;
        let deleted = place_forecast::Entity::delete_many()
            .filter(place_forecast::Column::WorkspaceId.eq(workspace))
            .filter(place_forecast::Column::SiteId.eq(site))
            .filter(place_forecast::Column::Id.eq(id))
            .exec(&transaction.db)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected > 0)
    }
}

fn of_site(workspace: &str, site: &str) -> sea_orm::Select<place_forecast::Entity> {
    place_forecast::Entity::find()
        .filter(place_forecast::Column::WorkspaceId.eq(workspace))
        .filter(place_forecast::Column::SiteId.eq(site))
}

fn read(row: place_forecast::Model) -> Result<KeptForecast> {
    let content = serde_json::from_str(&row.content);
    let forecast = content.map_err(|error| Error::corrupt(format!("forecast {}", row.id), error.to_string()))?;
    Ok(KeptForecast { id: row.id, forecast, created_at_us: row.created_at_us, created_by: row.created_by })
}
