//! Suspicious strings are found whole, at their place.

use super::tokens::alphanumeric;
use lorekeep::screen::find_suspects;
use proptest::prelude::*;

#[track_caller]
fn check(before: &str, value: &str, after: &str, category: &str) {
    let text = format!("{before}{value}{after}");
    let hits = find_suspects(text.as_bytes());
    let found: Vec<(&str, &str)> = hits.iter().map(|hit| (hit.category, &text[hit.span.start..hit.span.end])).collect();
    assert_eq!(found, [(category, value)], "{text:?}");
}

#[test]
fn an_assigned_value_is_found_without_its_quotes() {
    let value = alphanumeric(28);
    for (before, after) in [
        ("API_TOKEN=", "\n"),
        ("  \"clientSecret\" : \"", "\",\n"),
        ("secret_key => '", "'"),
        ("config[\"api_key\"] = `", "`;"),
        ("?access_token=", "&page=2"),
        ("{\\\"password\\\":\\\"", "\\\"}"),
        ("api.token: ", "."),
    ] {
        check(before, &value, after, "assigned-credential");
    }
}

#[test]
fn a_random_run_behind_a_word_is_found() {
    check("The token of the mirror is ", &alphanumeric(32), ", ask first.", "random-string");
    check("| api key | `", &alphanumeric(36), "` |", "random-string");
}

#[test]
fn a_run_on_the_next_line_or_far_away_is_let_be() {
    for text in
        [format!("token\n{}", alphanumeric(32)), format!("token {}{}", "and so on ".repeat(12), alphanumeric(32))]
    {
        assert_eq!(find_suspects(text.as_bytes()), [], "{text}");
    }
}

proptest! {
    #[test]
    fn ids_are_never_suspicious(hex in "[0-9a-f]{40}|[0-9a-f]{64}", ulid in "0[0-9][0-9A-HJKMNP-TV-Z]{24}", word in "token|secret|auth_token") {
        let uuid = format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..30]);
        for text in [format!("{word}: {hex}"), format!("{word} {hex} sha256:{hex}"), format!("{word}={ulid} {word} {uuid}")] {
            prop_assert_eq!(find_suspects(text.as_bytes()), [], "{}", text);
        }
    }

    #[test]
    fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let text = [b"token=".as_slice(), &bytes, b" secret: ", &bytes].concat();
        let hits = find_suspects(&text);
        prop_assert!(hits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    }
}
