//! A session of Claude Code as long as one likes, the same bytes every time: asks, words, thoughts, commands with their output, edits.

use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

const WORDS: &[&str] = &[
    "the",
    "retry",
    "budget",
    "of",
    "queue",
    "worker",
    "fails",
    "when",
    "certificate",
    "expires",
    "in",
    "gateway",
    "test",
    "checks",
    "timeout",
    "after",
    "thirty",
    "seconds",
    "because",
    "proxy",
    "keeps",
    "connection",
    "open",
    "module",
    "parser",
    "returns",
    "error",
    "for",
    "empty",
    "input",
    "and",
    "cache",
    "holds",
    "stale",
    "entry",
    "until",
    "deploy",
];
const SESSION: &str = "0b6f2f2e-7c1d-4c58-9a52-6f3f0c1f7a11";
/// More than a turn has.
const TURN: usize = 1 << 20;
const CWD: &str = "/home/dev/krate";

/// Writes a session of about so many bytes; how many lines it has.
pub fn write(path: &Path, bytes: usize) -> u64 {
    let mut out = BufWriter::new(File::create(path).expect("the folder is there"));
    let mut session = Session { dice: Dice(42), line: 0, written: 0 };
    // The last turn fits too: a file may have so many bytes and no more.
    while session.written + TURN < bytes {
        session.turn(&mut out);
    }
    out.flush().expect("there is room");
    session.line
}

struct Session {
    dice: Dice,
    line: u64,
    written: usize,
}

impl Session {
    fn turn(&mut self, out: &mut impl Write) {
        let ask = self.dice.prose(30);
        self.user(json!(ask), Value::Null, out);
        for _ in 0..3 + self.dice.below(8) {
            let id = format!("toolu_{:016x}", self.dice.next());
            let (tool, input, output) = self.tool();
            let say = self.dice.prose(40);
            let (thought, signature) = (self.dice.prose(120), self.dice.base64(300));
            self.assistant(
                json!([
                    {"type": "thinking", "thinking": thought, "signature": signature},
                    {"type": "text", "text": say},
                    {"type": "tool_use", "id": id, "name": tool, "input": input}
                ]),
                out,
            );
            let result = json!([{"type": "tool_result", "tool_use_id": id, "content": output, "is_error": false}]);
            let twice = json!({"stdout": output, "stderr": "", "interrupted": false});
            self.user(result, twice, out);
        }
        let said = self.dice.prose(80);
        self.assistant(json!([{"type": "text", "text": said}]), out);
    }

    fn tool(&mut self) -> (&'static str, Value, String) {
        let file = format!("{CWD}/src/{}.rs", self.dice.word());
        match self.dice.below(10) {
            0..5 => {
                let command = format!("cargo test {} -- --nocapture 2>&1 | tail -40", self.dice.word());
                ("Bash", json!({"command": command, "description": "run it"}), self.log())
            }
            5..7 => {
                let (old, new) = (self.code(12), self.code(14));
                let input = json!({"file_path": file, "old_string": old, "new_string": new});
                ("Edit", input, format!("The file {file} has been updated."))
            }
            _ => ("Read", json!({"file_path": file}), self.code(160)),
        }
    }

    /// What a build or a test prints; once in a while a token slips in.
    fn log(&mut self) -> String {
        let mut log = String::new();
        for n in 0..20 + self.dice.below(200) {
            let (a, b) = (self.dice.word(), self.dice.word());
            log += &format!("test {a}::{b}_{n} ... ok in 0.{:03}s at {CWD}/src/{a}.rs:{n}\n", self.dice.below(1000));
        }
        if self.dice.below(40) == 0 {
            log += &format!("Authorization: Bearer {}\n", self.dice.base64(40));
        }
        log
    }

    fn code(&mut self, lines: usize) -> String {
        let mut code = String::new();
        for n in 0..lines {
            let (a, b, c) = (self.dice.word(), self.dice.word(), self.dice.word());
            code += &format!("{n:6}\u{2192}    let {a}_{b} = self.{c}(\"{b}\", {n})?; // {a} {c}\n");
        }
        code
    }

    fn user(&mut self, content: Value, result: Value, out: &mut impl Write) {
        let mut line = self.envelope("user");
        line["message"] = json!({"role": "user", "content": content});
        if !result.is_null() {
            line["toolUseResult"] = result;
        }
        self.put(&line, out);
    }

    fn assistant(&mut self, content: Value, out: &mut impl Write) {
        let mut line = self.envelope("assistant");
        let usage = json!({"input_tokens": 4, "cache_creation_input_tokens": 900, "cache_read_input_tokens": 20_000,
            "output_tokens": 210, "service_tier": "standard"});
        let id = format!("msg_{:016x}", self.dice.next());
        line["message"] = json!({"id": id, "type": "message", "role": "assistant", "model": "claude-opus-4-5",
            "content": content, "stop_reason": "tool_use", "usage": usage});
        self.put(&line, out);
    }

    fn envelope(&mut self, kind: &str) -> Value {
        let uuid = format!("{:08x}-0000-4000-8000-{:012x}", self.line, self.dice.next() >> 16);
        let second = self.line % 86_400;
        let time = format!("2026-05-10T{:02}:{:02}:{:02}.123Z", second / 3600, second / 60 % 60, second % 60);
        json!({"parentUuid": null, "isSidechain": false, "userType": "external", "cwd": CWD, "sessionId": SESSION,
            "version": "2.0.1", "gitBranch": "main", "type": kind, "uuid": uuid, "timestamp": time})
    }

    fn put(&mut self, line: &Value, out: &mut impl Write) {
        let text = line.to_string();
        writeln!(out, "{text}").expect("there is room");
        self.line += 1;
        self.written += text.len() + 1;
    }
}

/// A generator of numbers (xorshift64*).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    fn prose(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn base64(&mut self, length: usize) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        (0..length).map(|_| char::from(DIGITS[self.below(64)])).collect()
    }
}
