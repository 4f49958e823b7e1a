//! `lorekeep ontology`: infer, show, schema.

use super::program::{commit, memory, outcome, run, write};
use crate::support::repo::git_command;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

fn git(folder: &Path, args: &[&str]) {
    let ran = outcome(git_command(crate::support::START).current_dir(folder).args(args));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// A repository of 120 services that nobody wrote an ontology for, with habits, exceptions and faults.
fn grown() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    git(dir.path(), &["init", "-q", "-b", "main"]);
    let mut all = String::new();
    for n in 0..120 {
        let prefix = if n == 5 { "svc" } else { "service" };
        let tier = if n == 9 { "" } else { "  tier: 1\n" };
        let to = (n + 1) % 120;
        let to = if n == 4 { "service:gone".to_owned() } else { format!("service:S{}", if to == 5 { 6 } else { to }) };
        let _ = write!(
            all,
            "---\nnodeKind: Service\nid: {prefix}:S{n}\nattributes:\n  displayName: S{n}\n{tier}edges: {{calls: [{to}]}}\n"
        );
    }
    write(dir.path(), "graph/services.yaml", &all);
    write(dir.path(), "graph/again.yaml", "nodeKind: Service\nid: service:S1\ndisplayName: again\ntier: 2\n");
    write(dir.path(), "graph/broken.yaml", "nodeKind: [\n");
    write(dir.path(), "graph/schema.yaml", "nodeKinds: [Service]\naliases: [{a: b}]\n");
    write(dir.path(), "graph/wiki/page.md", "---\nid: page:wiki\nnodeKind: Page\n---\n# Page\n");
    commit(dir.path(), "As it grew");
    dir
}

fn codes(json: &Value) -> BTreeSet<&str> {
    json["findings"].as_array().expect("a list").iter().filter_map(|f| f["code"].as_str()).collect()
}

#[test]
fn with_the_inferred_ontology_only_the_real_faults_are_left() {
    let dir = grown();
    let inferred = run(dir.path(), &["ontology", "infer", "--json"]);
    let report = inferred.json();
    assert_eq!(report["nodeKinds"], serde_json::json!({"Page": 1, "Service": 121}));
    let left = serde_json::json!({"LK002 invalid-yaml": 1, "LK204 dangling-edge": 1, "LK205 duplicate-id": 1});
    assert_eq!(report["remaining"], left);
    let validated = run(dir.path(), &["validate", "--json"]).json();
    assert_eq!(codes(&validated), BTreeSet::from(["LK002", "LK204", "LK205"]));
    write(dir.path(), "graph/new.yaml", "nodeKind: Service\nid: service:New\ndisplayName: New\n");
    let validated = run(dir.path(), &["validate", "--json"]).json();
    assert!(codes(&validated).contains("LK101"), "what is new is held to what the others have");
}

#[test]
fn the_same_repository_gives_the_same_files_from_a_commit_and_from_disk() {
    let dir = grown();
    let from_disk = run(dir.path(), &["ontology", "infer", "--stdout"]).ok();
    assert_eq!(from_disk, run(dir.path(), &["ontology", "infer", "--rev", "main", "--stdout"]).ok());
    assert!(
        from_disk.contains("  # 121 records\n  Service:\n    idPrefix: service\n    idCharacters: A-Z\n")
            || from_disk.contains("idCharacters: \"A-Z\""),
        "{from_disk}"
    );
    assert!(!dir.path().join("ontology").exists(), "printing writes nothing");
}

#[test]
fn files_that_are_there_are_replaced_only_by_force() {
    let dir = memory();
    let refused = run(dir.path(), &["ontology", "infer"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("is there already: give --force"), "{}", refused.stderr);
    run(dir.path(), &["ontology", "infer", "--dry-run"]).ok();
    let kinds = dir.path().join("ontology/node-kinds.yaml");
    assert!(std::fs::read_to_string(&kinds).expect("it is text").contains("Runbook"), "nothing was written");
    run(dir.path(), &["ontology", "infer", "--force"]).ok();
    assert!(!std::fs::read_to_string(&kinds).expect("it is text").contains("Runbook"), "only kinds in use are left");
    run(dir.path(), &["validate"]).ok();
}

#[test]
fn a_bare_repository_is_read_and_not_written() {
    let dir = grown();
    git(dir.path(), &["clone", "-q", "--bare", ".", "bare.git"]);
    let bare = dir.path().join("bare.git");
    let refused = run(&bare, &["ontology", "infer"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    run(&bare, &["ontology", "infer", "--out", "../out"]).ok();
    assert!(dir.path().join("out/edge-kinds.yaml").is_file());
}

#[test]
fn the_ontology_that_counts_is_shown() {
    let dir = memory();
    let shown = run(dir.path(), &["ontology", "show"]);
    assert!(shown.stderr.contains("the repository's own"), "{}", shown.stderr);
    assert!(shown.ok().contains("  Runbook:\n    description: "));
    let json = run(dir.path(), &["ontology", "show", "--rev", "main", "--json"]).json();
    assert_eq!(json["nodeKinds"]["Runbook"]["required"], serde_json::json!(["title", "status", "owners", "updatedAt"]));
    assert!(json["commit"].is_string() && json["declared"] == true);
}

#[test]
fn a_schema_names_the_kinds_of_this_repository() {
    let dir = memory();
    write(dir.path(), "ontology/node-kinds.yaml", "version: 1\nkinds: {Recipe: {required: [title]}}\n");
    let graph = run(dir.path(), &["ontology", "schema"]).json();
    assert_eq!(graph["$defs"]["record"]["properties"]["nodeKind"]["enum"], serde_json::json!(["Recipe"]));
    let note = run(dir.path(), &["ontology", "schema", "--kind", "front-matter"]).json();
    assert_eq!(note["properties"]["kind"]["enum"], serde_json::json!(["Recipe"]));
}
