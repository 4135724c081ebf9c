//! Version 15: kept forecasts of layouts.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let mut table = Table::create();
    table.table("place_forecast").col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key());
    for text in ["workspace_id", "site_id", "content", "created_by"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    table.col(ColumnDef::new("created_at_us").big_integer().not_null()).foreign_key(
        ForeignKey::create()
            .name("place_forecast_of_workspace")
            .from("place_forecast", "workspace_id")
            .to("workspace", "id")
            .on_delete(ForeignKeyAction::Cascade),
    );
    let mut index = Index::create();
    index.name("place_forecast_by_site").table("place_forecast").col("workspace_id").col("site_id");
    vec![backend.build(&table), backend.build(&index)]
}
