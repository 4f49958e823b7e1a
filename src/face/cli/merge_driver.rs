//! `lorekeep merge-driver`: git runs it for each note and record that both sides of a merge changed.

use super::{Outcome, Verdict, show};
use crate::engine::{Code, EngineError, FieldConflict, MergedFile, merge_file};
use clap::Args;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The largest side that is read.
const MAX_BYTES: u64 = 8 << 20;
/// The most conflicts that are printed.
const MOST_SHOWN: usize = 20;

/// What git gives a merge driver.
#[derive(Debug, Args)]
pub struct MergeDriverArgs {
    /// The file of the common ancestor (%O); empty where both sides added it.
    pub base: PathBuf,
    /// Our file (%A), which comes to hold the result.
    pub ours: PathBuf,
    /// Their file (%B).
    pub theirs: PathBuf,
    /// The path in the repository (%P).
    pub path: String,
}

/// Merges; says no, and why, where something is left to a person. No marker is ever written.
pub fn run(args: &MergeDriverArgs) -> Outcome {
    let (base, ours, theirs) = (read(&args.base)?, read(&args.ours)?, read(&args.theirs)?);
    let Some(MergedFile { text, conflicts }) = merge_file(&args.path, &base, &ours, &theirs) else {
        eprintln!("lorekeep: {} is no text that can be merged: choose a side", show::safe(&args.path));
        return Ok(Verdict::No);
    };
    let written = std::fs::write(&args.ours, text);
    written
        .map_err(|e| EngineError::new(Code::Unavailable, format!("{} cannot be written: {e}", args.ours.display())))?;
    conflicts.iter().take(MOST_SHOWN).for_each(|conflict| complain(&args.path, conflict));
    if let Some(more @ 1..) = conflicts.len().checked_sub(MOST_SHOWN) {
        eprintln!("lorekeep: {}: {more} more conflicts", show::safe(&args.path));
    }
    Ok(Verdict::from_yes(conflicts.is_empty()))
}

fn read(path: &Path) -> Result<Vec<u8>, EngineError> {
    let failed = |reason: String| EngineError::new(Code::Unavailable, format!("{}: {reason}", path.display()));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|e| failed(e.to_string()))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|e| failed(e.to_string()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(failed(format!("it has more than {MAX_BYTES} bytes: merge it by hand")));
    }
    Ok(bytes)
}

/// Says where a merge stopped, and what each side says there.
fn complain(path: &str, conflict: &FieldConflict) {
    let record = conflict.record.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
    let field = if conflict.field.is_empty() { conflict.kind.as_str() } else { &conflict.field };
    let line = conflict.ours_line.map(|line| format!(", line {line}")).unwrap_or_default();
    eprintln!("lorekeep: conflict in {}{line}:{} {}", show::safe(path), show::safe(&record), show::safe(field));
    for (name, text) in [("base", &conflict.base), ("ours", &conflict.ours), ("theirs", &conflict.theirs)] {
        let text = text.as_deref().map_or_else(|| "(not there)".to_owned(), show::safe_lines);
        eprintln!("  {name}: {}", text.trim_end().replace('\n', "\n    "));
    }
}
