//! Secrets of many kinds planted in files of runs, and clean text: how many are taken out, and what is taken out wrongly.
//!
//! `kinds` are made from what providers publish and `clean` from what tools print; neither from what is looked for.

pub mod clean;
pub mod dice;
pub mod kinds;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use dice::Dice;
use kinds::{KINDS, Kind, Shows};
use lorekeep::screen::Scrubber;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where in a text a secret stands.
pub const PLACES: &[&str] =
    &["prose", "json", "env map", "command line", "stack trace", "base64", "json in a string", "colours", "diff"];
/// How many kinds there are at least.
pub const KINDS_LEAST: usize = 40;
/// Whose file it is.
pub const SHAPES: &[&str] = &["babysitter", "claude", "codex"];

/// A file's worth with one secret in it.
pub struct Case {
    pub kind: &'static str,
    pub place: &'static str,
    pub shape: &'static str,
    pub document: Value,
    /// None of these may be left.
    pub secrets: Vec<String>,
    /// All of these must be.
    pub ids: Vec<String>,
}

/// What was planted, found and harmed, by some name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    pub planted: usize,
    pub found: usize,
}

impl Score {
    pub fn recall(self) -> f64 {
        if self.planted == 0 { 1.0 } else { self.found as f64 / self.planted as f64 }
    }
}

/// A whole measurement.
#[derive(Default)]
pub struct Measured {
    pub all: Score,
    pub by_kind: BTreeMap<&'static str, Score>,
    pub by_place: BTreeMap<&'static str, Score>,
    pub by_shape: BTreeMap<&'static str, Score>,
    /// Cases whose ids did not stay.
    pub harmed: Vec<String>,
    /// What was not found, for somebody to look at.
    pub missed: Vec<String>,
}

/// Every kind in every place of every shape, some times each.
pub fn cases(times: usize) -> Vec<Case> {
    let mut cases = Vec::new();
    for (i, kind) in KINDS.iter().enumerate() {
        for (j, place) in PLACES.iter().enumerate() {
            for (k, shape) in SHAPES.iter().enumerate() {
                for n in 0..times {
                    let mut dice = Dice::new(((i * 31 + j) * 7 + k) as u64 * 1009 + n as u64 + 1);
                    cases.extend(case(kind, place, shape, &mut dice));
                }
            }
        }
    }
    cases
}

fn case(kind: &'static Kind, place: &'static str, shape: &'static str, dice: &mut Dice) -> Option<Case> {
    let secret = (kind.make)(dice);
    let ids = vec![dice.hex(40), dice.ulid(), dice.uuid()];
    let said = format!("{} in {} after {}", &ids[0], "src/billing/client.rs", &ids[1]);
    let (inner, mut secrets) = planted(kind, place, &secret, &said)?;
    secrets.extend(secret.lines().filter(|line| line.len() >= 12 && !line.starts_with("-----")).map(str::to_owned));
    let document = shaped(shape, inner, &ids, dice);
    Some(Case { kind: kind.name, place, shape, document, secrets, ids })
}

/// The text or structure that holds a secret, and other ways in which it is written there.
fn planted(kind: &Kind, place: &str, secret: &str, said: &str) -> Option<(Value, Vec<String>)> {
    let line = match kind.shows {
        Shows::Line(template) => fill(template, secret),
        _ => format!("{}={secret}", kind.key),
    };
    let by_line = matches!(kind.shows, Shows::Line(_));
    let value = if by_line { line.clone() } else { secret.to_owned() };
    let key = kind.key;
    let words = key.to_lowercase().replace('_', " ");
    let text = match place {
        "prose" => match kind.shows {
            Shows::Form => format!("I tried it with {secret} and then the build of {said} went through."),
            Shows::Name => format!("The {words} is {secret}, please rotate it after {said}."),
            _ => format!("This is what I put there:\n{value}\nand it worked for {said}."),
        },
        "command line" => match kind.shows {
            Shows::Line(_) => format!("cd services && {line} # {said}"),
            Shows::Block => format!("cat > key.pem <<'EOF'\n{secret}\nEOF\ngit show {said}"),
            _ => format!("export {key}={secret} && ./deploy.sh --region eu --commit {said}"),
        },
        "stack trace" => format!(
            "Error: request failed with status 401 ({said})\n    at Client.send (src/client.ts:42:11)\n    at async run (src/run.ts:7:3) {{\n  config: {{ {}, timeout: 30000 }}\n}}",
            if by_line { format!("line: '{line}'") } else { format!("{key}: '{secret}'") }
        ),
        "diff" => format!(
            "diff --git a/deploy/values.yaml b/deploy/values.yaml\nindex 3f2a1b0..9c8d7e6 100644\n--- a/deploy/values.yaml\n+++ b/deploy/values.yaml\n@@ -1,3 +1,4 @@\n # {said}\n+{}\n replicas: 2\n",
            if by_line { line } else { format!("{key}: {}", secret.replace('\n', "\n+")) }
        ),
        "base64" => {
            let encoded = BASE64_STANDARD.encode(&line);
            return Some((Value::String(format!("blob {encoded} written for {said}")), vec![encoded]));
        }
        "colours" if !matches!(kind.shows, Shows::Block) => {
            let (a, b) = secret.split_at(secret.len() / 2);
            let coloured = format!("{a}\u{1b}[1;31m{b}\u{1b}[0m");
            let shown = match kind.shows {
                Shows::Line(template) => fill(template, &coloured),
                _ => format!("{key}={coloured}"),
            };
            return Some((Value::String(format!("\u{1b}[32mok\u{1b}[0m {shown}\n{said}")), vec![]));
        }
        "json" => return Some((json!({"service": "billing", "note": said, key: value}), vec![])),
        "env map" => {
            return Some((
                json!({"cwd": ".", "env": {"LANG": "C.UTF-8", key: value, "PATH": "/usr/bin:/bin"}, "note": said}),
                vec![],
            ));
        }
        "json in a string" => {
            let inner = serde_json::to_string_pretty(&json!({"service": "billing", key: value, "note": said}))
                .expect("a map of texts is JSON");
            let escaped = serde_json::to_string(&secret).expect("a text is JSON");
            return Some((json!({"output": inner}), vec![escaped.trim_matches('"').to_owned()]));
        }
        _ => return None,
    };
    Some((Value::String(text), vec![]))
}

