//! The schema and its versions.
//!
//! Each migration runs in a transaction of its own, together with the row that records it; a crash leaves either
//! both or neither. A migration that has been released is never edited: a change is a new one.

mod v1;
mod v10;
mod v11;
mod v12;
mod v13;
mod v14;
mod v15;
mod v16;
mod v2;
mod v3;
mod v4;
mod v5;
mod v6;
mod v7;
mod v8;
mod v9;

use sea_orm::sea_query::{ColumnDef, Expr, ExprTrait, Query, SelectStatement, Table, TableCreateStatement};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::error::{Error, Result};
use crate::store::Control;

pub(crate) use v16::{AUDIT_KEPT, AUDIT_KEPT_SINCE};

/// The schema this program writes.
pub const SCHEMA_VERSION: i64 = 16;

/// Every migration, in order.
pub(crate) const ALL: &[Migration] = &[
    Migration { version: 1, name: "first form", statements: v1::statements },
    Migration { version: 2, name: "pains and proposals", statements: v2::statements },
    Migration { version: 3, name: "places and kinds of workspaces", statements: v3::statements },
    Migration { version: 4, name: "segments", statements: v4::statements },
    Migration { version: 5, name: "people and rights", statements: v5::statements },
    Migration { version: 6, name: "sources and their keys", statements: v6::statements },
    Migration { version: 7, name: "traffic rules", statements: v7::statements },
    Migration { version: 8, name: "limits to stores, sign-in by a provider", statements: v8::statements },
    Migration { version: 9, name: "named views", statements: v9::statements },
    Migration { version: 10, name: "notes of the data dictionary", statements: v10::statements },
    Migration { version: 11, name: "dated changes", statements: v11::statements },
    Migration { version: 12, name: "comments on maps", statements: v12::statements },
    Migration { version: 13, name: "sites, salts of device ids", statements: v13::statements },
    Migration { version: 14, name: "sensors of sites", statements: v14::statements },
    Migration { version: 15, name: "kept forecasts of layouts", statements: v15::statements },
    Migration { version: 16, name: "scopes of keys, refused letters, a kept audit log", statements: v16::statements },
];

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) statements: fn(DbBackend) -> Vec<Statement>,
}

/// The record of applied migrations.
const SCHEMA_TABLE: &str = "control_schema";

/// Fails if the database is another program's, or beyond the last of `migrations`; writes nothing. Else gives the
/// migrations that are due. `name` is what an error calls the database.
pub(crate) async fn check<'a>(
    db: &impl ConnectionTrait,
    name: &str,
    migrations: &'a [Migration],
) -> Result<&'a [Migration]> {
    let known = migrations.last().map_or(0, |migration| migration.version);
    let found = version(db, name).await?;
    if found > known {
        return Err(Error::Newer { path: name.to_owned(), found, known });
    }
    let due = migrations.iter().position(|migration| migration.version > found);
    Ok(due.map_or(&[], |first| &migrations[first..]))
}

/// Brings the database to the last of `migrations`.
pub(crate) async fn run(control: &Control, name: &str, migrations: &[Migration]) -> Result<()> {
    let due = check(control.reader(), name, migrations).await?;
    for migration in due {
        let transaction = control.write().await?;
        // Read again under the lock: another process may have been faster.
        if version(&transaction.db, name).await? >= migration.version {
            continue;
        }
        let backend = transaction.db.get_database_backend();
        transaction.db.execute_raw(backend.build(&schema_table())).await?;
        for statement in (migration.statements)(backend) {
            transaction.db.execute_raw(statement).await?;
        }
        let record = Query::insert()
            .into_table(SCHEMA_TABLE)
            .columns(["version", "name"])
            .values_panic([migration.version.into(), migration.name.into()])
            .to_owned();
        transaction.db.execute_raw(backend.build(&record)).await?;
        transaction.commit().await?;
        tracing::info!(database = name, version = migration.version, "control schema brought up to date");
    }
    Ok(())
}

/// The version the database is at; 0 for an empty one.
pub(crate) async fn version(db: &impl ConnectionTrait, name: &str) -> Result<i64> {
    let backend = db.get_database_backend();
    let tables = db.query_all_raw(backend.build(&table_names())).await?;
    let tables = tables.iter().map(|row| row.try_get::<String>("", "name")).collect::<Result<Vec<_>, _>>()?;
    if !tables.iter().any(|table| table == SCHEMA_TABLE) {
        return if tables.is_empty() { Ok(0) } else { Err(Error::Foreign(name.to_owned())) };
    }
    let newest = Query::select().expr_as(Expr::col("version").max(), "version").from(SCHEMA_TABLE).to_owned();
    let row = db.query_one_raw(backend.build(&newest)).await?;
    let version = row.map(|row| row.try_get::<Option<i64>>("", "version")).transpose()?.flatten();
    version.ok_or_else(|| Error::corrupt("a schema record", "it names no version"))
}

/// The tables there are. SQLite's own way; PostgreSQL will ask `information_schema`.
fn table_names() -> SelectStatement {
    Query::select()
        .column("name")
        .from("sqlite_master")
        .and_where(Expr::col("type").eq("table"))
        .and_where(Expr::col("name").not_like("sqlite_%"))
        .to_owned()
}

fn schema_table() -> TableCreateStatement {
    Table::create()
        .table(SCHEMA_TABLE)
        .if_not_exists()
        .col(ColumnDef::new("version").big_integer().not_null().primary_key())
        .col(ColumnDef::new("name").text().not_null())
        .to_owned()
}

#[cfg(test)]
mod tests;
