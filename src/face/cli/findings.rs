//! Findings as people read them: what, where, the source line with the place underlined, how to mend it.

use super::show::{harmless, plural, safe};
use crate::base::{Finding, Place, Severity};
use crate::engine::Validation;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::collections::HashMap;

/// The rule whose findings are secrets: their lines are not shown again.
const SECRET: &str = "LK501";
/// The longest source line that is shown, in bytes; of a wide one the part around the place.
const LONGEST_LINE: usize = 16 << 10;

/// The findings of a validation, errors first; then one line that counts.
pub fn text(validation: &Validation, colour: bool) -> String {
    let mut all: Vec<&Finding> = validation.report.findings.iter().collect();
    all.sort_by_key(|f| f.severity == Severity::Warning);
    let sources = Sources::of(validation);
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for finding in all {
        out.push_str(&renderer.render(&[group(finding, &sources)]).to_string());
        out.push_str("\n\n");
    }
    out.push_str(&counts(validation));
    out
}

/// One line that counts what was read and what is wrong.
fn counts(validation: &Validation) -> String {
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

/// The texts of the files that have findings, and which of their lines hold secrets.
struct Sources<'a> {
    texts: HashMap<&'a str, &'a str>,
    secrets: Vec<&'a Place>,
}

impl<'a> Sources<'a> {
    fn of(validation: &'a Validation) -> Self {
        let texts = validation.sources.iter().map(|(path, text)| (path.as_str(), text.as_ref())).collect();
        let findings = validation.report.findings.iter();
        Self { texts, secrets: findings.filter(|f| f.code == SECRET).map(|f| &f.place).collect() }
    }

    /// The line of a place, where there is something to see in it and nothing to hide.
    fn line(&self, place: &Place) -> Option<&'a str> {
        let hidden = |s: &&Place| s.path == place.path && (s.line..=s.end_line).contains(&place.line);
        if self.secrets.iter().any(hidden) {
            return None;
        }
        let line = self.texts.get(place.path.as_str())?.lines().nth(place.line as usize - 1)?;
        (!line.trim().is_empty() && line.len() <= LONGEST_LINE).then_some(line)
    }
}

fn group<'a>(finding: &'a Finding, sources: &Sources<'_>) -> Group<'a> {
    let level = if finding.severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let place = &finding.place;
    let title = level.primary_title(safe(&finding.message)).id(format!("{} {}", finding.code, finding.name));
    let mut group = match sources.line(place) {
        Some(line) => title.element(snippet(line, place)),
        None => title.element(origin(place)),
    };
    for related in &finding.related {
        let Place { path, line, column, .. } = &related.place;
        let at = format!("{}:{line}:{column}: {}", safe(path), safe(&related.message));
        group = group.element(Level::NOTE.message(at));
    }
    group = group.element(Level::HELP.message(safe(&finding.help)));
    match allowance(finding) {
        Some(entry) => group.element(Level::HELP.message(entry)),
        None => group,
    }
}

fn origin(place: &Place) -> Origin<'_> {
    Origin::path(safe(&place.path)).line(place.line as usize).char_column(place.column as usize)
}

/// A source line with its place underlined. Every character stands for one of the file, so that columns are true.
fn snippet<'a>(line: &str, place: &'a Place) -> Snippet<'a, Annotation<'a>> {
    let shown: String = line.chars().map(harmless).collect();
    let byte =
        |column: u32| shown.char_indices().nth((column as usize).saturating_sub(1)).map_or(shown.len(), |(at, _)| at);
    let start = byte(place.column);
    let end = if place.end_line > place.line { shown.len() } else { byte(place.end_column).max(start) };
    Snippet::source(shown)
        .path(safe(&place.path))
        .line_start(place.line as usize)
        .annotation(AnnotationKind::Primary.span(start..end))
}

/// How a finding that is right by the rule and wrong in the case is let through, where its rule takes exceptions.
fn allowance(finding: &Finding) -> Option<String> {
    let digest = finding.text_digest.as_ref().filter(|_| finding.code == SECRET)?;
    let Finding { code, place, .. } = finding;
    let path = safe(&place.path).replace('\\', "\\\\").replace('"', "\\\"");
    let entry = format!("- {{rule: {code}, path: \"{path}\", digest: \"{digest}\", reason: \"...\"}}");
    Some(format!("where it is meant to be there, add to `allow` in ontology/validation-rules.yaml: {entry}"))
}
