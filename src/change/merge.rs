//! The merge commit: two parents, a signature, and trailers that say what was approved by whom.

use super::diff::diff_digest;
use super::message::{compose, one_line};
use crate::base::id::UpdateId;
use crate::base::{CommitId, Digest, Oid, Principal, Timestamp};
use crate::git::{At, CommitDraft, GitError, ReadRepository, Signature, Signer, WriteRepository};

/// The trailers of a merge commit, in their order.
pub const UPDATE: &str = "Update";
/// The digest of what was approved.
pub const DIFF_DIGEST: &str = "Diff-Digest";
/// The digest of what validation said.
pub const VALIDATION_DIGEST: &str = "Validation-Digest";
/// The run that the update came from.
pub const SOURCE_RUN: &str = "Source-Run";
/// An approval: who, when and, where it was signed, the digest of the signature.
pub const APPROVED_BY: &str = "Approved-by";

/// An approval as the merge commit tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved {
    /// Who approved.
    pub by: Principal,
    /// When.
    pub at: Timestamp,
    /// The digest of the approver's own signature, where there is one.
    pub signature: Option<Digest>,
}

/// Why nobody had to approve it: the paths that the policy lets land by themselves.
pub const AUTO_MERGE: &str = "Auto-Merge";

/// What a merge commit says.
#[derive(Clone, Debug)]
pub struct MergeInfo<'a> {
    /// The update.
    pub update: &'a UpdateId,
    /// Its title.
    pub title: &'a str,
    /// Its reason.
    pub reason: &'a str,
    /// The digest that was approved.
    pub diff_digest: &'a Digest,
    /// The digest of the validation of the merged tree.
    pub validation_digest: &'a Digest,
    /// The run it came from.
    pub source_run: Option<&'a str>,
    /// Its approvals.
    pub approvals: &'a [Approved],
    /// The globs of the paths that land by themselves: they are told where nobody approved.
    pub auto_merge: &'a str,
    /// The proposer.
    pub author: Signature,
    /// The engine, and its present moment.
    pub committer: Signature,
}

/// Why there is no merge commit.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// What would be merged is not what was approved.
    #[error("the update's diff is {actual} and {approved} was approved: approve the present revision")]
    DigestMismatch {
        /// The digest that was approved.
        approved: Digest,
        /// The digest of what would be merged.
        actual: Digest,
    },
    /// The two lines have no commit in common.
    #[error("{head} has no commit in common with {tip}: base the update on the default branch")]
    Unrelated {
        /// The tip.
        tip: CommitId,
        /// The head.
        head: CommitId,
    },
    /// The repository failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// Writes the merge commit of a checked tree. No reference moves.
///
/// The approved digest is held against the diff that `verify` will see, so that a merge commit never
/// disagrees with its own trailers.
pub fn merge_commit(
    repo: &dyn WriteRepository,
    (tip, head): (CommitId, CommitId),
    tree: Oid,
    info: &MergeInfo<'_>,
    signer: Option<&dyn Signer>,
) -> Result<CommitId, MergeError> {
    let actual = update_digest(repo, tip, head)?.ok_or(MergeError::Unrelated { tip, head })?;
    if actual != *info.diff_digest {
        return Err(MergeError::DigestMismatch { approved: info.diff_digest.clone(), actual });
    }
    let mut committer = clean_signature(&info.committer);
    for parent in [tip, head] {
        committer.at = committer.at.max(repo.commit(parent)?.committer.at);
    }
    let author = clean_signature(&info.author);
    let draft = CommitDraft { tree, parents: vec![tip, head], author, committer, message: message(info) };
    Ok(repo.write_commit(&draft, signer)?)
}

/// The digest of what a head changes since it left the line of a tip; `None` where they are unrelated.
pub fn update_digest(repo: &dyn ReadRepository, tip: CommitId, head: CommitId) -> Result<Option<Digest>, GitError> {
    let Some(base) = repo.merge_base(tip, head)? else { return Ok(None) };
    let changes = repo.changes(Some(At::Commit(base)), At::Commit(head))?;
    Ok(Some(diff_digest(&changes)))
}

/// A signature without what could end its line or its name early.
pub(super) fn clean_signature(signature: &Signature) -> Signature {
    let clean = |text: &str, fallback: &str| {
        let plain = one_line(&text.replace(['<', '>'], " "), 200);
        if plain.is_empty() { fallback.to_owned() } else { plain }
    };
    let (name, email) = (clean(&signature.name, "unknown"), clean(&signature.email, "unknown@invalid"));
    Signature { name, email: email.replace(' ', ""), at: signature.at }
}

fn message(info: &MergeInfo<'_>) -> String {
    let mut trailers = vec![
        (UPDATE, info.update.to_string()),
        (DIFF_DIGEST, info.diff_digest.to_string()),
        (VALIDATION_DIGEST, info.validation_digest.to_string()),
    ];
    let source_run = info.source_run.map(|run| one_line(run, 200)).filter(|run| !run.is_empty());
    trailers.extend(source_run.map(|run| (SOURCE_RUN, run)));
    trailers.extend(info.approvals.iter().map(|approval| (APPROVED_BY, approved_by(approval))));
    if info.approvals.is_empty() && !info.auto_merge.is_empty() {
        trailers.push((AUTO_MERGE, one_line(info.auto_merge, 200)));
    }
    compose(info.title, info.reason, &format!("Merge update {}", info.update), &trailers)
}

fn approved_by(approval: &Approved) -> String {
    let signature = approval.signature.as_ref().map(|digest| format!(" {digest}")).unwrap_or_default();
    format!("{} {}{signature}", approval.by, approval.at)
}
