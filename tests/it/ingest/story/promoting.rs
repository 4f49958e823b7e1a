//! Promotion: a note becomes a record, and the note stays.

use super::told::{Choice, ask, findings, minute, session};
use lorekeep::base::RepoPath;
use lorekeep::ingest::{DraftFile, PromoteError, Promotion, RetentionTier, promote};
use lorekeep::ontology::{Ontology, built_in};
use std::collections::BTreeMap;

const NOTE: &str = "# Restart the importer\n\nWhen it hangs, restart it. See [[importer]].\n";

struct Asked<'a> {
    path: &'a str,
    text: &'a str,
    kind: &'a str,
    there: &'a [&'a str],
    fields: &'a [(&'a str, &'a str)],
    owners: &'a [&'a str],
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Self {
            path: "notes/importer.md",
            text: NOTE,
            kind: "Runbook",
            there: &[],
            fields: &[],
            owners: &["team:platform"],
        }
    }
}

fn asked(asked: &Asked<'_>, ontology: &Ontology) -> Result<DraftFile, PromoteError> {
    let fields: BTreeMap<String, String> =
        asked.fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let owners: Vec<String> = asked.owners.iter().map(|owner| (*owner).to_owned()).collect();
    promote(&Promotion {
        id: None,
        path: &RepoPath::parse(asked.path).unwrap(),
        bytes: asked.text.as_bytes(),
        kind: asked.kind,
        title: None,
        owners: &owners,
        fields: &fields,
        at: minute(0),
        ontology,
        exists: &|id| asked.there.contains(&id),
    })
}

#[test]
fn a_note_becomes_a_record_that_keeps_where_it_comes_from() {
    let file = asked(&Asked::default(), built_in()).unwrap();
    assert_eq!(file.path.as_str(), "runbooks/restart-the-importer.md");
    insta::assert_snapshot!("a_promoted_note", &file.content);
    assert_eq!(findings(&[("notes/importer.md", NOTE), (file.path.as_str(), &file.content)]), "");
}

#[test]
fn a_record_is_named_by_an_edge() {
    let session = session([ask(1, "Make imports faster, please")]);
    let files = Choice::of(RetentionTier::SummaryOnly).drafts(&session);
    let id = format!("babysitter-session:{}", session.session());
    let file = asked(
        &Asked {
            path: files[0].path.as_str(),
            text: &files[0].content,
            kind: "Incident",
            there: &[&id],
            owners: &[],
            ..Asked::default()
        },
        built_in(),
    )
    .unwrap();
    assert!(file.content.contains(&format!("derived_from: [{id}]")) || file.content.contains(&id), "{}", file.content);
    assert!(file.content.contains("owners: [team:platform]"), "the note's own owners:\n{}", file.content);
    let both = [(files[0].path.as_str(), files[0].content.as_str()), (file.path.as_str(), file.content.as_str())];
    assert_eq!(findings(&both), "");
}

#[test]
fn what_a_kind_needs_and_nobody_gives_is_named() {
    let missing = asked(&Asked { kind: "RunTaskResult", ..Asked::default() }, built_in()).unwrap_err();
    assert_eq!(missing.to_string(), "a `RunTaskResult` needs `runId`, `taskId`: give values for them");
    let none = asked(&Asked { owners: &[], ..Asked::default() }, built_in()).unwrap_err();
    assert_eq!(none.to_string(), "a `Runbook` needs `owners`: give values for them");
    let given = Asked {
        kind: "RunTaskResult",
        fields: &[("runId", "007"), ("taskId", "t"), ("durationMs", "12")],
        ..Asked::default()
    };
    let file = asked(&given, built_in()).unwrap();
    assert!(file.content.contains("runId: \"007\"") && file.content.contains("durationMs: 12"), "{}", file.content);
    assert_eq!(findings(&[(file.path.as_str(), &file.content)]), "");
}

#[test]
fn what_cannot_be_promoted_says_why() {
    let of = |change: Asked<'_>| asked(&change, built_in()).unwrap_err().to_string();
    assert_eq!(
        of(Asked { kind: "Runbok", ..Asked::default() }),
        "`Runbok` is no kind of the ontology: did you mean `Runbook`?"
    );
    assert!(of(Asked { path: "notes/a.txt", ..Asked::default() }).contains("is no Markdown file"));
    assert!(of(Asked { there: &["runbook:restart-the-importer"], ..Asked::default() }).contains("already"));
    let record = "---\nid: runbook:a\nkind: Runbook\n---\n# A\n";
    assert!(of(Asked { text: record, ..Asked::default() }).contains("is a record of kind `Runbook` already"));
    assert!(of(Asked { text: "# ???\n", ..Asked::default() }).contains("no title"));
}
