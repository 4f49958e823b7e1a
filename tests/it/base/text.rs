//! Lines, columns and spans.

use lorekeep::base::{LineIndex, Position, Span};
use proptest::prelude::*;

fn at(text: &str, offset: usize) -> (u32, u32) {
    let Position { line, column } = LineIndex::new(text.as_bytes()).position(text.as_bytes(), offset);
    (line, column)
}

#[test]
fn lines_and_columns_begin_at_one_and_columns_count_characters() {
    let text = "é漢a\r\n🦀b\n\nc";
    assert_eq!((at(text, 0), at(text, 2), at(text, 5), at(text, 6)), ((1, 1), (1, 2), (1, 3), (1, 4)));
    assert_eq!((at(text, 8), at(text, 12), at(text, 14), at(text, 15)), ((2, 1), (2, 2), (3, 1), (4, 1)));
    assert_eq!((at(text, 16), at(text, 1000)), ((4, 2), (4, 2)));
    assert_eq!((at("", 0), at("a\n", 2)), ((1, 1), (2, 1)));
}

#[test]
fn a_line_span_leaves_the_line_break_out() {
    let text = b"one\r\ntwo\n\nlast";
    let index = LineIndex::new(text);
    let spans: Vec<_> = (0..=5).map(|line| index.line_span(text, line).map(|s| &text[s.start..s.end])).collect();
    assert_eq!(spans, [None, Some(&b"one"[..]), Some(b"two"), Some(b""), Some(b"last"), None]);
}

#[test]
fn what_follows_a_final_line_break_is_no_line() {
    for (text, lines) in [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n", 1), ("\n\n", 2), ("a\rb", 1)] {
        assert_eq!(LineIndex::new(text.as_bytes()).line_count(text.as_bytes()), lines, "{text:?}");
    }
}

#[test]
fn a_shifted_span_keeps_its_length() {
    assert_eq!(Span::new(2, 5).shifted(10), Span::new(12, 15));
}

proptest! {
    #[test]
    fn positions_are_what_counting_gives(text in "[a-zé🦀\r\n]{0,40}", at in any::<prop::sample::Index>()) {
        let offset = text.floor_char_boundary(at.index(text.len() + 1));
        let before = &text[..offset];
        let line = before.matches('\n').count() as u32 + 1;
        let column = before.rsplit('\n').next().unwrap().chars().count() as u32 + 1;
        let position = LineIndex::new(text.as_bytes()).position(text.as_bytes(), offset);
        prop_assert_eq!(position, Position { line, column });
    }

    #[test]
    fn any_bytes_have_positions(bytes in prop::collection::vec(any::<u8>(), 0..60), offset in 0usize..80) {
        let position = LineIndex::new(&bytes).position(&bytes, offset);
        prop_assert!(position.line >= 1 && position.column >= 1);
    }
}
