//! Records, documents, queries and lists: at the tip and at an old time, the same with an index and without.

use super::world::{NOW, World, ask, at, name, named, org, upsert};
use super::{code, note};
use crate::screen::tokens::alphanumeric;
use crate::support::TestRepo;
use lorekeep::base::Timestamp;
use lorekeep::engine::{Code, RecordFilter, RefRequest, Role};
use lorekeep::index::Index;

#[test]
fn a_document_is_what_git_shows_at_the_tip_and_at_an_old_time() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    world.land("runbooks/a.md", &note("term:a", "the first text"));
    let first = world.tip();
    world.later(100);
    world.land("runbooks/a.md", &note("term:a", "the second text"));
    let old = at(Timestamp::from_seconds(NOW + 50));
    for (request, commit) in [(RefRequest::default(), world.tip()), (old, first)] {
        let shown = world.git(&["show", &format!("{commit}:runbooks/a.md")]) + "\n";
        let document = world.document(&reader, None, "runbooks/a.md", None, &request).unwrap();
        assert_eq!((&document.text, document.resolution.commit), (&shown, commit));
        let record = world.record(&reader, Some("brain"), "term:a", &request).unwrap();
        assert_eq!((record.text, record.digest), (shown, document.digest));
        assert_eq!((record.id.as_deref(), record.kind.as_deref()), (Some("term:a"), Some("Term")));
    }
    let answer = world.query(&reader, &ask("first text", at(Timestamp::from_seconds(NOW)))).unwrap();
    assert_eq!(answer.resolution.commit, first);
    assert!(answer.outcome.excerpts.iter().any(|e| e.text.contains("the first text")));
    assert!(world.finds(&reader, "second").contains(&"term:a".to_owned()));
}

#[test]
fn the_order_is_that_of_the_ranking_which_the_asked_commit_keeps() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    world.land("a.md", "---\ntitle: zebra\n---\nOnly the title.\n");
    world.land("b.md", "---\ntitle: Other\n---\nOnly a zebra in the text.\n");
    let before = Timestamp::from_seconds(NOW + 50);
    world.later(100);
    let (proposer, mia) = (world.caller("agent:claude", Role::Proposer), world.caller("user:mia", Role::Maintainer));
    let ranking = upsert("ontology/ranking.yaml", "version: 1\ntext: {title: {weight: 0.1}}\n");
    let update = world.proposed(&proposer, ranking);
    world.approve(&mia, &update).unwrap();
    world.merge(&mia, &update).unwrap();
    let first = |at: RefRequest| world.query(&reader, &ask("zebra", at)).unwrap().outcome.records[0].id.clone();
    assert_eq!(first(at(before)), "a.md");
    assert_eq!(first(RefRequest::default()), "b.md");
}

#[test]
fn lines_of_a_document_are_those_lines_and_impossible_ones_are_refused() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    world.land("notes/l.md", "one\ntwo\nthree\n");
    let lines = |range| world.document(&reader, None, "notes/l.md", Some(range), &RefRequest::default());
    let some = lines((2, 3)).unwrap();
    assert_eq!((some.text.as_str(), some.line_start, some.line_end), ("two\nthree\n", 2, 3));
    assert_eq!(lines((2, 900)).unwrap().text, "two\nthree\n");
    assert_eq!(lines((1, u32::MAX)).unwrap().text, "one\ntwo\nthree\n");
    for bad in [(0, 1), (3, 2), (u32::MAX, 1)] {
        assert_eq!(code(lines(bad)), Code::BadRequest, "{bad:?}");
    }
}

#[test]
fn hostile_paths_and_ids_are_not_found_and_not_echoed_raw() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    let now = RefRequest::default();
    for bad in ["../secret", "/etc/passwd", "a//b", "", ".git/config", "a\0b", "x\u{1b}[31m"] {
        let error = world.document(&reader, None, bad, None, &now).unwrap_err();
        assert!(matches!(error.code, Code::BadRequest | Code::NotFound), "{bad:?}: {error}");
        assert!(!error.message.contains('\u{1b}') && !error.message.contains('\0'), "{error:?}");
    }
    let error = world.record(&reader, None, &"x\u{1b}".repeat(5_000), &now).unwrap_err();
    assert_eq!(error.code, Code::NotFound);
    assert!(error.message.len() < 2_000 && !error.message.contains('\u{1b}'));
}

