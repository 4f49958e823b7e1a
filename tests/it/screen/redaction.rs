//! Redaction takes every secret out and leaves everything else.

use super::tokens::{every, in_context, token};
use lorekeep::screen::{REPLACEMENT, find_secrets, redact};
use proptest::prelude::*;

#[test]
fn every_secret_is_replaced_and_counted() {
    for (_, category, secret) in every() {
        let redacted = redact(&format!("before {secret} after"));
        assert!(!redacted.text.contains(&secret), "{category}");
        assert!(redacted.text.contains(REPLACEMENT) && redacted.text.ends_with(" after"), "{}", redacted.text);
        assert_eq!(redacted.categories.into_iter().collect::<Vec<_>>(), [(category, 1)]);
    }
}

#[test]
fn what_names_the_secret_stays() {
    for (_, before, secret, after) in in_context() {
        assert_eq!(redact(&format!("{before}{secret}{after}")).text, format!("{before}{REPLACEMENT}{after}"));
    }
}

#[test]
fn a_text_without_secrets_stays_as_it_is() {
    let text = "Commit 0123456789abcdef0123456789abcdef01234567 – nothing else. 日本語\n";
    assert_eq!(redact(text).text, text);
    assert!(redact(text).categories.is_empty());
}

#[test]
fn what_is_redacted_holds_no_secret() {
    let all: String = every().into_iter().map(|(_, _, token)| token + " ").collect();
    let redacted = redact(&all).text;
    assert_eq!(find_secrets(&redacted), []);
    assert_eq!(redact(&redacted).text, redacted);
}

proptest! {
    #[test]
    fn spans_lie_in_order_on_character_boundaries(before in ".{0,40}", between in "\\PC{0,40}", after in ".{0,40}") {
        let (github, password) = (token("github"), "pässwörd✓");
        let url = format!("https://ü:{password}@example.org");
        let text = format!("{before} {github} {between} {url} {after}");
        let hits = find_secrets(&text);
        prop_assert!(hits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        for hit in &hits {
            prop_assert!(text.is_char_boundary(hit.span.start) && text.is_char_boundary(hit.span.end));
        }
        prop_assert!(!redact(&text).text.contains(&github));
        prop_assert!(!redact(&text).text.contains(password));
    }

    #[test]
    fn any_text_is_taken(text in "(?s).{0,400}") {
        redact(&text);
    }
}
