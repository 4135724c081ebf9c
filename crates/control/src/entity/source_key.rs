//! One row per key of a source. Of a secret key only its hash is here.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source_key")]
pub struct Model {
    /// BLAKE3 of the key, in hexadecimal digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    /// What the key is called in lists and paths.
    pub id: String,
    pub workspace_id: String,
    pub source_id: String,
    /// `public` or `secret`.
    pub kind: String,
    /// Its first characters, to know it by.
    pub start: String,
    /// The key itself, where it is public.
    pub plain: Option<String>,
    pub created_at_us: i64,
    /// From then on it opens nothing.
    pub expires_at_us: Option<i64>,
    pub last_used_at_us: Option<i64>,
    /// What it may send, as JSON. Null: everything.
    pub scope: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
