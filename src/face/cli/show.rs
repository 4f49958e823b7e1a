//! What people see: safe text, colour on a terminal only, findings with their source line.

use crate::base::{Finding, Severity};
use crate::engine::Validation;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::borrow::Cow;
use std::fmt::Write;
use std::io::IsTerminal;

/// Whether standard output takes colour: a terminal, and `NO_COLOR` is not set.
pub fn colour() -> bool {
    std::io::stdout().is_terminal() && !super::env::is_set("NO_COLOR")
}

/// Text of strangers without what a terminal would obey: control characters are shown escaped.
pub fn safe(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| (c.is_control() && c != '\t') || is_bidi(c);
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if harmful(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Safe text over several lines.
pub fn safe_lines(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|l| {
            l.strip_suffix('\n')
                .map_or_else(|| safe(l).into_owned(), |l| safe(l.strip_suffix('\r').unwrap_or(l)).into_owned() + "\n")
        })
        .collect()
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// The findings of a validation as people read them, errors first; then one line that counts.
pub fn findings(validation: &Validation, colour: bool) -> String {
    let mut out = String::new();
    let mut all: Vec<&Finding> = validation.report.findings.iter().collect();
    all.sort_by_key(|f| f.severity == Severity::Warning);
    for finding in all {
        out.push_str(&finding_text(finding, validation, colour));
        out.push_str("\n\n");
    }
    out.push_str(&counts(validation));
    out
}

fn finding_text(finding: &Finding, validation: &Validation, colour: bool) -> String {
    let source = validation.sources.iter().find(|(path, _)| *path == finding.place.path).map(|(_, text)| text.as_ref());
    let title = format!("{}", safe(&finding.message));
    let code = format!("{} {}", finding.code, finding.name);
    let level = if finding.severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let line = source.and_then(|text| text.lines().nth(finding.place.line as usize - 1)).map(|l| safe(l).into_owned());
    let path = safe(&finding.place.path).into_owned();
    let help = safe(&finding.help).into_owned();
    let group = level.primary_title(title).id(code);
    let mut groups = Vec::new();
    let snippet_line = line.unwrap_or_default();
    if snippet_line.is_empty() {
        let place = format!("at {}:{}:{}", path, finding.place.line, finding.place.column);
        groups.push(group.element(Level::NOTE.message(place)).element(Level::HELP.message(help)));
    } else {
        let span = columns(&snippet_line, finding);
        let snippet = Snippet::source(snippet_line)
            .path(path)
            .line_start(finding.place.line as usize)
            .annotation(AnnotationKind::Primary.span(span));
        let mut report = group.element(snippet).element(Level::HELP.message(help));
        for related in &finding.related {
            let place = &related.place;
            report = report.element(Level::NOTE.message(format!(
                "{}:{}:{}: {}",
                safe(&place.path),
                place.line,
                place.column,
                safe(&related.message)
            )));
        }
        groups.push(report);
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&groups).to_string()
}

/// The finding's columns as byte offsets into its first line.
fn columns(line: &str, finding: &Finding) -> std::ops::Range<usize> {
    let byte = |column: u32| line.char_indices().nth(column as usize - 1).map_or(line.len(), |(i, _)| i);
    let start = byte(finding.place.column);
    let end = if finding.place.end_line > finding.place.line { line.len() } else { byte(finding.place.end_column) };
    start..end.max(start)
}

/// One line that counts what was read and what is wrong.
pub fn counts(validation: &Validation) -> String {
    let s = &validation.report.summary;
    let mut out = String::new();
    let plural = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let _ = write!(
        out,
        "{}, {}, {} in {}: {}, {}",
        plural(s.records, "record"),
        plural(s.edges, "edge"),
        plural(s.notes, "note"),
        plural(s.files, "file"),
        plural(s.errors, "error"),
        plural(s.warnings, "warning")
    );
    if s.unresolved > 0 {
        let _ = write!(out, ", {} to platform resources outside this memory", plural(s.unresolved, "edge"));
    }
    out
}
