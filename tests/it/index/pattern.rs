//! Patterns: bounded, line by line, and told where they go wrong.

use super::world::World;
use lorekeep::index::{FileMatches, GrepPattern, LineMatch, PatternError};

fn lines(text: &str, pattern: &GrepPattern) -> Vec<(u32, Vec<(usize, usize)>)> {
    let found = World::of(&[("a.txt", text)]).view().grep(pattern, &|_| true);
    found.into_iter().flat_map(|file| file.lines).map(|line| (line.line, line.spans)).collect()
}

fn regex_lines(text: &str, pattern: &str) -> Vec<u32> {
    lines(text, &GrepPattern::regex(pattern, true).unwrap()).into_iter().map(|(line, _)| line).collect()
}

fn refusal(pattern: &str) -> PatternError {
    GrepPattern::regex(pattern, true).map(|_| ()).expect_err("the pattern is refused")
}

#[test]
fn a_line_comes_with_its_number_text_and_byte_spans() {
    let view = World::of(&[("a.txt", "x\nGröße und größe\r\n")]).view();
    let found = view.grep(&GrepPattern::literal("GRÖSSE", false).unwrap(), &|_| true);
    assert!(found.is_empty(), "case folding is by single characters, so every span is one of the text");
    let found = view.grep(&GrepPattern::literal("GRÖßE", false).unwrap(), &|_| true);
    let text = "Größe und größe\r".to_owned();
    let lines = vec![LineMatch { line: 2, text, spans: vec![(0, 7), (12, 19)] }];
    assert_eq!(found, [FileMatches { path: super::world::path("a.txt"), lines }]);
}

#[test]
fn case_counts_only_where_it_is_asked_for() {
    assert_eq!(lines("Alpha\nalpha\n", &GrepPattern::literal("alpha", true).unwrap()), [(2, vec![(0, 5)])]);
    assert_eq!(lines("Alpha\nalpha\n", &GrepPattern::literal("ALPHA", false).unwrap()).len(), 2);
}

#[test]
fn a_literal_means_itself() {
    assert_eq!(lines("a.b\naxb\n", &GrepPattern::literal("a.b", true).unwrap()), [(1, vec![(0, 3)])]);
    assert_eq!(lines("x\n\n", &GrepPattern::any_of(&[], true).unwrap()), []);
    let any = GrepPattern::any_of(&["(x".to_owned(), "[y".to_owned()], true).unwrap();
    assert_eq!(lines("(x\n-\n[y\n", &any).into_iter().map(|(line, _)| line).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn no_match_crosses_a_line() {
    let text = "one\ntwo\n\nthree\n";
    assert_eq!(regex_lines(text, r"one\s+two"), [0u32; 0]);
    assert_eq!(regex_lines(text, r"e\s*t"), [0u32; 0]);
    assert_eq!(regex_lines(text, "[^z]*three"), [4]);
    assert_eq!(regex_lines(text, r"(?s)o.*"), [1, 2]);
    assert_eq!(regex_lines(text, r"\W"), [0u32; 0]);
    assert_eq!(regex_lines(text, "^$"), [3]);
    assert_eq!(regex_lines(text, "^t"), [2, 4]);
    assert_eq!(regex_lines(text, "o$"), [2]);
    assert_eq!(regex_lines(text, r"\At|e\z"), [1, 2, 4]);
    assert_eq!(regex_lines(text, "x*"), [1, 2, 3, 4]);
    assert_eq!(regex_lines("last", "last$"), [1]);
}

#[test]
fn a_match_of_no_width_has_no_span() {
    assert_eq!(lines("ab\n", &GrepPattern::regex("x*", true).unwrap()), [(1, vec![])]);
}

#[test]
fn a_pattern_that_cannot_be_read_says_where() {
    assert_eq!(refusal("größe(").position, 6);
    assert_eq!(refusal("a)").position, 2);
    assert_eq!(refusal("ab[z-a]").position, 4);
    assert_eq!(refusal(r"x(?<n>a)\1").position, 9);
    assert_eq!(refusal("x(?=y)").position, 2);
    assert_eq!(refusal(r"ä\p{Nothing}").position, 2);
    assert!(refusal("a)").to_string().starts_with("the pattern cannot be read at character 2: "));
}

#[test]
fn a_line_break_is_refused_where_it_stands() {
    assert_eq!(refusal("ab\ncd").position, 3);
    assert_eq!(refusal(r"ä(x|\n)").position, 5);
    assert_eq!(GrepPattern::literal("ä\nb", true).map(|_| ()).unwrap_err().position, 2);
    assert_eq!(regex_lines("a\nb\n", "[^\n]"), [1, 2]);
}

#[test]
fn what_would_take_too_much_is_refused() {
    assert!(GrepPattern::regex(&"a".repeat(16 << 10), true).is_ok());
    assert_eq!(refusal(&"a".repeat((16 << 10) + 1)).position, (16 << 10) + 1);
    assert!(refusal("(((a{100}){100}){100})").reason.contains("repeat less"));
    assert!(refusal(&format!("{}a{}", "(".repeat(100), ")".repeat(100))).reason.contains("nest"));
    assert!(GrepPattern::literal(&"ä".repeat(9000), true).is_err());
}

#[test]
fn a_hostile_pattern_takes_linear_time() {
    let text = format!("{}\n", "a".repeat(200_000));
    assert_eq!(regex_lines(&text, "(a|aa|a*)*b"), [0u32; 0]);
    assert_eq!(regex_lines(&text, "a.*a.*a.*a.*b|^a"), [1]);
}
