//! Walks an approved line and says of each commit why it cannot be believed: signatures, trailers, trees, approvals.

use super::landings::{LandingRules, rules_at};
use super::merge::{AUTO_MERGE, DIFF_DIGEST, UPDATE};
use super::message::{one_line, trailers};
use super::verify::{MergeFacts, MergeFault, check_merge};
use crate::base::id::UpdateId;
use crate::base::{CommitId, Severity, Timestamp};
use crate::git::{AllowedSigners, Commit, GitError, ReadRepository, Repository, Verified, verify_commit};
use serde::Serialize;

/// What is wrong with a commit, the most serious first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineFault {
    /// It says that the engine made it, and has no signature.
    Unsigned,
    /// Its signature is not of this content, or not of who has to sign it.
    WronglySigned,
    /// Its key is in no line of the allowed-signers file.
    UnknownKey,
    /// Its key was not valid at the time of the commit.
    KeyNotValidThen,
    /// Its tree or its diff is not what its trailers say.
    Altered,
    /// Too few have approved it, or only its author.
    Unapproved,
    /// Its trailers cannot be read.
    TrailersMalformed,
    /// Somebody pushed it past review.
    DirectPush,
}

impl LineFault {
    /// What to do about it, in one sentence.
    pub fn mend(self) -> &'static str {
        match self {
            Self::Unsigned | Self::WronglySigned | Self::Altered => {
                "compare with another clone: this commit is not the one the engine made"
            }
            Self::UnknownKey => {
                "fetch the allowed-signers file anew (GET .../signers); if the key stays unknown, trust nothing above"
            }
            Self::KeyNotValidThen => "ask who held the key then: a retired key signs nothing new",
            Self::Unapproved => "have the change reviewed, or revert it",
            Self::TrailersMalformed => "compare with another clone: the engine writes no such trailers",
            Self::DirectPush => "have it reviewed, or forbid such pushes: policy allowDirectPush",
        }
    }
}

/// A commit of the line that something is wrong with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultyCommit {
    /// Which commit.
    pub commit: CommitId,
    /// The first line of its message.
    pub title: String,
    /// Its committer's date.
    pub committed_at: Timestamp,
    /// What is wrong.
    pub fault: LineFault,
    /// Whether it makes the line unsound.
    pub severity: Severity,
    /// Why, in one sentence.
    pub reason: String,
    /// What to do.
    pub mend: &'static str,
}

/// What the commits of a line are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LineCounts {
    /// All of them.
    pub commits: usize,
    /// Merges of updates, by what they say of themselves.
    pub merges: usize,
    /// Commits that somebody pushed past review.
    pub direct_pushes: usize,
    /// First commits that the engine made.
    pub bootstraps: usize,
}

/// What walking a line found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineReport {
    /// What there is.
    pub counts: LineCounts,
    /// What is wrong: the most serious first, then the newest.
    pub faults: Vec<FaultyCommit>,
}

impl LineReport {
    /// Whether nothing makes the line unsound.
    pub fn is_sound(&self) -> bool {
        self.faults.iter().all(|fault| fault.severity != Severity::Error)
    }
}

/// What whoever verifies asks for, beyond what the memory's own file says.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineAsks {
    /// Whether a push past review has to be signed by a registered key.
    pub require_signed_landings: bool,
    /// How many approvals a merge needs at least.
    pub required_approvals: Option<usize>,
}

