//! Who may sign: the allowed-signers files of git and ssh, as far as this crate writes them.

use super::types::GitError;
use crate::base::Timestamp;
use ssh_key::public::KeyData;
use ssh_key::{Algorithm, HashAlg, PublicKey, SshSig};

/// The largest allowed-signers file read, in bytes.
const LARGEST_FILE: usize = 4 << 20;

/// The line of an allowed-signers file that lets a principal sign commits with a key.
///
/// Refused where the principal would be read as something else: a pattern, a list, an option.
pub fn allowed_signers_line(principal: &str, public_key: &str) -> Result<String, GitError> {
    allowed_signers_line_within(principal, public_key, None, None)
}

/// The same, for a key that counts from a moment on, up to and with another.
pub fn allowed_signers_line_within(
    principal: &str,
    public_key: &str,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
) -> Result<String, GitError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+' | ':' | '/');
    if principal.is_empty() || !principal.chars().all(plain) {
        return Err(refused("a principal there is made of letters, digits and `. - _ @ + : /`".to_owned()));
    }
    let key = plain_public_key(public_key)?.0;
    let option = |name, at: Option<Timestamp>| at.map(|at| format!(",{name}=\"{}\"", moment(at))).unwrap_or_default();
    let (after, before) = (option("valid-after", after), option("valid-before", before));
    Ok(format!("{principal} namespaces=\"git,lorekeep-approval\"{after}{before} {key}"))
}

/// A public key in OpenSSH form without its comment, and its fingerprint. Refused where its signatures are not checked.
pub fn plain_public_key(text: &str) -> Result<(String, String), GitError> {
    let mut key = PublicKey::from_openssh(text.trim()).map_err(|error| refused(error.to_string()))?;
    if !is_checkable(&key) {
        return Err(refused(not_checked(&key)));
    }
    key.set_comment("");
    let plain = key.to_openssh().map_err(|error| refused(error.to_string()))?;
    Ok((plain.trim().to_owned(), key.fingerprint(HashAlg::Sha256).to_string()))
}

/// A moment as an allowed-signers file writes it: in UTC, which OpenSSH reads from 9.1 on.
fn moment(at: Timestamp) -> String {
    at.to_string().chars().filter(|c| c.is_ascii_digit() || *c == 'Z').collect()
}

/// The keys whose signatures count, with whom and when they speak for.
#[derive(Clone, Debug, Default)]
pub struct AllowedSigners {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    principals: Vec<String>,
    namespaces: Option<Vec<String>>,
    valid_after: Option<Timestamp>,
    valid_before: Option<Timestamp>,
    key: KeyData,
}

/// What a signature is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// A key of this principal signed exactly this.
    Good {
        /// Whom the key speaks for.
        principal: String,
        /// The key, such as `SHA256:...`.
        fingerprint: String,
    },
    /// There is no signature.
    Unsigned,
    /// There is one, and it is not of this content.
    Bad {
        /// What is wrong with it.
        reason: String,
    },
    /// There is one, of a kind that this crate does not check.
    Unchecked {
        /// Why not.
        reason: String,
    },
    /// It is sound, and its key is not an allowed one, or not for this.
    UnknownKey {
        /// The key, such as `SHA256:...`.
        fingerprint: String,
    },
    /// It is sound, and its key was not an allowed one at that time.
    NotThen {
        /// Whom the key speaks for at other times.
        principal: String,
        /// The key, such as `SHA256:...`.
        fingerprint: String,
    },
}

