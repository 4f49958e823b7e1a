//! Graph records: their forms, their fields, their edges, and what is of no form.

use super::{only_problem, read_text};
use lorekeep::note::{DiagnosticKind, EdgeOrigin, Record, RecordForm, SourceFile};

fn graph(text: &str) -> SourceFile {
    read_text("graph/a.yaml", text)
}

/// The one record of a text that has nothing wrong with it.
fn record(text: &str) -> Record {
    let mut file = graph(text);
    assert_eq!(file.diagnostics, [], "{text}");
    assert_eq!(file.records.len(), 1, "{text}");
    file.records.remove(0)
}

/// The edges as `kind target attribute-names`.
fn edges(text: &str) -> Vec<String> {
    let edges = record(text).edges;
    let shown = edges.iter().map(|edge| {
        let names: Vec<_> = edge.attributes.entries.iter().map(|(key, _, _)| key.as_str()).collect();
        format!("{} {} {}", edge.kind.value, edge.target.value, names.join(",")).trim_end().to_owned()
    });
    shown.collect()
}

fn names(record: &Record) -> Vec<&str> {
    record.fields.entries.iter().map(|(key, _, _)| key.as_str()).collect()
}

fn kind(record: &Record) -> Option<&str> {
    record.kind.as_ref().map(|kind| kind.value.as_str())
}

#[test]
fn every_form_of_record_is_told_apart() {
    let forms = [
        ("nodeKind: T\nid: t:a", RecordForm::Node),
        ("kind: T\nid: t:a", RecordForm::Node),
        ("nodeKind: T\nid: t:a\npatch: false", RecordForm::Node),
        ("nodeKind: T\nid: t:a\nattributes: {patch: 3}", RecordForm::Node),
        ("nodeKind: T\nid: t:a\npatch: true", RecordForm::Patch),
        ("nodeKind: T\nid: t:a\nattributes: {patch: true}", RecordForm::Patch),
        ("extendsNode: {nodeKind: T, id: t:a}", RecordForm::Extends),
        ("kind: NodeDocument\nnodes: [{kind: T, id: t:a}]", RecordForm::Item),
        ("nodes: [{nodeKind: T, id: t:a}]", RecordForm::Item),
        ("kind: NodeDocument\nnodes: [{kind: T, id: t:a, patch: true}]", RecordForm::Patch),
        ("kind: NodeDocument\nnodes: [{extendsNode: {nodeKind: T, id: t:a}}]", RecordForm::Extends),
    ];
    for (text, form) in forms {
        let record = record(text);
        assert_eq!((record.form, record.id.value.as_str(), kind(&record)), (form, "t:a", Some("T")), "{text}");
    }
}

#[test]
fn only_nodes_and_items_and_pages_declare() {
    use RecordForm::*;
    let declares: Vec<_> = [Node, Item, Markdown, Extends, Patch].into_iter().filter(|form| form.declares()).collect();
    assert_eq!(declares, [Node, Item, Markdown]);
}

#[test]
fn records_are_numbered_over_the_whole_file() {
    let file = graph("id: a\n---\n~\n---\nkind: NodeDocument\nnodes: [{id: b}, {id: c}]\n---\nid: d\n");
    let numbered: Vec<_> = file.records.iter().map(|r| (r.ordinal, r.id.value.as_str())).collect();
    assert_eq!(numbered, [(0, "a"), (1, "b"), (2, "c"), (3, "d")]);
}

#[test]
fn a_map_without_id_and_kind_is_a_record_that_misses_both() {
    let text = "title: é\nstatus: draft\n";
    let record = record(text);
    assert_eq!((record.form, record.id.value.as_str(), kind(&record)), (RecordForm::Node, "", None));
    assert_eq!(names(&record), ["title", "status"]);
    assert_eq!(&text[record.id.span.start..record.id.span.end], "title: é");
}

#[test]
fn attributes_and_what_stands_beside_them_are_the_fields() {
    let fields = record("nodeKind: T\nid: t:a\nattributes: {a: 1, kind: inner}\nb: 2\n");
    assert_eq!(names(&fields), ["a", "kind", "b"]);
    let with_kind = record("nodeKind: T\nkind: a field where nodeKind is there\nid: t:a\n");
    assert_eq!((kind(&with_kind), names(&with_kind)), (Some("T"), vec!["kind"]));
}

