//! Lessons: failures that were mended in a way that somebody else may need, as drafts of practices.
//!
//! What is told has to be worth a reviewer's time. A pair of failure and pass is a lesson where
//!
//! - the output names an error, and not one of a mistyped command;
//! - the same command passed later, or one that does all that it did;
//! - little lay between: at most five files were changed since the last failure;
//! - what mended it lay outside of what was being worked on: a file that had not been changed before the failure, or a
//!   command by which a project is made ready. A compiler that stops at an edit in progress teaches nobody.

use super::SourceRef;
use super::drafts::{Context, DraftFile, markdown_file};
use super::markdown::code;
use super::names::{joined, mark, slug};
use super::story::{Mend, Story};
use super::text::{counted, one_line};
use super::yaml::Fields;
use crate::base::RepoPath;
use std::collections::BTreeMap;

/// How many lessons a run gives at most.
const MOST: usize = 10;
/// How many files may have been changed since the last failure.
const MOST_CHANGED: u64 = 5;
/// How many cases of one lesson are told.
const MOST_CASES: usize = 5;
/// What the error of a mistyped command says.
const MISTYPED: &[&str] = &[
    "unrecognized",
    "unexpected argument",
    "unknown option",
    "unknown flag",
    "invalid option",
    "no such command",
    "no such subcommand",
    "usage:",
    "unknown command",
    "is not a directory",
    "syntax error near",
];

/// A failure, and what made it pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// What tells it from others, the same whichever run it comes from: the program and the error without what varies.
    pub slug: String,
    /// What it says, in a line of plain text.
    pub title: String,
    /// The cases in which it was seen, the most telling first.
    pub cases: Vec<Mend>,
    /// How many there were.
    pub case_count: u64,
}

impl Lesson {
    /// The id of its record.
    pub fn id(&self) -> String {
        format!("agent-practice:{}", self.slug)
    }
}

/// The lessons of a story, those that cost most first.
pub fn lessons(story: &Story) -> Vec<Lesson> {
    let mut found: BTreeMap<String, Lesson> = BTreeMap::new();
    for mend in story.commands.mended.items.iter().filter(|mend| is_lesson(mend)) {
        let slug = slug_of(mend);
        let lesson = found.entry(slug.clone()).or_insert_with(|| Lesson {
            slug,
            title: title(mend),
            cases: Vec::new(),
            case_count: 0,
        });
        lesson.case_count += 1;
        lesson.cases.push(mend.clone());
    }
    let mut lessons: Vec<Lesson> = found.into_values().collect();
    for lesson in &mut lessons {
        lesson.cases.sort_by(|a, b| (weight(b), &a.failure.first).cmp(&(weight(a), &b.failure.first)));
        lesson.cases.truncate(MOST_CASES);
    }
    let cost = |lesson: &Lesson| lesson.cases.iter().map(|mend| mend.failure.times).sum::<u64>();
    lessons.sort_by(|a, b| (cost(b), a.cases.first().map(place)).cmp(&(cost(a), b.cases.first().map(place))));
    lessons.truncate(MOST);
    lessons
}

/// The record of a lesson, unless the memory has it already.
pub(super) fn file(lesson: &Lesson, context: &Context<'_>) -> Option<DraftFile> {
    let id = lesson.id();
    if context.is_there(&id) {
        return None;
    }
    let path = RepoPath::parse(format!("agents/lessons/{}.md", lesson.slug)).ok()?;
    let mut fields = Fields::default();
    fields.put("id", id).put("kind", "AgentPractice").put("title", lesson.title.as_str()).put("status", "draft");
    fields.put("owners", context.choice.owners()).put("updatedAt", context.updated_at().to_string());
    fields.put("summary", advice(lesson).replace('`', ""));
    context.origin(&mut fields);
    let mut related = Fields::default();
    let sources = [&context.names.run, &context.names.session];
    sources.into_iter().flatten().for_each(|source| {
        related.link("derived_from", source.as_str());
    });
    fields.put("related", related).put("sourceRefs", refs(lesson));
    Some(markdown_file(path, &fields, &lesson.title, &body(lesson, context.story.session())))
}

