//! The part of a memory that a narrowed token may see.

use crate::base::GlobSet;
use serde::{Deserialize, Serialize};

/// Narrows a token to some paths and kinds. What is not included is denied, and exclusion wins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Fields")]
pub struct SourceScope {
    include_paths: GlobSet,
    exclude_paths: GlobSet,
    include_kinds: Vec<String>,
    exclude_kinds: Vec<String>,
    max_context_bytes: Option<u64>,
}

/// The scope would let everything or nothing through by accident.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadScope {
    /// Nothing is included.
    #[error("a scope includes at least one path glob; `**` is all of them")]
    NoPath,
    /// A list of kinds is too long, or holds a kind that is none.
    #[error("a scope names at most 256 kinds of 1 to 200 bytes each")]
    BadKinds,
}

/// The fields as they are written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Fields {
    include_paths: GlobSet,
    #[serde(default)]
    exclude_paths: GlobSet,
    #[serde(default)]
    include_kinds: Vec<String>,
    #[serde(default)]
    exclude_kinds: Vec<String>,
    #[serde(default)]
    max_context_bytes: Option<u64>,
}

impl SourceScope {
    /// A scope that includes some paths and whatever kind lives there.
    pub fn of_paths(include_paths: GlobSet) -> Result<Self, BadScope> {
        let (exclude_paths, include_kinds, exclude_kinds) = (GlobSet::default(), Vec::new(), Vec::new());
        Fields { include_paths, exclude_paths, include_kinds, exclude_kinds, max_context_bytes: None }.try_into()
    }

    /// Whether a path is in scope.
    pub fn admits_path(&self, path: &str) -> bool {
        self.include_paths.matches(path) && !self.exclude_paths.matches(path)
    }

    /// Whether a kind of record is in scope.
    pub fn admits_kind(&self, kind: &str) -> bool {
        let named = |kinds: &[String]| kinds.iter().any(|k| k == kind);
        (self.include_kinds.is_empty() || named(&self.include_kinds)) && !named(&self.exclude_kinds)
    }

    /// The paths that are in scope, unless excluded.
    pub fn include_paths(&self) -> &GlobSet {
        &self.include_paths
    }

    /// The paths that are never in scope.
    pub fn exclude_paths(&self) -> &GlobSet {
        &self.exclude_paths
    }

    /// The kinds that are in scope, unless excluded; none named: all of them.
    pub fn include_kinds(&self) -> &[String] {
        &self.include_kinds
    }

    /// The kinds that are never in scope.
    pub fn exclude_kinds(&self) -> &[String] {
        &self.exclude_kinds
    }

    /// The most bytes of text that one answer may hold, whatever the request asks for.
    pub fn max_context_bytes(&self) -> Option<u64> {
        self.max_context_bytes
    }
}

impl TryFrom<Fields> for SourceScope {
    type Error = BadScope;
    fn try_from(fields: Fields) -> Result<Self, BadScope> {
        if fields.include_paths.is_empty() {
            return Err(BadScope::NoPath);
        }
        let good = |kinds: &[String]| kinds.len() <= 256 && kinds.iter().all(|k| (1..=200).contains(&k.len()));
        if !good(&fields.include_kinds) || !good(&fields.exclude_kinds) {
            return Err(BadScope::BadKinds);
        }
        let Fields { include_paths, exclude_paths, include_kinds, exclude_kinds, max_context_bytes } = fields;
        Ok(Self { include_paths, exclude_paths, include_kinds, exclude_kinds, max_context_bytes })
    }
}
