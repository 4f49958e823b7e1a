//! The audit entries the engine writes, each in the transaction of what it tells of. Never a secret, never content.

use super::review::Push;
use super::server::Engine;
use super::types::Resolution;
use super::{Code, EngineError};
use crate::access::Caller;
use crate::base::{Digest, OrgId, Timestamp};
use crate::records::{
    Actor, AuditEntry, AuditEvent, AuditFilter, Decision, Import, ImportObject, NewIntent, NewLanding, PageRequest,
    PrincipalKey, Repository, RepositoryId, Snapshot, Token, Tx, Update,
};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// A reference was resolved.
pub(super) const REF_RESOLVED: &str = "agent.memory.ref.resolved";
/// A query was answered.
pub(super) const QUERY_EXECUTED: &str = "agent.memory.query.executed";

thread_local! {
    static CORRELATION: RefCell<String> = const { RefCell::new(String::new()) };
    static SOURCE: Cell<&'static str> = const { Cell::new(HTTP) };
}

/// Where requests come from that do not say otherwise.
const HTTP: &str = "http";

/// Runs work that came in by git: whatever principals do on this thread until it ends is audited as from there.
pub(super) fn by_git<T>(work: impl FnOnce() -> T) -> T {
    /// Puts the source back, also where the work panics.
    struct Before(&'static str);
    impl Drop for Before {
        fn drop(&mut self) {
            SOURCE.set(self.0);
        }
    }
    let _before = Before(SOURCE.replace("git"));
    work()
}

/// Runs work of one request: whatever is audited on this thread until it ends carries the correlation id.
pub fn with_correlation<T>(id: &str, work: impl FnOnce() -> T) -> T {
    let before = CORRELATION.with(|c| c.replace(id.to_owned()));
    let result = work();
    CORRELATION.with(|c| c.replace(before));
    result
}

/// The correlation id of the request that this thread works on.
pub(super) fn correlation() -> String {
    CORRELATION.with(|c| c.borrow().clone())
}

fn event(name: &str, actor: &Actor, target: String) -> AuditEvent {
    AuditEvent {
        event: name.to_owned(),
        actor: actor.clone(),
        source: if *actor == Actor::Operator { "cli" } else { SOURCE.get() }.to_owned(),
        target,
        repository: None,
        decision: Decision::Allowed,
        reasons: Vec::new(),
        digests: BTreeMap::new(),
        resolved_commit: None,
        correlation_id: correlation(),
    }
}

fn by(caller: &Caller) -> Actor {
    Actor::Principal(caller.principal.clone())
}

fn resource(kind: &str, org: &OrgId, name: impl std::fmt::Display) -> String {
    format!("{kind}/krate-org-{org}/{name}")
}

fn add(tx: &Tx<'_>, org: &OrgId, event: AuditEvent, now: Timestamp) -> Result<(), EngineError> {
    Ok(tx.audit(org, event, now).map(drop)?)
}

pub(super) fn repository_made(tx: &Tx<'_>, row: &Repository, actor: &Actor, now: Timestamp) -> Result<(), EngineError> {
    let name = if row.adopted { "agent.memory.repository.adopted" } else { "agent.memory.repository.created" };
    let made = event(name, actor, resource("AgentMemoryRepository", &row.org, &row.name));
    add(tx, &row.org, AuditEvent { repository: Some(row.name.clone()), ..made }, now)
}

pub(super) fn org_made(tx: &Tx<'_>, org: &OrgId, now: Timestamp) -> Result<(), EngineError> {
    add(tx, org, event("org.created", &Actor::Operator, resource("Organization", org, org)), now)
}

pub(super) fn key_rotated(tx: &Tx<'_>, org: &OrgId, fingerprint: &str, now: Timestamp) -> Result<(), EngineError> {
    add(tx, org, event("org.key.rotated", &Actor::Operator, resource("SigningKey", org, fingerprint)), now)
}

pub(super) fn key_changed(
    tx: &Tx<'_>,
    org: &OrgId,
    key: &PrincipalKey,
    name: &str,
    by: &Actor,
    now: Timestamp,
) -> Result<(), EngineError> {
    let target = resource("PrincipalKey", org, format_args!("{}/{}", key.principal, key.fingerprint));
    add(tx, org, event(name, by, target), now)
}

pub(super) fn anchoring_failed(tx: &Tx<'_>, org: &OrgId, code: Code, now: Timestamp) -> Result<(), EngineError> {
    let failed = event("audit.anchored", &Actor::Engine, resource("AuditChain", org, org));
    let (source, decision, reasons) = ("engine".to_owned(), Decision::Failed, vec![code.as_str().to_owned()]);
    add(tx, org, AuditEvent { source, decision, reasons, ..failed }, now)
}

/// What was done to an update without a decision about a diff: a comment, a refresh, a merge that was not possible.
pub(super) fn update_touched(
    tx: &Tx<'_>,
    caller: &Caller,
    update: &Update,
    kind: &str,
    decision: Decision,
    now: Timestamp,
) -> Result<(), EngineError> {
    let name = format!("agent.memory.update.{kind}");
    let touched = event(&name, &by(caller), resource("AgentMemoryUpdate", &caller.org, &update.id));
    let repository = tx.repository_by_id(&update.repository)?.map(|row| row.name);
    add(tx, &caller.org, AuditEvent { repository, decision, ..touched }, now)
}

pub(super) fn policy_set(tx: &Tx<'_>, caller: &Caller, row: &Repository, now: Timestamp) -> Result<(), EngineError> {
    let set =
        event("agent.memory.repository.policy", &by(caller), resource("AgentMemoryRepository", &row.org, &row.name));
    add(tx, &row.org, AuditEvent { repository: Some(row.name.clone()), ..set }, now)
}

pub(super) fn token_made(tx: &Tx<'_>, token: &Token, now: Timestamp) -> Result<(), EngineError> {
    add(tx, &token.org, event("token.created", &token.created_by, resource("Token", &token.org, &token.id)), now)
}

pub(super) fn token_revoked(tx: &Tx<'_>, token: &Token, now: Timestamp) -> Result<(), EngineError> {
    add(tx, &token.org, event("token.revoked", &Actor::Operator, resource("Token", &token.org, &token.id)), now)
}

pub(super) fn update_proposed(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &Repository,
    update: &Update,
    kind: &str,
    diff: &Digest,
    now: Timestamp,
) -> Result<(), EngineError> {
    let name = format!("agent.memory.update.{kind}");
    let proposed = event(&name, &by(caller), resource("AgentMemoryUpdate", &row.org, &update.id));
    let digests = BTreeMap::from([("diffDigest".to_owned(), diff.clone())]);
    add(tx, &row.org, AuditEvent { repository: Some(row.name.clone()), digests, ..proposed }, now)
}

pub(super) fn update_decided(
    tx: &Tx<'_>,
    caller: &Caller,
    update: &Update,
    kind: &str,
    diff: &Digest,
    now: Timestamp,
) -> Result<(), EngineError> {
    let name = format!("agent.memory.update.{kind}");
    let decided = event(&name, &by(caller), resource("AgentMemoryUpdate", &caller.org, &update.id));
    let digests = BTreeMap::from([("diffDigest".to_owned(), diff.clone())]);
    add(tx, &caller.org, AuditEvent { digests, ..decided }, now)
}

pub(super) fn update_merged(
    tx: &Tx<'_>,
    row: &Repository,
    update: &Update,
    intent: &NewIntent,
    now: Timestamp,
) -> Result<(), EngineError> {
    let merged =
        event("agent.memory.update.merged", &intent.actor, resource("AgentMemoryUpdate", &row.org, &update.id));
    let merged = AuditEvent { repository: Some(row.name.clone()), resolved_commit: Some(intent.new_commit), ..merged };
    add(tx, &row.org, merged, now)
}

pub(super) fn push_landed(
    tx: &Tx<'_>,
    org: &OrgId,
    id: &RepositoryId,
    landing: &NewLanding,
    now: Timestamp,
) -> Result<(), EngineError> {
    let name = tx.repository_by_id(id)?.map(|r| r.name);
    let target = resource("AgentMemoryRepository", org, name.as_ref().map_or("", |n| n.as_str()));
    let pushed = event("push.accepted", &landing.actor, target);
    let (source, correlation_id) = ("git".to_owned(), landing.correlation_id.clone());
    add(
        tx,
        org,
        AuditEvent { repository: name, resolved_commit: Some(landing.commit), source, correlation_id, ..pushed },
        now,
    )
}

pub(super) fn push_refused(
    tx: &Tx<'_>,
    caller: &Caller,
    repository: &crate::base::RepositoryName,
    reasons: Vec<String>,
    now: Timestamp,
) -> Result<(), EngineError> {
    let refused = event("push.refused", &by(caller), resource("AgentMemoryRepository", &caller.org, repository));
    let (source, decision) = ("git".to_owned(), Decision::Denied);
    add(tx, &caller.org, AuditEvent { repository: Some(repository.clone()), reasons, source, decision, ..refused }, now)
}

pub(super) fn refs_pushed(
    tx: &Tx<'_>,
    caller: &Caller,
    repository: &crate::base::RepositoryName,
    refs: Vec<String>,
    now: Timestamp,
) -> Result<(), EngineError> {
    let pushed = event("push.accepted", &by(caller), resource("AgentMemoryRepository", &caller.org, repository));
    add(
        tx,
        &caller.org,
        AuditEvent { repository: Some(repository.clone()), reasons: refs, source: "git".to_owned(), ..pushed },
        now,
    )
}

/// Whether what a hook decided of a push is told in the chain already. The entry of a landing names its commit, and is
/// another one.
pub(super) fn push_is_told(tx: &Tx<'_>, caller: &Caller, push: &Push, accepted: bool) -> Result<bool, EngineError> {
    let (name, actor) = (if accepted { "push.accepted" } else { "push.refused" }, by(caller).to_string());
    let filter =
        AuditFilter { event: Some(name), actor: Some(&actor), repository: Some(&push.repository), decision: None };
    let newest = tx.audit_page(&caller.org, &filter, PageRequest { cursor: None, limit: u32::MAX })?;
    let is_of_it = |entry: &AuditEntry| {
        let event = &entry.event;
        entry.at >= push.begun && event.correlation_id == push.correlation && event.resolved_commit.is_none()
    };
    Ok(newest.items.iter().any(is_of_it))
}

pub(super) fn snapshot_made(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &Repository,
    snapshot: &Snapshot,
    digests: BTreeMap<String, Digest>,
    now: Timestamp,
) -> Result<(), EngineError> {
    let made =
        event("agent.memory.snapshot.created", &by(caller), resource("AgentMemorySnapshot", &row.org, &snapshot.id));
    let resolved_commit = Some(snapshot.commit);
    add(tx, &row.org, AuditEvent { repository: Some(row.name.clone()), digests, resolved_commit, ..made }, now)
}

pub(super) fn snapshot_marked(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &Repository,
    snapshot: &Snapshot,
    now: Timestamp,
) -> Result<(), EngineError> {
    let marked =
        event("agent.memory.snapshot.marked", &by(caller), resource("AgentMemorySnapshot", &row.org, &snapshot.id));
    let (reasons, resolved_commit) = (vec!["KnownBad".to_owned()], Some(snapshot.commit));
    add(tx, &row.org, AuditEvent { repository: Some(row.name.clone()), reasons, resolved_commit, ..marked }, now)
}

/// What became of an import: digests and never content.
pub(super) fn import(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &Repository,
    import: &Import,
    kind: &str,
    now: Timestamp,
) -> Result<(), EngineError> {
    let done = AuditEvent { repository: Some(row.name.clone()), ..import_event(&by(caller), import, kind) };
    add(tx, &import.org, done, now)
}

/// That an import failed, and why in one word.
pub(super) fn import_failed(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &Repository,
    import: &Import,
    now: Timestamp,
) -> Result<(), EngineError> {
    let reasons = import.failed.iter().map(|failed| failed.reason.clone()).collect();
    let (repository, decision) = (Some(row.name.clone()), Decision::Failed);
    add(
        tx,
        &import.org,
        AuditEvent { repository, decision, reasons, ..import_event(&by(caller), import, "failed") },
        now,
    )
}

/// That a crash interrupted an import.
pub(super) fn import_interrupted(tx: &Tx<'_>, import: &Import, now: Timestamp) -> Result<(), EngineError> {
    let (source, decision, reasons) = ("engine".to_owned(), Decision::Failed, vec!["Interrupted".to_owned()]);
    let failed = import_event(&Actor::Engine, import, "failed");
    add(tx, &import.org, AuditEvent { source, decision, reasons, ..failed }, now)
}

fn import_event(actor: &Actor, import: &Import, kind: &str) -> AuditEvent {
    let name = format!("agent.memory.import.{kind}");
    let source = Some(("sourceDigest".to_owned(), import.source.clone()));
    let story = import.story.clone().map(|digest| ("storyDigest".to_owned(), digest));
    let redaction = import.redaction.clone().map(|digest| ("redactionDigest".to_owned(), digest));
    let digests = [source, story, redaction].into_iter().flatten().collect();
    AuditEvent { digests, ..event(&name, actor, resource("AgentRunMemoryImport", &import.org, &import.id)) }
}

/// That an object was removed which an import kept.
pub(super) fn import_swept(
    tx: &Tx<'_>,
    org: &OrgId,
    object: &ImportObject,
    reason: &str,
    by_server: bool,
    now: Timestamp,
) -> Result<(), EngineError> {
    let actor = if by_server { Actor::Engine } else { Actor::Operator };
    let target = resource("AgentRunMemoryImport", org, &object.import);
    let swept = event("agent.memory.import.swept", &actor, target);
    let source = if by_server { "engine".to_owned() } else { swept.source.clone() };
    let digests = BTreeMap::from([(object.kind.to_string(), object.digest.clone())]);
    add(tx, org, AuditEvent { digests, source, reasons: vec![reason.to_owned()], ..swept }, now)
}

/// That kept bytes of an artifact were read.
pub(super) fn bytes_read(
    tx: &Tx<'_>,
    caller: &Caller,
    import: &Import,
    digest: &Digest,
    now: Timestamp,
) -> Result<(), EngineError> {
    let target = resource("AgentRunMemoryImport", &import.org, &import.id);
    let digests = BTreeMap::from([("artifact".to_owned(), digest.clone())]);
    add(tx, &import.org, AuditEvent { digests, ..event("agent.memory.import.bytes-read", &by(caller), target) }, now)
}

/// That an operator let an org import from a folder, or no more.
pub(super) fn import_root(tx: &Tx<'_>, org: &OrgId, kind: &str, path: &str, now: Timestamp) -> Result<(), EngineError> {
    let name = format!("org.import-root.{kind}");
    let digests = BTreeMap::from([("pathDigest".to_owned(), Digest::of(path.as_bytes()))]);
    add(tx, org, AuditEvent { digests, ..event(&name, &Actor::Operator, resource("Organization", org, org)) }, now)
}

impl Engine {
    pub(super) fn audit_read(
        &self,
        caller: &Caller,
        row: &Repository,
        name: &str,
        at: &Resolution,
        manifest: Option<Digest>,
    ) -> Result<(), EngineError> {
        let read = event(name, &by(caller), resource("AgentMemoryRepository", &row.org, &row.name));
        let digests = manifest.map(|d| ("queryManifestDigest".to_owned(), d)).into_iter().collect();
        let read = AuditEvent { repository: Some(row.name.clone()), resolved_commit: Some(at.commit), digests, ..read };
        let now = self.now();
        self.records.write(|tx| add(tx, &row.org, read, now))
    }

    /// Writes one audit entry for a refusal. Where that fails, the log says so: the refusal stands.
    pub fn audit_denied(&self, caller: &Caller, target: &str, code: Code, correlation: &str) {
        let denied = event("access.denied", &by(caller), target.to_owned());
        let (decision, correlation_id) = (Decision::Denied, correlation.to_owned());
        let denied = AuditEvent { decision, reasons: vec![code.as_str().to_owned()], correlation_id, ..denied };
        let now = self.now();
        if let Err(error) = self.records.write(|tx| add(tx, &caller.org, denied, now)) {
            tracing::error!(%error, "a refusal could not be audited");
        }
    }
}
