//! Snapshots: what a run read, pinned so that it can be read again and proved.
//!
//! [`content`] is what is pinned, [`book`] finds it again by id or name, [`make`] keeps it on a server and
//! [`local`] as a tag of a repository without one, [`replay`] asks again and compares.

mod book;
mod content;
mod impact;
mod local;
mod make;
mod mark;
mod read;
mod replay;
mod types;

pub use content::{PinnedExcerpt, PinnedQuery, PinnedRecord, SnapshotContent, SnapshotTag};
pub use impact::{Impact, ImpactOf, Impacted, Reached};
pub use replay::{Replay, ReplayedDigest};
pub use types::{NewSnapshot, SnapshotFilter, SnapshotMarkView, SnapshotNamed, SnapshotView};

pub(super) use book::{KnownSnapshot, RecordsBook, SnapshotBook, TagBook};

/// Where snapshots are tagged.
pub(super) const SNAPSHOT_TAGS: &str = "refs/tags/memory/snapshots/";
