//! One row per saved version of a note of the data dictionary; the newest of a name is its note.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dictionary_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: String,
    /// `event` or `property`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// From 1 without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// `model::dictionary::DictionaryNote` as JSON.
    pub content: String,
    pub saved_at_us: i64,
    pub saved_by: String,
    pub note: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
