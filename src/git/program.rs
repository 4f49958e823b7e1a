//! Starts the git program: no shell, a cleared environment, bounded output, bounded time.

use super::convert::shown;
use super::types::GitError;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

/// Settings that hold for every git process of ours, whatever a repository's own configuration says.
const SETTINGS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.filesRefLockTimeout=2000",
    "core.packedRefsTimeout=2000",
    "core.quotePath=false",
    "credential.helper=",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
    "safe.directory=*",
    "submodule.recurse=false",
];
/// The most bytes kept of what git says on standard error.
const MOST_STDERR: u64 = 64 << 10;
/// The most bytes taken of what git prints, when nothing else was said.
const MOST_STDOUT: u64 = 1 << 20;
/// How long a process may take, when nothing else was said.
const PATIENCE: Duration = Duration::from_secs(120);

/// One call of a git subcommand, being put together.
pub(super) struct Git {
    operation: &'static str,
    git_dir: Option<PathBuf>,
    directory: Option<PathBuf>,
    settings: Vec<String>,
    args: Vec<OsString>,
    env: Vec<(&'static str, OsString)>,
    input: Vec<u8>,
    most_stdout: u64,
    patience: Duration,
}

/// What a call of git came to.
pub(super) struct Finished {
    /// Whether it exited with 0.
    pub(super) success: bool,
    /// What it printed.
    pub(super) stdout: Vec<u8>,
    /// What it said on standard error, made fit for people.
    pub(super) said: String,
}

impl Git {
    /// A call of a subcommand in no repository.
    pub(super) fn new(operation: &'static str) -> Self {
        Self {
            operation,
            git_dir: None,
            directory: None,
            settings: Vec::new(),
            args: Vec::new(),
            env: Vec::new(),
            input: Vec::new(),
            most_stdout: MOST_STDOUT,
            patience: PATIENCE,
        }
    }

    /// A call of a subcommand in the repository whose git directory this is.
    pub(super) fn at(git_dir: &Path, operation: &'static str) -> Self {
        Self { git_dir: Some(git_dir.to_owned()), ..Self::new(operation) }
    }

    /// The directory the process runs in.
    pub(super) fn in_directory(mut self, directory: &Path) -> Self {
        self.directory = Some(directory.to_owned());
        self
    }

    /// One more setting, `section.key=value`, stronger than all before it.
    pub(super) fn setting(mut self, setting: impl Into<String>) -> Self {
        self.settings.push(setting.into());
        self
    }

    pub(super) fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    pub(super) fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        self.args.extend(args.into_iter().map(OsString::from));
        self
    }

    pub(super) fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    /// Bytes for its standard input.
    pub(super) fn input(mut self, bytes: Vec<u8>) -> Self {
        self.input = bytes;
        self
    }

    /// The most bytes it may print before it is stopped.
    pub(super) fn most_stdout(mut self, bytes: u64) -> Self {
        self.most_stdout = bytes;
        self
    }

    /// How long it may take before it is stopped.
    pub(super) fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs it, and gives what it printed; a failure is an error in git's own words.
    pub(super) fn run(self) -> Result<Vec<u8>, GitError> {
        let operation = self.operation;
        let finished = self.finish()?;
        if finished.success { Ok(finished.stdout) } else { Err(GitError::Program { operation, reason: finished.said }) }
    }

    /// Runs it, however it ends.
    pub(super) fn finish(self) -> Result<Finished, GitError> {
        let failed = |reason: String| GitError::Program { operation: self.operation, reason };
        let mut child = self.command().spawn().map_err(|error| failed(not_started(&error)))?;
        let heard = self.drive(&mut child);
        let status = child.wait().map_err(|error| failed(error.to_string()))?;
        let (stdout, stderr) = heard.map_err(failed)?;
        let said = self.fit_for_people(&stderr, &status.to_string());
        Ok(Finished { success: status.success(), stdout, said })
    }

