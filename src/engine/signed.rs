//! Pushes past review onto a memory that asks for registered signatures (`requireSignedLandings` in `ontology/landings.yaml`).

use super::EngineError;
use super::verifying::{read_signers, signers_of};
use crate::base::CommitId;
use crate::change::{FaultyCommit, check_landing};
use crate::git::Repository;
use std::path::Path;

/// How many commits are named.
const MOST_NAMED: usize = 20;

/// What a push makes of the default branch.
pub(super) struct Landing {
    pub(super) branch: String,
    pub(super) base: Option<CommitId>,
    pub(super) tip: CommitId,
}

/// Why a push must not land: commits of its first-parent line that no registered key has signed, where the memory that each lands
/// on asks for it. `keys` is the file of the keys that a server knows; without one git's own setting says whose count.
pub(super) fn refused(
    repo: &Repository,
    keys: Option<&Path>,
    landing: &Option<Landing>,
) -> Result<Vec<(String, String)>, EngineError> {
    let Some(landing) = landing else { return Ok(Vec::new()) };
    let signers = || keys.map_or_else(|| signers_of(repo), read_signers);
    let faults = check_landing(repo, (landing.tip, landing.base), signers)?;
    let mend = if keys.is_some() { SERVED } else { UNSERVED };
    let named = faults.iter().rev().take(MOST_NAMED).map(|fault| (landing.branch.clone(), reason(fault, mend)));
    Ok(named.collect())
}

const SERVED: &str = "register your key (POST .../keys, or `lorekeep key add`)";
const UNSERVED: &str = "have your key listed in the file that gpg.ssh.allowedSignersFile names in this repository";

fn reason(fault: &FaultyCommit, mend: &str) -> String {
    format!(
        "commit {} ({}): {}; this memory asks that what lands without review be signed by a registered key \
         (requireSignedLandings in ontology/landings.yaml): {mend}, then sign the commits with it \
         (`git rebase --exec 'git commit --amend --no-edit -S' @{{upstream}}`, with gpg.format=ssh) and push again",
        fault.commit.short(),
        crate::screen::redact(&fault.title).text,
        fault.reason
    )
}
