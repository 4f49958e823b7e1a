//! The retrieval gate: saved queries asked on both sides of a merge, and what their answers lose.

use super::EngineError;
use super::answers::{Expectation, expectations, queries_at};
use super::operate::engine_signature;
use super::server::{Engine, Served};
use super::updates::validation_policy;
use crate::access::RepositoryPolicy;
use crate::base::{CommitId, Oid};
use crate::change::{self, MergeVerdict};
use crate::git::{At, CommitDraft, MergeOutcome, ReadRepository, WriteRepository};
use crate::records::{Revision, Update};
use serde::Serialize;
use serde_json::{Value, json};

/// A saved query whose answer a merge changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct QueryChange {
    name: String,
    path: String,
    expectations: Vec<Expectation>,
    /// The records in order, before and after; ranks are their places.
    before: Vec<String>,
    after: Vec<String>,
}

impl Engine {
    /// What merging a head would bring: the verdict on the merged tree, and what the saved queries lose by it.
    pub(super) fn judge(
        &self,
        served: &Served,
        policy: &RepositoryPolicy,
        tip: CommitId,
        head: CommitId,
    ) -> Result<MergeVerdict, EngineError> {
        let memory = &served.memory;
        let mut verdict = memory.with_known(tip, |known| {
            change::validate_merge(&memory.repo, (tip, head), &validation_policy(policy), known, &memory.parsed)
        })?;
        if let MergeVerdict::Checked(checked) = &mut verdict
            && !queries_at(&memory.repo, At::Tree(checked.tree))?.is_empty()
        {
            let merged = self.unlanded(served, tip, checked.tree)?;
            checked.answered(memory.broken_at((!policy.require_clean()).then_some(tip), merged)?);
        }
        Ok(verdict)
    }

    /// A commit of a merged tree on a tip that nothing refers to: the same one whenever it is asked for.
    fn unlanded(&self, served: &Served, tip: CommitId, tree: Oid) -> Result<CommitId, EngineError> {
        let repo = &served.memory.repo;
        let who = engine_signature(&served.org, repo.commit(tip)?.committer.at);
        let (author, committer) = (who.clone(), who);
        let draft = CommitDraft { tree, parents: vec![tip], author, committer, message: "merged tree".to_owned() };
        Ok(repo.write_commit(&draft, None)?)
    }

    /// The saved queries whose answers an update changes; of one that landed, changed.
    pub(super) fn query_changes(
        &self,
        served: &Served,
        update: &Update,
        revision: &Revision,
    ) -> Result<Value, EngineError> {
        let memory = &served.memory;
        let sides = match (update.merge_commit, revision.validated_on) {
            (Some(merged), _) => memory.repo.commit(merged)?.parents.first().map(|before| (*before, merged)),
            (None, Some(tip)) => match memory.repo.merge(tip, revision.head_commit)? {
                MergeOutcome::Clean(tree) if queries_at(&memory.repo, At::Tree(tree))?.is_empty() => None,
                MergeOutcome::Clean(tree) => Some((tip, self.unlanded(served, tip, tree)?)),
                MergeOutcome::Conflicted(_) => None,
            },
            (None, None) => None,
        };
        let Some((before, after)) = sides else { return Ok(json!([])) };
        let queries = queries_at(&memory.repo, At::Commit(after))?;
        let (before, after) = (memory.answers_at(before, &queries)?, memory.answers_at(after, &queries)?);
        let asked = queries.into_iter().zip(before.into_iter().zip(after));
        let changed = asked.filter(|(_, (before, after))| before != after).map(|(query, (before, after))| {
            let expectations = expectations(&query, &before, &after);
            QueryChange { name: query.name, path: query.path, expectations, before, after }
        });
        Ok(json!(changed.collect::<Vec<_>>()))
    }
}
