//! One row per run of an import over one file.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_run")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub workspace_id: String,
    pub source: String,
    pub file: String,
    pub file_bytes: i64,
    pub file_hash: String,
    pub mapping_fingerprint: i64,
    /// `finished`, `interrupted` or `failed`.
    pub outcome: String,
    pub started_at_us: i64,
    pub ended_at_us: i64,
    pub rows: i64,
    pub events: i64,
    pub duplicates: i64,
    pub rejections: i64,
    pub skipped: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
