//! Where lines come from: the landing that brought each, with the update and the approvers that its commit names.

use super::EngineError;
use super::memory::Memory;
use super::types::{GrepLine, Introduced};
use crate::base::{CommitId, RepoPath};
use crate::change::verify::merge_facts;
use crate::git::ReadRepository;
use crate::index::{LineOrigin, View};
use crate::query::QueryOutcome;
use std::collections::HashMap;

/// The most approvers that are named with a line: as many as a policy can ask for.
const MOST_APPROVERS: usize = 20;

/// What landings say of themselves, each read once.
struct Credits<'m> {
    memory: &'m Memory,
    known: HashMap<CommitId, Introduced>,
}

impl Credits<'_> {
    fn of(&mut self, commit: CommitId) -> Result<&Introduced, EngineError> {
        if !self.known.contains_key(&commit) {
            self.known.insert(commit, self.memory.introduced(commit)?);
        }
        Ok(&self.known[&commit])
    }
}

impl Memory {
    /// Names updates and approvers in the origins of an answer, and says where origins are not known.
    pub(super) fn credit(&self, outcome: &mut QueryOutcome) -> Result<(), EngineError> {
        let mut credits = Credits { memory: self, known: HashMap::new() };
        let mut is_open = false;
        for origin in outcome.excerpts.iter_mut().flat_map(|excerpt| excerpt.origins.iter_mut().flatten()) {
            let Some(commit) = origin.commit else {
                is_open = true;
                continue;
            };
            let introduced = credits.of(commit)?;
            origin.update.clone_from(&introduced.update);
            origin.approvers.clone_from(&introduced.approvers);
        }
        if is_open {
            outcome.plan.notes.push("origins: the landing of some lines is not known yet: ask again".to_owned());
        }
        Ok(())
    }

    /// Names the landing that brought each line that was found.
    pub(super) fn credit_lines(&self, view: &View, lines: &mut [GrepLine]) -> Result<(), EngineError> {
        let mut credits = Credits { memory: self, known: HashMap::new() };
        for file in lines.chunk_by_mut(|a, b| a.path == b.path) {
            let path = RepoPath::parse(&file[0].path).expect("a path of the index");
            let origins = view.origins(&path).unwrap_or_default();
            for line in file {
                let commit = origin_of(&origins, line.line);
                line.introduced = commit.map(|commit| credits.of(commit).cloned()).transpose()?;
            }
        }
        Ok(())
    }

    /// What a landing says of itself: a merge of an update names it, and who approved it.
    fn introduced(&self, id: CommitId) -> Result<Introduced, EngineError> {
        let commit = self.repo.commit(id)?;
        let Some(facts) = merge_facts(&commit).ok().filter(|_| commit.parents.len() == 2) else {
            return Ok(Introduced { commit: id, update: None, approvers: Vec::new() });
        };
        let by = facts.approvals.iter().take(MOST_APPROVERS).map(|approval| approval.by.to_string());
        Ok(Introduced { commit: id, update: Some(facts.update.to_string()), approvers: by.collect() })
    }
}

/// The landing of one line, among runs in order.
fn origin_of(origins: &[LineOrigin], line: u32) -> Option<CommitId> {
    let run = origins.partition_point(|run| run.last < line);
    origins.get(run).filter(|run| run.first <= line)?.commit
}
