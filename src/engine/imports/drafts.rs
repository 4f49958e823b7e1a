//! The files that an import makes, looked at once more before anything is stored.

use super::import::Job;
use super::stop::Stop;
use super::types::NewImport;
use super::{asked, collect};
use crate::base::{Digest, OrgId, RepoPath};
use crate::engine::{Code, EngineError};
use crate::ingest::bundle::Bundle;
use crate::ingest::{DraftChoice, RetentionTier, Story};
use crate::screen::{Scrubber, find_secrets};

/// A file that an import makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) path: RepoPath,
    pub(super) content: String,
}

/// A file that an import would make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftView {
    /// Where it would be.
    pub path: String,
    /// Its text.
    pub content: String,
    /// The digest of that.
    pub digest: Digest,
}

/// The files that an import of a run would make, without a server.
pub fn import_drafts(org: &OrgId, new: &NewImport, bundle: &Bundle) -> Result<Vec<DraftView>, EngineError> {
    asked::check(org, new)?;
    let run = collect::run_of(new, bundle)?;
    let target = asked::target(new, &run)?;
    let collected = collect::collect_run(bundle, new.kind)?;
    let choice = choice(org, new, target, bundle.digest(), new.tier);
    let check = collect::check_head(org, new, &collected, true).and_then(|()| collect::check_redaction(&collected));
    check.map_err(|stop| stop.error)?;
    let made = screened(crate::ingest::drafts(&collected.story, &choice)).map_err(|stop| stop.error)?;
    let view = |made: Made| {
        let digest = Digest::of(made.content.as_bytes());
        DraftView { path: made.path.to_string(), content: made.content, digest }
    };
    Ok(made.into_iter().map(view).collect())
}

/// The files of an import, of a tier.
pub(super) fn made(job: &Job<'_>, story: &Story, tier: RetentionTier) -> Result<Vec<Made>, Stop> {
    let target = RepoPath::parse(&job.import.target);
    let target = target.map_err(|e| Stop::server(EngineError::new(Code::Internal, e.to_string())))?;
    let choice = choice(&job.caller.org, job.new, target, &job.import.source, tier);
    screened(crate::ingest::drafts(story, &choice))
}

/// Looks at every file once more: whatever is found now is taken out as well, and where something is found even then,
/// nothing is stored.
fn screened(drafts: Vec<crate::ingest::DraftFile>) -> Result<Vec<Made>, Stop> {
    let mut scrubber = Scrubber::default();
    drafts.into_iter().map(|draft| once_more(&mut scrubber, draft)).collect()
}
