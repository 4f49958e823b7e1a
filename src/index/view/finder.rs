//! Finds lines in the blocks of a segment: each block is passed over at most once, and only where it may hold a match.

use super::super::scan;
use super::super::segment::{Segment, damaged};
use super::super::types::{GrepPattern, IndexError, LineMatch};
use std::ops::Range;

/// How many lines have one entry in the guide to their blocks.
const STEP: u32 = 128;

/// The matching lines of a segment, found block by block as they are asked for.
pub(super) struct Finder<'a> {
    segment: &'a Segment,
    pattern: &'a GrepPattern,
    /// The first line of each block, and the number of lines at the end.
    firsts: &'a [u32],
    /// The block of every so many-th line.
    guide: Vec<u32>,
    /// The matches of each block that was asked for.
    found: Vec<Option<Vec<Match>>>,
}

/// A line that matches.
struct Match {
    id: u32,
    text: String,
    spans: Vec<(usize, usize)>,
}

impl<'a> Finder<'a> {
    /// Nothing is read but which blocks may hold a match.
    pub(super) fn new(segment: &'a Segment, pattern: &'a GrepPattern) -> Result<Self, IndexError> {
        let firsts = segment.blocks()?;
        let candidates = pattern.plan.blocks(&mut |bucket| segment.blocks_of_gram(bucket))?;
        let mut found: Vec<_> = (1..firsts.len()).map(|_| candidates.is_some().then(Vec::new)).collect();
        for block in candidates.into_iter().flatten() {
            *found.get_mut(block as usize).ok_or_else(|| damaged("a block of lines is missing"))? = None;
        }
        Ok(Self { segment, pattern, firsts, guide: guide(firsts), found })
    }

    /// Adds the matches among lines with ids in a row, of which the first is the line after `before`.
    pub(super) fn find(&mut self, ids: Range<u32>, before: u32, out: &mut Vec<LineMatch>) -> Result<(), IndexError> {
        let mut at = ids.start;
        while at < ids.end {
            let block = self.block_of(at)?;
            let end = ids.end.min(self.firsts[block + 1]);
            let matches = self.matches(block)?;
            let from = matches.partition_point(|found| found.id < at);
            let inside = matches[from..].iter().take_while(|found| found.id < end);
            out.extend(inside.map(|found| found.as_line(before + 1 + found.id - ids.start)));
            at = end;
        }
        Ok(())
    }

    fn block_of(&self, id: u32) -> Result<usize, IndexError> {
        let missing = || damaged("a line is missing");
        let near = *self.guide.get((id / STEP) as usize).ok_or_else(missing)? as usize;
        let after = self.firsts[near..].iter().position(|first| *first > id).filter(|after| *after > 0);
        Ok(near + after.ok_or_else(missing)? - 1)
    }

    fn matches(&mut self, block: usize) -> Result<&[Match], IndexError> {
        if self.found[block].is_none() {
            self.found[block] = Some(self.scan(block)?);
        }
        Ok(self.found[block].as_deref().unwrap_or_default())
    }

    fn scan(&self, block: usize) -> Result<Vec<Match>, IndexError> {
        let row = self.segment.lines(block as u32)?;
        let text = std::str::from_utf8(&row).map_err(|_| damaged("lines are no text"))?;
        let mut found = Vec::new();
        scan::scan(text, self.pattern, &mut |index, line| {
            let (id, line) = (self.firsts[block] + index as u32, &text[line]);
            found.push(Match { id, text: line.to_owned(), spans: self.pattern.spans(line) });
        });
        Ok(found)
    }
}

impl Match {
    fn as_line(&self, line: u32) -> LineMatch {
        LineMatch { line, text: self.text.clone(), spans: self.spans.clone() }
    }
}

/// The block of every so many-th line.
fn guide(firsts: &[u32]) -> Vec<u32> {
    let lines = firsts[firsts.len() - 1];
    let mut block = 0;
    let mut of_line = |line: u32| {
        while firsts[block + 1] <= line {
            block += 1;
        }
        block as u32
    };
    (0..lines).step_by(STEP as usize).map(&mut of_line).collect()
}
