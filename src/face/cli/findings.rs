//! Findings as people read them: what, where, the source line with the place underlined, how to mend it.

use super::order::by_use;
use super::show::{harmless, plural, safe};
use crate::base::{Finding, Place, Related, Severity};
use crate::engine::Validation;
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use std::collections::HashMap;

/// The rules whose findings are secrets, or may be: their lines are not shown again.
const SECRETS: [&str; 2] = ["LK501", "LK502"];
/// The rule that lets findings through by the digest of their text.
const SECRET: &str = "LK501";
/// From how many unknown kinds on an ontology is taken to be another memory's.
const MANY: usize = 20;
/// The longest source line that is shown, in bytes; of a wide one the part around the place.
const LONGEST_LINE: usize = 16 << 10;

/// The findings of a validation, most useful first; then one line that counts.
pub fn text(validation: &Validation, colour: bool) -> String {
    let sources = Sources::of(validation);
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for finding in by_use(&validation.report.findings) {
        out.push_str(&renderer.render(&[group(finding, &sources)]).to_string());
        out.push_str("\n\n");
    }
    out.push_str(&counts(validation));
    out
}

/// One line that counts what was read and what is wrong.
pub fn counts(validation: &Validation) -> String {
    let s = &validation.report.summary;
    let (records, edges) = (plural(s.records, "record"), plural(s.edges, "edge"));
    let (notes, files) = (plural(s.notes, "note"), plural(s.files, "file"));
    let (errors, warnings) = (plural(s.errors, "error"), plural(s.warnings, "warning"));
    let outside = match s.unresolved {
        0 => String::new(),
        n => format!(", {} to platform resources outside this memory", plural(n, "edge")),
    };
    format!("{records}, {edges}, {notes} in {files}: {errors}, {warnings}{outside}")
}

/// One line that says what to do now; none where there is nothing to do.
pub fn advice(validation: &Validation) -> Option<&'static str> {
    let summary = &validation.report.summary;
    match (summary.errors, summary.warnings) {
        (0, 0) => None,
        (0, _) => Some("nothing has to be done: warnings say what would be better"),
        _ if is_foreign(validation) => {
            Some("to do: the ontology is another memory's: `lorekeep ontology infer` writes one for what is here")
        }
        _ if validation.base.is_some() => {
            Some("to do: mend the errors from the top; all of them came with this change")
        }
        _ => Some("to do: mend the errors from the top; `--base REV` shows only what a change brings"),
    }
}

/// Whether most of many errors say that a kind is not in the ontology: it was made for something else.
fn is_foreign(validation: &Validation) -> bool {
    let unknown = |f: &&Finding| matches!(f.code.as_str(), "LK201" | "LK202");
    let unknown = validation.report.findings.iter().filter(unknown).count();
    unknown > MANY && unknown * 2 > validation.report.summary.errors
}

/// The lines of the files that findings point into, and which of them hold secrets.
struct Sources<'a> {
    lines: HashMap<&'a str, Vec<&'a str>>,
    secrets: Vec<&'a Place>,
}

impl<'a> Sources<'a> {
    fn of(validation: &'a Validation) -> Self {
        let lines = validation.sources.iter().map(|(path, text)| (path.as_str(), text.lines().collect())).collect();
        let findings = validation.report.findings.iter();
        let secrets = findings.filter(|f| SECRETS.contains(&f.code.as_str())).map(|f| &f.place).collect();
        Self { lines, secrets }
    }

    /// The line of a place, where there is something to see in it and nothing to hide.
    fn line(&self, place: &Place) -> Option<&'a str> {
        let hidden = |s: &&Place| s.path == place.path && (s.line..=s.end_line).contains(&place.line);
        if self.secrets.iter().any(hidden) {
            return None;
        }
        let line = self.lines.get(place.path.as_str())?.get((place.line as usize).checked_sub(1)?)?;
        (!line.trim().is_empty() && line.len() <= LONGEST_LINE).then_some(line)
    }
}

fn group<'a>(finding: &'a Finding, sources: &Sources<'_>) -> Group<'a> {
    let level = if finding.severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let place = &finding.place;
    let title = level.primary_title(safe(&finding.message)).id(format!("{} {}", finding.code, finding.name));
    let mut group = match sources.line(place).filter(|_| *place != Place::whole(&place.path)) {
        Some(line) => title.element(snippet(line, place, AnnotationKind::Primary, None)),
        None => title.element(origin(place)),
    };
    // Pictures first, sentences after them.
    let (pictures, sentences): (Vec<_>, Vec<_>) =
        finding.related.iter().map(|related| beside(related, sources)).partition(|e| matches!(e, Element::Cause(_)));
    group = group.elements(pictures).elements(sentences);
    group = group.element(Level::HELP.message(safe(&finding.help)));
    match allowance(finding) {
        Some(entry) => group.element(Level::HELP.message(entry)),
        None => group,
    }
}

/// Another place: its own line with what is there, or a sentence where there is no line to show.
fn beside<'a>(related: &'a Related, sources: &Sources<'_>) -> Element<'a> {
    let place = &related.place;
    let points = (place.line, place.column) != (place.end_line, place.end_column);
    match sources.line(place).filter(|_| points) {
        Some(line) => snippet(line, place, AnnotationKind::Context, Some(&related.message)).into(),
        None => {
            let Place { path, line, column, .. } = place;
            Level::NOTE.message(format!("{}:{line}:{column}: {}", safe(path), safe(&related.message))).into()
        }
    }
}

fn origin(place: &Place) -> Origin<'_> {
    Origin::path(safe(&place.path)).line(place.line as usize).char_column(place.column as usize)
}

/// A source line with its place underlined. Every character stands for one of the file, so that columns are true.
fn snippet<'a>(
    line: &str,
    place: &'a Place,
    kind: AnnotationKind,
    label: Option<&'a str>,
) -> Snippet<'a, Annotation<'a>> {
    let shown: String = line.chars().map(harmless).collect();
    let byte =
        |column: u32| shown.char_indices().nth((column as usize).saturating_sub(1)).map_or(shown.len(), |(at, _)| at);
    let start = byte(place.column);
    let end = if place.end_line > place.line { shown.len() } else { byte(place.end_column).max(start) };
    Snippet::source(shown)
        .path(safe(&place.path))
        .line_start(place.line as usize)
        .annotation(kind.span(start..end).label(label.map(safe)))
}

/// How a finding that is right by the rule and wrong in the case is let through, where its rule takes exceptions.
fn allowance(finding: &Finding) -> Option<String> {
    let digest = finding.text_digest.as_ref().filter(|_| finding.code == SECRET)?;
    let Finding { code, place, .. } = finding;
    let path = safe(&place.path).replace('\\', "\\\\").replace('"', "\\\"");
    let entry = format!("- {{rule: {code}, path: \"{path}\", digest: \"{digest}\", reason: \"...\"}}");
    Some(format!("where it is meant to be there, add to `allow` in ontology/validation-rules.yaml: {entry}"))
}
