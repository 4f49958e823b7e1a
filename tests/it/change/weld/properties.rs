//! What holds for every three texts: against a merge of plain values, and byte for byte.

use super::model::{Record, Style, record, styles};
use crate::change::path;
use lorekeep::change::{Weld, weld};
use proptest::prelude::*;

const AT: &str = "graph/x.yaml";
const NOTE: &str = "pages/x.md";

fn merged(at: &str, base: &str, ours: &str, theirs: &str) -> Result<String, String> {
    match weld(&path(at), Some(base), ours, theirs) {
        Weld::Merged(text) => Ok(text),
        Weld::Conflicts { fields, rest } => {
            assert!(!fields.is_empty(), "a conflict says what it is about");
            Err(rest)
        }
    }
}

fn fields(base: &str, ours: &str, theirs: &str) -> Vec<String> {
    match weld(&path(AT), Some(base), ours, theirs) {
        Weld::Merged(_) => Vec::new(),
        Weld::Conflicts { fields, .. } => fields.into_iter().map(|conflict| conflict.field).collect(),
    }
}

/// Three records and how each is written.
fn trio() -> impl Strategy<Value = ([Record; 3], [Style; 3])> {
    ([record(), record(), record()], styles())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn records_merge_as_their_values_do((records, styles) in trio()) {
        let [base, ours, theirs] = [0, 1, 2].map(|n| records[n].yaml(styles[n]));
        let (expected, conflicts) = Record::merge(&records[0], &records[1], &records[2]);
        let shown = format!("--- base\n{base}--- ours\n{ours}--- theirs\n{theirs}");
        let (Ok(text) | Err(text)) = merged(AT, &base, &ours, &theirs);
        let found = Record::read(&text);
        // Where ours is the base, theirs is taken as it is written.
        let order_is_ours = records[0].tags != records[1].tags;
        prop_assert!(!order_is_ours || found.tags == expected.tags, "{}--- merged\n{}", shown, text);
        prop_assert_eq!(found.in_order(), expected.in_order(), "{}--- merged\n{}", shown, text);
        let mut found = fields(&base, &ours, &theirs);
        found.sort();
        prop_assert_eq!(found, conflicts, "{}", shown);
        for marker in ["<<<<<<<", "=======", ">>>>>>>"] {
            prop_assert!(!text.contains(marker));
        }
    }

    #[test]
    fn comments_of_both_sides_stay((records, styles) in trio()) {
        let [base, ours, theirs] = [0, 1, 2].map(|n| records[n].yaml(styles[n]));
        let ours = ours.replace("  tags:", "  # ours says\n  tags:");
        let theirs = theirs.replace("  limits:", "  # theirs says\n  limits:");
        let (Ok(text) | Err(text)) = merged(AT, &base, &ours, &theirs);
        prop_assert!(text.contains("# ours says\n  tags:") && text.contains("# theirs says\n  limits:"), "{}", text);
    }

    #[test]
    fn sides_may_be_swapped((records, styles) in trio()) {
        let [base, ours, theirs] = [0, 1, 2].map(|n| records[n].yaml(styles[n]));
        let (one, other) = (merged(AT, &base, &ours, &theirs), merged(AT, &base, &theirs, &ours));
        prop_assert_eq!(one.is_ok(), other.is_ok());
        if let (Ok(one), Ok(other)) = (one, other) {
            prop_assert_eq!(Record::read(&one).in_order(), Record::read(&other).in_order());
        }
    }

    #[test]
    fn what_one_side_left_alone_is_the_other_byte_for_byte((records, styles) in trio()) {
        let [base, text, _] = [0, 1, 2].map(|n| records[n].yaml(styles[n]));
        prop_assert_eq!(merged(AT, &base, &text, &base), Ok(text.clone()));
        prop_assert_eq!(merged(AT, &base, &base, &text), Ok(text.clone()));
        prop_assert_eq!(merged(AT, &base, &text, &text), Ok(text));
    }

    #[test]
    fn a_change_of_the_body_leaves_the_front_matter_as_it_is((records, styles) in trio()) {
        let note = |n: usize, end: &str| format!("---\n{}---\n# Title\n\nText.\n{end}", records[n].yaml(styles[n]));
        let (base, theirs) = (note(0, ""), note(0, "\nTheir paragraph.\n"));
        prop_assert_eq!(merged(NOTE, &base, &note(1, ""), &theirs), Ok(note(1, "\nTheir paragraph.\n")));
        prop_assert_eq!(merged(NOTE, &base, &theirs, &note(1, "")), Ok(note(1, "\nTheir paragraph.\n")));
    }

    #[test]
    fn a_change_of_one_record_leaves_the_others_as_they_are((records, styles) in trio()) {
        let other = |title: &str| format!("---\n# Another.\nid: service:other\nattributes: {{title:   \"{title}\"}}\n");
        let file = |n: usize, title: &str| records[n].yaml(styles[n]) + &other(title);
        let outcome = merged(AT, &file(0, "a"), &file(1, "a"), &file(0, "b"));
        prop_assert_eq!(outcome, Ok(file(1, "b")));
    }

    #[test]
    fn nothing_breaks_it_and_what_merges_can_be_read(texts in prop::array::uniform3(
        "(id: x|a: [0-2]|b:|  - [a-c]|  c: \\{d: 1, e\\}|- x|tags: \\[a,|\\]|\"|---|é: ü|# c|\\||  t\u{e9}xt|\t|\\? k|: v|\r|\\.\\.\\.|%Y|\n){0,14}\n?"
    )) {
        for at in [AT, NOTE] {
            let [base, ours, theirs] = &texts;
            let reads = |text: &str| {
                let file = lorekeep::note::read(&path(at), text.as_bytes(), &lorekeep::note::Limits::default());
                file.diagnostics.iter().all(|d| d.kind == lorekeep::note::DiagnosticKind::WrongShape)
            };
            if let (Ok(text), true) = (merged(at, base, ours, theirs), reads(ours) && reads(theirs)) {
                prop_assert!(reads(&text), "{base:?} {ours:?} {theirs:?} {text:?}");
            }
        }
    }
}

#[test]
fn what_is_too_large_is_a_conflict_and_stays_ours() {
    let text = |word: &str| format!("# N\n\n{}\n", word.repeat(300_000));
    let outcome = weld(&path(NOTE), Some(&text("base ")), &text("ours "), &text("theirs "));
    let Weld::Conflicts { fields, rest } = outcome else { panic!("it merged") };
    assert_eq!(rest, text("ours "));
    assert!(fields.iter().all(|field| field.ours.as_ref().is_some_and(|ours| ours.len() < 5_000)), "its texts are cut");
    assert!(fields[0].ours.as_ref().is_some_and(|ours| ours.ends_with("bytes in all)")));
}

#[test]
fn a_deep_or_wide_record_merges() {
    let wide = |tag: &str| {
        let targets: String = (0..5_000).map(|n| format!("    - service:s{n}\n")).collect();
        format!("id: service:x\nattributes:\n  tags: [a{tag}]\nedges:\n  depends_on:\n{targets}")
    };
    let theirs = wide("") + "    - service:new\n";
    let Weld::Merged(text) = weld(&path(AT), Some(&wide("")), &wide(", b"), &theirs) else { panic!("it conflicts") };
    assert_eq!(text, wide(", b") + "    - service:new\n");
}
