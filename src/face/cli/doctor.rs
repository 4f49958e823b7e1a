//! `lorekeep doctor`.

use super::args::DataDir;
use super::{Outcome, Verdict, operate, print, print_json, show};
use serde_json::json;
use std::path::Path;

pub fn run(repo: &Path, data: &DataDir, as_json: bool) -> Outcome {
    let mut problems = crate::engine::check_installation();
    if data.data_dir.is_some() {
        problems.extend(operate::engine(data)?.doctor()?);
    } else {
        match super::open(repo) {
            Ok(memory) => problems.extend(memory.doctor()?),
            Err(error) => problems
                .push((error.message, "run it in a git repository, or give --repo PATH or --data-dir DIR".to_owned())),
        }
    }
    if as_json {
        print_json(&problems.iter().map(|(what, mend)| json!({"problem": what, "mend": mend})).collect::<Vec<_>>())?;
    } else if problems.is_empty() {
        eprintln!("nothing is wrong");
    } else {
        let line = |(what, mend): &(String, String)| format!("{}\n    {}\n", show::safe(what), show::safe(mend));
        print(&problems.iter().map(line).collect::<String>())?;
    }
    Ok(Verdict::from_yes(problems.is_empty()))
}
