//! Every rule has fixtures: `fixtures/check/<rule>/<case>/` is a tree, `<case>.snap` beside it what is found there.
//!
//! A case with the folders `before` and `after` is a change, and what is found is what it brings.
//!
//! A case whose name begins with `bad` breaks the rule, one that begins with `good` does not. A new folder is a
//! new case; `INSTA_UPDATE=always` writes its snapshot.

use super::tree::{Tree, page};
use crate::support::TestRepo;
use lorekeep::base::Timestamp;
use lorekeep::base::time::FixedClock;
use lorekeep::check::{Report, brought_by_change, rules};
use lorekeep::engine::{Memory, ValidateTarget};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/check")
}

fn folders(of: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(of).unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

/// What saved queries find, no tree says by itself.
const ASKED: &str = "broken-expectation";

fn report(case: &Path) -> Report {
    if case.parent().is_some_and(|rule| rule.ends_with(ASKED)) {
        return asked(case);
    }
    match (case.join("before"), case.join("after")) {
        (before, after) if before.is_dir() && after.is_dir() => {
            brought_by_change(&Tree::of_folder(&before).input(), &Tree::of_folder(&after).input())
        }
        _ => Tree::of_folder(case).check(),
    }
}

/// The same as `lorekeep validate` in a folder where nothing was committed yet.
fn asked(case: &Path) -> Report {
    let repo = TestRepo::new();
    let copied = Command::new("cp").arg("-R").arg(case.join(".")).arg(repo.path()).status().unwrap();
    assert!(copied.success());
    let clock = Arc::new(FixedClock::at(Timestamp::from_seconds(repo.now())));
    Memory::local(repo.path(), clock).unwrap().validate(&ValidateTarget::Worktree, None, &[]).unwrap().report
}

#[test]
fn every_case_is_found_as_its_snapshot_says() {
    for rule in folders(&root()) {
        for case in folders(&root().join(&rule)) {
            let report = report(&root().join(&rule).join(&case));
            let broken = report.findings.iter().any(|finding| finding.name == rule);
            assert_eq!(broken, case.starts_with("bad"), "{rule}/{case}: {}", page(&report));
            insta::with_settings!({
                snapshot_path => root().join(&rule),
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, {
                insta::assert_snapshot!(case.as_str(), page(&report));
            });
        }
    }
}

#[test]
fn every_rule_has_a_good_and_a_bad_case() {
    for rule in rules() {
        let cases = folders(&root().join(rule.name));
        for needed in ["good", "bad"] {
            assert!(cases.iter().any(|case| case.starts_with(needed)), "{} has no {needed} case", rule.name);
        }
    }
}

#[test]
fn every_fixture_belongs_to_a_rule_and_every_snapshot_to_a_case() {
    let names: BTreeSet<String> = rules().iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(folders(&root()), names);
    for rule in names {
        let cases = folders(&root().join(&rule));
        assert!(cases.iter().all(|case| case.starts_with("good") || case.starts_with("bad")), "{rule}: {cases:?}");
        for entry in std::fs::read_dir(root().join(&rule)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(cases.contains(name.trim_end_matches(".snap")), "{rule}/{name} belongs to no case");
        }
    }
}

#[test]
fn every_finding_says_how_to_mend_it_and_shows_no_secret() {
    for rule in folders(&root()) {
        for case in folders(&root().join(&rule)) {
            for finding in report(&root().join(&rule).join(&case)).findings {
                assert!(!finding.message.is_empty() && !finding.help.is_empty() && !finding.subject.is_empty());
                assert!(finding.text_digest.is_some(), "{finding:?}");
                let shown = format!("{}{}{}", finding.message, finding.help, finding.place.path);
                assert_eq!(lorekeep::screen::find_secrets(&shown), []);
            }
        }
    }
}