    fn command(&self) -> Command {
        let mut command = git_command();
        if let Some(dir) = &self.git_dir {
            command.arg("--git-dir").arg(dir);
        }
        if let Some(dir) = &self.directory {
            command.current_dir(dir);
        }
        for setting in SETTINGS.iter().copied().chain(self.settings.iter().map(String::as_str)) {
            command.arg("-c").arg(setting);
        }
        command.arg(self.operation).args(&self.args).envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Feeds the process and hears it out, each stream in its own thread; stops it when it talks or takes too long.
    fn drive(&self, child: &mut Child) -> Result<(Vec<u8>, Vec<u8>), String> {
        let mut stdin = child.stdin.take().expect("standard input is piped");
        let stdout = child.stdout.take().expect("standard output is piped");
        let stderr = child.stderr.take().expect("standard error is piped");
        let (done, wait) = mpsc::channel();
        std::thread::scope(|scope| {
            // A process that stops reading early says so in its exit code.
            scope.spawn(move || _ = stdin.write_all(&self.input));
            let said = scope.spawn(move || read_all(stderr, MOST_STDERR).0);
            scope.spawn(move || _ = done.send(read_some(stdout, self.most_stdout)));
            let heard = wait.recv_timeout(self.patience);
            if !matches!(heard, Ok((_, false))) {
                // Already gone is as good as stopped.
                _ = child.kill();
            }
            let said = said.join().expect("reading a pipe does not panic");
            match heard {
                Ok((bytes, false)) => Ok((bytes, said)),
                Ok((_, true)) => Err(format!("it printed more than {} bytes", self.most_stdout)),
                Err(_) => Err(format!("it took longer than {} seconds", self.patience.as_secs())),
            }
        })
    }

    /// The first lines that git said, without our paths and without anything a terminal would obey.
    fn fit_for_people(&self, stderr: &[u8], status: &str) -> String {
        let mut text = String::from_utf8_lossy(stderr).into_owned();
        for path in self.git_dir.iter().chain(&self.directory) {
            text = text.replace(&*path.to_string_lossy(), "the repository");
        }
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
        let lines: Vec<&str> = lines.take(4).map(strip_label).collect();
        if lines.is_empty() { status.to_owned() } else { shown(&lines.join("; ")) }
    }
}

/// A `git` with nothing of our environment but the search path.
pub(super) fn git_command() -> Command {
    let mut command = Command::new(program());
    command.env_clear();
    // Without it git finds neither itself nor ssh where they are not in the system's own folders.
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C");
    command
}

/// The git of the search path, by its full name: a program that has to be looked for is started in a copy of this
/// process, and the larger that is the longer it takes.
fn program() -> PathBuf {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return found.clone();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut programs = std::env::split_paths(&path).map(|folder| folder.join("git"));
    match programs.find(|program| program.is_absolute() && is_executable(program)) {
        Some(program) => FOUND.get_or_init(|| program).clone(),
        None => PathBuf::from("git"),
    }
}

fn is_executable(program: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(program).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// A `git` with the configuration of whoever runs us, and no other repository than it is told.
pub(super) fn user_git() -> Command {
    let mut command = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"] {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// The version of the git program, such as `(2, 47, 3)`.
pub fn git_version() -> Result<(u32, u32, u32), GitError> {
    let printed = Git::new("version").run()?;
    let text = String::from_utf8_lossy(&printed);
    let unknown = || GitError::Program { operation: "version", reason: format!("unknown version {}", shown(&text)) };
    let number = text.split_whitespace().nth(2).ok_or_else(unknown)?;
    let mut parts = number.split('.').map(|part| part.parse().ok());
    let mut next = || parts.next().flatten();
    match (next(), next()) {
        (Some(major), Some(minor)) => Ok((major, minor, next().unwrap_or(0))),
        _ => Err(unknown()),
    }
}

fn not_started(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "the program `git` was not found: install git 2.36 or later".to_owned(),
        _ => format!("it could not be started: {error}"),
    }
}

fn strip_label(line: &str) -> &str {
    ["fatal: ", "error: ", "remote: "].iter().fold(line, |line, label| line.strip_prefix(label).unwrap_or(line))
}

/// Reads up to `most` bytes, and whether there was more.
fn read_some(from: impl Read, most: u64) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    // A pipe that breaks has ended.
    _ = from.take(most + 1).read_to_end(&mut bytes);
    let more = bytes.len() as u64 > most;
    (bytes, more)
}

/// Reads to the end, and keeps the first `most` bytes.
fn read_all(mut from: impl Read, most: u64) -> (Vec<u8>, u64) {
    let mut bytes = Vec::new();
    _ = from.by_ref().take(most).read_to_end(&mut bytes);
    let dropped = io::copy(&mut from, &mut io::sink()).unwrap_or(0);
    (bytes, dropped)
}
