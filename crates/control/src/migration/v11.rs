//! Version 11: dated changes.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let mut table = Table::create();
    table.table("dated_change").col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key());
    for text in ["workspace_id", "day", "content", "created_by", "changed_by"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    for time in ["created_at_us", "changed_at_us"] {
        table.col(ColumnDef::new(time).big_integer().not_null());
    }
    table.col(ColumnDef::new("proposal_id").big_integer()).col(ColumnDef::new("version").integer().not_null());
    table.foreign_key(
        ForeignKey::create()
            .name("dated_change_of_workspace")
            .from("dated_change", "workspace_id")
            .to("workspace", "id")
            .on_delete(ForeignKeyAction::Cascade),
    );
    let mut index = Index::create();
    index.name("dated_change_by_day").table("dated_change").col("workspace_id").col("day");
    vec![backend.build(&table), backend.build(&index)]
}
