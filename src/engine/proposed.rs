//! Validation for callers: of a commit, of what came since another one, or of changes that nobody has proposed yet.

use super::reads::visibility;
use super::server::Engine;
use super::types::{RefRequest, Resolution};
use super::update_types::NewChange;
use super::updates::{decide_spec, file_change};
use super::{Code, EngineError};
use crate::access::{Action, Caller, SourceScope, decide};
use crate::base::{CommitId, Digest, Finding, RepositoryName};
use crate::change::{self, ChangeSpec, LoadedTree};
use crate::check::{Summary, brought_by_change, check};
use crate::git::At;
use crate::query::{DeniedScope, Visibility};

/// The most findings of one answer; all of them are counted.
pub const MOST_FINDINGS: usize = 1_000;

/// What a face wants validated.
#[derive(Clone, Debug, Default)]
pub struct AskValidation {
    /// The repository; `None` where the org has one only.
    pub repository: Option<String>,
    /// The commit; with changes the one that they are made on.
    pub at: RefRequest,
    /// Only what has come since this commit; with changes and none: what the changes bring.
    pub base: Option<RefRequest>,
    /// What the commit's files would become.
    pub changes: Vec<NewChange>,
}

/// What validation says of it.
#[derive(Clone, Debug)]
pub struct Validated {
    /// The commit that was asked for.
    pub resolution: Resolution,
    /// Whether its files were changed before they were validated.
    pub proposed: bool,
    /// What the findings are measured against.
    pub base: Option<CommitId>,
    /// The digest of the ontology that was validated by.
    pub ontology_digest: Digest,
    /// The first findings.
    pub findings: Vec<Finding>,
    /// The counts, of all of them.
    pub summary: Summary,
    /// Whether there are more findings.
    pub truncated: bool,
    /// What was left out because the caller may not see it.
    pub denied_scopes: Vec<DeniedScope>,
}

impl Engine {
    /// Validates a commit, or changes on it. Nothing is written and no reference moves.
    ///
    /// A narrowed token is answered as if the files outside its scope were not there: whether an id is taken, or an
    /// edge leads somewhere, would tell of them.
    pub fn validate(&self, caller: &Caller, ask: &AskValidation) -> Result<(RepositoryName, Validated), EngineError> {
        decide(caller, &Action::Validate)?;
        whole_files_only(caller)?;
        let changes = ask.changes.iter().enumerate().map(|(n, c)| file_change(n, c)).collect::<Result<_, _>>()?;
        let spec = ChangeSpec::Changes(changes);
        decide_spec(caller, &spec)?;
        let (row, served) = self.named(caller, ask.repository.as_deref())?;
        let memory = &served.memory;
        let resolution = memory.resolve(&ask.at)?;
        let proposed = !ask.changes.is_empty();
        let base = ask.base.as_ref().map(|base| memory.commit_named(base)).transpose()?;
        let base = base.or(proposed.then_some(resolution.commit));
        let at = At::Commit(resolution.commit);
        let tree = match &spec {
            ChangeSpec::Changes(changes) if proposed => change::trial(&memory.repo, at, changes, &memory.parsed)?,
            _ => memory.tree(at)?,
        };
        let mut seen = Seen::of(caller);
        let after = seen.part(tree);
        let report = match base {
            Some(base) => {
                let before = Seen::of(caller).part(memory.tree(At::Commit(base))?);
                brought_by_change(&before.check_input(), &after.check_input())
            }
            None => check(&after.check_input()),
        };
        // Answers speak of the whole memory, and changes that nobody has proposed are in no index.
        let report = match caller.scope {
            None if !proposed => report.with(memory.broken_at(base, resolution.commit)?),
            _ => report,
        };
        let mut findings = report.findings;
        let truncated = findings.len() > MOST_FINDINGS;
        findings.truncate(MOST_FINDINGS);
        let ontology_digest = after.ontology.digest.clone();
        let (summary, denied_scopes) = (report.summary, seen.denied());
        let validated =
            Validated { resolution, proposed, base, ontology_digest, findings, summary, truncated, denied_scopes };
        Ok((row.name, validated))
    }
}

/// The part of a tree that a caller sees, and how much is outside of it.
struct Seen {
    visibility: Visibility,
    hidden: usize,
}

impl Seen {
    fn of(caller: &Caller) -> Self {
        Self { visibility: visibility(caller), hidden: 0 }
    }

    fn part(&mut self, mut tree: LoadedTree) -> LoadedTree {
        self.hidden = super::sight::see_part(&self.visibility, &mut tree);
        tree
    }

    fn denied(self) -> Vec<DeniedScope> {
        let Some(globs) = self.visibility.include_paths.filter(|_| self.hidden > 0) else { return Vec::new() };
        let scope = format!("outside {}", globs.patterns().join(", "));
        vec![DeniedScope { kind: "path", scope, omitted: self.hidden }]
    }
}

/// Validation is of whole files, and a file may hold records of any kind.
fn whole_files_only(caller: &Caller) -> Result<(), EngineError> {
    let narrowed = |s: &SourceScope| !s.include_kinds().is_empty() || !s.exclude_kinds().is_empty();
    if !caller.scope.as_ref().is_some_and(narrowed) {
        return Ok(());
    }
    let message = "validation is not for a token that is narrowed by kinds of records";
    Err(EngineError::new(Code::ScopedToken, message).because("OutsideScope", Some("scope"), message))
}
