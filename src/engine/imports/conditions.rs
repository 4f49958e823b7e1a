//! The conditions of an import: what is done, what is not yet, and what keeps it back, by digests alone.

use super::types::ImportCondition;
use super::view::Summary;
use crate::base::{Digest, Finding, Severity};
use crate::records::{Import, ImportPhase, Phase, Revision, Update};
use std::collections::BTreeMap;

/// What conditions are made of.
pub(super) struct Ground<'a> {
    pub(super) import: &'a Import,
    pub(super) summary: &'a Summary,
    pub(super) update: Option<&'a (Update, Revision)>,
    pub(super) validation: Option<&'a Digest>,
}

/// The conditions of an import, in the order in which they come true.
const ALL: [&str; 8] = [
    "SourceResolved",
    "OrgScopeVerified",
    "SecretsRedacted",
    "PromptInjectionScanned",
    "OntologyValid",
    "ReviewReady",
    "MemoryMerged",
    "Ready",
];

/// Every condition of an import.
pub(super) fn of(ground: &Ground<'_>) -> Vec<ImportCondition> {
    let mut blocked: Option<(String, String)> = None;
    let mut all = Vec::new();
    for kind in ALL {
        let (status, reason, message) = match &blocked {
            Some((reason, message)) if kind == "Ready" => ("False", reason.clone(), message.clone()),
            Some((reason, _)) => ("Unknown", reason.clone(), String::new()),
            None => said(ground, kind),
        };
        if status == "False" && blocked.is_none() && kind != "Ready" && is_blocking(ground, kind) {
            blocked = Some((reason.clone(), message.clone()));
        }
        all.push(ImportCondition { kind, status, reason, message, digests: digests(ground, kind) });
    }
    all
}

/// Whether what comes after an unmet condition cannot be said. What only waits for people is said.
fn is_blocking(ground: &Ground<'_>, kind: &str) -> bool {
    kind != "MemoryMerged" || ground.import.shown == ImportPhase::Rejected
}

fn said(ground: &Ground<'_>, kind: &'static str) -> (&'static str, String, String) {
    if let Some(failed) = ground.import.failed.as_ref().filter(|failed| failed.condition == kind) {
        return ("False", failed.reason.clone(), failed.message.clone());
    }
    let (status, reason, message) = match kind {
        "SourceResolved" => source(ground),
        "OrgScopeVerified" => done(ground, Step::Screened, "SameOrg"),
        "SecretsRedacted" if ground.summary.redaction.total == 0 => done(ground, Step::Kept, "NothingFound"),
        "SecretsRedacted" => done(ground, Step::Kept, "Redacted"),
        "PromptInjectionScanned" if ground.summary.injections == 0 => done(ground, Step::Kept, "NothingFound"),
        "PromptInjectionScanned" => done(ground, Step::Kept, "Redacted"),
        "OntologyValid" => valid(ground),
        "ReviewReady" => reviewable(ground),
        _ => merged(ground),
    };
    (status, reason.to_owned(), message)
}

type Said = (&'static str, &'static str, String);

fn source(ground: &Ground<'_>) -> Said {
    let problems: u64 = ground.summary.problem_counts.values().sum();
    match done(ground, Step::Screened, "Collected") {
        ("True", ..) if problems > 0 => {
            ("True", "CollectedWithProblems", format!("{problems} parts of the source were left out or are doubtful"))
        }
        other => other,
    }
}

/// How far an import has come.
#[derive(PartialEq, PartialOrd)]
enum Step {
    Begun,
    Screened,
    Kept,
    Proposed,
}

fn step(ground: &Ground<'_>) -> Step {
    let import = ground.import;
    match import.phase {
        _ if import.update.is_some() || import.merged_commit.is_some() => Step::Proposed,
        _ if import.story.is_some() => Step::Kept,
        ImportPhase::Pending | ImportPhase::Collecting => Step::Begun,
        ImportPhase::Failed => Step::Screened,
        _ => Step::Screened,
    }
}

fn done(ground: &Ground<'_>, needs: Step, reason: &'static str) -> Said {
    if step(ground) >= needs { ("True", reason, String::new()) } else { ("Unknown", "NotYet", String::new()) }
}

fn valid(ground: &Ground<'_>) -> Said {
    match ground.update {
        Some((update, revision)) if update.phase == Phase::Invalid => {
            let findings: Vec<Finding> = serde_json::from_value(revision.findings.clone()).unwrap_or_default();
            let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
            ("False", "MEMORY_IMPORT_VALIDATION_FAILED", format!("the update has {errors} findings to be mended"))
        }
        Some((update, _)) if update.conflicts.is_some() => ("Unknown", "Conflicted", String::new()),
        _ => done(ground, Step::Proposed, "Valid"),
    }
}

fn reviewable(ground: &Ground<'_>) -> Said {
    match ground.update.map(|(update, _)| update.phase) {
        Some(Phase::Conflicted) => {
            ("False", "Conflicted", "the memory changed meanwhile: rerun the import on the present tip".to_owned())
        }
        Some(Phase::Validating) => ("Unknown", "NotYet", String::new()),
        _ => done(ground, Step::Proposed, "Proposed"),
    }
}

/// What `MemoryMerged` and `Ready` say.
fn merged(ground: &Ground<'_>) -> Said {
    let commit = ground.update.and_then(|(update, _)| update.merge_commit).or(ground.import.merged_commit);
    match (commit, ground.import.shown) {
        (Some(commit), ImportPhase::Merged) => ("True", "Merged", format!("commit {commit}")),
        (_, ImportPhase::Rejected) => ("False", "Rejected", "a reviewer turned it down".to_owned()),
        (_, ImportPhase::AwaitingReview) => ("False", "AwaitingReview", "a reviewer has to look at it".to_owned()),
        _ => ("Unknown", "NotYet", String::new()),
    }
}

fn digests(ground: &Ground<'_>, kind: &str) -> BTreeMap<&'static str, Digest> {
    let source = Some(("source", ground.import.source.clone()));
    let redaction = ground.import.redaction.clone().map(|digest| ("redactionReport", digest));
    let validation = ground.validation.cloned().map(|digest| ("validationReport", digest));
    let about = match kind {
        "SourceResolved" | "OrgScopeVerified" => [source, None, None],
        "SecretsRedacted" | "PromptInjectionScanned" => [source, redaction, None],
        _ => [source, redaction, validation],
    };
    about.into_iter().flatten().collect()
}
