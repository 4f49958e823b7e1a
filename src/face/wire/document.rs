//! Records and documents, read and listed.

use super::address::addressed;
use super::answer::{Edge, Permission};
use super::reference::read_at;
use crate::base::OrgId;
use crate::engine::{Code, Document, EngineError, Page, RecordFilter, RecordLine, RefRequest, Resolution};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The parameters of a read of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DocumentParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// Where the document is.
    pub path: String,
    /// Only these lines, from 1: `18-24` or `18`.
    pub lines: Option<String>,
    /// A branch, tag or commit.
    pub r#ref: Option<String>,
    /// A time, RFC 3339.
    pub at: Option<String>,
    /// A snapshot.
    pub snapshot: Option<String>,
}
addressed!(DocumentParams);

impl DocumentParams {
    /// The commit that is asked for.
    pub fn request(&self) -> Result<RefRequest, EngineError> {
        read_at(&self.r#ref, &self.at, &self.snapshot)
    }

    /// The lines that are asked for.
    pub fn range(&self) -> Result<Option<(u32, u32)>, EngineError> {
        let Some(text) = self.lines.as_deref() else { return Ok(None) };
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        match (first.parse(), last.parse()) {
            (Ok(first), Ok(last)) if (1..=last).contains(&first) => Ok(Some((first, last))),
            _ => Err(bad_lines()),
        }
    }
}

fn bad_lines() -> EngineError {
    let message = "lines are written `18-24` or `18`, from 1";
    EngineError::new(Code::BadRequest, message).because("Malformed", Some("lines"), message)
}

/// The parameters of a list of records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct RecordsParams {
    /// The org; in a path that names it, the same one or none.
    pub organization: Option<String>,
    /// The repository; left out where the org has one only.
    pub memory_repository: Option<String>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only this status.
    pub status: Option<String>,
    /// Only this owner.
    pub owner: Option<String>,
    /// Only this tag.
    pub tag: Option<String>,
    /// Where the page begins: `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// How many come back, 1 to 200; 50 when left out.
    pub limit: Option<usize>,
    /// A branch, tag or commit.
    pub r#ref: Option<String>,
    /// A time, RFC 3339.
    pub at: Option<String>,
    /// A snapshot.
    pub snapshot: Option<String>,
}
addressed!(RecordsParams);

impl RecordsParams {
    /// The commit that is asked for.
    pub fn request(&self) -> Result<RefRequest, EngineError> {
        read_at(&self.r#ref, &self.at, &self.snapshot)
    }

    /// Which records are asked for.
    pub fn filter(&self) -> RecordFilter {
        RecordFilter {
            kind: self.kind.clone(),
            status: self.status.clone(),
            owner: self.owner.clone(),
            tag: self.tag.clone(),
        }
    }
}

/// How long a page is when its request does not say, and at most.
const USUAL_PAGE: usize = 50;
const LONGEST_PAGE: usize = 200;

/// The length of a page that a request asks for.
pub(super) fn page_length(limit: Option<usize>) -> Result<usize, EngineError> {
    let limit = limit.unwrap_or(USUAL_PAGE);
    if (1..=LONGEST_PAGE).contains(&limit) {
        return Ok(limit);
    }
    let message = format!("a page has 1 to {LONGEST_PAGE} items");
    Err(EngineError::new(Code::LimitExceeded, message.clone()).because("TooMuch", Some("limit"), message))
}

impl RecordsParams {
    /// How many records are asked for.
    pub fn page_length(&self) -> Result<usize, EngineError> {
        page_length(self.limit)
    }
}

/// A record read by id, or a document read by path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentAnswer {
    /// The org.
    pub organization: String,
    /// The repository, where the request named it.
    pub memory_repository: Option<String>,
    /// The commit.
    pub resolved_commit: String,
    /// The tip of the default branch.
    pub current_commit: String,
    /// Seconds between the landings of the commit and the tip.
    pub stale_by_seconds: i64,
    /// The digest of the commit's ontology.
    pub ontology_digest: String,
    /// The digest of the commit's files.
    pub index_digest: String,
    /// The document itself.
    pub document: DocumentBody,
    /// That it was allowed.
    pub permission: Permission,
    /// What was hidden.
    pub redaction: TextRedaction,
    /// What was cut.
    pub limits: TextLimits,
}

