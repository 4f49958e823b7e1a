//! One pass over a text for everything that begins with a word: secrets by form, assigned values, phrases, paths.

use super::marks::Category;
use super::{assigned, fields, forms, paths, sentences};
use crate::base::Span;
use crate::screen::detectors::DETECTORS;
use crate::screen::scan::{Found, Ready};
use crate::screen::starts::Starts;
use crate::screen::suspects::{self, Hunt};
use crate::screen::{injection, value};
use std::sync::LazyLock;

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// Words that names of secrets hold besides those of suspects.
const MORE_WORDS: &[&str] = &[
    "secretenv",
    "mnemonic",
    "seed phrase",
    "connectionstring",
    "encryption key",
    "signing key",
    "session key",
    "account key",
    "master key",
    "client key",
    "shared key",
];
/// What ids begin with that programs give to what they do.
const IDS: &[&str] =
    &["call_", "toolu_", "msg_", "req_", "resp_", "run_", "fc_", "rs_", "chatcmpl-", "thread_", "srvtoolu_", "item_"];

/// A place that must not be kept, and why.
#[derive(Clone)]
pub(super) struct Hit {
    pub(super) span: Span,
    pub(super) category: Category,
    pub(super) detector: &'static str,
}

/// What one pass found: unordered, with overlaps.
#[derive(Default)]
pub(super) struct Swept {
    pub(super) hits: Vec<Hit>,
    pub(super) paths: Vec<Span>,
}

/// Goes through a text. Phrases and paths are looked for where `whole`, else only secrets are.
pub(super) fn sweep(text: &str, whole: bool) -> Swept {
    let mut pass = Pass {
        text,
        whole,
        secrets_from: 0,
        phrases_from: 0,
        paths_from: 0,
        hunt: Hunt::default(),
        swept: Swept::default(),
    };
    let mut from = 0;
    while let Some((start, word)) = TABLE.starts.find(text.as_bytes(), from) {
        pass.at(start, &TABLE.entries[word]);
        from = start + 1;
    }
    pass.finish()
}

/// Every word, and what may begin with it.
struct Table {
    starts: Starts,
    entries: Vec<Entry>,
    secrets: Vec<Secret>,
}

/// What may begin with a word.
struct Entry {
    /// The sorts of secrets, with how long their own start is; the longest first.
    secrets: Vec<(usize, usize)>,
    /// How long the word is that names of secrets hold.
    suspect: Option<usize>,
    /// The word that phrases begin with.
    phrase: Option<usize>,
    path: Option<&'static str>,
}

/// A sort of secret, and what else its value must be.
struct Secret {
    ready: Ready,
    judge: fn(&str) -> bool,
}

impl Table {
    fn new() -> Self {
        let any: fn(&str) -> bool = |_| true;
        let all = DETECTORS.iter().chain(forms::TOKENS).map(|detector| (detector, any));
        let judged = forms::JUDGED.iter().map(|detector| (detector, judge_of(detector.category)));
        let secrets: Vec<Secret> =
            all.chain(judged).map(|(detector, judge)| Secret { ready: Ready::new(detector), judge }).collect();
        let own = secrets.iter().flat_map(|secret| secret.ready.detector.starts);
        let others = suspects::WORDS.iter().chain(MORE_WORDS).chain(injection::words()).chain(paths::WORDS);
        let mut words: Vec<&'static str> = own.chain(others).copied().collect();
        words.sort_by_cached_key(|word| word.to_ascii_lowercase());
        words.dedup_by_key(|word| word.to_ascii_lowercase());
        let entries = words.iter().map(|word| Entry::new(word, &secrets)).collect();
        Self { starts: Starts::new(words), entries, secrets }
    }
}

