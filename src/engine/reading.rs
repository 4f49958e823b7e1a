//! Reads of one repository: query, records, documents, lines. A caller sees what its scope lets through.

use super::diffing::AskDiff;
use super::memory::Memory;
use super::sight::{Sight, sees_path};
use super::types::{
    Answer, Ask, Document, GrepAnswer, GrepLine, LocalGrep, Page, RecordFilter, RecordLine, RefRequest, Resolution,
};
use super::{Code, EngineError};
use crate::base::{Digest, GlobSet, RepoPath};
use crate::index::{Entry, FileMatches, GrepPattern, View};
use crate::note::FileClass;
use crate::query::{Mode, QueryContext, QueryRequest, Visibility};
use std::borrow::Cow;

/// What stands for text that is kept back.
const WITHHELD: &str = "[WITHHELD]";
/// The most text of a document in one answer, in bytes.
const MAX_DOCUMENT_BYTES: usize = 1 << 20;

impl Memory {
    /// Answers a query, seeing everything.
    pub fn query(&self, ask: &Ask) -> Result<Answer, EngineError> {
        self.query_as(ask, &Visibility::default())
    }

    pub(super) fn query_as(&self, ask: &Ask, visibility: &Visibility) -> Result<Answer, EngineError> {
        let resolution = self.resolve(&ask.at)?;
        let ontology = self.ontology(resolution.commit)?;
        let context = QueryContext {
            organization: &self.organization,
            visibility,
            ranking: &ontology.ontology.ranking,
            ontology_digest: &resolution.ontology_digest,
            current_commit: resolution.current_commit,
            stale_by_seconds: resolution.stale_by_seconds,
        };
        let request = self.request(ask, &resolution);
        let run = |view: &View| Ok(crate::query::run(view, &context, &request)?);
        let outcome = if request.query.grep.include_origins {
            let mut outcome = self.with_history(resolution.commit, run)?;
            self.credit(&mut outcome)?;
            outcome
        } else {
            self.with_view(resolution.commit, run)?
        };
        let mode = ask.question.mode;
        let whole = || whole_tree_only(visibility);
        let validation = if mode == Mode::OntologyValidation {
            whole()?;
            Some(self.validation_json(&resolution)?)
        } else {
            None
        };
        let diff = if mode == Mode::DiffRef {
            whole()?;
            Some(self.diff_to_tip(&resolution)?)
        } else {
            None
        };
        let (organization, repository) = (self.organization.clone(), self.name.clone());
        Ok(Answer { organization, repository, resolution, outcome, validation, diff })
    }

    fn validation_json(&self, resolution: &Resolution) -> Result<serde_json::Value, EngineError> {
        let report = crate::check::check(&self.tree(resolution.commit.into())?.check_input());
        let report = report.with(self.broken_at(None, resolution.commit)?);
        Ok(super::validating::json(Some(resolution.commit), None, &report))
    }

    fn diff_to_tip(&self, resolution: &Resolution) -> Result<serde_json::Value, EngineError> {
        let named =
            |commit: crate::base::CommitId| RefRequest { requested: Some(commit.to_string()), ..RefRequest::default() };
        let (from, to) = (named(resolution.commit), named(resolution.current_commit));
        Ok(self.diff(&AskDiff { from, to, ..AskDiff::default() })?.json)
    }

    /// Answers a request at a commit as if that were the tip: what is selected does not depend on what landed later.
    pub(super) fn run_at(
        &self,
        commit: crate::base::CommitId,
        request: &QueryRequest,
        visibility: &Visibility,
    ) -> Result<crate::query::QueryOutcome, EngineError> {
        let ontology = self.ontology(commit)?;
        let context = QueryContext {
            organization: &self.organization,
            visibility,
            ranking: &ontology.ontology.ranking,
            ontology_digest: &ontology.ontology.digest,
            current_commit: commit,
            stale_by_seconds: 0,
        };
        self.with_view(commit, |view: &View| Ok(crate::query::run(view, &context, request)?))
    }

