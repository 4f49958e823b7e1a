//! What a value looks like: one that was made to be secret, or a name, an id, a reference.

use super::keys::Named;
use super::placeholder;

/// The longest value that is looked at, in bytes.
const LONGEST: usize = 4 * 1024;
/// The shortest password and the shortest token that are certain.
const SHORTEST_PASSWORD: usize = 8;
const SHORTEST_TOKEN: usize = 12;
/// The shortest run that is taken for random where no key says so.
const SHORTEST_RANDOM: usize = 20;
/// What guides write into a value to say that it is none.
const SAMPLES: &[&str] = &[
    "example",
    "changeme",
    "change_me",
    "change-me",
    "replace",
    "dummy",
    "sample",
    "fake",
    "placeholder",
    "redacted",
    "insert",
    "todo",
    "your",
    "xxxx",
    "....",
    "****",
    "not-a-",
    "not_a_",
];
/// Words with digits within.
const TERMS: &[&str] = &[
    "argon2",
    "argon2i",
    "argon2d",
    "argon2id",
    "pbkdf2",
    "scrypt",
    "bcrypt",
    "sha1",
    "sha256",
    "sha512",
    "md5",
    "ed25519",
    "x25519",
    "secp256k1",
    "secp256r1",
    "oauth2",
    "base64",
    "es256",
    "hs256",
    "rs256",
    "aes128",
    "aes256",
    "x509",
    "pkcs8",
    "pkcs12",
    "k8s",
    "ipv4",
    "ipv6",
    "utf8",
    "s3",
    "i18n",
    "l10n",
    "auth0",
    "mfa2",
    "http2",
    "rfc6749",
    "base32",
    "hmac256",
];

/// Whether it is worth while to ask what a value is: most are sentences and short words.
pub(super) fn may_be_secret(value: &str) -> bool {
    let value = value.trim();
    (SHORTEST_PASSWORD..=LONGEST).contains(&value.len()) && !value.contains(char::is_whitespace)
}

/// Whether a value under a key that names a secret is one.
pub(super) fn is_secret(value: &str, named: Named) -> bool {
    let value = value.trim();
    let shortest = if named == Named::Password { SHORTEST_PASSWORD } else { SHORTEST_TOKEN };
    let fits = (shortest..=LONGEST).contains(&value.len());
    fits && !stands_for_another(value) && !is_name(value) && !is_listed_id(value) && has_value_shape(value, named)
}

/// Whether a run of characters looks random though no key says so: both cases and digits, well mixed.
pub(super) fn is_random(run: &str) -> bool {
    let fits = (SHORTEST_RANDOM..=LONGEST).contains(&run.len());
    let has = |class: fn(&u8) -> bool| run.bytes().filter(class).count();
    let (upper, lower, digits) = (has(u8::is_ascii_uppercase), has(u8::is_ascii_lowercase), has(u8::is_ascii_digit));
    let longest = run.split('/').map(str::len).max().unwrap_or_default();
    fits && longest >= SHORTEST_RANDOM
        && upper >= 2
        && lower >= 2
        && digits >= 1
        && switches(run) * 4 >= run.len()
        && entropy(run) >= 3.6
        && !stands_for_another(run)
        && !is_name(run)
        && !is_identifier(run)
        && !is_listed_id(run)
}

/// Whether a value is a placeholder, a variable, a reference or code.
pub(super) fn stands_for_another(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let marks = ["${", "$(", "{{", "<", ">", "process.env", "secrets.", "://", "..."];
    placeholder::is_placeholder(value.as_bytes())
        || placeholder::is_filler(value.as_bytes())
        || SAMPLES.iter().any(|sample| lower.contains(sample))
        || marks.iter().any(|mark| lower.contains(mark))
        || is_reference(value)
        || is_sequence(&lower)
}

/// Whether a value is of the form `scheme:rest`: a record id, a digest, a reference to where the secret is kept.
fn is_reference(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once(':') else { return false };
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '+');
    !rest.is_empty() && scheme.starts_with(|c: char| c.is_ascii_lowercase()) && scheme.chars().all(word)
}

/// Whether a value counts up: `0123456789`, `abcdefgh`, `12345678`.
fn is_sequence(lower: &str) -> bool {
    let steps = lower.as_bytes().windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
    steps * 3 >= lower.len() * 2
}

