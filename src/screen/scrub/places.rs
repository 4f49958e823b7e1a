//! Every place of a text where something is to be replaced, in order and without overlaps.

use super::known::Known;
use super::marks::{self, Category};
use super::sweep::{self, Hit};
use super::{encoded, fields, paths};
use crate::base::Span;
use memchr::memmem;
use std::collections::HashSet;

/// A place, and what is put there.
pub(super) struct Place {
    pub(super) span: Span,
    pub(super) put: Put,
    /// Other values that lie within, which are known from now on.
    pub(super) besides: Vec<(String, Category)>,
}

/// What is put in a place.
pub(super) enum Put {
    /// The mark of a value.
    Value { category: Category, detector: &'static str, value: String, distinct: bool },
    /// The mark of a value that is known.
    Number { category: Category, number: usize },
    /// Some other text, and nothing is counted.
    Text(&'static str),
}

impl Place {
    pub(super) fn is_taken_out(&self) -> bool {
        !matches!(self.put, Put::Text(_) | Put::Value { category: Category::Path, .. })
    }
}

/// The places of a text.
pub(super) fn find(text: &str, known: &Known, roots: &[String]) -> Vec<Place> {
    let swept = sweep::sweep(text, true);
    let mut places: Vec<Place> = swept.hits.into_iter().map(|hit| secret(text, &hit)).collect();
    places.extend(encoded_secrets(text, known));
    let dotted = encoded::dotted(text).into_iter();
    places.extend(dotted.map(|(span, detector)| secret(text, &Hit { span, category: Category::Secret, detector })));
    let again = known.find(text).into_iter();
    places.extend(again.map(|again| place(again.span, Put::Number { category: again.category, number: again.number })));
    let own = own_paths(text, roots);
    let starts: HashSet<usize> = own.iter().map(|own| own.span.start).collect();
    let is_own = |path: &Span| starts.contains(&path.start);
    places.extend(swept.paths.iter().filter(|path| !is_own(path)).map(|path| outside(text, *path)));
    places.extend(own);
    without_marks(text, &mut places);
    joined(places)
}

/// Whether two spans have a byte in common.
pub(super) fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}

/// A value as its number is given for it: a key block is the same one however its lines are broken.
pub(super) fn canonical(value: &str, category: Category) -> String {
    if category != Category::PrivateKey {
        return value.to_owned();
    }
    value
        .replace("\\n", "")
        .replace("\\r", "")
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "+/=".contains(*c))
        .collect()
}

fn place(span: Span, put: Put) -> Place {
    Place { span, put, besides: Vec::new() }
}

fn secret(text: &str, hit: &Hit) -> Place {
    let value = text[hit.span.start..hit.span.end].to_owned();
    let by_form = hit.detector.starts_with("provider-token") || hit.category == Category::PrivateKey;
    let distinct = hit.category != Category::Injection && (by_form || fields::is_distinct(&value));
    let besides = besides(&value, hit);
    Place {
        span: hit.span,
        put: Put::Value { category: hit.category, detector: hit.detector, value, distinct },
        besides,
    }
}

/// The values within one: the password of a header with a user, each cookie of a header.
fn besides(value: &str, hit: &Hit) -> Vec<(String, Category)> {
    let inner: Vec<String> = match hit.detector {
        "auth-header" => encoded::runs(value)
            .into_iter()
            .filter_map(|run| run.holds.split_once(':').map(|(_, password)| password.to_owned()))
            .collect(),
        "cookie" => value.split(';').filter_map(|one| one.split_once('=')).map(|(_, value)| value.to_owned()).collect(),
        _ => Vec::new(),
    };
    inner.into_iter().filter(|value| fields::is_distinct(value)).map(|value| (value, hit.category)).collect()
}

fn encoded_secrets(text: &str, known: &Known) -> Vec<Place> {
    let secret_in = |run: encoded::Encoded| {
        let hits = sweep::sweep(&run.holds, false).hits;
        let again = known.find(&run.holds);
        if let (Some(again), true) = (again.first(), hits.len() < 2) {
            return Some(place(run.span, Put::Number { category: again.category, number: again.number }));
        }
        let first = hits.first()?;
        let besides = hits.iter().map(|hit| (run.holds[hit.span.start..hit.span.end].to_owned(), hit.category));
        let besides: Vec<_> = besides.filter(|(value, _)| fields::is_distinct(value)).collect();
        let value = match hits.as_slice() {
            [one] => run.holds[one.span.start..one.span.end].to_owned(),
            _ => run.holds.clone(),
        };
        let put =
            Put::Value { category: first.category, detector: "base64", distinct: fields::is_distinct(&value), value };
        Some(Place { span: run.span, put, besides })
    };
    encoded::runs(text).into_iter().filter_map(secret_in).collect()
}

fn outside(text: &str, path: Span) -> Place {
    let value = text[path.start..path.end].to_owned();
    place(path, Put::Value { category: Category::Path, detector: "path", value, distinct: false })
}

/// The beginnings of paths of the run itself: they go, or become a dot where nothing follows.
fn own_paths(text: &str, roots: &[String]) -> Vec<Place> {
    let bytes = text.as_bytes();
    let mut own: Vec<Place> = Vec::new();
    for root in roots {
        for at in memmem::find_iter(bytes, root.as_bytes()).filter(|at| paths::may_begin(bytes, *at)) {
            let after = at + root.len();
            let slashes = bytes[after..].iter().take_while(|byte| matches!(byte, b'/' | b'\\')).count();
            let escape = bytes[after..].starts_with(b"\\") && !root.contains('\\');
            let inner = if escape { after } else { after + slashes };
            let ends = paths::end(bytes, inner) == inner;
            let is_below = ends || inner > after;
            if is_below {
                own.push(place(Span::new(at, inner), Put::Text(if ends { "." } else { "" })));
            }
        }
    }
    own
}

/// Leaves alone what was taken out before; only a sentence may go with the marks in it.
fn without_marks(text: &str, places: &mut Vec<Place>) {
    let marks = marks::marks(text);
    if marks.is_empty() {
        return;
    }
    let is_sentence = |place: &Place| matches!(place.put, Put::Value { category: Category::Injection, .. });
    let touches = |span: Span| {
        let next = marks.partition_point(|mark| mark.end <= span.start);
        marks.get(next).is_some_and(|mark| overlap(*mark, span))
    };
    places.retain(|place| is_sentence(place) || !touches(place.span));
}

/// The places in order; those that overlap become one.
fn joined(mut places: Vec<Place>) -> Vec<Place> {
    places.sort_by_key(|place| (place.span.start, std::cmp::Reverse(place.span.end)));
    let mut joined: Vec<Place> = Vec::with_capacity(places.len());
    for place in places {
        match joined.last_mut().filter(|last| place.span.start < last.span.end) {
            Some(last) => {
                last.span.end = last.span.end.max(place.span.end);
                if let Put::Value { category, value, distinct: true, .. } = place.put {
                    last.besides.push((value, category));
                }
                last.besides.extend(place.besides);
            }
            None => joined.push(place),
        }
    }
    joined
}
