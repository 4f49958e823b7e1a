//! What faces hand to the engine and get back.

use crate::base::id::TokenId;
use crate::base::{CommitId, Digest, OrgId, Principal, RepositoryName, Timestamp};
use crate::query::{QueryLimits, QueryOutcome, Question};
use serde::Serialize;

/// How a commit is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefRequest {
    /// `current`, `explicit-ref`, `ref-at-time`, `snapshot-tag`; left out, the other fields say which.
    pub mode: Option<ResolveMode>,
    /// A branch, tag, commit, or snapshot name.
    pub requested: Option<String>,
    /// RFC 3339.
    pub requested_at: Option<String>,
    /// Refuses a commit off the approved line.
    pub require_approved_commit: bool,
    /// Refuses a commit whose validation has errors.
    pub require_valid_ontology: bool,
}

/// The ways to resolve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResolveMode {
    /// The tip of the default branch.
    Current,
    /// A name.
    ExplicitRef,
    /// A moment.
    RefAtTime,
    /// A snapshot, by its id or its name.
    SnapshotTag,
}

/// The one commit that a read is of.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// How it was resolved.
    pub mode: ResolveMode,
    /// What was asked for, as it was written.
    pub requested: Option<String>,
    /// The moment that was asked for.
    pub requested_at: Option<Timestamp>,
    /// The commit.
    pub commit: CommitId,
    /// The full reference name, where a reference led there.
    pub resolved_ref: Option<String>,
    /// When the resolution was made.
    pub resolved_at: Timestamp,
    /// When the commit landed; `None` off the approved line.
    pub landed_at: Option<Timestamp>,
    /// Whether it is on the approved line.
    pub approved: bool,
    /// The tip of the default branch.
    pub current_commit: CommitId,
    /// Seconds between the landings of this commit and the tip.
    pub stale_by_seconds: i64,
    /// Landings between this commit and the tip.
    pub stale_by_commits: usize,
    /// The digest of the commit's ontology.
    pub ontology_digest: Digest,
    /// The digest of the commit's files.
    pub index_digest: Digest,
    /// The snapshot that was asked for.
    pub snapshot: Option<super::SnapshotNamed>,
}

/// A query as a face hands it over.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The repository; `None` where the org has one only.
    pub repository: Option<String>,
    /// Which commit.
    pub at: RefRequest,
    /// What is asked.
    pub question: Question,
    /// How much may come back.
    pub limits: QueryLimits,
    /// Whether reasons are given.
    pub explain: bool,
    /// Whether the prompt section is rendered.
    pub render_prompt: bool,
    /// The most estimated tokens of the prompt section, which then is bounded as it is rendered.
    pub max_tokens: Option<usize>,
}

/// An answered query.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The org; `local` without a server.
    pub organization: String,
    /// The repository.
    pub repository: String,
    /// The commit.
    pub resolution: Resolution,
    /// The answer itself.
    pub outcome: QueryOutcome,
    /// What validation says of the commit, for mode `ontology-validation`.
    pub validation: Option<serde_json::Value>,
    /// What changed between the commit and the tip, for mode `diff-ref`.
    pub diff: Option<serde_json::Value>,
}

/// A record read by id, or a document read by path.
#[derive(Clone, Debug)]
pub struct Document {
    /// The commit.
    pub resolution: Resolution,
    /// Where it is.
    pub path: String,
    /// The record's id, where it is one.
    pub id: Option<String>,
    /// Its kind.
    pub kind: Option<String>,
    /// Its title.
    pub title: String,
    /// First line of `text`.
    pub line_start: u32,
    /// Last line of `text`.
    pub line_end: u32,
    /// Its source text, redacted.
    pub text: String,
    /// The digest of its source text as it is in git.
    pub digest: Digest,
    /// Its typed edges: kind, target.
    pub edges: Vec<(String, String)>,
    /// Edges of others that lead here: kind, source.
    pub incoming: Vec<(String, String)>,
    /// How many secrets were hidden.
    pub redactions: usize,
    /// Whether the text was cut at the size limit.
    pub truncated: bool,
}

/// A line of a list of records.
#[derive(Clone, Debug)]
pub struct RecordLine {
    /// Its id; the path for a note without one.
    pub id: String,
    /// Its kind.
    pub kind: Option<String>,
    /// Where it is.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: Option<String>,
    /// Its owners.
    pub owners: Vec<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// `updatedAt`, as written.
    pub updated_at: Option<String>,
    /// The digest of its source text.
    pub digest: Digest,
}

/// Which records are listed.
#[derive(Clone, Debug, Default)]
pub struct RecordFilter {
    /// Only this kind.
    pub kind: Option<String>,
    /// Only this status.
    pub status: Option<String>,
    /// Only this owner.
    pub owner: Option<String>,
    /// Only this tag.
    pub tag: Option<String>,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// How many there are in all, where that is known.
    pub total: Option<usize>,
    /// Where the next page begins; opaque.
    pub next_cursor: Option<String>,
}

