//! `lorekeep propose`: a change of memory, to be reviewed.

use super::client::Client;
use super::updates::print_update;
use crate::base::time::SystemClock;
use crate::engine::{Code, EngineError, Memory};
use crate::face::cli::Outcome;
use crate::face::wire::{ChangeBody, ProposeBody};
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest patch that is read, in bytes.
const LARGEST_PATCH: u64 = 8 << 20;

/// What is proposed.
#[derive(Debug, Args)]
pub struct ProposeArgs {
    /// One line: what it is.
    #[arg(long)]
    pub title: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// Proposes only what the worktree changes in these files or folders, by their paths in the memory; none: all of it.
    pub paths: Vec<String>,
    /// Proposes a unified diff instead; `-` reads it from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub patch: Option<PathBuf>,
    /// The commit it is based on; none: what is checked out, or for a patch the tip of the default branch.
    #[arg(long, value_name = "COMMIT")]
    pub base: Option<String>,
    /// The run it comes from.
    #[arg(long, value_name = "RUN")]
    pub source_run: Option<String>,
    /// Takes the place of this open update, which ends as `Superseded`.
    #[arg(long, value_name = "ID")]
    pub supersedes: Option<String>,
    /// Prints exactly the API's answer.
    #[arg(long)]
    pub json: bool,
}

pub fn run(repo: &Path, client: &Client<'_>, args: ProposeArgs) -> Outcome {
    let json = args.json;
    let answer = client.post(&client.memory("updates"), &body(repo, client, args)?)?;
    print_update(&answer, json)
}

/// The request: a patch, or what the worktree changes.
pub fn body(repo: &Path, client: &Client<'_>, args: ProposeArgs) -> Result<ProposeBody, EngineError> {
    let patch = args.patch.as_deref().map(read_patch).transpose()?;
    let (base, changes) = if patch.is_some() { (None, Vec::new()) } else { worktree(repo, &args.paths)? };
    Ok(ProposeBody {
        organization: None,
        memory_repository: client.server.repository.clone(),
        base_commit: args.base.or(base),
        changes,
        patch,
        title: args.title,
        reason: args.reason,
        source_run: args.source_run,
        artifact: None,
        supersedes: args.supersedes,
    })
}

fn worktree(repo: &Path, paths: &[String]) -> Result<(Option<String>, Vec<ChangeBody>), EngineError> {
    let (base, changes) = Memory::local(repo, Arc::new(SystemClock))?.worktree_changes()?;
    let below = |path: &str, folder: &str| {
        let folder = folder.trim_end_matches('/');
        path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let wanted = |path: &str| paths.is_empty() || paths.iter().any(|folder| below(path, folder));
    let changes = changes.into_iter().filter(|change| wanted(&change.path));
    let changes: Vec<ChangeBody> = changes
        .map(|c| ChangeBody { path: c.path, action: c.action, content: c.content, from: c.from, reason: c.reason })
        .collect();
    if changes.is_empty() {
        let message = "nothing to propose: the worktree is as the commit that is checked out";
        return Err(EngineError::new(Code::BadRequest, message));
    }
    Ok((Some(base.to_string()), changes))
}

fn read_patch(file: &Path) -> Result<String, EngineError> {
    let failed = |e| EngineError::new(Code::BadRequest, format!("{} cannot be read: {e}", file.display()));
    let from: Box<dyn Read> = match file.to_str() {
        Some("-") => Box::new(std::io::stdin()),
        _ => Box::new(std::fs::File::open(file).map_err(failed)?),
    };
    let mut patch = String::new();
    from.take(LARGEST_PATCH + 1).read_to_string(&mut patch).map_err(failed)?;
    if patch.len() as u64 > LARGEST_PATCH {
        return Err(EngineError::new(Code::TooLarge, format!("a patch has at most {LARGEST_PATCH} bytes")));
    }
    Ok(patch)
}
