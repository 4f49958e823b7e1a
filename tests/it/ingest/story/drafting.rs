//! The files of a story: by tier, by name, and whether the rules of a memory let them in.

use super::told::*;
use lorekeep::ingest::{BadTarget, DocumentKind, DraftFile, Moment, Outcome, RetentionTier, SourceKind, Story, Target};

/// A run of which something is there for every sort of file.
fn a_run() -> Story {
    run(
        Outcome::Completed,
        [
            event(1, "A", "RUN_CREATED", Outcome::Running),
            event(2, "B", "EFFECT_REQUESTED", Outcome::Running),
            event(2, "C", "EFFECT_RESOLVED", Outcome::Failed),
            event(3, "D", "RUN_COMPLETED", Outcome::Completed),
            task("E1", "build", 1, Outcome::Failed, Some("it broke")),
            task("E2", "build", 4, Outcome::Completed, None),
            command(5, "npm run build", false, "npm error Missing script: build"),
            edit(6, "package.json"),
            command(7, "npm run build", true, ""),
            artifact("blobs/a"),
            document(DocumentKind::MemoryMd, "# Memory\n\n- builds need node 22\n"),
            document(DocumentKind::Retrospective, "# Looking back\n\n## Good\n\n- it ended\n"),
        ],
    )
}

fn check(files: &[DraftFile]) -> String {
    let texts: Vec<(&str, &str)> = files.iter().map(|file| (file.path.as_str(), file.content.as_str())).collect();
    findings(&texts)
}

const RUN: &str = "babysitter/runs/01KR000000000000000000ABCD";

#[test]
fn what_is_made_in_any_tier_validates_without_a_finding() {
    use RetentionTier::*;
    for tier in [ArtifactManifestOnly, SummaryOnly, CuratedJournal, FullJournalRedacted, ArtifactBytesRetained] {
        for story in [a_run(), session([ask(1, "Make imports faster, please")]), session([artifact("tool-results/1")])]
        {
            assert_eq!(check(&Choice::of(tier).drafts(&story)), "", "{tier:?}");
        }
    }
}

#[test]
fn each_tier_keeps_what_it_says() {
    let of = |tier| Choice::of(tier).drafts(&a_run()).into_iter().map(|file| file.path.to_string()).collect::<Vec<_>>();
    let manifest = [format!("{RUN}/artifacts/manifest.yaml"), format!("{RUN}/run.yaml")];
    assert_eq!(of(RetentionTier::ArtifactManifestOnly), manifest);
    let summary = of(RetentionTier::SummaryOnly);
    assert!(!summary.iter().any(|path| path.contains("/journal/")));
    for path in [
        format!("{RUN}/tasks/E1.yaml"),
        "babysitter/sessions/2026/05/10/01KR000000000000000000ABCD.md".to_owned(),
        "babysitter/retrospectives/01KR000000000000000000ABCD.md".to_owned(),
        "babysitter/MEMORY.md".to_owned(),
    ] {
        assert!(summary.contains(&path), "{path} in {summary:?}");
    }
    assert!(summary.iter().any(|path| path.starts_with("agents/lessons/npm-run-build-")), "{summary:?}");
    let journal = |tier| of(tier).into_iter().filter(|path| path.contains("/journal/")).collect::<Vec<_>>();
    let curated = ["000001", "000002-C", "000003"].map(|name| format!("{RUN}/journal/{name}.yaml"));
    assert_eq!(journal(RetentionTier::CuratedJournal), curated);
    assert_eq!(journal(RetentionTier::FullJournalRedacted).len(), 4);
}

#[test]
fn the_same_story_gives_the_same_bytes() {
    let of = |story: &Story| Choice::of(RetentionTier::FullJournalRedacted).drafts(story);
    let (one, again) = (of(&a_run()), of(&a_run()));
    assert_eq!(one, again);
    let stored = Story::from_bytes(&a_run().to_bytes()).unwrap();
    assert_eq!(of(&stored), one, "what is stored gives them too");
}

#[test]
fn a_run_leads_to_its_parts_and_only_to_what_is_there() {
    let mut story = a_run();
    story.head.repository = Some("git@example.com:acme/importer.git".to_owned());
    story.head.records_read = vec!["runbook:deploy".to_owned(), "runbook:gone".to_owned()];
    let mut choice = Choice::of(RetentionTier::CuratedJournal);
    let files = choice.drafts(&story);
    let run = content(&files, &format!("{RUN}/run.yaml"));
    assert!(!run.contains("ran_for_repo") && !run.contains("informed_by"), "{run}");
    choice.there = vec!["repository:importer", "runbook:deploy"];
    let files = choice.drafts(&story);
    let run = content(&files, &format!("{RUN}/run.yaml"));
    for part in [
        "ran_for_repo: [repository:importer]",
        "informed_by: [runbook:deploy]",
        "has_session: ",
        "produced_artifact: ",
        "produced_retrospective: ",
    ] {
        assert!(run.contains(part), "{part} in\n{run}");
    }
    assert!(!run.contains("gone") && run.contains("filesTouched: [package.json]"), "{run}");
}

