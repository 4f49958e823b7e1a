//! Landings of a served repository: recorded with the server's clock, by the reflog where a crash came between.

use super::EngineError;
use super::memory::Landings;
use crate::base::{Clock, CommitId, OrgId, Timestamp};
use crate::git::{ApprovedCommit, ReadRepository, ReflogEntry, Repository};
use crate::records::{
    Actor, IntentKind, LandingKind, NewLanding, OpenIntent, Records, RecordsError, RepositoryId, View,
};
use std::collections::HashMap;
use std::sync::Arc;

/// What follows the correlation id in the address under which a push is written to the reflog.
pub(super) const REFLOG_DOMAIN: &str = "push.lorekeep.invalid";

/// Up to how many new landings each is looked up by itself.
const FEW: usize = 64;

/// The landings of one repository, kept in the records database.
pub(super) struct ServedLandings {
    pub(super) records: Arc<Records>,
    pub(super) id: RepositoryId,
    pub(super) org: OrgId,
    pub(super) clock: Arc<dyn Clock>,
}

/// A landing that is not recorded yet.
struct Unrecorded {
    landing: NewLanding,
    /// Whether the branch stood here: a push lands many commits, and is audited once.
    is_tip: bool,
}

impl Landings for ServedLandings {
    fn settle(&self, repo: &Repository, newer: &[ApprovedCommit]) -> Result<HashMap<CommitId, Timestamp>, EngineError> {
        let (last, intents) = self.records.read(|view| {
            let last = view.last_landing(&self.id)?;
            Ok::<_, EngineError>((last.map(|l| l.commit), view.unsettled_intents(&self.id, self.clock.now())?))
        })?;
        let new = unrecorded(repo, newer, last)?;
        if !new.is_empty() {
            self.record(&self.found(repo, new, &intents)?)?;
        }
        Ok(self.records.read(|view| match newer.len() <= FEW {
            true => newer.iter().filter_map(|c| self.moment(view, c.id).transpose()).collect(),
            false => view.landed_times(&self.id).map(HashMap::from_iter),
        })?)
    }
}

/// The commits above the last recorded landing, newest first. Without one all of them came by a push: what a
/// repository was made or adopted with is recorded before anybody sees it.
fn unrecorded<'a>(
    repo: &Repository,
    newer: &'a [ApprovedCommit],
    last: Option<CommitId>,
) -> Result<&'a [ApprovedCommit], EngineError> {
    let Some(last) = last else { return Ok(newer) };
    if let Some(at) = newer.iter().position(|c| c.id == last) {
        return Ok(&newer[..at]);
    }
    // Where the branch was moved by hand to another line, what both lines share had landed before.
    let (mut low, mut high) = (0, newer.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if repo.is_ancestor(newer[middle].id, last)? { high = middle } else { low = middle + 1 }
    }
    Ok(&newer[..low])
}

impl ServedLandings {
    fn moment(&self, view: &View<'_>, commit: CommitId) -> Result<Option<(CommitId, Timestamp)>, RecordsError> {
        Ok(view.landing(&self.id, commit)?.map(|landing| (commit, landing.landed_at)))
    }

    /// What is to be recorded, oldest first; the reflog says when each came and by whom.
    fn found(
        &self,
        repo: &Repository,
        newest_first: &[ApprovedCommit],
        intents: &[OpenIntent],
    ) -> Result<Vec<Unrecorded>, EngineError> {
        let moves = repo.reflog(&repo.default_branch()?)?;
        let by_tip: HashMap<CommitId, &ReflogEntry> = moves.iter().rev().map(|m| (m.new, m)).collect();
        let now = self.clock.now();
        let mut found = Vec::new();
        let mut by = None;
        for (n, commit) in newest_first.iter().enumerate() {
            let moved_here = by_tip.get(&commit.id).copied();
            by = moved_here.or(by);
            let landing = self.landing(commit, by, intents, now);
            found.push(Unrecorded { landing, is_tip: n == 0 || moved_here.is_some() });
        }
        found.reverse();
        Ok(found)
    }

    /// Records landings, oldest first. Another process may have been faster: what is there stays and is not audited again.
    fn record(&self, found: &[Unrecorded]) -> Result<(), EngineError> {
        let now = self.clock.now();
        self.records.write(|tx| {
            for Unrecorded { landing, is_tip } in found {
                let known = tx.landing(&self.id, landing.commit)?.is_some();
                tx.add_landing(&self.id, landing, now)?;
                if !known && *is_tip && landing.kind == LandingKind::Push {
                    super::audit::push_landed(tx, &self.org, &self.id, landing, now)?;
                }
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
        let intent = intents.iter().find(|i| i.intent.new_commit == commit.id && i.intent.kind == IntentKind::Merge);
        let at = by.map_or(now, |b| b.by.at);
        let pusher = by.and_then(|b| Actor::parse(&b.by.name).ok()).unwrap_or(Actor::Operator);
        let pushed = by.and_then(|b| b.by.email.strip_suffix(REFLOG_DOMAIN)).map(|c| c.trim_end_matches('@'));
        let merged = intent.map(|i| super::merging::correlation_of(&i.intent));
        NewLanding {
            commit: commit.id,
            at,
            kind: if intent.is_some() { LandingKind::Merge } else { LandingKind::Push },
            actor: intent.map_or(pusher, |i| i.intent.actor.clone()),
            update: intent.and_then(|i| i.intent.update.clone()),
            correlation_id: merged.or(pushed).unwrap_or_default().to_owned(),
        }
    }
}
