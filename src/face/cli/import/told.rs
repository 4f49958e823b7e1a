//! What an import is told as: lines for people, JSON for programs. Everything in it was screened.

use crate::engine::{Found, ImportPreview, PreviewFile, Validation};
use crate::face::cli::findings as found;
use crate::face::cli::show::{colour, plural, safe, safe_lines};
use crate::face::wire::{ImportConditionItem, SourceProblem, TakenOut};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The most files, places and problems that people are shown.
const MOST_SHOWN: usize = 40;

/// What would be written and why, what is taken out, what is wrong with the source.
pub fn preview(preview: &ImportPreview, show: bool) -> String {
    let mut out = head(preview);
    let _ = writeln!(out, "\n{}", already(preview));
    files(&mut out, &preview.files);
    for left in &preview.left_out {
        let _ = writeln!(out, "left out: {left}");
    }
    redaction(&mut out, preview);
    problems(&mut out, preview);
    out.push_str("\nconditions\n");
    for condition in &preview.conditions {
        let said = if condition.message.is_empty() { String::new() } else { format!(": {}", condition.message) };
        let _ = writeln!(out, "  {} {} {}{said}", condition.kind, condition.status, condition.reason);
    }
    if show {
        for file in &preview.files {
            let _ = writeln!(out, "\n--- {}\n{}", safe(&file.path), safe_lines(&file.content).trim_end());
        }
    }
    out
}

/// What was written, or where it is already.
pub fn written(preview: &ImportPreview, branch: Option<&str>) -> String {
    let mut out = head(preview);
    match (&preview.found, branch) {
        (Found::New, Some(branch)) => {
            let count = plural(preview.files.len(), "file");
            let _ = writeln!(out, "wrote {count} to the branch {branch}");
            files(&mut out, &preview.files);
            redaction(&mut out, preview);
            problems(&mut out, preview);
        }
        _ => {
            let _ = writeln!(out, "unchanged: {}", already(preview));
        }
    }
    out
}

/// What validation found, where there is anything.
pub fn findings(validation: Option<&Validation>) -> String {
    match validation {
        Some(validation) if !validation.report.findings.is_empty() => {
            format!("\n{}\n", found::text(validation, colour()))
        }
        _ => String::new(),
    }
}

/// All of it, for programs.
pub fn json(
    preview: &ImportPreview,
    branch: Option<&String>,
    validation: Option<&Validation>,
    (dry_run, show): (bool, bool),
) -> Value {
    let state = match &preview.found {
        Found::New if dry_run => "preview",
        Found::New => "written",
        Found::Proposed(_) => "proposed",
        Found::Landed => "landed",
    };
    let problem = |(kind, at, message): &(String, String, String)| SourceProblem {
        kind: kind.clone(),
        at: at.clone(),
        message: message.clone(),
    };
    json!({
        "import": preview.id,
        "run": preview.run,
        "sourceKind": preview.kind.as_str(),
        "retentionTier": preview.tier.as_str(),
        "targetPath": preview.target,
        "sourceDigest": preview.source_digest,
        "redactionDigest": preview.redaction_digest,
        "base": preview.base,
        "written": state,
        "branch": branch,
        "files": preview.files.iter().map(|file| file_json(file, show)).collect::<Vec<_>>(),
        "leftOut": preview.left_out,
        "redaction": TakenOut::from(preview.redaction.clone()),
        "problems": preview.problems.iter().map(problem).collect::<Vec<_>>(),
        "problemCounts": preview.problem_counts,
        "counts": preview.counts,
        "conditions": preview.conditions.iter().cloned().map(ImportConditionItem::from).collect::<Vec<_>>(),
        "findings": validation.map(|validation| validation.json()["findings"].clone()),
    })
}

fn file_json(file: &PreviewFile, show: bool) -> Value {
    let mut all = json!({
        "path": file.path,
        "kind": file.kind,
        "isNew": file.is_new,
        "bytes": file.content.len(),
        "digest": file.digest,
        "reason": file.reason,
    });
    if show {
        all["content"] = json!(file.content);
    }
    all
}

fn head(preview: &ImportPreview) -> String {
    let (kind, tier) = (preview.kind.as_str(), preview.tier.as_str());
    let (run, target) = (safe(&preview.run), safe(&preview.target));
    format!("{} ({kind}) run {run}, kept as {tier}, into {target}\nsource {}\n", preview.id, preview.source_digest)
}

fn already(preview: &ImportPreview) -> String {
    match &preview.found {
        Found::New => format!("would write {}", plural(preview.files.len(), "file")),
        Found::Proposed(branch) => format!("it is proposed by the branch {branch}"),
        Found::Landed => "it is on the default branch".to_owned(),
    }
}

fn files(out: &mut String, files: &[PreviewFile]) {
    // Of many files of one kind the first are named, the rest is counted.
    let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    let most = if files.len() > MOST_SHOWN { 3 } else { MOST_SHOWN };
    for file in files {
        let seen = by_kind.entry(&file.kind).or_default();
        *seen += 1;
        if *seen <= most {
            let new = if file.is_new { "new" } else { "changed" };
            let (path, kind) = (safe(&file.path), safe(&file.kind));
            let _ = writeln!(out, "  {path}  {new}  {kind}  {} bytes  {}", file.content.len(), file.reason);
        }
    }
    for (kind, seen) in by_kind.into_iter().filter(|(_, seen)| *seen > most) {
        let _ = writeln!(out, "  and {} more of kind {}", seen - most, safe(kind));
    }
}

fn redaction(out: &mut String, preview: &ImportPreview) {
    let taken = &preview.redaction;
    let places = plural(usize::try_from(taken.total).unwrap_or(usize::MAX), "place");
    let _ = writeln!(out, "\ntaken out: {places}");
    for (rule, count) in &taken.by_rule {
        let _ = writeln!(out, "  {rule}  {count}");
    }
    for (file, rules) in taken.by_file.iter().take(MOST_SHOWN) {
        let rules: Vec<String> = rules.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        let _ = writeln!(out, "  in {}: {}", safe(file), rules.join(", "));
    }
    let left = taken.by_file.len().saturating_sub(MOST_SHOWN) as u64 + taken.files_left_out;
    if left > 0 {
        let _ = writeln!(out, "  in {left} more files");
    }
}

fn problems(out: &mut String, preview: &ImportPreview) {
    let all: u64 = preview.problem_counts.values().sum();
    if all == 0 {
        return;
    }
    let counts: Vec<String> = preview.problem_counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    let _ = writeln!(out, "\nleft out or doubtful in the source: {}", counts.join(", "));
    for (kind, at, message) in preview.problems.iter().take(MOST_SHOWN) {
        let _ = writeln!(out, "  {kind} {}: {}", safe(at), safe(message));
    }
    if all > MOST_SHOWN as u64 {
        let _ = writeln!(out, "  and {} more", all - MOST_SHOWN as u64);
    }
}