#[test]
fn a_memory_that_lacks_the_new_edge_kind_gets_a_common_one() {
    let mut story = session([ask(1, "Make imports faster, please")]);
    story.head.records_read = vec!["runbook:deploy".to_owned()];
    let mut choice = Choice::of(RetentionTier::SummaryOnly);
    choice.there = vec!["runbook:deploy"];
    choice.ontology.edge_kinds.remove("informed_by");
    let files = choice.drafts(&story);
    assert!(files[0].content.contains("mentions: [runbook:deploy]"), "{}", files[0].content);
}

#[test]
fn a_session_of_its_own_is_no_run() {
    let files =
        Choice::of(RetentionTier::FullJournalRedacted).drafts(&session([ask(1, "Make imports faster, please")]));
    assert_eq!(paths(&files), ["babysitter/sessions/2026/05/10/0f9a2c1e-5b7d-4e21-9c3f-1a2b3c4d5e6f.md"]);
    let mut head = session_head();
    head.run_id = "01KR000000000000000000ABCD".to_owned();
    let files = Choice::of(RetentionTier::SummaryOnly).drafts(&story(
        SourceKind::CodexSession,
        head,
        [ask(1, "Make imports faster, please")],
    ));
    assert_eq!(files.len(), 2, "{:?}", paths(&files));
    assert_eq!(check(&files), "");
}

#[test]
fn hostile_names_become_harmless_ones_and_stay_apart() {
    let long = "n".repeat(300);
    let names = [
        "../../etc/passwd",
        "a b",
        "A/B",
        "a\u{0}b",
        "CON",
        "con.txt",
        "Ünïcödé",
        "..",
        "-x",
        "a-b",
        ".git",
        "nul",
        &long,
        "",
    ];
    let tasks = names.iter().enumerate().map(|(n, name)| task(name, "t", n as i64, Outcome::Completed, None));
    let events = names.iter().map(|name| event(7, name, "RUN_NOTE", Outcome::Running));
    let files = Choice::of(RetentionTier::FullJournalRedacted).drafts(&run(Outcome::Completed, tasks.chain(events)));
    assert_eq!(check(&files), "");
    assert_eq!(files.iter().filter(|file| file.path.as_str().contains("/tasks/")).count(), names.len());
    assert_eq!(files.iter().filter(|file| file.path.as_str().contains("/journal/")).count(), names.len());
    assert!(files.iter().all(|file| file.path.as_str().len() < 250));
    for name in names {
        let mut head = run_head(Outcome::Completed);
        head.run_id = name.to_owned();
        let files = Choice::of(RetentionTier::SummaryOnly).drafts(&story(
            SourceKind::BabysitterRun,
            head,
            [ask(1, "Make imports faster, please")],
        ));
        if !name.is_empty() {
            assert_eq!(check(&files), "", "{name:?}");
        }
    }
}

#[test]
fn two_tasks_of_one_id_are_two_files() {
    let mut second = task("E1", "build", 9, Outcome::Completed, None);
    if let Moment::Task(task) = &mut second {
        task.source.file = "tasks/other/result.json".to_owned();
    }
    let files = Choice::of(RetentionTier::SummaryOnly)
        .drafts(&run(Outcome::Completed, [task("E1", "build", 1, Outcome::Failed, None), second]));
    assert_eq!(files.iter().filter(|file| file.path.as_str().contains("/tasks/")).count(), 2);
    assert_eq!(check(&files), "");
}

#[test]
fn what_is_not_kept_is_counted_in_the_run() {
    let story = run(Outcome::Completed, (0..9_000).map(|n| event(n, "K", "RUN_NOTE", Outcome::Running)));
    let files = Choice::of(RetentionTier::FullJournalRedacted).drafts(&story);
    let run = content(&files, &format!("{RUN}/run.yaml"));
    assert!(run.contains("eventCount: 9000") && run.contains("eventsKept: 1000"), "{run}");
    assert!(files.len() <= 2_002);
}

#[test]
fn a_target_lies_where_records_of_runs_are_read() {
    let target = Target::parse("babysitter/runs/nightly/42/").unwrap();
    let mut choice = Choice::of(RetentionTier::SummaryOnly);
    choice.target = Some(target);
    let files = choice.drafts(&a_run());
    assert_eq!(check(&files), "");
    content(&files, "babysitter/runs/nightly/42/run.yaml");
    content(&files, "babysitter/sessions/2026/05/10/01KR000000000000000000ABCD.md");
    assert!(matches!(Target::parse("notes/x"), Err(BadTarget::Elsewhere)));
    assert!(matches!(Target::parse("babysitter/runs/../x"), Err(BadTarget::Path(_))));
    assert!(matches!(Target::parse(&format!("babysitter/runs/{}", "x".repeat(600))), Err(BadTarget::TooLong)));
}

#[test]
fn nothing_of_memory_is_proposed_that_is_there_already() {
    let mut choice = Choice::of(RetentionTier::SummaryOnly);
    choice.memory = Some("# Memory\n\n- builds need node 22\n- and more\n");
    assert!(!paths(&choice.drafts(&a_run())).contains(&"babysitter/MEMORY.md"));
}
