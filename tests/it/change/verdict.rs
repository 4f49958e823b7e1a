//! Verdicts: what is judged is the merged tree.

use super::{Memory, changes, checked, commit, delete, errors, rename, runbook, upsert};
use lorekeep::base::GlobSet;
use lorekeep::change::{MergeVerdict, RiskKind, Standing, ValidationPolicy};
use lorekeep::git::ReadRepository;

fn memory() -> Memory {
    Memory::of(&[
        ("runbooks/flake.md", &runbook("flake", "Flake", "")),
        ("runbooks/deploy.md", &runbook("deploy", "Deploy", "")),
    ])
}

fn linked(id: &str, target: &str) -> String {
    runbook(id, id, &format!("related: {{supersedes: [runbook:{target}]}}\n"))
}

/// Lands an update as a merge would, without the merge commit's own rules.
fn land(memory: &Memory, head: lorekeep::base::CommitId) {
    memory.test.git(&["reset", "--quiet", "--hard", "main"]);
    memory.test.git(&["merge", "--quiet", "--no-ff", "-m", "land", &head.to_string()]);
}

#[test]
fn a_good_update_is_valid_and_says_what_it_touches() {
    let memory = memory();
    let head = memory.propose(changes(vec![upsert("runbooks/new.md", linked("new", "flake"))])).expect("taken").head;
    let verdict = memory.verdict(head);
    assert_eq!(verdict.standing(), Standing::Valid);
    let checked = checked(verdict);
    assert_eq!(checked.report.findings, []);
    assert_eq!(checked.changed_paths, ["runbooks/new.md"]);
    assert!(checked.risks.is_empty() && checked.secrets.is_empty() && !checked.touches_ontology);
}

#[test]
fn an_update_that_is_wrong_in_itself_is_invalid() {
    let memory = memory();
    let head = memory.propose(changes(vec![upsert("runbooks/new.md", linked("new", "none"))])).expect("taken").head;
    let verdict = memory.verdict(head);
    assert_eq!(verdict.standing(), Standing::Invalid);
    assert_eq!(errors(&checked(verdict)), ["LK204 runbooks/new.md"]);
}

#[test]
fn two_updates_with_one_new_id_are_valid_alone_and_not_together() {
    let memory = memory();
    let base = memory.tip();
    let one =
        memory.propose_on(base, changes(vec![upsert("runbooks/one.md", runbook("new", "One", ""))])).expect("taken");
    let two =
        memory.propose_on(base, changes(vec![upsert("runbooks/two.md", runbook("new", "Two", ""))])).expect("taken");
    assert_eq!(memory.verdict(one.head).standing(), Standing::Valid);
    assert_eq!(memory.verdict(two.head).standing(), Standing::Valid);
    land(&memory, one.head);
    let tip = memory.tip();
    let verdict = memory.verdict(two.head);
    assert_eq!(verdict.standing(), Standing::Invalid);
    assert!(errors(&checked(verdict)).iter().all(|error| error.starts_with("LK205 ")));
    assert_eq!(memory.tip(), tip, "the branch does not move");
}

#[test]
fn an_edge_to_a_record_that_another_update_deleted_is_invalid_together() {
    let memory = memory();
    let base = memory.tip();
    let link =
        memory.propose_on(base, changes(vec![upsert("runbooks/new.md", linked("new", "flake"))])).expect("taken");
    let gone = memory.propose_on(base, changes(vec![delete("runbooks/flake.md")])).expect("taken");
    assert_eq!(memory.verdict(link.head).standing(), Standing::Valid);
    assert_eq!(memory.verdict(gone.head).standing(), Standing::Valid);
    land(&memory, gone.head);
    assert_eq!(memory.verdict(link.head).standing(), Standing::Invalid);
}

#[test]
fn deleting_what_another_update_came_to_point_at_is_invalid() {
    let memory = memory();
    let base = memory.tip();
    let link =
        memory.propose_on(base, changes(vec![upsert("runbooks/new.md", linked("new", "flake"))])).expect("taken");
    let gone = memory.propose_on(base, changes(vec![delete("runbooks/flake.md")])).expect("taken");
    land(&memory, link.head);
    let verdict = memory.verdict(gone.head);
    assert_eq!(verdict.standing(), Standing::Invalid, "{:?}", checked(verdict).report.findings);
}

