//! The program, run with a cleared environment.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// What a run of the program came to.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The standard output of a run that had to succeed.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self.stdout
    }

    /// The standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {} {}", self.stdout, self.stderr))
    }
}

/// The program, to be run in a folder.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lorekeep"));
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", folder).env("LC_ALL", "C");
    command
}

/// Runs the program in a folder.
pub fn run<S: AsRef<OsStr>>(folder: &Path, args: &[S]) -> Ran {
    outcome(program(folder).args(args))
}

/// Runs a command and gives what came of it.
pub fn outcome(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().expect("it can be started");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A new memory repository in a temporary folder, made by `init`.
pub fn memory() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    run(dir.path(), &["init", "."]).ok();
    dir
}

/// Writes a file and the folders it is in.
pub fn write(folder: &Path, path: &str, text: &str) {
    let full = folder.join(path);
    std::fs::create_dir_all(full.parent().expect("a file is in a folder")).expect("folders can be made");
    std::fs::write(full, text).expect("a file can be written");
}

/// Commits all that is in a folder.
pub fn commit(folder: &Path, message: &str) {
    for args in [&["add", "--all"][..], &["commit", "--quiet", "--message", message]] {
        let mut git = crate::support::repo::git_command(crate::support::START);
        let ran = outcome(git.current_dir(folder).args(args));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
}

/// A record of Markdown without a flaw.
pub fn runbook(id: &str, title: &str, body: &str) -> String {
    format!(
        "---\nid: runbook:{id}\nkind: Runbook\ntitle: {title}\nstatus: approved\nowners: [team:platform]\n\
         updatedAt: 2026-05-10T12:00:00Z\n---\n# {title}\n\n{body}\n"
    )
}

/// A server of the program; killed at the end where it still runs.
pub struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
    pub address: String,
}

impl Server {
    /// Starts a command that serves, and waits until it says where.
    pub fn start(command: &mut Command) -> Self {
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.expect("the program can be started");
        let mut lines = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("the first line is text");
        let Some(address) = line.trim_end().strip_prefix("listening on ") else {
            let mut said = String::new();
            let _ = child.stderr.take().expect("standard error is piped").read_to_string(&mut said);
            panic!("it does not listen: {line}{said}");
        };
        Self { address: address.to_owned(), child, lines }
    }

    /// Reads standard output up to a line that begins so.
    pub fn read_up_to(&mut self, beginning: &str) -> String {
        let mut text = String::new();
        loop {
            let before = text.len();
            let read = self.lines.read_line(&mut text).expect("it is text");
            assert!(read > 0, "no line begins with `{beginning}`: {text}");
            if text[before..].starts_with(beginning) {
                return text;
            }
        }
    }

    /// Sends a signal, and gives the exit status and what stood on standard error.
    pub fn stop(mut self, signal: &str) -> Ran {
        let pid = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", signal, &pid]).status();
        assert!(sent.expect("sh can be started").success());
        let mut stderr = String::new();
        let said = self.child.stderr.as_mut().expect("standard error is piped").read_to_string(&mut stderr);
        said.expect("the log is text");
        let code = self.child.wait().expect("it can be waited for").code().unwrap_or(-1);
        Ran { code, stdout: String::new(), stderr }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks a server, and gives the status and the body.
pub fn ask(method: &str, url: &str, token: &str, body: Option<&serde_json::Value>) -> (u16, serde_json::Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = ureq::http::Request::builder().method(method).uri(url);
    let request = request.header("Authorization", format!("Bearer {token}")).header("Content-Type", "application/json");
    let text = body.map(ToString::to_string).unwrap_or_default();
    let response = agent.run(request.body(text).expect("the request is well-formed"));
    let mut response = response.expect("the server answers");
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().expect("the body is text");
    (status, serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)))
}
