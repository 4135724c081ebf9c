//! One row per entry of the audit log.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// From 1, without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub time_us: i64,
    pub person_id: Option<String>,
    pub action: String,
    pub target: String,
    pub workspace_id: Option<String>,
    /// JSON.
    pub detail: String,
    pub address_hash: Option<String>,
    /// Of this row and the hash of the row before, in hexadecimal.
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
