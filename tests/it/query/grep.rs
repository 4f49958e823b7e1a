//! Lines: patterns, words, scope, contexts, columns, counts.

use super::support::*;
use lorekeep::query::{GraphQuestion, GrepQuestion, Question};

fn at(paths: &[&str], question: GrepQuestion) -> GrepQuestion {
    GrepQuestion { paths: strings(paths), ..question }
}

#[test]
fn an_excerpt_has_path_lines_context_and_columns() {
    let outcome = Memory::fixture().asking().ask(&grep(pattern("Quarantine the test")));
    assert_eq!(places(&outcome), ["runbooks/ci-playwright-flake.md:21-25"]);
    let excerpt = &outcome.excerpts[0];
    assert_eq!(excerpt.text.split('\n').nth(2), Some("3. Quarantine the test when the trace shows a timeout."));
    assert_eq!(excerpt.matches, [(23, 4, 23)]);
    assert_eq!(excerpt.record_id.as_deref(), Some("runbook:ci-playwright-flake"));
    assert_eq!(excerpt.commit, commit(1));
    assert_eq!(excerpt.digest, lorekeep::base::Digest::of(excerpt.text.as_bytes()));
}

#[test]
fn columns_count_characters_and_survive_case_folding() {
    // U+0130 grows when it is folded, and every letter here has two bytes.
    let memory = Memory::default().with("notes/a.md", "İİ Überläufe und ÜBERLÄUFE\n");
    let outcome = memory.asking().ask(&grep(pattern("überläufe")));
    assert_eq!(outcome.excerpts[0].matches, [(1, 4, 13), (1, 18, 27)]);
    assert_eq!(marked(&outcome.excerpts[0]), ["Überläufe", "ÜBERLÄUFE"]);
}

#[test]
fn case_matters_only_where_it_is_asked_to() {
    let asking = Memory::fixture().asking();
    let total = |text: &str, case_sensitive| {
        asking.ask(&grep(GrepQuestion { case_sensitive, ..pattern(text) })).plan.total_matches
    };
    assert!(total("PLAYWRIGHT", false) > 0);
    assert_eq!(total("PLAYWRIGHT", true), 0);
}

#[test]
fn an_expression_matches_within_lines() {
    let outcome =
        Memory::fixture().asking().ask(&grep(GrepQuestion { regex: true, ..pattern(r"^\d\. Open .*check\.$") }));
    assert_eq!(marked(&outcome.excerpts[0]), ["1. Open the trace of the failed check."]);
}

#[test]
fn contexts_that_touch_become_one_excerpt() {
    let lines: Vec<String> =
        (1..=30).map(|n| if [3, 8, 20].contains(&n) { "hit".into() } else { format!("{n}") }).collect();
    let asking = Memory::default().with("notes/a.md", lines.join("\n")).asking();
    // 3+2 and 8-2 are adjacent.
    let outcome = asking.ask(&grep(pattern("hit")));
    assert_eq!(places(&outcome), ["notes/a.md:1-10", "notes/a.md:18-22"]);
    assert_eq!(outcome.excerpts[0].matches, [(3, 1, 4), (8, 1, 4)]);
    let outcome = asking.ask(&grep(GrepQuestion { context_lines: 1, ..pattern("hit") }));
    assert_eq!(places(&outcome), ["notes/a.md:2-4", "notes/a.md:7-9", "notes/a.md:19-21"]);
    let outcome = asking.ask(&grep(GrepQuestion { include_line_context: false, ..pattern("hit") }));
    assert_eq!(places(&outcome), ["notes/a.md:3-3", "notes/a.md:8-8", "notes/a.md:20-20"]);
}

#[test]
fn a_long_run_of_matches_becomes_excerpts_without_overlap() {
    let asking = Memory::default().with("notes/a.md", "hit\n".repeat(250)).asking();
    let outcome = asking.ask(&grep(GrepQuestion { max_matches: 1000, ..pattern("hit") }));
    let lines: Vec<(u32, u32)> = {
        let mut lines: Vec<_> = outcome.excerpts.iter().map(|e| (e.line_start, e.line_end)).collect();
        lines.sort_unstable();
        lines
    };
    assert_eq!((lines[0].0, lines[lines.len() - 1].1), (1, 250));
    assert!(lines.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0), "{lines:?}");
    assert_eq!(outcome.excerpts.iter().map(|e| e.matches.len()).sum::<usize>(), 250);
}

#[test]
fn the_number_of_matching_lines_is_honoured_and_the_total_exact() {
    let memory =
        (0..10).fold(Memory::default(), |m, n| m.with(&format!("notes/{n}.md"), "hit\nhit\n\n\n\n\n\n\nhit\n"));
    let outcome = memory.asking().ask(&grep(GrepQuestion { max_matches: 5, ..pattern("hit") }));
    assert_eq!(outcome.plan.total_matches, 30);
    assert_eq!(outcome.excerpts.iter().map(|e| e.matches.len()).sum::<usize>(), 5);
    // Twenty runs; the double ones come first, and the third of them is shortened.
    assert_eq!((outcome.excerpts.len(), outcome.limits.omitted_excerpts), (3, 18));
    assert!(outcome.limits.truncated);
}

