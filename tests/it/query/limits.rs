//! How much comes back, and how what does not is counted.

use super::support::*;
use lorekeep::query::{GraphQuestion, QueryOutcome, QueryRequest};
use proptest::prelude::*;
use std::sync::LazyLock;

static FIXTURE: LazyLock<Asking> = LazyLock::new(|| Memory::fixture().asking());

fn bytes_of(outcome: &QueryOutcome) -> usize {
    let records = outcome
        .records
        .iter()
        .map(|hit| hit.title.len() + hit.summary.len() + hit.text.as_ref().map_or(0, String::len));
    records.sum::<usize>() + outcome.excerpts.iter().map(|e| e.text.len()).sum::<usize>()
}

fn limited(most: usize) -> QueryRequest {
    let mut asked = about("playwright queue flaky jobs checks");
    asked.limits.max_bytes = most;
    asked
}

#[test]
fn no_more_records_than_asked_for_and_the_rest_is_counted() {
    let mut asked = graph(Some("queue jobs"), GraphQuestion::default());
    let asking = Memory::fixture().asking();
    let all = asking.ask(&asked);
    asked.limits.max_records = 2;
    let some = asking.ask(&asked);
    assert_eq!(ids(&some), ids(&all)[..2]);
    assert_eq!(some.limits.omitted_records, all.records.len() - 2);
    assert!(some.limits.truncated && !all.limits.truncated);
    assert_eq!(some.plan.candidates, all.plan.candidates);
}

#[test]
fn records_come_before_excerpts_in_the_bytes() {
    let asking = Memory::fixture().asking();
    let all = asking.ask(&limited(64_000));
    assert!(!all.excerpts.is_empty());
    let records = all.records.iter().map(|hit| hit.title.len() + hit.summary.len()).sum();
    let outcome = asking.ask(&limited(records));
    assert_eq!(ids(&outcome), ids(&all));
    assert!(outcome.excerpts.is_empty());
    assert_eq!(outcome.limits.omitted_excerpts, all.excerpts.len() + all.limits.omitted_excerpts);
    assert_eq!(outcome.limits.bytes, records);
}

#[test]
fn no_bytes_give_an_empty_answer_and_counts() {
    let outcome = Memory::fixture().asking().ask(&limited(0));
    assert!(outcome.records.is_empty() && outcome.excerpts.is_empty());
    assert_eq!(outcome.limits.omitted_records, outcome.plan.candidates);
    assert!(outcome.limits.truncated);
}

#[test]
fn a_document_is_cut_at_a_line_or_else_at_a_character() {
    let memory = Memory::default().with("notes/a.md", "ÄÄÄÄ\nÖÖÖÖ\n");
    let given = |most| {
        let mut asked = read(&["notes/a.md"]);
        asked.limits.max_bytes = most;
        let outcome = memory.asking().ask(&asked);
        (outcome.records[0].text.clone().expect("some text"), outcome.records[0].lines, outcome.limits.truncated)
    };
    // The title and the summary take 1 and 17 bytes.
    let overhead = 1 + "ÄÄÄÄ ÖÖÖÖ".len();
    assert_eq!(given(overhead + 18), ("ÄÄÄÄ\nÖÖÖÖ\n".to_owned(), Some((1, 2)), false));
    assert_eq!(given(overhead + 17), ("ÄÄÄÄ\n".to_owned(), Some((1, 1)), true));
    assert_eq!(given(overhead + 5), ("ÄÄ".to_owned(), Some((1, 1)), true));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn more_bytes_only_add_to_what_fewer_gave(less in 0usize..2_000, more in 0usize..2_000) {
        let asking = &*FIXTURE;
        let (less, more) = (less.min(more), less.max(more));
        let (small, large) = (asking.ask(&limited(less)), asking.ask(&limited(more)));
        prop_assert!(bytes_of(&small) <= less);
        prop_assert_eq!(bytes_of(&small), small.limits.bytes);
        prop_assert_eq!(ids(&small), ids(&large)[..small.records.len()].to_vec());
        let full = asking.ask(&limited(64_000));
        prop_assert_eq!(small.records.len() + small.limits.omitted_records, full.records.len());
        prop_assert_eq!(small.excerpts.len() + small.limits.omitted_excerpts,
            full.excerpts.len() + full.limits.omitted_excerpts);
        prop_assert_eq!(small.limits.truncated, small.limits.omitted_records + small.limits.omitted_excerpts > 0);
    }
}
