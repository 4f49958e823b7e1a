//! The prompt section within its bounds: what fits, what is left out, and that every citation is true.

use super::support::*;
use lorekeep::query::{
    GraphQuestion, GrepQuestion, MOST_TOKENS, Mode, QueryError, QueryLimits, QueryOutcome, QueryRequest, Question,
    Visibility, token_estimate,
};
use proptest::prelude::*;
use std::sync::LazyLock;

static FIXTURE: LazyLock<Asking> = LazyLock::new(|| Memory::fixture().asking());

fn bounded(mut request: QueryRequest, tokens: usize) -> QueryRequest {
    request.render_prompt = true;
    request.max_tokens = Some(tokens);
    request
}

fn broad() -> QueryRequest {
    question(Question {
        text: Some("playwright flaky queue retry deploy".to_owned()),
        associations: strings(&["repository:krate"]),
        graph: GraphQuestion { edge_depth: 2, ..GraphQuestion::default() },
        grep: GrepQuestion { max_matches: 1_000, ..GrepQuestion::default() },
        ..Question::default()
    })
}

fn text(outcome: &QueryOutcome) -> &str {
    &outcome.prompt.as_ref().expect("a section was asked for").text
}

/// What stands in the fences of a section. Outside of them stands nothing but what the section itself says.
fn items(section: &str) -> Vec<String> {
    let says = |line: &str| {
        let begins = ["## Company Brain Memory", "- repository: ", "- commit: ", "- query manifest: ", "> STALE: "];
        let more =
            ["This memory is advisory", "### Records", "### Excerpts", "No record was selected.", "No excerpt was "];
        let all = begins.iter().chain(&more).chain(&["The selection was cut at its limits"]);
        line.is_empty() || all.into_iter().any(|known| line.starts_with(known))
    };
    let (mut items, mut open): (Vec<String>, Option<String>) = (Vec::new(), None);
    for line in section.lines() {
        match &open {
            None => {
                match line.strip_suffix("text").filter(|fence| fence.len() > 2 && fence.chars().all(|c| c == '`')) {
                    Some(fence) => {
                        open = Some(fence.to_owned());
                        items.push(String::new());
                    }
                    None => assert!(says(line), "{line:?} stands outside in\n{section}"),
                }
            }
            Some(fence) if line == fence => open = None,
            Some(_) => *items.last_mut().expect("one is open") += &format!("{line}\n"),
        }
    }
    assert!(open.is_none(), "a fence is open in\n{section}");
    items
}

/// Holds what is true of every bounded section.
fn assert_bounded(outcome: &QueryOutcome, tokens: usize, bytes: usize) {
    let section = outcome.prompt.as_ref().expect("a section was asked for");
    assert!(section.text.len() <= bytes, "{} of {bytes} bytes:\n{}", section.text.len(), section.text);
    assert!(section.tokens <= tokens, "{} of {tokens} tokens:\n{}", section.tokens, section.text);
    assert_eq!(section.tokens, token_estimate(&section.text));
    assert_eq!(items(&section.text).len(), outcome.records.len() + outcome.excerpts.len());
    let omitted = outcome.limits.omitted_records + outcome.limits.omitted_excerpts;
    assert_eq!(outcome.limits.truncated, omitted > 0 || section.text.is_empty());
    assert_eq!(section.text.contains("was cut at its limits"), omitted > 0 && !section.text.is_empty());
}

#[test]
fn the_section_keeps_to_every_bound_from_nothing_up() {
    let whole = FIXTURE.ask(&bounded(broad(), MOST_TOKENS));
    let (all, most) = (whole.records.len() + whole.excerpts.len(), whole.prompt.as_ref().expect("asked for").tokens);
    assert!(all > 8 && !whole.limits.truncated, "{}", text(&whole));
    let mut last = 0;
    for tokens in (0..most + 60).step_by(7) {
        let outcome = FIXTURE.ask(&bounded(broad(), tokens));
        assert_bounded(&outcome, tokens, usize::MAX);
        let given = outcome.records.len() + outcome.excerpts.len();
        let omitted = outcome.limits.omitted_records + outcome.limits.omitted_excerpts;
        assert_eq!(given + omitted, all, "what is left out is counted");
        last = given;
    }
    assert_eq!(last, all);
    let none = FIXTURE.ask(&bounded(broad(), 20));
    assert_eq!((text(&none), none.limits.truncated), ("", true), "a head that does not fit is left out whole");
}

