//! Dated changes: what was changed on which day, and the number that should have moved.

use model::change::{DatedChange, KeptChange};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::entity::{dated_change, proposal};
use crate::error::{Error, Result};
use crate::history as acts;
use crate::journey;
use crate::limits::{CHANGES_MAX, VIEW_BYTES_MAX};
use crate::store::Control;
use crate::versions::{SaveInfo, stored_number};
use crate::workspace;

impl Control {
    /// Writes down that something was changed on a day.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, also if the journey, its stage or the proposal is not there; no such
    /// workspace; [`Error::Full`].
    pub async fn create_dated_change(&self, workspace: &str, new: &DatedChange, info: SaveInfo) -> Result<KeptChange> {
        acts::check(&info)?;
        let content = checked_content(new)?;
        let transaction = self.write().await?;
        let db = &transaction.db;
        workspace::require(db, workspace).await?;
        check_place(db, workspace, None, new).await?;
        if all_of(workspace).count(db).await? >= CHANGES_MAX {
            return Err(Error::Full { what: "dated changes of a workspace", max: CHANGES_MAX });
        }
        let SaveInfo { at_us, by, .. } = info;
        let row = dated_change::ActiveModel {
            id: NotSet,
            workspace_id: Set(workspace.to_owned()),
            day: Set(new.day.to_string()),
            proposal_id: Set(new.proposal),
            content: Set(content),
            version: Set(1),
            created_at_us: Set(at_us),
            created_by: Set(by.clone()),
            changed_at_us: Set(at_us),
            changed_by: Set(by.clone()),
        };
        let id = dated_change::Entity::insert(row).exec(db).await?.last_insert_id;
        transaction.commit().await?;
        Ok(KeptChange {
            id,
            change: new.clone(),
            version: 1,
            created_at_us: at_us,
            created_by: by.clone(),
            changed_at_us: at_us,
            changed_by: by,
        })
    }

    /// Changes what is said of it, all its fields at once. The same again changes nothing, whatever version was expected,
    /// so that it may be repeated.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field, [`Error::Changed`], or no such change.
    pub async fn save_dated_change(
        &self,
        workspace: &str,
        id: i64,
        next: &DatedChange,
        info: SaveInfo,
    ) -> Result<KeptChange> {
        acts::check(&info)?;
        let content = checked_content(next)?;
        let transaction = self.write().await?;
        let db = &transaction.db;
        let Some(row) = find(workspace, id).one(db).await? else { return Err(missing(id)) };
        let mut kept = read(&row)?;
        if kept.change == *next {
            return Ok(kept);
        }
        if let Some(expected) = info.expected_version.filter(|expected| *expected != kept.version) {
            return Err(Error::Changed { what: "dated change", id: id.to_string(), expected, found: kept.version });
        }
        check_place(db, workspace, Some(&kept.change), next).await?;
        kept.change = next.clone();
        kept.version += 1;
        (kept.changed_at_us, kept.changed_by) = (info.at_us, info.by);
        let mut row = row.into_active_model();
        row.day = Set(next.day.to_string());
        row.proposal_id = Set(next.proposal);
        row.content = Set(content);
        row.version = Set(stored_number(kept.version));
        row.changed_at_us = Set(kept.changed_at_us);
        row.changed_by = Set(kept.changed_by.clone());
        row.update(db).await?;
        transaction.commit().await?;
        Ok(kept)
    }

    /// The dated changes of a workspace, the newest day first; of a proposal: those it became.
    ///
    /// # Errors
    /// If the database fails or a change in it cannot be read.
    pub async fn dated_changes(&self, workspace: &str, proposal: Option<i64>) -> Result<Vec<KeptChange>> {
        let mut query = all_of(workspace);
        if let Some(proposal) = proposal {
            query = query.filter(dated_change::Column::ProposalId.eq(proposal));
        }
        let rows = query
            .order_by_desc(dated_change::Column::Day)
            .order_by_desc(dated_change::Column::Id)
            .limit(CHANGES_MAX)
            .all(self.reader())
            .await?;
        rows.iter().map(read).collect()
    }

    /// One dated change.
    ///
    /// # Errors
    /// If the database fails or the change in it cannot be read.
    pub async fn dated_change(&self, workspace: &str, id: i64) -> Result<Option<KeptChange>> {
        find(workspace, id).one(self.reader()).await?.as_ref().map(read).transpose()
    }

    /// Forgets it; `false` if there was none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn delete_dated_change(&self, workspace: &str, id: i64) -> Result<bool> {
        let transaction = self.write().await?;
        let deleted = dated_change::Entity::delete_many()
            .filter(dated_change::Column::WorkspaceId.eq(workspace))
            .filter(dated_change::Column::Id.eq(id))
            .exec(&transaction.db)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected > 0)
    }
}

fn checked_content(change: &DatedChange) -> Result<String> {
    if let Some(fault) = change.faults().into_iter().next() {
        return Err(Error::invalid(fault.path, fault.message));
    }
    let content = serde_json::to_string(change).map_err(|error| Error::invalid("change", error.to_string()))?;
    if content.len() > VIEW_BYTES_MAX {
        return Err(Error::invalid("change", format!("{} bytes; at most {VIEW_BYTES_MAX}", content.len())));
    }
    Ok(content)
}

/// Fails unless the journey, stage and proposal it names are there. What it names already may have gone meanwhile.
async fn check_place(
    db: &impl ConnectionTrait,
    workspace: &str,
    before: Option<&DatedChange>,
    next: &DatedChange,
) -> Result<()> {
    let is_same = before.is_some_and(|before| (&before.journey, &before.stage) == (&next.journey, &next.stage));
    if let Some(id) = next.journey.as_ref().filter(|_| !is_same) {
        let Some(stored) = journey::newest_journey(db, workspace, id).await? else {
            return Err(Error::invalid("journey", format!("there is no journey `{id}`")));
        };
        if let Some(stage) =
            next.stage.as_ref().filter(|id| !stored.journey.stages.iter().any(|stage| stage.id == **id))
        {
            return Err(Error::invalid("stage", format!("journey `{id}` has no stage `{stage}`")));
        }
    }
    let Some(id) = next.proposal.filter(|_| before.and_then(|before| before.proposal) != next.proposal) else {
        return Ok(());
    };
    let proposals = proposal::Entity::find_by_id(id).filter(proposal::Column::WorkspaceId.eq(workspace));
    match proposals.count(db).await? {
        0 => Err(Error::invalid("proposal", format!("there is no proposal {id}"))),
        _ => Ok(()),
    }
}

fn all_of(workspace: &str) -> sea_orm::Select<dated_change::Entity> {
    dated_change::Entity::find().filter(dated_change::Column::WorkspaceId.eq(workspace))
}

fn find(workspace: &str, id: i64) -> sea_orm::Select<dated_change::Entity> {
    dated_change::Entity::find_by_id(id).filter(dated_change::Column::WorkspaceId.eq(workspace))
}

fn missing(id: i64) -> Error {
    Error::NotFound { what: "dated change", id: id.to_string() }
}

fn read(row: &dated_change::Model) -> Result<KeptChange> {
    let corrupt = |reason: String| Error::corrupt(format!("dated change {}", row.id), reason);
    Ok(KeptChange {
        id: row.id,
        change: serde_json::from_str(&row.content).map_err(|error| corrupt(error.to_string()))?,
        version: u32::try_from(row.version).map_err(|error| corrupt(error.to_string()))?,
        created_at_us: row.created_at_us,
        created_by: row.created_by.clone(),
        changed_at_us: row.changed_at_us,
        changed_by: row.changed_by.clone(),
    })
}
