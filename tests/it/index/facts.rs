//! What a view says of entries, names, and the graph.

use super::world::{World, path};
use lorekeep::index::{Entry, View};
use lorekeep::note::RecordForm;
use lorekeep::ontology::GraphEdge;

fn only(view: &View) -> &Entry {
    assert_eq!(view.entries().len(), 1);
    view.entry(view.entries()[0])
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_markdown_record_says_what_its_front_matter_says() {
    let note = "---\nid: runbook:flake\nkind: Runbook\ntitle: Flakes\nstatus: approved\nowners: [team:ci, team:ci]\n\
        updatedAt: 2026-05-10T12:00:00Z\naliases: [flaky]\nrepoRefs: [repository:krate]\ntags: [ci]\n\
        related: {supersedes: [runbook:old], owned_by: [team:web]}\nsensitivity: internal\nsourceRefs: [a, b]\ndeep: {er: 1}\n---\n\
        # Heading\n\n<!-- no -->\n```\ncode\n```\nFirst *paragraph*\nof two lines.\n\nSecond, see [x](../other/y.md), [[runbook:old]].\n";
    let view = World::of(&[("runbooks/f.md", note)]).view();
    let entry = only(&view);
    assert_eq!((entry.path.as_str(), entry.ordinal, entry.form), ("runbooks/f.md", 0, Some(RecordForm::Markdown)));
    assert_eq!(entry.id.as_deref(), Some("runbook:flake"));
    assert_eq!(entry.kind.as_deref(), Some("Runbook"));
    assert_eq!(entry.title, "Flakes");
    assert_eq!(entry.status.as_deref(), Some("approved"));
    assert_eq!(entry.owners, strings(&["team:ci", "team:web"]));
    assert_eq!(entry.tags, strings(&["ci"]));
    assert_eq!(entry.repo_refs, strings(&["repository:krate"]));
    assert_eq!(entry.aliases, strings(&["flaky"]));
    assert_eq!(entry.sensitivity.as_deref(), Some("internal"));
    assert_eq!(entry.updated_at.as_deref(), Some("2026-05-10T12:00:00Z"));
    assert_eq!(entry.summary, "First *paragraph* of two lines.");
    assert_eq!(entry.headings, strings(&["Heading"]));
    assert_eq!(entry.links, strings(&["other/y.md", "runbook:old"]));
    assert_eq!(entry.fields, [("sourceRefs".into(), "a, b".into()), ("deep.er".into(), "1".into())]);
    assert_eq!((entry.line_start, entry.line_end), (1, note.lines().count() as u32));
    assert_eq!(entry.digest, lorekeep::base::Digest::of(note.as_bytes()));
    assert!(entry.edges.contains(&("supersedes".into(), "runbook:old".into())));
}

#[test]
fn a_note_without_an_id_is_an_entry_with_a_title() {
    let world = World::of(&[("a.md", "text\n\n# From a heading\n"), ("notes/from-file.md", "text"), ("empty.md", "")]);
    let view = world.view();
    let titles: Vec<&str> = view.entries().iter().map(|id| view.entry(*id).title.as_str()).collect();
    assert_eq!(titles, ["From a heading", "empty", "from-file"]);
    assert!(view.entries().iter().all(|id| view.entry(*id).id.is_none() && view.entry(*id).form.is_none()));
}

#[test]
fn a_summary_is_cut_at_a_word() {
    let view = World::of(&[("a.md", &"word ".repeat(200))]).view();
    let summary = &only(&view).summary;
    assert_eq!((summary.len(), summary.ends_with(" word")), (399, true));
}

#[test]
fn every_document_of_a_graph_file_is_an_entry() {
    let yaml = "nodeKind: Service\nid: service:a\nattributes: {title: A, description: The first}\n---\n\
        nodeKind: Service\nid: service:b\nedges: {depends_on: [service:a], owned_by: [{target: team:x}]}\n";
    let view = World::of(&[("graph/s.yaml", yaml)]).view();
    let entries: Vec<&Entry> = view.entries().iter().map(|id| view.entry(*id)).collect();
    assert_eq!(entries.len(), 2);
    assert_eq!((entries[0].title.as_str(), entries[0].summary.as_str(), entries[0].line_start), ("A", "The first", 1));
    assert_eq!((entries[1].title.as_str(), entries[1].ordinal, entries[1].line_start), ("service:b", 1, 5));
    assert_eq!(entries[1].owners, strings(&["team:x"]));
    assert_eq!(view.entries_of_path("graph/s.yaml"), view.entries());
    assert_eq!(view.entries_of_path("graph/other.yaml"), []);
}

#[test]
fn a_name_is_an_id_a_path_or_an_alias_in_this_order() {
    let world = World::of(&[
        ("a.md", "---\nid: term:a\naliases: [term:b, shared, b.md]\n---\n"),
        ("b.md", "---\nid: term:b\naliases: [shared, second]\n---\n"),
        ("graph/b.yaml", "nodeKind: Term\nid: term:b\n"),
        ("notes/c.md", "free"),
    ]);
    let view = world.view();
    let name = |name: &str| view.entry_of_name(name).map(|id| view.entry(id).path.to_string());
    assert_eq!(name("term:b").as_deref(), Some("b.md"));
    assert_eq!(name("b.md").as_deref(), Some("b.md"));
    assert_eq!(name("notes/c").as_deref(), Some("notes/c.md"));
    assert_eq!(name("shared").as_deref(), Some("a.md"));
    assert_eq!(name("second").as_deref(), Some("b.md"));
    assert_eq!(name("nobody"), None);
    assert_eq!(view.entry_of_id("shared"), None);
    assert_eq!(view.entry_of_id("term:b"), view.entries_of_path("b.md").first().copied());
}

#[test]
fn sidecars_add_to_the_record_and_patches_override_it() {
    let world = World::of(&[
        ("graph/1.yaml", "extendsNode: {nodeKind: Service, id: service:a}\nedges: {depends_on: [service:b]}\n"),
        (
            "graph/2.yaml",
            "nodeKind: Service\nid: service:a\nattributes: {title: A, status: draft, tags: [x], size: 1, keep: 2}\nedges: {owned_by: [team:x]}\n",
        ),
        (
            "graph/3.yaml",
            "nodeKind: Service\nid: service:a\npatch: true\nattributes: {status: approved, tags: [y], size: 3}\n",
        ),
        ("graph/4.yaml", "nodeKind: Service\nid: service:b\n"),
    ]);
    let view = world.view();
    let entry = view.entry(view.entry_of_id("service:a").unwrap());
    assert_eq!((entry.path.as_str(), entry.title.as_str()), ("graph/2.yaml", "A"));
    assert_eq!(entry.status.as_deref(), Some("approved"));
    assert_eq!(entry.tags, strings(&["y"]));
    assert_eq!(entry.fields, [("keep".into(), "2".into()), ("size".into(), "3".into())]);
    assert_eq!(entry.edges, [("owned_by".into(), "team:x".into()), ("depends_on".into(), "service:b".into())]);
    let edges: Vec<GraphEdge> = view.graph().edges_of("service:a").into_iter().map(|(edge, _)| edge).collect();
    assert_eq!(edges, [GraphEdge { from: "service:a".into(), kind: "depends_on".into(), to: "service:b".into() }]);
}

#[test]
fn links_that_name_a_record_are_mentions() {
    let world = World::of(&[
        (
            "notes/a.md",
            "---\nid: note:a\nrelated: {documents: [note:d]}\n---\n[[note:b]] [c](../deep/c.md) [c](../deep/c) [[dee]] [[note:a]] [x](https://e.org/b) [[free]]\n",
        ),
        ("notes/b.md", "---\nid: note:b\n---\n[[a]] [[./a.md]]\n"),
        ("deep/c.md", "---\nid: note:c\n---\n"),
        ("deep/d.md", "---\nid: note:d\naliases: [dee]\n---\n"),
        ("notes/free.md", "no id [[note:a]]"),
    ]);
    let view = world.view();
    let out = |id: &str| -> Vec<(String, String)> {
        let edges = view.graph().edges_of(id).into_iter().filter(|(_, outgoing)| *outgoing);
        edges.map(|(edge, _)| (edge.kind, edge.to)).collect()
    };
    let pair = |kind: &str, to: &str| (kind.to_owned(), to.to_owned());
    assert_eq!(out("note:a"), [pair("documents", "note:d"), pair("mentions", "note:b"), pair("mentions", "note:c")]);
    assert_eq!(out("note:b"), [pair("mentions", "note:a")]);
    assert!(!view.graph().contains("notes/free.md"));
}

#[test]
fn the_digest_is_that_of_paths_blobs_and_classes() {
    let files = [("a.md", "one"), ("b.md", "two")];
    let digest = |files: &[(&str, &str)]| World::of(files).view().digest().clone();
    assert_eq!(digest(&files), digest(&[files[1], files[0]]));
    assert_ne!(digest(&files), digest(&files[..1]));
    assert_ne!(digest(&files), digest(&[("a.md", "one"), ("b.md", "three")]));
    assert_ne!(digest(&files), digest(&[("a.md", "one"), ("b.txt", "two")]));
}

#[test]
fn a_view_knows_its_commit_and_its_files() {
    let world = World::of(&[("src/x.rs", "fn x() {}"), ("a.md", "text")]);
    let view = world.view();
    assert_eq!(view.commit(), world.commit(0));
    assert_eq!(view.files().iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["a.md", "src/x.rs"]);
    assert_eq!(view.text(&path("src/x.rs")).as_deref(), Some("fn x() {}"));
    assert_eq!(view.text(&path("src/y.rs")), None);
}
