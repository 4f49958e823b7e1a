//! `lorekeep blame`, `bisect` and `impact`: where memory comes from, and where it went.

use super::args::AtArgs;
use super::show::safe;
use super::{Outcome, Verdict, at, open, print, print_json};
use crate::base::id::UpdateId;
use crate::engine::{
    Ask, AskBisect, Bisected, Blame, Code, EngineError, Impact, ImpactOf, Landing, QueryLimits, Question, RefRequest,
};
use crate::face::wire;
use clap::Args;
use serde_json::json;
use std::fmt::Write;
use std::path::Path;

/// How many records of an answer are looked at where no rank is asked for.
const USUAL_RECORDS: usize = 40;

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
#[group(id = "of", required = true, multiple = false, args = ["commit", "update", "record"])]
pub struct ImpactArgs {
    /// A branch, tag or commit: the landing that it is, or that it came with.
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
    /// An update that has landed.
    #[arg(long, value_name = "ID")]
    pub update: Option<String>,
    /// A record.
    #[arg(long, value_name = "ID")]
    pub record: Option<String>,
    /// Prints exactly the API's answer.
    #[arg(long)]
    pub json: bool,
}

pub fn blame(repo: &Path, args: &BlameArgs) -> Outcome {
    let memory = open(repo)?;
    let lines = args.lines.as_deref().map(range).transpose()?;
    let blame = memory.blame(&args.path, lines, &at(&args.at)?)?;
    if args.json {
        print_json(&wire::BlameAnswer::new("local", Some(memory.name().to_owned()), blame))?;
    } else {
        print(&blame_text(&blame))?;
    }
    Ok(Verdict::Yes)
}

fn range(text: &str) -> Result<(u32, u32), EngineError> {
    let parsed = text.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    parsed.ok_or_else(|| EngineError::new(Code::BadRequest, format!("`{text}` names no lines: write 10-20")))
}

fn blame_text(blame: &Blame) -> String {
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
fn landing_text(landing: &Landing) -> String {
    let day = landing.landed_at.map(|at| at.to_string()[..10].to_owned()).unwrap_or_default();
    let name = landing.author.split(" <").next().unwrap_or_default();
    let update = landing.update.as_deref().map(|update| format!(" {update}")).unwrap_or_default();
    format!("{} {day} {}{update}", landing.commit.short(), safe(name))
}

pub fn bisect(repo: &Path, args: &BisectArgs) -> Outcome {
    let end =
        |rev: &Option<String>| rev.clone().map(|rev| RefRequest { requested: Some(rev), ..RefRequest::default() });
    let question = Question { text: Some(args.query.clone()), ..Question::default() };
    let limits = QueryLimits { max_records: args.rank.unwrap_or(USUAL_RECORDS), ..QueryLimits::default() };
    let ask = AskBisect {
        ask: Ask { question, limits, ..Ask::default() },
        expect: args.expect.clone(),
        rank: args.rank,
        good: end(&args.good),
        bad: end(&args.bad),
    };
    let found = open(repo)?.bisect(&ask)?;
    if args.json {
        print_json(&json!({
            "landing": wire::LandingItem::from(found.landing), "before": found.before,
            "rankBefore": found.rank_before, "rankAfter": found.rank_after, "asked": found.asked, "changes": found.changes,
        }))?;
    } else {
        print(&bisect_text(&found))?;
    }
    Ok(Verdict::Yes)
}

fn bisect_text(found: &Bisected) -> String {
    let rank = |rank: Option<usize>| rank.map_or_else(|| "not in the answer".to_owned(), |rank| format!("rank {rank}"));
    let mut out = format!("{}\n", landing_text(&found.landing));
    if !found.landing.approvers.is_empty() {
        let _ = writeln!(out, "approved by {}", safe(&found.landing.approvers.join(", ")));
    }
    let _ = writeln!(out, "before: {} at {}", rank(found.rank_before), found.before.short());
    let _ = writeln!(out, "after:  {} at {}", rank(found.rank_after), found.landing.commit.short());
    for record in found.changes["records"].as_array().into_iter().flatten() {
        let text = |key: &str| record[key].as_str().unwrap_or_default();
        let _ = writeln!(out, "  {} {}  {}", safe(text("change")), safe(text("id")), safe(text("path")));
    }
    out
}

pub fn impact(repo: &Path, args: &ImpactArgs) -> Outcome {
    let update = args.update.as_deref().map(UpdateId::parse).transpose();
    let update = update.map_err(|e| EngineError::new(Code::BadRequest, e.to_string()))?;
    let of = match (&args.commit, update, &args.record) {
        (Some(commit), _, _) => ImpactOf::Commit(commit.clone()),
        (_, Some(update), _) => ImpactOf::Update(update),
        (_, _, record) => ImpactOf::Record(record.clone().unwrap_or_default()),
    };
    let impact = open(repo)?.impact(&of)?;
    let found = Verdict::from_yes(!impact.page.items.is_empty());
    if args.json {
        print_json(&wire::ImpactAnswer::new("local", impact))?;
    } else {
        print(&impact_text(&impact))?;
    }
    Ok(found)
}

fn impact_text(impact: &Impact) -> String {
    let mut out = String::new();
    for item in &impact.page.items {
        let run = item.source_run.as_deref().map(|run| format!("  run {run}")).unwrap_or_default();
        let _ = writeln!(out, "{}  {}{}", safe(item.name.as_deref().unwrap_or("-")), item.snapshot, safe(&run));
        for (id, path, through) in &item.reached.records {
            let _ = writeln!(out, "  {}  {}  ({through})", safe(id), safe(path));
        }
        for (path, first, last) in &item.reached.excerpts {
            let _ = writeln!(out, "  {}:{first}-{last}", safe(path));
        }
    }
    out
}
