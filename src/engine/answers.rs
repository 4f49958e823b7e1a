//! What saved queries find in a view, and which of their expectations do not hold.

use super::EngineError;
use crate::base::store::BlobError;
use crate::base::{BlobStore, FileMode, Finding, RepoPath, TreeEntry};
use crate::check::{asks_queries, broken_expectation};
use crate::git::{At, ReadRepository};
use crate::index::View;
use crate::ontology::{Ontology, SavedQuery, is_saved_query, saved_queries};
use crate::query::{
    GraphQuestion, Mode, QueryContext, QueryLimits, QueryOutcome, QueryRequest, Question, Visibility, run,
};
use serde::Serialize;

/// Where saved queries are.
const FOLDER: &str = "ontology/queries";
/// How many records of an answer are looked at.
const MOST_RECORDS: usize = 40;
/// The largest file that is read as a saved query, in bytes.
const LARGEST: u64 = 1 << 20;

/// The ids of the records that each of some queries finds, best first.
pub(super) type Answers = Vec<Vec<String>>;

/// The queries of one side of a change, and what they find there.
pub(super) struct Side<'a> {
    pub(super) queries: &'a [SavedQuery],
    pub(super) answers: &'a Answers,
}

/// What one record is expected to be, was, and would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Expectation {
    id: String,
    rank: usize,
    rank_before: Option<usize>,
    rank_after: Option<usize>,
}

impl Expectation {
    fn holds(&self, rank: Option<usize>) -> bool {
        rank.is_some_and(|rank| rank <= self.rank)
    }
}

/// The saved queries of a tree. Most trees have none, and pay nothing.
pub(super) fn queries_at(repo: &dyn ReadRepository, at: At) -> Result<Vec<SavedQuery>, EngineError> {
    queries_among(&repo.files_below(at, FOLDER)?, repo)
}

/// The saved queries among files.
pub(super) fn queries_among(files: &[TreeEntry], blobs: &dyn BlobStore) -> Result<Vec<SavedQuery>, EngineError> {
    let mut own = Vec::new();
    for file in files.iter().filter(|file| file.mode == FileMode::File) {
        let Some(path) = RepoPath::parse(&file.path).ok().filter(|path| is_saved_query(path.as_str())) else {
            continue;
        };
        match blobs.blob(file.oid, LARGEST) {
            Ok(bytes) => own.push((path, bytes)),
            // It is a finding of its own.
            Err(BlobError::TooLarge { .. }) => {}
            Err(error) => return Err(crate::change::unreadable(error).into()),
        }
    }
    Ok(saved_queries(&own).0)
}

/// Asks saved queries of a view, in their order.
pub(super) fn ask(view: &View, ontology: &Ontology, queries: &[SavedQuery]) -> Result<Answers, EngineError> {
    queries.iter().map(|query| ask_one(view, ontology, query)).collect()
}

fn ask_one(view: &View, ontology: &Ontology, query: &SavedQuery) -> Result<Vec<String>, EngineError> {
    let [kinds, statuses, owners, tags, repo_refs] = query.filters.clone();
    let graph = GraphQuestion { kinds, statuses, owners, tags, repo_refs, edge_depth: 1, ..GraphQuestion::default() };
    let request = QueryRequest {
        memory_repository: String::new(),
        requested_ref: None,
        requested_at: None,
        query: Question { text: Some(query.text.clone()), mode: Mode::GraphOnly, graph, ..Question::default() },
        limits: QueryLimits { max_records: MOST_RECORDS, ..QueryLimits::default() },
        explain: false,
        render_prompt: false,
        max_tokens: None,
    };
    let context = QueryContext {
        organization: "",
        visibility: &Visibility::default(),
        ranking: &ontology.ranking,
        ontology_digest: &ontology.digest,
        current_commit: view.commit(),
        stale_by_seconds: 0,
    };
    let outcome: QueryOutcome = run(view, &context, &request)?;
    Ok(outcome.records.into_iter().map(|hit| hit.id).collect())
}

/// The queries that do not find what they expect, with what they find: the others need no look at what was before.
pub(super) fn not_held(queries: Vec<SavedQuery>, answers: Answers) -> (Vec<SavedQuery>, Answers) {
    let holds =
        |query: &SavedQuery, found: &[String]| expectations(query, &[], found).iter().all(|e| e.holds(e.rank_after));
    queries.into_iter().zip(answers).filter(|(query, found)| !holds(query, found)).unzip()
}

/// What a query expects, by what it found before and finds after.
pub(super) fn expectations(query: &SavedQuery, before: &[String], after: &[String]) -> Vec<Expectation> {
    let rank = |ids: &[String], id: &str| ids.iter().position(|other| other == id).map(|at| at + 1);
    let one = |(id, most): &(String, usize)| Expectation {
        id: id.clone(),
        rank: *most,
        rank_before: rank(before, id),
        rank_after: rank(after, id),
    };
    query.expect.iter().map(one).collect()
}

/// A finding for each saved query that a change breaks: an expectation does not hold after, and held before or was not there to
/// hold. Without a side before, for each that does not hold.
pub(super) fn broken(ontology: &Ontology, before: Option<Side<'_>>, after: Side<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (n, query) in after.queries.iter().enumerate() {
        // What the same query finds before: asked of both sides, in the order of the later one.
        let found = before.as_ref().map_or(&[][..], |before| &before.answers[n]);
        let is_known = before.as_ref().is_some_and(|before| before.queries.contains(query));
        let all = expectations(query, found, &after.answers[n]);
        let broken: Vec<&Expectation> =
            all.iter().filter(|e| !e.holds(e.rank_after) && (!is_known || e.holds(e.rank_before))).collect();
        if !broken.is_empty() {
            findings.extend(broken_expectation(ontology, query, &message(query, &broken, before.is_some())));
        }
    }
    findings
}

/// Whether there is anything to ask under an ontology.
pub(super) fn is_asked(ontology: &Ontology, queries: &[SavedQuery]) -> bool {
    !queries.is_empty() && asks_queries(ontology)
}

fn message(query: &SavedQuery, broken: &[&Expectation], is_change: bool) -> String {
    let at = |rank: Option<usize>| rank.map_or_else(|| "nowhere".to_owned(), |rank| format!("at rank {rank}"));
    let each = broken.iter().map(|e| {
        let expected = format!("{} is expected at rank {} or better", e.id, e.rank);
        match is_change {
            true => format!("{expected}, was {} and would be {}", at(e.rank_before), at(e.rank_after)),
            false => format!("{expected} and is {}", at(e.rank_after)),
        }
    });
    format!("`{}`: {}", query.name, each.collect::<Vec<_>>().join("; "))
}
