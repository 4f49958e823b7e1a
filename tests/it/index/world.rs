//! A line of commits made of text, and what an index must say about each of them.

use lorekeep::base::store::BlobError;
use lorekeep::base::{BlobStore, CommitId, Digest, Oid, RepoPath};
use lorekeep::index::{Entry, FileMatches, GrepPattern, Index, Landing, PathChange, TextQuery, View, folded_words};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Blobs, landings, and the tree after each landing.
#[derive(Clone, Debug, Default)]
pub struct World {
    blobs: HashMap<Oid, Vec<u8>>,
    pub landings: Vec<Landing>,
    pub trees: Vec<BTreeMap<String, Oid>>,
}

impl BlobStore for World {
    fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>, BlobError> {
        let unreadable = || BlobError::Unreadable { oid, reason: "there is none".into() };
        let bytes = self.blobs.get(&oid).cloned().ok_or_else(unreadable)?;
        let size = bytes.len() as u64;
        if size > limit { Err(BlobError::TooLarge { oid, size, limit }) } else { Ok(bytes) }
    }
}

pub fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

pub fn oid(bytes: &[u8]) -> Oid {
    Oid::parse(&Digest::of(bytes).as_str()[7..47]).unwrap()
}

impl World {
    /// A line with one commit.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let mut world = Self::default();
        world.land(&files.iter().map(|(path, text)| (*path, Some(text.as_bytes()))).collect::<Vec<_>>());
        world
    }

    /// The next landing: new contents by path, `None` where a file is gone.
    pub fn land(&mut self, changes: &[(&str, Option<&[u8]>)]) -> CommitId {
        let mut tree = self.trees.last().cloned().unwrap_or_default();
        for (path, bytes) in changes {
            match bytes {
                Some(bytes) => drop(tree.insert((*path).to_owned(), self.store(bytes))),
                None => drop(tree.remove(*path)),
            }
        }
        let commit = CommitId(oid(format!("{} {tree:?}", self.landings.len()).as_bytes()));
        let changes = changes.iter().map(|(p, bytes)| PathChange { path: path(p), blob: bytes.map(oid) }).collect();
        self.landings.push(Landing { commit, position: 0, changes });
        self.trees.push(tree);
        commit
    }

    fn store(&mut self, bytes: &[u8]) -> Oid {
        self.blobs.insert(oid(bytes), bytes.to_vec());
        oid(bytes)
    }

    pub fn commit(&self, n: usize) -> CommitId {
        self.landings[n].commit
    }

    /// Adds the landings of a range to an index.
    pub fn advance(&self, index: &Index, range: std::ops::Range<usize>) {
        index.advance(&mut self.landings[range].iter().cloned(), self, &mut |_, _| ()).unwrap();
    }

    /// An index in memory of the whole line.
    pub fn index(&self) -> Index {
        let index = Index::in_memory();
        self.advance(&index, 0..self.landings.len());
        index
    }

    /// The view of the last commit.
    pub fn view(&self) -> Arc<View> {
        self.index().view(self.commit(self.landings.len() - 1)).unwrap().unwrap()
    }

    /// A fresh index of one commit alone.
    pub fn alone(&self, n: usize) -> Index {
        let changes =
            self.trees[n].iter().map(|(p, oid)| PathChange { path: path(p), blob: Some(*oid) }).collect::<Vec<_>>();
        let index = Index::in_memory();
        let landing = Landing { commit: self.commit(n), position: 0, changes };
        index.advance(&mut std::iter::once(landing), self, &mut |_, _| ()).unwrap();
        index
    }

    /// A landing at its place on the line.
    pub fn landing(&self, n: usize) -> Landing {
        Landing { position: n as u32, ..self.landings[n].clone() }
    }

    /// A landing with all its paths, at its place on the line.
    pub fn whole(&self, n: usize) -> Landing {
        let all = self.trees[n].iter().map(|(p, oid)| PathChange { path: path(p), blob: Some(*oid) }).collect();
        Landing { changes: all, ..self.landing(n) }
    }

    /// What one commit has otherwise than another.
    pub fn changes(&self, from: usize, to: usize) -> Vec<PathChange> {
        let (from, to) = (&self.trees[from], &self.trees[to]);
        let paths: std::collections::BTreeSet<&String> = from.keys().chain(to.keys()).collect();
        let changed = paths.into_iter().filter(|p| from.get(*p) != to.get(*p));
        changed.map(|p| PathChange { path: path(p), blob: to.get(p).copied() }).collect()
    }

    /// A store that gives other bytes for a file of the last commit.
    pub fn with_other_bytes(&self, path: &str, bytes: &[u8]) -> Self {
        let mut other = self.clone();
        other.blobs.insert(self.trees[self.trees.len() - 1][path], bytes.to_vec());
        other
    }

    pub fn bytes(&self, n: usize, path: &str) -> &[u8] {
        &self.blobs[&self.trees[n][path]]
    }
}

/// Everything that a view answers, in a form that can be compared: entry numbers are replaced by places, scores by their bits.
#[derive(Debug, PartialEq, Eq)]
pub struct Answers {
    digest: String,
    files: Vec<String>,
    entries: Vec<String>,
    texts: Vec<Option<String>>,
    ranked: Vec<Vec<(usize, u64, String)>>,
    grepped: Vec<Vec<FileMatches>>,
    named: Vec<Vec<(String, Vec<usize>)>>,
}

/// Asks a view everything.
pub fn answers(view: &View, questions: &[&str], patterns: &[&str]) -> Answers {
    let place = |id| view.entries().iter().position(|e| *e == id).unwrap();
    let rank = |text: &&str| {
        let found = view.rank(&TextQuery { text: (*text).to_owned() }, &|_| true);
        found.iter().map(|m| (place(m.entry), m.score.to_bits(), format!("{:?}", m.parts))).collect()
    };
    let grep = |pattern: &&str| view.grep(&GrepPattern::regex(pattern, true).unwrap(), &|_| true);
    let named = |text: &str| {
        let mut named = Vec::new();
        view.names_in(text, &mut |spoken| {
            let called = |id: &&lorekeep::index::EntryId| is_called(view.entry(**id), spoken.folded);
            let places: Vec<usize> = spoken.entries().iter().filter(called).map(|id| place(*id)).collect();
            let is_named = !places.is_empty();
            named.extend(is_named.then(|| (spoken.folded.to_owned(), places)));
            is_named
        });
        named
    };
    Answers {
        digest: view.digest().to_string(),
        files: view.files().iter().map(|file| format!("{file:?}")).collect(),
        entries: view.entries().iter().map(|id| format!("{:?}", view.entry(*id))).collect(),
        texts: view.files().iter().map(|file| view.text(&file.path)).collect(),
        ranked: questions.iter().map(rank).collect(),
        grepped: patterns.iter().map(grep).collect(),
        named: view.files().iter().filter_map(|file| view.text(&file.path)).map(|text| named(&text)).collect(),
    }
}

/// Whether an entry is called so.
pub fn is_called(entry: &Entry, folded: &str) -> bool {
    entry.names().chain(entry.bare_title()).any(|name| folded_words(name) == folded)
}
