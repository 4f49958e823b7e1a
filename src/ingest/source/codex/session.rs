//! A session line by line: what it says of itself, and what each line tells.

use super::super::calls::{Call, Calls, Use};
use super::super::look;
use super::super::named::{Named, is_memory_tool};
use super::super::telling::Telling;
use super::super::text::{head, one_line};
use super::super::when::{Stretch, When};
use super::copied::Copied;
use super::twice::Twice;
use super::{calling, output};
use crate::ingest::{Outcome, RunHead, StepKind};
use serde_json::Value;

/// Events and items that are known, and tell nothing that another line does not.
const SILENT: &[&str] = &[
    "reasoning",
    "agent_reasoning",
    "agent_reasoning_raw_content",
    "agent_reasoning_section_break",
    "thread_rolled_back",
    "thread_name_updated",
    "ghost_snapshot",
    "context_compacted",
    "compaction",
    "compaction_summary",
    "item_completed",
    "patch_apply_begin",
    "patch_apply_end",
    "exec_command_begin",
    "exec_command_end",
    "mcp_tool_call_begin",
    "mcp_tool_call_end",
    "web_search_begin",
    "web_search_end",
    "web_search_call",
    "view_image_tool_call",
    "entered_review_mode",
    "exited_review_mode",
    "undo_completed",
    "plan_update",
    "turn_diff",
    "warning",
    "stream_error",
];
/// What the program writes before the words of the user.
const REQUEST: &str = "## My request for Codex:";
/// So many models are named.
const MODELS: usize = 20;

/// What was read so far.
#[derive(Default)]
pub(super) struct Session {
    head: RunHead,
    model: Option<String>,
    stretch: Stretch,
    calls: Calls,
    named: Named,
    asked: Twice,
    said: Twice,
    copied: Copied,
    /// Tokens read and written up to here.
    tokens: (u64, u64),
    file: String,
}

