//! Landings of a served repository: recorded with the server's clock, by the reflog where a crash came between.

use super::EngineError;
use super::memory::Landings;
use crate::base::{Clock, CommitId, OrgId, Timestamp};
use crate::git::{ApprovedCommit, ReadRepository, ReflogEntry, Repository};
use crate::records::{Actor, IntentKind, LandingKind, NewLanding, OpenIntent, Records, RepositoryId};
use std::collections::HashMap;
use std::sync::Arc;

/// What follows the correlation id in the address under which a push is written to the reflog.
pub(super) const REFLOG_DOMAIN: &str = "push.lorekeep.invalid";

/// The landings of one repository, kept in the records database.
pub(super) struct ServedLandings {
    pub(super) records: Arc<Records>,
    pub(super) id: RepositoryId,
    pub(super) org: OrgId,
    pub(super) clock: Arc<dyn Clock>,
}

impl Landings for ServedLandings {
    fn settle(&self, repo: &Repository, newer: &[ApprovedCommit]) -> Result<HashMap<CommitId, Timestamp>, EngineError> {
        let (last, intents) = self.records.read(|view| {
            let last = view.last_landing(&self.id)?;
            Ok::<_, EngineError>((last.map(|l| l.commit), view.open_intents()?))
        })?;
        let new: Vec<&ApprovedCommit> = newer.iter().take_while(|c| Some(c.id) != last).collect();
        if !new.is_empty() && last.is_some() {
            self.record(repo, &new, &intents)?;
        }
        Ok(self.records.read(|view| view.landed_times(&self.id))?.into_iter().collect())
    }
}

impl ServedLandings {
    /// Records landings, oldest first; the reflog says when each came and by whom.
    fn record(
        &self,
        repo: &Repository,
        newest_first: &[&ApprovedCommit],
        intents: &[OpenIntent],
    ) -> Result<(), EngineError> {
        let moves = repo.reflog(&repo.default_branch()?)?;
        let by_tip: HashMap<CommitId, &ReflogEntry> = moves.iter().map(|m| (m.new, m)).collect();
        let now = self.clock.now();
        let mut landings = Vec::new();
        let mut by = None;
        for commit in newest_first {
            by = by_tip.get(&commit.id).copied().or(by);
            landings.push(self.landing(commit, by, intents, now));
        }
        self.records.write(|tx| {
            for landing in landings.iter().rev() {
                tx.add_landing(&self.id, landing, now)?;
            }
            for landing in landings.iter().filter(|l| l.kind == LandingKind::Push).take(1) {
                super::audit::push_landed(tx, &self.org, &self.id, landing, now)?;
            }
            Ok::<_, EngineError>(())
        })
    }

    fn landing(
        &self,
        commit: &ApprovedCommit,
        by: Option<&ReflogEntry>,
        intents: &[OpenIntent],
        now: Timestamp,
    ) -> NewLanding {
        let intent = intents.iter().find(|i| {
            i.intent.repository == self.id && i.intent.new_commit == commit.id && i.intent.kind == IntentKind::Merge
        });
        let at = by.map_or(now, |b| b.by.at);
        let pusher = by.and_then(|b| Actor::parse(&b.by.name).ok()).unwrap_or(Actor::Operator);
        let correlation =
            by.and_then(|b| b.by.email.strip_suffix(REFLOG_DOMAIN)).map(|c| c.trim_end_matches('@').to_owned());
        NewLanding {
            commit: commit.id,
            at,
            kind: if intent.is_some() { LandingKind::Merge } else { LandingKind::Push },
            actor: intent.map_or(pusher, |i| i.intent.actor.clone()),
            update: intent.and_then(|i| i.intent.update.clone()),
            correlation_id: correlation.unwrap_or_default(),
        }
    }
}
