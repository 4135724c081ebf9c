//! Version 1: workspaces, journeys and their versions, views, import runs.

use sea_orm::sea_query::{
    ColumnDef, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, Table, TableCreateStatement,
};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let import_runs_newest_first =
        Index::create().name("import_run_by_workspace").table("import_run").col("workspace_id").col("id").to_owned();
    vec![
        backend.build(&workspace()),
        backend.build(&journey_version()),
        backend.build(&view()),
        backend.build(&import_run()),
        backend.build(&import_runs_newest_first),
    ]
}

fn workspace() -> TableCreateStatement {
    Table::create()
        .table("workspace")
        .col(ColumnDef::new("id").text().not_null().primary_key())
        .col(ColumnDef::new("name").text().not_null())
        .col(ColumnDef::new("sample_licence").text())
        .col(ColumnDef::new("sample_origin").text())
        .col(ColumnDef::new("zone").text().not_null())
        .col(ColumnDef::new("currency").text())
        .col(ColumnDef::new("created_at_us").big_integer().not_null())
        .to_owned()
}

fn journey_version() -> TableCreateStatement {
    Table::create()
        .table("journey_version")
        .col(ColumnDef::new("workspace_id").text().not_null())
        .col(ColumnDef::new("journey_id").text().not_null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("content").text().not_null())
        .col(ColumnDef::new("saved_at_us").big_integer().not_null())
        .col(ColumnDef::new("saved_by").text().not_null())
        .col(ColumnDef::new("note").text())
        .primary_key(Index::create().col("workspace_id").col("journey_id").col("version"))
        .foreign_key(&mut of_workspace("journey_version"))
        .to_owned()
}

fn view() -> TableCreateStatement {
    Table::create()
        .table("view")
        .col(ColumnDef::new("workspace_id").text().not_null())
        .col(ColumnDef::new("hash").text().not_null())
        .col(ColumnDef::new("content").text().not_null())
        .col(ColumnDef::new("created_at_us").big_integer().not_null())
        .primary_key(Index::create().col("workspace_id").col("hash"))
        .foreign_key(&mut of_workspace("view"))
        .to_owned()
}

fn import_run() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("import_run")
        .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
        .col(ColumnDef::new("workspace_id").text().not_null())
        .col(ColumnDef::new("source").text().not_null())
        .col(ColumnDef::new("file").text().not_null())
        .col(ColumnDef::new("file_hash").text().not_null())
        .col(ColumnDef::new("outcome").text().not_null())
        .foreign_key(&mut of_workspace("import_run"));
    let numbers = [
        "file_bytes",
        "mapping_fingerprint",
        "started_at_us",
        "ended_at_us",
        "rows",
        "events",
        "duplicates",
        "rejections",
        "skipped",
    ];
    for number in numbers {
        table.col(ColumnDef::new(number).big_integer().not_null());
    }
    table
}

/// What belongs to a workspace goes with it.
fn of_workspace(table: &str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_of_workspace"))
        .from(table.to_owned(), "workspace_id")
        .to("workspace", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
