//! Imports into the repository at hand: a branch that proposes them, or with `--dry-run` what it would hold.

use super::all::{self, State};
use super::args::ImportArgs;
use super::{find, told};
use crate::engine::{EngineError, Found, ImportPreview, Importing, Memory, NewImport, RefRequest, Validation};
use crate::face::cli::{Outcome, Verdict, memory, print, print_json};
use serde_json::json;
use std::path::Path;

/// The branch that all imports of one call go on, where nothing else is said.
const TOGETHER: &str = "backfill";

pub fn one(repo: &Path, path: &Path, args: &ImportArgs) -> Outcome {
    let bundle = find::open(path)?;
    let memory = memory::open_indexed(repo, &RefRequest::default())?;
    let mut importing = memory.importing(args.one_branch.as_deref())?;
    let preview = importing.preview(&args.what.import(), &bundle, args.allow_active)?;
    let branch = put(&mut importing, &preview, args.dry_run)?;
    let is_new = preview.found == Found::New;
    let validation = if is_new || args.dry_run { Some(importing.validate()?) } else { None };
    if args.json {
        print_json(&told::json(&preview, branch.as_ref(), validation.as_ref(), (args.dry_run, args.show)))?;
    } else if args.dry_run {
        print(&told::preview(&preview, args.show))?;
        print(&told::findings(validation.as_ref()))?;
        eprintln!("nothing was written");
    } else {
        print(&told::written(&preview, branch.as_deref()))?;
        print(&told::findings(validation.as_ref()))?;
        hint(&importing, branch.as_deref())?;
    }
    Ok(verdict(validation.as_ref()))
}

pub fn all(repo: &Path, folder: &Path, args: &ImportArgs) -> Outcome {
    let memory: Memory = memory::open_indexed(repo, &RefRequest::default())?;
    let together = args.one_branch.as_deref().unwrap_or(TOGETHER);
    let mut importing = memory.importing(if args.branch_each { None } else { Some(together) })?;
    let new = args.what.import();
    let (rows, done) = all::each(folder, args, |path| row(&mut importing, path, &new, args))?;
    let any = rows.iter().any(|row| row.state == State::Imported);
    let validation = if any { Some(importing.validate()?) } else { None };
    let branch = importing.branch().map(|branch| branch.name);
    let more = json!({
        "dryRun": args.dry_run,
        "branch": branch,
        "findings": validation.as_ref().map(|validation| validation.json()["findings"].clone()),
    });
    all::tell(&rows, args.json, &more, &told::findings(validation.as_ref()))?;
    match args.dry_run {
        true => eprintln!("nothing was written"),
        false if !args.json && any => hint(&importing, branch.as_deref())?,
        false => {}
    }
    let valid = verdict(validation.as_ref());
    Ok(if done == Verdict::Yes { valid } else { done })
}

fn row(
    importing: &mut Importing<'_>,
    path: &Path,
    new: &NewImport,
    args: &ImportArgs,
) -> Result<(State, serde_json::Value), EngineError> {
    let bundle = find::open(path)?;
    let preview = importing.preview(new, &bundle, args.allow_active)?;
    let branch = put(importing, &preview, args.dry_run)?;
    let state = if preview.found == Found::New { State::Imported } else { State::Unchanged };
    Ok((state, told::json(&preview, branch.as_ref(), None, (args.dry_run, args.show))))
}

/// Writes what is new, and gives the branch that has it.
fn put(importing: &mut Importing<'_>, preview: &ImportPreview, dry_run: bool) -> Result<Option<String>, EngineError> {
    match &preview.found {
        Found::New if dry_run => {
            importing.take(preview);
            Ok(None)
        }
        Found::New => Ok(Some(importing.write(preview)?.name)),
        Found::Proposed(branch) => Ok(Some(branch.clone())),
        Found::Landed => Ok(None),
    }
}

/// Says how to look at a branch, and how to land it.
fn hint(importing: &Importing<'_>, branch: Option<&str>) -> Result<(), EngineError> {
    if let Some(branch) = branch {
        let main = importing.default_branch()?;
        eprintln!("look: git diff {main}...{branch}");
        eprintln!("land: git checkout {main} && git merge {branch}");
        eprintln!("drop: git branch -D {branch}");
    }
    Ok(())
}

fn verdict(validation: Option<&Validation>) -> Verdict {
    Verdict::from_yes(validation.is_none_or(|validation| validation.report.summary.errors == 0))
}
