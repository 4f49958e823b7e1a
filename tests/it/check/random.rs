//! Small repositories made at random, with few ids and few paths, so that much falls together; and edits of them.

use super::tree::{Entry, Tree};
use lorekeep::base::FileMode;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeMap;

/// Ids that records have and edges lead to.
pub const IDS: &[&str] = &[
    "service:alpha",
    "service:alpga",
    "service:beta",
    "decision:alpha",
    "decision:beta",
    "decision:gamma",
    "runbook:alpha",
    "team:alpha",
    "repository:alpha",
    "issue:alpha",
    "alpha",
];

/// Paths of files, some of which fall together.
pub const PATHS: &[&str] = &[
    "graph/a.yaml",
    "graph/b.yaml",
    "graph/B.yaml",
    "graph/c.yaml",
    "graph/sub/a.yaml",
    "graph/Sub/a.yaml",
    "graph/Sub/d.yaml",
    "Graph/a.yaml",
    "pages/a.md",
    "pages/b.md",
    "Pages/b.md",
    "notes/\u{e9}.md",
    "notes/e\u{301}.md",
    "notes/\u{e9}/x.md",
    "assets/logo.txt",
    "indexes/graph-index.json",
    "indexes/other.json",
    "ontology/README.md",
];

const ONTOLOGY: &[(&str, &str)] = &[
    (
        "ontology/node-kinds.yaml",
        "version: 1\nkinds:\n  Service: {required: [title]}\n  Decision: {required: []}\n  Runbook: {required: []}\n  Team: {required: []}\n  Repository: {required: [], statuses: [draft, archived]}\n",
    ),
    (
        "ontology/edge-kinds.yaml",
        "version: 1\nkinds:\n  supersedes: {sameKind: true, acyclic: true}\n  depends_on: {from: [Service, Runbook], to: [Service], acyclic: true}\n  owned_by: {to: [Team]}\n  applies_to_repo: {to: [Repository]}\n  mentions: {}\n  derived_from: {}\n",
    ),
];

/// A repository: the contents of files, by path.
pub type Repository = BTreeMap<String, (FileMode, String)>;

