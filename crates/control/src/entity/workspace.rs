//! One row per workspace.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workspace")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// `LocalizedText` as JSON.
    pub name: String,
    pub sample_licence: Option<String>,
    pub sample_origin: Option<String>,
    pub zone: String,
    pub currency: Option<String>,
    pub created_at_us: i64,
    pub place: i32,
    pub sample_kind: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
