//! The retrieval gate: a proposal that loses what a saved query expects says so, and is held up where the repository wants it.

use super::world::{World, change, upsert};
use super::{code, note};
use lorekeep::engine::{Code, NewUpdate, Role, UpdateView};

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
