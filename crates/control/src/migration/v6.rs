//! Version 6: sources and their keys.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let mut source = Table::create();
    source.table("source");
    for text in ["workspace_id", "id", "name", "channel", "origins"] {
        source.col(ColumnDef::new(text).text().not_null());
    }
    source
        .col(ColumnDef::new("created_at_us").big_integer().not_null())
        .primary_key(Index::create().col("workspace_id").col("id"))
        .foreign_key(
            ForeignKey::create()
                .name("source_of_workspace")
                .from("source", "workspace_id")
                .to("workspace", "id")
                .on_delete(ForeignKeyAction::Cascade),
        );
    let mut key = Table::create();
    key.table("source_key").col(ColumnDef::new("hash").text().not_null().primary_key());
    for text in ["id", "workspace_id", "source_id", "kind", "start"] {
        key.col(ColumnDef::new(text).text().not_null());
    }
    key.col(ColumnDef::new("plain").text())
        .col(ColumnDef::new("created_at_us").big_integer().not_null())
        .col(ColumnDef::new("expires_at_us").big_integer())
        .col(ColumnDef::new("last_used_at_us").big_integer())
        .foreign_key(
            ForeignKey::create()
                .name("source_key_of_source")
                .from("source_key", ("workspace_id", "source_id"))
                .to("source", ("workspace_id", "id"))
                .on_delete(ForeignKeyAction::Cascade),
        );
    let by_source = Index::create()
        .name("source_key_by_source")
        .table("source_key")
        .col("workspace_id")
        .col("source_id")
        .to_owned();
    vec![backend.build(&source), backend.build(&key), backend.build(&by_source)]
}
