//! What goes wrong with a table.

use std::io;
use std::path::{Path, PathBuf};

/// Why a table cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The operating system refused something.
    #[error("{path} cannot be used")]
    Io {
        /// The table.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What is in the file is not what was written there: throw it away and make it anew.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The table.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
    /// A row is put that no table takes.
    #[error("a row of {path} cannot be written: {reason}")]
    BadRow {
        /// The table.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
}

/// What goes wrong with a block.
#[derive(Debug)]
pub(super) enum BlockError {
    Io(io::Error),
    Damaged(&'static str),
}

impl From<io::Error> for BlockError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged("it ends too early"),
            _ => Self::Io(error),
        }
    }
}

impl BlockError {
    /// The same, of a table.
    pub(super) fn of(self, path: &Path) -> TableError {
        let path = path.to_owned();
        match self {
            Self::Io(source) => TableError::Io { path, source },
            Self::Damaged(reason) => TableError::Damaged { path, reason },
        }
    }
}
