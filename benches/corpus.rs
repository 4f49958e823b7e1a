//! The repository that the benches run on: generated, the same bytes every time, or one that `LOREKEEP_BENCH_REPO` names.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How many notes the generated repository holds, and how many landings came after the first.
pub const NOTES: usize = 2_000;
const LANDINGS: usize = 600;
/// How many notes each landing changes.
const CHANGED: usize = 3;

const WORDS: &[&str] = &[
    "deploy",
    "rollback",
    "retry",
    "budget",
    "latency",
    "queue",
    "worker",
    "shard",
    "replica",
    "timeout",
    "playwright",
    "flaky",
    "checks",
    "token",
    "cache",
    "index",
    "schema",
    "migration",
    "incident",
    "alert",
    "dashboard",
    "runbook",
    "owner",
    "release",
    "canary",
    "traffic",
    "region",
    "failover",
    "backup",
    "restore",
    "quota",
    "limit",
    "throttle",
    "handshake",
    "certificate",
    "gateway",
    "proxy",
    "route",
    "trace",
    "span",
    "metric",
    "log",
    "query",
    "plan",
];

/// A small generator with a fixed seed: benches compare runs, so the bytes never change.
pub struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.roll(WORDS.len())]
    }
}

/// The repository to measure on: a folder, and whether it was generated.
pub fn repository(scratch: &Path) -> PathBuf {
    if let Some(given) = std::env::var_os("LOREKEEP_BENCH_REPO") {
        return PathBuf::from(given);
    }
    let path = scratch.join("generated.git");
    generate(&path);
    path
}

/// Text of one generated runbook of a repository of so many.
pub fn note(n: usize, of: usize, version: usize, dice: &mut Dice) -> String {
    let mut text = format!(
        "---\nid: runbook:note-{n}\nkind: Runbook\ntitle: {} {} {n}\nstatus: approved\nowners: [team:platform]\ntags: [{}]\nupdatedAt: 2026-01-01T00:00:00Z\nrelated:\n  depends_on: [runbook:note-{}]\n---\n# Note {n}\n\nVersion {version}.\n",
        dice.word(),
        dice.word(),
        dice.word(),
        (n * 7 + 1) % of
    );
    for section in 0..4 {
        let _ = writeln!(text, "\n## Section {section} {}\n", dice.word());
        for _ in 0..8 {
            let line: Vec<&str> = (0..12).map(|_| dice.word()).collect();
            let _ = writeln!(text, "{}.", line.join(" "));
        }
    }
    text
}

/// A fixed start for the generator.
pub fn dice() -> Dice {
    Dice(20_260_101)
}

fn generate(path: &Path) {
    git(Command::new("git").args(["init", "--bare", "--quiet", "--initial-branch=main"]).arg(path));
    let mut import = Command::new("git")
        .arg("--git-dir")
        .arg(path)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut out = std::io::BufWriter::new(import.stdin.take().expect("it is piped"));
    let mut dice = dice();
    for landing in 0..=LANDINGS {
        let when = 1_700_000_000 + landing * 3_600;
        let message = format!("landing {landing}");
        let _ = write!(
            out,
            "commit refs/heads/main\ncommitter Bench <bench@example.invalid> {when} +0000\ndata {}\n{message}\n",
            message.len()
        );
        let changed: Vec<usize> =
            if landing == 0 { (0..NOTES).collect() } else { (0..CHANGED).map(|_| dice.roll(NOTES)).collect() };
        for n in changed {
            let text = note(n, NOTES, landing, &mut dice);
            let _ = write!(out, "M 100644 inline runbooks/area-{}/note-{n}.md\ndata {}\n{text}\n", n % 20, text.len());
        }
    }
    out.flush().expect("the pipe takes it");
    drop(out);
    assert!(import.wait().expect("git ends").success());
}

fn git(command: &mut Command) {
    assert!(command.status().expect("git runs").success());
}
