//! Proposals in a repository that something else serves: what is pushed to `refs/for/` is validated and becomes a branch, which
//! people merge by hand. Nobody approves there, and nothing lands by itself.

use super::asking::broken_by_push;
use super::pushed::{Options, ProposedRef, PushMessage, PushOutcome, lines_of, nothing_new, reasons, reference};
use super::review::{NEVER_STORED, peeled};
use super::updates::branch_ref;
use super::{Code, EngineError, push::commit_or_null, state};
use crate::access::is_proposal;
use crate::base::id::UpdateId;
use crate::base::{CommitId, Digest, Oid, Severity};
use crate::change::{self, ChangeSpec, Checked, MergeVerdict, ParseCache, Proposal, ValidationPolicy};
use crate::git::{Commit, CommitDraft, ReadRepository, RefEdit, Repository, WriteRepository};
use std::path::Path;

/// The update that a push is a revision of, or becomes: its id, and where its branch is.
type Named = (UpdateId, Option<CommitId>);

/// Writes a branch for each reference that was pushed to `refs/for/`, by itself.
pub fn propose_unserved(git_dir: &Path, message: &PushMessage) -> Result<Vec<PushOutcome>, EngineError> {
    let repo = Repository::open(git_dir)?;
    let options = match Options::parse(&message.options) {
        Ok(Options { supersedes: Some(_), .. }) => return Ok(message.all_refused(ONLY_SERVED)),
        Ok(options) => options,
        Err(why) => return Ok(message.all_refused(&why)),
    };
    let outcome = |command: &String| match propose_one(&repo, command, &options) {
        Ok((branch, said)) => PushOutcome { reference: reference(command), result: Ok(branch), said },
        Err(error) => PushOutcome::refused(command, reasons(&error)),
    };
    Ok(message.commands.iter().map(outcome).collect())
}

