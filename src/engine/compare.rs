//! The history of one record or path, and differences as JSON in which no secret is left.

use super::memory::Memory;
use super::types::{HistoryLine, RefRequest};
use super::{Code, EngineError};
use crate::base::RepoPath;
use crate::change::{self, MemoryDiff, RecordChangeKind, Version};
use crate::git::{ApprovedCommit, At, ReadRepository};
use serde_json::Value;

impl Memory {
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
