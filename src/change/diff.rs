//! Differences of files: the digest an approval is bound to, and the list people read.

use super::compare::FilePair;
use crate::base::store::ShownBytes;
use crate::base::{Digest, FileMode, Oid, TreeEntry};
use crate::check::TreeFile;
use crate::git::Change;
use serde::Serialize;
use std::collections::BTreeMap;

/// The digest of a change: which paths, from which blob to which, with which mode.
///
/// It is a function of the changes alone: how they are shown, rendered or stored has no part in it.
pub fn diff_digest(changes: &[Change]) -> Digest {
    let mut lines: Vec<DigestLine<'_>> = changes.iter().map(DigestLine::of).collect();
    lines.sort_by_key(|line| line.path);
    Digest::of_json(&lines)
}

/// One path as the digest sees it. A path is written in hexadecimal: git paths need not be UTF-8.
#[derive(Serialize)]
struct DigestLine<'a> {
    #[serde(serialize_with = "as_hex")]
    path: &'a [u8],
    old: Option<Side>,
    new: Option<Side>,
}

#[derive(Serialize)]
struct Side {
    blob: Oid,
    mode: &'static str,
}

impl<'a> DigestLine<'a> {
    fn of(change: &'a Change) -> Self {
        let side = |entry: &TreeEntry| Side { blob: entry.oid, mode: mode_name(entry.mode) };
        Self { path: &change.path, old: change.old.as_ref().map(side), new: change.new.as_ref().map(side) }
    }
}

fn as_hex<S: serde::Serializer>(path: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let hex: String = path.iter().map(|byte| format!("{byte:02x}")).collect();
    serializer.serialize_str(&hex)
}

fn mode_name(mode: FileMode) -> &'static str {
    match mode {
        FileMode::File => "file",
        FileMode::Symlink => "symlink",
        FileMode::Submodule => "submodule",
    }
}

/// What happened to a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum FileChangeKind {
    /// It is new.
    Added,
    /// It is another.
    Changed,
    /// It is gone.
    Removed,
    /// The same bytes were at another path before.
    Renamed {
        /// The path before, for people.
        from: String,
    },
}

/// A file that differs between two trees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileDiff {
    /// Its path, for people.
    pub path: String,
    /// What happened to it.
    #[serde(flatten)]
    pub kind: FileChangeKind,
    /// Its object before.
    pub old: Option<Oid>,
    /// Its object after.
    pub new: Option<Oid>,
}

/// What happened to each file, in path order. A file that is gone and one that is new with the same
/// bytes are one rename.
pub fn file_diffs(pairs: &[FilePair<'_>]) -> Vec<FileDiff> {
    let renames = renames(pairs);
    let moved: BTreeMap<&[u8], &[u8]> = renames.iter().map(|(to, from)| (*from, *to)).collect();
    let shown = pairs.iter().filter(|pair| !moved.contains_key(pair.path));
    shown.map(|pair| file_diff(pair, renames.get(pair.path).copied())).collect()
}

fn file_diff(pair: &FilePair<'_>, from: Option<&[u8]>) -> FileDiff {
    let kind = match (pair.before, pair.after, from) {
        (_, _, Some(from)) => FileChangeKind::Renamed { from: ShownBytes(from).to_string() },
        (None, _, None) => FileChangeKind::Added,
        (_, None, None) => FileChangeKind::Removed,
        (Some(_), Some(_), None) => FileChangeKind::Changed,
    };
    let new = pair.after.map(|file| file.oid);
    let old = pair.before.map(|file| file.oid).or(from.and(new));
    FileDiff { path: ShownBytes(pair.path).to_string(), kind, old, new }
}

/// New path to old path, each used once, first come in path order.
fn renames<'a>(pairs: &[FilePair<'a>]) -> BTreeMap<&'a [u8], &'a [u8]> {
    let mut gone: BTreeMap<Oid, Vec<&'a [u8]>> = BTreeMap::new();
    for pair in pairs.iter().rev().filter(|pair| pair.after.is_none()) {
        gone.entry(oid(pair.before)).or_default().push(pair.path);
    }
    let new = pairs.iter().filter(|pair| pair.before.is_none());
    new.filter_map(|pair| Some((pair.path, gone.get_mut(&oid(pair.after))?.pop()?))).collect()
}

fn oid(file: Option<&TreeFile>) -> Oid {
    file.expect("a pair has the side that the other one lacks").oid
}
