//! A whole session, as an editor leads it.

use super::client::{Editor, memory, restart};
use serde_json::{Value, json};

const FILE: &str = "runbooks/restart.md";

/// The line of the edge in the runbook.
const EDGE: usize = 8;

fn labels(completion: &Value) -> Vec<&str> {
    completion["items"].as_array().into_iter().flatten().filter_map(|item| item["label"].as_str()).collect()
}

fn place(location: &Value) -> (String, u64, u64) {
    let start = &location["range"]["start"];
    let name = location["uri"].as_str().and_then(|uri| uri.rsplit('/').next()).unwrap_or_default();
    (name.to_owned(), start["line"].as_u64().unwrap_or(99), start["character"].as_u64().unwrap_or(99))
}

#[test]
fn an_editor_is_served_from_hello_to_goodbye() {
    let repo = memory();
    let (mut editor, offer) = Editor::with_capabilities(repo.path(), &json!({}));
    assert_eq!(offer["serverInfo"]["name"], "lorekeep");
    let offered = &offer["capabilities"];
    assert_eq!(offered["positionEncoding"], "utf-16");
    assert_eq!(offered["textDocumentSync"]["change"], 2);
    for ability in ["definitionProvider", "referencesProvider", "hoverProvider"] {
        assert_eq!(offered[ability], true, "{ability}");
    }

    // What is wrong is told as soon as the document is open, though the file on disk is right.
    let found = editor.show(FILE, &restart("service:gatway"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["code"], "LK204");
    assert_eq!(found[0]["severity"], 1);
    assert_eq!(found[0]["source"], "lorekeep dangling-edge");
    assert_eq!(found[0]["range"]["start"], json!({"line": EDGE, "character": 15}));
    assert_eq!(found[0]["range"]["end"], json!({"line": EDGE, "character": 29}));
    assert!(found[0]["message"].as_str().is_some_and(|text| text.ends_with("help: did you mean `service:gateway`?")));

    // The finding can be mended where it stands.
    let range = found[0]["range"].clone();
    let params = json!({"textDocument": {"uri": editor.uri(FILE)}, "range": range, "context": {"diagnostics": found}});
    let actions = editor.ask("textDocument/codeAction", &params);
    assert_eq!(actions[0]["title"], "Write `service:gateway`");
    assert_eq!(actions[0]["kind"], "quickfix");
    let edit = actions[0]["edit"]["changes"][editor.uri(FILE)][0].clone();
    editor.change(FILE, 2, &json!([{"range": edit["range"], "text": edit["newText"]}]));
    assert_eq!(editor.findings(FILE, 2), Vec::<Value>::new());

    let completion = editor.at("completion", FILE, (EDGE, 23));
    assert_eq!(labels(&completion), ["service:gateway"]);
    assert_eq!(completion["items"][0]["detail"], "Gateway");
    let edit = &completion["items"][0]["textEdit"];
    assert_eq!(edit["newText"], "service:gateway");
    assert_eq!(edit["range"]["start"], json!({"line": EDGE, "character": 15}));
    assert_eq!(edit["range"]["end"], json!({"line": EDGE, "character": 23}));

    let definition = editor.at("definition", FILE, (EDGE, 20));
    assert_eq!(definition.as_array().map(Vec::len), Some(1));
    assert_eq!(place(&definition[0]), ("gateway.md".to_owned(), 1, 4));

    let references = editor.at("references", FILE, (1, 8));
    let places: Vec<_> = references.as_array().into_iter().flatten().map(place).collect();
    let expected = [("queues.md", 11, 4), ("plain.md", 2, 32), ("restart.md", 1, 4)];
    assert_eq!(places, expected.map(|(file, line, character)| (file.to_owned(), line, character)));

    let hover = editor.at("hover", FILE, (EDGE, 20));
    let card = hover["contents"]["value"].as_str().unwrap_or_default();
    for part in ["**Gateway**", "Service · approved", "`service:gateway`", "team:platform", "services/gateway.md"] {
        assert!(card.contains(part), "{part}: {card}");
    }
    assert_eq!(editor.leave(), Some(0));
}

#[test]
fn owners_are_declared_and_named_like_all_else() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    editor.show(FILE, &restart("service:gateway"));
    let definition = editor.at("definition", FILE, (5, 12));
    assert_eq!(place(&definition[0]), ("teams.yaml".to_owned(), 1, 4));
    let references = editor.at("references", FILE, (5, 12));
    let files: Vec<_> = references.as_array().into_iter().flatten().map(|r| place(r).0).collect();
    assert_eq!(files, ["queues.md", "teams.yaml", "teams.yaml", "restart.md", "gateway.md"]);
}

#[test]
fn links_and_aliases_lead_to_what_they_mean() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    let text = "# Page\n\n[[queue decision]] [x](../services/gateway.md) [[plain]] [[notes/plain]] service:gateway.\n";
    editor.show("notes/new.md", text);
    for (column, file) in [(5, "queues.md"), (25, "gateway.md"), (52, "plain.md"), (64, "plain.md"), (80, "gateway.md")]
    {
        let definition = editor.at("definition", "notes/new.md", (2, column));
        assert_eq!(place(&definition[0]).0, file, "column {column}");
    }
    assert_eq!(editor.at("definition", "notes/new.md", (0, 3)), json!([]));
}

#[test]
fn kinds_and_findings_are_explained_where_they_stand() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    editor.show(FILE, &restart("service:gatway"));
    let text = |hover: &Value| hover["contents"]["value"].as_str().unwrap_or_default().to_owned();
    let kind = text(&editor.at("hover", FILE, (2, 8)));
    assert!(kind.contains("**Runbook**: a kind of record") && kind.contains("`runbook:`"), "{kind}");
    let edge = text(&editor.at("hover", FILE, (EDGE, 5)));
    assert!(edge.contains("**depends_on**: a kind of edge") && edge.contains("required_by"), "{edge}");
    let manual = text(&editor.at("hover", FILE, (EDGE, 20)));
    assert!(manual.contains("## LK204 dangling-edge") && manual.contains("How to mend it"), "{manual}");
    assert_eq!(editor.at("hover", FILE, (9, 1)), Value::Null);
}
