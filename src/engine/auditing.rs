//! Reads, verifies and exports the audit chain of an org.

use super::anchors::anchors;
use super::operate::engine_address;
use super::server::Engine;
use super::{Code, EngineError};
use crate::access::{Action, Caller, decide};
use crate::base::{Digest, OrgId, RepositoryName, Timestamp};
use crate::git::{AllowedSigners, Repository, Verified, verify_commit};
use crate::records::{self, AuditHead, Decision, PageRequest};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// Which entries are wanted; a field that is `None` asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct AskAudit {
    /// Of this event, or of all below it where it ends in `.`.
    pub event: Option<String>,
    /// By this actor, such as `user:ada`.
    pub actor: Option<String>,
    /// `allowed`, `denied` or `failed`.
    pub decision: Option<String>,
    /// About this repository.
    pub repository: Option<String>,
    /// The cursor of the page.
    pub cursor: Option<String>,
    /// At most so many; 0: as many as is usual.
    pub limit: u32,
}

/// A page of the chain, newest first.
#[derive(Clone, Debug)]
pub struct AuditPage {
    /// The entries, as they are digested.
    pub items: Vec<Value>,
    /// The cursor of the next page.
    pub next_cursor: Option<String>,
}

/// Something that is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditFault {
    /// The number of the entry.
    pub sequence: u64,
    /// What is wrong, in one word.
    pub fault: &'static str,
    /// What is wrong, in one sentence.
    pub reason: String,
}

/// What verifying a chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditVerified {
    /// The org.
    pub organization: OrgId,
    /// How many entries there are.
    pub entries: u64,
    /// The digest of the newest.
    pub head: Option<Digest>,
    /// How many anchors there are.
    pub anchors: usize,
    /// The newest entry that an anchor holds; what is above it could be made anew by whoever can write the database.
    #[serde(rename = "anchoredUpTo")]
    pub anchored_up_to: u64,
    /// What is wrong, in order; the first hundred.
    pub faults: Vec<AuditFault>,
}

impl Engine {
    /// A page of the audit chain of the caller's org.
    pub fn audit_log(&self, caller: &Caller, ask: &AskAudit) -> Result<AuditPage, EngineError> {
        decide(caller, &Action::ReadAudit)?;
        let repository =
            ask.repository.as_deref().map(RepositoryName::parse).transpose().map_err(|e| bad("repository", &e))?;
        let decision = ask.decision.as_deref().map(Decision::parse).transpose().map_err(|e| bad("decision", &e))?;
        let filter = records::AuditFilter {
            event: ask.event.as_deref(),
            actor: ask.actor.as_deref(),
            decision,
            repository: repository.as_ref(),
        };
        let page = PageRequest { cursor: ask.cursor.as_deref(), limit: ask.limit };
        let page = self.records.read(|view| view.audit_page(&caller.org, &filter, page))?;
        let items = page.items.iter().map(|entry| serde_json::to_value(entry).expect("an entry is plain JSON"));
        Ok(AuditPage { items: items.collect(), next_cursor: page.next })
    }

    /// Verifies the audit chain of the caller's org.
    pub fn audit_verified(&self, caller: &Caller) -> Result<AuditVerified, EngineError> {
        decide(caller, &Action::ReadAudit)?;
        self.verify_audit(&caller.org, None)
    }

    /// Verifies the audit chain of an org against its anchors; against those of a clone too, where one is named.
    pub fn verify_audit(&self, org: &OrgId, clone: Option<&Path>) -> Result<AuditVerified, EngineError> {
        self.require_known(org)?;
        let signers = self.signers_of(org)?;
        let mut known = Known::default();
        if let Some(served) = self.anchoring(org)? {
            known.gather(&served.memory.repo, org, &signers)?;
        }
        if let Some(clone) = clone {
            known.gather(&Repository::discover(clone).map_err(super::convert::not_a_repository)?, org, &signers)?;
        }
        let report = self.records.read(|view| view.verify_audit(org, &known.heads))?;
        let mut faults = known.faults;
        faults.extend(report.problems.iter().map(|problem| fault(problem.sequence, problem.flaw)));
        Ok(AuditVerified {
            organization: org.clone(),
            entries: report.entries,
            head: report.head.map(|head| head.digest),
            anchors: known.heads.len(),
            anchored_up_to: known.heads.iter().map(|head| head.sequence).max().unwrap_or(0),
            faults,
        })
    }

    /// Hands out the entries of an org from a number and a moment on, oldest first, each as one line of JSON:
    /// `{"digest": ..., "entry": ...}`, where the digest is of the entry as it is written there.
    pub fn export_audit(
        &self,
        org: &OrgId,
        (from, since): (u64, Option<Timestamp>),
        line: &mut dyn FnMut(&str) -> std::io::Result<()>,
    ) -> Result<(), EngineError> {
        self.require_known(org)?;
        let mut failed = None;
        self.records.read(|view| {
            view.each_audit_text(org, from, since, &mut |entry, digest| {
                let written = line(&format!("{{\"digest\":\"{digest}\",\"entry\":{entry}}}\n"));
                written.map_err(|error| failed = Some(error)).is_ok()
            })
        })?;
        failed.map_or(Ok(()), |e| Err(super::convert::io("the export cannot be written", e)))
    }
}

/// What anchors say.
#[derive(Default)]
struct Known {
    heads: Vec<AuditHead>,
    faults: Vec<AuditFault>,
}

impl Known {
    fn gather(&mut self, repo: &Repository, org: &OrgId, signers: &AllowedSigners) -> Result<(), EngineError> {
        for (commit, anchor) in anchors(repo, org)? {
            let by = verify_commit(repo, commit, signers)?;
            let signed = matches!(by, Verified::Good { principal, .. } if principal == engine_address(org));
            match anchor {
                Some(anchor) if signed => self.heads.push(anchor.head()),
                Some(anchor) => {
                    self.note(anchor.head().sequence, format!("the anchor {} is not signed by the org", commit.short()))
                }
                None => self.note(0, format!("{} of refs/lorekeep/audit is no anchor of this org", commit.short())),
            }
        }
        Ok(())
    }

    fn note(&mut self, sequence: u64, reason: String) {
        self.faults.push(AuditFault { sequence, fault: "bad-anchor", reason });
    }
}

fn fault(sequence: u64, flaw: records::Flaw) -> AuditFault {
    use records::Flaw;
    let (fault, reason) = match flaw {
        Flaw::Altered => ("altered", "the entry is not what its digest was made of"),
        Flaw::Misplaced => ("misplaced", "an entry of another place or org stands here"),
        Flaw::Missing => ("missing", "there is no entry here"),
        Flaw::Unlinked => ("unlinked", "the entry does not follow the one before it"),
        Flaw::WrongEnd => ("wrong-end", "the chain does not end here as it was written down"),
        Flaw::NotAnchored => ("not-anchored", "the chain does not hold the entry that was anchored in git"),
    };
    AuditFault { sequence, fault, reason: reason.to_owned() }
}

fn bad(field: &str, error: &dyn std::error::Error) -> EngineError {
    EngineError::new(Code::BadRequest, error.to_string()).because("Malformed", Some(field), error.to_string())
}
