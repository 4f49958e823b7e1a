//! What an approver signs, and whether a signature is theirs.

use crate::base::digest::canonical_json;
use crate::base::id::UpdateId;
use crate::base::{Digest, OrgId, Principal, RepositoryName, Timestamp};
use crate::git::{AllowedSigners, Verified};
use serde::Serialize;

/// The namespace that approvals are signed in: a signature of a commit or a file is none of an approval.
pub const APPROVAL_NAMESPACE: &str = "lorekeep-approval";
/// The longest signature that is read, in bytes.
const LONGEST_SIGNATURE: usize = 16 << 10;

/// What an approval is of.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalStatement<'a> {
    /// The org.
    pub organization: &'a OrgId,
    /// The repository.
    pub repository: &'a RepositoryName,
    /// The update.
    pub update: &'a UpdateId,
    /// Its revision.
    pub revision: u32,
    /// What that revision changes.
    pub diff_digest: &'a Digest,
    /// Who approves.
    pub principal: &'a Principal,
}

/// A signature that is the approver's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedApproval {
    /// The key, such as `SHA256:...`.
    pub fingerprint: String,
    /// The digest of the signature, which the merge commit tells.
    pub digest: Digest,
}

/// Why a signature is not taken for an approval.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadApproval {
    /// It is not of this statement.
    #[error("the signature is not one of the approval statement: {reason}")]
    NotOfThis {
        /// Why not.
        reason: String,
    },
    /// It is, by a key that is not the approver's, or not any more.
    #[error("the key {fingerprint} is not a registered key of {principal}, or not any more")]
    NotTheirs {
        /// The key.
        fingerprint: String,
        /// Who approves.
        principal: Principal,
    },
}

/// The bytes to sign: canonical JSON, without a line break at its end.
pub fn approval_statement(statement: &ApprovalStatement<'_>) -> Vec<u8> {
    #[derive(Serialize)]
    struct Typed<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        #[serde(flatten)]
        statement: &'a ApprovalStatement<'a>,
    }
    canonical_json(&Typed { kind: "lorekeep-approval/1", statement })
}

/// Holds an armoured signature against a statement: it has to be by a key of the very principal that approves.
pub fn check_approval(
    statement: &ApprovalStatement<'_>,
    armoured: &str,
    keys: &AllowedSigners,
    at: Timestamp,
) -> Result<SignedApproval, BadApproval> {
    let of_other = |reason: &str| Err(BadApproval::NotOfThis { reason: reason.to_owned() });
    if armoured.len() > LONGEST_SIGNATURE {
        return of_other("it is too long to be one");
    }
    let theirs = statement.principal.to_string();
    match keys.verify(APPROVAL_NAMESPACE, &approval_statement(statement), armoured, at) {
        Verified::Good { principal, fingerprint } if principal == theirs => {
            Ok(SignedApproval { fingerprint, digest: Digest::of(armoured.trim().as_bytes()) })
        }
        Verified::Good { fingerprint, .. }
        | Verified::UnknownKey { fingerprint }
        | Verified::NotThen { fingerprint, .. } => {
            Err(BadApproval::NotTheirs { fingerprint, principal: statement.principal.clone() })
        }
        Verified::Bad { reason } | Verified::Unchecked { reason } => Err(BadApproval::NotOfThis { reason }),
        Verified::Unsigned => of_other("there is none"),
    }
}
