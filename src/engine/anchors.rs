//! Anchors the audit chain of an org in git, by signed commits that whoever can change the database does not make anew.
//!
//! An anchor holds the number and the digest of the newest entry of that moment, and its parent is the anchor before. It is
//! in the org's first repository, at `refs/lorekeep/audit`. One that is written twice, or not at all, does no harm: it only
//! says what the chain was.

use super::memory::locked;
use super::operate::engine_signature;
use super::server::{Engine, Served};
use super::{EngineError, audit};
use crate::base::digest::canonical_json;
use crate::base::fault;
use crate::base::{BlobStore, CommitId, Digest, OrgId, RepoPath, Timestamp};
use crate::git::{At, CommitDraft, EMPTY_TREE, ReadRepository, RefEdit, Repository, WriteRepository};
use crate::records::AuditHead;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

/// Where anchors are.
pub const AUDIT_REF: &str = "refs/lorekeep/audit";
/// How many new entries are anchored at once, at the latest.
pub const ANCHOR_ENTRIES: u64 = 1000;
/// How long a new entry waits for its anchor at the longest, in seconds.
pub const ANCHOR_SECONDS: i64 = 15 * 60;
/// The file of an anchor's tree.
const FILE: &str = "anchor.json";
/// The largest anchor that is read, in bytes.
const LARGEST: u64 = 16 << 10;

/// The orgs whose last try to anchor failed.
pub(super) type Unanchored = Mutex<HashSet<OrgId>>;

/// What an anchor says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Anchor {
    organization: OrgId,
    sequence: u64,
    digest: Digest,
    at: Timestamp,
}

impl Anchor {
    pub(super) fn head(&self) -> AuditHead {
        AuditHead { sequence: self.sequence, digest: self.digest.clone() }
    }
}

impl Engine {
    /// Anchors the chain of each org for which it is time. What fails is told in the log and tried again the next time.
    pub fn anchor_where_due(&self) {
        self.anchor_each(|since| since.entries >= ANCHOR_ENTRIES || since.seconds >= ANCHOR_SECONDS);
    }

    /// Anchors the chain of each org that has a new entry: before the server ends.
    pub fn anchor_all(&self) {
        self.anchor_each(|_| true);
    }

    /// Anchors the newest entry of an org's chain; `None` where it is anchored already, or there is no repository yet.
    pub fn anchor(&self, org: &OrgId) -> Result<Option<CommitId>, EngineError> {
        let Some(served) = self.anchoring(org)? else { return Ok(None) };
        let Some((head, _)) = self.unanchored(org, &served.memory.repo)? else { return Ok(None) };
        self.write_anchor(&served, &head).map(Some)
    }

    fn anchor_each(&self, due: impl Fn(&Since) -> bool) {
        // One at a time: the end of a server may come while it anchors.
        let mut failed = locked(&self.unanchored);
        let orgs = match self.orgs() {
            Ok(orgs) => orgs,
            Err(error) => return tracing::error!(%error, "the audit chains could not be anchored"),
        };
        for (org, _) in orgs {
            let done = self.since_anchor(&org).and_then(|since| match since {
                Some(since) if due(&since) => self.anchor(&org).map(drop),
                _ => Ok(()),
            });
            self.note_anchoring(&org, done, &mut failed);
        }
    }

    /// A failure is audited once, however often it is tried again.
    fn note_anchoring(&self, org: &OrgId, done: Result<(), EngineError>, failed: &mut HashSet<OrgId>) {
        match done {
            Ok(()) => _ = failed.remove(org),
            Err(error) => {
                tracing::error!(%error, %org, "the audit chain could not be anchored; it is tried again");
                if failed.insert(org.clone()) {
                    let now = self.now();
                    if let Err(error) = self.records.write(|tx| audit::anchoring_failed(tx, org, error.code, now)) {
                        tracing::error!(%error, %org, "the failure could not be audited");
                    }
                }
            }
        }
    }

