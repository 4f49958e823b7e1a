//! The request, checked and compiled: what is wrong with it is said by field.

use super::terms;
use super::types::{GraphQuestion, Mode, QueryError, QueryRequest};
use crate::base::GlobSet;
use crate::index::GrepPattern;
use crate::ontology::Language;

/// The most that `limits.maxRecords` may be.
pub const MOST_RECORDS: usize = 500;
/// The most that `limits.maxBytes` may be.
pub const MOST_BYTES: usize = 4 << 20;
/// The most that `query.grep.maxMatches` may be.
pub const MOST_MATCHES: usize = 1000;
/// The most that `query.grep.contextLines` may be.
pub const MOST_CONTEXT_LINES: usize = 20;
/// The most that `query.graph.edgeDepth` may be.
pub const MOST_EDGE_DEPTH: u8 = 4;
/// The most that `query.sections` may be.
pub const MOST_SECTIONS: usize = 50;
/// The most that `maxTokens` may be.
pub const MOST_TOKENS: usize = 200_000;
/// How many tokens a section may be where nobody says.
pub const USUAL_TOKENS: usize = 4_000;
/// The most bytes of `query.text`.
pub const MOST_TEXT_BYTES: usize = 8 << 10;
/// The most bytes of `query.grep.pattern`.
pub const MOST_PATTERN_BYTES: usize = 2 << 10;
/// The most items of a list.
pub const MOST_ITEMS: usize = 64;
/// The most bytes of one item of a list.
pub const MOST_ITEM_BYTES: usize = 4 << 10;

/// A request that can be answered.
pub(super) struct Asked<'r> {
    /// The request itself.
    pub(super) request: &'r QueryRequest,
    /// Its text, where it is not blank.
    pub(super) text: Option<&'r str>,
    /// What lines are searched for.
    pub(super) needle: Option<Needle>,
    /// Only these paths, unless it is empty.
    pub(super) paths: GlobSet,
    /// Never these paths.
    pub(super) exclude: GlobSet,
}

/// What lines are searched for.
pub(super) struct Needle {
    /// What finds the lines.
    pub(super) pattern: GrepPattern,
    /// The text's words, in lower case; empty where the pattern was given.
    pub(super) words: Vec<String>,
    /// What counts matches in files that the caller may not see: whole words only, so that the
    /// count cannot be used to read them letter by letter. `None` for an expression.
    pub(super) blind: Option<GrepPattern>,
}

impl Needle {
    /// Which of the words a match is, by its place.
    pub(super) fn place_of(&self, found: &str) -> Option<usize> {
        if found.is_ascii() {
            return self.words.iter().position(|known| known.eq_ignore_ascii_case(found));
        }
        let word = terms::folded(found);
        self.words.iter().position(|known| *known == word)
    }
}

impl<'r> Asked<'r> {
    /// Checks and compiles a request.
    pub(super) fn read(request: &'r QueryRequest, language: Language) -> Result<Self, QueryError> {
        let mut wrong = Wrong::default();
        check_sizes(request, &mut wrong);
        let paths = wrong.globs("query.grep.paths", &request.query.grep.paths);
        let exclude = wrong.globs("query.grep.excludePaths", &request.query.grep.exclude_paths);
        let text = request.query.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        check_purpose(request, text, &mut wrong);
        wrong.verdict()?;
        check_limits(request)?;
        Ok(Self { request, text, needle: needle(request, text, language)?, paths, exclude })
    }

    /// Whether records are asked for.
    pub(super) fn wants_records(&self) -> bool {
        matches!(self.request.query.mode, Mode::GraphOnly | Mode::GraphAndGrep)
    }

    /// Whether lines are asked for.
    pub(super) fn wants_lines(&self) -> bool {
        matches!(self.request.query.mode, Mode::GrepOnly | Mode::GraphAndGrep)
    }

    /// Whether a pattern was given.
    pub(super) fn has_pattern(&self) -> bool {
        self.request.query.grep.pattern.is_some()
    }

    /// Whether the task is a replay, which wants raw events.
    pub(super) fn is_replay(&self) -> bool {
        self.request.query.task.as_deref() == Some("replay")
    }
}

/// Whether a question filters records by anything.
pub(super) fn filters(graph: &GraphQuestion) -> bool {
    [&graph.kinds, &graph.statuses, &graph.owners, &graph.tags, &graph.repo_refs].iter().any(|list| !list.is_empty())
}

fn needle(request: &QueryRequest, text: Option<&str>, language: Language) -> Result<Option<Needle>, QueryError> {
    let grep = &request.query.grep;
    if let Some(pattern) = &grep.pattern {
        let compiled = if grep.regex {
            GrepPattern::regex(pattern, grep.case_sensitive)?
        } else {
            GrepPattern::literal(pattern, grep.case_sensitive)?
        };
        let blind = (!grep.regex).then(|| GrepPattern::regex(&terms::whole_words(pattern), grep.case_sensitive));
        return Ok(Some(Needle { pattern: compiled, words: Vec::new(), blind: blind.transpose()? }));
    }
    let words = text.map(|text| terms::words(text, language)).unwrap_or_default();
    if words.is_empty() {
        return Ok(None);
    }
    let pattern = GrepPattern::regex(&terms::expression(&words), false)?;
    Ok(Some(Needle { blind: Some(pattern.clone()), pattern, words }))
}

