//! Our side in process: the library, asked as any program would.

use crate::line;
use crate::setup::{Setup, at};
use lorekeep::engine::{Ask, GraphQuestion, GrepQuestion, LocalGrep, Memory, Mode, QueryLimits, Question, RefRequest};
use std::hint::black_box;

const SYSTEM: &str = "lorekeep, in process";
/// How many records a ranked query gives.
const RECORDS: usize = 10;

/// Builds the index from nothing: time, size, most memory.
pub fn index(setup: &Setup, repository: &str, measure: &str) {
    Memory::forget_index(&setup.path(repository)).expect("it can be forgotten");
    let memory = setup.memory(repository);
    let (report, took) = line::timed(|| memory.index(&mut |_, _| ()).expect("it can be indexed"));
    line::number(measure, SYSTEM, "s", took / 1e3);
    line::number(&format!("{measure}, most memory"), SYSTEM, "MiB", line::peak_mebibytes());
    let folder = memory.git_dir().join("lorekeep");
    line::number(&format!("{measure}, size on disk"), SYSTEM, "MiB", line::size_mebibytes(&folder));
    line::note(
        "note",
        &format!("{repository}: {} commits, {} files, {} entries", report.commits, report.files, report.entries),
    );
}

/// Greps and ranked queries at the tip and at old commits.
pub fn ask(setup: &Setup) {
    let memory = setup.memory("memory.git");
    memory.index(&mut |_, _| ()).expect("the index is there");
    let drawn = setup.drawn();
    let (tip, old) = (std::slice::from_ref(&drawn.tip), &drawn.old[..]);
    let (often, seldom) = (setup.times(20, 3), setup.times(3, 1));
    let literals: Vec<LocalGrep> = drawn.literals.iter().map(|pattern| grep(pattern, false)).collect();
    let regexes: Vec<LocalGrep> = drawn.regexes.iter().map(|pattern| grep(pattern, true)).collect();
    for (when, commits, runs) in [("tip", tip, often), ("old", old, seldom)] {
        first_asked(setup, commits, when, &drawn.questions[0]);
        each("literal grep", when, commits, runs, &literals, &|grep, at| {
            drop(black_box(memory.grep(grep, at).expect("it answers")))
        });
        each("regex grep", when, commits, runs, &regexes, &|grep, at| {
            drop(black_box(memory.grep(grep, at).expect("it answers")))
        });
        for (name, make) in SORTS {
            let asks: Vec<Ask> = drawn.questions.iter().map(|text| make(text)).collect();
            each(name, when, commits, runs, &asks, &|ask, at| {
                let ask = Ask { at: at.clone(), ..ask.clone() };
                drop(black_box(memory.query(&ask).expect("it answers")));
            });
        }
    }
}

/// Names of the sorts of ranked queries, and what makes them.
type Sort = (&'static str, fn(&str) -> Ask);
pub const SORTS: [Sort; 3] = [("ranked query", ranked), ("ranked query with filter", filtered), ("full query", full)];

/// Ten records by their words.
fn ranked(text: &str) -> Ask {
    let question = Question { text: Some(text.to_owned()), mode: Mode::GraphOnly, ..Question::default() };
    let limits = QueryLimits { max_records: RECORDS, ..QueryLimits::default() };
    Ask { question, limits, explain: true, ..Ask::default() }
}

/// The same among the records of one kind.
fn filtered(text: &str) -> Ask {
    let mut ask = ranked(text);
    ask.question.graph = GraphQuestion { kinds: vec!["Note".to_owned()], ..GraphQuestion::default() };
    ask
}

/// Ten records and ten excerpts, with their reasons.
fn full(text: &str) -> Ask {
    let mut ask = ranked(text);
    ask.question.mode = Mode::GraphAndGrep;
    ask.question.grep = GrepQuestion { max_matches: RECORDS, ..GrepQuestion::default() };
    ask
}

/// Every line that a pattern matches in Markdown files.
pub fn grep(pattern: &str, regex: bool) -> LocalGrep {
    LocalGrep { pattern: pattern.to_owned(), regex, paths: vec!["**/*.md".to_owned()], ..LocalGrep::default() }
}

/// Asks everything of each commit: once unmeasured, then so often.
fn each<T>(name: &str, when: &str, commits: &[String], runs: usize, asks: &[T], answer: &dyn Fn(&T, &RefRequest)) {
    let mut times = Vec::new();
    for commit in commits {
        let at = at(commit);
        for ask in asks {
            answer(ask, &at);
            times.extend((0..runs).map(|_| line::timed(|| answer(ask, &at)).1));
        }
    }
    line::times(&format!("{name}, {when}"), SYSTEM, times);
}

/// The first question of a program that was just started: opening included.
fn first_asked(setup: &Setup, commits: &[String], when: &str, question: &str) {
    let first = |commit: &String| {
        let ask = Ask { at: at(commit), ..filtered(question) };
        line::timed(|| setup.memory("memory.git").query(&ask).expect("it answers")).1
    };
    line::times(&format!("open and ask once, {when}"), SYSTEM, commits.iter().map(first).collect());
}
