//! The retrieval gate: a proposal that loses what a saved query expects says so, and is held up where the repository wants it.

use super::pushes::Push;
use super::world::{World, change, clone, commit, git_in, upsert};
use super::{code, note};
use lorekeep::base::Severity;
use lorekeep::change::{MergeVerdict, ParseCache, ValidationPolicy, validate_merge};
use lorekeep::engine::{AskValidation, Code, HookVerdict, NewUpdate, RefRequest, Role, UpdateView};
use lorekeep::git::Repository;
use std::path::Path;

fn saved(severity: &str) -> String {
    format!(
        "version: 1\nname: retry\ntext: retry budget\nfilters:\n  kinds: [Term]\nexpect:\n  - id: term:retry\n    rank: 1\nseverity: {severity}\n"
    )
}

/// A world with a record, and a query that expects it first.
fn world(severity: &str) -> World {
    let world = World::new();
    world.land("notes/retry.md", &note("term:retry", "The retry budget is five."));
    land_ontology(&world, &saved(severity));
    world
}

fn land_ontology(world: &World, text: &str) -> UpdateView {
    let (proposer, mira) = (world.caller("agent:claude", Role::Proposer), world.caller("user:mira", Role::Maintainer));
    let update = world.proposed(&proposer, upsert("ontology/queries/retry.yaml", text));
    world.approve(&mira, &update).unwrap();
    world.merge(&mira, &update).unwrap()
}

fn lossy() -> NewUpdate {
    upsert("notes/retry.md", "")
}

