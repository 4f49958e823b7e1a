//! An entry of the audit chain. It names things and digests; it never holds a secret or content.

use crate::base::{CommitId, Digest, OrgId, RepositoryName, Timestamp};
use crate::records::words::{Actor, words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// What was decided.
    pub enum Decision: "decision" {
        /// It was allowed, and done.
        Allowed = "allowed",
        /// It was refused.
        Denied = "denied",
        /// It was allowed, and failed.
        Failed = "failed",
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// Which event, such as `agent.memory.update.merged`.
    pub event: String,
    /// Who did it.
    pub actor: Actor,
    /// Through which door: `http`, `git`, `cli`, `engine`.
    pub source: String,
    /// What it was done to, such as `AgentMemoryUpdate/krate-org-a5c/amu-01...`.
    pub target: String,
    /// The repository it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<RepositoryName>,
    /// What was decided.
    pub decision: Decision,
    /// The codes of the reasons, where it was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// The digests that matter, by name, such as `diffDigest`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub digests: BTreeMap<String, Digest>,
    /// The commit that was read or made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_commit: Option<CommitId>,
    /// The request it happened in.
    pub correlation_id: String,
}

/// An event in its place in the chain of an org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// The org.
    pub organization_ref: OrgId,
    /// The namespace of the org.
    pub namespace: String,
    /// Its number, from 1, without gaps.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: AuditEvent,
    /// The digest of the entry before; `None` for the first.
    pub previous: Option<Digest>,
}

/// The end of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// The number of the newest entry.
    pub sequence: u64,
    /// Its digest.
    pub digest: Digest,
}

/// The longest text of an entry, in characters: a stranger's name for something is cut, and cannot fill the log.
const MAX_TEXT: usize = 500;
/// The most reasons and digests of an entry.
const MAX_ITEMS: usize = 32;

impl AuditEntry {
    pub(super) fn new(org: &OrgId, sequence: u64, at: Timestamp, event: AuditEvent, previous: Option<Digest>) -> Self {
        let namespace = format!("krate-org-{org}");
        Self { organization_ref: org.clone(), namespace, sequence, at, event: bounded(event), previous }
    }
}

fn bounded(mut event: AuditEvent) -> AuditEvent {
    for text in [&mut event.event, &mut event.source, &mut event.target, &mut event.correlation_id] {
        cut(text);
    }
    event.reasons.truncate(MAX_ITEMS);
    event.reasons.iter_mut().for_each(cut);
    event.digests = event.digests.into_iter().take(MAX_ITEMS).collect();
    event
}

fn cut(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(MAX_TEXT) {
        text.truncate(end);
        text.push('…');
    }
}