/// What is wrong with a request, by field.
#[derive(Default)]
struct Wrong(Vec<(String, String)>);

impl Wrong {
    fn say(&mut self, field: &str, what: impl Into<String>) {
        self.0.push((field.to_owned(), what.into()));
    }

    fn bytes(&mut self, field: &str, text: Option<&str>, most: usize) {
        if text.is_some_and(|text| text.len() > most) {
            self.say(field, format!("at most {most} bytes are taken"));
        }
    }

    fn list(&mut self, field: &str, items: &[String]) {
        if items.len() > MOST_ITEMS {
            self.say(field, format!("at most {MOST_ITEMS} items are taken"));
        }
        if items.iter().any(|item| item.len() > MOST_ITEM_BYTES) {
            self.say(field, format!("an item has at most {MOST_ITEM_BYTES} bytes"));
        }
        if items.iter().any(|item| item.trim().is_empty()) {
            self.say(field, "an item is not blank");
        }
    }

    fn globs(&mut self, field: &str, globs: &[String]) -> GlobSet {
        GlobSet::new(globs).unwrap_or_else(|bad| {
            self.say(field, bad.to_string());
            GlobSet::default()
        })
    }

    fn verdict(self) -> Result<(), QueryError> {
        if self.0.is_empty() { Ok(()) } else { Err(QueryError::Invalid { reasons: self.0 }) }
    }
}

fn check_sizes(request: &QueryRequest, wrong: &mut Wrong) {
    let query = &request.query;
    wrong.bytes("query.text", query.text.as_deref(), MOST_TEXT_BYTES);
    wrong.bytes("query.task", query.task.as_deref(), MOST_ITEM_BYTES);
    wrong.bytes("query.grep.pattern", query.grep.pattern.as_deref(), MOST_PATTERN_BYTES);
    for (field, items) in [
        ("query.select", &query.select),
        ("query.associations", &query.associations),
        ("query.graph.kinds", &query.graph.kinds),
        ("query.graph.statuses", &query.graph.statuses),
        ("query.graph.owners", &query.graph.owners),
        ("query.graph.tags", &query.graph.tags),
        ("query.graph.repoRefs", &query.graph.repo_refs),
        ("query.graph.edgeKinds", &query.graph.edge_kinds),
    ] {
        wrong.list(field, items);
    }
    if query.graph.edge_depth > MOST_EDGE_DEPTH {
        wrong.say("query.graph.edgeDepth", format!("edges are followed 0 to {MOST_EDGE_DEPTH} deep"));
    }
    if query.grep.pattern.as_deref().is_some_and(str::is_empty) {
        wrong.say("query.grep.pattern", "a pattern is not empty: leave it out to search for the text's words");
    }
}

/// A question has to ask something that its mode can answer.
fn check_purpose(request: &QueryRequest, text: Option<&str>, wrong: &mut Wrong) {
    let query = &request.query;
    let pattern = query.grep.pattern.is_some();
    let graph = text.is_some() || !query.select.is_empty() || !query.associations.is_empty() || filters(&query.graph);
    match query.mode {
        Mode::OntologyValidation | Mode::DiffRef if request.max_tokens.is_some() => {
            wrong.say("query.queryMode", "a prompt section is of records and lines: leave the mode out");
        }
        Mode::DocumentRead if query.select.is_empty() => {
            wrong.say("query.select", "document-read needs an id or a path to read");
        }
        Mode::GrepOnly if text.is_none() && !pattern => {
            wrong.say("query.grep.pattern", "grep-only needs a pattern or a text");
        }
        Mode::GraphOnly if !graph => {
            wrong.say("query.text", "graph-only needs a text, a selection, an association or a filter");
        }
        Mode::GraphAndGrep if !graph && !pattern => {
            wrong.say("query.text", "a question needs a text, a selection, an association, a filter or a pattern");
        }
        _ => {}
    }
}

fn check_limits(request: &QueryRequest) -> Result<(), QueryError> {
    for (field, asked, most) in [
        ("limits.maxRecords", request.limits.max_records, MOST_RECORDS),
        ("limits.maxBytes", request.limits.max_bytes, MOST_BYTES),
        ("query.sections", request.query.sections, MOST_SECTIONS),
        ("maxTokens", request.max_tokens.unwrap_or(0), MOST_TOKENS),
        ("query.grep.maxMatches", request.query.grep.max_matches, MOST_MATCHES),
        ("query.grep.contextLines", request.query.grep.context_lines, MOST_CONTEXT_LINES),
    ] {
        if asked > most {
            return Err(QueryError::Limit { field, most });
        }
    }
    Ok(())
}
