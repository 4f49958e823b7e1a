//! Which keys name a secret.
//!
//! A key is read as words (`completionSecret`, `client-key-data`, `DB_PASSWORD`); what counts is what it ends
//! with. `token_count`, `secretName` and `requires_secret` say something of a secret and are none.

/// The category of a value that a key says is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// What people choose: short, and any character may stand in it.
    Password,
    /// What machines make.
    Token,
}

/// Last words that name what people choose.
const PASSWORDS: &[&str] = &["password", "passwd", "passphrase", "pwd", "passwort", "passcode", "passwords"];
/// Last words that name what machines make.
const TOKENS: &[&str] = &[
    "secret",
    "secrets",
    "token",
    "tokens",
    "apikey",
    "apikeys",
    "apitoken",
    "authtoken",
    "accesstoken",
    "accesskey",
    "secretkey",
    "privatekey",
    "clientsecret",
    "credential",
    "credentials",
    "bearer",
    "jwt",
];
/// What makes a `key` a secret one.
const KEY_OF: &[&str] = &[
    "api",
    "private",
    "secret",
    "access",
    "auth",
    "signing",
    "encryption",
    "master",
    "account",
    "shared",
    "client",
    "session",
    "license",
    "subscription",
    "function",
    "storage",
    "webhook",
    "service",
];
/// What makes a `token` something else: of paging, of parsing, of commands, of assemblies.
const OTHER_TOKENS: &[&str] = &[
    "page",
    "next",
    "continuation",
    "cancellation",
    "stop",
    "eos",
    "bos",
    "pad",
    "unk",
    "mask",
    "special",
    "resume",
    "sync",
    "cursor",
    "invocation",
    "change",
    "concurrency",
    "design",
    "color",
    "parser",
    "key",
    "per",
];
/// Words that follow what they do not change.
const TRAILING: &[&str] = &["data", "value", "plain", "plaintext", "base", "b", "text", "raw", "string", "default"];
/// First words of what is said of a secret.
const ABOUT: &[&str] = &[
    "requires", "require", "required", "needs", "has", "is", "use", "uses", "supports", "allow", "allows", "show",
    "no", "missing", "max", "min", "with", "without", "hide", "skip", "forgot", "reset", "change",
];
/// The longest key that is read, in bytes.
const LONGEST: usize = 128;

/// What a key says its value is; `None` where it names no secret.
pub(super) fn named(key: &str) -> Option<Named> {
    if key.len() > LONGEST {
        return None;
    }
    let words = words(key);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    while words.len() > 1 && words.last().is_some_and(|word| TRAILING.contains(word) || is_number(word)) {
        words.pop();
    }
    let (last, before) = words.split_last()?;
    if before.contains(&"public") || before.first().is_some_and(|first| ABOUT.contains(first)) {
        return None;
    }
    let of = before.last().copied().unwrap_or_default();
    match *last {
        word if PASSWORDS.contains(&word) || (word == "pass" && !before.is_empty()) => Some(Named::Password),
        "token" if OTHER_TOKENS.contains(&of) => None,
        // Tokens are counted, unless nothing says which ones.
        "tokens" if !before.is_empty() => None,
        word if TOKENS.contains(&word) => Some(Named::Token),
        "key" | "keys" if KEY_OF.contains(&of) => Some(Named::Token),
        _ => None,
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words of a key, in lower case: split at what is no letter or digit, and where a capital or a
/// number begins a word.
fn words(key: &str) -> Vec<String> {
    let chars: Vec<char> = key.chars().collect();
    let mut words = vec![String::new()];
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).map_or(' ', |i| chars[i]);
        let next_is_lower = chars.get(i + 1).is_some_and(|next| next.is_lowercase());
        let humps = c.is_uppercase() && (!before.is_uppercase() || next_is_lower);
        let counts = c.is_ascii_digit() && before.is_alphabetic();
        if humps || counts || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().expect("it begins with one").extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
