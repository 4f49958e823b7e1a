//! What a collector keeps, and what it counts.

use super::told::*;
use lorekeep::ingest::story::Match;
use lorekeep::ingest::{Outcome, StepKind, Story, StoryError};

#[test]
fn a_story_is_read_back_as_it_was_stored() {
    let story = run(
        Outcome::Failed,
        [
            event(1, "A", "RUN_CREATED", Outcome::Running),
            task("E1", "build", 1, Outcome::Failed, Some("it broke")),
            artifact("a"),
        ],
    );
    assert_eq!(Story::from_bytes(&story.to_bytes()).unwrap(), story);
}

#[test]
fn a_story_of_another_format_is_not_read() {
    let text = String::from_utf8(session([]).to_bytes()).unwrap().replace("\"format\":1", "\"format\":2");
    assert!(matches!(Story::from_bytes(text.as_bytes()), Err(StoryError::Format(2))));
    assert!(matches!(Story::from_bytes(b"{}"), Err(StoryError::Malformed(_))));
}

#[test]
fn the_order_of_events_tasks_and_artifacts_does_not_matter() {
    let moments = || {
        let events = (1..60).map(|n| event(n, "K", if n % 7 == 0 { "TASK_FAILED" } else { "NOTE" }, Outcome::Running));
        let tasks = (1..60).map(|n| task(&format!("E{n:02}"), "build", n, Outcome::Completed, None));
        let artifacts = (1..60).map(|n| artifact(&format!("blobs/{n:02}")));
        events.chain(tasks).chain(artifacts).collect::<Vec<_>>()
    };
    let mut turned = moments();
    turned.reverse();
    assert_eq!(run(Outcome::Completed, moments()).to_bytes(), run(Outcome::Completed, turned).to_bytes());
}

#[test]
fn beyond_the_limits_both_ends_stay_and_counts_are_exact() {
    let story = run(Outcome::Completed, (0..9_000).map(|n| event(n, "K", "NOTE", Outcome::Running)));
    assert_eq!((story.events.total, story.events.items.len()), (9_000, 1_000));
    assert_eq!(story.events.items.first().unwrap().sequence, 0);
    assert_eq!(story.events.items.last().unwrap().sequence, 8_999);
    let story = run(Outcome::Completed, (0..5_000).map(|n| task(&format!("E{n}"), "t", n, Outcome::Failed, None)));
    assert_eq!((story.tasks.total, story.task_outcomes.failed, story.tasks.items.len()), (5_000, 5_000, 500));
}

#[test]
fn events_that_say_something_have_room_of_their_own() {
    let failure = [event(4_500, "F", "TASK_FAILED", Outcome::Failed)];
    let story = run(Outcome::Failed, (0..9_000).map(|n| event(n, "K", "NOTE", Outcome::Running)).chain(failure));
    assert!(story.events.items.iter().any(|event| event.event_type == "TASK_FAILED"));
}

#[test]
fn a_flood_of_everything_leaves_a_small_story() {
    let long = "x".repeat(900);
    let flood = (0..20_000u64).map(|n| {
        let step_kind = match n % 6 {
            0 => StepKind::Ask { text: format!("{n} {long}") },
            1 => StepKind::Say { text: long.clone() },
            2 => StepKind::Command {
                line: format!("make t{n} {long}"),
                ok: Some(false),
                status: Some(1),
                output: long.clone(),
            },
            3 => StepKind::Edit { path: format!("src/{n}/{long}"), created: false, ok: None },
            4 => StepKind::Tool { name: format!("{n}{long}"), ok: Some(false), output: long.clone() },
            _ => StepKind::Todo { open: vec![long.clone(); 50], done: vec![] },
        };
        step(n, step_kind)
    });
    let story = session(flood);
    assert!(story.to_bytes().len() < 2 << 20, "{}", story.to_bytes().len());
    assert_eq!(story.talk.asked.total, 3_334);
    assert_eq!(story.files.changes, 3_333);
    assert_eq!(story.files.touched.len() as u64 + story.files.changes_beyond, 3_333);
    assert_eq!(story.todo.unwrap().open.total, 50);
}

