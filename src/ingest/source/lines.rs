//! Lines of a stream, none held that is longer than the limit.

use std::io::{self, BufRead, BufReader, Read};

/// The longest line that is read.
const LONGEST: usize = 1 << 20;

/// A line of a stream.
pub(super) enum Line<'l> {
    /// The whole of it, without its end.
    Whole(&'l [u8]),
    /// One that is too long.
    TooLong,
}

/// Reads lines, into the same memory again and again.
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    line: Vec<u8>,
    number: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader: BufReader::with_capacity(128 << 10, reader), line: Vec::new(), number: 0 }
    }

    /// The next line with its number, from 1.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Line<'_>)>> {
        self.line.clear();
        let (mut any, mut long) = (false, false);
        loop {
            let piece = self.reader.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            any = true;
            let end = memchr::memchr(b'\n', piece);
            let text = &piece[..end.unwrap_or(piece.len())];
            long |= self.line.len() + text.len() > LONGEST;
            if !long {
                self.line.extend_from_slice(text);
            }
            let used = text.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        self.number += u64::from(any);
        Ok(any.then_some((self.number, if long { Line::TooLong } else { Line::Whole(self.line.trim_ascii()) })))
    }
}
