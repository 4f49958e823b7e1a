//! Which class of file a path names.

use super::FileClass;
use crate::base::RepoPath;

/// Gives the class of a path below the memory root. `indexes/` comes first: what is generated is
/// never authoritative, whatever its name.
pub fn class_of(path: &RepoPath) -> FileClass {
    let path = path.as_str();
    let yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    let below = |folder: &str| path.starts_with(folder);
    if below("indexes/") {
        FileClass::Generated
    } else if path.ends_with(".md") {
        FileClass::Markdown
    } else if yaml && (below("graph/") || below("babysitter/runs/")) {
        FileClass::Graph
    } else if yaml && below("ontology/") {
        FileClass::Ontology
    } else {
        FileClass::Other
    }
}

impl FileClass {
    /// The name of the class, as digests and exports have it: it never changes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::Markdown => "markdown",
            Self::Ontology => "ontology",
            Self::Generated => "generated",
            Self::Other => "other",
        }
    }
}
