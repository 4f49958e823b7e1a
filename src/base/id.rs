//! Ids as parsed newtypes: nothing a stranger wrote travels further than `parse`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a text is not the id it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` is not {what}: {rule}")]
pub struct BadId {
    what: &'static str,
    rule: &'static str,
    shown: String,
}

impl BadId {
    fn new(what: &'static str, rule: &'static str, text: &str) -> Self {
        let shown = text.chars().take(80).flat_map(char::escape_debug).collect();
        Self { what, rule, shown }
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $test:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses the id, or says what it should look like.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                let test: fn(&str) -> bool = $test;
                if test(text) { Ok(Self(text.to_owned())) } else { Err(BadId::new($what, $rule, text)) }
            }
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::parse(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                Self::parse(&text)
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

/// Names that belong to the system and are never an org.
const RESERVED_ORGS: &[&str] = &[
    "api",
    "admin",
    "default",
    "healthz",
    "krate",
    "krate-system",
    "kube-system",
    "lorekeep",
    "mcp",
    "metrics",
    "orgs",
    "readyz",
    "system",
];

text_id!(
    /// The name of an organization.
    OrgId,
    "an org name",
    "1 to 63 of `a-z 0-9 -`, beginning and ending with a letter or digit, and no reserved name",
    |t| is_slug(t, 63, b"-") && !RESERVED_ORGS.contains(&t) && !t.starts_with("krate-org-") && !t.starts_with("kube-")
);

text_id!(
    /// The name of a repository within its org, without `.git`.
    RepositoryName,
    "a repository name",
    "1 to 100 of `a-z 0-9 . _ -`, beginning and ending with a letter or digit, without `..` and not ending in `.git` or `.lock`",
    |t| is_slug(t, 100, b"-._") && !t.contains("..") && !t.ends_with(".git") && !t.ends_with(".lock")
);

text_id!(
    /// The id of a memory update: `amu-` and a ULID in lower case.
    UpdateId,
    "an update id",
    "`amu-` followed by 26 lower-case letters and digits",
    |t| t.strip_prefix("amu-").is_some_and(is_ulid)
);

text_id!(
    /// The id of an access token: `tok-` and a ULID in lower case.
    TokenId,
    "a token id",
    "`tok-` followed by 26 lower-case letters and digits",
    |t| t.strip_prefix("tok-").is_some_and(is_ulid)
);

text_id!(
    /// The id of a snapshot: `ams-` and a ULID in lower case.
    SnapshotId,
    "a snapshot id",
    "`ams-` followed by 26 lower-case letters and digits",
    |t| t.strip_prefix("ams-").is_some_and(is_ulid)
);

text_id!(
    /// The id of an import of run memory: `ami-` and a ULID in lower case.
    ImportId,
    "an import id",
    "`ami-` followed by 26 lower-case letters and digits",
    |t| t.strip_prefix("ami-").is_some_and(is_ulid)
);

text_id!(
    /// The name of a snapshot: the last part of its tag.
    SnapshotName,
    "a snapshot name",
    "1 to 100 of `a-z 0-9 . _ -`, beginning and ending with a letter or digit, without `..`, not ending in `.lock`, and no snapshot id",
    |t| is_slug(t, 100, b"-._") && !t.contains("..") && !t.ends_with(".lock") && SnapshotId::parse(t).is_err()
);

impl SnapshotId {
    /// A new id, ordered by time.
    pub fn fresh() -> Self {
        Self(format!("ams-{}", fresh_ulid()))
    }

    /// The id that belongs to a digest: the same one whenever it is asked for.
    pub fn of_key(digest: &super::Digest) -> Self {
        let hex = &digest.as_str()["blake3:".len()..];
        Self(format!("ams-{}", &hex[..26]))
    }
}

impl UpdateId {
    /// A new id, ordered by time.
    pub fn fresh() -> Self {
        Self(format!("amu-{}", fresh_ulid()))
    }

    /// The id that belongs to a digest: the same one whenever it is asked for.
    pub fn of_key(digest: &super::Digest) -> Self {
        let hex = &digest.as_str()["blake3:".len()..];
        Self(format!("amu-{}", &hex[..26]))
    }
}

impl ImportId {
    /// A new id, ordered by time.
    pub fn fresh() -> Self {
        Self(format!("ami-{}", fresh_ulid()))
    }

    /// The id that belongs to a digest: the same one whenever it is asked for.
    pub fn of_key(digest: &super::Digest) -> Self {
        let hex = &digest.as_str()["blake3:".len()..];
        Self(format!("ami-{}", &hex[..26]))
    }
}

impl TokenId {
    /// A new id, ordered by time.
    pub fn fresh() -> Self {
        Self(format!("tok-{}", fresh_ulid()))
    }
}

/// A new ULID in lower case.
pub fn fresh_ulid() -> String {
    ulid::Ulid::generate().to_string().to_ascii_lowercase()
}

fn is_slug(text: &str, longest: usize, between: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (1..=longest).contains(&bytes.len())
        && bytes.iter().all(|b| plain(b) || between.contains(b))
        && bytes.first().is_some_and(plain)
        && bytes.last().is_some_and(plain)
}

fn is_ulid(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// What sort of actor a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PrincipalKind {
    /// A person.
    User,
    /// An agent.
    Agent,
    /// A service account.
    Service,
}

impl PrincipalKind {
    /// The prefix of a principal of this kind, without the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Agent => "agent",
            Self::Service => "service",
        }
    }
}

