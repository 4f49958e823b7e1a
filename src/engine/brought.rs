//! What a push brings besides its tip: every new commit stays readable for whoever clones, though a later one of the
//! same push takes back what it added.

use super::review::NEVER_STORED;
use super::{EngineError, bulk};
use crate::base::{CommitId, Severity, TreeEntry};
use crate::change::{self, LoadedTree, ParseCache};
use crate::check::check;
use crate::git::{At, Commit, ReadRepository, Repository};
use crate::ontology::Ontology;
use std::sync::Arc;

/// The most new commits that a push brings.
const MAX_COMMITS: usize = 100_000;
/// How many reasons are enough.
const MAX_REASONS: usize = 20;

/// Why the new commits below a pushed tip must not be stored; nothing where they may. The files of the tip itself are
/// validated elsewhere, its message is looked at here.
pub(super) fn must_not_be_stored(
    repo: &Repository,
    tip: CommitId,
    cache: &ParseCache,
) -> Result<Vec<String>, EngineError> {
    let commits = repo.new_commits(tip, MAX_COMMITS)?;
    let mut reasons = Vec::new();
    for id in &commits {
        reasons.extend(secret_words(&repo.commit(*id)?));
        if reasons.len() >= MAX_REASONS {
            break;
        }
    }
    let below: Vec<CommitId> = commits.into_iter().filter(|id| *id != tip).collect();
    if !below.is_empty() && reasons.len() < MAX_REASONS {
        reasons.extend(files_of(repo, tip, &below, cache)?);
    }
    reasons.truncate(MAX_REASONS);
    Ok(reasons)
}

/// Secrets in what annotated tags say of themselves.
pub(super) fn secrets_of_tags(repo: &Repository, pushed: CommitId) -> Result<Vec<String>, EngineError> {
    let tags = repo.pushed_tags(pushed)?;
    let hits = tags.iter().filter_map(|tag| crate::screen::find_secrets_in_bytes(tag).into_iter().next());
    let reason = |category| {
        format!("the message or author of the tag holds a secret ({category}): make another tag, and revoke the secret")
    };
    Ok(hits.map(|hit| reason(hit.category)).collect())
}

/// Secrets in what a commit says of itself.
fn secret_words(commit: &Commit) -> Option<String> {
    let words =
        [&commit.message, &commit.author.name, &commit.author.email, &commit.committer.name, &commit.committer.email];
    let hit = words.iter().find_map(|text| crate::screen::find_secrets(text).into_iter().next())?;
    Some(format!(
        "the message or author of commit {} holds a secret ({}): reword it with `git rebase -i`, and revoke the secret",
        commit.id.short(),
        hit.category
    ))
}

/// What the files of commits below a tip must not hold.
fn files_of(
    repo: &Repository,
    tip: CommitId,
    commits: &[CommitId],
    cache: &ParseCache,
) -> Result<Vec<String>, EngineError> {
    // What counts as a secret may have its exceptions: those of what is pushed.
    let ontology = Arc::new(change::load_ontology(repo, At::Commit(tip))?.0);
    let mut reasons = Vec::new();
    for id in commits {
        reasons.extend(bad_files(repo, &repo.commit(*id)?, &ontology, cache)?);
        if reasons.len() >= MAX_REASONS {
            break;
        }
    }
    Ok(reasons)
}

fn bad_files(
    repo: &Repository,
    commit: &Commit,
    ontology: &Arc<Ontology>,
    cache: &ParseCache,
) -> Result<Vec<String>, EngineError> {
    let entries = own_entries(repo, commit)?;
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(reason) = bulk::too_much(repo, &entries)? {
        return Ok(vec![format!("commit {}: {reason}", commit.id.short())]);
    }
    let files = change::load_from(repo, entries, cache)?.files;
    let tree = LoadedTree { files, ontology: Arc::clone(ontology), problems: Vec::new() };
    let report = check(&tree.check_input());
    let kept = |code: &str| NEVER_STORED.contains(&code);
    let bad = report.findings.into_iter().filter(|f| f.severity == Severity::Error && kept(&f.code));
    Ok(bad
        .map(|f| {
            format!(
                "commit {} adds what must not be stored, though a later one removes it: {}:{}:{}: {} [{}]; \
                 take it out of the history with `git rebase -i`",
                commit.id.short(),
                f.place.path,
                f.place.line,
                f.place.column,
                f.message,
                f.code
            )
        })
        .collect())
}

/// The entries that a commit has from none of its parents.
fn own_entries(repo: &Repository, commit: &Commit) -> Result<Vec<TreeEntry>, EngineError> {
    let new = |from: Option<CommitId>| -> Result<Vec<TreeEntry>, EngineError> {
        let changes = repo.changes(from.map(At::Commit), At::Commit(commit.id))?;
        Ok(changes.into_iter().filter_map(|c| c.new).collect())
    };
    let mut entries = new(commit.parents.first().copied())?;
    for parent in commit.parents.iter().skip(1) {
        let beside = new(Some(*parent))?;
        entries.retain(|entry| beside.contains(entry));
    }
    Ok(entries)
}
