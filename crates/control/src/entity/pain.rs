//! One row per pain of a workspace, whether it is still found or not.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pain")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: String,
    /// `model::pain::key`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub pain_key: String,
    pub journey_id: String,
    pub stage_id: String,
    /// The word of `model::pain::PainKind`.
    pub kind: String,
    /// `model::pain::Pain` as JSON, as found last.
    pub content: String,
    /// The word of `model::pain::PainStatus`.
    pub status: String,
    pub owner: Option<String>,
    /// Year, month and day.
    pub due: Option<String>,
    /// For sorting; null where the money is missing.
    pub money_per_month: Option<f64>,
    /// For sorting.
    pub customers_per_month: f64,
    /// Grows with every change of what people decided.
    pub version: i32,
    pub journey_version: i32,
    pub first_found_at_us: i64,
    pub last_found_at_us: i64,
    pub last_looked_at_us: i64,
    pub looked_from_us: Option<i64>,
    pub looked_to_us: Option<i64>,
    pub as_of_us: i64,
    pub closed_at_us: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
