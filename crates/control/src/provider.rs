//! Accounts at identity providers, and whom they are.
//!
//! An account is known by its issuer and subject, which never change; an e-mail address may. The first time, the address
//! the provider vouches for tells whose account it is: a person's, or that of somebody who is invited. Nobody has two
//! accounts at one provider: an address that went to somebody else does not take its former person along.
//!
//! Not here: how a provider shows that it is one, and that it speaks of the browser that asks (`server::oidc`).

use model::access::Standing;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::entity::{person, provider_account};
use crate::error::{Error, Result};
use crate::invitation::{self, Invitation};
use crate::membership;
use crate::person::{NewPerson, Person, by_email, checked_email, insert, require};
use crate::store::Control;
use crate::workspace::require as require_workspace;

/// Who a provider says it is. The address is one the provider has verified.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderAccount {
    pub issuer: String,
    pub subject: String,
    pub email: String,
    pub name: String,
}

impl std::fmt::Debug for ProviderAccount {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ProviderAccount").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// What becomes of whoever is neither known nor invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomer {
    pub workspace: String,
    pub standing: Standing,
}

/// Who came in.
#[derive(Debug, Clone)]
pub struct Entered {
    pub person: Person,
    /// They were not known before.
    pub made: bool,
    /// What they took up by coming.
    pub invitations: Vec<Invitation>,
}

impl Control {
    /// The person of an account. Open invitations to the account's address are taken up. `id` is for somebody new, and no
    /// other's; without `newcomer` only who is known or invited comes in.
    ///
    /// # Errors
    /// [`Error::NotInvited`], [`Error::PersonDisabled`], [`Error::AccountOfAnother`], [`Error::Full`], or
    /// [`Error::NotFound`] for the newcomer's workspace.
    pub async fn enter(
        &self,
        account: &ProviderAccount,
        newcomer: Option<&Newcomer>,
        id: &str,
        now_us: i64,
    ) -> Result<Entered> {
        let email = checked_email(&account.email)?;
        let transaction = self.write().await?;
        let db = &transaction.db;
        let invitations = invitation::to(db, &email, now_us).await?;
        let known = match of_account(db, account).await? {
            Some(person) => Some(person),
            None => by_email(db, &email).await?,
        };
        let (person, made) = match known {
            Some(row) if row.disabled_at_us.is_some() => return Err(Error::PersonDisabled),
            Some(row) => (Person::from(row), false),
            None if invitations.is_empty() && newcomer.is_none() => return Err(Error::NotInvited),
            None => (make(db, account, &email, id, now_us).await?, true),
        };
        link(db, account, &person.id, now_us).await?;
        for invitation in &invitations {
            invitation::take_up(db, invitation, &person.id, now_us).await?;
        }
        if let (true, true, Some(newcomer)) = (made, invitations.is_empty(), newcomer) {
            require_workspace(db, &newcomer.workspace).await?;
            membership::set(db, &newcomer.workspace, &person.id, &newcomer.standing, now_us).await?;
        }
        transaction.commit().await?;
        Ok(Entered { person, made, invitations })
    }
}

async fn of_account(db: &impl ConnectionTrait, account: &ProviderAccount) -> Result<Option<person::Model>> {
    let key = (account.issuer.clone(), account.subject.clone());
    match provider_account::Entity::find_by_id(key).one(db).await? {
        Some(row) => require(db, &row.person_id).await.map(Some),
        None => Ok(None),
    }
}

/// Somebody without a password: they sign in by the provider until they are given one.
async fn make(
    db: &impl ConnectionTrait,
    account: &ProviderAccount,
    email: &str,
    id: &str,
    at_us: i64,
) -> Result<Person> {
    let new = |name: &str| NewPerson {
        id: id.to_owned(),
        email: email.to_owned(),
        name: name.to_owned(),
        password_hash: String::new(),
        administrator: false,
        at_us,
    };
    match insert(db, new(&account.name)).await {
        // A provider may know no name, or one that is none here.
        Err(Error::Invalid { field, .. }) if field == "name" => {
            insert(db, new(email.split('@').next().unwrap_or(email))).await
        }
        made => made,
    }
}

/// Writes down whose account it is.
async fn link(db: &impl ConnectionTrait, account: &ProviderAccount, person: &str, at_us: i64) -> Result<()> {
    let theirs = provider_account::Entity::find()
        .filter(provider_account::Column::Issuer.eq(&*account.issuer))
        .filter(provider_account::Column::PersonId.eq(person));
    match theirs.one(db).await? {
        Some(row) if row.subject == account.subject => return Ok(()),
        Some(_) => return Err(Error::AccountOfAnother),
        None => {}
    }
    let row = provider_account::ActiveModel {
        issuer: Set(account.issuer.clone()),
        subject: Set(account.subject.clone()),
        person_id: Set(person.to_owned()),
        created_at_us: Set(at_us),
    };
    provider_account::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}
