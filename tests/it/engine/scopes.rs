//! A token that is narrowed sees nothing outside its scope, by whichever way it asks.

use super::world::{World, ask, change, revising, upsert};
use super::{code, note};
use lorekeep::engine::{Caller, Code, NewUpdate, RecordFilter, RefRequest, Role, UpdateAction, UpdateFilter};

const PUBLIC: &str = r#"{"includePaths": ["public/**"]}"#;

/// A world with a public and a hidden record, an edge between them, and what a hidden sidecar says of the public one.
fn world() -> World {
    let world = World::new();
    let maintainer = world.caller("user:mia", Role::Maintainer);
    let proposer = world.caller("agent:claude", Role::Proposer);
    let open = note("term:open", "an open word");
    let hid = note("term:hid", "an open word, hidden")
        .replace("---\n# hid", "related:\n  depends_on: [term:open]\n---\n# hid");
    let sidecar = "extendsNode:\n  nodeKind: Term\n  id: term:open\nedges:\n  - kind: supersedes\n    target: term:third\n\
                   \x20 - kind: mentions\n    target: term:hid\n";
    let update = NewUpdate {
        changes: vec![
            change("public/open.md", "upsert", Some(&open)),
            change("public/third.md", "upsert", Some(&note("term:third", "a third"))),
            change("hidden/hid.md", "upsert", Some(&hid)),
            change("graph/hidden.yaml", "upsert", Some(sidecar)),
        ],
        ..upsert("x", "x")
    };
    let update = world.proposed(&proposer, update);
    assert_eq!(update.phase, "AwaitingApproval", "{:#?}", update.findings);
    world.approve(&maintainer, &update).unwrap();
    world.merge(&maintainer, &update).unwrap();
    world
}

fn sees(world: &World, by: &Caller) -> String {
    let now = RefRequest::default();
    let query = world.query(by, &ask("open word hidden", now.clone())).unwrap().outcome;
    let list = world.records(by, None, &RecordFilter::default(), &now, None, 100).unwrap().1;
    let record = world.record(by, None, "term:open", &now).unwrap();
    let third = world.record(by, None, "term:third", &now).unwrap();
    let document = world.document(by, None, "public/open.md", None, &now).unwrap();
    let edges = |d: &lorekeep::engine::Document| format!("{:?} {:?} {}", d.edges, d.incoming, d.title);
    format!(
        "{} {:?} {:?} {} {} {}",
        serde_json::to_string(&query.records).unwrap(),
        query.excerpts,
        list,
        edges(&record),
        edges(&third),
        edges(&document)
    )
}

#[test]
fn what_is_outside_the_scope_is_named_by_no_read() {
    let world = world();
    let all = sees(&world, &world.caller("user:ada", Role::Reader));
    assert!(all.contains("term:hid") && all.contains("supersedes"), "{all}");
    let narrowed = world.narrowed("user:bob", Role::Reader, PUBLIC);
    let some = sees(&world, &narrowed);
    assert!(some.contains("term:open"), "{some}");
    assert!(!some.contains("term:hid") && !some.contains("hidden/") && !some.contains("supersedes"), "{some}");
    let now = RefRequest::default();
    let told = |id: &str| world.record(&narrowed, None, id, &now).unwrap_err().message.replace(id, "ID");
    assert_eq!(told("term:hid"), told("term:nowhere"));
    let told =
        |path: &str| world.document(&narrowed, None, path, None, &now).unwrap_err().message.replace(path, "PATH");
    assert_eq!(told("hidden/hid.md"), told("hidden/none.md"));
    assert_eq!(told("graph/hidden.yaml"), told("graph/none.yaml"));
}

#[test]
fn a_scope_of_kinds_hides_records_of_other_kinds() {
    let world = world();
    let scope = r#"{"includePaths": ["**"], "excludeKinds": ["Term"]}"#;
    let narrowed = world.narrowed("user:bob", Role::Proposer, scope);
    let now = RefRequest::default();
    assert_eq!(code(world.record(&narrowed, None, "term:open", &now)), Code::NotFound);
    assert_eq!(code(world.document(&narrowed, None, "public/open.md", None, &now)), Code::NotFound);
    let list = world.records(&narrowed, None, &RecordFilter::default(), &now, None, 100).unwrap().1;
    assert!(list.items.is_empty() && list.total == Some(0), "{list:?}");
    assert_eq!(code(world.updates(&narrowed, &UpdateFilter::default(), None, 10)), Code::ScopedToken);
    assert_eq!(code(world.propose(&narrowed, &upsert("public/x.md", "x\n"))), Code::ScopedToken);
}