#[test]
fn globs_mean_what_gitignore_says() {
    let memory = ["a.md", "ab.md", "x/a.md", "x/y/a.md"]
        .iter()
        .fold(Memory::default(), |memory, path| memory.with(&format!("notes/{path}"), "hit\n"));
    let asking = memory.asking();
    let found = |paths: &[&str]| {
        let outcome = asking.ask(&grep(at(paths, pattern("hit"))));
        let mut found: Vec<String> = outcome.excerpts.iter().map(|e| e.path["notes/".len()..].to_owned()).collect();
        found.sort();
        found
    };
    assert_eq!(found(&["notes/*.md"]), ["a.md", "ab.md"], "`*` does not cross `/`");
    assert_eq!(found(&["notes/?.md"]), ["a.md"]);
    assert_eq!(found(&["notes/**/a.md"]), ["a.md", "x/a.md", "x/y/a.md"]);
    assert_eq!(found(&["notes/x/**"]), ["x/a.md", "x/y/a.md"]);
    let excluding = GrepQuestion { exclude_paths: strings(&["notes/x/**"]), ..pattern("hit") };
    assert_eq!(asking.ask(&grep(excluding)).plan.total_matches, 2);
}

#[test]
fn other_and_generated_files_are_searched_only_where_paths_name_them() {
    let asking = Memory::fixture().asking();
    let paths = |question| {
        let outcome = asking.ask(&grep(question));
        outcome.excerpts.iter().map(|e| e.path.clone()).collect::<Vec<_>>()
    };
    let everywhere = paths(pattern("flaky"));
    assert!(!everywhere.iter().any(|p| p.starts_with("data/") || p.starts_with("indexes/")), "{everywhere:?}");
    assert_eq!(paths(at(&["data/*.txt"], pattern("flaky"))), ["data/settings.txt"]);
    assert_eq!(paths(at(&["indexes/**"], pattern("flaky"))), ["indexes/graph-index.json"]);
}

#[test]
fn without_a_pattern_the_words_of_the_text_are_searched_for() {
    let memory = Memory::default()
        .with("notes/a.md", "a common word\n\n\n\n\n\nthe common and the rare together\n")
        .with("notes/b.md", "common\n\n\n\n\n\n\ncommon\n\n\n\n\n\n\nrare alone\n");
    let mut asked = grep(GrepQuestion { context_lines: 0, ..GrepQuestion::default() });
    asked.query.text = Some("where is the rare and the common".to_owned());
    let outcome = memory.asking().ask(&asked);
    let expected = ["notes/a.md:7-7", "notes/b.md:15-15", "notes/a.md:1-1", "notes/b.md:1-1", "notes/b.md:8-8"];
    assert_eq!(places(&outcome), expected, "most words first, then the rarest");
    assert_eq!(marked(&outcome.excerpts[0]), ["common", "rare"], "stop words are not searched for");
    let words: Vec<&str> = outcome.excerpts[0].why.iter().map(|why| why.detail.as_str()).collect();
    assert_eq!(words, ["rare", "common"]);
}

#[test]
fn a_short_word_is_not_found_inside_another() {
    let memory = Memory::default().with("notes/a.md", "a decision\nthe ci checks\n\nplaywrights\n");
    let mut asked = grep(GrepQuestion { include_line_context: false, ..GrepQuestion::default() });
    asked.query.text = Some("ci playwright".to_owned());
    let outcome = memory.asking().ask(&asked);
    let mut found = places(&outcome);
    found.sort();
    assert_eq!(found, ["notes/a.md:2-2", "notes/a.md:4-4"]);
}

#[test]
fn words_of_scripts_without_spaces_are_found() {
    let mut asked = grep(GrepQuestion::default());
    asked.query.text = Some("失敗".to_owned());
    let outcome = Memory::default().with("notes/a.md", "テストが失敗した\n").asking().ask(&asked);
    assert_eq!(outcome.excerpts[0].matches, [(1, 5, 7)]);
}

#[test]
fn the_graph_narrows_the_paths() {
    let mut asked = about("quarantine");
    asked.query.grep = pattern("flak");
    let outcome = Memory::fixture().asking().ask(&asked);
    assert_eq!(outcome.plan.grep_scope, "graph-candidates");
    assert_eq!(outcome.plan.modes, ["graph", "grep"]);
    assert!(outcome.excerpts.iter().all(|e| e.path == "runbooks/ci-playwright-flake.md"));
    assert!(outcome.plan.notes.is_empty());
}

