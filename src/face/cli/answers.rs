//! The answers of reads as people see them.

use super::show::{plural, safe, safe_lines};
use crate::engine::{Document, GrepLine, Resolution};
use crate::face::wire::{Changes, Excerpt, QueryAnswer, RecordHit, VersionItem};
use serde_json::{Value, json};
use std::fmt::Write;

/// The records, best first, then the excerpts, then which commit they are of.
pub fn answer_text(answer: &QueryAnswer, commit: &str, explain: bool) -> String {
    let mut out = String::new();
    for (n, hit) in answer.records.iter().enumerate() {
        let _ = write!(out, "{}. ", n + 1);
        write_hit(&mut out, hit, explain);
    }
    for excerpt in &answer.excerpts {
        let Excerpt { path, line_start, line_end, text, .. } = excerpt;
        let _ = write!(out, "\n{}:{line_start}-{line_end}\n{}\n", safe(path), indent(text));
    }
    for note in &answer.plan.notes {
        let _ = writeln!(out, "\nnote: {}", safe(note));
    }
    if let Some((name, why)) = known_bad(answer) {
        let _ = writeln!(out, "\nthe snapshot {} is known to be bad: {}", safe(name), safe(why));
    }
    let _ = writeln!(out, "\n{}", foot(answer, commit));
    out
}

/// The snapshot that was asked, by its name or else its id, and why it is known to be bad.
fn known_bad(answer: &QueryAnswer) -> Option<(&str, &str)> {
    let snapshot = answer.snapshot_preview.snapshot.as_ref()?;
    Some((snapshot.name.as_deref().unwrap_or(&snapshot.id), snapshot.known_bad.as_deref()?))
}

fn write_hit(out: &mut String, hit: &RecordHit, explain: bool) {
    let status = hit.status.as_deref().unwrap_or("-");
    let _ = writeln!(out, "{}  [{} {}]  {}", safe(&hit.title), safe(&hit.kind), safe(status), safe(&hit.id));
    let _ = writeln!(out, "   {}  score {:.2}", safe(&hit.path), hit.score);
    if !hit.summary.is_empty() {
        let _ = writeln!(out, "   {}", safe(&hit.summary));
    }
    for section in hit.sections.iter().flatten() {
        let heading = section.heading.as_deref().unwrap_or("-");
        let _ = writeln!(out, "   {}:{}-{}  {}", safe(&hit.path), section.line_start, section.line_end, safe(heading));
    }
    for why in hit.why.iter().filter(|_| explain) {
        let _ = writeln!(out, "     {:+.2} {}: {}", why.weight, why.reason, safe(&why.detail));
    }
    if let Some(text) = &hit.text {
        let _ = write!(out, "\n{}\n", safe_lines(text));
    }
}

