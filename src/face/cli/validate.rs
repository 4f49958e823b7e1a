//! `lorekeep validate`.

use super::args::{Format, ValidateArgs};
use super::{Outcome, Verdict, env, findings, print, print_json, show};
use crate::engine::{RefRequest, ValidateTarget};
use std::path::{Path, PathBuf};

pub fn run(repo: &Path, args: &ValidateArgs) -> Outcome {
    let memory = super::open(repo)?;
    let named = |rev: &String| RefRequest { requested: Some(rev.clone()), ..RefRequest::default() };
    let target = match &args.rev {
        Some(rev) => ValidateTarget::Commit(named(rev)),
        None if args.staged => ValidateTarget::Staged(index_file()),
        None if args.worktree || memory.has_worktree() => ValidateTarget::Worktree,
        None => ValidateTarget::Commit(RefRequest::default()),
    };
    let validation = memory.validate(&target, args.base.as_ref().map(named).as_ref(), &args.paths)?;
    if args.json || args.format == Format::Json {
        print_json(&validation.json())?;
    } else {
        print(&(findings::text(&validation, show::colour()) + "\n"))?;
    }
    Ok(Verdict::from_yes(validation.report.summary.errors == 0))
}

/// The index that git names to its hooks: that of `git commit PATH` is not the usual one.
fn index_file() -> Option<PathBuf> {
    env::get("GIT_INDEX_FILE").and_then(|file| std::path::absolute(file).ok())
}
