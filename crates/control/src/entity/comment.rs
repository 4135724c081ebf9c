//! One row per comment on a map.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "comment")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub workspace_id: String,
    pub journey_id: String,
    /// The comment it answers; null: none.
    pub reply_to: Option<i64>,
    /// `model::comment::Comment` as JSON.
    pub content: String,
    pub created_at_us: i64,
    /// Name of whoever wrote it.
    pub created_by: String,
    /// Id of the same person, who alone may change it.
    pub author_id: String,
    pub edited_at_us: Option<i64>,
    pub resolved_at_us: Option<i64>,
    pub resolved_by: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
