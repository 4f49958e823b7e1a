//! What a new user gets wrong: each file of `fixtures/mistakes` holds one mistake and gives one finding, which names the mend.
//! `fixtures/mistakes.snap` is what the program prints of them.

use super::program::{memory, run, write};
use crate::check::tree::{Tree, short};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/mistakes")
}

/// The findings of each file.
fn findings() -> BTreeMap<String, Vec<String>> {
    let tree = Tree::of_folder(&folder());
    let mut of_file: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in &tree.files {
        of_file.insert(String::from_utf8_lossy(&file.path).into_owned(), Vec::new());
    }
    for finding in short(&tree.check()) {
        let path = finding.split(':').next().unwrap_or_default().to_owned();
        of_file.entry(path).or_default().push(finding);
    }
    of_file
}

#[test]
fn each_mistake_gives_exactly_one_finding() {
    let findings = findings();
    assert!(findings.len() > 70, "{}", findings.len());
    for (path, found) in findings {
        assert_eq!(found.len(), 1, "{path}: {found:?}");
    }
}

#[test]
fn each_mistake_is_shown_at_its_place_with_the_mend() {
    let dir = memory();
    for file in Tree::of_folder(&folder()).files {
        let text = file.source.as_ref().and_then(|source| source.text.as_deref()).unwrap_or_default();
        write(dir.path(), &String::from_utf8_lossy(&file.path), text);
    }
    let ran = run(dir.path(), &["validate"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let shown = ran.stdout.rsplit_once("\n\n").map_or("", |(findings, _)| findings);
    insta::with_settings!({
        snapshot_path => folder().join(".."),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("mistakes", shown);
    });
}

#[test]
fn what_looks_like_a_mistake_and_is_none_gives_no_finding() {
    let record = |title: &str| {
        format!(
            "---\nid: runbook:a\nkind: Runbook\ntitle: {title}\nstatus: approved\nowners: [team:platform]\n\
             updatedAt: 2026-05-10T12:00:00Z\n---\n# A\n"
        )
    };
    let page = record("A");
    let texts = [
        page.replace('\n', "\r\n"),
        format!("\u{feff}{page}"),
        page.replace("status: ", "status:\t"),
        page.replace("status: ", "status : "),
        page.replace("---\n", "--- \n"),
        record("“Foo” and bar"),
        record("“Foo” and “bar”"),
        record("the team’s ‘importer’"),
        record("'CI: flaky'"),
        record("\"“CI: flaky”\""),
        record("http://example.com:8080/a"),
        record("a - b"),
        "Title: a heading\n---\n\nText.\n".to_owned(),
        "# Notes\n\nid: none\n\n---\n".to_owned(),
        "----\n\nid: of a table below a rule\n".to_owned(),
        "title: a word about titles\n\nAnd some text.\n\n---\n\nMore.\n".to_owned(),
    ];
    for text in texts {
        let tree = Tree::of(&[("pages/a.md", &text)]);
        assert_eq!(short(&tree.check()), [""; 0], "{text:?}");
    }
}
