//! What imports keep no longer is removed: bytes whose time is over, and the stories of imports that ended long ago.

use super::store::failed;
use crate::base::digest::Digest;
use crate::base::id::ImportId;
use crate::base::{OrgId, Timestamp};
use crate::engine::memory::locked;
use crate::engine::server::Engine;
use crate::engine::{EngineError, audit};
use crate::records::{ImportObject, RepositoryId};
use std::collections::BTreeMap;

/// How long after a sweep a server does the next one.
const EVERY: i64 = 86_400;
const DAY: i64 = 86_400;

/// An object that was removed, or would be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SweptObject {
    /// The org.
    pub organization: OrgId,
    /// The import that kept it.
    pub import: ImportId,
    /// What it was to it: `artifact`, `story`, `redaction-report`.
    pub kind: String,
    /// Its name there.
    pub name: String,
    /// Its digest.
    pub digest: Digest,
    /// Its bytes.
    pub size: u64,
    /// Why.
    pub reason: &'static str,
    /// Whether its bytes go too; they stay where another import needs them.
    pub removes_bytes: bool,
}

impl Engine {
    /// Removes from every org what imports keep no longer, and gives what that was. A dry run gives what it would be.
    pub fn sweep_imports(&self, dry_run: bool) -> Result<Vec<SweptObject>, EngineError> {
        let mut swept = Vec::new();
        for (org, _) in self.orgs()? {
            let over = self.over(&org, self.now())?;
            if dry_run {
                swept.extend(self.would_sweep(&org, over)?);
            } else if !over.is_empty() {
                swept.extend(self.sweep_org(&org, over)?);
            }
        }
        Ok(swept)
    }

    /// Sweeps once a day, and the first time it is asked. What fails is told in the log, and tried again the next time.
    pub fn sweep_where_due(&self) {
        let now = self.now();
        let mut last = locked(&self.swept);
        if last.is_some_and(|last| now.seconds() < last.seconds() + EVERY) {
            return;
        }
        match self.sweep_imports(false) {
            Ok(swept) => {
                *last = Some(now);
                for object in swept {
                    let SweptObject { organization, import, kind, digest, reason, .. } = object;
                    tracing::info!(%organization, %import, kind, %digest, reason, "swept");
                }
            }
            Err(error) => tracing::warn!(%error, "what imports keep no longer could not be removed"),
        }
    }

    /// What is over, and why.
    fn over(&self, org: &OrgId, now: Timestamp) -> Result<Vec<(ImportObject, &'static str)>, EngineError> {
        let (expired, ended) = self.records.read(|view| {
            Ok::<_, EngineError>((view.expired_import_objects(org, now)?, view.ended_import_objects(org)?))
        })?;
        let mut over: Vec<_> = expired.into_iter().map(|object| (object, "its time is over")).collect();
        let mut days: BTreeMap<RepositoryId, u32> = BTreeMap::new();
        for (object, repository, at) in ended {
            let kept = match days.get(&repository) {
                Some(kept) => *kept,
                None => self.policy(&repository)?.story_retention_days(),
            };
            days.insert(repository, kept);
            if at.seconds() + i64::from(kept) * DAY <= now.seconds() {
                over.push((object, "its import ended"));
            }
        }
        Ok(over)
    }

    fn would_sweep(
        &self,
        org: &OrgId,
        over: Vec<(ImportObject, &'static str)>,
    ) -> Result<Vec<SweptObject>, EngineError> {
        let mut swept = Vec::new();
        for (object, reason) in &over {
            let refers = self.records.read(|view| view.objects_referring_to(org, &object.digest))?;
            let going = over.iter().filter(|(other, _)| other.digest == object.digest).count();
            swept.push(told(org, object, reason, refers <= going as u64));
        }
        Ok(swept)
    }

    /// First the rows, with an audit entry for each; then, in a transaction of their own, the bytes that no row refers to.
    /// Whoever keeps an object looks in theirs whether its bytes are there: one of the two comes second, and sees the other.
    fn sweep_org(&self, org: &OrgId, over: Vec<(ImportObject, &'static str)>) -> Result<Vec<SweptObject>, EngineError> {
        let (now, store, by_server) = (self.now(), self.artifacts(), self.is_serving());
        self.records.write(|tx| {
            for (object, reason) in &over {
                tx.drop_import_object(object)?;
                audit::import_swept(tx, org, object, reason, by_server, now)?;
            }
            Ok::<_, EngineError>(())
        })?;
        self.records.write(|tx| {
            let mut swept = Vec::new();
            for (object, reason) in &over {
                let free = !tx.is_object_referred_to(org, &object.digest)?;
                if free {
                    store.remove(org, &object.digest).map_err(failed)?;
                }
                swept.push(told(org, object, reason, free));
            }
            Ok(swept)
        })
    }

    /// Removes objects that nothing refers to: what a crash left between the bytes and their row. Only before a server serves.
    pub(super) fn sweep_unreferred(&self) -> Result<(), EngineError> {
        let store = self.artifacts();
        for (org, _) in self.orgs()? {
            self.records.write(|tx| {
                for digest in store.list(&org).map_err(failed)? {
                    if !tx.is_object_referred_to(&org, &digest)? {
                        store.remove(&org, &digest).map_err(failed)?;
                    }
                }
                Ok::<_, EngineError>(())
            })?;
        }
        Ok(())
    }
}

fn told(org: &OrgId, object: &ImportObject, reason: &'static str, removes_bytes: bool) -> SweptObject {
    SweptObject {
        organization: org.clone(),
        import: object.import.clone(),
        kind: object.kind.to_string(),
        name: object.name.clone(),
        digest: object.digest.clone(),
        size: object.size,
        reason,
        removes_bytes,
    }
}
