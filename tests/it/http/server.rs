//! A server on a loopback port with two orgs, a repository each, and a token for each role.

use crate::support::Client;
pub(super) use crate::support::{JSON, Reply};
use lorekeep::access::{Role, SourceScope};
use lorekeep::base::{GlobSet, OrgId, Principal, RepositoryName, time::SystemClock};
use lorekeep::engine::{Engine, EngineConfig};
use lorekeep::face::http::{ServeOptions, serve};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The org of every test, and the one next door.
pub(super) const ORG: &str = "a5c";
pub(super) const OTHER: &str = "rival";
/// The repository of both.
pub(super) const REPOSITORY: &str = "brain";
/// Where the API begins.
pub(super) const API: &str = "/api/orgs/a5c/agents/memory";

pub(super) struct Server {
    pub(super) address: SocketAddr,
    tokens: BTreeMap<&'static str, String>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    client: Client,
    dir: tempfile::TempDir,
}

impl Server {
    pub(super) fn start() -> Self {
        Self::with(ServeOptions::default())
    }

    pub(super) fn with(options: ServeOptions) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let engine = Arc::new(engine(dir.path()));
        let tokens = [populate(&engine, ORG), other(&engine)].into_iter().flatten().collect();
        let (address, stop, thread) = run(engine, options);
        Self { address, tokens, stop: Some(stop), thread: Some(thread), client: Client::new(address), dir }
    }

    pub(super) fn token(&self, who: &str) -> &str {
        &self.tokens[who]
    }

    pub(super) fn data_dir(&self) -> &Path {
        self.dir.path()
    }

    /// Asks as someone; `""` is nobody.
    pub(super) fn ask(&self, who: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let token = if who.is_empty() { "" } else { self.token(who) };
        self.client.ask(token, method, path, headers, body)
    }

    pub(super) fn get(&self, who: &str, path: &str) -> Reply {
        self.ask(who, "GET", path, &[], b"")
    }

    pub(super) fn post(&self, who: &str, path: &str, body: Value) -> Reply {
        self.ask(who, "POST", path, &JSON, body.to_string().as_bytes())
    }

    /// Sends bytes as they are, and reads until the server closes the connection.
    pub(super) fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // The server may close while it is still being written to.
        _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Stops the server and starts it again, elsewhere, on the same data.
    pub(super) fn restart(&mut self, options: ServeOptions) {
        self.stop();
        self.wait();
        let (address, stop, thread) = run(Arc::new(engine(self.dir.path())), options);
        (self.address, self.stop, self.thread) = (address, Some(stop), Some(thread));
        self.client = Client::new(address);
    }

    /// The engine as the operator opens it, beside the server.
    pub(super) fn operator(&self) -> Engine {
        Engine::operate(config(self.dir.path())).unwrap()
    }

    /// Tells the server to stop.
    pub(super) fn stop(&mut self) {
        _ = self.stop.take().map(|stop| stop.send(()));
    }

    /// Waits until it has.
    pub(super) fn wait(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(std::thread::panicking() || ended.is_ok(), "the server panicked");
        }
    }
}

fn engine(dir: &Path) -> Engine {
    Engine::serve(config(dir)).unwrap()
}

fn config(dir: &Path) -> EngineConfig {
    let hook_program = PathBuf::from(env!("CARGO_BIN_EXE_lorekeep"));
    EngineConfig { data_dir: dir.to_owned(), hook_program, clock: Arc::new(SystemClock) }
}

fn populate(engine: &Engine, org: &str) -> Vec<(&'static str, String)> {
    let org = OrgId::parse(org).unwrap();
    engine.create_org(&org).unwrap();
    engine.create_repository(&org, &RepositoryName::parse(REPOSITORY).unwrap(), None, &mut |_, _| ()).unwrap();
    let scope = SourceScope::of_paths(GlobSet::new(&["runbooks/**"]).unwrap()).unwrap();
    let roles = Role::ALL.map(|role| (role.as_str(), role, None));
    let all = roles.into_iter().chain([("scoped", Role::Reader, Some(scope))]);
    all.map(|(name, role, scope)| {
        let principal = Principal::parse(&format!("user:{name}")).unwrap();
        (name, engine.create_token(&org, name, &principal, role, scope, None).unwrap().token)
    })
    .collect()
}

fn other(engine: &Engine) -> Vec<(&'static str, String)> {
    let tokens = populate(engine, OTHER);
    tokens.into_iter().filter(|(name, _)| *name == "admin").map(|(_, token)| ("outsider", token)).collect()
}

fn run(engine: Arc<Engine>, options: ServeOptions) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            serve(engine, listener, options, async { _ = stopped.await }).await.unwrap();
        });
    });
    (address, stop, thread)
}

/// The real git, with nothing of this machine's configuration; what it said, and whether it went well.
pub(super) fn git(dir: &Path, args: &[&str]) -> (bool, String) {
    let mut command = Command::new("git");
    command.current_dir(dir).args(["-c", "credential.helper=", "-c", "protocol.version=2"]).args(args);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", dir);
    for (name, value) in [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_AUTHOR_NAME", "Ada"),
        ("GIT_AUTHOR_EMAIL", "ada@example.com"),
        ("GIT_AUTHOR_DATE", "2026-05-10T12:00:00Z"),
        ("GIT_COMMITTER_NAME", "Ada"),
        ("GIT_COMMITTER_EMAIL", "ada@example.com"),
        ("GIT_COMMITTER_DATE", "2026-05-10T12:00:00Z"),
    ] {
        command.env(name, value);
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}