/// What was hidden of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TextRedaction {
    /// `clean` or `redacted`.
    pub status: String,
    /// How many secrets.
    pub secret_pattern_count: usize,
}

/// What was cut of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TextLimits {
    /// Whether anything was, at the size limit.
    pub truncated: bool,
    /// Bytes of text given.
    pub bytes: usize,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentBody {
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
    pub digest: String,
    /// Its edges.
    pub edges: Vec<Edge>,
    /// Edges of others that lead here; `target` is where they come from.
    pub incoming: Vec<Edge>,
}

impl DocumentAnswer {
    /// The answer about a document of an org.
    pub fn new(organization: &str, repository: Option<String>, document: Document) -> Self {
        let resolution = &document.resolution;
        Self {
            organization: organization.to_owned(),
            memory_repository: repository,
            resolved_commit: resolution.commit.to_string(),
            current_commit: resolution.current_commit.to_string(),
            stale_by_seconds: resolution.stale_by_seconds,
            ontology_digest: resolution.ontology_digest.to_string(),
            index_digest: resolution.index_digest.to_string(),
            permission: Permission::allowed(),
            redaction: TextRedaction::of(document.redactions),
            limits: TextLimits { truncated: document.truncated, bytes: document.text.len() },
            document: document.into(),
        }
    }
}

impl TextRedaction {
    fn of(secrets: usize) -> Self {
        let status = if secrets == 0 { "clean" } else { "redacted" };
        Self { status: status.to_owned(), secret_pattern_count: secrets }
    }
}

impl From<Document> for DocumentBody {
    fn from(document: Document) -> Self {
        Self {
            path: document.path,
            id: document.id,
            kind: document.kind,
            title: document.title,
            line_start: document.line_start,
            line_end: document.line_end,
            text: document.text,
            digest: document.digest.to_string(),
            edges: edges(document.edges),
            incoming: edges(document.incoming),
        }
    }
}

fn edges(pairs: Vec<(String, String)>) -> Vec<Edge> {
    pairs.into_iter().map(|(kind, target)| Edge { kind, target }).collect()
}

/// A page of records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordList {
    /// The org.
    pub organization: String,
    /// The repository, where the request named it.
    pub memory_repository: Option<String>,
    /// The commit; the following pages keep to it.
    pub resolved_commit: String,
    /// The tip of the default branch.
    pub current_commit: String,
    /// The digest of the commit's files.
    pub index_digest: String,
    /// The records, by path.
    pub items: Vec<RecordItem>,
    /// How many there are in all, where that is known.
    pub total: Option<usize>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
    /// That it was allowed.
    pub permission: Permission,
}

/// A line of a list of records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordItem {
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
    pub digest: String,
}

impl RecordList {
    /// The answer about a page of an org's records.
    pub fn new(org: &OrgId, repository: Option<String>, resolution: &Resolution, page: Page<RecordLine>) -> Self {
        Self {
            organization: org.to_string(),
            memory_repository: repository,
            resolved_commit: resolution.commit.to_string(),
            current_commit: resolution.current_commit.to_string(),
            index_digest: resolution.index_digest.to_string(),
            items: page.items.into_iter().map(RecordItem::from).collect(),
            total: page.total,
            next_cursor: page.next_cursor,
            permission: Permission::allowed(),
        }
    }
}

impl From<RecordLine> for RecordItem {
    fn from(line: RecordLine) -> Self {
        Self {
            id: line.id,
            kind: line.kind,
            path: line.path,
            title: line.title,
            status: line.status,
            owners: line.owners,
            tags: line.tags,
            updated_at: line.updated_at,
            digest: line.digest.to_string(),
        }
    }
}
