//! Updates, as faces hand them over and get them back.

use super::types::ConditionView;
use crate::base::id::{ImportId, UpdateId};
use crate::base::{CommitId, Digest, Finding, OrgId, Principal, RepositoryName, Timestamp};
use crate::records::Review;
use serde::Serialize;

/// A file change of a proposal, as a face hands it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChange {
    /// The path, unparsed.
    pub path: String,
    /// `upsert`, `delete`, `rename`.
    pub action: String,
    /// The new content, for `upsert` (and `rename`, where it changes too).
    pub content: Option<String>,
    /// The old path, for `rename`.
    pub from: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// A proposal, as a face hands it over.
#[derive(Clone, Debug, Default)]
pub struct NewUpdate {
    /// The repository; `None` where the org has one only.
    pub repository: Option<String>,
    /// The commit it is based on; `None`: the tip.
    pub base_commit: Option<String>,
    /// File changes; exactly one of this, `patch` and `head`.
    pub changes: Vec<NewChange>,
    /// A unified diff against the base.
    pub patch: Option<String>,
    /// A commit that is in the repository already, because it was pushed.
    pub head: Option<CommitId>,
    /// The update whose inverse this is; its merge commit is the base.
    pub reverts: Option<UpdateId>,
    /// The open update whose place this takes, by its id.
    pub supersedes: Option<String>,
    /// One line.
    pub title: String,
    /// Why.
    pub reason: String,
    /// The run it comes from.
    pub source_run: Option<String>,
    /// An artifact it comes from, as the client describes it.
    pub artifact: Option<serde_json::Value>,
    /// The update this is a new revision of.
    pub revises: Option<UpdateId>,
    /// The key that a retry of the same request comes with: it finds what the first try did.
    pub idempotency_key: Option<String>,
    /// The import that ends as this update.
    pub import: Option<ForImport>,
}

/// What an update that an import ends as has besides: noted with it, in one transaction.
#[derive(Clone, Debug)]
pub struct ForImport {
    pub(super) id: ImportId,
    /// Its branch below `refs/heads/`.
    pub(super) branch: String,
    pub(super) review: Review,
    pub(super) tier: String,
    /// The files with their digests.
    pub(super) files: serde_json::Value,
}

/// Something that happened to an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: String,
    /// What, in one word.
    pub what: String,
    /// The other update that it was about, for whoever sees the whole memory.
    pub update: Option<String>,
}

/// What a reviewer or proposer does to an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateAction {
    /// Approves one diff.
    Approve {
        /// The diff that was read.
        expected_diff_digest: String,
        /// Something to say.
        comment: Option<String>,
        /// Their signature over the approval statement.
        signature: Option<String>,
    },
    /// Ends the update.
    Reject {
        /// Why.
        comment: Option<String>,
    },
    /// Asks for another revision.
    RequestChanges {
        /// What to change.
        comment: Option<String>,
    },
    /// Says something.
    Comment {
        /// About which file.
        path: Option<String>,
        /// About which line.
        line: Option<u32>,
        /// What.
        body: String,
    },
    /// Lands the update.
    Merge {
        /// The diff that was approved.
        expected_diff_digest: String,
    },
    /// Checks it again on the present tip.
    Refresh,
}

/// An update as faces show it.
#[derive(Clone, Debug)]
pub struct UpdateView {
    /// Its id.
    pub id: UpdateId,
    /// Its org.
    pub organization: OrgId,
    /// Its repository.
    pub repository: RepositoryName,
    /// Counts every change of the update.
    pub generation: u64,
    /// When it was proposed.
    pub created_at: Timestamp,
    /// The commit it is based on.
    pub base_commit: CommitId,
    /// One line.
    pub title: String,
    /// Why.
    pub reason: String,
    /// The run it comes from.
    pub source_run: Option<String>,
    /// The artifact it comes from.
    pub artifact: Option<serde_json::Value>,
    /// Who proposed it.
    pub proposer: Principal,
    /// What it changes: path, action, reason.
    pub changes: Vec<(String, String, Option<String>)>,
    /// Its phase, such as `AwaitingApproval`.
    pub phase: String,
    /// Its present revision, from 1.
    pub revision: u32,
    /// Its branch, such as `krate/agent-memory/amu-...`.
    pub branch: String,
    /// The proposed commit.
    pub head_commit: CommitId,
    /// The digest of its diff.
    pub diff_digest: Digest,
    /// The digest of its validation.
    pub validation_digest: Option<Digest>,
    /// What validation found.
    pub findings: Vec<Finding>,
    /// Paths that do not merge, with both sides.
    pub conflicts: Vec<ConflictView>,
    /// What a reviewer should look at: ontology touched, records deleted, restricted paths.
    pub risks: Vec<String>,
    /// Who decided what: principal, decision, diff digest, time, comment, dismissed.
    pub approvals: Vec<ApprovalView>,
    /// What was said.
    pub comments: Vec<CommentView>,
    /// What happened, in order.
    pub timeline: Vec<Told>,
    /// The commit it landed as.
    pub merge_commit: Option<CommitId>,
    /// Type, status, reason, message.
    pub conditions: Vec<ConditionView>,
    /// What the caller signs to approve this revision; only in the detail view.
    pub approval_statement: Option<String>,
    /// The unified diff; only in the detail view.
    pub diff: Option<String>,
    /// The rendered record changes; only in the detail view.
    pub record_changes: Option<serde_json::Value>,
    /// The saved queries whose answers it changes; only in the detail view, for whoever sees the whole memory.
    pub queries: Option<serde_json::Value>,
}

/// A path that does not merge.
#[derive(Clone, Debug, Serialize, serde::Deserialize)]
pub struct ConflictView {
    /// Which path.
    pub path: String,
    /// The text in the common ancestor.
    pub base: Option<String>,
    /// The text on the default branch.
    pub ours: Option<String>,
    /// The text of the proposal.
    pub theirs: Option<String>,
    /// The fields in which they disagree.
    pub fields: Vec<crate::change::FieldConflict>,
    /// How many more fields disagree than are given.
    pub fields_left_out: usize,
}

/// A decision on an update.
#[derive(Clone, Debug)]
pub struct ApprovalView {
    /// Who.
    pub principal: String,
    /// `approve`, `reject`, `request-changes`.
    pub decision: String,
    /// Of which diff.
    pub diff_digest: Digest,
    /// Of which revision.
    pub revision: u32,
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub comment: Option<String>,
    /// Whether a later revision dismissed it.
    pub dismissed: bool,
}

/// A comment on an update.
#[derive(Clone, Debug)]
pub struct CommentView {
    /// Who.
    pub principal: String,
    /// When.
    pub at: Timestamp,
    /// About which file.
    pub path: Option<String>,
    /// About which line of the revision that it was made on.
    pub line: Option<u32>,
    /// The revision it was made on.
    pub revision: u32,
    /// Where that line is in the present revision; `None` where it was changed or is gone. Only in the detail view.
    pub present_line: Option<u32>,
    /// What.
    pub body: String,
}

/// Which updates are listed.
#[derive(Clone, Debug, Default)]
pub struct UpdateFilter {
    /// The repository; `None`: all of the org.
    pub repository: Option<String>,
    /// Only this phase.
    pub phase: Option<String>,
    /// Only updates that change this path.
    pub path: Option<String>,
}
