//! What a full validation costs, beside what git takes to print the same blobs and what parsing them takes.
//!
//! `cargo bench --bench validate` measures a generated repository of 2,000 notes; `LOREKEEP_BENCH_REPO=path/to/repo.git`
//! names a real one. The files are those of the tip. `git` and `lorekeep` are whole processes, printing to a pipe that
//! is read to its end; parsing is done in this process, on as many threads as validation uses.

mod corpus;

use lorekeep::base::{BlobStore, RepoPath, TreeEntry};
use lorekeep::git::{At, ReadRepository, RefSpec, Repository};
use lorekeep::note::{self, Limits};
use std::hint::black_box;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each thing is measured; the median is told.
const RUNS: usize = 11;
/// The largest blob that is read.
const MAX_BLOB: u64 = 64 << 20;

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch folder can be made");
    let repository = corpus::repository(scratch.path());
    let repo = Repository::open(&repository).expect("the repository opens");
    let tip = repo.default_branch().expect("it has a default branch");
    let (tip, _) = repo.resolve(&RefSpec::Named(tip)).expect("it has a commit");
    let entries = repo.files(At::Commit(tip)).expect("its tree can be read");
    let blobs: Vec<(RepoPath, Vec<u8>)> = entries.iter().filter_map(|entry| blob(&repo, entry)).collect();
    let bytes: usize = blobs.iter().map(|(_, bytes)| bytes.len()).sum();
    println!("{} files, {:.1} MB, tip {tip}; median of {RUNS} runs", entries.len(), bytes as f64 / 1e6);

    let git = median(|| cat_file(repo.git_dir(), &entries));
    let parse = median(|| parse(&blobs));
    let validate = median(|| validate(&repository));
    let bound = git * 3 + parse;
    let rate = entries.len() as f64 / validate.as_secs_f64();
    println!("git cat-file --batch --buffer    {git:9.1?}");
    println!("parsing                          {parse:9.1?}");
    println!("lorekeep validate --json         {validate:9.1?}   {rate:.0} files a second");
    println!("3 times git, plus parsing        {bound:9.1?}");
}

fn blob(repo: &Repository, entry: &TreeEntry) -> Option<(RepoPath, Vec<u8>)> {
    Some((RepoPath::parse(&entry.path).ok()?, repo.blob(entry.oid, MAX_BLOB).ok()?))
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut took: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    took.sort();
    took[RUNS / 2]
}

/// Prints every blob, as git does it fastest.
fn cat_file(git_dir: &Path, entries: &[TreeEntry]) {
    let wanted: String = entries.iter().map(|entry| format!("{}\n", entry.oid)).collect();
    let mut git = Command::new("git")
        .arg("--git-dir")
        .arg(git_dir)
        .args(["cat-file", "--batch", "--buffer"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git starts");
    let mut stdin = git.stdin.take().expect("it was piped");
    let feeder = std::thread::spawn(move || stdin.write_all(wanted.as_bytes()).expect("git takes its input"));
    drain(git.stdout.take().expect("it was piped"));
    feeder.join().expect("the input was written");
    assert!(git.wait().expect("git ends").success());
}

/// Parses every file, on two threads as a validation does.
fn parse(blobs: &[(RepoPath, Vec<u8>)]) {
    let limits = Limits::default();
    let half = |some: &[(RepoPath, Vec<u8>)]| -> Vec<_> {
        some.iter().map(|(path, bytes)| note::read(path, bytes, &limits)).collect()
    };
    let (left, right) = blobs.split_at(blobs.len() / 2);
    std::thread::scope(|scope| {
        let right = scope.spawn(|| half(right));
        black_box((half(left), right.join().expect("parsing does not panic")));
    });
}

fn validate(repository: &Path) {
    let mut lorekeep = Command::new(env!("CARGO_BIN_EXE_lorekeep"))
        .arg("--repo")
        .arg(repository)
        .args(["validate", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("lorekeep starts");
    drain(lorekeep.stdout.take().expect("it was piped"));
    let code = lorekeep.wait().expect("lorekeep ends").code();
    assert!(matches!(code, Some(0 | 1)), "0: no error, 1: errors found");
}

fn drain(mut from: impl Read) {
    let mut buffer = vec![0; 1 << 16];
    while from.read(&mut buffer).expect("the pipe can be read") > 0 {}
}
