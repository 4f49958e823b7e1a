//! A view: everything the index knows at one commit.

mod edges;
mod facts;
mod finder;
mod grep;
mod names;
mod numbers;
mod origins;
mod spoken;
mod words;

pub use facts::{Card, ViewFacts};
pub use origins::LineOrigin;
pub use spoken::Spoken;

use super::FORMAT;
use super::bm25::Means;
use super::graph;
use super::line::Line;
use super::question::Question;
use super::rank::Ranker;
use super::scores::TextScores;
use super::segment::{FileRow, Segment};
use super::types::{
    Entry, EntryId, FileMatches, GrepPattern, IndexError, IndexedFile, LineMatch, Openness, TextMatch, TextQuery,
};
use crate::base::{CommitId, Digest, Digester, RepoPath};
use crate::note::FileClass;
use crate::ontology::{GraphEdge, Ranking, TypedGraph, built_in};
use names::Sidecars;
use numbers::{Numbers, Sections};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// In no place.
const NOWHERE: u32 = u32::MAX;

/// Everything the index knows at one commit. Immutable, whatever lands later.
///
/// What is on disk is checked when it is read. Where it is damaged the view goes on with nothing in its place, and says so:
/// an answer counts only if [`View::check`] is well after it was made.
pub struct View {
    commit: CommitId,
    /// Whether lines from after the line are this commit's own.
    is_new: bool,
    line: Arc<Line>,
    /// Oldest first.
    parts: Vec<Part>,
    /// The live files, in path order.
    live: Vec<LiveFile>,
    files: OnceLock<Vec<IndexedFile>>,
    numbers: OnceLock<Numbers>,
    sections: OnceLock<Sections>,
    means: OnceLock<Means>,
    facts: OnceLock<ViewFacts>,
    sidecars: OnceLock<Sidecars>,
    graph: OnceLock<TypedGraph>,
    digest: OnceLock<Digest>,
    trouble: Arc<Trouble>,
}

/// What could not be read of an index. All its views share it.
#[derive(Debug, Default)]
pub(super) struct Trouble(Mutex<Option<String>>);

/// A segment, asked at a landing.
struct Part {
    segment: Arc<Segment>,
    at: u32,
    /// For each of its paths, the place of its live file.
    file_places: Vec<u32>,
}

/// A file that is live: where it is known.
#[derive(Clone, Copy)]
struct LiveFile {
    part: u32,
    path: u32,
    file: u32,
}

impl View {
    /// Puts a view together: segments, oldest first, each with the landing it is asked at. A newer one speaks for the paths it holds.
    pub(super) fn new(
        commit: CommitId,
        is_new: bool,
        (line, trouble): (Arc<Line>, Arc<Trouble>),
        segments: Vec<(Arc<Segment>, u32)>,
    ) -> Self {
        let mut parts: Vec<Part> = segments
            .into_iter()
            .map(|(segment, at)| Part { file_places: vec![NOWHERE; segment.files().paths.len() as usize], segment, at })
            .collect();
        let live = all_live_files(&parts);
        for (place, file) in (0..).zip(&live) {
            parts[file.part as usize].file_places[file.path as usize] = place;
        }
        Self {
            commit,
            is_new,
            line,
            parts,
            live,
            files: OnceLock::new(),
            numbers: OnceLock::new(),
            sections: OnceLock::new(),
            means: OnceLock::new(),
            facts: OnceLock::new(),
            sidecars: OnceLock::new(),
            graph: OnceLock::new(),
            digest: OnceLock::new(),
            trouble,
        }
    }

    /// The commit this is a view of.
    pub fn commit(&self) -> CommitId {
        self.commit
    }

    /// The position on the approved line of the oldest landing that it knows of.
    pub fn first(&self) -> u32 {
        self.line.first()
    }

    /// Whether everything that was asked so far could be read. An answer made before this fails is none.
    pub fn check(&self) -> Result<(), IndexError> {
        let trouble = self.trouble.0.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.as_ref().map_or(Ok(()), |what| Err(IndexError::Damaged(what.clone())))
    }

    /// The digest of the list of (path, blob id, class) and the format's version: a function of the commit's content alone.
    pub fn digest(&self) -> &Digest {
        self.digest.get_or_init(|| {
            let mut list = Digester::default();
            list.add(format!("lorekeep index {FORMAT}\n").as_bytes());
            for live in &self.live {
                let file = self.file_row(live);
                let (blob, path) = (file.blob.hex(), path_of(&self.parts, live));
                for piece in [path.as_bytes(), b"\0", &blob, b"\0", file.class.name().as_bytes(), b"\n"] {
                    list.add(piece);
                }
            }
            list.finish()
        })
    }

    /// The live files, in path order.
    pub fn files(&self) -> &[IndexedFile] {
        self.files.get_or_init(|| self.live.iter().map(|live| self.indexed_file(live)).collect())
    }

    /// The live files of a class, in path order.
    pub fn files_of(&self, class: FileClass) -> Vec<IndexedFile> {
        self.live.iter().filter(|live| self.file_row(live).class == class).map(|live| self.indexed_file(live)).collect()
    }

