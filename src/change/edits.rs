//! What an author asks to change, and what that does to the files of the base commit.

use crate::base::{CommitId, FileMode, Oid, RepoPath, TreeEntry};
use std::collections::BTreeMap;
use std::ops::Bound;

/// The most files one update may change.
pub const MAX_CHANGES: usize = 1000;
/// The largest patch taken, in bytes.
pub const MAX_PATCH_BYTES: usize = 8 << 20;

/// What an update asks for, against its base commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeSpec {
    /// Files, one by one. All of them speak of the base commit; their order means nothing.
    Changes(Vec<FileChange>),
    /// A unified diff.
    Patch(Vec<u8>),
    /// A commit that is there already, such as one that was pushed: all that it holds since it left the base commit.
    Head(CommitId),
    /// The inverse of what the base commit landed, compared with its first parent. Merging it into a
    /// later tip leaves alone what landed since.
    Revert,
}

impl ChangeSpec {
    /// The field of the request that holds it.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Changes(_) => "changes",
            Self::Patch(_) => "patch",
            Self::Head(_) => "head",
            Self::Revert => "revert",
        }
    }
}

/// One file and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The path, after the change.
    pub path: RepoPath,
    /// What becomes of it.
    pub action: FileAction,
    /// Why, in the author's words.
    pub reason: String,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileAction {
    /// It holds these bytes, whether it was there before or not.
    Upsert {
        /// The bytes.
        content: Vec<u8>,
    },
    /// It is gone.
    Delete,
    /// It is what was at another path, with other bytes where they are given.
    Rename {
        /// The path before.
        from: RepoPath,
        /// The new bytes.
        content: Option<Vec<u8>>,
    },
}

impl FileChange {
    /// The paths that it names: its own, and where a file is renamed from.
    pub(super) fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        let from = match &self.action {
            FileAction::Rename { from, .. } => Some(from),
            FileAction::Upsert { .. } | FileAction::Delete => None,
        };
        std::iter::once(&self.path).chain(from)
    }
}

impl FileAction {
    /// The action's name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Upsert { .. } => "upsert",
            Self::Delete => "delete",
            Self::Rename { .. } => "rename",
        }
    }
}

/// Why a change cannot be proposed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing would differ.
    #[error("the update changes nothing: every file is at the base commit what it would become")]
    Empty,
    /// More files than one update takes.
    #[error("an update changes at most {MAX_CHANGES} files, and this one changes {count}: split it")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// More bytes than are taken.
    #[error("`{path}` has {size} bytes, more than the limit of {limit}")]
    TooLarge {
        /// Which file, or `the patch`.
        path: String,
        /// How many bytes.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// A deletion or rename of what is not there.
    #[error("`{path}` is not at the base commit: name a path that is")]
    NotThere {
        /// Which path.
        path: String,
    },
    /// A rename onto a path that is taken.
    #[error("`{path}` exists at the base commit: rename to another path, or delete it in an update of its own")]
    Taken {
        /// Which path.
        path: String,
    },
    /// A path that would be written through, or in place of, something that is no file.
    #[error("`{path}` cannot be written: `{blocker}` is {what}")]
    Blocked {
        /// Which path.
        path: String,
        /// What stands in its way.
        blocker: String,
        /// What that is.
        what: &'static str,
    },
    /// One path named by two changes.
    #[error("`{path}` is named by more than one change: say once what becomes of it")]
    Twice {
        /// Which path.
        path: String,
    },
    /// A patch that would write a path no memory repository takes.
    #[error("`{path}` is no path that memory takes: {reason}")]
    BadPath {
        /// Which path, for people.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A patch that does not apply to the base commit.
    #[error("the patch does not apply to the base commit: {reason}")]
    DoesNotApply {
        /// What git says.
        reason: String,
    },
    /// A revert of a commit that has no parent.
    #[error("the first commit of a repository cannot be reverted: delete its files instead")]
    NoParent,
    /// A change that makes another folder the memory root.
    #[error("the update would move the memory root: only a maintainer's push can do that")]
    MovesRoot,
}

/// A refusal and the field of the request it is about.
pub(super) type Refused = (String, Refusal);

/// What becomes of a path, the bytes not yet written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome<'a> {
    Bytes(&'a [u8]),
    Blob(Oid),
    Gone,
}

/// Turns changes into what becomes of each path, or says what is wrong with the first that cannot be.
/// Deletions come first: they make room for what is written in their place.
pub(super) fn plan<'a>(
    base: &[TreeEntry],
    changes: &'a [FileChange],
    max_file_bytes: u64,
) -> Result<Vec<(&'a RepoPath, Outcome<'a>)>, Refused> {
    if changes.len() > MAX_CHANGES {
        return Err(("changes".into(), Refusal::TooMany { count: changes.len() }));
    }
    let mut plan = Plan { base: Files::of(base), outcomes: BTreeMap::new(), max_file_bytes };
    let of_change = |n: usize| move |(field, refusal)| (format!("changes[{n}].{field}"), refusal);
    for (n, change) in changes.iter().enumerate() {
        plan.add(change).map_err(of_change(n))?;
    }
    for (n, change) in changes.iter().enumerate() {
        plan.blocker(change).map_or(Ok(()), |refusal| Err(of_change(n)(("path", refusal))))?;
    }
    let (gone, written): (Vec<_>, Vec<_>) =
        plan.outcomes.into_values().partition(|(_, outcome)| *outcome == Outcome::Gone);
    Ok(gone.into_iter().chain(written).collect())
}

