//! Repositories for benches: commits written by `git fast-import`, the same bytes every time.

use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

/// When the first commit is made; each further one an hour later.
const FIRST: usize = 1_700_000_000;

/// A branch that is being written, commit by commit.
pub struct Import {
    git: Child,
    out: std::io::BufWriter<ChildStdin>,
    commits: usize,
}

impl Import {
    /// Makes a bare repository with the branch `main`, and begins to write it.
    pub fn new_repository(path: &Path) -> Self {
        let made = Command::new("git").args(["init", "--bare", "--quiet", "--initial-branch=main"]).arg(path).status();
        assert!(made.expect("git runs").success());
        Self::onto(path, 0)
    }

    /// Begins to write the `main` of a repository that has so many commits already.
    pub fn onto(path: &Path, commits: usize) -> Self {
        let mut git = Command::new("git")
            .arg("--git-dir")
            .arg(path)
            .args(["fast-import", "--quiet"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("git runs");
        let mut out = std::io::BufWriter::new(git.stdin.take().expect("it is piped"));
        if commits > 0 {
            out.write_all(b"reset refs/heads/main\nfrom refs/heads/main^0\n\n").expect("git reads");
        }
        Self { git, out, commits }
    }

    /// Begins a commit; the files that follow are its changes.
    pub fn commit(&mut self, message: &str) {
        let when = FIRST + self.commits * 3_600;
        self.commits += 1;
        let head = format!("commit refs/heads/main\ncommitter Bench <bench@example.invalid> {when} +0000");
        write!(self.out, "{head}\ndata {}\n{message}\n", message.len()).expect("git reads");
    }

    /// Writes a file of the commit.
    pub fn file(&mut self, path: &str, text: &str) {
        write!(self.out, "M 100644 inline {path}\ndata {}\n{text}\n", text.len()).expect("git reads");
    }

    /// Ends: everything is in the repository.
    pub fn end(self) {
        let Self { mut git, out, .. } = self;
        drop(out.into_inner().expect("git reads"));
        assert!(git.wait().expect("git ends").success());
    }
}
