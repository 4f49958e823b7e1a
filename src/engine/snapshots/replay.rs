//! Pins what a question selects, and asks it again later: the digests say whether anything is different.

use super::SnapshotContent;
use crate::base::id::SnapshotId;
use crate::base::{CommitId, Digest};
use crate::engine::memory::Memory;
use crate::engine::{Ask, Code, EngineError, RefRequest};
use crate::query::{Mode, Visibility};

/// What asking again came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The snapshot.
    pub id: SnapshotId,
    /// The commit that was asked.
    pub commit: CommitId,
    /// Each digest, as it was and as it is.
    pub digests: Vec<ReplayedDigest>,
}

/// A digest as it was and as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayedDigest {
    /// Which, such as `selectedRecordsDigest`.
    pub name: &'static str,
    /// As the snapshot has it.
    pub pinned: Digest,
    /// As it is today.
    pub today: Digest,
}

impl Replay {
    /// Whether every digest is the same.
    pub fn is_same(&self) -> bool {
        self.digests.iter().all(|digest| digest.pinned == digest.today)
    }
}

impl Memory {
    /// What a commit, and a query at it, would pin.
    pub(super) fn pin(
        &self,
        at: &RefRequest,
        query: Option<&Ask>,
        visibility: &Visibility,
    ) -> Result<SnapshotContent, EngineError> {
        let Some(ask) = query else {
            let resolution = self.resolve(at)?;
            return Ok(SnapshotContent::new(&self.name, &resolution, at.requested_at.clone(), None));
        };
        require_selection(ask)?;
        let ask = Ask { at: at.clone(), ..ask.clone() };
        let answer = self.query_as(&ask, visibility)?;
        let request = self.request(&ask, &answer.resolution);
        let asked = Some((request, &answer.outcome));
        Ok(SnapshotContent::new(&self.name, &answer.resolution, at.requested_at.clone(), asked))
    }

    /// Asks again what a snapshot pins.
    pub(super) fn replay(
        &self,
        id: &SnapshotId,
        pinned: &SnapshotContent,
        visibility: &Visibility,
    ) -> Result<Replay, EngineError> {
        let commit = pinned.resolved_commit;
        let ontology = self.ontology(commit)?;
        let index = self.with_view(commit, |view| Ok(view.digest().clone()))?;
        let mut digests = vec![
            replayed("ontologyDigest", &pinned.ontology_digest, ontology.ontology.digest.clone()),
            replayed("indexDigest", &pinned.index_digest, index),
        ];
        if let Some(query) = &pinned.query {
            let outcome = self.run_at(commit, &query.request, visibility)?;
            digests.extend([
                replayed("queryManifestDigest", &query.query_manifest_digest, outcome.query_manifest_digest),
                replayed("selectedRecordsDigest", &query.selected_records_digest, outcome.selected_records_digest),
                replayed("selectedExcerptsDigest", &query.selected_excerpts_digest, outcome.selected_excerpts_digest),
            ]);
        }
        Ok(Replay { id: id.clone(), commit, digests })
    }
}

fn replayed(name: &'static str, pinned: &Digest, today: Digest) -> ReplayedDigest {
    ReplayedDigest { name, pinned: pinned.clone(), today }
}

/// A snapshot is of a selection: what changed since, and what validation says, select nothing.
fn require_selection(ask: &Ask) -> Result<(), EngineError> {
    if !matches!(ask.question.mode, Mode::DiffRef | Mode::OntologyValidation) {
        return Ok(());
    }
    let message = "a snapshot pins what a query selects: leave out the modes diff-ref and ontology-validation";
    Err(EngineError::new(Code::InvalidQuery, message).because("Invalid", Some("query.queryMode"), message))
}
