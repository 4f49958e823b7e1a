//! Every sort of secret is found, whole, wherever it stands.

use super::tokens::{alphanumeric, every, in_context, pem};
use lorekeep::screen::{find_secrets, find_secrets_in_bytes};

/// Finds exactly the given secret in a text.
#[track_caller]
fn check(text: &str, secret: &str, category: &str) {
    let hits = find_secrets(text);
    let found: Vec<(&str, &str)> = hits.iter().map(|hit| (hit.category, &text[hit.span.start..hit.span.end])).collect();
    let [(of, span)] = found[..] else { panic!("{category}: {found:?}") };
    assert_eq!(of, category);
    let bare = secret.trim_start_matches("https://");
    assert_eq!(span, bare);
}

#[test]
fn every_token_is_found_whole_between_words() {
    for (_, category, token) in every() {
        check(&token, &token, category);
        check(&format!("Über `{token}` – ende"), &token, category);
        check(&format!("key: \"{token}\"\n"), &token, category);
        check(&format!("A={token};B=1"), &token, category);
    }
}

#[test]
fn a_token_is_found_behind_an_escape() {
    for (_, category, token) in every() {
        check(&format!(r#"{{"log": "first line\n{token}"}}"#), &token, category);
        check(&format!("?q=%3D{token}&x"), &token, category);
    }
}

#[test]
fn secrets_are_found_by_what_stands_around_them() {
    for (category, before, secret, after) in in_context() {
        check(&format!("{before}{secret}{after}"), &secret, category);
    }
}

#[test]
fn a_key_block_is_found_when_it_is_cut_off() {
    let whole = pem("RSA PRIVATE KEY");
    for lines in [2, 3] {
        let cut: String = whole.split_inclusive('\n').take(lines).collect();
        let cut = cut.trim_end();
        check(&format!("{cut}\n\nAnd then some prose.\n"), cut, "private-key");
    }
    let half = &whole[..whole.len() / 2];
    check(half, half, "private-key");
}

#[test]
fn a_key_block_is_found_in_a_json_string_and_indented() {
    let escaped = pem("PRIVATE KEY").replace('\n', "\\n");
    check(&format!(r#"{{"private_key": "{escaped}\n"}}"#), &escaped, "private-key");
    let indented = pem("EC PRIVATE KEY").replace('\n', "\n    ");
    check(&format!("key: |\n    {indented}\n"), &indented, "private-key");
}

#[test]
fn a_closed_key_block_is_found_whatever_it_holds() {
    let (begin, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
    let block = format!("{begin}\nnot really base64\n{end}");
    check(&block, &block, "private-key");
}

#[test]
fn a_token_that_grew_longer_is_covered_to_its_end() {
    let long = format!("ghp_{}", alphanumeric(200));
    check(&long, &long, "provider-token:github");
}

#[test]
fn secrets_side_by_side_are_found_apart_and_in_order() {
    let text: String = every().into_iter().map(|(_, _, token)| token + "\n").collect();
    let hits = find_secrets(&text);
    assert_eq!(hits.len(), every().len());
    assert!(hits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
}

#[test]
fn secrets_are_found_in_bytes_that_are_no_text() {
    let (_, category, token) = every().remove(0);
    let bytes = [b"\xff\xfe\0", token.as_bytes(), b"\xff"].concat();
    let hits = find_secrets_in_bytes(&bytes);
    assert_eq!(hits.len(), 1);
    assert_eq!((hits[0].category, hits[0].span.start), (category, 3));
}
