//! `lorekeep snapshot`: pins what a question selects as a tag, lists and shows what is pinned, and asks again.

use super::answers::short;
use super::args::QueryArgs;
use super::show::{plural, safe};
use super::{Outcome, Verdict, at, memory, open, print, print_json};
use crate::engine::{Code, EngineError, NewSnapshot, Page, SnapshotView};
use crate::face::wire::{Replayed, SnapshotList, SnapshotResource};
use clap::{Args, Subcommand};
use std::fmt::Write;
use std::path::Path;

/// What to do with snapshots.
#[derive(Debug, Subcommand)]
pub enum SnapshotCommand {
    /// Makes a snapshot: the tag `memory/snapshots/NAME`, which says what is pinned.
    #[command(
        after_help = "Examples:\n  lorekeep snapshot create --name before-release                       a commit alone\n  lorekeep snapshot create \"flaky checks\" --name run-42 --source-run run-42"
    )]
    Create(Box<CreateArgs>),
    /// Lists the snapshots: by name; those of a server newest first.
    #[command(
        after_help = "Examples:\n  lorekeep snapshot list --json\n  lorekeep snapshot list --phase KnownBad --server https://memory.example.com --org acme --token-file token"
    )]
    List(ListArgs),
    /// Shows what a snapshot pins.
    #[command(after_help = "Example:\n  lorekeep snapshot show run-42")]
    Show {
        /// Its name or id.
        name: String,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Asks a snapshot's query again at its commit, and compares the digests.
    #[command(
        after_help = "Example:\n  lorekeep snapshot replay run-42\n\nExit status: 0 every digest is the same, 1 one differs."
    )]
    Replay {
        /// Its name or id.
        name: String,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Marks a snapshot of a server as known to be bad; what it pins stays as it is.
    #[command(
        after_help = "Example:\n  lorekeep snapshot mark run-42 --reason \"amu-01hx5k3v6y8z was wrong\" --server https://memory.example.com --org acme --token-file token"
    )]
    Mark {
        /// Its name or id.
        name: String,
        /// Why it is known to be bad.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Which snapshots are listed.
#[derive(Debug, Default, Args)]
pub struct ListArgs {
    /// Only those of this run.
    #[arg(long, value_name = "RUN")]
    pub source_run: Option<String>,
    /// Of a server: only those in this phase, `Ready` or `KnownBad`.
    #[arg(long, value_name = "PHASE")]
    pub phase: Option<String>,
    /// Of a server: how many at most, 1 to 200.
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Of a server: goes on where a page before ended.
    #[arg(long, value_name = "CURSOR")]
    pub cursor: Option<String>,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

/// A snapshot to be made: a name, and a query with its flags.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The name of its tag, below `memory/snapshots/`; only on a server may it be left out.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The run that reads it.
    #[arg(long, value_name = "RUN")]
    pub source_run: Option<String>,
    /// Why it is made.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub query: QueryArgs,
}

pub fn run(repo: &Path, command: SnapshotCommand) -> Outcome {
    match command {
        SnapshotCommand::Create(args) => create(repo, *args),
        SnapshotCommand::List(args) => list(repo, args),
        SnapshotCommand::Show { name, json } => give(open(repo)?.snapshot_of(&name)?, json),
        SnapshotCommand::Replay { name, json } => replay(repo, &name, json),
        SnapshotCommand::Mark { .. } => {
            let message = "a server keeps what is known of a snapshot: give --server URL, or set LOREKEEP_SERVER";
            Err(EngineError::new(Code::BadRequest, message))
        }
    }
}

fn create(repo: &Path, args: CreateArgs) -> Outcome {
    let CreateArgs { name, source_run, reason, query } = args;
    let (at, json) = (at(&query.at)?, query.json);
    let memory = memory::open_indexed(repo, &at)?;
    let query = if asks_something(&query) { Some(memory::ask(query)?) } else { None };
    let new = NewSnapshot { at, query, name, source_run, reason, ..NewSnapshot::default() };
    give(memory.create_snapshot(&new)?, json)
}

/// Whether anything is asked: without it, the commit alone is pinned.
pub fn asks_something(query: &QueryArgs) -> bool {
    let lists = [
        &query.kinds,
        &query.owners,
        &query.tags,
        &query.statuses,
        &query.repo_refs,
        &query.select,
        &query.associations,
    ];
    query.text.is_some() || lists.iter().any(|list| !list.is_empty())
}

fn list(repo: &Path, args: ListArgs) -> Outcome {
    if args.phase.is_some() || args.limit.is_some() || args.cursor.is_some() {
        let message = "--phase, --limit and --cursor are for the snapshots of a server: leave them out";
        return Err(EngineError::new(Code::BadRequest, message));
    }
    let mut all = open(repo)?.snapshots()?;
    all.retain(|view| args.source_run.is_none() || view.source_run == args.source_run);
    let list = SnapshotList::new("local", Page { items: all, total: None, next_cursor: None });
    if args.json {
        print_json(&list)?
    } else {
        print(&list.items.iter().map(line).collect::<String>())?
    }
    Ok(Verdict::Yes)
}

/// One line: name, id, commit, when it was made, the run, and whether it is known to be bad.
pub fn line(snapshot: &SnapshotResource) -> String {
    let (spec, status) = (&snapshot.spec, &snapshot.status);
    let name = safe(spec.name.as_deref().unwrap_or("-"));
    let (id, made) = (safe(&snapshot.metadata.name), safe(&snapshot.metadata.creation_timestamp));
    let run = spec.source_run.as_deref().map(|run| format!("  run {}", safe(run))).unwrap_or_default();
    let bad = if status.known_bad.is_some() { "  known bad" } else { "" };
    format!("{name}  {id}  {}  {made}{run}{bad}\n", short(&status.resolved_commit))
}

fn give(view: SnapshotView, json: bool) -> Outcome {
    let snapshot = SnapshotResource::from(view);
    if json {
        print_json(&snapshot)?
    } else {
        print(&text(&snapshot))?
    }
    Ok(Verdict::Yes)
}

/// What a snapshot pins, and what became of it.
pub fn text(snapshot: &SnapshotResource) -> String {
    let (spec, status) = (&snapshot.spec, &snapshot.status);
    let mut out = line(snapshot);
    let behind = match status.stale_by_commits {
        0 => "at the tip".to_owned(),
        n => format!("{} behind the tip", plural(n, "landing")),
    };
    let _ = writeln!(out, "digest {}, {behind}", safe(&status.digest));
    if let Some(mark) = &status.known_bad {
        let _ = writeln!(out, "known to be bad: {} ({}, {})", safe(&mark.reason), safe(&mark.by), safe(&mark.at));
    }
    if let Some(reason) = &spec.reason {
        let _ = writeln!(out, "{}", safe(reason));
    }
    let Some(selection) = &status.selection else { return out };
    for record in &selection.records {
        let _ = writeln!(out, "  {}  {}", safe(&record.id), safe(&record.path));
    }
    for excerpt in &selection.excerpts {
        let _ = writeln!(out, "  {}:{}-{}", safe(&excerpt.path), excerpt.line_start, excerpt.line_end);
    }
    out
}

fn replay(repo: &Path, name: &str, json: bool) -> Outcome {
    let replay = Replayed::from(open(repo)?.replay_snapshot(name)?);
    if json {
        print_json(&replay)?
    } else {
        print(&replay_text(&replay))?
    }
    Ok(Verdict::from_yes(replay.same))
}

/// Each digest, and what it was where it differs.
pub fn replay_text(replay: &Replayed) -> String {
    let mut out = String::new();
    for digest in &replay.digests {
        let (name, was, is) = (safe(&digest.name), safe(&digest.pinned), safe(&digest.today));
        let _ = match digest.same {
            true => writeln!(out, "same     {name}  {is}"),
            false => writeln!(out, "differs  {name}  was {was}, is {is}"),
        };
    }
    out
}
