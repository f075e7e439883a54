//! Opening the database, reading from it, and the one way to write.

use std::{path::Path, time::Duration};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{Mutex, MutexGuard};

use crate::{StoreError, migrations::Migrator};

/// A connection for queries that only read.
pub type Db = DatabaseConnection;

/// What a query may run on: [`Db`] or [`Tx::conn`].
pub trait Read: sea_orm::ConnectionTrait {}

impl<T: sea_orm::ConnectionTrait> Read for T {}

/// An open database.
#[derive(Debug)]
pub struct Store {
    db: Db,
    // SQLite has one writer at a time, and so has the ledger: waiting here, in order,
    // is fairer than a busy loop in the database.
    writer: Mutex<()>,
}

/// A write transaction. Dropped without [`Tx::commit`], it changes nothing.
#[derive(Debug)]
pub struct Tx<'a> {
    conn: DatabaseTransaction,
    _writer: MutexGuard<'a, ()>,
}

impl Store {
    /// Opens (and creates where missing) the SQLite file at `path` and brings its schema
    /// up to date.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the file cannot be opened or a migration fails.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
        options
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(30))
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .journal_mode(SqliteJournalMode::Wal)
                    // FULL: what was acknowledged survives a power cut too, not only kill -9.
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(30))
                    .pragma("cache_size", "-4096")
                    .pragma("temp_store", "memory")
            });
        let db = Database::connect(options).await?;
        Migrator::up(&db, None).await?;
        Ok(Self {
            db,
            writer: Mutex::new(()),
        })
    }

    /// The connection for reading.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Starts a write transaction, after those that wait already.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the database cannot begin one.
    pub async fn write(&self) -> Result<Tx<'_>, StoreError> {
        let writer = self.writer.lock().await;
        let conn = self
            .db
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            })
            .await?;
        Ok(Tx {
            conn,
            _writer: writer,
        })
    }

    /// Closes all connections, so that the WAL is folded into the file.
    ///
    /// # Errors
    /// [`StoreError::Database`] when closing fails.
    pub async fn close(self) -> Result<(), StoreError> {
        Ok(self.db.close().await?)
    }
}

impl Tx<'_> {
    /// The connection inside the transaction.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.conn
    }

    /// Makes the changes durable.
    ///
    /// # Errors
    /// [`StoreError::Database`] when they could not be made so; then none is.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.conn.commit().await?)
    }
}
