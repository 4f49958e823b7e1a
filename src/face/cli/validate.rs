//! `lorekeep validate`.

use super::args::{Format, ValidateArgs};
use super::{Outcome, Verdict, print, print_json, show};
use crate::engine::{RefRequest, ValidateTarget, Validation};
use serde_json::{Value, json};
use std::path::Path;

pub fn run(repo: &Path, args: &ValidateArgs) -> Outcome {
    let memory = super::open(repo)?;
    let named = |rev: &String| RefRequest { requested: Some(rev.clone()), ..RefRequest::default() };
    let target = match &args.rev {
        Some(rev) => ValidateTarget::Commit(named(rev)),
        None if args.staged => ValidateTarget::Staged,
        None if args.worktree || memory.has_worktree() => ValidateTarget::Worktree,
        None => ValidateTarget::Commit(RefRequest::default()),
    };
    let validation = memory.validate(&target, args.base.as_ref().map(named).as_ref(), &args.paths)?;
    if args.json || args.format == Format::Json {
        print_json(&json(&validation))?;
    } else {
        print(&(show::findings(&validation, show::colour()) + "\n"))?;
    }
    Ok(Verdict::from_yes(validation.report.summary.errors == 0))
}

/// The JSON form of a validation, as the API gives it too.
pub fn json(validation: &Validation) -> Value {
    let s = &validation.report.summary;
    json!({
        "commit": validation.commit,
        "base": validation.base,
        "findings": validation.report.findings,
        "summary": {
            "files": s.files, "records": s.records, "edges": s.edges, "notes": s.notes,
            "errors": s.errors, "warnings": s.warnings, "unresolved": s.unresolved,
        },
    })
}
