//! What is refused before anything is searched, and how it is said.

use super::support::*;
use lorekeep::query::{
    GraphQuestion, GrepQuestion, MOST_CONTEXT_LINES, MOST_ITEMS, MOST_MATCHES, MOST_RECORDS, MOST_TEXT_BYTES, Mode,
    QueryError, QueryRequest, Question,
};

/// The fields that are said to be wrong.
fn wrong_fields(request: &QueryRequest) -> Vec<String> {
    match Memory::fixture().asking().try_ask(request) {
        Err(QueryError::Invalid { reasons }) => reasons.into_iter().map(|(field, _)| field).collect(),
        other => panic!("an invalid question, not {other:?}"),
    }
}

#[test]
fn a_blank_text_with_nothing_else_is_refused() {
    for text in [None, Some(String::new()), Some(" \n\t".to_owned())] {
        let asked = question(Question { text, ..Question::default() });
        assert_eq!(wrong_fields(&asked), ["query.text"]);
    }
}

#[test]
fn including_archived_records_is_no_question_by_itself() {
    let asked = graph(None, GraphQuestion { include_archived: true, edge_depth: 2, ..GraphQuestion::default() });
    assert_eq!(wrong_fields(&asked), ["query.text"]);
}

#[test]
fn each_mode_says_what_it_needs() {
    let only_pattern = |mode| question(Question { mode, grep: pattern("x"), ..Question::default() });
    assert_eq!(wrong_fields(&only_pattern(Mode::GraphOnly)), ["query.text"]);
    assert_eq!(wrong_fields(&only_pattern(Mode::DocumentRead)), ["query.select"]);
    let only_selection =
        question(Question { mode: Mode::GrepOnly, select: strings(&["service:queue"]), ..Question::default() });
    assert_eq!(wrong_fields(&only_selection), ["query.grep.pattern"]);
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let asked = question(Question {
        text: Some("x".repeat(MOST_TEXT_BYTES + 1)),
        select: vec!["a".to_owned(); MOST_ITEMS + 1],
        associations: strings(&[" "]),
        graph: GraphQuestion { edge_depth: 5, ..GraphQuestion::default() },
        grep: GrepQuestion { paths: strings(&["a[", ""]), exclude_paths: strings(&["{a"]), ..pattern("") },
        ..Question::default()
    });
    assert_eq!(
        wrong_fields(&asked),
        [
            "query.text",
            "query.select",
            "query.associations",
            "query.graph.edgeDepth",
            "query.grep.pattern",
            "query.grep.paths",
            "query.grep.excludePaths"
        ]
    );
}

#[test]
fn a_limit_beyond_what_is_given_is_a_limit_error_with_the_most() {
    let limit = |request: &QueryRequest| match Memory::fixture().asking().try_ask(request) {
        Err(QueryError::Limit { field, most }) => (field, most),
        other => panic!("a limit error, not {other:?}"),
    };
    let mut asked = about("queue");
    asked.limits.max_records = MOST_RECORDS + 1;
    assert_eq!(limit(&asked), ("limits.maxRecords", 500));
    let mut asked = about("queue");
    asked.limits.max_bytes = (4 << 20) + 1;
    assert_eq!(limit(&asked), ("limits.maxBytes", 4 << 20));
    let asked = grep(GrepQuestion { max_matches: MOST_MATCHES + 1, ..pattern("x") });
    assert_eq!(limit(&asked), ("query.grep.maxMatches", 1000));
    let asked = grep(GrepQuestion { context_lines: MOST_CONTEXT_LINES + 1, ..pattern("x") });
    assert_eq!(limit(&asked), ("query.grep.contextLines", 20));
}

#[test]
fn the_largest_values_are_taken() {
    let mut asked = grep(GrepQuestion { max_matches: MOST_MATCHES, context_lines: MOST_CONTEXT_LINES, ..pattern("x") });
    asked.limits.max_records = MOST_RECORDS;
    asked.limits.max_bytes = 4 << 20;
    asked.query.graph.edge_depth = 4;
    assert!(Memory::fixture().asking().try_ask(&asked).is_ok());
}

#[test]
fn a_bad_expression_is_refused_with_its_position() {
    let asked = grep(GrepQuestion { regex: true, ..pattern("ab(c") });
    match Memory::fixture().asking().try_ask(&asked) {
        Err(QueryError::Pattern(error)) => assert_eq!(error.position, 3),
        other => panic!("a pattern error, not {other:?}"),
    }
}

#[test]
fn a_literal_is_no_expression() {
    let outcome = Memory::default().with("notes/a.md", "call (c now\n").asking().ask(&grep(pattern("(c")));
    assert_eq!(outcome.plan.total_matches, 1);
}

#[test]
fn a_mode_says_which_half_it_leaves_unused() {
    let asking = Memory::fixture().asking();
    let mut asked = about("queue");
    asked.query.mode = Mode::GraphOnly;
    asked.query.grep = pattern("queue");
    let outcome = asking.ask(&asked);
    assert_eq!(outcome.plan.modes, ["graph"]);
    assert_eq!(outcome.plan.notes, ["graph-only: the pattern and the paths of grep are not used"]);
    assert!(outcome.excerpts.is_empty());

    let mut asked = grep(pattern("queue"));
    asked.query.associations = strings(&["repository:krate"]);
    let outcome = asking.ask(&asked);
    assert_eq!(outcome.plan.modes, ["grep"]);
    assert_eq!(outcome.plan.notes, ["grep-only: selection, associations and edges are not used"]);
    assert!(outcome.records.is_empty());
}

#[test]
fn no_match_is_an_empty_answer() {
    let outcome = Memory::fixture().asking().ask(&about("hippopotamus"));
    assert!(outcome.records.is_empty() && outcome.excerpts.is_empty());
    assert_eq!((outcome.plan.candidates, outcome.plan.total_matches), (0, 0));
    assert!(!outcome.limits.truncated);
}
