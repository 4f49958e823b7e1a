//! Where memory comes from and where it went: blame, history, bisect, impact.

use super::world::{World, ask, upsert};
use super::{code, note};
use lorekeep::base::CommitId;
use lorekeep::engine::{
    Ask, AskBisect, Caller, Code, Impact, ImpactOf, Memory, NewSnapshot, NewUpdate, QueryLimits, RefRequest, Role,
    SnapshotView,
};
use std::sync::Arc;

fn pin(world: &World, by: &Caller, text: &str, run: &str) -> SnapshotView {
    let new = NewSnapshot {
        query: Some(ask(text, RefRequest::default())),
        source_run: Some(run.to_owned()),
        ..NewSnapshot::default()
    };
    world.create_snapshot(by, &new).unwrap()
}

fn runs(impact: &Impact) -> Vec<String> {
    impact.page.items.iter().map(|item| item.source_run.clone().unwrap()).collect()
}

fn through(impact: &Impact) -> Vec<&str> {
    impact.page.items.iter().flat_map(|item| item.reached.records.iter().map(|record| record.2)).collect()
}

fn local(world: &World) -> Memory {
    Memory::local(&world.git_dir(), Arc::new(lorekeep::base::time::SystemClock)).unwrap()
}

#[test]
fn each_line_names_its_landing_its_author_its_approvers_its_update_and_its_run() {
    let world = World::new();
    let first = world.land("notes/a.md", &note("term:a", "One.\n\nTwo."));
    let (proposer, rae) = (world.caller("agent:claude", Role::Proposer), world.caller("user:rae", Role::Reviewer));
    world.later(60);
    let change = upsert("notes/a.md", &note("term:a", "One.\n\nThree."));
    let update = world.proposed(&proposer, NewUpdate { source_run: Some("run-7".to_owned()), ..change });
    world.approve(&rae, &update).unwrap();
    let second = world.merge(&rae, &update).unwrap();
    let blame = world.blame(&rae, None, "notes/a.md", None, &RefRequest::default()).unwrap();
    let whole: Vec<&str> = blame.runs.iter().flat_map(|run| run.lines.iter().map(String::as_str)).collect();
    assert_eq!(whole.join("\n") + "\n", note("term:a", "One.\n\nThree."));
    let last = blame.runs.last().unwrap();
    assert_eq!(last.lines, ["Three."]);
    let by = last.by.as_ref().unwrap();
    assert_eq!(Some(by.commit), second.merge_commit);
    assert_eq!(by.landed_at, Some(world.now()));
    assert!(by.author.starts_with("agent:claude <"), "{}", by.author);
    assert_eq!(by.approvers, ["user:rae"]);
    assert_eq!(by.update.as_deref(), Some(update.id.as_str()));
    assert_eq!(by.source_run.as_deref(), Some("run-7"));
    assert_eq!(blame.runs[0].by.as_ref().map(|by| by.commit), first.merge_commit);
    let (from, to) = (last.line_start, last.line_end);
    let part = world.blame(&rae, None, "notes/a.md", Some((from - 1, to)), &RefRequest::default()).unwrap();
    assert_eq!(part.runs.iter().map(|run| run.lines.len()).sum::<usize>(), 2);
    assert_eq!(part.runs.last().unwrap(), last);
}

