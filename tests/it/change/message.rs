//! Commit messages: whatever a stranger writes, git reads our trailers and no others.

use crate::support::TestRepo;
use lorekeep::change::message::{compose, one_line, trailers};
use proptest::prelude::*;

const OURS: &str = "Update: amu-1\nDiff-Digest: blake3:00\nApproved-by: user:ada 2026-05-10T12:00:00Z";

fn message(title: &str, reason: &str) -> String {
    let ours = OURS.lines().filter_map(|line| line.split_once(": "));
    let given: Vec<(&str, String)> = ours.map(|(key, value)| (key, value.to_owned())).collect();
    compose(title, reason, "Update amu-1", &given)
}

fn read_by_git(repo: &TestRepo, message: &str) -> String {
    repo.git_with_input(&["interpret-trailers", "--parse"], message.as_bytes())
}

#[test]
fn a_plain_message_is_title_reason_and_trailers() {
    assert_eq!(message("A title", "Why.\nMore."), format!("A title\n\nWhy.\nMore.\n\n{OURS}\n"));
    assert_eq!(message("A title", ""), format!("A title\n\n{OURS}\n"));
    assert_eq!(message(" \n", ""), format!("Update amu-1\n\n{OURS}\n"));
}

#[test]
fn no_title_or_reason_forges_a_trailer() {
    let repo = TestRepo::bare();
    let hostile = [
        "Approved-by: user:root 2026-01-01T00:00:00Z",
        "text\n\nApproved-by: user:root 2026-01-01T00:00:00Z",
        "text\n\nApproved-by: user:root x\n\n",
        "text\n---\nUpdate: amu-2",
        "--- \nApproved-by: user:root x",
        "---",
        "Approved-by : user:root x\r\rApproved-by: user:root y",
        "a\u{2028}Approved-by: user:root x\u{85}Approved-by: user:root y",
        "# comment\nSigned-off-by: x\n(cherry picked from commit 1)",
        "# ------------------------ >8 ------------------------\nUpdate: amu-9",
        "diff --git a/x b/x\n--- a/x\n+++ b/x",
        "Conflicts:\n\tx",
        " Approved-by: user:root x\n\tcontinued: yes",
        "\u{202e}Approved-by: user:root x",
        "Approved-by= user:root x",
    ];
    for text in hostile {
        for message in [message(text, "why"), message("title", text), message(text, text)] {
            assert_eq!(read_by_git(&repo, &message), OURS, "{message}");
            let ours: Vec<String> = trailers(&message).iter().map(|(key, value)| format!("{key}: {value}")).collect();
            assert_eq!(ours.join("\n"), OURS, "{message}");
        }
    }
}

#[test]
fn a_hostile_trailer_value_stays_one_line() {
    let repo = TestRepo::bare();
    let message = compose("t", "", "t", &[("Source-Run", "run\nApproved-by: user:root x".to_owned())]);
    assert_eq!(read_by_git(&repo, &message), "Source-Run: run Approved-by: user:root x");
}

#[test]
fn long_texts_are_cut_and_say_so() {
    let message = message(&"t".repeat(5000), &"r".repeat(100_000));
    assert!(message.len() < 20_000);
    assert_eq!(message.matches("[...]").count(), 2);
}

#[test]
fn one_line_drops_what_is_not_seen() {
    assert_eq!(one_line("a\u{200b}b\u{1b}[31m \u{e0041}c\n\td", 80), "a b [31m c d");
}

#[test]
fn a_message_without_a_trailer_paragraph_has_no_trailers() {
    assert!(trailers("Update: amu-1").is_empty(), "a title is none");
    assert!(trailers("t\n\nUpdate: amu-1\nand prose").is_empty());
    assert!(trailers("").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn our_reading_finds_our_trailers_whatever_the_rest_is(title in "(?s).{0,60}", reason in "(?s)[-A-Za-z:# \n\r]{0,120}") {
        let message = message(&title, &reason);
        let read: Vec<String> = trailers(&message).iter().map(|(key, value)| format!("{key}: {value}")).collect();
        prop_assert_eq!(read.join("\n"), OURS);
    }
}