fn propose_one(repo: &Repository, command: &str, options: &Options) -> Result<(ProposedRef, Vec<String>), EngineError> {
    let refused = |why: &str| EngineError::new(Code::BadRequest, why);
    let mut parts = command.splitn(3, ' ').skip(1);
    let (new, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if !is_proposal(name, &repo.default_branch()?) {
        return Err(refused("updates are proposed for the default branch"));
    }
    let pushed = commit_or_null(new)?.map(|new| peeled(repo, new)).transpose()?.flatten();
    let head = pushed.ok_or_else(|| refused("it names no commit"))?;
    let tip = repo.tip()?.ok_or_else(|| refused("the default branch has no commit yet: push one to it"))?;
    let base = repo.merge_base(tip, head)?.filter(|base| *base != head).ok_or_else(nothing_new)?;
    let commit = repo.commit(head)?;
    let (id, old) = named(repo, tip, &commit, options)?;
    // What the merge would give is worked out in memory.
    let trial = Repository::open_unchanged(repo.git_dir())?;
    accept(&trial, &id, base, &commit)?;
    let (standing, mut said) = told(&judged(&trial, tip, head)?)?;
    said.insert(0, format!("{id}: {standing}"));
    if old != Some(head) {
        let edit = RefEdit { name: branch_ref(&id), expected: old.map(|old| old.0), new: Some(head.0) };
        repo.update_refs(&[edit], &commit.committer, "propose")?;
    }
    let branch = branch_ref(&id);
    said.extend(
        options.title.iter().chain(&options.reason).chain(&options.source_run).take(1).map(|_| UNKEPT.to_owned()),
    );
    said.push(format!("on {branch}: review it, merge it into the default branch and push that"));
    said.push(format!("another revision: git push -o update={id} origin HEAD:refs/for/<branch>"));
    Ok((ProposedRef { branch, old, new: head }, said))
}

const ONLY_SERVED: &str = "an update is superseded on a server only: push without it, and delete the older branch";
const UNKEPT: &str =
    "title, reason and source-run are kept by a server only: here the message of the commit says it all";

/// The update that is meant: the one that an option names, or a trailer of the commit as long as it has not landed; or else a
/// new one. The same commit pushed again is the same update.
fn named(repo: &Repository, tip: CommitId, head: &Commit, options: &Options) -> Result<Named, EngineError> {
    if let Some(id) = options.names(&head.message)? {
        let there = repo.reference(&branch_ref(&id))?;
        let landed = there.map(|there| repo.is_ancestor(there, tip)).transpose()?;
        match (landed, options.update.is_some()) {
            (Some(false), _) => return Ok((id, there)),
            (Some(true), true) => {
                let message = format!("{id} has landed and takes no further revision");
                return Err(EngineError::new(Code::Conflict, message));
            }
            (None, true) => return Err(EngineError::new(Code::NotFound, format!("there is no update `{id}`"))),
            (_, false) => {}
        }
    }
    let id = UpdateId::of_key(&Digest::of_json(&("push", head.id)));
    match repo.reference(&branch_ref(&id))? {
        // It was revised since, and this commit is proposed anew.
        Some(there) if there != head.id => Ok((UpdateId::fresh(), None)),
        there => Ok((id, there)),
    }
}

/// Refuses what no server would take as a proposal: too many files, too large ones, links, another memory root.
fn accept(repo: &Repository, id: &UpdateId, base: CommitId, head: &Commit) -> Result<(), EngineError> {
    let proposal = Proposal {
        update: id,
        base,
        spec: &ChangeSpec::Head(head.id),
        title: "",
        reason: "",
        author: head.author.clone(),
        committer: head.committer.clone(),
    };
    Ok(change::propose(repo, &proposal, None).map(drop)?)
}

/// What merging a head into the tip would give, with what saved queries would lose.
fn judged(repo: &Repository, tip: CommitId, head: CommitId) -> Result<MergeVerdict, EngineError> {
    let cache = ParseCache::default();
    let mut verdict = change::validate_merge(repo, (tip, head), &ValidationPolicy::default(), None, &cache)?;
    if let MergeVerdict::Checked(checked) = &mut verdict {
        let merged = merged(repo, tip, head, checked.tree)?;
        checked.answered(broken_by_push(repo, &state::local_folder(repo), Some(tip), merged)?);
    }
    Ok(verdict)
}

/// A commit of the merged tree that nothing refers to.
fn merged(repo: &Repository, tip: CommitId, head: CommitId, tree: Oid) -> Result<CommitId, EngineError> {
    let Commit { author, committer, .. } = repo.commit(head)?;
    let draft = CommitDraft { tree, parents: vec![tip], author, committer, message: "merged tree".to_owned() };
    Ok(repo.write_commit(&draft, None)?)
}

/// What the person who pushes reads; refused where it must never be stored.
fn told(verdict: &MergeVerdict) -> Result<(String, Vec<String>), EngineError> {
    match verdict {
        MergeVerdict::Conflicted(conflicts) => {
            let paths = conflicts.iter().map(|conflict| format!("{}: both sides changed it", conflict.path));
            Ok(("it does not merge cleanly".to_owned(), paths.collect()))
        }
        MergeVerdict::Checked(checked) => said_of(checked),
    }
}

fn said_of(checked: &Checked) -> Result<(String, Vec<String>), EngineError> {
    let findings = &checked.report.findings;
    let never = |code: &str| NEVER_STORED.contains(&code);
    let lines = lines_of(findings);
    if findings.iter().any(|f| f.severity == Severity::Error && never(&f.code)) {
        return Err(EngineError::new(Code::InvalidUpdate, format!("it must not be stored: {}", lines.join("; "))));
    }
    let standing = match checked.report.summary.errors {
        0 => "it merges cleanly and is valid".to_owned(),
        errors => format!("it merges cleanly and is not valid: a push that lands it is refused ({errors} errors)"),
    };
    Ok((standing, lines))
}
