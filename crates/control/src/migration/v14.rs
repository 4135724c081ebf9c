//! Version 14: sensors of sites that deliver by themselves.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let mut sensors = Table::create();
    sensors.table("sensor");
    for text in ["workspace_id", "id", "site_id", "content"] {
        sensors.col(ColumnDef::new(text).text().not_null());
    }
    for text in ["key_hash", "key_start", "old_hash", "sealed", "refusal"] {
        sensors.col(ColumnDef::new(text).text());
    }
    for time in ["old_ends_us", "last_us"] {
        sensors.col(ColumnDef::new(time).big_integer());
    }
    for count in ["accepted", "refused"] {
        sensors.col(ColumnDef::new(count).big_integer().not_null());
    }
    sensors.primary_key(Index::create().col("workspace_id").col("id")).foreign_key(
        ForeignKey::create()
            .name("sensor_of_workspace")
            .from("sensor", "workspace_id")
            .to("workspace", "id")
            .on_delete(ForeignKeyAction::Cascade),
    );
    vec![backend.build(&sensors)]
}
