//! Finds the landing that changed an answer, by halving the approved line.
//!
//! Halving takes the answer to have changed once between the two ends. Where it changed more often, the landing found
//! is one of those: both of its sides were asked, and they differ.

use super::audit::QUERY_EXECUTED;
use super::blaming::Landing;
use super::diffing::{AskDiff, MOST_DIFF_ITEMS};
use super::memory::Memory;
use super::reads::visibility;
use super::server::Engine;
use super::types::{Ask, RefRequest};
use super::{Code, DiffView, EngineError};
use crate::access::{Action, Caller, decide};
use crate::base::{CommitId, RepositoryName};
use crate::query::{QueryRequest, Visibility};

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct AskBisect {
    /// The question; its own commit does not count.
    pub ask: Ask,
    /// The record that the answer is expected to hold.
    pub expect: String,
    /// How far up; `None`: anywhere in the answer.
    pub rank: Option<usize>,
    /// The older end; `None`: the first landing.
    pub good: Option<RefRequest>,
    /// The newer end; `None`: the tip.
    pub bad: Option<RefRequest>,
}

/// The landing that changed an answer.
#[derive(Clone, Debug)]
pub struct Bisected {
    /// The landing.
    pub landing: Landing,
    /// The landing below it.
    pub before: CommitId,
    /// The rank of the record below, from 1; `None`: it was not in the answer.
    pub rank_before: Option<usize>,
    /// The rank of the record at the landing.
    pub rank_after: Option<usize>,
    /// How many commits were asked.
    pub asked: usize,
    /// Files, records and edges that the landing changed; `None` for a token that is narrowed by kinds of records.
    pub changes: Option<DiffView>,
}

/// One question, asked at one landing after another.
struct Probe<'m> {
    memory: &'m Memory,
    seen: &'m Visibility,
    request: QueryRequest,
    expect: &'m str,
    rank: Option<usize>,
    asked: usize,
}

impl Probe<'_> {
    /// The rank of the record at a commit.
    fn rank_at(&mut self, commit: CommitId) -> Result<Option<usize>, EngineError> {
        self.asked += 1;
        let outcome = self.memory.run_at(commit, &self.request, self.seen)?;
        let found = outcome.records.iter().position(|hit| hit.id == self.expect || hit.path == self.expect);
        Ok(found.map(|at| at + 1))
    }

    /// Whether a rank is as good as expected.
    fn holds(&self, rank: Option<usize>) -> bool {
        rank.is_some_and(|rank| self.rank.is_none_or(|most| rank <= most))
    }
}

impl Memory {
    /// Finds the landing that changed whether an answer holds a record, seeing everything.
    pub fn bisect(&self, ask: &AskBisect) -> Result<Bisected, EngineError> {
        self.bisect_as(ask, &Visibility::default(), usize::MAX)
    }

    fn bisect_as(&self, ask: &AskBisect, seen: &Visibility, most: usize) -> Result<Bisected, EngineError> {
        let line = self.line()?;
        let at = |end: &Option<RefRequest>, otherwise: usize| match end {
            Some(request) => self.position_of(&line, self.commit_named(request)?),
            None => Ok(otherwise),
        };
        self.current(&line)?;
        let (mut low, mut high) = (at(&ask.good, 0)?, at(&ask.bad, line.len() - 1)?);
        if low >= high {
            return Err(EngineError::new(
                Code::BadRequest,
                "the good commit is not below the bad one on the approved line",
            ));
        }
        // What is not filled in is made for each commit: slower, and the same.
        let _ = self.cover();
        let commit = |position: usize| line.up_to(position)[position].commit;
        let request = self.request(&ask.ask, &self.resolve(&RefRequest::default())?);
        let mut probe = Probe { memory: self, seen, request, expect: &ask.expect, rank: ask.rank, asked: 0 };
        let (mut rank_low, mut rank_high) = (probe.rank_at(commit(low))?, probe.rank_at(commit(high))?);
        let first = probe.holds(rank_low);
        if first == probe.holds(rank_high) {
            return Err(unchanged(first, commit(low), commit(high)));
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            let rank = probe.rank_at(commit(middle))?;
            let side = if probe.holds(rank) == first { (&mut low, &mut rank_low) } else { (&mut high, &mut rank_high) };
            (*side.0, *side.1) = (middle, rank);
        }
        let (before, after) = (commit(low), commit(high));
        let diff = AskDiff { from: at_commit(before), to: at_commit(after), ..AskDiff::default() };
        let changes = match self.diff_as(&diff, seen, most) {
            Err(error) if error.code == Code::ScopedToken => None,
            other => Some(other?),
        };
        Ok(Bisected {
            landing: self.landing_of(after)?,
            before,
            rank_before: rank_low,
            rank_after: rank_high,
            asked: probe.asked,
            changes,
        })
    }

    /// Where a commit stands on the approved line.
    pub(super) fn position_of(&self, line: &super::line::Line, commit: CommitId) -> Result<usize, EngineError> {
        let refused = || EngineError::new(Code::RefNotApproved, format!("commit {commit} is not on the approved line"));
        line.position(commit).ok_or_else(refused)
    }
}

impl Engine {
    /// Finds the landing that changed whether an answer holds a record, as far as the caller sees it: asks at both ends,
    /// and then at as many landings as halving takes.
    pub fn bisect(&self, caller: &Caller, ask: &AskBisect) -> Result<(RepositoryName, Bisected), EngineError> {
        decide(caller, &Action::ReadHistory)?;
        decide(caller, &Action::Query)?;
        let (row, served) = self.named(caller, ask.ask.repository.as_deref())?;
        let found = served.memory.bisect_as(ask, &visibility(caller), MOST_DIFF_ITEMS)?;
        let landing = served.memory.resolve(&at_commit(found.landing.commit))?;
        self.audit_read(caller, &row, QUERY_EXECUTED, &landing, None)?;
        Ok((row.name, found))
    }
}

fn at_commit(commit: CommitId) -> RefRequest {
    RefRequest { requested: Some(commit.to_string()), ..RefRequest::default() }
}

fn unchanged(holds: bool, low: CommitId, high: CommitId) -> EngineError {
    let says = if holds { "holds the record" } else { "does not hold the record" };
    let message =
        format!("the answer {says} at {} and at {}: nothing between them is to be found", low.short(), high.short());
    EngineError::new(Code::NotFound, message)
}
