//! Who brought each line of a document: the landing, with the update, the approvers and the run that its commit names.

use super::EngineError;
use super::memory::Memory;
use super::types::{Document, RefRequest, Resolution};
use crate::base::{CommitId, RepoPath, Timestamp};
use crate::change::verify::merge_facts;
use crate::git::ReadRepository;
use crate::index::LineOrigin;
use crate::query::Visibility;
use std::collections::HashMap;

/// The lines of a document, in runs that one landing brought.
#[derive(Clone, Debug)]
pub struct Blame {
    /// The commit.
    pub resolution: Resolution,
    /// The document.
    pub path: String,
    /// Its lines, in order.
    pub runs: Vec<BlameRun>,
    /// Whether lines were left out at the size limit.
    pub truncated: bool,
    /// How many secrets were hidden.
    pub redactions: usize,
}

/// Lines in a row that one landing brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlameRun {
    /// First line.
    pub line_start: u32,
    /// Last line.
    pub line_end: u32,
    /// The lines, redacted; none where hiding a secret joined lines.
    pub lines: Vec<String>,
    /// What brought them; `None` where history is not filled in that far.
    pub by: Option<Landing>,
}

/// A landing as it tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The commit.
    pub commit: CommitId,
    /// When it landed; `None` off the approved line.
    pub landed_at: Option<Timestamp>,
    /// Who wrote it.
    pub author: String,
    /// Who approved it.
    pub approvers: Vec<String>,
    /// The update that it merged.
    pub update: Option<String>,
    /// The run that it came from.
    pub source_run: Option<String>,
}

impl Memory {
    /// Who brought each line of a document, seeing everything.
    pub fn blame(&self, path: &str, lines: Option<(u32, u32)>, at: &RefRequest) -> Result<Blame, EngineError> {
        self.blame_as(path, lines, at, &Visibility::default())
    }

    pub(super) fn blame_as(
        &self,
        path: &str,
        lines: Option<(u32, u32)>,
        at: &RefRequest,
        visibility: &Visibility,
    ) -> Result<Blame, EngineError> {
        let document = self.document_as(path, lines, at, visibility)?;
        let parsed = RepoPath::parse(&document.path).expect("a path of the index");
        let origins =
            self.with_history(document.resolution.commit, |view| Ok(view.origins(&parsed).unwrap_or_default()))?;
        let runs = self.runs(&document, &origins)?;
        let Document { resolution, path, truncated, redactions, .. } = document;
        Ok(Blame { resolution, path, runs, truncated, redactions })
    }

    fn runs(&self, document: &Document, origins: &[LineOrigin]) -> Result<Vec<BlameRun>, EngineError> {
        let texts: Vec<&str> = document.text.lines().collect();
        let asked = (document.line_end + 1 - document.line_start) as usize;
        let aligned = texts.len() == asked || document.truncated;
        let last = if document.truncated { document.line_start + texts.len() as u32 - 1 } else { document.line_end };
        let mut known: HashMap<CommitId, Landing> = HashMap::new();
        let mut runs = Vec::new();
        for origin in origins {
            let (from, to) = (origin.first.max(document.line_start), origin.last.min(last));
            if from > to {
                continue;
            }
            let by = origin.commit.map(|commit| self.landing_once(commit, &mut known)).transpose()?;
            let at = |line: u32| (line - document.line_start) as usize;
            let shown = texts.get(at(from)..=at(to)).filter(|_| aligned).unwrap_or_default();
            let lines = shown.iter().map(|line| (*line).to_owned()).collect();
            runs.push(BlameRun { line_start: from, line_end: to, lines, by });
        }
        Ok(runs)
    }

    fn landing_once(&self, commit: CommitId, known: &mut HashMap<CommitId, Landing>) -> Result<Landing, EngineError> {
        if let Some(landing) = known.get(&commit) {
            return Ok(landing.clone());
        }
        let landing = self.landing_of(commit)?;
        known.insert(commit, landing.clone());
        Ok(landing)
    }

    /// What a landing tells of itself: a merge of an update names it, its approvers, and the run it came from.
    pub(super) fn landing_of(&self, id: CommitId) -> Result<Landing, EngineError> {
        let commit = self.repo.commit(id)?;
        let facts = merge_facts(&commit).ok().filter(|_| commit.parents.len() == 2);
        let author = format!("{} <{}>", commit.author.name, commit.author.email);
        let landed_at = self.line()?.landed_at(id);
        let (approvers, update, source_run) = match facts {
            Some(facts) => {
                let by = facts.approvals.iter().map(|approval| approval.by.to_string()).collect();
                (by, Some(facts.update.to_string()), facts.source_run)
            }
            None => (Vec::new(), None, None),
        };
        Ok(Landing { commit: id, landed_at, author, approvers, update, source_run })
    }
}
