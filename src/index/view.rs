//! A view: everything the index knows at one commit.

use super::catalog::Catalog;
use super::fields::{FIELD_COUNT, Lengths};
use super::grep::{self, Haystack, Stretch};
use super::lines::Lines;
use super::places::Places;
use super::postings::PostingsView;
use super::rank::{self, Corpus};
use super::types::{Entry, EntryId, FileMatches, GrepPattern, IndexedFile, TextMatch, TextQuery};
use super::version::Version;
use super::{FORMAT, graph};
use crate::base::{CommitId, Digest, RepoPath};
use crate::ontology::{GraphEdge, TypedGraph};
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
    places: Places,
    lengths: Vec<Lengths>,
    means: [f64; FIELD_COUNT],
    lines: Lines,
    postings: Arc<PostingsView>,
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
        end_entry: u32,
        lines: Lines,
        postings: Arc<PostingsView>,
    ) -> Self {
        let entries: Vec<EntryId> = versions.iter().flat_map(|v| v.first_entry..v.end_entry()).map(EntryId).collect();
        let lengths: Vec<Lengths> = versions.iter().flat_map(|v| v.lengths.iter().copied()).collect();
        Self {
            commit,
            files: versions.iter().map(|version| indexed_file(version)).collect(),
            starts: starts(&versions),
            places: Places::new(entries.iter().map(|entry| entry.0), end_entry),
            means: rank::mean_lengths(&lengths),
            versions,
            entries,
            lengths,
            lines,
            postings,
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
        self.catalog().entry(self.places.get(id.0).expect("an entry is asked of a view that gave its id"))
    }

    /// A record as [`View::entry`] gives it, with only those of its sidecars that `keep` lets through.
    pub fn entry_with(&self, id: EntryId, keep: &dyn Fn(&Entry) -> bool) -> Entry {
        self.catalog().entry_with(self.places.get(id.0).expect("an entry is asked of a view that gave its id"), keep)
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

    /// The edges of the typed graph that leave and enter a record, in (kind, other end) order: `(edge, outgoing)`. An
    /// edge from a record to itself is listed once, as outgoing.
    pub fn edges_of(&self, name: &str) -> Vec<(GraphEdge, bool)> {
        self.graph().edges_of(name)
    }

    /// Ranks entries by BM25 with statistics of this commit alone, best first, ties by entry order.
    /// `keep` filters before ranking ends; statistics are those of the whole commit.
    pub fn rank(&self, query: &TextQuery, keep: &dyn Fn(EntryId) -> bool) -> Vec<TextMatch> {
        let corpus =
            Corpus { postings: &self.postings, places: &self.places, lengths: &self.lengths, means: &self.means };
        corpus.rank(&query.text, &self.entries, &self.named_in(&query.text), keep)
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
