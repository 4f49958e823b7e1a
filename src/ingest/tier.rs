//! How much of a run is kept.

use serde::{Deserialize, Serialize};

/// How much of a run is kept, least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetentionTier {
    /// Names, sizes and digests of artifacts, and the run's own record.
    ArtifactManifestOnly,
    /// The run, its summary, its session, sums of its tasks.
    #[default]
    SummaryOnly,
    /// Besides, the events that say something.
    CuratedJournal,
    /// Besides, every event, redacted; a reviewer has to see it.
    FullJournalRedacted,
    /// Besides, the bytes of artifacts, in the artifact store and never in git; restricted.
    ArtifactBytesRetained,
}

impl RetentionTier {
    /// Every tier, least first.
    pub const ALL: [Self; 5] = [
        Self::ArtifactManifestOnly,
        Self::SummaryOnly,
        Self::CuratedJournal,
        Self::FullJournalRedacted,
        Self::ArtifactBytesRetained,
    ];

    /// The tier as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ArtifactManifestOnly => "artifact-manifest-only",
            Self::SummaryOnly => "summary-only",
            Self::CuratedJournal => "curated-journal",
            Self::FullJournalRedacted => "full-journal-redacted",
            Self::ArtifactBytesRetained => "artifact-bytes-retained",
        }
    }
}

/// Which events of the journal become records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JournalChoice {
    /// None.
    None,
    /// Those that say something: begin and end, failures and what mended them, halts, decisions.
    Curated,
    /// All of them, redacted.
    Full,
}

/// What of the tasks becomes records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskChoice {
    /// Nothing.
    None,
    /// Status, times, and a short sum of the result.
    Summarized,
    /// The whole result, redacted.
    Full,
}