#[test]
fn blame_and_history_are_held_to_the_scope_and_hide_secrets() {
    let world = World::new();
    world.land("notes/a.md", &note("term:a", "One."));
    let elsewhere = world.narrowed("agent:n", Role::Reader, r#"{"includePaths": ["runbooks/**"]}"#);
    let now = RefRequest::default();
    assert_eq!(code(world.blame(&elsewhere, None, "notes/a.md", None, &now)), Code::NotFound);
    assert_eq!(code(world.record_history(&elsewhere, None, "term:a", &now, 10)), Code::NotFound);
    let notes = world.narrowed("agent:n", Role::Reader, r#"{"includePaths": ["notes/**"]}"#);
    let versions = world.record_history(&notes, None, "term:a", &now, 10).unwrap();
    assert_eq!((versions.len(), versions[0].change.as_str(), versions[0].subject.as_str()), (1, "added", ""));
    assert_eq!(versions[0].approvers.len(), 1);
}

#[test]
fn a_landing_reaches_the_snapshots_that_selected_its_lines_and_no_other() {
    let world = World::new();
    let reader = world.caller("agent:r", Role::Reader);
    world.land("notes/retry.md", &note("term:retry", "The retry budget is five.\n\nA second paragraph."));
    pin(&world, &reader, "retry budget", "before");
    let bad = world.land("notes/retry.md", &note("term:retry", "The retry budget is nine.\n\nA second paragraph."));
    pin(&world, &reader, "retry budget", "during");
    world.land("notes/other.md", &note("term:other", "Deploys on Friday."));
    pin(&world, &reader, "deploys friday", "beside");
    world.land("notes/retry.md", &note("term:retry", "The retry budget is nine.\n\nAnother paragraph."));
    pin(&world, &reader, "retry budget", "still");
    world.land("notes/retry.md", &note("term:retry", "The retry budget is five again.\n\nAnother paragraph."));
    pin(&world, &reader, "retry budget", "mended");
    let commit = ImpactOf::Commit(bad.merge_commit.unwrap().to_string());
    let by_commit = world.impact(&reader, None, &commit, None, 50).unwrap();
    assert_eq!(runs(&by_commit), ["still", "during"]);
    assert_eq!(through(&by_commit), ["lines", "lines"]);
    assert!(by_commit.page.items.iter().all(|item| !item.reached.excerpts.is_empty()));
    let by_update = world.impact(&reader, None, &ImpactOf::Update(bad.id.clone()), None, 50).unwrap();
    assert_eq!(runs(&by_update), ["still", "during"]);
    let head = ImpactOf::Commit(bad.head_commit.to_string());
    let by_head = world.impact(&reader, None, &head, None, 50).unwrap();
    assert_eq!((runs(&by_head), by_head.landing), (runs(&by_commit), bad.merge_commit));
    let by_record = world.impact(&reader, None, &ImpactOf::Record("term:retry".to_owned()), None, 50).unwrap();
    assert_eq!(runs(&by_record), ["mended", "still", "during", "before"]);
}

#[test]
fn lines_taken_out_reach_whoever_read_the_file_as_it_was_left() {
    let world = World::new();
    let reader = world.caller("agent:r", Role::Reader);
    world.land("notes/retry.md", &note("term:retry", "The retry budget is five.\n\nNever in production."));
    pin(&world, &reader, "retry budget", "before");
    let cut = world.land("notes/retry.md", &note("term:retry", "The retry budget is five."));
    pin(&world, &reader, "retry budget", "after");
    let impact = world.impact(&reader, None, &ImpactOf::Update(cut.id), None, 50).unwrap();
    assert_eq!((runs(&impact), through(&impact)), (vec!["after".to_owned()], vec!["version"]));
}

#[test]
fn impact_goes_by_pages_and_names_only_what_the_caller_sees() {
    let world = World::new();
    let reader = world.caller("agent:r", Role::Reader);
    let landed = world.land("notes/retry.md", &note("term:retry", "The retry budget is five."));
    (0..3).for_each(|n| _ = pin(&world, &reader, "retry budget", &format!("run-{n}")));
    let of = ImpactOf::Commit(landed.merge_commit.unwrap().to_string());
    let first = world.impact(&reader, None, &of, None, 2).unwrap();
    let cursor = first.page.next_cursor.clone().unwrap();
    let second = world.impact(&reader, None, &of, Some(&cursor), 2).unwrap();
    assert_eq!((runs(&first).len(), runs(&second), second.page.next_cursor), (2, vec!["run-0".to_owned()], None));
    let elsewhere = world.narrowed("agent:n", Role::Reader, r#"{"includePaths": ["runbooks/**"]}"#);
    assert!(world.impact(&elsewhere, None, &of, None, 50).unwrap().page.items.is_empty());
    assert_eq!(code(world.impact(&elsewhere, None, &ImpactOf::Update(landed.id), None, 50)), Code::NotFound);
    let proposer = world.caller("agent:p", Role::Proposer);
    let open = world.proposed(&proposer, upsert("notes/x.md", &note("term:x", "X.")));
    assert_eq!(code(world.impact(&reader, None, &ImpactOf::Update(open.id), None, 50)), Code::Conflict);
    let off = ImpactOf::Commit(open.head_commit.to_string());
    assert_eq!(code(world.impact(&reader, None, &off, None, 50)), Code::RefNotApproved);
}

fn question(text: &str, expect: &str) -> AskBisect {
    let ask =
        Ask { limits: QueryLimits { max_records: 40, ..QueryLimits::default() }, ..ask(text, RefRequest::default()) };
    AskBisect { ask, expect: expect.to_owned(), ..AskBisect::default() }
}

#[test]
fn bisect_finds_the_landing_that_changed_an_answer_and_says_who_approved_it() {
    let world = World::new();
    for n in 0..5 {
        world.land(&format!("notes/n{n}.md"), &note(&format!("term:n{n}"), "Nothing of that."));
    }
    let came = world.land("notes/retry.md", &note("term:retry", "The retry budget is five."));
    for n in 5..9 {
        world.land(&format!("notes/n{n}.md"), &note(&format!("term:n{n}"), "Nothing of that."));
    }
    let memory = local(&world);
    let found = memory.bisect(&question("retry budget", "term:retry")).unwrap();
    assert_eq!(Some(found.landing.commit), came.merge_commit);
    assert_eq!((found.rank_before, found.rank_after), (None, Some(1)));
    assert_eq!(found.landing.approvers, ["user:rae"]);
    assert_eq!(found.landing.update.as_deref(), Some(came.id.as_str()));
    assert_eq!(found.changes.unwrap().json["records"][0]["id"], "term:retry");
    assert_eq!(
        found.before,
        CommitId::parse(&world.git(&["rev-parse", &format!("{}^", found.landing.commit)])).unwrap()
    );
    assert!(found.asked <= 6, "{} commits were asked", found.asked);
    assert_eq!(code(memory.bisect(&question("retry budget", "term:nobody"))), Code::NotFound);
    let end = |commit: CommitId| Some(super::world::named(&commit.to_string()));
    let inside = AskBisect { good: end(found.landing.commit), ..question("retry budget", "term:retry") };
    assert_eq!(code(memory.bisect(&inside)), Code::NotFound);
    let turned = AskBisect { good: end(world.tip()), bad: end(found.before), ..inside };
    assert_eq!(code(memory.bisect(&turned)), Code::BadRequest);
}

#[test]
fn bisect_finds_what_pushed_a_record_down() {
    let world = World::new();
    world.land("notes/retry.md", &note("term:retry", "The retry budget is five, in a long text of many other words."));
    world.land("notes/n.md", &note("term:n", "Nothing of that."));
    let above = world.land("notes/retry-budget.md", &note("term:retry-budget", "The retry budget. Retry budget."));
    world.land("notes/m.md", &note("term:m", "Nothing of that."));
    let start = world.git(&["rev-list", "--first-parent", "--max-count=1", "--skip=3", "main"]);
    let good = Some(super::world::named(&start));
    let ask = AskBisect { rank: Some(1), good, ..question("retry budget", "term:retry") };
    let found = local(&world).bisect(&ask).unwrap();
    assert_eq!(Some(found.landing.commit), above.merge_commit);
    assert_eq!((found.rank_before, found.rank_after), (Some(1), Some(2)));
}