/// A repository as faces show it.
#[derive(Clone, Debug)]
pub struct RepositoryView {
    /// Its name.
    pub name: RepositoryName,
    /// Its default branch, such as `main`.
    pub default_branch: String,
    /// The tip; `None` while it is empty.
    pub tip: Option<CommitId>,
    /// When it was made here.
    pub created_at: Timestamp,
    /// Whether it was adopted.
    pub adopted: bool,
    /// How many commits are indexed, and how many the approved line has.
    pub indexed: (usize, usize),
    /// Its policy.
    pub policy: crate::access::RepositoryPolicy,
}

/// A condition of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionView {
    /// Its type, such as `MergesCleanly`.
    pub kind: String,
    /// `True`, `False`, `Unknown`.
    pub status: String,
    /// One word.
    pub reason: String,
    /// One sentence.
    pub message: String,
}

/// An org at a glance.
#[derive(Clone, Debug)]
pub struct SummaryView {
    /// The org.
    pub organization: OrgId,
    /// Its repositories.
    pub repositories: Vec<RepositoryView>,
    /// Updates by phase.
    pub updates: Vec<(String, usize)>,
}

/// A token that was just made. The text is shown once.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Its id.
    pub id: TokenId,
    /// The token itself.
    pub token: String,
}

/// A token as the operator sees it.
#[derive(Clone, Debug)]
pub struct TokenView {
    /// Its id.
    pub id: TokenId,
    /// Its org.
    pub organization: OrgId,
    /// Its name.
    pub name: String,
    /// Its principal.
    pub principal: Principal,
    /// Its role.
    pub role: crate::access::Role,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// How far an index is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexReport {
    /// Commits indexed now.
    pub commits: usize,
    /// Commits indexed by this call.
    pub added: usize,
    /// The tip.
    pub tip: Option<String>,
    /// Live entries at the tip.
    pub entries: usize,
    /// Live files at the tip.
    pub files: usize,
}

/// Which lines are asked for.
#[derive(Clone, Debug, Default)]
pub struct LocalGrep {
    /// What to find.
    pub pattern: String,
    /// Whether it is a regular expression.
    pub regex: bool,
    /// Whether case is ignored.
    pub ignore_case: bool,
    /// Only these paths.
    pub paths: Vec<String>,
    /// How many matching lines at most.
    pub max_matches: Option<usize>,
    /// How many lines around each come with it.
    pub context: usize,
    /// Whether each names the landing that brought it.
    pub origins: bool,
}

/// The lines that were found.
#[derive(Clone, Debug)]
pub struct GrepAnswer {
    /// The commit.
    pub resolution: Resolution,
    /// Path, line, text, spans in bytes.
    pub matches: Vec<GrepLine>,
    /// How many lines match in all.
    pub total: usize,
}

/// A line that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrepLine {
    /// Which file.
    pub path: String,
    /// Which line, from 1.
    pub line: u32,
    /// Its text.
    pub text: String,
    /// Where in it, in bytes.
    pub spans: Vec<(usize, usize)>,
    /// Lines before it, where context was asked for.
    pub before: Vec<String>,
    /// Lines after it.
    pub after: Vec<String>,
    /// Where it comes from; `None` where that was not asked for, or is not known.
    pub introduced: Option<Introduced>,
}

/// The landing that brought a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Introduced {
    /// The commit.
    pub commit: CommitId,
    /// The update that it merged, as the commit says; `None` where it was pushed.
    pub update: Option<String>,
    /// Who approved that.
    pub approvers: Vec<String>,
}

/// A version of a record or path.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryLine {
    /// The commit.
    pub commit: CommitId,
    /// When it landed.
    pub landed_at: Timestamp,
    /// Who wrote it.
    pub author: String,
    /// Who approved it, from the trailers.
    pub approvers: Vec<String>,
    /// The update it landed by, from the trailers.
    pub update: Option<String>,
    /// What changed: `added`, `changed`, `removed`, with fields for a record.
    pub change: String,
    /// The commit's subject.
    pub subject: String,
    /// Where it was then.
    pub path: String,
}

/// What to validate.
#[derive(Clone, Debug, Default)]
pub enum ValidateTarget {
    /// A commit.
    Commit(RefRequest),
    /// The files of the working tree.
    #[default]
    Worktree,
    /// The staged files; in another index file than the usual one where git says so.
    Staged(Option<std::path::PathBuf>),
}

/// What validation said, ready to be shown.
#[derive(Clone, Debug, Default)]
pub struct Validation {
    /// The commit; `None` for a worktree or staged files.
    pub commit: Option<CommitId>,
    /// The base, where only a change was looked at.
    pub base: Option<CommitId>,
    /// The prefix of the memory root inside the repository, to which paths are relative: empty, or `.company-brain`.
    pub root: String,
    /// Findings and counts.
    pub report: crate::check::Report,
    /// The text of each file that a finding points into, for showing its lines: path, text. Secrets are covered,
    /// character by character, so that places stay true.
    pub sources: Vec<(String, std::sync::Arc<str>)>,
}