    /// What has come since the last anchor; `None`: nothing.
    fn since_anchor(&self, org: &OrgId) -> Result<Option<Since>, EngineError> {
        let Some(served) = self.anchoring(org)? else { return Ok(None) };
        let Some((head, before)) = self.unanchored(org, &served.memory.repo)? else { return Ok(None) };
        let first = before.as_ref().map_or(1, |anchor| anchor.sequence + 1);
        let oldest = self.records.read(|view| view.audit_entry(org, first))?;
        let seconds = oldest.map_or(i64::MAX, |entry| self.now().seconds() - entry.at.seconds());
        Ok(Some(Since { entries: (head.sequence + 1).saturating_sub(first), seconds }))
    }

    /// The newest entry, where it is not anchored yet, and the anchor before.
    fn unanchored(&self, org: &OrgId, repo: &Repository) -> Result<Option<(AuditHead, Option<Anchor>)>, EngineError> {
        let Some(head) = self.records.read(|view| view.audit_head(org))? else { return Ok(None) };
        let before = repo.reference(AUDIT_REF)?.map_or(Ok(None), |tip| read(repo, tip))?;
        let known = before.as_ref().is_some_and(|anchor| anchor.head() == head);
        Ok((!known).then_some((head, before)))
    }

    /// The org's first repository, where it has one.
    pub(super) fn anchoring(&self, org: &OrgId) -> Result<Option<Arc<Served>>, EngineError> {
        let rows = self.records.read(|view| view.repositories(org))?;
        let first = rows.into_iter().min_by(|a, b| (a.created_at, &a.name).cmp(&(b.created_at, &b.name)));
        first.map(|row| self.served(&row)).transpose()
    }

    fn write_anchor(&self, served: &Served, head: &AuditHead) -> Result<CommitId, EngineError> {
        let (repo, now) = (&served.memory.repo, self.now());
        let AuditHead { sequence, digest } = head.clone();
        let anchor = Anchor { organization: served.org.clone(), sequence, digest, at: now };
        let path = RepoPath::parse(FILE).expect("it is an ordinary path");
        let blob = repo.write_blob(&canonical_json(&anchor))?;
        let tree = repo.edit_tree(At::Tree(EMPTY_TREE), &[(path, Some(blob))])?;
        let me = engine_signature(&served.org, now);
        let message = format!("Anchor the audit chain at entry {sequence}\n");
        let before = repo.reference(AUDIT_REF)?;
        let parents = before.into_iter().collect();
        let draft = CommitDraft { tree, parents, author: me.clone(), committer: me.clone(), message };
        let key = self.signing_key(&served.org)?;
        let commit = repo.write_commit(&draft, Some(&*key))?;
        if !Arc::ptr_eq(&key, &self.signing_key(&served.org)?) {
            // The key was retired meanwhile, and what it signs now does not count.
            return self.write_anchor(served, head);
        }
        fault::reached("anchor.written");
        let edit = RefEdit { name: AUDIT_REF.to_owned(), expected: before.map(|c| c.0), new: Some(commit.0) };
        repo.update_refs(&[edit], &me, "anchor")?;
        fault::reached("anchor.ref");
        Ok(commit)
    }
}

/// What has come since an anchor.
struct Since {
    entries: u64,
    /// How old the oldest of them is.
    seconds: i64,
}

/// Reads the anchor of a commit; `None` where there is none.
fn read(repo: &Repository, commit: CommitId) -> Result<Option<Anchor>, EngineError> {
    let path = RepoPath::parse(FILE).expect("it is an ordinary path");
    let Some(entry) = repo.entry(At::Commit(commit), &path)? else { return Ok(None) };
    Ok(serde_json::from_slice(&repo.blob(entry.oid, LARGEST)?).ok())
}

/// Every anchor of an org, oldest first, each with its commit.
pub(super) fn anchors(repo: &Repository, org: &OrgId) -> Result<Vec<(CommitId, Option<Anchor>)>, EngineError> {
    let Some(tip) = repo.reference(AUDIT_REF)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for step in repo.first_parents(tip, None)?.iter().rev() {
        found.push((step.id, read(repo, step.id)?.filter(|anchor| anchor.organization == *org)));
    }
    Ok(found)
}
