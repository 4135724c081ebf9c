use sea_orm::sea_query::Alias;
use sea_orm::{EntityTrait, PaginatorTrait};

use super::*;
use crate::entity::workspace;

async fn tables(control: &Control) -> Vec<String> {
    let db = control.reader();
    let rows = db.query_all_raw(db.get_database_backend().build(&table_names())).await.unwrap();
    let mut names: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    names.sort();
    names
}

fn note_table(backend: DbBackend) -> Vec<Statement> {
    vec![backend.build(Table::create().table("note").col(ColumnDef::new("id").integer().primary_key()))]
}

fn note_table_then_error(backend: DbBackend) -> Vec<Statement> {
    let mut statements = note_table(backend);
    statements.push(backend.build(Table::drop().table(Alias::new("no_such_table"))));
    statements
}

#[test]
fn versions_count_up_from_one() {
    let versions: Vec<i64> = ALL.iter().map(|migration| migration.version).collect();
    assert_eq!(versions, (1..=SCHEMA_VERSION).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_empty_database_gets_every_table_and_a_second_run_changes_nothing() {
    let control = Control::open_in_memory().await.unwrap();
    assert_eq!(
        tables(&control).await,
        [
            "audit",
            "comment",
            "control_schema",
            "dated_change",
            "dictionary_version",
            "import_run",
            "invitation",
            "journey_version",
            "membership",
            "named_view",
            "pain",
            "pain_event",
            "person",
            "place_forecast",
            "place_salt",
            "proposal",
            "proposal_event",
            "provider_account",
            "segment_version",
            "sensor",
            "session",
            "site_version",
            "source",
            "source_key",
            "source_refusal",
            "traffic_version",
            "view",
            "workspace"
        ]
    );
    assert_eq!(version(control.reader(), "test").await.unwrap(), SCHEMA_VERSION);
    run(&control, "test", ALL).await.unwrap();
    assert_eq!(workspace::Entity::find().count(control.reader()).await.unwrap(), 0);
}

#[tokio::test]
async fn later_migrations_are_added_to_what_is_there() {
    let control = Control::open_in_memory().await.unwrap();
    let next = Migration { version: SCHEMA_VERSION + 1, name: "notes", statements: note_table };
    run(&control, "test", &[ALL, &[next]].concat()).await.unwrap();
    assert!(tables(&control).await.contains(&"note".to_owned()));
    assert_eq!(version(control.reader(), "test").await.unwrap(), SCHEMA_VERSION + 1);

    let error = run(&control, "test", ALL).await.unwrap_err();
    assert!(
        matches!(error, Error::Newer { found, known, .. } if (found, known) == (SCHEMA_VERSION + 1, SCHEMA_VERSION))
    );
}

#[tokio::test]
async fn a_failing_migration_leaves_nothing_behind() {
    let control = Control::open_in_memory().await.unwrap();
    let before = tables(&control).await;
    let next = Migration { version: SCHEMA_VERSION + 1, name: "notes", statements: note_table_then_error };
    run(&control, "test", &[ALL, &[next]].concat()).await.unwrap_err();
    assert_eq!(tables(&control).await, before);
    assert_eq!(version(control.reader(), "test").await.unwrap(), SCHEMA_VERSION);
}
