//! Lines of a segment by their ids.

use super::segment::{Row, Segment, damaged};
use super::types::IndexError;
use std::collections::HashMap;
use std::ops::Range;

/// Reads lines, and keeps the blocks it came by.
pub(super) struct LineReader<'s> {
    segment: &'s Segment,
    blocks: HashMap<u32, Block>,
}

struct Block {
    text: Row,
    /// Where each line begins, and where the last one ends.
    starts: Vec<u32>,
}

impl<'s> LineReader<'s> {
    pub(super) fn new(segment: &'s Segment) -> Self {
        Self { segment, blocks: HashMap::new() }
    }

    /// A line, without its `\n`.
    pub(super) fn line(&mut self, id: u32) -> Result<String, IndexError> {
        let mut line = String::new();
        self.append(id..id + 1, &mut line)?;
        line.pop();
        Ok(line)
    }

    /// Appends lines with ids in a row, each with its `\n`.
    pub(super) fn append(&mut self, ids: Range<u32>, out: &mut String) -> Result<(), IndexError> {
        let firsts = self.segment.blocks()?;
        let mut at = ids.start;
        while at < ids.end {
            let number = firsts[..firsts.len() - 1].partition_point(|first| *first <= at).checked_sub(1);
            let number = number.ok_or_else(|| damaged("a line is missing"))?;
            let first = firsts[number];
            let block = self.block(number as u32)?;
            let end = ids.end.min(first + block.starts.len() as u32 - 1);
            if end <= at {
                return Err(damaged("a line is missing"));
            }
            let bytes = block.starts[(at - first) as usize] as usize..block.starts[(end - first) as usize] as usize;
            out.push_str(std::str::from_utf8(&block.text[bytes]).map_err(|_| damaged("a line is no text"))?);
            at = end;
        }
        Ok(())
    }

    fn block(&mut self, number: u32) -> Result<&Block, IndexError> {
        if !self.blocks.contains_key(&number) {
            let text = self.segment.lines(number)?;
            let mut starts = vec![0];
            starts.extend(memchr::memchr_iter(b'\n', &text).map(|end| end as u32 + 1));
            self.blocks.insert(number, Block { text, starts });
        }
        Ok(&self.blocks[&number])
    }
}
