//! The grep half of a question: which lines match, of those that may be shown.

use super::ask::{Asked, Needle, filters};
use super::catalog::Catalog;
use super::clean::CleanText;
use super::owners::{Owners, Piece};
use super::sight::Denied;
use super::terms::WordSet;
use crate::base::RepoPath;
use crate::index::{EntryId, FileMatches, IndexedFile, LineMatch, View};
use crate::note::FileClass;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// Up to so many files are passed over one by one; in more, lines are looked up.
const FEW_FILES: usize = 256;

/// The matching lines of one file.
pub(super) struct Matched<'v> {
    /// Which file.
    pub(super) path: RepoPath,
    /// Its matching lines, in order; never none.
    pub(super) lines: Vec<MatchedLine>,
    /// Whether its text holds secrets.
    has_secrets: bool,
    view: &'v View,
    text: OnceCell<CleanText>,
}

impl Matched<'_> {
    /// Its text, read once it is asked for.
    pub(super) fn text(&self) -> &CleanText {
        self.text.get_or_init(|| {
            let text = self.view.text(&self.path).unwrap_or_default();
            if self.has_secrets { CleanText::new(text) } else { CleanText::without_secrets(text) }
        })
    }
}

/// A matching line.
pub(super) struct MatchedLine {
    /// The line, from 1.
    pub(super) line: u32,
    /// The matches, as byte offsets into the line.
    pub(super) spans: Vec<(usize, usize)>,
    /// Which of the text's words it holds, by their place.
    pub(super) words: WordSet,
    /// The run of lines it belongs to.
    pub(super) piece: Piece,
}

/// Searches the lines of a question, only in the files at some paths where `within` gives them.
pub(super) fn search<'v>(
    catalog: &Catalog<'v>,
    asked: &Asked<'_>,
    needle: &Needle,
    within: Option<&BTreeSet<&str>>,
) -> Vec<Matched<'v>> {
    let is_within = |file: &IndexedFile| within.is_none_or(|paths| paths.contains(file.path.as_str()));
    match within.filter(|paths| paths.len() <= FEW_FILES) {
        Some(paths) => search_files(catalog, asked, needle, paths),
        None => {
            let scope = |file: &IndexedFile| is_within(file) && shown_owners(catalog, asked, file).is_some();
            let found = catalog.view.grep(&needle.pattern, &scope).into_iter();
            let file = |found: FileMatches| {
                let file = catalog.view.file(found.path.as_str())?;
                let owners = owners(catalog, asked, &file);
                matched(catalog, needle, (file, owners), found.lines)
            };
            found.filter_map(file).collect()
        }
    }
}

fn search_files<'v>(
    catalog: &Catalog<'v>,
    asked: &Asked<'_>,
    needle: &Needle,
    paths: &BTreeSet<&str>,
) -> Vec<Matched<'v>> {
    let files = paths.iter().filter_map(|path| catalog.view.file(path));
    let shown: Vec<(IndexedFile, Owners)> =
        files.filter_map(|file| shown_owners(catalog, asked, &file).map(|owners| (file, owners))).collect();
    let paths: Vec<&RepoPath> = shown.iter().map(|(file, _)| &file.path).collect();
    let found = catalog.view.grep_files(&needle.pattern, &paths);
    shown.into_iter().zip(found).filter_map(|(file, lines)| matched(catalog, needle, file, lines)).collect()
}

/// The owners of the lines of a file that may be searched, if any of its lines may be shown.
fn shown_owners(catalog: &Catalog<'_>, asked: &Asked<'_>, file: &IndexedFile) -> Option<Owners> {
    let open = in_scope(asked, file) && catalog.sight.path_denial(file.path.as_str()).is_none();
    open.then(|| owners(catalog, asked, file)).filter(|owners| !owners.is_shut())
}

/// Counts what would have matched in files and records that the caller may not see.
pub(super) fn count_hidden(catalog: &Catalog<'_>, asked: &Asked<'_>, needle: &Needle, denied: &mut Denied) {
    let Some(blind) = needle.blind.as_ref().filter(|_| !catalog.sight.is_open()) else { return };
    for found in catalog.view.grep(blind, &|file| in_scope(asked, file)) {
        let Some(file) = catalog.view.file(found.path.as_str()) else { continue };
        if let Some(denial) = catalog.sight.path_denial(found.path.as_str()) {
            if !passing(catalog, asked, &file).is_shut() {
                denied.add(denial, found.path.as_str(), 0);
            }
            continue;
        }
        let owners = hiding(catalog, asked, &file);
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
    catalog.passes(&asked.request.query.graph, catalog.subject(entry).unwrap_or(entry))
}

fn matched<'v>(
    catalog: &Catalog<'v>,
    needle: &Needle,
    (file, owners): (IndexedFile, Owners),
    found: Vec<LineMatch>,
) -> Option<Matched<'v>> {
    let IndexedFile { path, has_secrets, .. } = file;
    let mut matched = Matched { path, lines: Vec::new(), has_secrets, view: catalog.view, text: OnceCell::new() };
    let line = |line: LineMatch| {
        let piece = owners.shown(line.line)?;
        let marks_nothing = line.spans.is_empty();
        let spans = if has_secrets { matched.text().clear_spans(line.line, &line.spans) } else { line.spans };
        // A line that matches in a secret only does not match: else a pattern could spell the secret out.
        let matches = marks_nothing || !spans.is_empty();
        matches.then(|| MatchedLine { line: line.line, words: words_of(needle, &line.text, &spans), spans, piece })
    };
    matched.lines = found.into_iter().filter_map(line).collect();
    (!matched.lines.is_empty()).then_some(matched)
}

fn words_of(needle: &Needle, line: &str, spans: &[(usize, usize)]) -> WordSet {
    let place = |(from, to): &(usize, usize)| needle.place_of(line.get(*from..*to)?);
    spans.iter().filter_map(place).collect()
}