    /// The request with its defaults. At a snapshot it is asked as the snapshot was: a run's retry that names its
    /// snapshot has the digests of the first time.
    pub(super) fn request(&self, ask: &Ask, resolution: &Resolution) -> QueryRequest {
        let (requested_ref, requested_at) = match &resolution.snapshot {
            Some(snapshot) => snapshot.asked_by.clone(),
            None => (ask.at.requested.clone(), ask.at.requested_at.clone()),
        };
        QueryRequest {
            memory_repository: self.name.clone(),
            requested_ref,
            requested_at,
            query: ask.question.clone(),
            limits: ask.limits,
            explain: ask.explain,
            render_prompt: ask.render_prompt,
            max_tokens: ask.max_tokens,
        }
    }

    /// Reads a record by id or alias, or a document by path.
    pub fn show(&self, name: &str, at: &RefRequest) -> Result<Document, EngineError> {
        let resolution = self.resolve(at)?;
        let everything = Visibility::default();
        self.with_view(resolution.commit, |view| {
            match view.entry_of_name(name).map(|entry| view.entry(entry).id.as_deref()) {
                Some(Some(id)) => self.entry_document(view, resolution.clone(), id, &everything),
                _ if RepoPath::parse(name).is_err() => Err(not_here("record or document", name, &resolution)),
                _ => self.path_document(view, resolution.clone(), name, None, &everything),
            }
        })
    }

    pub(super) fn record_as(
        &self,
        id: &str,
        at: &RefRequest,
        visibility: &Visibility,
    ) -> Result<Document, EngineError> {
        let resolution = self.resolve(at)?;
        self.with_view(resolution.commit, |view| self.entry_document(view, resolution.clone(), id, visibility))
    }

    pub(super) fn document_as(
        &self,
        path: &str,
        lines: Option<(u32, u32)>,
        at: &RefRequest,
        visibility: &Visibility,
    ) -> Result<Document, EngineError> {
        if lines.is_some_and(|(first, last)| first == 0 || first > last) {
            let why = "lines count from 1, and the last is not before the first";
            return Err(EngineError::new(Code::BadRequest, why).because("Malformed", Some("lines"), why));
        }
        let resolution = self.resolve(at)?;
        self.with_view(resolution.commit, |view| self.path_document(view, resolution.clone(), path, lines, visibility))
    }

    fn entry_document(
        &self,
        view: &View,
        resolution: Resolution,
        id: &str,
        visibility: &Visibility,
    ) -> Result<Document, EngineError> {
        let sight = Sight::new(view, visibility);
        let (at, entry) = sight.record(id).ok_or_else(|| not_here("record", id, &resolution))?;
        let whole = self.text(view, &entry.path, &resolution)?;
        let is_markdown = entry.form == Some(crate::note::RecordForm::Markdown);
        let lines = (!is_markdown).then_some((entry.line_start, entry.line_end));
        let mut document = render(resolution, &entry.path, &whole, lines, sight.is_withheld(at));
        describe(&mut document, view, &entry, &sight);
        Ok(document)
    }

    fn path_document(
        &self,
        view: &View,
        resolution: Resolution,
        path: &str,
        lines: Option<(u32, u32)>,
        visibility: &Visibility,
    ) -> Result<Document, EngineError> {
        let parsed = RepoPath::parse(path).map_err(|e| {
            EngineError::new(Code::BadRequest, e.to_string()).because(
                "Malformed",
                Some("path"),
                "give a path from the memory root",
            )
        })?;
        let sight = Sight::new(view, visibility);
        let entries = view.entries_of_path(path);
        let seen: Option<Vec<_>> = entries.iter().map(|e| sight.entry(*e)).collect();
        let seen =
            seen.filter(|_| sees_path(visibility, path)).ok_or_else(|| not_here("document", path, &resolution))?;
        let whole = self.text(view, &parsed, &resolution)?;
        let withheld = entries.iter().any(|e| sight.is_withheld(*e));
        let mut document = render(resolution, &parsed, &whole, lines, withheld);
        if let [only] = &seen[..] {
            describe(&mut document, view, only, &sight);
        }
        Ok(document)
    }

    fn text(&self, view: &View, path: &RepoPath, resolution: &Resolution) -> Result<String, EngineError> {
        view.text(path).ok_or_else(|| not_here("document", path.as_str(), resolution))
    }