    /// How many files are live.
    pub fn file_count(&self) -> usize {
        self.live.len()
    }

    /// How many entries are live.
    pub fn entry_count(&self) -> usize {
        let count = |live: &LiveFile| {
            let part = &self.parts[live.part as usize];
            let cards = part.segment.cards()?;
            Ok(cards.of_path(live.path).filter(|card| cards.is_live(*card, part.at)).count())
        };
        self.heeded(self.live.iter().map(count).sum())
    }

    /// The live entries, in (path, ordinal) order.
    pub fn entries(&self) -> &[EntryId] {
        &self.numbers().ids
    }

    /// What is known of an entry of this view: a record with what its sidecars add to it and override.
    pub fn entry(&self, id: EntryId) -> &Entry {
        self.merged(id.0)
    }

    /// A record as [`View::entry`] gives it, with only those of its sidecars that `keep` lets through.
    pub fn entry_with(&self, id: EntryId, keep: &dyn Fn(&Entry) -> bool) -> Entry {
        self.merged_with(id.0, keep)
    }

    /// The path of an entry, without reading the entry.
    pub fn path_of(&self, id: EntryId) -> &str {
        let file = self.numbers().starts.partition_point(|first| *first <= id.0) - 1;
        path_of(&self.parts, &self.live[file])
    }

    /// The entry that declares a record id: the first in (path, ordinal) order.
    pub fn entry_of_id(&self, id: &str) -> Option<EntryId> {
        self.place_of_id(id).map(EntryId)
    }

    /// The entries of a path, in order.
    pub fn entries_of_path(&self, path: &str) -> &[EntryId] {
        let Some(file) = self.place_of_file(path) else { return &[] };
        let numbers = self.numbers();
        &numbers.ids[numbers.starts[file as usize] as usize..numbers.starts[file as usize + 1] as usize]
    }

    /// The entry that a name means: a record id, a path (also without `.md`), or an alias, tried in this order.
    pub fn entry_of_name(&self, name: &str) -> Option<EntryId> {
        self.place_of_link(name, None).map(EntryId)
    }

    /// The typed graph: declared edges, those of sidecars and front matter, and `mentions` edges for links that name a record.
    pub fn graph(&self) -> &TypedGraph {
        self.graph.get_or_init(|| graph::build(self))
    }

    /// The edges of [`View::graph`] that leave and enter a record, in (kind, other end) order, and whether each leaves.
    pub fn edges_of(&self, id: &str) -> Vec<(GraphEdge, bool)> {
        self.edges_seen(id)
    }

    /// Scores entries by BM25 with statistics of this commit alone. `openness` says how much of an entry may be told;
    /// `None`: everything of every entry.
    pub fn scores(&self, text: &str, ranking: &Ranking, openness: Option<&dyn Fn(EntryId) -> Openness>) -> TextScores {
        let means = self.means.get_or_init(|| Means::of(self));
        let ranker = Ranker { corpus: self, means, texts: self, ranking, openness };
        self.heeded(ranker.score(&Question::read(text, ranking.language), self.named_in(text)))
    }

    /// The entries that answer a text and are kept, best first, ties by entry order, with the ranking that the program has.
    pub fn rank(&self, query: &TextQuery, keep: &dyn Fn(EntryId) -> bool) -> Vec<TextMatch> {
        let scores = self.scores(&query.text, &built_in().ranking, None);
        let kept = scores.found().iter().filter(|(entry, _)| keep(*entry));
        let mut found: Vec<TextMatch> = kept
            .map(|(entry, score)| TextMatch { entry: *entry, score: *score, parts: scores.parts(*entry) })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found
    }

    /// The entries whose id stands in a question as a word of its own.
    fn named_in(&self, text: &str) -> Vec<(u32, String)> {
        let mut named: Vec<(u32, String)> = Vec::new();
        for word in text.split_whitespace().filter(|word| word.contains(':')).take(64) {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let place = [word, bare].into_iter().find_map(|id| Some((self.place_of_id(id)?, id.to_owned())));
            named.extend(place.filter(|(place, _)| named.iter().all(|(known, _)| known != place)));
        }
        named
    }

    /// Finds the matching lines of files in scope, in (path, line) order.
    pub fn grep(&self, pattern: &GrepPattern, scope: &dyn Fn(&IndexedFile) -> bool) -> Vec<FileMatches> {
        self.grep_most(pattern, scope, usize::MAX).0
    }

    /// Finds at most `most` matching lines, first in (path, line) order, and counts all of them.
    pub fn grep_most(
        &self,
        pattern: &GrepPattern,
        scope: &dyn Fn(&IndexedFile) -> bool,
        most: usize,
    ) -> (Vec<FileMatches>, usize) {
        self.heeded(self.find_lines(pattern, scope, most))
    }

    /// Finds the matching lines of the files at some paths: those of each path, in order.
    pub fn grep_files(&self, pattern: &GrepPattern, paths: &[&RepoPath]) -> Vec<Vec<LineMatch>> {
        self.heeded(self.find_lines_in(pattern, paths))
    }