fn indent(text: &str) -> String {
    let lines = safe_lines(text);
    lines.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

fn foot(answer: &QueryAnswer, commit: &str) -> String {
    let (records, excerpts) = (answer.records.len(), answer.excerpts.len());
    let cut = if answer.limits.truncated { "; more was left out by the limits" } else { "" };
    let found = format!("{}, {}", plural(records, "record"), plural(excerpts, "excerpt"));
    format!("{found} at {commit}{cut}")
}

/// Which commit, when it landed, and how far behind the tip it is.
pub fn commit_text(resolution: &Resolution) -> String {
    let landed = resolution.landed_at.map(|at| at.to_string());
    commit_line(&resolution.commit.short(), landed.as_deref(), resolution.stale_by_commits)
}

/// A commit by the beginning of its id, when it landed, and how far behind the tip it is.
pub fn commit_line(short: &str, landed_at: Option<&str>, stale_by_commits: usize) -> String {
    let landed = landed_at.map_or_else(|| "not on the approved line".to_owned(), |at| format!("landed {at}"));
    let stale = match stale_by_commits {
        0 => String::new(),
        n => format!(", {} behind the tip", plural(n, "landing")),
    };
    format!("commit {short} ({landed}{stale})")
}

/// Matching lines as `path:line:text`, those around them as `path-line-text`; with origins, the commit that landed a line before it.
pub fn grep_text(matches: &[GrepLine], context: bool, origins: bool) -> String {
    let mut out = String::new();
    for (n, line) in matches.iter().enumerate() {
        if context && n > 0 {
            out.push_str("--\n");
        }
        let path = safe(&line.path);
        let (origin, no_origin) = if origins { origin_column(line) } else { Default::default() };
        let first = line.line - line.before.len() as u32;
        for (at, text) in line.before.iter().enumerate() {
            let _ = writeln!(out, "{no_origin}{path}-{}-{}", first + at as u32, safe(text));
        }
        let _ = writeln!(out, "{origin}{path}:{}:{}", line.line, safe(&line.text));
        for (at, text) in line.after.iter().enumerate() {
            let _ = writeln!(out, "{no_origin}{path}-{}-{}", line.line + 1 + at as u32, safe(text));
        }
    }
    out
}

/// What stands before a line: the commit that landed it, dashes where it is not known; and as many spaces.
fn origin_column(line: &GrepLine) -> (String, String) {
    const UNKNOWN: &str = "----------";
    let commit = line.introduced.as_ref().map_or_else(|| UNKNOWN.to_owned(), |introduced| introduced.commit.short());
    (format!("{commit} "), " ".repeat(commit.len() + 1))
}

/// A matching line; columns from 1, in characters.
pub fn grep_json(line: &GrepLine, origins: bool) -> Value {
    let columns = |(from, to): &(usize, usize)| {
        let column = |byte: usize| line.text.char_indices().take_while(|(at, _)| *at < byte).count() + 1;
        json!([column(*from), column(*to)])
    };
    let spans: Vec<Value> = line.spans.iter().map(columns).collect();
    let mut json = json!({"path": line.path, "line": line.line, "text": line.text, "columns": spans, "before": line.before, "after": line.after});
    if origins {
        json["introduced"] = json!(line.introduced);
    }
    json
}

/// The text of a document, then who leads to it.
pub fn document_text(document: &Document) -> String {
    let incoming = document.incoming.iter().map(|(kind, from)| (kind.as_str(), from.as_str()));
    text_and_incoming(&document.text, incoming)
}

/// A text, then the kind and the beginning of each edge that leads to it.
pub fn text_and_incoming<'a>(text: &str, incoming: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = safe_lines(text);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    for (kind, from) in incoming {
        let _ = writeln!(out, "# {} {} this", safe(from), safe(kind));
    }
    out
}

/// One version: where it landed and what it did, then who did it and why.
pub fn history_text(v: &VersionItem) -> String {
    let mut out = format!("{} {} {} {}\n", short(&v.commit), v.landed_at, safe(&v.change), safe(&v.path));
    let _ = write!(out, "    {}, by {}", safe(&v.subject), safe(&v.author));
    if !v.approvers.is_empty() {
        let _ = write!(out, ", approved by {}", safe(&v.approvers.join(", ")));
    }
    if let Some(update) = &v.update {
        let _ = write!(out, ", in {}", safe(update));
    }
    out + "\n"
}

/// The first ten digits of a commit.
pub fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// Files, records with their fields, edges, and the lines where they were asked for.
pub fn diff_text(changes: &Changes) -> String {
    let mut out = String::new();
    for file in &changes.files {
        let from = file["from"].as_str().map(|from| format!("{from} -> ")).unwrap_or_default();
        let _ = writeln!(out, "{:<8} {from}{}", said(file, "change"), said(file, "path"));
    }
    for record in &changes.records {
        let (id, path) = (said(record, "id"), said(record, "path"));
        let _ = writeln!(out, "record   {} {id} ({path})", said(record, "change"));
        for field in record["fields"].as_array().into_iter().flatten() {
            let shown = |value: &Value| if value.is_null() { "-".to_owned() } else { value.to_string() };
            let (before, after) = (shown(&field["before"]), shown(&field["after"]));
            let _ = writeln!(out, "           {}: {before} -> {after}", said(field, "field"));
        }
    }
    for (sign, edges) in [("+", &changes.edges_added), ("-", &changes.edges_removed)] {
        for edge in edges {
            let (from, kind, to) = (said(edge, "from"), said(edge, "kind"), said(edge, "to"));
            let _ = writeln!(out, "edge     {sign} {from} -{kind}-> {to}");
        }
    }
    if let Some(lines) = &changes.diff {
        let _ = write!(out, "\n{lines}");
    }
    safe_lines(&out)
}

fn said<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}
