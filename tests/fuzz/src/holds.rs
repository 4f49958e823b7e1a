//! What must hold of any input; each function panics where it does not.

use crate::base::{Digest, FileMode, Finding, Oid, RepoPath, Span};
use crate::check::{CheckInput, Report, TreeFile, check};
use crate::note::{self, Edge, Limits, Record, SourceFile, YamlMap, YamlNode};
use crate::ontology::{Ontology, OntologyProblem};
use std::sync::Arc;

/// The longest sentence of a finding, in bytes. Messages repeat words of the input, and no more than this of them.
const LONGEST_SENTENCE: usize = 8 << 10;

/// Reads a file twice and checks it.
pub fn read(path: &str, bytes: &[u8]) -> Arc<SourceFile> {
    let path = RepoPath::parse(path).expect("the targets' paths are good");
    let file = note::read(&path, bytes, &Limits::default());
    let again = note::read(&path, bytes, &Limits::default());
    assert_eq!(format!("{file:?}"), format!("{again:?}"), "reading is a function of the bytes");
    spans(&file);
    assert!(file.diagnostics.len() <= Limits::default().max_diagnostics);
    for diagnostic in &file.diagnostics {
        sentence(&diagnostic.message);
        sentence(&diagnostic.help);
    }
    Arc::new(file)
}

/// Checks a tree of files that were read, and gives what is found.
pub fn checked(files: &[(&[u8], Arc<SourceFile>)], ontology: &Ontology, problems: &[OntologyProblem]) -> Report {
    let files: Vec<TreeFile> = files.iter().map(|(bytes, source)| tree_file(bytes, source)).collect();
    let input = CheckInput { ontology, ontology_problems: problems, files: &files };
    let report = check(&input);
    assert_eq!(report, check(&input), "checking is a function of the tree");
    for finding in &report.findings {
        let Finding { place, message, help, .. } = finding;
        sentence(message);
        sentence(help);
        assert!(place.line >= 1 && place.column >= 1 && place.end_line >= place.line, "{finding:?}");
        assert!(crate::screen::find_secrets(message).is_empty() && crate::screen::find_secrets(help).is_empty());
    }
    let json = serde_json::to_string(&report.findings).expect("findings are JSON");
    let back: Vec<Finding> = serde_json::from_str(&json).expect("JSON is findings");
    assert_eq!(back.len(), report.findings.len());
    report
}

/// A sentence that may be printed: on one line, without what a terminal obeys, and not too long.
fn sentence(text: &str) {
    assert!(!text.is_empty() && text.len() <= LONGEST_SENTENCE, "{} bytes: {text:?}", text.len());
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

fn tree_file(bytes: &[u8], source: &Arc<SourceFile>) -> TreeFile {
    let digest = Digest::of(bytes);
    let hex = &digest.as_str()["blake3:".len()..][..40];
    TreeFile {
        path: source.path.as_str().as_bytes().to_vec(),
        mode: FileMode::File,
        oid: Oid::parse(hex).expect("forty digits are an object id"),
        size: bytes.len() as u64,
        raw: source.text.is_none().then(|| Arc::from(bytes)),
        source: Some(Arc::clone(source)),
    }
}

/// Every span lies in the text, on character boundaries.
fn spans(file: &SourceFile) {
    let Some(text) = file.text.as_deref() else { return };
    for diagnostic in &file.diagnostics {
        span(text, diagnostic.span);
        diagnostic.related.iter().for_each(|(place, _)| span(text, *place));
    }
    for record in &file.records {
        record_spans(text, record);
    }
    let Some(markdown) = &file.markdown else { return };
    assert!(text.is_char_boundary(markdown.body_start));
    markdown.front_matter.iter().for_each(|map| map_spans(text, map));
    markdown.headings.iter().for_each(|heading| span(text, heading.span));
    for link in &markdown.links {
        span(text, link.span);
        assert!(link.target.len() <= text.len() * 4, "a target comes from the text");
    }
}

fn record_spans(text: &str, record: &Record) {
    let Record { id, kind, fields, edges, span: whole, head, .. } = record;
    [id.span, *whole, *head].into_iter().chain(kind.iter().map(|kind| kind.span)).for_each(|place| span(text, place));
    map_spans(text, fields);
    for Edge { kind, target, attributes, .. } in edges {
        span(text, kind.span);
        span(text, target.span);
        map_spans(text, attributes);
    }
}

fn map_spans(text: &str, map: &YamlMap) {
    for (_, key, node) in &map.entries {
        span(text, *key);
        node_spans(text, node);
    }
}

fn node_spans(text: &str, node: &YamlNode) {
    span(text, node.span);
    node.as_map().into_iter().for_each(|map| map_spans(text, map));
    node.as_list().unwrap_or_default().iter().for_each(|item| node_spans(text, item));
}

/// A span lies in a text, on character boundaries.
pub fn span(text: &str, span: Span) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} is no part of a text of {} bytes", text.len());
}
