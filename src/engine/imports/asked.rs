//! What an import was asked for, checked: bounded, without secrets, no more than its tier allows.

use super::types::NewImport;
use crate::base::OrgId;
use crate::engine::updates::holds_secret;
use crate::engine::{Code, EngineError};
use crate::ingest::{JournalChoice, RetentionTier, Target, TaskChoice};

/// The longest name of a run, session or repository, in bytes.
const LONGEST_NAME: usize = 200;

/// Checks what can be checked without the source.
pub(super) fn check(org: Option<&OrgId>, new: &NewImport) -> Result<(), EngineError> {
    if !new.redact_secrets {
        let message = "secrets are always taken out: leave `redactSecrets` out, or say true";
        return Err(refused("RedactionRequired", "validationPolicy.redactSecrets", message));
    }
    if !new.detect_prompt_injection {
        let message = "what is aimed at agents is always looked for: leave `detectPromptInjection` out, or say true";
        return Err(refused("InjectionScanRequired", "validationPolicy.detectPromptInjection", message));
    }
    let names = [
        ("source.runId", new.run_id.as_deref()),
        ("source.sessionId", new.session_id.as_deref()),
        ("source.repository", new.source_repository.as_deref()),
    ];
    names.into_iter().try_for_each(|(field, name)| check_name(field, name))?;
    check_tier(new)?;
    if let Some(target) = &new.target {
        check_target(target)?;
    }
    let named = new.source_repository.as_deref().and_then(org_of);
    match org.zip(named) {
        Some((org, named)) if named != org.as_str() => Err(other_org("source.repository")),
        _ => Ok(()),
    }
}

/// The folder that the records of a run go into.
pub(super) fn target(new: &NewImport, run: &str) -> Result<Target, EngineError> {
    match &new.target {
        Some(target) => check_target(target),
        None => Ok(Target::named(run)),
    }
}

/// Which events become records: what was asked for, or what is usual for the tier. The tier decides where that is more.
pub(super) fn journal(new: &NewImport, tier: RetentionTier) -> JournalChoice {
    new.include.journal.unwrap_or(most_journal(tier))
}

/// Whether a source that names this org is of this one.
pub(super) fn is_of(org: &OrgId, named: &str) -> bool {
    named.strip_prefix("krate-org-").unwrap_or(named).eq_ignore_ascii_case(org.as_str())
}

fn most_journal(tier: RetentionTier) -> JournalChoice {
    match tier {
        RetentionTier::ArtifactManifestOnly | RetentionTier::SummaryOnly => JournalChoice::None,
        RetentionTier::CuratedJournal => JournalChoice::Curated,
        RetentionTier::FullJournalRedacted | RetentionTier::ArtifactBytesRetained => JournalChoice::Full,
    }
}

fn rank(choice: JournalChoice) -> u8 {
    match choice {
        JournalChoice::None => 0,
        JournalChoice::Curated => 1,
        JournalChoice::Full => 2,
    }
}

fn check_tier(new: &NewImport) -> Result<(), EngineError> {
    let most = most_journal(new.tier);
    if new.include.journal.is_some_and(|asked| rank(asked) > rank(most)) {
        let message =
            "so much of the journal needs a higher retention tier: `curated-journal` or `full-journal-redacted`";
        return Err(refused("TierTooLow", "include.journal", message));
    }
    if new.include.task_results == TaskChoice::Full && new.tier < RetentionTier::FullJournalRedacted {
        let message = "whole results of tasks need the retention tier `full-journal-redacted`";
        return Err(refused("TierTooLow", "include.taskResults", message));
    }
    Ok(())
}

fn check_target(target: &str) -> Result<Target, EngineError> {
    let folder = Target::parse(target).map_err(|e| refused("Malformed", "targetPath", e.to_string()))?;
    if holds_secret(target) {
        return Err(refused("HoldsSecret", "targetPath", "the path holds a secret: take it out, and revoke it"));
    }
    Ok(folder)
}

/// A name that becomes a part of paths and of commits.
pub(super) fn check_name(field: &str, name: Option<&str>) -> Result<(), EngineError> {
    let Some(name) = name else { return Ok(()) };
    if name.trim().is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(refused(
            "Malformed",
            field,
            format!("a name has 1 to {LONGEST_NAME} bytes, and no control character"),
        ));
    }
    if holds_secret(name) {
        return Err(refused("HoldsSecret", field, "it holds a secret: take it out, and revoke it"));
    }
    Ok(())
}

/// The org of a repository that is named with one: `a5c/krate`. An address is none: whose host it is does not say so.
fn org_of(repository: &str) -> Option<&str> {
    let (org, name) = repository.split_once('/')?;
    let plain = |text: &str| !text.is_empty() && !text.contains(['/', ':', '@']);
    (plain(org) && plain(name)).then(|| org.strip_prefix("krate-org-").unwrap_or(org))
}

/// The refusal of a run that is of another org.
pub(super) fn other_org(field: &str) -> EngineError {
    let message = "the run does not belong to the org of the request";
    EngineError::new(Code::CrossOrgRefDenied, message).because(
        "UnresolvedReference",
        Some(field),
        "import a run into the org that it ran for",
    )
}

/// A refusal of what was asked or sent.
pub(super) fn refused(reason: &str, field: &str, message: impl Into<String>) -> EngineError {
    let message = message.into();
    EngineError::new(Code::InvalidImport, message.clone()).because(reason, Some(field), message)
}

/// The refusal of a request that sends nothing and names nothing.
pub(super) fn nothing_sent() -> EngineError {
    let message = "send the run as the part `run` of `multipart/form-data`, or name it below an import root";
    refused("Required", "source.a5cRunPath", message)
}

/// The request as it is kept with the import.
pub(super) fn kept(new: &NewImport) -> serde_json::Value {
    serde_json::to_value(new).expect("a request is plain JSON")
}

/// A tier as it is written.
pub(super) fn tier_name(tier: RetentionTier) -> &'static str {
    tier.as_str()
}
