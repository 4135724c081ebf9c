//! Version 16: scopes of keys, what doors refused of a source, and an audit log that the database itself keeps.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table, TableCreateStatement};
use sea_orm::{DbBackend, Statement};

/// The version that brings them.
pub(crate) const AUDIT_KEPT_SINCE: i64 = 16;

/// The triggers that refuse to change and to delete entries of the audit log, by name.
pub(crate) const AUDIT_KEPT: [(&str, &str); 2] = [
    (
        "audit_not_changed",
        "CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
    ),
    (
        "audit_not_deleted",
        "CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END",
    ),
];

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let scope = Table::alter().table("source_key").add_column(ColumnDef::new("scope").text()).to_owned();
    let kept = AUDIT_KEPT.into_iter().map(|(_, trigger)| Statement::from_string(backend, trigger));
    [backend.build(&scope), backend.build(&refusals())].into_iter().chain(kept).collect()
}

fn refusals() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("source_refusal");
    for text in ["workspace_id", "source_id", "code", "example"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    for number in ["count", "first_us", "last_us"] {
        table.col(ColumnDef::new(number).big_integer().not_null());
    }
    table
        .primary_key(Index::create().col("workspace_id").col("source_id").col("code"))
        .foreign_key(
            ForeignKey::create()
                .name("source_refusal_of_source")
                .from("source_refusal", ("workspace_id", "source_id"))
                .to("source", ("workspace_id", "id"))
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
