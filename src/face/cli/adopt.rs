//! `lorekeep init NEW --from DIR`.

use super::ontology::{report_json, report_text};
use super::show::{plural, safe};
use super::{Outcome, Verdict, print_json, progress};
use crate::base::time::SystemClock;
use crate::engine::Brought;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;

/// The most lines of one list that people are shown.
const MAX_SHOWN: usize = 20;

pub fn run(from: &Path, dir: &Path, json: bool) -> Outcome {
    let brought = progress::with_bar("reading", |p| crate::engine::init_from(from, dir, &SystemClock, p))?;
    crate::engine::install_merge_driver(dir, &super::operate::program()?)?;
    if json {
        print_json(&to_json(&brought))?;
    } else {
        eprint!("{}", to_text(&brought));
    }
    eprintln!("made a memory repository in {}", dir.display());
    eprintln!("next: cd {} && lorekeep validate", dir.display());
    Ok(Verdict::Yes)
}

fn to_json(brought: &Brought) -> Value {
    let listed = |list: &[(String, String)]| -> Vec<Value> {
        list.iter().map(|(path, what)| json!({"path": path, "message": what})).collect()
    };
    json!({
        "commit": brought.commit,
        "concepts": brought.concepts,
        "memory": brought.memory,
        "asTheyWere": brought.as_they_were,
        "unmapped": listed(&brought.unmapped),
        "leftOut": listed(&brought.left_out),
        "ontology": report_json(&brought.ontology),
    })
}

fn to_text(brought: &Brought) -> String {
    let mut out = String::new();
    for (count, what) in [(brought.concepts.len(), "OKF concept"), (brought.memory.len(), "file")] {
        let whose = if what == "file" { " of an agent's memory" } else { "" };
        if count > 0 {
            let _ = writeln!(out, "{}{whose} became records", plural(count, what));
        }
    }
    let _ = writeln!(out, "{} as they were", plural(brought.as_they_were.len(), "file"));
    list(&mut out, "not mapped", &brought.unmapped);
    list(&mut out, "left out", &brought.left_out);
    out + &report_text(&brought.ontology)
}

fn list(out: &mut String, what: &str, list: &[(String, String)]) {
    for (path, why) in list.iter().take(MAX_SHOWN) {
        let _ = writeln!(out, "{what}: {}: {}", safe(path), safe(why));
    }
    if list.len() > MAX_SHOWN {
        let _ = writeln!(out, "{what}: {} more, listed by --json", list.len() - MAX_SHOWN);
    }
}
