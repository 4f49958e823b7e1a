//! `lorekeep verify`.

use super::show::{colour, plural, safe};
use super::{Outcome, Verdict, print, print_json, progress};
use crate::base::Severity;
use crate::engine::{AskLine, FaultyCommit, LineAsks, LineFault, VerifiedLine};
use clap::Args;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The most commits that are named; `--json` has all of them.
const MOST_NAMED: usize = 50;

/// What is verified, and how strictly.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The commit to begin at; none: the tip of the default branch.
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// A commit that is trusted: it and what is below are not looked at.
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Whose signatures count; none: the file that git's `gpg.ssh.allowedSignersFile` names.
    #[arg(long, value_name = "FILE")]
    pub allowed_signers: Option<PathBuf>,
    /// Takes a push past review for a fault, unless a registered key signed it.
    #[arg(long)]
    pub require_signed_landings: bool,
    /// How many approvals each merge needs; none: what the memory says, or 1.
    #[arg(long, value_name = "N")]
    pub required_approvals: Option<usize>,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

pub fn run(repo: &Path, args: VerifyArgs) -> Outcome {
    let asks =
        LineAsks { require_signed_landings: args.require_signed_landings, required_approvals: args.required_approvals };
    let ask = AskLine { rev: args.rev, base: args.base, allowed_signers: args.allowed_signers, asks };
    let found = progress::with_bar("verifying", |p| crate::engine::verify_line(repo, &ask, p))?;
    if args.json {
        print_json(&found)?;
    } else {
        print(&text(&found, colour()))?;
    }
    Ok(Verdict::from_yes(found.sound))
}

fn text(found: &VerifiedLine, colour: bool) -> String {
    let mut out = String::new();
    for fault in found.faults.iter().take(MOST_NAMED) {
        write_fault(&mut out, fault, colour);
    }
    if found.faults.len() > MOST_NAMED {
        let _ = writeln!(out, "... and {} more: --json names all of them\n", found.faults.len() - MOST_NAMED);
    }
    out + &summary(found)
}

fn write_fault(out: &mut String, fault: &FaultyCommit, colour: bool) {
    let (word, ink) = match fault.severity {
        Severity::Error => ("error", "31"),
        Severity::Warning => ("warning", "33"),
    };
    let word = if colour { format!("\x1b[1;{ink}m{word}\x1b[0m") } else { word.to_owned() };
    let _ = writeln!(out, "{word}: {} {}  {}", fault.commit.short(), name(fault.fault), safe(&fault.title));
    let _ = writeln!(out, "    {}", safe(&fault.reason));
    let _ = writeln!(out, "    help: {}", fault.mend);
}

fn name(fault: LineFault) -> String {
    serde_json::to_value(fault).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn summary(found: &VerifiedLine) -> String {
    let counts = &found.counts;
    let errors = found.faults.iter().filter(|fault| fault.severity == Severity::Error).count();
    let warnings = found.faults.len() - errors;
    let push = if counts.direct_pushes == 1 { "direct push" } else { "direct pushes" };
    let sort = [
        plural(counts.merges, "merge"),
        format!("{} {push}", counts.direct_pushes),
        plural(counts.bootstraps, "first commit") + " of the engine",
    ];
    let verdict = if found.sound { "sound" } else { "not sound" };
    let tail = match (errors, warnings) {
        (0, 0) => String::new(),
        _ => format!(" ({}, {})", plural(errors, "error"), plural(warnings, "warning")),
    };
    let commits = plural(counts.commits, "commit");
    format!("{}: {commits}: {}: {verdict}{tail}\n", found.commit.short(), sort.join(", "))
}
