//! The records database: what is not memory. The only user of SQL.
//!
//! Orgs and repositories, tokens, reviews in progress, intents, landings, idempotency keys, signing keys
//! and the audit chain. A caller opens [`Records`], reads through a [`View`] and changes through a [`Tx`]; both have
//! one method for each thing that can be asked or done, and a `Tx` joins several of them, with their audit
//! entries, into one. Memory itself is in git and never here.

mod audit;
mod changes;
mod columns;
mod cursor;
mod db;
mod error;
mod idempotency;
mod imports;
mod intents;
mod landings;
mod orgs;
mod principal_keys;
mod repositories;
mod schema;
mod signers;
mod snapshots;
mod token_text;
mod tokens;
mod updates;
mod words;

pub use audit::{AuditEntry, AuditEvent, AuditFilter, AuditHead, AuditProblem, AuditReport, Decision, Flaw};
pub use changes::{CHANGES_KEPT, CHANGES_KEPT_SECONDS, Change, ChangeKind, TOKENS};
pub use cursor::{MAX_PAGE, Page, PageRequest};
pub use db::{Records, Tx, View};
pub use error::RecordsError;
pub use idempotency::{Begun, IdempotencyKey, IdempotentRequest, StoredAnswer};
pub use imports::{
    Import, ImportFailure, ImportFilter, ImportIdentity, ImportObject, ImportPhase, NewImport, ObjectKind,
};
pub use intents::{IntentId, IntentKind, IntentOutcome, NewIntent, OpenIntent};
pub use landings::{Landing, LandingKind, NewLanding};
pub use orgs::Org;
pub use principal_keys::{MAX_PRINCIPAL_KEYS, PrincipalKey};
pub use repositories::{Repository, RepositoryStatus};
pub use signers::SignerKey;
pub use snapshots::{NewSnapshot, Snapshot, SnapshotFilter, SnapshotMark};
pub use token_text::TokenText;
pub use tokens::{NewToken, Token, TokenRefusal};
pub use updates::{
    Comment, NewComment, NewDecision, NewRevision, NewUpdate, Phase, Review, Revision, TimelineEvent, Update,
    UpdateDecision, UpdateFilter, Validation, Verdict, Version,
};
pub use words::{Actor, BadWord, RepositoryId};
