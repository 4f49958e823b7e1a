//! A question over graph and text at one commit: plan, rank with reasons, excerpts, digests. Pure.
//!
//! [`run`] is the one door. A request is checked and compiled (`ask`), the graph half finds
//! candidates with reasons (`graph`, `texts`, `linked`, `walk`, `nature`, gathered by `board`), the grep half finds
//! lines (`lines`, `excerpts`), and `answer` gives both, redacted (`redact`, `clean`) and bounded
//! (`budget`), as far as the caller may see (`sight`, `catalog`).

mod answer;
mod ask;
mod board;
mod budget;
mod catalog;
mod clean;
mod document;
mod draw;
mod excerpts;
mod filter;
mod graph;
mod hits;
mod lines;
mod linked;
mod mentions;
mod names;
mod nature;
mod neighbourhood;
mod owners;
mod prompt;
mod redact;
mod report;
mod shown;
mod sight;
mod terms;
mod texts;
mod tokens;
mod types;
mod walk;
mod weights;

pub use crate::ontology::Direction;
pub use ask::{
    MOST_BYTES, MOST_CONTEXT_LINES, MOST_EDGE_DEPTH, MOST_ITEM_BYTES, MOST_ITEMS, MOST_MATCHES, MOST_PATTERN_BYTES,
    MOST_RECORDS, MOST_SECTIONS, MOST_TEXT_BYTES, MOST_TOKENS, USUAL_TOKENS,
};
pub use draw::{dot, svg};
pub use neighbourhood::{
    Crumb, GraphError, GraphRequest, MOST_GRAPH_BYTES, MOST_GRAPH_DEPTH, MOST_GRAPH_EDGES, MOST_GRAPH_NODES,
    MOST_PATH_EDGES, NearEdge, NearNode, Neighbourhood, USUAL_GRAPH_DEPTH, USUAL_GRAPH_NODES, neighbourhood,
};
pub use report::{
    DanglingEdge, Listed, MemoryReport, RecordName, ReportRequest, Sensitive, SharedAlias, Stale, Unresolved, report,
};
pub use tokens::token_estimate;
pub use types::{
    Counted, DeniedScope, Excerpt, GraphQuestion, GrepQuestion, Hit, LimitsTaken, LinesOrigin, Mode, Plan,
    PromptSection, QueryContext, QueryError, QueryLimits, QueryOutcome, QueryRequest, Question, Reason,
    RedactionSummary, SectionHit, Visibility,
};

use crate::base::{CommitId, Digest};
use crate::index::View;
use answer::Answer;
use ask::Asked;
use budget::Budget;
use catalog::Catalog;
use serde::Serialize;

/// Answers a question at the commit of a view. The same view, context and request give the same bytes.
pub fn run(view: &View, context: &QueryContext<'_>, request: &QueryRequest) -> Result<QueryOutcome, QueryError> {
    let asked = Asked::read(request, context.ranking.language)?;
    let catalog = Catalog::new(view, context.visibility, context.ranking);
    let manifest = Digest::of_json(&Manifest { request, resolved_commit: view.commit() });
    let head = request.render_prompt.then(|| prompt::head(context, request, view.commit(), &manifest));
    let most = context.visibility.max_context_bytes.unwrap_or(usize::MAX).min(request.limits.max_bytes);
    let mut budget = match (&head, request.max_tokens) {
        (Some(head), Some(tokens)) => Budget::of_section(most, tokens, &prompt::render(head, &[], &[], true)),
        _ => Budget::new(most),
    };
    let mut answer = match request.query.mode {
        Mode::DocumentRead => answer::read(&catalog, &asked, &mut budget),
        Mode::OntologyValidation | Mode::DiffRef => answer::nothing(&asked),
        _ => answer::search(&catalog, &asked, &mut budget),
    };
    answer.limits.bytes = budget.used();
    answer.limits.truncated |= budget.is_shut() || answer.limits.omitted_records + answer.limits.omitted_excerpts > 0;
    let mut outcome = outcome(view, manifest, answer);
    outcome.prompt = match head {
        Some(_) if budget.is_shut() => Some(PromptSection { text: String::new(), tokens: 0 }),
        Some(head) => Some(section(&head, &outcome)),
        None => None,
    };
    Ok(outcome)
}

fn section(head: &str, outcome: &QueryOutcome) -> PromptSection {
    let text = prompt::render(head, &outcome.records, &outcome.excerpts, outcome.limits.truncated);
    PromptSection { tokens: token_estimate(&text), text }
}

fn outcome(view: &View, manifest: Digest, answer: Answer) -> QueryOutcome {
    let has_text = !answer.excerpts.is_empty() || answer.records.iter().any(|hit| hit.text.is_some());
    QueryOutcome {
        query_manifest_digest: manifest,
        selected_records_digest: records_digest(&answer.records),
        selected_excerpts_digest: excerpts_digest(&answer.excerpts),
        index_digest: view.digest().clone(),
        plan: answer.plan,
        redaction: answer.redactor.summary(has_text),
        records: answer.records,
        excerpts: answer.excerpts,
        denied_scopes: answer.denied.scopes(),
        limits: answer.limits,
        prompt: None,
    }
}

/// What the query manifest digest is of.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    #[serde(flatten)]
    request: &'a QueryRequest,
    resolved_commit: CommitId,
}

#[derive(Serialize)]
struct SelectedRecord<'a> {
    id: &'a str,
    path: &'a str,
    digest: &'a Digest,
    lines: Option<(u32, u32)>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SelectedExcerpt<'a> {
    path: &'a str,
    line_start: u32,
    line_end: u32,
    digest: &'a Digest,
}

fn records_digest(records: &[Hit]) -> Digest {
    let selected = records.iter().map(|hit| SelectedRecord {
        id: &hit.id,
        path: &hit.path,
        digest: &hit.digest,
        lines: hit.lines,
    });
    Digest::of_json(&selected.collect::<Vec<_>>())
}

fn excerpts_digest(excerpts: &[Excerpt]) -> Digest {
    let selected = excerpts.iter().map(|excerpt| SelectedExcerpt {
        path: &excerpt.path,
        line_start: excerpt.line_start,
        line_end: excerpt.line_end,
        digest: &excerpt.digest,
    });
    Digest::of_json(&selected.collect::<Vec<_>>())
}
