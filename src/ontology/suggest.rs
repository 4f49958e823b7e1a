//! "Did you mean": the nearest known word to an unknown one.

/// Words longer than this are not compared.
const MAX_CHARS: usize = 80;

/// The candidate within a small number of single-character edits of `word`: a third of its length,
/// at most three. Of several the nearest, then the first in order.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let allowed = (wanted.len() / 3).min(3);
    if wanted.len() > MAX_CHARS || allowed == 0 {
        return None;
    }
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= allowed * 4)
        .filter_map(|candidate| Some((edits(&wanted, candidate, allowed)?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// The number of single-character edits between two words, where it is at most `allowed`.
pub(super) fn edits_between(a: &str, b: &str, allowed: usize) -> Option<usize> {
    let wanted: Vec<char> = a.chars().flat_map(char::to_lowercase).collect();
    if wanted.len() > MAX_CHARS { None } else { edits(&wanted, b, allowed) }
}

/// The number of insertions, deletions and substitutions between two words, where it is at most `allowed`.
fn edits(a: &[char], b: &str, allowed: usize) -> Option<usize> {
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    if a.len().abs_diff(b.len()) > allowed {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
        if row.iter().min() > Some(&allowed) {
            return None;
        }
    }
    row.last().copied().filter(|n| *n <= allowed)
}
