//! Invitations: a person who has the link becomes a member.
//!
//! The link's token is kept as a hash. An invitation is for one workspace, one role and one e-mail address, can be
//! taken up once, and not after [`INVITATION_US`].

use model::access::Standing;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::entity::invitation;
use crate::error::{Error, Result};
use crate::limits::{INVITATION_US, INVITATIONS_MAX};
use crate::membership;
use crate::person::{self, NewPerson, Person, checked_email};
use crate::session::token_hash;
use crate::store::Control;

/// An invitation that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: String,
    pub workspace: String,
    /// In lower case.
    pub email: String,
    pub standing: Standing,
    /// UTC microseconds.
    pub created_at_us: i64,
    /// UTC microseconds.
    pub expires_at_us: i64,
}

/// What an invitation is made of.
#[derive(Clone)]
pub struct NewInvitation<'a> {
    /// The caller's, and no other's.
    pub id: String,
    /// What the link carries; kept as a hash.
    pub token: &'a str,
    pub workspace: &'a str,
    pub email: &'a str,
    pub standing: Standing,
    pub at_us: i64,
}

impl std::fmt::Debug for NewInvitation<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewInvitation").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Who takes an invitation up.
#[derive(Debug, Clone)]
pub enum Joining {
    /// Somebody new. The e-mail is the invitation's, whatever stands here; nobody becomes an administrator.
    New(NewPerson),
    /// Somebody who is known by the invitation's e-mail, and has shown that it is them.
    Known,
}

impl Control {
    /// Invites somebody. An open invitation of the same workspace to the same address gives way to this one.
    ///
    /// # Errors
    /// [`Error::MemberExists`] if they are a member, [`Error::Full`], or [`Error::Invalid`] for the address.
    pub async fn invite(&self, new: NewInvitation<'_>) -> Result<Invitation> {
        let email = checked_email(new.email)?;
        let transaction = self.write().await?;
        let db = &transaction.db;
        crate::workspace::require(db, new.workspace).await?;
        if let Some(known) = person::by_email(db, &email).await?
            && membership::find(db, new.workspace, &known.id).await?.is_some()
        {
            return Err(Error::MemberExists);
        }
        let of_workspace = || invitation::Column::WorkspaceId.eq(new.workspace);
        invitation::Entity::delete_many()
            .filter(of_workspace())
            .filter(
                Condition::any()
                    .add(invitation::Column::Email.eq(&*email))
                    .add(invitation::Column::ExpiresAtUs.lte(new.at_us)),
            )
            .exec(db)
            .await?;
        if invitation::Entity::find().filter(of_workspace()).count(db).await? >= INVITATIONS_MAX {
            return Err(Error::Full { what: "open invitations of a workspace", max: INVITATIONS_MAX });
        }
        let row = invitation::Model {
            id: new.id,
            token_hash: token_hash(new.token),
            workspace_id: new.workspace.to_owned(),
            email,
            role: new.standing.role.id().to_owned(),
            stores: membership::stores_text(new.standing.stores.as_ref()),
            created_at_us: new.at_us,
            expires_at_us: new.at_us + INVITATION_US,
        };
        invitation::Entity::insert(invitation::ActiveModel::from(row.clone())).exec_without_returning(db).await?;
        transaction.commit().await?;
        from_row(row)
    }

    /// The open invitations of a workspace, newest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn invitations(&self, workspace: &str, now_us: i64) -> Result<Vec<Invitation>> {
        let open = invitation::Entity::find()
            .filter(invitation::Column::WorkspaceId.eq(workspace))
            .filter(invitation::Column::ExpiresAtUs.gt(now_us))
            .order_by_desc(invitation::Column::CreatedAtUs);
        open.all(self.reader()).await?.into_iter().map(from_row).collect()
    }

    /// The open invitation of a token.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn invitation(&self, token: &str, now_us: i64) -> Result<Option<Invitation>> {
        by_token(self.reader(), token, now_us).await?.map(from_row).transpose()
    }

    /// Withdraws an invitation; the invitation that was.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the workspace has no such invitation.
    pub async fn withdraw_invitation(&self, workspace: &str, id: &str) -> Result<Invitation> {
        let transaction = self.write().await?;
        let found = invitation::Entity::find_by_id(id).one(&transaction.db).await?;
        let row = found
            .filter(|row| row.workspace_id == workspace)
            .ok_or_else(|| Error::NotFound { what: "invitation", id: id.to_owned() })?;
        invitation::Entity::delete_by_id(id).exec(&transaction.db).await?;
        transaction.commit().await?;
        from_row(row)
    }

    /// Takes an invitation up, which is then gone. Whoever is a member already keeps a higher role, and is limited only as
    /// far as both say so.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the invitation is not open (any more) or its known person is not there or disabled,
    /// [`Error::PersonExists`] if somebody new is known already.
    pub async fn accept_invitation(&self, token: &str, who: Joining, now_us: i64) -> Result<(Invitation, Person)> {
        let transaction = self.write().await?;
        let db = &transaction.db;
        let gone = || Error::NotFound { what: "open invitation", id: "of this link".to_owned() };
        let invitation = from_row(by_token(db, token, now_us).await?.ok_or_else(gone)?)?;
        let person = match who {
            Joining::New(new) => {
                let new = NewPerson { email: invitation.email.clone(), administrator: false, ..new };
                person::insert(db, new).await?
            }
            Joining::Known => {
                let known = person::by_email(db, &invitation.email).await?;
                Person::from(known.filter(|row| row.disabled_at_us.is_none()).ok_or_else(gone)?)
            }
        };
        take_up(db, &invitation, &person.id, now_us).await?;
        transaction.commit().await?;
        Ok((invitation, person))
    }
}

/// Every open invitation to an address.
pub(crate) async fn to(db: &impl ConnectionTrait, email: &str, now_us: i64) -> Result<Vec<Invitation>> {
    let open = invitation::Entity::find()
        .filter(invitation::Column::Email.eq(email))
        .filter(invitation::Column::ExpiresAtUs.gt(now_us))
        .order_by_asc(invitation::Column::Id);
    open.all(db).await?.into_iter().map(from_row).collect()
}

/// Makes the person what they are invited to be, and the invitation is gone.
pub(crate) async fn take_up(
    db: &impl ConnectionTrait,
    invitation: &Invitation,
    person: &str,
    now_us: i64,
) -> Result<()> {
    let standing = match membership::find_standing(db, &invitation.workspace, person).await? {
        Some(before) => before.joined(invitation.standing.clone()),
        None => invitation.standing.clone(),
    };
    membership::set(db, &invitation.workspace, person, &standing, now_us).await?;
    invitation::Entity::delete_by_id(&*invitation.id).exec(db).await?;
    Ok(())
}

async fn by_token(db: &impl ConnectionTrait, token: &str, now_us: i64) -> Result<Option<invitation::Model>> {
    let found = invitation::Entity::find()
        .filter(invitation::Column::TokenHash.eq(token_hash(token)))
        .filter(invitation::Column::ExpiresAtUs.gt(now_us));
    Ok(found.one(db).await?)
}

fn from_row(row: invitation::Model) -> Result<Invitation> {
    let standing = membership::read_standing("an invitation", &row.role, row.stores.as_deref())?;
    let invitation::Model { id, workspace_id: workspace, email, created_at_us, expires_at_us, .. } = row;
    Ok(Invitation { id, workspace, email, standing, created_at_us, expires_at_us })
}