#[test]
fn a_conflict_shows_both_sides_and_where_they_disagree() {
    let memory = memory();
    let base = memory.tip();
    let text = |status: &str| runbook("flake", "Flake", "").replace("approved", status);
    let head =
        memory.propose_on(base, changes(vec![upsert("runbooks/flake.md", text("deprecated"))])).expect("taken").head;
    memory.test.commit_files(&[("runbooks/flake.md", &text("archived"))], "meanwhile");
    let verdict = memory.verdict(head);
    assert_eq!(verdict.standing(), Standing::Conflicted);
    let MergeVerdict::Conflicted(conflicts) = verdict else { panic!("it conflicts") };
    let [conflict] = &conflicts[..] else { panic!("one path conflicts: {conflicts:?}") };
    assert_eq!(conflict.path, "runbooks/flake.md");
    assert_eq!(conflict.ours.text.as_deref(), Some(text("archived").as_str()));
    assert_eq!(conflict.theirs.text.as_deref(), Some(text("deprecated").as_str()));
    assert_eq!(conflict.base.text.as_deref(), Some(text("approved").as_str()));
    let [hunk] = &conflict.hunks[..] else { panic!("one place disagrees: {:?}", conflict.hunks) };
    assert_eq!((hunk.ours_line, hunk.ours.as_str()), (5, "status: archived\n"));
    assert_eq!((hunk.theirs_line, hunk.theirs.as_str()), (5, "status: deprecated\n"));
    assert_eq!(hunk.base, "status: approved\n");
}

#[test]
fn a_conflict_of_a_change_with_a_deletion_shows_the_missing_side() {
    let memory = memory();
    let base = memory.tip();
    let head = memory.propose_on(base, changes(vec![delete("runbooks/flake.md")])).expect("taken").head;
    memory.test.commit_files(&[("runbooks/flake.md", &runbook("flake", "Flaky", ""))], "meanwhile");
    let MergeVerdict::Conflicted(conflicts) = memory.verdict(head) else { panic!("it conflicts") };
    assert_eq!(conflicts[0].path, "runbooks/flake.md");
    assert!(conflicts[0].ours.text.as_ref().is_some_and(|text| text.contains("Flaky")));
    assert_eq!((conflicts[0].theirs.blob, conflicts[0].hunks.len()), (None, 0));
}

#[test]
fn a_conflict_of_large_files_is_cut() {
    let lines = |word: &str| format!("{word}\n").repeat(20_000);
    let memory = Memory::of(&[("notes/big.md", &lines("base"))]);
    let head = memory.propose(changes(vec![upsert("notes/big.md", lines("theirs"))])).expect("taken").head;
    memory.test.commit_files(&[("notes/big.md", &lines("ours"))], "meanwhile");
    let MergeVerdict::Conflicted(conflicts) = memory.verdict(head) else { panic!("it conflicts") };
    let side = &conflicts[0].ours;
    assert!(side.truncated && side.text.as_ref().is_some_and(|text| text.len() <= 64 << 10));
    assert!(conflicts[0].hunks.iter().all(|hunk| hunk.ours.len() <= 64 << 10 && hunk.base.len() <= 64 << 10));
}

#[test]
fn what_was_wrong_before_is_not_held_against_an_update_unless_the_policy_says_so() {
    let memory = Memory::of(&[("runbooks/old.md", &linked("old", "none")), ("notes/n.md", "n\n")]);
    let head = memory.propose(changes(vec![upsert("notes/n.md", "more\n")])).expect("taken").head;
    assert_eq!(memory.verdict(head).standing(), Standing::Valid);
    let clean = ValidationPolicy { require_clean: true, ..ValidationPolicy::default() };
    let verdict = memory.verdict_under(head, &clean);
    assert_eq!(verdict.standing(), Standing::Invalid);
    assert_eq!(errors(&checked(verdict)), ["LK204 runbooks/old.md"]);
}

