//! `lorekeep report`, and the indexes that `lorekeep index --export` writes.

use super::program::{commit, memory, outcome, run, runbook, write};
use crate::support::repo::git_command;
use serde_json::Value;
use std::path::Path;

fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A memory with two runbooks, one of which leads to the other.
fn two() -> tempfile::TempDir {
    let dir = memory();
    let edge = "related:\n  depends_on: [runbook:b]\n---\n#";
    write(dir.path(), "runbooks/a.md", &runbook("a", "A", "Fine.").replacen("---\n#", edge, 1));
    write(dir.path(), "runbooks/b.md", &runbook("b", "B", "Fine."));
    write(dir.path(), "runbooks/c.md", &runbook("c", "C", "Alone.").replace("owners: [team:platform]", "owners: []"));
    commit(dir.path(), "Three runbooks");
    dir
}

#[test]
fn a_report_lists_what_wants_care() {
    let dir = two();
    let ran = run(dir.path(), &["report", "--as-of", "2026-12-31T00:00:00Z", "--stale-after", "90d"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let shown: String = ran
        .stdout
        .lines()
        .filter(|line| line.contains("runbook:") || line.ends_with(')'))
        .map(|line| format!("{line}\n"))
        .collect();
    insta::assert_snapshot!(shown, @r"
    unowned: nobody owns them (1)
      runbook:c  runbooks/c.md
    stale: approved, and not updated for more than 90 days (3)
      runbook:a  runbooks/a.md  234 days
      runbook:b  runbooks/b.md  234 days
      runbook:c  runbooks/c.md  234 days
    orphans: nothing leads to them, and they lead nowhere (2)
      runbook:c  runbooks/c.md
    ");
    let json = run(dir.path(), &["report", "--json", "--as-of", "2026-12-31T00:00:00Z"]).json();
    assert_eq!(
        (&json["stale"]["total"], &json["staleAfterDays"], &json["asOf"]),
        (&3.into(), &180.into(), &"2026-12-31T00:00:00Z".into())
    );
    let before = run(dir.path(), &["report", "--rev", "main~1", "--json"]).json();
    assert_eq!(before["stale"]["total"], 0, "{before}");
    assert_eq!(run(dir.path(), &["report", "--stale-after", "soon"]).code, 2);
    assert_eq!(run(dir.path(), &["report", "--limit", "0"]).code, 2);
}

#[test]
fn exported_indexes_hold_the_graph_the_files_and_the_report() {
    let dir = two();
    run(dir.path(), &["index", "--export"]).ok();
    let graph: Value = serde_json::from_str(&read(dir.path(), "indexes/graph-index.json")).unwrap();
    let edge = serde_json::json!({"from": "runbook:a", "kind": "depends_on", "to": "runbook:b"});
    assert!(graph["edges"].as_array().unwrap().contains(&edge), "{graph}");
    assert!(graph["nodes"].as_array().unwrap().iter().any(|node| node["id"] == "runbook:c"), "{graph}");
    let manifest: Value = serde_json::from_str(&read(dir.path(), "indexes/search-manifest.json")).unwrap();
    let file = manifest["files"].as_array().unwrap().iter().find(|file| file["path"] == "runbooks/b.md").unwrap();
    let digest = lorekeep::base::Digest::of(read(dir.path(), "runbooks/b.md").as_bytes());
    assert_eq!((&file["digest"], &file["class"]), (&digest.to_string().into(), &"markdown".into()));
    let report: Value = serde_json::from_str(&read(dir.path(), "indexes/ontology-report.json")).unwrap();
    assert_eq!((&report["kinds"]["Runbook"], &report["edgeKinds"]["depends_on"]), (&3.into(), &1.into()), "{report}");
    assert_eq!(report["report"]["orphans"]["items"][0]["id"], "runbook:c", "{report}");
    for index in [&graph, &manifest, &report] {
        assert_eq!((&index["format"], &index["contentDigest"]), (&1.into(), &graph["contentDigest"]));
        assert_eq!(index["sourceCommit"], run(dir.path(), &["resolve-ref"]).ok().trim());
    }
}

#[test]
fn exports_are_the_same_bytes_wherever_they_are_made() {
    let (dir, clone, elsewhere) = (two(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(dir.path(), &["index", "--export"]).ok();
    let mut git = git_command(crate::support::START);
    outcome(git.args(["clone", "--quiet", "--bare"]).arg(dir.path()).arg(clone.path().join("b.git"))).ok();
    assert_eq!(run(&clone.path().join("b.git"), &["index", "--export"]).code, 2, "a bare one has no folder for it");
    let folder = elsewhere.path().to_str().unwrap();
    run(&clone.path().join("b.git"), &["index", "--export", folder]).ok();
    for name in ["graph-index.json", "ontology-report.json", "search-manifest.json"] {
        assert_eq!(read(dir.path(), &format!("indexes/{name}")), read(elsewhere.path(), name), "{name}");
    }
}

#[test]
fn a_committed_index_is_current_until_a_file_changes() {
    let dir = two();
    let stale = || run(dir.path(), &["validate"]).stdout.matches("[LK701 stale-index]").count();
    run(dir.path(), &["index", "--export"]).ok();
    assert_eq!(stale(), 0);
    commit(dir.path(), "Export the indexes");
    let kept = read(dir.path(), "indexes/graph-index.json");
    let ran = run(dir.path(), &["index", "--export", "--json"]);
    assert_eq!(ran.json()["exported"]["written"], serde_json::json!([]), "{}", ran.stdout);
    assert_eq!((read(dir.path(), "indexes/graph-index.json"), stale()), (kept.clone(), 0));
    write(dir.path(), "runbooks/d.md", &runbook("d", "D", "New."));
    assert_eq!(stale(), 3);
    commit(dir.path(), "One more");
    assert_eq!(run(dir.path(), &["validate", "--rev", "main", "--base", "main~1"]).stdout.matches("LK701").count(), 3);
    run(dir.path(), &["index", "--export"]).ok();
    assert_eq!(stale(), 0);
    assert_ne!(read(dir.path(), "indexes/graph-index.json"), kept);
}

#[test]
fn an_export_follows_no_link() {
    let (dir, outside) = (two(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(outside.path(), dir.path().join("indexes")).unwrap();
    assert_eq!(run(dir.path(), &["index", "--export"]).code, 2);
    assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
    std::fs::remove_file(dir.path().join("indexes")).unwrap();
    std::fs::create_dir(dir.path().join("indexes")).unwrap();
    let target = outside.path().join("target");
    std::fs::write(&target, "kept").unwrap();
    std::os::unix::fs::symlink(&target, dir.path().join("indexes/graph-index.json")).unwrap();
    run(dir.path(), &["index", "--export"]).ok();
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "kept");
    assert!(read(dir.path(), "indexes/graph-index.json").contains("runbook:a"));
}
