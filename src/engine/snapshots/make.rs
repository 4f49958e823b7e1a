//! Makes a snapshot on a server: an intent, the signed tag by compare-and-swap, the row. One without a name is a row alone.

use super::{NewSnapshot, SNAPSHOT_TAGS, SnapshotContent, SnapshotTag, SnapshotView};
use crate::access::{Action, Caller, decide};
use crate::base::fault;
use crate::base::id::{SnapshotId, SnapshotName};
use crate::base::{CommitId, Digest, Oid};
use crate::engine::memory::locked;
use crate::engine::operate::{engine_signature, principal_signature};
use crate::engine::reads::visibility;
use crate::engine::server::{Engine, Served};
use crate::engine::updates::holds_secret;
use crate::engine::{Code, EngineError, audit};
use crate::git::{GitError, ReadRepository, RefEdit, TagDraft, WriteRepository};
use crate::records::{self, Actor, IntentKind, IntentOutcome, NewIntent, Tx};
use std::collections::BTreeMap;

/// The longest name of a run and reason, in bytes.
const MAX_SOURCE_RUN: usize = 200;
const MAX_REASON: usize = 16 << 10;

/// A snapshot that is worked out and not kept yet.
struct Ready<'a> {
    id: SnapshotId,
    name: Option<SnapshotName>,
    content: SnapshotContent,
    json: String,
    digest: Digest,
    new: &'a NewSnapshot,
}

impl Engine {
    /// Makes a snapshot, or gives the one that the same request made before.
    pub fn create_snapshot(&self, caller: &Caller, new: &NewSnapshot) -> Result<SnapshotView, EngineError> {
        decide(caller, &Action::CreateSnapshot)?;
        let name = check_words(new)?;
        let (row, served) = self.named(caller, new.repository.as_deref())?;
        let id = match &new.idempotency_key {
            Some(key) => SnapshotId::of_key(&Digest::of_json(&(&caller.org, &caller.principal, key))),
            None => SnapshotId::fresh(),
        };
        if let Some(before) = self.records.read(|view| view.snapshot(&caller.org, &id))? {
            return self.snapshot_view(&served, &before);
        }
        let content = served.memory.pin(&new.at, new.query.as_ref(), &visibility(caller))?;
        let (json, digest) = (content.canonical()?, content.digest());
        if holds_secret(&json) {
            return Err(invalid("query", "what would be pinned holds a secret: take it out, and revoke it"));
        }
        let ready = Ready { id, name, content, json, digest, new };
        let kept = self.keep_snapshot(caller, &row, &served, &ready)?;
        fault::reached("snapshot.recorded");
        self.snapshot_view(&served, &kept)
    }

    fn keep_snapshot(
        &self,
        caller: &Caller,
        row: &records::Repository,
        served: &Served,
        ready: &Ready<'_>,
    ) -> Result<records::Snapshot, EngineError> {
        let _one = locked(&served.writing);
        self.settle_intents(served)?;
        if let Some(before) = self.same_before(served, ready)? {
            return Ok(before);
        }
        match &ready.name {
            Some(name) => self.keep_tagged(caller, row, served, ready, name),
            None => {
                require_line(served, &ready.content)?;
                self.records.write(|tx| record(tx, caller, row, ready, None, self.now()))
            }
        }
    }

