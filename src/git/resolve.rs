//! Turns what a caller calls a commit by into that commit.
//!
//! No text of a caller reaches a revision parser: those take regular expressions, reflog indices and paths.
//! The order is ours: a full id, a full reference name, branch and tag names, a short id; then `~n` and `^n`.

use super::convert::{commit_id, oid, other};
use super::types::{GitError, RefSpec, ResolveError};
use super::{history, refs};
use crate::base::{CommitId, Oid};
use gix::bstr::BStr;
use std::collections::{BTreeSet, HashSet};

/// The longest name taken, in bytes.
const LONGEST_NAME: usize = 1024;
/// The most steps `~n` and `^n` may take in all.
const MOST_STEPS: usize = 1_000_000;
/// The most candidates an ambiguous name is answered with.
const MOST_CANDIDATES: usize = 20;
/// Where the server keeps references of its own, which nobody resolves by name.
const HIDDEN: &str = "refs/lorekeep/";

type Resolved = (CommitId, Option<String>);

/// Resolves a name, and says through which reference, if any.
pub(super) fn resolve(repo: &gix::Repository, spec: &RefSpec) -> Result<Resolved, ResolveError> {
    match spec {
        RefSpec::Default => {
            let branch = refs::default_branch(repo)?;
            let tip = refs::reference(repo, &branch)?.ok_or_else(|| ResolveError::NotFound(branch.clone()))?;
            Ok((tip, Some(branch)))
        }
        RefSpec::Named(name) => named(repo, name),
    }
}

fn named(repo: &gix::Repository, name: &str) -> Result<Resolved, ResolveError> {
    let bad = || ResolveError::BadName(super::convert::shown(name));
    let (base, suffix) = name.split_at(name.find(['~', '^']).unwrap_or(name.len()));
    if name.len() > LONGEST_NAME || name.starts_with('-') || !is_partial_name(base) {
        return Err(bad());
    }
    let steps = parse_steps(suffix).ok_or_else(bad)?;
    let (mut at, through) = base_commit(repo, base)?.ok_or_else(|| ResolveError::NotFound(name.to_owned()))?;
    if steps.iter().map(Step::length).sum::<usize>() > MOST_STEPS {
        return Err(ResolveError::NotFound(name.to_owned()));
    }
    for step in steps {
        at = walk(repo, at, step)?.ok_or_else(|| ResolveError::NotFound(name.to_owned()))?;
    }
    Ok((at, through))
}

/// Whether git takes the name for a reference or the end of one; `@` stands for `HEAD`.
fn is_partial_name(base: &str) -> bool {
    base == "@" || gix::validate::reference::name_partial(BStr::new(base)).is_ok()
}

/// One `~n` or `^n`.
#[derive(Clone, Copy)]
enum Step {
    Back(usize),
    Parent(usize),
}

impl Step {
    fn length(&self) -> usize {
        match self {
            Self::Back(steps) => *steps,
            Self::Parent(_) => 1,
        }
    }
}

/// Reads a chain such as `~2^2~1`; a number left out is 1.
fn parse_steps(mut suffix: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while let Some(kind) = suffix.chars().next() {
        let rest = &suffix[1..];
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let digits = &rest[..end];
        // Nine digits are beyond every limit, and no overflow.
        let count = if digits.is_empty() { 1 } else { digits.get(..9).unwrap_or(digits).parse().ok()? };
        steps.push(match kind {
            '~' => Step::Back(count),
            '^' => Step::Parent(count),
            _ => return None,
        });
        suffix = &rest[end..];
    }
    Some(steps)
}

fn walk(repo: &gix::Repository, at: CommitId, step: Step) -> Result<Option<CommitId>, GitError> {
    match step {
        Step::Back(count) => history::nth_first_parent(repo, at, count),
        Step::Parent(0) => Ok(Some(at)),
        Step::Parent(nth) => Ok(history::commit(repo, at)?.parents.get(nth - 1).copied()),
    }
}

fn base_commit(repo: &gix::Repository, base: &str) -> Result<Option<Resolved>, ResolveError> {
    if let Ok(id) = Oid::parse(base) {
        return Ok(refs::peel(repo, id)?.map(|commit| (commit, None)));
    }
    if base == "HEAD" || base == "@" {
        let branch = refs::default_branch(repo)?;
        return Ok(refs::reference(repo, "HEAD")?.map(|tip| (tip, Some(branch))));
    }
    if base.starts_with("refs/") {
        return Ok(visible(repo, base.to_owned())?);
    }
    match short_name(repo, base)? {
        Some(found) => Ok(Some(found)),
        None => Ok(short_id(repo, base)?.map(|commit| (commit, None))),
    }
}

/// A branch, tag or remote branch by the end of its name; ambiguous where it is more than one of them.
fn short_name(repo: &gix::Repository, base: &str) -> Result<Option<Resolved>, ResolveError> {
    let mut found = Vec::new();
    for folder in ["refs/heads/", "refs/tags/", "refs/remotes/"] {
        found.extend(visible(repo, format!("{folder}{base}"))?);
    }
    if base.starts_with("heads/") || base.starts_with("tags/") || base.starts_with("remotes/") {
        found.extend(visible(repo, format!("refs/{base}"))?);
    }
    if found.len() > 1 {
        let candidates = found.into_iter().filter_map(|(_, name)| name).collect();
        return Err(ResolveError::Ambiguous { name: base.to_owned(), candidates });
    }
    Ok(found.pop())
}

fn visible(repo: &gix::Repository, full: String) -> Result<Option<Resolved>, GitError> {
    if full.starts_with(HIDDEN) {
        return Ok(None);
    }
    Ok(refs::reference(repo, &full)?.map(|commit| (commit, Some(full))))
}

/// The one commit whose id begins so; 4 to 39 hexadecimal digits.
fn short_id(repo: &gix::Repository, base: &str) -> Result<Option<CommitId>, ResolveError> {
    if !(4..40).contains(&base.len()) || !base.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let prefix = gix::hash::Prefix::from_hex(base)
        .map_err(|error| GitError::Other { what: "reading a short id", reason: error.to_string() })?;
    let mut ids = HashSet::default();
    repo.objects.lookup_prefix(prefix, Some(&mut ids)).map_err(other("looking up a short id"))?;
    let mut commits = BTreeSet::new();
    for id in &ids {
        // An annotated tag's own id names its commit too.
        commits.extend(refs::peel(repo, oid(id))?.map(|commit| (commit, *id)));
    }
    match commits.len() {
        0 | 1 => Ok(commits.pop_first().map(|(commit, _)| commit)),
        _ => {
            let candidates = commits.iter().take(MOST_CANDIDATES).map(|(_, id)| commit_id(id).to_string()).collect();
            Err(ResolveError::Ambiguous { name: base.to_owned(), candidates })
        }
    }
}
