//! `lorekeep serve` as its own process over a data directory, and the operator's commands beside it.

use crate::support::repo::{git_command, run};
use crate::support::{Client, Reply, START, TestRepo};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// The org of most tests, and its repository.
pub(super) const ORG: &str = "a5c";
pub(super) const BRAIN: &str = "brain";
/// Where the API of that org begins.
pub(super) const API: &str = "/api/orgs/a5c/agents/memory";

/// A running server.
pub(super) struct Host {
    dir: tempfile::TempDir,
    running: Running,
}

/// The process of a server.
struct Running {
    child: Child,
    client: Client,
}

impl Host {
    /// A server with no org yet.
    pub(super) fn bare() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let running = Running::start(dir.path(), None);
        Self { dir, running }
    }

    /// A server with the org `a5c` and its new repository `brain`.
    pub(super) fn new() -> Self {
        let host = Self::bare();
        host.operate(&["org", "create", ORG]);
        host.operate(&["repo", "create", ORG, BRAIN]);
        host
    }

    /// Runs a command of the operator; panics where it fails.
    pub(super) fn operate(&self, args: &[&str]) -> String {
        let output = run(self.operator().args(args), b"");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// The program with this data directory in its environment.
    pub(super) fn operator(&self) -> Command {
        program(self.data_dir())
    }

    /// A new token of the org `a5c`; `who` is a principal such as `user:ada`.
    pub(super) fn token(&self, who: &str, role: &str) -> String {
        self.token_of(ORG, who, role, &[])
    }

    /// A new token of any org, with more flags.
    pub(super) fn token_of(&self, org: &str, who: &str, role: &str, more: &[&str]) -> String {
        let (kind, name) = who.split_once(':').unwrap();
        let args = ["token", "create", "--org", org, "--name", name, "--principal", kind, "--role", role];
        self.operate(&[&args, more].concat())
    }

    pub(super) fn client(&self) -> &Client {
        &self.running.client
    }

    pub(super) fn get(&self, token: &str, path: &str) -> Reply {
        self.client().get(token, path)
    }

    pub(super) fn post(&self, token: &str, path: &str, body: Value) -> Reply {
        self.client().post(token, path, &body)
    }

    pub(super) fn data_dir(&self) -> &Path {
        self.dir.path()
    }

    /// Where the server keeps `brain`.
    pub(super) fn git_dir(&self) -> PathBuf {
        self.data_dir().join("orgs").join(ORG).join(format!("{BRAIN}.git"))
    }

    /// Runs git where the server keeps `brain`; panics where it fails.
    pub(super) fn git(&self, args: &[&str]) -> String {
        let (well, said) = self.try_git(args);
        assert!(well, "git {args:?}: {said}");
        said
    }

    /// Runs git in any folder; panics where it fails.
    pub(super) fn git_at(&self, folder: &Path, args: &[&str]) -> String {
        let (well, said) = heard(git_command(START).current_dir(folder).args(args));
        assert!(well, "git {args:?}: {said}");
        said
    }

    /// Runs git there, and says whether it went well.
    pub(super) fn try_git(&self, args: &[&str]) -> (bool, String) {
        heard(git_command(START).current_dir(self.git_dir()).args(args))
    }

    /// The tip of the default branch of `brain`, as git sees it.
    pub(super) fn tip(&self) -> String {
        self.git(&["rev-parse", "refs/heads/main"])
    }

    /// The address of `brain` for git, with a token.
    pub(super) fn url(&self, token: &str) -> String {
        self.url_of(token, ORG, BRAIN)
    }

    /// The address of any repository for git, with a token.
    pub(super) fn url_of(&self, token: &str, org: &str, repository: &str) -> String {
        format!("http://any:{token}@{}/orgs/{org}/{repository}.git", self.client().address())
    }

    /// A clone of `brain`.
    pub(super) fn clone(&self, token: &str) -> TestRepo {
        TestRepo::cloned(&self.url(token))
    }

    /// Proposes, approves and merges one file of `brain`; gives the update as it is then.
    pub(super) fn land(&self, proposer: &str, reviewer: &str, path: &str, content: &str) -> Value {
        self.land_in(ORG, BRAIN, [proposer, reviewer], path, content)
    }

    /// Proposes, approves and merges one file of any repository.
    pub(super) fn land_in(&self, org: &str, repository: &str, by: [&str; 2], path: &str, content: &str) -> Value {
        let api = format!("/api/orgs/{org}/agents/memory");
        let [proposer, reviewer] = by;
        let change = json!({"path": path, "action": "upsert", "content": content, "reason": "it was missing"});
        let body = json!({"memoryRepository": repository, "title": format!("Write {path}"), "reason": "It was missing.", "changes": [change]});
        let update = self.post(proposer, &format!("{api}/updates"), body).expect(201);
        let action = |action: &str| {
            let path = format!("{api}/updates/{}/{action}", update["metadata"]["name"].as_str().unwrap());
            self.post(reviewer, &path, json!({"expectedDiffDigest": update["status"]["diffDigest"]})).expect(200)
        };
        action("approve");
        action("merge")
    }

    /// Kills the server as `kill -9` does.
    pub(super) fn kill(&mut self) {
        self.running.kill();
    }

    /// Serves the data directory anew.
    pub(super) fn restart(&mut self) {
        self.running = Running::start(self.dir.path(), None);
    }

    /// Kills the server, and starts one that stops at a step of `base::fault`.
    pub(super) fn restart_armed(&mut self, step: &str) {
        self.kill();
        self.running = Running::start(self.dir.path(), Some(step));
    }

    /// Starts a server that stops at a step before it listens, and gives how it ended.
    pub(super) fn start_in_vain(&mut self, step: &str) -> ExitStatus {
        self.kill();
        let mut child = Running::spawn(self.dir.path(), Some(step));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if !line.is_empty() {
            _ = child.kill();
        }
        child.wait().unwrap()
    }

    /// Tells the server to stop, and gives how it ended: where it has ended already, how that was.
    pub(super) fn stop(&mut self) -> ExitStatus {
        let child = &mut self.running.child;
        // One that is gone takes no signal, and is waited for all the same.
        _ = run(Command::new("sh").args(["-c", "kill -s TERM \"$0\"", &child.id().to_string()]), b"");
        child.wait().unwrap()
    }
}

