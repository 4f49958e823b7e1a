//! `lorekeep validate`.

use super::args::{Format, ValidateArgs};
use super::{Outcome, Verdict, env, findings, github, print, print_json, sarif, show};
use crate::engine::{RefRequest, ValidateTarget, Validation};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

pub fn run(repo: &Path, args: &ValidateArgs) -> Outcome {
    // The process ends after this: what was parsed is left to the system, which is faster than freeing it piece by piece.
    let memory = ManuallyDrop::new(super::open(repo)?);
    let named = |rev: &String| RefRequest { requested: Some(rev.clone()), ..RefRequest::default() };
    let target = match &args.rev {
        Some(rev) => ValidateTarget::Commit(named(rev)),
        None if args.staged => ValidateTarget::Staged(index_file()),
        None if args.worktree || memory.has_worktree() => ValidateTarget::Worktree,
        None => ValidateTarget::Commit(RefRequest::default()),
    };
    let validation = memory.validate(&target, args.base.as_ref().map(named).as_ref(), &args.paths)?;
    match args.format {
        _ if args.json => print_json(&validation.json())?,
        Format::Json => print_json(&validation.json())?,
        Format::Sarif => print_json(&sarif::log(&validation))?,
        Format::Github => print(&(github::text(&validation) + "\n"))?,
        Format::Human => print(&human(&validation))?,
    }
    Ok(Verdict::from_yes(validation.report.summary.errors == 0))
}

fn human(validation: &Validation) -> String {
    let advice = findings::advice(validation).map(|line| format!("{line}\n")).unwrap_or_default();
    format!("{}\n{advice}", findings::text(validation, show::colour()))
}

/// The index that git names to its hooks: that of `git commit PATH` is not the usual one.
fn index_file() -> Option<PathBuf> {
    env::get("GIT_INDEX_FILE").and_then(|file| std::path::absolute(file).ok())
}
