//! One pass over a text: where a secret may begin, and where it ends.

use super::SecretHit;
use super::detectors::{After, DETECTORS, Detector, Find};
use super::{pem, placeholder};
use crate::base::Span;
use regex::bytes::{Regex, RegexBuilder};
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// The secrets of a text, in order, without overlaps.
pub(super) fn scan(text: &[u8]) -> Vec<SecretHit> {
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(start) = TABLE.starts.find_at(text, from) {
        let found = TABLE.detectors_of(start.as_bytes()).find_map(|detector| detector.try_at(text, start.start()));
        from = match found {
            Some(Found { category, span, end }) => {
                hits.push(SecretHit { category, span });
                end
            }
            None => start.start() + 1,
        };
    }
    hits
}

/// A secret that a detector recognised.
pub(super) struct Found {
    pub(super) category: &'static str,
    pub(super) span: Span,
    /// Where the search goes on.
    pub(super) end: usize,
}

/// The detectors, ready to run.
struct Table {
    detectors: Vec<Ready>,
    /// Finds any start of any detector.
    starts: Regex,
    /// The detectors of each start; those found in any case are written in lower case.
    by_start: HashMap<Vec<u8>, Vec<usize>>,
}

/// A detector whose pattern is compiled when it is first needed.
pub(super) struct Ready {
    pub(super) detector: &'static Detector,
    pattern: OnceLock<Regex>,
}

impl Table {
    fn new() -> Self {
        let mut alternatives: Vec<String> = Vec::new();
        for detector in DETECTORS {
            for start in detector.starts {
                let literal = regex::escape(start);
                alternatives.push(if detector.any_case { format!("(?i:{literal})") } else { literal });
            }
        }
        // Of two starts at one place the longer one is found; the shorter one's detectors are tried after its own.
        alternatives.sort_by_key(|literal| std::cmp::Reverse(literal.len()));
        Self {
            detectors: DETECTORS.iter().map(Ready::new).collect(),
            starts: compile(&alternatives.join("|"), false),
            by_start: by_start(),
        }
    }

    /// The detectors that a start belongs to, those of the longest start first.
    fn detectors_of(&self, start: &[u8]) -> impl Iterator<Item = &Ready> {
        let known = self.by_start.get(start).or_else(|| self.by_start.get(&start.to_ascii_lowercase()));
        known.into_iter().flatten().map(|i| &self.detectors[*i])
    }
}

/// The detectors of each start, behind them those of the starts that it begins with.
fn by_start() -> HashMap<Vec<u8>, Vec<usize>> {
    let starts = || DETECTORS.iter().flat_map(|detector| detector.starts);
    let of = |start: &str| {
        let own = move |detector: &Detector| detector.starts.contains(&start);
        DETECTORS.iter().enumerate().filter(|(_, d)| own(d)).map(|(i, _)| i).collect::<Vec<_>>()
    };
    let with_shorter = |start: &&str| (1..=start.len()).rev().flat_map(|len| of(&start[..len])).collect();
    starts().map(|start| (start.as_bytes().to_vec(), with_shorter(start))).collect()
}

impl Ready {
    pub(super) fn new(detector: &'static Detector) -> Self {
        Self { detector, pattern: OnceLock::new() }
    }

    /// The secret that begins here.
    pub(super) fn try_at(&self, text: &[u8], start: usize) -> Option<Found> {
        if !may_begin(text, start, self.detector.after) {
            return None;
        }
        let (span, end) = match self.detector.find {
            Find::Pem => pem::find(text, start).map(|span| (span, span.end)),
            Find::Pattern(pattern) => self.matched(pattern, text, start),
            Find::Value(pattern) => self
                .matched(pattern, text, start)
                .filter(|(span, _)| !placeholder::is_placeholder(&text[span.start..span.end])),
        }?;
        let filler = placeholder::is_filler(&text[span.start..span.end]);
        (!filler).then_some(Found { category: self.detector.category, span, end })
    }

    fn matched(&self, pattern: &str, text: &[u8], start: usize) -> Option<(Span, usize)> {
        let regex = self.pattern.get_or_init(|| compile(&format!("^(?:{pattern})"), self.detector.any_case));
        let found = regex.captures(&text[start..])?;
        let whole = found.get(0).expect("group 0 is the match itself");
        let secret = found.get(1).unwrap_or(whole);
        Some((Span::new(secret.start(), secret.end()).shifted(start), start + whole.end()))
    }
}

/// Whether what stands before a place lets a secret begin there.
fn may_begin(text: &[u8], start: usize, after: After) -> bool {
    let before = &text[..start];
    let joins = |byte: &u8| match after {
        After::Any => false,
        After::Word => byte.is_ascii_alphanumeric() || *byte == b'_',
        After::Token => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
    };
    !before.last().is_some_and(joins) || ends_with_escape(before)
}

/// Whether a text ends with `\n` and the like in letters, or with `%3D` and the like.
fn ends_with_escape(text: &[u8]) -> bool {
    matches!(text, [.., b'\\', b'n' | b'r' | b't'])
        || matches!(text, [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

fn compile(pattern: &str, any_case: bool) -> Regex {
    let built = RegexBuilder::new(pattern).unicode(false).case_insensitive(any_case).build();
    built.expect("the patterns of the table are tested, each of them")
}
