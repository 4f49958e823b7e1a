//! Mending what a finding has a suggestion for.

use super::diagnostics::overlap;
use super::documents::Document;
use super::position::Lines;
use gen_lsp_types::{CodeAction, CodeActionKind, Diagnostic, Range, TextEdit, WorkspaceEdit};
use std::collections::HashMap;

/// The quick fixes for the findings of a document that lie in a range.
pub fn actions(document: &Document, lines: &Lines<'_>, found: &[Diagnostic], range: &Range) -> Vec<CodeAction> {
    let here = found.iter().filter(|diagnostic| overlap(&diagnostic.range, range));
    here.filter_map(|diagnostic| action(document, lines, diagnostic)).collect()
}

fn action(document: &Document, lines: &Lines<'_>, diagnostic: &Diagnostic) -> Option<CodeAction> {
    let meant = meant(diagnostic.data.as_ref()?["help"].as_str()?)?;
    let span = lines.span(diagnostic.range);
    let written = document.text.get(span.start..span.end)?;
    if written.contains('\n') {
        return None;
    }
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\'')).map(String::from).unwrap_or_default();
    let edit = TextEdit { range: diagnostic.range, new_text: format!("{quote}{meant}{quote}") };
    Some(CodeAction {
        title: format!("Write `{meant}`"),
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![diagnostic.clone()]),
        is_preferred: Some(true),
        edit: Some(WorkspaceEdit {
            changes: Some(HashMap::from([(document.uri.clone().into(), vec![edit])])),
            ..WorkspaceEdit::default()
        }),
        ..CodeAction::default()
    })
}

/// The word that a finding says was meant, unless it is shown otherwise than it is.
fn meant(help: &str) -> Option<&str> {
    let word = help.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    let is_whole = word.chars().all(|c| c.is_alphanumeric() || "._:/-@+".contains(c));
    (is_whole && !word.is_empty()).then_some(word)
}
