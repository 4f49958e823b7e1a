//! `lorekeep import sweep`: removes from a data directory what imports keep no longer.

use super::args::SweepArgs;
use crate::engine::SweptObject;
use crate::face::cli::show::{plural, safe};
use crate::face::cli::{Outcome, Verdict, operate, print, print_json};

pub fn run(args: &SweepArgs) -> Outcome {
    let swept = operate::engine(&args.data)?.sweep_imports(args.dry_run)?;
    if args.json {
        print_json(&serde_json::json!({"dryRun": args.dry_run, "removed": swept}))?;
        return Ok(Verdict::Yes);
    }
    print(&swept.iter().map(line).collect::<String>())?;
    let would = if args.dry_run { "would remove" } else { "removed" };
    eprintln!("{would} {}", plural(swept.len(), "object"));
    Ok(Verdict::Yes)
}

fn line(swept: &SweptObject) -> String {
    let SweptObject { organization, import, kind, name, digest, size, reason, .. } = swept;
    let bytes = if swept.removes_bytes { format!("{size} bytes") } else { "its bytes are needed elsewhere".to_owned() };
    let name = if name.is_empty() { String::new() } else { format!(" {}", safe(name)) };
    format!("{organization}  {import}  {kind}{name}  {digest}  {bytes}: {reason}\n")
}
