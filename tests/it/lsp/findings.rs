//! Findings in the editor are those of `validate`, and are told when they change.

use super::client::{Editor, memory, page, restart};
use crate::cli::program::{run, write};
use serde_json::{Value, json};

const FILE: &str = "runbooks/restart.md";

/// Code, line and column of each finding, from 1.
fn in_editor(found: &[Value]) -> Vec<(String, u64, u64)> {
    let of = |f: &Value| {
        let start = &f["range"]["start"];
        let number = |key: &str| start[key].as_u64().map_or(0, |n| n + 1);
        (f["code"].as_str().unwrap_or_default().to_owned(), number("line"), number("character"))
    };
    found.iter().map(of).collect()
}

/// The same of `validate`, by file.
fn on_the_command_line(folder: &std::path::Path, file: &str) -> Vec<(String, u64, u64)> {
    let report = run(folder, &["validate", "--json", file]).json();
    let of = |f: &Value| {
        let number = |key: &str| f[key].as_u64().unwrap_or_default();
        (f["code"].as_str().unwrap_or_default().to_owned(), number("line"), number("column"))
    };
    report["findings"].as_array().expect("findings are a list").iter().map(of).collect()
}

/// Files that are wrong in many ways.
fn wrong_files() -> Vec<(&'static str, String)> {
    let edges = "related:\n  own_by: [team:x, service:nothing]\n  supersedes: [decision:queues, runbook:a]\n";
    vec![
        (FILE, page("runbook:restart", "Runbok", "Wrong: kind", edges)),
        ("services/gateway.md", page("runbook:restart", "Service", "Taken", "tags: {a: b}\n")),
        ("services/Gateway.md", page("service:upper", "Service", "Same name", "status: again\n")),
        ("services/a b é.md", page("service:A B", "Service", "Name", "updatedAt: 5\n")),
        ("runbooks/a.md", page("runbook:a", "Runbook", "A", "related: {supersedes: [runbook:b]}\n")),
        ("runbooks/b.md", page("runbook:b", "Runbook", "B", "related: {supersedes: [runbook:a, service:no]}\n")),
        ("graph/teams.yaml", "nodeKind: Team\nid: team:platform\n---\nnodeKind: Team\nid: team:platform\n".to_owned()),
        ("graph/broken.yaml", "nodeKind: [\n".to_owned()),
        ("notes/plain.md", "---\nnever: closed\n".to_owned()),
    ]
}

/// Shows files in an editor and edits them one after the other; and compares what it says in the end with what the
/// command line says of the same files on disk.
fn assert_same(files: &[(&str, String)]) {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    files.iter().for_each(|(path, _)| drop(editor.show(path, "# Not yet\n")));
    files.iter().for_each(|(path, text)| drop(editor.write(path, 2, text)));
    let told: Vec<_> = files.iter().map(|(path, text)| in_editor(&editor.write(path, 3, text))).collect();
    files.iter().for_each(|(path, text)| write(repo.path(), path, text));
    for ((path, _), told) in files.iter().zip(told) {
        let expected = on_the_command_line(repo.path(), path);
        assert!(!expected.is_empty() || *path == "runbooks/a.md" || path.starts_with("ontology/"), "{path} is wrong");
        assert_eq!(told, expected, "{path}");
    }
}

#[test]
fn they_are_those_of_validate() {
    assert_same(&wrong_files());
}

#[test]
fn they_are_those_of_validate_beside_an_ontology() {
    let mut files = wrong_files();
    let kinds = "version: 1\nkinds:\n  Team: {statuses: 5}\n  Service: {idPrefix: srv}\n";
    files.push(("ontology/node-kinds.yaml", kinds.to_owned()));
    assert_same(&files);
}

