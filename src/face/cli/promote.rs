//! `lorekeep promote`: makes a record of a note.

use super::show::{safe, safe_lines};
use super::{Outcome, Verdict, open, print, print_json};
use crate::engine::{Code, EngineError, NewPromotion};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Debug, Args)]
pub struct PromoteArgs {
    /// The note, from the root of the memory.
    pub path: String,
    /// The kind of the record.
    #[arg(long, value_name = "KIND")]
    pub kind: String,
    /// Its id, such as `runbook:deploy-rollback`; none: one made of the title.
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Its title; none: that of the note.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Who answers for it, again for each; none: the owners of the note.
    #[arg(long = "owner", value_name = "OWNER")]
    pub owners: Vec<String>,
    /// A field that the kind requires, again for each; items of a list with commas between them.
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub fields: Vec<String>,
    /// Prints the record, and writes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

pub fn run(repo: &Path, args: &PromoteArgs) -> Outcome {
    let promoted = open(repo)?.promote(&args.promotion()?, args.dry_run)?;
    if args.json {
        let written = !args.dry_run;
        print_json(
            &json!({"path": promoted.path, "branch": promoted.branch, "written": written, "content": promoted.content}),
        )?;
        return Ok(Verdict::Yes);
    }
    match (&promoted.branch, args.dry_run) {
        (_, true) => {
            print(&safe_lines(&promoted.content))?;
            eprintln!("nothing was written; it would be {}", safe(&promoted.path));
        }
        (Some(branch), false) => print(&format!("{}\tin the branch {branch}\n", safe(&promoted.path)))?,
        (None, false) => {
            print(&format!("{}\n", safe(&promoted.path)))?;
            eprintln!("next: look at it, lorekeep validate, git add, git commit");
        }
    }
    Ok(Verdict::Yes)
}

impl PromoteArgs {
    /// What is asked for.
    pub fn promotion(&self) -> Result<NewPromotion, EngineError> {
        let bad =
            |field: &str| EngineError::new(Code::BadRequest, format!("`{field}` is no field: write it as NAME=VALUE"));
        let pair = |field: &String| match field.split_once('=') {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err(bad(field)),
        };
        Ok(NewPromotion {
            repository: None,
            path: self.path.clone(),
            kind: self.kind.clone(),
            id: self.id.clone(),
            title: self.title.clone(),
            owners: self.owners.clone(),
            fields: self.fields.iter().map(pair).collect::<Result<BTreeMap<_, _>, _>>()?,
            idempotency_key: None,
        })
    }
}