#[test]
fn large_data_says_what_is_left_out() {
    let mut big = event(1, "K", "NOTE", Outcome::Running);
    if let lorekeep::ingest::Moment::Event(event) = &mut big {
        event.data = serde_json::json!({"list": (0..500).collect::<Vec<_>>(), "text": "y".repeat(9_000)});
    }
    let story = run(Outcome::Completed, [big]);
    let data = &story.events.items[0].data;
    assert!(
        data.len() <= 1_500 && data.contains("more items are left out") && data.contains("more characters"),
        "{data}"
    );
}

#[test]
fn a_failure_is_mended_by_the_same_command_wherever_its_output_goes() {
    let story = session([
        command(1, "cd /x && RUST_LOG=1 cargo test --lib 2>&1 | tail -5", false, "error[E0308]: mismatched types"),
        edit(2, "src/a.rs"),
        command(3, "cargo test --lib > out.txt", true, "test result: ok. 3 passed"),
    ]);
    let mend = &story.commands.mended.items[0];
    assert_eq!((mend.matched, mend.failure.error.as_str()), (Match::Same, "error[E0308]: mismatched types"));
    assert_eq!(mend.changed.items, ["src/a.rs"]);
    assert!(story.commands.unmended.items.is_empty());
}

#[test]
fn a_broader_run_of_the_command_mends_and_a_narrower_one_does_not() {
    let broader = session([
        command(1, "cargo test index::lines", false, "error: no field `a`"),
        edit(2, "src/a.rs"),
        command(3, "cargo test", true, ""),
    ]);
    assert_eq!(broader.commands.mended.items[0].matched, Match::Broader);
    let narrower =
        session([command(1, "cargo test", false, "error: no field `a`"), command(2, "cargo test one", true, "")]);
    assert!(
        narrower.commands.mended.items.is_empty() && narrower.commands.unmended.items.is_empty(),
        "nobody can tell"
    );
}

#[test]
fn a_filter_does_not_hide_a_failure() {
    let hidden = [command(1, "cargo test 2>&1 | tail -3", true, "test result: FAILED. 1 passed; 2 failed")];
    let story = session(hidden);
    assert_eq!((story.commands.failed, story.commands.unmended.items.len()), (1, 1));
    let silent = session([
        command(1, "make check", false, "error: undefined x"),
        command(2, "make check | head -1", true, "checking"),
    ]);
    assert!(silent.commands.mended.items.is_empty(), "a filter's status is no proof");
}

#[test]
fn what_only_looks_something_up_is_no_failure_to_follow() {
    let story = session([
        command(1, "grep -rn foo src", false, ""),
        command(2, "git diff --exit-code", false, ""),
        command(3, "ls x", false, ""),
    ]);
    assert_eq!((story.commands.failed, story.commands.unmended.total), (3, 0));
}

#[test]
fn a_failure_that_passed_later_elsewhere_is_no_open_end() {
    let mut aside = command(1, "cargo test", false, "error: x");
    if let lorekeep::ingest::Moment::Step(step) = &mut aside {
        step.source.file = "subagents/agent-1.jsonl".to_owned();
        step.aside = true;
    }
    let story = session([aside.clone(), command(5, "cargo test", true, "")]);
    assert!(story.commands.unmended.items.is_empty() && story.commands.mended.items.is_empty());
    assert_eq!(session([command(0, "cargo test", true, ""), aside]).commands.unmended.items.len(), 1);
}

#[test]
fn what_programs_write_in_a_persons_place_is_not_asked() {
    let story = session([
        ask(1, "<command-name>/clear</command-name>"),
        ask(2, "Caveat: The messages below were generated"),
        ask(3, "Make imports faster"),
    ]);
    assert_eq!(story.talk.asked.total, 1);
    assert_eq!(story.talk.asked.items[0].text, "Make imports faster");
}

#[test]
fn long_pauses_are_waits_and_say_for_whom() {
    let story =
        session([ask(0, "Begin it please now"), say(5, "Shall I?"), ask(185, "yes"), say(186, "ok"), say(226, "done")]);
    let waits: Vec<(u64, bool)> = story.times.waits.iter().map(|wait| (wait.seconds / 60, wait.for_person)).collect();
    assert_eq!(waits, [(180, true), (40, false)]);
    assert_eq!(story.times.waited, 220 * 60);
}