/// What the value of a form must be besides.
fn judge_of(category: &str) -> fn(&str) -> bool {
    match category {
        "command-flag" => |value| !value::stands_for_another(value),
        "cookie" => |value| {
            value.split(';').filter_map(|one| one.split_once('=')).any(|(_, value)| fields::is_distinct(value.trim()))
        },
        _ => |value| fields::is_distinct(&value.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")),
    }
}

impl Entry {
    fn new(word: &str, secrets: &[Secret]) -> Self {
        let lower = word.to_ascii_lowercase();
        let begins = |known: &&str| lower.starts_with(&known.to_ascii_lowercase());
        let longest =
            |words: &[&'static str]| words.iter().filter(|known| begins(known)).map(|known| known.len()).max();
        let own = |(i, secret): (usize, &Secret)| {
            let starts = secret.ready.detector.starts.iter().filter(|known| begins(known));
            starts.map(|start| (start.len(), i)).collect::<Vec<_>>()
        };
        let mut found: Vec<(usize, usize)> = secrets.iter().enumerate().flat_map(own).collect();
        found.sort_by_key(|(len, i)| (std::cmp::Reverse(*len), *i));
        let phrases = injection::words();
        let phrase = (0..phrases.len()).filter(|i| begins(&phrases[*i])).max_by_key(|i| phrases[*i].len());
        Self {
            secrets: found,
            suspect: longest(suspects::WORDS).max(longest(MORE_WORDS)),
            phrase,
            path: paths::WORDS.iter().filter(|known| begins(known)).max_by_key(|known| known.len()).copied(),
        }
    }
}

/// How far one pass has come.
struct Pass<'t> {
    text: &'t str,
    whole: bool,
    secrets_from: usize,
    phrases_from: usize,
    paths_from: usize,
    hunt: Hunt,
    swept: Swept,
}

impl Pass<'_> {
    fn at(&mut self, start: usize, entry: &Entry) {
        let bytes = self.text.as_bytes();
        if start >= self.secrets_from && !entry.secrets.is_empty() {
            self.secret(start, entry);
        }
        if let Some(len) = entry.suspect.filter(|_| start >= self.hunt.from) {
            self.hunt.at(bytes, Span::new(start, start + len), assigned::assigned);
        }
        if !self.whole {
            return;
        }
        if let Some(word) = entry.phrase.filter(|_| start >= self.phrases_from) {
            self.phrase(start, word);
        }
        if let Some(path) =
            entry.path.filter(|_| start >= self.paths_from).and_then(|word| paths::at(bytes, start, word))
        {
            self.paths_from = path.end;
            self.swept.paths.push(path);
        }
    }

    fn secret(&mut self, start: usize, entry: &Entry) {
        let bytes = self.text.as_bytes();
        let found = entry.secrets.iter().find_map(|(len, i)| {
            let secret = &TABLE.secrets[*i];
            let detector = secret.ready.detector;
            let word = &bytes[start..start + len];
            let begins = detector.any_case || detector.starts.iter().any(|known| known.as_bytes() == word);
            let found = begins.then(|| secret.ready.try_at(bytes, start)).flatten()?;
            let value = on_boundaries(self.text, found.span);
            (secret.judge)(&self.text[value.start..value.end]).then_some(found)
        });
        if let Some(Found { category, span, end }) = found {
            self.secrets_from = end;
            let span = on_boundaries(self.text, Span::new(led(bytes, category, span.start), span.end));
            let is_signature =
                self.text[span.start..].starts_with("sha1=") || self.text[span.start..].starts_with("sha256=");
            let of = if category == "auth-header" && is_signature { "webhook-signature" } else { category };
            self.swept.hits.push(Hit { span, category: Category::of(of), detector: of });
        }
    }

    fn phrase(&mut self, start: usize, word: usize) {
        if let Some(found) = injection::at(self.text, start, word) {
            self.phrases_from = found.span.end.max(start + 1);
            let span = sentences::around(self.text, &found);
            self.swept.hits.push(Hit { span, category: Category::Injection, detector: "phrase" });
        }
    }

    fn finish(mut self) -> Swept {
        let text = self.text.as_bytes();
        let mut hunted = self.hunt.hits;
        hunted.retain(|hit| hit.category != "random-string" || !has_name_of_its_own(text, hit.span));
        let hunted = hunted.into_iter().map(|hit| Hit {
            span: on_boundaries(self.text, hit.span),
            category: Category::Secret,
            detector: hit.category,
        });
        self.swept.hits.extend(hunted);
        self.swept.hits.retain(|hit| hit.span.start < hit.span.end);
        self.swept
    }
}

/// Whether a random string says itself what it is: the value of a key, which would have been found by it, or an id.
fn has_name_of_its_own(text: &[u8], span: Span) -> bool {
    let before = text[..span.start].trim_ascii_end();
    let before = before.strip_suffix(b"\"").map_or(before, |before| before.trim_ascii_end());
    let is_value = text[..span.start].ends_with(b"\"") && before.ends_with(b":");
    is_value || IDS.iter().any(|id| text[span.start..].starts_with(id.as_bytes()))
}

/// Where a token begins of which more stands before what was found.
fn led(text: &[u8], category: &str, start: usize) -> usize {
    let lead = forms::LEADS.iter().find(|(detector, ..)| *detector == category);
    lead.map_or(start, |(_, most, belongs)| {
        start - text[..start].iter().rev().take(*most).take_while(|byte| belongs(**byte)).count()
    })
}

fn on_boundaries(text: &str, span: Span) -> Span {
    Span::new(text.floor_char_boundary(span.start), text.ceil_char_boundary(span.end))
}