#[test]
fn what_only_another_file_shows_is_found() {
    // One end of a cycle, a second declaration, a name that differs by case: each in a file that is not open.
    let repo = memory();
    wrong_files().iter().for_each(|(path, text)| write(repo.path(), path, text));
    for (path, text) in wrong_files() {
        let mut editor = Editor::open(repo.path());
        assert_eq!(in_editor(&editor.show(path, &text)), on_the_command_line(repo.path(), path), "{path}");
        let edited = in_editor(&editor.write(path, 2, &format!("{text}\n")));
        write(repo.path(), path, &format!("{text}\n"));
        assert_eq!(edited, on_the_command_line(repo.path(), path), "{path}");
    }
}

#[test]
fn an_edit_is_seen_in_the_other_open_files() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    assert_eq!(editor.show(FILE, &restart("service:gateway")), Vec::<Value>::new());
    editor.show("services/gateway.md", &page("service:gateway", "Service", "Gateway", ""));
    editor.write("services/gateway.md", 2, &page("service:door", "Service", "Gateway", ""));
    let uri = editor.uri(FILE);
    let told = editor.told("textDocument/publishDiagnostics", |p| p["uri"] == uri && p["diagnostics"] != json!([]));
    assert_eq!(told["diagnostics"][0]["code"], "LK204");
    assert_eq!(told["version"], 1);
}

#[test]
fn a_duplicate_shows_the_first_declaration() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    let found = editor.show("services/second.md", &page("service:gateway", "Service", "Second", ""));
    assert_eq!(found[0]["code"], "LK205");
    let related = &found[0]["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], editor.uri("services/gateway.md"));
    assert_eq!(related["location"]["range"]["start"], json!({"line": 1, "character": 4}));
    assert_eq!(related["message"], "it is declared here first");
}

#[test]
fn an_ontology_counts_as_it_is_typed() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    editor.show(FILE, &page("runbook:restart", "Playbook", "Restart", ""));
    let uri = editor.uri(FILE);
    editor.show("ontology/node-kinds.yaml", "version: 1\nkinds:\n  Playbook: {idPrefix: runbook}\n");
    let told = editor.told("textDocument/publishDiagnostics", |p| p["uri"] == uri && p["diagnostics"] == json!([]));
    assert_eq!(told["version"], 1);
}

#[test]
fn closing_forgets_what_was_not_saved() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    editor.show("services/gateway.md", &page("service:door", "Service", "Gateway", ""));
    assert_eq!(editor.show(FILE, &restart("service:gateway"))[0]["code"], "LK204");
    editor.did("didClose", "services/gateway.md");
    let (gateway, restarted) = (editor.uri("services/gateway.md"), editor.uri(FILE));
    editor.told("textDocument/publishDiagnostics", |p| p["uri"] == gateway && p["diagnostics"] == json!([]));
    editor.told("textDocument/publishDiagnostics", |p| p["uri"] == restarted && p["diagnostics"] == json!([]));
}

#[test]
fn what_changes_on_disk_is_seen() {
    let repo = memory();
    let watching = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let (mut editor, _) = Editor::with_capabilities(repo.path(), &watching);
    let asked = editor.told("client/registerCapability", |_| true);
    assert_eq!(asked["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    assert_eq!(editor.show(FILE, &restart("service:new"))[0]["code"], "LK204");
    write(repo.path(), "services/new.md", &page("service:new", "Service", "New", ""));
    let event = json!({"uri": editor.uri("services/new.md"), "type": 1});
    editor.tell("workspace/didChangeWatchedFiles", &json!({"changes": [event]}));
    let uri = editor.uri(FILE);
    editor.told("textDocument/publishDiagnostics", |p| p["uri"] == uri && p["diagnostics"] == json!([]));
}

#[test]
fn fast_typing_ends_with_the_findings_of_the_last_text() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    editor.show(FILE, &restart("service:gateway"));
    for version in 2..200 {
        editor.change(FILE, version, &json!([{"text": restart(&format!("service:gate{version}"))}]));
    }
    let found = editor.write(FILE, 200, &restart("service:gateway"));
    assert_eq!(found, Vec::<Value>::new());
}
