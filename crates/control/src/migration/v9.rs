//! Version 9: named views.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let mut table = Table::create();
    table.table("named_view").col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key());
    for text in ["workspace_id", "content", "kind", "created_by", "changed_by"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    for time in ["created_at_us", "changed_at_us"] {
        table.col(ColumnDef::new(time).big_integer().not_null());
    }
    table.col(ColumnDef::new("journey_id").text()).col(ColumnDef::new("version").integer().not_null()).foreign_key(
        ForeignKey::create()
            .name("named_view_of_workspace")
            .from("named_view", "workspace_id")
            .to("workspace", "id")
            .on_delete(ForeignKeyAction::Cascade),
    );
    let mut index = Index::create();
    index.name("named_view_by_journey").table("named_view").col("workspace_id").col("journey_id");
    vec![backend.build(&table), backend.build(&index)]
}
