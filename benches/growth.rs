//! How cost grows: generated memories of 1,000, 10,000 and 100,000 notes, and of 10, 100 and 1,000 landings.
//!
//! `cargo bench --bench growth` prints, for each, how long the index takes, its size, the median query and grep at the tip and
//! half-way down the line, and how long a landing of five files takes until a query shows it.
//! `LOREKEEP_BENCH_SIZES=1000x10,5000x3` chooses others: notes, and landings after the first.

#[allow(dead_code, reason = "the other benches use the rest")]
mod corpus;
mod import;

use import::Import;
use lorekeep::base::Timestamp;
use lorekeep::base::time::FixedClock;
use lorekeep::engine::{Ask, GraphQuestion, LocalGrep, Memory, Mode, QueryLimits, Question, RefRequest};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

/// Notes, and landings after the first.
const SIZES: &str = "1000x3,10000x3,100000x3,1000x10,1000x100,1000x1000";
/// How many files a landing changes.
const CHANGED: usize = 5;
/// How often each question is asked, and how many landings are measured.
const RUNS: usize = 50;
const LANDINGS: usize = 5;
const LITERALS: [&str; 3] = ["flaky checks", "retry", "certificate gateway proxy"];
const QUESTIONS: [&str; 4] =
    ["flaky checks", "retry budget of the queue", "certificate", "failover region canary traffic"];

fn main() {
    // `cargo test --benches` only asks whether it runs.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let given = std::env::var_os("LOREKEEP_BENCH_SIZES").and_then(|sizes| sizes.into_string().ok());
    let sizes = given.unwrap_or_else(|| SIZES.to_owned());
    println!("Times in milliseconds, medians; old: half-way down the line.\n");
    println!("| notes | landings | text MiB | index s | index MiB | query, tip | old | grep, tip | old | advance |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for size in sizes.split(',') {
        let (notes, landings) = size.split_once('x').expect("a size is notes x landings");
        let number = |text: &str| text.trim().parse::<usize>().expect("a size is made of numbers");
        let scratch = tempfile::tempdir().expect("a scratch folder can be made");
        Generated::new(scratch.path(), number(notes), number(landings)).measure();
    }
}

/// A generated memory; the landings that are measured are made and not landed yet.
struct Generated {
    repository: PathBuf,
    notes: usize,
    landings: usize,
    bytes: usize,
}

impl Generated {
    fn new(folder: &Path, notes: usize, landings: usize) -> Self {
        let repository = folder.join("memory.git");
        let (mut dice, mut bytes) = (corpus::dice(), 0);
        let mut import = Import::new_repository(&repository);
        import.commit("all of it");
        for n in 0..notes {
            let text = corpus::note(n, notes, 0, &mut dice);
            bytes += text.len();
            import.file(&path(n), &text);
        }
        for landing in 1..=landings + LANDINGS {
            import.commit(&format!("landing {landing}"));
            for changed in 0..CHANGED {
                let n = (landing * 7_919 + changed * 104_729) % notes;
                import.file(&path(n), &(corpus::note(n, notes, landing, &mut dice) + &shown(landing)));
            }
        }
        import.end();
        let generated = Self { repository, notes, landings, bytes };
        generated.land(LANDINGS);
        generated.git(&["repack", "-adq"]);
        generated
    }

    fn measure(&self) {
        let clock = FixedClock::at(Timestamp::parse("2026-11-01T00:00:00Z").expect("it is a time"));
        let memory = Memory::local(&self.repository, Arc::new(clock)).expect("the repository opens");
        let index = timed(|| drop(memory.index(&mut |_, _| ()).expect("it can be indexed")));
        let size = bytes_below(&memory.git_dir().join("lorekeep"));
        let old = format!("{}~{}", self.git(&["rev-parse", "main"]), self.landings / 2);
        let old = RefRequest { requested: Some(old), ..RefRequest::default() };
        let tip = RefRequest::default();
        let times = [
            query(&memory, &tip),
            query(&memory, &old),
            grep(&memory, &tip),
            grep(&memory, &old),
            self.advance(&memory),
        ];
        let times = times.map(|time| format!("{time:.3}")).join(" | ");
        let (text, size) = (mebibytes(self.bytes as u64), mebibytes(size));
        println!("| {} | {} | {text:.1} | {:.2} | {size:.1} | {times} |", self.notes, self.landings, index / 1e3);
    }

    /// Lands what was made, one by one: the median time until a query shows it.
    fn advance(&self, memory: &Memory) -> f64 {
        let land = |back: usize| {
            self.land(back);
            let number = self.landings + LANDINGS - back;
            timed(|| {
                memory.index(&mut |_, _| ()).expect("it can be advanced");
                let found = memory.grep(&literal(shown(number).trim()), &RefRequest::default()).expect("it answers");
                assert_eq!(found.total, CHANGED, "landing {number} is visible");
            })
        };
        middle((0..LANDINGS).rev().map(land).collect())
    }

    /// Moves the branch to so many commits before the last that was made.
    fn land(&self, back: usize) {
        let made = self.repository.join("refs/heads/made");
        if !made.exists() {
            self.git(&["branch", "made", "main"]);
        }
        self.git(&["update-ref", "refs/heads/main", &self.git(&["rev-parse", &format!("made~{back}")])]);
    }

    fn git(&self, args: &[&str]) -> String {
        let output = Command::new("git").arg("--git-dir").arg(&self.repository).args(args).output().expect("git runs");
        assert!(output.status.success(), "git {args:?}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }
}

fn path(n: usize) -> String {
    format!("runbooks/part-{}/area-{}/note-{n}.md", n / 10_000, n / 100 % 100)
}

/// A line that only the files of one landing have.
fn shown(landing: usize) -> String {
    format!("\nlandingnumber{landing}x\n")
}

/// Ten records of one kind, by their words.
fn query(memory: &Memory, at: &RefRequest) -> f64 {
    let ask = |text: &str| {
        let graph = GraphQuestion { kinds: vec!["Runbook".to_owned()], ..GraphQuestion::default() };
        let question = Question { text: Some(text.to_owned()), mode: Mode::GraphOnly, graph, ..Question::default() };
        let limits = QueryLimits { max_records: 10, ..QueryLimits::default() };
        Ask { at: at.clone(), question, limits, explain: true, ..Ask::default() }
    };
    each(&QUESTIONS.map(ask), |ask| drop(black_box(memory.query(ask).expect("it answers"))))
}

/// The first thousand lines of a literal, and how many there are.
fn grep(memory: &Memory, at: &RefRequest) -> f64 {
    each(&LITERALS.map(literal), |grep| drop(black_box(memory.grep(grep, at).expect("it answers"))))
}

fn literal(pattern: &str) -> LocalGrep {
    LocalGrep { pattern: pattern.to_owned(), max_matches: Some(1_000), ..LocalGrep::default() }
}

/// Asks everything once unmeasured, then often: the median.
fn each<T>(asked: &[T], answer: impl Fn(&T)) -> f64 {
    asked.iter().for_each(&answer);
    middle((0..RUNS).flat_map(|_| asked).map(|one| timed(|| answer(one))).collect())
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// How many milliseconds an action takes.
fn timed(action: impl FnOnce()) -> f64 {
    let start = Instant::now();
    action();
    start.elapsed().as_secs_f64() * 1e3
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn bytes_below(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let size = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => bytes_below(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    };
    entries.map(|entry| size(entry.expect("the folder can be read"))).sum()
}
