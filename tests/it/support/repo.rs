//! Throw-away repositories, made by the real git with a fixed identity and fixed dates.
#![allow(dead_code, reason = "each test module uses the helpers it needs")]

use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The date of the first commit, in seconds since 1970: 2026-05-01T00:00:00Z. Each commit is a minute later.
pub const START: i64 = 1_777_593_600;

/// A repository in a temporary directory that goes away with it.
pub struct TestRepo {
    dir: tempfile::TempDir,
    bare: bool,
    now: Cell<i64>,
}

impl TestRepo {
    /// Makes an empty repository with a worktree; its branch is `main`.
    pub fn new() -> Self {
        Self::init(false)
    }

    /// Makes an empty bare repository; its branch is `main`.
    pub fn bare() -> Self {
        Self::init(true)
    }

    /// Makes a repository with a worktree and one commit of these files.
    pub fn with_files(files: &[(&str, &str)]) -> Self {
        let repo = Self::new();
        repo.commit_files(files, "first");
        repo
    }

    fn init(bare: bool) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        let repo = Self { dir, bare, now: Cell::new(START) };
        let mut args = vec!["init", "--quiet", "--initial-branch=main", "--ref-format=files"];
        if bare {
            args.push("--bare");
        }
        repo.git(&args);
        repo
    }

    /// Makes a bare clone of all references of this repository.
    pub fn to_bare(&self) -> Self {
        let clone =
            Self { dir: tempfile::tempdir().expect("a temporary directory"), bare: true, now: self.now.clone() };
        let from = self.git_dir();
        self.git(&[
            "clone",
            "--quiet",
            "--mirror",
            "--no-hardlinks",
            &from.to_string_lossy(),
            &clone.path().to_string_lossy(),
        ]);
        clone.git(&["remote", "remove", "origin"]);
        clone
    }

    /// Clones from an address, with its branch checked out.
    pub fn cloned(url: &str) -> Self {
        let clone =
            Self { dir: tempfile::tempdir().expect("a temporary directory"), bare: false, now: Cell::new(START) };
        clone.git(&["clone", "--quiet", url, "."]);
        clone
    }

    /// The top of the worktree, or the bare repository itself.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The directory that holds the objects and references.
    pub fn git_dir(&self) -> PathBuf {
        if self.bare { self.path().to_owned() } else { self.path().join(".git") }
    }

    /// The date the next commit will have, in seconds since 1970.
    pub fn now(&self) -> i64 {
        self.now.get()
    }

    /// Sets the date the next commit will have, in seconds since 1970.
    pub fn set_now(&self, seconds: i64) {
        self.now.set(seconds);
    }

    /// Runs git and gives what it printed, without the last line break; panics where git fails.
    pub fn git(&self, args: &[&str]) -> String {
        self.git_with_input(args, b"")
    }

    /// Runs git with bytes on its standard input; panics where git fails.
    pub fn git_with_input(&self, args: &[&str], input: &[u8]) -> String {
        let output = self.try_git(args, input);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {args:?} failed: {stderr}");
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
    }

    /// Runs git and gives the whole outcome.
    pub fn try_git(&self, args: &[&str], input: &[u8]) -> Output {
        run(self.command().args(args), input)
    }

    /// A git command that runs in this repository, with a cleared configuration, the test's identity and date.
    pub fn command(&self) -> Command {
        let mut command = git_command(self.now());
        command.current_dir(self.path());
        command
    }

    /// Writes a file of the worktree, and the folders it is in.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let full = self.path().join(path);
        std::fs::create_dir_all(full.parent().expect("a file is in a folder")).expect("folders can be made");
        std::fs::write(full, content).expect("a file can be written");
    }

    /// Removes a file of the worktree.
    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.path().join(path)).expect("the file is there");
    }

    /// Commits the whole worktree, and gives the commit's id. The next commit is a minute later.
    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.now.set(self.now() + 60);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Writes files and commits the whole worktree, and gives the commit's id.
    pub fn commit_files(&self, files: &[(&str, &str)], message: &str) -> String {
        files.iter().for_each(|(path, content)| self.write(path, content));
        self.commit(message)
    }

    /// Writes a blob, and gives its id.
    pub fn blob(&self, content: &[u8]) -> String {
        self.git_with_input(&["hash-object", "-w", "--stdin"], content)
    }

    /// Writes a tree of `(mode, name, object id)` exactly as given, in that order, with nothing checked.
    pub fn raw_tree(&self, entries: &[(&str, &[u8], &str)]) -> String {
        let mut bytes = Vec::new();
        for (mode, name, id) in entries {
            bytes.extend_from_slice(mode.as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(name);
            bytes.push(0);
            bytes.extend((0..20).map(|i| u8::from_str_radix(&id[2 * i..2 * i + 2], 16).expect("an object id is hex")));
        }
        self.git_with_input(&["hash-object", "-w", "-t", "tree", "--literally", "--stdin"], &bytes)
    }

    /// Writes a commit of a tree, moves no branch, and gives its id.
    pub fn commit_tree(&self, tree: &str, parents: &[&str], message: &str) -> String {
        let mut args = vec!["commit-tree", "-m", message];
        parents.iter().for_each(|parent| args.extend(["-p", parent]));
        args.push(tree);
        let id = self.git(&args);
        self.now.set(self.now() + 60);
        id
    }
}

/// A git command with a cleared environment, the test's identity, and this date for author and committer.
pub fn git_command(now: i64) -> Command {
    let date = format!("{now} +0000");
    let mut command = Command::new("git");
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C");
    command.env("GIT_AUTHOR_NAME", "Ada").env("GIT_AUTHOR_EMAIL", "ada@example.org").env("GIT_AUTHOR_DATE", &date);
    command.env("GIT_COMMITTER_NAME", "Ada").env("GIT_COMMITTER_EMAIL", "ada@example.org");
    command.env("GIT_COMMITTER_DATE", &date).env("GIT_TERMINAL_PROMPT", "0");
    command
}

/// Runs a command with bytes on its standard input.
pub fn run(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git can be started");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    std::thread::scope(|scope| {
        // A child that stops reading early is no failure of the test.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().expect("git can be waited for")
    })
}
