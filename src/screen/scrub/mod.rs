//! Takes out of a stream of texts and structures what must not be kept, and counts what it took.
//!
//! A [`Scrubber`] lives as long as one import. The same secret gets the same number wherever it stands and however it is
//! written, so that a reader can follow it without seeing it: `[REDACTED:secret:2]`. A text is looked at in this order: a
//! structure that is written in it by its keys (`nested`, `walk`), what only terminals and machines see (`plain`), then
//! what begins with a word (`sweep`), runs of base64 (`encoded`), values that are known already (`known`), paths (`paths`).

mod assigned;
mod encoded;
mod fields;
mod forms;
mod known;
mod marks;
mod nested;
mod paths;
mod places;
mod plain;
mod report;
mod sentences;
mod sweep;
mod walk;

pub use report::RedactionReport;

use fields::Sort;
use known::Known;
use marks::Category;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

/// How deep structures are looked into that are written in strings of structures.
const DEEPEST: usize = 3;
/// How often a text is looked at again after something was taken out of it.
const ROUNDS: usize = 4;
/// How many roots a run can have.
const MOST_ROOTS: usize = 16;
/// The shortest text in which anything could be.
const SHORTEST: usize = 6;

/// Takes out what must not be kept.
#[derive(Default)]
pub struct Scrubber {
    file: String,
    /// The directories of the run, in every way they are written.
    roots: Vec<String>,
    known: Known,
    /// What keys say, as far as they were seen.
    sorts: HashMap<String, Option<Sort>>,
    /// Keys in which nothing was found.
    plain_keys: HashSet<String>,
    /// How many structures are written around what is looked at.
    depth: usize,
    report: RedactionReport,
}

/// The values and keys that were seen are never shown.
impl fmt::Debug for Scrubber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrubber").field("known", &self.known).field("report", &self.report).finish_non_exhaustive()
    }
}

impl Scrubber {
    /// Says which file what follows is of.
    pub fn begin_file(&mut self, file: &str) {
        file.clone_into(&mut self.file);
    }

    /// Takes paths below a directory for paths of the run: they are written relative to it.
    ///
    /// Nothing is done for a directory that holds more than a run, such as `/` or `/home`.
    pub fn allow_root(&mut self, root: &str) {
        let Some(root) = paths::root(root) else { return };
        let escaped = root.replace('\\', "\\\\");
        for root in [root, escaped] {
            if !self.roots.contains(&root) && self.roots.len() < MOST_ROOTS {
                self.roots.push(root);
            }
        }
        // Of two roots the inner one counts.
        self.roots.sort_by_key(|root| std::cmp::Reverse(root.len()));
    }

    /// A text without what must not be kept.
    pub fn text<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        self.look(text.len());
        self.clean(text)
    }

    /// Takes out of a structure what must not be kept: by what its texts look like, and by the keys that they stand under.
    pub fn json(&mut self, value: &mut Value) {
        self.walk(value, None);
    }

    /// A text that was cleaned before, without the values that have become known since.
    pub fn again<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let found = self.known.find(text);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let marks = marks::marks(text);
        let free = found.into_iter().filter(|again| !marks.iter().any(|mark| places::overlap(*mark, again.span)));
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for again in free {
            clean.push_str(&text[done..again.span.start]);
            clean.push_str(&again.category.mark(again.number));
            done = again.span.end;
        }
        clean.push_str(&text[done..]);
        Cow::Owned(clean)
    }

    /// What was done so far.
    pub fn report(&self) -> &RedactionReport {
        &self.report
    }

    /// Counts bytes that are looked at; those of a structure in a string are counted with the string.
    fn look(&mut self, bytes: usize) {
        if self.depth == 0 {
            self.report.look(&self.file, bytes);
        }
    }

    fn clean<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        if text.len() < SHORTEST && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Cow::Borrowed(text);
        }
        match self.structure(text) {
            Some(Some(clean)) => Cow::Owned(clean),
            Some(None) => Cow::Borrowed(text),
            None => self.prose(text),
        }
    }

    /// A text that is a structure, cleaned by its keys, where anything was found; `None` where it is none.
    fn structure(&mut self, text: &str) -> Option<Option<String>> {
        if self.depth >= DEEPEST {
            return None;
        }
        let nested = nested::parse(text)?;
        let mut after = nested.value.clone();
        self.depth += 1;
        self.walk(&mut after, None);
        self.depth -= 1;
        Some((after != nested.value).then(|| nested.replaced(text, &after)))
    }

    fn prose<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        let (mut clean, hidden) = plain::plain(text);
        for _ in 0..hidden {
            self.report.take(&self.file, "prompt-injection:hidden-characters", 0);
        }
        for _ in 0..ROUNDS {
            let found = places::find(&clean, &self.known, &self.roots);
            let secrets = found.iter().any(|place| place.is_taken_out());
            if found.is_empty() {
                break;
            }
            clean = Cow::Owned(self.replaced(&clean, found));
            // Only what was taken out can change what its surroundings mean.
            if !secrets {
                break;
            }
        }
        clean
    }

    fn replaced(&mut self, text: &str, found: Vec<places::Place>) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for place in found {
            clean.push_str(&text[done..place.span.start]);
            clean.push_str(&self.put(&place));
            done = place.span.end;
        }
        clean.push_str(&text[done..]);
        clean
    }

    /// What stands in the place of something.
    fn put(&mut self, place: &places::Place) -> String {
        let bytes = place.span.end - place.span.start;
        for (value, category) in &place.besides {
            let number = self.known.number(value);
            self.known.learn(value, number, *category);
        }
        match &place.put {
            places::Put::Text(text) => (*text).to_owned(),
            places::Put::Number { category, number } => {
                self.report.take(&self.file, &category.rule("known-value"), bytes);
                category.mark(*number)
            }
            places::Put::Value { category, detector, value, distinct } => {
                self.take_bytes(value, *category, detector, *distinct, bytes)
            }
        }
    }

    fn take(&mut self, value: &str, category: Category, detector: &str, distinct: bool) -> String {
        self.take_bytes(value, category, detector, distinct, value.len())
    }

    fn take_bytes(&mut self, value: &str, category: Category, detector: &str, distinct: bool, bytes: usize) -> String {
        let number = self.known.number(&places::canonical(value, category));
        self.report.take(&self.file, &category.rule(detector), bytes);
        if distinct {
            self.known.learn(value, number, category);
            self.plain_keys.clear();
        }
        category.mark(number)
    }
}
