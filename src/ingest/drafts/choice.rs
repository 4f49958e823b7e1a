//! What of a story becomes files: what was asked for, and what the tier allows.

use super::target::Target;
use crate::base::{Digest, Timestamp};
use crate::ingest::{JournalChoice, RetentionTier, TaskChoice};
use crate::ontology::Ontology;
use std::collections::BTreeMap;

/// What of a story becomes files, and what is around them.
pub struct DraftChoice<'a> {
    /// How much is kept. Where it allows less than is asked for below, it decides.
    pub tier: RetentionTier,
    /// Which events become records.
    pub journal: JournalChoice,
    /// What of tasks becomes records.
    pub tasks: TaskChoice,
    /// Whether the run's `MEMORY.md` is proposed.
    pub memory_md: bool,
    /// Whether the session becomes a record, with the summary.
    pub session: bool,
    /// Whether names and digests of artifacts become a record.
    pub manifests: bool,
    /// Whether a retrospective becomes a record.
    pub retrospectives: bool,
    /// Whether failures that were mended become drafts of practices.
    pub lessons: bool,
    /// Where the files of the run lie.
    pub target: &'a Target,
    /// The organization whose memory it is.
    pub organization: &'a str,
    /// The digest of the source.
    pub source_digest: &'a Digest,
    /// The id of the record of the repository that the run worked in, where the request names it: `repository:krate`.
    pub repository: Option<&'a str>,
    /// Who answers for the records that need an owner: `team:`, `user:` or `group:` ids.
    pub owners: &'a [String],
    /// What stands for the moment of a source that names none. It must be the same whenever files are made of the same import.
    pub known_at: Timestamp,
    /// The ontology of the memory.
    pub ontology: &'a Ontology,
    /// Whether the memory has a record of an id. An edge leads only to what is there.
    pub exists: &'a dyn Fn(&str) -> bool,
    /// `babysitter/MEMORY.md` as the memory has it.
    pub memory: Option<&'a str>,
    /// The artifacts whose bytes are kept, by name.
    pub bytes: &'a BTreeMap<String, KeptBytes>,
}

/// The bytes of an artifact, as they are kept: screened, and not for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBytes {
    /// The digest of what is kept, which names it in the artifact store.
    pub digest: Digest,
    /// When they may be removed.
    pub expires_at: Timestamp,
}

impl DraftChoice<'_> {
    /// Which events become records, by request and tier.
    pub fn journal_kept(&self) -> JournalChoice {
        match (self.tier, self.journal) {
            (RetentionTier::ArtifactManifestOnly | RetentionTier::SummaryOnly, _) => JournalChoice::None,
            (RetentionTier::CuratedJournal, JournalChoice::Full) => JournalChoice::Curated,
            (_, asked) => asked,
        }
    }

    /// What of tasks becomes records, by request and tier.
    pub fn tasks_kept(&self) -> TaskChoice {
        match (self.tier, self.tasks) {
            (RetentionTier::ArtifactManifestOnly, _) => TaskChoice::None,
            (RetentionTier::SummaryOnly | RetentionTier::CuratedJournal, TaskChoice::Full) => TaskChoice::Summarized,
            (_, asked) => asked,
        }
    }

    pub(super) fn keeps_summary(&self) -> bool {
        self.tier > RetentionTier::ArtifactManifestOnly
    }

    pub(super) fn keeps_lessons(&self) -> bool {
        self.lessons && self.keeps_summary()
    }

    /// The owners, or one that says who should look: records need one.
    pub(in crate::ingest) fn owners(&self) -> Vec<String> {
        let listed = self.ontology.vocabulary.owners.as_deref().unwrap_or_default();
        match (self.owners, listed.first()) {
            ([], Some(first)) => vec![first.clone()],
            ([], None) => vec!["group:memory-reviewers".to_owned()],
            (owners, _) => owners.to_vec(),
        }
    }

    pub(super) fn tier_name(&self) -> String {
        match serde_json::to_value(self.tier) {
            Ok(serde_json::Value::String(name)) => name,
            _ => String::new(),
        }
    }
}