#[test]
fn bytes_bound_the_section_as_it_is_rendered() {
    for max_bytes in (0..6_000).step_by(131) {
        let mut asked = bounded(broad(), MOST_TOKENS);
        asked.limits = QueryLimits { max_bytes, ..QueryLimits::default() };
        assert_bounded(&FIXTURE.ask(&asked), MOST_TOKENS, max_bytes);
    }
    let sight = Visibility { max_context_bytes: Some(900), ..Visibility::default() };
    let outcome = Memory::fixture().asking().seeing(sight).ask(&bounded(broad(), MOST_TOKENS));
    assert_bounded(&outcome, MOST_TOKENS, 900);
    assert!(!text(&outcome).is_empty() && outcome.limits.truncated);
}

#[test]
fn lines_get_their_half_and_what_is_too_large_is_passed_over() {
    let outcome = FIXTURE.ask(&bounded(broad(), 600));
    assert!(!outcome.records.is_empty() && !outcome.excerpts.is_empty(), "{}", text(&outcome));
    let long = format!("# Long\n\n{}", "needle and more of it on one line\n".repeat(60));
    let memory = Memory::default().with("notes/a.md", long).with("notes/b.md", "# Short\n\nneedle\n");
    let mut asked = bounded(grep(pattern("needle")), 300);
    asked.query.grep.max_matches = 1_000;
    let outcome = memory.asking().ask(&asked);
    assert_eq!(places(&outcome), ["notes/b.md:1-3"], "{}", text(&outcome));
    assert_eq!((outcome.limits.omitted_excerpts, outcome.limits.truncated), (1, true));
    let records = graph(Some("needle"), GraphQuestion::default());
    let all = memory.asking().ask(&bounded(records, 330));
    assert_eq!(all.records.len(), 2, "records have all of it where no lines are asked for: {}", text(&all));
}

#[test]
fn a_document_is_in_the_section_whole_or_not_at_all() {
    let names = ["runbooks/ci-old.md", "runbooks/ci-playwright-flake.md", "data/settings.txt"];
    let whole = FIXTURE.ask(&bounded(read(&names), MOST_TOKENS));
    assert_eq!(whole.records.len(), 3);
    for tokens in (0..900).step_by(13) {
        let outcome = FIXTURE.ask(&bounded(read(&names), tokens));
        assert_bounded(&outcome, tokens, usize::MAX);
        for hit in &outcome.records {
            let same = whole.records.iter().find(|other| other.id == hit.id).expect("it is in the whole");
            assert_eq!((&hit.text, hit.lines), (&same.text, same.lines));
        }
    }
}

/// Where an item says it is from: `path:first-last`.
fn cited(item: &str) -> (&str, usize, usize) {
    let place = item.lines().find_map(|line| {
        let place = line.rsplit(" | path: ").next().unwrap_or(line).split(" | ").next()?;
        let (path, lines) = place.rsplit_once(':')?;
        let (first, last) = lines.split_once('-')?;
        Some((path, first.parse().ok()?, last.parse().ok()?))
    });
    place.unwrap_or_else(|| panic!("nothing is cited in {item}"))
}

#[test]
fn every_citation_is_where_it_says() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/query/memory");
    let outcome = FIXTURE.ask(&bounded(broad(), MOST_TOKENS));
    let items = items(text(&outcome));
    assert_eq!(items.len(), outcome.records.len() + outcome.excerpts.len());
    for (at, item) in items.iter().enumerate() {
        let (path, first, last) = cited(item);
        let file = std::fs::read_to_string(root.join(path)).expect("the file is there");
        let lines: Vec<&str> = file.lines().collect();
        let lines = &lines[first - 1..last];
        match outcome.records.get(at) {
            Some(hit) => {
                let is_named = lines.iter().any(|line| line.contains(&hit.id)) || hit.id == hit.path;
                assert!(is_named && item.starts_with(&hit.id), "{item}");
                assert_eq!(hit.place, (first as u32, last as u32));
            }
            None => {
                let said: Vec<&str> = item.lines().skip(1).collect();
                assert_eq!(said, lines, "{item}");
            }
        }
    }
}

