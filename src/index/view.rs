//! A view: everything the index knows at one commit.

use super::bm25::Means;
use super::catalog::Catalog;
use super::corpus::Corpus;
use super::grep::{self, Haystack, Stretch};
use super::lines::Lines;
use super::postings::PostingsView;
use super::present::{self, Words};
use super::question::Question;
use super::rank::{Ranker, Texts};
use super::scores::TextScores;
use super::types::{Entry, EntryId, FileMatches, GrepPattern, IndexError, IndexedFile, Openness, TextMatch, TextQuery};
use super::version::Version;
use super::{FORMAT, graph, phrase};
use crate::base::{CommitId, Digest, RepoPath};
use crate::ontology::{Ranking, TypedGraph, built_in};
use std::fmt::Write;
use std::sync::{Arc, OnceLock};

/// Everything the index knows at one commit. Immutable, whatever lands later.
pub struct View {
    commit: CommitId,
    files: Vec<IndexedFile>,
    versions: Vec<Arc<Version>>,
    entries: Vec<EntryId>,
    /// The place of the first entry of each file, and the number of entries at the end.
    starts: Vec<u32>,
    lines: Lines,
    words: OnceLock<(Words, Means)>,
    catalog: OnceLock<Catalog>,
    live_lines: OnceLock<Vec<Stretch>>,
    graph: OnceLock<TypedGraph>,
    digest: OnceLock<Digest>,
}

impl View {
    /// Puts a view together from the versions live at a commit, in path order.
    pub(super) fn new(
        commit: CommitId,
        versions: Vec<Arc<Version>>,
        _end_entry: u32,
        lines: Lines,
        _postings: Arc<PostingsView>,
    ) -> Self {
        let count = versions.iter().map(|v| v.lengths.len() as u32).sum();
        let entries: Vec<EntryId> = (0..count).map(EntryId).collect();
        Self {
            commit,
            files: versions.iter().map(|version| indexed_file(version)).collect(),
            starts: starts(&versions),
            versions,
            entries,
            lines,
            words: OnceLock::new(),
            catalog: OnceLock::new(),
            live_lines: OnceLock::new(),
            graph: OnceLock::new(),
            digest: OnceLock::new(),
        }
    }

    /// The commit this is a view of.
    pub fn commit(&self) -> CommitId {
        self.commit
    }

    /// The digest of the list of (path, blob id, class) and the format's version: a function of the commit's content alone.
    pub fn digest(&self) -> &Digest {
        self.digest.get_or_init(|| {
            let mut list = format!("lorekeep index {FORMAT}\n");
            for file in &self.files {
                writeln!(list, "{}\0{}\0{}", file.path, file.blob, file.class.name()).expect("strings take any text");
            }
            Digest::of(list.as_bytes())
        })
    }

    /// The live files, in path order.
    pub fn files(&self) -> &[IndexedFile] {
        &self.files
    }

    /// The live entries, in (path, ordinal) order.
    pub fn entries(&self) -> &[EntryId] {
        &self.entries
    }

    /// What is known of an entry of this view: a record with what its sidecars add to it and override.
    pub fn entry(&self, id: EntryId) -> &Entry {
        self.catalog().entry(id.0)
    }

    /// A record as [`View::entry`] gives it, with only those of its sidecars that `keep` lets through.
    pub fn entry_with(&self, id: EntryId, keep: &dyn Fn(&Entry) -> bool) -> Entry {
        self.catalog().entry_with(id.0, keep)
    }

    /// The entry that declares a record id: the first in (path, ordinal) order.
    pub fn entry_of_id(&self, id: &str) -> Option<EntryId> {
        self.catalog().place_of_id(id).map(|place| self.entries[place as usize])
    }

    /// The entries of a path, in order.
    pub fn entries_of_path(&self, path: &str) -> &[EntryId] {
        self.file(path).map_or(&[], |file| &self.entries[self.starts[file] as usize..self.starts[file + 1] as usize])
    }

