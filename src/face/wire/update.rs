//! Updates, as they are shown.

use super::resource::{API_VERSION, Condition, Metadata};
use crate::base::{self, OrgId, Place, Severity};
use crate::engine::{ApprovalView, CommentView, ConflictView, FieldConflict, Page, Told, UpdateView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A proposed change of memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateResource {
    /// `krate.a5c.ai/v1alpha1`.
    pub api_version: String,
    /// `AgentMemoryUpdate`.
    pub kind: String,
    /// Its header; the name is the update's id.
    pub metadata: Metadata,
    /// What was proposed.
    pub spec: UpdateSpec,
    /// What became of it.
    pub status: UpdateStatus,
}

/// What was proposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateSpec {
    /// The org.
    pub organization_ref: String,
    /// The repository.
    pub memory_repository: String,
    /// The commit that it is based on.
    pub base_commit: String,
    /// One line.
    pub title: String,
    /// Why.
    pub reason: String,
    /// The run that it comes from.
    pub source_run: Option<String>,
    /// Who proposed it.
    pub proposer: String,
    /// What it changes.
    pub changes: Vec<UpdateChange>,
    /// The artifact that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact: Option<serde_json::Value>,
}

/// A file that an update changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UpdateChange {
    /// Which.
    pub path: String,
    /// `upsert`, `delete` or `rename`.
    pub action: String,
    /// Why.
    pub reason: Option<String>,
}

/// What became of an update.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateStatus {
    /// Such as `AwaitingApproval`.
    pub phase: String,
    /// The present revision, from 1.
    pub revision: u32,
    /// Its branch, which git can fetch.
    pub branch: String,
    /// The proposed commit.
    pub head_commit: String,
    /// The digest of its diff: what an approval is of.
    pub diff_digest: String,
    /// The digest of its validation.
    pub validation_digest: Option<String>,
    /// What validation found.
    pub findings: Vec<Finding>,
    /// Paths that do not merge.
    pub conflicts: Vec<Conflict>,
    /// What a reviewer should look at.
    pub risks: Vec<String>,
    /// Who decided what.
    pub approvals: Vec<Approval>,
    /// What was said.
    pub comments: Vec<Comment>,
    /// What happened.
    pub timeline: Vec<Event>,
    /// The commit it landed as.
    pub merge_commit: Option<String>,
    /// Such as `MergesCleanly`.
    pub conditions: Vec<Condition>,
    /// What the caller signs to approve this revision; only where one update is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_statement: Option<String>,
    /// The unified diff; only where one update is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// The changes record by record; only where one update is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_changes: Option<serde_json::Value>,
    /// The saved queries whose answers it changes: `name`, `path`, `expectations`, and the ids in order, `before` and
    /// `after`; only where one update is read, by whoever sees the whole memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queries: Option<serde_json::Value>,
}

/// What validation has to say about a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule's code, such as `LK204`.
    pub code: String,
    /// The rule's name, such as `dangling-edge`.
    pub name: String,
    /// `error` or `warning`.
    pub severity: String,
    /// Which file.
    pub path: String,
    /// First line, from 1.
    pub line: u32,
    /// First column, from 1, in Unicode scalar values.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// The column after the last.
    pub end_column: u32,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
    /// Other places that matter.
    pub related: Vec<FindingPlace>,
}

/// Another place that helps to understand a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingPlace {
    /// Which file.
    pub path: String,
    /// Which line.
    pub line: u32,
    /// Which column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// The column after the last.
    pub end_column: u32,
    /// What is there.
    pub message: String,
}

/// A path that does not merge, with its sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// Which.
    pub path: String,
    /// The text in the common ancestor.
    pub base: Option<String>,
    /// The text on the default branch.
    pub ours: Option<String>,
    /// The text of the proposal.
    pub theirs: Option<String>,
    /// The fields in which they disagree.
    #[serde(default)]
    pub fields: Vec<ConflictField>,
    /// How many more fields disagree than are given.
    #[serde(default)]
    pub fields_left_out: usize,
}

/// One place that does not merge. Long texts are cut, and say how long they were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConflictField {
    /// `field`, `comment`, `lines`, `deleted` or `file`.
    pub kind: String,
    /// The id of the record, where there is one.
    pub record: Option<String>,
    /// The field's path in the record, such as `attributes.status`; empty for all of the record or file.
    pub field: String,
    /// What both come from; null where it was not there.
    pub base: Option<String>,
    /// What the default branch says; null where it is gone.
    pub ours: Option<String>,
    /// What the proposal says; null where it is gone.
    pub theirs: Option<String>,
    /// The first line on the default branch, from 1, for lines.
    pub ours_line: Option<usize>,
    /// The first line of the proposal, from 1, for lines.
    pub theirs_line: Option<usize>,
}

/// A decision on an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Approval {
    /// Who.
    pub principal: String,
    /// `approve`, `reject` or `request-changes`.
    pub decision: String,
    /// Of which diff.
    pub diff_digest: String,
    /// Of which revision.
    pub revision: u32,
    /// When.
    pub at: String,
    /// What was said.
    pub comment: Option<String>,
    /// Whether a later revision dismissed it.
    pub dismissed: bool,
}

/// Something said about an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// Who.
    pub principal: String,
    /// When.
    pub at: String,
    /// About which file.
    pub path: Option<String>,
    /// About which line of the revision that it was made on.
    pub line: Option<u32>,
    /// The revision it was made on.
    pub revision: u32,
    /// Where that line is in the present revision; null where it was changed or is gone, and in lists.
    pub present_line: Option<u32>,
    /// What.
    pub body: String,
}

