//! Reports: what is on each list, in which order, and what a narrowed caller sees of it.

use super::support::{Memory, globs};
use lorekeep::base::Timestamp;
use lorekeep::query::{Listed, MemoryReport, ReportRequest, Visibility};
use serde_json::{Value, json};

fn request(limit: usize) -> ReportRequest {
    let as_of = Timestamp::parse("2026-06-01T00:00:00Z").unwrap();
    ReportRequest { as_of, stale_after: 30 * 86_400, limit }
}

/// A page with a status, more lines of front matter, and a body.
fn page(id: &str, status: &str, more: &str, body: &str) -> String {
    format!(
        "---\nid: {id}\nkind: Term\ntitle: {id}\nstatus: {status}\nowners: [team:platform]\nupdatedAt: 2026-05-20T00:00:00Z\n{more}---\n# {id}\n\n{body}\n"
    )
}

/// A memory with something for every list.
fn memory() -> Memory {
    Memory::default()
        .with("terms/hub.md", page("term:hub", "approved", "aliases: [the hub, term:alone]\n", "See [[term:linked]]."))
        .with("terms/linked.md", page("term:linked", "approved", "aliases: [the hub]\n", ""))
        .with("terms/alone.md", page("term:alone", "draft", "", ""))
        .with("terms/noted.md", page("term:noted", "draft", "", ""))
        .with("notes/free.md", "# Free\n\nOf [[term:noted]].\n")
        .with(
            "terms/old.md",
            page("term:old", "approved", "related:\n  depends_on: [term:gone, term:hub]\n", "")
                .replace("2026-05-20", "2026-01-20"),
        )
        .with(
            "terms/older.md",
            page("term:older", "approved", "repoRefs: [repository:shop]\n", "").replace("2026-05-20", "2025-01-20"),
        )
        .with(
            "terms/odd.md",
            page("term:odd", "approved", "related:\n  applies_to_repo: [repository:shop]\n", "")
                .replace("2026-05-20T00:00:00Z", "soon"),
        )
        .with(
            "terms/draft.md",
            page("term:draft", "draft", "", "See [[term:hub]].").replace("2026-05-20", "2020-01-20"),
        )
        .with(
            "terms/nobody.md",
            page("term:nobody", "draft", "sensitivity: restricted\n", "See [[term:hub]].")
                .replace("owners: [team:platform]\n", ""),
        )
        .with("terms/kept.md", page("term:kept", "draft", "sensitivity: secret-metadata\n", "See [[term:hub]]."))
        .with(
            "graph/sidecar.yaml",
            "extendsNode:\n  nodeKind: Term\n  id: term:nowhere\nedges:\n  depends_on: [term:hub]\n",
        )
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

fn json_of(report: &MemoryReport) -> Value {
    serde_json::to_value(report).unwrap()
}

#[test]
fn every_list_holds_what_belongs_on_it_in_order() {
    let report = json_of(&memory().asking().report(&request(100)));
    assert_eq!(ids(&report["unowned"]), ["term:nobody"]);
    assert_eq!(
        report["stale"]["items"][0],
        json!({"id": "term:older", "path": "terms/older.md", "updatedAt": "2025-01-20T00:00:00Z", "days": 497})
    );
    assert_eq!(ids(&report["stale"]), ["term:older", "term:old"]);
    assert_eq!(
        report["dangling"]["items"],
        json!([
            {"id": "term:nowhere", "path": "graph/sidecar.yaml", "kind": "extendsNode", "target": "term:nowhere"},
            {"id": "term:old", "path": "terms/old.md", "kind": "depends_on", "target": "term:gone"},
        ])
    );
    assert_eq!(ids(&report["orphans"]), ["term:alone"]);
    assert_eq!(
        report["sensitive"]["items"],
        json!([{"id": "term:kept", "sensitivity": "secret-metadata"}, {"id": "term:nobody", "sensitivity": "restricted"}])
    );
    assert_eq!(
        report["duplicateAliases"]["items"],
        json!([{"alias": "term:alone", "ids": ["term:alone", "term:hub"]}, {"alias": "the hub", "ids": ["term:hub", "term:linked"]}])
    );
    assert_eq!(report["unresolved"]["items"], json!([{"id": "repository:shop", "edges": 2}]));
}

#[test]
fn the_same_commit_and_moment_give_the_same_report() {
    let memory = memory();
    let once = memory.asking().report(&request(100));
    let other_way: Vec<Vec<String>> = memory.paths().into_iter().rev().map(|path| vec![path]).collect();
    assert_eq!(json_of(&once), json_of(&memory.landed(&other_way).report(&request(100))));
    let later = ReportRequest { as_of: Timestamp::parse("2026-06-30T00:00:00Z").unwrap(), ..request(100) };
    assert_eq!(memory.asking().report(&later).stale.total, 4);
}

#[test]
fn lists_are_cut_and_say_how_long_they_are() {
    let mut memory = Memory::default();
    for n in 0..30 {
        memory = memory.with(&format!("terms/{n:02}.md"), page(&format!("term:{n:02}"), "draft", "", ""));
    }
    let Listed { total, items } = memory.asking().report(&request(7)).orphans;
    assert_eq!((total, items.len()), (30, 7));
    assert_eq!(items[6].id, "term:06");
}

#[test]
fn a_narrowed_caller_is_told_of_nothing_outside() {
    let memory = memory()
        .with(
            "hidden/a.md",
            page("term:hidden", "approved", "aliases: [the hub]\n", "See [[term:alone]].")
                .replace("2026-05-20", "2020-05-20"),
        )
        .with("terms/to-hidden.md", page("term:to-hidden", "draft", "related:\n  depends_on: [term:hidden]\n", ""));
    let open = json_of(&memory.asking().report(&request(100)));
    assert!(open.to_string().contains("term:hidden") && !ids(&open["orphans"]).contains(&"term:alone"), "{open}");
    let narrowed =
        memory.asking().seeing(Visibility { include_paths: Some(globs(&["terms/**"])), ..Visibility::default() });
    let report = narrowed.report(&request(100));
    assert!(
        !format!("{report:?}").contains("hidden/") && !format!("{report:?}").contains("\"term:hidden\""),
        "{report:?}"
    );
    let json = json_of(&report);
    assert!(!json.to_string().contains("graph/"), "{json}");
    assert_eq!(ids(&json["orphans"]), ["term:alone", "term:noted"], "what links to them is not seen");
    assert_eq!(report.denied_scopes.iter().map(|denied| denied.omitted).sum::<usize>(), 3);
}

#[test]
fn no_secret_is_in_a_report() {
    let secret = ["ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat();
    let more = format!("aliases: [{secret}]\nrelated:\n  depends_on: [\"term:{secret}\"]\n");
    let memory = Memory::default()
        .with("terms/a.md", page("term:a", "draft", &more, ""))
        .with("terms/b.md", page("term:b", "draft", &more, ""));
    let report = memory.asking().report(&request(100));
    assert_eq!((report.dangling.total, report.duplicate_aliases.total), (2, 1));
    assert!(!format!("{report:?}").contains(&secret[4..]), "{report:?}");
}
