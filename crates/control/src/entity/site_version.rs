//! One row per saved version of a site; the newest is the site.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "site_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub site_id: String,
    /// From 1 without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// `model::place::Site` as canonical JSON.
    pub content: String,
    pub saved_at_us: i64,
    pub saved_by: String,
    pub note: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