impl Session {
    /// Says which file what follows is of.
    pub(super) fn begin_file(&mut self, path: &str) {
        let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".jsonl");
        self.file = one_line(name);
        (self.copied, self.tokens) = (Copied::default(), (0, 0));
    }

    /// Takes in a line.
    pub(super) fn line(&mut self, line: &Value, telling: &mut Telling<'_>) {
        let when = When::of(line, &["timestamp"]);
        let (kind, payload) = match (look::text(line, &["type"]), line.get("payload")) {
            (Some(kind), Some(payload)) => (kind, payload),
            (Some(_), None) => ("response_item", line),
            (None, _) if line.get("record_type").is_some() => ("state", line),
            (None, _) => ("session_meta", line),
        };
        let inner = look::text(payload, &["type"]);
        if kind == "session_meta" {
            telling.count(kind, true);
            return self.meta(payload, when);
        }
        if self.copied.holds(when) {
            telling.count("copied from the parent", true);
            self.base(payload);
            return;
        }
        self.stretch.add(when);
        let known = match (kind, inner) {
            ("response_item", Some(inner)) => self.item(inner, payload, when, telling),
            ("event_msg", Some(inner)) => self.event(inner, payload, when, telling),
            ("turn_context", _) => self.context(payload),
            ("compacted", _) => self.recap(payload, when, telling),
            ("state", _) => true,
            _ => false,
        };
        match inner.filter(|_| matches!(kind, "response_item" | "event_msg")) {
            Some(inner) => telling.count(&format!("{kind}/{inner}"), known),
            None => telling.count(kind, known),
        }
    }

    fn meta(&mut self, meta: &Value, when: Option<When>) {
        let (id, forked) = (look::line(meta, &["id"]), look::line(meta, &["forked_from_id"]));
        let began = When::of(meta, &["timestamp"]).max(when);
        if let Some(parent) = self.copied.meta(id.as_deref(), forked.as_deref(), began) {
            self.head.parent.get_or_insert(parent);
        }
        if self.head.session_id.is_some() {
            return;
        }
        self.stretch.add(began);
        let git = meta.get("git").unwrap_or(&Value::Null);
        let head = &mut self.head;
        head.run_id = id.clone().unwrap_or_else(|| self.file.clone());
        head.session_id = Some(head.run_id.clone());
        head.process =
            Some(look::line(meta, &["cli_version"]).map_or("codex".to_owned(), |version| format!("codex {version}")));
        head.commit = look::line(git, &["commit_hash"]);
        head.branch = look::line(git, &["branch"]);
        head.repository = look::line(git, &["repository_url"]);
    }

    fn context(&mut self, context: &Value) -> bool {
        if let Some(model) = look::line(context, &["model"]) {
            if self.head.models.len() < MODELS && !self.head.models.contains(&model) {
                self.head.models.push(model.clone());
            }
            self.model = Some(model);
        }
        true
    }

    fn recap(&mut self, payload: &Value, when: Option<When>, telling: &mut Telling<'_>) -> bool {
        if let Some(text) = look::text(payload, &["message"]) {
            telling.step(StepKind::Recap { text: head(text.trim()) }, when.map(|when| when.at), false);
        }
        true
    }

    fn item(&mut self, kind: &str, item: &Value, when: Option<When>, telling: &mut Telling<'_>) -> bool {
        match kind {
            "message" => self.message(item, when, telling),
            "function_call" | "custom_tool_call" | "local_shell_call" => self.call(kind, item, when, telling),
            "function_call_output" | "custom_tool_call_output" => self.output(item, telling),
            _ => return SILENT.contains(&kind),
        }
        true
    }

    fn message(&mut self, item: &Value, when: Option<When>, telling: &mut Telling<'_>) {
        let text = output::text_of(item.get("content"));
        match look::text(item, &["role"]) {
            Some("user") => self.ask(&text, Twice::ITEM, when, telling),
            Some("assistant") => self.say(&text, Twice::ITEM, when, telling),
            _ => {}
        }
    }

    fn ask(&mut self, text: &str, from: u8, when: Option<When>, telling: &mut Telling<'_>) {
        let text = text.split_once(REQUEST).map_or(text, |(_, asked)| asked).trim();
        if !text.is_empty() && self.asked.is_new(text, from) {
            self.head.outcome = Outcome::Running;
            telling.step(StepKind::Ask { text: head(text) }, when.map(|when| when.at), false);
        }
    }

    fn say(&mut self, text: &str, from: u8, when: Option<When>, telling: &mut Telling<'_>) {
        let text = text.trim();
        if !text.is_empty() && self.said.is_new(text, from) {
            self.head.outcome = Outcome::Completed;
            telling.step(StepKind::Say { text: head(text) }, when.map(|when| when.at), false);
        }
    }

    fn call(&mut self, kind: &str, item: &Value, when: Option<When>, telling: &mut Telling<'_>) {
        let tool = look::line(item, &["name"]).unwrap_or_else(|| kind.to_owned());
        telling.count_tool(&tool);
        self.head.outcome = Outcome::Running;
        let given = look::text(item, &["arguments", "input"]).unwrap_or("");
        let arguments = telling.nested(given).unwrap_or_else(|| item.get("action").cloned().unwrap_or(Value::Null));
        if is_memory_tool(&tool) {
            self.named.asked(&tool, &arguments);
        }
        if let Some(list) = calling::plan(&tool, &arguments) {
            telling.step(list, when.map(|when| when.at), false);
            return;
        }
        let id = look::text(item, &["call_id", "id"]).unwrap_or("").to_owned();
        let what = calling::use_of(&tool, given, &arguments);
        let call = Call { id, tool, what, when, aside: false, source: telling.here() };
        match (kind, look::text(item, &["status"])) {
            ("local_shell_call", Some(status)) => call.settle(output::of_status(status), telling),
            _ => self.calls.add(call, telling),
        }
    }

    fn output(&mut self, item: &Value, telling: &mut Telling<'_>) {
        let Some(call) = look::text(item, &["call_id"]).and_then(|id| self.calls.take(id)) else { return };
        let text = output::text_of(item.get("output"));
        let nested = telling.nested(&text);
        if let Some(result) = nested.as_ref().filter(|_| is_memory_tool(&call.tool)) {
            self.named.look(result);
        }
        let success = item.pointer("/output/success").and_then(Value::as_bool);
        let came = output::came(&text, nested.as_ref(), success, !matches!(call.what, Use::Other));
        call.settle(came, telling);
    }

    fn event(&mut self, kind: &str, event: &Value, when: Option<When>, telling: &mut Telling<'_>) -> bool {
        match kind {
            "user_message" => self.ask(look::text(event, &["message"]).unwrap_or(""), Twice::EVENT, when, telling),
            "agent_message" => self.say(look::text(event, &["message"]).unwrap_or(""), Twice::EVENT, when, telling),
            "token_count" => self.spent(event, when, telling),
            "task_started" | "turn_started" => self.head.outcome = Outcome::Running,
            "task_complete" | "turn_complete" => self.head.outcome = Outcome::Completed,
            "turn_aborted" => self.ended(Outcome::Cancelled, look::line(event, &["reason"]), telling),
            "error" => self.ended(Outcome::Failed, look::line(event, &["message"]), telling),
            _ => return SILENT.contains(&kind),
        }
        true
    }

    fn ended(&mut self, outcome: Outcome, message: Option<String>, telling: &mut Telling<'_>) {
        self.head.outcome = outcome;
        self.head.outcome_message = message.map(|message| (message, telling.here()));
    }

    /// The count is that of the session up to here: what it grew by is what was used.
    fn spent(&mut self, event: &Value, when: Option<When>, telling: &mut Telling<'_>) {
        let before = self.tokens;
        if !self.base(event) {
            return;
        }
        let grown = |now: u64, before: u64| if now >= before { now - before } else { now };
        let (tokens_in, tokens_out) = (grown(self.tokens.0, before.0), grown(self.tokens.1, before.1));
        if tokens_in > 0 || tokens_out > 0 {
            let spent = StepKind::Spent { tokens_in, tokens_out, micro_usd: 0, model: self.model.clone() };
            telling.step(spent, when.map(|when| when.at), false);
        }
    }

    /// Takes over the count that an event has, if it has one.
    fn base(&mut self, event: &Value) -> bool {
        let Some(total) = event.pointer("/info/total_token_usage") else { return false };
        let number = |key| look::number(total, &[key]).unwrap_or(0);
        self.tokens = (number("input_tokens"), number("output_tokens"));
        true
    }

    /// Tells what is left of a file.
    pub(super) fn end_file(&mut self, telling: &mut Telling<'_>) {
        self.calls.give_up(telling);
        if self.head.run_id.is_empty() {
            self.head.run_id.clone_from(&self.file);
        }
    }

    /// What is to be said of the whole.
    pub(super) fn finish(mut self) -> RunHead {
        self.head.ran = self.stretch.ran();
        if !matches!(self.head.outcome, Outcome::Failed | Outcome::Cancelled) {
            self.head.outcome_message = None;
        }
        self.named.into_head(&mut self.head);
        self.head
    }
}
