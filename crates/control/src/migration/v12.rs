//! Version 12: comments on maps.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let mut table = Table::create();
    table.table("comment").col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key());
    for text in ["workspace_id", "journey_id", "content", "created_by", "author_id"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    table.col(ColumnDef::new("created_at_us").big_integer().not_null());
    for number in ["reply_to", "edited_at_us", "resolved_at_us"] {
        table.col(ColumnDef::new(number).big_integer());
    }
    table.col(ColumnDef::new("resolved_by").text());
    table.foreign_key(
        ForeignKey::create()
            .name("comment_of_workspace")
            .from("comment", "workspace_id")
            .to("workspace", "id")
            .on_delete(ForeignKeyAction::Cascade),
    );
    let mut index = Index::create();
    index.name("comment_by_journey").table("comment").col("workspace_id").col("journey_id").col("id");
    vec![backend.build(&table), backend.build(&index)]
}
