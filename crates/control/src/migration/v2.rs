//! Version 2: tracked pains, proposals, and what people did to them.

use sea_orm::sea_query::{
    ColumnDef, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, Table, TableCreateStatement,
};
use sea_orm::{DbBackend, Statement};

pub(super) fn statements(backend: DbBackend) -> Vec<Statement> {
    let index = |name: &str, table: &str, columns: [&str; 3]| {
        let [a, b, c] = columns.map(str::to_owned);
        let index = Index::create().name(name).table(table.to_owned()).col(a).col(b).col(c).to_owned();
        backend.build(&index)
    };
    vec![
        backend.build(&pain()),
        index("pain_by_journey", "pain", ["workspace_id", "journey_id", "status"]),
        backend.build(&pain_event()),
        index("pain_event_by_pain", "pain_event", ["workspace_id", "pain_key", "id"]),
        backend.build(&proposal()),
        index("proposal_by_journey", "proposal", ["workspace_id", "journey_id", "status"]),
        index("proposal_by_pain", "proposal", ["workspace_id", "pain_key", "id"]),
        backend.build(&proposal_event()),
        index("proposal_event_by_proposal", "proposal_event", ["workspace_id", "proposal_id", "id"]),
    ]
}

fn pain() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("pain");
    texts(&mut table, &["workspace_id", "pain_key", "journey_id", "stage_id", "kind", "content", "status"]);
    table
        .col(ColumnDef::new("owner").text())
        .col(ColumnDef::new("due").text())
        .col(ColumnDef::new("money_per_month").double())
        .col(ColumnDef::new("customers_per_month").double().not_null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("journey_version").integer().not_null());
    numbers(&mut table, &["first_found_at_us", "last_found_at_us", "last_looked_at_us", "as_of_us"]);
    for optional in ["looked_from_us", "looked_to_us", "closed_at_us"] {
        table.col(ColumnDef::new(optional).big_integer());
    }
    table
        .primary_key(Index::create().col("workspace_id").col("pain_key"))
        .foreign_key(&mut of_workspace("pain"))
        .to_owned()
}

fn pain_event() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("pain_event").col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key());
    texts(&mut table, &["workspace_id", "pain_key"]);
    act(&mut table);
    table
        .foreign_key(
            ForeignKey::create()
                .name("pain_event_of_pain")
                .from("pain_event", ("workspace_id", "pain_key"))
                .to("pain", ("workspace_id", "pain_key"))
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

fn proposal() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("proposal").col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key());
    texts(&mut table, &["workspace_id", "journey_id", "stage_id", "content", "status", "created_by"]);
    table
        .col(ColumnDef::new("pain_key").text())
        .col(ColumnDef::new("money_per_month").double())
        .col(ColumnDef::new("customers_per_month").double())
        .col(ColumnDef::new("version").integer().not_null());
    numbers(&mut table, &["created_at_us", "changed_at_us"]);
    table.foreign_key(&mut of_workspace("proposal")).to_owned()
}

fn proposal_event() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("proposal_event").col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key());
    texts(&mut table, &["workspace_id"]);
    numbers(&mut table, &["proposal_id"]);
    act(&mut table);
    table
        .foreign_key(
            ForeignKey::create()
                .name("proposal_event_of_proposal")
                .from("proposal_event", "proposal_id")
                .to("proposal", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

/// Who did what, when and why.
fn act(table: &mut TableCreateStatement) {
    numbers(table, &["at_us"]);
    texts(table, &["by", "changes"]);
    table.col(ColumnDef::new("note").text());
}

fn texts(table: &mut TableCreateStatement, names: &[&'static str]) {
    for name in names {
        table.col(ColumnDef::new(*name).text().not_null());
    }
}

fn numbers(table: &mut TableCreateStatement, names: &[&'static str]) {
    for name in names {
        table.col(ColumnDef::new(*name).big_integer().not_null());
    }
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
