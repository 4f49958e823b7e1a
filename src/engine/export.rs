//! Derived indexes for whoever reads a memory without this program: written beside the files, for people to commit.

use super::convert::io;
use super::memory::Memory;
use super::types::RefRequest;
use super::{Code, EngineError};
use crate::base::digest::canonical_json;
use crate::base::{CommitId, Digest, Timestamp};
use crate::change::LoadedTree;
use crate::check::{INDEX_FILES, INDEX_FORMAT, Summary, check, content_digest};
use crate::git::{At, ReadRepository};
use crate::index::View;
use crate::note::{FileClass, RecordForm};
use crate::ontology::Ontology;
use crate::query::{MemoryReport, ReportRequest, Visibility};
use crate::screen;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder that holds nothing but what is derived.
const FOLDER: &str = "indexes";
/// Seconds after which the report calls an approved record stale, counted from the source commit.
const STALE_AFTER: i64 = super::USUAL_STALE_DAYS as i64 * 86_400;
/// The largest file that is compared with what would be written, in bytes.
const MAX_OLD: u64 = 64 << 20;

/// What came of an export.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// The commit that the indexes are of.
    pub source_commit: CommitId,
    /// The digest of its files outside `indexes/`.
    pub content_digest: Digest,
    /// The files that were written; none where they matched already.
    pub written: Vec<PathBuf>,
}

/// What every index says of itself.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    format: u32,
    source_commit: String,
    content_digest: Digest,
}

#[derive(Serialize)]
struct Index<T> {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    body: T,
}

#[derive(Serialize)]
struct GraphIndex {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

#[derive(Serialize)]
struct Node {
    id: String,
    kind: Option<String>,
    title: String,
    status: Option<String>,
    path: String,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    from: String,
    kind: String,
    to: String,
}

#[derive(Serialize)]
struct SearchManifest {
    files: Vec<ManifestFile>,
}

#[derive(Serialize)]
struct ManifestFile {
    path: String,
    class: &'static str,
    blob: String,
    /// The digest of its text; null where it is none that is searched.
    digest: Option<Digest>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OntologyReport {
    ontology_digest: Digest,
    kinds: BTreeMap<String, usize>,
    edge_kinds: BTreeMap<String, usize>,
    summary: Summary,
    /// The moment of the source commit, as of which the report is.
    as_of: Timestamp,
    report: MemoryReport,
}

impl Memory {
    /// Writes the derived indexes of the tip into a folder; by default `indexes/` of the memory in the worktree.
    /// Indexes that are of the same files already are left as they are.
    pub fn export(&self, folder: Option<&Path>) -> Result<Exported, EngineError> {
        let resolution = self.resolve(&RefRequest::default())?;
        let (commit, at) = (resolution.commit, At::Commit(resolution.commit));
        let folder = self.export_folder(folder, at)?;
        let mut tree = self.tree(at)?;
        let head = Head {
            format: INDEX_FORMAT,
            source_commit: commit.to_string(),
            content_digest: content_digest(&tree.files),
        };
        let paths: Vec<PathBuf> = INDEX_FILES.iter().map(|path| folder.join(file_name(path))).collect();
        let mut exported =
            Exported { source_commit: commit, content_digest: head.content_digest.clone(), written: Vec::new() };
        if paths.iter().all(|path| is_current(path, &head)) {
            return Ok(exported);
        }
        tree.files.retain(|file| !file.path.starts_with(b"indexes/"));
        let as_of = self.repo.commit(commit)?.committer.at;
        // In the order of `INDEX_FILES`.
        let texts = self.with_view(commit, |view| {
            Ok([
                text(&head, graph(view)),
                text(&head, ontology_report(view, &tree, as_of)),
                text(&head, manifest(view)),
            ])
        })?;
        std::fs::create_dir_all(&folder).map_err(|e| io(format_args!("{} cannot be made", folder.display()), e))?;
        for (path, text) in paths.into_iter().zip(texts) {
            write(&path, &text)?;
            exported.written.push(path);
        }
        Ok(exported)
    }

