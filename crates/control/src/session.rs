//! Sessions of people who signed in.
//!
//! A session is known by a token that only its browser has; kept is its hash. A token is 256 random bits, so a plain
//! hash is enough: there is nothing to guess. A session ends when it is not used for [`SESSION_IDLE_US`], after
//! [`SESSION_US`] in any case, and when its person is disabled or gets another password.

use sea_orm::sea_query::Condition;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::{person, session};
use crate::error::Result;
use crate::limits::{SESSION_IDLE_US, SESSION_SEEN_US, SESSION_US, SESSIONS_MAX};
use crate::person::{Person, require};
use crate::store::Control;

impl Control {
    /// Begins a session of a person under a token of the caller's. Sessions that are over are cleared away.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] if there is no such person.
    pub async fn begin_session(&self, token: &str, person: &str, at_us: i64) -> Result<()> {
        let transaction = self.write().await?;
        let db = &transaction.db;
        require(db, person).await?;
        session::Entity::delete_many().filter(over(at_us)).exec(db).await?;
        let of_person = session::Entity::find()
            .filter(session::Column::PersonId.eq(person))
            .order_by_desc(session::Column::SeenAtUs)
            .offset(SESSIONS_MAX - 1);
        // SQLite takes an offset only with a limit; there is one too many at most.
        for oldest in of_person.limit(SESSIONS_MAX).all(db).await? {
            session::Entity::delete_by_id(oldest.token_hash).exec(db).await?;
        }
        let row = session::ActiveModel {
            token_hash: Set(token_hash(token)),
            person_id: Set(person.to_owned()),
            created_at_us: Set(at_us),
            seen_at_us: Set(at_us),
        };
        session::Entity::insert(row).exec_without_returning(db).await?;
        transaction.commit().await
    }

    /// Whose session a token is of, if it is of one that goes on. That it was used is written down.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn session(&self, token: &str, now_us: i64) -> Result<Option<Person>> {
        let hash = token_hash(token);
        let found = session::Entity::find_by_id(hash.as_str()).one(self.reader()).await?;
        let Some(row) = found.filter(|row| !is_over(row, now_us)) else { return Ok(None) };
        let person = person::Entity::find_by_id(row.person_id).one(self.reader()).await?;
        let Some(person) = person.filter(|person| person.disabled_at_us.is_none()) else { return Ok(None) };
        if now_us - row.seen_at_us >= SESSION_SEEN_US {
            let transaction = self.write().await?;
            // It may have ended meanwhile; an update of nothing is then right.
            session::Entity::update_many()
                .set(session::ActiveModel { seen_at_us: Set(now_us), ..Default::default() })
                .filter(session::Column::TokenHash.eq(hash))
                .exec(&transaction.db)
                .await?;
            transaction.commit().await?;
        }
        Ok(Some(person.into()))
    }

    /// Ends the session of a token; nothing happens if there is none.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_session(&self, token: &str) -> Result<()> {
        let transaction = self.write().await?;
        session::Entity::delete_by_id(token_hash(token)).exec(&transaction.db).await?;
        transaction.commit().await
    }
}

/// What is kept of a token.
pub(crate) fn token_hash(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}

fn is_over(row: &session::Model, now_us: i64) -> bool {
    now_us - row.seen_at_us >= SESSION_IDLE_US || now_us - row.created_at_us >= SESSION_US
}

fn over(now_us: i64) -> Condition {
    Condition::any()
        .add(session::Column::SeenAtUs.lte(now_us - SESSION_IDLE_US))
        .add(session::Column::CreatedAtUs.lte(now_us - SESSION_US))
}
