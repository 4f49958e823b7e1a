//! What there is to say of a record, a page or a kind, in a few lines of Markdown.

use super::names::{Found, Names};
use super::target::{Target, at};
use crate::base::Span;
use crate::change::LoadedTree;
use crate::note::SourceFile;
use crate::ontology::{EdgeKind, NodeKind, Ontology};
use crate::screen;

/// A few lines of Markdown about what a place names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The lines.
    pub markdown: String,
    /// The place.
    pub span: Span,
}

/// The card of what a place names.
pub(super) fn card(tree: &LoadedTree, source: &SourceFile, offset: usize) -> Option<Card> {
    let (markdown, span) = match at(source, offset)? {
        Target::Named(name, span) => {
            let found = Names::new(tree).meaning(name, &source.path);
            (found.first().map(|first| thing(first, found.len()))?, span)
        }
        Target::Kind(name, span) => (node_kind(name, tree.ontology.node_kinds.get(name)?), span),
        Target::EdgeKind(name, span) => (edge_kind(&tree.ontology, name)?, span),
    };
    Some(Card { markdown: screen::redact(&markdown).text, span })
}

fn thing(found: &Found<'_>, declarations: usize) -> String {
    let kind = found.record.and_then(|record| record.kind.as_ref()).map(|kind| kind.value.as_str());
    let kind = kind.or_else(|| found.text("kind")).unwrap_or("page");
    let status = found.text("status").map(|status| format!(" · {}", plain(status))).unwrap_or_default();
    let mut lines = vec![format!("**{}**", plain(found.title())), format!("{}{status}", plain(kind))];
    lines.extend(found.id().map(code));
    let owners = found.texts("owners");
    if !owners.is_empty() {
        lines.push(format!("owners: {}", plain(&owners.join(", "))));
    }
    lines.extend(found.text("summary").map(plain));
    lines.push(format!("in {}", code(found.source.path.as_str())));
    if declarations > 1 {
        lines.push(format!("declared {declarations} times"));
    }
    lines.join("\n\n")
}

fn node_kind(name: &str, kind: &NodeKind) -> String {
    let mut lines = vec![format!("**{}**: a kind of record", plain(name))];
    lines.extend(Some(plain(&kind.description)).filter(|text| !text.is_empty()));
    lines.push(format!("ids begin with {}", code(&format!("{}:", kind.id_prefix))));
    lines.extend(listed("required", &kind.required));
    lines.extend(listed("statuses", &kind.statuses));
    lines.extend(kind.deprecated.then(|| "deprecated: new records should not use it".to_owned()));
    lines.join("\n\n")
}

fn edge_kind(ontology: &Ontology, name: &str) -> Option<String> {
    let EdgeKind { description, from, to, same_kind, acyclic, inverse } = ontology.edge_kinds.get(name)?;
    let mut lines = vec![format!("**{}**: a kind of edge", plain(name))];
    lines.extend(Some(plain(description)).filter(|text| !text.is_empty()));
    lines.extend(listed("from", from));
    lines.extend(listed("to", to));
    lines.extend(same_kind.then(|| "both ends are of one kind".to_owned()));
    lines.extend(acyclic.then(|| "forms no cycle".to_owned()));
    lines.extend(inverse.as_ref().map(|inverse| format!("read the other way: {}", code(inverse))));
    Some(lines.join("\n\n"))
}

fn listed(what: &str, words: &[String]) -> Option<String> {
    (!words.is_empty()).then(|| format!("{what}: {}", plain(&words.join(", "))))
}

/// The most characters of a text that are shown.
const LONGEST: usize = 400;

/// A text as Markdown that says just that: no markup, one line, not too long.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(LONGEST).map(visible) {
        if "\\`*[]<>#|!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A text as code.
fn code(text: &str) -> String {
    let inner: String = text.chars().take(LONGEST).map(|c| if c == '`' { '\'' } else { visible(c) }).collect();
    format!("`{inner}`")
}

fn visible(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}
