//! The people who may sign in.
//!
//! These are colleagues, never customers. A person is never deleted, only disabled: what they did stays theirs. There
//! is always an administrator who is not disabled, once there was one.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use crate::entity::{person, session};
use crate::error::{Error, Result};
use crate::limits::{EMAIL_BYTES_MAX, PEOPLE_MAX, PERSON_NAME_BYTES_MAX};
use crate::membership;
use crate::session::token_hash;
use crate::store::Control;

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: String,
    /// In lower case.
    pub email: String,
    pub name: String,
    /// Manages people, and owns the workspaces that are made.
    pub administrator: bool,
    /// May not sign in.
    pub disabled: bool,
    /// UTC microseconds.
    pub created_at_us: i64,
}

/// What a person begins with.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// The caller's, and no other's.
    pub id: String,
    pub email: String,
    pub name: String,
    /// Of [`crate::password::hash`].
    pub password_hash: String,
    pub administrator: bool,
    pub at_us: i64,
}

impl std::fmt::Debug for NewPerson {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewPerson").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What is changed of a person; nothing of what is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonChange {
    pub name: Option<String>,
    pub administrator: Option<bool>,
    /// Disabling ends all sessions.
    pub disabled: Option<bool>,
}

/// A person and the hash of their password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub person: Person,
    pub password_hash: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Credentials").field("person", &self.person.id).finish_non_exhaustive()
    }
}

impl Control {
    /// Everybody, by e-mail.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn people(&self) -> Result<Vec<Person>> {
        let rows = person::Entity::find().order_by_asc(person::Column::Email).all(self.reader()).await?;
        Ok(rows.into_iter().map(Person::from).collect())
    }

    /// Whether there is anybody at all.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn has_people(&self) -> Result<bool> {
        Ok(person::Entity::find().limit(1).one(self.reader()).await?.is_some())
    }

    /// # Errors
    /// If the database fails.
    pub async fn person(&self, id: &str) -> Result<Option<Person>> {
        Ok(person::Entity::find_by_id(id).one(self.reader()).await?.map(Person::from))
    }

    /// The person of an e-mail address, with the hash of their password; also of somebody disabled.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn credentials(&self, email: &str) -> Result<Option<Credentials>> {
        let row = by_email(self.reader(), &normal_email(email)).await?;
        Ok(row.map(|row| Credentials { password_hash: row.password_hash.clone(), person: row.into() }))
    }

    /// Makes a person. An administrator becomes the owner of every workspace that has none.
    ///
    /// # Errors
    /// [`Error::PersonExists`], or [`Error::Invalid`] naming the field.
    pub async fn create_person(&self, new: NewPerson) -> Result<Person> {
        let transaction = self.write().await?;
        let person = insert(&transaction.db, new).await?;
        transaction.commit().await?;
        Ok(person)
    }

    /// Makes the first person, an administrator.
    ///
    /// # Errors
    /// [`Error::SetUp`] if there is somebody, or [`Error::Invalid`] naming the field.
    pub async fn create_first_person(&self, new: NewPerson) -> Result<Person> {
        let transaction = self.write().await?;
        if person::Entity::find().limit(1).one(&transaction.db).await?.is_some() {
            return Err(Error::SetUp);
        }
        let person = insert(&transaction.db, NewPerson { administrator: true, ..new }).await?;
        transaction.commit().await?;
        Ok(person)
    }

    /// Changes a person, who must leave an administrator and the owners of workspaces behind.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::LastAdministrator`], [`Error::LastOwner`], or [`Error::Invalid`] for the name.
    pub async fn change_person(&self, id: &str, change: PersonChange, at_us: i64) -> Result<Person> {
        self.change(id, change, at_us, true).await
    }

    /// Disables a person whatever is left behind, for whoever holds the machine.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn force_disabled(&self, id: &str, disabled: bool, at_us: i64) -> Result<Person> {
        let change = PersonChange { disabled: Some(disabled), ..PersonChange::default() };
        self.change(id, change, at_us, false).await
    }

    async fn change(&self, id: &str, change: PersonChange, at_us: i64, careful: bool) -> Result<Person> {
        let transaction = self.write().await?;
        let db = &transaction.db;
        let before = require(db, id).await?;
        let mut row = person::ActiveModel { id: Set(id.to_owned()), ..Default::default() };
        let mut after = before.clone();
        if let Some(name) = change.name {
            after.name = checked_name(&name)?;
        }
        after.administrator = change.administrator.unwrap_or(before.administrator);
        after.disabled_at_us = match change.disabled {
            Some(true) => before.disabled_at_us.or(Some(at_us)),
            Some(false) => None,
            None => before.disabled_at_us,
        };
        if after == before {
            return Ok(before.into());
        }
        row.name = Set(after.name.clone());
        row.administrator = Set(after.administrator);
        row.disabled_at_us = Set(after.disabled_at_us);
        person::Entity::update(row).exec(db).await?;
        let manages = |row: &person::Model| row.administrator && row.disabled_at_us.is_none();
        if careful && manages(&before) && !manages(&after) && administrators(db).await?.is_empty() {
            return Err(Error::LastAdministrator);
        }
        if after.disabled_at_us.is_some() && before.disabled_at_us.is_none() {
            if careful {
                membership::require_owners(db, id).await?;
            }
            session::Entity::delete_many().filter(session::Column::PersonId.eq(id)).exec(db).await?;
        }
        if manages(&after) && !manages(&before) {
            membership::adopt(db, id, at_us).await?;
        }
        transaction.commit().await?;
        Ok(after.into())
    }

    /// Gives a person another password and ends their sessions, but for the one of the token `kept`.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn set_password(&self, id: &str, password_hash: String, kept: Option<&str>) -> Result<()> {
        let transaction = self.write().await?;
        require(&transaction.db, id).await?;
        let row =
            person::ActiveModel { id: Set(id.to_owned()), password_hash: Set(password_hash), ..Default::default() };
        person::Entity::update(row).exec(&transaction.db).await?;
        let mut others = session::Entity::delete_many().filter(session::Column::PersonId.eq(id));
        if let Some(kept) = kept {
            others = others.filter(session::Column::TokenHash.ne(token_hash(kept)));
        }
        others.exec(&transaction.db).await?;
        transaction.commit().await
    }
}

