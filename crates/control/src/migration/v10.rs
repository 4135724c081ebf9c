//! Version 10: what people write about names in the data dictionary, and its versions.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let mut table = Table::create();
    table.table("dictionary_version");
    for text in ["workspace_id", "kind", "name", "content", "saved_by"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    table
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("saved_at_us").big_integer().not_null())
        .col(ColumnDef::new("note").text())
        .primary_key(Index::create().col("workspace_id").col("kind").col("name").col("version"))
        .foreign_key(
            ForeignKey::create()
                .name("dictionary_version_of_workspace")
                .from("dictionary_version", "workspace_id")
                .to("workspace", "id")
                .on_delete(ForeignKeyAction::Cascade),
        );
    vec![backend.build(&table)]
}
