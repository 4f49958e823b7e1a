//! Strings that look like a credential by what stands before them and by how random they are.
//!
//! Two ways: a value that is assigned to a name of a secret (`DB_PASSWORD=...`, `"clientSecret": "..."`), and a random run
//! behind a word like `token` on the same line. What is certain is found elsewhere; this is a question for review.

use super::keys::{self, Named};
use super::starts::Starts;
use super::{SecretHit, value};
use crate::base::Span;
use std::sync::LazyLock;

/// Words that secrets are called by, in any case.
pub(super) const WORDS: &[&str] = &[
    "secret",
    "token",
    "passw",
    "passphrase",
    "passcode",
    "pwd",
    "_pass",
    "credential",
    "apikey",
    "api_key",
    "api-key",
    "api key",
    "access_key",
    "access-key",
    "accesskey",
    "access key",
    "private_key",
    "private-key",
    "privatekey",
    "private key",
    "signing_key",
    "signing-key",
    "signingkey",
    "encryption_key",
    "encryption-key",
    "encryptionkey",
    "auth_key",
    "authkey",
    "client_key",
    "client-key",
    "master_key",
    "master-key",
    "shared_key",
    "account_key",
    "session_key",
    "bearer",
    "login:",
];
/// How far a name goes on both sides of such a word, and how far behind it on the line a random run is looked for.
const NAME: usize = 64;
const NEAR: usize = 96;
/// The longest value that is looked at.
const VALUE: usize = 512;

static SEARCH: LazyLock<Starts> = LazyLock::new(|| Starts::new(WORDS.to_vec()));

/// The suspicious strings of a text, in order, without overlaps.
pub(super) fn scan(text: &[u8]) -> Vec<SecretHit> {
    let mut hunt = Hunt::default();
    while let Some((start, word)) = SEARCH.find(text, hunt.from) {
        hunt.at(text, Span::new(start, start + WORDS[word].len()), assigned);
    }
    hunt.hits
}

/// Says what is assigned to a name, and whether it is suspicious.
pub(super) type Assigned = fn(&[u8], Span) -> Option<(Span, bool)>;

/// How far a search has come, and what it found.
#[derive(Default)]
pub(super) struct Hunt {
    /// Words before this place are passed over.
    pub(super) from: usize,
    near_from: usize,
    pub(super) hits: Vec<SecretHit>,
}

impl Hunt {
    /// Looks at a place where one of the words stands; `assigned` says what is assigned to a name, and whether it is suspicious.
    pub(super) fn at(&mut self, text: &[u8], word: Span, assigned: Assigned) {
        let name = name_around(text, word.start, word.end);
        self.from = name.end;
        if let Some((span, is_hit)) = assigned(text, name) {
            self.from = span.end.max(self.from);
            if is_hit {
                self.near_from = self.from;
                self.hits.push(SecretHit { category: "assigned-credential", span });
                return;
            }
        }
        let (hit, looked) = near(text, name.end.max(self.near_from), name.end + NEAR);
        self.near_from = looked;
        if let Some(span) = hit {
            self.from = self.from.max(span.end);
            self.hits.push(SecretHit { category: "random-string", span });
        }
    }
}

/// The whole identifier that a word is a part of.
pub(super) fn name_around(text: &[u8], start: usize, end: usize) -> Span {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let before = text[..start].iter().rev().take(NAME).take_while(is_name).count();
    let after = text[end..].iter().take(NAME).take_while(is_name).count();
    Span::new(start - before, end + after)
}

/// The value that is assigned to a name, and whether it looks like a secret.
pub(super) fn assigned(text: &[u8], name: Span) -> Option<(Span, bool)> {
    let named = keys::named(std::str::from_utf8(&text[name.start..name.end]).ok()?.trim_matches('-'));
    let start = value_start(text, name.end)?;
    let ends = |byte: &&u8| !byte.is_ascii_whitespace() && !b"\"'`,;&<>)]}*\\".contains(byte);
    let len = text[start..].iter().take(VALUE).take_while(ends).count();
    let len = text[start..start + len].iter().rposition(|byte| !b".:!?".contains(byte)).map_or(0, |last| last + 1);
    let span = Span::new(start, start + len);
    let value = std::str::from_utf8(&text[span.start..span.end]).ok()?;
    // A call, an index, a generic type: the value goes on as code.
    let is_code = value.contains('(') || value.contains('[') || value.contains("::");
    Some((span, !is_code && named.is_some_and(|named| is_suspect(value, named))))
}

/// A hexadecimal number of 40, 64 or 128 digits is an object id or a digest, and a name in code no value, unless a structure
/// says otherwise.
fn is_suspect(value: &str, named: Named) -> bool {
    let is_hex = value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_id = is_hex && matches!(value.len(), 40 | 64 | 128);
    !is_id && !value::is_identifier(value) && value::is_secret(value, named)
}

/// Where a value begins behind a name: `name = value`, `"name": "value"`, `name => value`, `--name value`.
pub(super) fn value_start(text: &[u8], name_end: usize) -> Option<usize> {
    let at = skip(text, name_end, b"\\\"'`]", 3);
    let at = skip(text, at, b" \t", 4);
    let operator = match text.get(at..)? {
        [b':' | b'=' | b'!', b'=', ..] | [b'=', b'>', ..] => 2,
        [b':', b':', ..] => return None,
        [b':' | b'=', ..] => 1,
        _ => return None,
    };
    let at = skip(text, at + operator, b" \t", 4);
    Some(skip(text, at, b"\\\"'`", 3))
}

fn skip(text: &[u8], at: usize, any_of: &[u8], most: usize) -> usize {
    at + text[at..].iter().take(most).take_while(|byte| any_of.contains(byte)).count()
}

/// The first random run of a line between two places, and how far was looked.
fn near(text: &[u8], from: usize, until: usize) -> (Option<Span>, usize) {
    let until = until.min(text.len());
    let mut at = from;
    while at < until && text[at] != b'\n' {
        let run = text[at..].iter().take_while(|byte| is_run(**byte)).count();
        let span = Span::new(at, at + run);
        if (1..=VALUE).contains(&run) && stands_free(text, span) && is_random_run(&text[at..at + run]) {
            return (Some(span), span.end);
        }
        at += run.max(1);
    }
    (None, at)
}

fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/_-".contains(&byte)
}

fn is_random_run(run: &[u8]) -> bool {
    let run = std::str::from_utf8(run).unwrap_or_default().trim_matches(|c| matches!(c, '-' | '=' | '/'));
    !run.starts_with("sha") && value::is_random(run)
}

/// Whether a run is no part of a longer thing: a path, a URL, a digest, an embedded image.
fn stands_free(text: &[u8], run: Span) -> bool {
    let before = text[..run.start].last();
    let after = text.get(run.end);
    let embedded = text[..run.start].ends_with(b"base64,");
    let joined = before.is_some_and(|byte| is_run(*byte));
    // `sha256:...` and `https://...` go on behind a colon.
    let named = before == Some(&b':') && run.start >= 2 && text[run.start - 2].is_ascii_alphanumeric();
    let goes_on =
        matches!(before, Some(b'.' | b'#' | b'@' | b'%' | b'?')) || matches!(after, Some(b'.' | b'(' | b'@' | b'%'));
    !(embedded || joined || named || goes_on)
}
