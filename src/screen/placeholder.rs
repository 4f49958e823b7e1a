//! What stands in guides where a secret would stand.

/// Words that name a secret instead of being one.
const WORDS: &[&str] = &[
    "accesstoken",
    "apikey",
    "bar",
    "baz",
    "authentication",
    "authorization",
    "credential",
    "credentials",
    "example",
    "foo",
    "pass",
    "passwd",
    "password",
    "placeholder",
    "pwd",
    "redacted",
    "secret",
    "token",
    "undefined",
];
/// What a name of somebody's secret begins with, and what a name of a sort of secret ends with.
const BEGINNINGS: &[&str] = &[
    "your", "my_", "my-", "the_", "the-", "some_", "some-", "insert", "replace", "changeme", "x-", "<", "$", "{", "[",
    "%",
];
const ENDINGS: &[&str] = &["-token", "_token", "-key", "_key", "-secret", "_secret", "-password", "_password"];

/// Whether a value in a header or a URL stands for a secret instead of being one.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    let bare = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    text.contains("...")
        || text.contains("***")
        || bare.is_empty()
        || WORDS.contains(&bare)
        || BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
        || ENDINGS.iter().any(|ending| bare.ends_with(ending))
}

/// Whether a token is filled up with one character: `xxxx`, `****`, `0000`.
pub(super) fn is_filler(token: &[u8]) -> bool {
    let Some(last) = token.last() else { return true };
    let run = token.iter().rev().take_while(|byte| byte.eq_ignore_ascii_case(last)).count();
    run >= 12 || run * 2 > token.len()
}
