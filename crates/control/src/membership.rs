//! Who is a member of which workspace, and as what.
//!
//! Once a workspace has an owner it always has one who may sign in. Administrators own the workspaces that are made
//! and those nobody owns, so that none is out of reach.

use std::collections::HashMap;

use model::access::Role;
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
}

impl Control {
    /// The members of a workspace, by e-mail; also those disabled. Empty also if there is no such workspace.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn members(&self, workspace: &str) -> Result<Vec<Member>> {
        let rows = membership::Entity::find().filter(membership::Column::WorkspaceId.eq(workspace));
        let mut roles = HashMap::new();
        for row in rows.all(self.reader()).await? {
            roles.insert(row.person_id.clone(), role(&row)?);
        }
        let people = self.people().await?.into_iter();
        Ok(people.filter_map(|person| roles.get(&person.id).map(|role| Member { role: *role, person })).collect())
    }

    /// What a person is in a workspace, if they are a member.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn role(&self, workspace: &str, person: &str) -> Result<Option<Role>> {
        find(self.reader(), workspace, person).await?.as_ref().map(role).transpose()
    }

    /// The workspaces a person is a member of, by key, and as what.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn roles_of(&self, person: &str) -> Result<Vec<(String, Role)>> {
        let rows = membership::Entity::find()
            .filter(membership::Column::PersonId.eq(person))
            .order_by_asc(membership::Column::WorkspaceId);
        let rows = rows.all(self.reader()).await?;
        rows.iter().map(|row| Ok((row.workspace_id.clone(), role(row)?))).collect()
    }

    /// Makes a person a member, or gives a member another role; the role before.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the workspace or the person, [`Error::LastOwner`].
    pub async fn set_role(&self, workspace: &str, person: &str, role: Role, at_us: i64) -> Result<Option<Role>> {
        let transaction = self.write().await?;
        require_workspace(&transaction.db, workspace).await?;
        let before = set(&transaction.db, workspace, person, role, at_us).await?;
        if before == Some(Role::Owner) && role != Role::Owner {
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
        let before = role(&row)?;
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
            set(db, &workspace.id, person, Role::Owner, at_us).await?;
        }
    }
    Ok(())
}

/// Makes every administrator an owner of a new workspace.
pub(crate) async fn give_to_administrators(db: &impl ConnectionTrait, workspace: &str, at_us: i64) -> Result<()> {
    for administrator in administrators(db).await? {
        set(db, workspace, &administrator.id, Role::Owner, at_us).await?;
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

/// Writes a role; the one before.
pub(crate) async fn set(
    db: &impl ConnectionTrait,
    workspace: &str,
    person: &str,
    new: Role,
    at_us: i64,
) -> Result<Option<Role>> {
    require(db, person).await?;
    let before = find(db, workspace, person).await?.as_ref().map(role).transpose()?;
    let row = membership::ActiveModel {
        workspace_id: Set(workspace.to_owned()),
        person_id: Set(person.to_owned()),
        role: Set(new.id().to_owned()),
        created_at_us: Set(at_us),
    };
    let again = OnConflict::columns([membership::Column::WorkspaceId, membership::Column::PersonId])
        .update_column(membership::Column::Role)
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

pub(crate) fn role(row: &membership::Model) -> Result<Role> {
    Role::by_id(&row.role).ok_or_else(|| Error::corrupt("a membership", format!("unknown role `{}`", row.role)))
}
