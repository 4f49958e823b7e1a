//! The class of a path, row by row of the table.

use lorekeep::base::RepoPath;
use lorekeep::note::{FileClass, class_of};

#[test]
fn every_row_of_the_class_table_holds() {
    use FileClass::*;
    let rows = [
        ("graph/a.yaml", Graph),
        ("graph/teams/deep/a.yml", Graph),
        ("babysitter/runs/1/journal.yaml", Graph),
        ("babysitter/runs/a.yml", Graph),
        ("ontology/node-kinds.yaml", Ontology),
        ("ontology/more/kinds.yml", Ontology),
        ("README.md", Markdown),
        ("pages/a.md", Markdown),
        ("graph/README.md", Markdown),
        ("ontology/README.md", Markdown),
        ("babysitter/MEMORY.md", Markdown),
        ("babysitter/runs/1/notes.md", Markdown),
        ("a/.md", Markdown),
        ("indexes/graph-index.json", Generated),
        ("indexes/a.yaml", Generated),
        ("indexes/a.md", Generated),
        ("a.yaml", Other),
        ("pages/a.yaml", Other),
        ("babysitter/a.yaml", Other),
        ("graphs/a.yaml", Other),
        ("docs/graph/a.yaml", Other),
        ("graph/a.yaml.bak", Other),
        ("graph/a.json", Other),
        ("a.MD", Other),
        ("amd", Other),
        ("image.png", Other),
    ];
    for (path, class) in rows {
        assert_eq!(class_of(&RepoPath::parse(path).unwrap()), class, "{path}");
    }
}

#[test]
fn only_text_classes_have_text_and_only_records_and_notes_are_parsed() {
    let text = "---\nid: a:b\n---\n";
    let of = |path: &str| {
        let file = super::read_text(path, text);
        (file.text.is_some(), file.records.len(), file.markdown.is_some())
    };
    assert_eq!(of("a.md"), (true, 1, true));
    assert_eq!(of("graph/a.yaml"), (true, 1, false));
    assert_eq!(of("ontology/a.yaml"), (true, 0, false));
    assert_eq!(of("indexes/a.md"), (false, 0, false));
    assert_eq!(of("a.txt"), (false, 0, false));
}
