//! Where the memory is: below the folder, around it, within it, nowhere.

use super::client::{Editor, memory, page, restart};
use crate::cli::program::write;
use crate::support::TestRepo;
use serde_json::{Value, json};

const DANGLING: &str = "LK204";

#[test]
fn a_folder_within_a_repository() {
    let repo = memory();
    let mut editor = Editor::open(&repo.path().join("runbooks"));
    assert_eq!(editor.show("restart.md", &restart("service:gateway")), Vec::<Value>::new());
    assert_eq!(editor.write("restart.md", 2, &restart("service:gone"))[0]["code"], DANGLING);
    let definition = editor.at("definition", "restart.md", (5, 12));
    assert!(definition[0]["uri"].as_str().is_some_and(|uri| uri.ends_with("/graph/teams.yaml")), "{definition}");
}

#[test]
fn a_folder_that_is_no_repository_is_said_to_be_none() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut editor = Editor::open(dir.path());
    let told = editor.told("window/showMessage", |_| true);
    let message = told["message"].as_str().unwrap_or_default();
    assert!(message.contains("there is no memory in") && message.contains("lorekeep init"), "{message}");
    let uri = editor.uri("a.md");
    let document = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": "[[x"});
    editor.tell("textDocument/didOpen", &json!({"textDocument": document}));
    assert_eq!(editor.at("completion", "a.md", (0, 3)), Value::Null);
    // It may become one.
    let repo =
        crate::support::repo::git_command(crate::support::START).args(["init", "--quiet"]).arg(dir.path()).status();
    assert!(repo.expect("git can be started").success());
    let text = page("runbook:a", "Runbook", "A", "related:\n  depends_on: [service:gone]\n");
    assert_eq!(editor.show("b.md", &text)[0]["code"], DANGLING);
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn a_bare_repository_is_no_folder_to_edit_in() {
    let repo = memory().to_bare();
    let mut editor = Editor::open(repo.path());
    let told = editor.told("window/showMessage", |_| true);
    assert!(told["message"].as_str().is_some_and(|text| text.contains("bare")), "{told}");
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn a_memory_within_a_repository_of_code() {
    let restart = restart("service:gateway");
    let repo = TestRepo::with_files(&[
        (".company-brain/ontology/edge-kinds.yaml", "version: 1\nkinds:\n  depends_on: {}\n"),
        (".company-brain/runbooks/restart.md", &restart),
        ("src/main.md", "---\nid: nonsense\n---\n"),
    ]);
    let mut editor = Editor::open(repo.path());
    let found = editor.show(".company-brain/runbooks/restart.md", &restart);
    assert_eq!(found[0]["code"], DANGLING, "{found:?}");
    // What is beside the memory is none of its business, and no document of it.
    editor.tell(
        "textDocument/didOpen",
        &json!({"textDocument": {"uri": editor.uri("src/main.md"), "languageId": "markdown", "version": 1, "text": "[[r"}}),
    );
    assert_eq!(editor.at("completion", "src/main.md", (0, 3)), Value::Null);
    let service = page("service:gateway", "Service", "Gateway", "");
    editor.show(".company-brain/services/gateway.md", &service);
    let uri = editor.uri(".company-brain/runbooks/restart.md");
    editor.told("textDocument/publishDiagnostics", |p| p["uri"] == uri && p["diagnostics"] == json!([]));
}

#[test]
fn a_file_that_git_ignores_is_no_memory() {
    let repo = memory();
    write(repo.path(), ".gitignore", "drafts/\n");
    write(repo.path(), "drafts/a.md", "# A\n");
    let mut editor = Editor::open(repo.path());
    let wrong = page("runbook:a", "Runbok", "A", "");
    assert_eq!(editor.show("drafts/a.md", &wrong), Vec::<Value>::new());
    // One that is new counts until it turns out to be ignored.
    assert_ne!(editor.show("notes/a.md", &wrong), Vec::<Value>::new());
    assert_ne!(editor.show("drafts/b.md", &wrong), Vec::<Value>::new());
    write(repo.path(), "drafts/b.md", &wrong);
    editor.did("didSave", "drafts/b.md");
    let uri = editor.uri("drafts/b.md");
    editor.told("textDocument/publishDiagnostics", |p| p["uri"] == uri && p["diagnostics"] == json!([]));
}

#[test]
fn names_that_a_uri_has_to_escape() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    let text = page("service:wide", "Service", "Wide", "related:\n  depends_on: [service:gone]\n");
    write(repo.path(), "services/ünd so 100%.md", &text);
    let found = editor.show("services/%C3%BCnd%20so%20100%25.md", &text);
    assert_eq!(found[0]["code"], DANGLING);
    editor.did("didClose", "services/%C3%BCnd%20so%20100%25.md");
    editor.show("runbooks/restart.md", &restart("service:wide"));
    let definition = editor.at("definition", "runbooks/restart.md", (8, 18));
    assert_eq!(definition[0]["uri"], editor.uri("services/%C3%BCnd%20so%20100%25.md"));
    for uri in ["untitled:Untitled-1", "file:///%zz", "file://elsewhere/x.md", "", "file:///%00"] {
        let document = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": "x"});
        editor.tell("textDocument/didOpen", &json!({"textDocument": document}));
    }
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn a_file_that_is_named_through_a_link() {
    let repo = memory();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let link = dir.path().join("brain");
    std::os::unix::fs::symlink(repo.path(), &link).expect("links can be made");
    let mut editor = Editor::open(repo.path());
    let uri = format!("file://{}/runbooks/restart.md", link.display());
    let document = json!({"uri": uri, "languageId": "markdown", "version": 7, "text": restart("service:gone")});
    editor.tell("textDocument/didOpen", &json!({"textDocument": document}));
    let told = editor.told("textDocument/publishDiagnostics", |p| p["uri"] == uri);
    assert_eq!(told["diagnostics"][0]["code"], DANGLING);
}

#[test]
fn several_folders_are_several_memories() {
    let (one, two) = (memory(), memory());
    let mut editor = Editor::silent(one.path());
    let folder = |repo: &TestRepo| json!({"uri": format!("file://{}", repo.path().display()), "name": "x"});
    let params = json!({"workspaceFolders": [folder(&one), folder(&two)], "capabilities": {}});
    editor.ask("initialize", &params);
    editor.tell("initialized", &json!({}));
    editor.show("services/only.md", &page("service:only", "Service", "Only here", ""));
    assert_eq!(editor.show("runbooks/restart.md", &restart("service:only")), Vec::<Value>::new());
    let uri = format!("file://{}/runbooks/restart.md", two.path().display());
    let document = json!({"uri": uri, "languageId": "markdown", "version": 3, "text": restart("service:only")});
    editor.tell("textDocument/didOpen", &json!({"textDocument": document}));
    let told = editor.told("textDocument/publishDiagnostics", |p| p["uri"] == uri);
    assert_eq!(told["diagnostics"][0]["code"], DANGLING);
}
