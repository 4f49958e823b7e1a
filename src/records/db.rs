//! The database: one writer, some readers, and transactions.

use super::{RecordsError, schema};
use crate::base::id::fresh_ulid;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Params, Row, TransactionBehavior};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// How long a connection waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long one that comes at the same moment waits before it tries again.
const RETRY: Duration = Duration::from_millis(5);
/// How many idle read connections are kept.
const IDLE_READERS: usize = 16;
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 128;

/// The records database of one data directory.
///
/// Writes of this process take turns on one connection; a write of another process waits for its turn in
/// SQLite. Reads run beside them, each on a consistent view.
pub struct Records {
    path: PathBuf,
    owner: String,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    listener: OnceLock<Listener>,
}

/// Who is told that something was committed that others watch.
type Listener = Box<dyn Fn() + Send + Sync>;

/// A view of one moment, to read through.
pub struct View<'c> {
    conn: &'c Connection,
}

/// A transaction: everything changed through it happens together or not at all.
pub struct Tx<'c> {
    view: View<'c>,
    pub(super) owner: &'c str,
}

impl Records {
    /// Opens the database at a path, making it or bringing it to the present schema where needed.
    pub fn open(path: &Path) -> Result<Self, RecordsError> {
        make_private_file(path).map_err(|source| RecordsError::Open { path: path.to_owned(), source })?;
        let mut writer = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        make_durable(&writer)?;
        schema::migrate(&mut writer)?;
        let (readers, listener) = (Mutex::default(), OnceLock::new());
        Ok(Self { path: path.to_owned(), owner: fresh_ulid(), writer: Mutex::new(writer), readers, listener })
    }

    /// Calls a listener after each transaction of this process that changed what can be watched. There is one
    /// listener: a second one is not taken.
    pub fn listen(&self, listener: impl Fn() + Send + Sync + 'static) {
        let _ = self.listener.set(Box::new(listener));
    }

    /// Runs a transaction. An error, or a panic, of the closure leaves nothing behind; when this returns
    /// `Ok`, all of it is on disk. A closure never begins another write: it holds the writer's turn.
    pub fn write<T, E: From<RecordsError>>(&self, change: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut conn = lock(&self.writer);
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(RecordsError::from)?;
        let (value, changed) = {
            let tx = Tx { view: View { conn: &tx }, owner: &self.owner };
            (change(&tx)?, tx.close_changes()?)
        };
        tx.commit().map_err(RecordsError::from)?;
        drop(conn);
        if let Some(listener) = self.listener.get().filter(|_| changed) {
            listener();
        }
        Ok(value)
    }

    /// Reads from a view of one moment, beside any writer.
    pub fn read<T, E: From<RecordsError>>(&self, look: impl FnOnce(&View<'_>) -> Result<T, E>) -> Result<T, E> {
        let idle = lock(&self.readers).pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        };
        let value = {
            let tx = conn.transaction().map_err(RecordsError::from)?;
            look(&View { conn: &tx })
        };
        let mut readers = lock(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(conn);
        }
        value
    }
}

impl<'c> View<'c> {
    /// The one row of a query, if there is one.
    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, RecordsError> {
        Ok(self.conn.prepare_cached(sql)?.query_row(params, row).optional()?)
    }

    /// Every row of a query.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, RecordsError> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params, row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Hands each row of a query to a visitor, one at a time.
    pub(super) fn each(
        &self,
        sql: &str,
        params: impl Params,
        mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), RecordsError> {
        self.each_while(sql, params, |row| visit(row).map(|()| true))
    }

    /// Hands each row of a query to a visitor, one at a time, until it says `false`.
    pub(super) fn each_while(
        &self,
        sql: &str,
        params: impl Params,
        mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<bool>,
    ) -> Result<(), RecordsError> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            if !visit(row)? {
                break;
            }
        }
        Ok(())
    }
}

impl<'c> Tx<'c> {
    /// Runs a statement and gives the number of rows it changed.
    pub(super) fn run(&self, sql: &str, params: impl Params) -> Result<usize, RecordsError> {
        Ok(self.conn.prepare_cached(sql)?.execute(params)?)
    }

    /// Runs an insertion and gives the number of the new row.
    pub(super) fn insert(&self, sql: &str, params: impl Params) -> Result<i64, RecordsError> {
        Ok(self.conn.prepare_cached(sql)?.insert(params)?)
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = View<'c>;
    fn deref(&self) -> &View<'c> {
        &self.view
    }
}

/// A panic while the lock was held rolled its transaction back: the connection is as good as before.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes an empty file that only its owner reads; SQLite gives its other files the same mode.
fn make_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, RecordsError> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    Ok(conn)
}

/// Has the database keep a write-ahead log. SQLite does not wait for others here, whatever its timeout says: whoever
/// comes while another one makes the same change tries again.
fn enter_wal(conn: &Connection) -> Result<String, RecordsError> {
    for _ in 0..BUSY_TIMEOUT.as_millis() / RETRY.as_millis() {
        match conn.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0)) {
            Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == ErrorCode::DatabaseBusy => {
                std::thread::sleep(RETRY);
            }
            other => return Ok(other?),
        }
    }
    Err(RecordsError::Busy)
}

/// A committed transaction is on disk before the commit returns.
fn make_durable(conn: &Connection) -> Result<(), RecordsError> {
    let mode = enter_wal(conn)?;
    if mode != "wal" {
        return Err(RecordsError::corrupt(format!("its file system allows the journal mode {mode} only, not wal")));
    }
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "fullfsync", true)?;
    conn.pragma_update(None, "checkpoint_fullfsync", true)?;
    Ok(())
}
