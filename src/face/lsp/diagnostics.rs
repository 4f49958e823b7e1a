//! Findings as editors show them.

use super::position::Lines;
use crate::base::{Finding, LineIndex, Place, Severity};
use gen_lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, Position, Range,
};

/// Findings in a text, with a way to find the location of a place in another file.
pub fn diagnostics(
    findings: &[Finding],
    lines: &Lines<'_>,
    text: &str,
    locate: impl Fn(&Place) -> Option<Location>,
) -> Vec<Diagnostic> {
    let index = LineIndex::new(text.as_bytes());
    findings.iter().map(|finding| diagnostic(finding, lines, &index, &locate)).collect()
}

fn diagnostic(
    finding: &Finding,
    lines: &Lines<'_>,
    index: &LineIndex,
    locate: &impl Fn(&Place) -> Option<Location>,
) -> Diagnostic {
    let related = finding.related.iter().filter_map(|related| {
        Some(DiagnosticRelatedInformation { location: locate(&related.place)?, message: related.message.clone() })
    });
    let related: Vec<_> = related.collect();
    Diagnostic {
        range: lines.range(lines.span_of(&finding.place, index)),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
        }),
        code: Some(finding.code.clone().into()),
        code_description: None,
        source: Some(format!("lorekeep {}", finding.name)),
        message: format!("{}\nhelp: {}", finding.message, finding.help).into(),
        tags: tag(&finding.name).map(|tag| vec![tag]),
        related_information: Some(related).filter(|related| !related.is_empty()),
        data: Some(serde_json::json!({ "name": finding.name, "help": finding.help })),
    }
}

/// How an editor may show the text of a finding, beside underlining it.
fn tag(rule: &str) -> Option<DiagnosticTag> {
    rule.starts_with("deprecated").then_some(DiagnosticTag::Deprecated)
}

/// Whether two ranges share a place.
pub fn overlap(a: &Range, b: &Range) -> bool {
    let before = |x: &Position, y: &Position| (x.line, x.character) <= (y.line, y.character);
    before(&a.start, &b.end) && before(&b.start, &a.end)
}
