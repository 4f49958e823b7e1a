//! The derived index of one repository over its approved line: versions with validity intervals,
//! so that a question at an old commit reads the same structures as one at the tip.
//! The only user of tantivy.

mod types;

pub use types::{
    Entry, EntryId, FileMatches, GrepPattern, IndexError, IndexedFile, Landing, LineMatch, PathChange, PatternError,
    TextMatch, TextQuery,
};

use crate::base::{BlobStore, CommitId, Digest, RepoPath};
use crate::ontology::TypedGraph;
use std::path::Path;
use std::sync::Arc;

/// The version of the format on disk, part of every index digest.
pub const FORMAT: u32 = 1;

/// A repository's index. Readers take a [`View`] and keep it; one writer advances.
pub struct Index;

/// Everything the index knows at one commit. Immutable, whatever lands later.
pub struct View;

impl Index {
    /// Opens the index in a folder, or makes an empty one. An index of another format, or one that is damaged,
    /// is thrown away and an empty one made: whoever asks sees it by [`Index::tip`].
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        todo!("{}", dir.display())
    }

    /// An index that lives in memory, for a single commit off the approved line.
    pub fn in_memory() -> Result<Self, IndexError> {
        todo!()
    }

    /// The last commit that was indexed.
    pub fn tip(&self) -> Option<CommitId> {
        todo!()
    }

    /// How many commits are indexed.
    pub fn len(&self) -> usize {
        todo!()
    }

    /// Whether a commit is indexed.
    pub fn contains(&self, commit: CommitId) -> bool {
        todo!("{commit}")
    }

    /// Indexes landings, oldest first, each with the paths it changed against the one before (all paths, for the first).
    /// What is indexed when this returns survives a crash; a crash on the way leaves what was there before.
    /// `progress` is called after each landing.
    pub fn advance(
        &self,
        landings: &mut dyn Iterator<Item = Landing>,
        blobs: &dyn BlobStore,
        progress: &mut dyn FnMut(),
    ) -> Result<(), IndexError> {
        todo!(
            "{}",
            landings.count() + usize::from(blobs.blob(crate::base::Oid::from_bytes([0; 20]), 0).is_ok()) + {
                progress();
                0
            }
        )
    }

    /// Forgets every commit after `commit`, or all of them: the approved line was rewritten.
    pub fn truncate(&self, commit: Option<CommitId>) -> Result<(), IndexError> {
        todo!("{commit:?}")
    }

    /// The view at an indexed commit; `None` where it is not indexed. Views are cached.
    pub fn view(&self, commit: CommitId) -> Result<Option<Arc<View>>, IndexError> {
        todo!("{commit}")
    }

    /// Compares what is on disk with its checksums, and a sample of views with a fresh index of that commit alone.
    pub fn verify(&self, blobs: &dyn BlobStore) -> Result<Vec<String>, IndexError> {
        todo!("{}", blobs.blob(crate::base::Oid::from_bytes([0; 20]), 0).is_ok())
    }
}

impl View {
    /// The commit this is a view of.
    pub fn commit(&self) -> CommitId {
        todo!()
    }

    /// The digest of the list of (path, blob id, class) and the format's version: a function of the commit's content alone.
    pub fn digest(&self) -> &Digest {
        todo!()
    }

    /// The live files, in path order.
    pub fn files(&self) -> &[IndexedFile] {
        todo!()
    }

    /// The live entries, in (path, ordinal) order.
    pub fn entries(&self) -> &[EntryId] {
        todo!()
    }

    /// What is known of an entry.
    pub fn entry(&self, id: EntryId) -> &Entry {
        todo!("{id:?}")
    }

    /// The entry that declares a record id: the first in (path, ordinal) order.
    pub fn entry_of_id(&self, id: &str) -> Option<EntryId> {
        todo!("{id}")
    }

    /// The entries of a path, in order.
    pub fn entries_of_path(&self, path: &str) -> &[EntryId] {
        todo!("{path}")
    }

    /// The entry that a name means: a record id, a path, or an alias, tried in this order.
    pub fn entry_of_name(&self, name: &str) -> Option<EntryId> {
        todo!("{name}")
    }

    /// The typed graph: declared edges, those of sidecars and front matter, and `mentions` edges for links that name a record.
    pub fn graph(&self) -> &TypedGraph {
        todo!()
    }

    /// Ranks entries by BM25 with statistics of this commit alone, best first, ties by entry order.
    /// `keep` filters before ranking ends; statistics are those of the whole commit.
    pub fn rank(&self, query: &TextQuery, keep: &dyn Fn(EntryId) -> bool) -> Vec<TextMatch> {
        todo!("{query:?} {}", keep(EntryId(0)))
    }

    /// Finds the matching lines of files in scope, in (path, line) order.
    pub fn grep(&self, pattern: &GrepPattern, scope: &dyn Fn(&IndexedFile) -> bool) -> Vec<FileMatches> {
        todo!("{pattern:?} {}", scope(&self.files()[0]))
    }

    /// The text of a live file, exactly as it is in git; `None` where it is no text.
    pub fn text(&self, path: &RepoPath) -> Option<String> {
        todo!("{path}")
    }
}
