//! A session line by line: what it says of itself, and whose turn each line is.

use super::super::calls::{Call, Calls};
use super::super::look;
use super::super::named::{Named, is_memory_tool};
use super::super::telling::Telling;
use super::super::text::{head, one_line};
use super::super::when::{Stretch, When};
use super::spent::Spending;
use super::{answer, asked, tools};
use crate::ingest::{Outcome, ProblemKind, RunHead, StepKind};
use serde_json::Value;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The types of lines that are known.
const KNOWN: &[&str] = &[
    "user",
    "assistant",
    "system",
    "summary",
    "progress",
    "attachment",
    "file-history-snapshot",
    "queue-operation",
    "last-prompt",
    "custom-title",
    "ai-title",
    "agent-name",
    "permission-mode",
    "pr-link",
    "tag",
    "mode",
];
/// So many lines are remembered, to notice those that stand twice.
const REMEMBERED: usize = 900_000;
/// So many models are named.
const MODELS: usize = 20;

/// What was read so far.
#[derive(Default)]
pub(super) struct Session {
    head: RunHead,
    seen: HashSet<u64>,
    stretch: Stretch,
    calls: Calls,
    spending: Spending,
    named: Named,
    aside_file: bool,
}

impl Session {
    /// Says which file what follows is of.
    pub(super) fn begin_file(&mut self, path: &str, aside: bool) {
        self.aside_file = aside;
        if self.head.run_id.is_empty() && !aside {
            let name = path.rsplit('/').next().unwrap_or(path);
            self.head.run_id = one_line(name.trim_end_matches(".jsonl"));
        }
    }

    /// Takes in a line.
    pub(super) fn line(&mut self, line: Value, telling: &mut Telling<'_>) {
        let kind = line.get("type").and_then(Value::as_str).unwrap_or("untyped").to_owned();
        if self.is_repeated(&line, telling) {
            telling.count("repeated", true);
            return;
        }
        telling.count(&kind, KNOWN.contains(&kind.as_str()));
        let when = When::of(&line, &["timestamp"]);
        let aside = self.aside_file || line.get("isSidechain").and_then(Value::as_bool).unwrap_or(false);
        self.stretch.add(when);
        self.about(&line);
        match kind.as_str() {
            "user" => self.user(&line, when, aside, telling),
            "assistant" => self.assistant(&line, when, aside, telling),
            "summary" => self.title(look::line(&line, &["summary"])),
            "custom-title" | "ai-title" => self.title(look::line(&line, &["customTitle", "aiTitle", "title"])),
            _ => {}
        }
    }

    /// Whether the same line stood before: a session that is resumed begins with the lines of the one before.
    fn is_repeated(&mut self, line: &Value, telling: &mut Telling<'_>) -> bool {
        let Some(uuid) = look::text(line, &["uuid"]) else { return false };
        if self.seen.len() >= REMEMBERED {
            telling.problem(ProblemKind::TooLarge, "behind so many lines, those that stand twice are not noticed");
            return false;
        }
        let mut hasher = DefaultHasher::new();
        uuid.hash(&mut hasher);
        !self.seen.insert(hasher.finish())
    }

    /// What the line says of the whole session.
    fn about(&mut self, line: &Value) {
        let head = &mut self.head;
        if head.session_id.is_none()
            && let Some(id) = look::line(line, &["sessionId"])
        {
            (head.run_id, head.session_id) = (id.clone(), Some(id));
        }
        if head.process.is_none()
            && let Some(version) = look::line(line, &["version"])
        {
            head.process = Some(format!("claude-code {version}"));
        }
        if let Some(branch) = look::line(line, &["gitBranch"]).filter(|branch| head.branch.as_ref() != Some(branch)) {
            head.branch = Some(branch);
        }
    }

    fn title(&mut self, title: Option<String>) {
        self.head.title = title.or_else(|| self.head.title.take());
    }

