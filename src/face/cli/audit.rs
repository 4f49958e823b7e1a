//! `lorekeep audit`: the operator's look at the audit chains of a data directory.

use super::args::DataDir;
use super::operate::{engine, parse};
use super::show::{plural, safe};
use super::{Outcome, Verdict, print, print_json, when};
use crate::base::time::SystemClock;
use crate::base::{Clock, OrgId, Timestamp};
use crate::engine::{AuditVerified, Code, Engine, EngineError};
use crate::face::wire::AuditCheck;
use clap::Subcommand;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Says whether each entry stands where it was written, by the digests of the chain and its anchors in git.
    #[command(
        after_help = "Examples:\n  lorekeep audit verify --data-dir ./data\n  lorekeep audit verify --org acme --against ./brain-clone --data-dir ./data\n\nExit status: 0 whole, 1 something was altered, 2 bad usage, 3 the data directory cannot be read."
    )]
    Verify {
        /// The organization; none: each of them.
        #[arg(long)]
        org: Option<String>,
        /// A clone kept elsewhere that fetched `refs/lorekeep/audit`: its anchors count too.
        #[arg(long, value_name = "DIR", requires = "org")]
        against: Option<PathBuf>,
        #[command(flatten)]
        data: DataDir,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints the chain as lines of JSON, oldest first.
    #[command(
        after_help = "Examples:\n  lorekeep audit export --org acme --data-dir ./data > audit.jsonl\n  lorekeep audit export --org acme --since '2 days ago' --data-dir ./data"
    )]
    Export {
        /// The organization.
        #[arg(long)]
        org: String,
        /// From this entry or time on: a number, RFC 3339, a date, or words such as "2 days ago".
        #[arg(long, value_name = "SEQ|TIME")]
        since: Option<String>,
        #[command(flatten)]
        data: DataDir,
    },
}

pub fn run(command: AuditCommand) -> Outcome {
    match command {
        AuditCommand::Verify { org, against, data, json } => {
            let engine = engine(&data)?;
            let found: Vec<AuditVerified> = orgs(&engine, org)?
                .iter()
                .map(|org| engine.verify_audit(org, against.as_deref()))
                .collect::<Result<_, _>>()?;
            let sound = found.iter().all(|found| found.faults.is_empty());
            if json {
                print_json(&found.into_iter().map(AuditCheck::from).collect::<Vec<_>>())?;
            } else {
                print(&found.iter().map(text).collect::<String>())?;
            }
            Ok(Verdict::from_yes(sound))
        }
        AuditCommand::Export { org, since, data } => {
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            let from = since.as_deref().map_or(Ok((1, None)), from)?;
            engine(&data)?.export_audit(&parse::<OrgId>(&org)?, from, &mut |line| out.write_all(line.as_bytes()))?;
            let failed = |e| EngineError::new(Code::Unavailable, format!("standard output cannot be written: {e}"));
            out.flush().map_err(failed)?;
            Ok(Verdict::Yes)
        }
    }
}

fn orgs(engine: &Engine, org: Option<String>) -> Result<Vec<OrgId>, EngineError> {
    match org {
        Some(org) => Ok(vec![parse(&org)?]),
        None => Ok(engine.orgs()?.into_iter().map(|(org, _)| org).collect()),
    }
}

/// A number is that of an entry; anything else is a time.
fn from(text: &str) -> Result<(u64, Option<Timestamp>), EngineError> {
    if let Ok(sequence) = text.parse() {
        return Ok((sequence, None));
    }
    let moment = when::read(text, SystemClock.now()).map_err(|e| EngineError::new(Code::BadTimestamp, e))?;
    Ok((1, Some(moment)))
}

fn text(found: &AuditVerified) -> String {
    let mut out = String::new();
    for fault in &found.faults {
        let _ =
            writeln!(out, "{}: entry {} {}: {}", found.organization, fault.sequence, fault.fault, safe(&fault.reason));
    }
    let entries = if found.entries == 1 { "1 entry".to_owned() } else { format!("{} entries", found.entries) };
    let anchored = match found.anchors {
        0 => "nothing is anchored in git yet".to_owned(),
        n => format!("{} in git up to entry {}", plural(n, "anchor"), found.anchored_up_to),
    };
    let verdict = if found.faults.is_empty() {
        "whole"
    } else {
        "NOT whole: restore records.sqlite3 from a backup, and find out who wrote to it"
    };
    let _ = writeln!(out, "{}: {entries}, {anchored}: {verdict}", found.organization);
    out
}
