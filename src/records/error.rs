//! What can go wrong with the records.

use rusqlite::ErrorCode;

/// A records operation that did not happen: nothing of its transaction is kept.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The record is not in the state that the change was made for.
    #[error("{what} `{id}` is not what the change expects: {reason}")]
    Conflict {
        /// What sort of record.
        what: &'static str,
        /// Which one.
        id: String,
        /// What is different.
        reason: String,
    },
    /// A reviewer decided about another diff than the present one.
    #[error("the diff of update `{id}` is {present} now; look at it and decide again")]
    OtherDiff {
        /// Which update.
        id: String,
        /// The digest of its present diff.
        present: crate::base::Digest,
    },
    /// There is no such record in this org.
    #[error("there is no {what} `{id}`")]
    NotFound {
        /// What sort of record.
        what: &'static str,
        /// Which one.
        id: String,
    },
    /// The name or id is taken.
    #[error("{what} `{id}` exists already, or a name that is too much like it")]
    AlreadyExists {
        /// What sort of record.
        what: &'static str,
        /// Which one.
        id: String,
    },
    /// The cursor was not given out for this list of this org.
    #[error("the cursor is not one of this list; ask for the first page")]
    BadCursor,
    /// Another process held the database for too long; the same request may be tried again.
    #[error("the records database is busy; try again")]
    Busy,
    /// The database was written by a newer version of this program.
    #[error("the records database has schema {found}, and this version knows up to {known}; use a newer version")]
    NewerSchema {
        /// The schema found.
        found: i64,
        /// The newest schema known.
        known: i64,
    },
    /// What is stored cannot be what was stored.
    #[error("the records database is damaged or another sort of file: {reason}; restore it from a backup")]
    Corrupt {
        /// What was found.
        reason: String,
    },
    /// The operating system could not give random bytes.
    #[error("the system gives no random bytes: {0}")]
    NoRandomness(getrandom::Error),
    /// The database file could not be made.
    #[error("the records database {path} cannot be opened")]
    Open {
        /// Where it is.
        path: std::path::PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// SQLite failed for a reason outside the request: a full disk, a file that cannot be written.
    #[error("the records database failed")]
    Sqlite(#[source] rusqlite::Error),
}

impl RecordsError {
    pub(super) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }

    pub(super) fn already_exists(what: &'static str, id: impl ToString) -> Self {
        Self::AlreadyExists { what, id: id.to_string() }
    }

    pub(super) fn conflict(what: &'static str, id: impl ToString, reason: impl Into<String>) -> Self {
        Self::Conflict { what, id: id.to_string(), reason: reason.into() }
    }

    pub(super) fn corrupt(reason: impl Into<String>) -> Self {
        Self::Corrupt { reason: reason.into() }
    }
}

impl From<rusqlite::Error> for RecordsError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error as E;
        match (&error, error.sqlite_error_code()) {
            (_, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) => Self::Busy,
            (_, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)) => Self::corrupt(error.to_string()),
            (E::FromSqlConversionFailure(..) | E::IntegralValueOutOfRange(..) | E::InvalidColumnType(..), _) => {
                Self::corrupt(error.to_string())
            }
            _ => Self::Sqlite(error),
        }
    }
}
