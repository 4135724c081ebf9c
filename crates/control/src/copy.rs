//! A copy of the database, made while others read and write it: what a backup holds of it.
//!
//! SQLite itself writes it (`VACUUM INTO`), from one moment, and keeps no writer waiting. Sessions are no part of it: who
//! restores a copy must not bring back somebody who has signed out since; nor are salts of device ids, which never leave. Passwords and keys are in it as hashes, as they
//! are in the database.

use std::path::Path;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, Value};

use crate::error::{Error, Result};
use crate::migration;
use crate::store::{Control, READ_TIMEOUT, connect};

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlCopy {
    /// Ids of the workspaces, in order.
    pub workspaces: Vec<String>,
    /// The schema version it has; opening it brings it up to date.
    pub schema: i64,
}

/// Tables whose rows are of the whole installation and stay out of a copy of one workspace: who did what elsewhere is no
/// business of whoever is given it.
const OF_THE_INSTALLATION: [&str; 1] = ["audit"];

impl Control {
    /// Copies the database at `from` to `to`, which must not exist: all of it, or what belongs to one workspace, with the
    /// people who are its members. The database may be older than this program; it stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] of the workspace, [`Error::Newer`] or [`Error::Foreign`] as of [`Control::open`],
    /// [`Error::Open`] if there is no database.
    pub async fn copy(from: &Path, to: &Path, only: Option<&str>) -> Result<ControlCopy> {
        if !from.is_file() {
            let reason = "there is no such file".to_owned();
            return Err(Error::Open { path: from.to_owned(), reason, kind: crate::ErrorKind::NotFound });
        }
        let name = from.display().to_string();
        let source = connect(from, 1, READ_TIMEOUT).await.map_err(|error| Control::open_error(from, error))?;
        migration::check(&source, &name, migration::ALL).await?;
        let target = to.to_str().ok_or_else(|| Error::invalid("target", "its path is not UTF-8; name another one"))?;
        let written = run(&source, "VACUUM INTO ?", [target.into()]).await;
        source.close().await?;
        written?;
        let copy = connect(to, 1, READ_TIMEOUT).await.map_err(|error| Control::open_error(to, error))?;
        let copied = prepare(&copy, &name, only).await;
        copy.close().await?;
        copied
    }
}

/// Takes out what is no part of the copy.
async fn prepare(copy: &DatabaseConnection, name: &str, only: Option<&str>) -> Result<ControlCopy> {
    let schema = migration::version(copy, name).await?;
    if schema > 0 && has_table(copy, "session").await? {
        run(copy, "DELETE FROM session", []).await?;
    }
    if schema > 0 && has_table(copy, "place_salt").await? {
        run(copy, "DELETE FROM place_salt", []).await?;
    }
    if let Some(only) = only {
        // What belongs to a workspace goes with it.
        run(copy, "DELETE FROM workspace WHERE id <> ?", [only.into()]).await?;
        if has_table(copy, "person").await? {
            run(copy, "DELETE FROM person WHERE id NOT IN (SELECT person_id FROM membership)", []).await?;
        }
        for table in OF_THE_INSTALLATION {
            if has_table(copy, table).await? {
                for (trigger, _) in migration::AUDIT_KEPT {
                    run(copy, &format!("DROP TRIGGER IF EXISTS {trigger}"), []).await?;
                }
                run(copy, &format!("DELETE FROM {table}"), []).await?;
                for (_, create) in migration::AUDIT_KEPT.iter().filter(|_| schema >= migration::AUDIT_KEPT_SINCE) {
                    run(copy, create, []).await?;
                }
            }
        }
    }
    // Deleted rows stay in a file until their pages are written anew.
    run(copy, "VACUUM", []).await?;
    let workspaces = match schema {
        0 => Vec::new(),
        _ => {
            let statement = Statement::from_string(DbBackend::Sqlite, "SELECT id FROM workspace ORDER BY id");
            let rows = copy.query_all_raw(statement).await?;
            rows.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<String>, _>>()?
        }
    };
    match only {
        Some(only) if !workspaces.iter().any(|id| id == only) => Err(Error::no_workspace(only)),
        _ => Ok(ControlCopy { workspaces, schema }),
    }
}

