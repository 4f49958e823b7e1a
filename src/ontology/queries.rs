//! Saved queries: what a repository expects to be found, asked on both sides of a change.

use super::load::document;
use super::reader::Reader;
use super::types::OntologyProblem;
use crate::base::{RepoPath, Severity, Span};
use crate::note::{YamlMap, YamlNode};

/// Where they are.
const FOLDER: &str = "ontology/queries/";
/// How many files are read, in path order.
const MOST_QUERIES: usize = 64;
/// How many records one query expects at most, and how far down.
const MOST_EXPECTED: usize = 40;
/// How long a text is, in bytes.
const MOST_TEXT: usize = 4 << 10;
const KEYS: &[&str] = &["version", "name", "text", "filters", "expect", "severity"];
const FILTERS: &[&str] = &["kinds", "statuses", "owners", "tags", "repoRefs"];

/// A saved query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedQuery {
    /// Its file.
    pub path: String,
    /// Its name.
    pub name: String,
    /// What is asked.
    pub text: String,
    /// Filters: kinds, statuses, owners, tags, repository references.
    pub filters: [Vec<String>; 5],
    /// Each record that is expected, and the rank it has at least.
    pub expect: Vec<(String, usize)>,
    /// How bad it is where the expectation breaks; `None`: what the repository says of the rule.
    pub severity: Option<Severity>,
}

/// Whether a path is that of a saved query.
pub fn is_saved_query(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|name| name.ends_with(".yaml") && !name.contains('/'))
}

/// Reads the saved queries among the files below `ontology/`, in path order. What is malformed is left out and reported.
pub fn saved_queries(files: &[(RepoPath, Vec<u8>)]) -> (Vec<SavedQuery>, Vec<OntologyProblem>) {
    let mut own: Vec<_> = files.iter().filter(|(path, _)| is_saved_query(path.as_str())).collect();
    own.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
    let (mut queries, mut problems) = (Vec::new(), Vec::new());
    for (n, (path, bytes)) in own.into_iter().enumerate() {
        let mut reader = Reader::new(path.as_str());
        if n >= MOST_QUERIES {
            let message = format!("a repository has at most {MOST_QUERIES} saved queries, and this one is not asked");
            reader.problem(Span::default(), message, "delete one of them");
        } else if let Some(map) = document(&mut reader, bytes) {
            queries.extend(query(&mut reader, path.as_str(), &map));
        }
        problems.extend(reader.into_problems());
    }
    (queries, problems)
}

fn query(reader: &mut Reader<'_>, path: &str, map: &YamlMap) -> Option<SavedQuery> {
    reader.only_keys(map, KEYS);
    let text = reader.text(map, "text").unwrap_or_default().to_owned();
    if text.trim().is_empty() || text.len() > MOST_TEXT {
        let span = map.get("text").map_or(Span::default(), |node| node.span);
        let message = format!("a saved query asks a `text` of 1 to {MOST_TEXT} bytes");
        reader.problem(span, message, "write `text: what is asked`");
        return None;
    }
    let stem = path[FOLDER.len()..].trim_end_matches(".yaml");
    let name = reader.text(map, "name").unwrap_or(stem).to_owned();
    let filters = filters(reader, map);
    let expect = expected(reader, map);
    let severity = severity(reader, map);
    Some(SavedQuery { path: path.to_owned(), name, text, filters, expect, severity })
}

fn filters(reader: &mut Reader<'_>, map: &YamlMap) -> [Vec<String>; 5] {
    let Some(node) = map.get("filters") else { return Default::default() };
    let inner = reader.mapping(node, "filters");
    reader.only_keys(inner, FILTERS);
    std::array::from_fn(|n| inner.texts(FILTERS[n]).into_iter().map(str::to_owned).collect())
}

fn expected(reader: &mut Reader<'_>, map: &YamlMap) -> Vec<(String, usize)> {
    let node = map.get("expect");
    let items = node.and_then(YamlNode::as_list).unwrap_or_default();
    if items.is_empty() || items.len() > MOST_EXPECTED {
        let span = node.map_or(Span::default(), |node| node.span);
        let message = format!("`expect` lists 1 to {MOST_EXPECTED} records");
        reader.problem(span, message, "write `expect:` and below it `- id: ...` with `rank: ...`");
    }
    items.iter().take(MOST_EXPECTED).filter_map(|item| one_expected(reader, item)).collect()
}

fn one_expected(reader: &mut Reader<'_>, item: &YamlNode) -> Option<(String, usize)> {
    if let Some(id) = item.text() {
        return Some((id.to_owned(), MOST_EXPECTED));
    }
    let inner = reader.mapping(item, "expect");
    reader.only_keys(inner, &["id", "rank"]);
    let rank = inner.text("rank").map_or(Some(MOST_EXPECTED), |rank| rank.parse().ok());
    match (inner.text("id"), rank.filter(|rank| (1..=MOST_EXPECTED).contains(rank))) {
        (Some(id), Some(rank)) => Some((id.to_owned(), rank)),
        _ => {
            let message = format!("an expectation is an `id`, and a `rank` from 1 to {MOST_EXPECTED}");
            reader.problem(item.span, message, "write `- id: ...` with `rank: ...`");
            None
        }
    }
}

fn severity(reader: &mut Reader<'_>, map: &YamlMap) -> Option<Severity> {
    match reader.text(map, "severity") {
        Some("error") => Some(Severity::Error),
        Some("warning") => Some(Severity::Warning),
        None => None,
        Some(_) => {
            let span = map.get("severity").map_or(Span::default(), |node| node.span);
            reader.problem(span, "a severity is `error` or `warning`".to_owned(), "write one of the two");
            None
        }
    }
}