#[test]
fn pages_of_a_list_are_of_one_commit_whatever_lands_between_them() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    for id in ["a", "b", "c"] {
        world.land(&format!("pages/{id}.md"), &note(&format!("term:{id}"), id));
    }
    let filter = RecordFilter { kind: Some("Term".to_owned()), ..RecordFilter::default() };
    let page = |cursor: Option<&str>| world.records(&reader, None, &filter, &RefRequest::default(), cursor, 1).unwrap();
    let (first, mut page_of) = page(None);
    world.land("pages/aa.md", &note("term:aa", "between"));
    let mut ids: Vec<String> = page_of.items.iter().map(|r| r.id.clone()).collect();
    while let Some(cursor) = page_of.next_cursor.clone() {
        let (resolution, next) = page(Some(&cursor));
        assert_eq!(resolution.commit, first.commit);
        ids.extend(next.items.iter().map(|r| r.id.clone()));
        page_of = next;
    }
    assert_eq!(ids, ["term:a", "term:b", "term:c", "term:company-brain"]);
    for bad in ["", "x", "1.2", "zz.1", &format!("{}.-1", first.commit), &format!("{}.x", first.commit)] {
        let list = world.records(&reader, None, &filter, &RefRequest::default(), Some(bad), 1);
        assert_eq!(code(list), Code::BadRequest, "{bad}");
    }
    let far = format!("{}.{}", first.commit, usize::MAX);
    assert!(world.records(&reader, None, &filter, &RefRequest::default(), Some(&far), 1).unwrap().1.items.is_empty());
    let nowhere = format!("{}.1", "12".repeat(20));
    let list = world.records(&reader, None, &filter, &RefRequest::default(), Some(&nowhere), 1);
    assert_eq!(code(list), Code::RefNotFound);
}

#[test]
fn a_name_of_another_org_is_refused_as_one_that_is_nowhere() {
    let world = World::new();
    world.create_org(&org("other")).unwrap();
    world.create_repository(&org("other"), &name("theirs"), None, &mut |_, _| ()).unwrap();
    let reader = world.caller("user:ada", Role::Admin);
    let outcome = |repository: &str| {
        let mut question = ask("brain", RefRequest::default());
        question.repository = Some(repository.to_owned());
        let mut update = upsert("notes/a.md", "x\n");
        update.repository = Some(repository.to_owned());
        let now = RefRequest::default();
        let filter = lorekeep::engine::UpdateFilter { repository: Some(repository.to_owned()), ..Default::default() };
        [
            world.query(&reader, &question).map(drop).unwrap_err(),
            world.resolve(&reader, Some(repository), &now).map(drop).unwrap_err(),
            world.record(&reader, Some(repository), "term:company-brain", &now).map(drop).unwrap_err(),
            world.document(&reader, Some(repository), "README.md", None, &now).map(drop).unwrap_err(),
            world.records(&reader, Some(repository), &RecordFilter::default(), &now, None, 5).map(drop).unwrap_err(),
            world.propose(&reader, &update).map(drop).unwrap_err(),
            world.updates(&reader, &filter, None, 5).map(drop).unwrap_err(),
            world.repository(&reader, repository).map(drop).unwrap_err(),
        ]
        .map(|e| (e.code, e.message, e.reasons))
    };
    let (theirs, nobodys, impossible) = (outcome("theirs"), outcome("nobodys"), outcome("../x"));
    assert_eq!(theirs, nobodys);
    assert_eq!(theirs, impossible);
    assert!(theirs[..7].iter().all(|(code, ..)| *code == Code::CrossOrgRefDenied), "{theirs:?}");
    assert_eq!(theirs[7].0, Code::NotFound);
}

#[test]
fn an_update_of_another_org_is_refused_as_one_that_is_nowhere() {
    let world = World::new();
    let proposer = world.caller("agent:claude", Role::Proposer);
    let update = world.proposed(&proposer, upsert("notes/a.md", "x\n"));
    world.create_org(&org("other")).unwrap();
    let stranger = world.caller_of("other", "user:eve", Role::Admin, None);
    let nowhere = lorekeep::base::id::UpdateId::fresh();
    let comment = lorekeep::engine::UpdateAction::Comment { path: None, line: None, body: "hello".to_owned() };
    for act in [&lorekeep::engine::UpdateAction::Refresh, &comment] {
        let told = |id| world.act(&stranger, id, act).map(drop).unwrap_err();
        let (theirs, none) = (told(&update.id), told(&nowhere));
        assert_eq!(theirs.code, Code::NotFound);
        assert_eq!(theirs.message.replace(update.id.as_str(), "ID"), none.message.replace(nowhere.as_str(), "ID"));
    }
    assert_eq!(code(world.update(&stranger, &update.id)), Code::NotFound);
    assert_eq!(code(world.revision_diff(&stranger, &update.id, 1)), Code::NotFound);
}

#[test]
fn an_index_that_another_process_writes_changes_no_answer() {
    let mut world = World::new();
    world.land("notes/a.md", &note("term:a", "one"));
    world.stop();
    let other = Index::open(&world.path().join("index/a5c/brain")).unwrap();
    world.start();
    let reader = world.caller("user:ada", Role::Reader);
    world.land("notes/b.md", &note("term:b", "while it is held"));
    let question = ask("while it is held", RefRequest::default());
    let beside = world.query(&reader, &question).unwrap();
    assert_eq!(beside.outcome.records[0].id, "term:b");
    drop(other);
    let alone = world.query(&reader, &question).unwrap();
    let shown = |a: &lorekeep::engine::Answer| serde_json::to_string(&a.outcome).unwrap();
    assert_eq!(shown(&beside), shown(&alone));
    assert_eq!(beside.resolution.index_digest, alone.resolution.index_digest);
}

