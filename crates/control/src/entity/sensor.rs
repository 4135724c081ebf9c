//! One row per sensor: its definition, the hash of its key, its password as a sealed text, and how it fares.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sensor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub site_id: String,
    /// The definition as JSON.
    pub content: String,
    /// BLAKE3 of the key, in hexadecimal digits. Null: nothing is pushed.
    pub key_hash: Option<String>,
    /// The key's first characters, to know it by.
    pub key_start: Option<String>,
    /// The key that was replaced, and until when it opens.
    pub old_hash: Option<String>,
    pub old_ends_us: Option<i64>,
    /// The broker's password, or the secret in a vendor's posts, sealed by whoever may read it.
    pub sealed: Option<String>,
    pub last_us: Option<i64>,
    pub accepted: i64,
    pub refused: i64,
    /// The newest refusal as JSON.
    pub refusal: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
