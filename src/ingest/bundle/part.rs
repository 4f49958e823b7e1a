//! Bytes of a file from one place to another, read without moving the file's own position.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// Reads the bytes of one file of a bundle.
#[derive(Debug)]
pub struct Part {
    file: Arc<File>,
    at: u64,
    end: u64,
}

impl Part {
    pub(super) fn new(file: Arc<File>, at: u64, size: u64) -> Self {
        Self { file, at, end: at + size }
    }

    /// Leaves out all but the last so many bytes; whether that left out any.
    pub fn keep_last(&mut self, bytes: u64) -> bool {
        let from = self.end.saturating_sub(bytes);
        let cuts = from > self.at;
        self.at = self.at.max(from);
        cuts
    }
}

impl Read for Part {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let wanted = into.len().min(left);
        let read = self.file.read_at(&mut into[..wanted], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
