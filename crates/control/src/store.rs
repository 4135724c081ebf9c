//! The open control database: connections, transactions, one writer.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::SqliteSynchronous;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, MutexGuard};

use crate::error::{Error, ErrorKind, Result, is_busy};
use crate::migration;

/// How long a writer waits for another process's write. Writes here take milliseconds; only a copy or a check of
/// the file by another program holds it longer.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// Pause between two attempts to write. SQLite's own waiting soon looks only ten times a second, and then a process
/// that writes without pause can keep another out for long.
const WRITE_PAUSE: Duration = Duration::from_millis(3);

/// How long a reader waits. With the write-ahead log it does so only while another process repairs or closes it.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections for reading, beside the one for writing.
const READERS_MAX: u32 = 4;

/// An open control database. Cheap to clone; clones share connections.
#[derive(Debug, Clone)]
pub struct Control {
    readers: DatabaseConnection,
    writer: DatabaseConnection,
    /// Writers of this process queue here in order of arrival; the database's lock keeps no order.
    turn: Arc<Mutex<()>>,
}

/// A write transaction. Dropped without [`WriteTransaction::commit`], it never happened.
#[derive(Debug)]
pub(crate) struct WriteTransaction<'a> {
    pub(crate) db: DatabaseTransaction,
    _turn: MutexGuard<'a, ()>,
}

impl WriteTransaction<'_> {
    pub(crate) async fn commit(self) -> Result<()> {
        Ok(self.db.commit().await?)
    }
}

impl Control {
    /// Opens the database at `path`, creating it and its folder where absent, and brings its schema up to date.
    /// Several processes may have it open.
    ///
    /// # Errors
    /// [`Error::Newer`] if a newer program wrote it, [`Error::Foreign`] if it is another program's,
    /// [`Error::Open`] if it cannot be opened or is no database.
    pub async fn open(path: &Path) -> Result<Control> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            tokio::fs::create_dir_all(folder).await.map_err(|error| Error::Open {
                path: path.to_owned(),
                reason: format!("its folder cannot be made: {error}"),
                kind: ErrorKind::Unavailable,
            })?;
        }
        let failed = |error| Control::open_error(path, error);
        let name = path.display().to_string();
        let readers = connect(path, READERS_MAX, READ_TIMEOUT).await.map_err(failed)?;
        // Before anything is written: another program's file is not ours to change.
        migration::check(&readers, &name, migration::ALL).await?;
        let writer = connect(path, 1, Duration::ZERO).await.map_err(failed)?;
        switch_to_wal(&writer).await.map_err(failed)?;
        Control::migrated(Control { readers, writer, turn: Arc::default() }, &name).await
    }

    pub(crate) fn open_error(path: &Path, error: DbErr) -> Error {
        match Error::from(error) {
            Error::Database(error) => {
                let kind = Error::database_kind(&error);
                Error::Open { path: path.to_owned(), reason: reason(&error), kind }
            }
            busy => busy,
        }
    }

    /// A database that lives as long as the handle, for tests and trials.
    ///
    /// # Errors
    /// None in practice; the signature is that of [`Control::open`].
    pub async fn open_in_memory() -> Result<Control> {
        let mut options = ConnectOptions::new("sqlite::memory:");
        // The database is the connection: there must be one, and it must never be let go.
        options
            .min_connections(1)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(|options| options.foreign_keys(true));
        let db = Database::connect(options).await?;
        Control::migrated(Control { readers: db.clone(), writer: db, turn: Arc::default() }, "in memory").await
    }

    async fn migrated(control: Control, name: &str) -> Result<Control> {
        migration::run(&control, name, migration::ALL).await?;
        Ok(control)
    }

    /// Waits for open work and closes every connection. Optional; dropping the last clone closes them too.
    ///
    /// # Errors
    /// If the database fails to close.
    pub async fn close(self) -> Result<()> {
        self.readers.close().await?;
        Ok(self.writer.close().await?)
    }

    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// Begins a transaction that holds the write lock from its start, so that what it reads stays true until
    /// it commits, in this process and any other.
    pub(crate) async fn write(&self) -> Result<WriteTransaction<'_>> {
        let turn = self.turn.lock().await;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let mut patience = Patience::default();
        loop {
            match self.writer.begin_with_options(options).await {
                Ok(db) => return Ok(WriteTransaction { db, _turn: turn }),
                Err(error) => patience.wait_after(error).await?,
            }
        }
    }
}

pub(crate) async fn connect(
    path: &Path,
    connections_max: u32,
    busy_timeout: Duration,
) -> Result<DatabaseConnection, DbErr> {
    let path = path.to_owned();
    // The URL only says which driver: a path need not survive being one.
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(connections_max).sqlx_logging(false).map_sqlx_sqlite_opts(move |options| {
        options
            .filename(&path)
            .in_memory(false)
            .shared_cache(false)
            .create_if_missing(true)
            // What was acknowledged survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(busy_timeout)
    });
    let mut patience = Patience::default();
    loop {
        match Database::connect(options.clone()).await {
            Ok(db) => return Ok(db),
            Err(error) => patience.wait_after(error).await?,
        }
    }
}

/// Sets the write-ahead log, in which readers and the writer do not wait for each other. The file keeps the mode.
///
/// Not a connection option, because where two processes meet over a new file SQLite answers "busy" at once: this
/// switch does not wait for a busy timeout.
async fn switch_to_wal(db: &DatabaseConnection) -> Result<(), DbErr> {
    let mut patience = Patience::default();
    loop {
        match db.execute_unprepared("PRAGMA journal_mode = WAL").await {
            Ok(_) => return Ok(()),
            Err(error) => patience.wait_after(error).await?,
        }
    }
}

/// Waiting for another process to let go, at most for [`WRITE_TIMEOUT`].
#[derive(Debug, Default)]
struct Patience {
    waited: Duration,
}

impl Patience {
    /// Waits a little if the database was busy. Any other error, and the last of patience, gives the error back.
    async fn wait_after(&mut self, error: DbErr) -> Result<(), DbErr> {
        if !is_busy(&error) || self.waited >= WRITE_TIMEOUT {
            return Err(error);
        }
        tokio::time::sleep(WRITE_PAUSE).await;
        self.waited += WRITE_PAUSE;
        Ok(())
    }
}

/// The database's own words, without the wrapping of the layers between.
fn reason(error: &DbErr) -> String {
    match error {
        DbErr::Conn(inner) | DbErr::Exec(inner) => inner.to_string(),
        other => other.to_string(),
    }
}
