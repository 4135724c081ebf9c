//! Version 5: people, their sessions and memberships, invitations, the audit log.

use sea_orm::sea_query::{
    ColumnDef, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, Table, TableCreateStatement,
};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let index = |name: &str, table: &str, column: &str| {
        Index::create().name(name.to_owned()).table(table.to_owned()).col(column.to_owned()).to_owned()
    };
    vec![
        backend.build(&person()),
        backend.build(&membership()),
        backend.build(&index("membership_by_person", "membership", "person_id")),
        backend.build(&session()),
        backend.build(&index("session_by_person", "session", "person_id")),
        backend.build(&invitation()),
        backend.build(&index("invitation_by_workspace", "invitation", "workspace_id")),
        backend.build(&audit()),
        backend.build(&index("audit_by_workspace", "audit", "workspace_id").col("seq").to_owned()),
    ]
}

fn person() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("person")
        .col(ColumnDef::new("id").text().not_null().primary_key())
        .col(ColumnDef::new("email").text().not_null().unique_key())
        .col(ColumnDef::new("administrator").boolean().not_null())
        .col(ColumnDef::new("disabled_at_us").big_integer())
        .col(ColumnDef::new("created_at_us").big_integer().not_null());
    for text in ["name", "password_hash"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    table
}

fn membership() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("membership").col(ColumnDef::new("created_at_us").big_integer().not_null());
    for text in ["workspace_id", "person_id", "role"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    table
        .primary_key(Index::create().col("workspace_id").col("person_id"))
        .foreign_key(&mut belongs("membership", "workspace_id", "workspace"))
        .foreign_key(&mut belongs("membership", "person_id", "person"))
        .to_owned()
}

fn session() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(ColumnDef::new("token_hash").text().not_null().primary_key())
        .col(ColumnDef::new("person_id").text().not_null())
        .col(ColumnDef::new("created_at_us").big_integer().not_null())
        .col(ColumnDef::new("seen_at_us").big_integer().not_null())
        .foreign_key(&mut belongs("session", "person_id", "person"))
        .to_owned()
}

fn invitation() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("invitation")
        .col(ColumnDef::new("id").text().not_null().primary_key())
        .col(ColumnDef::new("token_hash").text().not_null().unique_key())
        .col(ColumnDef::new("created_at_us").big_integer().not_null())
        .col(ColumnDef::new("expires_at_us").big_integer().not_null());
    for text in ["workspace_id", "email", "role"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    table.foreign_key(&mut belongs("invitation", "workspace_id", "workspace")).to_owned()
}

/// Nothing it names has to exist: entries outlast people and workspaces.
fn audit() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("audit")
        .col(ColumnDef::new("seq").big_integer().not_null().primary_key())
        .col(ColumnDef::new("time_us").big_integer().not_null());
    for text in ["action", "target", "detail", "hash"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    for text in ["person_id", "workspace_id", "address_hash"] {
        table.col(ColumnDef::new(text).text());
    }
    table
}

fn belongs(table: &str, column: &str, to: &str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_of_{to}"))
        .from(table.to_owned(), column.to_owned())
        .to(to.to_owned(), "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
