//! Commits and how they hang together: parents, the approved line, common ancestors.

use super::convert::{commit_id, object_id, oid, other, signature, unusable};
use super::quarantine::commit_graph;
use super::types::{ApprovedCommit, Commit, GitError};
use crate::base::{CommitId, Timestamp};
use gix::bstr::ByteSlice;
use gix::commitgraph::{Graph, Position};

/// The largest commit that is read, in bytes.
const LARGEST_COMMIT: u64 = 4 << 20;

/// Reads a commit. Beyond the boundary of a shallow clone it has no parents, as in git.
pub(super) fn commit(repo: &gix::Repository, id: CommitId) -> Result<Commit, GitError> {
    let object = find(repo, id)?;
    let read = object.decode().map_err(unusable(id.0))?;
    let shallow = is_boundary(repo, object.id)?;
    Ok(Commit {
        id,
        tree: oid(&read.tree()),
        parents: if shallow { Vec::new() } else { read.parents().map(|parent| commit_id(&parent)).collect() },
        author: signature(read.author().map_err(unusable(id.0))?),
        committer: signature(read.committer().map_err(unusable(id.0))?),
        message: read.message.to_str_lossy().into_owned(),
        signed: read.extra_headers().pgp_signature().is_some(),
    })
}

/// Finds a commit whose size is in bounds.
pub(super) fn find(repo: &gix::Repository, id: CommitId) -> Result<gix::Commit<'_>, GitError> {
    let header = repo.find_header(object_id(id.0)).map_err(unusable(id.0))?;
    if header.size() > LARGEST_COMMIT {
        let reason = format!("it has {} bytes, more than the limit of {LARGEST_COMMIT}", header.size());
        return Err(GitError::Object { oid: id.0, reason });
    }
    repo.find_commit(object_id(id.0)).map_err(unusable(id.0))
}

fn is_boundary(repo: &gix::Repository, id: gix::ObjectId) -> Result<bool, GitError> {
    let boundary = repo.shallow_commits().map_err(other("reading the boundary of a shallow clone"))?;
    Ok(boundary.is_some_and(|ids| ids.contains(&id)))
}

/// The first-parent history from a commit back to, and without, `until`.
pub(super) fn first_parents(
    repo: &gix::Repository,
    from: CommitId,
    until: Option<CommitId>,
) -> Result<Vec<ApprovedCommit>, GitError> {
    FirstParents::new(repo, from)?.take_while(|step| step.as_ref().map_or(true, |c| Some(c.id) != until)).collect()
}

/// The commit `steps` first parents back; `None` where the history is shorter.
pub(super) fn nth_first_parent(
    repo: &gix::Repository,
    from: CommitId,
    steps: usize,
) -> Result<Option<CommitId>, GitError> {
    FirstParents::new(repo, from)?.nth(steps).map(|step| step.map(|c| c.id)).transpose()
}

/// Walks first parents: by commit objects at first, by the commit-graph from the first commit it knows.
struct FirstParents<'r> {
    repo: &'r gix::Repository,
    graph: Option<Graph>,
    next: Next,
}

enum Next {
    Object(CommitId),
    InGraph(Position),
    End,
}

impl<'r> FirstParents<'r> {
    fn new(repo: &'r gix::Repository, from: CommitId) -> Result<Self, GitError> {
        // A shallow clone's boundary is not in the graph; its history is short anyway.
        let shallow = repo.is_shallow().map_err(other("looking for a shallow clone"))?;
        let graph = if shallow { None } else { commit_graph(repo)? };
        Ok(Self { repo, graph, next: Next::Object(from) })
    }

    fn step(&mut self) -> Result<Option<ApprovedCommit>, GitError> {
        let known = match (&self.next, &self.graph) {
            (Next::End, _) => return Ok(None),
            (Next::InGraph(position), _) => Some(*position),
            (Next::Object(id), Some(graph)) => graph.lookup(object_id(id.0)),
            (Next::Object(_), None) => None,
        };
        match (known, &self.graph, &self.next) {
            (Some(position), Some(graph), _) => {
                let (here, parent) = from_graph(graph, position)?;
                self.next = parent.map_or(Next::End, Next::InGraph);
                Ok(Some(here))
            }
            (_, _, Next::Object(id)) => {
                let read = commit(self.repo, *id)?;
                self.next = read.parents.first().map_or(Next::End, |parent| Next::Object(*parent));
                Ok(Some(ApprovedCommit { id: read.id, tree: read.tree, committed_at: read.committer.at }))
            }
            _ => Ok(None),
        }
    }
}

impl Iterator for FirstParents<'_> {
    type Item = Result<ApprovedCommit, GitError>;
    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step().transpose();
        if matches!(step, Some(Err(_))) {
            self.next = Next::End;
        }
        step
    }
}

fn from_graph(graph: &Graph, position: Position) -> Result<(ApprovedCommit, Option<Position>), GitError> {
    let commit = graph.commit_at(position);
    let seconds = i64::try_from(commit.committer_timestamp()).unwrap_or(i64::MAX);
    let here = ApprovedCommit {
        id: commit_id(commit.id()),
        tree: oid(commit.root_tree_id()),
        committed_at: Timestamp::from_seconds(seconds),
    };
    let parent = commit
        .parent1()
        .map_err(|error| GitError::Other { what: "reading the commit-graph", reason: error.to_string() })?;
    Ok((here, parent))
}

/// The nearest common ancestors, the best one first.
pub(super) fn merge_bases(repo: &gix::Repository, a: CommitId, b: CommitId) -> Result<Vec<CommitId>, GitError> {
    let cache = commit_graph(repo)?;
    let mut graph = repo.revision_graph(cache.as_ref());
    let found = repo.merge_bases_many_with_graph(object_id(a.0), &[object_id(b.0)], &mut graph);
    Ok(found.map_err(other("looking for a common ancestor"))?.iter().map(|id| commit_id(id)).collect())
}

/// Whether `ancestor` is `descendant` or one of its ancestors: then it is their best common one.
pub(super) fn is_ancestor(repo: &gix::Repository, ancestor: CommitId, descendant: CommitId) -> Result<bool, GitError> {
    Ok(ancestor == descendant || merge_bases(repo, ancestor, descendant)?.first() == Some(&ancestor))
}
