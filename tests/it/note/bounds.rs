//! Every bound of [`Limits`], at it and beyond it.

use super::only_problem;
use lorekeep::base::RepoPath;
use lorekeep::note::{DiagnosticKind, Limits, SourceFile, read};

fn within(path: &str, text: &str, limits: Limits) -> SourceFile {
    read(&RepoPath::parse(path).unwrap(), text.as_bytes(), &limits)
}

#[test]
fn the_defaults_are_those_of_the_decision() {
    let limits = Limits::default();
    assert_eq!((limits.max_file_bytes, limits.max_front_matter_bytes), (1_048_576, 65_536));
    assert_eq!((limits.max_depth, limits.max_front_matter_nodes, limits.max_graph_nodes), (16, 5_000, 200_000));
}

#[test]
fn a_file_larger_than_the_limit_is_not_read_and_says_so() {
    for path in ["graph/a.yaml", "a.md", "ontology/a.yaml"] {
        let limits = Limits { max_file_bytes: 10, ..Limits::default() };
        assert!(within(path, "id: term:a", limits).text.is_some());
        let file = within(path, "id: term:ab", limits);
        assert!(file.text.is_none() && file.records.is_empty() && file.markdown.is_none());
        assert_eq!(file.diagnostics[0].message, "the file is larger than 10 bytes and is not read");
    }
}

#[test]
fn front_matter_is_taken_up_to_64_kib_and_refused_one_byte_beyond() {
    let page = |n: usize| format!("---\n{}\n---\n# Body\n", "#".repeat(n - 1));
    let taken = within("a.md", &page(65_536), Limits::default());
    assert!(taken.diagnostics.is_empty() && taken.markdown.unwrap().front_matter.is_some());
    let refused = within("a.md", &page(65_537), Limits::default());
    assert_eq!(only_problem(&refused), ("the front matter has 65537 bytes, and at most 65536 are read", "---"));
    assert_eq!(refused.diagnostics[0].kind, DiagnosticKind::InvalidFrontMatter);
    assert_eq!(refused.markdown.unwrap().title, "Body");
}

#[test]
fn nodes_are_bounded_in_front_matter_and_in_graph_files() {
    let limits = Limits { max_front_matter_nodes: 5, max_graph_nodes: 7, ..Limits::default() };
    // A map, its key, a list, and the items.
    let list = |n: usize| format!("id: [{}]", vec!["a"; n].join(","));
    let page = |n| within("a.md", &format!("---\n{}\n---\n", list(n).replace("id", "x")), limits).diagnostics;
    let graph = |n| within("graph/a.yaml", &list(n).replace("id", "x"), limits).diagnostics;
    assert_eq!((page(2).len(), graph(4).len()), (0, 0));
    assert_eq!(page(3)[0].message, "there are more than 5 YAML nodes");
    assert_eq!(graph(5)[0].message, "there are more than 7 YAML nodes, and nothing after it was read");
}

#[test]
fn depth_is_bounded_in_front_matter_and_in_graph_files() {
    let limits = Limits { max_depth: 3, ..Limits::default() };
    for (yaml, problems) in [("x: [[a]]", 0), ("x: [[[a]]]", 1)] {
        assert_eq!(within("graph/a.yaml", yaml, limits).diagnostics.len(), problems);
        assert_eq!(within("a.md", &format!("---\n{yaml}\n---\n"), limits).diagnostics.len(), problems);
    }
}

#[test]
fn diagnostics_are_bounded_and_those_left_out_are_counted() {
    let text = format!("id: t:a\nedges: {{k: [{}]}}\n", ["[]"; 10].join(","));
    let file = within("graph/a.yaml", &text, Limits { max_diagnostics: 4, ..Limits::default() });
    assert_eq!(file.diagnostics.len(), 4);
    assert_eq!(file.diagnostics[3].message, "an edge has no target id; 6 more problems of this file are left out");
}

#[test]
fn refused_documents_are_bounded_and_the_last_says_that_nothing_more_was_read() {
    let file = within("graph/a.yaml", &"---\n*x\n".repeat(9), Limits { max_diagnostics: 3, ..Limits::default() });
    assert_eq!(file.diagnostics.len(), 3);
    assert!(file.diagnostics[2].message.ends_with(", and nothing after it was read"));
}

#[test]
fn links_and_headings_are_bounded_and_the_rest_is_said() {
    let links = within("a.md", &"[[a]] ".repeat(10_002), Limits::default());
    assert_eq!(links.markdown.as_ref().unwrap().links.len(), 10_000);
    assert_eq!(only_problem(&links), ("there are more than 10000 links, and the rest is not read", "[[a]]"));
    assert_eq!(links.diagnostics[0].span.start, 60_000);
    let headings = within("a.md", &"# a\n".repeat(10_001), Limits::default());
    assert_eq!(headings.markdown.as_ref().unwrap().headings.len(), 10_000);
    assert_eq!(only_problem(&headings).0, "there are more than 10000 headings, and the rest is not read");
}

#[test]
fn bytes_that_are_not_utf8_are_pointed_at() {
    let path = |path| RepoPath::parse(path).unwrap();
    for place in ["graph/a.yaml", "a.md", "ontology/a.yaml"] {
        let file = read(&path(place), b"a: caf\xe9\n", &Limits::default());
        assert_eq!((file.diagnostics.len(), file.diagnostics[0].kind), (1, DiagnosticKind::InvalidUtf8));
        assert_eq!((file.diagnostics[0].span.start, file.diagnostics[0].span.end), (6, 7));
        assert!(file.text.is_none());
    }
    let cut = read(&path("a.md"), b"caf\xc3", &Limits::default());
    assert_eq!((cut.diagnostics[0].span.start, cut.diagnostics[0].span.end), (3, 4));
    assert!(read(&path("a.png"), b"\xff\xfe", &Limits::default()).diagnostics.is_empty());
}