async fn has_table(db: &DatabaseConnection, name: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [Value::from(name)]);
    Ok(db.query_one_raw(statement).await?.is_some())
}

async fn run<const N: usize>(db: &DatabaseConnection, sql: &str, values: [Value; N]) -> Result<()> {
    db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::access::Role;
    use model::text::LocalizedText;

    use super::*;
    use crate::{NewPerson, NewWorkspace};

    async fn filled(path: &Path) -> Control {
        let control = Control::open(path).await.unwrap();
        for id in ["one", "two"] {
            let new = NewWorkspace {
                id: id.to_owned(),
                name: LocalizedText::from(id),
                sample: None,
                zone: "UTC".to_owned(),
                currency: None,
                place: 0,
                created_at_us: 1,
            };
            control.create_workspace(new).await.unwrap();
        }
        for (name, workspace) in [("lin", "one"), ("mo", "two")] {
            let new = NewPerson {
                id: name.to_owned(),
                email: format!("{name}@example.com"),
                name: name.to_owned(),
                password_hash: "of nothing".to_owned(),
                administrator: false,
                at_us: 1,
            };
            let person = control.create_person(new).await.unwrap();
            control.set_role(workspace, &person.id, Role::Owner, 1).await.unwrap();
            control.begin_session(name, &person.id, 1).await.unwrap();
        }
        control
    }

    async fn people(control: &Control) -> Vec<String> {
        control.people().await.unwrap().into_iter().map(|person| person.name).collect()
    }

    #[tokio::test]
    async fn a_copy_has_everything_but_sessions_and_of_one_workspace_nothing_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control.db");
        let control = filled(&path).await;
        let whole = folder.path().join("whole.db");
        let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let named = async |control: &Control, fresh: u8, now_us: i64| {
            let salt = control.place_salt("one", "west", day, [fresh; 32], now_us).await.unwrap();
            salt.hash("device", &model::place::observation::RawId::new("aabbccddeeff"))
        };
        let first = named(&control, 1, 1).await;
        assert_eq!(named(&control, 2, 2).await, first);
        // Later it is dropped, and nobody can find out any more what that was hashed to.
        let late = 2 + crate::limits::SALT_US;
        let then = named(&control, 3, late).await;
        assert_ne!(then, first);
        // Beside a write that is under way, which is not part of it.
        let transaction = control.write().await.unwrap();
        let copied = Control::copy(&path, &whole, None).await.unwrap();
        drop(transaction);
        assert_eq!(copied, ControlCopy { workspaces: vec!["one".into(), "two".into()], schema: crate::SCHEMA_VERSION });
        let copy = Control::open(&whole).await.unwrap();
        // A salt that is kept goes before a fresh one: the copy has none.
        assert_eq!(named(&control, 4, late).await, then);
        assert_ne!(named(&copy, 5, late).await, then);
        assert_eq!(people(&copy).await, ["lin", "mo"]);
        assert!(control.session("lin", 2).await.unwrap().is_some() && copy.session("lin", 2).await.unwrap().is_none());

        let part = folder.path().join("part.db");
        assert_eq!(Control::copy(&path, &part, Some("two")).await.unwrap().workspaces, ["two"]);
        let text = String::from_utf8_lossy(&std::fs::read(&part).unwrap()).into_owned();
        assert!(text.contains("mo@example.com") && !text.contains("lin@example.com"));
        assert_eq!(people(&Control::open(&part).await.unwrap()).await, ["mo"]);
        let none = Control::copy(&path, &folder.path().join("none.db"), Some("three")).await.unwrap_err();
        assert_eq!(none.kind(), crate::ErrorKind::NotFound);
        let gone = Control::copy(&folder.path().join("gone"), &folder.path().join("x"), None).await.unwrap_err();
        assert!(gone.to_string().contains("no such file") && !folder.path().join("gone").exists());
    }
}
