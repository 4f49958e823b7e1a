//! What is known of a tree without reading all of it: who declares an id, who refers to it, how paths are spelled.
//!
//! The facts of one file depend on that file and on the ontology alone, so whoever keeps them follows a change by
//! taking out the facts of the files that were and adding those of the files that are.

mod files;
mod overlay;

pub use files::KnownFiles;
pub use overlay::Overlay;

use super::fold::spelled;
use super::rules::dangling_edge::may_be_unresolved;
use super::types::TreeFile;
use crate::base::Digest;
use crate::note::{EdgeOrigin, FileClass, Record, RecordForm};
use crate::ontology::Ontology;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A record of an id, as far as rules ask of it without reading its file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KnownRecord {
    /// The file it stands in.
    pub path: Vec<u8>,
    /// Which record of its file it is, from 0.
    pub ordinal: u32,
    /// Whether it declares the id; otherwise it adds to a record declared elsewhere (`extendsNode`, `patch: true`).
    pub declares: bool,
    /// Its kind; empty where it has none.
    pub kind: String,
    /// Its edges of acyclic kinds: kind and target, sorted, each once.
    pub acyclic: Vec<(String, String)>,
}

/// One way in which a component of paths is spelled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spelling {
    /// The component as it is spelled: `Plan.md`, not `notes/Plan.md`.
    pub spelled: Vec<u8>,
    /// How many files stand at it or below it.
    pub files: u32,
    /// The first of these files in path order; `None` where the one that was first has gone and the next is not known.
    pub first: Option<Vec<u8>>,
}

/// Sums over a tree. All but `unresolved` change by adding and subtracting what single files have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Files.
    pub files: usize,
    /// Records, as [`super::Summary::records`] counts them.
    pub records: usize,
    /// Edges, as [`super::Summary::edges`] counts them.
    pub edges: usize,
    /// Markdown files without an id.
    pub notes: usize,
    /// Edges to ids of platform resources that no record has. What a single file has of them depends on the others: 0 there.
    pub unresolved: usize,
    /// A sum, in any order, over the digests of path, mode and blob of every file outside `indexes/`.
    pub content: [u8; 32],
}

/// What is known of a tree. An answer is complete, or it is `None`: this cannot say (too many, damaged), and whoever
/// asks looks at the whole tree instead.
pub trait Known {
    /// The records of an id, by path and ordinal.
    fn records(&self, id: &str) -> Option<Vec<KnownRecord>>;

    /// The paths of files that hold an edge to an id, in order, each with the number of such edges that count as unresolved
    /// while no record declares the id.
    fn referrers(&self, id: &str) -> Option<Vec<(Vec<u8>, u32)>>;

    /// How a component of paths is spelled, in order of the spelling; a path's components are asked by [`spelled`].
    fn spellings(&self, folded: &str) -> Option<Vec<Spelling>>;

    /// The sums.
    fn totals(&self) -> Option<Totals>;

    /// Every declared id that begins with `<prefix>:`, sorted. Only asked when a finding is shown.
    fn ids_with_prefix(&self, prefix: &str) -> Option<Vec<String>>;
}

/// What one file adds to what is known of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its path.
    pub path: Vec<u8>,
    /// Its records that have an id: the id and the record, in file order.
    pub records: Vec<(String, KnownRecord)>,
    /// The targets of its edges, sorted, each with the number of edges that count as unresolved while no record declares it.
    pub refers: Vec<(String, u32)>,
    /// What it adds to the sums.
    pub totals: Totals,
}

impl FileFacts {
    /// The facts of a file that was read under an ontology.
    pub fn of(file: &TreeFile, ontology: &Ontology) -> Self {
        let records = file.records();
        let named = records.iter().filter(|record| !record.id.value.is_empty());
        let known = named.map(|record| (record.id.value.clone(), known_record(&file.path, record, ontology)));
        let mut refers: BTreeMap<&str, u32> = BTreeMap::new();
        for edge in records.iter().flat_map(|record| &record.edges) {
            *refers.entry(&edge.target.value).or_default() += u32::from(may_be_unresolved(edge));
        }
        Self {
            path: file.path.clone(),
            records: known.collect(),
            refers: refers.into_iter().map(|(id, counted)| (id.to_owned(), counted)).collect(),
            totals: Totals { content: content_of(file), ..Totals::counted(file) },
        }
    }