/// Walks the approved line from a commit back to, and without, a base, or to its first commit.
pub fn check_line(
    repo: &Repository,
    (tip, base): (CommitId, Option<CommitId>),
    signers: &AllowedSigners,
    asks: LineAsks,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<LineReport, GitError> {
    let line = repo.first_parents(tip, base)?;
    let mut report = LineReport::default();
    for (done, step) in line.iter().enumerate() {
        let commit = repo.commit(step.id)?;
        let judged = Judge { repo, commit: &commit, signers, asks }.judge()?;
        report.count(judged.sort);
        report.faults.extend(judged.fault.map(|(fault, severity, reason)| told(&commit, fault, severity, reason)));
        progress(done + 1, line.len());
    }
    // The sort is stable: within a fault the newest comes first.
    report.faults.sort_by_key(|fault| (fault.severity != Severity::Error, fault.fault));
    Ok(report)
}

/// Why commits that a push brings onto a line cannot stand there: those for which the memory asks that such a push be signed by a
/// registered key, held to what [`check_line`] would say of them. Whose keys count is asked where it matters, and only then.
pub fn check_landing<E: From<GitError>>(
    repo: &Repository,
    (tip, base): (CommitId, Option<CommitId>),
    signers: impl FnOnce() -> Result<AllowedSigners, E>,
) -> Result<Vec<FaultyCommit>, E> {
    let mut strict = Vec::new();
    for step in repo.first_parents(tip, base)? {
        let commit = repo.commit(step.id)?;
        if let Some(below) = commit.parents.first()
            && rules_at(repo, *below)?.require_signed_landings
        {
            strict.push(commit);
        }
    }
    if strict.is_empty() {
        return Ok(Vec::new());
    }
    let signers = &signers()?;
    let mut faults = Vec::new();
    for commit in &strict {
        let judged = Judge { repo, commit, signers, asks: LineAsks::default() }.judge()?;
        let bad = judged.fault.filter(|(_, severity, _)| *severity == Severity::Error);
        faults.extend(bad.map(|(fault, severity, reason)| told(commit, fault, severity, reason)));
    }
    Ok(faults)
}

impl LineReport {
    fn count(&mut self, sort: Sort) {
        self.counts.commits += 1;
        match sort {
            Sort::Merge => self.counts.merges += 1,
            Sort::Push => self.counts.direct_pushes += 1,
            Sort::Bootstrap => self.counts.bootstraps += 1,
        }
    }
}

fn told(commit: &Commit, fault: LineFault, severity: Severity, reason: String) -> FaultyCommit {
    let title = one_line(commit.message.lines().next().unwrap_or_default(), 200);
    let (commit, committed_at) = (commit.id, commit.committer.at);
    FaultyCommit { commit, title, committed_at, fault, severity, reason, mend: fault.mend() }
}

/// What a commit says it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Merge,
    Push,
    Bootstrap,
}

type Wrong = (LineFault, Severity, String);

struct Judged {
    sort: Sort,
    fault: Option<Wrong>,
}

struct Judge<'a> {
    repo: &'a Repository,
    commit: &'a Commit,
    signers: &'a AllowedSigners,
    asks: LineAsks,
}

impl Judge<'_> {
    fn judge(&self) -> Result<Judged, GitError> {
        let sort = sort_of(self.commit);
        let signed = verify_commit(self.repo, self.commit.id, self.signers)?;
        let fault = match sort {
            Sort::Push => self.push(signed)?,
            Sort::Bootstrap => by_engine(signed).err(),
            Sort::Merge => match by_engine(signed) {
                Err(wrong) => Some(wrong),
                Ok(()) => self.merge()?,
            },
        };
        Ok(Judged { sort, fault })
    }

    /// A push past review: told always, and an error where such pushes have to be signed by a registered key.
    fn push(&self, signed: Verified) -> Result<Option<Wrong>, GitError> {
        let by = match signed {
            Verified::Bad { reason } => return Ok(Some(error(LineFault::WronglySigned, reason))),
            Verified::Good { principal, .. } if !is_engine(&principal) => {
                let reason = format!("pushed past review, signed by {principal}");
                return Ok(Some((LineFault::DirectPush, Severity::Warning, reason)));
            }
            Verified::Good { .. } => "signed by the engine, and by nobody who pushed it".to_owned(),
            Verified::Unsigned => "unsigned".to_owned(),
            Verified::Unchecked { reason } => reason,
            Verified::UnknownKey { fingerprint } => format!("signed by the unknown key {fingerprint}"),
            Verified::NotThen { principal, .. } => format!("signed by a key of {principal} that was not valid then"),
        };
        let strict = self.asks.require_signed_landings || self.rules()?.require_signed_landings;
        let severity = if strict { Severity::Error } else { Severity::Warning };
        Ok(Some((LineFault::DirectPush, severity, format!("pushed past review; {by}"))))
    }

    fn merge(&self) -> Result<Option<Wrong>, GitError> {
        let facts = match check_merge(self.repo, self.commit.id) {
            Ok(facts) => facts,
            Err(MergeFault::Git(failed)) => return Err(failed),
            Err(fault) => return Ok(Some(error(fault_of(&fault), fault.to_string()))),
        };
        // The engine signed that the repository's policy let it land by itself.
        if self.asks.required_approvals.is_none() && facts.approvals.is_empty() && landed_by_itself(self.commit) {
            return Ok(None);
        }
        let needed = self.asks.required_approvals.map_or_else(|| Ok(self.rules()?.required_approvals), Ok)?;
        Ok(unapproved(self.commit, &facts, needed))
    }

    /// The rules in force are those of what the commit landed on: it cannot lift them for itself.
    fn rules(&self) -> Result<LandingRules, GitError> {
        self.commit.parents.first().map_or_else(|| Ok(LandingRules::default()), |below| rules_at(self.repo, *below))
    }
}