fn codes(update: &UpdateView) -> Vec<&str> {
    update.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn a_broken_expectation_of_severity_error_blocks_and_names_the_ranks() {
    let world = world("error");
    let proposer = world.caller("agent:claude", Role::Proposer);
    let gone = NewUpdate { changes: vec![change("notes/retry.md", "delete", None)], ..lossy() };
    let update = world.proposed(&proposer, gone);
    assert_eq!((update.phase.as_str(), codes(&update)), ("Invalid", vec!["LK703"]));
    let said = &update.findings[0].message;
    assert!(said.contains("was at rank 1 and would be nowhere"), "{said}");
    let detail = world.update(&proposer, &update.id).unwrap().queries.unwrap();
    assert_eq!((&detail[0]["name"], &detail[0]["before"][0]), (&"retry".into(), &"term:retry".into()));
    assert_eq!(detail[0]["expectations"][0]["rankAfter"], serde_json::Value::Null);
    let rae = world.caller("user:rae", Role::Reviewer);
    assert_eq!(code(world.approve(&rae, &update)), Code::Conflict);
}

#[test]
fn a_warning_is_told_and_lets_it_land_and_what_landed_says_what_changed() {
    let world = world("warning");
    let proposer = world.caller("agent:claude", Role::Proposer);
    let gone = NewUpdate { changes: vec![change("notes/retry.md", "delete", None)], ..lossy() };
    let update = world.proposed(&proposer, gone);
    assert_eq!((update.phase.as_str(), codes(&update)), ("AwaitingApproval", vec!["LK703"]));
    let rae = world.caller("user:rae", Role::Reviewer);
    world.approve(&rae, &update).unwrap();
    let landed = world.merge(&rae, &update).unwrap();
    let detail = world.update(&rae, &landed.id).unwrap().queries.unwrap();
    assert_eq!(detail.as_array().unwrap().len(), 1);
    let beside = world.proposed(&proposer, upsert("notes/x.md", &note("term:x", "Nothing of that.")));
    assert!(codes(&beside).is_empty(), "what was broken before is not this one's doing: {:?}", beside.findings);
}

#[test]
fn two_updates_that_break_it_only_together_do_not_both_land() {
    let world = World::new();
    world.land("notes/a.md", &note("term:retry", "The retry budget is five."));
    let any = "version: 1\ntext: retry budget\nexpect: [term:retry]\nseverity: error\n";
    let proposer = world.caller("agent:claude", Role::Proposer);
    let (rae, mira) = (world.caller("user:rae", Role::Reviewer), world.caller("user:mira", Role::Maintainer));
    let gone = NewUpdate { changes: vec![change("notes/a.md", "delete", None)], ..lossy() };
    let first = world.proposed(&proposer, gone);
    world.approve(&rae, &first).unwrap();
    let second = world.proposed(&proposer, upsert("ontology/queries/any.yaml", any));
    assert!(codes(&first).is_empty() && codes(&second).is_empty());
    world.approve(&mira, &second).unwrap();
    world.merge(&mira, &second).unwrap();
    assert_eq!(code(world.merge(&rae, &first)), Code::Conflict);
}

#[test]
fn a_saved_query_that_fails_from_the_start_or_cannot_be_read_is_a_finding() {
    let world = world("error");
    let proposer = world.caller("agent:claude", Role::Proposer);
    let fresh = saved("error").replace("term:retry", "term:nobody");
    let update = world.proposed(&proposer, upsert("ontology/queries/fresh.yaml", &fresh));
    assert_eq!((update.phase.as_str(), codes(&update)), ("Invalid", vec!["LK703"]));
    for bad in [
        "version: 1\n",
        "version: 1\ntext: x\nexpect: [{id: a, rank: 0}]\n",
        "version: 1\ntext: x\nexpect: [a]\nseverity: fatal\n",
    ] {
        let update = world.proposed(&proposer, upsert("ontology/queries/bad.yaml", bad));
        assert!(codes(&update).contains(&"LK702"), "{bad}: {:?}", update.findings);
    }
}

/// A push of a clone's work to the default branch, as the hook sees it.
fn pushed(world: &World, work: impl Fn(&Path)) -> HookVerdict {
    let dir = clone(world);
    work(dir.path());
    let old = world.tip().to_string();
    let new = git_in(world, dir.path(), &["rev-parse", "HEAD"]);
    let mira = world.caller("user:mira", Role::Maintainer);
    let push = Push::begin(world, &mira).unwrap().bring(world, dir.path(), "HEAD");
    push.moving(&old, &new, "refs/heads/main").review().unwrap()
}

fn without_the_record(world: &World, clone: &Path) {
    git_in(world, clone, &["rm", "--quiet", "notes/retry.md"]);
    git_in(world, clone, &["commit", "--quiet", "--message", "Take it away"]);
}

fn found_by(verdict: &HookVerdict) -> Vec<(&str, Severity)> {
    let findings = verdict.validations.iter().flat_map(|(_, validation)| &validation.report.findings);
    findings.map(|finding| (finding.code.as_str(), finding.severity)).collect()
}

#[test]
fn a_push_to_the_default_branch_is_asked_the_saved_queries_with_an_index_and_without_one() {
    let world = world("error");
    for has_index in [true, false] {
        if !has_index {
            std::fs::remove_dir_all(world.path().join("index/a5c/brain")).unwrap();
        }
        let verdict = pushed(&world, |clone| without_the_record(&world, clone));
        assert_eq!((verdict.accepted, found_by(&verdict)), (false, vec![("LK703", Severity::Error)]));
        let said = &verdict.validations[0].1.report.findings[0].message;
        assert!(said.contains("was at rank 1 and would be nowhere"), "{said}");
        let beside =
            pushed(&world, |clone| _ = commit(&world, clone, "notes/x.md", &note("term:x", "Else."), "beside"));
        assert_eq!((beside.accepted, found_by(&beside)), (true, vec![]));
    }
}

#[test]
fn a_query_without_a_severity_has_the_one_that_the_repository_gives_the_rule() {
    let world = World::new();
    world.land("notes/retry.md", &note("term:retry", "The retry budget is five."));
    let query = saved("error").replace("severity: error\n", "");
    land_ontology(&world, &query);
    let warned = pushed(&world, |clone| without_the_record(&world, clone));
    assert_eq!((warned.accepted, found_by(&warned)), (true, vec![("LK703", Severity::Warning)]));
    for (setting, expected) in [("error", vec![("LK703", Severity::Error)]), ("off", vec![])] {
        let rules = format!("version: 1\nrules:\n  broken-expectation: {setting}\n");
        let verdict = pushed(&world, |clone| {
            commit(&world, clone, "ontology/validation-rules.yaml", &rules, "Set the rule");
            without_the_record(&world, clone);
        });
        assert_eq!((verdict.accepted, found_by(&verdict)), (expected.is_empty(), expected));
    }
}

#[test]
fn what_queries_lose_is_in_the_validation_digest_that_the_merge_carries() {
    let world = world("warning");
    let proposer = world.caller("agent:claude", Role::Proposer);
    let gone = NewUpdate { changes: vec![change("notes/retry.md", "delete", None)], ..lossy() };
    let update = world.proposed(&proposer, gone);
    let repo = Repository::open_unchanged(&world.git_dir()).unwrap();
    let policy = ValidationPolicy::default();
    let verdict =
        validate_merge(&repo, (world.tip(), update.head_commit), &policy, None, &ParseCache::default()).unwrap();
    let MergeVerdict::Checked(mut checked) = verdict else { panic!("it merges") };
    let rae = world.caller("user:rae", Role::Reviewer);
    world.approve(&rae, &update).unwrap();
    world.merge(&rae, &update).unwrap();
    let carried = world.git(&["log", "-1", "--format=%(trailers:key=Validation-Digest,valueonly)", "main"]);
    assert_ne!(checked.validation_digest.to_string(), carried.trim(), "the rules of trees alone say something else");
    checked.answered(update.findings.clone());
    assert_eq!(checked.validation_digest.to_string(), carried.trim());
}

#[test]
fn a_validation_of_a_commit_tells_what_its_queries_do_not_find() {
    let world = world("warning");
    let proposer = world.caller("agent:claude", Role::Proposer);
    let codes = |base: Option<&str>| {
        let base = base.map(|rev| RefRequest { requested: Some(rev.to_owned()), ..RefRequest::default() });
        let ask = AskValidation { base, ..AskValidation::default() };
        let (_, validated) = world.validate(&proposer, &ask).unwrap();
        validated.findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert!(codes(None).is_empty());
    let before = world.tip().to_string();
    let gone = NewUpdate { changes: vec![change("notes/retry.md", "delete", None)], ..lossy() };
    let update = world.proposed(&proposer, gone);
    let rae = world.caller("user:rae", Role::Reviewer);
    world.approve(&rae, &update).unwrap();
    world.merge(&rae, &update).unwrap();
    assert_eq!((codes(None), codes(Some(&before))), (vec!["LK703".to_owned()], vec!["LK703".to_owned()]));
    assert!(codes(Some(&world.tip().to_string())).is_empty(), "nothing has come since");
}
