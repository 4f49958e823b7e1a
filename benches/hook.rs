//! What the pre-receive hook costs a push of five files, into memories of 1,000, 10,000 and 100,000 notes.
//!
//! `cargo bench --bench hook` generates the memories, and runs the program as git runs it: with its environment and
//! the quarantine of one push, thirty pushes each, with the validation state and without it. Then the pushes are really
//! made, with git. `LOREKEEP_BENCH_SIZES=1000,5000` chooses other sizes.

#[allow(dead_code, reason = "the other bench uses the rest")]
mod corpus;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lorekeep");
/// How many pushes are measured, and how many files each changes.
const PUSHES: usize = 30;
const FILES: usize = 5;
/// How many pushes are measured without the state: each reads everything.
const SLOW_PUSHES: usize = 3;
/// A fixed date: what is generated is the same each time.
const DATE: usize = 1_800_000_000;

fn main() {
    // `cargo test --benches` only asks whether it runs.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let given = std::env::var_os("LOREKEEP_BENCH_SIZES").and_then(|sizes| sizes.into_string().ok());
    let sizes = given.unwrap_or_else(|| "1000,10000,100000".to_owned());
    let scratch = tempfile::tempdir().expect("a scratch folder can be made");
    println!("{:>8}  {:<34} {:>9} {:>9}", "notes", "what", "median", "p90");
    for size in sizes.split(',').map(|size| size.parse::<usize>().expect("a size is a number")) {
        Memory::generate(&scratch.path().join(size.to_string()), size).measure();
    }
}

/// A generated memory that pushes go to, and the pushes: commits of another repository that shares its objects.
struct Memory {
    size: usize,
    served: PathBuf,
    author: PathBuf,
}

impl Memory {
    fn generate(folder: &Path, size: usize) -> Self {
        std::fs::create_dir(folder).expect("a folder can be made");
        let memory = Self { size, served: folder.join("served.git"), author: folder.join("author.git") };
        run(Command::new("git").args(["init", "--quiet", "--bare", "--initial-branch=main"]).arg(&memory.served));
        let mut dice = corpus::dice();
        let mut first = begin("main", None, "all of it");
        (0..size).for_each(|n| write_file(&mut first, n, &corpus::note(n, size, 0, &mut dice)));
        import(&memory.served, &first);
        git(&memory.served, &["repack", "-adq"]);
        git(&memory.served, &["commit-graph", "write", "--reachable"]);
        run(Command::new("git")
            .args(["clone", "--quiet", "--bare", "--shared"])
            .arg(&memory.served)
            .arg(&memory.author));
        memory.write_pushes(&mut dice);
        memory
    }

    /// Commits beside each other for the hook alone, and two lines of commits for git itself.
    fn write_pushes(&self, dice: &mut corpus::Dice) {
        let mut commits = String::new();
        for push in 0..PUSHES {
            for sort in ["hook", "plain", "hooked"] {
                let on_top = sort != "hook" && push > 0;
                let below = if on_top { branch(sort, push - 1) } else { "main".to_owned() };
                commits += &begin(&branch(sort, push), Some(&below), "five files");
                for changed in 0..FILES {
                    let n = (push * 7_919 + changed * 104_729) % self.size;
                    write_file(&mut commits, n, &corpus::note(n, self.size, push + 1, dice));
                }
            }
        }
        import(&self.author, &commits);
    }

    fn measure(&self) {
        self.print("the hook, without the state", (0..SLOW_PUSHES).map(|push| self.hook(push)).collect());
        self.print("the state, built", vec![timed(&mut self.post_receive())]);
        self.print("the hook", (0..PUSHES).map(|push| self.hook(push)).collect());
        self.print("git push without a hook", (0..PUSHES).map(|push| self.push("plain", push, "other")).collect());
        run(Command::new(PROGRAM).args(["hook", "install"]).arg(&self.served).stderr(Stdio::null()));
        self.print("git push", (0..PUSHES).map(|push| self.push("hooked", push, "main")).collect());
        self.print("the state, brought up", vec![timed(&mut self.post_receive())]);
    }

    /// Runs the hook as git does, on a push that it then forgets.
    fn hook(&self, push: usize) -> Duration {
        let quarantine = tempfile::tempdir_in(self.served.join("objects")).expect("a folder can be made");
        std::fs::create_dir(quarantine.path().join("pack")).expect("a folder can be made");
        let tip = printed(&self.author, &["rev-parse", &branch("hook", push)], "");
        let objects = printed(&self.author, &["rev-list", "--objects", &tip, "^main"], "");
        let pack = quarantine.path().join("pack/pack");
        printed(&self.author, &["pack-objects", "-q", &pack.to_string_lossy()], &objects);
        let main = printed(&self.served, &["rev-parse", "main"], "");
        let mut hook = Command::new(PROGRAM);
        hook.args(["hook", "pre-receive"]).env("GIT_DIR", ".").current_dir(&self.served);
        hook.env("GIT_OBJECT_DIRECTORY", quarantine.path());
        hook.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.served.join("objects"));
        let input = tempfile::tempfile().and_then(|mut file| {
            writeln!(file, "{main} {tip} refs/heads/main")?;
            std::io::Seek::rewind(&mut file)?;
            Ok(file)
        });
        timed(hook.stdin(input.expect("a file can be written")))
    }

    fn post_receive(&self) -> Command {
        let mut hook = Command::new(PROGRAM);
        hook.args(["hook", "post-receive"]).env("GIT_DIR", &self.served).stdin(Stdio::null());
        hook
    }

    fn push(&self, sort: &str, push: usize, to: &str) -> Duration {
        let what = format!("{}:refs/heads/{to}", branch(sort, push));
        timed(Command::new("git").arg("--git-dir").arg(&self.author).args(["push", "--quiet", "origin", &what]))
    }

    fn print(&self, what: &str, mut times: Vec<Duration>) {
        times.sort();
        let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3;
        println!("{:>8}  {what:<34} {:>6.1} ms {:>6.1} ms", self.size, at(0.5), at(0.9));
    }
}

fn branch(sort: &str, push: usize) -> String {
    format!("{sort}-{push}")
}

/// The beginning of a commit, as `git fast-import` takes it.
fn begin(branch: &str, from: Option<&str>, message: &str) -> String {
    let mut text = format!("commit refs/heads/{branch}\n");
    let _ = write!(text, "committer Bench <bench@example.invalid> {DATE} +0000\ndata {}\n{message}\n", message.len());
    if let Some(from) = from {
        let _ = writeln!(text, "from refs/heads/{from}");
    }
    text
}

/// A file of a commit: every folder holds about a hundred things.
fn write_file(commit: &mut String, n: usize, text: &str) {
    let path = format!("runbooks/part-{}/area-{}/note-{n}.md", n / 10_000, n / 100 % 100);
    let _ = write!(commit, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
}

fn import(repository: &Path, commits: &str) {
    printed(repository, &["fast-import", "--quiet"], commits);
}

fn git(repository: &Path, args: &[&str]) {
    run(Command::new("git").arg("--git-dir").arg(repository).args(args));
}

/// What git prints, without the last line break.
fn printed(repository: &Path, args: &[&str], input: &str) -> String {
    let mut git = Command::new("git");
    git.arg("--git-dir").arg(repository).args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = git.spawn().expect("git runs");
    child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("the pipe takes it");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success(), "{git:?}");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    run(command);
    start.elapsed()
}

fn run(command: &mut Command) {
    assert!(command.status().expect("it runs").success(), "{command:?}");
}
