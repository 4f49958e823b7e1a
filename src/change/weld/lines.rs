//! Merges texts by line.

use similar::{MergeRegion, MergeResolution, TextMerge};
use std::ops::Range;

/// The most lines of a side that are compared.
const MAX_LINES: usize = 50_000;

/// Merged lines; ours stand where both changed the same ones.
pub(super) struct Lines {
    pub(super) text: String,
    pub(super) clashes: Vec<Clash>,
}

/// Lines that both changed. Line numbers are from 1.
pub(super) struct Clash {
    pub(super) base: String,
    pub(super) ours: String,
    pub(super) ours_line: usize,
    pub(super) theirs: String,
    pub(super) theirs_line: usize,
}

/// Merges three texts by line.
pub(super) fn merge(base: &str, ours: &str, theirs: &str) -> Lines {
    if let Some(text) = pick(base, ours, theirs) {
        return Lines { text: text.to_owned(), clashes: Vec::new() };
    }
    if [base, ours, theirs].iter().any(|text| text.lines().count() > MAX_LINES) {
        let (base, theirs) = (base.to_owned(), theirs.to_owned());
        let clash = Clash { base, ours: ours.to_owned(), ours_line: 1, theirs, theirs_line: 1 };
        return Lines { text: ours.to_owned(), clashes: vec![clash] };
    }
    let merge = TextMerge::from_lines(base, ours, theirs);
    let mut lines = Lines { text: String::new(), clashes: Vec::new() };
    for region in merge.regions() {
        match region.resolution() {
            MergeResolution::Theirs => lines.text.push_str(&their_lines(&merge, region.theirs_range())),
            _ => lines.text.push_str(&our_lines(&merge, region.ours_range())),
        }
        if region.is_conflict() {
            lines.clashes.push(clash(&merge, region));
        }
    }
    lines
}

/// The text that three texts agree on without being compared line by line.
pub(super) fn pick<'a>(base: &str, ours: &'a str, theirs: &'a str) -> Option<&'a str> {
    if ours == theirs || base == theirs {
        Some(ours)
    } else if base == ours {
        Some(theirs)
    } else {
        None
    }
}

fn clash(merge: &TextMerge<'_, '_, '_, str>, region: &MergeRegion) -> Clash {
    Clash {
        base: region.base_range().filter_map(|n| merge.base_line(n)).collect(),
        ours: our_lines(merge, region.ours_range()),
        ours_line: region.ours_range().start + 1,
        theirs: their_lines(merge, region.theirs_range()),
        theirs_line: region.theirs_range().start + 1,
    }
}

fn our_lines(merge: &TextMerge<'_, '_, '_, str>, range: Range<usize>) -> String {
    range.filter_map(|n| merge.ours_line(n)).collect()
}

fn their_lines(merge: &TextMerge<'_, '_, '_, str>, range: Range<usize>) -> String {
    range.filter_map(|n| merge.theirs_line(n)).collect()
}
