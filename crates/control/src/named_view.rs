//! Named views: the list of a workspace, and what is pinned to a journey's map.

use model::named_view::{KeptNamedView, NamedView};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;

use crate::entity::{named_view, view};
use crate::error::{Error, Result};
use crate::history as acts;
use crate::journey;
use crate::limits::{NAMED_VIEWS_MAX, PINS_MAX, VIEW_BYTES_MAX};
use crate::store::Control;
use crate::versions::{SaveInfo, stored_number};
use crate::workspace;

impl Control {
    /// Gives a stored view a name, and a place if it has one.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, also if the view, the journey or its place is not there; no such workspace;
    /// [`Error::Full`].
    pub async fn create_named_view(&self, workspace: &str, new: &NamedView, info: SaveInfo) -> Result<KeptNamedView> {
        acts::check(&info)?;
        let content = checked_content(new)?;
        let transaction = self.write().await?;
        let db = &transaction.db;
        workspace::require(db, workspace).await?;
        let kind = kind_of(db, workspace, &new.view).await?;
        check_place(db, workspace, None, new).await?;
        if all_of(workspace).count(db).await? >= NAMED_VIEWS_MAX {
            return Err(Error::Full { what: "named views of a workspace", max: NAMED_VIEWS_MAX });
        }
        let SaveInfo { at_us, by, .. } = info;
        let row = named_view::ActiveModel {
            id: NotSet,
            workspace_id: Set(workspace.to_owned()),
            journey_id: Set(new.place.as_ref().map(|place| place.journey.clone())),
            content: Set(content),
            kind: Set(kind.clone()),
            version: Set(1),
            created_at_us: Set(at_us),
            created_by: Set(by.clone()),
            changed_at_us: Set(at_us),
            changed_by: Set(by.clone()),
        };
        let id = named_view::Entity::insert(row).exec(db).await?.last_insert_id;
        transaction.commit().await?;
        Ok(KeptNamedView {
            id,
            named: new.clone(),
            kind,
            version: 1,
            created_at_us: at_us,
            created_by: by.clone(),
            changed_at_us: at_us,
            changed_by: by,
        })
    }

    /// Changes a named view, all its fields at once: renames, pins, moves, unpins. The same again changes nothing,
    /// whatever version was expected, so that it may be repeated.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, [`Error::Changed`], or no such view.
    pub async fn change_named_view(
        &self,
        workspace: &str,
        id: i64,
        next: &NamedView,
        info: SaveInfo,
    ) -> Result<KeptNamedView> {
        acts::check(&info)?;
        let content = checked_content(next)?;
        let transaction = self.write().await?;
        let db = &transaction.db;
        let Some(row) = find(workspace, id).one(db).await? else { return Err(missing(id)) };
        let mut kept = read(&row)?;
        if kept.named == *next {
            return Ok(kept);
        }
        if let Some(expected) = info.expected_version.filter(|expected| *expected != kept.version) {
            return Err(Error::Changed { what: "named view", id: id.to_string(), expected, found: kept.version });
        }
        kept.kind = kind_of(db, workspace, &next.view).await?;
        check_place(db, workspace, Some(&kept.named), next).await?;
        kept.named = next.clone();
        kept.version += 1;
        (kept.changed_at_us, kept.changed_by) = (info.at_us, info.by);
        let mut row = row.into_active_model();
        row.journey_id = Set(next.place.as_ref().map(|place| place.journey.clone()));
        row.content = Set(content);
        row.kind = Set(kept.kind.clone());
        row.version = Set(stored_number(kept.version));
        row.changed_at_us = Set(kept.changed_at_us);
        row.changed_by = Set(kept.changed_by.clone());
        row.update(db).await?;
        transaction.commit().await?;
        Ok(kept)
    }

    /// The named views of a workspace, the newest first; of a journey: those pinned to its map, in the order they came.
    ///
    /// # Errors
    /// If the database fails or a view in it cannot be read.
    pub async fn named_views(&self, workspace: &str, journey: Option<&str>) -> Result<Vec<KeptNamedView>> {
        let query = match journey {
            Some(journey) => {
                all_of(workspace).filter(named_view::Column::JourneyId.eq(journey)).order_by_asc(named_view::Column::Id)
            }
            None => all_of(workspace).order_by_desc(named_view::Column::Id),
        };
        query.limit(NAMED_VIEWS_MAX).all(self.reader()).await?.iter().map(read).collect()
    }