/// Something that happened to an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What.
    pub event: String,
    /// The other update that it was about: the one in this one's place, or that takes this one back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<String>,
}

/// A page of updates, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateList {
    /// The org.
    pub organization: String,
    /// The updates.
    pub items: Vec<UpdateResource>,
    /// How many there are in all, where that is known.
    pub total: Option<usize>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// The diff of one revision of an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevisionDiff {
    /// The org.
    pub organization: String,
    /// The update.
    pub update: String,
    /// The revision, from 1.
    pub revision: u32,
    /// The unified diff.
    pub diff: String,
}

impl From<UpdateView> for UpdateResource {
    fn from(mut view: UpdateView) -> Self {
        let metadata = Metadata::new(&view.organization, view.id.as_str(), Some(view.generation), view.created_at);
        let spec = UpdateSpec::take(&mut view);
        let (api_version, kind) = (API_VERSION.to_owned(), "AgentMemoryUpdate".to_owned());
        Self { api_version, kind, metadata, spec, status: view.into() }
    }
}

impl UpdateSpec {
    /// Takes what was proposed out of a view.
    fn take(view: &mut UpdateView) -> Self {
        let changes = std::mem::take(&mut view.changes).into_iter();
        Self {
            organization_ref: view.organization.to_string(),
            memory_repository: view.repository.to_string(),
            base_commit: view.base_commit.to_string(),
            title: std::mem::take(&mut view.title),
            reason: std::mem::take(&mut view.reason),
            source_run: view.source_run.take(),
            proposer: view.proposer.to_string(),
            changes: changes.map(|(path, action, reason)| UpdateChange { path, action, reason }).collect(),
            artifact: view.artifact.take(),
        }
    }
}

impl From<UpdateView> for UpdateStatus {
    fn from(view: UpdateView) -> Self {
        Self {
            phase: view.phase,
            revision: view.revision,
            branch: view.branch,
            head_commit: view.head_commit.to_string(),
            diff_digest: view.diff_digest.to_string(),
            validation_digest: view.validation_digest.map(|digest| digest.to_string()),
            findings: view.findings.into_iter().map(Finding::from).collect(),
            conflicts: view.conflicts.into_iter().map(Conflict::from).collect(),
            risks: view.risks,
            approvals: view.approvals.into_iter().map(Approval::from).collect(),
            comments: view.comments.into_iter().map(Comment::from).collect(),
            timeline: view.timeline.into_iter().map(Event::from).collect(),
            merge_commit: view.merge_commit.map(|commit| commit.to_string()),
            conditions: view.conditions.into_iter().map(Condition::from).collect(),
            approval_statement: view.approval_statement,
            diff: view.diff,
            record_changes: view.record_changes,
            queries: view.queries,
        }
    }
}

impl From<base::Finding> for Finding {
    fn from(finding: base::Finding) -> Self {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let Place { path, line, column, end_line, end_column } = finding.place;
        Self {
            code: finding.code,
            name: finding.name,
            severity: severity.to_owned(),
            path,
            line,
            column,
            end_line,
            end_column,
            message: finding.message,
            help: finding.help,
            related: finding.related.into_iter().map(FindingPlace::from).collect(),
        }
    }
}

impl From<base::Related> for FindingPlace {
    fn from(related: base::Related) -> Self {
        let Place { path, line, column, end_line, end_column } = related.place;
        Self { path, line, column, end_line, end_column, message: related.message }
    }
}

impl From<ConflictView> for Conflict {
    fn from(view: ConflictView) -> Self {
        let ConflictView { path, base, ours, theirs, fields, fields_left_out } = view;
        let fields = fields.into_iter().map(ConflictField::from).collect();
        Self { path, base, ours, theirs, fields, fields_left_out }
    }
}

impl From<FieldConflict> for ConflictField {
    fn from(conflict: FieldConflict) -> Self {
        Self {
            kind: conflict.kind.as_str().to_owned(),
            record: conflict.record,
            field: conflict.field,
            base: conflict.base,
            ours: conflict.ours,
            theirs: conflict.theirs,
            ours_line: conflict.ours_line,
            theirs_line: conflict.theirs_line,
        }
    }
}

impl From<ApprovalView> for Approval {
    fn from(view: ApprovalView) -> Self {
        Self {
            principal: view.principal,
            decision: view.decision,
            diff_digest: view.diff_digest.to_string(),
            revision: view.revision,
            at: view.at.to_string(),
            comment: view.comment,
            dismissed: view.dismissed,
        }
    }
}

impl From<CommentView> for Comment {
    fn from(view: CommentView) -> Self {
        Self {
            principal: view.principal,
            at: view.at.to_string(),
            path: view.path,
            line: view.line,
            revision: view.revision,
            present_line: view.present_line,
            body: view.body,
        }
    }
}

impl From<Told> for Event {
    fn from(Told { at, by, what, update }: Told) -> Self {
        Self { at: at.to_string(), actor: by, event: what, update }
    }
}

impl UpdateList {
    /// A page of an org's updates.
    pub fn new(org: &OrgId, page: Page<UpdateView>) -> Self {
        Self {
            organization: org.to_string(),
            items: page.items.into_iter().map(UpdateResource::from).collect(),
            total: page.total,
            next_cursor: page.next_cursor,
        }
    }
}
