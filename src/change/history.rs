//! Every version of a path or a record along the approved line.

use super::ParseCache;
use super::compare::{FilePair, records};
use super::merge::{APPROVED_BY, UPDATE};
use super::message::trailers;
use super::record_diff::{RecordChange, record_changes};
use super::tree::read_file;
use crate::base::{CommitId, FileMode, Oid, RepoPath, Timestamp, TreeEntry};
use crate::check::TreeFile;
use crate::git::{ApprovedCommit, At, Change, Commit, GitError, ReadRepository};
use crate::note::Limits;

/// The most commits a history looks at.
const MAX_WALKED: usize = 100_000;

/// The versions of a path or a record, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The versions.
    pub versions: Vec<Version>,
    /// Whether older ones were left out.
    pub truncated: bool,
}

/// One version: what a commit of the approved line made of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The commit that landed it.
    pub commit: CommitId,
    /// When, by the commit's own date.
    pub committed_at: Timestamp,
    /// Who wrote it: name and address as they stand in the commit.
    pub author: String,
    /// The update it came from, as the commit says.
    pub update: Option<String>,
    /// Who approved it, as the commit says.
    pub approved_by: Vec<String>,
    /// The file's path, for people.
    pub path: String,
    /// The blob there; `None` where the commit removed it.
    pub blob: Option<Oid>,
    /// For a record: what changed, each of its documents on its own.
    pub records: Vec<RecordChange>,
}

/// The versions of a path, newest first, at most `limit`. `line` is the approved line, newest first.
pub fn path_history(
    repo: &dyn ReadRepository,
    line: &[ApprovedCommit],
    path: &RepoPath,
    limit: usize,
) -> Result<History, GitError> {
    let mut history = History::default();
    let Some(first) = line.first() else { return Ok(history) };
    let mut blob = blob_at(repo, first, path)?;
    for (n, commit) in line.iter().enumerate() {
        let older = line.get(n + 1);
        let before = older.map(|older| blob_at(repo, older, path)).transpose()?.flatten();
        if before != blob && !history.push(repo, commit, path.as_str(), blob, Vec::new(), limit)? {
            break;
        }
        blob = before;
        if n == MAX_WALKED {
            history.truncated = true;
            break;
        }
    }
    Ok(history)
}

/// The versions of a record, newest first, at most `limit`, wherever in the tree it stood.
pub fn record_history(
    repo: &dyn ReadRepository,
    line: &[ApprovedCommit],
    id: &str,
    cache: &ParseCache,
    limit: usize,
) -> Result<History, GitError> {
    let mut history = History { truncated: line.len() > MAX_WALKED, ..History::default() };
    let reader = Versions { repo, cache, finder: memchr::memmem::Finder::new(id), id };
    for (n, commit) in line.iter().enumerate().take(MAX_WALKED) {
        let older = line.get(n + 1).map(|older| At::Commit(older.id));
        let changes = reader.changes(&repo.changes(older, At::Commit(commit.id))?)?;
        let Some(main) = changes.iter().find(|change| !change.supplement).or(changes.first()) else { continue };
        let path = main.path.clone();
        let blob = blob_of(repo, commit, &path)?;
        if !history.push(repo, commit, &path, blob, changes, limit)? {
            break;
        }
    }
    Ok(history)
}

impl History {
    /// Adds a version; says whether there is room for more.
    fn push(
        &mut self,
        repo: &dyn ReadRepository,
        at: &ApprovedCommit,
        path: &str,
        blob: Option<Oid>,
        records: Vec<RecordChange>,
        limit: usize,
    ) -> Result<bool, GitError> {
        if self.versions.len() == limit {
            self.truncated = true;
            return Ok(false);
        }
        let commit = repo.commit(at.id)?;
        self.versions.push(version(&commit, path, blob, records));
        Ok(true)
    }
}

fn version(commit: &Commit, path: &str, blob: Option<Oid>, records: Vec<RecordChange>) -> Version {
    let trailers = trailers(&commit.message);
    let values = |key: &'static str| trailers.iter().filter(move |(k, _)| k == key).map(|(_, value)| value.clone());
    Version {
        commit: commit.id,
        committed_at: commit.committer.at,
        author: format!("{} <{}>", commit.author.name, commit.author.email),
        update: values(UPDATE).next(),
        approved_by: values(APPROVED_BY).collect(),
        path: path.to_owned(),
        blob,
        records,
    }
}

fn blob_at(repo: &dyn ReadRepository, commit: &ApprovedCommit, path: &RepoPath) -> Result<Option<Oid>, GitError> {
    Ok(repo.entry(At::Commit(commit.id), path)?.map(|entry| entry.oid))
}

fn blob_of(repo: &dyn ReadRepository, commit: &ApprovedCommit, path: &str) -> Result<Option<Oid>, GitError> {
    RepoPath::parse(path).map_or(Ok(None), |path| blob_at(repo, commit, &path))
}

/// Reads the changed files of one commit that could hold a record.
struct Versions<'a> {
    repo: &'a dyn ReadRepository,
    cache: &'a ParseCache,
    finder: memchr::memmem::Finder<'a>,
    id: &'a str,
}

type Sides = (Option<TreeFile>, Option<TreeFile>);

impl Versions<'_> {
    /// What the changes of one commit made of the record.
    fn changes(&self, changes: &[Change]) -> Result<Vec<RecordChange>, GitError> {
        let sides: Result<Vec<Sides>, GitError> =
            changes.iter().map(|change| Ok((self.side(&change.old)?, self.side(&change.new)?))).collect();
        let sides = sides?;
        let pairs: Vec<FilePair<'_>> =
            sides.iter().filter_map(|(old, new)| FilePair::of(old.as_ref(), new.as_ref())).collect();
        Ok(record_changes(&pairs).into_iter().filter(|change| change.id == self.id).collect())
    }

    /// A side of a change, where it holds the record.
    fn side(&self, entry: &Option<TreeEntry>) -> Result<Option<TreeFile>, GitError> {
        let Some(entry) = entry.as_ref().filter(|entry| self.may_hold(entry)) else { return Ok(None) };
        let file = read_file(self.repo, entry, Limits::default(), self.cache)?;
        let holds = records(Some(&file)).iter().any(|record| record.id.value == self.id);
        Ok(holds.then_some(file))
    }

    /// Whether the bytes can mention the id at all: most do not, and need no parsing. An id can also be
    /// written with escapes.
    fn may_hold(&self, entry: &TreeEntry) -> bool {
        let limit = Limits::default().max_file_bytes as u64;
        let mentioned = |bytes: Vec<u8>| self.finder.find(&bytes).is_some() || bytes.contains(&b'\\');
        entry.mode == FileMode::File && is_parsed(&entry.path) && self.repo.blob(entry.oid, limit).is_ok_and(mentioned)
    }
}

fn is_parsed(path: &[u8]) -> bool {
    [&b".md"[..], b".yaml", b".yml"].iter().any(|end| path.ends_with(end))
}
