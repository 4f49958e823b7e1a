//! Lines and columns for many spans at once.
//!
//! A column is a count of characters from the start of its line. Counted span by span, a hostile file of one
//! long line with many findings would cost their product; here each file is gone through once.

use super::types::TreeFile;
use crate::base::{Place, Position, Span};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where the offsets of a tree's files stand.
pub(super) struct Places {
    paths: HashMap<usize, String>,
    positions: HashMap<(usize, usize), Position>,
}

impl Places {
    /// Works out the places of spans: file, span.
    pub(super) fn new(files: &[TreeFile], spots: impl Iterator<Item = (usize, Span)>) -> Self {
        let mut offsets: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (file, span) in spots {
            offsets.entry(file).or_default().extend([span.start, span.end.max(span.start)]);
        }
        let mut places = Self { paths: HashMap::new(), positions: HashMap::new() };
        for (file, offsets) in offsets {
            places.paths.insert(file, files[file].shown_path());
            places.sweep(file, files[file].bytes(), offsets);
        }
        places
    }

    /// The place of a span that was asked for.
    pub(super) fn of(&self, file: usize, span: Span) -> Place {
        let start = self.position(file, span.start);
        let end = self.position(file, span.end.max(span.start));
        Place {
            path: self.paths.get(&file).cloned().unwrap_or_default(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }

    fn position(&self, file: usize, offset: usize) -> Position {
        self.positions.get(&(file, offset)).copied().unwrap_or(Position { line: 1, column: 1 })
    }

    /// Goes through one file, from offset to offset.
    fn sweep(&mut self, file: usize, bytes: &[u8], offsets: BTreeSet<usize>) {
        let mut position = Position { line: 1, column: 1 };
        let mut done = 0;
        for offset in offsets {
            let until = offset.min(bytes.len());
            for byte in &bytes[done..until] {
                match byte {
                    b'\n' => position = Position { line: position.line + 1, column: 1 },
                    // A byte that continues a character is no column of its own.
                    byte if byte & 0xc0 == 0x80 => {}
                    _ => position.column += 1,
                }
            }
            done = until;
            self.positions.insert((file, offset), position);
        }
    }
}
