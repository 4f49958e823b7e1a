//! The retrieval gate: saved queries asked on both sides of a merge, and what their answers lose.

use super::EngineError;
use super::memory::Memory;
use super::operate::engine_signature;
use super::server::{Engine, Served};
use super::updates::validation_policy;
use crate::access::RepositoryPolicy;
use crate::base::{CommitId, Finding, Oid, Place, Severity};
use crate::change::{self, MergeVerdict};
use crate::git::{At, CommitDraft, MergeOutcome, ReadRepository, WriteRepository};
use crate::note::FileClass;
use crate::ontology::{SavedQuery, is_saved_query, saved_queries};
use crate::query::{GraphQuestion, Mode, QueryLimits, Question, Visibility};
use crate::records::{Revision, Update};
use serde::Serialize;
use serde_json::{Value, json};

/// The code and the name of the finding.
const CODE: &str = "LK703";
const NAME: &str = "broken-expectation";
/// How many records of an answer are looked at.
const MOST_RECORDS: usize = 40;

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

/// What one record is expected to be, was, and would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Expectation {
    id: String,
    rank: usize,
    rank_before: Option<usize>,
    rank_after: Option<usize>,
}

impl Expectation {
    /// Whether the merge breaks it: it does not hold after, and held before or was not there to hold.
    fn is_broken(&self, is_new: bool) -> bool {
        let holds = |rank: Option<usize>| rank.is_some_and(|rank| rank <= self.rank);
        !holds(self.rank_after) && (is_new || holds(self.rank_before))
    }
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
            && memory.has_saved_queries(checked.tree)?
        {
            let merged = self.unlanded(served, tip, checked.tree)?;
            for finding in memory.broken_expectations(tip, merged)? {
                match finding.severity {
                    Severity::Error => checked.report.summary.errors += 1,
                    Severity::Warning => checked.report.summary.warnings += 1,
                }
                checked.report.findings.push(finding);
            }
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
                MergeOutcome::Clean(tree) if !memory.has_saved_queries(tree)? => None,
                MergeOutcome::Clean(tree) => Some((tip, self.unlanded(served, tip, tree)?)),
                MergeOutcome::Conflicted(_) => None,
            },
            (None, None) => None,
        };
        let Some((before, after)) = sides else { return Ok(json!([])) };
        let changed = memory.compared(before, after)?.into_iter().map(|(_, change)| change);
        Ok(json!(changed.filter(|change| change.before != change.after).collect::<Vec<_>>()))
    }
}

impl Memory {
    /// A finding for each saved query that a change breaks.
    fn broken_expectations(&self, before: CommitId, after: CommitId) -> Result<Vec<Finding>, EngineError> {
        let known = self.saved_queries(before)?;
        let compared = self.compared(before, after)?;
        Ok(compared
            .iter()
            .filter_map(|(query, change)| {
                let is_new = !known.iter().any(|old| old == query);
                let broken = change.expectations.iter().filter(|e| e.is_broken(is_new)).collect::<Vec<_>>();
                (!broken.is_empty()).then(|| finding(query, &broken))
            })
            .collect())
    }

    /// The saved queries of the later of two commits, each asked at both.
    fn compared(&self, before: CommitId, after: CommitId) -> Result<Vec<(SavedQuery, QueryChange)>, EngineError> {
        let queries = self.saved_queries(after)?;
        queries.into_iter().map(|query| Ok((query.clone(), self.compare_one(query, before, after)?))).collect()
    }

    fn compare_one(&self, query: SavedQuery, before: CommitId, after: CommitId) -> Result<QueryChange, EngineError> {
        let (before, after) = (self.answer_to(&query, before)?, self.answer_to(&query, after)?);
        let rank = |ids: &[String], id: &str| ids.iter().position(|other| other == id).map(|at| at + 1);
        let expectation = |(id, most): &(String, usize)| Expectation {
            id: id.clone(),
            rank: *most,
            rank_before: rank(&before, id),
            rank_after: rank(&after, id),
        };
        let expectations = query.expect.iter().map(expectation).collect();
        Ok(QueryChange { name: query.name, path: query.path, expectations, before, after })
    }

    /// The ids of the records that a saved query finds, best first.
    fn answer_to(&self, query: &SavedQuery, commit: CommitId) -> Result<Vec<String>, EngineError> {
        let [kinds, statuses, owners, tags, repo_refs] = query.filters.clone();
        let graph =
            GraphQuestion { kinds, statuses, owners, tags, repo_refs, edge_depth: 1, ..GraphQuestion::default() };
        let question = Question { text: Some(query.text.clone()), mode: Mode::GraphOnly, graph, ..Question::default() };
        let limits = QueryLimits { max_records: MOST_RECORDS, ..QueryLimits::default() };
        let request = crate::query::QueryRequest {
            memory_repository: self.name.clone(),
            requested_ref: None,
            requested_at: None,
            query: question,
            limits,
            explain: false,
            render_prompt: false,
            max_tokens: None,
        };
        let outcome = self.run_at(commit, &request, &Visibility::default())?;
        Ok(outcome.records.into_iter().map(|hit| hit.id).collect())
    }

    /// Whether there is anything to ask: most merges have nothing, and pay nothing.
    fn has_saved_queries(&self, tree: Oid) -> Result<bool, EngineError> {
        let files = self.repo.files_below(At::Tree(tree), "ontology/queries")?;
        Ok(files.iter().any(|file| std::str::from_utf8(&file.path).is_ok_and(is_saved_query)))
    }

    /// The saved queries of a commit.
    fn saved_queries(&self, commit: CommitId) -> Result<Vec<SavedQuery>, EngineError> {
        let files = self.with_view(commit, |view| Ok(view.files_of(FileClass::Ontology)))?;
        let own = files.into_iter().filter(|file| is_saved_query(file.path.as_str()));
        let files: Result<Vec<_>, EngineError> = own.map(|file| Ok((file.path, self.blob(file.blob)?))).collect();
        Ok(saved_queries(&files?).0)
    }
}

/// One finding for a query, at its file.
fn finding(query: &SavedQuery, broken: &[&Expectation]) -> Finding {
    let rank = |rank: Option<usize>| rank.map_or_else(|| "nowhere".to_owned(), |rank| format!("at rank {rank}"));
    let each = broken.iter().map(|e| {
        format!(
            "{} is expected at rank {} or better, was {} and would be {}",
            e.id,
            e.rank,
            rank(e.rank_before),
            rank(e.rank_after)
        )
    });
    let message = format!("`{}`: {}", query.name, each.collect::<Vec<_>>().join("; "));
    Finding {
        code: CODE.to_owned(),
        name: NAME.to_owned(),
        severity: query.severity,
        place: Place::whole(&query.path),
        message: crate::screen::redact(&message).text,
        help: "change the records so that the answer holds what is expected, or change the expectation".to_owned(),
        related: Vec::new(),
        subject: query.path.clone(),
        text_digest: None,
    }
}