#[test]
fn an_index_that_is_gone_or_garbled_is_made_anew_with_the_same_answers() {
    let mut world = World::new();
    world.land("notes/a.md", &note("term:a", "one"));
    let reader = world.caller("user:ada", Role::Reader);
    let answer = |world: &World| {
        serde_json::to_string(&world.query(&reader, &ask("one", RefRequest::default())).unwrap().outcome).unwrap()
    };
    let before = answer(&world);
    let folder = world.path().join("index/a5c/brain");
    world.stop();
    std::fs::remove_dir_all(&folder).unwrap();
    world.start();
    assert_eq!(answer(&world), before);
    world.stop();
    for file in std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().path()).filter(|p| p.is_file()) {
        std::fs::write(file, b"garbled, but not empty").unwrap();
    }
    world.start();
    assert_eq!(answer(&world), before, "at once, whatever of history is filled in");
    world.stop();
    world.start();
    let view = &world.repositories(&org("a5c")).unwrap()[0];
    assert_eq!(view.indexed, (2, 2), "who stops a server waits until history is filled in");
    assert_eq!(answer(&world), before);
}

#[test]
fn an_index_folder_that_vanishes_under_a_server_stops_no_read() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    std::fs::remove_dir_all(world.path().join("index/a5c/brain")).unwrap();
    world.land("notes/a.md", &note("term:a", "one"));
    assert!(world.finds(&reader, "one").contains(&"term:a".to_owned()));
}

#[test]
fn a_secret_that_was_adopted_never_leaves() {
    let world = World::bare();
    world.create_org(&org("a5c")).unwrap();
    let secret = format!("ghp_{}", alphanumeric(36));
    let old = TestRepo::with_files(&[("notes/a.md", &format!("# Old\n\nkey {secret} here\n"))]);
    let source = old.path().to_string_lossy().into_owned();
    world.create_repository(&org("a5c"), &name("brain"), Some(&source), &mut |_, _| ()).unwrap();
    let reader = world.caller("user:ada", Role::Reader);
    let document = world.document(&reader, None, "notes/a.md", None, &RefRequest::default()).unwrap();
    assert!(document.text.contains("key [REDACTED:secret] here"), "{}", document.text);
    assert_eq!(document.redactions, 1);
    let line = world.document(&reader, None, "notes/a.md", Some((3, 3)), &RefRequest::default()).unwrap();
    assert_eq!(line.text, "key [REDACTED:secret] here\n");
    let proposer = world.caller("agent:claude", Role::Proposer);
    let update = world.proposed(&proposer, upsert("notes/a.md", &format!("# Old\n\nkey {secret} here, again\n")));
    let shown = format!("{:?}", world.update(&reader, &update.id).unwrap());
    assert!(!shown.contains(&secret));
    assert!(!world.revision_diff(&reader, &update.id, 1).unwrap().contains(&secret));
}

#[test]
fn text_that_is_kept_back_is_given_by_no_read() {
    let world = World::new();
    let reader = world.caller("user:ada", Role::Reader);
    let text = note("term:vault", "where the key lies").replace("status:", "sensitivity: secret-metadata\nstatus:");
    world.land("notes/vault.md", &text);
    let now = RefRequest::default();
    for document in [
        world.record(&reader, None, "term:vault", &now).unwrap(),
        world.document(&reader, None, "notes/vault.md", None, &now).unwrap(),
        world.document(&reader, None, "notes/vault.md", Some((9, 11)), &now).unwrap(),
    ] {
        assert_eq!((document.text.as_str(), document.redactions), ("[WITHHELD]", 1));
        assert_eq!(document.title, "vault");
    }
}

#[test]
fn repositories_of_one_org_answer_for_themselves() {
    let world = World::new();
    world.create_repository(&org("a5c"), &name("second"), None, &mut |_, _| ()).unwrap();
    let reader = world.caller("user:ada", Role::Reader);
    assert_eq!(code(world.query(&reader, &ask("x", RefRequest::default()))), Code::BadRequest);
    world.land_in("brain", "notes/a.md", &note("term:a", "only here"));
    let mut question = ask("only here", RefRequest::default());
    question.repository = Some("second".to_owned());
    let ids: Vec<String> = world.query(&reader, &question).unwrap().outcome.records.into_iter().map(|h| h.id).collect();
    assert!(!ids.contains(&"term:a".to_owned()));
    assert_eq!(code(world.document(&reader, Some("second"), "notes/a.md", None, &named("main"))), Code::NotFound);
}
