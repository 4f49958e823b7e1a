//! A client of the language server, as an editor is one.

use crate::cli::program::program;
use crate::support::TestRepo;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// An editor with a folder open.
pub struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    folder: String,
    asked: i64,
    /// What the server told unasked and nobody has looked at yet.
    told: Vec<Value>,
}

impl Editor {
    /// Starts the program and says nothing yet.
    pub fn silent(folder: &Path) -> Self {
        let mut command = program(folder);
        command.args(["lsp", "--stdio"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("the program can be started");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let folder = format!("file://{}", folder.display());
        Self { child, input, output, folder, asked: 0, told: Vec::new() }
    }

    /// Starts the program and opens a folder; columns count as an editor has them that says nothing.
    pub fn open(folder: &Path) -> Self {
        Self::with_capabilities(folder, &json!({})).0
    }

    /// Starts the program and opens a folder; gives what the server answers to that.
    pub fn with_capabilities(folder: &Path, capabilities: &Value) -> (Self, Value) {
        let mut editor = Self::silent(folder);
        let root = editor.folder.clone();
        let params = json!({"processId": null, "rootUri": root, "capabilities": capabilities});
        let offer = editor.ask("initialize", &params);
        editor.tell("initialized", &json!({}));
        (editor, offer)
    }

    /// The URI of a file of the folder.
    pub fn uri(&self, path: &str) -> String {
        format!("{}/{path}", self.folder)
    }

    /// Sends bytes as they are.
    pub fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    /// Sends one message.
    pub fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    /// Tells something.
    pub fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Asks something, and gives the number of the question.
    pub fn begin(&mut self, method: &str, params: &Value) -> i64 {
        self.asked += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params}));
        self.asked
    }

    /// Asks something, and gives the whole answer.
    pub fn answer(&mut self, method: &str, params: &Value) -> Value {
        let id = self.begin(method, params);
        self.answer_to(&json!(id))
    }

    /// Asks something that has to succeed.
    #[track_caller]
    pub fn ask(&mut self, method: &str, params: &Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("result").is_some(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The answer to a question; what is told meanwhile is kept.
    pub fn answer_to(&mut self, id: &Value) -> Value {
        loop {
            let message = self.receive();
            if message.get("method").is_none() && message["id"] == *id {
                return message;
            }
            self.told.push(message);
        }
    }

    /// What the server tells or asks by a method, and that fits.
    pub fn told(&mut self, method: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let is_it = |message: &Value| message["method"] == method && fits(&message["params"]);
        if let Some(at) = self.told.iter().position(is_it) {
            return self.told.remove(at)["params"].clone();
        }
        loop {
            let message = self.receive();
            if is_it(&message) {
                return message["params"].clone();
            }
            self.told.push(message);
        }
    }

    /// Opens a document as its version 1, and gives its findings.
    pub fn show(&mut self, path: &str, text: &str) -> Vec<Value> {
        let uri = self.uri(path);
        let document = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": text});
        self.tell("textDocument/didOpen", &json!({"textDocument": document}));
        self.findings(path, 1)
    }

    /// Sends changes as a version of a document.
    pub fn change(&mut self, path: &str, version: i64, changes: &Value) {
        let document = json!({"uri": self.uri(path), "version": version});
        self.tell("textDocument/didChange", &json!({"textDocument": document, "contentChanges": changes}));
    }

    /// Replaces the text of a document, and gives its findings.
    pub fn write(&mut self, path: &str, version: i64, text: &str) -> Vec<Value> {
        self.change(path, version, &json!([{"text": text}]));
        self.findings(path, version)
    }

    /// The findings of a version of a document.
    pub fn findings(&mut self, path: &str, version: i64) -> Vec<Value> {
        let uri = self.uri(path);
        let told = self.told("textDocument/publishDiagnostics", |p| p["uri"] == uri && p["version"] == version);
        told["diagnostics"].as_array().expect("diagnostics are a list").clone()
    }

    /// Tells that something happened to a document.
    pub fn did(&mut self, what: &str, path: &str) {
        let uri = self.uri(path);
        self.tell(&format!("textDocument/{what}"), &json!({"textDocument": {"uri": uri}}));
    }

    /// Asks something about a place of a document.
    #[track_caller]
    pub fn at(&mut self, what: &str, path: &str, (line, character): (usize, usize)) -> Value {
        let uri = self.uri(path);
        let params = json!({
            "textDocument": {"uri": uri},
            "position": {"line": line, "character": character},
            "context": {"includeDeclaration": true, "triggerKind": 1},
        });
        self.ask(&format!("textDocument/{what}"), &params)
    }

    /// Says goodbye, and gives the exit status.
    pub fn leave(mut self) -> Option<i32> {
        self.ask("shutdown", &Value::Null);
        self.tell("exit", &Value::Null);
        self.end()
    }

    /// Waits for the end of the program, and gives the exit status.
    pub fn end(mut self) -> Option<i32> {
        drop(self.input.take());
        self.child.wait().expect("it can be waited for").code()
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).expect("a header is text") > 0, "the server has gone away");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().expect("a length is a number"),
                None if line == "\r\n" => break,
                None => panic!("no header: {line}"),
            }
        }
        let mut bytes = vec![0; length];
        self.output.read_exact(&mut bytes).expect("a message is whole");
        serde_json::from_slice(&bytes).expect("a message is JSON")
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A page that is a record.
pub fn page(id: &str, kind: &str, title: &str, more: &str) -> String {
    format!(
        "---\nid: {id}\nkind: {kind}\ntitle: {title}\nstatus: approved\nowners: [team:platform]\n\
         updatedAt: 2026-05-10T12:00:00Z\n{more}---\n# {title}\n"
    )
}

/// The runbook of the little memory, with the target of its edge.
pub fn restart(target: &str) -> String {
    page("runbook:restart", "Runbook", "Restart the gateway", &format!("related:\n  depends_on: [{target}]\n"))
}

/// A little memory without a flaw.
pub fn memory() -> TestRepo {
    let gateway = page("service:gateway", "Service", "Gateway", "tags: [edge, public-api]\n");
    let queues = page("decision:queues", "Decision", "Queues over calls", "aliases: [queue decision]\n")
        + "\nSee [[runbook:restart]] and [the service](../services/gateway.md).\n";
    let team = "nodeKind: Team\nid: team:platform\nattributes:\n  title: Platform team\n  status: approved\n  \
                owners: [team:platform]\n  updatedAt: 2026-05-10T12:00:00Z\n";
    TestRepo::with_files(&[
        ("runbooks/restart.md", &restart("service:gateway")),
        ("services/gateway.md", &gateway),
        ("decisions/queues.md", &queues),
        ("graph/teams.yaml", team),
        ("notes/plain.md", "# A plain page\n\nIt names [[queue decision]] and [[runbook:restart]].\n"),
    ])
}

/// A text without its first `¦`, and the line and column (in UTF-16 units) where that stood.
pub fn cursor(text: &str) -> (String, (usize, usize)) {
    let at = text.find('¦').expect("the text has a cursor");
    let line = text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    (text.replacen('¦', "", 1), (line, text[start..at].encode_utf16().count()))
}
