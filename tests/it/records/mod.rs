//! Tests of `records`.

#![allow(clippy::unwrap_used, reason = "a test that unwraps in vain fails, and says where")]

mod audit;
mod changes;
mod idempotency;
mod imports;
mod intents;
mod landings;
mod open;
mod orgs;
mod processes;
mod signers;
mod tokens;
mod updates;

use lorekeep::base::{CommitId, Digest, OrgId, Principal, RepositoryName, Timestamp};
use lorekeep::records::{Records, RecordsError, Repository};
use std::path::PathBuf;
use tempfile::TempDir;

/// A database in a folder of its own, with the orgs `a5c` and `other`.
struct Store {
    records: Records,
    folder: TempDir,
}

impl Store {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let records = Records::open(&folder.path().join("records.db")).unwrap();
        records
            .write(|tx| {
                tx.create_org(&org(), now())?;
                tx.create_org(&other(), now())
            })
            .unwrap();
        Self { records, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("records.db")
    }

    /// A connection that obeys no rule of ours.
    fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }

    /// An active repository of an org.
    fn repository(&self, org: &OrgId, name: &str) -> Repository {
        let made = self.records.write(|tx| {
            let made = tx.create_repository(org, &RepositoryName::parse(name).unwrap(), false, now())?;
            tx.activate_repository(&made.id)?;
            tx.repository_by_id(&made.id)
        });
        made.unwrap().unwrap()
    }
}

fn org() -> OrgId {
    OrgId::parse("a5c").unwrap()
}

fn other() -> OrgId {
    OrgId::parse("other").unwrap()
}

fn now() -> Timestamp {
    Timestamp::parse("2026-05-10T12:00:00Z").unwrap()
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(now().seconds() + seconds)
}

fn principal(text: &str) -> Principal {
    Principal::parse(text).unwrap()
}

fn commit(n: u8) -> CommitId {
    CommitId::parse(&format!("{n:02x}").repeat(20)).unwrap()
}

fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

/// What an error is, without its fields.
fn sort<T>(result: Result<T, RecordsError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(RecordsError::Conflict { .. }) => "conflict",
        Err(RecordsError::OtherDiff { .. }) => "other diff",
        Err(RecordsError::NotFound { .. }) => "not found",
        Err(RecordsError::AlreadyExists { .. }) => "already exists",
        Err(RecordsError::BadCursor) => "bad cursor",
        Err(RecordsError::Busy) => "busy",
        Err(RecordsError::NewerSchema { .. }) => "newer schema",
        Err(RecordsError::Corrupt { .. }) => "corrupt",
        Err(RecordsError::NoRandomness(_)) => "no randomness",
        Err(RecordsError::Open { .. }) => "open",
        Err(RecordsError::Sqlite(_)) => "sqlite",
    }
}