    fn user(&mut self, line: &Value, when: Option<When>, aside: bool, telling: &mut Telling<'_>) {
        let is = |key: &str| line.get(key).and_then(Value::as_bool).unwrap_or(false);
        let Some(content) = line.pointer("/message/content") else { return };
        let mut said = String::new();
        match content {
            Value::String(text) => said.push_str(text),
            Value::Array(blocks) => {
                for block in blocks {
                    match look::text(block, &["type"]) {
                        Some("tool_result") => self.result(block, line, telling),
                        Some("text") => asked::join(&mut said, look::text(block, &["text"]).unwrap_or("")),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        let at = when.map(|when| when.at);
        if is("isCompactSummary") {
            telling.step(StepKind::Recap { text: head(said.trim()) }, at, aside);
        } else if asked::is_interruption(&said) {
            self.head.outcome = Outcome::Cancelled;
        } else if !aside && !is("isMeta") {
            let text = said.trim();
            if !text.is_empty() {
                self.head.outcome = Outcome::Running;
                telling.step(StepKind::Ask { text: head(text) }, at, aside);
            }
        }
    }

    fn result(&mut self, block: &Value, line: &Value, telling: &mut Telling<'_>) {
        let Some(call) = look::text(block, &["tool_use_id"]).and_then(|id| self.calls.take(id)) else { return };
        let output = answer::text_of(block.get("content"));
        if is_memory_tool(&call.tool)
            && let Some(result) = telling.nested(&output)
        {
            self.named.look(&result);
        }
        answer::settle(call, &output, block, line, telling);
    }

    fn assistant(&mut self, line: &Value, when: Option<When>, aside: bool, telling: &mut Telling<'_>) {
        let Some(message) = line.get("message") else { return };
        let model = look::line(message, &["model"]).filter(|model| model != "<synthetic>");
        if let Some(model) = &model
            && self.head.models.len() < MODELS
            && !self.head.models.contains(model)
        {
            self.head.models.push(model.clone());
        }
        let at = when.map(|when| when.at);
        for block in message.get("content").and_then(Value::as_array).into_iter().flatten() {
            match look::text(block, &["type"]) {
                Some("text") => {
                    let text = look::text(block, &["text"]).unwrap_or("").trim();
                    if !text.is_empty() {
                        telling.step(StepKind::Say { text: head(text) }, at, aside);
                    }
                }
                Some("tool_use") => self.tool_use(block, when, aside, telling),
                _ => {}
            }
        }
        if !aside {
            self.ended(line, message, telling);
        }
        if let Some(spent) = self.spending.of(line, message, model) {
            telling.step(spent, at, aside);
        }
    }

    /// Whether the session would have ended well with this message.
    fn ended(&mut self, line: &Value, message: &Value, telling: &mut Telling<'_>) {
        let failed = line.get("isApiErrorMessage").and_then(Value::as_bool).unwrap_or(false);
        let stop = look::text(message, &["stop_reason"]);
        self.head.outcome = match stop {
            _ if failed => Outcome::Failed,
            Some("end_turn" | "stop_sequence") => Outcome::Completed,
            Some(_) => Outcome::Running,
            None if self.calls.is_empty() => Outcome::Completed,
            None => Outcome::Running,
        };
        let text = failed.then(|| answer::text_of(message.get("content")));
        self.head.outcome_message = text.map(|text| (one_line(&text), telling.here()));
    }

    fn tool_use(&mut self, block: &Value, when: Option<When>, aside: bool, telling: &mut Telling<'_>) {
        let (Some(tool), Some(input)) = (look::line(block, &["name"]), block.get("input")) else { return };
        telling.count_tool(&tool);
        if is_memory_tool(&tool) {
            self.named.asked(&tool, input);
        }
        if let Some(list) = tools::todo(&tool, input) {
            telling.step(list, when.map(|when| when.at), aside);
            return;
        }
        let id = look::text(block, &["id"]).unwrap_or("").to_owned();
        let what = tools::use_of(&tool, input);
        self.calls.add(Call { id, tool, what, when, aside, source: telling.here() }, telling);
    }

    /// Tells what is left of a file.
    pub(super) fn end_file(&mut self, telling: &mut Telling<'_>) {
        if !self.calls.is_empty() && !self.aside_file && self.head.outcome == Outcome::Completed {
            self.head.outcome = Outcome::Running;
        }
        self.calls.give_up(telling);
    }

    /// What is to be said of the whole.
    pub(super) fn finish(mut self) -> RunHead {
        self.head.ran = self.stretch.ran();
        self.named.into_head(&mut self.head);
        self.head
    }
}
