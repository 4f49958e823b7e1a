//! What changed between two commits, and the history of one record or path.

use super::memory::Memory;
use super::types::{DiffView, HistoryLine, RefRequest};
use super::{Code, EngineError};
use crate::base::store::ShownBytes;
use crate::base::{GlobSet, RepoPath};
use crate::change::{self, FileChangeKind, MemoryDiff, RecordChangeKind, Version};
use crate::git::{ApprovedCommit, At, ReadRepository};
use serde_json::{Value, json};
use std::fmt::Write;

/// The longest unified diff, in bytes.
const MAX_DIFF: usize = 8 << 20;

impl Memory {
    /// What changed between two commits: files, records, edges; with `full` the lines too.
    pub fn diff(
        &self,
        from: &RefRequest,
        to: &RefRequest,
        full: bool,
        paths: &[String],
    ) -> Result<DiffView, EngineError> {
        let globs = GlobSet::new(paths).map_err(|e| EngineError::new(Code::BadRequest, e.to_string()))?;
        let within = |path: &str| globs.is_empty() || globs.matches(path);
        let (from, to) = (self.commit_named(from)?, self.commit_named(to)?);
        let (before, after) = change::load_pair(&self.repo, At::Commit(from), At::Commit(to), &self.parsed)?;
        let mut diff = change::diff_trees(&before, &after);
        diff.files.retain(|f| within(&f.path));
        diff.records.retain(|r| within(&r.path));
        let lines = if full { Some(self.lines_between(from, to, &within)?) } else { None };
        let mut json = redacted_json(&diff)?;
        json["from"] = json!(from);
        json["to"] = json!(to);
        json["diff"] = json!(lines);
        let text = text_of(&diff, lines.as_deref());
        Ok(DiffView { json, text: crate::screen::redact(&text).text })
    }

    fn lines_between(
        &self,
        from: crate::base::CommitId,
        to: crate::base::CommitId,
        within: &dyn Fn(&str) -> bool,
    ) -> Result<String, EngineError> {
        let mut changes = self.repo.changes(Some(At::Commit(from)), At::Commit(to))?;
        changes.retain(|c| within(&ShownBytes(&c.path).to_string()));
        Ok(crate::screen::redact(&change::unified_diff(&self.repo, &changes, MAX_DIFF)?).text)
    }

    /// Every version of a record or path along the approved line, newest first.
    pub fn history(&self, name: &str, at: &RefRequest, limit: usize) -> Result<Vec<HistoryLine>, EngineError> {
        let commit = self.commit_named(at)?;
        let line = self.repo.first_parents(commit, None)?;
        let history = match RepoPath::parse(name) {
            Ok(path) if self.is_path(&line, &path)? => change::path_history(&self.repo, &line, &path, limit)?,
            _ => change::record_history(&self.repo, &line, name, &self.parsed, limit)?,
        };
        if history.versions.is_empty() {
            return Err(EngineError::new(
                Code::NotFound,
                format!("no record or path `{name}` on the line of commit {}", commit.short()),
            ));
        }
        history.versions.into_iter().map(|v| self.history_line(v)).collect()
    }

    /// A name that holds no colon, or that some commit of the line holds as a path, is a path.
    fn is_path(&self, line: &[ApprovedCommit], path: &RepoPath) -> Result<bool, EngineError> {
        if !path.as_str().contains(':') {
            return Ok(true);
        }
        let Some(newest) = line.first() else { return Ok(false) };
        Ok(self.repo.entry(At::Commit(newest.id), path)?.is_some())
    }

    fn history_line(&self, version: Version) -> Result<HistoryLine, EngineError> {
        let subject = self.repo.commit(version.commit)?.message.lines().next().unwrap_or_default().to_owned();
        let landed_at = self.line()?.landed_at(version.commit).unwrap_or(version.committed_at);
        Ok(HistoryLine {
            change: change_words(&version),
            commit: version.commit,
            landed_at,
            author: version.author,
            approvers: version.approved_by,
            update: version.update,
            subject: crate::screen::redact(&subject).text,
            path: version.path,
        })
    }
}

/// A diff as JSON in which no secret is left.
pub(super) fn redacted_json(diff: &MemoryDiff) -> Result<Value, EngineError> {
    let mut json = serde_json::to_value(diff)
        .map_err(|e| EngineError::new(Code::Internal, "a diff cannot be written").caused_by(e))?;
    redact_strings(&mut json);
    Ok(json)
}

fn redact_strings(value: &mut Value) {
    match value {
        Value::String(text) => *text = crate::screen::redact(text).text,
        Value::Array(items) => items.iter_mut().for_each(redact_strings),
        Value::Object(map) => map.values_mut().for_each(redact_strings),
        _ => {}
    }
}

fn change_words(version: &Version) -> String {
    match version.records.iter().find(|r| !r.supplement).or(version.records.first()) {
        None if version.blob.is_none() => "removed".to_owned(),
        None => "changed".to_owned(),
        Some(record) => {
            let fields: Vec<&str> = record.fields.iter().map(|f| f.field.as_str()).collect();
            let word = record_word(record.change);
            if fields.is_empty() || record.change != RecordChangeKind::Changed {
                word.to_owned()
            } else {
                format!("{word} {}", fields.join(", "))
            }
        }
    }
}

fn record_word(kind: RecordChangeKind) -> &'static str {
    match kind {
        RecordChangeKind::Added => "added",
        RecordChangeKind::Removed => "removed",
        RecordChangeKind::Changed => "changed",
    }
}

fn text_of(diff: &MemoryDiff, lines: Option<&str>) -> String {
    let mut out = String::new();
    for file in &diff.files {
        let _ = match &file.kind {
            FileChangeKind::Added => writeln!(out, "added    {}", file.path),
            FileChangeKind::Removed => writeln!(out, "removed  {}", file.path),
            FileChangeKind::Changed => writeln!(out, "changed  {}", file.path),
            FileChangeKind::Renamed { from } => writeln!(out, "renamed  {from} -> {}", file.path),
        };
    }
    for record in diff.records.iter() {
        let _ = writeln!(out, "record   {} {} ({})", record_word(record.change), record.id, record.path);
        for field in &record.fields {
            let shown = |v: &Option<Value>| v.as_ref().map_or_else(|| "-".to_owned(), Value::to_string);
            let _ = writeln!(out, "           {}: {} -> {}", field.field, shown(&field.before), shown(&field.after));
        }
    }
    for edge in &diff.edges_added {
        let _ = writeln!(out, "edge     + {} -{}-> {}", edge.from, edge.kind, edge.to);
    }
    for edge in &diff.edges_removed {
        let _ = writeln!(out, "edge     - {} -{}-> {}", edge.from, edge.kind, edge.to);
    }
    if let Some(lines) = lines {
        let _ = write!(out, "\n{lines}");
    }
    out
}
