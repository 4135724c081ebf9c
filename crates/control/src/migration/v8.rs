//! Version 8: members limited to stores, and the accounts people have at identity providers.

use sea_orm::sea_query::{ColumnDef, ForeignKey, ForeignKeyAction, Index, Table, TableCreateStatement};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let limited =
        |table: &str| Table::alter().table(table.to_owned()).add_column(ColumnDef::new("stores").text()).to_owned();
    vec![
        backend.build(&limited("membership")),
        backend.build(&limited("invitation")),
        backend.build(&provider_account()),
        backend.build(
            &Index::create().name("provider_account_by_person").table("provider_account").col("person_id").to_owned(),
        ),
    ]
}

fn provider_account() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("provider_account").col(ColumnDef::new("created_at_us").big_integer().not_null());
    for text in ["issuer", "subject", "person_id"] {
        table.col(ColumnDef::new(text).text().not_null());
    }
    table
        .primary_key(Index::create().col("issuer").col("subject"))
        .foreign_key(
            ForeignKey::create()
                .name("provider_account_of_person")
                .from("provider_account", "person_id")
                .to("person", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}
