//! One pass over a text finds the lines that match when each is looked at by itself.

use lorekeep::index::{GrepPattern, scan};
use proptest::prelude::*;
use regex::RegexBuilder;

fn hits(text: &str, pattern: &GrepPattern) -> Vec<usize> {
    let mut hits = Vec::new();
    scan(text, pattern, &mut |line, _| hits.push(line));
    hits
}

fn one_by_one(lines: &[String], pattern: &str, case_sensitive: bool) -> Vec<usize> {
    let regex = RegexBuilder::new(pattern).case_insensitive(!case_sensitive).build().unwrap();
    lines.iter().enumerate().filter(|(_, line)| regex.is_match(line)).map(|(index, _)| index).collect()
}

fn text(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

proptest! {
    #[test]
    fn the_same_lines_as_one_by_one(
        lines in prop::collection::vec("[aAbBü \r]{0,6}", 0..12),
        pattern in prop::sample::select(vec![
            "a", "ab", "a|b", "^", "$", "^$", "^a", "b$", "", "a*", "[^a]", r"a\s", r"\bb", "ü", ".+", "(?s).", r"\w{3}", "[^b]+$",
        ]),
        case: bool,
    ) {
        let found = hits(&text(&lines), &GrepPattern::regex(pattern, case).unwrap());
        prop_assert_eq!(found, one_by_one(&lines, pattern, case));
    }

    #[test]
    fn the_same_lines_for_a_literal(
        lines in prop::collection::vec("[aAbBü.]{0,6}", 0..12),
        literal in "[aAbBü.]{0,3}",
        case: bool,
    ) {
        let found = hits(&text(&lines), &GrepPattern::literal(&literal, case).unwrap());
        prop_assert_eq!(found, one_by_one(&lines, &regex::escape(&literal), case));
    }
}

#[test]
fn a_line_is_called_once_however_often_it_matches() {
    let literal = GrepPattern::literal("queue", true).unwrap();
    assert_eq!(hits("queue queue\n\nqueuequeue\nno\nqueue\n", &literal), [0, 2, 4]);
    assert_eq!(hits("", &literal), [0usize; 0]);
    assert_eq!(hits("\n\n", &GrepPattern::regex("$", true).unwrap()), [0, 1]);
}
