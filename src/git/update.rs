//! Moves references: by compare-and-swap, durably, all or none.

use super::convert::shown;
use super::program::Git;
use super::repository::Repository;
use super::types::{GitError, RefEdit, Signature};
use super::{durable, refs};
use crate::base::Oid;

/// What git takes for "is not there".
const ABSENT: &str = "0000000000000000000000000000000000000000";

/// Moves references, after making every object durable that they could need.
pub(super) fn update_refs(
    repository: &Repository,
    edits: &[RefEdit],
    who: &Signature,
    message: &str,
) -> Result<(), GitError> {
    let commands = transaction(edits)?;
    durable::flush(&repository.objects_dir())?;
    let who = clean_signature(who);
    let done = Git::at(repository.git_dir(), "update-ref")
        .setting("core.fsync=committed,reference")
        .setting("core.logAllRefUpdates=always")
        .args(["--create-reflog", "-m", &one_line(message), "--stdin", "-z"])
        .env("GIT_COMMITTER_NAME", &who.name)
        .env("GIT_COMMITTER_EMAIL", &who.email)
        .env("GIT_COMMITTER_DATE", format!("@{} +0000", who.at.seconds()))
        .input(commands)
        .finish()?;
    if !done.success {
        return Err(
            moved(repository, edits)?.unwrap_or(GitError::Program { operation: "update-ref", reason: done.said })
        );
    }
    // git makes the files durable, not the names it renames them to.
    durable::flush(repository.common_dir())
}

fn transaction(edits: &[RefEdit]) -> Result<Vec<u8>, GitError> {
    let id = |oid: Option<Oid>| oid.map_or(ABSENT.to_owned(), |oid| oid.to_string());
    let mut commands = b"start\0".to_vec();
    for edit in edits {
        if !edit.name.starts_with("refs/") || refs::full_name(&edit.name).is_none() {
            let reason = format!("`{}` is no full reference name", shown(&edit.name));
            return Err(GitError::Program { operation: "update-ref", reason });
        }
        let line = match edit.new {
            Some(new) => format!("update {}\0{new}\0{}\0", edit.name, id(edit.expected)),
            None if edit.expected.is_none() => format!("verify {}\0{ABSENT}\0", edit.name),
            None => format!("delete {}\0{}\0", edit.name, id(edit.expected)),
        };
        commands.extend_from_slice(line.as_bytes());
    }
    commands.extend_from_slice(b"prepare\0commit\0");
    Ok(commands)
}

/// Which of the references is not where it should be, if one is.
fn moved(repository: &Repository, edits: &[RefEdit]) -> Result<Option<GitError>, GitError> {
    for edit in edits {
        let now = repository.with(|repo| refs::target(repo, &edit.name))?;
        if now != edit.expected {
            return Ok(Some(GitError::RefMoved { name: edit.name.clone() }));
        }
    }
    Ok(None)
}

/// A name and address that git takes: no angle bracket, no control character, not empty.
pub(super) fn clean_signature(who: &Signature) -> Signature {
    let clean = |text: &str, otherwise: &str| {
        let text: String = text.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>')).collect();
        // git cuts these off both ends, and refuses a name of nothing else.
        let text = text.trim_matches(|c: char| c.is_whitespace() || ".,:;\"'\\".contains(c));
        if text.is_empty() { otherwise.to_owned() } else { text.to_owned() }
    };
    Signature { name: clean(&who.name, "unknown"), email: clean(&who.email, "unknown@invalid"), at: who.at }
}

fn one_line(text: &str) -> String {
    text.chars().take(1000).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
