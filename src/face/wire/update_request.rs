//! Proposals and decisions, as they are written.

use super::address::addressed;
use super::document::page_length;
use crate::base::id::UpdateId;
use crate::engine::{EngineError, NewChange, NewPromotion, NewUpdate, UpdateAction, UpdateFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Proposes a change, by files or by a patch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposeBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// The commit that it is based on; left out: the tip of the default branch.
    pub base_commit: Option<String>,
    /// The changed files; exactly one of this and `patch`.
    #[serde(default)]
    pub changes: Vec<ChangeBody>,
    /// A unified diff against the base commit.
    pub patch: Option<String>,
    /// One line.
    pub title: String,
    /// Why.
    pub reason: String,
    /// The run that it comes from.
    pub source_run: Option<String>,
    /// The artifact that it comes from.
    pub artifact: Option<serde_json::Value>,
    /// The open update whose place this takes: it ends as `Superseded`.
    pub supersedes: Option<String>,
}
addressed!(ProposeBody);

/// Makes a record of a note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PromoteBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// The note.
    pub path: String,
    /// The kind of the record, such as `Runbook`.
    pub kind: String,
    /// Its id; left out, one made of the title.
    pub id: Option<String>,
    /// Its title; left out, that of the note.
    pub title: Option<String>,
    /// Who answers for it; left out, the owners of the note.
    #[serde(default)]
    pub owners: Vec<String>,
    /// Further fields, by name: the kind may require some.
    #[serde(default)]
    pub fields: std::collections::BTreeMap<String, String>,
}
addressed!(PromoteBody);

impl PromoteBody {
    /// The promotion in the engine's words.
    pub fn promotion(self, idempotency_key: Option<String>) -> NewPromotion {
        let Self { memory_repository, path, kind, id, title, owners, fields, .. } = self;
        NewPromotion { repository: memory_repository, path, kind, id, title, owners, fields, idempotency_key }
    }
}

/// A changed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    /// Where it is, or will be.
    pub path: String,
    /// `upsert`, `delete` or `rename`.
    pub action: String,
    /// The new content, for `upsert`, and for `rename` where it changes too.
    pub content: Option<String>,
    /// The old path, for `rename`.
    pub from: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl ProposeBody {
    /// The proposal in the engine's words: a new update, or a new revision of one.
    pub fn update(self, revises: Option<UpdateId>, idempotency_key: Option<String>) -> NewUpdate {
        NewUpdate {
            repository: self.memory_repository,
            base_commit: self.base_commit,
            changes: self.changes.into_iter().map(NewChange::from).collect(),
            patch: self.patch,
            head: None,
            reverts: None,
            supersedes: self.supersedes,
            title: self.title,
            reason: self.reason,
            source_run: self.source_run,
            artifact: self.artifact,
            revises,
            idempotency_key,
            import: None,
        }
    }
}

impl From<ChangeBody> for NewChange {
    fn from(change: ChangeBody) -> Self {
        Self {
            path: change.path,
            action: change.action,
            content: change.content,
            from: change.from,
            reason: change.reason,
        }
    }
}

/// Approves one diff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApproveBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The digest of the diff that was read.
    pub expected_diff_digest: String,
    /// Something to say.
    pub comment: Option<String>,
    /// An SSH signature over `status.approvalStatement` in the namespace `lorekeep-approval`, by a registered key of the
    /// approver; armoured, as `ssh-keygen -Y sign` writes it.
    pub signature: Option<String>,
}

/// Rejects an update, or asks for another revision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DecisionBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// Why, or what to change.
    pub comment: Option<String>,
}

/// Says something about an update, a file of it, or a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// About which file.
    pub path: Option<String>,
    /// About which line.
    pub line: Option<u32>,
    /// What.
    pub body: String,
}

/// Lands an approved update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The digest of the diff that was approved.
    pub expected_diff_digest: String,
}

/// Proposes the inverse of an update that landed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevertBody {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// One line; left out, it names the title of the update.
    pub title: Option<String>,
    /// Why; left out, it names the update and its commit.
    pub reason: Option<String>,
}
addressed!(ApproveBody, DecisionBody, CommentBody, MergeBody, RevertBody);

impl From<ApproveBody> for UpdateAction {
    fn from(body: ApproveBody) -> Self {
        Self::Approve {
            expected_diff_digest: body.expected_diff_digest,
            comment: body.comment,
            signature: body.signature,
        }
    }
}

impl From<CommentBody> for UpdateAction {
    fn from(body: CommentBody) -> Self {
        Self::Comment { path: body.path, line: body.line, body: body.body }
    }
}

impl From<MergeBody> for UpdateAction {
    fn from(body: MergeBody) -> Self {
        Self::Merge { expected_diff_digest: body.expected_diff_digest }
    }
}

/// The parameters of a list of updates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct UpdatesParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// Only updates of this repository.
    pub memory_repository: Option<String>,
    /// Only updates in this phase, such as `AwaitingApproval`.
    pub phase: Option<String>,
    /// Only updates that change this path.
    pub path: Option<String>,
    /// Where the page begins: `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// How many come back, 1 to 200; 50 when left out.
    pub limit: Option<usize>,
}
addressed!(UpdatesParams);

impl UpdatesParams {
    /// Which updates are asked for.
    pub fn filter(&self) -> UpdateFilter {
        UpdateFilter { repository: self.memory_repository.clone(), phase: self.phase.clone(), path: self.path.clone() }
    }

    /// How many updates are asked for.
    pub fn page_length(&self) -> Result<usize, EngineError> {
        page_length(self.limit)
    }
}
