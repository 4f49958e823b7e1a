//! Words with a closed list of values, and the ids that only records have.

use crate::base::Principal;
use crate::base::id::{BadId, fresh_ulid};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The text is none of the words it should be.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is no {what}")]
pub struct BadWord {
    pub(super) what: &'static str,
    pub(super) text: String,
}

/// Makes an enum whose values are written as given, in JSON and in the database.
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident: $what:literal { $($(#[$each:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$each])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value as it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads a value as it is written.
            pub fn parse(text: &str) -> Result<Self, crate::records::words::BadWord> {
                let found = Self::ALL.iter().copied().find(|value| value.as_str() == text);
                found.ok_or_else(|| crate::records::words::BadWord { what: $what, text: text.chars().take(80).collect() })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(super) use words;

/// The opaque id of a repository; its directory on disk is named by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepositoryId(String);

impl RepositoryId {
    /// A new id.
    pub fn fresh() -> Self {
        Self(format!("rep-{}", fresh_ulid()))
    }

    /// Reads `rep-` and a ULID in lower case.
    pub fn parse(text: &str) -> Result<Self, BadWord> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let good = text.strip_prefix("rep-").is_some_and(|ulid| ulid.len() == 26 && ulid.bytes().all(plain));
        let bad = || BadWord { what: "repository id", text: text.chars().take(80).collect() };
        if good { Ok(Self(text.to_owned())) } else { Err(bad()) }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the repository's directory below the folder that holds them all.
    pub fn directory(&self) -> String {
        format!("{}.git", self.0)
    }
}

impl fmt::Display for RepositoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who did something: a principal, or one who has no token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// The holder of a token.
    Principal(Principal),
    /// Whoever holds the data directory and uses the command line there.
    Operator,
    /// The server itself.
    Engine,
    /// Somebody without a good token.
    Anonymous,
}

impl Actor {
    /// Reads an actor as it is written. Only a principal has a colon.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        match text {
            "operator" => Ok(Self::Operator),
            "engine" => Ok(Self::Engine),
            "anonymous" => Ok(Self::Anonymous),
            _ => Principal::parse(text).map(Self::Principal),
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Principal(principal) => principal.fmt(f),
            Self::Operator => f.write_str("operator"),
            Self::Engine => f.write_str("engine"),
            Self::Anonymous => f.write_str("anonymous"),
        }
    }
}

impl From<Principal> for Actor {
    fn from(principal: Principal) -> Self {
        Self::Principal(principal)
    }
}

impl TryFrom<String> for Actor {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        Self::parse(&text)
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> String {
        actor.to_string()
    }
}
