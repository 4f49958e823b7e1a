//! An update changes memory and nothing else: neither what lies outside the memory root, nor which
//! folder that is. What an approval is bound to covers exactly that.

use crate::base::{CommitId, FileMode, Finding, Oid, Place, RepoPath, Severity};
use crate::git::{At, Change, GitError, WriteRepository};

/// The finding of a merged tree that changes something beside memory.
pub(super) fn out_of_scope(repo: &dyn WriteRepository, tip: CommitId, tree: Oid) -> Result<Option<Finding>, GitError> {
    let (before, after) = (At::Commit(tip), At::Tree(tree));
    let root = repo.memory_root(before)?;
    if repo.memory_root(after)? != root {
        return Ok(Some(moves_root(&root)));
    }
    // Where the memory root is the top of the repository, nothing lies outside.
    if root.is_empty() {
        return Ok(None);
    }
    let changes = repo.changes(Some(before), after)?;
    // An entry that is no ordinary file is an error of its own.
    let Some(edits) = changes.iter().map(edit).collect::<Option<Vec<_>>>() else { return Ok(None) };
    let inside_only = repo.edit_tree(before, &edits)?;
    Ok((inside_only != tree).then(|| leaves_root(&root)))
}

fn edit(change: &Change) -> Option<(RepoPath, Option<Oid>)> {
    let ordinary = change.new.as_ref().is_none_or(|entry| entry.mode == FileMode::File);
    let path = RepoPath::parse(&change.path).ok().filter(|_| ordinary)?;
    Some((path, change.new.as_ref().map(|entry| entry.oid)))
}

fn moves_root(root: &str) -> Finding {
    let message = "the update would make another folder the memory root".to_owned();
    finding(root, message, "leave the `ontology` folders where they are: only a maintainer's push can move them")
}

fn leaves_root(root: &str) -> Finding {
    let message = format!("the update changes files outside of `{root}`, or the mode of a file");
    finding(root, message, "propose the other changes where the rest of the repository is reviewed")
}

fn finding(root: &str, message: String, help: &str) -> Finding {
    Finding {
        code: "LK601".to_owned(),
        name: "path-policy".to_owned(),
        severity: Severity::Error,
        place: Place::whole(if root.is_empty() { "." } else { root }),
        message,
        help: help.to_owned(),
        related: Vec::new(),
        subject: "memory-root".to_owned(),
        text_digest: None,
    }
}