/// A template with a secret in the place of its first `%` that is none of an escape.
fn fill(template: &str, secret: &str) -> String {
    let at = template.rfind('%').expect("a template has a place");
    format!("{}{secret}{}", &template[..at], &template[at + 1..])
}

/// What was planted, as a file of a run holds it.
fn shaped(shape: &str, inner: Value, ids: &[String], dice: &mut Dice) -> Value {
    let (at, id) = (dice.time(), dice.ulid());
    match (shape, inner) {
        ("babysitter", Value::String(text)) => json!({
            "type": "EFFECT_RESOLVED", "recordedAt": at, "checksum": dice.hex(64),
            "data": {"effectId": id, "status": "error", "resultRef": format!("tasks/{id}/result.json"), "runId": ids[1], "session": ids[2],
                     "error": {"name": "Error", "message": text, "commit": ids[0]}}}),
        ("babysitter", inner) => json!({
            "schemaVersion": "2026.01.results-v1", "effectId": id, "taskId": "deploy", "status": "ok", "startedAt": at,
            "runId": ids[1], "session": ids[2], "commit": ids[0], "result": inner}),
        ("claude", Value::String(text)) => json!({
            "type": "user", "uuid": ids[2], "sessionId": dice.uuid(), "timestamp": at, "gitBranch": "main", "cwd": ".",
            "message": {"role": "user", "content": [{"type": "tool_result", "tool_use_id": format!("toolu_{}", dice.chars(dice::ALNUM, 24)),
                        "content": text, "is_error": false}]}, "commit": ids[0], "run": ids[1]}),
        ("claude", inner) => json!({
            "type": "assistant", "uuid": ids[2], "timestamp": at, "commit": ids[0], "run": ids[1],
            "message": {"role": "assistant", "model": "model-1", "content": [{"type": "tool_use", "id": format!("toolu_{}", dice.chars(dice::ALNUM, 24)),
                        "name": "Write", "input": inner}], "usage": {"input_tokens": 12, "output_tokens": 345}}}),
        (_, Value::String(text)) => json!({
            "timestamp": at, "type": "response_item", "payload": {"type": "function_call_output", "call_id": format!("call_{}", dice.chars(dice::ALNUM, 24)),
            "output": json!({"output": text, "metadata": {"exit_code": 0, "duration_seconds": 0.3}}).to_string()}, "ids": ids}),
        (_, inner) => json!({
            "timestamp": at, "type": "response_item", "payload": {"type": "function_call", "name": "exec", "call_id": format!("call_{}", dice.chars(dice::ALNUM, 24)),
            "arguments": inner.to_string()}, "ids": ids}),
    }
}

/// Takes the secrets out of every case, and counts.
pub fn measure(cases: &[Case]) -> Measured {
    let mut measured = Measured::default();
    for case in cases {
        let mut scrubber = Scrubber::default();
        scrubber.begin_file("session.jsonl");
        let mut document = case.document.clone();
        scrubber.json(&mut document);
        let text = leaves(&document);
        let found = !case.secrets.iter().any(|secret| text.contains(secret.as_str()));
        let count = |score: &mut Score| {
            score.planted += 1;
            score.found += usize::from(found);
        };
        count(&mut measured.all);
        count(measured.by_kind.entry(case.kind).or_default());
        count(measured.by_place.entry(case.place).or_default());
        count(measured.by_shape.entry(case.shape).or_default());
        let shown = |text: &str| format!("{} / {} / {}: {text}", case.kind, case.place, case.shape);
        if !found {
            measured.missed.push(shown(&text));
        }
        if !case.ids.iter().all(|id| text.contains(id.as_str())) {
            measured.harmed.push(shown(&text));
        }
    }
    measured
}

/// All keys and texts of a document, one after the other.
pub fn leaves(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text}\n"),
        Value::Array(items) => items.iter().map(leaves).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| format!("{key}\n{}", leaves(value))).collect(),
        other => format!("{other}\n"),
    }
}

/// What is wrongly taken out of clean texts: each with what became of it.
pub fn wrong(texts: &[String]) -> (usize, Vec<String>) {
    let mut scrubber = Scrubber::default();
    scrubber.allow_root("/home/dev/billing");
    let mut shown = Vec::new();
    for text in texts {
        let before = scrubber.report().total();
        let clean = scrubber.text(text);
        if scrubber.report().total() > before {
            let at = clean.find("[REDACTED:").unwrap_or_default();
            let from = clean.floor_char_boundary(at.saturating_sub(80));
            let until = clean.ceil_char_boundary((at + 120).min(clean.len()));
            shown.push(format!(
                "{} ... from {}",
                &clean[from..until],
                &text[from..text.ceil_char_boundary((at + 120).min(text.len()))]
            ));
        }
    }
    (scrubber.report().total() as usize, shown)
}
