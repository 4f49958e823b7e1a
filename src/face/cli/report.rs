//! `lorekeep report`.

use super::answers::commit_text;
use super::args::ReportArgs;
use super::show::{plural, safe};
use super::{Outcome, Verdict, at, memory, print, print_json, when};
use crate::base::Clock;
use crate::base::time::SystemClock;
use crate::engine::{AskReport, Code, EngineError};
use crate::face::wire::{ReportAnswer, ReportList, ReportRecord};
use std::fmt::Write;
use std::path::Path;

/// Seconds in a day.
const DAY: i64 = 86_400;

pub fn run(repo: &Path, args: &ReportArgs) -> Outcome {
    let memory = memory::open_indexed(repo, &at(&args.at)?)?;
    let view = memory.report(&ask(args)?)?;
    let commit = commit_text(&view.resolution);
    let answer = ReportAnswer::new("local", memory.name(), view);
    if args.json {
        print_json(&answer)?;
    } else {
        print(&text(&answer))?;
        eprintln!("{commit}");
    }
    Ok(Verdict::Yes)
}

fn ask(args: &ReportArgs) -> Result<AskReport, EngineError> {
    let bad = |message| EngineError::new(Code::BadRequest, message);
    let days = when::read_length(&args.stale_after).map_err(bad)? / DAY;
    let moment = args.as_of.as_deref().map(|text| when::read(text, SystemClock.now())).transpose();
    let moment = moment.map_err(|message| EngineError::new(Code::BadTimestamp, message))?;
    Ok(AskReport {
        at: at(&args.at)?,
        as_of: moment.map(|moment| moment.to_string()),
        stale_after_days: Some(u32::try_from(days).unwrap_or(u32::MAX)),
        limit: Some(args.limit),
    })
}

/// One part for each list that holds something.
pub fn text(report: &ReportAnswer) -> String {
    let mut out = String::new();
    part(&mut out, "unowned: nobody owns them", &report.unowned, record);
    let stale =
        format!("stale: approved, and not updated for more than {}", plural(report.stale_after_days as usize, "day"));
    part(&mut out, &stale, &report.stale, |s| format!("{}  {}  {} days", s.id, s.path, s.days));
    part(&mut out, "dangling: edges to ids that no record has", &report.dangling, |e| {
        format!("{}  -{}-> {}  {}", e.id, e.kind, e.target, e.path)
    });
    part(&mut out, "orphans: nothing leads to them, and they lead nowhere", &report.orphans, record);
    part(&mut out, "sensitive: not for everybody", &report.sensitive, |s| format!("{}  {}", s.id, s.sensitivity));
    part(&mut out, "shared aliases: one name for several records", &report.duplicate_aliases, |shared| {
        format!("{}  {}", shared.alias, shared.ids.join(", "))
    });
    part(&mut out, "unresolved: platform resources outside this memory", &report.unresolved, |u| {
        format!("{}  {}", u.id, plural(u.edges, "edge"))
    });
    if out.is_empty() { "nothing wants care\n".to_owned() } else { out }
}

fn record(record: &ReportRecord) -> String {
    format!("{}  {}", record.id, record.path)
}

fn part<T>(out: &mut String, title: &str, list: &ReportList<T>, line: impl Fn(&T) -> String) {
    if list.total == 0 {
        return;
    }
    let _ = writeln!(out, "{title} ({})", list.total);
    for item in &list.items {
        let _ = writeln!(out, "  {}", safe(&line(item)));
    }
    if list.total > list.items.len() {
        let _ = writeln!(out, "  ... and {} more: raise --limit", list.total - list.items.len());
    }
}
