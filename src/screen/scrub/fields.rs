//! What a key of a structure says of its value, where a wrong answer costs a word of a transcript and no push.

use crate::screen::keys::{self, Named};
use crate::screen::{placeholder, value};

/// What a key says its value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// What people choose.
    Password,
    /// What machines make.
    Token,
    /// A token that can have the form of a UUID.
    ApiKey,
    /// The header that says who asks: a scheme and a token.
    Header,
    /// Cookies.
    Cookie,
    /// A signature of a webhook or an address.
    Signature,
    /// The key of a client of a cluster.
    Cluster,
    /// A secret whatever it looks like, and whatever lies below it.
    Every,
}

/// Keys below which everything is a secret.
const EVERY: &[&str] =
    &["secretenv", "secretenvs", "secretenvironment", "completionsecret", "completionproof", "stringdata"];
const HEADERS: &[&str] = &["authorization", "proxyauthorization"];
const COOKIES: &[&str] = &["cookie", "setcookie", "cookies"];
const SIGNATURES: &[&str] = &["signature", "xhubsignature", "xhubsignature256", "hmac", "sig", "hmacsha256"];
const API_KEYS: &[&str] = &["apikey", "authtoken", "apitoken", "accesskey", "subscriptionkey", "licensekey"];
const PASSWORDS: &[&str] = &["password", "passwd", "passphrase", "sshpass", "mnemonic", "seedphrase"];
/// Ends of keys that are not read as words of their own.
const TOKENS: &[&str] = &[
    "secret",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "authtoken",
    "accesstoken",
    "refreshtoken",
    "identitytoken",
    "apitoken",
    "bottoken",
    "credential",
    "credentials",
    "connectionstring",
    "sessionid",
    "sessid",
    "connectsid",
    "csrftoken",
];
/// Keys that are one of these words alone, or end with one behind `_` or `-`.
const LAST: &[&str] = &["auth", "pat", "creds", "pw", "otp", "sk"];
/// What a key of a secret does not begin with.
const ABOUT: &[&str] =
    &["public", "has", "is", "no", "hide", "show", "forgot", "reset", "require", "max", "min", "num"];

/// What a key says; `None` where it says nothing of secrets.
pub(super) fn sort_of(key: &str) -> Option<Sort> {
    if key.is_empty() || key.len() > 128 {
        return None;
    }
    let bare: String = key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let ends = |ends: &[&str]| ends.iter().any(|end| bare.ends_with(end));
    let lower = key.to_ascii_lowercase();
    let last = lower.rsplit(['_', '-', '.']).next().unwrap_or_default();
    let named = keys::named(key);
    match bare.as_str() {
        bare if EVERY.contains(&bare) => Some(Sort::Every),
        bare if HEADERS.contains(&bare) => Some(Sort::Header),
        bare if COOKIES.contains(&bare) => Some(Sort::Cookie),
        "clientkeydata" | "clientkey" => Some(Sort::Cluster),
        bare if SIGNATURES.contains(&bare) || bare.ends_with("signature") => Some(Sort::Signature),
        _ if ABOUT.iter().any(|about| bare.starts_with(about)) && named.is_none() => None,
        _ if ends(API_KEYS) => Some(Sort::ApiKey),
        _ if named == Some(Named::Password) || ends(PASSWORDS) => Some(Sort::Password),
        _ if named == Some(Named::Token) || ends(TOKENS) || LAST.contains(&last) => Some(Sort::Token),
        _ => None,
    }
}

/// Whether a value under a key is a secret.
pub(super) fn is_secret(value: &str, sort: Sort) -> bool {
    let value = value.trim();
    match sort {
        Sort::Every => !value.is_empty() && !super::marks::is_mark(value),
        Sort::Password => may_be_chosen(value) || is_phrase(value),
        Sort::Token | Sort::Header => value::is_secret(value, Named::Token) || looks_made(value),
        Sort::ApiKey | Sort::Cluster => value::is_secret(value, Named::Token) || looks_made(value) || is_uuid(value),
        Sort::Signature => looks_made(value),
        Sort::Cookie => value.contains('=') && value.len() >= 12 && !placeholder::is_placeholder(value.as_bytes()),
    }
}

/// Whether somebody could have chosen a value to be secret: one run with letters, and a digit or a mark.
pub(super) fn may_be_chosen(value: &str) -> bool {
    let has = |class: fn(char) -> bool| value.chars().any(class);
    let closed = |c: char| c.is_whitespace() || c.is_control();
    (6..=256).contains(&value.len())
        && has(char::is_alphabetic)
        && has(|c| c.is_ascii_digit() || "!@#$%^&*?+=~".contains(c))
        && !has(closed)
        && !value::stands_for_another(value)
        && !value::is_listed_id(value)
        && !value::is_term(value)
}

/// Whether a value is a run that somebody's machine made: long, letters and digits, no name, id, reference.
pub(super) fn looks_made(value: &str) -> bool {
    let has = |class: fn(&u8) -> bool| value.bytes().filter(class).count();
    let closed = |c: char| c.is_whitespace() || c.is_control() || "()[]{}\"'`<>;|".contains(c);
    (12..=4096).contains(&value.len())
        && has(u8::is_ascii_digit) >= 2
        && has(u8::is_ascii_alphabetic) >= 2
        && !value.contains(closed)
        && !value::stands_for_another(value)
        && !value::is_name(value)
        && !value::is_listed_id(value)
}

/// Whether a value is none that a text holds by chance.
pub(super) fn is_distinct(value: &str) -> bool {
    (may_be_chosen(value) && !value::is_name(value)) || looks_made(value)
}

/// Whether a value is a row of words, as wallets are restored with.
fn is_phrase(value: &str) -> bool {
    let words = value.split(' ').count();
    matches!(words, 12 | 15 | 18 | 21 | 24) && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ')
}

fn is_uuid(value: &str) -> bool {
    value.len() == 36 && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