    pub(super) fn records_as(
        &self,
        filter: &RecordFilter,
        at: &RefRequest,
        cursor: Option<&str>,
        limit: usize,
        visibility: &Visibility,
    ) -> Result<(Resolution, Page<RecordLine>), EngineError> {
        let (at, skip) = match cursor {
            None => (at.clone(), 0),
            Some(cursor) => read_cursor(cursor)?,
        };
        let resolution = self.resolve(&at)?;
        let page = self.with_view(resolution.commit, |view| {
            let sight = Sight::new(view, visibility);
            let seen = view.entries().iter().filter_map(|e| sight.entry(*e));
            let all: Vec<Cow<'_, Entry>> = seen.filter(|e| keeps(filter, e)).collect();
            let items: Vec<RecordLine> = all.iter().skip(skip).take(limit).map(|e| line_of(e)).collect();
            let end = skip + items.len();
            let next_cursor = (end < all.len()).then(|| format!("{}.{end}", resolution.commit));
            Ok(Page { items, total: Some(all.len()), next_cursor })
        })?;
        Ok((resolution, page))
    }

    /// Finds lines, in (path, line) order.
    pub fn grep(&self, grep: &LocalGrep, at: &RefRequest) -> Result<GrepAnswer, EngineError> {
        let pattern = if grep.regex {
            GrepPattern::regex(&grep.pattern, !grep.ignore_case)
        } else {
            GrepPattern::literal(&grep.pattern, !grep.ignore_case)
        };
        let pattern = pattern.map_err(crate::query::QueryError::from)?;
        let paths = GlobSet::new(&grep.paths).map_err(|e| EngineError::new(Code::BadRequest, e.to_string()))?;
        let resolution = self.resolve(at)?;
        let scope = |file: &crate::index::IndexedFile| {
            if paths.is_empty() {
                matches!(file.class, FileClass::Graph | FileClass::Markdown | FileClass::Ontology)
            } else {
                paths.matches(file.path.as_str())
            }
        };
        let read = |view: &View| {
            let (found, total) = view.grep_most(&pattern, &scope, grep.max_matches.unwrap_or(usize::MAX));
            let mut matches = Vec::new();
            for file in found {
                grep_lines(view, file, grep.context, &mut matches);
            }
            if grep.origins {
                self.credit_lines(view, &mut matches)?;
            }
            Ok((matches, total))
        };
        let commit = resolution.commit;
        let (matches, total) =
            if grep.origins { self.with_history(commit, read) } else { self.with_view(commit, read) }?;
        Ok(GrepAnswer { resolution, matches, total })
    }
}

fn grep_lines(view: &View, file: FileMatches, context: usize, out: &mut Vec<GrepLine>) {
    let text = if context > 0 { view.text(&file.path) } else { None };
    let all: Vec<&str> = text.as_deref().map(|t| t.lines().collect()).unwrap_or_default();
    for line in file.lines {
        let at = line.line as usize - 1;
        let around = |from: usize, to: usize| {
            all.get(from..to.min(all.len())).unwrap_or_default().iter().map(|l| (*l).to_owned()).collect()
        };
        let before = around(at.saturating_sub(context), at);
        let after = around((at + 1).min(all.len()), at + 1 + context);
        out.push(GrepLine {
            path: file.path.to_string(),
            line: line.line,
            text: line.text,
            spans: line.spans,
            before,
            after,
            introduced: None,
        });
    }
}

/// The text of a file or of some of its lines: redacted first, then cut at the limit. Text that is kept back is not
/// given at all.
fn render(resolution: Resolution, path: &RepoPath, whole: &str, lines: Option<(u32, u32)>, withheld: bool) -> Document {
    let count = whole.lines().count().max(1) as u32;
    let (first, last) = lines.map_or((1, count), |(a, b)| (a.clamp(1, count), b.clamp(1, count)));
    let digest = Digest::of(slice_lines(whole, first, last).as_bytes());
    let (text, truncated) = if withheld { (WITHHELD.to_owned(), false) } else { cut(redacted(whole, first, last)) };
    Document {
        resolution,
        path: path.to_string(),
        id: None,
        kind: None,
        title: path.file_name().to_owned(),
        line_start: first,
        line_end: last,
        redactions: text.matches(crate::screen::REPLACEMENT).count() + usize::from(withheld),
        text,
        digest,
        edges: Vec::new(),
        incoming: Vec::new(),
        truncated,
    }
}

