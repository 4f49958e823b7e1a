//! `babysitter/MEMORY.md`: what runs want to be remembered, as a reviewed change of one file.

use super::{Context, DraftFile};
use crate::base::RepoPath;
use crate::ingest::DocumentKind;
use crate::ingest::markdown::harmless;
use std::collections::BTreeSet;

/// Where it is.
pub const MEMORY_PATH: &str = "babysitter/MEMORY.md";
/// The most characters of a run's text.
const LONGEST: usize = 100_000;

/// Joins what the memory has (`ours`) with what a run has (`theirs`).
///
/// Where the text is known that the run began with (`base`), and one side is still that text, the other side is taken. In all
/// other cases nothing is removed: the sections of `theirs`, and within them the paragraphs, items and blocks that are not there
/// yet, are added at the end of their section, in their order; new sections come last.
pub fn merge_memory(base: Option<&str>, ours: Option<&str>, theirs: &str) -> String {
    match (base, ours) {
        (_, None) => ended(theirs),
        (Some(base), Some(ours)) if same(base, ours) => ended(theirs),
        (Some(base), Some(ours)) if same(base, theirs) => ended(ours),
        (_, Some(ours)) => united(ours, theirs),
    }
}

/// The file with what the run wants to be remembered, unless nothing is new.
pub(super) fn file(context: &Context<'_>) -> Option<DraftFile> {
    if !context.choice.memory_md || !context.choice.keeps_summary() {
        return None;
    }
    let document = context.story.documents.items.iter().find(|document| document.kind == DocumentKind::MemoryMd)?;
    let theirs = harmless(&document.text, LONGEST, 0);
    let content = merge_memory(None, context.choice.memory, &theirs);
    let is_new = !theirs.trim().is_empty() && context.choice.memory != Some(content.as_str());
    is_new.then(|| DraftFile { path: RepoPath::parse(MEMORY_PATH).expect("a plain path"), content })
}

fn same(one: &str, other: &str) -> bool {
    one.lines().map(str::trim_end).eq(other.lines().map(str::trim_end))
}

fn ended(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

/// A section: its heading line, which the first may lack, and its blocks.
#[derive(Default)]
struct Section {
    heading: String,
    blocks: Vec<String>,
    /// Where its last line ends that is not blank.
    end: usize,
}

/// Our text with what is new of theirs, each block behind its section.
fn united(ours: &str, theirs: &str) -> String {
    let sections = sections(ours);
    let mut added: Vec<(usize, String)> = Vec::new();
    let mut new = String::new();
    for theirs in self::sections(theirs) {
        match sections.iter().find(|section| same_words(&section.heading, &theirs.heading)) {
            Some(section) => added.push((section.end, section.what_is_new(&theirs.blocks))),
            None => new.push_str(&theirs.whole()),
        }
    }
    // The end of the text is behind the last section.
    added.push((ours.trim_end().len(), new));
    added.sort_by_key(|(at, _)| *at);
    let mut out = String::new();
    let mut done = 0;
    for (at, text) in added.into_iter().filter(|(_, text)| !text.is_empty()) {
        out.push_str(&ours[done..at]);
        out.push_str(&text);
        done = at;
    }
    out.push_str(&ours[done..]);
    if done == 0 { out } else { ended(out.trim_start_matches('\n')) }
}

impl Section {
    /// The blocks that are not there yet, as they follow the last one.
    fn what_is_new(&self, blocks: &[String]) -> String {
        let mut known: BTreeSet<String> = self.blocks.iter().map(|block| words(block)).collect();
        let mut before_is_item = self.blocks.last().is_some_and(|block| is_item(block));
        let mut out = String::new();
        for block in blocks.iter().filter(|block| known.insert(words(block))) {
            out.push_str(if before_is_item && is_item(block) { "\n" } else { "\n\n" });
            out.push_str(block);
            before_is_item = is_item(block);
        }
        out
    }

    /// A section of its own, as it follows another.
    fn whole(&self) -> String {
        let heading = if self.heading.is_empty() { String::new() } else { format!("\n\n{}", self.heading) };
        heading + &Self::default().what_is_new(&self.blocks)
    }
}

/// The sections of a text. A heading within a block of code is none.
fn sections(text: &str) -> Vec<Section> {
    let mut reader = Reader { sections: vec![Section::default()], fence: None, open: false };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        reader.line(line.trim_end(), at);
        at += line.len();
    }
    reader.sections.retain(|section| !(section.heading.is_empty() && section.blocks.is_empty()));
    reader.sections
}

struct Reader {
    sections: Vec<Section>,
    /// The mark that opened the block of code that is being read.
    fence: Option<String>,
    /// Whether a line goes on with the block before it.
    open: bool,
}

impl Reader {
    fn line(&mut self, line: &str, at: usize) {
        let mark = fence_of(line);
        let begins = match (&self.fence, &mark) {
            (Some(opened), mark) => {
                if mark.as_ref().is_some_and(|mark| mark.starts_with(opened.as_str())) {
                    self.fence = None;
                }
                false
            }
            (None, Some(_)) => {
                self.fence = mark;
                true
            }
            (None, None) if is_heading(line) => {
                self.sections.push(Section { heading: line.to_owned(), blocks: Vec::new(), end: at + line.len() });
                self.open = false;
                return;
            }
            (None, None) if line.is_empty() => {
                self.open = false;
                return;
            }
            (None, None) => !self.open || (is_item(line) && !line.starts_with([' ', '\t'])),
        };
        self.put(line, at, begins);
    }

    fn put(&mut self, line: &str, at: usize, begins: bool) {
        let section = self.sections.last_mut().expect("there is always one");
        match section.blocks.last_mut().filter(|_| !begins) {
            Some(block) => {
                block.push('\n');
                block.push_str(line);
            }
            None => section.blocks.push(line.to_owned()),
        }
        self.open = true;
        section.end = at + line.len();
    }
}

fn fence_of(line: &str) -> Option<String> {
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let mark: String = line.chars().take_while(|c| *c == sign).collect();
    (mark.len() >= 3).then_some(mark)
}

fn is_heading(line: &str) -> bool {
    let signs = line.chars().take_while(|c| *c == '#').count();
    (1..=6).contains(&signs) && line[signs..].starts_with(' ')
}

fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let bullet = ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark));
    bullet || (digits > 0 && (line[digits..].starts_with(". ") || line[digits..].starts_with(") ")))
}

fn same_words(one: &str, other: &str) -> bool {
    words(one.trim_start_matches('#')).eq_ignore_ascii_case(&words(other.trim_start_matches('#')))
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