/// Whether every part of a value is a word, a number, or a word with a number behind it: a name, a path, a version.
pub(super) fn is_name(value: &str) -> bool {
    if value.ends_with('=') || value.contains('+') {
        return false;
    }
    value.split(['-', '_', '.', '/', '\\', ':', '@', '#', '~']).all(is_word)
}

/// Whether a value is a term with digits within.
pub(super) fn is_term(value: &str) -> bool {
    TERMS.contains(&value.to_ascii_lowercase().as_str())
}

/// Whether a part of a name is a word: letters in the cases that words are written in, with few digits before or behind.
fn is_word(part: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    if part.chars().all(is_digit) || is_term(part) {
        return part.len() < 24;
    }
    let letters = part.trim_end_matches(is_digit);
    let letters = if letters == part { part.strip_prefix(is_digit).unwrap_or(part) } else { letters };
    part.len() - letters.len() <= 3 && letters.chars().all(char::is_alphabetic) && is_written_as_words(letters)
}

/// Whether letters are in the cases of words: of all flips between cases, random letters have half.
fn is_written_as_words(letters: &str) -> bool {
    let few_flips = letters.len() < 8 || flips(letters) * 5 < letters.len() * 2;
    few_flips && (letters.len() < SHORTEST_TOKEN || has_vowels(letters))
}

/// Whether a run is the name of something in code: words in camel case or between underscores, with a few numbers among them.
pub(super) fn is_identifier(run: &str) -> bool {
    let letters: String = run.chars().filter(char::is_ascii_alphabetic).collect();
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    let plain = run.starts_with(|c: char| c.is_ascii_alphabetic())
        && run.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let parts = flips(&letters) >= 4 || run.contains('_');
    plain && parts && digits <= 3 && flips(&letters) * 3 < letters.len() && has_vowels(&letters)
}

fn flips(letters: &str) -> usize {
    let is_upper = |byte: &u8| byte.is_ascii_uppercase();
    letters.as_bytes().windows(2).filter(|pair| is_upper(&pair[0]) != is_upper(&pair[1])).count()
}

/// Whether letters can be spoken: no word goes long without a vowel.
fn has_vowels(letters: &str) -> bool {
    let vowel = |c: char| !c.is_ascii() || "aeiouyAEIOUY".contains(c);
    letters.split(vowel).all(|consonants| consonants.len() < 7)
}

/// Whether a value is an id that is no secret whatever its key: a UUID, a ULID, a date.
pub(super) fn is_listed_id(value: &str) -> bool {
    let bytes = value.as_bytes();
    let is_uuid = bytes.len() == 36
        && bytes.iter().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    let crockford = |byte: &u8| byte.is_ascii_digit() || (byte.is_ascii_alphabetic() && !b"ILOUilou".contains(byte));
    let is_ulid = bytes.len() == 26 && matches!(bytes[0], b'0'..=b'7') && bytes.iter().all(crockford);
    let is_date = bytes.iter().all(|byte| byte.is_ascii_digit() || b"-:.TZ+".contains(byte));
    is_uuid || (is_ulid && is_one_case(value)) || is_date
}

fn is_one_case(value: &str) -> bool {
    !(value.bytes().any(|byte| byte.is_ascii_lowercase()) && value.bytes().any(|byte| byte.is_ascii_uppercase()))
}

/// Whether a value could have been made to be secret: one run that mixes letters and digits.
fn has_value_shape(value: &str, named: Named) -> bool {
    let chosen = named == Named::Password;
    let closed = |c: char| c.is_whitespace() || c.is_control() || "()[]{}\"'`,;|".contains(c);
    if value.contains(closed) {
        return false;
    }
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let marks = value.chars().filter(|c| "!@#$%^&*?+=~".contains(*c)).count();
    if chosen {
        return letters > 0 && digits + marks > 0;
    }
    let tokenlike = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_.~-".contains(&byte));
    tokenlike && letters > 0 && entropy(value) >= 2.8 && (digits >= 2 || value.len() >= SHORTEST_RANDOM)
}

/// How often a text goes from one class of character to another: lower case, upper case, digit, other.
fn switches(text: &str) -> usize {
    let class = |byte: u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    text.as_bytes().windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count()
}

/// Shannon's entropy of the bytes of a text, in bits per byte.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let len = text.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / len).map(|p| -p * p.log2()).sum()
}
