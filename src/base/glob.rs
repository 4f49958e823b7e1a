//! Globs over repository paths: `*` and `?` stay within a component, `**` crosses them.

use serde::{Deserialize, Serialize};

/// A set of path globs. An empty set matches nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct GlobSet {
    patterns: Vec<String>,
    set: globset::GlobSet,
}

/// A glob that cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{glob}` is not a path glob: {reason}")]
pub struct BadGlob {
    /// The glob as given.
    pub glob: String,
    /// What is wrong with it.
    pub reason: String,
}

/// The longest glob taken, in bytes, and the most of them.
const MAX_BYTES: usize = 512;
const MAX_GLOBS: usize = 256;

impl GlobSet {
    /// Compiles globs.
    pub fn new<S: AsRef<str>>(globs: &[S]) -> Result<Self, BadGlob> {
        let bad = |glob: &str, reason: String| BadGlob { glob: glob.chars().take(80).collect(), reason };
        if globs.len() > MAX_GLOBS {
            return Err(bad("", format!("at most {MAX_GLOBS} globs are taken")));
        }
        let mut set = globset::GlobSetBuilder::new();
        for glob in globs.iter().map(AsRef::as_ref) {
            if glob.is_empty() || glob.len() > MAX_BYTES {
                return Err(bad(glob, format!("a glob has 1 to {MAX_BYTES} bytes")));
            }
            let compiled = globset::GlobBuilder::new(glob)
                .literal_separator(true)
                .build()
                .map_err(|e| bad(glob, e.kind().to_string()))?;
            set.add(compiled);
        }
        let set = set.build().map_err(|e| bad("", e.kind().to_string()))?;
        Ok(Self { patterns: globs.iter().map(|g| g.as_ref().to_owned()).collect(), set })
    }

    /// Whether any glob matches the path.
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// Whether there is no glob at all.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The globs as they were given.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// The globs that match a path, in the order given.
    pub fn matching<'a>(&'a self, path: &str) -> Vec<&'a str> {
        self.set.matches(path).into_iter().map(|i| self.patterns[i].as_str()).collect()
    }
}

impl Eq for GlobSet {}

impl PartialEq for GlobSet {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl TryFrom<Vec<String>> for GlobSet {
    type Error = BadGlob;
    fn try_from(globs: Vec<String>) -> Result<Self, BadGlob> {
        Self::new(&globs)
    }
}

impl From<GlobSet> for Vec<String> {
    fn from(set: GlobSet) -> Vec<String> {
        set.patterns
    }
}