    /// The components of its path: see [`spelled`].
    pub fn spelled(&self) -> Vec<(String, Vec<u8>)> {
        spelled(&self.path).map(|(folded, name)| (folded, name.to_vec())).collect()
    }
}

impl Totals {
    /// What a file has, but for its content.
    pub(super) fn counted(file: &TreeFile) -> Self {
        let (source, records) = (file.source.as_deref(), file.records());
        let edges = records.iter().flat_map(|record| &record.edges);
        let written = edges.filter(|edge| matches!(edge.origin, EdgeOrigin::Declared | EdgeOrigin::Related));
        Self {
            files: 1,
            records: records.iter().filter(|record| record.form != RecordForm::Extends).count(),
            edges: written.count(),
            notes: usize::from(source.is_some_and(|s| s.class == FileClass::Markdown && s.records.is_empty())),
            ..Self::default()
        }
    }

    /// These and others together.
    #[must_use]
    pub fn plus(self, other: &Self) -> Self {
        Self {
            files: self.files + other.files,
            records: self.records + other.records,
            edges: self.edges + other.edges,
            notes: self.notes + other.notes,
            unresolved: self.unresolved + other.unresolved,
            content: by_lanes(self.content, other.content, u64::wrapping_add),
        }
    }

    /// These without others; `None` where the others are no part of them.
    pub fn minus(self, other: &Self) -> Option<Self> {
        Some(Self {
            files: self.files.checked_sub(other.files)?,
            records: self.records.checked_sub(other.records)?,
            edges: self.edges.checked_sub(other.edges)?,
            notes: self.notes.checked_sub(other.notes)?,
            unresolved: self.unresolved.checked_sub(other.unresolved)?,
            content: by_lanes(self.content, other.content, u64::wrapping_sub),
        })
    }
}

fn known_record(path: &[u8], record: &Record, ontology: &Ontology) -> KnownRecord {
    let is_acyclic = |kind: &str| ontology.edge_kinds.get(kind).is_some_and(|kind| kind.acyclic);
    let edges = record.edges.iter().map(|edge| (&edge.kind.value, &edge.target.value));
    let mut acyclic: Vec<(String, String)> =
        edges.filter(|(kind, _)| is_acyclic(kind)).map(|(kind, target)| (kind.clone(), target.clone())).collect();
    acyclic.sort();
    acyclic.dedup();
    KnownRecord {
        path: path.to_vec(),
        ordinal: record.ordinal,
        declares: record.form.declares(),
        kind: record.kind.as_ref().map(|kind| kind.value.clone()).unwrap_or_default(),
        acyclic,
    }
}

/// The digest of the files of a tree outside `indexes/`, in whatever order they come.
pub fn content_digest(files: &[TreeFile]) -> Digest {
    content_digest_of(content(files))
}

/// The digest that a sum over contents is written as.
pub(super) fn content_digest_of(content: [u8; 32]) -> Digest {
    Digest::of(&content)
}

/// The sum over the contents of files.
pub(super) fn content(files: &[TreeFile]) -> [u8; 32] {
    files.iter().fold([0; 32], |sum, file| by_lanes(sum, content_of(file), u64::wrapping_add))
}

/// What a file adds to the sum of contents: nothing where it is derived itself.
fn content_of(file: &TreeFile) -> [u8; 32] {
    if file.path.starts_with(b"indexes/") {
        return [0; 32];
    }
    let head = format!("{:?} {} ", file.mode, file.oid);
    Digest::of(&[head.as_bytes(), &file.path].concat()).to_bytes()
}

/// Works on two sums, eight bytes at a time.
fn by_lanes(mut a: [u8; 32], b: [u8; 32], work: fn(u64, u64) -> u64) -> [u8; 32] {
    for (a, b) in a.chunks_exact_mut(8).zip(b.chunks_exact(8)) {
        let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("a chunk has eight bytes"));
        let sum = work(number(a), number(b));
        a.copy_from_slice(&sum.to_le_bytes());
    }
    a
}
