//! The words every folder uses: ids, digests, places, findings, time, globs. Pure, but for the clock and file locks.
//!
//! Nothing here reads a file, asks the clock of the system for anything but [`time::SystemClock`],
//! or knows what a note is.

pub mod digest;
pub mod fault;
pub mod finding;
pub mod glob;
pub mod id;
pub mod lock;
pub mod path;
pub mod store;
pub mod text;
pub mod time;

pub use digest::{Digest, Digester};
pub use finding::{Finding, Place, Related, Severity};
pub use glob::GlobSet;
pub use id::{CommitId, Oid, OrgId, Principal, PrincipalKind, RepositoryName};
pub use path::RepoPath;
pub use store::{BlobStore, FileMode, TreeEntry};
pub use text::{LineIndex, Position, Span};
pub use time::{Clock, Timestamp};