    /// The snapshot that this one is a repetition of. A name that something else has is refused.
    fn same_before(&self, served: &Served, ready: &Ready<'_>) -> Result<Option<records::Snapshot>, EngineError> {
        let run = ready.new.source_run.as_deref();
        let (of_id, of_run, of_name) = self.records.read(|view| {
            let of_id = view.snapshot(&served.org, &ready.id)?;
            let of_run = run.map(|run| view.snapshot_of_run(&served.id, run, &ready.digest)).transpose()?.flatten();
            let of_name = ready.name.as_ref().map(|name| view.snapshot_named(&served.id, name));
            Ok::<_, EngineError>((of_id, of_run, of_name.transpose()?.flatten()))
        })?;
        if let Some(before) = of_id.or(of_run) {
            return match (&ready.name, &before.name) {
                (Some(asked), has) if has.as_ref() != Some(asked) => Err(other_name(&before)),
                _ => Ok(Some(before)),
            };
        }
        match of_name {
            Some(before) if before.digest == ready.digest && before.source_run.as_deref() == run => Ok(Some(before)),
            Some(before) => Err(taken(before.name.as_ref().map_or("", |name| name.as_str()))),
            None => Ok(None),
        }
    }

    fn keep_tagged(
        &self,
        caller: &Caller,
        row: &records::Repository,
        served: &Served,
        ready: &Ready<'_>,
        name: &SnapshotName,
    ) -> Result<records::Snapshot, EngineError> {
        let (repo, now) = (&served.memory.repo, self.now());
        let ref_name = format!("{SNAPSHOT_TAGS}{name}");
        if repo.held(&ref_name)?.is_some() {
            return Err(taken(name.as_str()));
        }
        let said = SnapshotTag {
            id: ready.id.clone(),
            source_run: ready.new.source_run.clone(),
            reason: ready.new.reason.clone(),
            content: ready.content.clone(),
        };
        let draft = TagDraft {
            target: ready.content.resolved_commit,
            name: format!("memory/snapshots/{name}"),
            tagger: principal_signature(&caller.org, &caller.principal, now),
            message: said.message(name.as_str()),
        };
        let tag = repo.write_tag(&draft, Some(&*self.signing_key(&served.org)?))?;
        fault::reached("snapshot.written");
        let intent = NewIntent {
            kind: IntentKind::Snapshot,
            repository: served.id.clone(),
            update: None,
            ref_name: ref_name.clone(),
            expected: None,
            new_commit: CommitId(tag),
            tree: repo.commit(ready.content.resolved_commit)?.tree,
            actor: Actor::Principal(caller.principal.clone()),
            detail: serde_json::json!({"snapshot": ready.id}),
        };
        let open = self.records.write(|tx| Ok::<_, EngineError>(tx.open_intent(&intent, now)?))?;
        fault::reached("snapshot.intent");
        let edit = RefEdit { name: ref_name, expected: None, new: Some(tag) };
        match repo.update_refs(&[edit], &engine_signature(&caller.org, now), "snapshot") {
            Ok(()) => {}
            Err(GitError::RefMoved { .. }) => {
                self.close(open, IntentOutcome::Abandoned)?;
                return Err(taken(name.as_str()));
            }
            // Whether the tag is there is not known here; whoever settles the intent looks.
            Err(error) => return Err(error.into()),
        }
        fault::reached("snapshot.ref");
        let now = self.now();
        let recorded = self.records.write(|tx| {
            let kept = record(tx, caller, row, ready, Some((name.clone(), tag)), now)?;
            tx.close_intent(open, IntentOutcome::Done, now)?;
            Ok::<_, EngineError>(kept)
        });
        if recorded.is_err() {
            // What cannot be recorded did not happen. Where this fails too, the next writer or start does it.
            let _ = self.settle_intents(served);
        }
        recorded
    }
}

fn record(
    tx: &Tx<'_>,
    caller: &Caller,
    row: &records::Repository,
    ready: &Ready<'_>,
    tag: Option<(SnapshotName, Oid)>,
    now: crate::base::Timestamp,
) -> Result<records::Snapshot, EngineError> {
    let new = records::NewSnapshot {
        id: ready.id.clone(),
        org: caller.org.clone(),
        repository: row.id.clone(),
        tag,
        source_run: ready.new.source_run.clone(),
        reason: ready.new.reason.clone(),
        commit: ready.content.resolved_commit,
        digest: ready.digest.clone(),
        content: ready.json.clone(),
        scope: caller.scope.as_ref().map(|scope| serde_json::json!(scope)),
        paths: ready.content.paths(),
        created_by: Actor::Principal(caller.principal.clone()),
    };
    let kept = tx.add_snapshot(&new, now)?;
    audit::snapshot_made(tx, caller, row, &kept, digests(&ready.content, &ready.digest), now)?;
    Ok(kept)
}