struct Plan<'a, 'b> {
    base: Files<'b>,
    outcomes: BTreeMap<&'a str, (&'a RepoPath, Outcome<'a>)>,
    max_file_bytes: u64,
}

type FieldRefused = (&'static str, Refusal);

impl<'a> Plan<'a, '_> {
    fn add(&mut self, change: &'a FileChange) -> Result<(), FieldRefused> {
        match &change.action {
            FileAction::Upsert { content } => self.write(&change.path, content),
            FileAction::Delete => {
                self.there("path", &change.path)?;
                self.set("path", &change.path, Outcome::Gone)
            }
            FileAction::Rename { from, content } => self.rename(&change.path, from, content.as_deref()),
        }
    }

    fn set(&mut self, field: &'static str, path: &'a RepoPath, outcome: Outcome<'a>) -> Result<(), FieldRefused> {
        let before = self.outcomes.insert(path.as_str(), (path, outcome));
        if before.is_none() { Ok(()) } else { Err((field, Refusal::Twice { path: path.to_string() })) }
    }

    fn there(&self, field: &'static str, path: &RepoPath) -> Result<(FileMode, Oid), FieldRefused> {
        self.base.get(path.as_str()).ok_or_else(|| (field, Refusal::NotThere { path: path.to_string() }))
    }

    fn write(&mut self, path: &'a RepoPath, content: &'a [u8]) -> Result<(), FieldRefused> {
        let (size, limit) = (content.len() as u64, self.max_file_bytes);
        if size > limit {
            return Err(("content", Refusal::TooLarge { path: path.to_string(), size, limit }));
        }
        self.set("path", path, Outcome::Bytes(content))
    }

    fn rename(&mut self, to: &'a RepoPath, from: &'a RepoPath, content: Option<&'a [u8]>) -> Result<(), FieldRefused> {
        let (mode, oid) = self.there("from", from)?;
        if let Some(what) = not_a_file(mode) {
            return Err(("from", blocked(to, from.as_str(), what)));
        }
        if self.base.get(to.as_str()).is_some() {
            return Err(("path", Refusal::Taken { path: to.to_string() }));
        }
        self.set("from", from, Outcome::Gone)?;
        match content {
            Some(content) => self.write(to, content),
            None => self.set("path", to, Outcome::Blob(oid)),
        }
    }

    /// What stands where a change writes, once everything that is deleted is gone.
    fn blocker(&self, change: &FileChange) -> Option<Refusal> {
        let path = &change.path;
        if change.action == FileAction::Delete {
            return None;
        }
        if let Some(what) = self.base.get(path.as_str()).and_then(|(mode, _)| not_a_file(mode)) {
            return Some(blocked(path, path.as_str(), what));
        }
        let above = folders_of(path.as_str()).find_map(|folder| Some((folder, self.stands_at(folder)?)));
        if let Some((folder, what)) = above {
            return Some(blocked(path, folder, what));
        }
        let is_folder = self.base.below(path.as_str()).any(|file| !self.deletes(file));
        is_folder.then(|| blocked(path, path.as_str(), "a folder"))
    }

    fn stands_at(&self, path: &str) -> Option<&'static str> {
        match self.outcomes.get(path) {
            Some((_, Outcome::Gone)) => None,
            Some(_) => Some("a file of the same update"),
            None => self.base.get(path).map(|(mode, _)| not_a_file(mode).unwrap_or("a file")),
        }
    }

    fn deletes(&self, path: &[u8]) -> bool {
        let outcome = std::str::from_utf8(path).ok().and_then(|path| self.outcomes.get(path));
        outcome.is_some_and(|(_, outcome)| *outcome == Outcome::Gone)
    }
}

fn blocked(path: &RepoPath, blocker: &str, what: &'static str) -> Refusal {
    Refusal::Blocked { path: path.to_string(), blocker: blocker.to_owned(), what }
}

/// What an entry is that is no ordinary file.
pub(super) fn not_a_file(mode: FileMode) -> Option<&'static str> {
    match mode {
        FileMode::File => None,
        FileMode::Symlink => Some("a symbolic link"),
        FileMode::Submodule => Some("a submodule"),
    }
}

fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| &path[..end])
}

/// The files of the base commit by path.
struct Files<'b>(BTreeMap<&'b [u8], (FileMode, Oid)>);

impl<'b> Files<'b> {
    fn of(entries: &'b [TreeEntry]) -> Self {
        Self(entries.iter().map(|entry| (&entry.path[..], (entry.mode, entry.oid))).collect())
    }

    fn get(&self, path: &str) -> Option<(FileMode, Oid)> {
        self.0.get(path.as_bytes()).copied()
    }

    fn below(&self, folder: &str) -> impl Iterator<Item = &'b [u8]> {
        let prefix = format!("{folder}/").into_bytes();
        let from = self.0.range::<[u8], _>((Bound::Included(&prefix[..]), Bound::Unbounded));
        from.map(|(path, _)| *path).take_while(move |path| path.starts_with(&prefix))
    }
}