    /// The text of a live file, exactly as it is in git; `None` where it is no text.
    pub fn text(&self, path: &RepoPath) -> Option<String> {
        let file = self.place_of_file(path.as_str())?;
        self.heeded(self.text_of(file))
    }

    /// Some lines of a live file, each with a line break; `None` where it is no text.
    pub fn lines(&self, path: &str, first: u32, last: u32) -> Option<String> {
        let file = self.place_of_file(path)?;
        self.heeded(self.lines_of(file, first, last))
    }

    /// The landings that brought the lines of a live file, as runs of lines; `None` where it is no text.
    pub fn origins(&self, path: &RepoPath) -> Option<Vec<LineOrigin>> {
        let file = self.place_of_file(path.as_str())?;
        self.heeded(self.origins_of(file))
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<IndexedFile> {
        self.place_of_file(path).map(|place| self.indexed_file(&self.live[place as usize]))
    }

    fn place_of_file(&self, path: &str) -> Option<u32> {
        let found = self.parts.iter().rev().find_map(|part| {
            let number = part.segment.files().paths.find(path)?;
            (part.segment.files().start[number as usize] <= part.at).then_some(part.file_places[number as usize])
        });
        found.filter(|place| *place != NOWHERE)
    }

    fn file_row(&self, live: &LiveFile) -> FileRow {
        self.parts[live.part as usize].segment.file(live.file)
    }

    fn indexed_file(&self, live: &LiveFile) -> IndexedFile {
        let row = self.file_row(live);
        let path = RepoPath::parse(path_of(&self.parts, live)).unwrap_or_else(|_| {
            self.heed(super::segment::damaged("a path is none"));
            RepoPath::parse("damaged").expect("it is a path")
        });
        IndexedFile {
            path,
            blob: row.blob,
            class: row.class,
            searchable: row.text.is_some(),
            has_secrets: row.has_secrets,
        }
    }

    /// The value, or the empty one where it could not be read, which is remembered.
    fn heeded<T: Default>(&self, outcome: Result<T, IndexError>) -> T {
        outcome.unwrap_or_else(|error| {
            self.heed(error);
            T::default()
        })
    }

    fn heed(&self, error: IndexError) {
        let mut trouble = self.trouble.0.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.get_or_insert_with(|| error.to_string());
    }

    fn numbers(&self) -> &Numbers {
        self.numbers.get_or_init(|| {
            Numbers::of(self).unwrap_or_else(|error| {
                self.heed(error);
                Numbers::none(self.live.len(), self.parts.len())
            })
        })
    }

    /// The segments and their landings, for a view on top of this one.
    pub(super) fn segments(&self) -> Vec<(Arc<Segment>, u32)> {
        self.parts.iter().map(|part| (Arc::clone(&part.segment), part.at)).collect()
    }

    /// The approved line, as far as this view's index knows it, and what could not be read.
    pub(super) fn shared(&self) -> (Arc<Line>, Arc<Trouble>) {
        (Arc::clone(&self.line), Arc::clone(&self.trouble))
    }
}

/// The live files of all parts, in path order. Newer parts have few paths: each is put in its place among the others.
fn all_live_files(parts: &[Part]) -> Vec<LiveFile> {
    let mut newer: Vec<LiveFile> = (1..parts.len()).flat_map(|part| live_files(parts, part)).collect();
    newer.sort_unstable_by_key(|file| path_of(parts, file));
    let oldest = if parts.is_empty() { Vec::new() } else { live_files(parts, 0) };
    let mut live = Vec::with_capacity(oldest.len() + newer.len());
    let mut rest = &oldest[..];
    for file in newer {
        let path = path_of(parts, &file);
        let (before, after) = rest.split_at(rest.partition_point(|old| path_of(parts, old) < path));
        live.extend_from_slice(before);
        live.push(file);
        rest = after;
    }
    live.extend_from_slice(rest);
    live
}

/// The live files of a part that no newer part speaks for.
fn live_files(parts: &[Part], part: usize) -> Vec<LiveFile> {
    let (files, at) = (parts[part].segment.files(), parts[part].at);
    let hidden = hidden_paths(parts, part);
    let live = |path: u32| {
        let file = (files.start[path as usize] <= at && !hidden[path as usize]).then(|| files.live(path, at))??;
        Some(LiveFile { part: part as u32, path, file })
    };
    (0..files.paths.len()).filter_map(live).collect()
}

/// Of each path of a part, whether a newer part speaks for it.
fn hidden_paths(parts: &[Part], part: usize) -> Vec<bool> {
    let own = &parts[part].segment.files().paths;
    let mut hidden = vec![false; own.len() as usize];
    for newer in &parts[part + 1..] {
        let files = newer.segment.files();
        let owned = (0..files.paths.len()).filter(|path| files.start[*path as usize] <= newer.at);
        owned.filter_map(|path| own.find(files.paths.get(path))).for_each(|path| hidden[path as usize] = true);
    }
    hidden
}

fn path_of<'p>(parts: &'p [Part], live: &LiveFile) -> &'p str {
    parts[live.part as usize].segment.files().paths.get(live.path)
}
