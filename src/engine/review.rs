//! The pre-receive hook's decision: each reference by right, then what it would land by validation. Fails closed.

use super::push::commit_or_null;
use super::{Code, EngineError, Validation, asking, brought, bulk, signed, state, validating};
use crate::access::{Caller, Denial, RefMove, RepositoryPolicy, Role, decide_ref};
use crate::base::id::TokenId;
use crate::base::{CommitId, OrgId, Principal, RepositoryName, Severity, Timestamp};
use crate::change::{self, ParseCache};
use crate::git::{At, ReadRepository, RefSpec, Repository, ResolveError};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The environment variable that carries the server's payload to the hook.
pub const PAYLOAD_VARIABLE: &str = "LOREKEEP_PUSH";
/// The most references of one push.
const MAX_REFS: usize = 1000;
/// The rules whose errors no branch takes, whatever it is for: what they find must not be stored.
pub(super) const NEVER_STORED: [&str; 3] = ["LK501", "LK601", "LK603"];

/// What git gave the pre-receive hook: its environment and the lines of its standard input.
#[derive(Clone, Debug, Default)]
pub struct HookInput {
    /// `GIT_DIR`, or the working directory.
    pub git_dir: PathBuf,
    /// `GIT_OBJECT_DIRECTORY`, while objects are quarantined.
    pub object_directory: Option<PathBuf>,
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`.
    pub alternates: Vec<PathBuf>,
    /// The payload of the server, absent where something else serves the repository.
    pub payload: Option<String>,
    /// Standard input: `old new ref` lines, size bounded by the caller.
    pub lines: String,
}

/// What the hook decided.
#[derive(Clone, Debug, Default)]
pub struct HookVerdict {
    /// Whether the push goes through.
    pub accepted: bool,
    /// References refused by right: name, reason.
    pub refused: Vec<(String, String)>,
    /// What validation found per reference.
    pub validations: Vec<(String, Validation)>,
}

/// What the server tells the hook. The environment of the process carries it: nothing of the client reaches there.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) push: Push,
    pub(super) policy: RepositoryPolicy,
    pub(super) report: PathBuf,
    /// The folder of the validation state.
    pub(super) state: PathBuf,
    /// The file of the keys that sign now.
    pub(super) signers: PathBuf,
    /// Where the server waits for what is proposed by this push.
    #[serde(default)]
    pub(super) door: Option<PathBuf>,
}

/// What a push is known by: whose it is, where to, in which request, since when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Push {
    pub(super) caller: Pusher,
    pub(super) repository: RepositoryName,
    pub(super) correlation: String,
    pub(super) begun: Timestamp,
}

/// Who pushes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Pusher {
    org: OrgId,
    principal: Principal,
    role: Role,
    token: TokenId,
}

impl From<&Caller> for Pusher {
    fn from(c: &Caller) -> Self {
        Self { org: c.org.clone(), principal: c.principal.clone(), role: c.role, token: c.token.clone() }
    }
}

impl From<Pusher> for Caller {
    fn from(p: Pusher) -> Self {
        Self { org: p.org, principal: p.principal, role: p.role, token: p.token, scope: None }
    }
}

impl Payload {
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a payload is plain JSON")
    }
}

/// What the hook leaves for the server to audit: this one, or the next where this one is killed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Report {
    pub(super) push: Push,
    pub(super) accepted: bool,
    pub(super) reasons: Vec<String>,
    pub(super) refs: Vec<(String, Option<CommitId>)>,
}

impl Report {
    /// Reads the report of a hook. None: the push ended before its hook had decided.
    pub(super) fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(path).ok()?).ok()
    }
}

/// One line of a push.
struct Moved {
    name: String,
    old: Option<CommitId>,
    new: Option<CommitId>,
}

/// Decides a push: each reference by right, then what it would land by validation. Fails closed.
pub fn review_push(input: &HookInput) -> Result<HookVerdict, EngineError> {
    let payload = input.payload.as_deref().map(serde_json::from_str::<Payload>).transpose();
    let payload =
        payload.map_err(|e| EngineError::new(Code::Internal, "the server's payload cannot be read").caused_by(e))?;
    let moves = read_lines(&input.lines)?;
    let repo = open(input)?;
    let policy = payload.as_ref().map(|p| p.policy.clone()).unwrap_or_default();
    let report = payload.as_ref().map(|p| (p.report.clone(), p.push.clone()));
    let state = payload.as_ref().map_or_else(|| state::local_folder(&repo), |p| p.state.clone());
    let signers = payload.as_ref().map(|p| p.signers.clone());
    let mut verdict = HookVerdict::default();
    if let Some(payload) = payload {
        verdict.refused = refused(&repo, &payload.push.caller.into(), &policy, &moves)?;
    }
    if verdict.refused.is_empty() {
        verdict.refused = signed::refused(&repo, signers.as_deref(), &landing(&repo, &moves)?)?;
    }
    if verdict.refused.is_empty() {
        validate(&repo, &policy, &state, &moves, &mut verdict)?;
    }
    verdict.accepted =
        verdict.refused.is_empty() && verdict.validations.iter().all(|(_, v)| v.report.summary.errors == 0);
    if let Some((path, push)) = report {
        leave_report(&path, push, &verdict, &moves)?;
    }
    Ok(verdict)
}

fn open(input: &HookInput) -> Result<Repository, EngineError> {
    Ok(match &input.object_directory {
        Some(objects) => Repository::open_quarantined(&input.git_dir, objects, &input.alternates)?,
        None => Repository::open(&input.git_dir)?,
    })
}

fn read_lines(lines: &str) -> Result<Vec<Moved>, EngineError> {
    let moves: Vec<Moved> = lines.lines().map(read_line).collect::<Result<_, _>>()?;
    if moves.len() > MAX_REFS {
        return Err(EngineError::new(Code::LimitExceeded, format!("a push moves at most {MAX_REFS} references")));
    }
    Ok(moves)
}

fn read_line(line: &str) -> Result<Moved, EngineError> {
    let parts: Vec<&str> = line.splitn(3, ' ').collect();
    let [old, new, name] = parts[..] else {
        return Err(EngineError::new(Code::BadRequest, "a line of the hook's input is not `old new ref`"));
    };
    Ok(Moved { name: name.to_owned(), old: commit_or_null(old)?, new: commit_or_null(new)? })
}

fn refused(
    repo: &Repository,
    caller: &Caller,
    policy: &RepositoryPolicy,
    moves: &[Moved],
) -> Result<Vec<(String, String)>, EngineError> {
    let default = repo.default_branch()?;
    let mut refused = Vec::new();
    for moved in moves {
        let forward = match (moved.old, moved.new) {
            (Some(old), Some(new)) => repo.is_ancestor(old, new).unwrap_or(false),
            _ => false,
        };
        let change = RefMove::of(moved.old.is_none(), moved.new.is_none(), forward);
        if let Err(Denial { message, .. }) = decide_ref(caller, &moved.name, change, policy, &default) {
            refused.push((moved.name.clone(), message));
        } else if moved.name.starts_with("refs/heads/") && repo.reference(&moved.name)? != moved.old {
            refused.push((moved.name.clone(), MOVED_MEANWHILE.to_owned()));
        } else if moved.name == default && !continues(repo, moved)? {
            refused.push((moved.name.clone(), LEAVES_THE_LINE.to_owned()));
        }
    }
    Ok(refused)
}

/// Git would refuse it too, when it takes the reference's lock, and would not say how to mend it.
const MOVED_MEANWHILE: &str =
    "another push or merge moved it while this one was under way: run `git pull --rebase` and push again";
/// What landed stays on the approved line: a push puts commits on top of it, and never below another first parent.
const LEAVES_THE_LINE: &str = "what landed before would not be on the approved line any more, because it is not the \
    first parent of what is pushed: run `git pull --rebase` and push again";

/// Whether the old tip is on the first-parent history of the new one.
fn continues(repo: &Repository, moved: &Moved) -> Result<bool, EngineError> {
    let (Some(old), Some(new)) = (moved.old, moved.new) else { return Ok(true) };
    let above = repo.first_parents(new, Some(old))?;
    let Some(oldest) = above.last() else { return Ok(true) };
    Ok(repo.commit(oldest.id)?.parents.first() == Some(&old))
}

/// The old and the new tip of the default branch, where a push moves it.
fn landing(repo: &Repository, moves: &[Moved]) -> Result<Option<signed::Landing>, EngineError> {
    let default = repo.default_branch()?;
    let Some(moved) = moves.iter().find(|moved| moved.name == default) else { return Ok(None) };
    let tip = moved.new.map(|pushed| peeled(repo, pushed)).transpose()?.flatten();
    Ok(tip.map(|tip| signed::Landing { branch: default, base: moved.old, tip }))
}

fn validate(
    repo: &Repository,
    policy: &RepositoryPolicy,
    state: &Path,
    moves: &[Moved],
    verdict: &mut HookVerdict,
) -> Result<(), EngineError> {
    let default = repo.default_branch()?;
    let tip = repo.reference(&default)?;
    let cache = ParseCache::default();
    for moved in moves {
        let Some(pushed) = moved.new else { continue };
        let Some(new) = peeled(repo, pushed)? else {
            verdict.refused.push((moved.name.clone(), "it names no commit".to_owned()));
            continue;
        };
        let lands = moved.name == default;
        let base = if lands { moved.old } else { base_for(repo, moved, tip, new)? };
        let changes = repo.changes(base.map(At::Commit), At::Commit(new))?;
        if let Some(reason) = bulk::too_much(repo, changes.iter().filter_map(|change| change.new.as_ref()))? {
            verdict.refused.push((moved.name.clone(), reason));
            continue;
        }
        let mut report = match base.filter(|_| !(lands && policy.require_clean())) {
            Some(base) => state::brought(repo, state, base, new, &cache),
            None => None,
        }
        .map_or_else(|| change::validate_push(repo, base, new, lands && policy.require_clean(), &cache), Ok)?;
        if lands {
            let before = base.filter(|_| !policy.require_clean());
            report = report.with(asking::broken_by_push(repo, state, before, new)?);
        } else {
            only_never_stored(&mut report);
        }
        verdict.validations.push((moved.name.clone(), validating::shown(repo, new, base, report)?));
        let mut reasons = brought::secrets_of_tags(repo, pushed)?;
        reasons.extend(brought::must_not_be_stored(repo, new, &cache)?);
        verdict.refused.extend(reasons.into_iter().map(|reason| (moved.name.clone(), reason)));
    }
    Ok(())
}

/// The commit that a pushed object is or, as a tag, names.
pub(super) fn peeled(repo: &Repository, pushed: CommitId) -> Result<Option<CommitId>, EngineError> {
    match repo.resolve(&RefSpec::Named(pushed.to_string())) {
        Ok((commit, _)) => Ok(Some(commit)),
        Err(ResolveError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What a pushed branch is compared with: where it was, or where it left the default branch.
fn base_for(
    repo: &Repository,
    moved: &Moved,
    tip: Option<CommitId>,
    new: CommitId,
) -> Result<Option<CommitId>, EngineError> {
    match (moved.old.map(|old| peeled(repo, old)).transpose()?.flatten(), tip) {
        (Some(old), _) => Ok(Some(old)),
        (None, Some(tip)) => Ok(repo.merge_base(tip, new)?),
        (None, None) => Ok(None),
    }
}

/// A branch that lands nothing may hold unfinished notes; it is held to what must never be stored.
fn only_never_stored(report: &mut crate::check::Report) {
    report.findings.retain(|f| NEVER_STORED.contains(&f.code.as_str()));
    let count = |severity| report.findings.iter().filter(|f| f.severity == severity).count();
    (report.summary.errors, report.summary.warnings) = (count(Severity::Error), count(Severity::Warning));
}

fn leave_report(path: &Path, push: Push, verdict: &HookVerdict, moves: &[Moved]) -> Result<(), EngineError> {
    let mut reasons: Vec<String> = verdict.refused.iter().map(|(name, _)| format!("ref:{name}")).collect();
    let errors =
        verdict.validations.iter().flat_map(|(_, v)| &v.report.findings).filter(|f| f.severity == Severity::Error);
    reasons.extend(errors.map(|f| f.code.clone()));
    reasons.dedup();
    let refs = moves.iter().map(|m| (m.name.clone(), m.new)).collect();
    let report = Report { push, accepted: verdict.accepted, reasons, refs };
    let json = serde_json::to_vec(&report).expect("a report is plain JSON");
    std::fs::write(path, json).map_err(|e| super::convert::io("the hook's report cannot be written", e))
}