/// Whether a mend is worth telling.
fn is_lesson(mend: &Mend) -> bool {
    let failure = &mend.failure;
    let lower = failure.error.to_lowercase();
    let mistyped = MISTYPED.iter().any(|sign| lower.contains(sign));
    let missing_path = lower.contains("no such file or directory") && mend.changed_last == 0;
    let outside = !mend.changed_anew.items.is_empty() || (mend.changed_last == 0 && !mend.prepared.items.is_empty());
    failure.names_error && !mistyped && !missing_path && mend.changed_last <= MOST_CHANGED && outside
}

fn weight(mend: &Mend) -> (u64, std::cmp::Reverse<u64>) {
    (mend.failure.times, std::cmp::Reverse(mend.changed_last))
}

fn place(mend: &Mend) -> &SourceRef {
    &mend.failure.first
}

fn title(mend: &Mend) -> String {
    one_line(&format!("{} fails with {}", mend.failure.program, mend.failure.error), 140)
}

/// The program and the error without what varies.
fn slug_of(mend: &Mend) -> String {
    let same = format!("{} {}", mend.failure.program, without_details(&mend.failure.error));
    joined(&slug(&same, 60), &mark(&same))
}

/// An error without what varies: quoted names, folders, numbers. Those of a code such as `E0432` stay.
fn without_details(error: &str) -> String {
    let mut out = String::new();
    let mut quote: Option<char> = None;
    for c in error.to_lowercase().chars() {
        let in_word = out.ends_with(|c: char| c.is_ascii_alphanumeric());
        match (quote, c) {
            (Some(open), c) => quote = (c != open).then_some(open),
            (None, '`' | '"') => quote = Some(c),
            (None, '\'') if !in_word => quote = Some(c),
            (None, c) if c.is_ascii_digit() && !in_word => out.push('0'),
            (None, c) if c.is_ascii_digit() && out.ends_with('0') && !code_before(&out) => {}
            (None, c) => out.push(c),
        }
    }
    let last = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    out.split_whitespace().map(last).collect::<Vec<_>>().join(" ")
}

/// Whether a text ends in a word that begins with a letter.
fn code_before(text: &str) -> bool {
    let word = text.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    word.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// What to do, in a sentence.
fn advice(lesson: &Lesson) -> String {
    let Some(mend) = lesson.cases.first() else { return String::new() };
    let program = code(&mend.failure.program, 120);
    let files: Vec<String> = mend.changed_anew.items.iter().take(3).map(|path| code(path, 160)).collect();
    match (files.as_slice(), mend.prepared.items.first()) {
        ([], Some(command)) => format!("When {program} fails so, run {} first: then it passed.", code(command, 160)),
        (files, _) => {
            format!("When {program} fails so, look at {} first: it passed after a change there.", files.join(" and "))
        }
    }
}

fn body(lesson: &Lesson, session: &str) -> String {
    let mut out = format!("{}\n\n## Evidence\n\n", advice(lesson));
    for mend in &lesson.cases {
        out.push_str(&case(mend));
    }
    if lesson.case_count > lesson.cases.len() as u64 {
        let more = lesson.case_count - lesson.cases.len() as u64;
        out.push_str(&format!("- and {} more\n", counted(more, "case")));
    }
    out.push_str(&format!("\nSeen in {}. Nobody has approved this yet.\n", code(session, 160)));
    out
}

/// A case: what failed, with what, what was done, what passed, each with its place.
fn case(mend: &Mend) -> String {
    let failure = &mend.failure;
    let at = |place: &SourceRef| code(&format!("[{place}]"), 400);
    let times = if failure.times > 1 { format!(" {} in a row", counted(failure.times, "time")) } else { String::new() };
    format!(
        "- Failed{times}: {} {}\n  - with {} {}\n  - passed {}: {} {}\n",
        code(&failure.line, 300),
        at(&failure.first),
        code(&failure.error, 240),
        at(&failure.last),
        super::summary::what_changed(mend),
        code(&mend.passed, 300),
        at(&mend.at)
    )
}

fn refs(lesson: &Lesson) -> Vec<String> {
    let places = lesson.cases.iter().flat_map(|mend| [&mend.failure.first, &mend.failure.last, &mend.at]);
    let mut refs: Vec<&SourceRef> = places.collect();
    refs.sort();
    refs.dedup();
    refs.into_iter().map(SourceRef::to_string).collect()
}
