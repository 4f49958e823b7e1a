//! Ids and file names from names that anybody may have chosen.

use crate::base::Digest;

/// The longest name, before what tells it from others.
const LONGEST: usize = 80;

/// A name that is one harmless component of a path and part of an id. A name that had to be changed ends in the beginning of
/// its digest, so that two names stay two.
pub(super) fn component(name: &str) -> String {
    let safe = slug_of(name, |c| c.is_ascii_alphanumeric() || "._-".contains(c), LONGEST);
    match is_device(&safe) {
        true => format!("x-{safe}-{}", mark(name)),
        false if safe == name && !safe.is_empty() => safe,
        false => joined(&safe, &mark(name)),
    }
}

/// A name in lower case for ids and files: words joined by dashes, cut at a word.
pub(super) fn slug(text: &str, longest: usize) -> String {
    slug_of(&text.to_lowercase(), |c| c.is_ascii_lowercase() || c.is_ascii_digit(), longest)
}

/// What tells a name from others: eight digits of its digest.
pub(super) fn mark(name: &str) -> String {
    let digest = Digest::of(name.as_bytes());
    digest.as_str()["blake3:".len()..][..8].to_owned()
}

/// Two parts of a name, the first of which may be empty.
pub(super) fn joined(first: &str, second: &str) -> String {
    if first.is_empty() { format!("x-{second}") } else { format!("{first}-{second}") }
}

fn slug_of(text: &str, keeps: impl Fn(char) -> bool, longest: usize) -> String {
    let mut out = String::new();
    for c in text.chars().take(4 * longest) {
        if keeps(c) {
            out.push(c);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    let ends = |c: char| !c.is_ascii_alphanumeric();
    let whole = out.trim_matches(ends);
    if whole.len() <= longest {
        return whole.to_owned();
    }
    let cut = &whole[..longest];
    let at_word = cut.rfind('-').filter(|at| *at > longest / 2).map_or(cut, |at| &cut[..at]);
    at_word.trim_matches(ends).to_owned()
}

/// Whether a file system may take the name for a device.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_uppercase();
    let numbered = |prefix: &str| stem.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1);
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}