/// One edit.
#[derive(Clone, Debug)]
pub enum Edit {
    Put(&'static str, (FileMode, String)),
    Delete(Index),
    Move(Index, &'static str),
    /// Replaces one word by another, in one file.
    Word(Index, &'static str, &'static str),
}

pub fn repository() -> impl Strategy<Value = Repository> {
    let files = PATHS.iter().filter(|path| !path.starts_with("ontology/")).map(|path| {
        let content = prop::option::weighted(0.6, content(path));
        content.prop_map(move |content| Some(((*path).to_owned(), content?)))
    });
    files.collect::<Vec<_>>().prop_map(|files| {
        let ontology = ONTOLOGY.iter().map(|(path, text)| ((*path).to_owned(), (FileMode::File, (*text).to_owned())));
        ontology.chain(files.into_iter().flatten()).collect()
    })
}

pub fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let put = select(PATHS).prop_flat_map(|path| content(path).prop_map(move |content| Edit::Put(path, content)));
    let delete = any::<Index>().prop_map(Edit::Delete);
    let moved = (any::<Index>(), select(PATHS)).prop_map(|(from, to)| Edit::Move(from, to));
    let word = (any::<Index>(), word(), word()).prop_map(|(file, old, new)| Edit::Word(file, old, new));
    prop::collection::vec(prop_oneof![3 => put, 1 => delete, 1 => moved, 3 => word], 0..4)
}

/// The repository after edits. The ontology's own files stay.
pub fn edited(repository: &Repository, edits: &[Edit]) -> Repository {
    let mut after = repository.clone();
    for edit in edits {
        let named = |index: &Index, files: &Repository| {
            let paths: Vec<String> = files.keys().filter(|path| !path.starts_with("ontology/")).cloned().collect();
            (!paths.is_empty()).then(|| index.get(&paths).clone())
        };
        match edit {
            Edit::Put(path, content) => drop(after.insert((*path).to_owned(), content.clone())),
            Edit::Delete(index) => drop(named(index, &after).and_then(|path| after.remove(&path))),
            Edit::Move(index, to) => {
                if let Some(content) = named(index, &after).and_then(|path| after.remove(&path)) {
                    after.insert((*to).to_owned(), content);
                }
            }
            Edit::Word(index, old, new) => {
                if let Some((_, text)) = named(index, &after).and_then(|path| after.get_mut(&path)) {
                    *text = text.replacen(old, new, 1);
                }
            }
        }
    }
    after
}

pub fn tree(repository: &Repository) -> Tree {
    let entry = |(path, (mode, text)): (&String, &(FileMode, String))| -> Entry {
        (path.clone().into_bytes(), *mode, text.clone().into_bytes())
    };
    Tree::new(repository.iter().map(entry).collect())
}

fn content(path: &'static str) -> BoxedStrategy<(FileMode, String)> {
    let text = match path.rsplit_once('.') {
        Some((_, "yaml")) => graph().boxed(),
        Some((_, "md")) => prop_oneof![4 => page(), 1 => Just("# A note\n".to_owned())].boxed(),
        _ => "[a-c]{0,3}".boxed(),
    };
    let mode = prop_oneof![30 => Just(FileMode::File), 1 => Just(FileMode::Symlink)];
    (mode, text).boxed()
}

fn graph() -> impl Strategy<Value = String> {
    let documents = prop::collection::vec(document(), 1..4).prop_map(|documents| documents.join("---\n"));
    let items = prop::collection::vec(record(), 1..3).prop_map(|records| {
        let item = |record: &String| format!("  - {}\n", record.trim_end().replace('\n', "\n    "));
        format!("kind: NodeDocument\nnodes:\n{}", records.iter().map(item).collect::<String>())
    });
    let broken = Just("nodeKind: [\n".to_owned());
    prop_oneof![12 => documents, 2 => items, 1 => broken]
}

fn document() -> impl Strategy<Value = String> {
    let more = (kind(), id(), edges())
        .prop_map(|(kind, id, edges)| format!("extendsNode: {{nodeKind: {kind}, id: '{id}'}}\n{edges}"));
    let patch = record().prop_map(|record| format!("patch: true\n{record}"));
    prop_oneof![6 => record(), 2 => more, 1 => patch]
}

fn record() -> impl Strategy<Value = String> {
    (kind(), id(), status(), select(IDS), edges()).prop_map(|(kind, id, status, owner, edges)| {
        format!(
            "nodeKind: {kind}\nid: '{id}'\nattributes: {{title: A, status: {status}, owners: ['{owner}']}}\n{edges}"
        )
    })
}

fn page() -> impl Strategy<Value = String> {
    (kind(), id(), status(), id(), edge_kind(), id()).prop_map(|(kind, id, status, repo, edge, target)| {
        format!(
            "---\nid: '{id}'\nkind: {kind}\ntitle: A\nstatus: {status}\nrepoRefs: ['{repo}']\nrelated: {{{edge}: ['{target}']}}\n---\nText.\n"
        )
    })
}

fn edges() -> impl Strategy<Value = String> {
    let some = || prop::collection::vec((edge_kind(), id()), 0..3);
    let list = some().prop_map(|edges| {
        let edge = |(kind, target): &(&str, &str)| format!("{{kind: {kind}, target: '{target}'}}");
        format!("edges: [{}]\n", edges.iter().map(edge).collect::<Vec<_>>().join(", "))
    });
    let map = some().prop_map(|edges| {
        let edges: BTreeMap<&str, &str> = edges.into_iter().collect();
        let edge = |(kind, target): (&&str, &&str)| format!("{kind}: ['{target}', {{target: '{target}'}}]");
        format!("edges: {{{}}}\n", edges.iter().map(edge).collect::<Vec<_>>().join(", "))
    });
    prop_oneof![list, map]
}

fn id() -> impl Strategy<Value = &'static str> {
    prop_oneof![30 => select(IDS), 1 => Just("")]
}

fn kind() -> impl Strategy<Value = &'static str> {
    select(&["Service", "Service", "Decision", "Runbook", "Team", "Repository", "Spaceship"][..])
}

fn edge_kind() -> impl Strategy<Value = &'static str> {
    select(&["supersedes", "supersedes", "depends_on", "depends_on", "mentions", "derived_from", "flies"][..])
}

fn status() -> impl Strategy<Value = &'static str> {
    select(&["draft", "approved", "deprecated", "archived", "lost"][..])
}

fn word() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        3 => select(IDS),
        1 => select(&["Service", "Decision", "supersedes", "depends_on", "mentions", "draft", "approved", "archived"][..]),
        1 => select(&["patch: true\n", "title: A", "title: B", "nodeKind"][..]),
    ]
}