    fn export_folder(&self, folder: Option<&Path>, at: At) -> Result<PathBuf, EngineError> {
        let folder = match (folder, self.repo.worktree()) {
            (Some(folder), _) => folder.to_owned(),
            (None, Some(top)) => top.join(self.repo.memory_root(at)?).join(FOLDER),
            (None, None) => {
                let message = "the repository has no worktree to write into: give --export a folder";
                return Err(EngineError::new(Code::BadRequest, message));
            }
        };
        // A link that a stranger committed would lead the files elsewhere.
        if folder.symlink_metadata().is_ok_and(|it| it.is_symlink()) {
            let message = format!("{} is a symbolic link: give --export a real folder", folder.display());
            return Err(EngineError::new(Code::BadRequest, message));
        }
        Ok(folder)
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a file is an index of the same files.
fn is_current(path: &Path, head: &Head) -> bool {
    let small = path.symlink_metadata().is_ok_and(|it| it.is_file() && it.len() <= MAX_OLD);
    let old = std::fs::read(path).ok().filter(|_| small);
    let old = old.and_then(|bytes| serde_json::from_slice::<Head>(&bytes).ok());
    old.is_some_and(|old| old.format == head.format && old.content_digest == head.content_digest)
}

/// One line of canonical JSON: the same bytes wherever it is written.
fn text<T: Serialize>(head: &Head, body: T) -> Vec<u8> {
    let mut text = canonical_json(&Index { head: head.clone(), body });
    text.push(b'\n');
    text
}

fn graph(view: &View) -> GraphIndex {
    let records = || view.entries().iter().map(|id| view.entry(*id));
    let declared = || records().filter(|e| e.id.is_some() && e.form.is_some_and(RecordForm::declares));
    let mut nodes: Vec<Node> = declared()
        .map(|entry| Node {
            id: clean(entry.id.as_deref().unwrap_or_default()),
            kind: entry.kind.as_deref().map(clean),
            title: clean(&entry.title),
            status: entry.status.as_deref().map(clean),
            path: clean(entry.path.as_str()),
        })
        .collect();
    nodes.sort_by(|a, b| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
    let graph = view.graph();
    let of = |id: &str| graph.edges_of(id).into_iter().filter(|(_, outgoing)| *outgoing);
    let all = declared().flat_map(|entry| of(entry.id.as_deref().unwrap_or_default()));
    let mut edges: Vec<Edge> =
        all.map(|(edge, _)| Edge { from: clean(&edge.from), kind: clean(&edge.kind), to: clean(&edge.to) }).collect();
    edges.sort();
    edges.dedup();
    GraphIndex { nodes, edges }
}

fn manifest(view: &View) -> SearchManifest {
    let files = view.files().iter().filter(|file| file.class != FileClass::Generated);
    let one = |file: &crate::index::IndexedFile| ManifestFile {
        path: clean(file.path.as_str()),
        class: file.class.name(),
        blob: file.blob.to_string(),
        digest: view.text(&file.path).map(|text| Digest::of(text.as_bytes())),
    };
    SearchManifest { files: files.map(one).collect() }
}

fn ontology_report(view: &View, tree: &LoadedTree, as_of: Timestamp) -> OntologyReport {
    let request = ReportRequest { as_of, stale_after: STALE_AFTER, limit: super::MOST_REPORT_ITEMS };
    OntologyReport {
        ontology_digest: tree.ontology.digest.clone(),
        kinds: kinds(view, &tree.ontology),
        edge_kinds: edge_kinds(view, &tree.ontology),
        summary: check(&tree.check_input()).summary,
        as_of,
        report: crate::query::report(view, &Visibility::default(), &request),
    }
}

/// How many records there are of each kind of the ontology, and of each that it does not have.
fn kinds(view: &View, ontology: &Ontology) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = ontology.node_kinds.keys().map(|kind| (kind.clone(), 0)).collect();
    let entries = view.entries().iter().map(|id| view.entry(*id));
    for entry in entries.filter(|entry| entry.form.is_some_and(RecordForm::declares)) {
        *counts.entry(clean(entry.kind.as_deref().unwrap_or_default())).or_default() += 1;
    }
    counts
}

/// How many edges there are of each kind, as records hold them.
fn edge_kinds(view: &View, ontology: &Ontology) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = ontology.edge_kinds.keys().map(|kind| (kind.clone(), 0)).collect();
    let entries = view.entries().iter().map(|id| view.entry(*id));
    let declared = entries.filter(|entry| entry.form.is_some_and(RecordForm::declares));
    for (kind, _) in declared.flat_map(|entry| &entry.edges) {
        *counts.entry(clean(kind)).or_default() += 1;
    }
    counts
}

fn clean(text: &str) -> String {
    screen::redact(text).text
}

/// Writes a file beside its place, and then puts it there: a reader sees the old one or the new one.
fn write(path: &Path, bytes: &[u8]) -> Result<(), EngineError> {
    let fresh = path.with_extension("json.new");
    let failed = |e| io(format_args!("{} cannot be written", path.display()), e);
    match std::fs::remove_file(&fresh) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e)),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).open(&fresh);
    let done = file.and_then(|mut file| std::io::Write::write_all(&mut file, bytes));
    done.and_then(|()| std::fs::rename(&fresh, path)).map_err(failed)
}
