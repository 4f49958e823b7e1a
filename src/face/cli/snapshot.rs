//! `lorekeep snapshot`: pins what a question selects as a tag, lists and shows what is pinned, and asks again.

use super::args::QueryArgs;
use super::show::{plural, safe};
use super::{Outcome, Verdict, at, memory, open, print, print_json};
use crate::engine::{NewSnapshot, Page, Replay, SnapshotView};
use crate::face::wire;
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
    /// Lists the snapshots, by name.
    #[command(after_help = "Example:\n  lorekeep snapshot list --json")]
    List {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
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
}

/// A snapshot to be made: a name, and a query with its flags.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The name of its tag, below `memory/snapshots/`.
    #[arg(long, value_name = "NAME")]
    pub name: String,
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
        SnapshotCommand::List { json } => list(repo, json),
        SnapshotCommand::Show { name, json } => give(open(repo)?.snapshot_of(&name)?, json),
        SnapshotCommand::Replay { name, json } => replay(repo, &name, json),
    }
}

fn create(repo: &Path, args: CreateArgs) -> Outcome {
    let CreateArgs { name, source_run, reason, query } = args;
    let (at, json) = (at(&query.at)?, query.json);
    let memory = memory::open_indexed(repo, &at)?;
    let asks = asks_something(&query);
    let query = if asks { Some(memory::ask(query)?) } else { None };
    let new = NewSnapshot { at, query, name: Some(name), source_run, reason, ..NewSnapshot::default() };
    give(memory.create_snapshot(&new)?, json)
}

/// Whether anything is asked: without it, the commit alone is pinned.
fn asks_something(query: &QueryArgs) -> bool {
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

fn list(repo: &Path, json: bool) -> Outcome {
    let all = open(repo)?.snapshots()?;
    if json {
        print_json(&wire::SnapshotList::new("local", Page { items: all, total: None, next_cursor: None }))?;
    } else {
        print(&all.iter().map(line).collect::<String>())?;
    }
    Ok(Verdict::Yes)
}

fn line(view: &SnapshotView) -> String {
    let (name, commit) = (view.name.as_deref().unwrap_or("-"), view.content.resolved_commit.short());
    let run = view.source_run.as_deref().map(|run| format!("  run {}", safe(run))).unwrap_or_default();
    format!("{}  {}  {commit}  {}{run}\n", safe(name), view.id, view.created_at)
}

fn give(view: SnapshotView, json: bool) -> Outcome {
    if json {
        print_json(&wire::SnapshotResource::from(view))?;
    } else {
        print(&text(&view))?;
    }
    Ok(Verdict::Yes)
}

fn text(view: &SnapshotView) -> String {
    let mut out = line(view);
    let behind = match view.stale_by_commits {
        0 => "at the tip".to_owned(),
        n => format!("{} behind the tip", plural(n, "landing")),
    };
    let _ = writeln!(out, "digest {}, {behind}", view.digest);
    if let Some(reason) = &view.reason {
        let _ = writeln!(out, "{}", safe(reason));
    }
    let Some(query) = &view.content.query else { return out };
    for record in &query.records {
        let _ = writeln!(out, "  {}  {}", safe(&record.id), safe(&record.path));
    }
    for excerpt in &query.excerpts {
        let _ = writeln!(out, "  {}:{}-{}", safe(&excerpt.path), excerpt.line_start, excerpt.line_end);
    }
    out
}

fn replay(repo: &Path, name: &str, json: bool) -> Outcome {
    let replay = open(repo)?.replay_snapshot(name)?;
    let same = replay.is_same();
    if json {
        print_json(&wire::Replayed::from(replay))?;
    } else {
        print(&replay_text(&replay))?;
    }
    Ok(Verdict::from_yes(same))
}

fn replay_text(replay: &Replay) -> String {
    let mut out = String::new();
    for digest in &replay.digests {
        let _ = match digest.pinned == digest.today {
            true => writeln!(out, "same     {}  {}", digest.name, digest.today),
            false => writeln!(out, "differs  {}  was {}, is {}", digest.name, digest.pinned, digest.today),
        };
    }
    out
}