impl From<person::Model> for Person {
    fn from(row: person::Model) -> Person {
        let person::Model { id, email, name, administrator, disabled_at_us, created_at_us, .. } = row;
        Person { id, email, name, administrator, disabled: disabled_at_us.is_some(), created_at_us }
    }
}

/// The one form of an address: people type it as they like.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The normal form of an address that may be one.
///
/// # Errors
/// [`Error::Invalid`] for the field `email`.
pub fn checked_email(email: &str) -> Result<String> {
    let email = normal_email(email);
    let plausible =
        email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.contains('@') && !host.is_empty());
    if !plausible || email.len() > EMAIL_BYTES_MAX || email.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::invalid("email", "use an e-mail address, as in lin@example.com"));
    }
    Ok(email)
}

pub(crate) async fn insert(db: &impl ConnectionTrait, new: NewPerson) -> Result<Person> {
    let NewPerson { id, email, name, password_hash, administrator, at_us } = new;
    let (email, name) = (checked_email(&email)?, checked_name(&name)?);
    if by_email(db, &email).await?.is_some() {
        return Err(Error::PersonExists);
    }
    if person::Entity::find().count(db).await? >= PEOPLE_MAX {
        return Err(Error::Full { what: "people", max: PEOPLE_MAX });
    }
    let row =
        person::Model { id, email, name, password_hash, administrator, disabled_at_us: None, created_at_us: at_us };
    person::Entity::insert(person::ActiveModel::from(row.clone())).exec_without_returning(db).await?;
    if administrator {
        membership::adopt(db, &row.id, at_us).await?;
    }
    Ok(row.into())
}

/// Administrators who may sign in.
pub(crate) async fn administrators(db: &impl ConnectionTrait) -> Result<Vec<person::Model>> {
    let found = person::Entity::find()
        .filter(person::Column::Administrator.eq(true))
        .filter(person::Column::DisabledAtUs.is_null());
    Ok(found.all(db).await?)
}

pub(crate) async fn require(db: &impl ConnectionTrait, id: &str) -> Result<person::Model> {
    let found = person::Entity::find_by_id(id).one(db).await?;
    found.ok_or_else(|| Error::NotFound { what: "person", id: id.to_owned() })
}

pub(crate) async fn by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<person::Model>> {
    Ok(person::Entity::find().filter(person::Column::Email.eq(email)).one(db).await?)
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.len() > PERSON_NAME_BYTES_MAX || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", format!("use 1 to {PERSON_NAME_BYTES_MAX} bytes on one line")));
    }
    Ok(name.to_owned())
}
