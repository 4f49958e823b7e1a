//! `lorekeep blame`, `bisect` and `impact`: where memory comes from, and where it went.

use super::answers::short;
use super::args::AtArgs;
use super::show::safe;
use super::{Outcome, Verdict, at, open, print, print_json};
use crate::base::id::UpdateId;
use crate::engine::{Code, EngineError, ImpactOf};
use crate::face::wire::{self, BisectAnswer, BisectParams, BlameAnswer, ImpactAnswer, LandingItem};
use clap::Args;
use std::fmt::Write;
use std::path::Path;

#[derive(Debug, Args)]
pub struct BlameArgs {
    /// The document.
    pub path: String,
    /// Only these lines: `FIRST-LAST`.
    #[arg(long, value_name = "A-B")]
    pub lines: Option<String>,
    /// Prints exactly the API's answer.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub at: AtArgs,
}

#[derive(Debug, Args)]
pub struct BisectArgs {
    /// The question.
    #[arg(long, value_name = "TEXT")]
    pub query: String,
    /// The record that the answer is expected to hold.
    #[arg(long, value_name = "ID")]
    pub expect: String,
    /// How far up at least; none: anywhere among the first 40.
    #[arg(long, value_name = "N")]
    pub rank: Option<usize>,
    /// The older end; none: the first landing.
    #[arg(long, value_name = "REV")]
    pub good: Option<String>,
    /// The newer end; none: the tip of the default branch.
    #[arg(long, value_name = "REV")]
    pub bad: Option<String>,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct ImpactTarget {
    /// A branch, tag or commit: the landing that it is, or that it came with.
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
    /// An update that has landed.
    #[arg(long, value_name = "ID")]
    pub update: Option<String>,
    /// A record.
    #[arg(long, value_name = "ID")]
    pub record: Option<String>,
}

#[derive(Debug, Args)]
pub struct ImpactArgs {
    #[command(flatten)]
    pub of: ImpactTarget,
    /// Of a server: goes on where a page before ended.
    #[arg(long, value_name = "CURSOR")]
    pub cursor: Option<String>,
    /// Prints exactly the API's answer, of a server one page of it.
    #[arg(long)]
    pub json: bool,
}

pub fn blame(repo: &Path, args: &BlameArgs) -> Outcome {
    let memory = open(repo)?;
    let lines = args.lines.as_deref().map(range).transpose()?;
    let blame = memory.blame(&args.path, lines, &at(&args.at)?)?;
    let answer = wire::BlameAnswer::new("local", Some(memory.name().to_owned()), blame);
    if args.json {
        print_json(&answer)?
    } else {
        print(&blame_text(&answer))?
    }
    Ok(Verdict::Yes)
}

fn range(text: &str) -> Result<(u32, u32), EngineError> {
    let parsed = text.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    parsed.ok_or_else(|| EngineError::new(Code::BadRequest, format!("`{text}` names no lines: write 10-20")))
}

/// Each line with the landing that brought it.
pub fn blame_text(blame: &BlameAnswer) -> String {
    let mut out = String::new();
    for run in &blame.runs {
        let who = run.by.as_ref().map_or_else(|| "----------".to_owned(), landing_text);
        for (line, text) in (run.line_start..).zip(&run.lines) {
            let _ = writeln!(out, "{who} {line:>4}  {}", safe(text));
        }
        if run.lines.is_empty() {
            let _ = writeln!(out, "{who} {}-{}  (hidden)", run.line_start, run.line_end);
        }
    }
    out
}

/// The commit, the day, who wrote it, and the update.
fn landing_text(landing: &LandingItem) -> String {
    let day = landing.landed_at.as_deref().and_then(|at| at.get(..10)).unwrap_or_default();
    let name = landing.author.split(" <").next().unwrap_or_default();
    let update = landing.update.as_deref().map(|update| format!(" {}", safe(update))).unwrap_or_default();
    format!("{} {day} {}{update}", short(&landing.commit), safe(name))
}

pub fn bisect(repo: &Path, args: BisectArgs) -> Outcome {
    let json = args.json;
    let memory = open(repo)?;
    let found = memory.bisect(&args.params().ask()?)?;
    let answer = BisectAnswer::new("local", memory.name(), found);
    if json {
        print_json(&answer)?
    } else {
        print(&bisect_text(&answer))?
    }
    Ok(Verdict::Yes)
}

impl BisectArgs {
    /// The same as the API takes it.
    pub fn params(self) -> BisectParams {
        let Self { query, expect, rank, good, bad, json: _ } = self;
        BisectParams { query, expect, rank, good, bad, ..BisectParams::default() }
    }
}

/// The landing, the ranks on both sides of it, and the records that it changed.
pub fn bisect_text(found: &BisectAnswer) -> String {
    let rank = |rank: Option<usize>| rank.map_or_else(|| "not in the answer".to_owned(), |rank| format!("rank {rank}"));
    let mut out = format!("{}\n", landing_text(&found.landing));
    if !found.landing.approvers.is_empty() {
        let _ = writeln!(out, "approved by {}", safe(&found.landing.approvers.join(", ")));
    }
    let _ = writeln!(out, "before: {} at {}", rank(found.rank_before), short(&found.before));
    let _ = writeln!(out, "after:  {} at {}", rank(found.rank_after), short(&found.landing.commit));
    for record in found.changes.iter().flat_map(|changes| &changes.records) {
        let text = |key: &str| record[key].as_str().unwrap_or_default();
        let _ = writeln!(out, "  {} {}  {}", safe(text("change")), safe(text("id")), safe(text("path")));
    }
    out
}

pub fn impact(repo: &Path, args: &ImpactArgs) -> Outcome {
    if args.cursor.is_some() {
        return Err(EngineError::new(Code::BadRequest, "without a server all is given at once: leave --cursor out"));
    }
    let impact = open(repo)?.impact(&impact_of(&args.of)?)?;
    let answer = ImpactAnswer::new("local", impact);
    if args.json {
        print_json(&answer)?
    } else {
        print(&impact_text(&answer))?
    }
    Ok(Verdict::from_yes(!answer.items.is_empty()))
}

fn impact_of(args: &ImpactTarget) -> Result<ImpactOf, EngineError> {
    let update = args.update.as_deref().map(UpdateId::parse).transpose();
    let update = update.map_err(|e| EngineError::new(Code::BadRequest, e.to_string()))?;
    Ok(match (&args.commit, update, &args.record) {
        (Some(commit), _, _) => ImpactOf::Commit(commit.clone()),
        (_, Some(update), _) => ImpactOf::Update(update),
        (_, _, record) => ImpactOf::Record(record.clone().unwrap_or_default()),
    })
}

/// Each snapshot, whether it is known to be bad, and what it selected of what was brought in.
pub fn impact_text(impact: &ImpactAnswer) -> String {
    let mut out = String::new();
    for item in &impact.items {
        let run = item.source_run.as_deref().map(|run| format!("  run {run}")).unwrap_or_default();
        let bad = if item.known_bad { "  known bad" } else { "" };
        let name = safe(item.name.as_deref().unwrap_or("-"));
        let _ = writeln!(out, "{name}  {}{}{bad}", safe(&item.snapshot), safe(&run));
        for record in &item.records {
            let (id, path, through) = (safe(&record.id), safe(&record.path), safe(&record.through));
            let _ = writeln!(out, "  {id}  {path}  ({through})");
        }
        for lines in &item.excerpts {
            let _ = writeln!(out, "  {}:{}-{}", safe(&lines.path), lines.line_start, lines.line_end);
        }
    }
    out
}
