//! One row per person who may sign in.

use sea_orm::entity::prelude::*;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// In lower case; no two people have the same.
    pub email: String,
    pub name: String,
    /// PHC string of Argon2id.
    pub password_hash: String,
    pub administrator: bool,
    pub disabled_at_us: Option<i64>,
    pub created_at_us: i64,
}

/// Without the hash of the password: what is printed may end in a log.
impl std::fmt::Debug for Model {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Model").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
