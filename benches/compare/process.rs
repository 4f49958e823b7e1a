//! Whole processes: our command line, `git grep` at a commit, and ripgrep on a checkout. What they print is read to its
//! end, and our lines are counted against git's.

use crate::line;
use crate::ours;
use crate::setup::{Drawn, Setup, at};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lorekeep");
const OURS: &str = "lorekeep, CLI";
const GIT: &str = "git grep";
const RIPGREP: &str = "rg";

/// Greps of all programs at all commits, queries of ours.
pub fn ask(setup: &Setup) {
    let drawn = setup.drawn();
    let runs = setup.times(5, 1);
    for (name, patterns, regex) in [("literal grep", &drawn.literals, false), ("regex grep", &drawn.regexes, true)] {
        let mut counts = Counts::default();
        for (when, commits, runs) in [("tip", std::slice::from_ref(&drawn.tip), runs), ("old", &drawn.old[..], 1)] {
            let measure = format!("{name}, {when}");
            let all = || commits.iter().flat_map(|commit| patterns.iter().map(move |pattern| (commit, pattern)));
            let asked: Vec<(&String, &String)> = all().flat_map(|pair| vec![pair; runs]).collect();
            let time = |command: &dyn Fn(&str, &str) -> Command| -> Vec<(u64, f64)> {
                asked.iter().map(|(commit, pattern)| run(command(commit, pattern))).collect()
            };
            let git = time(&|commit, pattern| git_grep(setup, commit, pattern, regex));
            let cli = time(&|commit, pattern| our_grep(setup, commit, pattern, regex));
            counts.compare(setup, &asked, &git, &cli, regex);
            line::times(&measure, GIT, git.iter().map(|(_, took)| *took).collect());
            line::times(&measure, OURS, cli.iter().map(|(_, took)| *took).collect());
            if when == "tip" {
                let found = time(&|_, pattern| ripgrep(&setup.path("checkout"), pattern));
                line::times(&measure, RIPGREP, found.iter().map(|(_, took)| *took).collect());
            }
        }
        counts.tell(name);
    }
    queries(setup, &drawn);
}

fn queries(setup: &Setup, drawn: &Drawn) {
    let few = setup.times(drawn.old.len(), 3);
    for (when, commits) in [("tip", std::slice::from_ref(&drawn.tip)), ("old", &drawn.old[..few.min(drawn.old.len())])]
    {
        let ask = |commit: &String, question: &String, mode: &str| {
            let mut query = Command::new(PROGRAM);
            query
                .arg("--repo")
                .arg(setup.path("memory.git"))
                .args(["query", question, "--rev", commit, "--mode", mode]);
            query.args(["--limit", "10", "--kind", "Note", "--depth", "0"]);
            run(query).1
        };
        for (measure, mode) in [("ranked query with filter", "graph-only"), ("full query", "graph-and-grep")] {
            let times = commits.iter().flat_map(|c| drawn.questions.iter().map(move |q| ask(c, q, mode)));
            line::times(&format!("{measure}, {when}"), OURS, times.collect());
        }
    }
}

fn git_grep(setup: &Setup, commit: &str, pattern: &str, regex: bool) -> Command {
    let mut git = Command::new("git");
    git.arg("--git-dir").arg(setup.path("memory.git")).args(["grep", "-n", "-I", if regex { "-P" } else { "-F" }]);
    git.args(["-e", pattern, commit, "--", "*.md"]);
    git
}

fn our_grep(setup: &Setup, commit: &str, pattern: &str, regex: bool) -> Command {
    let mut grep = Command::new(PROGRAM);
    grep.arg("--repo").arg(setup.path("memory.git")).args(["grep", pattern, "--path", "**/*.md", "--rev", commit]);
    grep.args(regex.then_some("--regex"));
    grep
}

fn ripgrep(checkout: &Path, pattern: &str) -> Command {
    let mut rg = Command::new("rg");
    rg.args(["--no-config", "-n", "-g", "*.md", "-e", pattern]).arg(checkout);
    rg
}

/// Runs a program to its end: how many lines it printed, and how many milliseconds it took.
fn run(mut command: Command) -> (u64, f64) {
    // Bytes, not characters: the way git is fastest.
    command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    line::timed(|| {
        let mut child = command.spawn().expect("the program starts");
        let mut printed = Vec::new();
        child.stdout.take().expect("it is piped").read_to_end(&mut printed).expect("it can be read");
        let status = child.wait().expect("it ends");
        assert!(status.code().is_some_and(|code| code <= 1), "{command:?} failed");
        memchr::memchr_iter(b'\n', &printed).count() as u64
    })
}

/// How often our lines were as many as git's.
#[derive(Default)]
struct Counts {
    compared: usize,
    differing: Vec<String>,
}

impl Counts {
    /// Compares with the lines of the library: those of the command line come with a last line that says how many.
    fn compare(
        &mut self,
        setup: &Setup,
        asked: &[(&String, &String)],
        git: &[(u64, f64)],
        cli: &[(u64, f64)],
        regex: bool,
    ) {
        let memory = setup.memory("memory.git");
        for (((commit, pattern), (git, _)), (cli, _)) in asked.iter().zip(git).zip(cli) {
            let found = memory.grep(&ours::grep(pattern, regex), &at(commit)).expect("it answers");
            let lines = found.matches.len() as u64;
            self.compared += 1;
            if lines != *git || found.total as u64 != *git || cli != git {
                let (short, total) = (&commit[..10], found.total);
                let what =
                    format!("`{pattern}` at {short}: git {git} lines, library {lines} of {total}, command line {cli}");
                self.differing.push(what);
            }
        }
    }

    fn tell(&self, name: &str) {
        let equal = self.compared - self.differing.len();
        line::note("note", &format!("{name}: {equal} of {} line counts are those of git grep", self.compared));
        self.differing.iter().for_each(|what| line::note("failure", &format!("{name}: {what}")));
    }
}
