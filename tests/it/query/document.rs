//! Reading documents: by id, by path, by alias, by lines.

use super::support::*;

#[test]
fn a_whole_file_is_given_as_it_is() {
    let text = "---\r\ntitle: X\r\n---\r\n\r\nbody without a final break";
    let outcome = Memory::default().with("notes/x.md", text).asking().ask(&read(&["notes/x.md"]));
    let hit = &outcome.records[0];
    assert_eq!((hit.text.as_deref(), hit.lines), (Some(text), Some((1, 5))));
    assert_eq!((hit.kind.as_str(), hit.id.as_str(), hit.title.as_str()), ("Note", "notes/x.md", "X"));
    assert_eq!(outcome.plan.modes, ["document-read"]);
}

#[test]
fn a_markdown_record_is_its_file_and_a_graph_record_its_document() {
    let asking = Memory::fixture().asking();
    let outcome = asking.ask(&read(&["runbook:ci-old", "service:disk"]));
    assert_eq!(ids(&outcome), ["runbook:ci-old", "service:disk"], "in the order asked");
    assert!(outcome.records[0].text.as_ref().is_some_and(|text| text.starts_with("---\nid: runbook:ci-old")));
    let disk = outcome.records[1].text.as_deref().expect("the disk has text");
    assert!(
        disk.contains("id: service:disk") && !disk.contains("service:queue") && !disk.contains("incident:"),
        "{disk}"
    );
}

#[test]
fn lines_are_read_by_their_numbers() {
    let asking = Memory::fixture().asking();
    for name in ["runbooks/ci-old.md:2-3", "runbook:ci-old:2-3", "flake guide:2-3"] {
        let outcome = asking.ask(&read(&[name]));
        assert_eq!(outcome.records[0].lines, Some((2, 3)), "{name}");
        assert!(
            outcome.records[0].text.as_ref().is_some_and(|t| t.starts_with("id: ") && t.ends_with("kind: Runbook\n"))
        );
    }
    let outcome = asking.ask(&read(&["runbooks/ci-old.md:3"]));
    assert_eq!(outcome.records[0].text.as_deref(), Some("kind: Runbook\n"));
    let outcome = asking.ask(&read(&["runbooks/ci-old.md:12-4000000000"]));
    assert_eq!(outcome.records[0].lines.map(|lines| lines.0), Some(12));
}

#[test]
fn lines_that_are_not_there_are_said() {
    let outcome = Memory::fixture().asking().ask(&read(&["runbooks/ci-old.md:900-901", "runbooks/ci-old.md:5-2"]));
    assert!(outcome.records.is_empty());
    assert_eq!(
        outcome.plan.notes,
        ["select: nothing here is named `runbooks/ci-old.md:5-2`", "select: item 1 has no such lines"]
    );
}

#[test]
fn a_file_that_is_no_record_and_one_with_several_are_files() {
    let outcome = Memory::fixture().asking().ask(&read(&[
        "data/settings.txt",
        "graph/services.yaml",
        "indexes/graph-index.json",
    ]));
    let kinds: Vec<&str> = outcome.records.iter().map(|hit| hit.kind.as_str()).collect();
    assert_eq!(kinds, ["File", "File", "File"]);
    assert_eq!(ids(&outcome), ["data/settings.txt", "graph/services.yaml", "indexes/graph-index.json"]);
    assert_eq!(outcome.records[0].text.as_deref(), Some("timeout = 30\nflaky = no\n"));
}

#[test]
fn an_empty_file_is_read_as_nothing() {
    let outcome = Memory::default().with("notes/empty.md", "").asking().ask(&read(&["notes/empty.md"]));
    assert_eq!(outcome.records[0].text.as_deref(), Some(""));
}

#[test]
fn a_document_named_twice_is_given_once() {
    let outcome = Memory::fixture().asking().ask(&read(&["runbook:ci-old", "runbook:ci-old"]));
    assert_eq!(outcome.records.len(), 1);
}

#[test]
fn a_digest_of_lines_tells_them_from_other_lines() {
    let asking = Memory::fixture().asking();
    let digest = |name: &str| asking.ask(&read(&[name])).selected_records_digest;
    assert_ne!(digest("runbooks/ci-old.md:1-2"), digest("runbooks/ci-old.md:1-3"));
}