impl AllowedSigners {
    /// Reads an allowed-signers file: principals, options, key. Certificates and local times are not taken.
    pub fn parse(text: &str) -> Result<Self, GitError> {
        if text.len() > LARGEST_FILE {
            return Err(refused(format!("it has more than {LARGEST_FILE} bytes")));
        }
        let lines = text.lines().enumerate().map(|(n, line)| (n + 1, line.trim()));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let entries = lines.map(|(n, line)| Entry::parse(line).map_err(|why| refused(format!("line {n}: {why}"))));
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    /// Checks an armoured SSH signature of a payload, made in a namespace at a time.
    pub fn verify(&self, namespace: &str, payload: &[u8], armoured: &str, at: Timestamp) -> Verified {
        let signature = match SshSig::from_pem(armoured.trim_end()) {
            Ok(signature) => signature,
            Err(_) => return Verified::Bad { reason: "it is no SSH signature".to_owned() },
        };
        let key = PublicKey::from(signature.public_key().clone());
        if !is_checkable(&key) {
            return Verified::Unchecked { reason: not_checked(&key) };
        }
        if key.verify(namespace, payload, &signature).is_err() {
            return Verified::Bad { reason: "it is not a signature of this content".to_owned() };
        }
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        let mut known = self.entries.iter().filter(|entry| entry.knows(key.key_data(), namespace)).peekable();
        let Some(first) = known.peek().map(|entry| entry.principals[0].clone()) else {
            return Verified::UnknownKey { fingerprint };
        };
        match known.find(|entry| entry.counts_at(at)) {
            Some(entry) => Verified::Good { principal: entry.principals[0].clone(), fingerprint },
            None => Verified::NotThen { principal: first, fingerprint },
        }
    }
}

impl Entry {
    fn parse(line: &str) -> Result<Self, String> {
        let mut words = split_words(line)?.into_iter();
        let principals: Vec<String> = words.next().unwrap_or_default().split(',').map(str::to_owned).collect();
        if principals.iter().any(|name| name.is_empty() || name.contains(['*', '?', '!'])) {
            return Err("a principal is written in full here, not as a pattern".to_owned());
        }
        let mut words = words.peekable();
        let mut entry = Self { principals, namespaces: None, valid_after: None, valid_before: None, key: no_key() };
        if let Some(options) = words.next_if(|word| is_options(word)) {
            split_options(&options).try_for_each(|option| entry.option(option))?;
        }
        let (kind, data) = words.next().zip(words.next()).ok_or("a line ends with the type of a key and the key")?;
        let key = PublicKey::from_openssh(&format!("{kind} {data}")).map_err(|error| error.to_string())?;
        Ok(Self { key: key.key_data().clone(), ..entry })
    }

    fn option(&mut self, option: &str) -> Result<(), String> {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let value = value.trim_matches('"');
        match name.to_ascii_lowercase().as_str() {
            "namespaces" => self.namespaces = Some(value.split(',').map(str::to_owned).collect()),
            "valid-after" => self.valid_after = Some(parse_moment(value)?),
            "valid-before" => self.valid_before = Some(parse_moment(value)?),
            _ => return Err(format!("the option {} is not taken", super::convert::shown(name))),
        }
        Ok(())
    }

    fn knows(&self, key: &KeyData, namespace: &str) -> bool {
        self.key == *key && self.namespaces.as_ref().is_none_or(|names| names.iter().any(|name| name == namespace))
    }

    /// Both ends count, as in OpenSSH.
    fn counts_at(&self, at: Timestamp) -> bool {
        self.valid_after.is_none_or(|after| after <= at) && self.valid_before.is_none_or(|before| at <= before)
    }
}

fn not_checked(key: &PublicKey) -> String {
    format!("signatures by keys of type {} are not checked here: use an ed25519 key", key.algorithm())
}

fn is_checkable(key: &PublicKey) -> bool {
    matches!(key.algorithm(), Algorithm::Ed25519 | Algorithm::SkEd25519)
}

/// A key that stands in an entry until its own is read.
fn no_key() -> KeyData {
    KeyData::Ed25519(ssh_key::public::Ed25519PublicKey([0; 32]))
}

/// Options begin like one that is known; the type of a key never does.
fn is_options(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    ["namespaces=", "valid-after=", "valid-before=", "cert-authority"].iter().any(|name| word.starts_with(name))
}

/// Words between blanks; a blank inside double quotes is part of its word.
fn split_words(line: &str) -> Result<Vec<String>, String> {
    let mut quoted = false;
    let words = line.split(|c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    });
    let words = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if quoted { Err("a quote is not closed".to_owned()) } else { Ok(words) }
}

/// Options between commas; a comma inside double quotes is part of its option.
fn split_options(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
}

/// `YYYYMMDDZ` or `YYYYMMDDHHMM[SS]Z`: in UTC, for a local time would mean something else on each machine.
fn parse_moment(text: &str) -> Result<Timestamp, String> {
    let wrong = || "a time there is `YYYYMMDDZ` or `YYYYMMDDHHMM[SS]Z`".to_owned();
    let digits = text.strip_suffix('Z').filter(|d| d.bytes().all(|b| b.is_ascii_digit())).ok_or_else(wrong)?;
    let whole = match digits.len() {
        8 => format!("{digits}000000"),
        12 => format!("{digits}00"),
        14 => digits.to_owned(),
        _ => return Err(wrong()),
    };
    let (date, time) = whole.split_at(8);
    let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
    let (hour, minute, second) = (&time[..2], &time[2..4], &time[4..]);
    Timestamp::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z")).map_err(|_| wrong())
}

fn refused(reason: String) -> GitError {
    GitError::Other { what: "reading allowed signers", reason }
}