#[test]
fn updates_outside_the_scope_are_not_there() {
    let world = world();
    let narrowed = world.narrowed("agent:bob", Role::Proposer, PUBLIC);
    let everyone = world.caller("agent:claude", Role::Proposer);
    let hidden = world.proposed(&everyone, upsert("hidden/more.md", "more\n"));
    let open = world.proposed(&everyone, upsert("public/more.md", "more\n"));
    let ids: Vec<_> = world.updates(&narrowed, &UpdateFilter::default(), None, 50).unwrap().items;
    let ids: Vec<_> = ids.into_iter().map(|u| u.id).collect();
    assert_eq!(ids, std::slice::from_ref(&open.id));
    assert!(world.update(&narrowed, &open.id).is_ok());
    assert_eq!(code(world.update(&narrowed, &hidden.id)), Code::NotFound);
    assert_eq!(code(world.revision_diff(&narrowed, &hidden.id, 1)), Code::NotFound);
    let comment = UpdateAction::Comment { path: None, line: None, body: "hello".to_owned() };
    assert_eq!(code(world.act(&narrowed, &hidden.id, &comment)), Code::NotFound);
    assert!(world.act(&narrowed, &open.id, &comment).is_ok());
}

#[test]
fn an_earlier_revision_answers_for_its_own_paths() {
    let world = world();
    let everyone = world.caller("agent:claude", Role::Proposer);
    let first = world.proposed(&everyone, upsert("hidden/more.md", "a hidden word\n"));
    let second = world.proposed(&everyone, revising(&first.id, upsert("public/more.md", "more\n")));
    assert_eq!(second.revision, 2);
    let narrowed = world.narrowed("agent:bob", Role::Reader, PUBLIC);
    assert!(world.revision_diff(&narrowed, &first.id, 2).unwrap().contains("more"));
    assert_eq!(code(world.revision_diff(&narrowed, &first.id, 1)), Code::NotFound);
    assert!(world.revision_diff(&everyone, &first.id, 1).unwrap().contains("a hidden word"));
}

#[test]
fn a_narrowed_proposer_changes_nothing_outside_and_learns_nothing_by_trying() {
    let world = world();
    let narrowed = world.narrowed("agent:bob", Role::Proposer, PUBLIC);
    assert_eq!(code(world.propose(&narrowed, &upsert("hidden/x.md", "x\n"))), Code::ScopedToken);
    let mut rename = change("public/taken.md", "rename", None);
    rename.from = Some("hidden/hid.md".to_owned());
    let rename = NewUpdate { changes: vec![rename], ..upsert("x", "x") };
    assert_eq!(code(world.propose(&narrowed, &rename)), Code::ScopedToken);
    let guess = |line: &str| NewUpdate {
        changes: Vec::new(),
        patch: Some(format!("--- a/hidden/hid.md\n+++ b/hidden/hid.md\n@@ -1,1 +1,1 @@\n-{line}\n+x\n")),
        ..upsert("x", "x")
    };
    let told = |line: &str| world.propose(&narrowed, &guess(line)).map(drop).unwrap_err();
    assert_eq!(told("---").message, told("wrong").message);
    assert_eq!(told("---").code, Code::ScopedToken);
    // An id that a hidden record has already is a finding; where that record is, is not said.
    let twin = world.proposed(&narrowed, upsert("public/twin.md", &note("term:hid", "a twin")));
    assert_eq!(twin.phase, "Invalid");
    assert!(!format!("{twin:?}").contains("hidden/hid.md"), "{twin:#?}");
    assert!(format!("{:?}", world.update(&world.caller("user:ada", Role::Reader), &twin.id)).contains("hidden/hid.md"));
}

#[test]
fn git_and_decisions_are_not_for_narrowed_tokens() {
    let world = world();
    let everyone = world.caller("agent:claude", Role::Proposer);
    let open = world.proposed(&everyone, upsert("public/more.md", "more\n"));
    let narrowed = world.narrowed("user:bob", Role::Admin, PUBLIC);
    assert_eq!(code(world.approve(&narrowed, &open)), Code::ScopedToken);
    assert_eq!(code(world.merge(&narrowed, &open)), Code::ScopedToken);
    for (push, advertise) in [(false, true), (false, false), (true, true), (true, false)] {
        let request = lorekeep::engine::GitRequest {
            repository: "brain",
            push,
            advertise,
            protocol: None,
            correlation: "lk-1",
            door: None,
        };
        assert_eq!(code(world.as_engine().git(&narrowed, &request)), Code::ScopedToken);
    }
}
