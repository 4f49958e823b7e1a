//! What is suggested where; most documents do not parse while they are being typed.

use super::client::{Editor, cursor, memory};
use serde_json::Value;

const PAGE: &str = "runbooks/typing.md";
const GRAPH: &str = "graph/typing.yaml";

fn labels(completion: &Value) -> Vec<String> {
    let items = completion["items"].as_array().into_iter().flatten();
    items.filter_map(|item| item["label"].as_str().map(str::to_owned)).collect()
}

/// The statuses of a team.
const TEAM: &[&str] = &["approved", "archived", "deprecated", "draft"];

/// What is suggested at the cursor of each text, in one session.
fn suggested(path: &str, texts: &[&str]) -> Vec<Vec<String>> {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    editor.show(path, "");
    let mut all = Vec::new();
    for (version, text) in (2..).zip(texts) {
        let (text, place) = cursor(text);
        editor.change(path, version, &serde_json::json!([{"text": text}]));
        all.push(labels(&editor.at("completion", path, place)));
    }
    all
}

#[track_caller]
fn assert_suggests(path: &str, cases: &[(&str, &[&str])]) {
    let texts: Vec<&str> = cases.iter().map(|(text, _)| *text).collect();
    for ((text, expected), got) in cases.iter().zip(suggested(path, &texts)) {
        assert_eq!(got, *expected, "{text}");
    }
}

#[test]
fn ids_where_an_edge_leads() {
    assert_suggests(
        PAGE,
        &[
            ("---\nrelated:\n  depends_on: [serv¦", &["service:gateway"]),
            ("---\nrelated:\n  depends_on: [service:¦]\n---\n", &["service:gateway"]),
            ("---\nrelated: {depends_on: [decision:queues, \"run¦", &["runbook:restart"]),
            (
                "---\nrelated:\n  depends_on:\n    - service:gateway\n    - runbook:¦\nstatus: approved\n",
                &["runbook:restart"],
            ),
            ("---\nrelated:\n  depends_on:\n  - runb¦", &["runbook:restart"]),
            ("---\nrelated:\n  depends_on: [\n    runbook:restart,\n    deci¦\n", &["decision:queues"]),
            ("---\nrelated:\n  depends_on: decision:¦\n  oops: [\n---\n", &["decision:queues"]),
            // By what a record is called, too.
            ("---\nrelated:\n  depends_on: [queues ov¦", &["decision:queues"]),
        ],
    );
}

#[test]
fn ids_of_the_right_kind_come_first() {
    let all = suggested(PAGE, &["---\nowners: [¦", "---\nrelated:\n  owned_by: ¦", "---\nrelated:\n  depends_on: ¦"]);
    assert_eq!(all[0][0], "team:platform");
    assert_eq!(all[1][0], "team:platform");
    assert_eq!(all[2], ["decision:queues", "runbook:restart", "service:gateway", "team:platform"]);
}

#[test]
fn words_of_fields() {
    assert_suggests(
        PAGE,
        &[
            (
                "---\nkind: Run¦",
                &[
                    "RunArtifactManifest",
                    "RunJournalEvent",
                    "RunRetrospective",
                    "RunTaskResult",
                    "Runbook",
                    "BabysitterRun",
                ],
            ),
            ("---\nkind: Runbook\nstatus: ¦", &["approved", "archived", "deprecated", "draft"]),
            ("---\nstatus: run¦\nkind: BabysitterRun\n---\n", &["running"]),
            ("---\ntags:\n  - ed¦", &["edge"]),
            ("---\nsensitivity: int¦", &["internal"]),
            ("---\nkind: BabysitterRun\nretentionTier: full¦", &["full-journal-redacted"]),
            ("---\nkind: Runbook\nid: ¦", &["runbook:typing"]),
            ("---\nstat¦", &["status"]),
            ("---\nkind: BabysitterRun\ndurat¦", &["durationMs"]),
            ("---\nrelated:\n  depen¦", &["depends_on"]),
            ("---\nrelated: {depen¦", &["depends_on"]),
        ],
    );
}

