//! Salts of device ids: one a site and day, known to nobody outside and forgotten soon.
//!
//! What a sensor calls somebody is hashed with the salt of its day before it is stored, so that a day says who is who
//! within itself and nothing of another day. The salt stays as long as late files of the day may come; once it is dropped,
//! nobody can find out any more what a known address was hashed to. Salts are no part of a copy of the database.

use chrono::NaiveDate;
use model::place::observation::RawId;
use sea_orm::{ActiveValue::Set, ColumnTrait, DeleteMany, EntityTrait, QueryFilter};

use crate::entity::place_salt;
use crate::error::{Error, Result};
use crate::limits::SALT_US;
use crate::store::Control;
use crate::workspace;

/// The salt of a site's day.
#[derive(Clone)]
pub struct Salt([u8; 32]);

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt(hidden)")
    }
}

impl Salt {
    /// What an id of a kind (`track`, `device`, `tag`) is called on this day. The top bit is clear.
    pub fn hash(&self, kind: &str, id: &RawId) -> i64 {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&(kind.len() as u64).to_le_bytes()).update(kind.as_bytes()).update(id.expose().as_bytes());
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        (u64::from_le_bytes(bytes) >> 1) as i64
    }
}

impl Control {
    /// Drops the salts made longer ago than [`SALT_US`]; how many those were.
    ///
    /// # Errors
    /// The database fails.
    pub async fn drop_salts(&self, now_us: i64) -> Result<u64> {
        let transaction = self.write().await?;
        let dropped = old(now_us).exec(&transaction.db).await?.rows_affected;
        transaction.commit().await?;
        Ok(dropped)
    }

    /// The salt of a site's day; `fresh` becomes it where there is none. Salts made longer ago than [`SALT_US`] are dropped.
    ///
    /// # Errors
    /// No such workspace, or the database fails.
    pub async fn place_salt(
        &self,
        workspace: &str,
        site: &str,
        day: NaiveDate,
        fresh: [u8; 32],
        now_us: i64,
    ) -> Result<Salt> {
        let transaction = self.write().await?;
        workspace::require(&transaction.db, workspace).await?;
        old(now_us).exec(&transaction.db).await?;
        let key = (workspace.to_owned(), site.to_owned(), day.to_string());
        let salt = match place_salt::Entity::find_by_id(key).one(&transaction.db).await? {
            Some(row) => bytes_of(&row.salt)
                .ok_or_else(|| Error::corrupt(format!("a salt of site `{site}`"), "it is not 64 digits"))?,
            None => {
                let row = place_salt::ActiveModel {
                    workspace_id: Set(workspace.to_owned()),
                    site_id: Set(site.to_owned()),
                    day: Set(day.to_string()),
                    salt: Set(fresh.iter().map(|byte| format!("{byte:02x}")).collect()),
                    created_at_us: Set(now_us),
                };
                place_salt::Entity::insert(row).exec_without_returning(&transaction.db).await?;
                fresh
            }
        };
        transaction.commit().await?;
        Ok(Salt(salt))
    }
}

fn old(now_us: i64) -> DeleteMany<place_salt::Entity> {
    place_salt::Entity::delete_many().filter(place_salt::Column::CreatedAtUs.lt(now_us.saturating_sub(SALT_US)))
}

fn bytes_of(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use model::text::LocalizedText;

    use super::*;
    use crate::NewWorkspace;

    #[tokio::test]
    async fn a_salt_is_dropped_when_no_late_file_is_waited_for_whether_or_not_one_comes() {
        let control = Control::open_in_memory().await.unwrap();
        let new = NewWorkspace {
            id: "one".to_owned(),
            name: LocalizedText::from("one"),
            sample: None,
            zone: "UTC".to_owned(),
            currency: None,
            place: 0,
            created_at_us: 1,
        };
        control.create_workspace(new).await.unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        control.place_salt("one", "west", day, [1; 32], 10).await.unwrap();
        assert_eq!(control.drop_salts(10 + SALT_US).await.unwrap(), 0);
        assert_eq!(control.drop_salts(11 + SALT_US).await.unwrap(), 1);
        assert_eq!(control.drop_salts(11 + SALT_US).await.unwrap(), 0);
    }
}