    /// One named view.
    ///
    /// # Errors
    /// If the database fails or the view in it cannot be read.
    pub async fn named_view(&self, workspace: &str, id: i64) -> Result<Option<KeptNamedView>> {
        find(workspace, id).one(self.reader()).await?.as_ref().map(read).transpose()
    }

    /// Takes the name away, and with it the pin; the stored view stays at its address. `false` if there was none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_named_view(&self, workspace: &str, id: i64) -> Result<bool> {
        let transaction = self.write().await?;
        let deleted = named_view::Entity::delete_many()
            .filter(named_view::Column::WorkspaceId.eq(workspace))
            .filter(named_view::Column::Id.eq(id))
            .exec(&transaction.db)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected > 0)
    }
}

fn checked_content(named: &NamedView) -> Result<String> {
    if let Some(fault) = named.faults().into_iter().next() {
        return Err(Error::invalid(fault.path, fault.message));
    }
    let content = serde_json::to_string(named).map_err(|error| Error::invalid("named", error.to_string()))?;
    if content.len() > VIEW_BYTES_MAX {
        return Err(Error::invalid("named", format!("{} bytes; at most {VIEW_BYTES_MAX}", content.len())));
    }
    Ok(content)
}

/// What page the stored view is of. Fails if there is no such view.
async fn kind_of(db: &impl ConnectionTrait, workspace: &str, hash: &str) -> Result<String> {
    let kept = view::Entity::find_by_id((workspace.to_owned(), hash.to_owned())).one(db).await?;
    let kept =
        kept.ok_or_else(|| Error::invalid("view", format!("there is no stored view `{hash}`; store it first")))?;
    let content: Value =
        serde_json::from_str(&kept.content).map_err(|error| Error::corrupt(format!("view `{hash}`"), error))?;
    let word = |name: &str| content.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(word("kind").or_else(|| word("page")).unwrap_or_else(|| "map".to_owned()))
}

/// Fails unless the place is there, and has room. Where it stood already it may have gone meanwhile.
async fn check_place(
    db: &impl ConnectionTrait,
    workspace: &str,
    before: Option<&NamedView>,
    next: &NamedView,
) -> Result<()> {
    let Some(place) = next.place.as_ref().filter(|place| before.and_then(|kept| kept.place.as_ref()) != Some(place))
    else {
        return Ok(());
    };
    let Some(stored) = journey::newest_journey(db, workspace, &place.journey).await? else {
        return Err(Error::invalid("place.journey", format!("there is no journey `{}`", place.journey)));
    };
    if let Some(fault) = place.missing_in(&stored.journey) {
        return Err(Error::invalid(fault.path, fault.message));
    }
    let is_new_here = before.and_then(|kept| kept.place.as_ref()).is_none_or(|kept| kept.journey != place.journey);
    let pinned = all_of(workspace).filter(named_view::Column::JourneyId.eq(&place.journey)).count(db).await?;
    if is_new_here && pinned >= PINS_MAX {
        return Err(Error::Full { what: "views pinned to a journey's map", max: PINS_MAX });
    }
    Ok(())
}

fn all_of(workspace: &str) -> sea_orm::Select<named_view::Entity> {
    named_view::Entity::find().filter(named_view::Column::WorkspaceId.eq(workspace))
}

fn find(workspace: &str, id: i64) -> sea_orm::Select<named_view::Entity> {
    named_view::Entity::find_by_id(id).filter(named_view::Column::WorkspaceId.eq(workspace))
}

fn missing(id: i64) -> Error {
    Error::NotFound { what: "named view", id: id.to_string() }
}

fn read(row: &named_view::Model) -> Result<KeptNamedView> {
    let corrupt = |reason: String| Error::corrupt(format!("named view {}", row.id), reason);
    Ok(KeptNamedView {
        id: row.id,
        named: serde_json::from_str(&row.content).map_err(|error| corrupt(error.to_string()))?,
        kind: row.kind.clone(),
        version: u32::try_from(row.version).map_err(|error| corrupt(error.to_string()))?,
        created_at_us: row.created_at_us,
        created_by: row.created_by.clone(),
        changed_at_us: row.changed_at_us,
        changed_by: row.changed_by.clone(),
    })
}
