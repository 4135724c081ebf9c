//! Who is a member of which workspace, and as what.
//!
//! Once a workspace has an owner it always has one who may sign in. Administrators own the workspaces that are made
//! and those nobody owns, so that none is out of reach.

use std::collections::HashMap;

use model::access::{Role, Standing};
use model::stores::Stores;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use crate::entity::{membership, person, workspace};
use crate::error::{Error, Result};
use crate::person::{Person, administrators, require};
use crate::store::Control;
use crate::workspace::require as require_workspace;

/// A member of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub person: Person,
    pub role: Role,
    /// The stores they are limited to. None: the whole workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stores: Option<Stores>,
}

impl Control {
    /// The members of a workspace, by e-mail; also those disabled. Empty also if there is no such workspace.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn members(&self, workspace: &str) -> Result<Vec<Member>> {
        let rows = membership::Entity::find().filter(membership::Column::WorkspaceId.eq(workspace));
        let mut standings = HashMap::new();
        for row in rows.all(self.reader()).await? {
            standings.insert(row.person_id.clone(), standing(&row)?);
        }
        let people = self.people().await?.into_iter();
        let member = |person: Person| {
            let Standing { role, stores } = standings.remove(&person.id)?;
            Some(Member { person, role, stores })
        };
        Ok(people.filter_map(member).collect())
    }

    /// What a person is in a workspace, if they are a member.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn standing(&self, workspace: &str, person: &str) -> Result<Option<Standing>> {
        find_standing(self.reader(), workspace, person).await
    }

    /// The workspaces a person is a member of, by key, and as what.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn standings_of(&self, person: &str) -> Result<Vec<(String, Standing)>> {
        let rows = membership::Entity::find()
            .filter(membership::Column::PersonId.eq(person))
            .order_by_asc(membership::Column::WorkspaceId);
        let rows = rows.all(self.reader()).await?;
        rows.iter().map(|row| Ok((row.workspace_id.clone(), standing(row)?))).collect()
    }

    /// Makes a person a member in a role, perhaps limited to stores, or gives a member another; what they were before.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the workspace or the person, [`Error::LastOwner`].
    pub async fn set_role(
        &self,
        workspace: &str,
        person: &str,
        new: impl Into<Standing>,
        at_us: i64,
    ) -> Result<Option<Standing>> {
        let new = new.into();
        let transaction = self.write().await?;
        require_workspace(&transaction.db, workspace).await?;
        let before = set(&transaction.db, workspace, person, &new, at_us).await?;
        if before.as_ref().is_some_and(|before| before.role == Role::Owner) && new.role != Role::Owner {
            require_owner(&transaction.db, workspace).await?;
        }
        transaction.commit().await?;
        Ok(before)
    }

    /// Ends a membership; the role that was.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the person is no member, [`Error::LastOwner`].
    pub async fn remove_member(&self, workspace: &str, person: &str) -> Result<Role> {
        let transaction = self.write().await?;
        let db = &transaction.db;
        let row = find(db, workspace, person).await?;
        let row = row.ok_or_else(|| Error::NotFound { what: "member", id: person.to_owned() })?;
        let before = standing(&row)?.role;
        membership::Entity::delete_by_id((row.workspace_id, row.person_id)).exec(db).await?;
        if before == Role::Owner {
            require_owner(db, workspace).await?;
        }
        transaction.commit().await?;
        Ok(before)
    }
}

/// Makes a person the owner of every workspace that has no owner who may sign in.
pub(crate) async fn adopt(db: &impl ConnectionTrait, person: &str, at_us: i64) -> Result<()> {
    for workspace in workspace::Entity::find().all(db).await? {
        if !has_owner(db, &workspace.id).await? {
            set(db, &workspace.id, person, &Role::Owner.into(), at_us).await?;
        }
    }
    Ok(())
}

/// Makes every administrator an owner of a new workspace.
pub(crate) async fn give_to_administrators(db: &impl ConnectionTrait, workspace: &str, at_us: i64) -> Result<()> {
    for administrator in administrators(db).await? {
        set(db, workspace, &administrator.id, &Role::Owner.into(), at_us).await?;
    }
    Ok(())
}

/// Fails if a workspace this person owns has no owner left who may sign in.
pub(crate) async fn require_owners(db: &impl ConnectionTrait, person: &str) -> Result<()> {
    let owned = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(person))
        .filter(membership::Column::Role.eq(Role::Owner.id()));
    for row in owned.all(db).await? {
        require_owner(db, &row.workspace_id).await?;
    }
    Ok(())
}

/// Writes what somebody is; what they were before.
pub(crate) async fn set(
    db: &impl ConnectionTrait,
    workspace: &str,
    person: &str,
    new: &Standing,
    at_us: i64,
) -> Result<Option<Standing>> {
    require(db, person).await?;
    let before = find_standing(db, workspace, person).await?;
    let row = membership::ActiveModel {
        workspace_id: Set(workspace.to_owned()),
        person_id: Set(person.to_owned()),
        role: Set(new.role.id().to_owned()),
        stores: Set(stores_text(new.stores.as_ref())),
        created_at_us: Set(at_us),
    };
    let again = OnConflict::columns([membership::Column::WorkspaceId, membership::Column::PersonId])
        .update_columns([membership::Column::Role, membership::Column::Stores])
        .to_owned();
    membership::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(before)
}

async fn require_owner(db: &impl ConnectionTrait, workspace: &str) -> Result<()> {
    match has_owner(db, workspace).await? {
        true => Ok(()),
        false => Err(Error::LastOwner(workspace.to_owned())),
    }
}

async fn has_owner(db: &impl ConnectionTrait, workspace: &str) -> Result<bool> {
    let owners = membership::Entity::find()
        .filter(membership::Column::WorkspaceId.eq(workspace))
        .filter(membership::Column::Role.eq(Role::Owner.id()));
    let ids: Vec<String> = owners.all(db).await?.into_iter().map(|row| row.person_id).collect();
    let active =
        person::Entity::find().filter(person::Column::Id.is_in(ids)).filter(person::Column::DisabledAtUs.is_null());
    Ok(active.one(db).await?.is_some())
}

pub(crate) async fn find(
    db: &impl ConnectionTrait,
    workspace: &str,
    person: &str,
) -> Result<Option<membership::Model>> {
    Ok(membership::Entity::find_by_id((workspace.to_owned(), person.to_owned())).one(db).await?)
}

pub(crate) async fn find_standing(
    db: &impl ConnectionTrait,
    workspace: &str,
    person: &str,
) -> Result<Option<Standing>> {
    find(db, workspace, person).await?.as_ref().map(standing).transpose()
}

fn standing(row: &membership::Model) -> Result<Standing> {
    read_standing("a membership", &row.role, row.stores.as_deref())
}

/// What a row says somebody is. A limit that cannot be read is an error: read as none it would show everything.
pub(crate) fn read_standing(what: &str, role: &str, stores: Option<&str>) -> Result<Standing> {
    let role = Role::by_id(role).ok_or_else(|| Error::corrupt(what, format!("unknown role `{role}`")))?;
    let stores = stores.map(serde_json::from_str::<Stores>).transpose();
    let stores = stores.map_err(|error| Error::corrupt(what, format!("its stores: {error}")))?;
    Standing::new(role, stores).map_err(|error| Error::corrupt(what, error))
}

/// The stores as a row keeps them.
pub(crate) fn stores_text(stores: Option<&Stores>) -> Option<String> {
    stores.map(|stores| serde_json::Value::from(stores.names()).to_string())
}
