//! One row per named view.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "named_view")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub workspace_id: String,
    /// Of the map it is pinned to; null: to none.
    pub journey_id: Option<String>,
    /// `model::named_view::NamedView` as JSON.
    pub content: String,
    /// What page the stored view is of.
    pub kind: String,
    /// Grows with every change.
    pub version: i32,
    pub created_at_us: i64,
    pub created_by: String,
    pub changed_at_us: i64,
    pub changed_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
