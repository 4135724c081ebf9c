//! Version 3: the place of a workspace in lists, and what kind of sample it is.

use sea_orm::sea_query::{ColumnDef, Table, TableAlterStatement};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let place = ColumnDef::new("place").integer().not_null().default(0).to_owned();
    let sample_kind = ColumnDef::new("sample_kind").text().to_owned();
    [place, sample_kind].into_iter().map(|column| backend.build(&add(column))).collect()
}

/// SQLite adds one column a statement.
fn add(column: ColumnDef) -> TableAlterStatement {
    Table::alter().table("workspace").add_column(column).to_owned()
}
