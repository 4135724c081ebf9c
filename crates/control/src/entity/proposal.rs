//! One row per proposal.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "proposal")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub workspace_id: String,
    pub journey_id: String,
    pub stage_id: String,
    /// Null: against no pain in particular.
    pub pain_key: Option<String>,
    /// `model::proposal::Proposal` as JSON.
    pub content: String,
    /// The word of `model::proposal::ProposalStatus`.
    pub status: String,
    /// For sorting; null where nobody has said.
    pub money_per_month: Option<f64>,
    pub customers_per_month: Option<f64>,
    /// Grows with every change.
    pub version: i32,
    pub created_at_us: i64,
    pub created_by: String,
    pub changed_at_us: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