#[test]
fn edges_as_a_map_take_every_form_of_target() {
    let text = "
id: t:a
nodeKind: T
edges:
  one: t:x
  two: [t:x, {target: t:y}, {target: t:z, attributes: {w: 1}}, {target: t:q, role: r}, {target: t:p, attributes: {w: 1}, role: r}]
  three: {target: t:x, since: 2024}
  none:
  empty: []
";
    assert_eq!(
        edges(text),
        ["one t:x", "two t:x", "two t:y", "two t:z w", "two t:q role", "two t:p w,role", "three t:x since"]
    );
}

#[test]
fn edges_as_a_list_name_their_kind() {
    let text = "
id: t:a
nodeKind: T
edges:
  - {kind: one, target: t:x}
  - {kind: two, target: t:y, attributes: {w: 1}, role: r}
";
    assert_eq!(edges(text), ["one t:x", "two t:y w,role"]);
    assert_eq!(edges("id: t:a\nedges:\n"), [""; 0]);
}

#[test]
fn parallel_edges_are_kept_apart() {
    let text = "id: t:a\nedges: {k: [t:x, t:x, {target: t:x, role: r}], l: t:x}\n";
    assert_eq!(edges(text), ["k t:x", "k t:x", "k t:x role", "l t:x"]);
}

#[test]
fn a_target_is_the_text_as_written() {
    assert_eq!(
        edges("id: t:a\nedges: {k: [1234567e12, 0x1F, true, 'null']}\n"),
        ["k 1234567e12", "k 0x1F", "k true", "k null"]
    );
}

#[test]
fn owners_and_repo_refs_imply_edges_unless_they_are_declared() {
    let text = "
id: t:a
attributes:
  owners: [team:a, team:b, team:b, ~]
  repoRefs: repository:x
edges:
  owned_by: [team:a]
  applies_to_repo: repository:y
";
    let record = record(text);
    let shown: Vec<_> =
        record.edges.iter().map(|e| (e.origin, e.kind.value.as_str(), e.target.value.as_str())).collect();
    let expected = [
        (EdgeOrigin::Declared, "owned_by", "team:a"),
        (EdgeOrigin::Declared, "applies_to_repo", "repository:y"),
        (EdgeOrigin::Owners, "owned_by", "team:b"),
        (EdgeOrigin::RepoRefs, "applies_to_repo", "repository:x"),
    ];
    assert_eq!(shown, expected);
    let implied = &record.edges[2];
    assert_eq!(&text[implied.kind.span.start..implied.kind.span.end], "owners");
    assert_eq!(&text[implied.target.span.start..implied.target.span.end], "team:b");
}

#[test]
fn pages_relate_by_their_front_matter() {
    let text = "---\nid: t:a\nowners: [team:a, team:b]\nrepoRefs: [repository:x]\nrelated:\n  owned_by: team:a\n  depends_on: [t:b, {target: t:c, why: w}]\n---\n";
    let file = read_text("a.md", text);
    assert_eq!(file.diagnostics, []);
    let edges = &file.records[0].edges;
    let shown: Vec<_> = edges.iter().map(|e| (e.origin, e.kind.value.as_str(), e.target.value.as_str())).collect();
    let expected = [
        (EdgeOrigin::Related, "owned_by", "team:a"),
        (EdgeOrigin::Related, "depends_on", "t:b"),
        (EdgeOrigin::Related, "depends_on", "t:c"),
        (EdgeOrigin::Owners, "owned_by", "team:b"),
        (EdgeOrigin::RepoRefs, "applies_to_repo", "repository:x"),
    ];
    assert_eq!(shown, expected);
    assert_eq!(edges[2].attributes.text("why"), Some("w"));
}

