//! `lorekeep init --from`: notes of other forms become a memory repository.

use super::program::{run, write};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/adopt").join(name)
}

/// Every file below a folder, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("it can be listed") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if !path.is_symlink() {
                let name = path.strip_prefix(folder).expect("it is below").to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).expect("it can be read"));
            }
        }
    }
    found
}

fn text(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).expect("it is text")
}

fn body(text: &str) -> &str {
    text.split_once("\n---\n").expect("there is front matter").1
}

#[test]
fn a_bundle_of_concepts_becomes_records_that_are_valid() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let before = files(&fixture("okf"));
    let from = fixture("okf");
    let report: Value = run(dir.path(), &["init", "new", "--json", "--from", from.to_str().expect("a path")]).json();
    assert_eq!(files(&from), before, "the source is as it was");
    assert_eq!(report["concepts"].as_array().map(Vec::len), Some(4));
    assert_eq!(report["unmapped"][0]["path"], "metrics/revenue.md");
    let new = dir.path().join("new");
    run(&new, &["validate"]).ok();
    let (old, orders) = (text(&from, "tables/orders.md"), text(&new, "tables/orders.md"));
    assert_eq!(body(&orders), body(&old));
    let head = orders.split("title:").next().expect("it has a title");
    insta::assert_snapshot!(head, @r"
    ---
    id: big-query-table:tables/orders
    updatedAt: 2026-05-28T14:30:00Z
    sourceRefs:
      - https://warehouse.example/docs/orders
      - all queries of the sales project
    kind: BigQuery Table   # what it is
    ");
    for kept in
        ["status: approved\n", "stale_after: 2026-12-24\n", "generated: { by:", "verified:\n", "  - id: schema\n"]
    {
        assert!(orders.contains(kept), "{kept}");
    }
    let shown = run(&new, &["show", "big-query-table:tables/customers"]).ok();
    assert!(shown.contains("# big-query-table:tables/orders mentions this"), "links lead to records: {shown}");
    assert_eq!(text(&new, "index.md"), text(&from, "index.md"));
}

#[test]
fn an_agents_memory_becomes_records_with_sources_and_links() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let from = fixture("memory-md");
    let ran = run(dir.path(), &["init", "new", "--from", from.to_str().expect("a path")]);
    assert!(ran.stderr.contains("[[gone]] names no file"), "{}", ran.stderr);
    ran.ok();
    let new = dir.path().join("new");
    run(&new, &["validate"]).ok();
    insta::assert_snapshot!(text(&new, "operations/alerts.md").split("# Alerts").next().expect("a head"), @r"
    ---
    id: memory-note:operations/alerts
    kind: MemoryNote
    title: Alerts
    status: draft
    updatedAt: 2026-10-12T00:00:00Z
    sourceRefs:
      - wiki:alerts
      - chat:event/21
    ---
    ");
    assert!(text(&new, "MEMORY.md").ends_with(&text(&from, "MEMORY.md")), "the entry point keeps its lines");
    let shown = run(&new, &["show", "memory-note:preferences"]).ok();
    assert!(shown.contains("# memory-note:memory mentions this"), "{shown}");
    assert_eq!(text(&new, "README.md"), text(&from, "README.md"));
}

#[test]
fn what_a_memory_does_not_take_is_left_out_and_said() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let old = dir.path().join("old");
    write(&old, "good.md", "---\r\ntype: Note\r\n---\r\n# Good\r\n");
    write(&old, "open.md", "---\ntype: Note\n");
    write(&old, "flow.md", "---\n{type: Note}\n---\n");
    write(&old, ".obsidian/config", "{}");
    write(&old, "ontology/node-kinds.yaml", "version: 1\n");
    write(&old, "big.md", &"word ".repeat(300_000));
    std::fs::write(old.join("image.bin"), [0xff, 0, 1]).expect("it can be written");
    std::os::unix::fs::symlink("/etc", old.join("away")).expect("a link can be made");
    let report = run(dir.path(), &["init", "new", "--json", "--from", "old"]).json();
    let listed = |key: &str| -> Vec<String> {
        let paths = report[key].as_array().expect("a list").iter();
        paths.map(|p| p["path"].as_str().or(p.as_str()).expect("a path").to_owned()).collect()
    };
    assert_eq!(listed("leftOut"), [".obsidian", "away", "big.md", "image.bin", "ontology/node-kinds.yaml", "open.md"]);
    assert_eq!((listed("concepts"), listed("asTheyWere")), (vec!["good.md".to_owned()], vec!["flow.md".to_owned()]));
    let new = dir.path().join("new");
    run(&new, &["validate"]).ok();
    assert!(text(&new, "good.md").starts_with("---\r\nid: note:good\r\n"), "line ends stay what they were");
}

#[test]
fn the_new_folder_lies_beside_the_old_one_and_is_empty() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(&dir.path().join("old"), "a.md", "# A\n");
    let inside = run(dir.path(), &["init", "old/new", "--from", "old"]);
    assert_eq!(inside.code, 2, "{}", inside.stderr);
    assert!(!dir.path().join("old/new").exists());
    let taken = run(dir.path(), &["init", "old", "--from", "old"]);
    assert_eq!(taken.code, 1, "{}", taken.stderr);
    let missing = run(dir.path(), &["init", "new", "--from", "nowhere"]);
    assert_eq!(missing.code, 2, "{}", missing.stderr);
    assert!(!dir.path().join("new").exists());
}