/// Who acts: `user:<login>`, `agent:<name>` or `service:<name>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Principal {
    kind: PrincipalKind,
    name: String,
}

impl Principal {
    /// Makes a principal from its two halves.
    pub fn new(kind: PrincipalKind, name: &str) -> Result<Self, BadId> {
        let good = is_slug(&name.to_ascii_lowercase(), 100, b"-._@+");
        if good {
            Ok(Self { kind, name: name.to_owned() })
        } else {
            Err(BadId::new(
                "a principal name",
                "1 to 100 of `A-Z a-z 0-9 . _ @ + -`, beginning and ending with a letter or digit",
                name,
            ))
        }
    }

    /// Reads `kind:name`.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let wrong = || BadId::new("a principal", "`user:`, `agent:` or `service:` and a name", text);
        let (kind, name) = text.split_once(':').ok_or_else(wrong)?;
        let kind = match kind {
            "user" => PrincipalKind::User,
            "agent" => PrincipalKind::Agent,
            "service" => PrincipalKind::Service,
            _ => return Err(wrong()),
        };
        Self::new(kind, name)
    }

    /// What sort of actor this is.
    pub fn kind(&self) -> PrincipalKind {
        self.kind
    }

    /// The name without its kind.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.as_str(), self.name)
    }
}

impl TryFrom<String> for Principal {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        Self::parse(&text)
    }
}

impl From<Principal> for String {
    fn from(principal: Principal) -> String {
        principal.to_string()
    }
}

/// A git object id (SHA-1), of any type of object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Oid([u8; 20]);

impl Oid {
    /// Wraps raw bytes.
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The raw bytes.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The 40 hexadecimal digits.
    pub fn hex(&self) -> [u8; 40] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        std::array::from_fn(|at| {
            let byte = self.0[at / 2];
            DIGITS[usize::from(if at % 2 == 0 { byte >> 4 } else { byte & 15 })]
        })
    }

    /// Reads exactly 40 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let wrong = || BadId::new("an object id", "40 hexadecimal digits", text);
        if text.len() != 40 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 20];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).map_err(|_| wrong())?;
        }
        // `from_str_radix` takes a sign: `+f` is no hexadecimal pair.
        if text.bytes().all(|b| b.is_ascii_hexdigit()) { Ok(Self(bytes)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.hex()).expect("hexadecimal digits are text"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

impl TryFrom<String> for Oid {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        Self::parse(&text)
    }
}

impl From<Oid> for String {
    fn from(oid: Oid) -> String {
        oid.to_string()
    }
}

/// The id of an object known to be a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommitId(pub Oid);

impl CommitId {
    /// Reads 40 hexadecimal digits; whether such a commit exists is for the repository to say.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        Oid::parse(text).map(Self)
    }

    /// The first ten digits, for people.
    pub fn short(&self) -> String {
        self.to_string()[..10].to_owned()
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
