//! Why a file is written, and what a tier leaves out: in words, for whoever decides about a tier.

use crate::ingest::{DraftFile, MEMORY_PATH, RetentionTier, Story};
use crate::note::{self, Limits};

/// Why records of a kind are written.
const REASONS: &[(&str, &str)] = &[
    ("BabysitterRun", "every tier keeps the record of the run"),
    ("RunArtifactManifest", "every tier keeps names, sizes and digests of artifacts"),
    ("BabysitterSession", "from `summary-only` on: the session, with its summary"),
    ("RunTaskResult", "from `summary-only` on: how each task came out"),
    ("RunRetrospective", "from `summary-only` on: what the run says it learned"),
    ("AgentPractice", "from `summary-only` on: a failure and what mended it, as a draft"),
    ("RunJournalEvent", "from `curated-journal` on: events of the journal"),
    (MARKDOWN, "from `summary-only` on: what the run wants to be remembered"),
];
/// What stands for the kind of a file without a record.
const MARKDOWN: &str = "Markdown";

/// The kind of the record in a file.
pub(super) fn kind_of(file: &DraftFile) -> String {
    if file.path.as_str() == MEMORY_PATH {
        return MARKDOWN.to_owned();
    }
    let read = note::read(&file.path, file.content.as_bytes(), &Limits::default());
    let kind = read.records.first().and_then(|record| record.kind.as_ref());
    kind.map_or_else(|| MARKDOWN.to_owned(), |kind| kind.value.clone())
}

/// The ids of the records in a file.
pub(super) fn ids_of(file: &DraftFile) -> Vec<String> {
    let read = note::read(&file.path, file.content.as_bytes(), &Limits::default());
    read.records.iter().map(|record| record.id.value.clone()).collect()
}

/// Why a file with a record of a kind is written.
pub(super) fn reason(kind: &str) -> &'static str {
    REASONS.iter().find(|(known, _)| *known == kind).map_or("the tier keeps it", |(_, reason)| reason)
}

/// What of a run a tier does not keep.
pub(super) fn left_out(story: &Story, tier: RetentionTier) -> Vec<String> {
    let mut left = Vec::new();
    let mut none = |n: u64, [one, many]: [&str; 2], from: RetentionTier| {
        if n > 0 && tier < from {
            let what = if n == 1 { one } else { many };
            left.push(format!("{n} {what}: `{}` and what is above keep them", from.as_str()));
        }
    };
    none(story.tasks.total, ["result of a task", "results of tasks"], RetentionTier::SummaryOnly);
    none(story.documents.total, ["text for people", "texts for people"], RetentionTier::SummaryOnly);
    none(story.events.total, ["event of the journal", "events of the journal"], RetentionTier::CuratedJournal);
    none(
        story.artifacts.total,
        ["artifact with its bytes", "artifacts with their bytes"],
        RetentionTier::ArtifactBytesRetained,
    );
    left
}
