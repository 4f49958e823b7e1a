//! Landings of five files: how long from the moment git has one until a query shows it.

use crate::import::Import;
use crate::line;
use crate::setup::Setup;
use crate::{checkout, ours};
use std::path::Path;
use std::process::Command;

/// How many landings, and how many notes each changes.
const LANDINGS: usize = 10;
const CHANGED: usize = 5;
/// How many commits the line is told to have: the dates of the landings come after it.
const AFTER: usize = 100_000;

/// Makes the commits beforehand, in a copy that shares nothing with the rest, and indexes it up to where it was.
pub fn prepare(setup: &Setup) {
    let repository = setup.path("landings.git");
    let notes = checkout::notes(&setup.path("checkout"));
    let tip = setup.drawn().tip;
    let mut import = Import::onto(&repository, AFTER);
    for n in 0..LANDINGS {
        import.commit(&format!("landing {n}"));
        let changed = notes.iter().cycle().skip(n * 997).take(CHANGED);
        changed.for_each(|(path, text)| import.file(&quoted(path), &format!("{text}\n\n{}\n", word(n))));
    }
    import.end();
    let made = git(&repository, &["rev-list", "--reverse", "--first-parent", &format!("{tip}..refs/heads/main")]);
    std::fs::write(setup.path("landings"), made).expect("the folder can be written");
    git(&repository, &["update-ref", "refs/heads/main", &tip]);
    setup.memory("landings.git").index(&mut |_, _| ()).expect("it can be indexed");
}

/// Lands them one by one.
pub fn measure(setup: &Setup) {
    let repository = setup.path("landings.git");
    let memory = setup.memory("landings.git");
    memory.index(&mut |_, _| ()).expect("the index is there");
    let landings = std::fs::read_to_string(setup.path("landings")).expect("they were made first");
    let visible = |n: usize, commit: &str| {
        git(&repository, &["update-ref", "refs/heads/main", commit]);
        let found = || {
            memory.index(&mut |_, _| ()).expect("it can be advanced");
            memory.grep(&ours::grep(&word(n), false), &Default::default()).expect("it answers").total
        };
        let (lines, took) = line::timed(found);
        assert_eq!(lines, CHANGED, "landing {n} is visible");
        took
    };
    let times = landings.lines().enumerate().map(|(n, commit)| visible(n, commit)).collect();
    line::times("advance by a landing of 5 files, visible", "lorekeep, in process", times);
}

fn word(n: usize) -> String {
    format!("landingnumber{n}x")
}

/// A path as fast-import takes any.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
}

fn git(repository: &Path, args: &[&str]) -> String {
    let output = Command::new("git").arg("--git-dir").arg(repository).args(args).output().expect("git runs");
    assert!(output.status.success(), "git {args:?}");
    String::from_utf8(output.stdout).expect("it is text")
}
