//! Version 13: sites and their versions, and the salts of device ids.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let of_workspace = |name: &str, table: &str| {
        ForeignKey::create()
            .name(name)
            .from(table.to_owned(), "workspace_id")
            .to("workspace", "id")
            .on_delete(ForeignKeyAction::Cascade)
            .to_owned()
    };
    let mut sites = Table::create();
    sites.table("site_version");
    for text in ["workspace_id", "site_id", "content", "saved_by"] {
        sites.col(ColumnDef::new(text).text().not_null());
    }
    sites
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("saved_at_us").big_integer().not_null())
        .col(ColumnDef::new("note").text())
        .primary_key(Index::create().col("workspace_id").col("site_id").col("version"))
        .foreign_key(&mut of_workspace("site_version_of_workspace", "site_version"));
    let mut salts = Table::create();
    salts.table("place_salt");
    for text in ["workspace_id", "site_id", "day", "salt"] {
        salts.col(ColumnDef::new(text).text().not_null());
    }
    salts
        .col(ColumnDef::new("created_at_us").big_integer().not_null())
        .primary_key(Index::create().col("workspace_id").col("site_id").col("day"))
        .foreign_key(&mut of_workspace("place_salt_of_workspace", "place_salt"));
    vec![backend.build(&sites), backend.build(&salts)]
}
