//! What a tree would be with some changes, worked out without writing anything.

use super::cache::ParseCache;
use super::edits::{FileChange, Outcome, plan};
use super::proposal::ProposeError;
use super::tree::{LoadedTree, load_from, load_ontology, unreadable};
use crate::base::store::BlobError;
use crate::base::{BlobStore, FileMode, Oid, TreeEntry};
use crate::git::{At, ReadRepository, blob_id};
use std::collections::{BTreeMap, HashMap};

/// Loads the tree that changes would make of a base.
pub fn trial(
    repo: &dyn ReadRepository,
    base: At,
    changes: &[FileChange],
    cache: &ParseCache,
) -> Result<LoadedTree, ProposeError> {
    let limit = load_ontology(repo, base)?.0.limits.max_file_bytes as u64;
    let files = repo.files(base)?;
    let mut fresh = HashMap::new();
    let mut outcomes = Vec::new();
    for (path, outcome) in plan(&files, changes, limit)? {
        let oid = match outcome {
            Outcome::Gone => None,
            Outcome::Blob(oid) => Some(oid),
            Outcome::Bytes(bytes) => {
                let oid = blob_id(bytes)?;
                fresh.insert(oid, bytes);
                Some(oid)
            }
        };
        outcomes.push((path.as_str().as_bytes().to_vec(), oid));
    }
    let mut tree: BTreeMap<Vec<u8>, TreeEntry> = files.into_iter().map(|entry| (entry.path.clone(), entry)).collect();
    for (path, oid) in outcomes {
        match oid {
            None => _ = tree.remove(&path),
            Some(oid) => _ = tree.insert(path.clone(), TreeEntry { path, mode: FileMode::File, oid }),
        }
    }
    let store = Over { fresh, below: repo };
    Ok(load_from(&store, tree.into_values().collect(), cache).map_err(unreadable)?)
}

/// Blobs that are at hand, over those of a repository.
struct Over<'a> {
    fresh: HashMap<Oid, &'a [u8]>,
    below: &'a dyn ReadRepository,
}

impl BlobStore for Over<'_> {
    fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, BlobError> {
        let Some(bytes) = self.fresh.get(&oid) else { return self.below.blob(oid, limit) };
        let size = bytes.len() as u64;
        if size > limit { Err(BlobError::TooLarge { oid, size, limit }) } else { Ok(bytes.to_vec()) }
    }
}