#[test]
fn a_section_behind_the_tip_says_so_and_always_that_it_is_advisory() {
    let mut asking = Memory::fixture().asking();
    asking.current = commit(9);
    let outcome = asking.ask(&bounded(broad(), 400));
    assert!(text(&outcome).contains(&format!("> STALE: this commit is 172800 seconds behind {}", commit(9))));
    assert_eq!(text(&outcome).matches("This memory is advisory and may be stale").count(), 1);
    assert_bounded(&outcome, 400, usize::MAX);
}

#[test]
fn secrets_of_what_is_left_out_are_not_counted() {
    let secret = "AKIAQ3EGRUP5ZJ4TQ2XW";
    let memory = Memory::default()
        .with("notes/a.md", "# Short\n\nneedle\n")
        .with("notes/b.md", format!("# Long\n\n{}needle key {secret}\n", "needle and more of it\n".repeat(90)));
    let mut asked = bounded(grep(pattern("needle")), 300);
    asked.query.grep.max_matches = 1_000;
    let some = memory.asking().ask(&asked);
    assert_eq!((places(&some).len(), some.redaction.secret_pattern_count), (1, 0), "{}", text(&some));
    let all = memory.asking().ask(&bounded(asked, MOST_TOKENS));
    assert_eq!((all.redaction.secret_pattern_count, text(&all).contains(secret)), (1, false));
}

#[test]
fn the_manifest_holds_the_bound_and_a_query_without_one_is_as_it_was() {
    let plain = broad();
    let manifest = |request: &QueryRequest| FIXTURE.ask(request).query_manifest_digest;
    assert!(!serde_json::to_string(&plain).expect("a request is JSON").contains("maxTokens"));
    assert_ne!(manifest(&bounded(plain.clone(), 500)), manifest(&bounded(plain.clone(), 501)));
    let mut unbounded = plain;
    unbounded.render_prompt = true;
    let outcome = FIXTURE.ask(&unbounded);
    assert_eq!(outcome.prompt.as_ref().map(|p| p.tokens), Some(token_estimate(text(&outcome))));
}

#[test]
fn what_is_no_section_is_refused() {
    let refused = |request: &QueryRequest| FIXTURE.try_ask(request).expect_err("it is refused");
    let limit = refused(&bounded(broad(), MOST_TOKENS + 1));
    assert!(matches!(limit, QueryError::Limit { field: "maxTokens", most: MOST_TOKENS }), "{limit}");
    for mode in [Mode::OntologyValidation, Mode::DiffRef] {
        let error = refused(&bounded(question(Question { mode, ..Question::default() }), 100));
        let QueryError::Invalid { reasons } = error else { panic!("{error}") };
        assert_eq!(reasons[0].0, "query.queryMode");
    }
}

#[test]
fn the_estimate_is_the_sum_of_the_table() {
    for (text, tokens) in [
        ("", 0),
        ("a", 1),
        ("word", 1),
        ("four words of prose", 5),
        ("2026", 2),
        ("```", 3),
        ("a\nb\n", 3),
        ("漢字仮名", 4),
        ("Größe", 2),
        ("🦀", 2),
        ("fn main() {}", 6),
    ] {
        assert_eq!(token_estimate(text), tokens, "{text:?}");
    }
}

/// Lines that try to end a fence, begin a heading, or hide.
fn hostile() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "needle",
        "```",
        "````text",
        "``````````",
        "~~~",
        "### Records",
        "> STALE: never",
        "\u{202e}needle",
        "漢字 needle",
        "a `needle` b",
        "- commit: none",
        "needle ```",
        "",
    ]);
    prop::collection::vec(line, 1..14).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_content_breaks_a_fence_or_a_bound(
        texts in prop::collection::vec(hostile(), 1..4),
        title in "[`#>\\PC]{0,24}",
        tokens in 0..900_usize,
        max_bytes in 0..4_000_usize,
    ) {
        let mut memory = Memory::default().with("notes/titled.md", page("x:titled", &title, &["a x:titled"]) + "needle\n");
        for (n, text) in texts.iter().enumerate() {
            memory = memory.with(&format!("notes/{n}.md"), text.clone());
        }
        let mut asked = bounded(about("needle"), tokens);
        asked.limits.max_bytes = max_bytes;
        asked.query.grep = GrepQuestion { context_lines: 3, ..GrepQuestion::default() };
        let asking = memory.asking();
        let outcome = asking.ask(&asked);
        assert_bounded(&outcome, tokens, max_bytes);
        let again = asking.ask(&asked);
        prop_assert_eq!(text(&outcome), text(&again));
    }
}