#[test]
fn graph_records() {
    assert_suggests(
        GRAPH,
        &[
            ("nodeKind: Runb¦", &["Runbook"]),
            ("nodeK¦", &["nodeKind"]),
            ("nodeKind: Runbook\nattributes:\n  sta¦", &["status"]),
            ("nodeKind: Runbook\nattributes:\n  status: arch¦", &["archived"]),
            ("nodeKind: Runbook\nedges:\n  super¦", &["supersedes"]),
            ("nodeKind: Runbook\nedges:\n  supersedes: [runb¦", &["runbook:restart"]),
            ("nodeKind: Runbook\nedges:\n  - kind: super¦", &["supersedes"]),
            ("nodeKind: Runbook\nedges:\n  - kind: supersedes\n    target: runb¦", &["runbook:restart"]),
            ("nodeKind: Runbook\nedges:\n  supersedes:\n    - target: runb¦", &["runbook:restart"]),
            ("extendsNode: {nodeKind: Service, id: serv¦", &["service:gateway"]),
            ("kind: NodeDocument\nnodes:\n  - nodeKind: Serv¦", &["Service"]),
            ("nodeKind: BabysitterRun\n---\nattributes:\n  status: ¦\nnodeKind: Team\n---\nid: x\n", TEAM),
            ("a: [broken\n---\nnodeKind: Runbook\nattributes:\n  status: dra¦", &[]),
            ("a: |\n  text\n---\nnodeKind: Runbook\nattributes:\n  status: dra¦", &["draft"]),
        ],
    );
}

#[test]
fn links_in_the_body() {
    assert_suggests(
        PAGE,
        &[
            ("See [[runb¦", &["runbook:restart"]),
            ("---\nid: runbook:x\n---\nSee [[queue d¦]]\n", &["queue decision"]),
            ("See [[plai¦", &["notes/plain"]),
            ("See [it](../ser¦", &["../services/gateway.md"]),
            ("See [it](rest¦)", &["restart.md"]),
            ("See [[runbook:restart]] and ¦", &[]),
            ("status: dra¦", &[]),
        ],
    );
}

#[test]
fn nothing_where_nothing_can_be_named() {
    assert_suggests(
        PAGE,
        &[
            ("---\n# kind: Run¦", &[]),
            ("---\nkind: Runbook # sta¦", &[]),
            ("---\nsummary: |\n  status: dra¦", &[]),
            ("---\nkind: \"Runbook\" ¦", &[]),
            ("---\nowners: [team:platform] ¦", &[]),
        ],
    );
}

#[test]
fn a_key_comes_with_its_colon() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    editor.show(PAGE, "---\nstat\n");
    let item = editor.at("completion", PAGE, (1, 4))["items"][0].clone();
    assert_eq!(item["textEdit"]["newText"], "status: ");
    editor.write(PAGE, 2, "---\nstat: draft\n");
    let item = editor.at("completion", PAGE, (1, 4))["items"][0].clone();
    assert_eq!(item["textEdit"]["newText"], "status");
}

#[test]
fn every_place_of_every_prefix_of_a_document_can_be_asked() {
    let repo = memory();
    let mut editor = Editor::open(repo.path());
    let text = "---\nid: \"a:b\"\nrelated: {x: [é, {y: '🙂'}], \"z\": -\n - - a: |\n  b\n---\n[[a|b]] [x](y#z) ]] [[\n";
    editor.show(PAGE, "");
    for (version, end) in (2..).zip((0..=text.len()).filter(|end| text.is_char_boundary(*end))) {
        let prefix = &text[..end];
        editor.change(PAGE, version, &serde_json::json!([{"text": prefix}]));
        let line = prefix.matches('\n').count();
        for what in ["completion", "hover", "definition", "references"] {
            editor.at(what, PAGE, (line, 1000));
        }
    }
    assert_eq!(editor.leave(), Some(0));
}