/// Some lines without their secrets. A secret may span lines: the whole is redacted, then the lines are taken. Where
/// redaction joined lines the part is redacted by itself, so that its line numbers stay true.
fn redacted(whole: &str, first: u32, last: u32) -> String {
    let redacted = crate::screen::redact(whole);
    if redacted.text.lines().count() == whole.lines().count() {
        slice_lines(&redacted.text, first, last).to_owned()
    } else {
        crate::screen::redact(slice_lines(whole, first, last)).text
    }
}

fn slice_lines(text: &str, first: u32, last: u32) -> &str {
    let mut starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1));
    let start = starts.nth(first as usize - 1).unwrap_or(text.len());
    let end = starts.nth((last - first) as usize).unwrap_or(text.len());
    &text[start..end]
}

fn cut(mut text: String) -> (String, bool) {
    if text.len() <= MAX_DOCUMENT_BYTES {
        return (text, false);
    }
    text.truncate(text.floor_char_boundary(MAX_DOCUMENT_BYTES));
    (text, true)
}

/// Adds what the index knows of the record: its names and its edges both ways.
fn describe(document: &mut Document, view: &View, entry: &Entry, sight: &Sight<'_>) {
    let redact = |text: &str| crate::screen::redact(text).text;
    document.id.clone_from(&entry.id);
    document.kind.clone_from(&entry.kind);
    document.title = redact(&entry.title);
    document.digest = entry.digest.clone();
    let Some(id) = &entry.id else { return };
    document.edges = entry.edges.iter().filter(|(_, to)| sight.may_name(to)).cloned().collect();
    for (edge, outgoing) in view.edges_of(id) {
        if !outgoing && sight.tells(&edge.from, &edge.kind, id) {
            document.incoming.push((edge.kind, edge.from));
        }
    }
}

/// What speaks of a whole tree is not for a caller who sees a part of it.
fn whole_tree_only(visibility: &Visibility) -> Result<(), EngineError> {
    if visibility.include_paths.is_none() {
        return Ok(());
    }
    Err(EngineError::new(
        Code::ScopedToken,
        "this mode speaks of the whole memory, and this token is narrowed by scopes",
    ))
}

fn keeps(filter: &RecordFilter, entry: &Entry) -> bool {
    let is = |want: &Option<String>, has: &Option<String>| want.is_none() || want == has;
    let among = |want: &Option<String>, has: &[String]| want.as_ref().is_none_or(|w| has.contains(w));
    entry.form.is_some_and(crate::note::RecordForm::declares)
        && is(&filter.kind, &entry.kind)
        && is(&filter.status, &entry.status)
        && among(&filter.owner, &entry.owners)
        && among(&filter.tag, &entry.tags)
}

fn line_of(entry: &Entry) -> RecordLine {
    RecordLine {
        id: entry.id.clone().unwrap_or_else(|| entry.path.to_string()),
        kind: entry.kind.clone(),
        path: entry.path.to_string(),
        title: crate::screen::redact(&entry.title).text,
        status: entry.status.clone(),
        owners: entry.owners.clone(),
        tags: entry.tags.clone(),
        updated_at: entry.updated_at.clone(),
        digest: entry.digest.clone(),
    }
}

/// A cursor is a commit and a position: the pages of one listing are of one commit.
fn read_cursor(cursor: &str) -> Result<(RefRequest, usize), EngineError> {
    let bad = || {
        EngineError::new(Code::BadRequest, "the cursor is not one that this server gave").because(
            "Malformed",
            Some("cursor"),
            "begin again without a cursor",
        )
    };
    let (commit, skip) = cursor.split_once('.').ok_or_else(bad)?;
    let commit = crate::base::CommitId::parse(commit).map_err(|_| bad())?;
    let skip = skip.parse().map_err(|_| bad())?;
    Ok((RefRequest { requested: Some(commit.to_string()), ..RefRequest::default() }, skip))
}

/// That nothing of a name is there at a commit.
pub(super) fn not_here(what: &str, name: &str, resolution: &Resolution) -> EngineError {
    let shown: String = name.chars().take(200).flat_map(char::escape_debug).collect();
    EngineError::new(Code::NotFound, format!("no {what} `{shown}` at commit {}", resolution.commit.short()))
}