#[test]
fn risks_name_what_deserves_a_second_look() {
    let memory = Memory::of(&[
        (
            "ontology/controlled-vocabulary.yaml",
            "version: 1\nsensitivity: [public, internal, restricted, secret-metadata]\n",
        ),
        ("runbooks/flake.md", &runbook("flake", "Flake", "")),
        ("runbooks/moved.md", &runbook("moved", "Moved", "")),
        ("finance/plan.md", "# Plan\n"),
        ("runbooks/keys.md", &runbook("keys", "Keys", "sensitivity: restricted\n")),
    ]);
    let spec = changes(vec![
        upsert(
            "ontology/controlled-vocabulary.yaml",
            "version: 1\nsensitivity: [public, restricted, secret-metadata]\n",
        ),
        delete("runbooks/flake.md"),
        rename("runbooks/moved.md", "runbooks/there.md", None),
        upsert("finance/plan.md", "# Plan B\n"),
        upsert("runbooks/keys.md", runbook("keys", "Keys", "")),
    ]);
    let head = memory.propose(spec).expect("taken").head;
    let policy = ValidationPolicy { restricted: GlobSet::new(&["finance/**"]).expect("a glob"), ..Default::default() };
    let checked = checked(memory.verdict_under(head, &policy));
    let risks: Vec<(RiskKind, &str, Option<&str>)> =
        checked.risks.iter().map(|risk| (risk.kind, risk.path.as_str(), risk.record.as_deref())).collect();
    assert_eq!(
        risks,
        [
            (RiskKind::OntologyTouched, "ontology/controlled-vocabulary.yaml", None),
            (RiskKind::RecordDeleted, "runbooks/flake.md", Some("runbook:flake")),
            (RiskKind::RestrictedPath, "finance/plan.md", None),
            (RiskKind::SensitiveRecord, "runbooks/keys.md", Some("runbook:keys")),
        ]
    );
    assert!(checked.touches_ontology);
}

#[test]
fn secrets_of_changed_files_are_counted_by_category() {
    let memory = memory();
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    let head = memory.propose(changes(vec![upsert("notes/n.md", format!("token {token}\n"))])).expect("taken").head;
    let verdict = memory.verdict(head);
    assert_eq!(verdict.standing(), Standing::Invalid);
    let checked = checked(verdict);
    assert_eq!(checked.secrets.values().sum::<usize>(), 1);
    assert_eq!(errors(&checked), ["LK501 notes/n.md"]);
}

#[test]
fn a_validation_digest_is_a_function_of_content() {
    let memory = memory();
    let spec = || changes(vec![upsert("runbooks/new.md", linked("new", "none"))]);
    let base = memory.tip();
    let head = memory.propose(spec()).expect("taken").head;
    let first = memory.checked(head);
    let elsewhere = self::memory();
    elsewhere.test.git(&["commit", "--quiet", "--allow-empty", "-m", "another history"]);
    let again = elsewhere.checked(elsewhere.propose(spec()).expect("taken").head);
    assert_eq!(first.validation_digest, again.validation_digest);
    let other =
        memory.propose_on(base, changes(vec![upsert("runbooks/new.md", linked("new", "flake"))])).expect("taken");
    assert_ne!(first.validation_digest, memory.checked(other.head).validation_digest);
}

#[test]
fn an_update_that_the_tip_holds_already_changes_nothing() {
    let memory = memory();
    let head = memory.propose(changes(vec![upsert("notes/n.md", "n\n")])).expect("taken").head;
    land(&memory, head);
    assert!(memory.checked(head).changed_paths.is_empty());
}

/// A commit on a branch that git pushed, not one that we proposed.
fn pushed(memory: &Memory, files: &[(&str, &str)]) -> lorekeep::base::CommitId {
    memory.test.git(&["checkout", "--quiet", "-b", "pushed"]);
    let head = commit(&memory.test.commit_files(files, "pushed"));
    memory.test.git(&["checkout", "--quiet", "main"]);
    head
}

#[test]
fn a_pushed_update_changes_memory_and_nothing_else() {
    let brain = &[(".company-brain/ontology/controlled-vocabulary.yaml", "version: 1\n"), ("src/x.rs", "\n")];
    let outside = Memory::of(brain);
    let head = pushed(&outside, &[(".company-brain/notes/n.md", "n\n"), ("src/x.rs", "evil\n")]);
    assert_eq!(errors(&outside.checked(head)), ["LK601 .company-brain"]);

    let inside = Memory::of(brain);
    let head = pushed(&inside, &[(".company-brain/notes/n.md", "n\n")]);
    assert_eq!(inside.verdict(head).standing(), Standing::Valid);

    let moved = Memory::of(brain);
    let head = pushed(&moved, &[("ontology/controlled-vocabulary.yaml", "version: 1\n")]);
    assert!(errors(&moved.checked(head)).contains(&"LK601 .company-brain".to_owned()));
    assert_eq!(moved.repo.memory_root(moved.tip().into()).expect("it reads"), ".company-brain");
}
