//! Summaries, read as somebody who was not there would.

use super::told::*;
use lorekeep::ingest::{Moment, Outcome, StepKind, Story, summarize};

/// A session as they are: a goal, a mistake, a mend, a question that nobody answered.
fn a_session() -> Story {
    session([
        ask(1, "Imports fail when the upstream is slow. Add a retry budget to the importer.\n\nKeep the public API."),
        step(2, StepKind::Todo { open: vec!["add the budget".into(), "write the guide".into()], done: vec![] }),
        create(3, "src/importer/budget.rs"),
        edit(4, "src/importer/mod.rs"),
        command(
            5,
            "cargo test -p importer 2>&1 | tail -20",
            false,
            "error[E0432]: unresolved import `tokio::time`\nerror: could not compile `importer`",
        ),
        edit(6, "Cargo.toml"),
        command(7, "cargo test -p importer", true, "test result: ok. 14 passed"),
        ask(8, "continue"),
        decide(9, "Keep the budget per host, not per process"),
        ask(30, "Also log each retry, with the host and the delay"),
        edit(31, "src/importer/mod.rs"),
        command(32, "cargo clippy --all-targets", false, "error: this argument is passed by value"),
        step(33, StepKind::Todo { open: vec!["write the guide".into()], done: vec!["add the budget".into()] }),
        step(
            34,
            StepKind::Spent {
                tokens_in: 120_400,
                tokens_out: 3_210,
                micro_usd: 1_234_567,
                model: Some("model-a".into()),
            },
        ),
        say(35, "The budget is in and logged. Shall I also write the guide?"),
    ])
}

#[test]
fn a_session_is_summed_up() {
    let summary = summarize(&a_session());
    insta::assert_snapshot!("a_session", format!("# {}\n\n{}\n\n{}", summary.title, summary.brief, summary.body));
}

#[test]
fn a_run_is_summed_up() {
    let mut breakpoint = task("E4", "approve-release", 20, Outcome::Completed, None);
    if let Moment::Task(task) = &mut breakpoint {
        task.kind = Some("breakpoint".to_owned());
    }
    let story = run(
        Outcome::Failed,
        [
            event(1, "01KR00000000000000000000AA", "RUN_CREATED", Outcome::Running),
            task("E1", "collect-notes", 1, Outcome::Failed, Some("TimeoutError: upstream did not answer")),
            task("E2", "collect-notes", 5, Outcome::Completed, None),
            task("E3", "build-packages", 8, Outcome::Completed, None),
            breakpoint,
            task("E5", "publish", 30, Outcome::Failed, Some("AuthenticationError: token expired")),
            event(2, "01KR00000000000000000000BB", "RUN_FAILED", Outcome::Failed),
            artifact("blobs/packages.tar"),
        ],
    );
    let summary = summarize(&story);
    insta::assert_snapshot!("a_run", format!("# {}\n\n{}\n\n{}", summary.title, summary.brief, summary.body));
}

#[test]
fn a_story_that_says_nothing_has_no_empty_sections() {
    let summary = summarize(&session([]));
    assert_eq!(summary.body.matches("## ").count(), 1, "{}", summary.body);
    assert!(summary.body.contains("claude-code 2.0.1"), "what ran is all that is known:\n{}", summary.body);
}

#[test]
fn a_run_that_failed_says_why_in_short_and_runs_of_one_process_have_titles_of_their_own() {
    let failed = [task("E1", "publish", 1, Outcome::Failed, Some("AuthenticationError: token expired"))];
    let mut story = run(Outcome::Failed, failed);
    story.head.goal = None;
    let summary = summarize(&story);
    assert_eq!(summary.title, "release/publish, 2026-05-10");
    assert_eq!(summary.brief, "Failed: AuthenticationError: token expired. 1 task, 1 failed; 42 min.");
}

#[test]
fn what_was_taken_out_is_no_title() {
    let summary = summarize(&session([ask(1, "[REDACTED:prompt-injection:1]\nMake imports faster, please")]));
    assert_eq!(summary.title, "Make imports faster, please");
}

#[test]
fn every_place_that_a_sentence_names_is_in_the_references() {
    let summary = summarize(&a_session());
    let named: Vec<u64> = summary.refs.iter().filter_map(|place| place.line).collect();
    for place in summary.body.split("`[session.jsonl:").skip(1) {
        let line: u64 = place.split(']').next().unwrap().parse().unwrap();
        assert!(named.contains(&line), "{line}");
    }
    assert!(named.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn a_question_that_was_answered_is_no_open_end() {
    let asked = [ask(1, "Make it so that imports retry"), say(2, "Shall I begin?")];
    assert!(
        summarize(&session(asked.clone())).body.contains("Nobody answered the agent's last question: “Shall I begin?”")
    );
    let answered = asked.into_iter().chain([ask(3, "yes")]);
    assert!(!summarize(&session(answered)).body.contains("Nobody answered"));
}

#[test]
fn a_summary_is_short_however_long_the_session() {
    let steps = (0..6_000u64).flat_map(|n| {
        [
            ask(8 * n, &format!("Now please do the thing number {n} as well, and carefully")),
            decide(8 * n + 1, &format!("Do the thing number {n}")),
            command(8 * n + 2, &format!("make thing-{n}"), false, &format!("error: thing {n} is missing")),
            edit(8 * n + 3, &format!("things/{}/{n}.rs", n % 40)),
            command(8 * n + 4, &format!("make thing-{n}"), n % 2 == 0, "done"),
        ]
    });
    let summary = summarize(&session(steps));
    assert!(summary.body.len() < 16_000, "{} bytes:\n{}", summary.body.len(), summary.body);
    assert!(summary.body.contains("more"), "it says what it leaves out");
}

#[test]
fn two_files_whose_short_names_are_alike_keep_their_whole_names() {
    let at = |file: &str, moment: Moment| match moment {
        Moment::Step(mut step) => {
            step.source.file = file.to_owned();
            Moment::Step(step)
        }
        other => other,
    };
    let (one, two) = ("0f9a2c1e-5b7d-4e21-9c3f-1a2b3c4d5e6f.jsonl", "0f9a2c1e-ffff-4e21-9c3f-1a2b3c4d5e6f.jsonl");
    let body = summarize(&session([
        at(one, ask(1, "Do the first thing, please")),
        at(two, ask(2, "Do the second thing, please, too")),
    ]))
    .body;
    assert!(body.contains("`[0f9a2c1e….jsonl:1]`") && body.contains(&format!("`[{two}:2]`")), "{body}");
}
