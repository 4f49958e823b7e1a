//! The grep half of a question: which lines match, of those that may be shown.

use super::ask::{Asked, Needle, filters};
use super::catalog::Catalog;
use super::clean::CleanText;
use super::filter::passes;
use super::owners::{Owners, Piece};
use super::sight::Denied;
use super::terms;
use crate::base::RepoPath;
use crate::index::{EntryId, FileMatches, IndexedFile, LineMatch};
use crate::note::FileClass;
use std::collections::BTreeSet;

/// The matching lines of one file.
pub(super) struct Matched<'v> {
    /// Which file.
    pub(super) path: &'v RepoPath,
    /// Its text.
    pub(super) text: CleanText,
    /// Its matching lines, in order; never none.
    pub(super) lines: Vec<MatchedLine>,
}

/// A matching line.
pub(super) struct MatchedLine {
    /// The line, from 1.
    pub(super) line: u32,
    /// The matches, as byte offsets into the line.
    pub(super) spans: Vec<(usize, usize)>,
    /// Which of the text's words it holds, by their place.
    pub(super) words: BTreeSet<usize>,
    /// The run of lines it belongs to.
    pub(super) piece: Piece,
}

/// Searches the lines of a question, in the files of the candidates only where `within` gives them.
pub(super) fn search<'v>(
    catalog: &Catalog<'v>,
    asked: &Asked<'_>,
    needle: &Needle,
    within: Option<&BTreeSet<&RepoPath>>,
) -> Vec<Matched<'v>> {
    let scope = |file: &IndexedFile| {
        within.is_none_or(|paths| paths.contains(&file.path))
            && in_scope(asked, file)
            && catalog.sight.path_denial(file.path.as_str()).is_none()
            && !owners(catalog, asked, file).is_shut()
    };
    let found = catalog.view.grep(&needle.pattern, &scope);
    found.into_iter().filter_map(|file| matched(catalog, asked, needle, file)).collect()
}

/// Counts what would have matched in files and records that the caller may not see.
pub(super) fn count_hidden(catalog: &Catalog<'_>, asked: &Asked<'_>, needle: &Needle, denied: &mut Denied) {
    let Some(blind) = needle.blind.as_ref().filter(|_| !catalog.sight.is_open()) else { return };
    for found in catalog.view.grep(blind, &|file| in_scope(asked, file)) {
        let Some(file) = super::names::file_at(catalog.view, found.path.as_str()) else { continue };
        if let Some(denial) = catalog.sight.path_denial(found.path.as_str()) {
            if !passing(catalog, asked, file).is_shut() {
                denied.add(denial, found.path.as_str(), 0);
            }
            continue;
        }
        let owners = hiding(catalog, asked, file);
        for entry in found.lines.iter().flat_map(|line| owners.hidden_at(line.line)) {
            if let Some(denial) = catalog.denial(entry) {
                denied.add(denial, found.path.as_str(), catalog.view.entry(entry).ordinal);
            }
        }
    }
}

/// The owners of a file's lines: lines of records that are hidden, filtered out or kept back are not shown.
pub(super) fn owners(catalog: &Catalog<'_>, asked: &Asked<'_>, file: &IndexedFile) -> Owners {
    let open =
        |entry| catalog.denial(entry).is_none() && !catalog.is_withheld(entry) && passes_as(catalog, asked, entry);
    let bare = catalog.sight.kind_denial(None).is_none() && !filters(&asked.request.query.graph);
    Owners::of(catalog.view, file.class, catalog.entries_of(&file.path), &open, bare)
}

/// The owners of a file's lines for who names the file itself: the filters have no say.
pub(super) fn readable(catalog: &Catalog<'_>, file: &IndexedFile) -> Owners {
    let open = |entry| catalog.denial(entry).is_none() && !catalog.is_withheld(entry);
    let bare = catalog.sight.kind_denial(None).is_none();
    Owners::of(catalog.view, file.class, catalog.entries_of(&file.path), &open, bare)
}

/// Whether the files of a class, the globs and the index let a file be searched.
fn in_scope(asked: &Asked<'_>, file: &IndexedFile) -> bool {
    let path = file.path.as_str();
    let named = asked.paths.matches(path);
    let by_class = named || (asked.paths.is_empty() && !matches!(file.class, FileClass::Other | FileClass::Generated));
    file.searchable && by_class && !asked.exclude.matches(path)
}

/// The owners as the filters alone would have them.
fn passing(catalog: &Catalog<'_>, asked: &Asked<'_>, file: &IndexedFile) -> Owners {
    let bare = !filters(&asked.request.query.graph);
    Owners::of(
        catalog.view,
        file.class,
        catalog.entries_of(&file.path),
        &|entry| passes_as(catalog, asked, entry),
        bare,
    )
}

/// The owners with only the hidden entries shut that the filters would let through.
fn hiding(catalog: &Catalog<'_>, asked: &Asked<'_>, file: &IndexedFile) -> Owners {
    let open = |entry| catalog.denial(entry).is_none() || !passes_as(catalog, asked, entry);
    Owners::of(catalog.view, file.class, catalog.entries_of(&file.path), &open, true)
}

fn passes_as(catalog: &Catalog<'_>, asked: &Asked<'_>, entry: EntryId) -> bool {
    passes(&asked.request.query.graph, catalog.record(catalog.subject(entry).unwrap_or(entry)))
}

fn matched<'v>(catalog: &Catalog<'v>, asked: &Asked<'_>, needle: &Needle, found: FileMatches) -> Option<Matched<'v>> {
    let file = super::names::file_at(catalog.view, found.path.as_str())?;
    let owners = owners(catalog, asked, file);
    let text = CleanText::new(catalog.view.text(&file.path)?);
    let line = |line: LineMatch| {
        let piece = owners.shown(line.line)?;
        let spans = text.clear_spans(line.line, &line.spans);
        // A line that matches in a secret only does not match: else a pattern could spell the secret out.
        let matches = !spans.is_empty() || line.spans.is_empty();
        matches.then(|| MatchedLine { line: line.line, words: words_of(needle, &line.text, &spans), spans, piece })
    };
    let lines: Vec<MatchedLine> = found.lines.into_iter().filter_map(line).collect();
    (!lines.is_empty()).then_some(Matched { path: &file.path, text, lines })
}

fn words_of(needle: &Needle, line: &str, spans: &[(usize, usize)]) -> BTreeSet<usize> {
    let place = |(from, to): &(usize, usize)| {
        let word = terms::folded(line.get(*from..*to)?);
        needle.words.iter().position(|known| *known == word)
    };
    spans.iter().filter_map(place).collect()
}
