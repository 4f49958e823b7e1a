//! Runs of babysitter, in each of the three shapes.

use super::told::{Told, bundle, fixture};
use lorekeep::ingest::{DocumentKind, Moment, Outcome, ProblemKind, SourceKind, source};

fn told(name: &str) -> Told {
    let bundle = fixture(name);
    assert_eq!(source::detect(&bundle), Some(SourceKind::BabysitterRun));
    Told::of(&bundle, SourceKind::BabysitterRun)
}

#[test]
fn a_run_of_the_sdk_tells_what_happened() {
    let told = told("sdk");
    assert_eq!(
        told.lines(),
        [
            "run npx playwright test login -> Some(false) Some(1) Running 14 checks\n  login.spec.ts:40 timed out waiting \
             for the session cookie\n2 failed",
            "decide May the wait be raised?: approved: Yes, to ten seconds, and note it",
            "say raising the wait in tests/login.spec.ts",
            "spent 12000 800 48200",
            "run npx playwright test login -> Some(true) Some(0) 14 passed",
        ]
    );
    let head = &told.head;
    assert_eq!(head.run_id, "01JX3V8F4Q0000000000000RUN");
    assert_eq!(head.session_id.as_deref(), Some("019e1c2a-7b3d-7c11-9d22-5f6a7b8c9d01"));
    assert_eq!(head.parent.as_deref(), Some("01JX3V8F4Q000000000PARENT0"));
    assert_eq!(head.goal.as_ref().map(|(goal, _)| goal.split(' ').next()), Some(Some("Make")));
    assert_eq!((head.outcome, head.ran.duration_ms), (Outcome::Completed, Some(360_500)));
    assert_eq!(
        (head.snapshots.as_slice(), head.models.as_slice()),
        (["ams-9f31c2".to_owned()].as_slice(), ["claude-sonnet-4-5".to_owned()].as_slice())
    );
    assert!(!told.all().contains("hunter2"), "inputs are not told");
}

#[test]
fn what_is_doubtful_in_a_run_is_told_once() {
    let told = told("sdk");
    use ProblemKind::{ChecksumMismatch, OutsideRun, UnknownType};
    assert_eq!(told.kinds(), [OutsideRun, ChecksumMismatch, UnknownType]);
    assert!(told.problems()[0].at.file.ends_with("EF01/result.json"), "the file that has the reference");
    assert_eq!((told.counts.checksum_mismatches, told.counts.unknown, told.counts.malformed), (1, 1, 0));
}

#[test]
fn events_tasks_documents_and_artifacts_are_told() {
    let told = told("sdk");
    let mut keys = Vec::new();
    let (mut tasks, mut documents, mut artifacts) = (Vec::new(), Vec::new(), Vec::new());
    for moment in &told.moments {
        match moment {
            Moment::Event(event) if event.sequence == 7 => keys.push(event.key.as_deref().expect("it has one")),
            Moment::Task(task) => tasks.push((task.name.as_str(), task.outcome, task.ran.duration_ms)),
            Moment::Document(document) => documents.push(document.kind),
            Moment::Artifact(artifact) => artifacts.push((artifact.kind.as_str(), artifact.size)),
            _ => {}
        }
    }
    assert_eq!(keys, ["01JX3V8F4Q0000000000000007", "01JX3V8F4Q0000000000000071"], "one number, two events");
    use Outcome::{Completed, Failed};
    assert_eq!(
        tasks,
        [
            ("run-checks", Failed, Some(30_500)),
            ("ask-owner", Completed, Some(120_000)),
            ("mend", Completed, Some(118_000)),
            ("run-checks", Completed, Some(37_000)),
        ]
    );
    assert_eq!(documents, [DocumentKind::MemoryMd, DocumentKind::Retrospective]);
    assert_eq!(artifacts, [("blob", 19), ("log", 87)]);
}

#[test]
fn flat_events_tell_the_same_things() {
    let told = told("flat");
    assert_eq!(told.lines(), ["decide Publish the notes?: refused: leave out the internal ones"]);
    assert_eq!((told.head.run_id.as_str(), told.head.outcome), ("flat-7", Outcome::Failed));
    let (message, at) = told.head.outcome_message.as_ref().expect("it says why");
    assert_eq!((message.as_str(), at.line), ("the template has no section for fixes", Some(5)));
    let tasks = told.moments.iter().filter(|moment| matches!(moment, Moment::Task(_))).count();
    assert_eq!((tasks, told.counts.unknown), (2, 0));
}

#[test]
fn a_plain_run_is_read_by_its_status_and_messages() {
    let told = told("plain");
    assert_eq!((told.head.run_id.as_str(), told.head.outcome), ("run-100", Outcome::Completed));
    assert_eq!(told.head.organization.as_deref(), Some("acme"));
    assert_eq!((told.head.repository.as_deref(), told.head.ran.duration_ms), (Some("krate"), Some(300_000)));
    assert_eq!((told.counts.by_type["task.completed"], told.counts.unknown), (1, 0));
}

#[test]
fn a_run_that_goes_on_behind_its_end_has_none() {
    let event = |kind: &str| format!("{{\"type\":\"{kind}\",\"recordedAt\":\"2026-01-01T00:00:00Z\",\"data\":{{}}}}");
    let (end, on) = (event("RUN_HALTED"), event("RUN_ITERATION"));
    let files: [(&str, &[u8]); 2] =
        [("journal/000001.a.json", end.as_bytes()), ("journal/000002.b.json", on.as_bytes())];
    let halted = Told::of(&bundle(&files[..1]), SourceKind::BabysitterRun);
    assert_eq!(
        (halted.head.outcome, halted.kinds().as_slice()),
        (Outcome::Cancelled, [ProblemKind::Missing].as_slice())
    );
    assert_eq!(Told::of(&bundle(&files), SourceKind::BabysitterRun).head.outcome, Outcome::Running);
}

#[test]
fn a_run_in_a_folder_of_its_own_is_found() {
    let run: &[u8] = br#"{"runId":"inner","processId":"p","request":"p"}"#;
    let one = bundle(&[("x/run.json", run), ("x/MEMORY.md", b"- kept")]);
    let told = Told::of(&one, SourceKind::BabysitterRun);
    assert_eq!(
        (told.head.run_id.as_str(), told.head.goal.as_ref()),
        ("inner", None),
        "the name of a process is no goal"
    );
    assert!(told.moments.iter().any(|moment| matches!(moment, Moment::Document(_))));
    assert_eq!(source::detect(&bundle(&[("x/run.json", run), ("y/run.json", run)])), None, "two runs are no run");
}