impl Running {
    /// Starts a server on a free port and waits until it says that it listens.
    fn start(data_dir: &Path, fault: Option<&str>) -> Self {
        let mut child = Self::spawn(data_dir, fault);
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").and_then(|a| a.parse::<SocketAddr>().ok());
        let said = || std::fs::read_to_string(data_dir.join("server.log")).unwrap_or_default();
        let address = address.unwrap_or_else(|| panic!("the server did not start: {line:?}\n{}", said()));
        Self { child, client: Client::new(address) }
    }

    fn spawn(data_dir: &Path, fault: Option<&str>) -> Child {
        let log = data_dir.join("server.log");
        let log = File::options().create(true).append(true).open(log).unwrap();
        let mut command = program(data_dir);
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdin(Stdio::null());
        command.envs(fault.map(|step| ("LOREKEEP_FAULT", step)));
        command.stdout(Stdio::piped()).stderr(log).spawn().unwrap()
    }

    fn kill(&mut self) {
        // It may have been killed before.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

fn program(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lorekeep"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("LOREKEEP_DATA_DIR", data_dir).current_dir(data_dir);
    command
}

/// Runs a command, and gives whether it went well and all that it said.
pub(super) fn heard(command: &mut Command) -> (bool, String) {
    let output = run(command, b"");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).trim_end_matches('\n').to_owned())
}

/// Runs git in a clone, and gives whether it went well and all that it said.
pub(super) fn git(clone: &TestRepo, args: &[&str]) -> (bool, String) {
    heard(clone.command().args(args))
}

/// Pushes, and gives all that the client said; panics where it succeeds.
pub(super) fn refused_push(clone: &TestRepo, args: &[&str]) -> String {
    let (well, said) = git(clone, &[&["push", "origin"], args].concat());
    assert!(!well, "git push {args:?} went through: {said}");
    said
}