fn landed_by_itself(commit: &Commit) -> bool {
    trailers(&commit.message).iter().any(|(key, _)| key == AUTO_MERGE)
}

fn error(fault: LineFault, reason: String) -> Wrong {
    (fault, Severity::Error, reason)
}

/// What a commit says it is. Whatever says that the engine made it is held to that.
fn sort_of(commit: &Commit) -> Sort {
    let trailers = trailers(&commit.message);
    let update = trailers.iter().any(|(key, value)| key == UPDATE && UpdateId::parse(value).is_ok());
    let merged = update || trailers.iter().any(|(key, _)| key == DIFF_DIGEST);
    match (is_engine(&commit.committer.email), commit.parents.is_empty()) {
        (true, true) if !merged => Sort::Bootstrap,
        (true, false) => Sort::Merge,
        _ if merged => Sort::Merge,
        _ => Sort::Push,
    }
}

/// The address that the engine of an org commits under, and that its keys are listed under.
fn is_engine(address: &str) -> bool {
    address.starts_with("engine@") && address.ends_with(".lorekeep.invalid")
}

fn by_engine(signed: Verified) -> Result<(), Wrong> {
    let (fault, reason) = match signed {
        Verified::Good { principal, .. } if is_engine(&principal) => return Ok(()),
        Verified::Good { principal, .. } => {
            (LineFault::WronglySigned, format!("signed by {principal}, and only the engine signs such a commit"))
        }
        Verified::Unsigned => (LineFault::Unsigned, "it says that the engine made it, and has no signature".to_owned()),
        Verified::Bad { reason } | Verified::Unchecked { reason } => (LineFault::WronglySigned, reason),
        Verified::UnknownKey { fingerprint } => {
            (LineFault::UnknownKey, format!("the key {fingerprint} is in no line of the allowed-signers file"))
        }
        Verified::NotThen { principal, fingerprint } => {
            let reason = format!("the key {fingerprint} of {principal} was not valid at the time of the commit");
            (LineFault::KeyNotValidThen, reason)
        }
    };
    Err(error(fault, reason))
}

fn fault_of(fault: &MergeFault) -> LineFault {
    match fault {
        MergeFault::NotAMerge { .. } => LineFault::Unapproved,
        MergeFault::Trailer { .. } => LineFault::TrailersMalformed,
        _ => LineFault::Altered,
    }
}

/// Names that differ in case alone are one person, and nobody approves what they wrote.
fn unapproved(commit: &Commit, facts: &MergeFacts, needed: usize) -> Option<Wrong> {
    let mut by: Vec<String> = facts.approvals.iter().map(|approval| approval.by.to_string().to_lowercase()).collect();
    by.sort();
    by.dedup();
    let author = commit.author.name.to_lowercase();
    if by.contains(&author) {
        let reason = format!("{} approved a change of their own", commit.author.name);
        return Some(error(LineFault::Unapproved, reason));
    }
    let short = format!("it has {} of {needed} approvals", by.len());
    (by.len() < needed).then(|| error(LineFault::Unapproved, short))
}