    /// The entry that a name means: a record id, a path (also without `.md`), or an alias, tried in this order.
    pub fn entry_of_name(&self, name: &str) -> Option<EntryId> {
        self.catalog().place_of_link(name, None).map(|place| self.entries[place as usize])
    }

    /// The typed graph: declared edges, those of sidecars and front matter, and `mentions` edges for links that name a record.
    pub fn graph(&self) -> &TypedGraph {
        self.graph.get_or_init(|| graph::build(self.catalog()))
    }

    /// Scores entries by BM25 with statistics of this commit alone. `openness` says how much of an entry may be told;
    /// `None`: everything of every entry.
    pub fn scores(
        &self,
        text: &str,
        ranking: &Ranking,
        openness: Option<&dyn Fn(EntryId) -> Openness>,
    ) -> Result<TextScores, IndexError> {
        let (words, means) = self.words();
        let ranker = Ranker { corpus: words, means, texts: self, ranking, openness };
        ranker.score(&Question::read(text, ranking.language), self.named_in(text))
    }

    /// The entries that answer a text and are kept, best first, ties by entry order, with the ranking that the program has.
    pub fn rank(&self, query: &TextQuery, keep: &dyn Fn(EntryId) -> bool) -> Vec<TextMatch> {
        let scores = self.scores(&query.text, &built_in().ranking, None).expect("memory can be read");
        let kept = scores.found().iter().filter(|(entry, _)| keep(*entry));
        let mut found: Vec<TextMatch> = kept
            .map(|(entry, score)| TextMatch { entry: *entry, score: *score, parts: scores.parts(*entry) })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found
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
        let live = self.live_lines.get_or_init(|| grep::live_stretches(&self.lines, &self.versions));
        Haystack { lines: &self.lines, live, files: &self.files, versions: &self.versions }.grep(pattern, scope, most)
    }

    /// The text of a live file, exactly as it is in git; `None` where it is no text.
    pub fn text(&self, path: &RepoPath) -> Option<String> {
        let version = &self.versions[self.file(path.as_str())?];
        version.text.as_ref().map(|list| list.rebuild(&self.lines))
    }

    fn file(&self, path: &str) -> Option<usize> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()
    }

    fn catalog(&self) -> &Catalog {
        self.catalog.get_or_init(|| Catalog::new(&self.versions))
    }

    fn words(&self) -> &(Words, Means) {
        let file = |file: &IndexedFile| Some((file.path.clone(), self.text(&file.path)?));
        self.words.get_or_init(|| Words::of(&mut self.files.iter().filter_map(file)))
    }

    /// The entries whose id stands in a question as a word of its own.
    fn named_in(&self, text: &str) -> Vec<(u32, String)> {
        let mut named: Vec<(u32, String)> = Vec::new();
        for word in text.split_whitespace().filter(|word| word.contains(':')).take(64) {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let place = [word, bare].into_iter().find_map(|id| Some((self.catalog().place_of_id(id)?, id.to_owned())));
            named.extend(place.filter(|(place, _)| named.iter().all(|(known, _)| known != place)));
        }
        named
    }
}

impl Texts for View {
    fn of_field(&self, entry: u32, field: usize) -> Vec<String> {
        phrase::texts_of(self.catalog().written(entry), field)
    }

    fn of_section(&self, section: u32) -> Option<String> {
        let (words, _) = self.words();
        let owner = words.entry_of(section);
        let entry = self.catalog().written(owner);
        let section = entry.sections[(section - words.sections_of(owner).start) as usize];
        Some(present::lines(&self.text(&entry.path)?, section.first, section.last))
    }
}

fn indexed_file(version: &Version) -> IndexedFile {
    IndexedFile {
        path: version.path.clone(),
        blob: version.blob,
        class: version.class,
        searchable: version.text.is_some(),
    }
}

fn starts(versions: &[Arc<Version>]) -> Vec<u32> {
    let mut next = 0;
    let mut starts = vec![0];
    for version in versions {
        next += version.lengths.len() as u32;
        starts.push(next);
    }
    starts
}
