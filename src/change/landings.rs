//! What a memory itself says of how commits land in it, so that a clone can be held to it: `ontology/landings.yaml`.

use crate::base::store::BlobError;
use crate::base::{CommitId, RepoPath};
use crate::git::{At, GitError, ReadRepository};

/// Where the rules are.
pub const LANDING_RULES: &str = "ontology/landings.yaml";
/// The largest file of rules that is read, in bytes.
const LARGEST: u64 = 64 << 10;

/// What is asked of the commits that land on a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LandingRules {
    /// Whether a push past review has to be signed by a registered key.
    pub require_signed_landings: bool,
    /// How many approvals a merge has at least.
    pub required_approvals: usize,
}

impl Default for LandingRules {
    fn default() -> Self {
        Self { require_signed_landings: false, required_approvals: 1 }
    }
}

/// The rules of the tree of a commit. A file that cannot be read asks for the most.
pub fn rules_at(repo: &dyn ReadRepository, commit: CommitId) -> Result<LandingRules, GitError> {
    let path = RepoPath::parse(LANDING_RULES).expect("it is an ordinary path");
    let Some(entry) = repo.entry(At::Commit(commit), &path)? else { return Ok(LandingRules::default()) };
    let strict = LandingRules { require_signed_landings: true, ..LandingRules::default() };
    match repo.blob(entry.oid, LARGEST) {
        Ok(bytes) => Ok(std::str::from_utf8(&bytes).ok().and_then(parse).unwrap_or(strict)),
        Err(BlobError::TooLarge { .. }) => Ok(strict),
        Err(error) => Err(super::tree::unreadable(error)),
    }
}

/// One `key: value` on each line; comments begin with `#`. `None` where anything else is written.
fn parse(text: &str) -> Option<LandingRules> {
    let mut rules = LandingRules::default();
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    for line in lines.filter(|line| !line.is_empty() && *line != "---") {
        let (key, value) = line.split_once(':')?;
        match (key.trim(), value.trim()) {
            ("requireSignedLandings", value) => rules.require_signed_landings = value.parse().ok()?,
            ("requiredApprovals", value) => rules.required_approvals = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(rules)
}
