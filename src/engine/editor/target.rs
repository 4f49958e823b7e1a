//! What a place in a file names, where that is declared, and where else it is named.

use super::names::{Found, Names, Spot, records, sources};
use crate::base::Span;
use crate::change::LoadedTree;
use crate::note::SourceFile;

/// What a place names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target<'t> {
    /// A record or a page, by id, path or alias.
    Named(&'t str, Span),
    /// A kind of record.
    Kind(&'t str, Span),
    /// A kind of edge.
    EdgeKind(&'t str, Span),
}

/// What a place of a file names, as far as its text says so.
pub(super) fn at(source: &SourceFile, offset: usize) -> Option<Target<'_>> {
    let over = |span: Span| span.start <= offset && offset <= span.end;
    let links = || source.markdown.iter().flat_map(|page| &page.links);
    let in_records = source.records.iter().find_map(|record| {
        let kind = record.kind.as_ref().filter(|kind| over(kind.span));
        let id = Some(&record.id).filter(|id| over(id.span) && !id.value.is_empty());
        let target = || record.edges.iter().find(|edge| over(edge.target.span)).map(|edge| &edge.target);
        let edge_kind = || record.edges.iter().find(|edge| over(edge.kind.span)).map(|edge| &edge.kind);
        kind.map(|kind| Target::Kind(&kind.value, kind.span))
            .or_else(|| id.or_else(target).map(|id| Target::Named(&id.value, id.span)))
            .or_else(|| edge_kind().map(|kind| Target::EdgeKind(&kind.value, kind.span)))
    });
    let in_links = || links().find(|link| over(link.span)).map(|link| Target::Named(&link.target, link.span));
    in_records.or_else(in_links).or_else(|| word_at(source.text.as_deref()?, offset))
}

/// Where that is declared which a place names.
pub(super) fn definitions(tree: &LoadedTree, source: &SourceFile, offset: usize) -> Vec<Spot> {
    match at(source, offset) {
        Some(Target::Named(name, _)) => Names::new(tree).meaning(name, &source.path).iter().map(Found::spot).collect(),
        _ => Vec::new(),
    }
}

/// Where that is named which a place names: edges, owners and links, documents that add to a record.
pub(super) fn references(tree: &LoadedTree, source: &SourceFile, offset: usize, declared: bool) -> Vec<Spot> {
    let Some(Target::Named(name, _)) = at(source, offset) else { return Vec::new() };
    let names = Names::new(tree);
    let found = names.meaning(name, &source.path);
    let id = found.first().and_then(Found::id).unwrap_or(name);
    let mut spots = in_records(tree, id);
    spots.extend(found.first().map(|found| in_links(tree, &names, found)).unwrap_or_default());
    if declared {
        spots.extend(found.iter().map(Found::spot));
    }
    spots.sort();
    spots.dedup();
    spots
}

fn in_records(tree: &LoadedTree, id: &str) -> Vec<Spot> {
    let mut spots = Vec::new();
    for Found { source, record } in records(tree) {
        let Some(record) = record else { continue };
        let targets = record.edges.iter().map(|edge| &edge.target);
        let extended = Some(&record.id).filter(|_| !record.form.declares());
        let here = targets.chain(extended).filter(|named| named.value == id);
        spots.extend(here.map(|named| Spot { path: source.path.clone(), span: named.span }));
    }
    spots
}

fn in_links(tree: &LoadedTree, names: &Names<'_>, wanted: &Found<'_>) -> Vec<Spot> {
    let mut spots = Vec::new();
    for source in sources(tree) {
        let links = source.markdown.iter().flat_map(|page| &page.links);
        let here = links.filter(|link| names.of_link(link, &source.path).is_some_and(|found| found.is(wanted)));
        spots.extend(here.map(|link| Spot { path: source.path.clone(), span: link.span }));
    }
    spots
}

/// The word at a place: an id in running text, or in front matter that does not parse.
fn word_at(text: &str, offset: usize) -> Option<Target<'_>> {
    let ends = |c: char| c.is_whitespace() || "[]{}()<>,;|\"'`".contains(c);
    let (before, after) = text.split_at_checked(offset)?;
    let start = before.rfind(ends).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let end = offset + after.find(ends).unwrap_or(after.len());
    let word = text[start..end].trim_end_matches(['.', ':', '!', '?']);
    (!word.is_empty()).then(|| Target::Named(word, Span::new(start, start + word.len())))
}