#[test]
fn words_are_searched_for_in_the_files_of_the_best_records() {
    let memory = (0..120).fold(Memory::default(), |m, n| m.with(&format!("notes/{n}.md"), format!("the zebra {n}\n")));
    let asking = memory.asking();
    let mut asked = about("zebra");
    let outcome = asking.ask(&asked);
    assert_eq!((outcome.plan.candidates, outcome.plan.total_matches), (120, 40));
    assert_eq!(outcome.plan.grep_scope, "graph-candidates");
    assert_eq!(outcome.plan.notes, ["grep: lines were searched in the files of the 40 best records"]);
    for (records, files) in [(0, 10), (1, 10), (30, 30), (100, 100), (500, 100)] {
        asked.limits.max_records = records;
        let outcome = asking.ask(&asked);
        assert_eq!((outcome.plan.candidates, outcome.plan.total_matches), (120, files));
        assert_eq!(outcome.plan.notes, [format!("grep: lines were searched in the files of the {files} best records")]);
    }
    asked.query.grep = pattern("zebra");
    let outcome = asking.ask(&asked);
    assert_eq!((outcome.plan.candidates, outcome.plan.total_matches), (120, 120));
    assert!(outcome.plan.notes.is_empty(), "a pattern is searched for in the files of all candidates");
}

#[test]
fn where_the_best_records_have_no_line_those_of_all_candidates_are_searched() {
    // The stem is the same, and the words are not: lines are searched for the words.
    let memory =
        (0..110).fold(Memory::default(), |m, n| m.with(&format!("notes/{n}.md"), format!("queue queue queue {n}\n")));
    let last = format!("{}and the queues\n", "many other words of no use\n".repeat(40));
    let outcome = memory.with("notes/last.md", last).asking().ask(&about("queues"));
    assert_eq!((outcome.plan.candidates, outcome.plan.total_matches), (111, 1));
    assert_eq!(outcome.plan.grep_scope, "graph-candidates");
    assert!(outcome.plan.notes.is_empty(), "{:?}", outcome.plan.notes);
    assert_eq!(outcome.excerpts[0].path, "notes/last.md");
}

#[test]
fn where_the_graph_finds_nothing_every_allowed_path_is_searched_and_said() {
    let mut asked = about("hippopotamus");
    asked.query.grep = at(&["runbooks/**"], pattern("flak"));
    let outcome = Memory::fixture().asking().ask(&asked);
    assert_eq!(outcome.plan.grep_scope, "all-paths");
    assert_eq!(outcome.plan.notes, ["grep: the graph found nothing, so every allowed path was searched"]);
    assert!(!outcome.excerpts.is_empty());
    assert!(outcome.excerpts.iter().all(|e| e.path.starts_with("runbooks/")));
}

#[test]
fn where_no_candidate_matches_every_allowed_path_is_searched_and_said() {
    let mut asked = about("quarantine");
    asked.query.grep = pattern("poisoned job");
    let outcome = Memory::fixture().asking().ask(&asked);
    assert_eq!(outcome.plan.grep_scope, "all-paths");
    assert_eq!(
        outcome.plan.notes,
        ["grep: no line of the graph's candidates matches, so every allowed path was searched"]
    );
    assert_eq!(outcome.excerpts[0].record_id.as_deref(), Some("incident:queue-stall"));
}

#[test]
fn filters_hold_for_lines_too() {
    let asked = question(Question {
        text: Some("hippopotamus".to_owned()),
        graph: GraphQuestion { kinds: strings(&["Service"]), ..GraphQuestion::default() },
        grep: GrepQuestion { context_lines: 20, ..pattern("queue") },
        ..Question::default()
    });
    let outcome = Memory::fixture().asking().ask(&asked);
    assert!(outcome.plan.total_matches > 0);
    assert!(outcome.excerpts.iter().all(|e| e.path == "graph/services.yaml" && !e.text.contains("incident:")));
}

#[test]
fn a_document_of_a_graph_file_is_its_own_context() {
    let outcome =
        Memory::fixture().asking().ask(&grep(GrepQuestion { context_lines: 20, ..pattern("id: service:disk") }));
    let excerpt = outcome.excerpts.iter().find(|e| e.path == "graph/services.yaml").expect("the disk is found");
    assert_eq!(excerpt.record_id.as_deref(), Some("service:disk"));
    assert!(!excerpt.text.contains("service:queue") && !excerpt.text.contains("incident:"), "{}", excerpt.text);
}

#[test]
fn a_very_long_line_is_shown_around_its_first_match() {
    let line = format!("{}nEEdle{}", "ü".repeat(5_000), "x".repeat(5_000));
    let outcome = Memory::default().with("notes/a.md", line).asking().ask(&grep(pattern("needle")));
    let excerpt = &outcome.excerpts[0];
    assert_eq!(marked(excerpt), ["nEEdle"]);
    assert_eq!(excerpt.text.chars().count(), 1_002);
    assert!(excerpt.text.starts_with('…') && excerpt.text.ends_with('…'));
}
