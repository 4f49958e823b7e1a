//! `lorekeep doctor`.

use super::args::DataDir;
use super::{Outcome, Verdict, operate, print, print_json, show};
use crate::engine::{Coverage, EngineError};
use serde_json::{Value, json};
use std::path::Path;

/// What was found.
#[derive(Default)]
struct Found {
    problems: Vec<(String, String)>,
    /// Of each repository: its name and how much of it is indexed.
    indexes: Vec<(String, Coverage)>,
    /// Who fills history in.
    filled_by: &'static str,
}

pub fn run(repo: &Path, data: &DataDir, as_json: bool) -> Outcome {
    let mut found = if data.data_dir.is_some() { of_server(data)? } else { of_repository(repo)? };
    found.problems.splice(0..0, crate::engine::check_installation());
    if as_json {
        print_json(&json(&found))?;
    } else {
        tell(&found)?;
    }
    Ok(Verdict::from_yes(found.problems.is_empty()))
}

fn of_server(data: &DataDir) -> Result<Found, EngineError> {
    let engine = operate::engine(data)?;
    let filled_by = "a running server fills history in behind the tip";
    Ok(Found { problems: engine.doctor()?, indexes: engine.coverages()?, filled_by })
}

fn of_repository(repo: &Path) -> Result<Found, EngineError> {
    let filled_by = "history is filled in when an old commit is asked for, or by `lorekeep index`";
    match super::open(repo) {
        Ok(memory) => {
            let problems = memory.doctor()?;
            Ok(Found { problems, indexes: vec![(memory.name().to_owned(), memory.coverage()?)], filled_by })
        }
        Err(error) => {
            let mend = "run it in a git repository, or give --repo PATH or --data-dir DIR".to_owned();
            Ok(Found { problems: vec![(error.message, mend)], ..Found::default() })
        }
    }
}

fn json(found: &Found) -> Value {
    let problem = |(what, mend): &(String, String)| json!({"problem": what, "mend": mend});
    let index = |(name, covered): &(String, Coverage)| json!({"repository": name, "landings": covered.landings, "indexed": covered.indexed});
    json!({
        "problems": found.problems.iter().map(problem).collect::<Vec<_>>(),
        "index": found.indexes.iter().map(index).collect::<Vec<_>>(),
    })
}

fn tell(found: &Found) -> Result<(), EngineError> {
    for (name, covered) in &found.indexes {
        let rest = if covered.is_whole() { String::new() } else { format!("; {}", found.filled_by) };
        eprintln!("index of {}: {} of {} landings{rest}", show::safe(name), covered.indexed, covered.landings);
    }
    if found.problems.is_empty() {
        eprintln!("nothing is wrong");
        return Ok(());
    }
    let line = |(what, mend): &(String, String)| format!("{}\n    {}\n", show::safe(what), show::safe(mend));
    print(&found.problems.iter().map(line).collect::<String>())
}