fn digests(content: &SnapshotContent, digest: &Digest) -> BTreeMap<String, Digest> {
    let mut all = BTreeMap::from([
        ("snapshotDigest".to_owned(), digest.clone()),
        ("ontologyDigest".to_owned(), content.ontology_digest.clone()),
        ("indexDigest".to_owned(), content.index_digest.clone()),
    ]);
    if let Some(query) = &content.query {
        all.insert("queryManifestDigest".to_owned(), query.query_manifest_digest.clone());
        all.insert("selectedRecordsDigest".to_owned(), query.selected_records_digest.clone());
        all.insert("selectedExcerptsDigest".to_owned(), query.selected_excerpts_digest.clone());
    }
    all
}

/// Without a tag nothing but the approved line keeps the commit from being collected.
fn require_line(served: &Served, content: &SnapshotContent) -> Result<(), EngineError> {
    if served.memory.line()?.position(content.resolved_commit).is_some() {
        return Ok(());
    }
    let message = format!("commit {} is not on the approved line: give the snapshot a name", content.resolved_commit);
    Err(EngineError::new(Code::RefNotApproved, message.clone()).because("Required", Some("name"), message))
}

fn check_words(new: &NewSnapshot) -> Result<Option<SnapshotName>, EngineError> {
    let said = [("sourceRun", &new.source_run, MAX_SOURCE_RUN), ("reason", &new.reason, MAX_REASON)];
    for (field, text, most) in said {
        check_text(field, text.as_deref(), most)?;
    }
    let name = new.name.as_deref().map(|name| name.strip_prefix(SNAPSHOT_TAGS).unwrap_or(name));
    if name.is_some_and(holds_secret) {
        return Err(bad("name", "the name holds a secret".to_owned()));
    }
    name.map(SnapshotName::parse).transpose().map_err(|e| bad("name", e.to_string()))
}

/// Checks a text that stays for ever: bounded, something, and no secret.
pub(super) fn check_text(field: &str, text: Option<&str>, most: usize) -> Result<(), EngineError> {
    let Some(text) = text else { return Ok(()) };
    if text.trim().is_empty() {
        return Err(bad(field, format!("{field} is not blank: leave it out, or say something")));
    }
    if text.len() > most {
        return Err(bad(field, format!("{field} has {} bytes, and may have {most}", text.len())));
    }
    if holds_secret(text) {
        return Err(bad(field, format!("{field} holds a secret: take it out, and revoke it")));
    }
    Ok(())
}

fn bad(field: &str, message: String) -> EngineError {
    EngineError::new(Code::BadRequest, message.clone()).because("Malformed", Some(field), message)
}

fn invalid(field: &str, message: &str) -> EngineError {
    EngineError::new(Code::InvalidQuery, message).because("Invalid", Some(field), message)
}

/// That a name is another snapshot's.
pub(super) fn taken(name: &str) -> EngineError {
    let message =
        format!("the tag `memory/snapshots/{name}` is of another snapshot, and never moves: choose another name");
    EngineError::new(Code::AlreadyExists, message.clone()).because("Taken", Some("name"), message)
}

fn other_name(before: &records::Snapshot) -> EngineError {
    let has = before.name.as_ref().map_or_else(|| "without a name".to_owned(), |name| format!("as `{name}`"));
    let message = format!("the run has pinned just this already, {has}: it is the snapshot {}", before.id);
    EngineError::new(Code::AlreadyExists, message.clone()).because("SameSnapshot", Some("name"), message)
}
