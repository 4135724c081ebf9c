//! One row per dated change.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dated_change")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub workspace_id: String,
    /// `2024-03-01`.
    pub day: String,
    /// The proposal that was carried out; null: none.
    pub proposal_id: Option<i64>,
    /// `model::change::DatedChange` as JSON.
    pub content: String,
    /// Grows with every change of it.
    pub version: i32,
    pub created_at_us: i64,
    pub created_by: String,
    pub changed_at_us: i64,
    pub changed_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