#[test]
fn what_is_of_no_form_is_said_and_never_silent() {
    let cases = [
        ("é", "a graph document is no map", "é"),
        ("- id: t:a", "a graph document is no map", "- id: t:a"),
        ("id: [t:a]", "`id` is no text", "[t:a]"),
        ("id: t:a\nnodeKind: {a: b}", "`nodeKind` is no text", "{a: b}"),
        ("id: t:a\nattributes: text", "`attributes` is no map", "text"),
        ("id: t:a\nattributes: {é: 1}\né: 2", "`é` is given in `attributes` and again beside it", "é"),
        ("id: t:a\nedges: text", "`edges` is neither a map nor a list", "text"),
        ("id: t:a\nedges: [text]", "an item of `edges` is no map", "text"),
        ("id: t:a\nedges: [~]", "an item of `edges` is no map", "~"),
        ("id: t:a\nedges: [{target: t:b}]", "an item of `edges` has no `kind`", "{target: t:b}"),
        ("id: t:a\nedges: [{kind: k}]", "an edge has no target id", "{kind: k}"),
        ("id: t:a\nedges: {k: [~]}", "an edge has no target id", "~"),
        ("id: t:a\nedges: {k: [[t:b]]}", "an edge has no target id", "[t:b]"),
        ("id: t:a\nedges: {k: {to: t:b}}", "an edge has no target id", "{to: t:b}"),
        ("id: t:a\nedges: {k: {target: t:b, attributes: 1}}", "`attributes` is no map", "1"),
        ("id: t:a\nattributes: {owners: [{team: a}]}", "an item of `owners` is no id", "{team: a}"),
        ("id: t:a\nrepoRefs: {a: b}", "an item of `repoRefs` is no id", "{a: b}"),
        ("id: t:a\npatch: yes", "`patch` is neither `true` nor `false`", "yes"),
        ("extendsNode: t:a", "`extendsNode` is no map", "t:a"),
        ("kind: NodeDocument\nnodes: {a: b}", "`nodes` is no list", "{a: b}"),
        ("kind: NodeDocument\nnodes: [text]", "an item of `nodes` is no map", "text"),
        ("kind: NodeDocument\nedges: {a: b}\nnodes: []", "`edges` beside `nodes` belongs to no record", "edges"),
    ];
    for (text, message, shown) in cases {
        let file = graph(text);
        assert_eq!(only_problem(&file), (message, shown), "{text}");
        assert_eq!(file.diagnostics[0].kind, DiagnosticKind::WrongShape, "{text}");
        assert!(!file.diagnostics[0].help.is_empty(), "{text}");
    }
}

#[test]
fn an_edge_that_is_refused_takes_no_other_with_it() {
    let file = graph("id: t:a\nedges: {k: [t:x, [bad], t:y], l: t:z}\n");
    let targets: Vec<_> = file.records[0].edges.iter().map(|e| e.target.value.as_str()).collect();
    assert_eq!((targets, file.diagnostics.len()), (vec!["t:x", "t:y", "t:z"], 1));
}

#[test]
fn the_head_is_the_first_line_and_the_span_all_of_the_record() {
    let text = "# comment\r\n---\r\nnodeKind: Té\r\nid: t:a\r\nedges:\r\n  k:\r\n    - t:é\r\n\r\n# end\r\n";
    let record = record(text);
    assert_eq!(&text[record.head.start..record.head.end], "nodeKind: Té");
    assert_eq!(&text[record.span.start..record.span.end], "nodeKind: Té\r\nid: t:a\r\nedges:\r\n  k:\r\n    - t:é");
    let items = graph("kind: NodeDocument\nnodes:\n  - kind: T\n    id: t:a\n  - {id: t:b}\n");
    let spans: Vec<_> = items.records.iter().map(|r| &items.text.as_ref().unwrap()[r.span.start..r.span.end]).collect();
    assert_eq!(spans, ["kind: T\n    id: t:a", "{id: t:b}"]);
}

#[test]
fn both_extensions_and_both_folders_hold_records() {
    for path in ["graph/a.yaml", "graph/b/c.yml", "babysitter/runs/1/a.yaml", "babysitter/runs/a.yml"] {
        assert_eq!(read_text(path, "id: t:a\n---\nid: t:b\n").records.len(), 2, "{path}");
    }
}
